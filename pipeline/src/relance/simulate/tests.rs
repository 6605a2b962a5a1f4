//! Made years without a breach, and planted faults: the ledger finds each.

use super::super::tests::{attestation, date, house};
use super::super::{Pending, PendingKind};
use super::crash::Died;
use super::office::{Today, batch};
use super::rows::{End, Taken};
use super::*;
use crate::relance::{Dispatch, Due};
use crate::rules::Ladder;
use std::sync::Arc;

fn simulation(seed: u64, leases: usize, breakdowns: bool, crash_permille: i32) -> Simulation {
    let first_day = date("2026-09-01");
    Simulation::new(Options { seed, leases, days: 365, first_day, breakdowns, crash_permille }, house())
}

fn year(seed: u64, leases: usize, breakdowns: bool, crash_permille: i32) -> Simulation {
    let mut simulation = simulation(seed, leases, breakdowns, crash_permille);
    while simulation.today().is_some() {
        simulation.morning();
        let plan = simulation.plan();
        simulation.evening(plan.as_ref());
    }
    simulation
}

#[test]
fn a_year_without_a_breach() {
    for (seed, breakdowns, crash_permille) in [(1, false, 0), (2, true, 20), (3, true, 60), (4, false, 60)] {
        let year = year(seed, 400, breakdowns, crash_permille);
        assert!(year.ledger.breaches.is_empty(), "seed {seed}: {:?}", year.ledger.breaches);
        assert!(year.ledger.letters["information"] > 150, "{:?}", year.ledger.letters);
        assert!(year.ledger.letters["mise_en_demeure"] > 0, "{:?}", year.ledger.letters);
        assert_eq!(year.office.sent.left, year.ledger.sendings, "the receivers and the record agree");
        assert_eq!(year.office.crashes.count() > 0, crash_permille > 0);
    }
}

#[test]
fn processes_die_on_both_sides_of_every_commit() {
    let year = year(6, 1200, true, 100);
    assert!(year.ledger.breaches.is_empty(), "{:?}", year.ledger.breaches);
    // What the last look puts off or cancels is rare: a process dies there in a larger year.
    let deaths = &year.office.crashes.deaths;
    let often = Commit::ALL.into_iter().filter(|commit| !matches!(commit, Commit::PutOff | Commit::Cancel));
    let places = often.flat_map(|commit| [(commit, Side::Before), (commit, Side::After)]);
    let missing: Vec<(Commit, Side)> = places.filter(|place| !deaths.contains_key(place)).collect();
    assert!(missing.is_empty(), "{missing:?} of {deaths:?}");
    let Sent { cancelled, put_off, absent, refused, found, doubts, judged, late_receipts, stale_batches, left } =
        year.office.sent;
    let counts = [cancelled, put_off, absent, refused, found, doubts, judged, late_receipts, stale_batches, left];
    assert!(counts.iter().all(|count| *count > 0), "{:?}", year.office.sent);
    assert!(judged <= doubts, "{:?}", year.office.sent);
}

#[test]
fn the_same_seed_makes_the_same_year() {
    let told = |year: Simulation| (year.ledger.letters, year.office.sent, year.office.crashes.deaths);
    assert_eq!(told(year(7, 60, true, 30)), told(year(7, 60, true, 30)));
}

#[test]
fn a_sender_that_takes_silence_for_absence_is_seen_sending_twice() {
    let mut simulation = simulation(8, 300, false, 120);
    for _ in 0..120 {
        simulation.morning();
        let mut planned = simulation.plan().map(|plan| batch(&plan));
        let Simulation { world, ledger, house, office, today, .. } = &mut simulation;
        let mut today = Today { world, ledger, house, day: *today };
        while office.process(&mut planned, &mut today) == Err(Died) {
            // What an outbox without a state for "maybe" does: it is not marked as sent, so it is sent.
            for id in office.rows.standing(StepState::Sending, &today.world.files) {
                office.rows.settle(id, End::Absent(today.day), &mut today.world.files, today.day);
            }
        }
        simulation.today = simulation.today.add_days(1);
    }
    assert!(simulation.ledger.count(Breach::Double) > 10, "{}", simulation.ledger.count(Breach::Double));
}

/// A day on which letters are prepared and none has left.
fn prepared() -> (Simulation, Vec<usize>) {
    let mut simulation = simulation(5, 40, false, 0);
    calm(&mut simulation);
    let plan = due(&simulation.world.files, &simulation.house, Day { today: late_day(), last_batch: None });
    for (at, due) in batch(&plan) {
        simulation.office.rows.decide(at, &due, &mut simulation.world.files, late_day());
    }
    let ids: Vec<usize> = simulation.office.rows.standing(StepState::Decided, &simulation.world.files);
    for id in &ids {
        simulation.office.rows.move_to(*id, StepState::Ready, &mut simulation.world.files);
    }
    (simulation, ids)
}

/// A day when most leases are uncovered.
fn late_day() -> Date {
    date("2028-01-03")
}

fn calm(simulation: &mut Simulation) {
    simulation.world.files.iter_mut().for_each(|file| {
        file.pending.clear();
        file.suspensions.clear();
    });
}

/// Hands a prepared letter over without any look, as a defect would; gives what the ledger finds.
fn forced(simulation: &mut Simulation, id: usize, day: Date) -> Vec<Breach> {
    let before = simulation.ledger.breaches.len();
    let Simulation { world, ledger, house, office, .. } = simulation;
    office.rows.take(id, Taken { day, run: 0 }, &mut world.files);
    office.hand_over(id, &mut Today { world, ledger, house, day });
    simulation.ledger.breaches[before..].iter().map(|(breach, _, _)| *breach).collect()
}

#[test]
fn planted_faults_are_found() {
    let (mut simulation, ids) = prepared();
    let relance =
        |simulation: &Simulation, id: usize| simulation.office.rows.step(id, &simulation.world.files).step == "relance";
    let late: Vec<usize> = ids.into_iter().filter(|id| relance(&simulation, *id)).collect();
    let &[sound, covered, again, ..] = &late[..] else { panic!("too few letters: {late:?}") };

    // Some days later, since the other ways of the same letters count as one day.
    assert_eq!(forced(&mut simulation, sound, date("2028-01-04")), []);
    let at = simulation.office.rows.row(covered).at;
    simulation.world.files[at].attestations.push(attestation("2027-01-01", "2028-12-31"));
    let found = forced(&mut simulation, covered, date("2028-01-05"));
    assert!(found.contains(&Breach::AskedOfCovered), "{found:?}");
    let twice = [date("2028-01-06"), date("2028-01-07")].map(|day| forced(&mut simulation, again, day));
    assert!(!twice[0].contains(&Breach::Double) && twice[1].contains(&Breach::Double), "{twice:?}");
}

#[test]
fn the_ledger_sees_a_step_skipped_a_paper_that_waits_and_a_year_without_letters() {
    let mut year = year(5, 40, false, 0);
    let (at, mut due, sending) = late_letter(&mut year);
    let mut file = year.world.files[at].clone();
    let ladder: Ladder = year.house.rules.ladder(file.lease.kind).unwrap().clone();
    let before = year.ledger.breaches.len();
    due.step = "derniere_relance".to_owned();
    due.period = "2028-01-01".to_owned();
    year.ledger.leave(at, &due, &sending, &file, &ladder, date("2028-02-03"));
    let pending = Pending { kind: PendingKind::Unread, source: "s".to_owned(), since: date("2028-02-03") };
    file.pending.push(pending);
    due.period = "2028-03-01".to_owned();
    year.ledger.leave(at, &due, &sending, &file, &ladder, date("2028-02-04"));
    let told: Vec<Breach> = year.ledger.breaches[before..].iter().map(|(breach, _, _)| *breach).collect();
    assert!(told.contains(&Breach::Skipped) && told.contains(&Breach::DespiteObstacle), "{told:?}");

    let mut silent = simulation(9, 200, false, 0);
    while silent.today().is_some() {
        silent.morning();
        silent.evening(None);
    }
    assert!(silent.ledger.count(Breach::Missed) > 20, "{}", silent.ledger.count(Breach::Missed));
}

#[test]
fn a_letter_that_was_decided_and_never_leaves_is_missed() {
    let (mut simulation, ids) = prepared();
    simulation.today = late_day().add_days(60);
    simulation.complete();
    let missed = simulation.ledger.count(Breach::Missed);
    assert!(missed > 0 && missed <= ids.len(), "{missed} of {}", ids.len());
}

#[test]
fn a_step_that_was_cancelled_is_decided_again_under_its_key_and_no_other_is() {
    let (mut simulation, ids) = prepared();
    let Simulation { world, office, .. } = &mut simulation;
    let (id, day) = (ids[0], late_day().add_days(9));
    let (at, due) = (office.rows.row(id).at, Arc::clone(&office.rows.row(id).due));
    office.rows.move_to(id, StepState::Cancelled, &mut world.files);
    let count = world.files[at].history.len();
    office.rows.decide(at, &due, &mut world.files, day);
    assert_eq!((office.rows.state(id, &world.files), office.revived()), (StepState::Decided, 1));
    assert_eq!((world.files[at].history.len(), office.rows.step(id, &world.files).decided), (count, day));
    office.rows.decide(at, &due, &mut world.files, day.add_days(1));
    assert_eq!(office.rows.step(id, &world.files).decided, day, "what is decided is not decided again");
}

/// Gives a letter that is due on a day when most leases are uncovered.
fn late_letter(year: &mut Simulation) -> (usize, Due, Dispatch) {
    calm(year);
    let plan = due(&year.world.files, &year.house, Day { today: late_day(), last_batch: None });
    let found = plan.outcomes.iter().enumerate().find_map(|(at, one)| match &one.outcome {
        Outcome::Due(due) if due.step == "relance" => Some((at, (**due).clone(), due.dispatches[0].clone())),
        _ => None,
    });
    found.expect("some lease is due a letter")
}
