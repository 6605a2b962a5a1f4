//! Phrases found on a sheet, whatever their case, accents, plural and small reading errors.

use crate::sheet::{Place, Sheet, token_texts};
use crate::values::fold::fold;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Frequent French words, folded: one of them is not a rule's word read wrong ("votre", "vitre").
static FREQUENT: LazyLock<HashSet<String>> =
    LazyLock::new(|| include_str!("../../rules/lexicons/mots.txt").lines().map(fold).collect());

/// A phrase found in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Index of the phrase as it was added.
    pub phrase: usize,
    /// The block.
    pub block: usize,
    /// The first token.
    pub first: Place,
    /// The last token.
    pub last: Place,
    /// How many tokens.
    pub length: usize,
    /// Index of the first token in the block.
    pub at: usize,
}

/// A set of phrases, ready to be found.
#[derive(Clone, Debug, Default)]
pub struct Phrases {
    phrases: Vec<Vec<String>>,
    by_initial: HashMap<char, Vec<usize>>,
    /// Every word of every phrase: one of these is not another read wrong ("colocataire", "locataire").
    vocabulary: HashSet<String>,
}

impl Phrases {
    /// Adds a phrase and gives its index; an empty phrase is never found. A star at the end of a word stands for any
    /// ending: `assur*`.
    pub fn add(&mut self, phrase: &str) -> usize {
        let mut tokens: Vec<String> = Vec::new();
        for word in phrase.split_whitespace() {
            let open = word.ends_with('*');
            tokens.extend(
                token_texts(word)
                    .iter()
                    .map(|token| if open { format!("{token}*") } else { singular(token).to_owned() }),
            );
        }
        let index = self.phrases.len();
        if let Some(initial) = tokens.first().and_then(|token| token.chars().next()) {
            self.by_initial.entry(initial).or_default().push(index);
        }
        self.vocabulary.extend(tokens.iter().filter(|token| !token.ends_with('*')).cloned());
        self.phrases.push(tokens);
        index
    }

    /// Gives every phrase that stands on the sheet, in reading order, overlaps included.
    pub fn find(&self, sheet: &Sheet) -> Vec<Hit> {
        let mut hits = Vec::new();
        for block in 0..sheet.blocks.len() {
            let tokens = sheet.block_tokens(block);
            for at in 0..tokens.len() {
                let tolerant = sheet.cells[tokens[at].0.cell].tolerant;
                for phrase in self.candidates(tokens[at].1, tolerant) {
                    let wanted = &self.phrases[phrase];
                    if at + wanted.len() > tokens.len() {
                        continue;
                    }
                    let here = &tokens[at..at + wanted.len()];
                    if here.iter().zip(wanted).all(|((_, found), wanted)| self.same_token(found, wanted, tolerant)) {
                        let (first, last) = (here[0].0, here[wanted.len() - 1].0);
                        hits.push(Hit { phrase, block, first, last, length: wanted.len(), at });
                    }
                }
            }
        }
        hits
    }

    /// Gives the phrases that may start with this token; a recognised initial may be wrong, so all are tried then.
    fn candidates(&self, token: &str, tolerant: bool) -> Vec<usize> {
        if tolerant && token.len() >= 5 {
            return (0..self.phrases.len()).filter(|&phrase| !self.phrases[phrase].is_empty()).collect();
        }
        let initial = token.chars().next();
        initial.and_then(|initial| self.by_initial.get(&initial)).cloned().unwrap_or_default()
    }

    /// Tells whether a printed token is the wanted one; recognised text may be wrong by a letter in five.
    fn same_token(&self, found: &str, wanted: &str, tolerant: bool) -> bool {
        if let Some(stem) = wanted.strip_suffix('*') {
            return found.starts_with(stem);
        }
        let found = singular(found);
        if found == wanted {
            return true;
        }
        if !tolerant
            || self.vocabulary.contains(found)
            || FREQUENT.contains(found)
            || wanted.len() < 5
            || found.len().abs_diff(wanted.len()) > 2
        {
            return false;
        }
        let allowed = if wanted.len() >= 9 { 2 } else { 1 };
        strsim::levenshtein(found, wanted) <= allowed
    }
}

impl Hit {
    /// Tells whether both stand on a word.
    pub fn shares_words(&self, other: &Self) -> bool {
        self.block == other.block && self.at < other.at + other.length && other.at < self.at + self.length
    }
}

/// Sorts hits, the longest first, then in reading order.
pub fn longest_first(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by(|a, b| (b.length).cmp(&a.length).then(a.block.cmp(&b.block)).then(a.at.cmp(&b.at)));
    hits
}

/// Keeps the longest of hits that share tokens; the first given wins among equals.
pub fn longest(hits: Vec<Hit>) -> Vec<Hit> {
    let mut kept: Vec<Hit> = Vec::new();
    for hit in longest_first(hits) {
        // Several fields may claim the very same words: all stay.
        let same = |other: &Hit| other.at == hit.at && other.length == hit.length;
        if !kept.iter().any(|other| other.shares_words(&hit) && !same(other)) {
            kept.push(hit);
        }
    }
    kept.sort_by_key(|hit| (hit.block, hit.at));
    kept
}

/// Drops the plural of a word of four letters or more.
fn singular(token: &str) -> &str {
    match token.strip_suffix('S').or_else(|| token.strip_suffix('X')) {
        Some(stem) if stem.len() >= 4 && !stem.ends_with('S') => stem,
        _ => token,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::typed::page;
    use crate::text::Origin;

    fn found(text: &str, phrases: &[&str], origin: Origin) -> Vec<usize> {
        let mut set = Phrases::default();
        for phrase in phrases {
            set.add(phrase);
        }
        let mut page = page(text);
        page.layer.origin = origin;
        longest(set.find(&Sheet::new([&page]))).into_iter().map(|hit| hit.phrase).collect()
    }

    #[test]
    fn phrases_are_found() {
        let phrases = ["contrat", "numéro de contrat", "dégâts des eaux", "adresse du risque"];
        struct Case(&'static str, Origin, &'static [usize]);
        for Case(text, origin, expected) in [
            Case("N° de contrat : 12", Origin::Native, &[1]),
            Case("Contrat n° 12", Origin::Native, &[0]),
            Case("DEGAT DES EAUX", Origin::Native, &[2]),
            Case("Adresse du\nrisque : ici", Origin::Native, &[3]),
            Case("Adressc du risque", Origin::Native, &[]),
            Case("Adressc du risqne", Origin::Ocr, &[3]),
            Case("contrats, numéro de contrat", Origin::Native, &[0, 1]),
        ] {
            assert_eq!(found(text, &phrases, origin), expected, "{text}");
        }
    }
}
