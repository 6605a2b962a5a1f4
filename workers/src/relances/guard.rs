//! The breakers: what makes everything that would leave wait until a person has looked.

use crate::clock::Moment;
use crate::notify::witness::{Testimony, Witness};
use crate::stop::Stop;
use crate::store::Store;
use crate::store::relances::{Breaker, Opening};
use guichet_pipeline::values::Date;
use std::time::Duration;

/// A clock that moves by more than this, against a stopwatch or against what the database has seen, stops everything.
pub(super) const JUMP: Duration = Duration::from_secs(3600);
/// Rounds are daily, but for weekends, holidays and a house that is closed: after so long a person looks at the clock.
const SILENCE: Duration = Duration::from_secs(40 * 24 * 3600);
/// Batches of which the median is taken.
const BATCHES: i64 = 20;
/// Fewer batches than this have no usual number.
const FEW: usize = 5;
/// So many reminders are never too many.
const SMALL: i64 = 20;

/// What stops everything.
#[derive(Clone, Debug)]
pub struct Guard {
    /// The database.
    pub store: Store,
    /// The file outside that knows how far sending had come.
    pub witness: Witness,
    /// The fingerprint of ladder, letters and checks.
    pub rules: String,
    /// How many times the usual number is too many.
    pub volume_max: u64,
}

impl Guard {
    /// Looks at everything that may stop sending, and at `planned` reminders where a batch is about to be decided; freezes
    /// the gate where one trips. Tells whether the gate stands frozen.
    ///
    /// # Errors
    /// When the database or the witness does not answer: then nothing may leave.
    pub async fn stands(&self, planned: Option<usize>, now: Moment) -> Result<bool, Stop> {
        if let Some((breaker, why)) = self.tripped(planned, now).await? {
            let held_back = self.store.freeze(breaker, &why, "guichet", now).await?;
            tracing::error!(breaker = breaker.code(), held_back, "sending is frozen until a person opens");
        }
        let gate = self.store.pass_by(&self.rules, now).await?;
        Ok(gate.frozen_at.is_some())
    }

    /// Opens the gate in a person's name. Where a backup was restored, whatever was due until `today` is first asked about
    /// at its receiver. Gives how many reminders are let go.
    ///
    /// # Errors
    /// When the database or the witness does not answer.
    pub async fn open(&self, author: &str, today: Date, now: Moment) -> Result<usize, Stop> {
        let testimony = self.testimony().await?;
        let gate = self.store.gate().await?;
        let restored = testimony != Testimony::Same || gate.breaker.as_deref() == Some(Breaker::Restored.code());
        let seen = match testimony {
            Testimony::Older { seen } => seen,
            Testimony::Same | Testimony::Unknown => gate.generation,
        };
        let generation = seen.max(gate.generation) + 1;
        let today = today.to_string();
        let ask_until = restored.then_some(today.as_str());
        let opening = Opening { author, rules: &self.rules, ask_until, generation };
        let released = self.store.open_gate(&opening, now).await?;
        self.witness.note(generation).map_err(unreadable)?;
        Ok(released)
    }

    async fn tripped(&self, planned: Option<usize>, now: Moment) -> Result<Option<(Breaker, String)>, Stop> {
        let testimony = self.testimony().await?;
        let gate = self.store.gate().await?;
        match testimony {
            Testimony::Same => {}
            Testimony::Older { seen } => {
                let forgotten = seen - gate.generation;
                let why = format!(
                    "la base a oublié {forgotten} envoi(s) : une sauvegarde a été restaurée ; ouvrir, et les destinataires seront interrogés d'abord"
                );
                return Ok(Some((Breaker::Restored, why)));
            }
            Testimony::Unknown => {
                let why = "le témoin des envois a disparu : base restaurée sur une autre machine, ou fichier perdu ; ouvrir, et les destinataires seront interrogés d'abord";
                return Ok(Some((Breaker::Restored, why.to_owned())));
            }
        }
        if now.plus(JUMP) < gate.seen_at {
            let why = format!(
                "l'horloge a reculé : il a déjà été {} ; la remettre à l'heure, puis ouvrir",
                gate.seen_at.rfc3339()
            );
            return Ok(Some((Breaker::Clock, why)));
        }
        if gate.seen_at != Moment(0) && gate.seen_at.plus(SILENCE) < now {
            let why = format!(
                "rien depuis {} : l'horloge a sauté, ou la maison a dormi ; vérifier, puis ouvrir",
                gate.seen_at.rfc3339()
            );
            return Ok(Some((Breaker::Clock, why)));
        }
        if gate.rules.as_deref().is_some_and(|rules| rules != self.rules) {
            let why =
                "l'échelle, les lettres ou les contrôles ont changé : relire « guichet relances due », puis ouvrir";
            return Ok(Some((Breaker::Rules, why.to_owned())));
        }
        self.too_many(planned).await
    }

    async fn too_many(&self, planned: Option<usize>) -> Result<Option<(Breaker, String)>, Stop> {
        let Some(planned) = planned.and_then(|planned| i64::try_from(planned).ok()) else { return Ok(None) };
        let mut sizes = self.store.batch_sizes(BATCHES).await?;
        if sizes.len() < FEW || planned <= SMALL {
            return Ok(None);
        }
        sizes.sort_unstable();
        let median = sizes[sizes.len() / 2];
        if planned <= median.saturating_mul(i64::try_from(self.volume_max).unwrap_or(i64::MAX)) {
            return Ok(None);
        }
        let why = format!("{planned} relances d'un coup, pour {median} d'ordinaire : regarder la liste, puis ouvrir");
        Ok(Some((Breaker::Volume, why)))
    }

    /// Asks the witness. It is read before the database: what is sent meanwhile makes the database younger, never older.
    async fn testimony(&self) -> Result<Testimony, Stop> {
        let seen = self.witness.seen().map_err(unreadable)?;
        let generation = self.store.gate().await?.generation;
        if seen.is_none() && generation == 0 {
            // Before the first sending: whoever dies in its midst leaves a witness behind.
            self.witness.note(0).map_err(unreadable)?;
        }
        Ok(Testimony::of(seen, generation))
    }
}

fn unreadable(error: std::io::Error) -> Stop {
    Stop::machine(format!(
        "le témoin des envois ne répond pas ({error}) (réglage relances.temoin) : rien ne part sans lui"
    ))
}
