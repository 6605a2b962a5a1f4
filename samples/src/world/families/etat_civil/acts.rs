//! Records of birth, marriage and death.

use super::{Registry, words};
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::departments;
use crate::world::families::life::{Citizen, Life};
use crate::world::families::written;
use crate::world::people::{Person, Sex};
use crate::world::text::title;
use serde_json::{Value, json};

/// Puts the three records beside the rest.
pub(super) fn fill(registry: Registry<'_>, draw: &mut Draw, said: &mut Value) {
    said["naissance"] = birth(registry, draw);
    said["noces"] = wedding(registry, draw);
    said["deces"] = death(registry, draw);
}

fn birth(registry: Registry<'_>, draw: &mut Draw) -> Value {
    let (base, household) = (registry.base, registry.household);
    let child = household.children.first().filter(|_| draw.chance(0.5));
    let (person, persona) = match child {
        Some(child) => (child, registry.other(child)),
        None => {
            let adult = &base.people[draw.below(base.people.len())];
            (adult, registry.adult(adult))
        }
    };
    let citizen = if child.is_some() { Citizen::French } else { Citizen::Own };
    let place = Life::of(person).birthplace(base.world, citizen);
    let department = match &place.department {
        Some(code) => departments::of_insee(&format!("{code}000")).name().to_owned(),
        None => place.country.to_owned(),
    };
    let parents: Vec<Value> = if child.is_some() {
        let mut parents = vec![(household.first.clone(), registry.adult(household.first))];
        parents.extend(household.partner.map(|partner| (partner.clone(), registry.adult(partner))));
        parents
            .into_iter()
            .map(|(parent, said)| json!({"personne": said, "profession": words::profession(&parent, draw)}))
            .collect()
    } else {
        ancestors(registry, person, draw)
    };
    let mut mentions: Vec<String> = Vec::new();
    if draw.chance(0.2) {
        mentions.push(format!("Reconnu à {} le {}.", title(&place.commune), text(person.born.add_days(-40))));
    }
    if child.is_none() && draw.chance(0.35) {
        mentions.push(format!("Mariage célébré à {} le {}.", base.place.commune.name, text(registry.wedding())));
    }
    json!({
        "personne": persona,
        "heure": words::hour(draw),
        "numero": draw.between(12, 4_800).to_string(),
        "commune": title(&place.commune),
        "departement": department,
        "annee": person.born.year().to_string(),
        "dresse": forms(person.born.add_days(draw.between(0, 5))),
        "parents": parents,
        "domicile": base.shared["risque"].clone(),
        "declarant": draw.pick(&["père", "sage-femme"]),
        "mentions": mentions,
    })
}

fn text(day: guichet_pipeline::values::Date) -> String {
    forms(day)["long"].as_str().unwrap_or_default().to_owned()
}

/// Invents father and mother of an adult.
fn ancestors(registry: Registry<'_>, person: &Person, draw: &mut Draw) -> Vec<Value> {
    let base = registry.base;
    let born = |draw: &mut Draw| person.born.add_days(-draw.between(20 * 365, 38 * 365));
    let (surname, origin) = base.world.names.surname(draw);
    let mother = Person {
        sex: Sex::F,
        first_names: vec![base.world.names.first_name(draw, &origin, Sex::F)],
        surname,
        married: None,
        born: born(draw),
    };
    let father = Person {
        sex: Sex::M,
        first_names: vec![base.world.names.first_name(draw, &origin, Sex::M)],
        surname: person.surname.clone(),
        married: None,
        born: born(draw),
    };
    let known = if draw.chance(0.9) { vec![father, mother] } else { vec![mother] };
    known
        .into_iter()
        .map(|parent| json!({"personne": registry.other(&parent), "profession": words::profession(&parent, draw)}))
        .collect()
}

fn wedding(registry: Registry<'_>, draw: &mut Draw) -> Value {
    let (base, first) = (registry.base, registry.household.first);
    let (partner, _) = registry.partner();
    let mut said = registry.marriage();
    let parents = |surname: &str, draw: &mut Draw| -> Value {
        let father = format!("{} {surname}", base.world.names.first_name(draw, "france", Sex::M));
        let mother = words::somebody(base, draw);
        json!([draw.chance(0.92).then_some(father), draw.chance(0.96).then_some(mother)])
    };
    let divorced = draw.chance(0.12).then(|| {
        format!(
            "Divorcés par jugement du tribunal judiciaire de {} du {}.",
            base.place.commune.name,
            text(base.today.add_days(-draw.between(60, 400)).max(registry.wedding().add_days(100)))
        )
    });
    let notary = format!("qu'un contrat de mariage a été reçu par Maître {}", words::somebody(base, draw));
    let more = json!({
        "epoux": [registry.adult(first), registry.partner_persona()],
        "professions": [words::profession(first, draw), words::profession(&partner, draw)],
        "domicile": base.shared["risque"].clone(),
        "parents": [parents(&first.surname, draw), parents(&partner.surname, draw)],
        "temoins": [words::somebody(base, draw), words::somebody(base, draw)],
        "divorce": divorced,
        "contrat": draw.chance(0.2).then_some(notary),
    });
    if let (Value::Object(said), Value::Object(more)) = (&mut said, more) {
        said.extend(more);
    }
    said
}

fn death(registry: Registry<'_>, draw: &mut Draw) -> Value {
    let (base, first) = (registry.base, registry.household.first);
    let person = base.world.names.relative(draw, first.surname.clone(), "france", base.today, (61, 97));
    let date = base.today.add_days(-draw.between(10, 1_400));
    let (town, department) = words::town(base, draw);
    let female = person.sex == Sex::F;
    let spouse = draw.chance(0.5).then(|| {
        let sex = if female { Sex::M } else { Sex::F };
        let (surname, origin) = base.world.names.surname(draw);
        Person {
            sex,
            first_names: vec![base.world.names.first_name(draw, &origin, sex)],
            surname,
            married: None,
            born: person.born.add_days(draw.between(-1_500, 1_500)),
        }
    });
    let widow_of = (spouse.is_none() && draw.chance(0.6)).then(|| words::somebody(base, draw));
    let declared = match &spouse {
        Some(spouse) => {
            let words = if spouse.sex == Sex::F { "épouse" } else { "époux" };
            format!(
                "{} {}, {words} {}",
                spouse.first(),
                spouse.surname,
                if female { "de la défunte" } else { "du défunt" }
            )
        }
        None => format!("{}, employé des pompes funèbres", words::somebody(base, draw)),
    };
    let house = base.world.places.house_in(draw, &base.place.commune);
    json!({
        "personne": registry.other(&person),
        "date": forms(date),
        "heure": words::hour(draw),
        "numero": draw.between(4, 2_400).to_string(),
        "commune": town,
        "departement": department,
        "domicile": written(&house, draw),
        "profession": if female { "retraitée" } else { "retraité" },
        "conjoint": spouse.as_ref().map(|spouse| registry.other(spouse)),
        "veuf_de": widow_of,
        "pere": format!("{} {}", base.world.names.first_name(draw, "france", Sex::M), person.surname),
        "mere": words::somebody(base, draw),
        "declarant": declared,
        "dresse": forms(date.add_days(draw.between(0, 2))),
    })
}
