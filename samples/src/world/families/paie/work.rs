//! The work of a person, the same in their slips, contracts and attestations.

use super::employer;
use super::trades::{PRIVATE, Trade};
use crate::draw::Draw;
use crate::world::families::Base;
use crate::world::families::figures::{Cents, rounded};
use crate::world::families::life::Life;
use crate::world::people::{Person, Sex};
use guichet_pipeline::values::Date;
use serde_json::Value;

/// Weekly hours with their months, in hundredths.
const WEEKS: &[(f64, (i64, i64))] =
    &[(14.0, (35, 15_167)), (1.0, (20, 8_667)), (1.5, (24, 10_400)), (1.0, (28, 12_133)), (1.5, (30, 13_000))];

/// Somebody's work for a company.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) employer: Value,
    pub(super) job: &'static str,
    /// Gross of an hour.
    pub(super) hourly: Cents,
    /// Hours a week.
    pub(super) weekly: i64,
    /// Hours a month, in hundredths.
    pub(super) monthly: i64,
    /// Whether it has no end.
    pub(super) open_ended: bool,
    pub(super) entry: Date,
    /// Rate of tax, hundredths of a percent.
    pub(super) tax_rate: i64,
}

impl Work {
    /// Gives the work of a person.
    pub(super) fn of(base: Base<'_>, person: &Person) -> Self {
        let life = Life::of(person);
        let mut draw = life.draw("work");
        let trade = draw.pick(PRIVATE);
        let employer = employer::company(base, trade, &mut draw);
        let (weekly, monthly) = *draw.weighted(WEEKS);
        let open_ended = draw.chance(0.8);
        let (low, high) = if open_ended { (6, 190) } else { (5, 15) };
        let hourly = Cents::from(draw.between(1_202, 1_560) + draw.one(&[0, 0, 0, 120, 340, 780]));
        Self {
            employer,
            job: job(trade, person, &mut draw),
            hourly,
            weekly,
            monthly,
            open_ended,
            entry: life.since("work entry", base.today, low, high),
            tax_rate: tax_rate(rounded(hourly * monthly, 100)),
        }
    }

    /// Gives the monthly gross of the contract.
    pub(super) fn salary(&self) -> Cents {
        rounded(self.hourly * self.weekly * 52, 12)
    }
}

/// Draws a job of a trade, in the person's gender.
pub(super) fn job(trade: &Trade, person: &Person, draw: &mut Draw) -> &'static str {
    let (feminine, masculine) = draw.one(trade.jobs);
    if person.sex == Sex::F { feminine } else { masculine }
}

/// Monthly gross below which a rate of withholding holds, hundredths of a percent.
const TAX_RATES: &[(Cents, i64)] =
    &[(170_000, 0), (200_000, 130), (230_000, 290), (260_000, 440), (300_000, 620), (400_000, 840)];

/// Gives a plausible rate of withholding for a monthly gross.
pub(super) fn tax_rate(gross: Cents) -> i64 {
    TAX_RATES.iter().find(|(below, _)| gross < *below).map_or(1_230, |(_, rate)| *rate)
}
