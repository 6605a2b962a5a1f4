//! Public bodies that pay: their names, addresses and who signs for them.

use super::Office;
use crate::draw::Draw;
use crate::world::families::{departments, written};
use serde_json::{Value, json};

const SIGNERS: &[&str] = &["La directrice", "Le directeur", "La responsable du service", "Le directeur adjoint"];
const REGIONS: &[&str] = &[
    "Bretagne",
    "Nord-Picardie",
    "Sud-Est",
    "Midi-Pyrénées",
    "Rhône-Alpes",
    "Pays de la Loire",
    "Centre-Ouest",
    "Normandie",
    "Alsace-Moselle",
    "Centre-Val de Loire",
];

/// Gives a body of that name.
pub(super) fn body(office: Office<'_>, name: String, short: Option<String>, telephone: &str, draw: &mut Draw) -> Value {
    let place = office.base.world.places.house_in(draw, &office.base.place.commune);
    let person = office.base.world.names.person(draw, office.base.today, 32, 63);
    json!({
        "nom": name,
        "court": short,
        "adresse": written(&place, draw),
        "telephone": telephone,
        "responsable": format!("{} {}", person.first(), person.surname),
        "fonction": draw.pick(SIGNERS),
    })
}

/// Gives "de la Haute-Garonne".
fn here(office: Office<'_>) -> departments::Department {
    departments::of_insee(office.base.place.commune.insee)
}

/// Gives the family fund of the department.
pub(super) fn family_fund(office: Office<'_>, short: bool, draw: &mut Draw) -> Value {
    let of = here(office).of;
    let name = format!("Caisse d'allocations familiales {of}");
    body(office, name, short.then(|| format!("Caf {of}")), "3230", draw)
}

/// Gives the farmers' fund.
pub(super) fn farmers_fund(office: Office<'_>, draw: &mut Draw) -> Value {
    let region =
        draw.one(&["Midi-Pyrénées Sud", "Ain-Rhône", "Armorique", "Picardie", "Grand Sud", "Portes de Bretagne"]);
    body(office, format!("Mutualité sociale agricole {region}"), Some("MSA".to_owned()), "05 36 49 12 34", draw)
}

/// Gives the pension fund of private employees, region by region.
pub(super) fn pension_fund(office: Office<'_>, draw: &mut Draw) -> Value {
    let region = draw.one(REGIONS);
    body(office, format!("Carsat {region}"), None, "3960", draw)
}

/// Gives a fund of supplementary pensions.
pub(super) fn supplementary_fund(office: Office<'_>, draw: &mut Draw) -> Value {
    let name = draw.one(&[
        "AG2R Agirc-Arrco",
        "Malakoff Humanis Agirc-Arrco",
        "Klesia Agirc-Arrco",
        "Pro BTP Agirc-Arrco",
        "IRP Auto",
    ]);
    body(office, name.to_owned(), None, "0 970 660 660", draw)
}

/// Gives who pays civil pensions.
pub(super) fn civil_fund(office: Office<'_>, draw: &mut Draw) -> Value {
    let name = draw.one(&[
        "CNRACL",
        "Service des retraites de l'État",
        "Direction régionale des finances publiques, centre de gestion des retraites",
        "Ircantec",
    ]);
    body(office, name.to_owned(), None, "05 36 49 24 24", draw)
}

/// Gives the health insurance fund of the department.
pub(super) fn health_fund(office: Office<'_>, short: bool, draw: &mut Draw) -> Value {
    let name = format!("Caisse primaire d'assurance maladie {}", here(office).of);
    body(office, name, short.then(|| "CPAM".to_owned()), "3646", draw)
}

/// Gives the house of disabled people of the department.
pub(super) fn disability_house(office: Office<'_>, draw: &mut Draw) -> Value {
    let department = here(office);
    let name = format!("Maison départementale des personnes handicapées {}", department.of);
    body(office, name, Some(format!("MDPH {}", department.code)), "0 800 31 01 31", draw)
}
