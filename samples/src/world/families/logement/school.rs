//! Certificates of schools, universities and training centres.

use super::Home;
use super::lists::{one_of, text};
use super::parties::{birthplace, with_birth};
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::calendar::age;
use crate::world::families::household::Household;
use crate::world::families::{numbers, written};
use crate::world::people::{self, NameStyle, Person};
use crate::world::places::telephone;
use crate::world::text::slug;
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

const ACADEMIES: &[&str] = &["Toulouse", "Lille", "Rennes", "Lyon", "Créteil", "Nantes", "Bordeaux", "Aix-Marseille"];

/// Share of certificates of an earlier year.
const OLD_SHARE: f64 = 0.15;

/// Gives `d.logement.scolarite`.
pub(super) fn fill(home: Home<'_>, draw: &mut Draw) -> Value {
    let today = home.base.today;
    let current = if today.month() >= 9 { today.year() } else { today.year() - 1 };
    let year = if home.base.is_old(OLD_SHARE, draw) { current - draw.between(1, 2) } else { current };
    let from = Date::new(year, 9, 1).unwrap_or(today);
    let latest = today.min(Date::new(year + 1, 6, 30).unwrap_or(today));
    let issued = from.add_days(draw.between(0, (latest.to_days() - from.to_days()).max(1)));
    let next = year + 1;
    json!({
        "annee": {
            "valeur": format!("{year}-{next}"),
            "tiret": format!("{year}-{next}"),
            "barre": format!("{year}/{next}"),
            "espace": format!("{year} - {next}"),
            "court": format!("{year}/{:02}", next % 100),
        },
        "emission": forms(issued),
        "ville": home.base.place.commune.name,
        "ecole": school(home, from, draw),
        "universite": university(home, from, draw),
        "alternance": sandwich(home, from, draw),
        "cvec": {
            "numero": format!("{} {} {}", draw.pattern("@@@#"), draw.pattern("@@@@@#"), draw.pattern("##")),
            "montant": home.figures.euros(10_500),
            "date": forms(from.add_days(-draw.between(1, 70))),
        },
    })
}

/// Gives the pupil's person with school numbers.
fn pupil(home: Home<'_>, person: &Person, rank: Option<usize>, draw: &mut Draw) -> Value {
    let said = match rank {
        Some(rank) => home.base.shared["assures"][rank].clone(),
        None => people::forms(person, None, NameStyle::default()),
    };
    let mut said = with_birth(home, person, said);
    said["naissance_lieu"] = birthplace(home, person).into();
    said["ine"] = draw.pattern_of(&["#########@@", "##########@"]).into();
    said["numero"] = draw.pattern("########").into();
    said
}

fn establishment(home: Home<'_>, name: &str, draw: &mut Draw) -> Value {
    let place = home.base.world.places.house_in(draw, &home.base.place.commune);
    let site = format!("{}.example", slug(name).chars().take(40).collect::<String>().trim_end_matches('-'));
    json!({
        "nom": name,
        "adresse": written(&place, draw),
        "telephone": telephone(draw, place.postcode),
        "site": format!("www.{site}"),
        "email": format!("contact@{site}"),
        "siret": numbers::spaced(&numbers::siret(draw).1, &[3, 3, 3, 5]),
        "uai": draw.pattern("0######@"),
        "academie": draw.pick(ACADEMIES),
    })
}

fn head(home: Home<'_>, title: &str, draw: &mut Draw) -> Value {
    let person = home.base.world.names.person(draw, home.base.today, 35, 64);
    let initial = person.first().chars().next().unwrap_or('A');
    json!({"titre": title, "nom": format!("{initial}. {}", person.surname)})
}

/// Ages of the classes of a school of the list, by the beginning of its name.
fn ages(name: &str) -> (i32, i32) {
    match name.split(' ').next() {
        Some("Collège") => (11, 15),
        Some("Lycée") => (15, 17),
        _ if name.contains("maternelle") => (3, 5),
        _ => (6, 10),
    }
}

fn school(home: Home<'_>, from: Date, draw: &mut Draw) -> Value {
    let household = Household::of(home.base.world, home.base.people, home.base.today);
    let school = home.lists.object(draw, "ecoles");
    let (low, high) = ages(text(&school["nom"]));
    let own = household.children.iter().find(|child| (low..=high).contains(&age(child.born, from)));
    let child = own.cloned().unwrap_or_else(|| {
        let surname = home.base.people[0].surname.clone();
        home.base.world.names.relative(draw, surname, "france", from, (low, high))
    });
    let class = one_of(draw, &school, "niveaux");
    json!({
        "etablissement": establishment(home, text(&school["nom"]), draw),
        "eleve": pupil(home, &child, None, draw),
        "classe": class,
        "regime": draw.pick(&["externe", "demi-pensionnaire", "interne"]),
        "chef": head(home, text(&school["chef"]), draw),
        "entree": forms(from),
    })
}

/// Gives a student: one of the household if young enough, else a grown-up child.
fn student(home: Home<'_>, ages: (i32, i32), draw: &mut Draw) -> (Person, Option<usize>) {
    let people = home.base.people;
    let fits = |person: &Person| (ages.0..=ages.1 + 6).contains(&age(person.born, home.base.today));
    if let Some(rank) = people.iter().position(fits) {
        return (people[rank].clone(), Some(rank));
    }
    let surname = people[0].surname.clone();
    (home.base.world.names.relative(draw, surname, "france", home.base.today, ages), None)
}

fn university(home: Home<'_>, from: Date, draw: &mut Draw) -> Value {
    let university = home.lists.object(draw, "universites");
    let (person, rank) = student(home, (18, 25), draw);
    let course = one_of(draw, &university, "formations");
    json!({
        "etablissement": establishment(home, text(&university["nom"]), draw),
        "eleve": pupil(home, &person, rank, draw),
        "composante": university["composante"],
        "formation": course,
        "chef": head(home, draw.one(&["la présidente de l'université", "le directeur de la scolarité"]), draw),
        "entree": forms(from.add_days(draw.between(2, 20))),
        "validite": forms(from.add_months(12).add_days(29)),
    })
}

fn sandwich(home: Home<'_>, from: Date, draw: &mut Draw) -> Value {
    let centre = home.lists.object(draw, "cfa");
    let (person, rank) = student(home, (16, 24), draw);
    let diploma = one_of(draw, &centre, "diplomes");
    json!({
        "etablissement": establishment(home, text(&centre["nom"]), draw),
        "eleve": pupil(home, &person, rank, draw),
        "diplome": diploma,
        "entreprise": home.lists.text(draw, &["entreprises"]),
        "contrat": draw.pick(&["contrat d'apprentissage", "contrat de professionnalisation"]),
        "debut": forms(from),
        "fin": forms(from.add_months(24).add_days(-1)),
        "rythme": draw.pick(&["deux jours par semaine en centre", "une semaine sur trois en centre", "quinze jours par mois"]),
        "heures": draw.pick(&["435", "400", "455", "675"]),
        "chef": head(home, draw.one(&["le directeur du centre", "la directrice du centre"]), draw),
    })
}
