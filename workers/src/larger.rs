//! The larger models that a house has by choice: which the settings name, joined to the models that ship.
//!
//! Loaded at the start, and refused when a byte differs from what was registered, or a label is no code of the rules.

pub(crate) mod words;

use crate::settings::Settings;
use crate::stop::Stop;
use guichet_models::larger::{
    Larger, LargerError, LargerManifest, LettersBeside, PagesBeside, Purpose, Shelf, Vocabulary,
};
use guichet_pipeline::encode::Encoder;
use guichet_pipeline::mail::{LEVELS, Topics};
use guichet_pipeline::rules::Rules;
use std::sync::Arc;
use std::time::Instant;

/// Gives the folder of the house's models.
pub(crate) fn shelf(settings: &Settings) -> Shelf {
    Shelf::new(&settings.modeles.dossier)
}

/// Gives the codes that a model may speak.
pub(crate) fn vocabulary(rules: &Rules) -> Vocabulary {
    let mut fields: Vec<String> = rules.fields.iter().map(|field| field.code.clone()).collect();
    fields.dedup();
    Vocabulary {
        categories: rules.mail.categories.iter().map(|category| category.code.clone()).collect(),
        urgencies: LEVELS.map(str::to_owned).to_vec(),
        types: rules.types.iter().map(|rule| rule.code.clone()).collect(),
        fields,
    }
}

/// Joins the model of letters that the settings name to the one that ships.
pub(crate) fn topics(
    settings: &Settings,
    rules: &Rules,
    shipped: Option<Arc<dyn Topics>>,
) -> Result<Option<Arc<dyn Topics>>, Stop> {
    let (name, vocabulary) = (&settings.modeles.courriers, vocabulary(rules));
    let (false, Some(tables)) = (name.is_empty(), &shipped) else { return Ok(shipped) };
    let larger = loaded(settings, "courriers", name, &vocabulary, &[Purpose::Letters])?;
    Ok(Some(Arc::new(LettersBeside::new(Arc::clone(tables), larger, vocabulary.urgencies))))
}

/// Joins the model of pages that the settings name to the encoder that ships.
pub(crate) fn encoder(
    settings: &Settings,
    rules: &Rules,
    shipped: Option<Arc<dyn Encoder>>,
) -> Result<Option<Arc<dyn Encoder>>, Stop> {
    let name = &settings.modeles.pieces;
    if name.is_empty() {
        return Ok(shipped);
    }
    let larger = loaded(settings, "pieces", name, &vocabulary(rules), &[Purpose::Types, Purpose::Fields])?;
    Ok(Some(Arc::new(PagesBeside::new(shipped, larger))))
}

fn loaded(
    settings: &Settings,
    key: &str,
    name: &str,
    vocabulary: &Vocabulary,
    wanted: &[Purpose],
) -> Result<Larger, Stop> {
    let refused = |error: LargerError| Stop::usage(format!("modeles.{key} = « {name} » : {}", words::refusal(&error)));
    let larger = shelf(settings).load(name, vocabulary).map_err(refused)?;
    let purpose = larger.manifest().purpose;
    if wanted.contains(&purpose) {
        return Ok(larger);
    }
    let (found, wanted) = (words::purpose(purpose), wanted.iter().map(|purpose| words::purpose(*purpose)));
    let wanted: Vec<&str> = wanted.collect();
    Err(Stop::usage(format!(
        "modeles.{key} = « {name} » : ce modèle dit {found}, il faut ici {} : en nommer un autre (guichet models list)",
        wanted.join(" ou ")
    )))
}

/// Tells the models that the settings name: refused ones end the command.
pub(crate) fn told(settings: &Settings, rules: &Rules) -> Result<String, Stop> {
    let all = [("courriers", &settings.modeles.courriers), ("pieces", &settings.modeles.pieces)];
    let mut text = String::new();
    for (key, name) in all.into_iter().filter(|(_, name)| !name.is_empty()) {
        let start = Instant::now();
        let wanted = [Purpose::Letters, Purpose::Types, Purpose::Fields];
        let larger = loaded(settings, key, name, &vocabulary(rules), &wanted)?;
        let LargerManifest { architecture, purpose, labels, licence, .. } = larger.manifest();
        let licence = if licence.is_empty() { "licence non dite" } else { licence };
        text.push_str(&format!(
            "\nModèle de la maison ({key}) : {name}, {}, dit {}, {} étiquettes, {licence}\n  chargé et vérifié en {} ms",
            architecture.name(),
            words::purpose(*purpose),
            labels.len(),
            start.elapsed().as_millis()
        ));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_is_not_there_is_refused_with_its_setting_and_the_remedy() {
        let rules = Rules::embedded().unwrap();
        let settings =
            Settings::parse("c.toml", "[modeles]\ndossier = \"/nulle/part\"\ncourriers = \"camembert\"\n").unwrap();
        let shipped = crate::topics::shipped().unwrap();
        let stop = topics(&settings, &rules, shipped).unwrap_err();
        assert!(
            stop.message.starts_with("modeles.courriers = « camembert » : ") && stop.message.contains("models add"),
            "{stop}"
        );
        let settings = Settings::parse("c.toml", "[modeles]\npieces = \"../x\"\n").unwrap();
        assert!(encoder(&settings, &rules, None).unwrap_err().message.contains("lettres sans accent"));
        assert!(encoder(&Settings::default(), &rules, None).unwrap().is_none());
        assert_eq!(told(&Settings::default(), &rules).unwrap(), "");
    }

    #[test]
    fn models_speak_the_codes_of_the_rules() {
        let vocabulary = vocabulary(&Rules::embedded().unwrap());
        let has = |codes: &[String], code: &str| codes.iter().any(|known| known == code);
        assert!(has(&vocabulary.categories, "conge") && has(&vocabulary.urgencies, "24h"));
        assert!(has(&vocabulary.types, "attestation_habitation") && has(&vocabulary.fields, "numero_contrat"));
    }
}
