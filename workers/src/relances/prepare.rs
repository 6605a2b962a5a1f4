//! Decided reminders become bytes: the letter set, the e-mail built, kept under their hash before anything leaves.

use super::letters::{Typeset, typeset};
use super::{EMAIL, SMS};
use crate::blobs::{Blobs, hash};
use crate::clock::Moment;
use crate::crash::point;
use crate::notify::drop::file_name;
use crate::notify::mail::{self, Mail};
use crate::settings::Settings;
use crate::stop::Stop;
use crate::store::Store;
use crate::store::relances::{Decided, Prepared, Relance, State};
use guichet_pipeline::relance::letter::Letter;
use serde_json::Value;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Letters set by one run of the typesetter.
const AT_ONCE: i64 = 200;

/// What came of preparing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Readied {
    /// Ready to leave.
    pub(crate) ready: usize,
    /// Held back, since no letter can be made of them: a person mends what their reason says.
    pub(crate) held_back: usize,
}

/// Bytes, and where they go.
struct Made {
    bytes: Vec<u8>,
    target: String,
}

/// Prepares everything that is decided.
///
/// # Errors
/// When the typesetter does not run or a template has a mistake, or the database or the blobs fail.
pub(crate) async fn prepare(settings: &Settings, store: &Store, blobs: &Blobs) -> Result<Readied, Stop> {
    let mut readied = Readied::default();
    loop {
        let decided = store.relances_in(Some(State::Decided.code()), AT_ONCE).await?;
        if decided.is_empty() {
            return Ok(readied);
        }
        let folder = Folder::new()?;
        let letters: Vec<Letter> = decided.iter().filter_map(|relance| letter_of(relance).ok()).collect();
        let set = tokio::task::block_in_place(|| typeset(settings, &letters, &folder.0))?;
        for relance in &decided {
            let made = letter_of(relance).and_then(|letter| match set.get(&letter.id) {
                Some(Ok(typeset)) => made(settings, relance, typeset).map_err(|stop| stop.message),
                Some(Err(fault)) => Err(fault.clone()),
                None => Err("la lettre n'a pas été composée".to_owned()),
            });
            match made {
                Ok(made) => {
                    let body = blobs.put("relance", &made.bytes).await?;
                    let prepared = Prepared { body, target: made.target };
                    store.relance_prepared(&relance.id, &prepared, Moment::now()).await?;
                    point("relance_prepared");
                    readied.ready += 1;
                }
                Err(why) => {
                    store.hold_relance(&relance.id, true, &why, Moment::now()).await?;
                    readied.held_back += 1;
                }
            }
        }
    }
}

/// Sets the letters of rows that nobody decided, to look at. Gives how many.
///
/// # Errors
/// When the typesetter does not run or a template has a mistake.
pub(crate) fn rehearse(settings: &Settings, rows: &[Decided], folder: &Path) -> Result<usize, Stop> {
    std::fs::create_dir_all(folder).map_err(|error| Stop::usage(format!("{} : {error}", folder.display())))?;
    let letter = |row: &Decided| {
        let mut decision: Value = serde_json::from_str(&row.decision).ok()?;
        serde_json::from_value(decision["letter"].take()).ok()
    };
    let letters: Vec<Letter> = rows.iter().filter_map(letter).collect();
    Ok(typeset(settings, &letters, folder)?.values().filter(|set| set.is_ok()).count())
}

fn letter_of(relance: &Relance) -> Result<Letter, String> {
    let mut decision: Value = serde_json::from_str(&relance.decision).map_err(|error| error.to_string())?;
    if let Some(fault) = decision["fault"].as_str() {
        return Err(fault.to_owned());
    }
    serde_json::from_value(decision["letter"].take()).map_err(|error| format!("lettre d'une autre version : {error}"))
}

fn made(settings: &Settings, relance: &Relance, typeset: &Typeset) -> Result<Made, Stop> {
    let decision: Value = serde_json::from_str(&relance.decision).unwrap_or_default();
    let contact = |name: &str| decision["file"]["contacts"][name].as_str().unwrap_or_default().to_owned();
    let channel = relance.key.channel.as_str();
    match channel {
        EMAIL => {
            let to = contact("email");
            let (text, html) = (typeset.text(typeset.set.text.as_ref())?, typeset.text(typeset.set.html.as_ref())?);
            let pdf = typeset.read(&typeset.set.pdf)?;
            let mail = Mail {
                from: &settings.courriel.expediteur,
                reply_to: &settings.courriel.repondre_a,
                to: &to,
                subject: &typeset.set.subject,
                text: &text,
                html: &html,
                pdf: Some((&format!("{}.pdf", relance.reference), &pdf)),
                message_id: relance.message_id.as_deref().unwrap_or_default(),
                at: relance.created_at,
            };
            let bytes = mail::bytes(&mail).map_err(|error| Stop::usage(error.to_string()))?;
            Ok(Made { bytes, target: to })
        }
        SMS => {
            let text = typeset.set.sms.clone().ok_or_else(|| Stop::usage("cette étape n'a pas de SMS"))?;
            let line = format!("{};\"{}\";{}\n", contact("mobile"), text.replace('"', "\"\""), relance.reference);
            let target = file_name(&relance.reference, channel, &hash(line.as_bytes()), "csv");
            Ok(Made { bytes: line.into_bytes(), target })
        }
        _ => {
            let bytes = typeset.read(&typeset.set.pdf)?;
            let target = file_name(&relance.reference, channel, &hash(&bytes), "pdf");
            Ok(Made { bytes, target })
        }
    }
}

/// A folder of this process, removed at the end: letters do not stay in the clear.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, Stop> {
        let path = std::env::temp_dir().join(format!("guichet-lettres-{}", uuid::Uuid::now_v7().simple()));
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .map_err(|error| Stop::machine(format!("{} : {error}", path.display())))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
