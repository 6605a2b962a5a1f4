//! Phrases of the mail rules: words in order, with gaps, alternatives and open endings, found in a sentence.

use super::sentence::Sentence;
use super::sound::{Heard, sound, whole_sound};
use crate::values::fold::fold;
use std::collections::HashSet;

/// Words that `..` may stand for.
const GAP: usize = 4;
/// An open word of this many letters is also compared by how it sounds.
const SOUNDED_STEM: usize = 5;
/// Shorter words have no article in front of them.
const SHORTEST: usize = 4;

/// A word that a phrase asks for.
#[derive(Clone, Debug)]
struct Form {
    folded: String,
    sound: String,
    open: bool,
}

impl Form {
    fn new(word: &str) -> Self {
        let open = word.ends_with('*');
        let folded = fold(word.trim_end_matches('*')).replace(' ', "");
        let sound = if open { whole_sound(&folded) } else { sound(&folded) };
        Self { folded, sound, open }
    }

    fn fits(&self, heard: &Heard) -> bool {
        let bare = heard.bare.as_ref().filter(|(folded, _)| folded.len() >= SHORTEST && self.folded.len() >= SHORTEST);
        if self.open {
            return heard.folded.starts_with(&self.folded)
                || self.folded.len() >= SOUNDED_STEM && heard.whole_sound.starts_with(&self.sound)
                || bare.is_some_and(|(folded, _)| folded.starts_with(&self.folded));
        }
        let sounds = |folded: &str, sound: &str| {
            folded == self.folded || folded.len() >= SHORTEST && self.folded.len() >= SHORTEST && sound == self.sound
        };
        sounds(&heard.folded, &heard.sound) || bare.is_some_and(|(folded, sound)| sounds(folded, sound))
    }
}

/// A step of a part of a phrase.
#[derive(Clone, Debug)]
enum Step {
    /// Up to [`GAP`] words.
    Gap,
    /// One of these words.
    Word(Vec<Form>),
}

/// A phrase, ready to be found.
#[derive(Clone, Debug)]
pub struct Phrase {
    parts: Vec<Vec<Step>>,
}

impl Phrase {
    /// Reads a phrase as rules write it.
    pub fn parse(text: &str) -> Self {
        let part = |part: &str| part.split_whitespace().flat_map(steps).collect();
        Self { parts: text.split(" + ").map(part).collect() }
    }

    /// Tells whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        let words = |step: &Step| matches!(step, Step::Word(forms) if forms.iter().any(|form| !form.folded.is_empty()));
        self.parts.iter().any(|part| !part.iter().any(words))
    }

    /// Tells whether the phrase stands in a sentence.
    pub(super) fn stands_in(&self, sentence: &Sentence) -> bool {
        let words = &sentence.words;
        self.parts.iter().all(|part| (0..words.len()).any(|at| fits(part, words, at)))
    }

    /// Tells whether all of its words are among those of a letter: a quick look before every sentence is read.
    pub(super) fn may_stand(&self, known: &Known) -> bool {
        let some = |step: &Step| match step {
            Step::Gap => true,
            Step::Word(forms) => forms.iter().any(|form| known.has(form)),
        };
        self.parts.iter().flatten().all(some)
    }
}

/// Gives the steps of one written word: an elided article is a word of its own.
fn steps(word: &str) -> Vec<Step> {
    if word == ".." {
        return vec![Step::Gap];
    }
    if word.contains('|') {
        let bare = |choice: &str| Form::new(choice.rsplit('\'').next().unwrap_or(choice));
        return vec![Step::Word(word.split('|').filter(|choice| !choice.is_empty()).map(bare).collect())];
    }
    word.split('\'').map(|piece| Step::Word(vec![Form::new(piece)])).collect()
}

fn fits(steps: &[Step], words: &[Heard], at: usize) -> bool {
    match steps {
        [] => true,
        [Step::Gap, rest @ ..] => (at..=(at + GAP).min(words.len())).any(|next| fits(rest, words, next)),
        [Step::Word(forms), rest @ ..] => {
            words.get(at).is_some_and(|word| forms.iter().any(|form| form.fits(word))) && fits(rest, words, at + 1)
        }
    }
}

/// The words of a letter and their beginnings.
#[derive(Debug, Default)]
pub(super) struct Known {
    words: HashSet<String>,
    sounds: HashSet<String>,
    stems: HashSet<String>,
    sounded_stems: HashSet<String>,
}

impl Known {
    /// Collects the words of some sentences.
    pub(super) fn of(sentences: &[Sentence]) -> Self {
        let mut known = Self::default();
        for word in sentences.iter().flat_map(|sentence| &sentence.words) {
            known.words.insert(word.folded.clone());
            known.sounds.insert(word.sound.clone());
            known.add_stems(&word.folded);
            (1..=word.whole_sound.len()).for_each(|end| {
                known.sounded_stems.insert(word.whole_sound[..end].to_owned());
            });
            if let Some((folded, sound)) = &word.bare {
                known.words.insert(folded.clone());
                known.sounds.insert(sound.clone());
                known.add_stems(folded);
            }
        }
        known
    }

    fn add_stems(&mut self, word: &str) {
        (1..=word.len()).for_each(|end| {
            self.stems.insert(word[..end].to_owned());
        });
    }

    fn has(&self, form: &Form) -> bool {
        match form.open {
            true => self.stems.contains(&form.folded) || self.sounded_stems.contains(&form.sound),
            false => self.words.contains(&form.folded) || self.sounds.contains(&form.sound),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sentence::sentences;
    use super::*;

    #[test]
    fn phrases_stand_in_sentences() {
        struct Case(&'static str, &'static str, bool);
        for Case(phrase, text, expected) in [
            Case("odeur .. gaz", "Une forte odeur de gaz dans la cage", true),
            Case("odeur .. gaz", "Odeur dans la cage. Le gaz est coupé", false),
            Case("odeur .. gaz", "odeur bien trop loin de tout ce gaz", false),
            Case("plus|pas .. chauffage", "on na plus de chofage", true),
            Case("ascenseur* + panne", "Toujours en panne, cet ascenseur", true),
            Case("repar*", "La fuite a été réparée", true),
            Case("mis en demeure", "je mets", false),
            Case("plus d'eau", "Il n'y a plus d'eau", true),
            Case("assurance", "voici lassurance", true),
            Case("t2|t3", "un T3 à Toulouse", true),
        ] {
            let found = sentences(text).iter().any(|sentence| Phrase::parse(phrase).stands_in(sentence));
            assert_eq!(found, expected, "{phrase}: {text}");
            let known = Known::of(&sentences(text));
            assert!(!expected || Phrase::parse(phrase).may_stand(&known), "{phrase}: {text}");
        }
    }

    #[test]
    fn a_phrase_without_words_is_empty() {
        assert!(Phrase::parse("..").is_empty() && Phrase::parse("").is_empty());
        assert!(!Phrase::parse("gaz").is_empty());
    }
}
