//! Words of acts: hours, towns, professions, names.

use crate::draw::Draw;
use crate::world::dates::number_words;
use crate::world::families::{Base, departments};
use crate::world::people::{Person, Sex};

const PROFESSIONS: &[(&str, &str)] = &[
    ("infirmière", "infirmier"),
    ("électricienne", "électricien"),
    ("aide-soignante", "aide-soignant"),
    ("vendeuse", "vendeur"),
    ("comptable", "comptable"),
    ("agente d'entretien", "agent d'entretien"),
    ("conductrice de bus", "conducteur de bus"),
    ("cuisinière", "cuisinier"),
    ("enseignante", "enseignant"),
    ("sans profession", "sans profession"),
    ("secrétaire", "secrétaire"),
    ("maçonne", "maçon"),
];

/// Draws a profession in the gender of somebody.
pub(super) fn profession(person: &Person, draw: &mut Draw) -> &'static str {
    let (feminine, masculine) = draw.one(PROFESSIONS);
    if person.sex == Sex::F { feminine } else { masculine }
}

/// Draws an hour in words.
pub(super) fn hour(draw: &mut Draw) -> String {
    let hour = draw.between(1, 23).unsigned_abs();
    let minutes = draw.between(0, 11).unsigned_abs() * 5;
    let hours = match hour {
        1 => "une heure".to_owned(),
        21 => "vingt et une heures".to_owned(),
        hour => format!("{} heures", number_words(hour)),
    };
    if minutes == 0 { hours } else { format!("{hours} {} minutes", number_words(minutes)) }
}

/// Draws a town, mostly that of the household, with the name of its department.
pub(super) fn town(base: Base<'_>, draw: &mut Draw) -> (String, String) {
    if draw.chance(0.5) {
        return own_town(base);
    }
    let commune = base.world.places.commune(draw);
    (commune.name.to_owned(), departments::of_insee(commune.insee).name().to_owned())
}

/// Gives the town of the household.
pub(super) fn own_town(base: Base<'_>) -> (String, String) {
    let commune = &base.place.commune;
    (commune.name.to_owned(), departments::of_insee(commune.insee).name().to_owned())
}

/// Draws somebody's first name and surname.
pub(super) fn somebody(base: Base<'_>, draw: &mut Draw) -> String {
    let person = base.world.names.person(draw, base.today, 24, 70);
    format!("{} {}", person.first(), person.surname)
}
