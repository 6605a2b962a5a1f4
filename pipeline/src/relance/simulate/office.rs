//! The landlord's sender in a made year: every letter through the published states, by a process that dies at any commit.
//!
//! What a process knows and has not committed dies with it; the next one starts from the rows. The receivers keep what
//! they were given whatever became of the sender, and are asked about what was left in flight. A process may also stall
//! and come back when another has done its work. What really left goes straight to the ledger, which trusts no row.

use super::super::{BusinessKey, Day, Due, House, Outcome, Plan, Recipient, StepState, still_due};
use super::crash::{Commit, Crashes, Died};
use super::dice::Dice;
use super::ledger::Ledger;
use super::rows::{End, Rows, Taken};
use super::world::World;
use crate::rules::Channel;
use crate::values::Date;
use std::collections::HashSet;
use std::sync::Arc;

/// Chances, in thousandths.
mod chance {
    /// The day is one on which the machine stays down after a death.
    pub(super) const DOWN: i32 = 100;
    /// The process is not dead but stalled, and comes back with what it held.
    pub(super) const STALLED: i32 = 300;
    /// Who stalled comes back before the next run, not later.
    pub(super) const WOKEN: i32 = 500;
    /// A batch is committed a second time, by whoever planned beside the first.
    pub(super) const TWICE: i32 = 50;
    /// The relay takes nothing.
    pub(super) const NO_RELAY: i32 = 20;
    /// The receiver refuses an e-mail for good.
    pub(super) const REFUSED: i32 = 4;
    /// The connection is cut where nobody can say.
    pub(super) const CUT: i32 = 15;
    /// The receiver's record cannot be read now.
    pub(super) const LATER: i32 = 30;
    /// It is gone for good.
    pub(super) const SILENT: i32 = 30;
}

/// Runs of the process on one day that end well, before what is left waits for the next.
const RUNS: u32 = 3;

/// What a day is lived with.
pub(super) struct Today<'a> {
    pub(super) world: &'a mut World,
    pub(super) ledger: &'a mut Ledger,
    pub(super) house: &'a House,
    pub(super) day: Date,
}

/// A process that did not die: what it held when it stalled.
#[derive(Clone, Copy, Debug)]
struct Stalled {
    id: usize,
    token: u32,
    end: Option<End>,
}

/// What became of letters, as far as it is worth telling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Left, whoever knows it.
    pub left: u64,
    /// Cancelled at the last look.
    pub cancelled: u64,
    /// Put off at the last look.
    pub put_off: u64,
    /// Proved absent at their receiver, and tried again.
    pub absent: u64,
    /// Refused for good.
    pub refused: u64,
    /// Found at their receiver without a receipt.
    pub found: u64,
    /// Doubts that were opened.
    pub doubts: u64,
    /// Doubts that an agent settled.
    pub judged: u64,
    /// Receipts of a process that came back too late: they change nothing.
    pub late_receipts: u64,
    /// Batches committed a second time or on a later day.
    pub stale_batches: u64,
}

/// The sender.
#[derive(Clone, Debug)]
pub struct Office {
    pub(super) rows: Rows,
    /// Commits and deaths.
    pub crashes: Crashes,
    /// What became of letters.
    pub sent: Sent,
    dice: Dice,
    /// What the receivers really have.
    received: HashSet<BusinessKey>,
    stalled: Vec<Stalled>,
    /// A batch planned by a process that stalled before it could commit it.
    stale: Option<Batch>,
    doubts: Vec<(Date, usize)>,
    run: u64,
}

/// What a batch decides: leases with their letters.
pub(super) type Batch = Vec<(usize, Arc<Due>)>;

impl Office {
    /// Opens it; processes die at so many of a thousand sides of commits.
    pub(super) fn new(seed: u64, crash_permille: i32) -> Self {
        let mut dice = Dice::new(seed ^ 0x5E4D_0FF1);
        Self {
            crashes: Crashes::new(dice.bits(), crash_permille),
            rows: Rows::default(),
            sent: Sent::default(),
            dice,
            received: HashSet::new(),
            stalled: Vec::new(),
            stale: None,
            doubts: Vec::new(),
            run: 0,
        }
    }

    /// Gives moves that were made, from where to where.
    pub fn moves(&self) -> impl Iterator<Item = (StepState, StepState)> {
        self.rows.moves.iter().copied()
    }

    /// Gives how often a step that had been cancelled was decided again under its key.
    pub fn revived(&self) -> u64 {
        self.rows.revived
    }

    /// Sends what a plan found due, and what other days left: process after process until one has nothing more to do.
    pub(super) fn day(&mut self, plan: &Plan, today: &mut Today<'_>) {
        let mut batch = Some(batch(plan));
        let stays_down = self.dice.one_in_thousand(chance::DOWN);
        let mut ended_well = 0;
        while ended_well < RUNS {
            self.run += 1;
            match self.process(&mut batch, today) {
                Ok(()) => ended_well += 1,
                Err(Died) if stays_down => break,
                Err(Died) => {}
            }
        }
        if let Some(lost) = batch.filter(|_| self.dice.one_in_thousand(chance::STALLED)) {
            self.stale = Some(lost);
        }
    }

    /// One life of the process.
    pub(super) fn process(&mut self, batch: &mut Option<Batch>, today: &mut Today<'_>) -> Result<(), Died> {
        self.wake(today)?;
        self.commit_stale(today)?;
        if let Some(planned) = batch.clone() {
            let again = self.dice.one_in_thousand(chance::TWICE).then(|| planned.clone());
            self.decide(&planned, batch, today)?;
            self.stale = again.or(self.stale.take());
        }
        self.prepare(today)?;
        self.ask(today)?;
        self.judge(today)?;
        self.dispatch(today)
    }

    fn decide(
        &mut self,
        planned: &[(usize, Arc<Due>)],
        left: &mut Option<Batch>,
        today: &mut Today<'_>,
    ) -> Result<(), Died> {
        let Self { crashes, rows, .. } = self;
        crashes.around(Commit::Decide, || {
            planned.iter().for_each(|(at, due)| rows.decide(*at, due, &mut today.world.files, today.day));
            *left = None;
        })
    }

    /// A batch that was planned on other facts: the last look has to notice.
    fn commit_stale(&mut self, today: &mut Today<'_>) -> Result<(), Died> {
        let Some(stale) = self.stale.take() else { return Ok(()) };
        self.sent.stale_batches += 1;
        self.decide(&stale, &mut None, today)
    }

    fn prepare(&mut self, today: &mut Today<'_>) -> Result<(), Died> {
        for id in self.rows.standing(StepState::Decided, &today.world.files) {
            let Self { crashes, rows, .. } = self;
            crashes.around(Commit::Prepare, || rows.move_to(id, StepState::Ready, &mut today.world.files))?;
        }
        Ok(())
    }

    fn dispatch(&mut self, today: &mut Today<'_>) -> Result<(), Died> {
        for id in self.rows.standing(StepState::Ready, &today.world.files) {
            if self.rows.row(id).not_before <= today.day {
                self.send(id, today)?;
            }
        }
        Ok(())
    }

    /// The last look, the hold, the sending, its receipt.
    fn send(&mut self, id: usize, today: &mut Today<'_>) -> Result<(), Died> {
        let (row, day) = (self.rows.row(id), today.day);
        let (at, key) = (row.at, row.sending().key.clone());
        let look = still_due(&key, &today.world.files[at], today.house, Day { today: day, last_batch: None });
        let Self { crashes, rows, sent, .. } = self;
        match look {
            Ok(()) => {}
            Err(reason) if reason.is_final() => {
                sent.cancelled += 1;
                return crashes.around(Commit::Cancel, || {
                    rows.move_to(id, StepState::Cancelled, &mut today.world.files);
                });
            }
            Err(_) => {
                sent.put_off += 1;
                today.ledger.disturb(at, day);
                return crashes.around(Commit::PutOff, || rows.row_mut(id).not_before = day.add_days(1));
            }
        }
        let taken = Taken { day, run: self.run };
        let mut token = rows.row(id).token + 1;
        let held = crashes.around(Commit::Take, || token = rows.take(id, taken, &mut today.world.files));
        // Only who holds a letter can come back with it.
        if held.is_err() && self.rows.row(id).token == token {
            self.stall(id, token, None);
        }
        held?;
        let end = self.hand_over(id, today);
        self.receipt(id, token, end, today)
    }

    /// Writes what came of sending, if anything is known of it.
    fn receipt(&mut self, id: usize, token: u32, end: Option<End>, today: &mut Today<'_>) -> Result<(), Died> {
        let Some(known) = end else { return Ok(()) };
        let Self { crashes, rows, .. } = self;
        let (mut kept, files) = (true, &mut today.world.files);
        let written = crashes.around(Commit::Receipt, || kept = rows.end(id, token, known, files, today.day));
        self.sent.late_receipts += u64::from(!kept);
        if written.is_err() {
            self.stall(id, token, end);
        }
        written
    }

    /// Notes that a process stalls where it might have died; what it held may be written after another has settled it.
    fn stall(&mut self, id: usize, token: u32, end: Option<End>) {
        if self.dice.one_in_thousand(chance::STALLED) {
            self.stalled.push(Stalled { id, token, end });
        }
    }

    /// Stalled processes come back. The time to send is over: what was not sent is said to be absent.
    fn wake(&mut self, today: &mut Today<'_>) -> Result<(), Died> {
        for stalled in std::mem::take(&mut self.stalled) {
            if self.dice.one_in_thousand(chance::WOKEN) {
                let end = stalled.end.unwrap_or(End::Absent(today.day));
                self.receipt(stalled.id, stalled.token, Some(end), today)?;
            } else {
                self.stalled.push(stalled);
            }
        }
        Ok(())
    }

    /// Hands a letter over; gives what the sender learns of it, which may be nothing.
    pub(super) fn hand_over(&mut self, id: usize, today: &mut Today<'_>) -> Option<End> {
        let is_mail = self.rows.row(id).sending().key.channel == Channel::Email;
        if self.dice.one_in_thousand(chance::NO_RELAY) {
            self.sent.absent += 1;
            let again = today.day.add_days(self.dice.between(0, 1));
            return Some(End::Absent(again));
        }
        if is_mail && self.dice.one_in_thousand(chance::REFUSED) {
            self.sent.refused += 1;
            return Some(End::Refused);
        }
        let cut = self.dice.one_in_thousand(chance::CUT);
        if !cut || self.dice.one_in_thousand(500) {
            self.leave(id, today);
        }
        (!cut).then_some(End::Received)
    }

    /// The receiver has it, whatever the sender will know.
    fn leave(&mut self, id: usize, today: &mut Today<'_>) {
        let row = self.rows.row(id);
        let (at, due, sending) = (row.at, Arc::clone(&row.due), row.sending().clone());
        self.sent.left += 1;
        self.received.insert(sending.key.clone());
        let file = &today.world.files[at];
        let Some(ladder) = today.house.rules.ladder(file.lease.kind) else { return };
        let first = today.ledger.leave(at, &due, &sending, file, ladder, today.day);
        if matches!(sending.to, Recipient::Tenants(_)) {
            today.world.receive(at, &due, sending.key.channel, first, today.day);
        }
    }

    /// Asks the receivers about what an earlier process left in flight.
    fn ask(&mut self, today: &mut Today<'_>) -> Result<(), Died> {
        for id in self.rows.standing(StepState::Sending, &today.world.files) {
            let Taken { day, run } = self.rows.row(id).taken;
            let silent = self.dice.one_in_thousand(chance::SILENT);
            let later = self.dice.one_in_thousand(chance::LATER);
            // Whoever took it in this life may still be sending; who does not answer is asked again for a day.
            if run == self.run || later && day == today.day {
                continue;
            }
            let end = match self.received.contains(&self.rows.row(id).sending().key) {
                _ if silent || later => End::Doubt,
                true => End::Received,
                false => End::Absent(today.day),
            };
            let Self { crashes, rows, .. } = self;
            let settled = crashes.around(Commit::Settle, || rows.settle(id, end, &mut today.world.files, today.day));
            self.count(id, end, today);
            settled?;
        }
        Ok(())
    }

    fn count(&mut self, id: usize, end: End, today: &Today<'_>) {
        if self.rows.state(id, &today.world.files) == StepState::Sending {
            return;
        }
        match end {
            End::Received => self.sent.found += 1,
            End::Absent(_) | End::Refused => self.sent.absent += 1,
            End::Doubt => {
                self.sent.doubts += 1;
                let looked_at = today.day.add_days(self.dice.between(1, 6));
                self.doubts.push((looked_at, id));
            }
        }
    }

    /// Agents look into doubts, and say what is true.
    fn judge(&mut self, today: &mut Today<'_>) -> Result<(), Died> {
        let due: Vec<usize> = self.doubts.iter().filter(|(day, _)| *day <= today.day).map(|(_, id)| *id).collect();
        for id in due {
            let has_it = self.received.contains(&self.rows.row(id).sending().key);
            let end = if has_it { End::Received } else { End::Absent(today.day) };
            let Self { crashes, rows, doubts, sent, .. } = self;
            crashes.around(Commit::Judge, || {
                rows.settle(id, end, &mut today.world.files, today.day);
                doubts.retain(|(_, one)| *one != id);
                sent.judged += 1;
            })?;
        }
        Ok(())
    }
}

/// Gives the letters that a plan decides; those with legal effect once a person has said yes.
pub(super) fn batch(plan: &Plan) -> Batch {
    let letters = plan.outcomes.iter().enumerate().filter_map(|(at, one)| match &one.outcome {
        Outcome::Due(due) if !due.legal_effect || due.approved => Some((at, Arc::new((**due).clone()))),
        Outcome::Due(_) | Outcome::Held(_) | Outcome::Nothing(_) => None,
    });
    letters.collect()
}
