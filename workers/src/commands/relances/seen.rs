//! Letters that keep reminders until an agent has looked: which they are, and that one was looked at.

use super::agents::over;
use super::args::SeenArgs;
use crate::clock::{Moment, paris_day};
use crate::stop::Stop;
use crate::store::relances::SignalRow;

/// Runs `guichet relances seen`.
pub(super) fn seen(asked: &SeenArgs) -> Result<(), Stop> {
    over(&asked.place, async |store| {
        let Some(source) = &asked.source else {
            let waiting = store.unseen_signals().await?;
            waiting.iter().for_each(|signal| println!("{}", line(signal)));
            return Ok(());
        };
        match store.see_signals(source, &asked.author.name(), Moment::now()).await? {
            0 => Err(Stop::usage(format!(
                "aucun courrier à voir dans « {source} » : « guichet relances seen » les montre"
            ))),
            _ => {
                println!("Vu. Pour retenir encore les relances du bail : guichet relances pause.");
                Ok(())
            }
        }
    })
}

fn line(signal: &SignalRow) -> String {
    let SignalRow { source, kind, lease, at } = signal;
    let lease = if lease.is_empty() { "bail inconnu" } else { lease };
    let kind = match kind.as_str() {
        "deces" => "décès",
        "conge" => "congé",
        "protection" => "tutelle ou curatelle",
        other => other,
    };
    format!("{source}  {}  {lease}  {kind}", paris_day(*at).in_french())
}
