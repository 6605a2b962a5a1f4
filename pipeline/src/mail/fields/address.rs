//! The dwelling that a letter is about, told apart from where its writer lives, will live, or writes to.

use super::super::letter::Letter;
use super::{of_header, reading};
use crate::extract::{Reading, Value};
use crate::sheet::Snippet;
use crate::values::Address;
use crate::values::address_text::{find_addresses, find_without_postcode};
use crate::values::fold::fold;
use crate::values::person_text::is_body;
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
/// What an office prints beside its address.
static OFFICE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\bsiret\b|\brcs\b|\bt[ée]l(?:[ée]phone)?\b[ .:].*@|@.*\bt[ée]l\b|\bt[ée]l\. ?\d.*(?:www|\.fr\b|\.example\b|@)|au capital de")
        .expect("the pattern is fixed")
});
/// A form asks for it by its name.
static ASKED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"ADRESSE$").expect("the pattern is fixed"));
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
    /// Whether it stands among the telephone numbers of whoever prints paper of their own.
    of_office: bool,
}

/// Gives the address of the dwelling.
pub(super) fn dwelling(letter: &Letter<'_>, category: &str) -> Option<Reading> {
    let body = letter.snippet(&letter.body);
    let told: Vec<Mention> = mentions(&body).into_iter().filter(|mention| !mention.of_office).collect();
    let here = |mention: &&Mention| !ELSEWHERE.is_match(&mention.context);
    let named = told.iter().filter(here).find(|mention| DWELLING.is_match(&mention.context));
    if let Some(mention) = named {
        return of(&body, mention, 0.9, "adresse du logement");
    }
    let head = head_address(letter, category);
    // Under a signature, or alone in the text.
    let last = told.iter().rfind(here);
    let alone = last.and_then(|mention| of(&body, mention, 0.75, "seule adresse du texte"));
    alone.or(head).or_else(|| in_subject(letter)).or_else(|| without_postcode(letter, category))
}

/// Gives the address that the text names without a postcode: people do, to whoever lets them their home.
fn without_postcode(letter: &Letter<'_>, category: &str) -> Option<Reading> {
    if OUTSIDERS.contains(&category) {
        return None;
    }
    let body = letter.snippet(&letter.body);
    let of_home = |(address, range): (Address, Range<usize>)| {
        let context = context(&body.text, range.start);
        (!ELSEWHERE.is_match(&context)).then_some((DWELLING.is_match(&context), address, range))
    };
    let found: Vec<_> = find_without_postcode(&body.text).into_iter().filter_map(of_home).collect();
    let told = found.iter().find(|(named, ..)| *named).or(found.last());
    if let Some((named, address, range)) = told {
        let worth = if *named { 0.8 } else { 0.65 };
        let value = Value::Address(without_matter(address.clone()));
        return reading(&body, range.clone(), value, worth, "adresse sans code postal");
    }
    letter.header?;
    let subject = letter.subject_text();
    let (address, range) = find_without_postcode(&subject).into_iter().next()?;
    Some(of_header(subject[range].to_owned(), Value::Address(without_matter(address)), "adresse dans l'objet"))
}

/// Gives the words of the sentence before an address, folded.
fn context(text: &str, start: usize) -> String {
    let from = start.saturating_sub(BEFORE);
    let from = (from..=start).find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    // What stands in the sentence or the paragraph before is not said of this address.
    let before = text[from..start].rsplit("\n\n").next().unwrap_or_default();
    fold(before.rsplit(". ").next().unwrap_or(before))
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
    if OUTSIDERS.contains(&category) {
        return None;
    }
    let line = |&at: &usize| letter.sheet.cells[at].text();
    let body = letter.head.iter().map(line).any(|line| is_body(&line));
    let person = super::person::above(letter).is_some();
    // A block is a column: what stands beside it is another's.
    let block_of = |&at: &usize| letter.sheet.cells[at].block;
    let mut blocks: Vec<usize> = Vec::new();
    for block in letter.head.iter().map(block_of) {
        if !blocks.contains(&block) {
            blocks.push(block);
        }
    }
    blocks.into_iter().find_map(|block| {
        let cells: Vec<usize> = letter.head.iter().copied().filter(|at| block_of(at) == block).collect();
        let snippet = letter.snippet(&cells);
        let found = mentions(&snippet).into_iter().find(|mention| !mention.of_office)?;
        let told = person && !body || ASKED.is_match(found.context.trim_end());
        told.then(|| of(&snippet, &found, 0.7, "adresse de l'expéditeur"))?
    })
}

fn mentions(snippet: &Snippet) -> Vec<Mention> {
    let lines: Vec<&str> = snippet.text.split('\n').collect();
    let found = find_addresses(&lines).into_iter().map(|found| {
        let of_office = OFFICE.is_match(line_around(&snippet.text, &found.range));
        let context = context(&snippet.text, found.range.start);
        Mention { address: without_matter(found.address), range: found.range, context, of_office }
    });
    found.collect()
}

/// Gives the lines that a range takes.
fn line_around<'t>(text: &'t str, range: &Range<usize>) -> &'t str {
    let from = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let to = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at);
    &text[from..to]
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
            Case(
                "Bonjour,\nj'habite au 12 rue des Lilas, bât C, à Toulouse et le volet est cassé.",
                "12 rue des Lilas",
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
