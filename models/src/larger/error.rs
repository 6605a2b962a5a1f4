//! Why a larger model is not used: each names the file.

use super::card::Architecture;
use super::vocabulary::Purpose;

/// Why a larger model was not registered or not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LargerError {
    /// A file or a folder cannot be read or written.
    #[error("cannot read or write {place}")]
    Disk {
        /// Which.
        place: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file that has to be there is not.
    #[error("{name} is missing")]
    Missing {
        /// Which.
        name: String,
    },
    /// A file is not what its name says.
    #[error("{file} does not parse: {why}")]
    Parse {
        /// Which.
        file: String,
        /// Why.
        why: String,
    },
    /// The architecture is none of those that are known.
    #[error("{file}: unknown architecture {found:?}, expected one of {}", Architecture::names())]
    Architecture {
        /// The file that names it.
        file: String,
        /// What it says.
        found: String,
    },
    /// The model has no head for a task that is known.
    #[error(
        "config.json: {found:?} is no classifier, expected ...ForSequenceClassification or ...ForTokenClassification"
    )]
    Task {
        /// What `architectures` says.
        found: String,
    },
    /// Something in the configuration that is not done here.
    #[error("config.json: {key} is {found}, which is not supported, expected {expected}")]
    Unsupported {
        /// The key.
        key: &'static str,
        /// Its value.
        found: String,
        /// What could be read.
        expected: &'static str,
    },
    /// Labels that are no codes of the rules.
    #[error("config.json: labels unknown to the rules ({}): {}", .purpose.name(), .unknown.join(", "))]
    Labels {
        /// What the others are of.
        purpose: Purpose,
        /// The labels.
        unknown: Vec<String>,
    },
    /// The weights do not fit the configuration.
    #[error("{file} does not fit config.json: {why}")]
    Unfit {
        /// The file.
        file: String,
        /// The tensor, and what is wrong with it.
        why: String,
    },
    /// A file is not the one of the manifest.
    #[error("{name} is not the file of the manifest: sha256 {found}, expected {expected}")]
    Hash {
        /// Which.
        name: String,
        /// Its hash.
        found: String,
        /// That of the manifest.
        expected: String,
    },
    /// A file that changes what the model says was added after it was registered.
    #[error("the manifest does not list {name}")]
    Unlisted {
        /// Which.
        name: String,
    },
    /// A name that cannot be that of a folder.
    #[error("{name:?} is no name for a model")]
    Name {
        /// The name.
        name: String,
    },
    /// A model of that name is there already.
    #[error("there is a model {name:?} already")]
    Taken {
        /// The name.
        name: String,
    },
    /// No model has that name.
    #[error("there is no model {name:?}")]
    Absent {
        /// The name.
        name: String,
    },
    /// It was loaded, but says nothing sensible.
    #[error("the model does not work: {why}")]
    Unproved {
        /// What it did.
        why: String,
    },
}

impl LargerError {
    pub(super) fn disk(place: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let place = place.display().to_string();
        move |source| Self::Disk { place, source }
    }

    pub(super) fn parse(file: &str) -> impl Fn(&dyn std::fmt::Display) -> Self {
        let file = file.to_owned();
        move |why| Self::Parse { file: file.clone(), why: why.to_string() }
    }
}
