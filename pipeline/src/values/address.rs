//! French postal addresses and how two of them compare (facts F.7).

use super::fold::folded_words;
use super::person::near;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// An address in the catalogue's normal form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    /// Number, suffix and street: `12 bis rue des Lilas`.
    pub ligne: String,
    /// Building, stairs, floor, flat, residence; `None` where the paper gives none.
    pub complement: Option<String>,
    /// Five digits; empty where a letter gives none, printed as `null`.
    #[serde(with = "maybe_empty")]
    pub code_postal: String,
    /// Town as printed, without CEDEX.
    pub commune: String,
}

impl fmt::Display for Address {
    /// On one line: street, complement, postcode and town.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let complement = self.complement.as_deref().map(|text| format!(", {text}")).unwrap_or_default();
        let place = format!("{} {}", self.code_postal, self.commune);
        write!(f, "{}{complement}, {}", self.ligne, place.trim_start())
    }
}

/// A text that is `null` when it is empty.
mod maybe_empty {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
        (!text.is_empty()).then_some(text).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.unwrap_or_default())
    }
}

/// How two addresses compare, from the farthest to the nearest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddressLikeness {
    /// Another street or another town.
    Different,
    /// Another number of the same street.
    OtherNumber,
    /// The same building entrance, another flat, stairs, floor or building.
    OtherUnit,
    /// The same number of the same street; one of the two names no flat.
    SameNoUnit,
    /// The same dwelling.
    Same,
}

/// What a part of a dwelling is called by. Door, lot and flat are different numberings and are never compared with one
/// another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Building,
    Stairs,
    Floor,
    Flat,
    Door,
    Lot,
    Entrance,
}

/// An address cut into what is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressKey {
    numbers: Vec<String>,
    suffix: Option<String>,
    kind: Option<String>,
    name: Vec<String>,
    postcode: String,
    town: String,
    units: BTreeMap<Unit, String>,
}

/// Words on both sides of a street's name that carry no meaning.
const ARTICLES: &[&str] = &["DE", "DU", "DES", "D", "LA", "LE", "LES", "L", "AUX", "AU", "A", "EN", "ET"];

/// Kinds of street: as printed or abbreviated, and in full (facts F.7, NF Z10-011).
#[rustfmt::skip]
const KINDS: &[(&str, &str)] = &[
    ("RUE", "RUE"), ("R", "RUE"), ("AVENUE", "AVENUE"), ("AV", "AVENUE"), ("AVE", "AVENUE"), ("BOULEVARD", "BOULEVARD"), ("BD", "BOULEVARD"), ("BLD", "BOULEVARD"),
    ("BVD", "BOULEVARD"), ("BOUL", "BOULEVARD"), ("ALLEE", "ALLEE"), ("ALLEES", "ALLEE"), ("ALL", "ALLEE"), ("IMPASSE", "IMPASSE"), ("IMP", "IMPASSE"),
    ("CHEMIN", "CHEMIN"), ("CHE", "CHEMIN"), ("CHEM", "CHEMIN"), ("CH", "CHEMIN"), ("PLACE", "PLACE"), ("PL", "PLACE"), ("ROUTE", "ROUTE"), ("RTE", "ROUTE"),
    ("QUAI", "QUAI"), ("SQUARE", "SQUARE"), ("SQ", "SQUARE"), ("COURS", "COURS"), ("CRS", "COURS"), ("PASSAGE", "PASSAGE"), ("PAS", "PASSAGE"), ("PASS", "PASSAGE"),
    ("FAUBOURG", "FAUBOURG"), ("FG", "FAUBOURG"), ("FBG", "FAUBOURG"), ("ESPLANADE", "ESPLANADE"), ("ESP", "ESPLANADE"), ("PROMENADE", "PROMENADE"), ("PROM", "PROMENADE"),
    ("SENTIER", "SENTIER"), ("SEN", "SENTIER"), ("SENTE", "SENTE"), ("MONTEE", "MONTEE"), ("MTE", "MONTEE"), ("ROND POINT", "RONDPOINT"), ("RPT", "RONDPOINT"),
    ("CITE", "CITE"), ("CLOS", "CLOS"), ("COUR", "COUR"), ("HAMEAU", "HAMEAU"), ("HAM", "HAMEAU"), ("LOTISSEMENT", "LOTISSEMENT"), ("DOMAINE", "DOMAINE"), ("DOM", "DOMAINE"),
    ("PARC", "PARC"), ("PARVIS", "PARVIS"), ("MAIL", "MAIL"), ("TRAVERSE", "TRAVERSE"), ("TRA", "TRAVERSE"), ("RUELLE", "RUELLE"), ("RLE", "RUELLE"), ("VENELLE", "VENELLE"),
    ("VEN", "VENELLE"), ("VILLA", "VILLA"), ("VLA", "VILLA"), ("CHAUSSEE", "CHAUSSEE"), ("CHS", "CHAUSSEE"), ("PORT", "PORT"), ("PONT", "PONT"), ("QUARTIER", "QUARTIER"),
    ("QRT", "QUARTIER"), ("COTE", "COTE"), ("BERGE", "BERGE"), ("GALERIE", "GALERIE"), ("VOIE", "VOIE"), ("DESCENTE", "DESCENTE"), ("RAMPE", "RAMPE"), ("DEGRE", "DEGRE"), ("DEGRES", "DEGRE"), ("LIEU DIT", "LIEUDIT"), ("LD", "LIEUDIT"),
];

/// Abbreviations inside the name of a street, folded.
#[rustfmt::skip]
const SHORT: &[(&str, &str)] = &[
    ("ST", "SAINT"), ("STE", "SAINTE"), ("DR", "DOCTEUR"), ("PR", "PROFESSEUR"), ("GAL", "GENERAL"), ("GEN", "GENERAL"), ("MAL", "MARECHAL"), ("PDT", "PRESIDENT"), ("PRES", "PRESIDENT"),
    ("CNE", "CAPITAINE"), ("CDT", "COMMANDANT"), ("COL", "COLONEL"), ("LT", "LIEUTENANT"), ("ND", "NOTRE DAME"), ("GD", "GRAND"), ("GDE", "GRANDE"), ("PTT", "PETIT"), ("PTTE", "PETITE"),
    ("FG", "FAUBOURG"), ("FBG", "FAUBOURG"), ("ABBE", "ABBE"), ("SGT", "SERGENT"), ("ADJ", "ADJUDANT"), ("VX", "VIEUX"), ("JQ", "JACQUES"), ("MGR", "MONSEIGNEUR"),
];

/// Gives the full word for a kind of street, folded.
pub(crate) fn street_kind(word: &str) -> Option<&'static str> {
    KINDS.iter().find(|(short, _)| *short == word).map(|(_, full)| *full)
}

impl AddressKey {
    /// Cuts an address.
    pub fn new(address: &Address) -> Self {
        let mut key = Self { postcode: digits(&address.code_postal), town: town(&address.commune), ..Self::default() };
        key.street(&folded_words(&address.ligne));
        // Some papers put the flat into the line of the street.
        let (line_units, _) = units(&folded_words(&address.ligne));
        let (said, _) = units(&folded_words(address.complement.as_deref().unwrap_or_default()));
        key.units = line_units;
        key.units.extend(said);
        key
    }

    fn street(&mut self, words: &[String]) {
        let mut at = 0;
        while let Some(word) = words.get(at).filter(|word| word.starts_with(|c: char| c.is_ascii_digit())) {
            let number: String = word.chars().take_while(char::is_ascii_digit).collect();
            let suffix = &word[number.len()..];
            self.numbers.push(number.trim_start_matches('0').to_owned());
            if !suffix.is_empty() {
                self.suffix = Some(suffix_in_full(suffix).to_owned());
            }
            at += 1;
        }
        if at > 0
            && let Some(word) = words.get(at)
            && matches!(word.as_str(), "BIS" | "TER" | "QUATER" | "QUINQUIES" | "A" | "B" | "C" | "D" | "T" | "Q")
        {
            self.suffix = Some(suffix_in_full(word).to_owned());
            at += 1;
        }
        let rest = &words[at..];
        let (_, used) = units(rest);
        let mut name: Vec<&str> = (0..rest.len()).filter(|i| !used.contains(i)).map(|i| rest[i].as_str()).collect();
        if let Some(kind) = name.first().and_then(|word| street_kind(word)).filter(|_| name.len() > 1) {
            self.kind = Some(kind.to_owned());
            name.remove(0);
        }
        for word in name {
            let full = SHORT.iter().find(|(short, _)| *short == word).map_or(word, |(_, full)| full);
            self.name.extend(full.split(' ').filter(|part| !ARTICLES.contains(part)).map(str::to_owned));
        }
    }

    /// Gives the words by which an index finds the street: its longest one and the department.
    pub(crate) fn index_words(&self) -> Vec<String> {
        let mut words: Vec<String> = self.name.iter().filter(|word| word.len() >= 3).cloned().collect();
        if words.is_empty() {
            words.clone_from(&self.name);
        }
        words
    }

    /// Gives the postcode and the number of the street: the same however the street is written.
    pub(crate) fn entrance(&self) -> String {
        format!("{} {}", self.postcode, self.numbers.first().map_or("", String::as_str))
    }

    /// Tells whether the address names a flat, a door or a lot.
    pub fn names_flat(&self) -> bool {
        [Unit::Flat, Unit::Door, Unit::Lot].iter().any(|unit| self.units.contains_key(unit))
    }
}

fn suffix_in_full(suffix: &str) -> &str {
    match suffix {
        "B" => "BIS",
        "T" => "TER",
        "Q" => "QUATER",
        "C" => "QUINQUIES",
        other => other,
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Gives a town for comparison: without articles, arrondissements, CEDEX; `ST` in full.
fn town(text: &str) -> String {
    let words = folded_words(text);
    let until = words.iter().position(|word| word == "CEDEX").unwrap_or(words.len());
    let full = |word: &String| match word.as_str() {
        "ST" => "SAINT".to_owned(),
        "STE" => "SAINTE".to_owned(),
        "S" => "SUR".to_owned(),
        other => other.to_owned(),
    };
    let kept = words[..until]
        .iter()
        .filter(|word| !word.starts_with(|c: char| c.is_ascii_digit()) && *word != "ARRONDISSEMENT");
    kept.map(full).filter(|word| !matches!(word.as_str(), "LE" | "LA" | "LES" | "L")).collect()
}

/// Reads the parts of a building from folded words, and says which words were used.
fn units(words: &[String]) -> (BTreeMap<Unit, String>, Vec<usize>) {
    let mut found = BTreeMap::new();
    let mut used = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let (unit, value, next) = match one_unit(words, at) {
            Some(one) => one,
            None => {
                at += 1;
                continue;
            }
        };
        used.extend(at..next);
        found.entry(unit).or_insert(value);
        at = next;
    }
    (found, used)
}

/// Reads one part at `at`: what it is, its name, and the word after it.
fn one_unit(words: &[String], at: usize) -> Option<(Unit, String, usize)> {
    let word = words[at].as_str();
    let unit = match word {
        "BATIMENT" | "BAT" | "BT" | "IMMEUBLE" | "IMM" | "TOUR" | "BLOC" | "PAVILLON" => Unit::Building,
        "ESCALIER" | "ESC" | "CAGE" => Unit::Stairs,
        "ETAGE" | "ETG" | "ET" | "NIVEAU" => Unit::Floor,
        "APPARTEMENT" | "APPART" | "APPT" | "APT" | "APP" | "APPTT" | "LOGEMENT" | "LOGT" | "LGT" | "LOG"
        | "STUDIO" | "CHAMBRE" | "CHBRE" => Unit::Flat,
        "PORTE" | "PTE" => Unit::Door,
        "LOT" => Unit::Lot,
        "ENTREE" | "ENT" | "HALL" => Unit::Entrance,
        "RDC" | "REZ" => {
            let long = word == "REZ"
                && words.get(at + 1).is_some_and(|w| w == "DE")
                && words.get(at + 2).is_some_and(|w| w == "CHAUSSEE");
            return Some((Unit::Floor, "0".to_owned(), if long { at + 3 } else { at + 1 }));
        }
        // "3E ETAGE", "1 ER ETAGE".
        _ if word.starts_with(|c: char| c.is_ascii_digit()) => {
            let floor = |w: &String| matches!(w.as_str(), "ETAGE" | "ETG" | "ET");
            let number: String = word.chars().take_while(char::is_ascii_digit).collect();
            let next = match (words.get(at + 1), words.get(at + 2)) {
                (Some(one), _) if floor(one) => at + 2,
                (Some(one), Some(two)) if matches!(one.as_str(), "E" | "EME" | "ER" | "ERE") && floor(two) => at + 3,
                _ => return None,
            };
            return Some((Unit::Floor, bare(&number), next));
        }
        // "APT14", "BATC".
        _ => return glued(word).map(|(unit, value)| (unit, value, at + 1)),
    };
    let mut next = at + 1;
    while words.get(next).is_some_and(|w| matches!(w.as_str(), "N" | "NO" | "NUMERO")) {
        next += 1;
    }
    let value = words.get(next)?;
    let short = value.len() <= 2
        || value.starts_with(|c: char| c.is_ascii_digit())
        || value.ends_with(|c: char| c.is_ascii_digit());
    let side = matches!(value.as_str(), "GAUCHE" | "DROITE" | "FACE" | "MILIEU" | "GCHE" | "DTE");
    if !(short && value.len() <= 6 && one_keyword(value).is_none() || side && unit == Unit::Door) {
        return None;
    }
    let mut value = bare(value);
    next += 1;
    // "APT A 14": a letter, then a number.
    if unit == Unit::Flat
        && value.len() == 1
        && value.chars().all(char::is_alphabetic)
        && let Some(number) = words.get(next)
        && number.chars().all(|c| c.is_ascii_digit())
    {
        value.push_str(&bare(number));
        next += 1;
    }
    Some((unit, value, next))
}

fn one_keyword(word: &str) -> Option<()> {
    matches!(word, "ET" | "BT").then_some(())
}

fn glued(word: &str) -> Option<(Unit, String)> {
    for (prefix, unit) in [
        ("APPT", Unit::Flat),
        ("APT", Unit::Flat),
        ("BAT", Unit::Building),
        ("ESC", Unit::Stairs),
        ("LOGT", Unit::Flat),
    ] {
        let Some(rest) = word.strip_prefix(prefix) else { continue };
        let number = rest.starts_with(|c: char| c.is_ascii_digit());
        if number && rest.len() <= 4 || rest.len() == 1 {
            return Some((unit, bare(rest)));
        }
    }
    None
}

/// Drops leading zeros, and letters that stand for an ordinal.
fn bare(value: &str) -> String {
    let value = if value.starts_with(|c: char| c.is_ascii_digit()) {
        value.strip_suffix("EME").or_else(|| value.strip_suffix("ER")).unwrap_or(value)
    } else {
        value
    };
    let kept = value.trim_start_matches('0');
    if kept.is_empty() { "0".to_owned() } else { kept.to_owned() }
}

/// Compares two addresses: abbreviations, accents, articles and a letter or two read wrong do not count; a number, a
/// flat or a building do.
pub fn compare(one: &Address, other: &Address) -> AddressLikeness {
    compare_keys(&AddressKey::new(one), &AddressKey::new(other))
}

/// Compares two addresses already cut.
pub fn compare_keys(one: &AddressKey, other: &AddressKey) -> AddressLikeness {
    if !same_town(one, other) || !same_street(one, other) {
        return AddressLikeness::Different;
    }
    if !same_number(one, other) {
        return AddressLikeness::OtherNumber;
    }
    let mut compared = 0;
    for (unit, value) in &one.units {
        let Some(theirs) = other.units.get(unit) else { continue };
        compared += 1;
        if value != theirs && !building_and_flat(*unit, value, theirs, one, other) {
            return AddressLikeness::OtherUnit;
        }
    }
    let both_name_flats = one.names_flat() && other.names_flat();
    // One says "porte 12", the other "appartement 12".
    let flats =
        |key: &AddressKey| [Unit::Flat, Unit::Door, Unit::Lot].iter().find_map(|unit| key.units.get(unit).cloned());
    let agreed = [Unit::Flat, Unit::Door, Unit::Lot]
        .iter()
        .any(|unit| one.units.contains_key(unit) && other.units.contains_key(unit));
    if both_name_flats && (agreed || flats(one) == flats(other))
        || compared > 0 && !one.names_flat() && !other.names_flat()
    {
        return AddressLikeness::Same;
    }
    if one.units.is_empty() && other.units.is_empty() { AddressLikeness::Same } else { AddressLikeness::SameNoUnit }
}

fn same_town(one: &AddressKey, other: &AddressKey) -> bool {
    if one.postcode == other.postcode {
        return true;
    }
    // The arrondissements of the three big towns are told apart by the postcode alone.
    let big = ["PARIS", "LYON", "MARSEILLE"].iter().any(|big| one.town.starts_with(big));
    let same_department =
        one.postcode.get(..2) == other.postcode.get(..2) || one.postcode.is_empty() || other.postcode.is_empty();
    !big && same_department && !one.town.is_empty() && (one.town == other.town || near(&one.town, &other.town))
}

fn same_street(one: &AddressKey, other: &AddressKey) -> bool {
    let kinds = match (&one.kind, &other.kind) {
        (Some(a), Some(b)) => a == b || near(a, b),
        _ => true,
    };
    let (a, b) = (one.name.concat(), other.name.concat());
    if !kinds || a.is_empty() || b.is_empty() {
        return false;
    }
    if alike(&a, &b) {
        return true;
    }
    // "V. HUGO" and "VICTOR HUGO", "HUGO" and "VICTOR HUGO".
    let (short, long) =
        if one.name.len() <= other.name.len() { (&one.name, &other.name) } else { (&other.name, &one.name) };
    let meets = |word: &String| {
        long.iter().any(|w| {
            alike(w, word)
                || word.len() == 1 && w.starts_with(word.as_str())
                || w.len() == 1 && word.starts_with(w.as_str())
        })
    };
    let last = short.last().is_some_and(|word| word.len() >= 4 && long.last().is_some_and(|l| alike(l, word)));
    last && short.iter().all(meets)
}

/// Compares words of street names. Facts F.7: short ones must be equal, "Pont" and "Port" are two streets.
fn alike(one: &str, other: &str) -> bool {
    one == other || one.len() >= 6 && other.len() >= 6 && near(one, other)
}

fn same_number(one: &AddressKey, other: &AddressKey) -> bool {
    if one.numbers.is_empty() || other.numbers.is_empty() {
        return one.numbers.is_empty() && other.numbers.is_empty();
    }
    one.numbers.iter().any(|number| other.numbers.contains(number)) && one.suffix == other.suffix
}

/// "apt A14" is "bât. A, apt 14".
fn building_and_flat(unit: Unit, value: &str, theirs: &str, one: &AddressKey, other: &AddressKey) -> bool {
    let whole = |flat: &str, key: &AddressKey| {
        let building = key.units.get(&Unit::Building).map(String::as_str).unwrap_or_default();
        if flat.starts_with(|c: char| c.is_alphabetic()) { flat.to_owned() } else { format!("{building}{flat}") }
    };
    unit == Unit::Flat && whole(value, one) == whole(theirs, other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(ligne: &str, complement: &str, code_postal: &str, commune: &str) -> Address {
        let complement = Some(complement.to_owned()).filter(|text| !text.is_empty());
        Address {
            ligne: ligne.to_owned(),
            complement,
            code_postal: code_postal.to_owned(),
            commune: commune.to_owned(),
        }
    }

    #[test]
    fn streets_and_towns_compare() {
        use AddressLikeness::{Different, OtherNumber, Same};
        let mut failures = Vec::new();
        for (one, other, expected) in [
            ("12 bis rue des Lilas|31000|TOULOUSE", "12B R DES LILAS|31000|Toulouse", Same),
            ("12 rue des Lilas|31000|TOULOUSE", "12 bis rue des Lilas|31000|TOULOUSE", OtherNumber),
            ("12 rue des Lilas|31000|TOULOUSE", "14 rue des Lilas|31000|TOULOUSE", OtherNumber),
            ("12-14 rue des Lilas|31000|TOULOUSE", "14 rue des Lilas|31000|TOULOUSE", Same),
            ("12 rue des Lilas|31000|TOULOUSE", "12 rue des Roses|31000|TOULOUSE", Different),
            ("12 rue des Lilas|31000|TOULOUSE", "12 allée des Lilas|31000|TOULOUSE", Different),
            ("12 rue des Lilas|31000|TOULOUSE", "12 rue des Lilas|33000|BORDEAUX", Different),
            ("12 rue des Lilas|75015|PARIS", "12 rue des Lilas|75016|PARIS", Different),
            ("12 rue des Lilas|75015|PARIS 15E", "12 rue des Lilas|75015|PARIS", Same),
            ("5 av. du Gal de Gaulle|31000|TOULOUSE", "5 avenue du Général de Gaulle|31000|TOULOUSE", Same),
            ("5 AV VICTOR HUGO|31000|TOULOUSE", "5 avenue V. Hugo|31000|TOULOUSE", Same),
            ("5 avenue Hugo|31000|TOULOUSE", "5 avenue Victor Hugo|31000|TOULOUSE", Same),
            ("3 pl St Pierre|31000|TOULOUSE", "3 place Saint-Pierre|31000|TOULOUSE", Same),
            ("3 bd Ste-Anne|29200|BREST", "3 boulevard Sainte Anne|29200|Brest", Same),
            ("8 chemin de la Côte Pavée|31500|TOULOUSE", "8 CHE COTE PAVEE|31500|TOULOUSE", Same),
            ("8 rue Jean Jaurès|31000|TOULOUSE", "8 rue Jean Jaurcs|31000|TOULOUSE", Same),
            ("8 rue Pasteur|31000|TOULOUSE", "8 rue Pastour|31000|T0ULOUSE", Same),
            ("08 rue Pasteur|31000|TOULOUSE", "8 rue Pasteur|31000|TOULOUSE", Same),
            ("8 rue Pasteur|31000|TOULOUSE", "8 rue Pasteur|31100|TOULOUSE", Same),
            ("8 rue Pasteur|76600|LE HAVRE", "8 rue Pasteur|76620|Havre", Same),
            ("8 rue Pasteur|93200|SAINT-DENIS", "8 rue Pasteur|93200|ST DENIS", Same),
            ("rue Pasteur|31000|TOULOUSE", "8 rue Pasteur|31000|TOULOUSE", OtherNumber),
            ("1 Grande Rue|31000|TOULOUSE", "1 Gde Rue|31000|TOULOUSE", Same),
            ("2 imp. du Puits|31000|TOULOUSE", "2 IMPASSE DU PUITS|31000|TOULOUSE", Same),
            ("2 rue du Pont|31000|TOULOUSE", "2 rue du Port|31000|TOULOUSE", Different),
        ] {
            let parse = |text: &str| {
                let parts: Vec<&str> = text.split('|').collect();
                address(parts[0], "", parts[1], parts[2])
            };
            let got = compare(&parse(one), &parse(other));
            if got != expected {
                failures.push(format!("{one} / {other}: {got:?} instead of {expected:?}"));
            }
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }

    #[test]
    fn dwellings_compare() {
        use AddressLikeness::{OtherUnit, Same, SameNoUnit};
        let mut failures = Vec::new();
        for (one, other, expected) in [
            ("", "", Same),
            ("Bât. C, apt 14", "BATIMENT C APPARTEMENT 14", Same),
            ("Bât. C, apt 14", "", SameNoUnit),
            ("apt 14", "apt 15", OtherUnit),
            ("Bât. A, apt 14", "Bât. B, apt 14", OtherUnit),
            ("apt n° 014", "appt 14", Same),
            ("appartement A14", "bat A apt 14", Same),
            ("appartement A 14", "bat A apt 14", Same),
            ("appartement B14", "bat A apt 14", OtherUnit),
            ("logement 14", "apt 14", Same),
            ("porte 12", "apt 12", Same),
            ("porte gauche", "apt 12", SameNoUnit),
            ("3e étage", "étage 3", Same),
            ("3ème étage apt 7", "3 etg appt 7", Same),
            ("rez-de-chaussée, apt 1", "RDC APT 1", Same),
            ("rdc apt 1", "1er étage apt 1", OtherUnit),
            ("esc. 2", "escalier 3", OtherUnit),
            ("Résidence Les Tilleuls, Bât A Esc 2 Apt 45", "RES LES TILLEULS BAT A ESC 2 APT 45", Same),
            ("Résidence Les Tilleuls", "RES LES TILLEULS BAT A ESC 2 APT 45", SameNoUnit),
            ("Tour B apt 3", "Bat B apt 3", Same),
            ("bâtiment 2", "bât. 3, apt 5", OtherUnit),
            ("bâtiment 3", "bât. 3, apt 5", SameNoUnit),
            ("hall 4 apt 12", "entrée 5 apt 12", OtherUnit),
            ("apt14", "APPT 14", Same),
            ("APPT N°14", "APT 14", Same),
            ("lot 114", "apt 12", SameNoUnit),
            ("Studio 8", "apt 8", Same),
        ] {
            let got = compare(&address("1 rue X", one, "31000", "T"), &address("1 rue X", other, "31000", "T"));
            if got != expected {
                failures.push(format!("{one} / {other}: {got:?} instead of {expected:?}"));
            }
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }

    #[test]
    fn a_flat_inside_the_line_of_the_street_counts() {
        let line = address("12 rue des Lilas apt 14", "", "31000", "TOULOUSE");
        assert_eq!(
            compare(&line, &address("12 rue des Lilas", "apt 15", "31000", "TOULOUSE")),
            AddressLikeness::OtherUnit
        );
        assert_eq!(compare(&line, &address("12 rue des Lilas", "apt 14", "31000", "TOULOUSE")), AddressLikeness::Same);
    }
}
