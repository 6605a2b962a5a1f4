//! Who stands on housing papers beside the household: companies, owners, agencies, hosts.

use super::Home;
use super::lists::text;
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::life::{Citizen, Life};
use crate::world::families::{numbers, written};
use crate::world::people::{self, NameStyle, Person};
use crate::world::places::{mailbox, mobile, telephone};
use crate::world::text::{slug, title};
use serde_json::{Value, json};

/// Draws a company by its brand and its name.
pub(super) fn company(home: Home<'_>, brand: &str, name: &str, draw: &mut Draw) -> Value {
    let place = home.base.world.places.house(draw);
    let (siren, siret) = numbers::siret(draw);
    let site = format!("{}.example", slug(brand));
    let vat = (12 + 3 * (siren.parse::<u64>().unwrap_or(0) % 97)) % 97;
    json!({
        "marque": brand,
        "societe": name,
        "adresse": written(&place, draw),
        "telephone": draw.pattern("09 69 39 ## ##"),
        "site": format!("www.{site}"),
        "email": format!("service-client@{site}"),
        "siren": numbers::siren_text(&siren),
        "siret": numbers::spaced(&siret, &[3, 3, 3, 5]),
        "rcs": place.commune.name.to_uppercase(),
        "capital": format!("{} {:03} 000 €", draw.between(1, 90), draw.between(0, 999)),
        "tva_intra": format!("FR{vat:02} {}", numbers::siren_text(&siren)),
    })
}

/// Gives somebody outside the household with telephone and mailbox.
pub(super) fn contact(person: &Person, draw: &mut Draw) -> Value {
    let mut said = people::forms(person, None, NameStyle::default());
    said["telephone"] = mobile(draw).into();
    said["email"] = mailbox(person.first(), &person.surname).into();
    said
}

/// Adds the day and the place of birth.
pub(super) fn with_birth(home: Home<'_>, person: &Person, mut said: Value) -> Value {
    said["naissance_date"] = forms(person.born);
    said["naissance_lieu"] = birthplace(home, person).into();
    said
}

/// Gives where somebody was born: "Albi (81)".
pub(super) fn birthplace(home: Home<'_>, person: &Person) -> String {
    let place = Life::of(person).birthplace(home.base.world, Citizen::Own);
    let town = title(&place.commune);
    format!("{town} ({})", place.department.as_deref().unwrap_or(place.country))
}

/// Puts the landlords beside the rest: what the social one lacks, a private owner, a company of owners, an agency, a home.
pub(super) fn landlords(home: Home<'_>, draw: &mut Draw, said: &mut Value) {
    let (world, lists) = (home.base.world, home.lists);
    let (siren, siret) = numbers::siret(draw);
    let name = text(&home.base.shared["bailleur"]["nom"]);
    let office = world.places.house_in(draw, &home.base.place.commune);
    said["organisme"] = json!({
        "forme": lists.object(draw, "organismes")["forme"],
        "siren": numbers::siren_text(&siren),
        "siret": numbers::spaced(&siret, &[3, 3, 3, 5]),
        "site": format!("www.{}.example", slug(name)),
        "agence": {
            "nom": format!("Agence {}", draw.pick(&["Sud-Est", "Centre", "Nord", "des Coteaux", "Rive gauche", "du Parc"])),
            "adresse": written(&office, draw),
            "telephone": telephone(draw, office.postcode),
        },
        "gestionnaire": manager(home, draw),
        "signataire": draw.pick(&["Le directeur général", "La directrice de la gestion locative", "Le responsable d'agence", "La cheffe de service"]),
        "horaires": draw.pick(&[
            "du lundi au vendredi de 8 h 30 à 12 h et de 13 h 30 à 17 h",
            "du lundi au jeudi de 9 h à 12 h 30",
            "du lundi au vendredi de 9 h à 17 h, sauf le mardi matin",
        ]),
    });
    let owner = home.owner();
    let mut contact = contact(&owner, draw);
    contact["adresse"] = written(&world.places.house(draw), draw);
    said["proprietaire"] = contact;
    let manager = world.names.person(draw, home.base.today, 35, 75);
    said["sci"] = json!({
        "nom": lists.text(draw, &["sci"]),
        "gerant": people::forms(&manager, None, NameStyle::default()),
        "adresse": written(&world.places.house(draw), draw),
        "siren": numbers::siren_text(&numbers::siret(draw).0),
    });
    said["agence"] = agency(home, draw);
    let residence = lists.object(draw, "residences");
    said["residence"] = json!({
        "nom": residence["nom"],
        "gestionnaire": residence["gestionnaire"],
        "adresse": written(&world.places.house_in(draw, &home.base.place.commune), draw),
        "telephone": telephone(draw, home.base.place.postcode),
        "chambre": draw.pattern_of(&["@-##", "@ ###", "###"]),
    });
}

fn manager(home: Home<'_>, draw: &mut Draw) -> String {
    let person = home.base.world.names.person(draw, home.base.today, 25, 60);
    text(&people::forms(&person, None, NameStyle::default())["civ_prenom_nom"])
        .replace("Madame", "Mme")
        .replace("Monsieur", "M.")
}

fn agency(home: Home<'_>, draw: &mut Draw) -> Value {
    let name = home.lists.text(draw, &["agences"]);
    let place = home.base.world.places.house_in(draw, &home.base.place.commune);
    let site = format!("{}.example", slug(&name));
    json!({
        "nom": name,
        "adresse": written(&place, draw),
        "telephone": telephone(draw, place.postcode),
        "email": format!("gestion@{site}"),
        "site": format!("www.{site}"),
        "siret": numbers::spaced(&numbers::siret(draw).1, &[3, 3, 3, 5]),
        "carte": draw.pattern("CPI #### 20## 000 0## ###"),
        "mandat": draw.pattern("####"),
    })
}
