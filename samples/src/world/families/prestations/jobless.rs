//! Papers of the unemployment insurance.

use super::Office;
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::calendar::{last_of, month};
use crate::world::families::figures::{Cents, share};
use crate::world::families::life::Life;
use crate::world::families::{departments, numbers, written};
use crate::world::text::title;
use serde_json::{Value, json};

const TRADES: &[&str] = &[
    "Opérateur de production",
    "Assistante administrative",
    "Vendeur en prêt-à-porter",
    "Agent d'entretien",
    "Aide-soignant",
    "Cariste",
    "Secrétaire comptable",
    "Conducteur livreur",
];
const EMPLOYERS: &[&str] = &[
    "Ateliers Marchetti Frères",
    "Netty Propreté Services",
    "Conserverie de la Baie",
    "Halles Marceau",
    "Transports Vallauris",
    "Clinique du Val Fleuri",
];
const REASONS: &[&str] = &[
    "fin de contrat à durée déterminée",
    "rupture conventionnelle",
    "licenciement pour motif économique",
    "fin de mission d'intérim",
    "licenciement",
];

/// Gives `d.prestations.france_travail`.
pub(super) fn fill(office: Office<'_>, draw: &mut Draw) -> Value {
    let (base, mut fixed) = (office.base, Life::of(office.person).draw("jobless"));
    let amount = |cents: Cents| office.figures.amount(cents);
    let commune = &base.place.commune;
    let agency = base.world.places.house_in(&mut fixed, commune);
    let (chief, adviser) = (someone(office, &mut fixed), someone(office, &mut fixed));
    let daily = Cents::from(fixed.between(2_890, 6_900));
    let rate = fixed.one(&[0, 0, 0, 210, 310, 530]);
    let withheld = |gross: Cents| {
        let pension = share(gross, 300);
        let taxes = if daily > 5_300 { share(gross, 670) } else { 0 };
        (pension, taxes)
    };
    let pay = |days: i64| {
        let gross = daily * days;
        let (pension, taxes) = withheld(gross);
        let before = gross - pension - taxes;
        (gross, pension, taxes, before, before - share(before, rate))
    };
    let length = |back: i32| i64::from(last_of(office.month.add_months(-back)).day());
    let days = if draw.chance(0.75) { length(0) } else { i64::from(draw.between(4, 30)) };
    let (gross, pension, taxes, before, net) = pay(days);
    let paid = office.month.add_months(1).add_days(draw.between(1, 5));
    let from = office.month.add_months(-fixed.between(1, 14)).add_days(fixed.between(0, 26));
    let lasts = fixed.one(&[182, 365, 548, 548, 730]);
    let gone = (office.month.to_days() - from.to_days()).clamp(0, lasts - 1);
    let rows = usize::try_from(draw.between(2, 6)).unwrap_or(2);
    let payments: Vec<Value> = (0..rows)
        .map(|at| {
            let back = i32::try_from(at).unwrap_or(0);
            let days = if at == 0 { days } else { length(back) };
            json!({
                "periode": month(office.month.add_months(-back)),
                "jours": days.to_string(),
                "date": forms(paid.add_months(-back)),
                "montant": amount(pay(days).4),
            })
        })
        .collect();
    let mut withheld_rows =
        vec![json!({"libelle": "Participation retraite complémentaire", "montant": amount(pension)})];
    if taxes > 0 {
        withheld_rows.push(json!({"libelle": "CSG et CRDS", "montant": amount(taxes)}));
    }
    let (day_pension, day_taxes) = withheld(daily);
    let daily_net = daily - day_pension - day_taxes;
    let shape = fixed.one(&["#######@", "####### @", "########"]);
    json!({
        "organisme": {
            "nom": "France Travail",
            "agence": format!("{} {}", commune.name, fixed.pick(&["Centre", "Nord", "Gambetta", "Les Ormes"])),
            "adresse": written(&agency, &mut fixed),
            "telephone": "3949",
            "directeur": chief,
        },
        "identifiant": numbers::code(&fixed.pattern(shape)),
        "region": title_of_region(departments::of_insee(commune.insee).of_region),
        "periode": month(office.month),
        "jours": days.to_string(),
        "journaliere": amount(daily),
        "journaliere_nette": amount(daily_net),
        "brut": amount(gross),
        "retenues": withheld_rows,
        "avant_impot": amount(before),
        "impot": {"taux": office.figures.rate(rate), "montant": amount(before - net)},
        "montant": amount(net),
        "mensuel": amount(daily_net * 30),
        "date_paiement": forms(paid),
        "date_emission": forms(paid.add_days(draw.between(0, 16)).min(base.today)),
        "date_inscription": forms(from.add_days(-fixed.between(7, 30))),
        "categorie": fixed.pick(&["1", "1", "2", "3"]),
        "debut_droits": forms(from),
        "duree": lasts.to_string(),
        "reliquat": (lasts - gone).to_string(),
        "fin_droits": forms(from.add_days(lasts)),
        "sjr": amount(share(daily, 17_500)),
        "employeur": fixed.pick(EMPLOYERS),
        "motif": fixed.pick(REASONS),
        "differe": fixed.pick(&["7", "12", "19", "0"]),
        "metier": fixed.pick(TRADES),
        "conseiller": adviser,
        "versements": payments,
    })
}

fn someone(office: Office<'_>, draw: &mut Draw) -> String {
    let person = office.base.world.names.person(draw, office.base.today, 26, 62);
    format!("{} {}", person.first(), person.surname)
}

/// Gives "Occitanie" for "d'Occitanie".
fn title_of_region(of: &str) -> String {
    let name = ["d'", "des ", "du ", "de la ", "de "].iter().find_map(|article| of.strip_prefix(article)).unwrap_or(of);
    if name.starts_with(char::is_lowercase) { title(name) } else { name.to_owned() }
}
