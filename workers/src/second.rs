//! The second reader beside the rules: the encoder of `models`, with the weights that ship or those of a folder.
//!
//! Weights are loaded at the start, and refused if they are not those of their manifest.

use crate::settings::{EncoderSettings, Settings};
use crate::stop::Stop;
use guichet_models::encoder::CandleEncoder;
use guichet_models::encoder::weights::{Listed, Manifest, Weights};
use guichet_pipeline::encode::Encoder;
use std::sync::Arc;
use std::time::Instant;

/// Gives the encoder that the settings ask for.
pub(crate) fn encoder(settings: &Settings) -> Result<Option<Arc<dyn Encoder>>, Stop> {
    Ok(loaded(settings)?.map(|encoder| Arc::new(encoder) as Arc<dyn Encoder>))
}

/// Tells the weights: refused ones end the command.
pub(crate) fn told(settings: &Settings) -> Result<String, Stop> {
    let start = Instant::now();
    let Some(encoder) = loaded(settings)? else {
        return Ok("Encodeur : aucun (encodeur.actif est faux), les règles lisent seules".to_owned());
    };
    let Manifest { name, licence, commit, steps, lessons, scores: _, files } = encoder.manifest();
    let mut text =
        format!("Encodeur : {name}, {licence}, {steps} pas sur {lessons} leçons, code {}", shortened(commit));
    for Listed { name, size, sha256 } in files {
        text.push_str(&format!("\n  {name:<34} {:.1} Mo, sha256 {}", *size as f64 / 1e6, shortened(sha256)));
    }
    text.push_str(&format!("\n  chargé et vérifié en {} ms", start.elapsed().as_millis()));
    Ok(text)
}

fn loaded(settings: &Settings) -> Result<Option<CandleEncoder>, Stop> {
    let EncoderSettings { actif, dossier } = &settings.encodeur;
    if !actif {
        return Ok(None);
    }
    if dossier.as_os_str().is_empty() {
        let refused =
            |error| Stop::usage(format!("poids de l'encodeur refusés ({}) : réinstaller le programme", causes(&error)));
        return Ok(Some(CandleEncoder::new(Weights::shipped().map_err(refused)?)));
    }
    let refused = |error| {
        Stop::usage(format!(
            "{} : poids de l'encodeur refusés ({}) : corriger encodeur.dossier",
            dossier.display(),
            causes(&error)
        ))
    };
    Ok(Some(CandleEncoder::new(Weights::load(dossier).map_err(refused)?)))
}

/// Gives an error with those behind it.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(" : {cause}"));
        source = cause.source();
    }
    text
}

/// Gives the beginning of a hash, for people.
pub(crate) fn shortened(hash: &str) -> &str {
    hash.get(..16).unwrap_or(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_that_ship_are_told_with_their_hashes() {
        let told = told(&Settings::default()).unwrap();
        assert!(told.contains("encodeur.safetensors") && told.contains("sha256"), "{told}");
    }

    #[test]
    fn weights_that_are_not_there_are_refused_with_their_folder() {
        let settings = Settings::parse("c.toml", "[encodeur]\ndossier = \"/nulle/part\"\n").unwrap();
        let stop = encoder(&settings).unwrap_err();
        assert!(format!("{stop:?}").contains("/nulle/part"), "{stop:?}");
        let alone = Settings::parse("c.toml", "[encodeur]\nactif = false\n").unwrap();
        assert!(encoder(&alone).unwrap().is_none() && told(&alone).unwrap().contains("aucun"));
    }
}
