//! The code printed on a letter, by which its reply finds its lease without being read.
//!
//! Ten symbols drawn by a hash of a secret, the lease, the period and the step, and two check symbols: a Reed–Solomon code
//! over 32 symbols in Crockford's alphabet (no I, L, O, U). Two codes differ in three places at least, so that one letter
//! that a recogniser took for a look-alike is put right in one way only, and two swapped letters are noticed. The code
//! says nothing of the lease: whoever issued it keeps which lease it stands for, and checks that no other bears it.

use regex::Regex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::LazyLock;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DATA: usize = 10;
const LENGTH: usize = 12;
/// x⁵ + x² + 1, whose root generates the 31 other elements.
const POLYNOMIAL: u8 = 0b10_0101;

/// Letters that recognisers take for one another, in any direction. Chosen by eye in six faces of print.
const LOOK_ALIKES: &[&str] = &[
    "0DQCG", "17TJ", "2Z7", "4A9", "5S", "6GB", "8B3S", "9GQ", "VYWN", "MNWH", "EF", "PRF", "KXH", "XY", "CGE", "TY",
    "J3",
];

/// A code that holds: 50 bits and their check symbols. Written `G-7K3M-Q9XT-2P4D`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReplyCode([u8; LENGTH]);

/// A text that is no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("« {text} » is no reply code: expected G-XXXX-XXXX-XXXX with check symbols that hold")]
pub struct NotACode {
    /// What was given.
    pub text: String,
}

/// A code found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundCode {
    /// Which.
    pub code: ReplyCode,
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// Whether one letter was put right.
    pub repaired: bool,
}

impl ReplyCode {
    /// Draws the code of a letter. The same inputs give the same code; without the secret nobody can tell the code of a
    /// lease. Two letters of 200,000 share a code with a chance of 1 in 56,000: the issuer's database has the last word.
    pub fn new(secret: &[u8], lease: &str, period: &str, step: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [secret, lease.as_bytes(), period.as_bytes(), step.as_bytes()] {
            // With its length before it, no part can run into the next.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        let mut symbols = [0; LENGTH];
        for (symbol, byte) in symbols.iter_mut().zip(digest.iter()).take(DATA) {
            *symbol = byte % 32;
        }
        Self(with_checks(symbols))
    }

    fn read(symbols: [u8; LENGTH]) -> Option<Self> {
        (syndromes(&symbols) == (0, 0)).then_some(Self(symbols))
    }

    /// Puts one look-alike right. At most one code lies one symbol away.
    fn repaired(symbols: [u8; LENGTH]) -> Option<Self> {
        (0..LENGTH).find_map(|at| {
            look_alikes(symbols[at]).find_map(|other| {
                let mut tried = symbols;
                tried[at] = other;
                Self::read(tried)
            })
        })
    }
}

/// Finds the codes of a text, in its order; one look-alike in each is put right.
pub fn find(text: &str) -> Vec<FoundCode> {
    static CODE: LazyLock<Regex> = LazyLock::new(|| {
        let four = r"[0-9A-Za-z$§|!]{4}";
        // Behind the G, hyphens may be read as anything or nothing. Where the G is lost they have to be there: three words
        // of four letters hold once in a thousand times ("2026. Nous vous" does).
        let apart = r"\s?[-‐‑–—−.,_~ ]\s?";
        let hyphen = r" ?[-‐‑–—−] ?";
        let pattern = format!(
            r"(?:[G6C][-‐‑–—−.,_~ ]?\s?(?P<a>{four})(?:{apart})?(?P<b>{four})(?:{apart})?(?P<c>{four}))|(?:(?P<d>{four}){hyphen}(?P<e>{four}){hyphen}(?P<f>{four}))"
        );
        Regex::new(&pattern).expect("the pattern is fixed")
    });
    let mut found: Vec<FoundCode> = Vec::new();
    let mut from = 0;
    while let Some(capture) = CODE.captures_at(text, from) {
        let whole = capture.get(0).expect("the whole always matches").range();
        let group = |names: [&str; 3]| -> Option<String> {
            names.into_iter().map(|name| capture.name(name).map(|part| part.as_str())).collect()
        };
        let body = group(["a", "b", "c"]).or_else(|| group(["d", "e", "f"]));
        match body.filter(|_| stands_alone(text, &whole)).and_then(|body| code_of(&body)) {
            Some((code, repaired)) => {
                from = whole.end;
                found.push(FoundCode { code, range: whole, repaired });
            }
            None => from = whole.start + text[whole.start..].chars().next().map_or(1, char::len_utf8),
        }
    }
    found
}

fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !word(text[..range.start].chars().next_back()) && !word(text[range.end..].chars().next())
}

fn code_of(body: &str) -> Option<(ReplyCode, bool)> {
    let symbols: Vec<u8> = body.chars().map(symbol_of).collect::<Option<_>>()?;
    let symbols: [u8; LENGTH] = symbols.try_into().ok()?;
    // Three groups of letters are words, and a word may happen to hold: a code has digits, save one in ninety.
    if !symbols.iter().any(|&symbol| symbol < 10) {
        return None;
    }
    ReplyCode::read(symbols).map(|code| (code, false)).or_else(|| ReplyCode::repaired(symbols).map(|code| (code, true)))
}

/// Gives the symbol of a letter; those that the alphabet avoids stand for what they look like.
fn symbol_of(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' | '|' | '!' => '1',
        'U' => 'V',
        '$' | '§' => 'S',
        other => other,
    };
    let at = ALPHABET.iter().position(|&symbol| char::from(symbol) == letter)?;
    u8::try_from(at).ok()
}

fn look_alikes(symbol: u8) -> impl Iterator<Item = u8> {
    let letter = char::from(ALPHABET[usize::from(symbol)]);
    let groups = LOOK_ALIKES.iter().filter(move |group| group.contains(letter));
    groups.flat_map(|group| group.chars().filter_map(symbol_of)).filter(move |&other| other != symbol)
}

fn times(a: u8, b: u8) -> u8 {
    (0..5).rev().fold(0, |product, bit| {
        let doubled = product << 1;
        let reduced = if doubled & 0b10_0000 == 0 { doubled } else { doubled ^ POLYNOMIAL };
        if b >> bit & 1 == 1 { reduced ^ a } else { reduced }
    })
}

/// Divides by (x + α)(x + α²) = x² + (α + α²)x + α³, where α is 2: the remainder makes the check symbols.
fn with_checks(mut symbols: [u8; LENGTH]) -> [u8; LENGTH] {
    let (mut high, mut low) = (0, 0);
    for &symbol in &symbols[..DATA] {
        let lead = symbol ^ high;
        (high, low) = (low ^ times(lead, 0b110), times(lead, 0b1000));
    }
    symbols[DATA] = high;
    symbols[DATA + 1] = low;
    symbols
}

/// Gives the values of the code's polynomial at α and α²: both nought for a code that holds.
fn syndromes(symbols: &[u8; LENGTH]) -> (u8, u8) {
    let at = |point: u8| symbols.iter().fold(0, |value, &symbol| times(value, point) ^ symbol);
    (at(0b10), at(0b100))
}

impl fmt::Display for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters: String = self.0.iter().map(|&symbol| char::from(ALPHABET[usize::from(symbol)])).collect();
        write!(f, "G-{}-{}-{}", &letters[..4], &letters[4..8], &letters[8..])
    }
}

impl FromStr for ReplyCode {
    type Err = NotACode;

    /// Reads a code written without a mistake, whatever its case and hyphens.
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let no_code = || NotACode { text: text.to_owned() };
        let letters: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        let body = if letters.len() == LENGTH + 1 { letters.strip_prefix(['G', 'g']) } else { Some(&letters[..]) };
        let symbols: Vec<u8> = body.ok_or_else(no_code)?.chars().filter_map(symbol_of).collect();
        symbols.try_into().ok().and_then(Self::read).ok_or_else(no_code)
    }
}

impl From<ReplyCode> for String {
    fn from(code: ReplyCode) -> Self {
        code.to_string()
    }
}

impl TryFrom<String> for ReplyCode {
    type Error = NotACode;

    fn try_from(text: String) -> Result<Self, NotACode> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(lease: &str) -> ReplyCode {
        ReplyCode::new(b"secret", lease, "2026", "rappel")
    }

    fn found(text: &str) -> Vec<(String, bool)> {
        find(text).into_iter().map(|found| (found.code.to_string(), found.repaired)).collect()
    }

    #[test]
    fn a_code_is_the_same_on_every_machine() {
        assert_eq!(code("BX280-2608-85").to_string(), "G-DE4P-5WT8-8YBV");
    }

    #[test]
    fn what_goes_in_changes_the_code() {
        let one = ReplyCode::new(b"s", "L-1", "2026", "rappel");
        for other in [
            ReplyCode::new(b"t", "L-1", "2026", "rappel"),
            ReplyCode::new(b"s", "L-2", "2026", "rappel"),
            ReplyCode::new(b"s", "L-1", "2027", "rappel"),
            ReplyCode::new(b"s", "L-1", "2026", "relance"),
            ReplyCode::new(b"s", "L-12", "026", "rappel"),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn however_a_page_writes_it() {
        let code = code("L-1");
        let printed = code.to_string();
        let body: String = printed[2..].replace('-', "");
        for text in [
            format!("Votre référence : {printed}. Merci"),
            format!("ref {}", printed.to_lowercase()),
            format!("(G{body})"),
            format!("https://locataires.example/r/{printed}"),
            printed.replace('-', " "),
            printed[2..].to_owned(),
            printed.replace('-', " – "),
            format!("12 rue des Lilas 31000 TOULOUSE\n{printed}\n"),
            printed.replace('0', "O").replace('1', "I"),
        ] {
            assert_eq!(found(&text), [(printed.clone(), false)], "{text}");
        }
    }

    #[test]
    fn no_code_where_there_is_none() {
        for text in [
            "",
            "01/09/2026 31000 2026",
            "FR76 3000 6000 0112 3456 7890 189",
            "9 octobre 2026. Nous vous avons écrit",
            "éé|é",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    proptest! {
        #[test]
        fn one_look_alike_is_put_right_and_nothing_else_comes_of_it(lease in "[A-Z0-9-]{1,16}", at in 0..LENGTH, pick in 0usize..32) {
            let code = code(&lease);
            let alike: Vec<u8> = look_alikes(code.0[at]).collect();
            prop_assume!(!alike.is_empty());
            let mut misread = code.0;
            misread[at] = alike[pick % alike.len()];
            prop_assert_eq!(ReplyCode::read(misread), None);
            prop_assert_eq!(ReplyCode::repaired(misread), Some(code));
        }

        #[test]
        fn two_wrong_letters_never_hold(lease in "[A-Z0-9-]{1,16}", a in 0..LENGTH, b in 0..LENGTH, x in 1u8..32, y in 1u8..32) {
            prop_assume!(a != b);
            let mut wrong = code(&lease).0;
            wrong[a] ^= x;
            wrong[b] ^= y;
            prop_assert_eq!(ReplyCode::read(wrong), None);
            let mut swapped = code(&lease).0;
            swapped.swap(a, b);
            prop_assert!(swapped == code(&lease).0 || ReplyCode::read(swapped).is_none());
        }

        #[test]
        fn what_is_written_is_read(lease in ".{0,20}", step in "[a-z]{0,8}") {
            let code = ReplyCode::new(b"secret", &lease, "2026", &step);
            prop_assert_eq!(code.to_string().parse(), Ok(code));
        }

        #[test]
        fn any_text_can_be_searched(text in ".{0,200}") {
            for found in find(&text) {
                prop_assert!(text.get(found.range).is_some());
            }
        }
    }
}
