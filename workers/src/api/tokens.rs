//! Who may do what: tokens known by their hash, in a file that is read again whenever it changes.
//!
//! A token is 32 random bytes, shown once when it is issued. What is kept is its SHA-256, a name and what it may do.

use super::problem::Problem;
use crate::blobs::hash;
use crate::clock;
use crate::stop::Stop;
use axum::http::{HeaderMap, StatusCode, header};
use guichet_pipeline::values::Date;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

/// What every token begins with, so that one is known where it does not belong.
const PREFIX: &str = "guichet_";
/// What stands at the top of the file.
const HEADING: &str = "# Jetons d'accès, tenus par « guichet tokens ». Seules leurs empreintes sont gardées.\n\n";

/// What a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Scope {
    /// Hand files over.
    #[serde(rename = "sources:write")]
    Write,
    /// Read sources, results, decisions and events.
    #[serde(rename = "results:read")]
    Read,
    /// Read metrics.
    #[serde(rename = "metrics:read")]
    Metrics,
}

impl Scope {
    /// Every scope.
    pub(crate) const ALL: [Self; 3] = [Self::Write, Self::Read, Self::Metrics];

    /// Gives the name in the file and on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Write => "sources:write",
            Self::Read => "results:read",
            Self::Metrics => "metrics:read",
        }
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let names = Self::ALL.map(Self::name).join(", ");
        let found = Self::ALL.into_iter().find(|scope| scope.name() == name);
        found.ok_or_else(|| format!("donner des droits parmi {names}"))
    }
}

/// A token, without the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Token {
    /// For people.
    pub(crate) nom: String,
    /// SHA-256, hexadecimal.
    empreinte: String,
    /// What it may do.
    pub(crate) droits: Vec<Scope>,
    /// The last day, AAAA-MM-JJ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jusqu_au: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    jeton: Vec<Token>,
}

/// The tokens of a file.
#[derive(Debug)]
pub(crate) struct Tokens {
    path: PathBuf,
    read: Mutex<(Option<SystemTime>, Arc<Vec<Token>>)>,
}

impl Tokens {
    /// Names a file, which need not be there yet.
    pub(crate) fn of(path: &Path) -> Self {
        Self { path: path.to_owned(), read: Mutex::default() }
    }

    /// Gives the tokens; a file that cannot be read has none.
    fn current(&self) -> Arc<Vec<Token>> {
        let changed = fs::metadata(&self.path).and_then(|meta| meta.modified()).ok();
        let mut read = self.read.lock().unwrap_or_else(|broken| broken.into_inner());
        if read.0 != changed || changed.is_none() {
            let tokens = load(&self.path).unwrap_or_else(|stop| {
                tracing::error!(problem = stop.message, "no token is accepted");
                File::default()
            });
            *read = (changed, Arc::new(tokens.jeton));
        }
        Arc::clone(&read.1)
    }

    /// Gives the name of whoever asks, if they may.
    pub(super) fn authorize(&self, headers: &HeaderMap, scope: Scope) -> Result<String, Problem> {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given =
            given.and_then(|value| value.split_once(' ')).filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
        let unknown = || Problem::of(StatusCode::UNAUTHORIZED, "jeton absent, inconnu ou périmé");
        let (_, secret) = given.ok_or_else(unknown)?;
        // Found by its hash: how long that takes says nothing of the token.
        let wanted = hash(secret.trim().as_bytes());
        let tokens = self.current();
        let token = tokens.iter().find(|token| token.empreinte == wanted && token.is_valid(clock::today()));
        let token = token.ok_or_else(unknown)?;
        if !token.droits.contains(&scope) {
            return Err(Problem::of(StatusCode::FORBIDDEN, format!("ce jeton n'a pas le droit {}", scope.name())));
        }
        Ok(token.nom.clone())
    }
}

impl Token {
    fn is_valid(&self, today: Date) -> bool {
        match &self.jusqu_au {
            None => true,
            // A date that is none is over.
            Some(last) => Date::from_iso(last).is_some_and(|last| today <= last),
        }
    }
}

fn load(path: &Path) -> Result<File, Stop> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(File::default()),
        Err(error) => return Err(Stop::usage(format!("{} : jetons illisibles ({error})", path.display()))),
    };
    toml::from_str(&text).map_err(|error| Stop::usage(format!("{} : {}", path.display(), error.message())))
}

/// Writes the file whole or not at all, for its owner alone.
fn save(path: &Path, file: &File) -> Result<(), Stop> {
    let refused = |error: String| Stop::usage(format!("{} : jetons non écrits ({error})", path.display()));
    let text = toml::to_string(file).map_err(|error| refused(error.to_string()))?;
    let half = path.with_extension("toml.part");
    let write = || -> std::io::Result<()> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let mut to = fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&half)?;
        to.write_all(format!("{HEADING}{text}").as_bytes())?;
        to.sync_all()?;
        fs::rename(&half, path)
    };
    write().map_err(|error| refused(error.to_string()))
}

/// Issues a token and gives it: it is never shown again.
pub(crate) fn issue(path: &Path, name: &str, scopes: &[Scope], until: Option<Date>) -> Result<String, Stop> {
    let mut file = load(path)?;
    if file.jeton.iter().any(|token| token.nom == name) {
        return Err(Stop::usage(format!(
            "il y a déjà un jeton « {name} » : le retirer d'abord, ou donner un autre nom"
        )));
    }
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| Stop::machine(format!("pas de hasard à tirer : {error}")))?;
    let secret: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let secret = format!("{PREFIX}{secret}");
    let (empreinte, jusqu_au) = (hash(secret.as_bytes()), until.map(|until| until.to_string()));
    file.jeton.push(Token { nom: name.to_owned(), empreinte, droits: scopes.to_vec(), jusqu_au });
    save(path, &file)?;
    Ok(secret)
}

/// Takes a token back, from the next request on. Gives whether there was one.
pub(crate) fn forget(path: &Path, name: &str) -> Result<bool, Stop> {
    let mut file = load(path)?;
    let before = file.jeton.len();
    file.jeton.retain(|token| token.nom != name);
    let found = file.jeton.len() < before;
    if found {
        save(path, &file)?;
    }
    Ok(found)
}

impl Tokens {
    /// Gives the tokens of the file, for people.
    pub(crate) fn all(&self) -> Result<Vec<Token>, Stop> {
        Ok(load(&self.path)?.jeton)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(secret: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, secret.parse().unwrap());
        headers
    }

    #[test]
    fn a_token_does_what_it_was_issued_for_until_it_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sous/jetons.toml");
        let tokens = Tokens::of(&path);
        assert!(tokens.authorize(&asked("Bearer x"), Scope::Read).is_err(), "there is no file yet");
        let secret = issue(&path, "erp", &[Scope::Write], None).unwrap();
        assert!(!fs::read_to_string(&path).unwrap().contains(&secret), "the token itself is not kept");
        assert_eq!(tokens.authorize(&asked(&format!("Bearer {secret}")), Scope::Write).unwrap(), "erp");
        assert_eq!(tokens.authorize(&asked(&format!("bearer {secret}")), Scope::Write).unwrap(), "erp");
        for wrong in [&format!("Basic {secret}"), &format!("Bearer {secret}0"), "Bearer ", &secret] {
            assert!(tokens.authorize(&asked(wrong), Scope::Write).is_err(), "{wrong}");
        }
        assert!(tokens.authorize(&HeaderMap::new(), Scope::Write).is_err());
        assert!(tokens.authorize(&asked(&format!("Bearer {secret}")), Scope::Read).is_err(), "another scope");
        assert!(issue(&path, "erp", &[Scope::Read], None).is_err(), "a name is given once");
        assert!(forget(&path, "erp").unwrap());
        assert!(!forget(&path, "erp").unwrap());
        assert!(tokens.all().unwrap().is_empty());
    }

    #[test]
    fn a_token_ends_with_its_last_day() {
        let token = |until: Option<&str>| Token {
            nom: "erp".to_owned(),
            empreinte: String::new(),
            droits: Vec::new(),
            jusqu_au: until.map(str::to_owned),
        };
        let day = |text| Date::from_iso(text).unwrap();
        assert!(token(None).is_valid(day("2099-01-01")));
        assert!(token(Some("2026-11-23")).is_valid(day("2026-11-23")));
        assert!(!token(Some("2026-11-23")).is_valid(day("2026-11-24")));
        assert!(!token(Some("demain")).is_valid(day("2026-11-23")));
    }
}
