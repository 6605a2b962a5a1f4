//! Where a register is, and one reading of it.

use super::RegisterError;
use super::view::View;
use crate::blobs;
use crate::settings::RegisterSettings;
use crate::store::Place;
use guichet_pipeline::register::{BadRow, Register, RegisterReport};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Where a register is.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A CSV file.
    Csv(PathBuf),
    /// A table or view of a database.
    View(View),
}

/// What a file looked like from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

/// A register as it was read, and by what two readings are compared.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Where it came from, for people.
    pub name: String,
    /// The leases.
    pub register: Arc<Register>,
    /// The rows left out.
    pub bad_rows: Vec<BadRow>,
    /// The hash of each lease, by its reference: of all that decisions depend on.
    pub leases: BTreeMap<String, String>,
    /// The hash of all of them.
    pub hash: String,
    /// The hash of everything that rows say, how tenants are written to included.
    pub whole: String,
}

impl Origin {
    /// Gives where the register is: the file of the command line, else what the settings say.
    ///
    /// # Errors
    /// When the setting is none that a register can be read from.
    pub fn of(asked: Option<&Path>, settings: &RegisterSettings) -> Result<Option<Self>, RegisterError> {
        if let Some(path) = asked {
            return Ok(Some(Self::Csv(path.to_owned())));
        }
        let place = &settings.source;
        let refused = |problem: &str| RegisterError::Place { place: place.to_string(), problem: problem.to_owned() };
        match place.scheme() {
            _ if *place == Place::default() => Ok(None),
            "csv" if !place.path().is_empty() => Ok(Some(Self::Csv(PathBuf::from(place.path())))),
            "postgres" | "postgresql" => {
                let patience = Duration::from_secs(settings.reponse_s);
                let view = View::new(place.clone(), &settings.vue, patience);
                view.map(|view| Some(Self::View(view))).map_err(|problem| refused(&problem))
            }
            _ => Err(refused("écrire csv:CHEMIN ou postgres://UTILISATEUR@MACHINE/BASE")),
        }
    }

    /// Reads it once, whole.
    ///
    /// # Errors
    /// When it cannot be read, or is no register; rows that cannot be used are no error.
    pub fn read(&self) -> Result<Reading, RegisterError> {
        let name = self.to_string();
        let report = match self {
            Self::View(view) => view.read()?,
            Self::Csv(path) => {
                let before = self.stamp();
                let bytes = std::fs::read(path).map_err(|source| RegisterError::File { name: name.clone(), source })?;
                if self.stamp() != before {
                    return Err(RegisterError::Moving(name));
                }
                Register::from_csv(&bytes, &name).map_err(RegisterError::Shape)?
            }
        };
        if report.register.leases().is_empty() {
            return Err(RegisterError::Empty(name));
        }
        Ok(Reading::of(report, name))
    }

    /// Gives what the file looks like; nothing of a database, which has to be asked.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        let Self::Csv(path) = self else { return None };
        let meta = std::fs::metadata(path).ok()?;
        Some(Stamp { bytes: meta.len(), modified: meta.modified().ok() })
    }
}

impl Reading {
    /// Takes the hashes of what was read.
    pub(super) fn of(report: RegisterReport, name: String) -> Self {
        let RegisterReport { register, bad_rows } = report;
        let leases = hashes(&register);
        let everything = register.leases().iter().map(|lease| serde_json::json!(lease).to_string());
        Self {
            hash: joined(leases.iter().map(|(reference, hash)| format!("{reference} {hash}"))),
            whole: joined(everything),
            leases,
            register: Arc::new(register),
            bad_rows,
            name,
        }
    }
}

/// Gives the hash of each lease, by its reference.
fn hashes(register: &Register) -> BTreeMap<String, String> {
    let hash = |text: String| blobs::hash(text.as_bytes());
    register.leases().iter().map(|lease| (lease.reference.clone(), hash(lease.deciding_text()))).collect()
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let text: String = parts.map(|part| part + "\n").collect();
    blobs::hash(text.as_bytes())
}

impl fmt::Display for Origin {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Csv(path) => write!(to, "{}", path.display()),
            Self::View(view) => write!(to, "{view}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "reference_contrat;nom;prenom;adresse;code_postal;commune;email\n";

    fn reading(rows: &str) -> Reading {
        let report = Register::from_csv(format!("{HEADER}{rows}").as_bytes(), "contrats.csv").unwrap();
        Reading::of(report, "contrats.csv".to_owned())
    }

    #[test]
    fn two_readings_are_compared_by_what_decides() {
        let before = reading("L-1;A;B;1 RUE X;31000;T;\nL-2;C;D;1 RUE X;31000;T;\n");
        let turned = reading("L-2;C;D;1 RUE X;31000;T;\nL-1;A;B;1 RUE X;31000;T;\n");
        assert_eq!(turned.hash, before.hash, "the order of leases says nothing");
        let written = reading("L-1;A;B;1 RUE X;31000;T;a@exemple.fr\nL-2;C;D;1 RUE X;31000;T;\n");
        assert_eq!(written.hash, before.hash, "an address for letters decides nothing");
        assert_ne!(written.whole, before.whole, "but letters go by it");
        let moved = reading("L-1;A;B;2 RUE X;31000;T;\nL-2;C;D;1 RUE X;31000;T;\n");
        assert_ne!(moved.hash, before.hash);
        assert_eq!(moved.leases["L-2"], before.leases["L-2"]);
    }

    #[test]
    fn the_command_line_goes_before_the_settings() {
        let settings = |source: &str| RegisterSettings {
            source: Place::new(source),
            vue: "erp.guichet_baux".to_owned(),
            ..RegisterSettings::default()
        };
        let of = |asked: Option<&str>, source: &str| {
            let origin = Origin::of(asked.map(Path::new), &settings(source));
            origin.map(|origin| origin.map(|origin| origin.to_string())).map_err(|error| error.to_string())
        };
        assert_eq!(of(None, ""), Ok(None));
        assert_eq!(of(None, "csv:a.csv"), Ok(Some("a.csv".to_owned())));
        assert_eq!(of(Some("b.csv"), "csv:a.csv"), Ok(Some("b.csv".to_owned())));
        let view = of(None, "postgres://lecture:secret@erp/patrimoine");
        assert_eq!(view, Ok(Some("postgres://erp/patrimoine, vue erp.guichet_baux".to_owned())));
        for wrong in ["contrats.csv", "csv:", "mysql://u:secret@erp/p"] {
            let refusal = of(None, wrong).unwrap_err();
            assert!(refusal.contains("csv:CHEMIN") && !refusal.contains("secret"), "{refusal}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("contrats.csv");
        let read = || Origin::Csv(path.clone()).read().map(|_| ()).map_err(|error| error.to_string());
        assert!(read().unwrap_err().contains("--contracts ou registre.source"));
        for (text, said) in [("a;b\n", "colonnes absentes"), (HEADER, "aucun bail utilisable")] {
            std::fs::write(&path, text).unwrap();
            assert!(read().unwrap_err().contains(said));
        }
    }
}
