//! `guichet queue` and `guichet requeue`: what waits, and waiting work announced again.

use super::app::App;
use super::args::{PlaceArgs, QueueCommand, RequeueArgs};
use super::wait_for;
use crate::clock::Moment;
use crate::queue::{AmqpQueue, Asker, Queue, amqp};
use crate::settings::Settings;
use crate::stop::Stop;
use crate::store::CopyCounts;
use std::time::{Duration, Instant};

/// How long the broker may take to confirm everything.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often to look whether it has.
const LOOK: Duration = Duration::from_millis(200);

/// Runs `guichet queue`.
pub(crate) fn run(asked: &QueueCommand) -> Result<(), Stop> {
    match asked {
        QueueCommand::Topology(asked) => topology(asked),
        QueueCommand::Status(asked) => wait_for(status(asked)),
    }
}

fn topology(asked: &PlaceArgs) -> Result<(), Stop> {
    if Settings::load(asked.config.as_deref())?.queue.scheme() == "local" {
        println!("File locale : la table des travaux, dans la base de données ; rien à déclarer.");
    } else {
        print!("{}", amqp::describe());
    }
    Ok(())
}

async fn status(asked: &PlaceArgs) -> Result<(), Stop> {
    let app = App::open(asked.config.as_deref()).await?;
    let counts = app.store.job_counts().await?;
    let outbox = app.store.outbox_size().await?;
    let (decisions, copies) = (app.store.decision_counts().await?, app.store.copy_counts().await?);
    app.store.close().await;
    println!("{:<12} {:<8} {:<11} {:>8}  plus ancien", "étape", "classe", "état", "nombre");
    for count in counts {
        let oldest = count.oldest.rfc3339();
        println!("{:<12} {:<8} {:<11} {:>8}  {oldest}", count.stage, count.class, count.state, count.count);
    }
    if outbox > 0 {
        println!("{outbox} message(s) que le courtier n'a pas encore confirmé(s)");
    }
    let review: i64 = decisions.iter().filter(|count| count.outcome == "review").map(|count| count.count).sum();
    println!("{review} pièce(s) à revoir par un agent, le même papier revenu ne comptant qu'une fois");
    let CopyCounts { same_paper, other_lease } = copies;
    if same_paper + other_lease > 0 {
        println!("{same_paper} pièce(s) déjà venue(s), {other_lease} déjà venue(s) pour un autre bail");
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
        if app.settings.queue.scheme() != "local" {
            println!("{} travail(aux) annoncé(s) de nouveau", announce(&app).await?);
        }
        app.store.close().await;
        Ok(())
    })
}

/// Announces everything that is due, and waits until the broker has confirmed it.
async fn announce(app: &App) -> Result<u64, Stop> {
    // No stages: it hands nothing to this process.
    let asker = Asker { stages: Vec::new(), holder: "guichet requeue".to_owned(), hold: PATIENCE, slots: 1 };
    let queue = AmqpQueue::open(app.store.clone(), &app.settings.queue, asker).map_err(Stop::usage)?;
    let announced = queue.refill().await?;
    let started = Instant::now();
    while app.store.outbox_size().await? > 0 {
        if started.elapsed() > PATIENCE {
            let left = app.store.outbox_size().await?;
            return Err(Stop::machine(format!(
                "le courtier n'a pas confirmé {left} message(s) : ils partiront quand il répondra"
            )));
        }
        tokio::time::sleep(LOOK).await;
    }
    queue.close().await;
    Ok(announced)
}
