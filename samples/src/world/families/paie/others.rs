//! What looks like a pay slip: the balance of all accounts, the yearly statement for the tax office, a rota.

use super::desk::Desk;
use super::employer;
use super::work::Work;
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::calendar::{last_of, week, weekday};
use crate::world::families::figures::{Cents, share};
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// Gives the balance of all accounts, signed when somebody leaves.
pub(super) fn balance(desk: Desk<'_>, draw: &mut Draw) -> Value {
    let work = Work::of(desk.base, desk.person);
    let end = last_of(desk.month);
    let kinds = [
        "Salaire du mois",
        "Indemnité compensatrice de congés payés",
        "Indemnité de fin de contrat",
        "Prime d'ancienneté",
        "Indemnité de licenciement",
        "Remboursement de frais",
    ];
    let count = 2 + draw.below(kinds.len() - 1);
    let amounts: Vec<Cents> = (0..count).map(|_| Cents::from(draw.between(8_000, 160_000))).collect();
    let lines: Vec<Value> = kinds
        .iter()
        .zip(&amounts)
        .map(|(label, amount)| json!({"libelle": label, "montant": desk.figures.amount(*amount)}))
        .collect();
    json!({
        "employeur": work.employer,
        "emploi": work.job,
        "date_entree": forms(work.entry.min(desk.month)),
        "date_sortie": forms(end),
        "lignes": lines,
        "total": desk.figures.amount(amounts.iter().sum()),
        "date": forms(end),
        "lieu": desk.base.place.commune.name,
    })
}

/// Gives the yearly statement for the tax office.
pub(super) fn tax_statement(desk: Desk<'_>, draw: &mut Draw) -> Value {
    let work = Work::of(desk.base, desk.person);
    let gross = work.salary() * 12;
    let taxable = share(gross, 8_110);
    let year = desk.base.today.year() - 1;
    let day = Date::new(year + 1, 2, 1).unwrap_or(desk.base.today).add_days(draw.between(0, 24));
    json!({
        "employeur": work.employer,
        "annee": year.to_string(),
        "brut": desk.figures.amount(gross),
        "imposable": desk.figures.amount(taxable),
        "impot": desk.figures.amount(share(taxable, work.tax_rate)),
        "heures_exonerees": desk.figures.amount(Cents::from(draw.between(0, 60_000))),
        "date": forms(day),
    })
}

/// Gives the rota of a week.
pub(super) fn rota(desk: Desk<'_>, draw: &mut Draw) -> Value {
    const POSTS: &[(f64, (&str, i64))] = &[
        (3.0, ("09:00-17:00", 7)),
        (2.0, ("06:00-13:30", 7)),
        (2.0, ("13:00-20:30", 7)),
        (3.0, ("Repos", 0)),
        (1.0, ("CP", 0)),
    ];
    let monday = desk.month.add_days((7 - weekday(desk.month)) % 7);
    let days: Vec<Value> = (0..7).map(|at| forms(monday.add_days(at))).collect();
    let count = draw.between(3, 10);
    let own = desk.base.shared["assures"][0]["nom_prenom"].clone();
    let team: Vec<Value> = (0..count)
        .map(|at| {
            let posts: Vec<(&str, i64)> = (0..7).map(|_| *draw.weighted(POSTS)).collect();
            let hours: i64 = posts.iter().map(|(_, hours)| hours).sum();
            let name = if at == 0 { own.clone() } else { employer::somebody(desk.base, draw).into() };
            let posts: Vec<&str> = posts.into_iter().map(|(post, _)| post).collect();
            json!({"nom": name, "postes": posts, "total": desk.figures.number(100 * hours)})
        })
        .collect();
    let work = Work::of(desk.base, desk.person);
    json!({
        "etablissement": work.employer["nom"],
        "service": draw.pick(&["Rayon frais", "Accueil", "Équipe A", "Étage 2", "Livraisons"]),
        "semaine": week(monday).to_string(),
        "jours": days,
        "equipe": team,
    })
}
