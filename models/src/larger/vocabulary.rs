//! The codes that a model may speak: those of the rules, given by whoever knows them.

use super::LargerError;
use super::card::Task;
use serde::{Deserialize, Serialize};

/// The codes of the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Categories of letters.
    pub categories: Vec<String>,
    /// Levels of urgency.
    pub urgencies: Vec<String>,
    /// Types of papers.
    pub types: Vec<String>,
    /// Fields.
    pub fields: Vec<String>,
}

/// What the labels of a model are of, and with it what the model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Categories of letters, or levels of urgency, or both.
    Letters,
    /// Types of papers.
    Types,
    /// Fields, as tags of words.
    Fields,
}

impl Purpose {
    /// Gives its name in manifests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Letters => "letters",
            Self::Types => "types",
            Self::Fields => "fields",
        }
    }
}

impl Vocabulary {
    /// Gives what labels are of.
    ///
    /// # Errors
    /// Labels that are no codes, counted against what the others are of.
    pub fn purpose(&self, task: Task, labels: &[String]) -> Result<Purpose, LargerError> {
        let candidates: &[Purpose] = match task {
            Task::Sequence | Task::Choice => &[Purpose::Letters, Purpose::Types],
            Task::Token => &[Purpose::Fields],
        };
        let judged = candidates.iter().map(|&purpose| (purpose, self.unknown(purpose, labels)));
        // The first of those with the fewest: `autre` alone is a category.
        match judged.min_by_key(|(_, unknown)| unknown.len()) {
            Some((purpose, unknown)) if unknown.is_empty() => Ok(purpose),
            Some((purpose, unknown)) => Err(LargerError::Labels { purpose, unknown }),
            None => Err(LargerError::Task { found: String::new() }),
        }
    }

    fn unknown(&self, purpose: Purpose, labels: &[String]) -> Vec<String> {
        let known = |label: &String| match purpose {
            Purpose::Letters => self.categories.contains(label) || self.urgencies.contains(label),
            Purpose::Types => self.types.contains(label),
            Purpose::Fields => Tag::read(label)
                .is_some_and(|tag| tag.field().is_none_or(|field| self.fields.iter().any(|of| of == field))),
        };
        labels.iter().filter(|label| !known(label)).cloned().collect()
    }
}

/// What a label says of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag<'a> {
    /// It belongs to no field.
    Outside,
    /// It opens one.
    Opens(&'a str),
    /// It goes on with one.
    GoesOn(&'a str),
}

impl<'a> Tag<'a> {
    /// Reads `O`, `B-code` or `I-code`.
    pub(super) fn read(label: &'a str) -> Option<Self> {
        match label.split_once('-') {
            None if label == "O" => Some(Self::Outside),
            Some(("B", field)) => Some(Self::Opens(field)),
            Some(("I", field)) => Some(Self::GoesOn(field)),
            _ => None,
        }
    }

    /// Gives its field.
    pub(super) fn field(self) -> Option<&'a str> {
        match self {
            Self::Outside => None,
            Self::Opens(field) | Self::GoesOn(field) => Some(field),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_say_what_a_model_is_for() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<String>>();
        let vocabulary = Vocabulary {
            categories: words("conge assurance autre"),
            urgencies: words("immediate normale"),
            types: words("rib autre"),
            fields: words("iban date_fin"),
        };
        struct Case(Task, &'static str, Result<Purpose, (Purpose, &'static str)>);
        for Case(task, labels, expected) in [
            Case(Task::Sequence, "conge autre", Ok(Purpose::Letters)),
            Case(Task::Sequence, "conge immediate", Ok(Purpose::Letters)),
            Case(Task::Sequence, "rib autre", Ok(Purpose::Types)),
            Case(Task::Token, "O B-iban I-iban B-date_fin", Ok(Purpose::Fields)),
            Case(Task::Sequence, "conge LABEL_1", Err((Purpose::Letters, "LABEL_1"))),
            Case(Task::Sequence, "rib autre facture", Err((Purpose::Types, "facture"))),
            Case(Task::Token, "O B-iban PER B-nom", Err((Purpose::Fields, "PER B-nom"))),
        ] {
            let got = vocabulary.purpose(task, &words(labels)).map_err(|error| match error {
                LargerError::Labels { purpose, unknown } => (purpose, unknown.join(" ")),
                other => panic!("{other}"),
            });
            assert_eq!(got, expected.map_err(|(purpose, unknown)| (purpose, unknown.to_owned())), "{labels}");
        }
    }
}
