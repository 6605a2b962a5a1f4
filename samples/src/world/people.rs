//! Invented people: names of many origins, households, and the forms in which papers print a name.

use super::text::{plain, postal, title};
use crate::draw::Draw;
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

const SURNAMES: &str = include_str!("data/noms.txt");
const FIRST_NAMES: &str = include_str!("data/prenoms.txt");
#[cfg(test)]
const ALL_FIRST_NAMES: &str = include_str!("../../../rules/lexicons/prenoms.txt");

/// Share of people whose first name comes from anywhere in the lexicon, not from the origin of their surname.
const MIXED_SHARE: f64 = 0.12;

/// A woman or a man, as civilities go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// Madame.
    F,
    /// Monsieur.
    M,
}

/// An invented person.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Which civility.
    pub sex: Sex,
    /// First names, the usual one first.
    pub first_names: Vec<String>,
    /// Birth name, upper case.
    pub surname: String,
    /// Married name, upper case.
    pub married: Option<String>,
    /// Day of birth.
    pub born: Date,
}

impl Person {
    /// Gives the first name used.
    pub fn first(&self) -> &str {
        &self.first_names[0]
    }
}

/// The names people may have.
#[derive(Debug)]
pub struct Names {
    /// Weight, origin, surnames.
    surnames: Vec<(f64, (String, Vec<String>))>,
    /// Origins, sex, first names.
    first_names: Vec<(Vec<String>, Sex, Vec<String>)>,
}

impl Names {
    /// Reads the lexicons.
    pub fn load() -> Self {
        let mut surnames = Vec::new();
        for (head, words) in sections(SURNAMES) {
            let (origin, weight) = head.split_once(' ').unwrap_or((head, "1"));
            let names = words.iter().map(|word| word.replace('~', " ")).collect();
            surnames.push((weight.parse().unwrap_or(1.0), (origin.to_owned(), names)));
        }
        let mut first_names = Vec::new();
        for (head, words) in sections(FIRST_NAMES) {
            let (origins, sex) = head.split_once(' ').unwrap_or((head, "f"));
            let origins = origins.split(',').map(str::to_owned).collect();
            let sex = if sex == "m" { Sex::M } else { Sex::F };
            first_names.push((origins, sex, words.into_iter().map(str::to_owned).collect()));
        }
        Self { surnames, first_names }
    }

    /// Draws a surname and its origin.
    pub fn surname(&self, draw: &mut Draw) -> (String, String) {
        let (origin, names) = draw.weighted(&self.surnames);
        (draw.pick(names).clone(), origin.clone())
    }

    /// Draws a first name of that origin and sex.
    pub fn first_name(&self, draw: &mut Draw, origin: &str, sex: Sex) -> String {
        let anywhere = draw.chance(MIXED_SHARE);
        let fits = |(origins, of, _): &&(Vec<String>, Sex, Vec<String>)| {
            *of == sex && (anywhere || origins.iter().any(|one| one == origin))
        };
        let lists: Vec<&Vec<String>> = self.first_names.iter().filter(fits).map(|(.., names)| names).collect();
        let names: &Vec<String> = draw.one(&lists);
        draw.pick(names).clone()
    }

    /// Draws a person whose age at `today` lies between `low` and `high`.
    pub fn person(&self, draw: &mut Draw, today: Date, low: i32, high: i32) -> Person {
        let (surname, origin) = self.surname(draw);
        self.relative(draw, surname, &origin, today, (low, high))
    }

    /// Draws a person with that surname.
    pub fn relative(&self, draw: &mut Draw, surname: String, origin: &str, today: Date, ages: (i32, i32)) -> Person {
        let sex = if draw.chance(0.53) { Sex::F } else { Sex::M };
        let count = *draw.weighted(&[(5.0, 1), (2.0, 2), (1.0, 3)]);
        let mut first_names: Vec<String> = Vec::new();
        while first_names.len() < count {
            let name = self.first_name(draw, origin, sex);
            if !first_names.contains(&name) {
                first_names.push(name);
            }
        }
        let days = draw.between(ages.0 * 365 + ages.0 / 4, ages.1 * 365 + ages.1 / 4);
        Person { sex, first_names, surname, married: None, born: today.add_days(-days) }
    }
}

/// Splits a lexicon into its sections: head and words.
fn sections(text: &'static str) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(head) = line.strip_prefix('[') {
            sections.push((head.trim_end_matches(']'), Vec::new()));
        } else if let Some((_, words)) = sections.last_mut() {
            words.extend(line.split(' ').filter(|word| !word.is_empty()));
        }
    }
    sections
}

/// How a paper prints the names of its people: what it keeps, and how married names are said.
#[derive(Clone, Copy, Debug, Default)]
pub struct NameStyle {
    /// Accents are lost.
    pub plain: bool,
    /// Hyphens of names are lost.
    pub no_hyphens: bool,
    /// All first names are printed.
    pub all_first_names: bool,
    /// Married women stand under their married name first ("MARTIN née DURAND"), else "DURAND épouse MARTIN".
    pub married_first: bool,
}

impl NameStyle {
    /// Draws the habits of a paper.
    pub fn draw(draw: &mut Draw) -> Self {
        Self {
            plain: draw.chance(0.22),
            no_hyphens: draw.chance(0.08),
            all_first_names: draw.chance(0.08),
            married_first: draw.chance(0.6),
        }
    }

    fn kept(self, text: &str) -> String {
        let text = if self.plain { plain(text) } else { text.to_owned() };
        if self.no_hyphens { text.replace('-', " ") } else { text }
    }
}

/// Gives the person object of the designs, with every form; `rank` is null for people who are no field.
pub fn forms(person: &Person, rank: Option<usize>, style: NameStyle) -> Value {
    let first =
        style.kept(&if style.all_first_names { person.first_names.join(" ") } else { person.first().to_owned() });
    let birth = style.kept(&person.surname);
    let married = person.married.as_deref().map(|name| style.kept(name));
    let (name, name_title) = match &married {
        None => (birth.clone(), title(&birth)),
        Some(married) if style.married_first => {
            let nee = if style.plain { "nee" } else { "née" };
            (format!("{married} {nee} {birth}"), format!("{} {nee} {}", title(married), title(&birth)))
        }
        Some(married) => {
            let wife = if style.plain { "epouse" } else { "épouse" };
            (format!("{birth} {wife} {married}"), format!("{} {wife} {}", title(&birth), title(married)))
        }
    };
    let (civility, short) = match person.sex {
        Sex::F => ("Madame", "Mme"),
        Sex::M => ("Monsieur", "M."),
    };
    let born = super::dates::forms(person.born);
    let mut truth = json!({"nom": birth, "prenom": first});
    if let Some(married) = married {
        truth["nom_usage"] = married.into();
    }
    json!({
        "rang": rank,
        "nom": name,
        "prenom": first,
        "civilite": civility,
        "naissance": born["num"],
        "civ_prenom_nom": format!("{civility} {first} {name}"),
        "civ_nom_prenom": format!("{short} {name} {first}"),
        "nom_prenom": format!("{name} {first}"),
        "prenom_nom": format!("{first} {name}"),
        "majuscules": postal(&format!("{name} {first}")),
        "civ_majuscules": postal(&format!("{short} {name} {first}")),
        "titre": format!("{first} {name_title}"),
        "verite": truth,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn today() -> Date {
        Date::new(2026, 11, 23).unwrap()
    }

    #[test]
    fn lexicons_hold_what_they_should() {
        let names = Names::load();
        let surnames: BTreeSet<&String> = names.surnames.iter().flat_map(|(_, (_, names))| names).collect();
        assert!(surnames.len() >= 600, "{}", surnames.len());
        let known: BTreeSet<&str> = ALL_FIRST_NAMES.lines().collect();
        let unknown: Vec<&String> = names
            .first_names
            .iter()
            .flat_map(|(.., names)| names)
            .filter(|name| !known.contains(name.as_str()))
            .collect();
        assert!(unknown.is_empty(), "not in rules/lexicons/prenoms.txt: {unknown:?}");
        for (_, (origin, _)) in &names.surnames {
            for sex in [Sex::F, Sex::M] {
                assert!(
                    names.first_names.iter().any(|(origins, of, _)| *of == sex && origins.contains(origin)),
                    "{origin}"
                );
            }
        }
    }

    #[test]
    fn forms_of_a_married_woman() {
        let person = Person {
            sex: Sex::F,
            first_names: vec!["Anaïs".to_owned()],
            surname: "LEFÈVRE".to_owned(),
            married: Some("LE GOFF".to_owned()),
            born: Date::new(1990, 4, 3).unwrap(),
        };
        let forms = forms(&person, Some(0), NameStyle { married_first: true, ..NameStyle::default() });
        assert_eq!(forms["civ_nom_prenom"], "Mme LE GOFF née LEFÈVRE Anaïs");
        assert_eq!(forms["majuscules"], "LE GOFF NEE LEFEVRE ANAIS");
        assert_eq!(forms["titre"], "Anaïs Le Goff née Lefèvre");
        assert_eq!(forms["verite"], json!({"nom": "LEFÈVRE", "prenom": "Anaïs", "nom_usage": "LE GOFF"}));
        assert_eq!(forms["naissance"], "03/04/1990");
    }

    #[test]
    fn people_have_the_age_that_was_asked_for() {
        let names = Names::load();
        let mut draw = Draw::new(1, 1, "people");
        for _ in 0..50 {
            let person = names.person(&mut draw, today(), 18, 30);
            let age = (today().to_days() - person.born.to_days()) / 365;
            assert!((17..=31).contains(&age), "{age}");
        }
    }
}
