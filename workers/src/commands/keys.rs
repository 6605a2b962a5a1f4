//! `guichet keys`: the landlord's keys.

use super::app::App;
use super::args::{KeysCommand, RotateArgs};
use super::wait_for;
use crate::stop::Stop;

/// Runs `guichet keys`.
pub(crate) fn run(asked: &KeysCommand) -> Result<(), Stop> {
    match asked {
        KeysCommand::Rotate(asked) => wait_for(rotate(asked)),
    }
}

async fn rotate(asked: &RotateArgs) -> Result<(), Stop> {
    let app = App::open(asked.config.as_deref()).await?;
    let blobs = app.blobs().await?;
    let rotated = if asked.resume { blobs.rewrap().await? } else { blobs.rotate().await? };
    app.store.close().await;
    println!("Clé {} en service ; {} document(s) sous cette clé désormais.", rotated.key, rotated.blobs);
    println!("Garder les anciennes clés tant que des sauvegardes en dépendent.");
    Ok(())
}
