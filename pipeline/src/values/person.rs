//! Persons as papers name them (facts F.6).

use serde::{Deserialize, Serialize};

/// A person in the catalogue's normal form: `nom` upper case, `prenom` title case, accents kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    /// Family name (birth name where the paper gives both), upper case.
    pub nom: String,
    /// First name, title case.
    pub prenom: String,
    /// Usage name (married name) where the paper gives one, upper case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nom_usage: Option<String>,
}
