//! Pensions: old age, supplementary, civil, disability, allowance of disabled adults, survivors.

use super::{Office, bodies};
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::calendar::{age, first_of, month};
use crate::world::families::figures::{Cents, Figures, rounded, share};
use crate::world::families::life::Life;
use crate::world::people::Sex;
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// Gives `d.prestations.pensions`.
pub(super) fn fill(office: Office<'_>, draw: &mut Draw) -> Value {
    let mut said = json!({});
    for kind in [Kind::OldAge, Kind::Supplementary, Kind::Civil, Kind::Invalidity, Kind::Allowance, Kind::Survivor] {
        said[kind.key()] = pension(office, kind, draw);
    }
    said
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    OldAge,
    Supplementary,
    Civil,
    Invalidity,
    Allowance,
    Survivor,
}

impl Kind {
    fn key(self) -> &'static str {
        match self {
            Self::OldAge => "retraite",
            Self::Supplementary => "complementaire",
            Self::Civil => "civile",
            Self::Invalidity => "invalidite",
            Self::Allowance => "aah",
            Self::Survivor => "reversion",
        }
    }

    fn nature(self, draw: &mut Draw) -> Value {
        let (texts, code): (&[&str], &str) = match self {
            Self::OldAge => (&["Pension de vieillesse", "Retraite personnelle", "Pension de retraite"], "retraite"),
            Self::Supplementary => (&["Retraite complémentaire", "Allocation de retraite complémentaire"], "retraite"),
            Self::Civil => (&["Pension civile de retraite", "Pension de retraite"], "retraite"),
            Self::Invalidity => (&["Pension d'invalidité"], "invalidite"),
            Self::Allowance => (&["Allocation aux adultes handicapés"], "aah"),
            Self::Survivor => (&["Retraite de réversion", "Pension de réversion"], "reversion"),
        };
        json!({"texte": draw.pick(texts), "valeur": code})
    }

    fn body(self, office: Office<'_>, draw: &mut Draw) -> Value {
        let mut body = match self {
            Self::OldAge | Self::Survivor => bodies::pension_fund(office, draw),
            Self::Supplementary => bodies::supplementary_fund(office, draw),
            Self::Civil => bodies::civil_fund(office, draw),
            Self::Invalidity => bodies::health_fund(office, false, draw),
            Self::Allowance => bodies::family_fund(office, false, draw),
        };
        body["court"] = Value::Null;
        body
    }
}

/// Points of supplementary pension are worth 1.4386 euros a year.
const POINT: i64 = 14_386;
/// The full allowance of disabled adults.
const FULL_ALLOWANCE: Cents = 103_332;

/// What the pension is worked out from.
struct Terms {
    /// Yearly wage of reference.
    wage: Cents,
    /// Rate, tenths of a percent.
    rate: i64,
    quarters: i64,
    /// Points, hundredths.
    points: i64,
}

impl Terms {
    fn pension(&self, kind: Kind, draw: &mut Draw) -> Cents {
        match kind {
            Kind::OldAge => rounded(self.wage * self.rate * self.quarters, 1_000 * 172 * 12),
            Kind::Supplementary => rounded(self.points * POINT, 10_000 * 12),
            Kind::Invalidity => rounded(self.wage * self.rate, 1_000 * 12),
            Kind::Allowance if draw.chance(0.6) => FULL_ALLOWANCE,
            Kind::Allowance => Cents::from(draw.between(21_000, 98_000)),
            Kind::Civil => Cents::from(draw.between(72_000, 189_000)),
            Kind::Survivor => Cents::from(draw.between(24_000, 78_000)),
        }
    }
}

fn pension(office: Office<'_>, kind: Kind, draw: &mut Draw) -> Value {
    let (base, person) = (office.base, office.person);
    let mut fixed = Life::of(person).draw(&format!("pension {}", kind.key()));
    let figures = office.figures;
    let amount = |cents: Cents| figures.amount(cents);
    let invalid = kind == Kind::Invalidity;
    let category = if fixed.chance(0.5) { ("1re catégorie", 300) } else { ("2e catégorie", 500) };
    let terms = Terms {
        wage: Cents::from(fixed.between(1_150_000, 3_300_000)),
        rate: if invalid { category.1 } else { fixed.one(&[375, 425, 475, 500, 500]) },
        quarters: i64::from(fixed.between(96, 172)),
        points: i64::from(fixed.between(80_000, 620_000)),
    };
    let nature = kind.nature(&mut fixed);
    let own = terms.pension(kind, &mut fixed);
    let label = nature["texte"].as_str().unwrap_or_default().to_owned();
    let mut lines =
        vec![(if kind == Kind::OldAge && fixed.chance(0.4) { "Montant de base".to_owned() } else { label }, own)];
    if matches!(kind, Kind::OldAge | Kind::Civil) && fixed.chance(0.35) {
        lines.push(("Majoration pour enfants 10 %".to_owned(), share(own, 1_000)));
    }
    if kind == Kind::Civil && fixed.chance(0.3) {
        lines.push(("Retraite additionnelle (RAFP)".to_owned(), Cents::from(fixed.between(1_200, 4_800))));
    }
    if kind == Kind::Allowance && fixed.chance(0.2) {
        lines.push(("Majoration pour la vie autonome".to_owned(), 10_477));
    }
    let gross: Cents = lines.iter().map(|(_, cents)| cents).sum();
    let taxes = withheld(kind, gross, &mut fixed);
    let total: Cents = taxes.iter().map(|(_, rate)| share(gross, *rate)).sum();
    let before = gross - total;
    // Of the 6.6 points of CSG, 4.2 are deducted from the taxable.
    let taxable = if kind == Kind::Allowance { gross } else { gross - share(total, 6_000) };
    let tax_rate = if kind == Kind::Allowance || gross < 130_000 { 0 } else { fixed.one(&[0, 130, 210, 380, 620]) };
    let tax = share(taxable, tax_rate);
    let paid = office.month.add_months(1).add_days(8);
    let months = i64::from(office.month.month());
    let effect = effect(office, kind, &mut fixed);
    json!({
        "organisme": kind.body(office, &mut fixed),
        "numero": fixed.pattern_of(&["@########", "### #### ###", "### ###### @"]),
        "periode": month(office.month),
        "nature": nature,
        "lignes": lines.iter().map(|(label, cents)| json!({"libelle": label, "montant": amount(*cents)})).collect::<Vec<_>>(),
        "brut": amount(gross),
        "retenues": withheld_rows(&taxes, gross, figures),
        "total_retenues": amount(total),
        "avant_impot": amount(before),
        "imposable": amount(taxable),
        "impot": {"taux": figures.rate(tax_rate), "montant": amount(tax)},
        "montant_net": amount(before - tax),
        "cumul_imposable": amount(taxable * months),
        "date_paiement": forms(paid),
        "date_effet": forms(effect),
        "date_emission": forms(paid.add_days(draw.between(0, 14)).min(base.today)),
        "date_fin": (kind == Kind::Allowance).then(|| forms(effect.add_months(60).add_days(-1))),
        "trimestres": terms.quarters.to_string(),
        "points": (kind == Kind::Supplementary).then(|| json!({"nombre": figures.number(terms.points), "valeur": "1,4386"})),
        "taux": rate_text(terms.rate),
        "sam": amount(terms.wage),
        "categorie": invalid.then_some(category.0),
        "defunt": (kind == Kind::Survivor).then(|| deceased(office, &mut fixed)),
        "indice": fixed.between(380, 600).to_string(),
        "iban": draw.pattern("FR76 #### xxxx xxxx xxxx xxxx ###").replace('x', "*"),
    })
}

fn rate_text(tenths: i64) -> String {
    if tenths % 10 == 0 { format!("{} %", tenths / 10) } else { format!("{},{} %", tenths / 10, tenths % 10) }
}

/// Labels and rates, hundredths of a percent, of what is withheld.
fn withheld(kind: Kind, gross: Cents, draw: &mut Draw) -> Vec<(&'static str, i64)> {
    if kind == Kind::Allowance || gross < 60_000 && draw.chance(0.5) {
        return Vec::new();
    }
    let mut taxes = vec![("Contribution sociale généralisée (CSG)", 660), ("CRDS", 50)];
    if kind != Kind::Invalidity {
        taxes.push(("Contribution additionnelle de solidarité (CASA)", 30));
    }
    if kind == Kind::Supplementary {
        taxes.push(("Cotisation maladie", 100));
    }
    taxes
}

fn withheld_rows(taxes: &[(&str, i64)], gross: Cents, figures: Figures) -> Value {
    taxes
        .iter()
        .map(|(label, rate)| {
            json!({
                "libelle": label,
                "base": figures.amount(gross),
                "taux": figures.rate(*rate),
                "montant": figures.amount(share(gross, *rate)),
            })
        })
        .collect()
}

/// Gives the first day of the pension: old age from 62 on.
fn effect(office: Office<'_>, kind: Kind, draw: &mut Draw) -> Date {
    let born = office.person.born;
    let grown = match kind {
        Kind::OldAge | Kind::Supplementary | Kind::Civil => 62 * 12,
        Kind::Survivor => 55 * 12,
        _ => 20 * 12,
    };
    let earliest = born.add_months(grown);
    let lived = (age(born, office.base.today) * 12 - grown).max(1);
    let back = if kind == Kind::Allowance { draw.between(3, 40) } else { draw.between(3, lived.clamp(4, 240)) };
    let first = office.month.add_months(-back);
    if first < earliest && earliest < office.month { first_of(earliest.add_months(1)) } else { first }
}

fn deceased(office: Office<'_>, draw: &mut Draw) -> String {
    let other = office.base.world.names.person(draw, office.base.today, 60, 90);
    let (civility, sex) = if office.person.sex == Sex::F { ("Monsieur", Sex::M) } else { ("Madame", Sex::F) };
    let first = office.base.world.names.first_name(draw, "france", sex);
    format!("{civility} {first} {}", other.surname)
}
