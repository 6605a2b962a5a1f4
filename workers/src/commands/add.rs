//! `guichet add`: files handed over to durable work, as a person or a script at this machine would.

use super::app::App;
use super::args::AddArgs;
use super::wait_for;
use crate::blobs::Blobs;
use crate::clock::Moment;
use crate::intake::{Came, take_in};
use crate::paths;
use crate::reading::source::load;
use crate::stop::Stop;
use crate::store::{Store, TakenIn};
use std::path::Path;

/// Runs `guichet add`.
pub(crate) fn run(asked: &AddArgs) -> Result<(), Stop> {
    let files = paths::files(&asked.paths, None)?;
    if files.is_empty() {
        return Err(Stop::usage("aucun fichier à confier sous les chemins donnés"));
    }
    wait_for(async {
        let app = App::open(asked.config.as_deref()).await?;
        let blobs = app.blobs().await?;
        let (mut new, mut known, mut refused) = (0, 0, 0);
        for path in &files {
            match add(&app.store, &blobs, path, asked, app.settings.limites.octets_max).await? {
                Some(TakenIn::New(_)) => new += 1,
                Some(TakenIn::Known(_) | TakenIn::Repeated(_)) => known += 1,
                None => refused += 1,
            }
        }
        app.store.close().await;
        eprintln!("guichet : {new} fichier(s) confié(s), {known} déjà connu(s), {refused} refusé(s)");
        Ok(())
    })
}

async fn add(store: &Store, blobs: &Blobs, path: &Path, asked: &AddArgs, most: u64) -> Result<Option<TakenIn>, Stop> {
    let bytes = match load(path, most).bytes {
        Ok(bytes) => bytes,
        Err(fault) => {
            eprintln!("{} : {}", path.display(), fault.message);
            return Ok(None);
        }
    };
    let came = Came {
        bytes: &bytes,
        media_type: "application/octet-stream",
        name: &path.to_string_lossy(),
        channel: "command",
        sender: None,
        received_at: Moment::now(),
        key: None,
        class: asked.class,
    };
    Ok(Some(take_in(store, blobs, &came).await?))
}
