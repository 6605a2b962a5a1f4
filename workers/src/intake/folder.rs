//! A watched folder: what people and scanners put in it is taken in, then moved into its folder `faits`.
//!
//! A file is left alone until it has not changed for a while: it may still be on its way. The move comes last, so a file
//! that is still there after a crash is taken in again, which its key makes harmless. What cannot be taken in goes to
//! `refuses` with a sentence beside it. Sub-folders are looked into; `urgent`, `courant` and `masse` at the top say how
//! urgent their files are.
//!
//! One program watches a folder.

use super::ready::{Ready, Waiting};
use super::shelf::Shelf;
use super::{Came, IntakeError, take_in};
use crate::blobs::Blobs;
use crate::clock::Moment;
use crate::crash::point;
use crate::interrupt::Interrupt;
use crate::job::Class;
use crate::reading::source::{Source, load};
use crate::settings::Settings;
use crate::store::{Store, TakenIn};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// How often to look into the folder.
const LOOK: Duration = Duration::from_secs(1);
/// How often to look up for a stop.
const LOOK_UP: Duration = Duration::from_millis(100);

/// Watches the folder of the settings until `interrupt` asks to stop; `news` hears of every new job.
pub(crate) async fn watch(
    settings: Settings,
    store: Store,
    blobs: Blobs,
    interrupt: Interrupt,
    news: impl Fn() + Send + 'static,
) {
    let mut waiting = Waiting::new(Duration::from_secs(settings.depot.repos_s));
    let shelf = Shelf::new(settings.depot.dossier.clone());
    while !interrupt.asked() {
        for ready in waiting.look(shelf.root()) {
            if interrupt.asked() {
                return;
            }
            match one(&settings, &store, &blobs, &shelf, &ready).await {
                Ok(taken) => {
                    if taken {
                        news();
                    }
                    waiting.forget(&ready.path);
                }
                Err(why) => {
                    tracing::warn!(why, "file of the intake folder left for later");
                    waiting.later(&ready.path);
                }
            }
        }
        let mut left = LOOK;
        while !interrupt.asked() && !left.is_zero() {
            tokio::time::sleep(LOOK_UP).await;
            left = left.saturating_sub(LOOK_UP);
        }
    }
}

/// Takes one file in and moves it aside. Gives whether it is a source; the error holds no name.
async fn one(settings: &Settings, store: &Store, blobs: &Blobs, shelf: &Shelf, ready: &Ready) -> Result<bool, String> {
    let path = ready.path.clone();
    let most = settings.limites.octets_max;
    let loaded = tokio::task::spawn_blocking(move || load(&path, most)).await.map_err(|error| error.to_string())?;
    if !ready.is_unchanged() {
        return Err("changed while it was read".to_owned());
    }
    let Source { sha256, bytes } = loaded;
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(fault) => {
            tracing::warn!(code = ?fault.code, "file of the intake folder refused");
            return shelf.refuse(&ready.path, &fault.message).map(|()| false).map_err(|error| error.to_string());
        }
    };
    let within = ready.path.strip_prefix(shelf.root()).unwrap_or(&ready.path);
    let name = within.to_string_lossy();
    let since = ready.modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    let came = Came {
        bytes: &bytes,
        media_type: "application/octet-stream",
        name: &name,
        channel: "folder",
        sender: None,
        received_at: Moment(i64::try_from(since.as_micros()).unwrap_or(i64::MAX)).min(Moment::now()),
        // The same file at the same place of the same moment: after a crash it has come once.
        key: Some(format!("folder:{name}:{}:{sha256}", since.as_nanos())),
        class: class_of(within),
    };
    let taken = take_in(store, blobs, &came).await.map_err(|error: IntakeError| error.to_string())?;
    point("folder_taken");
    match &taken {
        TakenIn::New(source) => tracing::info!(source, channel = "folder", "source received"),
        TakenIn::Known(source) | TakenIn::Repeated(source) => {
            tracing::info!(source, channel = "folder", "source received again");
        }
    }
    shelf.done(&ready.path).map_err(|error| error.to_string())?;
    Ok(true)
}

/// Gives how urgent a file is from the folder at the top that holds it.
fn class_of(within: &Path) -> Class {
    let parts: Vec<PathBuf> = within.components().map(|part| PathBuf::from(part.as_os_str())).collect();
    match &parts[..] {
        [first, _, ..] => first.to_str().and_then(|name| name.parse().ok()).unwrap_or_default(),
        _ => Class::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_says_how_urgent_its_files_are() {
        let cases = [
            ("urgent/a.pdf", Class::Urgent),
            ("masse/2026/a.pdf", Class::Masse),
            ("scanner/urgent/a.pdf", Class::Courant),
            ("urgent", Class::Courant),
            ("a.pdf", Class::Courant),
        ];
        for (path, expected) in cases {
            assert_eq!(class_of(Path::new(path)), expected, "{path}");
        }
    }
}
