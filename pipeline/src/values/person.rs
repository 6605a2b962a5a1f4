//! Persons as papers name them, and how two of them compare (facts F.6).

use super::fold::{fold, folded_words};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A person in the catalogue's normal form: `nom` upper case, `prenom` title case, accents kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    /// Family name (birth name where the paper gives both), upper case.
    pub nom: String,
    /// First name, title case; empty where the paper gives none.
    pub prenom: String,
    /// Usage name (married name) where the paper gives one, upper case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nom_usage: Option<String>,
}

impl fmt::Display for Person {
    /// First name, family name, and the usage name in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usage = self.nom_usage.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
        write!(f, "{}{usage}", format!("{} {}", self.prenom, self.nom).trim())
    }
}

/// How two persons compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Other people.
    Different,
    /// The same within a few letters, or one side gives less.
    Close,
    /// The same names.
    Same,
}

/// Compares two persons: order, accents, hyphens, married names, one of several first names, letters read wrong.
/// The same surname with another first name is another person.
pub fn same_person(one: &Person, other: &Person) -> Likeness {
    let surname =
        best(names(one).iter().flat_map(|a| names(other).into_iter().map(move |b| (a.clone(), b))), surnames_agree);
    let first = first_names_agree(&one.prenom, &other.prenom);
    let in_order = surname.min(first);
    // A form may swap the two: then all words must meet.
    in_order.max(words_agree(one, other))
}

fn names(person: &Person) -> Vec<String> {
    let mut names = vec![person.nom.clone()];
    names.extend(person.nom_usage.clone());
    names.retain(|name| !name.trim().is_empty());
    names
}

fn best(pairs: impl Iterator<Item = (String, String)>, agree: impl Fn(&str, &str) -> Likeness) -> Likeness {
    pairs.map(|(a, b)| agree(&a, &b)).max().unwrap_or(Likeness::Different)
}

fn surnames_agree(one: &str, other: &str) -> Likeness {
    let (a, b) = (surname_words(one), surname_words(other));
    if a.is_empty() || b.is_empty() {
        return Likeness::Different;
    }
    // "LE FLOCH" and "LEFLOCH": the particle may be glued on.
    if a.concat() == b.concat() || folded_words(one).concat() == folded_words(other).concat() {
        return Likeness::Same;
    }
    if near(&a.concat(), &b.concat()) {
        return Likeness::Close;
    }
    // A compound name given in part: "TAVARES DIAS" and "DIAS".
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let part = short.len() < long.len() && short.iter().all(|word| word.len() >= 3 && long.contains(word));
    if part { Likeness::Close } else { Likeness::Different }
}

/// Gives the words of a surname without particles.
fn surname_words(name: &str) -> Vec<String> {
    let words = folded_words(name);
    let plain: Vec<String> = words.iter().filter(|word| !is_particle(word)).cloned().collect();
    if plain.is_empty() { words } else { plain }
}

fn first_names_agree(one: &str, other: &str) -> Likeness {
    let (a, b) = (folded_words(one), folded_words(other));
    if a.is_empty() || b.is_empty() {
        return Likeness::Close;
    }
    if a.concat() == b.concat() {
        return Likeness::Same;
    }
    let meets = |x: &String, y: &String| {
        x == y || near(x, y) || x.len() == 1 && y.starts_with(x.as_str()) || y.len() == 1 && x.starts_with(y.as_str())
    };
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let all_meet = short.iter().all(|x| long.iter().any(|y| meets(x, y)));
    if all_meet || near(&a.concat(), &b.concat()) { Likeness::Close } else { Likeness::Different }
}

/// Compares all words of both, in any order; at least two must meet.
fn words_agree(one: &Person, other: &Person) -> Likeness {
    let words = |person: &Person| -> Vec<String> {
        let all = folded_words(&format!("{} {}", person.nom, person.prenom));
        all.into_iter().filter(|word| !is_particle(word)).collect()
    };
    let (mut a, mut b) = (words(one), words(other));
    a.sort();
    b.sort();
    if a.len() >= 2 && a == b { Likeness::Same } else { Likeness::Different }
}

/// Tells whether two folded words differ by no more than a reading error: short ones not at all.
pub fn near(one: &str, other: &str) -> bool {
    let length = one.len().min(other.len());
    let allowed = match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    let (one, other) = (letters_for_digits(one), letters_for_digits(other));
    one == other || one.len().abs_diff(other.len()) <= allowed && strsim::levenshtein(&one, &other) <= allowed
}

/// Puts letters where recognisers leave digits inside a name.
fn letters_for_digits(word: &str) -> String {
    let letter = |c: char| match c {
        '0' => 'O',
        '1' => 'I',
        '5' => 'S',
        '8' => 'B',
        other => other,
    };
    word.chars().map(letter).collect()
}

/// Tells whether a folded word is a particle, which papers keep or drop.
pub(crate) fn is_particle(word: &str) -> bool {
    const PARTICLES: &[&str] = &[
        "DE", "DU", "DES", "D", "LE", "LA", "L", "VAN", "VON", "DA", "DO", "DOS", "DI", "Y", "EL", "AL", "BEN", "DER",
        "DEN",
    ];
    PARTICLES.contains(&word)
}

/// Gives a first name as the catalogue writes it: `jean-PIERRE` becomes `Jean-Pierre`.
pub(crate) fn title_case(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut starts = true;
    for c in text.chars() {
        if starts {
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
        starts = !c.is_alphabetic();
    }
    out
}

/// Gives all folded words of a person, for an index.
pub fn index_words(person: &Person) -> Vec<String> {
    let text = format!("{} {}", person.nom, person.nom_usage.as_deref().unwrap_or_default());
    let words = folded_words(&text);
    words.into_iter().filter(|word| word.len() >= 2 && !is_particle(word)).collect()
}

/// Gives one folded text for a whole name.
pub fn full_name(person: &Person) -> String {
    fold(&format!("{} {}", person.prenom, person.nom))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(nom: &str, prenom: &str) -> Person {
        Person { nom: nom.to_owned(), prenom: prenom.to_owned(), nom_usage: None }
    }

    #[test]
    fn persons_compare() {
        use Likeness::{Close, Different, Same};
        struct Case((&'static str, &'static str), (&'static str, &'static str), Likeness);
        let mut failures = Vec::new();
        for Case(a, b, expected) in [
            Case(("LEFÈVRE", "Anaïs"), ("LEFEVRE", "ANAIS"), Same),
            Case(("LE FLOCH", "Jean-Yves"), ("LEFLOCH", "Jean Yves"), Same),
            Case(("DE LA TOUR", "Paul"), ("TOUR", "Paul"), Same),
            Case(("TAVARES DIAS", "Soledad"), ("DIAS", "Soledad"), Close),
            Case(("DUPONT", "Jean"), ("DUPONT", "Jean Pierre"), Close),
            Case(("DUPONT", "J."), ("DUPONT", "Jean"), Close),
            Case(("DUPONT", "Jean"), ("DUPOND", "Jean"), Close),
            Case(("DUPONT", "Jean"), ("DUPONT", "Marie"), Different),
            Case(("DUPONT", "Jean"), ("DURAND", "Jean"), Different),
            Case(("JEAN", "Dupont"), ("DUPONT", "Jean"), Same),
            Case(("BELKACEM", "Youssef"), ("BELKACEM", "Yousef"), Close),
            Case(("KONÉ", "Issa"), ("KONE", "Issa"), Same),
            Case(("LY", "Ana"), ("LE", "Ana"), Different),
            Case(("NGUYEN", "Thi"), ("NGUYEN", "Lan"), Different),
            Case(("N'DIAYE", "Awa"), ("NDIAYE", "Awa"), Same),
            Case(("M0REAU", "Luc"), ("MOREAU", "Luc"), Close),
            Case(("MARTIN", ""), ("MARTIN", "Luc"), Close),
            Case(("BERNARD", "Marie Claire"), ("BERNARD", "Marie-Claire"), Same),
            Case(("BERNARD", "Marie"), ("BERNARD", "Marine"), Close),
            Case(("ÖZTÜRK", "Ayşe"), ("OZTURK", "AYSE"), Same),
            Case(("EL AMRANI", "Saïd"), ("AMRANI", "Said"), Same),
        ] {
            let got = same_person(&person(a.0, a.1), &person(b.0, b.1));
            if got != expected {
                failures.push(format!("{a:?} and {b:?}: {got:?} instead of {expected:?}"));
            }
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }

    #[test]
    fn a_married_name_is_the_same_person() {
        let paper =
            Person { nom: "DURAND".to_owned(), prenom: "Claire".to_owned(), nom_usage: Some("MARTIN".to_owned()) };
        assert_eq!(same_person(&paper, &person("MARTIN", "Claire")), Likeness::Same);
        assert_eq!(same_person(&paper, &person("DURAND", "Claire")), Likeness::Same);
        assert_eq!(same_person(&paper, &person("PETIT", "Claire")), Likeness::Different);
    }

    #[test]
    fn first_names_in_title_case() {
        assert_eq!(title_case("jean-PIERRE"), "Jean-Pierre");
        assert_eq!(title_case("ÉLODIE anne"), "Élodie Anne");
    }
}
