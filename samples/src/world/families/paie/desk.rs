//! What the slips of an employee are drawn with, and what frames their lines: the post, the payment, hours and leave.

use super::slip::{Line, Slip};
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::Base;
use crate::world::families::calendar::{last_of, week};
use crate::world::families::figures::{Cents, Figures};
use crate::world::families::life::Life;
use crate::world::people::Person;
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// What a slip is drawn with.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub(super) base: Base<'a>,
    pub(super) person: &'a Person,
    pub(super) figures: Figures,
    /// First day of the month paid.
    pub(super) month: Date,
}

const MESSAGES: &[&str] = &[
    "Pour toute question : paie@service.example",
    "Les plannings de décembre sont affichés en salle de pause.",
    "Pensez à signaler tout changement d'adresse au service du personnel.",
    "Entretiens annuels : du 1er au 30 novembre.",
    "Votre bulletin est aussi disponible dans votre coffre-fort numérique.",
];

/// What a regime says of the employment.
pub(super) struct Post {
    pub(super) regime: &'static str,
    pub(super) employer: Value,
    pub(super) job: String,
    pub(super) contract: (&'static str, &'static str),
    /// Contract hours of the month, hundredths.
    pub(super) hours: i64,
    pub(super) hourly: Cents,
    pub(super) extra: Option<i64>,
}

impl Desk<'_> {
    /// Gives the source of chance of a regime or a contract.
    pub(super) fn draw(&self, regime: &str) -> Draw {
        Life::of(self.person).draw(regime)
    }

    /// First day with an employer of that regime, before the end of the month paid.
    pub(super) fn entry(&self, regime: &str, low: i32, high: i32) -> Date {
        let side = format!("{regime} entry");
        Life::of(self.person).since(&side, self.base.today, low, high).min(self.month)
    }

    /// Puts what frames the lines beside what follows from them.
    pub(super) fn finish(&self, post: Post, slip: &Slip, draw: &mut Draw) -> Value {
        let figures = self.figures;
        let mut said = slip.json(figures, draw);
        let end = last_of(self.month);
        let paid = match slip.week {
            Some(monday) => monday.add_days(7 + draw.between(2, 6)),
            None => end.add_days(draw.between(-3, 4)),
        };
        let optional =
            |draw: &mut Draw, share: f64, list: &[&str]| draw.chance(share).then(|| (draw.pick(list)).to_string());
        let days = if slip.week.is_some() { 5 } else { draw.between(15, 23) };
        let leave = |earned: i64, taken: i64| json!({"acquis": figures.number(earned), "pris": figures.number(taken), "solde": figures.number(earned - taken)});
        let has_leave = !matches!(post.regime, "interim" | "cesu");
        let months = i64::from((i32::from(self.month.month()) + 6) % 12 + 1);
        let more = json!({
            "regime": post.regime,
            "employeur": post.employer,
            "matricule": draw.pattern_of(&["X####", "#####", "00####", "@####", "######"]),
            "emploi": post.job,
            "qualification": optional(draw, 0.5, &["Employé", "ETAM", "Ouvrier qualifié", "Employée qualifiée", "Agent de maîtrise"]),
            "coefficient": optional(draw, 0.5, &["150", "170", "190", "215", "240", "285"]),
            "niveau": optional(draw, 0.4, &["I", "II", "III", "IV", "N2"]),
            "echelon": optional(draw, 0.4, &["1", "2", "3", "B"]),
            "service": optional(draw, 0.3, &["Exploitation", "Administration", "Équipe de jour", "Site 2", "Accueil"]),
            "type_contrat": {"texte": post.contract.0, "valeur": post.contract.1},
            "semaine": slip.week.map(|monday| json!({"numero": week(monday).to_string(), "debut": forms(monday), "fin": forms(monday.add_days(6))})),
            "paiement": {"date": forms(paid), "mode": draw.pick(&["Virement", "virement", "Virement", "Chèque"]), "iban": masked_account(draw)},
            "heures": {
                "mois": figures.number(post.hours),
                "payees": figures.number(slip.hours),
                "supplementaires": post.extra.map(|hours| figures.number(hours)),
                "jours": days.to_string(),
            },
            "taux_horaire": figures.amount(post.hourly),
            "conges": has_leave.then(|| json!({"precedent": leave(2_500, 100 * i64::from(draw.between(3, 24))), "courant": leave(208 * months, 0)})),
            "message": draw.chance(0.4).then(|| draw.pick(MESSAGES)),
            "public": null,
            "mission": null,
            "formation": null,
            "garde": null,
        });
        if let (Value::Object(said), Value::Object(more)) = (&mut said, more) {
            said.extend(more);
        }
        said
    }
}

/// Draws a bank account as slips show it, mostly hidden. `*` is a letter or a digit in a pattern, so it is put in after.
fn masked_account(draw: &mut Draw) -> String {
    draw.pattern("FR76 #### xxxx xxxx xxxx xxxx ###").replace('x', "*")
}

/// Lines around the contributions that many employers have.
pub(super) fn transport(draw: &mut Draw) -> Vec<Line> {
    let mut lines = Vec::new();
    if draw.chance(0.4) {
        let label = draw.one(&["Participation frais de transport 50 %", "Remboursement titre de transport"]);
        lines.push(Line::flat(label, Cents::from(draw.between(1_200, 4_400))));
    }
    if draw.chance(0.25) {
        lines.push(Line::each("Titres-restaurant, part salariale", 100 * i64::from(draw.between(12, 20)), -400));
    }
    lines
}

/// Something withheld from the net, now and then; never more than a third of the gross.
pub(super) fn withheld(draw: &mut Draw, share: f64, gross: Cents) -> Vec<Line> {
    if !draw.chance(share) {
        return Vec::new();
    }
    let label = draw.one(&["Acompte versé", "Saisie sur rémunération", "Avance sur salaire", "Opposition"]);
    let amount = (10_000 * Cents::from(draw.between(1, 3))).min(gross / 1_500 * 500);
    vec![Line::flat(label, -amount)]
}
