//! A made year over many leases: tenants who answer, answer late, err, leave or die; batches day by day; an outside ledger
//! that says what went wrong.
//!
//! [`World`] is the tenants and agents, [`Ledger`] the record, [`Simulation`] the driver that puts the planner between them.
//! Pure: the same options give the same year. The caller measures time around [`Simulation::plan`].

mod agents;
mod dice;
mod ledger;
mod tenant;
mod world;

pub use dice::Dice;
pub use ledger::{Breach, Ledger};
pub use tenant::{Habit, Tenant};
pub use world::{Event, World};

use super::{Day, Due, House, LeaseFile, Outcome, PastStep, Plan, Reason, StepState, due};
use crate::values::Date;
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
}

/// A year being made.
#[derive(Debug)]
pub struct Simulation {
    options: Options,
    house: House,
    /// The tenants.
    pub world: World,
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
        let ledger = Ledger::new(options.leases);
        Self {
            options,
            house,
            world,
            ledger,
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
                match &one.outcome {
                    Outcome::Due(due) if !due.legal_effect || due.approved => self.send(at, due),
                    Outcome::Held(held) => {
                        self.ledger.disturb(at, self.today);
                        *self.held.entry(held.reason).or_default() += 1;
                    }
                    Outcome::Due(_) | Outcome::Nothing(_) => {}
                }
            }
            agents::take_up(&mut self.world, plan, &self.places);
        }
        self.close();
        self.today = self.today.add_days(1);
    }

    fn send(&mut self, at: usize, due: &Due) {
        let file = &self.world.files[at];
        let Some(ladder) = self.house.rules.ladder(file.lease.kind) else { return };
        self.ledger.leave(at, due, file, ladder, self.today);
        remember(&mut self.world.files[at], due, self.today);
        self.world.receive(at, due, self.today);
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

/// Notes in a file that a letter left.
fn remember(file: &mut LeaseFile, due: &Due, day: Date) {
    for dispatch in &due.dispatches {
        file.history.push(PastStep {
            obligation: due.obligation,
            period: due.period.clone(),
            step: dispatch.key.step.clone(),
            channel: dispatch.key.channel,
            decided: day,
            sent: Some(day),
            presented: None,
            delivered: None,
            proof: None,
            state: StepState::Handed,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{date, house};
    use super::super::{Pending, PendingKind};
    use super::*;

    fn year(seed: u64, leases: usize, breakdowns: bool) -> Simulation {
        let options = Options { seed, leases, days: 365, first_day: date("2026-09-01"), breakdowns };
        let mut simulation = Simulation::new(options, house());
        while simulation.today().is_some() {
            simulation.morning();
            let plan = simulation.plan();
            simulation.evening(plan.as_ref());
        }
        simulation
    }

    #[test]
    fn a_year_without_a_breach() {
        for (seed, breakdowns) in [(1, false), (2, true), (3, true)] {
            let year = year(seed, 400, breakdowns);
            assert!(year.ledger.breaches.is_empty(), "seed {seed}: {:?}", year.ledger.breaches);
            assert!(year.ledger.letters["information"] > 150, "{:?}", year.ledger.letters);
            assert!(year.ledger.letters["mise_en_demeure"] > 0, "{:?}", year.ledger.letters);
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_year() {
        assert_eq!(year(7, 60, true).ledger.letters, year(7, 60, true).ledger.letters);
    }

    #[test]
    fn the_ledger_sees_a_letter_to_a_covered_tenant_and_a_double() {
        let mut year = year(5, 40, false);
        let (at, due) = late_letter(&mut year);
        let mut file = year.world.files[at].clone();
        file.pending.clear();
        let ladder = year.house.rules.ladder(file.lease.kind).unwrap().clone();
        let before = year.ledger.breaches.len();
        for day in [date("2028-01-03"), date("2028-01-04")] {
            year.ledger.leave(at, &due, &file, &ladder, day);
        }
        let told: Vec<Breach> = year.ledger.breaches[before..].iter().map(|(breach, _, _)| *breach).collect();
        assert!(told.contains(&Breach::Double), "{told:?}");
        file.attestations[0].end = date("2029-01-01");
        year.ledger.leave(at, &due, &file, &ladder, date("2028-01-05"));
        let told: Vec<Breach> = year.ledger.breaches[before..].iter().map(|(breach, _, _)| *breach).collect();
        assert!(told.contains(&Breach::AskedOfCovered), "{told:?}");
    }

    #[test]
    fn the_ledger_sees_a_step_skipped_a_paper_that_waits_and_a_year_without_letters() {
        let mut year = year(5, 40, false);
        let (at, mut due) = late_letter(&mut year);
        let mut file = year.world.files[at].clone();
        let ladder = year.house.rules.ladder(file.lease.kind).unwrap().clone();
        let before = year.ledger.breaches.len();
        due.step = "derniere_relance".to_owned();
        due.period = "2028-01-01".to_owned();
        year.ledger.leave(at, &due, &file, &ladder, date("2028-02-03"));
        let pending = Pending { kind: PendingKind::Unread, source: "s".to_owned(), since: date("2028-02-03") };
        file.pending.push(pending);
        due.period = "2028-03-01".to_owned();
        year.ledger.leave(at, &due, &file, &ladder, date("2028-02-04"));
        let told: Vec<Breach> = year.ledger.breaches[before..].iter().map(|(breach, _, _)| *breach).collect();
        assert!(told.contains(&Breach::Skipped) && told.contains(&Breach::DespiteObstacle), "{told:?}");

        let options = Options { seed: 9, leases: 200, days: 300, first_day: date("2026-09-01"), breakdowns: false };
        let mut silent = Simulation::new(options, house());
        while silent.today().is_some() {
            silent.morning();
            silent.evening(None);
        }
        assert!(silent.ledger.count(Breach::Missed) > 20, "{}", silent.ledger.count(Breach::Missed));
    }

    /// Gives a letter that is due on a day when most leases are uncovered.
    fn late_letter(year: &mut Simulation) -> (usize, Due) {
        year.world.files.iter_mut().for_each(|file| {
            file.pending.clear();
            file.suspensions.clear();
        });
        let plan = due(&year.world.files, &year.house, Day { today: date("2028-01-03"), last_batch: None });
        let found = plan.outcomes.iter().enumerate().find_map(|(at, one)| match &one.outcome {
            Outcome::Due(due) if due.step == "relance" => Some((at, (**due).clone())),
            _ => None,
        });
        found.expect("some lease is due a letter")
    }
}
