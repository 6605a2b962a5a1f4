//! A word as numbers: its pieces in a BPE vocabulary learnt on the lessons, and hashed parts of its letters.
//!
//! A closed vocabulary breaks on one wrong letter; hashed n-grams of the word still agree in most of their parts. Letters are
//! folded (no accents, no capitals) and digits are all one digit: what a number is matters here, not which one. How the word
//! is written (capitals, digits, marks) is a part of its own.

use guichet_pipeline::hash::fnv1a;
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::normalizers::{Lowercase, NFD, Sequence, StripAccents};
use tokenizers::tokenizer::{Model, NormalizedString, Normalizer, Trainer};
use tokenizers::{NormalizerWrapper, Tokenizer};

/// Pieces of a word that count.
const PIECES: usize = 4;
/// Trigrams of a word that count, spread over its length.
const TRIGRAMS: usize = 6;
/// Numbers that a word is made of.
pub const SLOTS: usize = 4 + PIECES + TRIGRAMS;
/// Letters of a word that are looked at: longer ones are rubbish or addresses of the web.
const LONGEST: usize = 40;

/// Turns words into numbers. Number 0 stands for nothing.
#[derive(Clone, Debug)]
pub struct Spelling {
    tokenizer: Tokenizer,
    hashed: u32,
    pieces: u32,
}

impl Spelling {
    /// Learns a vocabulary of at most `pieces` from words with their counts.
    ///
    /// # Errors
    /// What the trainer fails with.
    pub fn learn(words: &[(String, u32)], pieces: usize, hashed: usize) -> tokenizers::Result<Self> {
        let mut trainer = BpeTrainer::builder().vocab_size(pieces).min_frequency(3).show_progress(false).build();
        let folding = folding();
        let mut repeated = Vec::new();
        for (word, count) in words {
            let word = folded(&folding, word)?;
            // The trainer counts by itself; very common words need no more weight than this.
            repeated.extend(std::iter::repeat_n(word, (*count).clamp(1, 64) as usize));
        }
        trainer.feed(repeated.iter(), |word| Ok(vec![word.to_owned()]))?;
        let mut bpe = BPE::default();
        trainer.train(&mut bpe)?;
        let mut tokenizer = Tokenizer::new(bpe);
        tokenizer.with_normalizer(Some(folding))?;
        Ok(Self::of(tokenizer, hashed))
    }

    /// Reads a vocabulary from the text of its `tokenizer.json`.
    ///
    /// # Errors
    /// When the text is none.
    pub fn open(json: &[u8], hashed: usize) -> tokenizers::Result<Self> {
        Ok(Self::of(Tokenizer::from_bytes(json)?, hashed))
    }

    fn of(tokenizer: Tokenizer, hashed: usize) -> Self {
        let pieces = tokenizer.get_vocab_size(true) as u32;
        Self { tokenizer, hashed: hashed as u32, pieces }
    }

    /// Gives the text of its `tokenizer.json`.
    ///
    /// # Errors
    /// When it cannot be written out.
    pub fn json(&self) -> tokenizers::Result<String> {
        self.tokenizer.to_string(false)
    }

    /// Gives how many numbers there are, with that for nothing.
    pub fn size(&self) -> usize {
        (1 + self.hashed + self.pieces) as usize
    }

    /// Gives the numbers of a word; what the vocabulary cannot say stays empty.
    pub fn numbers(&self, word: &str) -> [u32; SLOTS] {
        let mut numbers = [0; SLOTS];
        let short: String = word.chars().take(LONGEST).collect();
        let plain = match self.tokenizer.get_normalizer() {
            Some(folding) => folded(folding, &short).unwrap_or_default(),
            None => short.clone(),
        };
        let letters: Vec<char> = plain.chars().collect();
        let ends = letters.len().min(3);
        let text = |part: &[char]| part.iter().collect::<String>();
        numbers[0] = self.hash("w", &plain);
        numbers[1] = self.hash("s", &shape(&short));
        numbers[2] = self.hash("p", &text(&letters[..ends]));
        numbers[3] = self.hash("e", &text(&letters[letters.len() - ends..]));
        let pieces = self.tokenizer.get_model().tokenize(&plain).unwrap_or_default();
        for (slot, piece) in numbers[4..4 + PIECES].iter_mut().zip(pieces) {
            *slot = 1 + self.hashed + piece.id;
        }
        let trigrams: Vec<&[char]> = letters.windows(3).collect();
        let taken = trigrams.len().min(TRIGRAMS);
        for (at, slot) in numbers[4 + PIECES..][..taken].iter_mut().enumerate() {
            *slot = self.hash("t", &text(trigrams[at * trigrams.len() / taken]));
        }
        numbers
    }

    fn hash(&self, kind: &str, text: &str) -> u32 {
        let state = fnv1a(kind.bytes().chain([0]).chain(text.bytes()));
        1 + ((state >> 16) % u64::from(self.hashed)) as u32
    }
}

fn folding() -> NormalizerWrapper {
    Sequence::new(vec![NFD.into(), StripAccents.into(), Lowercase.into()]).into()
}

/// Gives the letters of a word folded, and each digit as 0.
fn folded(folding: &NormalizerWrapper, word: &str) -> tokenizers::Result<String> {
    let mut text = NormalizedString::from(word);
    folding.normalize(&mut text)?;
    Ok(text.get().chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect())
}

/// Gives how a word is written: `Xx` for a name, `00/00/0000` for a day. Long runs of letters are short ones.
fn shape(word: &str) -> String {
    let mut shape = String::new();
    let (mut last, mut run) = (' ', 0);
    for c in word.chars() {
        let kind = match c {
            c if c.is_uppercase() => 'X',
            c if c.is_alphabetic() => 'x',
            c if c.is_numeric() => '0',
            c => c,
        };
        run = if kind == last { run + 1 } else { 1 };
        last = kind;
        if kind == '0' || run <= 2 {
            shape.push(kind);
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelling() -> Spelling {
        let words = ["contrat", "contrats", "assurance", "assuré", "31/08/2027", "12/01/2026"];
        let words: Vec<(String, u32)> = words.iter().map(|word| ((*word).to_owned(), 5)).collect();
        Spelling::learn(&words, 60, 512).unwrap()
    }

    #[test]
    fn a_wrong_letter_leaves_most_of_a_word() {
        let spelling = spelling();
        let (right, wrong) = (spelling.numbers("assurance"), spelling.numbers("assurarce"));
        let shared = right.iter().filter(|number| wrong.contains(number)).count();
        assert!((5..SLOTS).contains(&shared), "{right:?} {wrong:?}");
    }

    #[test]
    fn days_are_alike_and_capitals_are_told() {
        let spelling = spelling();
        assert_eq!(spelling.numbers("31/08/2027"), spelling.numbers("12/01/2026"));
        let (small, large) = (spelling.numbers("assuré"), spelling.numbers("ASSURE"));
        assert_eq!(small[0], large[0]);
        assert_ne!(small[1], large[1]);
        assert_eq!(shape("Dupont-Martin"), "Xxx-Xxx");
        assert_eq!(spelling.numbers(""), spelling.numbers(""));
    }

    #[test]
    fn a_vocabulary_is_read_back() {
        let spelling = spelling();
        let again = Spelling::open(spelling.json().unwrap().as_bytes(), 512).unwrap();
        assert_eq!(again.numbers("contrats"), spelling.numbers("contrats"));
        assert!(spelling.numbers("contrats").iter().all(|number| (*number as usize) < spelling.size()));
    }
}
