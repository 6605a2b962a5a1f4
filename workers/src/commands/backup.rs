//! `guichet backup`: the database first, then the documents, so that whatever the copy of the database names is there.

use super::app::App;
use super::args::BackupArgs;
use super::wait_for;
use crate::reading::source::reason;
use crate::stop::Stop;
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// The copy of the database.
const DATABASE: &str = "guichet.db";
/// The end of the journal at that moment, to verify the copy against.
const HEAD: &str = "tete";
/// The documents.
const BLOBS: &str = "blobs";
/// What the name of a half-written file holds.
const HALF_WRITTEN: char = '#';

/// Runs `guichet backup`.
pub(crate) fn run(asked: &BackupArgs) -> Result<(), Stop> {
    let folder = &asked.folder;
    if !folder.is_dir() {
        return Err(Stop::usage(format!("{} : dossier introuvable : le créer d'abord", folder.display())));
    }
    wait_for(async {
        let app = App::open(asked.config.as_deref()).await?;
        if !asked.blobs_only {
            database(&app, folder).await?;
        }
        app.store.close().await;
        if app.settings.blobs.scheme() != "file" {
            eprintln!("guichet : les documents sont dans un seau S3 ; les y sauvegarder");
            return Ok(());
        }
        let (copied, known) = documents(Path::new(app.settings.blobs.path()), &folder.join(BLOBS))
            .map_err(|error| Stop::machine(format!("copie des documents interrompue ({})", reason(&error))))?;
        eprintln!("guichet : {copied} document(s) copié(s), {known} déjà là ; la clé est à garder ailleurs");
        Ok(())
    })
}

async fn database(app: &App, folder: &Path) -> Result<(), Stop> {
    let refused = |error: io::Error| Stop::machine(format!("{} : {}", folder.display(), reason(&error)));
    let half = folder.join(format!("{DATABASE}.part"));
    match fs::remove_file(&half) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(refused(error)),
        _ => {}
    }
    // The head is taken first: the copy holds it, and whatever came since.
    let head = app.store.journal_head().await?;
    if !app.store.copy_to(&half).await? {
        return Err(Stop::usage("base PostgreSQL : pg_dump la copie, puis « guichet backup --blobs-only »"));
    }
    File::open(&half).and_then(|file| file.sync_all()).map_err(refused)?;
    fs::rename(&half, folder.join(DATABASE)).map_err(refused)?;
    fs::write(folder.join(HEAD), format!("{head}\n")).map_err(refused)
}

/// Copies what is not there yet; gives how many files were copied and how many were there.
fn documents(from: &Path, to: &Path) -> io::Result<(u64, u64)> {
    fs::create_dir_all(to)?;
    let (mut copied, mut known) = (0, 0);
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            let (more_copied, more_known) = documents(&path, &target)?;
            (copied, known) = (copied + more_copied, known + more_known);
        } else if target.exists() {
            known += 1;
        } else if !entry.file_name().to_string_lossy().contains(HALF_WRITTEN) {
            copied += u64::from(copy(&path, &target)?);
        }
    }
    Ok((copied, known))
}

/// Copies a file whole or not at all; one that was purged meanwhile is not copied.
fn copy(from: &Path, to: &Path) -> io::Result<bool> {
    let mut half = to.to_owned().into_os_string();
    half.push(".part");
    match fs::copy(from, &half) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        copied => copied?,
    };
    File::open(&half)?.sync_all()?;
    fs::rename(&half, to)?;
    Ok(true)
}
