//! `guichet relances receipts`: what the post gives back, read once however often it comes.

use super::args::ReceiptsArgs;
use crate::clock::{self, Moment};
use crate::commands::app::App;
use crate::commands::wait_for;
use crate::notify::receipts::{self, Receipt};
use crate::reading::source::reason;
use crate::stop::Stop;
use crate::store::Store;
use crate::store::relances::{Proof, ProofKind, Relance, State};
use guichet_pipeline::values::Date;

/// What became of the rows.
#[derive(Debug, Default)]
struct Read {
    new: usize,
    known: usize,
    unused: usize,
}

/// Runs the command.
pub(super) fn run(asked: &ReceiptsArgs) -> Result<(), Stop> {
    let name = asked.file.display().to_string();
    let bytes = std::fs::read(&asked.file)
        .map_err(|error| Stop::usage(format!("{name} : {} : vérifier le chemin donné", reason(&error))))?;
    let (receipts, bad) = receipts::read(&bytes, &name, clock::today()).map_err(Stop::usage)?;
    let mut read = Read { unused: bad.len(), ..Read::default() };
    for bad in &bad {
        eprintln!("{name}:{}: {}", bad.line, bad.message);
    }
    wait_for(async {
        let app = App::open(asked.place.config.as_deref()).await?;
        for receipt in &receipts {
            if let Err(why) = keep(&app.store, receipt, &mut read).await? {
                eprintln!("{name}:{}: {why}", receipt.line);
                read.unused += 1;
            }
        }
        app.store.close().await;
        let Read { new, known, unused } = read;
        println!("{new} preuve(s) gardée(s), {known} déjà connue(s), {unused} ligne(s) laissée(s) de côté");
        Ok(())
    })
}

/// Keeps what a row proves; the inner error says why a row is left aside.
async fn keep(store: &Store, receipt: &Receipt, read: &mut Read) -> Result<Result<(), String>, Stop> {
    let relance = match find(store, receipt).await? {
        Ok(relance) => relance,
        Err(why) => return Ok(Err(why)),
    };
    let day = |date: Date| Some(date.to_string());
    let mut proofs = Vec::new();
    if !receipt.number.is_empty() && !receipt.reference.is_empty() {
        proofs.push(Proof::new(ProofKind::Tracking, &receipt.number));
    }
    if let Some(date) = receipt.presented {
        proofs.push(Proof { day: day(date), ..Proof::new(ProofKind::Presented, date.to_string()) });
    }
    let by_post = matches!(relance.state, State::InFlight | State::Doubt);
    if by_post && !(proofs.is_empty() && receipt.signed.is_none() && receipt.returned.is_empty()) {
        // The post has it: whoever could not say whether it left knows now.
        count(store.relance_received(&relance, "la poste l'a", Moment::now()).await?, read);
    }
    for proof in &proofs {
        count(store.keep_proof(&relance, proof, Moment::now()).await?, read);
    }
    let end = match (receipt.signed, receipt.returned.as_str()) {
        (Some(date), _) => Proof { day: day(date), ..Proof::new(ProofKind::Signed, date.to_string()) },
        (None, "") => return Ok(Ok(())),
        (None, why) => Proof::new(ProofKind::Undelivered, why),
    };
    count(store.relance_ended(&relance, &end, Moment::now()).await?, read);
    Ok(Ok(()))
}

fn count(new: bool, read: &mut Read) {
    *(if new { &mut read.new } else { &mut read.known }) += 1;
}

async fn find(store: &Store, receipt: &Receipt) -> Result<Result<Relance, String>, Stop> {
    let found = if receipt.reference.is_empty() {
        store.relance_tracked(&receipt.number).await?
    } else {
        store.relance(&receipt.reference).await?
    };
    let named = if receipt.reference.is_empty() { &receipt.number } else { &receipt.reference };
    Ok(found.ok_or_else(|| {
        format!(
            "« {named} » n'est d'aucun envoi : vérifier la référence imprimée, ou donner d'abord le numéro avec elle"
        )
    }))
}
