//! Invented letters that try the templates: `rules/letters/exemples.toml`.

use guichet_pipeline::relance::letter::{Landlord, Letter};
use serde::Deserialize;
use std::path::Path;

/// The file of examples.
const FILE: &str = "exemples.toml";
/// The file of the landlord.
const LANDLORD: &str = "bailleur.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Examples {
    /// What all examples say unless they say otherwise.
    commun: toml::Table,
    exemple: Vec<toml::Table>,
}

/// Reads the examples of a folder of templates; the landlord is that of `bailleur.toml` beside them.
///
/// # Errors
/// A file that is missing or not understood, with its place; a template that no example tries.
pub fn read(folder: &Path) -> Result<Vec<Letter>, String> {
    let landlord: Landlord = parse(&folder.join(LANDLORD))?;
    let landlord = toml::Value::try_from(&landlord).map_err(|error| error.to_string())?;
    let path = folder.join(FILE);
    let examples: Examples = parse(&path)?;
    let mut letters = Vec::new();
    for (at, own) in examples.exemple.into_iter().enumerate() {
        let mut whole = examples.commun.clone();
        whole.insert("landlord".to_owned(), landlord.clone());
        whole.extend(own);
        let letter: Letter = whole
            .try_into()
            .map_err(|error: toml::de::Error| format!("{} : exemple {} : {error}", path.display(), at + 1))?;
        letters.push(letter);
    }
    untried(folder, &letters)?;
    Ok(letters)
}

/// Reads the landlord of a folder of templates.
///
/// # Errors
/// A file that is missing or not understood, with its place.
pub fn landlord(folder: &Path) -> Result<Landlord, String> {
    parse(&folder.join(LANDLORD))
}

fn parse<T: for<'a> Deserialize<'a>>(path: &Path) -> Result<T, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{} : {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("{} : {error}", path.display()))
}

/// Refuses a template without an example: its first letter would go to a tenant unseen.
fn untried(folder: &Path, letters: &[Letter]) -> Result<(), String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{} : {error}", folder.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|ending| ending == "typ"))
        .filter_map(|entry| entry.path().file_stem().map(|name| name.to_string_lossy().into_owned()))
        .filter(|name| name != "lib" && letters.iter().all(|letter| letter.template != *name))
        .collect();
    names.sort();
    if names.is_empty() {
        return Ok(());
    }
    Err(format!("{} : aucun exemple pour {} : en ajouter un", folder.join(FILE).display(), names.join(", ")))
}
