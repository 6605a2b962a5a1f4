//! A month's rent, of a social landlord and of a private one; and the lease that it comes from.

use super::Home;
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::calendar::{first_of, last_of, month};
use crate::world::families::figures::{Cents, in_words, share};
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// What the household pays, the same on every paper.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rent {
    social: Cents,
    private: Cents,
    charges: Cents,
}

impl Rent {
    /// Gives the rent of the household.
    pub(super) fn of(home: Home<'_>) -> Self {
        let mut draw = home.fixed("rent");
        Self {
            social: Cents::from(draw.between(24_000, 62_000)),
            private: Cents::from(draw.between(38_000, 99_000)),
            charges: Cents::from(draw.between(3_500, 16_000)),
        }
    }
}

/// Puts the months, both rents and the lease beside the rest.
pub(super) fn fill(home: Home<'_>, draw: &mut Draw, said: &mut Value) {
    let back = home.base.back(&[(8.0, 1), (3.0, 2), (2.0, 3), (0.6, 5), (0.4, 9)], draw);
    let paid = first_of(home.base.today).add_months(-back);
    let months = |first: Date| {
        let mut said = month(first);
        // These papers keep the accents of capitals.
        said["majuscules"] = said["texte"].as_str().unwrap_or_default().to_uppercase().into();
        said
    };
    said["mois"] = months(paid);
    said["mois_precedent"] = months(paid.add_months(-1));
    let rent = Rent::of(home);
    said["loyer_hlm"] = social(home, rent, paid, draw);
    said["loyer_libre"] = private(home, rent, paid, draw);
    said["bail"] = lease(home, rent, draw);
}

/// What the papers of a month have in common.
fn account(home: Home<'_>, paid: Date, draw: &mut Draw) -> Value {
    let mut fixed = home.fixed("account");
    let payment = paid.add_days(draw.between(1, 12));
    json!({
        "reference_locataire": fixed.pattern_of(&["L/######/##", "########", "@####-##", "### ### ###"]),
        "numero": draw.pattern(&format!("{}{:02}######", paid.year(), paid.month())),
        "appel": forms(paid.add_days(-draw.between(3, 10))),
        "echeance": forms(paid.add_days(4)),
        "paiement": forms(payment),
        "emission": forms(last_of(paid).add_days(draw.between(1, 8)).min(home.base.today)),
        "mode": draw.pick(&["prélèvement automatique", "virement", "chèque", "carte bancaire"]),
    })
}

fn social(home: Home<'_>, rent: Rent, paid: Date, draw: &mut Draw) -> Value {
    let lists = home.lists;
    let word = |draw: &mut Draw, nature: &str| lists.text(draw, &["lignes_loyer", nature]);
    let mut lines: Vec<(&str, String, Cents)> = vec![("loyer", word(draw, "loyer"), rent.social)];
    let annexes = *draw.weighted(&[(6.0, 0), (3.0, 1), (1.0, 2)]);
    for label in lists.several(draw, &["lignes_loyer", "annexe"], annexes) {
        lines.push(("annexe", label, Cents::from(draw.between(900, 5_200))));
    }
    let parts = usize::try_from(draw.between(1, 6)).unwrap_or(1);
    let labels = lists.several(draw, &["lignes_loyer", "charges"], parts);
    let mut left = rent.charges;
    for (at, label) in labels.iter().enumerate() {
        let last = at + 1 == labels.len();
        let part = if last { left } else { share(left, i64::from(draw.between(1_500, 5_000))) };
        left -= part;
        lines.push(("charges", label.clone(), part));
    }
    for (nature, chance, low, high) in [("taxe", 0.4, 700, 2_400), ("assurance", 0.2, 250, 900)] {
        if draw.chance(chance) {
            lines.push((nature, word(draw, nature), Cents::from(draw.between(low, high))));
        }
    }
    let gross: Cents = lines.iter().map(|(.., amount)| amount).sum();
    let reduction = draw.chance(0.35).then(|| Cents::from(draw.between(2_200, 5_900)));
    let aid = draw.chance(0.5).then(|| share(gross, i64::from(draw.between(1_500, 5_500))));
    for (nature, amount) in [("reduction", reduction), ("aide", aid)] {
        if let Some(amount) = amount {
            lines.push((nature, word(draw, nature), -amount));
        }
    }
    let net = gross - reduction.unwrap_or(0) - aid.unwrap_or(0);
    let arrears = draw.chance(0.15).then(|| Cents::from(draw.between(2_000, 90_000)));
    let euros = |cents: Cents| home.figures.euros(cents);
    let rows: Vec<Value> = lines
        .into_iter()
        .map(|(nature, label, amount)| {
            json!({"code": draw.pattern("###"), "libelle": label, "montant": euros(amount), "nature": nature})
        })
        .collect();
    let mut said = account(home, paid, draw);
    extend(
        &mut said,
        json!({
            "lignes": rows,
            "hors_charges": euros(rent.social),
            "charges": euros(rent.charges),
            "brut": euros(gross),
            "reduction": reduction.map(euros),
            "aide": aid.map(euros),
            "net": euros(net),
            "net_lettres": in_words(net),
            "solde_precedent": arrears.map(euros),
            "a_payer": euros(net + arrears.unwrap_or(0)),
        }),
    );
    said
}

fn private(home: Home<'_>, rent: Rent, paid: Date, draw: &mut Draw) -> Value {
    let euros = |cents: Cents| home.figures.euros(cents);
    let mut others: Vec<(&str, Cents)> = Vec::new();
    for label in ["Emplacement de stationnement", "Taxe d'enlèvement des ordures ménagères"] {
        if draw.chance(0.25) {
            others.push((label, Cents::from(draw.between(800, 6_500))));
        }
    }
    let total = rent.private + rent.charges + others.iter().map(|(_, amount)| amount).sum::<Cents>();
    let rows: Vec<Value> =
        others.iter().map(|(label, amount)| json!({"libelle": label, "montant": euros(*amount)})).collect();
    let mut said = account(home, paid, draw);
    extend(
        &mut said,
        json!({
            "hors_charges": euros(rent.private),
            "charges": euros(rent.charges),
            "autres": rows,
            "total": euros(total),
            "total_lettres": in_words(total),
            "hors_charges_lettres": in_words(rent.private),
        }),
    );
    said
}

fn lease(home: Home<'_>, rent: Rent, draw: &mut Draw) -> Value {
    let (lists, mut fixed) = (home.lists, home.fixed("lease"));
    let euros = |cents: Cents| home.figures.euros(cents);
    let first = first_of(home.base.today).add_months(-fixed.between(4, 96));
    let start = if fixed.chance(0.6) { first } else { first.add_days(fixed.between(1, 24)) };
    let (words, years) = if fixed.chance(0.7) { ("trois ans", 3) } else { ("six ans", 6) };
    let amended = start.add_months(draw.between(2, 40)).min(home.base.today.add_days(-20)).max(start.add_days(30));
    let count = |draw: &mut Draw, low: i32, high: i32| usize::try_from(draw.between(low, high)).unwrap_or(0);
    let (annexes, equipment, furniture) = (count(draw, 0, 3), count(draw, 3, 6), count(draw, 8, 13));
    let annex_list = [
        format!("Cave n° {}", draw.between(1, 60)),
        format!("Parking n° {}", draw.between(1, 90)),
        "Jardin privatif".to_owned(),
    ];
    json!({
        "date_effet": forms(start),
        "date_signature": forms(start.add_days(-fixed.between(0, 21))),
        "duree": words,
        "date_fin": forms(start.add_months(12 * years).add_days(-1)),
        "depot": euros(rent.private),
        "depot_hlm": euros(rent.social),
        "honoraires": draw.chance(0.5).then(|| euros(Cents::from(draw.between(15_000, 48_000)))),
        "dernier_loyer": draw.chance(0.5).then(|| euros(share(rent.private, 9_700))),
        "irl": {
            "trimestre": format!("{} trimestre {}", draw.pick(&["1er", "2e", "3e", "4e"]), start.year() - 1),
            "indice": format!("14{},{:02}", draw.between(0, 6), draw.between(0, 99)),
        },
        "financement": draw.pick(&["PLUS", "PLAI", "PLS"]),
        "convention": draw.pattern("## 3 ## 20## ##### ####"),
        "etiquette": draw.pick(&["A", "B", "C", "D", "E", "F"]),
        "chauffage": lists.text(draw, &["chauffages"]),
        "eau_chaude": lists.text(draw, &["eaux_chaudes"]),
        "construction": draw.pick(&["avant 1949", "de 1949 à 1974", "de 1975 à 1989", "de 1989 à 2005", "après 2005"]),
        "annexes": &annex_list[..annexes],
        "equipements": lists.several(draw, &["equipements"], equipment),
        "meubles": lists.several(draw, &["meubles"], furniture),
        "ville": home.base.place.commune.name,
        "avenant": {
            "numero": draw.between(1, 3).to_string(),
            "date": forms(amended),
            "signature": forms(amended.add_days(-draw.between(3, 25))),
            "objet": draw.pick(&["ajout d'un cotitulaire", "retrait d'un cotitulaire", "location d'un emplacement de stationnement", "changement de la date de paiement"]),
        },
    })
}

/// Puts the keys of an object into another.
pub(super) fn extend(said: &mut Value, more: Value) {
    if let (Value::Object(said), Value::Object(more)) = (said, more) {
        said.extend(more);
    }
}
