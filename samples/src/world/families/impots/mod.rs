//! Tax notices: `d.impots`, see `designs/impots/CONTRAT.md`. The incomes are those that the pay slips of the household
//! show, and the figures add up.

mod around;
mod scale;

use super::calendar::age;
use super::figures::{rounded, whole};
use super::household::{Alone, Bond, Household};
use super::life::{Activity, Citizen, Life};
use super::{Base, paie, written};
use crate::draw::Draw;
use crate::world::people::Person;
use guichet_pipeline::values::Date;
use scale::{Scale, parts_text, quarters};
use serde_json::{Value, json};

/// How many years before the latest notice the paper is.
const YEARS_BACK: &[(f64, i32)] = &[(7.0, 0), (2.2, 1), (0.5, 2), (0.3, 3)];
/// Share of households that lived elsewhere on 1 January.
const MOVED_SHARE: f64 = 0.2;

/// The yearly incomes of a declarant, in euros.
#[derive(Clone, Copy, Debug, Default)]
struct Incomes {
    wages: i64,
    jobless: i64,
    pensions: i64,
}

impl Incomes {
    /// Gives what is left after the deduction from wages, before that from pensions.
    fn net(&self, scale: Scale) -> i64 {
        let total = self.wages + self.jobless;
        total - scale.deduction(total) + self.pensions
    }
}

/// What the notice works out, in euros.
#[derive(Clone, Copy, Debug)]
struct Bill {
    gross_income: i64,
    charges: i64,
    taxable: i64,
    exempt: i64,
    reference: i64,
    gross_tax: i64,
    relief: i64,
    tax: i64,
    withheld: i64,
}

/// Draws the facts of the family.
pub fn fill(base: Base<'_>, draw: &mut Draw) -> Value {
    let household = Household::of(base.world, base.people, base.today);
    let rank = if household.is_taxed_together() { 0 } else { base.rank(draw) };
    let back = base.back(YEARS_BACK, draw);
    let latest = if base.today.month() >= 8 { base.today.year() } else { base.today.year() - 1 };
    let year = latest - back;
    let scale = scale::of_year(year - 1);
    let together = household.is_taxed_together();
    let declarants: Vec<&Person> = match household.partner.filter(|_| together) {
        Some(partner) => vec![household.first, partner],
        None => vec![&base.people[rank]],
    };
    let incomes: Vec<Incomes> = declarants.iter().map(|person| yearly(base, person, back)).collect();
    let pension_deductions =
        scale.pension_deductions(&incomes.iter().map(|income| income.pensions).collect::<Vec<_>>());
    let family = family(base, &household, rank, draw);
    let bill = bill(scale, &incomes, &pension_deductions, &family, declarants.len() > 1, draw);
    let people: Vec<Value> = declarants
        .iter()
        .zip(incomes.iter().zip(&pension_deductions))
        .enumerate()
        .map(|(at, (person, (income, off)))| declarant(base, person, rank + at, scale, *income, *off))
        .collect();
    let mut said = json!({
        "declarants": people,
        "annee_revenus": (year - 1).to_string(),
        "annee_avis": year.to_string(),
        "situation": {"lettre": family.letter, "texte": family.words},
        "nombre_parts": parts(family.quarters),
        "charges_famille": {"mineurs": family.children, "majeurs": 0, "alternee": family.shared, "total": family.children},
        "adresse": address(base, draw),
        "taux": {"texte": rate_text(bill.tax, bill.gross_income)},
    });
    amounts(&mut said, bill);
    around::fill(base, year, bill, draw, &mut said);
    said
}

/// Gives the reference incomes of the notice of `back` years before the latest: one of a couple taxed together, else one of
/// each of the first two adults.
pub(super) fn references(base: Base<'_>, household: &Household<'_>, back: i32) -> Vec<i64> {
    let scale = scale::of_year(base.today.year() - 1 - back);
    let net = |people: &[&Person]| -> i64 {
        let incomes: Vec<Incomes> = people.iter().map(|person| yearly(base, person, back)).collect();
        let off = scale.pension_deductions(&incomes.iter().map(|income| income.pensions).collect::<Vec<_>>());
        incomes.iter().map(|income| income.net(scale)).sum::<i64>() - off.iter().sum::<i64>()
    };
    match household.partner {
        Some(partner) if household.is_taxed_together() => vec![net(&[household.first, partner])],
        Some(partner) => vec![net(&[household.first]), net(&[partner])],
        None => vec![net(&[household.first])],
    }
}

/// What the household is to the tax office.
#[derive(Clone, Debug)]
struct Family {
    letter: &'static str,
    words: &'static str,
    children: i64,
    shared: i64,
    quarters: i64,
}

fn family(base: Base<'_>, household: &Household<'_>, rank: usize, draw: &mut Draw) -> Family {
    let couple = household.is_taxed_together();
    let declares = couple || rank == 0;
    let children = if declares { i64::try_from(household.children.len()).unwrap_or(0) } else { 0 };
    let apart = household.bond.is_none() && matches!(household.alone, Alone::Divorced | Alone::Separated);
    let shared = if apart && draw.chance(0.3) { children } else { 0 };
    let widowed = household.bond.is_none() && household.alone == Alone::Widowed;
    let (letter, words) = match household.bond {
        Some(Bond::Married) if couple => ("M", "Marié(e)s"),
        Some(Bond::Partners) if couple => ("O", "Pacsé(e)s"),
        None if widowed => ("V", "Veuf(ve)"),
        None if apart => ("D", "Divorcé(e)"),
        _ => ("C", "Célibataire"),
    };
    let keeps_two = widowed && children > 0;
    let alone = household.bond.is_none() && shared == 0 && age(base.people[rank].born, base.today) > 17;
    Family { letter, words, children, shared, quarters: quarters(couple, keeps_two, children, shared, alone) }
}

/// Gives what somebody earned in the year; older years were a little leaner.
fn yearly(base: Base<'_>, person: &Person, back: i32) -> Incomes {
    let life = Life::of(person);
    let mut draw = life.draw("tax incomes");
    let thinner = |euros: i64| euros * (100 - 2 * i64::from(back)) / 100;
    let wages = thinner(paie::yearly_taxable(base, person) / 100);
    let allowance = thinner(i64::from(draw.between(7_200, 14_600)));
    let pension = thinner(i64::from(draw.between(9_800, 24_500)));
    match life.activity(base.today) {
        Activity::Employed if draw.chance(0.15) => {
            Incomes { wages: wages * 7 / 12, jobless: allowance * 5 / 12, pensions: 0 }
        }
        Activity::Employed => Incomes { wages, ..Incomes::default() },
        Activity::Jobless => Incomes { wages: wages / 4, jobless: allowance, pensions: 0 },
        Activity::Retired | Activity::Disabled => Incomes { pensions: pension, ..Incomes::default() },
        Activity::Student => Incomes { wages: i64::from(draw.between(0, 5_200)), ..Incomes::default() },
        Activity::Idle => Incomes::default(),
    }
}

fn bill(
    scale: Scale,
    incomes: &[Incomes],
    pension_deductions: &[i64],
    family: &Family,
    couple: bool,
    draw: &mut Draw,
) -> Bill {
    let net: i64 = incomes.iter().map(|income| income.net(scale)).sum();
    let gross_income = net - pension_deductions.iter().sum::<i64>();
    let charges = if draw.chance(0.06) { i64::from(draw.between(600, 3_600)).min(gross_income) } else { 0 };
    let taxable = gross_income - charges;
    let exempt = if draw.chance(0.08) && taxable > 0 { i64::from(draw.between(120, 1_900)) } else { 0 };
    let gross_tax = scale.gross_tax(taxable, family.quarters);
    let relief = scale.relief(gross_tax, couple);
    let tax = if gross_tax - relief < 61 { 0 } else { gross_tax - relief };
    let withheld = match draw.below(4) {
        0 => tax,
        1 => tax * i64::from(draw.between(103, 135)) / 100,
        _ => tax * i64::from(draw.between(60, 99)) / 100,
    };
    Bill { gross_income, charges, taxable, exempt, reference: taxable + exempt, gross_tax, relief, tax, withheld }
}

fn declarant(base: Base<'_>, person: &Person, rank: usize, scale: Scale, income: Incomes, off: i64) -> Value {
    let life = Life::of(person);
    let total = income.wages + income.jobless;
    let deduction = scale.deduction(total);
    json!({
        "personne": life.persona(base.world, Some(rank), Citizen::Own),
        "numero_fiscal": life.tax_number(),
        "revenus": {
            "salaires": whole(income.wages),
            "chomage": whole(income.jobless),
            "total": whole(total),
            "deduction": whole(deduction),
            "nets": whole(total - deduction),
            "pensions": whole(income.pensions),
            "abattement": whole(off),
            "pensions_nettes": whole(income.pensions - off),
        },
    })
}

fn amounts(said: &mut Value, bill: Bill) {
    let due = bill.tax - bill.withheld;
    let way = match due {
        1.. => "payer",
        0 => "nul",
        _ => "rendre",
    };
    for (key, euros) in [
        ("revenu_brut_global", bill.gross_income),
        ("charges_deduites", bill.charges),
        ("revenu_imposable", bill.taxable),
        ("revenus_exoneres", bill.exempt),
        ("rfr", bill.reference),
        ("impot_brut", bill.gross_tax),
        ("decote", bill.relief),
        ("impot_net", bill.tax),
        ("retenu", bill.withheld),
    ] {
        said[key] = whole(euros);
    }
    said["solde"] = json!({"sens": way, "montant": whole(due.abs())});
    let months = ["septembre", "octobre", "novembre", "décembre"];
    let by_month = |month: &&str| json!({"mois": month, "montant": whole(rounded(due, 4))});
    said["mensualites"] = if due > 300 { months.iter().map(by_month).collect() } else { json!([]) };
}

fn parts(quarters: i64) -> Value {
    let (units, hundredths) = (quarters / 4, quarters % 4 * 25);
    json!({
        "texte": parts_text(quarters),
        "deux_decimales": format!("{units},{hundredths:02}"),
        "valeur": format!("{units}.{hundredths:02}"),
    })
}

fn rate_text(tax: i64, income: i64) -> String {
    let tenths = if income > 0 { rounded(tax * 1_000, income) } else { 0 };
    format!("{},{} %", tenths / 10, tenths % 10)
}

fn address(base: Base<'_>, draw: &mut Draw) -> Value {
    if draw.chance(MOVED_SHARE) {
        return written(&base.world.places.house(draw), draw);
    }
    base.shared["risque"].clone()
}

/// Gives a day of a year of notices.
fn day(year: i32, month: u8, from: i32, to: i32, draw: &mut Draw) -> Date {
    let first = Date::new(year, month, 1).unwrap_or(Date::from_days(0));
    first.add_days(draw.between(from, to))
}

#[cfg(test)]
mod tests {
    use super::super::tests::each;
    use super::*;

    #[test]
    fn every_notice_adds_up() {
        each(60, fill, |said| {
            let euros = |key: &str| said[key]["nombre"].as_i64().unwrap();
            let of = |key: &str| -> i64 {
                let declarants = said["declarants"].as_array().unwrap();
                declarants.iter().map(|one| one["revenus"][key]["nombre"].as_i64().unwrap()).sum()
            };
            assert_eq!(euros("revenu_brut_global"), of("nets") + of("pensions_nettes"));
            assert_eq!(euros("revenu_imposable"), euros("revenu_brut_global") - euros("charges_deduites"));
            assert_eq!(euros("rfr"), euros("revenu_imposable") + euros("revenus_exoneres"));
            let balance = euros("impot_net") - euros("retenu");
            assert_eq!(said["solde"]["montant"]["nombre"], balance.abs());
            assert!(euros("decote") <= euros("impot_brut"));
            assert!(said["emission"]["iso"].as_str() <= said["recouvrement"]["iso"].as_str());
            let couple = matches!(said["situation"]["lettre"].as_str(), Some("M" | "O"));
            assert_eq!(couple, said["declarants"].as_array().unwrap().len() == 2);
        });
    }
}
