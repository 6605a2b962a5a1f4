//! References that the broker has handed over and nobody has claimed yet.

use super::Counts;
use super::message;
use crate::job::{Class, Stage};
use lapin::Acker;
use lapin::options::{BasicAckOptions, BasicNackOptions};
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// Time for an acknowledgement to leave.
const SETTLE: Duration = Duration::from_secs(5);

/// A reference to a job.
#[derive(Debug)]
pub(super) struct Letter {
    /// The job.
    pub(super) job: String,
    acker: Acker,
}

impl Letter {
    /// Reads a message; what is no reference is refused, and goes to the dead letters with its reason.
    pub(super) async fn open(delivery: lapin::message::Delivery) -> Option<Self> {
        match message::job_of(&delivery.data) {
            Some(job) => Some(Self { job, acker: delivery.acker }),
            None => {
                let _ = timeout(SETTLE, delivery.acker.reject(lapin::options::BasicRejectOptions::default())).await;
                None
            }
        }
    }

    /// Acknowledges; false where that did not reach the broker, which then hands the reference out again.
    #[must_use]
    pub(super) async fn acknowledge(&self) -> bool {
        // `Ok(false)` is a stale acknowledgement: of a connection that is no more.
        matches!(timeout(SETTLE, self.acker.ack(BasicAckOptions::default())).await, Ok(Ok(true)))
    }

    /// Gives the reference back to the broker.
    pub(super) async fn give_back(&self) {
        let options = BasicNackOptions { requeue: true, ..BasicNackOptions::default() };
        // Where this does not arrive, the end of the connection has the same effect.
        let _ = timeout(SETTLE, self.acker.nack(options)).await;
    }
}

/// The references at hand, by stage and class.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    state: Mutex<State>,
    news: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Counts sessions: what an older one hands over is void.
    session: u64,
    open: bool,
    letters: HashMap<(Stage, Class), VecDeque<Letter>>,
}

impl Inbox {
    /// Opens the inbox for a new session and gives its number.
    pub(super) fn open(&self) -> u64 {
        let mut state = self.state();
        state.session += 1;
        state.open = true;
        state.letters.clear();
        state.session
    }

    /// Closes the inbox: the broker will hand out again whatever is in it.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.open = false;
        state.letters.clear();
        drop(state);
        self.news.notify_one();
    }

    /// Tells whether a session is handing over.
    pub(super) fn is_open(&self) -> bool {
        self.state().open
    }

    pub(super) fn put(&self, session: u64, stage: Stage, class: Class, letter: Letter, counts: &Counts) {
        let mut state = self.state();
        if state.open && state.session == session {
            state.letters.entry((stage, class)).or_default().push_back(letter);
            drop(state);
            Counts::add(&counts.received, 1);
            self.news.notify_one();
        }
    }

    pub(super) fn take(&self, stage: Stage, class: Class) -> Option<Letter> {
        self.state().letters.get_mut(&(stage, class))?.pop_front()
    }

    /// Waits for something new.
    pub(super) async fn news(&self) {
        self.news.notified().await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}
