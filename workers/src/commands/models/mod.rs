//! `guichet models`: the larger models of a house, registered, listed, proven, removed, measured.

pub(crate) mod args;
mod bench;
mod measure;

use crate::commands::args::PlaceArgs;
use crate::house;
use crate::larger::words::{purpose, refusal};
use crate::larger::{shelf, vocabulary};
use crate::settings::Settings;
use crate::stop::Stop;
use args::{AddModelArgs, ModelsCommand, RemoveModelArgs};
use guichet_models::larger::LargerError;
use std::path::Path;

/// Runs `guichet models`.
pub(crate) fn run(asked: &ModelsCommand) -> Result<(), Stop> {
    match asked {
        ModelsCommand::Add(asked) => add(asked),
        ModelsCommand::List(place) => list(place),
        ModelsCommand::Verify(place) => verify(place),
        ModelsCommand::Remove(asked) => remove(asked),
        ModelsCommand::Bench(asked) => bench::run(asked),
    }
}

fn stop(error: LargerError) -> Stop {
    Stop::usage(refusal(&error))
}

fn settings(place: &PlaceArgs) -> Result<Settings, Stop> {
    Settings::load(place.config.as_deref())
}

fn add(asked: &AddModelArgs) -> Result<(), Stop> {
    let AddModelArgs { place, rules, name, licence, folder } = asked;
    let settings = settings(place)?;
    let vocabulary = vocabulary(&house::rules(rules.as_deref())?);
    let name = name.clone().unwrap_or_else(|| named(folder));
    let manifest = shelf(&settings).add(folder, &name, licence, &vocabulary).map_err(stop)?;
    println!(
        "{name} : {}, dit {}, {} étiquettes, {:.1} Mo, vérifié et essayé sur une phrase",
        manifest.architecture.name(),
        purpose(manifest.purpose),
        manifest.labels.len(),
        manifest.size() as f64 / 1e6
    );
    let key = if manifest.purpose == guichet_models::larger::Purpose::Letters { "courriers" } else { "pieces" };
    println!("pour s'en servir, dans les réglages : [modeles] {key} = \"{name}\"");
    Ok(())
}

/// Gives the name of a folder.
fn named(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    whole.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn list(place: &PlaceArgs) -> Result<(), Stop> {
    let settings = settings(place)?;
    for manifest in shelf(&settings).all().map_err(stop)? {
        let used = match manifest.name.as_str() {
            name if name == settings.modeles.courriers => " [courriers]",
            name if name == settings.modeles.pieces => " [pieces]",
            _ => "",
        };
        println!(
            "{:<24} {:<12} dit {}, {} étiquettes, {:.1} Mo, {}{used}",
            manifest.name,
            manifest.architecture.name(),
            purpose(manifest.purpose),
            manifest.labels.len(),
            manifest.size() as f64 / 1e6,
            if manifest.licence.is_empty() { "licence non dite" } else { &manifest.licence },
        );
    }
    Ok(())
}

/// Proves every file; says all that is wrong before it ends with code 2.
fn verify(place: &PlaceArgs) -> Result<(), Stop> {
    let settings = settings(place)?;
    let shelf = shelf(&settings);
    let mut wrong = Vec::new();
    for manifest in shelf.all().map_err(stop)? {
        let name = &manifest.name;
        match shelf.verify(name) {
            Ok(()) => println!("{name:<24} {} fichiers conformes au manifeste", manifest.files.len()),
            Err(error) => wrong.push(format!("{name} : {}", refusal(&error))),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Stop::usage(wrong.join("\n"))) }
}

fn remove(asked: &RemoveModelArgs) -> Result<(), Stop> {
    let settings = settings(&asked.place)?;
    let used = [("courriers", &settings.modeles.courriers), ("pieces", &settings.modeles.pieces)];
    if let Some((key, name)) = used.into_iter().find(|(_, name)| **name == asked.name) {
        return Err(Stop::usage(format!(
            "le modèle « {name} » sert encore : vider d'abord modeles.{key} dans les réglages"
        )));
    }
    shelf(&settings).remove(&asked.name).map_err(stop)
}
