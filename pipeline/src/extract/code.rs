//! Codes such as policy numbers: runs of digits, capitals and separators behind their label.

use super::region::{Anchor, Reach, Side};
use super::{Ground, Reading, Value, worth};
use crate::lexicon::Strength;
use crate::sheet::Snippet;
use crate::values::address::street_kind;
use crate::values::date_text::find_dates;
use crate::values::fold::fold;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A code stands on one line, or runs on to the next in a sentence.
const REACH: Reach = Reach { lines: 2, any_label_ends: false };
/// A code starts at most this many words after its label: "contrat d'assurance habitation n° 12".
const WORDS_BEFORE: usize = 4;
/// Fewer digits are a rank, a year or a number of rooms.
const LEAST_DIGITS: usize = 4;
/// What stands where a sender blacked a number out.
const HIDDEN: &[char] = &['*', '█', '■', '▇', '•', '▓', '▆', '●'];

/// What stands for a number that is not given yet.
const PENDING: &[&str] =
    &["EN COURS D", "A ATTRIBUER", "NON ATTRIBUE", "EN ATTENTE", "NON COMMUNIQUE", "A VENIR", "A DEFINIR", "NEANT"];

pub(super) fn readings(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let mut readings = Vec::new();
    let mut named = Named::default();
    for anchor in ground.anchors.of(field) {
        let worth = worth(anchor.label.strength);
        if worth == 0.0 {
            continue;
        }
        // "immatriculée au RCS sous le numéro 328 538 335" names no contract.
        if is_registered(ground, anchor) {
            continue;
        }
        let regions = ground.anchors.regions(ground.sheet, anchor, REACH);
        named.look(ground, anchor, &regions);
        for (side, snippet) in regions.into_iter().filter(|(_, snippet)| !is_put_off(&snippet.text)) {
            let Some(range) = code_in(ground, anchor, side, &snippet.text) else { continue };
            let Some((page, rect, legible)) = snippet.evidence(&range) else { continue };
            let group = of_group(ground, anchor);
            let member = of_member(ground, anchor);
            let worth = if group { 0.5 * worth } else { worth };
            let raw = snippet.text[range].to_owned();
            let code = normal(&raw);
            let hidden = raw.contains(HIDDEN);
            let form = if is_filed(&code) {
                0.6
            } else if code.len() >= 6 {
                1.0
            } else {
                0.85
            };
            readings.push(Reading {
                value: (!hidden).then_some(Value::Code(code)),
                raw,
                confidence: worth * side.worth() * form * legible,
                legible,
                page,
                rect,
                method: if group {
                    GROUP
                } else if member {
                    MEMBER
                } else {
                    side.method()
                },
            });
            break;
        }
    }
    drop_registered(ground, &mut readings);
    // A number that the paper owns to lack is none of the other numbers on it.
    if !named.given && named.put_off {
        return Vec::new();
    }
    if !named.given && named.empty {
        readings.retain(|reading| reading.confidence > worth(Strength::Weak) && reading.method != MEMBER);
        return readings;
    }
    readings.extend(numbered(ground));
    behind_contract(&mut readings);
    only_one(&mut readings);
    readings
}

/// Takes away the number under which the insurer itself is registered, wherever a label was found before it.
fn drop_registered(ground: &Ground<'_>, readings: &mut Vec<Reading>) {
    static REGISTERED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:siren|siret|rcs)\b[^\d]{0,40}(\d{3}[ .]?\d{3}[ .]?\d{3})\b|\b(\d{3}[ .]?\d{3}[ .]?\d{3})\s*rcs\b")
            .expect("the pattern is fixed")
    });
    let text = ground.sheet.text();
    let registered: Vec<String> = REGISTERED
        .captures_iter(&text)
        .filter_map(|found| found.get(1).or_else(|| found.get(2)))
        .map(|number| normal(number.as_str()))
        .collect();
    let own = |reading: &Reading| matches!(&reading.value, Some(Value::Code(code)) if registered.contains(code));
    readings.retain(|reading| !own(reading));
}

/// How the number of a member or a reference was read, which many print for that of the contract.
const MEMBER: &str = "numéro de sociétaire ou référence";
/// How sure the number of a contract must be to put that of the member behind it, and what the latter keeps.
const CONTRACT_SAID: f32 = 0.6;
const MEMBER_KEEPS: f32 = 0.6;

/// Puts the number of the member behind that of the contract where the paper prints both.
fn behind_contract(readings: &mut [Reading]) {
    let told =
        |reading: &Reading| reading.method != MEMBER && reading.value.is_some() && reading.confidence >= CONTRACT_SAID;
    if !readings.iter().any(told) {
        return;
    }
    for reading in readings.iter_mut().filter(|reading| reading.method == MEMBER) {
        reading.confidence *= MEMBER_KEEPS;
    }
}

/// What the labels say that name the number itself.
#[derive(Default)]
struct Named {
    /// One of them has its number.
    given: bool,
    /// One of them stands before words that put the number off.
    put_off: bool,
    /// One of them stands before an empty place.
    empty: bool,
}

impl Named {
    fn look(&mut self, ground: &Ground<'_>, anchor: &Anchor, regions: &[(Side, Snippet)]) {
        let strong = anchor.label.strength == Strength::Strong;
        let put_off = regions.iter().any(|(_, snippet)| is_put_off(&snippet.text));
        self.put_off |= put_off && anchor.label.strength != Strength::Weak;
        if put_off {
            return;
        }
        if regions.iter().any(|(side, snippet)| code_in(ground, anchor, *side, &snippet.text).is_some()) {
            self.given |= strong;
            return;
        }
        let tokens = ground.sheet.block_tokens(anchor.hit.block);
        let label = || tokens.iter().skip(anchor.hit.at).take(anchor.hit.length).map(|(_, token)| *token);
        let numero = strong && label().any(|token| matches!(token, "N" | "IDENTIFIANT" | "REF" | "REFERENCE"));
        // "Contrat :", "Sociétaire :", and nothing behind.
        let named = anchor.colon && label().any(|token| CONTRACT.iter().any(|stem| token.starts_with(stem)));
        let empty = anchor.opens && anchor.ends_cell(ground.sheet);
        self.empty |= (numero || named) && empty;
    }
}

/// How the number of a contract that many tenants share was read.
const GROUP: &str = "contrat de groupe";

/// Tells a number under which a sender files a letter: it is no contract's.
fn is_filed(code: &str) -> bool {
    ["REF", "ATT", "DOC", "COU", "DOS", "CLI"].iter().any(|mark| code.starts_with(mark))
}

/// How sure the one code of a paper is that a vague label names ("Référence", "N°").
const ONLY_CODE: f32 = 0.62;

/// Makes the code of a vague label surer where the paper carries no other.
fn only_one(readings: &mut [Reading]) {
    let Some(first) = readings.first().map(|reading| reading.value.clone()) else { return };
    if readings.iter().any(|reading| reading.value != first || reading.method == GROUP) {
        return;
    }
    if matches!(&first, Some(Value::Code(code)) if is_filed(code)) {
        return;
    }
    for reading in readings {
        reading.confidence = reading.confidence.max(ONLY_CODE * reading.legible);
    }
}

/// Adds codes behind a numero sign, some words after a word for the contract: "contrat multirisque Formule Confort n° 12".
fn numbered(ground: &Ground<'_>) -> Vec<Reading> {
    let mut readings = Vec::new();
    for block in 0..ground.sheet.blocks.len() {
        let tokens = ground.sheet.block_tokens(block);
        for (at, (place, token)) in tokens.iter().enumerate() {
            if *token != "N" {
                continue;
            }
            let before: Vec<&str> = tokens[at.saturating_sub(9)..at].iter().map(|(_, token)| *token).collect();
            let of_contract = before.iter().any(|word| CONTRACT.iter().any(|stem| word.starts_with(stem)));
            if before.iter().any(|word| {
                REGISTERS.contains(word) || matches!(*word, "GROUPE" | "COLLECTIF" | "DOSSIER" | "REF" | "REFERENCE")
            }) {
                continue;
            }
            // A numero sign with no word for the contract before it: the number of the paper, if nothing better stands.
            let opens = at == 0 || place.token == 0;
            if !of_contract && !opens {
                continue;
            }
            let cell = &ground.sheet.cells[place.cell];
            let mut snippet = Snippet::default();
            snippet.push_line(cell, (cell.tokens[place.token].word + 1).min(cell.words.len())..cell.words.len());
            let broken_off = snippet.is_blank();
            if let Some(next) = ground.sheet.blocks[block]
                .iter()
                .skip_while(|&&other| other != place.cell)
                .nth(1)
                .filter(|_| cell.wraps || broken_off)
            {
                let next = &ground.sheet.cells[*next];
                snippet.push_line(next, 0..next.words.len());
            }
            let line = snippet.text.trim_start().to_owned();
            let lead = snippet.text.len() - line.len();
            let Some(range) = find(&line).map(|range| range.start + lead..range.end + lead) else { continue };
            // Where the sign ends its line, what opens the next is the number, or nothing is.
            if broken_off && range.start > lead {
                continue;
            }
            let Some((page, rect, legible)) = snippet.evidence(&range) else { continue };
            let raw = snippet.text[range].to_owned();
            let hidden = raw.contains(HIDDEN);
            let value = (!hidden).then(|| Value::Code(normal(&raw)));
            readings.push(Reading {
                value,
                raw,
                confidence: if of_contract { 0.72 } else { 0.42 } * legible,
                legible,
                page,
                rect,
                method: "derrière « n° »",
            });
        }
    }
    readings
}

/// Tells whether words stand where a number is not given yet.
fn is_put_off(text: &str) -> bool {
    let said = fold(text.split('\n').next().unwrap_or_default());
    // "Réf. E97849720/HAB / en cours d'attribution": how the letter is filed, then the contract.
    PENDING.iter().any(|words| said.starts_with(words)) || said.contains(" EN COURS D ATTRIBUTION")
}

/// Stems of the words for a contract.
const CONTRACT: &[&str] = &["CONTRA", "POLICE", "ADHE", "SOCIETAIRE", "ASSUR", "MULTIRISQUE"];
/// Words of the registers in which companies are numbered.
const REGISTERS: &[&str] = &[
    "ORIAS",
    "SIREN",
    "SIRET",
    "RCS",
    "TVA",
    "REGISTRE",
    "AGREMENT",
    "MATRICULE",
    "SINISTRE",
    "BAIL",
    "CLIENT",
    "TELEPHONE",
    "TEL",
    "ARTICLE",
    "LOI",
];

/// Tells whether the words before a label speak of a register of companies.
fn is_registered(ground: &Ground<'_>, anchor: &Anchor) -> bool {
    // "immatriculée au RCS de Paris La Défense sous le numéro".
    let before = anchor.words_before(ground.sheet, 8);
    before.iter().any(|token| matches!(*token, "ORIAS" | "RCS" | "SIREN" | "SIRET" | "REGISTRE" | "IMMATRICULEE"))
}

/// Tells whether a label names the contract of a group, which many tenants share.
fn of_group(ground: &Ground<'_>, anchor: &Anchor) -> bool {
    let tokens = ground.sheet.block_tokens(anchor.hit.block);
    let to = (anchor.hit.at + anchor.hit.length + 3).min(tokens.len());
    tokens[anchor.hit.at.saturating_sub(2)..to]
        .iter()
        .any(|(_, token)| matches!(*token, "GROUPE" | "COLLECTIF" | "COLLECTIVE"))
}

/// Tells whether a label names the member, or a reference, and not the contract: "N° sociétaire / contrat" names both.
fn of_member(ground: &Ground<'_>, anchor: &Anchor) -> bool {
    let tokens = ground.sheet.block_tokens(anchor.hit.block);
    let to = (anchor.hit.at + anchor.hit.length + 2).min(tokens.len());
    let said = |words: &[&str]| tokens[anchor.hit.at..to].iter().any(|(_, token)| words.contains(token));
    said(&["SOCIETAIRE", "ADHERENT", "REFERENCE", "REFERENCES", "REF"]) && !said(&["CONTRAT", "POLICE"])
}

/// Gives the code at the start of a text.
pub(super) fn in_text(text: &str) -> Option<(Value, Range<usize>)> {
    let range = find(text)?;
    let raw = &text[range.clone()];
    (!raw.contains(HIDDEN)).then(|| (Value::Code(normal(raw)), range))
}

/// Gives the letters and digits in upper case.
fn normal(raw: &str) -> String {
    raw.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_ascii_uppercase()
}

/// Gives the bytes of the code in a region beside a label: on the line below it, a code opens the line.
fn code_in(ground: &Ground<'_>, anchor: &Anchor, side: Side, text: &str) -> Option<Range<usize>> {
    let below = side == Side::Below || side == Side::Behind && anchor.ends_cell(ground.sheet);
    let opening = text.len() - text.trim_start_matches([' ', ':', '-']).len();
    find(text).filter(|range| !below || range.start <= opening)
}

/// Gives the bytes of the first code near the start of `text`.
fn find(text: &str) -> Option<Range<usize>> {
    let line = text.split('\n').next().unwrap_or_default();
    let words = words(line);
    // "(n°      ) couvrant": a number blacked out.
    if line.trim_start().starts_with(')') {
        return None;
    }
    let mut index = 0;
    let mut filed = None;
    while index < words.len().min(WORDS_BEFORE + 1) {
        let taken = code_words(line, &words[index..]);
        if taken > 0 {
            let range = trim(line, words[index].start..words[index + taken - 1].end);
            let digits = line[range.clone()].chars().filter(char::is_ascii_digit).count();
            let hidden = line[range.clone()].chars().filter(|c| HIDDEN.contains(c)).count();
            let date = is_year(&line[range.clone()])
                || find_dates(&line[range.clone()]).first().is_some_and(|found| found.range.len() + 2 > range.len());
            let next = words.get(index + taken).map(|next| &line[next.clone()]);
            // "1080 R des Écoles": the kind of a street, shortened, is no end of a code.
            let last = &line[words[index + taken - 1].clone()];
            let ends = taken > 1 && next.is_some() && !last.ends_with([')', ',', '.']) && is_street(last);
            let of_street = || ends || next.is_some_and(|next| is_street(next) || is_town(&line[range.clone()], next));
            let long = digits >= 2 && is_long_code(&line[range.clone()]);
            if (digits >= LEAST_DIGITS || hidden >= 3 || long)
                && !date
                && !is_phone(&line[range.clone()])
                && !of_street()
            {
                // "REF/2026/55412 / LC-2025-88412": how the sender files the letter, then the contract.
                if !line[range.clone()].starts_with("REF") {
                    return Some(range);
                }
                filed = filed.or(Some(range));
            }
            index += taken;
        } else {
            index += 1;
        }
    }
    filed
}

/// Tells a long code of capitals with few digits among them: "TM-TK5DEZY7".
fn is_long_code(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_ascii_alphanumeric()).count();
    letters >= 8 && !text.contains(' ') && text.chars().all(|c| !c.is_lowercase()) && text.is_ascii()
}

/// Tells the word for a street, before which a number is that of a house.
fn is_street(word: &str) -> bool {
    street_kind(&fold(word)).is_some()
}

/// Tells the name of a town behind its postcode: "69200 VENISSIEUX".
fn is_town(code: &str, next: &str) -> bool {
    let article = matches!(next.to_uppercase().as_str(), "LA" | "LE" | "LES" | "ST" | "STE");
    let letters = next.chars().filter(|c| c.is_alphabetic()).count() + usize::from(article);
    code.len() == 5 && code.chars().all(|c| c.is_ascii_digit()) && letters > 2 && next.starts_with(char::is_uppercase)
}

/// Tells a year: four digits by themselves are one more often than a contract.
fn is_year(raw: &str) -> bool {
    raw.len() == 4 && raw.chars().all(|c| c.is_ascii_digit()) && matches!(&raw[..2], "19" | "20")
}

/// Tells a telephone number: ten digits from 01 to 09, set in pairs.
fn is_phone(raw: &str) -> bool {
    let groups: Vec<&str> = raw.split([' ', '.', '-']).collect();
    groups.len() == 5 && groups.iter().all(|group| group.len() == 2) && raw.starts_with('0')
}

fn words(line: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in line.char_indices() {
        match (c.is_whitespace(), start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| from..line.len()));
    words
}

/// Gives how many of the words, from the first, make one code; 0 if the first is none.
fn code_words(line: &str, words: &[Range<usize>]) -> usize {
    let mut taken = 0;
    for (offset, word) in words.iter().enumerate() {
        let text = line[word.clone()].trim_matches(|c: char| !c.is_alphanumeric() && !HIDDEN.contains(&c));
        if text.is_empty() {
            let separator = taken > 0 && matches!(&line[word.clone()], "-" | "/" | "." | "–");
            // "REF/2026/55412 / LC-2025-88412": two codes.
            let whole = |word: &Range<usize>| line[word.clone()].chars().filter(|c| c.is_alphanumeric()).count() >= 6;
            let two = separator && whole(&words[offset - 1]) && words.get(offset + 1).is_some_and(whole);
            if separator && !two {
                continue;
            }
            break;
        }
        let next_is_numeric = || words.get(offset + 1).is_some_and(|next| starts_numeric(&line[next.clone()]));
        let numeric = starts_numeric(text);
        let capitals = text.len() <= 5 && text.chars().all(|c| c.is_ascii_uppercase());
        let fits = if taken == 0 {
            numeric || capitals && next_is_numeric()
        } else {
            numeric && !is_date(line, &words[offset..])
                || capitals && text.len() <= 3 && (next_is_numeric() || text.len() == 1 && is_last_letter(line, word))
        };
        if !fits || is_amount(line, words, offset) {
            break;
        }
        taken = offset + 1;
        let closed = line[word.clone()].ends_with([',', ';', ')', '.', ':']);
        if closed {
            break;
        }
    }
    taken
}

/// Tells whether a single letter ends the code: a mark follows it, or nothing, or a sentence that goes on in small letters
/// ("n° 77 345 P souscrit par"), which an "A" may open ("n° 77 345 A compter du").
fn is_last_letter(line: &str, word: &Range<usize>) -> bool {
    if line[word.clone()].ends_with([',', ';', ')', ':']) {
        return true;
    }
    let next = line[word.end..].trim_start().chars().next();
    next.is_none_or(|c| !c.is_alphabetic() || c.is_lowercase() && &line[word.clone()] != "A")
}

/// A group of a code: capitals, digits and inner separators, at least one digit, nothing in lower case.
fn starts_numeric(word: &str) -> bool {
    let text = word.trim_matches(|c: char| !c.is_alphanumeric() && !HIDDEN.contains(&c));
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "-/._".contains(c) || HIDDEN.contains(&c);
    let cased = text.chars().filter(|c| c.is_ascii_lowercase()).count();
    let allowed = text.chars().all(|c| plain(c) || c.is_ascii_lowercase());
    let digits = text.chars().filter(|c| c.is_ascii_digit() || HIDDEN.contains(c)).count();
    allowed && digits > 0 && cased <= digits / 2
}

fn is_date(line: &str, words: &[Range<usize>]) -> bool {
    let Some(first) = words.first() else { return false };
    find_dates(&line[first.start..]).first().is_some_and(|found| found.range.start == 0)
}

fn is_amount(line: &str, words: &[Range<usize>], offset: usize) -> bool {
    let word = &line[words[offset].clone()];
    let next = words.get(offset + 1).map(|next| &line[next.clone()]);
    word.contains('€') || next.is_some_and(|next| next.starts_with('€') || next.starts_with("EUR") || next == "m²")
}

fn trim(line: &str, range: Range<usize>) -> Range<usize> {
    let text = &line[range.clone()];
    let keep = |c: char| !(c.is_alphanumeric() || HIDDEN.contains(&c));
    let start = range.start + (text.len() - text.trim_start_matches(keep).len());
    let end = range.end - (text.len() - text.trim_end_matches(keep).len());
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_at_the_start_of_a_text() {
        struct Case(&'static str, Option<&'static str>);
        for Case(text, expected) in [
            Case(": HAB 0045 12987", Some("HAB004512987")),
            Case("91066910 H 5194", Some("91066910H5194")),
            Case("n° ZA-1136898, souscrit", Some("ZA1136898")),
            Case("0390156285 du 12/03/2026", Some("0390156285")),
            Case("12 345 678 D", Some("12345678D")),
            Case("12345678 Date d'effet", Some("12345678")),
            Case("7734521 P souscrit par GARCIA", Some("7734521P")),
            Case("HM 0045 12987 K, conclu le", Some("HM004512987K")),
            Case("77345212 A compter du", Some("77345212")),
            Case("77345212 M. DUPONT", Some("77345212")),
            Case("habitation n° 4512 8890", Some("45128890")),
            Case("du 12/03/2026", None),
            Case("de 120,50 €", None),
            Case("de votre logement de 3 pièces", None),
            Case("2026", None),
            Case("1304 cité de la République", None),
            Case("69200 VENISSIEUX", None),
            Case("4512", Some("4512")),
            Case("REF/2026/55412 / LC-2025-88412-X", Some("LC202588412X")),
            Case("REF/2026/55412", Some("REF202655412")),
            Case("AXA-2026-004512 / M. DUPONT", Some("AXA2026004512")),
        ] {
            assert_eq!(find(text).map(|range| normal(&text[range])).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn other_numbers_are_not_that_of_the_contract() {
        let read = crate::extract::typed_attestation();
        for (text, expected) in [
            ("Contrat n° : 2623004373\nRéf. : RT-897322", Some("2623004373")),
            ("Nos références : RT-897322\nIdentifiant du contrat :\nQualité : locataire", None),
            (
                "Vos références|L-168269\nNos références|contrat n°\nLogement|14 rond-point Fontenay, appartement 0001",
                None,
            ),
            ("N° sociétaire : S202-9931\nContrat :\nQualité : locataire", None),
            ("Réf. contrat :\n\n\nUnion des Sociétaires du Midi / Siren 332 896 851", None),
            ("un contrat d'assurance (n°    ) couvrant le logement situé 33 rue Haute, 13600 LA CIOTAT", None),
            ("un contrat d'assurance de son logement (n° 3793 2188 R) concernant l'habitation", Some("37932188R")),
        ] {
            assert_eq!(read(text).code("numero_contrat"), expected, "{text}");
        }
    }

    #[test]
    fn a_blacked_out_number_is_seen() {
        assert!(find(": ████████").is_some());
        assert!(find(": ** *** ***").is_some_and(|range| range.len() >= 2));
    }
}
