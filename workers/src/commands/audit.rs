//! `guichet audit`: the journal verified, and its head for safe keeping outside.

use super::app::App;
use super::args::{AuditCommand, VerifyArgs};
use super::wait_for;
use crate::stop::Stop;
use std::path::Path;

/// Runs `guichet audit`.
pub(crate) fn run(asked: &AuditCommand) -> Result<(), Stop> {
    match asked {
        AuditCommand::Verify(asked) => wait_for(verify(asked)),
        AuditCommand::Head(asked) => wait_for(head(asked.config.as_deref())),
    }
}

async fn verify(asked: &VerifyArgs) -> Result<(), Stop> {
    let app = App::open(asked.config.as_deref()).await?;
    let verified = app.store.verify_journal(asked.head.as_ref()).await?;
    app.store.close().await;
    if let Some(flaw) = verified.flaw {
        return Err(Stop::machine(format!("journal, ligne {} : {}", flaw.seq, flaw.kind.sentence())));
    }
    println!("Le journal tient : {} ligne(s), tête {}", verified.head.seq, verified.head);
    if asked.head.is_none() {
        println!(
            "Sans tête gardée au dehors (--head), une fin coupée ou un journal entièrement réécrit ne se voient pas."
        );
    }
    Ok(())
}

async fn head(config: Option<&Path>) -> Result<(), Stop> {
    let app = App::open(config).await?;
    println!("{}", app.store.journal_head().await?);
    app.store.close().await;
    Ok(())
}
