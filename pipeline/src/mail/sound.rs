//! Words as phrases of mail compare them: by their letters, and by how they sound.
//!
//! People write as they can: `chofage`, `reparé` for `réparer`, `lassurance`. Two words of five letters or more that sound
//! the same are the same word here; shorter ones are compared letter by letter.

/// Shorter words are compared by their letters alone.
const SHORTEST_SOUND: usize = 5;
/// A word this long may have its article written in front of it.
const SHORTEST_JOINED: usize = 5;
/// From this length on an ending may be an inflection.
const INFLECTED: usize = 6;

/// A word of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    /// Folded letters and digits.
    pub(super) folded: String,
    /// How it sounds, without silent endings.
    pub(super) sound: String,
    /// How it sounds to its last letter.
    pub(super) whole_sound: String,
    /// The word without an article in front, and how that sounds.
    pub(super) bare: Option<(String, String)>,
}

impl Heard {
    /// Hears a folded word.
    pub(super) fn new(folded: &str) -> Self {
        let joined = folded.len() >= SHORTEST_JOINED
            && folded.starts_with(['L', 'D', 'J', 'N', 'M', 'S', 'T', 'C'])
            && folded[1..].starts_with(['A', 'E', 'I', 'O', 'U', 'Y', 'H']);
        let bare = joined.then(|| (folded[1..].to_owned(), sound(&folded[1..])));
        Self { sound: sound(folded), whole_sound: whole_sound(folded), bare, folded: folded.to_owned() }
    }
}

/// Gives how a folded word sounds, without its silent ending.
pub(super) fn sound(folded: &str) -> String {
    let whole = whole_sound(folded);
    if is_silent_about(folded) {
        return whole;
    }
    let bare = without_consonants(&whole);
    let inflected = whole.len() >= INFLECTED;
    let ending = if inflected { ["ER", "EE", "E"].into_iter().find(|ending| bare.ends_with(ending)) } else { None };
    let short = bare.strip_suffix('E').filter(|_| !inflected);
    let stem = ending.map_or(short.unwrap_or(bare), |ending| &bare[..bare.len() - ending.len()]);
    if stem.is_empty() { whole } else { stem.to_owned() }
}

fn without_consonants(word: &str) -> &str {
    word.trim_end_matches(['S', 'X', 'T', 'D'])
}

/// Tells whether a word is too short, or a number: it has no sound of its own.
fn is_silent_about(folded: &str) -> bool {
    folded.len() < SHORTEST_SOUND || folded.bytes().all(|byte| byte.is_ascii_digit())
}

/// Gives how a folded word sounds to its last letter.
pub(super) fn whole_sound(folded: &str) -> String {
    if is_silent_about(folded) {
        return folded.to_owned();
    }
    let mut word = folded.to_owned();
    for (written, heard) in [
        ("PH", "F"),
        ("EAU", "O"),
        ("AU", "O"),
        ("QU", "K"),
        ("Q", "K"),
        ("CH", "W"),
        ("SC", "C"),
        ("Y", "I"),
        ("Z", "S"),
    ] {
        word = word.replace(written, heard);
    }
    let letters: Vec<char> = word.chars().collect();
    let mut heard = String::with_capacity(word.len());
    for (at, &letter) in letters.iter().enumerate() {
        let soft = matches!(letters.get(at + 1), Some('E' | 'I'));
        let nasal = matches!(letters.get(at + 1), Some('N' | 'M'))
            && !matches!(letters.get(at + 2), Some('N' | 'M' | 'A' | 'E' | 'I' | 'O' | 'U'));
        let letter = match letter {
            'C' if soft => 'S',
            'C' => 'K',
            'G' if soft => 'J',
            'H' => continue,
            'E' if nasal => 'A',
            other => other,
        };
        heard.push(letter);
    }
    single(&heard.replace("AI", "E").replace("EI", "E"))
}

/// Gives the word with doubled letters once.
fn single(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for letter in word.chars() {
        if !out.ends_with(letter) {
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::fold::fold;

    #[test]
    fn words_that_people_spell_otherwise_sound_the_same() {
        for (right, written) in [
            ("chauffage", "chofage"),
            ("ascenseur", "assenceur"),
            ("réparer", "réparé"),
            ("réparées", "reparer"),
            ("fuites", "fuitte"),
            ("quittance", "kitance"),
        ] {
            assert_eq!(sound(&fold(right)), sound(&fold(written)), "{right} {written}");
        }
    }

    #[test]
    fn other_words_stay_apart() {
        for (one, other) in [("mère", "maire"), ("pas", "par"), ("bail", "balle"), ("gaz", "gars"), ("12", "13")] {
            assert_ne!(sound(&fold(one)), sound(&fold(other)), "{one} {other}");
        }
    }

    #[test]
    fn an_article_may_be_written_in_front() {
        assert_eq!(Heard::new("LASSURANCE").bare.map(|bare| bare.0).as_deref(), Some("ASSURANCE"));
        assert_eq!(Heard::new("PANNE").bare, None);
    }
}
