//! The texts of a letter, heard once for all that look for phrases in them.

use super::phrase::{Known, Phrase};
use super::sentence::{Sentence, sentences};

/// The texts of a letter that are looked at for its category.
#[derive(Clone, Copy, Debug)]
pub(super) struct Texts<'a> {
    /// What the writer says.
    pub(super) body: &'a str,
    /// The subject.
    pub(super) subject: &'a str,
    /// Letterhead, signature, sender's address.
    pub(super) sender: &'a str,
}

/// The same, in sentences.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) body: Part,
    pub(super) subject: Part,
    pub(super) sender: Part,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) sentences: Vec<Sentence>,
    known: Known,
}

impl Parts {
    /// Hears the texts of a letter.
    pub(super) fn of(texts: Texts<'_>) -> Self {
        let [body, subject, sender] = [texts.body, texts.subject, texts.sender].map(Part::of);
        Self { body, subject, sender }
    }
}

impl Part {
    fn of(text: &str) -> Self {
        let sentences = sentences(text);
        Self { known: Known::of(&sentences), sentences }
    }

    /// Tells whether a phrase stands in one of its sentences.
    pub(super) fn says(&self, phrase: &Phrase) -> bool {
        phrase.may_stand(&self.known) && self.sentences.iter().any(|sentence| phrase.stands_in(sentence))
    }
}
