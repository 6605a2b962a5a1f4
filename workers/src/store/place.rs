//! Where something is kept: an address that may hold a password, and never shows it.

use super::{Backend, StoreError};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An address from the settings: `sqlite:PATH`, `postgres://...`, `amqp://...`, `file:PATH`, `s3://...`.
///
/// `{fichier:PATH}` in it stands for what is in that file, so that passwords stay out of settings. It shows itself
/// without user information.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(String);

impl Place {
    /// Builds a place.
    pub fn new(address: impl Into<String>) -> Self {
        Self(address.into())
    }

    /// Gives what stands before the colon.
    pub fn scheme(&self) -> &str {
        self.0.split_once(':').map_or("", |(scheme, _)| scheme)
    }

    /// Gives what stands behind the colon, as a path.
    pub fn path(&self) -> &str {
        let path = self.0.split_once(':').map_or("", |(_, path)| path);
        path.strip_prefix("//").unwrap_or(path)
    }

    /// Gives the whole address, passwords included.
    ///
    /// # Errors
    /// When a file named in it cannot be read.
    pub fn address(&self) -> Result<String, String> {
        const OPENING: &str = "{fichier:";
        let Some((before, rest)) = self.0.split_once(OPENING) else { return Ok(self.0.clone()) };
        let (path, after) = rest.split_once('}').ok_or_else(|| format!("« {OPENING} » sans accolade fermante"))?;
        let secret =
            std::fs::read_to_string(path).map_err(|error| format!("{path} : mot de passe illisible ({error})"))?;
        Ok(format!("{before}{}{after}", percent_encoded(secret.trim())))
    }

    pub(super) fn backend(&self) -> Result<Backend, StoreError> {
        match self.scheme() {
            "sqlite" => Ok(Backend::Sqlite),
            "postgres" | "postgresql" => Ok(Backend::Postgres),
            _ => Err(self.refused("no such kind of store")),
        }
    }

    /// Gives the address as the driver wants it; makes the folder of a SQLite file.
    pub(super) fn url(&self) -> Result<String, StoreError> {
        if self.backend()? == Backend::Postgres {
            return self.address().map_err(|problem| self.refused(&problem));
        }
        let path = std::path::Path::new(self.path());
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| self.refused(&error.to_string()))?;
        }
        Ok(format!("sqlite:{}?mode=rwc", percent_encoded_path(self.path())))
    }

    fn refused(&self, problem: &str) -> StoreError {
        StoreError::Place { place: self.to_string(), problem: problem.to_owned() }
    }
}

/// Writes a secret so that it can stand in an address.
fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    encoded(text, plain)
}

/// Writes a path so that the driver reads it back whole.
fn percent_encoded_path(text: &str) -> String {
    encoded(text, |byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte))
}

fn encoded(text: &str, plain: impl Fn(u8) -> bool) -> String {
    let write = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(write).collect()
}

impl fmt::Display for Place {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.split_once("://"), self.0.rsplit_once('@')) {
            (Some((scheme, _)), Some((_, host))) => write!(to, "{scheme}://{host}"),
            _ => to.write_str(&self.0),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Place({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let cases = [
            ("sqlite:data/guichet.db", "sqlite:data/guichet.db"),
            ("postgres://guichet:s3cr3t@db/guichet", "postgres://db/guichet"),
            ("amqp://guichet:p%40ss@broker/%2f", "amqp://broker/%2f"),
            ("s3://guichet", "s3://guichet"),
        ];
        for (address, shown) in cases {
            let place = Place::new(address);
            assert_eq!(place.to_string(), shown);
            assert_eq!(format!("{place:?}"), format!("Place({shown})"));
        }
    }

    #[test]
    fn a_password_may_be_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pg");
        std::fs::write(&path, "a:b@c\n").unwrap();
        let place = Place::new(format!("postgres://guichet:{{fichier:{}}}@db/guichet", path.display()));
        assert_eq!(place.address().unwrap(), "postgres://guichet:a%3Ab%40c@db/guichet");
        assert!(!format!("{place}").contains("fichier"));
        assert!(Place::new("postgres://u:{fichier:/nulle/part}@db/g").address().unwrap_err().contains("/nulle/part"));
    }

    #[test]
    fn paths_and_kinds() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(format!("sqlite:{}/a b/g?.db", folder.path().display()));
        assert!(place.url().unwrap().ends_with("/a%20b/g%3F.db?mode=rwc"));
        assert!(folder.path().join("a b").is_dir());
        let error = Place::new("mysql://x").backend().unwrap_err();
        assert!(error.to_string().starts_with("store \"mysql://x\": no such kind of store"));
    }
}
