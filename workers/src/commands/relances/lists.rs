//! `guichet relances list`, `missing` and `doubts`.

use super::args::{DueArgs, ListArgs};
use crate::clock::{self, Moment};
use crate::commands::app::App;
use crate::commands::args::PlaceArgs;
use crate::commands::wait_for;
use crate::relances::{Planner, channel_words, state_words};
use crate::stop::Stop;
use crate::store::relances::{BusinessKey, Relance, State};
use std::time::Duration;

/// What is younger than this may still be on its way: a round takes its time.
const YOUNG: Duration = Duration::from_secs(24 * 3600);
/// Doubts shown.
const MOST: i64 = 10_000;

/// Runs `guichet relances list`.
pub(super) fn list(asked: &ListArgs) -> Result<(), Stop> {
    wait_for(async {
        let app = App::open(asked.place.config.as_deref()).await?;
        for (state, count) in app.store.relance_counts().await? {
            println!("{count:>8}  {state}");
        }
        println!();
        for relance in app.store.relances_in(asked.state.as_deref(), asked.most).await? {
            println!("{}", line(&relance));
        }
        let gate = app.store.gate().await?;
        if let (Some(at), Some(why)) = (gate.frozen_at, gate.why) {
            println!("\nEnvois arrêtés depuis {} : {why}", at.rfc3339());
        }
        app.store.close().await;
        Ok(())
    })
}

/// Runs `guichet relances missing`: what was decided and came to no end, and what is due and was not decided.
pub(super) fn missing(asked: &DueArgs) -> Result<(), Stop> {
    let (settings, planner) = Planner::open(&asked.house)?;
    let today = asked.house.as_of.unwrap_or_else(clock::today);
    wait_for(async {
        let app = App::with(settings).await?;
        let missing = app.store.relances_missing(Moment::now().minus(YOUNG)).await?;
        let (waiting, stuck): (Vec<_>, Vec<_>) = missing.into_iter().partition(|one| one.waits_for_yes);
        let planned = planner.plan(&app.store, today).await?;
        let undecided: Vec<String> = planned.plan.due().map(|due| format!("{} {}", due.lease, due.step)).collect();
        app.store.close().await;
        for one in &stuck {
            println!("décidée, sans fin   {}", line(&one.relance));
        }
        for one in &undecided {
            println!("due, non décidée    {one}");
        }
        for one in &waiting {
            println!("attend un accord    {}", line(&one.relance));
        }
        println!("{} sans fin, {} non décidée(s), {} en attente d'accord", stuck.len(), undecided.len(), waiting.len());
        if stuck.is_empty() && undecided.is_empty() {
            return Ok(());
        }
        Err(Stop::machine("des relances manquent"))
    })
}

/// Runs `guichet relances doubts`.
pub(super) fn doubts(asked: &PlaceArgs) -> Result<(), Stop> {
    wait_for(async {
        let app = App::open(asked.config.as_deref()).await?;
        let doubts = app.store.relances_in(Some(State::Doubt.code()), MOST).await?;
        app.store.close().await;
        for relance in &doubts {
            println!("{}", line(relance));
            let identity = relance.message_id.as_deref().or(relance.target.as_deref()).unwrap_or_default();
            println!(
                "    chercher {identity} chez le destinataire, puis : guichet relances settle {} sent|not-sent",
                relance.id
            );
        }
        println!("{} doute(s)", doubts.len());
        Ok(())
    })
}

fn line(relance: &Relance) -> String {
    let BusinessKey { lease, step, period, channel, .. } = &relance.key;
    let reason = relance.reason.as_deref().map(|why| format!(" : {why}")).unwrap_or_default();
    let yes = if relance.legal && relance.approved_by.is_none() { ", attend un accord" } else { "" };
    format!(
        "{}  {}  {lease}  {step} ({period})  {}  {}{yes}{reason}",
        relance.id,
        relance.reference,
        channel_words(channel),
        state_words(relance.state)
    )
}
