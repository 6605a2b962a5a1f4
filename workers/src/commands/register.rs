//! `guichet register`: what is wrong with the register and what it changes, before it is taken; and a yes to one that lacks
//! many leases.

use super::args::{RegisterAcceptArgs, RegisterArgs, RegisterCommand};
use super::wait_for;
use crate::clock::Moment;
use crate::register::change::{Compared, compare};
use crate::register::{Origin, Reading};
use crate::settings::Settings;
use crate::stop::{Exit, Stop};
use crate::store::{LastChange, Store};
use std::path::Path;

/// Runs `guichet register`.
pub(crate) fn run(asked: &RegisterCommand) -> Result<(), Stop> {
    match asked {
        RegisterCommand::Check(asked) => check(asked),
        RegisterCommand::Accept(asked) => accept(asked),
    }
}

fn check(asked: &RegisterArgs) -> Result<(), Stop> {
    let (settings, reading) = read(asked)?;
    println!("{}", counted(&reading));
    for row in &reading.bad_rows {
        println!("{} : {}", row.place, row.message);
    }
    let standing = wait_for(standing(&settings, &reading))?;
    println!("{}", against(standing.as_ref()));
    let withheld = standing.filter(|(compared, _)| compared.is_withheld(settings.registre.perte_max));
    if let Some((compared, _)) = withheld {
        return Err(Stop::usage(compared.refusal(&reading.name)));
    }
    // Everything is said already.
    if reading.bad_rows.is_empty() { Ok(()) } else { Err(Stop { exit: Exit::Usage, message: String::new() }) }
}

fn accept(asked: &RegisterAcceptArgs) -> Result<(), Stop> {
    let (settings, reading) = read(&asked.register)?;
    let author = asked.author.name();
    let told = wait_for(async {
        let Some(store) = existing(&settings).await? else { return Ok(None) };
        let compared = compare(&store, &reading).await?;
        let is_lossy = compared.loss.exceeds(settings.registre.perte_max);
        if is_lossy {
            store.accept_register(&reading.hash, &author, Moment::now()).await?;
        }
        store.close().await;
        Ok(is_lossy.then_some(compared.loss))
    })?;
    match told {
        Some(loss) => println!(
            "{} : accepté par {author} : {loss} ; les programmes en marche le prennent d'ici une minute",
            reading.name
        ),
        None => println!("{} : rien à accepter : ce registre est pris de lui-même", reading.name),
    }
    Ok(())
}

/// Tells `guichet doctor` of the register that the settings name; gives what is wrong with it, too.
pub(crate) fn told(settings: &Settings) -> Result<(String, Option<String>), Stop> {
    let origin = match Origin::of(None, &settings.registre) {
        Ok(Some(origin)) => origin,
        Ok(None) => {
            return Ok((
                "Registre\n  aucun dans les réglages (registre.source) : --contracts le donne".to_owned(),
                None,
            ));
        }
        Err(error) => return Ok(("Registre\n  NON".to_owned(), Some(error.to_string()))),
    };
    let reading = match origin.read() {
        Ok(reading) => reading,
        Err(error) => return Ok((format!("Registre\n  {origin} : NON"), Some(error.to_string()))),
    };
    let standing = wait_for(standing(settings, &reading))?;
    let text = format!("Registre, lu à l'instant\n  {}\n  {}", counted(&reading), against(standing.as_ref()));
    let withheld = standing.filter(|(compared, _)| compared.is_withheld(settings.registre.perte_max));
    Ok((text, withheld.map(|(compared, _)| compared.refusal(&reading.name))))
}

fn read(asked: &RegisterArgs) -> Result<(Settings, Reading), Stop> {
    let settings = Settings::load(asked.config.as_deref())?;
    let origin = Origin::of(asked.contracts.as_deref(), &settings.registre)?;
    let origin = origin.ok_or_else(|| {
        Stop::usage("aucun registre : donner --contracts contrats.csv, ou le réglage registre.source")
    })?;
    let reading = origin.read()?;
    Ok((settings, reading))
}

/// Compares a register with the one applied, where there is a database already: none is made to look at.
async fn standing(settings: &Settings, reading: &Reading) -> Result<Option<(Compared, LastChange)>, Stop> {
    let Some(store) = existing(settings).await? else { return Ok(None) };
    let compared = compare(&store, reading).await?;
    let last = store.last_register_change().await?;
    store.close().await;
    Ok(last.map(|last| (compared, last)))
}

async fn existing(settings: &Settings) -> Result<Option<Store>, Stop> {
    let place = &settings.store;
    if place.scheme() == "sqlite" && !Path::new(place.path()).exists() {
        return Ok(None);
    }
    Ok(Some(Store::open(place, settings.queue.scheme() != "local").await?))
}

fn counted(reading: &Reading) -> String {
    let (leases, rows) = (reading.leases.len(), reading.bad_rows.len());
    format!("{} : {leases} baux, {rows} ligne(s) laissée(s) de côté", reading.name)
}

/// Says what a register changes, in counts.
fn against(standing: Option<&(Compared, LastChange)>) -> String {
    let Some((compared, last)) = standing else {
        return "aucun registre n'a encore été appliqué : celui-ci le sera au démarrage".to_owned();
    };
    let since = last.at.rfc3339();
    let going_on = if last.is_open { " ; la relecture des décisions continue" } else { "" };
    let change = &compared.change;
    if change.before.as_ref() == Some(&change.after) {
        let again = last.again;
        return format!("appliqué le {since} ; {again} source(s) décidée(s) de nouveau{going_on}");
    }
    let (added, changed, removed) = (change.added.len(), change.changed.len(), change.removed.len());
    format!(
        "depuis celui appliqué le {since} ({} baux) : {added} nouveau(x), {changed} modifié(s), {removed} disparu(s){going_on}",
        last.leases
    )
}
