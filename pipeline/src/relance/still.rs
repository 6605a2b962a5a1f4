//! The last look: whether a letter that was prepared may still leave.

use super::due::outcome;
use super::guards::clock_went_back;
use super::requirement::{Requirement, requirement};
use super::{BusinessKey, Day, Due, House, LeaseFile, Obligation, Outcome, PastStep, Reason, Rest, StepState, cover};
use crate::values::Date;

/// Looks once more, when a worker takes a prepared sending: the day of the week does not count any more.
///
/// # Errors
/// Why it may not leave; [`Reason::is_final`] tells whether it never will.
pub fn still_due(key: &BusinessKey, file: &LeaseFile, house: &House, day: Day) -> Result<(), Reason> {
    let others = without(file, key);
    let last = others.history.iter().map(|one| one.decided).max();
    if let Some(held) = clock_went_back(day, last) {
        return Err(held.reason);
    }
    let cover = cover(&others, &house.settings);
    match outcome(&others, &cover, house, day.today) {
        Outcome::Held(held) => Err(held.reason),
        Outcome::Due(due) if due.period == key.period && due.step == base(&key.step) => may_leave(&due, key),
        Outcome::Nothing(Rest::Waiting { step, .. }) if step == base(&key.step) => Err(Reason::TropTot),
        Outcome::Due(_) | Outcome::Nothing(_) => Err(why_not(key, &others, house, day.today)),
    }
}

/// The step is due: with a person's yes where it needs one, and by ways that still work.
fn may_leave(due: &Due, key: &BusinessKey) -> Result<(), Reason> {
    if due.legal_effect && !due.approved {
        return Err(Reason::AccordAttendu);
    }
    let by_this_way = due.dispatches.iter().any(|one| one.key == *key);
    if by_this_way { Ok(()) } else { Err(Reason::CanalIndisponible) }
}

/// Gives the file as if the step had not been decided; ways by which it came back stay. Of two letters that wait, the one
/// decided first leaves first: if each looked at the other, neither would.
fn without(file: &LeaseFile, key: &BusinessKey) -> LeaseFile {
    let same = |one: &PastStep| {
        one.obligation == key.obligation && one.period == key.period && base(&one.step) == base(&key.step)
    };
    let own = file.history.iter().position(|one| same(one) && one.channel == key.channel);
    let turn = own.map(|at| (file.history[at].decided, at));
    let behind = |at: usize, one: &PastStep| one.state.waits() && turn.is_some_and(|turn| (one.decided, at) > turn);
    let kept = file
        .history
        .iter()
        .enumerate()
        .filter(|(at, one)| if same(one) { one.state == StepState::Undelivered } else { !behind(*at, one) });
    let history = kept.map(|(_, one)| one.clone()).collect();
    LeaseFile { history, ..file.clone() }
}

/// Gives the code of the step that a copy is of.
fn base(step: &str) -> &str {
    step.strip_suffix("_copie").unwrap_or(step)
}

fn why_not(key: &BusinessKey, file: &LeaseFile, house: &House, today: Date) -> Reason {
    let cover = cover(file, &house.settings);
    let owed = requirement(file, &cover, house, house.rules.ladder(file.lease.kind), today);
    if !matches!(owed, Requirement::Owed(_)) {
        return Reason::PlusDu;
    }
    let covered = match key.obligation {
        Obligation::Assurance => Date::from_iso(&key.period).is_some_and(|from| cover.covers(from)),
        Obligation::PieceRefusee => cover.covers(today),
        Obligation::Remerciement | Obligation::PourCompte => false,
    };
    if covered { Reason::Couvert } else { Reason::EtapeDepassee }
}

impl Reason {
    /// Tells whether what is kept for this reason will never leave: it is cancelled, not kept.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Couvert | Self::PlusDu | Self::EtapeDepassee | Self::CanalIndisponible | Self::VoiesExclusives
        )
    }
}
