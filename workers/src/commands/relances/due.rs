//! `guichet relances due`: the rehearsal. Reads everything, writes nothing in the database.

use super::args::DueArgs;
use crate::clock;
use crate::commands::app::App;
use crate::commands::wait_for;
use crate::register::change::refuse_lossy;
use crate::relances::{Planned, Planner, channel_words, rehearse};
use crate::stop::Stop;
use guichet_pipeline::relance::{self, Outcome, Plan};
use std::collections::BTreeMap;

/// Leases named for each reason.
const NAMED: usize = 5;
/// Letters in a sample.
const SAMPLE: usize = 12;

/// Runs the command.
pub(super) fn due(asked: &DueArgs) -> Result<(), Stop> {
    let (settings, planner) = Planner::open(&asked.house)?;
    let today = asked.house.as_of.unwrap_or_else(clock::today);
    wait_for(async {
        let app = App::with(settings).await?;
        refuse_lossy(&app.store, &planner.reading, app.settings.registre.perte_max).await?;
        let planned = planner.plan(&app.store, today).await?;
        let before = app.store.last_plan().await?.and_then(|(_, plan)| serde_json::from_str::<Plan>(&plan).ok());
        if asked.json {
            let text = serde_json::to_string_pretty(&planned.plan);
            println!("{}", text.map_err(|error| Stop::machine(error.to_string()))?);
        } else {
            print!("{}", table(&planned, before.as_ref()));
        }
        if let Some(folder) = &asked.sample {
            let secret = app.store.kept("relance_secret").await?.unwrap_or_else(|| "repetition".to_owned());
            let rows = planner.rows(&planned, &secret, "répétition");
            let set = rehearse(&app.settings, &rows[..rows.len().min(SAMPLE)], folder)?;
            eprintln!("guichet : {set} lettre(s) composée(s) dans {}, pour les regarder", folder.display());
        }
        app.store.close().await;
        Ok(())
    })
}

/// Writes the plan as people read it.
fn table(planned: &Planned, before: Option<&Plan>) -> String {
    let plan = &planned.plan;
    let mut text = format!("Relances dues au {}\n", plan.day.in_french());
    let mut due: BTreeMap<(String, String), Vec<(&str, &str)>> = BTreeMap::new();
    for one in plan.due() {
        let channels: Vec<&str> = one.channels().into_iter().map(|channel| channel_words(channel.code())).collect();
        let step = if one.legal_effect { format!("{} (effet juridique)", one.step) } else { one.step.clone() };
        due.entry((step, channels.join(" + "))).or_default().push((&one.lease, &one.why));
    }
    for ((step, channels), leases) in &due {
        text.push_str(&format!("\n{:>6}  {step}, {channels}\n", leases.len()));
        for (lease, why) in leases.iter().take(NAMED) {
            text.push_str(&format!("          {lease} : {why}\n"));
        }
    }
    if due.is_empty() {
        text.push_str("\n     0  rien à envoyer\n");
    }
    let mut held: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
    for (lease, one) in plan.held() {
        held.entry(crate::relances::reason_words(one.reason)).or_default().push((lease, &one.why));
    }
    for (reason, leases) in &held {
        text.push_str(&format!("\n{:>6}  retenue(s) : {reason}\n", leases.len()));
        for (lease, why) in leases.iter().take(NAMED) {
            text.push_str(&format!("          {lease} : {why}\n"));
        }
    }
    let resting = plan.outcomes.iter().filter(|one| matches!(one.outcome, Outcome::Nothing(_))).count();
    text.push_str(&format!("\n{resting:>6}  bail(aux) où rien n'est dû\n"));
    for task in &plan.tasks {
        text.push_str(&format!("  à faire  {} : {} ({})\n", task.lease, task.why, task.reference));
    }
    text.push_str(&changes(plan, before));
    text
}

fn changes(plan: &Plan, before: Option<&Plan>) -> String {
    let Some(before) = before else { return "\nPremier lot : rien à quoi le comparer.\n".to_owned() };
    let lines = relance::difference(plan, before);
    let mut text = format!("\nDepuis le lot du {} : {} changement(s)\n", before.day.in_french(), lines.len());
    for line in lines.iter().take(4 * NAMED) {
        let (before, after) = (line.before.as_str(), line.after.as_str());
        text.push_str(&format!("          {} : {before} → {after}\n", line.lease));
    }
    text
}
