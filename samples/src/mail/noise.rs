//! Misspellings: what people of a register do to words. Values (names, dates, numbers, addresses) are never touched.

use super::grammar::Run;
use super::texts::{Faults, Register};
use crate::draw::Draw;
use crate::world::text::plain;
use std::collections::BTreeMap;

/// Words shorter than this keep their ending: "des", "mes" are no verbs.
const SHORTEST_ENDING: usize = 5;

/// How often one writer does what, as shares of the words that it can be done to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Habits {
    spelling: f64,
    by_ear: f64,
    short: f64,
    office: f64,
    groups: f64,
    endings: f64,
    slips: f64,
    no_accents: bool,
    small: bool,
    no_stops: bool,
    capitals: bool,
}

impl Habits {
    /// Draws the habits of a writer.
    pub fn draw(register: Register, draw: &mut Draw) -> Self {
        let share = |draw: &mut Draw, low: f32, high: f32| f64::from(draw.real(low, high));
        let none = Self::default();
        match register {
            Register::Formel if draw.chance(0.85) => none,
            Register::Formel => Self { spelling: 0.02, slips: 0.002, ..none },
            Register::Administratif => Self { office: if draw.chance(0.3) { 0.3 } else { 0.0 }, ..none },
            Register::Courant if draw.chance(0.55) => Self { slips: 0.001, ..none },
            Register::Courant => Self {
                spelling: share(draw, 0.0, 0.08),
                endings: share(draw, 0.0, 0.02),
                slips: share(draw, 0.0, 0.004),
                no_accents: draw.chance(0.1),
                ..none
            },
            Register::Familier => Self {
                spelling: share(draw, 0.0, 0.1),
                short: if draw.chance(0.5) { share(draw, 0.02, 0.2) } else { 0.0 },
                endings: share(draw, 0.0, 0.03),
                groups: share(draw, 0.0, 0.1),
                slips: share(draw, 0.0, 0.006),
                no_accents: draw.chance(0.15),
                small: draw.chance(0.1),
                capitals: draw.chance(0.015),
                ..none
            },
            Register::Maladroit => Self {
                spelling: share(draw, 0.05, 0.4),
                by_ear: share(draw, 0.0, 0.3),
                groups: share(draw, 0.05, 0.4),
                endings: share(draw, 0.01, 0.1),
                slips: share(draw, 0.0, 0.008),
                no_accents: draw.chance(0.2),
                small: draw.chance(0.15),
                no_stops: draw.chance(0.2),
                capitals: draw.chance(0.02),
                ..none
            },
            Register::Sms => Self {
                spelling: share(draw, 0.0, 0.15),
                by_ear: share(draw, 0.0, 0.25),
                short: share(draw, 0.1, 0.55),
                groups: share(draw, 0.05, 0.4),
                endings: share(draw, 0.0, 0.06),
                slips: share(draw, 0.0, 0.01),
                no_accents: draw.chance(0.4),
                small: draw.chance(0.5),
                no_stops: draw.chance(0.4),
                ..none
            },
        }
    }

    /// Writes the words of a run as this writer would.
    pub fn apply(&self, faults: &Faults, run: &mut Run, draw: &mut Draw) {
        if run.fixed {
            return;
        }
        let mut text = std::mem::take(&mut run.text);
        if self.groups > 0.0 {
            for (phrase, ways) in &faults.groupes {
                if draw.chance(self.groups) {
                    text = replaced(&text, phrase, draw.pick::<String>(ways));
                }
            }
        }
        if self.office > 0.0 {
            for (phrase, ways) in &faults.administratives {
                if draw.chance(self.office) {
                    text = replaced(&text, phrase, draw.pick::<String>(ways));
                }
            }
        }
        let mut out = String::with_capacity(text.len());
        for (word, is_word) in words(&text) {
            match is_word {
                true => out.push_str(&self.word(faults, word, draw)),
                false if self.no_stops => out.push_str(&word.replace([',', ';'], "")),
                false => out.push_str(word),
            }
        }
        if self.no_accents {
            out = plain(&out);
        }
        if self.small {
            out = out.to_lowercase();
        } else if self.capitals {
            out = out.to_uppercase();
        }
        run.text = out;
    }

    fn word(&self, faults: &Faults, word: &str, draw: &mut Draw) -> String {
        let small = word.to_lowercase();
        let tables = [
            (self.short, &faults.abreviations),
            (self.spelling, &faults.orthographe),
            (self.by_ear, &faults.phonetique),
        ];
        for (share, table) in tables {
            if share > 0.0
                && let Some(ways) = table.get(&small)
                && draw.chance(share)
            {
                return like(word, draw.pick::<String>(ways));
            }
        }
        if self.endings > 0.0
            && small.chars().count() >= SHORTEST_ENDING
            && draw.chance(self.endings)
            && let Some(changed) = other_ending(&faults.terminaisons, word, draw)
        {
            return changed;
        }
        if self.slips > 0.0 && small.len() > 3 && draw.chance(self.slips) {
            return slip(word, draw);
        }
        word.to_owned()
    }
}

/// Splits text into words (letters with inner hyphens and apostrophes) and what stands between.
fn words(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut in_word = None;
    for (at, c) in text.char_indices() {
        let inner = matches!(c, '-' | '\'' | '’') && in_word == Some(true);
        let is_word = c.is_alphanumeric() || inner && text[at + c.len_utf8()..].starts_with(char::is_alphanumeric);
        if in_word.is_some_and(|before| before != is_word) {
            pieces.push((&text[start..at], !is_word));
            start = at;
        }
        in_word = Some(is_word);
    }
    if let Some(is_word) = in_word {
        pieces.push((&text[start..], is_word));
    }
    pieces
}

/// Gives `way` with the capitals of `word`.
fn like(word: &str, way: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().is_some_and(char::is_uppercase);
    let all = first && word.chars().count() > 1 && letters.all(|c| !c.is_lowercase());
    if all {
        return way.to_uppercase();
    }
    if first { capital(way) } else { way.to_owned() }
}

/// Gives the text with its first letter as a capital.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |c| c.to_uppercase().chain(letters).collect())
}

/// Replaces the first place where `phrase` stands between other than letters, whatever its capitals.
fn replaced(text: &str, phrase: &str, way: &str) -> String {
    match find(text, phrase) {
        Some(at) => format!("{}{}{}", &text[..at], like(&text[at..at + phrase.len()], way), &text[at + phrase.len()..]),
        None => text.to_owned(),
    }
}

/// Finds `phrase` (small letters) as whole words in `text`, whatever the capitals of `text`.
pub fn find(text: &str, phrase: &str) -> Option<usize> {
    let begins = phrase.chars().next()?;
    for (at, c) in text.char_indices() {
        if c != begins && c.to_lowercase().next() != Some(begins) {
            continue;
        }
        let Some(candidate) = text.get(at..at + phrase.len()) else { continue };
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '\'' && c != '-');
        if edge(text[..at].chars().next_back())
            && edge(text[at + phrase.len()..].chars().next())
            && candidate.to_lowercase() == phrase
        {
            return Some(at);
        }
    }
    None
}

/// Gives the word with another ending of those that are confused with its own, the longest that fits.
fn other_ending(endings: &BTreeMap<String, Vec<String>>, word: &str, draw: &mut Draw) -> Option<String> {
    let fits = endings.iter().filter(|(ending, _)| word.ends_with(ending.as_str()));
    let (ending, ways) = fits.max_by_key(|(ending, _)| ending.len())?;
    Some(format!("{}{}", word.strip_suffix(ending.as_str())?, draw.pick(ways)))
}

/// Swaps, doubles or drops a letter.
fn slip(word: &str, draw: &mut Draw) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = 1 + draw.below(letters.len().saturating_sub(2).max(1));
    match draw.below(3) {
        0 if at + 1 < letters.len() => letters.swap(at, at + 1),
        1 => letters.insert(at, letters[at]),
        _ => {
            letters.remove(at);
        }
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::texts::Library;
    use super::*;

    #[test]
    fn values_are_never_touched_and_words_are() {
        let library = Library::load().unwrap();
        let text = "Bonjour, mon appartement est abîmé et le chauffage ne marche pas depuis le mois dernier.";
        let mut changed = 0;
        for index in 0..100 {
            let mut draw = Draw::new(1, index, "noise");
            let habits = Habits::draw(Register::Maladroit, &mut draw);
            let (mut words, mut value) = (Run::words(text), Run::value("12 rue du Bâtiment"));
            habits.apply(&library.faults, &mut words, &mut draw);
            habits.apply(&library.faults, &mut value, &mut draw);
            assert_eq!(value.text, "12 rue du Bâtiment");
            changed += usize::from(words.text != text);
        }
        assert!(changed > 80, "{changed}");
    }

    #[test]
    fn whole_words_are_found_whatever_their_capitals() {
        for (text, phrase, at) in [
            ("Il y a une fuite", "il y a", Some(0)),
            ("qu'il y a", "il y a", None),
            ("Ah, IL Y A", "il y a", Some(4)),
            ("été", "ét", None),
        ] {
            assert_eq!(find(text, phrase), at, "{text}");
        }
    }

    #[test]
    fn words_and_what_stands_between() {
        let pieces: Vec<&str> =
            words("J'ai, peut-être...").into_iter().filter(|(_, word)| *word).map(|(w, _)| w).collect();
        assert_eq!(pieces, ["J'ai", "peut-être"]);
    }
}
