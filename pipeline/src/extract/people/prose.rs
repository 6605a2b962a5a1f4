//! Persons whom a sentence names with their civility where no label does: "le logement loué par Mme Odile FERRAND", or whom
//! the letter greets: "Monsieur Paul COSTE,".

use super::super::{Ground, Reading, Value};
use crate::sheet::Snippet;
use crate::values::Person;
use crate::values::fold::fold;
use crate::values::person_text::{is_person_line, parse_persons};
use regex::Regex;
use std::sync::LazyLock;

/// What opens a name in a sentence.
static CIVILITY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[\s(,:])((?:M\.|MM\.|M|Mr|MR|Mmes?|MMES?|Mlles?|MLLES?|Monsieur|MONSIEUR|Madame|MADAME|Mademoiselle|MADEMOISELLE|Messieurs|Mesdames) )")
        .expect("the pattern is fixed")
});
/// The sentence is one about who lives there and is covered.
static OF_COVER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"LOCATAIRE|LOUE|OCCUP|HABIT|ASSUR|GARANTI|COUVE?R|LOGEMENT").expect("fixed"));
/// Words right before a name that is another's than the insured's.
static OF_ANOTHER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"BAILLEUR|PROPRIETAIRE|REPRESENT|DIRECT|CONSEILL|AGENT|INTERLOCUT|SUIVI|CABINET|MAITRE|DOCTEUR|SIGN|GERANT|APPARTENANT|GESTIONNAIRE|RESPONSABLE")
        .expect("fixed")
});
/// How far such a name is believed.
const WORTH: f32 = 0.6;
/// Bytes before a name that say whose it is.
const BEFORE: usize = 48;
/// Words of a name, and of those joined to it.
const WORDS: usize = 14;

pub(super) fn readings(ground: &Ground<'_>) -> Vec<Reading> {
    let mut persons: Vec<Person> = Vec::new();
    let mut first: Option<Reading> = None;
    for block in 0..ground.sheet.blocks.len() {
        let snippet = ground.block_snippet(block);
        let mut past = 0;
        for civility in CIVILITY.captures_iter(&snippet.text).filter_map(|found| found.get(1)) {
            if civility.start() < past || !is_insured(&snippet.text, civility.start()) {
                continue;
            }
            let Some((named, end)) = names_from(&snippet.text, civility.start()) else { continue };
            past = end;
            let known = ground.lexicon.rules.insurers.find(&snippet.text[civility.start()..end]);
            if !known.is_empty() {
                continue;
            }
            first = first.or_else(|| reading(&snippet, civility.start(), end));
            persons.extend(named.into_iter().filter(|person| !persons.contains(person)).collect::<Vec<_>>());
        }
    }
    first.into_iter().map(|reading| Reading { value: Some(Value::Persons(persons.clone())), ..reading }).collect()
}

/// Tells whether who is named at `at` is said to be insured, or greeted.
fn is_insured(text: &str, at: usize) -> bool {
    let from = (at.saturating_sub(BEFORE)..=at).find(|&from| text.is_char_boundary(from)).unwrap_or(at);
    if OF_ANOTHER.is_match(&fold(&text[from..at])) {
        return false;
    }
    OF_COVER.is_match(&fold(text)) || is_person_line(text.trim_end_matches([',', ' ']))
}

/// Gives the persons named from `at` on, and where their names end.
fn names_from(text: &str, at: usize) -> Option<(Vec<Person>, usize)> {
    let named = parse_persons(&text[at..]);
    let ends = text[at..].match_indices([' ', '\n']).map(|(end, _)| at + end).chain([text.len()]);
    let end = ends.take(WORDS).find(|&end| parse_persons(&text[at..end]) == named)?;
    (!named.is_empty()).then_some((named, end))
}

fn reading(snippet: &Snippet, start: usize, end: usize) -> Option<Reading> {
    let (page, rect, legible) = snippet.evidence(&(start..end))?;
    let raw = snippet.text[start..end].trim_matches([' ', ',', '.']).to_owned();
    Some(Reading {
        value: None,
        raw,
        confidence: WORTH * legible.max(0.6),
        legible,
        page,
        rect,
        method: "nommé dans la phrase",
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::typed_attestation;

    #[test]
    fn persons_whom_no_label_names() {
        let read = typed_attestation();
        for (text, expected) in [
            (
                "La compagnie couvre le logement 4 rue des Acacias, 31000 Toulouse, où vit Mme Odile FERRAND (locataire).",
                Some("Odile FERRAND"),
            ),
            (
                "Nous couvrons les locaux de Monsieur Louis COSTE et Madame Inès MARCHAL, locataires, contre l'incendie.",
                Some("Louis COSTE, Inès MARCHAL"),
            ),
            (
                "Madame Inès MARCHAL et Monsieur Louis COSTE,\n\n\nVotre contrat prendra fin.",
                Some("Inès MARCHAL, Louis COSTE"),
            ),
            ("Le logement que nous couvrons est géré par votre conseillère Mme Odile FERRAND.", None),
            ("Madame, Monsieur,\n\n\nVotre logement est couvert.", None),
        ] {
            let found = read(text).value("assures").map(crate::run::value_text);
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
