//! A made year over many leases: tenants who answer, answer late, err, leave or die; batches day by day; an outside ledger
//! that says what went wrong.
//!
//! [`World`] is the tenants and agents, [`Office`] the sender that dies at any commit, [`Ledger`] the record of what really
//! left, [`Simulation`] the driver that puts the planner between them.
//! Pure: the same options give the same year. The caller measures time around [`Simulation::plan`].

mod agents;
mod crash;
mod dice;
mod ledger;
mod office;
mod rows;
mod tenant;
#[cfg(test)]
mod tests;
mod world;

pub use crash::{Commit, Crashes, Side};
pub use dice::Dice;
pub use ledger::{Breach, Ledger};
pub use office::{Office, Sent};
pub use tenant::{Habit, Tenant};
pub use world::{Event, World};

use super::{Day, House, Outcome, Plan, Reason, StepState, due, still_due};
use crate::values::Date;
use office::Today;
use std::collections::{BTreeMap, HashMap};

/// What year to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Chance.
    pub seed: u64,
    /// Leases.
    pub leases: usize,
    /// Days.
    pub days: i32,
    /// First day.
    pub first_day: Date,
    /// A breakdown of a month somewhere in the year, and single days without a batch.
    pub breakdowns: bool,
    /// On how many of a thousand sides of commits the process that sends dies.
    pub crash_permille: i32,
}

/// Days within which what is decided leaves, a breakdown of a month in between.
const LONG_AGO: i32 = 45;

/// A year being made.
#[derive(Debug)]
pub struct Simulation {
    options: Options,
    house: House,
    /// The tenants.
    pub world: World,
    /// The sender.
    pub office: Office,
    /// The record.
    pub ledger: Ledger,
    /// Days on which a lease was held, by reason.
    pub held: BTreeMap<Reason, u64>,
    places: HashMap<String, usize>,
    today: Date,
    last_batch: Option<Date>,
    broken: Option<(Date, Date)>,
    /// Days without a batch.
    pub days_without: u32,
}

impl Simulation {
    /// Makes the leases.
    pub fn new(options: Options, house: House) -> Self {
        let mut world = World::new(options.seed, options.leases, options.first_day, &house.settings);
        let places = world.files.iter().enumerate().map(|(at, file)| (file.lease.reference.clone(), at)).collect();
        let broken = options.breakdowns.then(|| {
            let start = options.first_day.add_days(world.dice.between(30, (options.days - 60).max(31)));
            (start, start.add_days(29))
        });
        Self {
            office: Office::new(options.seed, options.crash_permille),
            ledger: Ledger::new(options.leases),
            options,
            house,
            world,
            held: BTreeMap::new(),
            places,
            today: options.first_day,
            last_batch: None,
            broken,
            days_without: 0,
        }
    }

    /// Gives the day that comes next; `None` after the last.
    pub fn today(&self) -> Option<Date> {
        (self.today < self.options.first_day.add_days(self.options.days)).then_some(self.today)
    }

    /// Lets the day's events happen.
    pub fn morning(&mut self) {
        for at in self.world.live(self.today) {
            self.ledger.disturb(at, self.today);
        }
    }

    /// Plans the day's batch; `None` in a breakdown.
    pub fn plan(&mut self) -> Option<Plan> {
        let in_breakdown = self.broken.is_some_and(|(from, until)| from <= self.today && self.today <= until);
        if in_breakdown || self.options.breakdowns && self.world.dice.one_in_thousand(20) {
            self.days_without += 1;
            return None;
        }
        Some(due(&self.world.files, &self.house, Day { today: self.today, last_batch: self.last_batch }))
    }

    /// Sends what is due, lets agents work, and goes to the next day.
    pub fn evening(&mut self, plan: Option<&Plan>) {
        if let Some(plan) = plan {
            self.last_batch = Some(self.today);
            for (at, one) in plan.outcomes.iter().enumerate() {
                if let Outcome::Held(held) = &one.outcome {
                    self.ledger.disturb(at, self.today);
                    *self.held.entry(held.reason).or_default() += 1;
                }
            }
            let Self { world, ledger, house, office, today, .. } = self;
            office.day(plan, &mut Today { world, ledger, house, day: *today });
            agents::take_up(&mut self.world, plan, &self.places);
        }
        self.close();
        self.today = self.today.add_days(1);
        if self.today().is_none() {
            self.complete();
        }
    }

    /// The completeness query, at the end: what was decided long ago has left, was cancelled, or is kept by a reason.
    fn complete(&mut self) {
        let day = self.today.add_days(-1);
        for id in self.office.rows.unfinished() {
            let step = self.office.rows.step(id, &self.world.files);
            let file = &self.world.files[self.office.rows.row(id).at];
            let key = step.key(&file.lease.reference);
            let held = match still_due(&key, file, &self.house, Day { today: day, last_batch: None }) {
                Ok(()) => step.state == StepState::Doubt,
                Err(reason) => reason != Reason::TropTot,
            };
            if !held && step.decided.add_days(LONG_AGO) < day {
                self.ledger.forgotten(&file.lease.reference, day);
            }
        }
    }

    fn close(&mut self) {
        for (at, file) in self.world.files.iter().enumerate() {
            if file.situation.notice.is_some() || file.on_behalf.is_some() || !file.suspensions.is_empty() {
                continue;
            }
            if let Some(ladder) = self.house.rules.ladder(file.lease.kind) {
                self.ledger.close(at, file, ladder, self.today);
            }
        }
    }
}
