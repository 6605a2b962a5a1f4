//! The outside record of a made year: what left, held against rules written down here a second time.
//!
//! The ledger asks the planner nothing. It knows days insured as bare days from the papers of the file, and what left as it
//! saw it leave.

use super::super::{BusinessKey, Dispatch, Due, LeaseFile, Obligation, Recipient, StepState};
use crate::rules::{Channel, Ladder, StepKind};
use crate::values::Date;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What must never be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breach {
    /// A letter asked for cover that was proven.
    AskedOfCovered,
    /// The same sending twice, or two letters to a lease on one day.
    Double,
    /// A step left before one that it follows.
    Skipped,
    /// A letter left while a paper waited, after a death, or in a pause.
    DespiteObstacle,
    /// Nothing left for an uncovered dwelling that nothing kept from it.
    Missed,
    /// A text message too soon after another.
    TwoTexts,
    /// A step with legal effect left without a person's yes, or steps of two tracks.
    Legal,
}

impl Breach {
    /// Gives what people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AskedOfCovered => "lettres à un locataire couvert ce jour-là",
            Self::Double => "étapes en double",
            Self::Skipped => "étapes sautées",
            Self::DespiteObstacle => "lettres malgré un papier en attente, un décès ou une pause",
            Self::Missed => "relances manquées",
            Self::TwoTexts => "SMS à moins de sept jours",
            Self::Legal => "actes sans accord ou sur les deux voies",
        }
    }

    /// Gives all of them.
    pub fn all() -> [Self; 7] {
        use Breach::{AskedOfCovered, DespiteObstacle, Double, Legal, Missed, Skipped, TwoTexts};
        [AskedOfCovered, Double, Skipped, DespiteObstacle, Missed, TwoTexts, Legal]
    }
}

/// What left for one lease.
#[derive(Clone, Debug, Default)]
struct Record {
    keys: HashSet<BusinessKey>,
    steps: HashMap<String, Vec<String>>,
    /// The letter that left last: its day, its period and its step.
    last: Option<(Date, String, String)>,
    last_text: Option<Date>,
    /// The last day on which something kept letters, or something happened.
    disturbed: Option<Date>,
}

/// The record of all leases.
#[derive(Clone, Debug)]
pub struct Ledger {
    records: Vec<Record>,
    /// Breaches with lease and day, in the order of their days.
    pub breaches: Vec<(Breach, String, Date)>,
    /// Letters by step, by whichever ways each left.
    pub letters: BTreeMap<String, u64>,
    /// Sendings: a letter by each of its ways.
    pub sendings: u64,
}

/// Tells whether a day is proven insured, straight from the papers.
fn insured(file: &LeaseFile, day: Date) -> bool {
    file.attestations.iter().any(|paper| {
        let made = paper.issued.unwrap_or(paper.received);
        let ended =
            |day: Date| file.terminations.iter().any(|t| t.policy == paper.policy && made <= t.received && t.end < day);
        paper.start <= day && day <= paper.end && !ended(day)
    })
}

impl Ledger {
    /// Opens the record of so many leases.
    pub fn new(leases: usize) -> Self {
        let records = vec![Record::default(); leases];
        Self { records, breaches: Vec::new(), letters: BTreeMap::new(), sendings: 0 }
    }

    /// Notes that something happened to a lease, or kept it.
    pub fn disturb(&mut self, at: usize, day: Date) {
        self.records[at].disturbed = Some(day);
    }

    /// Notes a letter that leaves by one of its ways, and what is wrong with it. Gives whether it is the first way.
    pub fn leave(
        &mut self,
        at: usize,
        due: &Due,
        sending: &Dispatch,
        file: &LeaseFile,
        ladder: &Ladder,
        day: Date,
    ) -> bool {
        let mut wrong = Vec::new();
        let record = &mut self.records[at];
        if due.obligation == Obligation::Assurance {
            let from = Date::from_iso(&due.period).unwrap_or(day);
            let asked = if record_is_task(ladder, &due.step) { None } else { Some(from.max(day)) };
            wrong.extend(asked.filter(|asked| insured(file, *asked)).map(|_| Breach::AskedOfCovered));
            wrong.extend(skips(record, due, ladder, from, day).then_some(Breach::Skipped));
            wrong.extend(breaks_law(record, due, file, ladder).then_some(Breach::Legal));
        }
        wrong.extend(despite(due, file, day).then_some(Breach::DespiteObstacle));
        wrong.extend(record.another_on(due, day).then_some(Breach::Double));
        wrong.extend((!record.keys.insert(sending.key.clone())).then_some(Breach::Double));
        wrong.extend(record.text_too_soon(sending, day).then_some(Breach::TwoTexts));
        let left = record.steps.entry(due.period.clone()).or_default();
        let first = !left.contains(&due.step);
        if first {
            left.push(due.step.clone());
            *self.letters.entry(due.step.clone()).or_default() += 1;
        }
        self.sendings += 1;
        self.breaches.extend(wrong.into_iter().map(|breach| (breach, due.lease.clone(), day)));
        first
    }

    /// Notes a letter that was decided, and that nothing kept from leaving, and that never left.
    pub(super) fn forgotten(&mut self, lease: &str, day: Date) {
        self.breaches.push((Breach::Missed, lease.to_owned(), day));
    }

    /// At the end of a day: a dwelling uncovered for long, undisturbed, had its letter after the end.
    pub fn close(&mut self, at: usize, file: &LeaseFile, ladder: &Ladder, day: Date) {
        let Some(step) = ladder.steps.iter().find(|step| step.day.is_some_and(|days| days >= 0)) else { return };
        let long = step.day.unwrap_or_default() + PATIENCE;
        let since = day.add_days(-long);
        let calm = self.records[at].disturbed.is_none_or(|last| last < since.add_days(-PATIENCE));
        // Looked at once: on the day when it has been uncovered for exactly so long.
        let just_long = insured(file, since) && (1..=long).all(|days| !insured(file, since.add_days(days)));
        if calm && just_long && !self.has(at, &since.add_days(1).to_string(), &step.code) {
            self.breaches.push((Breach::Missed, file.lease.reference.clone(), day));
        }
    }

    fn has(&self, at: usize, period: &str, step: &str) -> bool {
        self.records[at].steps.get(period).is_some_and(|steps| steps.iter().any(|one| one == step))
    }

    /// Gives how often a breach happened.
    pub fn count(&self, breach: Breach) -> usize {
        self.breaches.iter().filter(|(one, _, _)| *one == breach).count()
    }
}

impl Record {
    /// Tells whether another letter left on the day, and notes this one.
    fn another_on(&mut self, due: &Due, day: Date) -> bool {
        let now = (day, due.period.clone(), due.step.clone());
        let other = self.last.as_ref().is_some_and(|last| last.0 == day && *last != now);
        self.last = Some(now);
        other
    }

    /// Tells whether a text message follows another too soon, and notes it.
    fn text_too_soon(&mut self, sending: &Dispatch, day: Date) -> bool {
        if !matches!(sending.to, Recipient::Tenants(_)) || sending.key.channel != Channel::Sms {
            return false;
        }
        let soon = self.last_text.is_some_and(|last| last.add_days(7) > day);
        self.last_text = Some(day);
        soon
    }
}

/// Days given to a letter beyond its day: a breakdown of a month, the days between two letters, holidays.
const PATIENCE: i32 = 45;

fn record_is_task(ladder: &Ladder, step: &str) -> bool {
    ladder.step(step).is_some_and(|step| step.kind == StepKind::Task)
}

/// Tells whether a step before this one has not left, though it still had an object.
fn skips(record: &Record, due: &Due, ladder: &Ladder, from: Date, day: Date) -> bool {
    let left = record.steps.get(&due.period);
    let before = ladder.all_steps().take_while(|step| step.code != due.step);
    let mut missing = before.filter(|step| step.track.is_none()).filter(|step| {
        let lapsed = step.lapses.is_some_and(|days| from.add_days(days - 1) <= day);
        !lapsed && left.is_none_or(|left| !left.contains(&step.code))
    });
    missing.next().is_some()
}

fn breaks_law(record: &Record, due: &Due, file: &LeaseFile, ladder: &Ladder) -> bool {
    let Some(step) = ladder.step(&due.step).filter(|step| step.legal_effect) else { return false };
    let approved = file.approvals.iter().any(|one| one.step == due.step && one.period == due.period);
    let left = record.steps.get(&due.period);
    let other = ladder.tracks.iter().filter(|track| Some(&track.code) != step.track.as_ref());
    let both = other.flat_map(|track| &track.steps).any(|other| left.is_some_and(|left| left.contains(&other.code)));
    !approved || both
}

fn despite(due: &Due, file: &LeaseFile, day: Date) -> bool {
    let paused = file.suspensions.iter().any(|one| one.from <= day && one.until.is_none_or(|until| until >= day));
    // While nobody knows whether a step left, the next one waits; the same step may go another way, and replies are none.
    let doubtful = due.obligation == Obligation::Assurance
        && file.history.iter().any(|one| {
            one.state == StepState::Doubt
                && one.obligation == due.obligation
                && one.period == due.period
                && !one.step.starts_with(&due.step)
                && !one.step.ends_with("_copie")
        });
    !file.pending.is_empty() || file.situation.death.is_some() || paused || doubtful
}
