//! What a letter holds that may tell what it is about: its words, pairs of words, parts of words, and notions.
//!
//! Words stand for how they sound, so that a misspelling is the same clue. A notion is a group of words that belong to one
//! thing or one act (`rules/mail/notions`): a model that never met `mitigeur` knows it as a fitting.

use super::lexicon::MailLexicon;
use super::parts::Parts;
use super::sentence::sentences;
use super::sound::Heard;
use std::collections::BTreeMap;

/// Something that stands in a letter, once however often it stands there.
#[derive(Clone, Debug, PartialEq)]
pub struct Clue {
    /// What it is: its kind, a colon, and the words.
    pub name: String,
    /// How much it says beside the others, before any learning.
    pub worth: f32,
}

/// A word of the text.
const WORD: f32 = 1.0;
/// Two words side by side.
const PAIR: f32 = 0.5;
/// Four letters of a word: what is left of a word that recognition hurt.
const PART: f32 = 0.3;
/// A notion.
const NOTION: f32 = 0.7;
/// Letters of a part.
const PART_LETTERS: usize = 4;
/// Words that say nothing alone.
#[rustfmt::skip]
const EMPTY: &[&str] = &[
    "LE", "LA", "LES", "L", "DE", "DES", "D", "DU", "UN", "UNE", "ET", "EN", "A", "AU", "AUX", "QUE", "QUI", "QU", "JE",
    "J", "NOUS", "VOUS", "IL", "ELLE", "ON", "CE", "CETTE", "CES", "MON", "MA", "MES", "VOTRE", "VOS", "NOTRE", "NOS", "SE",
    "S", "POUR", "PAR", "DANS", "SUR", "EST", "SONT", "AI", "AVONS", "AVEZ", "ONT", "NE", "N", "PAS", "Y", "SI", "MAIS",
    "OU", "DONC", "AVEC", "SON", "SA", "SES", "LEUR", "LEURS", "ME", "M", "TE", "C",
];

/// Gives the clues of a letter, sorted by name.
pub(super) fn clues(parts: &Parts, lexicon: &MailLexicon) -> Vec<Clue> {
    let mut found = BTreeMap::new();
    let own = [&parts.subject, &parts.body];
    for sentence in own.iter().flat_map(|part| &part.sentences) {
        of_words(&sentence.words, &mut found);
    }
    for word in parts.sender.sentences.iter().flat_map(|sentence| &sentence.words).filter(|word| says_something(word)) {
        found.insert(format!("s:{}", spoken(word)), WORD);
    }
    for notion in &lexicon.notions {
        if notion.phrases.iter().any(|phrase| own.iter().any(|part| part.says(phrase))) {
            found.insert(format!("n:{}", notion.name), NOTION);
        }
    }
    found.into_iter().map(|(name, worth)| Clue { name, worth }).collect()
}

/// Gives the clues by which a letter is told from a paper: all words, and pairs of them. How people speak to one another is
/// in the small words.
pub fn clues_of_page(text: &str) -> Vec<Clue> {
    let mut found = BTreeMap::new();
    for sentence in sentences(text) {
        for word in &sentence.words {
            found.insert(format!("w:{}", spoken(word)), WORD);
        }
        for pair in sentence.words.windows(2) {
            found.insert(format!("p:{} {}", spoken(&pair[0]), spoken(&pair[1])), WORD);
        }
    }
    found.into_iter().map(|(name, worth)| Clue { name, worth }).collect()
}

fn of_words(words: &[Heard], found: &mut BTreeMap<String, f32>) {
    for word in words.iter().filter(|word| says_something(word)) {
        let spoken = spoken(word);
        if spoken != NUMBER {
            let edged: Vec<u8> = [b"<", spoken.as_bytes(), b">"].concat();
            for part in edged.windows(PART_LETTERS) {
                found.insert(format!("c:{}", String::from_utf8_lossy(part)), PART);
            }
        }
        found.insert(format!("w:{spoken}"), WORD);
    }
    for pair in words.windows(2) {
        found.insert(format!("p:{} {}", spoken(&pair[0]), spoken(&pair[1])), PAIR);
    }
}

/// Stands for every number.
const NUMBER: &str = "0";

fn spoken(word: &Heard) -> &str {
    if word.folded.starts_with(|c: char| c.is_ascii_digit()) { NUMBER } else { &word.sound }
}

fn says_something(word: &Heard) -> bool {
    !EMPTY.contains(&word.folded.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::parts::Texts;
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn a_misspelt_word_is_the_same_clue_and_a_notion_is_known_by_any_of_its_words() {
        let lexicon = MailLexicon::new(&Rules::embedded().unwrap().mail);
        let of = |body: &str| clues(&Parts::of(Texts { body, subject: "", sender: "" }), &lexicon);
        let named = |body: &str, kind: &str| {
            let clues = of(body).into_iter().filter(|clue| clue.name.starts_with(kind));
            clues.map(|clue| clue.name).collect::<Vec<_>>()
        };
        assert_eq!(named("le chauffage", "w:"), named("le chofage", "w:"));
        assert_eq!(named("12 rue des 3 ponts", "w:"), ["w:0", "w:PON", "w:RUE"]);
        let notions = named("le mitigeur goutte", "n:");
        assert!(!notions.is_empty() && notions.iter().all(|notion| named("le robinet goutte", "n:").contains(notion)));
        assert!(of("").is_empty());
    }
}
