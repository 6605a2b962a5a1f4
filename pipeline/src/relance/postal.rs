//! The lines of an envelope after NF Z 10-011: six lines of 38 characters at most, no punctuation in the last ones.
//!
//! Persons first, then flat and building, street, postcode and town. Too long a line is shortened by the usual
//! abbreviations of ways (facts F.7); what still does not fit is told, never cut.

use crate::values::fold::fold;
use crate::values::{Address, Person};

/// Lines of an envelope, at most.
pub const MAX_LINES: usize = 6;
/// Characters of a line, at most.
pub const MAX_CHARACTERS: usize = 38;

/// Words of streets and how postmen shorten them (facts F.7).
#[rustfmt::skip]
const SHORT: &[(&str, &str)] = &[
    ("ALLEE", "ALL"), ("AVENUE", "AV"), ("BOULEVARD", "BD"), ("CARREFOUR", "CAR"), ("CHAUSSEE", "CHS"), ("CHEMIN", "CHE"),
    ("COURS", "CRS"), ("DOMAINE", "DOM"), ("ESPLANADE", "ESP"), ("FAUBOURG", "FG"), ("HAMEAU", "HAM"), ("IMPASSE", "IMP"),
    ("LOTISSEMENT", "LOT"), ("MONTEE", "MTE"), ("PASSAGE", "PAS"), ("PLACE", "PL"), ("PROMENADE", "PROM"), ("QUARTIER", "QRT"),
    ("RESIDENCE", "RES"), ("ROUTE", "RTE"), ("SENTIER", "SEN"), ("SQUARE", "SQ"), ("TERRASSE", "TSSE"), ("TRAVERSE", "TRA"),
    ("DOCTEUR", "DR"), ("PROFESSEUR", "PR"), ("GENERAL", "GAL"), ("MARECHAL", "MAL"), ("PRESIDENT", "PDT"), ("CAPITAINE", "CNE"),
    ("COMMANDANT", "CDT"), ("COMMANDANTS", "CDTS"), ("SAINT", "ST"), ("SAINTE", "STE"), ("BATIMENT", "BAT"), ("IMMEUBLE", "IMM"),
    ("APPARTEMENT", "APPT"), ("LOGEMENT", "LOGT"), ("ESCALIER", "ESC"), ("ETAGE", "ETG"), ("PORTE", "PTE"),
];

/// An address that no envelope takes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostalFault {
    /// A part that has to be there is absent.
    #[error("the address has no {part}: fill the column {column} of the register")]
    Absent {
        /// Which part.
        part: &'static str,
        /// The register's column.
        column: &'static str,
    },
    /// A line is too long.
    #[error("« {line} » has {characters} characters, an envelope takes {MAX_CHARACTERS}: shorten it in the register")]
    TooLong {
        /// Which.
        line: String,
        /// How many it has.
        characters: usize,
    },
    /// There are too many lines.
    #[error("the address has {lines} lines, an envelope takes {MAX_LINES}")]
    TooMany {
        /// How many.
        lines: usize,
    },
}

/// Gives the lines for `persons` at `address`.
///
/// # Errors
/// A part that is absent, or that does not fit.
pub fn lines(persons: &[Person], address: &Address) -> Result<Vec<String>, PostalFault> {
    let needed = [
        (persons.iter().all(|person| person.nom.trim().is_empty()), "name", "nom"),
        (address.ligne.trim().is_empty(), "street", "adresse"),
        (address.code_postal.trim().is_empty(), "postcode", "code_postal"),
        (address.commune.trim().is_empty(), "town", "commune"),
    ];
    if let Some((_, part, column)) = needed.into_iter().find(|(absent, _, _)| *absent) {
        return Err(PostalFault::Absent { part, column });
    }
    let mut place = complement(address.complement.as_deref().unwrap_or_default());
    place.push(shortened(&fold(&address.ligne)));
    place.push(format!("{} {}", address.code_postal.trim(), fold(&address.commune)));
    let mut lines = names(persons, MAX_LINES.saturating_sub(place.len()));
    lines.append(&mut place);
    check(&lines)?;
    Ok(lines)
}

/// Checks lines that somebody else wrote.
///
/// # Errors
/// Too many lines, too long a line, or none.
pub fn check(lines: &[String]) -> Result<(), PostalFault> {
    if lines.is_empty() {
        return Err(PostalFault::Absent { part: "line", column: "adresse" });
    }
    if lines.len() > MAX_LINES {
        return Err(PostalFault::TooMany { lines: lines.len() });
    }
    let long = lines.iter().map(|line| (line, line.chars().count())).find(|(_, count)| *count > MAX_CHARACTERS);
    long.map_or(Ok(()), |(line, characters)| Err(PostalFault::TooLong { line: line.clone(), characters }))
}

/// Gives the persons on one line where they fit, else one a line; beyond `room` lines, the first stands for all.
fn names(persons: &[Person], room: usize) -> Vec<String> {
    let each: Vec<String> = persons.iter().map(name).filter(|name| !name.is_empty()).collect();
    let together = each.join(" et ");
    if each.len() == 1 || together.chars().count() <= MAX_CHARACTERS {
        return vec![together];
    }
    if each.len() <= room { each } else { each.into_iter().take(room.max(1)).collect() }
}

/// Gives a name that fits: whole, with the first of its first names, or with an initial.
fn name(person: &Person) -> String {
    let surname = person.nom_usage.as_deref().unwrap_or(&person.nom).trim();
    let first = person.prenom.trim();
    let short = first.split([' ', ',']).next().unwrap_or_default();
    let initial: String = first.chars().take(1).collect();
    let forms = [first, short, &initial].map(|first| format!("{first} {surname}").trim().to_owned());
    let fitting = forms.iter().find(|form| form.chars().count() <= MAX_CHARACTERS);
    fitting.unwrap_or(&forms[2]).clone()
}

/// Gives flat and building on one or two lines, cut between parts.
fn complement(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in text
        .split([',', ';', '\n'])
        .flat_map(|part| part.split(" - "))
        .map(|part| shortened(&fold(part)))
        .filter(|part| !part.is_empty())
    {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + part.chars().count() <= MAX_CHARACTERS => {
                line.push(' ');
                line.push_str(&part);
            }
            _ => lines.push(part),
        }
    }
    lines
}

/// Shortens a street that is too long, word by word, by the usual abbreviations.
fn shortened(street: &str) -> String {
    let mut words: Vec<&str> = street.split(' ').collect();
    for at in 0..words.len() {
        if words.join(" ").chars().count() <= MAX_CHARACTERS {
            break;
        }
        words[at] = SHORT.iter().find(|(long, _)| *long == words[at]).map_or(words[at], |(_, short)| short);
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(prenom: &str, nom: &str) -> Person {
        Person { nom: nom.to_owned(), prenom: prenom.to_owned(), nom_usage: None }
    }

    fn address(ligne: &str, complement: &str, commune: &str) -> Address {
        let complement = Some(complement.to_owned()).filter(|text| !text.is_empty());
        Address { ligne: ligne.to_owned(), complement, code_postal: "31000".to_owned(), commune: commune.to_owned() }
    }

    struct Case {
        persons: Vec<Person>,
        address: Address,
        lines: &'static [&'static str],
    }

    #[test]
    fn an_envelope_takes_it() {
        let cases = [
            Case {
                persons: vec![person("Mercedes", "SANCHEZ")],
                address: address("447 RUE SAINT-ANTOINE", "LOGT 302 - ETG 3 - BAT 1 - LES HAUTS DE SEINE", "Creil"),
                lines: &[
                    "Mercedes SANCHEZ",
                    "LOGT 302 ETG 3 BAT 1",
                    "LES HAUTS DE SEINE",
                    "447 RUE SAINT ANTOINE",
                    "31000 CREIL",
                ],
            },
            Case {
                persons: vec![person("Zoé", "NGUYỄN"), person("Luc", "DE LA TOUR")],
                address: address("3 bis allée de l'Été", "", "L'Haÿ-les-Roses"),
                lines: &["Zoé NGUYỄN et Luc DE LA TOUR", "3 BIS ALLEE DE L ETE", "31000 L HAY LES ROSES"],
            },
            Case {
                persons: vec![person("Marie-Antoinette", "DE LA ROCHEFOUCAULD"), person("Luc", "PETIT")],
                address: address("120 boulevard du Maréchal de Lattre de Tassigny", "Appt 4", "Toulouse"),
                lines: &[
                    "Marie-Antoinette DE LA ROCHEFOUCAULD",
                    "Luc PETIT",
                    "APPT 4",
                    "120 BD DU MAL DE LATTRE DE TASSIGNY",
                    "31000 TOULOUSE",
                ],
            },
            Case {
                persons: vec![person("Anne Marie Josèphe Léontine", "VAN DEN BROECKE-LEFEBVRE")],
                address: address("1 RUE X", "", "T"),
                lines: &["Anne VAN DEN BROECKE-LEFEBVRE", "1 RUE X", "31000 T"],
            },
        ];
        for Case { persons, address, lines: expected } in cases {
            assert_eq!(lines(&persons, &address).unwrap(), expected);
        }
    }

    #[test]
    fn what_fits_no_envelope_is_told() {
        let one = [person("Anne", "DURAND")];
        let no_street = lines(&one, &address("", "", "T")).unwrap_err().to_string();
        assert!(no_street.contains("column adresse"), "{no_street}");
        let long = "LE GRAND CLOS DES JARDINS SUSPENDUS DE LA COLLINE HEUREUSE";
        assert!(matches!(
            lines(&one, &address("1 RUE X", long, "T")),
            Err(PostalFault::TooLong { characters: 58, .. })
        ));
        let parts = ["LES TERRASSES DU GRAND PARC DU LEVANT"; 4].join(" - ");
        assert!(matches!(lines(&one, &address("1 RUE X", &parts, "T")), Err(PostalFault::TooMany { lines: 7 })));
        assert!(matches!(lines(&[], &address("1 RUE X", "", "T")), Err(PostalFault::Absent { column: "nom", .. })));
    }
}
