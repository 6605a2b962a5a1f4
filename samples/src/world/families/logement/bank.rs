//! Bank details, with their keys.

use super::Home;
use super::lists::text;
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::{numbers, written};
use crate::world::places::telephone;
use crate::world::text::{postal, slug};
use serde_json::{Value, json};

/// Gives `d.logement.rib`: the account of the first of the household, the same on every paper.
pub(super) fn fill(home: Home<'_>, draw: &mut Draw) -> Value {
    let mut fixed = home.fixed("bank");
    let bank = home.lists.object(&mut fixed, "banques");
    let account = numbers::Account::draw(&mut fixed, text(&bank["code"]));
    let iban = account.iban();
    let (head, branch) = (
        home.base.world.places.house(&mut fixed),
        home.base.world.places.house_in(&mut fixed, &home.base.place.commune),
    );
    let commune = home.base.place.commune.name;
    let place: String = postal(&format!("{} {commune}", text(&bank["nom"]))).chars().take(24).collect();
    json!({
        "banque": {
            "nom": bank["nom"],
            "adresse": written(&head, &mut fixed),
            "telephone": fixed.pattern("09 69 39 ## ##"),
            "site": format!("www.{}.example", slug(text(&bank["nom"]))),
            "siren": numbers::siren_text(&numbers::siret(&mut fixed).0),
            "rcs": head.commune.name.to_uppercase(),
            "capital": format!("{} {:03} 000 €", fixed.between(2, 900), fixed.between(0, 999)),
            "agence": format!("{commune} {}", branch.street.name.split(' ').next_back().unwrap_or_default()),
            "agence_adresse": written(&branch, &mut fixed),
            "agence_telephone": telephone(&mut fixed, branch.postcode),
        },
        "iban": {"texte": numbers::spaced(&iban, &[4, 4, 4, 4, 4, 4]), "nu": iban},
        "bic": bank["bic"],
        "code_banque": account.bank,
        "code_guichet": account.branch,
        "compte": account.account,
        "cle": account.key,
        "domiciliation": place.trim_end(),
        "libelle": fixed.pick(&["Compte chèques", "Compte de dépôt", "Compte courant particulier"]),
        "joint": home.base.people.len() > 1 && draw.chance(0.4),
        "edition": forms(home.base.today.add_days(-draw.between(1, 200))),
    })
}
