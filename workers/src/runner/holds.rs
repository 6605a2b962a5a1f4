//! The jobs that this process holds, so that their holds can be renewed.

use crate::job::Job;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

/// The jobs held.
#[derive(Debug, Default)]
pub(super) struct Holds(Mutex<HashMap<String, Job>>);

/// A job held: until this is dropped its hold is renewed.
#[derive(Debug)]
pub(super) struct Hold<'a> {
    holds: &'a Holds,
    job: Job,
}

impl Holds {
    pub(super) fn hold(&self, job: Job) -> Hold<'_> {
        self.map().insert(job.id.clone(), job.clone());
        Hold { holds: self, job }
    }

    /// Gives the jobs held at this moment.
    pub(super) fn all(&self) -> Vec<Job> {
        self.map().values().cloned().collect()
    }

    pub(super) fn count(&self) -> usize {
        self.map().len()
    }

    fn map(&self) -> MutexGuard<'_, HashMap<String, Job>> {
        self.0.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}

impl Hold<'_> {
    pub(super) fn job(&self) -> &Job {
        &self.job
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        let mut map = self.holds.map();
        // The same job may have come back here under a later token.
        if map.get(&self.job.id).is_some_and(|held| held.token == self.job.token) {
            map.remove(&self.job.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{Class, Stage};

    fn job(token: i64) -> Job {
        Job {
            id: "s.read.1".to_owned(),
            source: "s".to_owned(),
            stage: Stage::Read,
            class: Class::Courant,
            attempts: 0,
            losses: 0,
            token,
            trace: String::new(),
        }
    }

    #[test]
    fn a_late_end_leaves_the_newer_hold() {
        let holds = Holds::default();
        let old = holds.hold(job(1));
        let new = holds.hold(job(2));
        drop(old);
        assert_eq!(holds.all(), [job(2)]);
        assert_eq!(new.job().token, 2);
        drop(new);
        assert_eq!(holds.count(), 0);
    }
}
