//! Employers: companies, public bodies, private persons.

use super::trades::{COLLECTORS, SIGNERS, Trade};
use crate::draw::Draw;
use crate::world::families::{Base, departments, numbers, written};
use crate::world::places::telephone;
use crate::world::text::title;
use serde_json::{Value, json};

/// Legal forms with their weights; the first says none.
const FORMS: &[(f64, Option<&str>)] = &[
    (2.0, None),
    (4.0, Some("SAS")),
    (4.0, Some("SARL")),
    (1.5, Some("SASU")),
    (1.5, Some("SA")),
    (1.0, Some("EURL")),
];

/// Draws a company of a trade.
pub(super) fn company(base: Base<'_>, trade: &Trade, draw: &mut Draw) -> Value {
    let pattern = draw.one(trade.names);
    let surname = title(&base.world.names.surname(draw).0);
    let name = pattern.replace("{}", &surname);
    let form = *draw.weighted(FORMS);
    let shown = match (form, draw.below(10)) {
        (Some(form), 0..=2) => format!("{form} {name}"),
        (Some(form), 3..=5) => format!("{name} {form}"),
        _ => name.clone(),
    };
    let shown = if draw.chance(0.3) { shown.to_uppercase() } else { shown };
    let brand = draw.chance(0.4).then(|| name.split(' ').find(|word| word.chars().count() > 4).map(str::to_uppercase));
    let mut employer = office(base, trade, shown, draw);
    employer["forme"] = json!(form);
    employer["enseigne"] = json!(brand.flatten());
    employer["convention"] = trade.agreement.into();
    employer
}

/// Draws a public body.
pub(super) fn public_body(base: Base<'_>, trade: &Trade, draw: &mut Draw) -> Value {
    let town = base.world.places.commune(draw);
    let name = draw.one(trade.names).replace("{}", &departments::of_town(town.name));
    office(base, trade, name, draw)
}

/// Draws a person who employs somebody at home.
pub(super) fn household(base: Base<'_>, draw: &mut Draw) -> Value {
    let person = base.world.names.person(draw, base.today, 27, 84);
    let name = crate::world::people::forms(&person, None, crate::world::people::NameStyle::default());
    let place = base.world.places.house_in(draw, &base.place.commune);
    json!({
        "nom": name["civ_prenom_nom"],
        "enseigne": null,
        "forme": null,
        "adresse": written(&place, draw),
        "siret": null,
        "siren": null,
        "ape": null,
        "convention": "Particuliers employeurs et emploi à domicile (IDCC 3239)",
        "urssaf": null,
        "telephone": null,
        "representant": {"nom": name["prenom_nom"], "qualite": "employeur"},
        "numero": draw.pattern("@#########"),
    })
}

fn office(base: Base<'_>, trade: &Trade, name: String, draw: &mut Draw) -> Value {
    let near = draw.chance(0.6);
    let place =
        if near { base.world.places.house_in(draw, &base.place.commune) } else { base.world.places.house(draw) };
    let (siren, siret) = numbers::siret(draw);
    let printed = match draw.below(4) {
        0 => siret.clone(),
        1 => numbers::spaced(&siret, &[9, 5]),
        _ => numbers::spaced(&siret, &[3, 3, 3, 5]),
    };
    let activity = trade.activity;
    let activity =
        if draw.chance(0.3) { format!("{}.{}", &activity[..2], &activity[2..]) } else { activity.to_owned() };
    json!({
        "nom": name,
        "enseigne": null,
        "forme": null,
        "adresse": written(&place, draw),
        "siret": {"texte": printed, "valeur": siret},
        "siren": numbers::siren_text(&siren),
        "ape": activity,
        "convention": null,
        "urssaf": {"organisme": draw.pick(COLLECTORS), "numero": draw.pattern("### ##########")},
        "telephone": draw.chance(0.5).then(|| telephone(draw, place.postcode)),
        "representant": {"nom": somebody(base, draw), "qualite": draw.pick(SIGNERS)},
        "numero": null,
    })
}

/// Draws somebody's first name and surname.
pub(super) fn somebody(base: Base<'_>, draw: &mut Draw) -> String {
    let person = base.world.names.person(draw, base.today, 25, 62);
    format!("{} {}", person.first(), person.surname)
}
