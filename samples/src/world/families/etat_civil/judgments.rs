//! Decisions of the family judge, and the civil partnership, which is none.

use super::{Registry, words};
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::figures::normal;
use crate::world::families::life::Life;
use crate::world::families::{numbers, written};
use crate::world::people::Person;
use serde_json::{Value, json};

/// Puts the three decisions and the partnership beside the rest.
pub(super) fn fill(registry: Registry<'_>, draw: &mut Draw, said: &mut Value) {
    said["divorce"] = decision(registry, draw);
    said["garde"] = decision(registry, draw);
    said["protection"] = protection(registry, draw);
    said["pacs"] = partnership(registry, draw);
}

fn decision(registry: Registry<'_>, draw: &mut Draw) -> Value {
    let (base, first) = (registry.base, registry.household.first);
    let (partner, _) = registry.partner();
    let wedding = registry.wedding();
    let date = base.today.add_days(-draw.between(8, 1_300)).max(wedding.add_days(75)).min(base.today);
    let heard = date.add_days(-draw.between(14, 56));
    let roll_year = if draw.chance(0.6) { heard.year() } else { heard.year() - 1 };
    let court = base.place.commune.name;
    let (house, elsewhere) = (base.world.places.house_in(draw, &base.place.commune), base.world.places.house(draw));
    let minors: Vec<&Person> = registry.household.children.iter().filter(|child| child.born < date).collect();
    let children: Vec<Value> = minors.iter().map(|child| registry.other(child)).collect();
    let amount = 1_000 * i64::from(draw.between(8, 32));
    let pension = (!children.is_empty() && draw.chance(0.8))
        .then(|| json!({"texte": format!("{},{:02} €", amount / 100, amount % 100), "valeur": normal(amount)}));
    let swapped = draw.chance(0.4);
    let mut parties = [registry.adult(first), registry.partner_persona()];
    let mut people = [first, &partner];
    let mut homes = [base.shared["risque"].clone(), written(&elsewhere, draw)];
    if swapped {
        parties.reverse();
        people.reverse();
        homes.reverse();
    }
    let lawyer = |draw: &mut Draw| format!("Maître {}", words::somebody(base, draw));
    json!({
        "parties": parties,
        "professions": people.map(|person| words::profession(person, &mut Life::of(person).draw("profession"))),
        "domiciles": homes,
        "avocats": [lawyer(draw), lawyer(draw)],
        "tribunal": {"ville": court, "adresse": written(&house, draw), "cour": draw.pick(&["Toulouse", "Rennes", "Douai", "Lyon", "Paris", "Versailles", "Nancy"])},
        "rg": numbers::code(&draw.pattern(&format!("{:02}/0####", roll_year.rem_euclid(100)))),
        "minute": draw.pattern(&format!("{:02}/###", date.year().rem_euclid(100))),
        "chambre": draw.pick(&["Pôle famille, 2e section", "Chambre de la famille", "Cabinet 4", "1re chambre civile"]),
        "juge": words::somebody(base, draw),
        "greffier": words::somebody(base, draw),
        "debats": forms(heard),
        "date": forms(date),
        "enfants": children,
        "pension": pension,
        "residence": draw.between(0, 2),
        "mariage": registry.marriage(),
    })
}

fn protection(registry: Registry<'_>, draw: &mut Draw) -> Value {
    let mut said = decision(registry, draw);
    let date = said["date"]["iso"].as_str().and_then(guichet_pipeline::values::Date::from_iso);
    let (months, words) = draw.one(&[(12, "douze mois"), (6, "six mois")]);
    said["duree"] = words.into();
    said["expire"] = date.map(|date| forms(date.add_months(months).add_days(-1))).into();
    said
}

/// The partners are not the spouses of the other papers.
fn partnership(registry: Registry<'_>, draw: &mut Draw) -> Value {
    let base = registry.base;
    let two = [0, 1].map(|_| base.world.names.person(draw, base.today, 24, 55));
    let youngest = two[0].born.max(two[1].born);
    let date = youngest.add_months(19 * 12).add_days(draw.between(10, 2_000)).min(base.today.add_days(-20));
    let insee = base.place.commune.insee;
    json!({
        "partenaires": [registry.other(&two[0]), registry.other(&two[1])],
        "date": forms(date),
        "numero": numbers::code(&format!("{insee} {}", draw.pattern("######"))),
        "commune": base.place.commune.name,
        "residence": base.shared["risque"].clone(),
    })
}
