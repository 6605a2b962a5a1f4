//! The type of a segment, from keywords and structure.
//!
//! Goes in: a sheet and the rules. Comes out: a [`Classification`] with runners-up; "I do not know" is the type `autre`
//! at a low confidence. Looks at words only; never at fields or leases.

use crate::lexicon::Lexicon;
use crate::phrases::{Hit, longest_first};
use crate::sheet::Sheet;

/// A type with how sure the house is of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Classification {
    /// The catalogue's code.
    pub type_code: String,
    /// 0 to 1.
    pub confidence: f32,
    /// Type and points, most points first.
    pub ranking: Vec<(String, f32)>,
    /// Whether a cue of this type stands in a title line.
    pub titled: bool,
}

impl Classification {
    /// Gives a type that nothing has to be looked at for.
    pub fn certain(type_code: &str) -> Self {
        Self { type_code: type_code.to_owned(), confidence: 1.0, ranking: Vec::new(), titled: false }
    }
}

/// A phrase counts this many times at most: a type is many cues, not one cue many times.
const MOST_REPEATS: usize = 2;
/// What the points of a type are worth where none of the words it needs stands on the paper.
const WITHOUT_NEEDED: f32 = 0.5;
/// What the words of a title are worth elsewhere.
const OUTSIDE_TITLE: f32 = 0.2;
/// Titles stand above this height of the first page.
const LOWEST_TITLE: f32 = 0.5;
/// The type that says "I do not know".
const UNKNOWN: &str = "autre";

/// Labels a segment.
pub fn label(sheet: &Sheet, lexicon: &Lexicon) -> Classification {
    let types = &lexicon.rules.types;
    let mut points = vec![0.0_f32; types.len()];
    let mut best_title = vec![0.0_f32; types.len()];
    let mut seen = vec![0_usize; lexicon.cue_of.len()];
    let mut satisfied: Vec<bool> = types.iter().map(|rule| rule.needs.is_empty()).collect();
    let mut taken: Vec<Vec<Hit>> = vec![Vec::new(); types.len()];
    for hit in longest_first(lexicon.cues.find(sheet)) {
        let in_title = is_title(sheet, hit.first.cell);
        let repeats = seen[hit.phrase];
        seen[hit.phrase] += 1;
        for cue in &lexicon.cue_of[hit.phrase] {
            satisfied[cue.of] |= cue.needed;
            // For each type the longest phrase speaks for its words; what it says to other types is theirs.
            if cue.needed || taken[cue.of].iter().any(|other| other.phrase != hit.phrase && other.shares_words(&hit)) {
                continue;
            }
            taken[cue.of].push(hit);
            if cue.title && in_title {
                // A paper has one title: what else is set large adds little.
                let (low, high) = (cue.weight.min(best_title[cue.of]), cue.weight.max(best_title[cue.of]));
                points[cue.of] += high - best_title[cue.of] + 0.2 * low;
                best_title[cue.of] = high;
            } else if repeats < MOST_REPEATS {
                let share = if repeats == 0 { 1.0 } else { 0.3 };
                points[cue.of] += cue.weight * share * if cue.title { OUTSIDE_TITLE } else { 1.0 };
            }
        }
    }
    for (points, satisfied) in points.iter_mut().zip(&satisfied) {
        *points *= if *satisfied { 1.0 } else { WITHOUT_NEEDED };
    }
    let mut order: Vec<usize> = (0..types.len()).collect();
    order.sort_by(|&a, &b| points[b].total_cmp(&points[a]));
    let ranking: Vec<(String, f32)> =
        order.iter().take(5).map(|&index| (types[index].code.clone(), points[index])).collect();
    let (first, second) = (order[0], order[1]);
    let least = types[first].least;
    if points[first] < least {
        let confidence = (1.0 - points[first].max(0.0) / least) * 0.5;
        return Classification { type_code: UNKNOWN.to_owned(), confidence, ranking, titled: false };
    }
    let margin = points[first] - points[second].max(0.0);
    let confidence = (0.5 + margin / 12.0).min(0.99);
    Classification { type_code: types[first].code.clone(), confidence, ranking, titled: best_title[first] >= 3.0 }
}

/// Tells whether the words of the types said nothing of a paper.
pub(crate) fn is_unknown(label: &Classification) -> bool {
    label.type_code == UNKNOWN && label.confidence <= 0.5
}

/// A page that is a letter this surely is one whatever the words of a type on it say: people name papers in letters.
const SURELY_LETTER: f32 = 0.95;
/// A page of which the words of the types say nothing is a letter from this chance on.
const RATHER_LETTER: f32 = 0.5;

/// Joins what a model says of a page: whether it is a letter of somebody, of the type `code`.
pub fn as_letter(label: Classification, chance: Option<f32>, code: &str) -> Classification {
    let Some(chance) = chance else { return label };
    let letter = chance >= SURELY_LETTER || is_unknown(&label) && chance >= RATHER_LETTER;
    match label.type_code == code {
        true if letter => Classification { confidence: label.confidence.max(chance.min(0.99)), ..label },
        false if letter => Classification { type_code: code.to_owned(), confidence: chance.min(0.99), ..label },
        _ => label,
    }
}

/// A title stands in a line of few words on the upper half, taller than the text, in capitals, or near the top.
fn is_title(sheet: &Sheet, cell: usize) -> bool {
    let first_page = sheet.cells[0].page;
    let cell = &sheet.cells[cell];
    let letters = || cell.words.iter().flat_map(|word| word.text.chars()).filter(|c| c.is_alphabetic());
    let capitals = letters().count() > 4 && letters().all(char::is_uppercase);
    let tall = cell.rect.height() > 1.18 * sheet.line_height;
    let short = cell.words.len() <= 10;
    cell.page == first_page && short && cell.rect.y0 < LOWEST_TITLE && (tall || capitals || cell.rect.y0 < 0.35)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;
    use crate::sheet::typed::page;

    #[test]
    fn a_sure_letter_is_one_whatever_papers_it_names() {
        let label = |code: &str, confidence: f32| Classification { confidence, ..Classification::certain(code) };
        for (rules, sure, chance, expected) in [
            ("quittance_loyer", 0.9, Some(0.97), "courrier"),
            ("quittance_loyer", 0.9, Some(0.8), "quittance_loyer"),
            ("autre", 0.3, Some(0.8), "courrier"),
            ("autre", 0.8, Some(0.8), "autre"),
            ("autre", 0.3, None, "autre"),
        ] {
            assert_eq!(as_letter(label(rules, sure), chance, "courrier").type_code, expected, "{rules} {chance:?}");
        }
        assert!(as_letter(label("courrier", 0.5), Some(0.97), "courrier").confidence > 0.9);
    }

    #[test]
    fn types_by_their_words() {
        let lexicon = Lexicon::new(Rules::embedded().unwrap());
        struct Case(&'static str, &'static str);
        for Case(text, expected) in [
            Case(
                "ATTESTATION D'ASSURANCE HABITATION\nNous attestons que M. X a souscrit un contrat\nrisques locatifs",
                "attestation_habitation",
            ),
            Case(
                "AVIS D'ÉCHÉANCE\nVotre contrat habitation\nMontant à régler : 120,00 €\nassurance",
                "avis_echeance_assurance",
            ),
            Case("DEVIS ASSURANCE HABITATION\nCe devis est valable 30 jours\nPour souscrire", "devis_assurance"),
            Case(
                "Résiliation de votre contrat\nNous confirmons la résiliation de votre contrat habitation",
                "resiliation_assurance",
            ),
            Case(
                "ATTESTATION D'ASSURANCE SCOLAIRE\nAnnée scolaire 2026-2027\nactivités scolaires",
                "attestation_assurance_autre",
            ),
            Case("QUITTANCE DE LOYER\nLoyer hors charges 500,00\nprovision pour charges", "quittance_loyer"),
            Case("bonjour tout le monde", "autre"),
            Case("", "autre"),
        ] {
            let page = page(text);
            assert_eq!(label(&Sheet::new([&page]), &lexicon).type_code, expected, "{text}");
        }
    }
}
