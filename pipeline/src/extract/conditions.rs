//! Pages of general conditions, which say what contracts can hold and nothing of this one.

use crate::document::ReadPage;
use crate::values::fold::fold;

/// Fewer words than this make no page of conditions.
const FEWEST_WORDS: usize = 150;
/// The heading stands among the first words.
const HEADING_WORDS: usize = 30;
/// What such pages are headed.
const HEADINGS: &[&str] =
    &["CONDITIONS GENERALES", "NOTICE D INFORMATION", "DISPOSITIONS GENERALES", "EXTRAIT DES CONDITIONS", "LEXIQUE"];

/// Tells whether a page that is not the first of its document holds general conditions.
pub(crate) fn is_conditions(page: &ReadPage) -> bool {
    let words: Vec<&str> = page.layer.words().map(|word| word.text.as_str()).collect();
    if words.len() < FEWEST_WORDS {
        return false;
    }
    let heading = fold(&words[..HEADING_WORDS].join(" "));
    HEADINGS.iter().any(|known| heading.contains(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::typed::page;

    #[test]
    fn conditions_are_known_by_their_heading_and_their_length() {
        let clauses =
            "L'incendie, le vol et le bris de glaces ne sont garantis que si mention en est faite\n".repeat(12);
        assert!(is_conditions(&page(&format!("EXTRAIT DES CONDITIONS GÉNÉRALES\n{clauses}"))));
        assert!(!is_conditions(&page("Attestation selon nos conditions générales\nAssuré : M. X")));
        assert!(!is_conditions(&page(&format!("Attestation d'assurance\n{clauses}{clauses}"))));
    }
}
