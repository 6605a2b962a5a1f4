//! Housing papers that are none of an application: an inventory, a landlord's notice, a bank statement, a removal.

use super::Home;
use super::parties::company;
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::calendar::{first_of, last_of};
use crate::world::families::figures::{Cents, share};
use crate::world::families::written;
use serde_json::{Value, json};

/// Puts them beside the rest.
pub(super) fn fill(home: Home<'_>, draw: &mut Draw, said: &mut Value) {
    said["etat_lieux"] = inventory(home, draw);
    said["conge"] = notice(home, draw);
    said["releve"] = statement(home, draw);
    said["demenagement"] = removal(home, draw);
}

fn inventory(home: Home<'_>, draw: &mut Draw) -> Value {
    let lists = home.lists;
    let count = usize::try_from(draw.between(4, 6)).unwrap_or(4);
    let rooms: Vec<Value> = lists
        .several(draw, &["pieces_edl"], count)
        .into_iter()
        .map(|room| {
            let parts = usize::try_from(draw.between(4, 6)).unwrap_or(4);
            let elements: Vec<Value> = lists
                .several(draw, &["elements_edl"], parts)
                .into_iter()
                .map(|name| {
                    json!({
                        "nom": name,
                        "etat": lists.text(draw, &["etats_edl"]),
                        "remarque": draw.chance(0.5).then(|| lists.text(draw, &["remarques_edl"])),
                    })
                })
                .collect();
            json!({"nom": room, "elements": elements})
        })
        .collect();
    let meter = |name: &str, draw: &mut Draw| json!({"nom": name, "index": draw.between(900, 90_000).to_string()});
    let key = |name: &str, draw: &mut Draw| json!({"nom": name, "nombre": draw.between(1, 4).to_string()});
    json!({
        "sens": draw.pick(&["entrée", "sortie"]),
        "date": forms(home.base.today.add_days(-draw.between(3, 900))),
        "pieces": rooms,
        "compteurs": [meter("Eau froide", draw), meter("Électricité", draw), meter("Gaz", draw)],
        "cles": [key("Porte palière", draw), key("Boîte aux lettres", draw), key("Badge hall", draw)],
    })
}

fn notice(home: Home<'_>, draw: &mut Draw) -> Value {
    let written = home.base.today.add_days(-draw.between(5, 160));
    let buyer = home.base.world.names.person(draw, home.base.today, 22, 60);
    json!({
        "motif": draw.pick(&["vente", "reprise"]),
        "date": forms(written),
        "fin": forms(last_of(written.add_months(draw.between(6, 9)))),
        "prix": home.figures.euros(100_000 * Cents::from(draw.between(82, 390))),
        "beneficiaire": format!("{}, {}", draw.pick(&["ma fille", "mon fils", "mon père"]), buyer.first()),
    })
}

fn statement(home: Home<'_>, draw: &mut Draw) -> Value {
    let euros = |cents: Cents| home.figures.euros(cents);
    let from = first_of(home.base.today).add_months(-draw.between(1, 3));
    let to = last_of(from);
    let count = draw.between(12, 24);
    let mut days: Vec<i32> = (0..count).map(|_| draw.between(0, 29)).collect();
    days.sort_unstable();
    let (mut debits, mut credits) = (0, 0);
    let operations: Vec<Value> = days
        .into_iter()
        .map(|day| {
            let label = home.lists.text(draw, &["operations"]);
            let comes_in = label.starts_with("VIR");
            let amount = Cents::from(if comes_in { draw.between(9_000, 190_000) } else { draw.between(480, 62_000) });
            if comes_in {
                credits += amount;
            } else {
                debits += amount;
            }
            let (debit, credit) = if comes_in { (None, Some(amount)) } else { (Some(amount), None) };
            json!({
                "date": forms(from.add_days(day).min(to)),
                "libelle": label,
                "debit": debit.map(euros),
                "credit": credit.map(euros),
            })
        })
        .collect();
    let start = Cents::from(draw.between(-20_000, 240_000));
    json!({
        "numero": from.month().to_string(),
        "debut": forms(from.add_days(-1)),
        "fin": forms(to),
        "solde_debut": euros(start),
        "operations": operations,
        "total_debit": euros(debits),
        "total_credit": euros(credits),
        "solde_fin": euros(start + credits - debits),
    })
}

fn removal(home: Home<'_>, draw: &mut Draw) -> Value {
    let euros = |cents: Cents| home.figures.euros(cents);
    let name = home.lists.text(draw, &["demenageurs"]);
    let count = usize::try_from(draw.between(4, 7)).unwrap_or(4);
    let lines: Vec<(String, Cents)> = home
        .lists
        .several(draw, &["lignes_demenagement"], count)
        .into_iter()
        .map(|label| (label, Cents::from(draw.between(6_000, 88_000))))
        .collect();
    let net: Cents = lines.iter().map(|(_, amount)| amount).sum();
    let tax = share(net, 2_000);
    let rows: Vec<Value> =
        lines.iter().map(|(label, amount)| json!({"libelle": label, "quantite": "1", "ht": euros(*amount)})).collect();
    let issued = home.base.today.add_days(-draw.between(1, 60));
    let there = home.base.world.places.house(draw);
    json!({
        "societe": company(home, &name, &name, draw),
        "numero": draw.pattern("D######"),
        "emission": forms(issued),
        "validite": forms(issued.add_days(60)),
        "date": forms(issued.add_days(draw.between(15, 55))),
        "volume": draw.between(12, 60).to_string(),
        "arrivee": written(&there, draw),
        "lignes": rows,
        "total_ht": euros(net),
        "taux": "20 %",
        "total_tva": euros(tax),
        "total_ttc": euros(net + tax),
        "acompte": euros(share(net + tax, 3_000)),
    })
}
