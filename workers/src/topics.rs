//! The model of letters, which ships inside the program.

use crate::stop::Stop;
use guichet_models::topics::MailTables;
use guichet_pipeline::mail::Topics;
use std::sync::Arc;

/// Gives the model.
pub(crate) fn shipped() -> Result<Option<Arc<dyn Topics>>, Stop> {
    let refused = |error| Stop::usage(format!("modèle des courriers refusé ({error}) : réinstaller le programme"));
    Ok(Some(Arc::new(MailTables::shipped().map_err(refused)?) as Arc<dyn Topics>))
}
