//! Decisions of the house of disabled people, and papers of the health insurance.

use super::{Office, bodies};
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::calendar::first_of;
use crate::world::families::figures::{Cents, share};
use crate::world::families::household::Household;
use crate::world::families::life::Life;
use serde_json::{Value, json};

const RIGHTS: &[&str] = &[
    "Allocation aux adultes handicapés",
    "Reconnaissance de la qualité de travailleur handicapé",
    "Carte mobilité inclusion mention priorité",
    "Carte mobilité inclusion mention invalidité",
    "Carte mobilité inclusion mention stationnement",
    "Prestation de compensation du handicap",
    "Allocation d'éducation de l'enfant handicapé",
    "Complément de ressources",
    "Orientation vers un établissement ou service d'aide par le travail",
];
const REFUSALS: &[&str] = &[
    "les conditions d'attribution ne sont pas remplies",
    "le taux d'incapacité reconnu est inférieur à celui qui est exigé",
    "pièces demandées non reçues",
];

/// Gives `d.prestations.mdph`.
pub(super) fn decision(office: Office<'_>, draw: &mut Draw) -> Value {
    let mut rights = RIGHTS.to_vec();
    draw.shuffle(&mut rights);
    let back = if draw.chance(0.2) { draw.between(400, 1_900) } else { draw.between(10, 380) };
    let decided = office.base.today.add_days(-back);
    let start = first_of(decided.add_months(1));
    let years = *draw.weighted(&[(2.0, Some(1)), (2.0, Some(2)), (3.0, Some(5)), (1.0, Some(10)), (1.5, None)]);
    let refused = *draw.weighted(&[(5.0, 0), (3.0, 1), (1.5, 2), (0.5, 3)]);
    let refusals: Vec<Value> =
        rights[1..=refused].iter().map(|right| json!({"nature": right, "motif": draw.pick(REFUSALS)})).collect();
    json!({
        "organisme": bodies::disability_house(office, &mut Life::of(office.person).draw("disability house")),
        "dossier": draw.pattern("######"),
        "numero": draw.pattern("@#######"),
        "nature": rights[0],
        "date_debut": forms(start),
        "date_fin": years.map(|years| forms(start.add_months(12 * years).add_days(-1))),
        "date_demande": forms(decided.add_days(-draw.between(60, 220))),
        "date_decision": forms(decided),
        "date_courrier": forms(decided.add_days(draw.between(2, 20)).min(office.base.today)),
        "taux": draw.pick(&["compris entre 50 % et 79 %", "supérieur ou égal à 80 %"]),
        "refusees": refusals,
    })
}

/// Gives `d.prestations.ameli`.
pub(super) fn cover(office: Office<'_>, draw: &mut Draw) -> Value {
    let household = Household::of(office.base.world, office.base.people, office.base.today);
    let doctor = office.base.world.names.surname(draw).0;
    let dependants: Vec<Value> = household
        .children
        .iter()
        .take(4)
        .map(|child| json!({"nom": format!("{} {}", child.surname, child.first()), "naissance": forms(child.born)}))
        .collect();
    let from = first_of(office.base.today).add_months(-draw.between(0, 11));
    json!({
        "organisme": bodies::health_fund(office, true, draw),
        "debut": forms(from),
        "fin": forms(from.add_months(12).add_days(-1)),
        "date_emission": forms(office.base.today.add_days(-draw.between(1, 60)).max(from)),
        "ayants_droit": dependants,
        "medecin": draw.chance(0.6).then(|| format!("Dr {doctor}")),
        "exoneration": draw.chance(0.2).then_some("affection de longue durée"),
        "code": draw.pattern("##-###-###"),
    })
}

/// Gives `d.prestations.ij`: sick pay.
pub(super) fn sick_pay(office: Office<'_>, draw: &mut Draw) -> Value {
    let amount = |cents: Cents| office.figures.amount(cents);
    let daily = Cents::from(draw.between(1_900, 5_200));
    let mut from = office.month.add_days(draw.between(0, 8));
    let (mut rows, mut gross) = (Vec::new(), 0);
    for _ in 0..draw.between(1, 4) {
        let days = draw.between(3, 14);
        let paid = daily * Cents::from(days);
        gross += paid;
        rows.push(json!({
            "debut": forms(from),
            "fin": forms(from.add_days(days - 1)),
            "jours": days.to_string(),
            "journaliere": amount(daily),
            "montant": amount(paid),
        }));
        from = from.add_days(days);
    }
    let withheld = share(gross, 670);
    json!({
        "organisme": bodies::health_fund(office, true, draw),
        "nature": draw.pick(&["maladie", "maternité", "accident du travail"]),
        "lignes": rows,
        "brut": amount(gross),
        "retenues": amount(withheld),
        "total": amount(gross - withheld),
        "date_paiement": forms(from.add_days(draw.between(2, 6))),
        "date_emission": forms(from.add_days(draw.between(7, 12))),
        "employeur": draw.pick(&["Netty Propreté Services", "Halles Marceau", "Conserverie de la Baie"]),
        "releve": draw.pattern("########"),
    })
}
