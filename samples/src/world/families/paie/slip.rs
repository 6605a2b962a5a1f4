//! A pay slip: its lines, its sums, and the object that the designs print. All amounts in cents; the sums follow
//! `CONTRAT.md`, section "Arithmetic".

use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::calendar::{first_of, last_of, month, months_between};
use crate::world::families::figures::{Cents, Figures, rounded, share};
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// How the amount of a line comes from its base.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rate {
    /// So much an hour or a day; the base counts them.
    Each(Cents),
    /// Hundredths of a percent.
    Percent(i64),
}

/// A line that is not a contribution.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) label: String,
    pub(super) base: Option<i64>,
    pub(super) rate: Option<Rate>,
    pub(super) amount: Cents,
}

impl Line {
    /// So many hours or days, in hundredths, at so much each.
    pub(super) fn each(label: impl Into<String>, count: i64, price: Cents) -> Self {
        let amount = rounded(count * price, 100);
        Self { label: label.into(), base: Some(count), rate: Some(Rate::Each(price)), amount }
    }

    /// A percentage of a base.
    pub(super) fn percent(label: impl Into<String>, base: Cents, rate: i64) -> Self {
        Self { label: label.into(), base: Some(base), rate: Some(Rate::Percent(rate)), amount: share(base, rate) }
    }

    /// An amount.
    pub(super) fn flat(label: impl Into<String>, amount: Cents) -> Self {
        Self { label: label.into(), base: None, rate: None, amount }
    }

    fn json(&self, code: u32, figures: Figures) -> Value {
        let rate = match self.rate {
            None => Value::Null,
            Some(Rate::Each(price)) => figures.amount(price),
            Some(Rate::Percent(rate)) => figures.rate(rate),
        };
        json!({
            "code": code.to_string(),
            "libelle": self.label,
            "base": figures.maybe(self.base),
            "taux": rate,
            "montant": figures.amount(self.amount),
        })
    }
}

/// A contribution: rates and parts of employee and employer.
#[derive(Clone, Debug)]
pub(super) struct Due {
    pub(super) section: &'static str,
    pub(super) label: String,
    pub(super) base: Option<Cents>,
    pub(super) rates: (Option<i64>, Option<i64>),
    pub(super) parts: (Option<Cents>, Option<Cents>),
    /// Whether the employee's part lowers the taxable.
    pub(super) taxable: bool,
    /// Whether it lowers the net social.
    pub(super) social: bool,
}

impl Due {
    fn json(&self, code: u32, figures: Figures) -> Value {
        json!({
            "section": self.section,
            "code": code.to_string(),
            "libelle": self.label,
            "base": figures.maybe(self.base),
            "taux_salarial": figures.maybe_rate(self.rates.0),
            "part_salariale": figures.maybe(self.parts.0),
            "taux_patronal": figures.maybe_rate(self.rates.1),
            "part_patronale": figures.maybe(self.parts.1),
            "imposable": self.taxable,
            "social": self.social,
        })
    }
}

/// What a slip is made of.
#[derive(Clone, Debug)]
pub(super) struct Slip {
    pub(super) gains: Vec<Line>,
    pub(super) dues: Vec<Due>,
    pub(super) others: Vec<Line>,
    pub(super) after: Vec<Line>,
    pub(super) reintegration: Option<Cents>,
    pub(super) exempt: Option<Cents>,
    /// Rate of tax, hundredths of a percent.
    pub(super) tax_rate: i64,
    /// First day with this employer.
    pub(super) entry: Date,
    /// First day of the month paid.
    pub(super) month: Date,
    /// The week paid, by its Monday.
    pub(super) week: Option<Date>,
    /// Hours paid, hundredths.
    pub(super) hours: i64,
}

/// The sums of a slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) gross: Cents,
    pub(super) employee: Cents,
    pub(super) employer: Cents,
    pub(super) taxable: Cents,
    pub(super) social: Cents,
    pub(super) before_tax: Cents,
    pub(super) tax: Cents,
    pub(super) paid: Cents,
}

impl Slip {
    /// Gives the gross.
    pub(super) fn gross(gains: &[Line]) -> Cents {
        gains.iter().map(|line| line.amount).sum()
    }

    /// Works the sums out.
    pub(super) fn sums(&self) -> Sums {
        let of = |keep: fn(&Due) -> bool| -> Cents {
            self.dues.iter().filter(|due| keep(due)).filter_map(|due| due.parts.0).sum()
        };
        let gross = Self::gross(&self.gains);
        let employee = of(|_| true);
        let taxable =
            gross - employee + of(|due| !due.taxable) + self.reintegration.unwrap_or(0) - self.exempt.unwrap_or(0);
        let before_tax = gross - employee + Self::gross(&self.others);
        let tax = share(taxable, self.tax_rate);
        Sums {
            gross,
            employee,
            employer: self.dues.iter().filter_map(|due| due.parts.1).sum(),
            taxable,
            social: gross - of(|due| due.social),
            before_tax,
            tax,
            paid: before_tax - tax + Self::gross(&self.after),
        }
    }

    /// How many months of the year are paid so far, this one included; a weekly slip stands alone.
    fn months(&self) -> i64 {
        let january = first_of(self.month).add_months(1 - i32::from(self.month.month()));
        let from = january.max(first_of(self.entry));
        if self.week.is_some() { 1 } else { i64::from(months_between(from, self.month).max(0)) + 1 }
    }

    /// Gives the keys of the slip that follow from its lines; codes run on from `code` in steps.
    pub(super) fn json(&self, figures: Figures, draw: &mut Draw) -> Value {
        let sums = self.sums();
        let amount = |cents: Cents| figures.amount(cents);
        let mut code = 1_000;
        let mut next = |draw: &mut Draw| {
            code += draw.one(&[10, 20, 50, 100]);
            code
        };
        let gains: Vec<Value> = self.gains.iter().map(|line| line.json(next(draw), figures)).collect();
        let dues: Vec<Value> = self.dues.iter().map(|due| due.json(2_000 + next(draw), figures)).collect();
        let others: Vec<Value> = self.others.iter().map(|line| line.json(2_000 + next(draw), figures)).collect();
        let after: Vec<Value> = self.after.iter().map(|line| line.json(2_000 + next(draw), figures)).collect();
        let relief: Cents =
            self.dues.iter().filter_map(|due| due.parts.1).filter(|part| *part < 0).map(|part| -part).sum();
        let months = self.months();
        let seniority = months_between(self.entry, last_of(self.month).add_days(1)).max(0);
        json!({
            "date_entree": forms(self.entry),
            "anciennete": {"texte": seniority_text(seniority), "annees": seniority / 12, "mois": seniority % 12},
            "periode": month(self.month),
            "gains": gains,
            "brut": amount(sums.gross),
            "cotisations": dues,
            "total_salarial": amount(sums.employee),
            "total_patronal": amount(sums.employer),
            "autres": others,
            "net_imposable": amount(sums.taxable),
            "reintegration": figures.maybe(self.reintegration),
            "exonere": figures.maybe(self.exempt),
            "net_social": amount(sums.social),
            "net_avant_impot": amount(sums.before_tax),
            "impot": {
                "nature": draw.pick(&["Taux personnalisé", "Taux non personnalisé"]),
                "base": amount(sums.taxable),
                "taux": figures.rate(self.tax_rate),
                "montant": amount(sums.tax),
            },
            "apres": after,
            "net_a_payer": amount(sums.paid),
            "cout_employeur": amount(sums.gross + sums.employer),
            "allegements": amount(relief),
            "plafond": amount(sums.gross.min(400_500)),
            "cumuls": {
                "brut": amount(sums.gross * months),
                "imposable": amount(sums.taxable * months),
                "social": amount(sums.social * months),
                "impot": amount(sums.tax * months),
                "net": amount(sums.paid * months),
                "patronal": amount(sums.employer * months),
                "heures": figures.number(self.hours * months),
                "mois": months,
            },
        })
    }
}

fn seniority_text(months: i32) -> String {
    let (years, months) = (months / 12, months % 12);
    let years_text = format!("{years} an{}", if years > 1 { "s" } else { "" });
    match (years, months) {
        (0, months) => format!("{months} mois"),
        (_, 0) => years_text,
        (_, months) => format!("{years_text} {months} mois"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_of_a_slip_follow_from_its_lines() {
        let month = Date::new(2026, 10, 1).unwrap();
        let due = |parts, taxable, social| Due {
            section: "CSG et CRDS",
            label: "x".to_owned(),
            base: None,
            rates: (None, None),
            parts,
            taxable,
            social,
        };
        let slip = Slip {
            gains: vec![Line::each("Salaire", 15_167, 1_443), Line::percent("Ancienneté", 218_860, 600)],
            dues: vec![
                due((Some(40_000), Some(90_000)), true, true),
                due((Some(6_610), None), false, true),
                due((Some(2_000), Some(2_000)), true, false),
            ],
            others: vec![Line::flat("Transport", 1_688)],
            after: vec![Line::flat("Acompte", -10_000)],
            reintegration: Some(2_000),
            exempt: None,
            tax_rate: 440,
            entry: Date::new(2026, 3, 15).unwrap(),
            month,
            week: None,
            hours: 15_167,
        };
        let sums = slip.sums();
        assert_eq!(sums.gross, 218_860 + 13_132);
        assert_eq!(sums.taxable, 231_992 - 48_610 + 6_610 + 2_000);
        assert_eq!(sums.social, 231_992 - 46_610);
        assert_eq!(sums.before_tax, 231_992 - 48_610 + 1_688);
        assert_eq!(sums.paid, sums.before_tax - sums.tax - 10_000);
        assert_eq!(slip.months(), 8);
        assert_eq!(seniority_text(28), "2 ans 4 mois");
    }
}
