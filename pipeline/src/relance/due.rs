//! The batch of a day: exactly one outcome for each lease.

use super::draft::Draft;
use super::guards::{clock_went_back, held, obstacle};
use super::ladder::{Next, Walk, sentence};
use super::replies;
use super::requirement::{Owed, Requirement, requirement};
use super::{
    Cover, Day, Held, House, LeaseFile, LeaseOutcome, LetterFacts, Outcome, PastStep, Plan, Reason, Rest, StepState,
    cover, household, tasks,
};
use crate::rules::Ladder;
use crate::values::Date;

/// Gives what is due on a day, and why nothing is where nothing is.
pub fn due(files: &[LeaseFile], house: &House, day: Day) -> Plan {
    let today = day.today;
    let last = files.iter().flat_map(|file| &file.history).map(|one| one.decided).max();
    let back = clock_went_back(day, last);
    let works = house.works(today);
    let mut outcomes = Vec::with_capacity(files.len());
    let mut todo = Vec::new();
    for file in files {
        let cover = cover(file, &house.settings);
        let outcome = match &back {
            Some(held) => Outcome::Held(held.clone()),
            None => on_working_day(outcome(file, &cover, house, today), works, house, today),
        };
        todo.extend(tasks::tasks(file, &cover, today));
        outcomes.push(LeaseOutcome { lease: file.lease.reference.clone(), outcome });
    }
    household::merge(&mut outcomes, files);
    Plan { day: today, outcomes, tasks: todo }
}

/// Keeps letters until the house works.
fn on_working_day(outcome: Outcome, works: bool, house: &House, today: Date) -> Outcome {
    match outcome {
        Outcome::Due(due) if !works => {
            let next = house.next_working(today).in_french();
            let why = format!("Jour non ouvré : part le {next}.");
            Outcome::Held(Held { step: Some(due.step), ..held(Reason::JourNonOuvre, why, false) })
        }
        other => other,
    }
}

/// Gives what comes of one lease, whatever the day of the week.
pub(super) fn outcome(file: &LeaseFile, cover: &Cover, house: &House, today: Date) -> Outcome {
    let ladder = house.rules.ladder(file.lease.kind);
    let required = requirement(file, cover, house, ladder, today);
    let (Some(ladder), Requirement::Owed(owed)) = (ladder, &required) else {
        return without_duty(file, cover, ladder, required, today);
    };
    let wanted = wanted(file, cover, ladder, *owed, today);
    // A cover that a notice may have ended is no rest: an agent looks, whatever the day.
    if let Wanted::Rest(rest) = &wanted
        && cover.unlinked.is_empty()
    {
        return Outcome::Nothing(rest.clone());
    }
    if let Some(held) = obstacle(file, cover, &ladder.head, today) {
        return Outcome::Held(held);
    }
    match wanted {
        Wanted::Letter(draft) => addressed(*draft, file, ladder, today),
        Wanted::Held(held) => Outcome::Held(held),
        Wanted::Rest(rest) => Outcome::Nothing(rest),
    }
}

/// What would come of a lease that nothing keeps.
enum Wanted<'a> {
    Letter(Box<Draft<'a>>),
    Held(Held),
    Rest(Rest),
}

/// A lease that owes nothing may still have to hear that the insurance on its tenant's behalf is over.
fn without_duty(
    file: &LeaseFile,
    cover: &Cover,
    ladder: Option<&Ladder>,
    required: Requirement,
    today: Date,
) -> Outcome {
    let Some(ladder) = ladder else { return nothing(required) };
    let reply = replies::end_on_behalf(file, ladder, today).filter(|_| file.situation.death.is_none());
    match reply {
        Some(draft) => match obstacle_to_reply(file, cover, ladder, today) {
            Some(held) => Outcome::Held(held),
            None => addressed(draft, file, ladder, today),
        },
        None => nothing(required),
    }
}

/// The end of a lease keeps no letter about its end.
fn obstacle_to_reply(file: &LeaseFile, cover: &Cover, ladder: &Ladder, today: Date) -> Option<Held> {
    obstacle(file, cover, &ladder.head, today).filter(|held| held.reason != Reason::CongeProche)
}

fn nothing(required: Requirement) -> Outcome {
    match required {
        Requirement::NotRequired { why } => Outcome::Nothing(Rest::NotRequired { why }),
        Requirement::NoFirstDay | Requirement::Owed(_) => {
            let why = "Le registre ne donne pas la date d'effet du bail : la compléter.".to_owned();
            Outcome::Held(held(Reason::DateEffetInconnue, why, true))
        }
    }
}

fn wanted<'a>(file: &LeaseFile, cover: &Cover, ladder: &'a Ladder, owed: Owed, today: Date) -> Wanted<'a> {
    let reply = replies::end_on_behalf(file, ladder, today)
        .or_else(|| replies::thanks(file, cover, ladder, today))
        .or_else(|| replies::refusal(file, &owed, ladder, today));
    if let Some(draft) = reply {
        return Wanted::Letter(Box::new(draft));
    }
    if let Some(contract) = file.insured_on_behalf(today).filter(|_| owed.from <= today) {
        return Wanted::Rest(Rest::OnBehalf { since: contract.start });
    }
    along_ladder(file, cover, ladder, owed, today)
}

fn along_ladder<'a>(file: &LeaseFile, cover: &Cover, ladder: &'a Ladder, owed: Owed, today: Date) -> Wanted<'a> {
    let first = ladder.steps.first().and_then(|step| step.day).unwrap_or_default();
    if let Some(until) = cover.last_day_from(today).filter(|_| owed.cover_end().add_days(first) > today) {
        return Wanted::Rest(Rest::Covered { until });
    }
    let walk = Walk { file, ladder, owed, today };
    match walk.next() {
        Next::Held(held) => Wanted::Held(held),
        Next::Later { step, until } => Wanted::Rest(Rest::Waiting { step: step.to_owned(), until }),
        Next::Step { step, proof } => {
            let facts = LetterFacts {
                cover_end: owed.known_before.then(|| owed.cover_end()),
                missing_from: Some(owed.from),
                missing_until: owed.until,
                refusals: Vec::new(),
                reminded: walk.reminded(),
            };
            let mut draft = Draft::of_step(step, owed.period(), sentence(&step.why, &owed, today, proof), facts);
            draft.approved = walk.approved(step);
            Wanted::Letter(Box::new(draft))
        }
    }
}

/// Gives the letter its ways, unless another one was decided for this lease or left today, or still waits to leave.
fn addressed(draft: Draft<'_>, file: &LeaseFile, ladder: &Ladder, today: Date) -> Outcome {
    let leaves_soon =
        |one: &PastStep| one.state == StepState::Ready || one.state == StepState::Decided && !awaits_yes(ladder, one);
    let busy = file.taken().any(|one| one.decided == today || one.sent == Some(today) || leaves_soon(one));
    if busy {
        return Outcome::Nothing(Rest::Waiting { step: draft.step.to_owned(), until: today.add_days(1) });
    }
    match draft.address(file, &ladder.head, today) {
        Ok(due) => Outcome::Due(Box::new(due)),
        Err(held) => Outcome::Held(held),
    }
}

/// A step that waits for a person keeps no reply from leaving.
fn awaits_yes(ladder: &Ladder, one: &PastStep) -> bool {
    ladder.step(&one.step).is_some_and(|step| step.legal_effect)
}
