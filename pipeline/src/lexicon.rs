//! The words of the rules compiled for finding: labels of fields, choices, and cues of types.
//!
//! Built once from [`Rules`]; every stage that looks for words uses it.

use crate::mail::{MailLexicon, SignalWords};
use crate::phrases::Phrases;
use crate::rules::{Rules, TypeRule};

/// How far a label names its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Names the field alone.
    Strong,
    /// Often names it.
    Fair,
    /// Counts only where nothing better stands.
    Weak,
    /// Names it only where it stands alone.
    Alone,
    /// Names something that belongs to the value as well.
    Also,
    /// Names the family name of a person.
    FamilyName,
    /// Names the first name of a person.
    FirstName,
    /// Names the number and street of an address.
    Street,
    /// Names the building, floor and flat of an address.
    Unit,
    /// Names the postcode of an address.
    Postcode,
    /// Names the town of an address.
    Town,
    /// Says that the address is the recipient's.
    SameAsRecipient,
    /// Names something that is no field.
    Other,
}

/// What a label phrase means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// Index into [`Rules::fields`]; `None` for other things.
    pub field: Option<usize>,
    /// How far it names it.
    pub strength: Strength,
}

/// What a cue phrase means for a type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cue {
    /// Index into [`Rules::types`].
    pub of: usize,
    /// Weight, negative when the phrase speaks against the type.
    pub weight: f32,
    /// Whether it counts in title lines only.
    pub title: bool,
    /// Whether papers of the type need one such phrase.
    pub needed: bool,
}

/// What a choice phrase means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Index into [`Rules::fields`].
    pub field: usize,
    /// The code.
    pub code: String,
}

/// The labels on papers of some types.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// Indices into [`Rules::fields`].
    pub fields: Vec<usize>,
    /// Labels; indices go into `label_of`.
    pub labels: Phrases,
    /// The meaning of each label phrase.
    pub label_of: Vec<Label>,
    /// Words of things that are no field.
    others: Vec<String>,
}

impl Vocabulary {
    fn new(rules: &Rules, fields: Vec<usize>, others: Vec<String>) -> Self {
        let mut vocabulary = Self { fields, others, ..Self::default() };
        for &field in &vocabulary.fields.clone() {
            let labels = &rules.fields[field].labels;
            for (phrases, strength) in [
                (&labels.strong, Strength::Strong),
                (&labels.fair, Strength::Fair),
                (&labels.weak, Strength::Weak),
                (&labels.alone, Strength::Alone),
                (&labels.also, Strength::Also),
                (&labels.family_name, Strength::FamilyName),
                (&labels.first_name, Strength::FirstName),
                (&labels.street, Strength::Street),
                (&labels.unit, Strength::Unit),
                (&labels.postcode, Strength::Postcode),
                (&labels.town, Strength::Town),
                (&labels.same_as_recipient, Strength::SameAsRecipient),
            ] {
                for phrase in phrases {
                    vocabulary.labels.add(phrase);
                    vocabulary.label_of.push(Label { field: Some(field), strength });
                }
            }
        }
        for phrase in &vocabulary.others {
            vocabulary.labels.add(phrase);
            vocabulary.label_of.push(Label { field: None, strength: Strength::Other });
        }
        vocabulary
    }
}

/// Rules with their words compiled.
#[derive(Clone, Debug)]
pub struct Lexicon {
    /// The rules.
    pub rules: Rules,
    /// The labels of each group of types that share their fields.
    vocabularies: Vec<Vocabulary>,
    /// The vocabulary of each type.
    vocabulary_of: Vec<usize>,
    /// Choices; indices go into `choice_of`.
    pub choices: Phrases,
    /// The meaning of each choice phrase.
    pub choice_of: Vec<Choice>,
    /// Cues; indices go into `cue_of`.
    pub cues: Phrases,
    /// The meanings of each cue phrase: several types may share one.
    pub cue_of: Vec<Vec<Cue>>,
    /// The words of mail.
    pub mail: MailLexicon,
    /// The words of mail that keeps reminders.
    pub signals: SignalWords,
}

impl Lexicon {
    /// Compiles the words of `rules`.
    pub fn new(rules: Rules) -> Self {
        let mut lexicon = Self {
            vocabularies: Vec::new(),
            vocabulary_of: Vec::new(),
            choices: Phrases::default(),
            choice_of: Vec::new(),
            cues: Phrases::default(),
            cue_of: Vec::new(),
            mail: MailLexicon::new(&rules.mail),
            signals: SignalWords::new(&rules.relances.signals),
            rules,
        };
        lexicon.compile_vocabularies();
        lexicon.compile_choices();
        lexicon.compile_cues();
        lexicon
    }

    /// Gives the labels on papers of a type.
    ///
    /// # Panics
    /// When the type is of other rules.
    pub fn vocabulary(&self, rule: &TypeRule) -> &Vocabulary {
        let at = self.rules.types.iter().position(|known| known.code == rule.code).expect("a type of these rules");
        &self.vocabularies[self.vocabulary_of[at]]
    }

    fn compile_vocabularies(&mut self) {
        for rule in &self.rules.types {
            let fields: Vec<usize> = self.rules.fields_of(rule).collect();
            let others: Vec<String> = self.rules.others_of(rule).map(str::to_owned).collect();
            let same = self.vocabularies.iter().position(|known| known.fields == fields && known.others == others);
            let at = same.unwrap_or_else(|| {
                self.vocabularies.push(Vocabulary::new(&self.rules, fields, others));
                self.vocabularies.len() - 1
            });
            self.vocabulary_of.push(at);
        }
    }

    fn compile_choices(&mut self) {
        for (field, rule) in self.rules.fields.iter().enumerate() {
            for (code, phrases) in &rule.choices {
                for phrase in phrases {
                    self.choices.add(phrase);
                    self.choice_of.push(Choice { field, code: code.clone() });
                }
            }
        }
    }

    fn compile_cues(&mut self) {
        let mut index_of = std::collections::HashMap::new();
        for (of, rule) in self.rules.types.iter().enumerate() {
            let titles = rule.title.iter().map(|(phrase, weight)| (phrase, *weight, true));
            let anywhere = rule.page.iter().map(|(phrase, weight)| (phrase, *weight, false));
            let against = rule.against.iter().map(|(phrase, weight)| (phrase, -*weight, false));
            for phrase in &rule.needs {
                let index = *index_of.entry(phrase.clone()).or_insert_with(|| {
                    self.cue_of.push(Vec::new());
                    self.cues.add(phrase)
                });
                self.cue_of[index].push(Cue { of, weight: 0.0, title: false, needed: true });
            }
            for (phrase, weight, title) in titles.chain(anywhere).chain(against) {
                let index = *index_of.entry(phrase.clone()).or_insert_with(|| {
                    self.cue_of.push(Vec::new());
                    self.cues.add(phrase)
                });
                self.cue_of[index].push(Cue { of, weight, title, needed: false });
            }
        }
    }
}
