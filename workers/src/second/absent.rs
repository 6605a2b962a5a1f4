//! A program built without the encoder: the rules read alone.

use crate::settings::Settings;
use crate::stop::Stop;
use guichet_pipeline::encode::Encoder;
use std::sync::Arc;

/// Gives no encoder; weights that nothing can load are a mistake.
pub(crate) fn encoder(settings: &Settings) -> Result<Option<Arc<dyn Encoder>>, Stop> {
    if settings.encodeur.dossier.as_os_str().is_empty() {
        return Ok(None);
    }
    Err(Stop::usage("encodeur.dossier : ce programme a été construit sans l'encodeur : vider ce réglage"))
}

/// Says so.
pub(crate) fn told(_: &Settings) -> Result<String, Stop> {
    Ok("Encodeur : absent de cette construction du programme, les règles lisent seules".to_owned())
}
