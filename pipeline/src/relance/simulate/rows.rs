//! The database of a made sender: one row a sending, its business key unique, each in one of the published states.
//!
//! The state of a row is that of its step in the file of its lease, so that planner and sender see the same.

use super::super::{BusinessKey, Dispatch, Due, LeaseFile, PastStep, StepState};
use crate::values::Date;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A sending.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The lease.
    pub(super) at: usize,
    /// The step in its history.
    place: usize,
    /// The letter, while it may leave.
    pub(super) due: Arc<Due>,
    /// Which of its sendings.
    pub(super) dispatch: usize,
    /// Grows with each taking: who comes back with an older one changes nothing.
    pub(super) token: u32,
    /// When it was taken last.
    pub(super) taken: Taken,
    /// Not before.
    pub(super) not_before: Date,
}

/// When a sending was taken: on which day, by which run of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) day: Date,
    pub(super) run: u64,
}

impl Row {
    /// Gives the sending as it was decided.
    pub(super) fn sending(&self) -> &Dispatch {
        &self.due.dispatches[self.dispatch]
    }
}

/// All sendings.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    all: Vec<Row>,
    by_key: HashMap<BusinessKey, usize>,
    /// Those that have come to no end.
    open: BTreeSet<usize>,
    /// Moves that were made.
    pub(super) moves: BTreeSet<(StepState, StepState)>,
    /// Cancelled, and due again.
    pub(super) revived: u64,
}

impl Rows {
    /// Gives one.
    pub(super) fn row(&self, id: usize) -> &Row {
        &self.all[id]
    }

    /// Gives one to be changed.
    pub(super) fn row_mut(&mut self, id: usize) -> &mut Row {
        &mut self.all[id]
    }

    /// Gives those that stand in a state, the first decided first.
    pub(super) fn standing(&self, state: StepState, files: &[LeaseFile]) -> Vec<usize> {
        self.open.iter().copied().filter(|id| self.state(*id, files) == state).collect()
    }

    /// Gives those that have come to no end.
    pub(super) fn unfinished(&self) -> impl Iterator<Item = usize> {
        self.open.iter().copied()
    }

    /// Gives where one stands.
    pub(super) fn state(&self, id: usize, files: &[LeaseFile]) -> StepState {
        self.step(id, files).state
    }

    /// Gives its step in the file.
    pub(super) fn step<'f>(&self, id: usize, files: &'f [LeaseFile]) -> &'f PastStep {
        let Row { at, place, .. } = self.all[id];
        &files[at].history[place]
    }

    /// Decides the sendings of a letter. One that is known stays as it is, unless it was cancelled: then it is due again,
    /// under the same key.
    pub(super) fn decide(&mut self, at: usize, due: &Arc<Due>, files: &mut [LeaseFile], day: Date) {
        for (dispatch, sending) in due.dispatches.iter().enumerate() {
            match self.by_key.get(&sending.key).copied() {
                None => self.add(at, due, dispatch, files, day),
                Some(id) if self.state(id, files) == StepState::Cancelled => {
                    self.revived += 1;
                    self.move_to(id, StepState::Decided, files);
                    let row = &mut self.all[id];
                    (row.due, row.dispatch, row.not_before) = (Arc::clone(due), dispatch, day);
                    files[at].history[row.place].decided = day;
                }
                Some(_) => {}
            }
        }
    }

    fn add(&mut self, at: usize, due: &Arc<Due>, dispatch: usize, files: &mut [LeaseFile], day: Date) {
        let key = &due.dispatches[dispatch].key;
        let history = &mut files[at].history;
        let (id, place) = (self.all.len(), history.len());
        history.push(PastStep {
            obligation: key.obligation,
            period: key.period.clone(),
            step: key.step.clone(),
            channel: key.channel,
            decided: day,
            sent: None,
            presented: None,
            delivered: None,
            proof: None,
            state: StepState::Decided,
        });
        self.by_key.insert(key.clone(), id);
        self.open.insert(id);
        let taken = Taken { day, run: 0 };
        self.all.push(Row { at, place, due: Arc::clone(due), dispatch, token: 0, taken, not_before: day });
    }

    /// Moves one, and remembers the move.
    pub(super) fn move_to(&mut self, id: usize, to: StepState, files: &mut [LeaseFile]) {
        let Row { at, place, .. } = self.all[id];
        let step = &mut files[at].history[place];
        self.moves.insert((step.state, to));
        step.state = to;
        if matches!(to, StepState::Handed | StepState::Undelivered | StepState::Cancelled) {
            self.open.remove(&id);
        } else {
            self.open.insert(id);
        }
    }

    /// Takes one; gives the token that proves it.
    pub(super) fn take(&mut self, id: usize, taken: Taken, files: &mut [LeaseFile]) -> u32 {
        self.move_to(id, StepState::Sending, files);
        let row = &mut self.all[id];
        row.taken = taken;
        row.token += 1;
        row.token
    }

    /// Ends a holding. Gives false where whoever says so does not hold it any more.
    pub(super) fn end(&mut self, id: usize, token: u32, end: End, files: &mut [LeaseFile], day: Date) -> bool {
        if self.all[id].token != token || self.state(id, files) != StepState::Sending {
            return false;
        }
        self.settle(id, end, files, day);
        true
    }

    /// Writes what became of one that was taken.
    pub(super) fn settle(&mut self, id: usize, end: End, files: &mut [LeaseFile], day: Date) {
        match end {
            End::Received => {
                self.move_to(id, StepState::Handed, files);
                let Row { at, place, .. } = self.all[id];
                files[at].history[place].sent = Some(day);
            }
            End::Absent(not_before) => {
                self.move_to(id, StepState::Ready, files);
                self.all[id].not_before = not_before;
            }
            End::Refused => {
                self.move_to(id, StepState::Undelivered, files);
                files[self.all[id].at].contacts.email_bounced = Some(day);
            }
            End::Doubt => self.move_to(id, StepState::Doubt, files),
        }
    }
}

/// What became of a letter that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Its receiver has it.
    Received,
    /// Its receiver does not have it: again, from a day on.
    Absent(Date),
    /// Refused for good.
    Refused,
    /// Nobody can say.
    Doubt,
}
