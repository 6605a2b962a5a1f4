//! Who signs a letter: the name under the text, else the one above it, else that of the e-mail's sender.

use super::super::letter::{Letter, is_landlord, trimmed};
use super::{of_header, reading};
use crate::extract::{Reading, Value};
use crate::sheet::Snippet;
use crate::values::Person;
use crate::values::address_text::{postcode_at, street_at};
use crate::values::fold::fold;
use crate::values::person::title_case;
use crate::values::person_text::{is_body, is_named, is_person_line, may_be_person, parse_persons};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A signature stands within so many lines from the end.
const LAST_LINES: usize = 12;
/// "Je soussignée Karim Benali, locataire", "je m'appelle Karim Benali": who writes says so.
static UNDERSIGNED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:(?:je,?\s+)?(?:nous\s+)?soussign[ée]+e?s?(?:\(e\))?,?|je m'appelle?|mon nom est|je suis (?:m(?:\.|me|r|lle)|madame|monsieur))\s+")
        .expect("the pattern is fixed")
});
/// A last word on the line of the name.
static CLOSING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:merci(?: d'avance| beaucoup| bien)?|cordialement|bien cordialement|cdt|cdlt|salutations|respectueusement|bonne journ[ée]e|bien [àa] vous)\s+")
        .expect("the pattern is fixed")
});
/// What a form or the head of a printed e-mail says before the name, and the address behind it.
static SAID_TO_BE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:vos? )?(?:noms?(?:,? (?:et )?pr[ée]noms?)?|pr[ée]noms? et noms?|de|from|exp[ée]diteur|locataire)\s*:\s*")
        .expect("the pattern is fixed")
});
static CIVILITY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:m\.?|mr\.?|mme\.?|mlle|monsieur|madame)\s+").expect("the pattern is fixed")
});
/// What stands before a name that is not the signer's.
static NOT_SIGNER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:copie|cc|destinataire|p\.?j|attention|contact|affaire suivie|tél)")
        .expect("the pattern is fixed")
});

/// Gives the person who signs, the first of a couple.
pub(super) fn sender(letter: &Letter<'_>) -> Option<Reading> {
    let full = |found: &(Snippet, Range<usize>, Vec<Person>)| !found.2[0].prenom.is_empty();
    let signed = signature(letter).or_else(|| undersigned(letter));
    if let Some(found) = signed.filter(full) {
        return of(found, 0.9, "signature");
    }
    if let Some(found) = above(letter).filter(full) {
        return of(found, 0.75, "en-tête");
    }
    let name = letter.header?.from_name.clone().map(|name| capitalised(&name))?;
    let person = parse_persons(&name).into_iter().next().filter(|person| !person.prenom.is_empty())?;
    let personal = !is_body(&name) && !is_landlord(&name) && (is_person_line(&name) || may_be_person(&name));
    personal.then(|| of_header(name, Value::Person(person), "expéditeur du courriel"))
}

fn of(found: (Snippet, Range<usize>, Vec<Person>), confidence: f32, method: &'static str) -> Option<Reading> {
    let (snippet, range, persons) = found;
    let person = persons.into_iter().next()?;
    reading(&snippet, range, Value::Person(person), confidence, method)
}

/// Gives all who sign, in the order of the lines.
pub(in super::super) fn signers(letter: &Letter<'_>) -> Vec<Person> {
    signature(letter).or_else(|| undersigned(letter)).map(|found| found.2).unwrap_or_default()
}

/// Finds the names under the text: the last line that begins with one, and those right above it.
pub(super) fn signature(letter: &Letter<'_>) -> Option<(Snippet, Range<usize>, Vec<Person>)> {
    let from = letter.body.len().saturating_sub(LAST_LINES).max(usize::from(letter.body.len() > 1));
    let mut found: Option<(Snippet, Range<usize>, Vec<Person>)> = None;
    for &at in letter.body.get(from..)?.iter().rev() {
        let snippet = letter.snippet(&[at]);
        match (name_in_line(&snippet.text), &mut found) {
            (Some((range, persons)), None) => found = Some((snippet, range, persons)),
            // Flatmates sign one below the other; the first of them is the one who signs.
            (Some((range, mut persons)), Some(last)) => {
                persons.extend(last.2.iter().filter(|person| !persons.contains(person)).cloned().collect::<Vec<_>>());
                found = Some((snippet, range, persons));
            }
            (None, Some(_)) => break,
            (None, None) => {}
        }
    }
    found.or_else(|| unknown_signature(letter))
}

/// Gives a name that somebody typed without capitals as names are written.
fn capitalised(name: &str) -> String {
    if name.chars().any(char::is_uppercase) { name.to_owned() } else { title_case(name) }
}

/// Gives the persons that a line of a signature begins with: a name, maybe with an address, a quality or a number behind.
fn name_in_line(text: &str) -> Option<(Range<usize>, Vec<Person>)> {
    if NOT_SIGNER.is_match(text) {
        return None;
    }
    for piece in pieces(text) {
        let closing = CLOSING.find(&text[piece.clone()]).map_or(0, |closing| closing.end());
        let piece = piece.start + closing..piece.end;
        let name = &text[piece.clone()];
        // "sophie lenoir", "M. karim benali 12 rue des Lilas": people sign so where they type so.
        let bare = CIVILITY.find(name).map_or(name, |civility| &name[civility.end()..]);
        let small = !bare.chars().any(char::is_uppercase);
        let opens = text[..piece.start].trim().is_empty();
        let ends =
            text[piece.end..].trim_start_matches([' ', ',', '-']).chars().next().is_none_or(|c| c.is_ascii_digit());
        let name = if small && opens && ends { title_case(name) } else { name.to_owned() };
        if is_person_line(&name) && !is_body(&name) && name.split_whitespace().count() <= 8 {
            return Some((piece, parse_persons(&name)));
        }
    }
    None
}

/// Gives the pieces of a line that may be a name: before a comma, a dash, a bracket or a digit, and inside brackets.
fn pieces(text: &str) -> Vec<Range<usize>> {
    static EDGE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"[,(|/;:]|\s[-–—]\s|\d|\)").expect("the pattern is fixed"));
    let mut pieces = Vec::new();
    let mut from = 0;
    let end = std::iter::once(text.len()..text.len());
    for edge in EDGE.find_iter(text).map(|edge| edge.range()).chain(end) {
        let piece = trimmed(text, from..edge.start);
        if !piece.is_empty() {
            pieces.push(piece);
        }
        from = edge.end;
        if pieces.len() == 2 {
            break;
        }
    }
    pieces
}

/// Finds the names behind "je soussigné".
fn undersigned(letter: &Letter<'_>) -> Option<(Snippet, Range<usize>, Vec<Person>)> {
    let snippet = letter.snippet(&letter.body);
    let range = undersigned_range(&snippet.text)?;
    let persons = parse_persons(&snippet.text[range.clone()]);
    (!persons.is_empty()).then_some((snippet, range, persons))
}

/// Gives where the names behind "je soussigné" stand.
pub(super) fn undersigned_range(text: &str) -> Option<Range<usize>> {
    let label = UNDERSIGNED.find(text)?;
    let rest = &text[label.end()..];
    let end = rest.find([',', '\n', ';', '(']).unwrap_or(rest.len()).min(80);
    let end = (0..=end).rev().find(|&at| rest.is_char_boundary(at)).unwrap_or(0);
    Some(label.end()..label.end() + end)
}

/// Finds the line that opens the block of the writer's address, and can be a name.
fn above_address(letter: &Letter<'_>) -> Option<(Snippet, Range<usize>, Vec<Person>)> {
    letter.head.iter().find_map(|&at| {
        let cell = &letter.sheet.cells[at];
        let block = &letter.sheet.blocks[cell.block];
        let below = block.iter().skip_while(|&&other| other != at).skip(1).take(3);
        let addressed = below.map(|&next| letter.sheet.cells[next].text()).any(|line| is_address(&line));
        let text = cell.text();
        let name = block.first() == Some(&at) && addressed && may_be_person(&text) && !is_landlord(&text);
        name.then(|| (letter.snippet(&[at]), 0..text.len(), parse_persons(&text)))
    })
}

fn is_address(line: &str) -> bool {
    street_at(line).is_some() || postcode_at(line).is_some()
}

/// Words that close a letter, right above the name.
static FAREWELL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)cordial|salutations|respectueu|sentiments|consid[ée]ration|merci|remerci|bonne (?:journ[ée]e|r[ée]ception|soir[ée]e)|amicalement|\bcdt|bien [àa] vous|sinc[èe]re")
        .expect("the pattern is fixed")
});
/// A name that nobody knows stands this near to the end.
const LAST_OF_ALL: usize = 5;

/// Finds a line of the end that can be a name, where the letter gives that name elsewhere too, or says farewell right above.
fn unknown_signature(letter: &Letter<'_>) -> Option<(Snippet, Range<usize>, Vec<Person>)> {
    let words = |name: &str| {
        let mut words: Vec<String> = fold(name).split(' ').map(str::to_owned).collect();
        words.sort();
        words
    };
    let known = [
        above_address(letter).map(|(snippet, ..)| words(&snippet.text)),
        letter.header.and_then(|header| header.from_name.as_deref()).map(words),
    ];
    let from = letter.body.len().saturating_sub(LAST_OF_ALL).max(1);
    (from..letter.body.len()).rev().find_map(|row| {
        let snippet = letter.snippet(&letter.body[row..=row]);
        let text = snippet.text.clone();
        let above = letter.sheet.cells[letter.body[row - 1]].text();
        let told = known.iter().flatten().any(|name| *name == words(&text)) || FAREWELL.is_match(&above);
        let persons =
            if told && may_be_person(&text) && !is_landlord(&text) { parse_persons(&text) } else { Vec::new() };
        (!persons.is_empty()).then_some((snippet, 0..text.len(), persons))
    })
}

/// Finds the first line above the text that is a name, alone, behind a label or before an address of e-mail; else what opens
/// the block of an address.
pub(super) fn above(letter: &Letter<'_>) -> Option<(Snippet, Range<usize>, Vec<Person>)> {
    let named = letter.head.iter().find_map(|&at| {
        let snippet = letter.snippet(&[at]);
        let from = SAID_TO_BE.find(&snippet.text).map_or(0, |label| label.end());
        let to = snippet.text.find('<').filter(|&at| at > from && snippet.text.contains('@'));
        let range = trimmed(&snippet.text, from..to.unwrap_or(snippet.text.len()));
        let text = snippet.text[range.clone()].to_owned();
        let person = is_person_line(&text) && is_named(&text) && !is_body(&text) && !fold(&text).contains("SUIVIE");
        person.then(|| (snippet, range, parse_persons(&text)))
    });
    named.or_else(|| above_address(letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Sheet, typed};

    #[test]
    fn who_signs() {
        struct Case(&'static str, &'static str);
        for Case(text, expected) in [
            Case("Bonjour,\n\nLe robinet goutte.\n\nCordialement,\nSophie Lenoir", "Sophie LENOIR"),
            Case("Bonjour,\n\nLe robinet goutte.\n\nSophie Lenoir, 12 rue des Lilas, 31000 Toulouse", "Sophie LENOIR"),
            Case("Bonjour,\n\nLe robinet goutte.\n\nSophie (Sophie Lenoir)", "Sophie LENOIR"),
            Case("Bonjour,\n\nNous partons.\n\nKarim Benali et Lina Benali\n06 12 34 56 78", "Karim BENALI"),
            Case(
                "Madame,\n\nJe soussigné Karim Benali, locataire, donne congé.\n\nFait le 3 mars 2026",
                "Karim BENALI",
            ),
            Case("Bonjour,\n\nVotre facture est prête.\n\nLe service comptabilité", ""),
            Case("Bonjour,\n\nJe m'appelle Sophie Lenoir, le robinet goutte.\n\nMerci", "Sophie LENOIR"),
            Case("Bonjour,\n\nle robinet goutte\n\nsophie lenoir", "Sophie LENOIR"),
            Case("Bonjour,\n\nle robinet goutte\n\nM. karim benali", "Karim BENALI"),
            Case("Bonjour,\n\nle robinet goutte\n\nsophie lenoir 12 rue des Lilas, 31000 Toulouse", "Sophie LENOIR"),
            Case("Bonjour,\n\nle robinet goutte\n\nmerci pour tout", ""),
            Case("Nom et prénom : LENOIR Sophie\n\nBonjour,\n\nle robinet goutte", "Sophie LENOIR"),
            Case(
                "Thybault VANDEWIELE\n12 rue des Lilas\n31000 Toulouse\n\n\nBonjour,\n\nle robinet goutte",
                "Thybault VANDEWIELE",
            ),
            Case("Bonjour,\n\nle robinet goutte\n\nCordialement,\n\nThybault Vandewiele", "Thybault VANDEWIELE"),
            Case("Bonjour,\n\nle robinet goutte\n\nThybault Vandewiele", ""),
            Case("Sophie Lenoir <s@x.example>\nÀ : a@b\n\nBonjour,\n\nle robinet goutte", "Sophie LENOIR"),
        ] {
            let page = typed::page(text);
            let sheet = Sheet::new([&page]);
            let found = sender(&Letter::new(&sheet, None));
            let name = match found.and_then(|reading| reading.value) {
                Some(Value::Person(person)) => format!("{} {}", person.prenom, person.nom),
                _ => String::new(),
            };
            assert_eq!(name, expected, "{text}");
        }
    }
}
