//! What a result depends on: the same fingerprint means that there is nothing to do.

use crate::blobs;
use crate::settings::Settings;
use guichet_pipeline::values::Date;

/// The version of reading: raised when the same bytes may give other words.
const READ_VERSION: u32 = 6;
/// The version of understanding: raised when the same words may give another result.
const UNDERSTAND_VERSION: u32 = 4;

/// What results depend on beside the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    /// Hash of the engine's models and of the limits on reading.
    pub reading: String,
    /// Hash of the rules.
    pub rules: String,
    /// The encoder and its weights; empty without one.
    pub encoder: String,
    /// The model of what letters are about; empty without one.
    pub topics: String,
}

impl Versions {
    /// Gives the version of an engine with these settings.
    pub fn of_reading(settings: &Settings) -> String {
        let model = settings.ocr.tessdata.join(format!("{}.traineddata", settings.ocr.langue));
        // Size and date stand for the model: hashing it at each start would cost more than it tells.
        let model_is = std::fs::metadata(&model).map(|meta| format!("{} {:?}", meta.len(), meta.modified().ok()));
        let limits = serde_json::to_string(&settings.limites).unwrap_or_default();
        joined(&[&model.to_string_lossy(), &model_is.unwrap_or_default(), &limits])
    }

    /// Gives the version of rules from their pages: names and texts.
    pub fn of_rules(pages: &[(String, String)]) -> String {
        let parts: Vec<&str> = pages.iter().flat_map(|(name, text)| [name.as_str(), text.as_str()]).collect();
        joined(&parts)
    }

    /// Gives the fingerprint of what is read of a source.
    pub(super) fn read(&self, sha256: &str) -> String {
        joined(&["read", &READ_VERSION.to_string(), sha256, &self.reading])
    }

    /// Gives the fingerprint of the result of what was read, which answers letters to these leases and was decided on a day,
    /// with the register of a hash, in the knowledge of these earlier documents.
    pub(super) fn understand(
        &self,
        read: &str,
        (today, register): (Date, Option<&str>),
        answers: &[String],
        considered: &[String],
    ) -> String {
        let (version, today) = (UNDERSTAND_VERSION.to_string(), today.to_string());
        let Self { reading: _, rules, encoder, topics } = self;
        let register = register.unwrap_or_default();
        let mut parts = vec!["understand", &version, read, rules, register, encoder, topics, &today];
        parts.extend(answers.iter().map(String::as_str));
        if !considered.is_empty() {
            parts.push("considered");
            parts.extend(considered.iter().map(String::as_str));
        }
        joined(&parts)
    }
}

/// Hashes parts so that no two lists of parts have the same text.
fn joined(parts: &[&str]) -> String {
    let text: String = parts.iter().map(|part| format!("{}:{part}\n", part.len())).collect();
    blobs::hash(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_input_counts() {
        let day = |text: &str| Date::from_iso(text).unwrap();
        let versions = Versions { reading: "m".to_owned(), rules: "r".to_owned(), ..Versions::default() };
        let understand =
            |versions: &Versions, read: &str, today: &str| versions.understand(read, (day(today), None), &[], &[]);
        let base = understand(&versions, "w", "2026-11-23");
        let (lease, paper, today) = (["L-1".to_owned()], ["s/1".to_owned()], day("2026-11-23"));
        assert_ne!(versions.understand("w", (today, None), &lease, &[]), base);
        assert_ne!(versions.understand("w", (today, None), &[], &paper), base);
        assert_ne!(versions.understand("w", (today, Some("l")), &[], &[]), base);
        assert_eq!(understand(&versions, "w", "2026-11-23"), base);
        assert_ne!(understand(&versions, "w", "2026-11-24"), base);
        assert_ne!(understand(&versions, "v", "2026-11-23"), base);
        let other = Versions { rules: "s".to_owned(), ..versions.clone() };
        assert_ne!(understand(&other, "w", "2026-11-23"), base);
        let moved = Versions { rules: String::new(), ..versions.clone() };
        assert_ne!(moved.understand("w", (today, Some("r")), &[], &[]), base, "no part takes another's place");
        let advised = Versions { encoder: "e".to_owned(), ..versions.clone() };
        let taught = Versions { topics: "t".to_owned(), ..versions.clone() };
        assert_ne!(understand(&advised, "w", "2026-11-23"), base);
        assert_ne!(understand(&taught, "w", "2026-11-23"), base);
        assert_ne!(versions.read("a"), versions.read("b"));
    }
}
