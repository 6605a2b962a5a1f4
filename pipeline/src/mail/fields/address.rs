//! The dwelling that a letter is about, told apart from where its writer lives, will live, or writes to.

use super::super::letter::Letter;
use super::{of_header, reading};
use crate::extract::{Reading, Value};
use crate::sheet::Snippet;
use crate::values::Address;
use crate::values::address_text::find_addresses;
use crate::values::fold::fold;
use crate::values::person_text::{is_body, is_person_line};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Words right before the address of the dwelling.
static DWELLING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"LOGEMENT|APPARTEMENT|STUDIO|\bSITUEE?\b|\bSISE?\b|LOCATAIRE|HABIT|OCCUP|DEMEUR|RESID|IMMEUBLE|LOGE\b|LOUE|ADRESSE|MAISON|DOMICILI|PARC|LOCAL")
        .expect("the pattern is fixed")
});
/// Words right before an address that is somebody else's, or of another time.
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"NOUVELLE|FUTURE?\b|DESORMAIS|SUIVRE|ADRESSER (A|AU|LE)|PARVENIR|ECRI(RE|VEZ)|CORRESPONDANCE|\b(MON|MA|MES|LE|LA|LES|DU|DES|UNE?) VOISIN|PROPOSE|SIEGE|AGENCE|CABINET|VISITE|RENVOY|ENVOYER|M INSTALLE|EMMENAG|DEPOT DE GARANTIE|SERA\b|BUREAU|OCCUPANTS DU|NUISANCES DU")
        .expect("the pattern is fixed")
});
/// Words that announce where the writer goes.
static NEW: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"NOUVELLE|FUTURE?\b|DESORMAIS|SUIVRE|ADRESSER|PARVENIR|ECRI(RE|VEZ)|INSTALLE|EMMENAG|DEPOT DE GARANTIE|CAUTION|ADRESSE SERA|SERA :?|ENVOY|APRES MON DEPART|MON DEPART|JOINDRE|RENVOY")
        .expect("the pattern is fixed")
});
/// Letters before an address that are looked at.
const BEFORE: usize = 70;
/// Who writes of these lives elsewhere: the address above the text is not the dwelling's.
#[rustfmt::skip]
const OUTSIDERS: &[&str] = &[
    "suivi_demande_logement", "courrier_juridique", "courrier_elu", "courrier_organisme", "facture_fournisseur", "publicite",
    "deces_locataire",
];

/// An address that stands in a letter.
struct Mention {
    address: Address,
    range: Range<usize>,
    context: String,
}

/// Gives the address of the dwelling.
pub(super) fn dwelling(letter: &Letter<'_>, category: &str) -> Option<Reading> {
    let body = letter.snippet(&letter.body);
    let told = mentions(&body);
    let here = |mention: &&Mention| !ELSEWHERE.is_match(&mention.context);
    let named = told.iter().filter(here).find(|mention| DWELLING.is_match(&mention.context));
    if let Some(mention) = named {
        return of(&body, mention, 0.9, "adresse du logement");
    }
    let head = head_address(letter, category);
    // Under a signature, or alone in the text.
    let last = told.iter().rfind(here);
    let alone = last.and_then(|mention| of(&body, mention, 0.75, "seule adresse du texte"));
    alone.or(head).or_else(|| in_subject(letter))
}

/// Gives the address that the subject of an e-mail names.
fn in_subject(letter: &Letter<'_>) -> Option<Reading> {
    letter.header?;
    let subject = letter.subject_text();
    let found = find_addresses(&[&subject]).into_iter().next()?;
    let value = Value::Address(without_matter(found.address));
    Some(of_header(subject[found.range].to_owned(), value, "adresse dans l'objet"))
}

/// Takes the words out of a complement that name no part of a building: "Logement :", "appartement".
fn without_matter(mut address: Address) -> Address {
    let names_part = |part: &&str| {
        let folded = fold(part);
        let opens =
            ["LOGEMENT", "APPARTEMENT", "APPART", "STUDIO", "MAISON"].iter().any(|word| folded.starts_with(word));
        !opens
            || folded.bytes().any(|byte| byte.is_ascii_digit())
            || folded.split(' ').nth(1).is_some_and(|word| word.len() == 1)
    };
    address.complement = address.complement.and_then(|complement| {
        let kept: Vec<&str> = complement.split(", ").filter(names_part).collect();
        (!kept.is_empty()).then(|| kept.join(", "))
    });
    address
}

/// Gives the address to which the writer goes.
pub(super) fn new_home(letter: &Letter<'_>) -> Option<Reading> {
    let body = letter.snippet(&letter.body);
    let found = mentions(&body).into_iter().find(|mention| NEW.is_match(&mention.context))?;
    of(&body, &found, 0.85, "nouvelle adresse")
}

fn of(snippet: &Snippet, mention: &Mention, confidence: f32, method: &'static str) -> Option<Reading> {
    reading(snippet, mention.range.clone(), Value::Address(mention.address.clone()), confidence, method)
}

/// Gives the address above the text, where a tenant writes.
fn head_address(letter: &Letter<'_>, category: &str) -> Option<Reading> {
    let head = letter.snippet(&letter.head);
    let line = |&at: &usize| letter.sheet.cells[at].text();
    let body = letter.head.iter().map(line).any(|line| is_body(&line));
    let person = letter.head.iter().map(line).any(|line| is_person_line(&line));
    if OUTSIDERS.contains(&category) || body || !person {
        return None;
    }
    let found = mentions(&head).into_iter().next()?;
    of(&head, &found, 0.7, "adresse de l'expéditeur")
}

fn mentions(snippet: &Snippet) -> Vec<Mention> {
    let lines: Vec<&str> = snippet.text.split('\n').collect();
    let found = find_addresses(&lines).into_iter().map(|found| {
        let from = found.range.start.saturating_sub(BEFORE);
        let from = (from..=found.range.start).find(|&at| snippet.text.is_char_boundary(at)).unwrap_or(0);
        // What stands in the sentence or the paragraph before is not said of this address.
        let before = snippet.text[from..found.range.start].rsplit("\n\n").next().unwrap_or_default();
        let before = before.rsplit(". ").next().unwrap_or(before);
        Mention { address: without_matter(found.address), range: found.range, context: fold(before) }
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Sheet, typed};

    fn line(reading: Option<Reading>) -> String {
        match reading.and_then(|reading| reading.value) {
            Some(Value::Address(address)) => address.ligne,
            _ => String::new(),
        }
    }

    #[test]
    fn the_dwelling_and_where_the_writer_goes() {
        struct Case(&'static str, &'static str, &'static str);
        for Case(text, dwelling_line, new_line) in [
            Case(
                "Bonjour,\nje quitte mon logement situé 12 rue des Lilas, 31000 Toulouse.\nMa nouvelle adresse : 3 place du Marché, 44000 Nantes.",
                "12 rue des Lilas",
                "3 place du Marché",
            ),
            Case(
                "Bonjour,\nle volet est cassé.\n\nSophie Lenoir\n4 allée Jean Moulin 33000 Bordeaux",
                "4 allée Jean Moulin",
                "",
            ),
            Case("Bonjour,\nle volet est cassé.", "", ""),
        ] {
            let page = typed::page(text);
            let sheet = Sheet::new([&page]);
            let letter = Letter::new(&sheet, None);
            assert_eq!(line(dwelling(&letter, "conge")), dwelling_line, "{text}");
            assert_eq!(line(new_home(&letter)), new_line, "{text}");
        }
    }
}
