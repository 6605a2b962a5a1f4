//! `guichet queue` and `guichet requeue`: what waits, and waiting work announced again.

use super::app::App;
use super::args::{PlaceArgs, QueueCommand, RequeueArgs};
use super::wait_for;
use crate::clock::Moment;
use crate::stop::Stop;

/// Runs `guichet queue`.
pub(crate) fn run(asked: &QueueCommand) -> Result<(), Stop> {
    match asked {
        QueueCommand::Topology(asked) => topology(asked),
        QueueCommand::Status(asked) => wait_for(status(asked)),
    }
}

fn topology(_asked: &PlaceArgs) -> Result<(), Stop> {
    println!("File locale : la table des travaux, dans la base de données ; rien à déclarer.");
    Ok(())
}

async fn status(asked: &PlaceArgs) -> Result<(), Stop> {
    let app = App::open(asked.config.as_deref()).await?;
    let counts = app.store.job_counts().await?;
    let outbox = app.store.outbox_size().await?;
    app.store.close().await;
    println!("{:<12} {:<8} {:<11} {:>8}  plus ancien", "étape", "classe", "état", "nombre");
    for count in counts {
        let oldest = count.oldest.rfc3339();
        println!("{:<12} {:<8} {:<11} {:>8}  {oldest}", count.stage, count.class, count.state, count.count);
    }
    if outbox > 0 {
        println!("{outbox} message(s) que le courtier n'a pas encore confirmé(s)");
    }
    Ok(())
}

/// Runs `guichet requeue`.
pub(crate) fn requeue(asked: &RequeueArgs) -> Result<(), Stop> {
    wait_for(async {
        let app = App::open(asked.config.as_deref()).await?;
        if asked.quarantine || asked.source.is_some() {
            let back = app.store.put_back(asked.source.as_deref(), Moment::now()).await?;
            println!("{back} source(s) remise(s) au travail");
            if back == 0 && asked.source.is_some() {
                return Err(Stop::usage("cette source n'est pas en quarantaine"));
            }
        }
        app.store.close().await;
        Ok(())
    })
}
