//! What the command line names to read papers with: settings, rules, register, date.

use crate::cli::HouseArgs;
use crate::clock;
use crate::larger;
use crate::reading::source::reason;
use crate::second;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::topics;
use guichet_pipeline::register::{CsvReport, Register};
use guichet_pipeline::rules::{RulePages, Rules};
use guichet_pipeline::run::Setting;
use std::path::Path;

/// Bad rows of a register that are told one by one.
const ROWS_TOLD: usize = 5;

/// Everything that a run is done with.
#[derive(Debug)]
pub(crate) struct House {
    /// The settings.
    pub(crate) settings: Settings,
    /// The rules, the register and the date.
    pub(crate) setting: Setting,
}

impl House {
    /// Loads what the command line names.
    pub(crate) fn open(asked: &HouseArgs) -> Result<Self, Stop> {
        let settings = Settings::load(asked.config.as_deref())?;
        let rules = rules(asked.rules.as_deref())?;
        let register = asked.contracts.as_deref().map(register).transpose()?;
        let setting = Setting::new(rules, register, asked.as_of.unwrap_or_else(clock::today));
        let rules = &setting.lexicon.rules;
        let encoder = larger::encoder(&settings, rules, second::encoder(&settings)?)?;
        let topics = larger::topics(&settings, rules, topics::shipped()?)?;
        let setting = setting.with_encoder(encoder).with_topics(topics);
        Ok(Self { settings, setting })
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

fn register(path: &Path) -> Result<Register, Stop> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        Stop::usage(format!(
            "{name} : registre illisible ({}) : vérifier le chemin donné à --contracts",
            reason(&error)
        ))
    })?;
    let CsvReport { register, bad_rows } = Register::from_csv(&bytes, &name).map_err(Stop::usage)?;
    for row in bad_rows.iter().take(ROWS_TOLD) {
        eprintln!("{name}:{}: {}", row.line, row.message);
    }
    if !bad_rows.is_empty() {
        let (rows, leases) = (bad_rows.len(), register.leases().len());
        eprintln!("{name} : {rows} ligne(s) du registre laissée(s) de côté, {leases} baux retenus");
    }
    if register.leases().is_empty() {
        return Err(Stop::usage(format!("{name} : le registre ne contient aucun bail utilisable")));
    }
    Ok(register)
}
