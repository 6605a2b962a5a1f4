//! Addresses as papers write them: one line, several lines, in a sentence; flat before or behind the street.
//!
//! An address starts from its postcode and town; a street, or a named place with a number, must stand before them.

use super::address::{Address, street_kind};
use super::fold::{fold, folded_words};
use super::person_text::is_first_name;
use regex::{Match, Regex};
use std::ops::{Range, RangeInclusive};
use std::sync::LazyLock;

/// An address does not reach farther up than this above its postcode.
const LINES_ABOVE: usize = 5;
/// A longer complement is a sentence.
const LONGEST_PART: usize = 70;

/// A postcode as printed or as recognisers leave it, then the town.
static POSTCODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:\bF[- ])?([0-9OoIl]{5}|\d{2}[ .]\d{3})\b[ ,\-–:\n]{1,3}(\p{Lu}[\p{L}'’.\-]*)")
        .expect("the pattern is fixed")
});
/// "TOULOUSE (31000)".
static TOWN_FIRST: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"((?:\p{Lu}[\p{L}'’\-]+ ?){1,4}) ?\((\d{5})\)").expect("the pattern is fixed"));
/// A number, maybe two, maybe a suffix.
const NUMBER: &str = r"(?P<number>\d{1,4}(?: ?[-/] ?\d{1,4})?)(?: ?(?P<suffix>bis|ter|quater|quinquies|BIS|TER|QUATER|Bis|Ter|[A-Da-dTQ]))?\b[ ,]{0,3}";
/// A number and what a street may be called.
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"(?:^|[\s,:(;])(?:n° ?|N° ?)?(?P<all>{NUMBER}(?P<name>\p{{L}}[^\n;(,]*))"))
        .expect("the pattern is fixed")
});
/// A street without a number, at the start of a line or behind a comma.
static UNNUMBERED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[\n,;:]) ?(?P<all>(?P<name>\p{L}[\p{L}.]+[^\n;(,]*))").expect("the pattern is fixed")
});
/// A number and what stands behind it.
struct Numbered<'t> {
    all: Match<'t>,
    number: Match<'t>,
    suffix: Option<&'t str>,
    name: Match<'t>,
}

/// Finds the numbers that a name follows, each of them although it stands in the name of the one before.
fn numbered(text: &str) -> impl Iterator<Item = Numbered<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let captures = NUMBERED.captures_at(text, at)?;
        let suffix = captures.name("suffix").map(|suffix| suffix.as_str());
        let (all, number, name) = (captures.name("all")?, captures.name("number")?, captures.name("name")?);
        at = number.end();
        Some(Numbered { all, number, suffix, name })
    })
}

/// What opens a part of a building.
static UNIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\b(?:
            b[âa]t(?:iment|\.)?|b[âa]t(?:iment)?s?|appartements?|appart\.?|appt?\.?|apt\.?|escalier|esc\.?|[ée]tage|[ée]tg\.?|
            \d{1,2}\ ?(?:er|e|[èe]me|è)?\ [ée]tage|rdc|rez[\ -]de[\ -]chauss[ée]e|logement|logt\.?|lgt\.?|studio|chambre|r[ée]sidence|r[ée]s\.?|
            immeuble|imm\.?|bloc|(?:porte|pte|tour|lot|hall|entr[ée]e|ent\.?|cage|niveau|log\.?)\ (?:n°\ ?)?(?:\p{L}{0,2}-?\d+|\p{L}\b|gauche|droite|face)
        )(?:\b|\ |$)",
    )
    .expect("the pattern is fixed")
});
/// A unit word that still waits for its number.
static UNIT_LAST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:b[âa]t(?:iment)?\.?|appartement|appart\.?|appt?\.?|apt\.?|escalier|esc\.?|logement|logt\.?|porte|pte|lot|tour|hall|entr[ée]e|cage|niveau|bloc|immeuble|studio|chambre)\s*(?:n°\s*)?$").expect("the pattern is fixed")
});
/// The word before a unit word that makes it part of a street's name: "rue de la Résidence".
static ARTICLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:\b(?:de|du|des|la|le|les|l['’]|d['’]|rue|avenue|all[ée]e|place|chemin|impasse|route|boulevard|square|sur))\s*$").expect("the pattern is fixed")
});

/// An address found in some lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressMention {
    /// The address.
    pub address: Address,
    /// The first and the last line it takes.
    pub lines: RangeInclusive<usize>,
    /// Its bytes in the lines joined by line feeds.
    pub range: Range<usize>,
}

/// Finds the addresses of some lines, in their order.
pub fn find_addresses(lines: &[&str]) -> Vec<AddressMention> {
    let text = mended(&lines.join("\n"));
    let mut found: Vec<AddressMention> = Vec::new();
    let mut from = 0;
    for place in places(&text) {
        if place.range.start < from {
            continue;
        }
        let Some((address, bytes)) = around(&text, from, &place) else { continue };
        from = bytes.end;
        let line_of = |byte: usize| text[..byte].matches('\n').count();
        let lines = line_of(bytes.start)..=line_of(bytes.end);
        found.push(AddressMention { address, lines, range: bytes });
    }
    found
}

/// A line that ends inside a name: "18 ter passage de la", "76610 LE", "85100 LES SABLES-".
static NAME_GOES_ON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[\s'’])(?:de|du|des|de la|de l['’]|d['’]|la|le|les|l['’]|saint|sainte|st|ste|g[ée]n[ée]ral|mar[ée]chal|docteur|abb[ée]|pr[ée]sident|commandant|capitaine|colonel)$|^\d{5} \p{L}+(?:[ -]\p{L}+)*-$")
        .expect("the pattern is fixed")
});

/// Joins the lines between which the name of a street or of a town was broken, byte for byte: a name that ends in an article,
/// or a street called after somebody of whom only the first name stands on its line.
fn mended(text: &str) -> String {
    let mut out = text.to_owned();
    for (at, _) in text.match_indices('\n') {
        let line = text[..at].rsplit('\n').next().unwrap_or_default().trim_end();
        let next = text[at + 1..].split('\n').next().unwrap_or_default();
        let word = next.split([' ', ',']).next().unwrap_or_default();
        let bare = word.strip_prefix("l'").or(word.strip_prefix("l’")).unwrap_or(word);
        let goes_on = bare.chars().count() > 1 && bare.starts_with(char::is_uppercase) && !word.ends_with(':');
        if goes_on && (NAME_GOES_ON.is_match(line) || is_called_after(line, next)) {
            out.replace_range(at..=at, " ");
        }
    }
    out
}

/// Tells whether a line is a street up to the first name of whom it is called after, and the next is their family name.
fn is_called_after(line: &str, next: &str) -> bool {
    let last = line.rsplit([' ', ',']).next().unwrap_or_default();
    let name = next.trim_end_matches([',', '.']);
    name.chars().all(|c| c.is_alphabetic() || c == '-')
        && is_first_name(&fold(last))
        && !UNIT.is_match(name)
        && NUMBERED
            .captures(line)
            .and_then(|found| street_name(found.name("name")?.as_str()))
            .is_some_and(|(_, known)| known)
}

/// Words that join the parts of a town's name: "Issy les Moulineaux".
const TOWN_JOINS: &[&str] = &["SUR", "SOUS", "LES", "LEZ", "LE", "LA", "EN", "DE", "DU", "DES"];
/// A town stands at most so many pieces behind its street.
const PIECES: usize = 5;

/// Finds the addresses that people give without a postcode, as in letters: "12 rue des Lilas, bât C, à Douai".
pub(crate) fn find_without_postcode(text: &str) -> Vec<(Address, Range<usize>)> {
    let mut found = Vec::new();
    for Numbered { all, number, suffix, name } in numbered(text) {
        let sentence =
            name.start() + text[name.start()..].find([';', '(', '!', '?']).unwrap_or(text.len() - name.start());
        let Some((street, complement, town, end)) = street_and_town(&text[name.start()..sentence]) else { continue };
        let parts: Vec<&str> = [Some(number.as_str()), suffix, Some(street)].into_iter().flatten().collect();
        let address = Address { ligne: parts.join(" "), complement, code_postal: String::new(), commune: town };
        found.push((address, all.start()..name.start() + end));
    }
    found
}

/// Cuts "rue des Lilas, bât C, à Douai, depuis" into street, parts of the building and town; gives where the town ends.
fn street_and_town(text: &str) -> Option<(&str, Option<String>, String, usize)> {
    static CUT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\s*[,\n]\s*(?:[àa]\s+)?|\s+[àa]\s+|\.\s").expect("the pattern is fixed"));
    let mut pieces: Vec<(usize, &str)> = Vec::new();
    let mut from = 0;
    for cut in CUT.find_iter(text) {
        pieces.push((from, &text[from..cut.start()]));
        from = cut.end();
        if pieces.len() > PIECES || cut.as_str().starts_with('.') && pieces.len() > 1 {
            break;
        }
    }
    if pieces.len() <= PIECES {
        pieces.push((from, &text[from..]));
    }
    let (_, street) = *pieces.first()?;
    let (length, known) = street_name(street)?;
    if !known {
        return None;
    }
    let mut units: Vec<&str> = Vec::new();
    let rest = street[length..].trim_matches([' ', '-', '–', '.']);
    units.extend((!rest.is_empty()).then_some(rest));
    for &(start, piece) in &pieces[1..] {
        let piece = piece.trim_matches([' ', '-', '–']);
        if piece.is_empty() {
            continue;
        }
        if UNIT.is_match(piece) || piece.contains(|c: char| c.is_ascii_digit()) {
            units.push(piece);
            continue;
        }
        let town = town_at(piece)?;
        let end = start + text[start..].find(town)? + town.len();
        let complement = Some(units.join(", ")).filter(|units| !units.is_empty());
        return Some((street[..length].trim(), complement, town.to_owned(), end));
    }
    None
}

/// Gives the town that a piece of a sentence starts with; a first name starts none.
fn town_at(piece: &str) -> Option<&str> {
    let mut end = 0;
    let mut at = 0;
    for word in piece.split(' ') {
        let letters = word.trim_end_matches(['.', ':']);
        let capital = letters.starts_with(char::is_uppercase) && letters.chars().count() > 1;
        let joins = end > 0 && TOWN_JOINS.contains(&fold(letters).as_str());
        if !capital && !joins {
            break;
        }
        if capital {
            end = at + letters.len();
        }
        at += word.len() + 1;
    }
    let town = &piece[..end];
    let first = town.split([' ', '-']).next().unwrap_or_default();
    (town.chars().count() > 2 && !is_first_name(&fold(first))).then_some(town)
}

/// Gives the street that a line holds: a number and a kind of street with its name.
pub(crate) fn street_at(line: &str) -> Option<String> {
    street(line).filter(|street| street.line.starts_with(|c: char| c.is_ascii_digit())).map(|street| street.line)
}

/// Gives the postcode that a text starts with, and what follows it.
pub(crate) fn postcode_at(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let end = text.char_indices().take_while(|(_, c)| c.is_ascii_digit() || *c == ' ').count();
    // Boxes of one digit each read as digits with spaces.
    let digits = text[..end].trim_end();
    let code = postcode(digits)?;
    Some((code, text[digits.len()..].trim_matches([' ', ',', '-', ':'])))
}

/// A postcode with its town.
struct Place {
    postcode: String,
    town: String,
    range: Range<usize>,
}

fn places(text: &str) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for captures in POSTCODE.captures_iter(text) {
        let (Some(code), Some(first)) = (captures.get(1), captures.get(2)) else { continue };
        let start = captures.get(0).map_or(code.start(), |all| all.start());
        let before = text[..start].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '/')) {
            continue;
        }
        let Some(postcode) = postcode(code.as_str()) else { continue };
        let end = town_end(text, first.start());
        let town = text[first.start()..end].trim_end_matches(['.', '-', ' ', ',']);
        if town.chars().filter(|c| c.is_alphabetic()).count() >= 2 {
            // "LES SABLES- D'OLONNE": a line ended inside.
            let whole = town.replace("- ", "-");
            places.push(Place { postcode, range: start..first.start() + town.len(), town: whole });
        }
    }
    for captures in TOWN_FIRST.captures_iter(text) {
        let (Some(all), Some(town), Some(code)) = (captures.get(0), captures.get(1), captures.get(2)) else { continue };
        let (Some(postcode), town) = (postcode(code.as_str()), town.as_str().trim().to_owned()) else { continue };
        places.push(Place { postcode, town, range: all.range() });
    }
    places.sort_by_key(|place| place.range.start);
    places
}

/// Gives five digits, letters that look like digits put right, in the range of French postcodes.
fn postcode(text: &str) -> Option<String> {
    let digit = |c: char| match c {
        'O' | 'o' => '0',
        'I' | 'l' => '1',
        other => other,
    };
    let real = text.chars().filter(char::is_ascii_digit).count();
    let code: String = text.chars().map(digit).filter(char::is_ascii_digit).collect();
    let department: u32 = code.get(..2)?.parse().ok()?;
    (real >= 2 && code.len() == 5 && (1..=98).contains(&department)).then_some(code)
}

/// Gives where the town that starts at `from` ends: names in capitals or with initials, and the small words between.
fn town_end(text: &str, from: usize) -> usize {
    let line = text[from..].split('\n').next().unwrap_or_default();
    let in_capitals = line.split(' ').next().is_some_and(|word| {
        word.chars().filter(|c| c.is_alphabetic()).count() > 1 && !word.chars().any(char::is_lowercase)
    });
    let mut end = from;
    let mut at = from;
    for (i, word) in line.split(' ').enumerate() {
        let next = at + word.len() + 1;
        let letters = word.trim_matches(|c: char| !c.is_alphanumeric());
        let folded = fold(letters);
        // "d'Olonne", "l'Abbaye".
        let bare = letters.strip_prefix(['d', 'l']).and_then(|rest| rest.strip_prefix(['\'', '’'])).unwrap_or(letters);
        let capital = bare.starts_with(char::is_uppercase);
        let all_capitals = capital && !letters.chars().any(char::is_lowercase);
        let small = matches!(
            folded.as_str(),
            "SUR" | "SOUS" | "LES" | "LE" | "LA" | "EN" | "DE" | "DU" | "DES" | "D" | "L" | "AUX" | "ET" | "LEZ" | "S"
        );
        let stops = matches!(
            folded.as_str(),
            "CEDEX"
                | "FRANCE"
                | "TEL"
                | "M"
                | "MME"
                | "POUR"
                | "DATE"
                | "BAT"
                | "APPT"
                | "APT"
                | "ESC"
                | "CONTRAT"
                | "REFERENCE"
        );
        let ordinal = i == 1
            && letters.starts_with(|c: char| c.is_ascii_digit())
            && letters.len() <= 5
            && is_big_town(&text[from..end]);
        let names = if in_capitals { all_capitals } else { capital };
        // "62000 Arras Type : appartement": a word before a colon is the next label.
        let label = i > 0 && (word.ends_with(':') || line[at - from + word.len()..].trim_start().starts_with(':'));
        if label || stops || i > 6 || !(i == 0 || ordinal || names || small && !capital) {
            break;
        }
        if i == 0 || ordinal || names {
            end = at + word.len();
        }
        if word.ends_with([',', ';', ':', ')'])
            || word.ends_with('.') && word.chars().filter(|c| c.is_alphabetic()).count() > 3
            || ordinal
        {
            end = at + word.trim_end_matches([',', ';', ':', ')', '.']).len();
            break;
        }
        at = next;
    }
    end
}

fn is_big_town(town: &str) -> bool {
    matches!(fold(town).as_str(), "PARIS" | "LYON" | "MARSEILLE")
}

/// Builds the address around a postcode: the street before it, and the parts of the building around both.
fn around(text: &str, from: usize, place: &Place) -> Option<(Address, Range<usize>)> {
    let start = window_start(text, from, place.range.start);
    let window = &text[start..place.range.start];
    let street = street(window)?;
    let before = unbroken(&window[..street.range.start]);
    let mut parts: Vec<String> = parts_before(&before);
    let mut first = street.range.start;
    if let Some(part) = parts.first()
        && let Some(at) = before.find(part.as_str())
    {
        first = at;
    }
    // A line of the column beside is no part of it.
    let below = window[street.range.end..].split('\n').filter(|line| !is_prose(line));
    for part in below.flat_map(|line| line.split([',', ';', '(', ')'])).flat_map(|part| part.split(" - ")) {
        let part = part.trim_matches([' ', '.', '-', '–', ':']);
        if part.chars().count() > 1 && part.chars().count() <= LONGEST_PART && !is_mail_box(part) {
            parts.push(part.to_owned());
        }
    }
    let (after, end) = part_after(text, place.range.end);
    parts.extend(after);
    let complement = Some(parts.join(", ")).filter(|text| !text.is_empty());
    let address =
        Address { ligne: street.line, complement, code_postal: place.postcode.clone(), commune: place.town.clone() };
    Some((address, start + first..end))
}

fn window_start(text: &str, from: usize, until: usize) -> usize {
    let mut start = until;
    for _ in 0..=LINES_ABOVE {
        match text[from..start].rfind('\n') {
            Some(at) if at > 0 => start = from + at,
            _ => return from,
        }
    }
    start + 1
}

struct Street {
    line: String,
    range: Range<usize>,
}

/// Finds the street of a window: the last one with a number, else the last one without.
fn street(window: &str) -> Option<Street> {
    let mut best: Option<(u8, Street)> = None;
    for Numbered { all, number, suffix, name } in numbered(window) {
        let Some((length, known)) = street_name(name.as_str()) else { continue };
        // A number with a name that is no kind of street is one only on a line of its own: "5 Le Clos".
        let alone =
            window[..all.start()].trim_end_matches(' ').ends_with('\n') || window[..all.start()].trim().is_empty();
        let worth = if known {
            3
        } else if alone && name.as_str().starts_with(char::is_uppercase) {
            1
        } else {
            continue;
        };
        // "appartement 67 - 34 rue des Lilas": the first number is the flat's.
        let flat = number.as_str().find(['-', '/']).filter(|_| UNIT_LAST.is_match(&window[..all.start()]));
        let own = flat.map_or(number.as_str(), |dash| number.as_str()[dash + 1..].trim_start());
        let range = all.start() + (number.as_str().len() - own.len())..name.start() + length;
        if best.as_ref().is_none_or(|(other, _)| worth >= *other) {
            let number = own.replace(' ', "");
            let parts: Vec<&str> =
                [Some(number.as_str()), suffix, Some(name.as_str()[..length].trim())].into_iter().flatten().collect();
            best = Some((worth, Street { line: parts.join(" "), range }));
        }
    }
    if best.as_ref().is_none_or(|(worth, _)| *worth < 2) {
        for captures in UNNUMBERED.captures_iter(window) {
            let Some(name) = captures.name("name") else { continue };
            if let Some((length, true)) = street_name(name.as_str()) {
                let range = name.start()..name.start() + length;
                best = Some((2, Street { line: name.as_str()[..length].trim().to_owned(), range }));
            }
        }
    }
    best.map(|(_, street)| street)
}

/// Gives how much of a text is the name of a street, and whether it starts with a kind of street.
fn street_name(text: &str) -> Option<(usize, bool)> {
    let mut end = text.len();
    for found in UNIT.find_iter(text) {
        if found.start() > 0 && !ARTICLE.is_match(&text[..found.start()]) {
            end = found.start();
            break;
        }
    }
    if let Some(dash) = text.find(" - ").or_else(|| text.find(" – ")) {
        end = end.min(dash);
    }
    let name = text[..end].trim_end_matches([' ', '.', '-', '–', ',', ':']);
    let name = name.strip_suffix(" à").unwrap_or(name);
    let words = folded_words(name);
    let first = words.first()?.as_str();
    let known = street_kind(first).is_some()
        || matches!(
            first,
            "GRANDE" | "GRAND" | "GDE" | "GR" | "ROND" | "LIEU" | "PETITE" | "VIEUX" | "VIEILLE" | "ANCIENNE"
        );
    // "3 pièces principales", "2 personnes": a kind of street needs a name behind it.
    (name.chars().count() >= 3 && name.chars().count() <= 60 && (!known || words.len() > 1))
        .then_some((name.len(), known))
}

/// Joins the lines between which a part of the building was broken: "lot" at the end of one, its number on the next.
fn unbroken(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let goes_on = |rest: &str| {
            let word = rest.split([' ', ',', '\n', ';']).next().unwrap_or_default();
            word.starts_with(|c: char| c.is_ascii_digit()) || word.chars().count() == 1
        };
        let broken = c == '\n' && UNIT_LAST.is_match(&text[..at]) && goes_on(&text[at + 1..]);
        out.push(if broken { ' ' } else { c });
    }
    out
}

/// Gives the parts of the building that stand before the street, nearest lines first looked at, in the paper's order.
fn parts_before(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let pieces = text.split(['\n', ',', ';', '(', ')']).flat_map(|part| part.split(" - "));
    let pieces = pieces.map(|piece| piece.trim_matches([' ', '.', '-', '–', ':'])).filter(|piece| !piece.is_empty());
    let mut pieces: Vec<&str> = pieces.collect();
    while let Some(piece) = pieces.pop() {
        // "Appt 4 - Pablo Picasso, 21 rue": a building that has only a name stands behind the flat.
        if !UNIT.is_match(piece)
            && parts.is_empty()
            && is_name(piece)
            && pieces.last().is_some_and(|flat| is_flat(flat))
        {
            parts.push(piece.to_owned());
            continue;
        }
        // "du logement situé Bât. C": what comes before the part is a sentence.
        let is_part = |from: &usize| piece[*from..].chars().count() <= LONGEST_PART && !is_sentence(&piece[*from..]);
        let Some(from) = UNIT.find_iter(piece).map(|unit| unit.start()).find(is_part) else { break };
        parts.push(piece[from..].trim_end_matches([' ', ',', ':']).to_owned());
        if from > 0 {
            break;
        }
    }
    parts.reverse();
    parts
}

/// Tells whether a piece of text may be the name of a building: a few words that begin with capitals.
fn is_name(piece: &str) -> bool {
    let capital = |word: &str| word.starts_with(|c: char| c.is_uppercase());
    piece.split_whitespace().count() <= 4 && piece.split_whitespace().all(capital)
}

/// Tells whether a piece of text ends with the part of a building and its number: "situé appt 4".
fn is_flat(piece: &str) -> bool {
    let unit = UNIT.find_iter(piece).last();
    unit.is_some_and(|unit| piece[unit.end()..].split_whitespace().count() <= 2)
        && piece.ends_with(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase())
}

/// Tells whether a piece of text is about a dwelling rather than naming a part of it.
fn is_sentence(piece: &str) -> bool {
    let words = folded_words(piece);
    let verb = |word: &String| {
        matches!(
            word.as_str(),
            "SITUE"
                | "SITUEE"
                | "SIS"
                | "SISE"
                | "ASSURE"
                | "EST"
                | "OCCUPE"
                | "DESIGNE"
                | "CI"
                | "VOTRE"
                | "ADRESSE"
                | "PRINCIPALE"
        )
    };
    let named = words.first().is_some_and(|word| word.starts_with("RES"));
    // "apt 4 L'Orée du Bois" is a name, "appartement de 3 pièces" is not.
    let printed: Vec<&str> = piece.split_whitespace().collect();
    let links = |pair: &[&str]| {
        matches!(fold(pair[0]).as_str(), "DE" | "DU") && !pair[1].starts_with(|c: char| c.is_uppercase())
    };
    !named && (words.iter().any(verb) || printed.windows(2).any(links)) || words.len() > 12
}

/// Tells whether a line runs on as a text does, and names no part of a building.
fn is_prose(line: &str) -> bool {
    const WORDS: usize = 7;
    line.split_whitespace().count() > WORDS && !UNIT.is_match(line)
}

/// Gives a part of the building named behind the town, and where it ends.
fn part_after(text: &str, from: usize) -> (Option<String>, usize) {
    let rest = &text[from..];
    let gap = rest.len() - rest.trim_start_matches([' ', ',', '-', '–', '(', '\n']).len();
    let line = rest[gap..].split(['\n', ')', '.', ';']).next().unwrap_or_default();
    let line = line.split(" en qualité").next().unwrap_or_default().trim_end_matches([',', ' ']);
    let starts = UNIT.find(line).is_some_and(|unit| unit.start() == 0);
    let digit = line.chars().any(|c| c.is_ascii_digit());
    if starts && digit && line.chars().count() <= 40 && !is_sentence(line) && !rest[..gap].contains("\n\n") {
        return (Some(line.to_owned()), from + gap + line.len());
    }
    (None, from)
}

fn is_mail_box(part: &str) -> bool {
    let folded = fold(part);
    ["BP ", "CS ", "TSA ", "CEDEX", "TEL", "F "].iter().any(|start| folded.starts_with(start))
        || folded == "F"
        || folded == "FRANCE"
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Writes an address as `ligne|complement|code commune`.
    fn written(address: &Address) -> String {
        let complement = address.complement.as_deref().unwrap_or("-");
        format!("{}|{complement}|{} {}", address.ligne, address.code_postal, address.commune)
    }

    #[test]
    fn addresses_as_papers_write_them() {
        let mut failures = Vec::new();
        for (text, expected) in [
            ("12 bis rue des Lilas, 31000 TOULOUSE", "12 bis rue des Lilas|-|31000 TOULOUSE"),
            ("situé 12 bis rue des Lilas, 31000\nTOULOUSE, occupé", "12 bis rue des Lilas|-|31000 TOULOUSE"),
            ("12 bis, rue des Lilas\n31000 TOULOUSE", "12 bis rue des Lilas|-|31000 TOULOUSE"),
            (
                "12 BIS RUE DES LILAS\nBAT C APT 14\n31000 TOULOUSE CEDEX 4",
                "12 BIS RUE DES LILAS|BAT C APT 14|31000 TOULOUSE",
            ),
            ("Bât. C, apt 14\n12 rue des Lilas\n31000 Toulouse", "12 rue des Lilas|Bât. C, apt 14|31000 Toulouse"),
            ("12 rue des Lilas Bât. C Apt 14 31000 Toulouse", "12 rue des Lilas|Bât. C Apt 14|31000 Toulouse"),
            ("12 rue des Lilas - Appt 14 - 31000 Toulouse", "12 rue des Lilas|Appt 14|31000 Toulouse"),
            ("situé 12 rue des Lilas, 31000 Toulouse en qualité de locataire.", "12 rue des Lilas|-|31000 Toulouse"),
            (
                "du logement situé Bât. C, 12 rue des Lilas, 31000 TOULOUSE, occupé en qualité de locataire",
                "12 rue des Lilas|Bât. C|31000 TOULOUSE",
            ),
            (
                "Résidence Les Tilleuls\n25 avenue Jean Jaurès\n69007 LYON",
                "25 avenue Jean Jaurès|Résidence Les Tilleuls|69007 LYON",
            ),
            (
                "que le logement situé PORTE D18, 1369 PASS. VICTOR HUGO, 28000\nCHARTRES est assuré par",
                "1369 PASS. VICTOR HUGO|PORTE D18|28000 CHARTRES",
            ),
            (
                "que le logement situé PORTE D18, 1369 RUE VICTOR HUGO, 28000\nCHARTRES est assuré par",
                "1369 RUE VICTOR HUGO|PORTE D18|28000 CHARTRES",
            ),
            (
                "le logement situé appt D18, 1369 RUE VICTOR HUGO, 28000\nCHARTRES est assuré par",
                "1369 RUE VICTOR HUGO|appt D18|28000 CHARTRES",
            ),
            (
                "pour leur habitation située APPT 4 -\nPABLO PICASSO, 21 RUE JACQUES BREL, 06300 NICE.",
                "21 RUE JACQUES BREL|APPT 4, PABLO PICASSO|06300 NICE",
            ),
            ("M. Jean MARTIN\nPablo Picasso\n8 rue Haute\n35000 RENNES", "8 rue Haute|-|35000 RENNES"),
            ("25 rue de la Résidence, 69007 Lyon 7e", "25 rue de la Résidence|-|69007 Lyon 7e"),
            ("du logement situé lot\n106, 45 rue des Mouettes, 69500 BRON", "45 rue des Mouettes|lot 106|69500 BRON"),
            ("Hall B, porte\nC\n8 rue Haute\n35000 RENNES", "8 rue Haute|Hall B, porte C|35000 RENNES"),
            ("8 place de la Porte Rouge 35000 RENNES", "8 place de la Porte Rouge|-|35000 RENNES"),
            ("8 rue Haute, porte 12, 35000 RENNES", "8 rue Haute|porte 12|35000 RENNES"),
            ("3e étage, 8 rue Haute, 35000 RENNES", "8 rue Haute|3e étage|35000 RENNES"),
            ("Mme Anaïs LEFÈVRE\n8 rue Haute\n35000 RENNES", "8 rue Haute|-|35000 RENNES"),
            ("8 rue Haute\n35000 RENNES\nAppartement 12", "8 rue Haute|Appartement 12|35000 RENNES"),
            ("8 rue Haute 35000 RENNES (apt 12)", "8 rue Haute|apt 12|35000 RENNES"),
            ("18 ter passage de la\nFraternité\n14100 LISIEUX", "18 ter passage de la Fraternité|-|14100 LISIEUX"),
            ("46 COURS CAMILLE\nCLAUDEL\n13013 MARSEILLE", "46 COURS CAMILLE CLAUDEL|-|13013 MARSEILLE"),
            (
                "APPT 823 BAT 2 L'OREE DU BOIS\n1019 RUE HECTOR BERLIOZ\n01100 OYONNAX",
                "1019 RUE HECTOR BERLIOZ|APPT 823 BAT 2 L'OREE DU BOIS|01100 OYONNAX",
            ),
            ("appartement de 3 pièces, 8 rue Haute, 35000 RENNES", "8 rue Haute|-|35000 RENNES"),
            ("56 ter traverse de\nl'Europe\n06130 GRASSE", "56 ter traverse de l'Europe|-|06130 GRASSE"),
            ("49, rue du Bois Joli\n76610 LE\nHAVRE", "49 rue du Bois Joli|-|76610 LE HAVRE"),
            ("8 rue Haute\n85100 LES SABLES-\nD'OLONNE", "8 rue Haute|-|85100 LES SABLES-D'OLONNE"),
            ("8 rue Haute\nLes Tilleuls\n35000 RENNES", "8 rue Haute|Les Tilleuls|35000 RENNES"),
            ("1 rue X 35000 RENNES\n2 rue Y 35000 RENNES", ""),
            ("10-12 quai des Bateliers, 67000 STRASBOURG", "10-12 quai des Bateliers|-|67000 STRASBOURG"),
            ("5, Le Clos des Vignes\n21000 DIJON", "5 Le Clos des Vignes|-|21000 DIJON"),
            ("14 cours de la Liberté 69003 LYON 3EME", "14 cours de la Liberté|-|69003 LYON 3EME"),
            ("6 allée des Pins\n13013 MARSEILLE 13", "6 allée des Pins|-|13013 MARSEILLE 13"),
            ("2 rue du Bac\n92130 ISSY LES MOULINEAUX", "2 rue du Bac|-|92130 ISSY LES MOULINEAUX"),
            ("2 rue du Bac, 85100 Les Sables d'Olonne", "2 rue du Bac|-|85100 Les Sables d'Olonne"),
            ("2 rue du Bac, 93200 Saint-Denis.", "2 rue du Bac|-|93200 Saint-Denis"),
            ("2 rue du Bac, 94170 Le Perreux-sur-Marne, du 1er", "2 rue du Bac|-|94170 Le Perreux-sur-Marne"),
            ("2 rue du Bac, 31OOO TOULOUSE", "2 rue du Bac|-|31000 TOULOUSE"),
            ("2 rue du Bac, 31 000 TOULOUSE", "2 rue du Bac|-|31000 TOULOUSE"),
            ("2 rue du Bac à TOULOUSE (31000)", "2 rue du Bac|-|31000 TOULOUSE"),
            ("2 rue du Bac, TOULOUSE (31000)", "2 rue du Bac|-|31000 TOULOUSE"),
            ("Contrat 12345 MARTIN", ""),
            ("3 pièces principales, 31000 TOULOUSE", ""),
            ("20 place du Marché\nBP 145\n31000 TOULOUSE CEDEX", "20 place du Marché|-|31000 TOULOUSE"),
            ("Impasse du Puits, 81000 ALBI", "Impasse du Puits|-|81000 ALBI"),
            ("n° 4 impasse du Puits, 81000 ALBI", "4 impasse du Puits|-|81000 ALBI"),
            ("4 impasse du Puits F-81000 ALBI", "4 impasse du Puits|-|81000 ALBI"),
            ("Adresse du risque : 4 impasse du Puits, 81000 ALBI", "4 impasse du Puits|-|81000 ALBI"),
            ("4 bd du Mal Foch, Esc. B, 2ème étage, 06000 NICE", "4 bd du Mal Foch|Esc. B, 2ème étage|06000 NICE"),
            ("4 Grande Rue, 25000 BESANÇON", "4 Grande Rue|-|25000 BESANÇON"),
            ("le 12 janvier 2026, 31000 TOULOUSE", ""),
            ("71 B rue Pasteur 59000 LILLE", "71 B rue Pasteur|-|59000 LILLE"),
            (
                "RÉSIDENCE DU LAC BÂT 3 APPT 21\n7 ALLÉE DU LAC\n73100 AIX-LES-BAINS",
                "7 ALLÉE DU LAC|RÉSIDENCE DU LAC BÂT 3 APPT 21|73100 AIX-LES-BAINS",
            ),
        ] {
            let lines: Vec<&str> = text.split('\n').collect();
            let found = find_addresses(&lines);
            if text.starts_with("1 rue X") {
                assert_eq!(found.len(), 2, "{found:?}");
                continue;
            }
            let got = found.first().map(|found| written(&found.address)).unwrap_or_default();
            if got != expected {
                failures.push(format!("{text:?}: {got:?} instead of {expected:?}"));
            }
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }

    #[test]
    fn addresses_without_a_postcode() {
        for (text, expected) in [
            ("j'habite 12 rue des Lilas à Douai depuis trois ans", "12 rue des Lilas|-| Douai"),
            ("au 12 bis rue des Lilas, bât C, appt 4, Douai.", "12 bis rue des Lilas|bât C, appt 4| Douai"),
            ("du 8 allée du Parc, Issy les Moulineaux, je", "8 allée du Parc|-| Issy les Moulineaux"),
            ("Sophie\n12 rue des Lilas\nDouai", "12 rue des Lilas|-| Douai"),
            ("le 12 rue des Lilas, Karim Benali", ""),
            ("le 12 rue des Lilas est en panne", ""),
            ("3 pièces à Douai", ""),
        ] {
            let found = find_without_postcode(text);
            let got = found.first().map(|(address, _)| written(address)).unwrap_or_default();
            assert_eq!(got, expected, "{text}");
        }
    }

    #[test]
    fn the_lines_of_an_address_are_told() {
        let found =
            find_addresses(&["Madame X", "Résidence du Lac", "7 allée du Lac", "73100 AIX-LES-BAINS"]).remove(0);
        assert_eq!((found.lines, found.range.start), (1..=3, 9));
    }

    proptest! {
        #[test]
        fn any_text_is_survived(lines in proptest::collection::vec("[0-9A-Za-zé°,.()\\- ]{0,40}", 0..5)) {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let text = lines.join("\n");
            for found in find_addresses(&lines) {
                prop_assert!(*found.lines.end() < lines.len());
                prop_assert!(text.get(found.range).is_some());
                prop_assert_eq!(found.address.code_postal.len(), 5);
            }
        }

        #[test]
        fn a_plain_address_is_read_back(number in 1u32..999, kind in prop::sample::select(vec!["rue", "avenue", "allée", "place"]), code in 10_000u32..95_999) {
            let text = format!("{number} {kind} des Acacias, {code} VILLENEUVE");
            let found = find_addresses(&[&text]);
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(&found[0].address.ligne, &format!("{number} {kind} des Acacias"));
            prop_assert_eq!(&found[0].address.code_postal, &code.to_string());
        }
    }
}
