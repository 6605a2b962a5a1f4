//! The designs: one Typst file each, found by walking the folder, described by their front matter.
//!
//! What a design prints is not known here: that shows when it is set (`typeset`).

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Which part of the designs a paper may be drawn from: whole designs are kept apart to measure on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// What models learn from.
    Train,
    /// What they are measured on.
    Validation,
}

/// How a design can print the period of a cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// From a day to a last day.
    Intervalle,
    /// From a day to another at midnight: the last day is the one before.
    ZeroHeure,
    /// One year from a day; no end is printed.
    UnAn,
    /// From a day on, renewed by tacit agreement; there is no end.
    Tacite,
}

impl Period {
    /// Gives the word that designs know it by.
    pub fn word(self) -> &'static str {
        match self {
            Self::Intervalle => "intervalle",
            Self::ZeroHeure => "zero_heure",
            Self::UnAn => "un_an",
            Self::Tacite => "tacite",
        }
    }
}

/// Whether a design needs a broker or cannot show one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// It must have a broker.
    Courtier,
    /// It cannot show one.
    Aucun,
}

/// The leading `//!` lines of a design, as TOML.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontMatter {
    /// The catalogue's type of the document.
    #[serde(rename = "type")]
    pub type_code: String,
    /// Where it may be used.
    pub split: Split,
    /// The fields it always prints when the data has them.
    #[serde(default)]
    pub prints: Vec<String>,
    /// The kinds of period it can print.
    #[serde(default)]
    pub periodes: Vec<Period>,
    /// A few words on its layout.
    #[serde(default)]
    pub famille: String,
    /// Truth that it carries without a printed place.
    #[serde(default)]
    pub verite: BTreeMap<String, toml::Value>,
    /// How many pages it has.
    #[serde(default = "one_page")]
    pub pages: usize,
    /// Whether it needs a broker.
    #[serde(default)]
    pub reseau: Option<Network>,
    /// Its language, where it is not French alone.
    #[serde(default)]
    pub langue: Option<String>,
    /// How often it is drawn.
    #[serde(default = "full_weight")]
    pub poids: f64,
}

fn one_page() -> usize {
    1
}

fn full_weight() -> f64 {
    1.0
}

/// One design.
#[derive(Clone, Debug)]
pub struct Design {
    /// Folder and file without its ending: `attestation/f_coupon`.
    pub name: String,
    /// The folder: `attestation`.
    pub family: String,
    /// Its front matter.
    pub front: FrontMatter,
}

/// Why the designs could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum DesignError {
    /// The folder or a file cannot be read.
    #[error("cannot read {path}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A front matter is wrong.
    #[error("{path}:{line}: {message}")]
    Front {
        /// In which file.
        path: PathBuf,
        /// On which line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

/// Reads every design below `root`, sorted by name. Files beside the folders (`lib.typ`) are no designs, and neither are
/// files without a front matter that a design of the same folder imports, or that begin with `_` (shared blocks).
///
/// # Errors
/// A folder that cannot be read, or a front matter that misses or has a mistake, with its file and line.
pub fn load(root: &Path) -> Result<Vec<Design>, DesignError> {
    let mut designs = Vec::new();
    for folder in entries(root)? {
        if folder.is_dir() {
            load_folder(&folder, &mut designs)?;
        }
    }
    Ok(designs)
}

fn load_folder(folder: &Path, designs: &mut Vec<Design>) -> Result<(), DesignError> {
    let mut files = Vec::new();
    for path in entries(folder)? {
        if path.extension().is_some_and(|ending| ending == "typ") {
            let text =
                std::fs::read_to_string(&path).map_err(|source| DesignError::Io { path: path.clone(), source })?;
            files.push((path, text));
        }
    }
    let word = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let family = word(folder);
    for (path, text) in &files {
        let import = format!("#import \"{}.typ\"", word(path));
        let known = word(path).starts_with('_') || word(path) == "lib";
        let shared = known || files.iter().any(|(_, other)| other.contains(&import));
        if shared && !text.starts_with("//!") {
            continue;
        }
        let front =
            front_matter(text).map_err(|(line, message)| DesignError::Front { path: path.clone(), line, message })?;
        designs.push(Design { name: format!("{family}/{}", word(path)), family: family.clone(), front });
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, DesignError> {
    let failed = |source| DesignError::Io { path: folder.to_owned(), source };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}

/// Reads the leading `//!` lines. A mistake comes with its line.
fn front_matter(text: &str) -> Result<FrontMatter, (usize, String)> {
    let lines: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("//!")).collect();
    if lines.is_empty() {
        return Err((1, "a design begins with its front matter, lines `//! type = \"...\"`".to_owned()));
    }
    let front = lines.join("\n");
    toml::from_str(&front).map_err(|error| {
        let before = error.span().map_or("", |span| &front[..span.start.min(front.len())]);
        (before.matches('\n').count() + 1, error.message().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_front_matter_is_read() {
        let front = front_matter(
            "//! type = \"courrier\"\n//! split = \"train\"\n//! verite = { categorie = \"conge\" }\n#import \"x\"\n//! not this",
        )
        .unwrap();
        assert_eq!((front.type_code.as_str(), front.split, front.pages), ("courrier", Split::Train, 1));
        assert_eq!(front.verite["categorie"].as_str(), Some("conge"));
    }

    #[test]
    fn mistakes_have_their_line() {
        for (text, line, said) in [
            ("#import", 1, "front matter"),
            ("//! type = \"a\"\n//! split = \"train\"\n//! titre = 3\n", 3, "titre"),
            ("//! type = \"a\"\n//! split = \"test\"\n", 2, "test"),
            ("//! type = \"a\"\n//! split =\n", 2, ""),
        ] {
            let (at, message) = front_matter(text).unwrap_err();
            assert_eq!(at, line, "{text}: {message}");
            assert!(message.contains(said), "{message}");
        }
    }
}
