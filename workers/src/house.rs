//! What the command line names to read papers with: settings, rules, register, date.

use crate::cli::HouseArgs;
use crate::clock;
use crate::larger;
use crate::reading::source::reason;
use crate::register::{Origin, Reading};
use crate::second;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::topics;
use guichet_pipeline::rules::{RulePages, Rules};
use guichet_pipeline::run::Setting;
use std::path::Path;
use std::sync::Arc;

/// Bad rows of a register that are told one by one.
const ROWS_TOLD: usize = 5;

/// Everything that a run is done with.
#[derive(Debug)]
pub(crate) struct House {
    /// The settings.
    pub(crate) settings: Settings,
    /// The rules, the register and the date.
    pub(crate) setting: Setting,
    /// The register as it was read.
    pub(crate) reading: Option<Arc<Reading>>,
}

impl House {
    /// Loads what the command line names.
    pub(crate) fn open(asked: &HouseArgs) -> Result<Self, Stop> {
        let settings = Settings::load(asked.config.as_deref())?;
        let reading = match origin(asked, &settings)? {
            Some(origin) => Some(Arc::new(read(&origin)?)),
            None => None,
        };
        Self::with(asked, settings, reading)
    }

    /// Loads the same, with a register that was read.
    pub(crate) fn with(asked: &HouseArgs, settings: Settings, reading: Option<Arc<Reading>>) -> Result<Self, Stop> {
        let rules = rules(asked.rules.as_deref())?;
        let setting = Setting::new(rules, None, asked.as_of.unwrap_or_else(clock::today));
        let rules = &setting.lexicon.rules;
        let encoder = larger::encoder(&settings, rules, second::encoder(&settings)?)?;
        let topics = larger::topics(&settings, rules, topics::shipped()?)?;
        let register = reading.as_ref().map(|reading| Arc::clone(&reading.register));
        let setting = setting.with_encoder(encoder).with_topics(topics).with_register(register);
        Ok(Self { settings, setting, reading })
    }
}

/// Gives the rules of a folder, or those of the program.
pub(crate) fn rules(folder: Option<&Path>) -> Result<Rules, Stop> {
    let pages = rule_pages(folder)?;
    pages.link().map_err(|error| {
        let place = folder.map(|folder| format!("{}/", folder.display())).unwrap_or_default();
        Stop::usage(format!("{place}{error}"))
    })
}

/// Gives the pages of a folder of rules, or those of the program.
pub(crate) fn rule_pages(folder: Option<&Path>) -> Result<RulePages, Stop> {
    let Some(folder) = folder else { return Ok(RulePages::embedded()) };
    let mut pages = Vec::new();
    for path in crate::paths::files(&[folder.to_owned()], None)? {
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Stop::usage(format!("{} : règles illisibles ({})", path.display(), reason(&error))))?;
        let name = path.strip_prefix(folder).unwrap_or(&path);
        pages.push((name.to_string_lossy().into_owned(), text));
    }
    if pages.is_empty() {
        return Err(Stop::usage(format!("{} : aucun fichier .toml dans ce dossier de règles", folder.display())));
    }
    Ok(RulePages { pages })
}

/// Gives where the register is, if there is one.
pub(crate) fn origin(asked: &HouseArgs, settings: &Settings) -> Result<Option<Origin>, Stop> {
    Ok(Origin::of(asked.contracts.as_deref(), &settings.registre)?)
}

/// Reads the register and tells of the rows that it leaves out.
pub(crate) fn read(origin: &Origin) -> Result<Reading, Stop> {
    let reading = origin.read()?;
    for row in reading.bad_rows.iter().take(ROWS_TOLD) {
        eprintln!("{}: {}", row.place, row.message);
    }
    if !reading.bad_rows.is_empty() {
        let (rows, leases) = (reading.bad_rows.len(), reading.leases.len());
        eprintln!("{} : {rows} ligne(s) du registre laissée(s) de côté, {leases} baux retenus", reading.name);
    }
    Ok(reading)
}
