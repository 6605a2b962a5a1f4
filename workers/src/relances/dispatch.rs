//! What is ready leaves: each reminder looked at once more, held, sent and receipted, one after the other.

use super::EMAIL;
use super::guard::{Guard, JUMP};
use super::ways::{MailRecord, Ways};
use crate::blobs::{BlobError, Blobs};
use crate::clock::{self, Moment};
use crate::interrupt::Interrupt;
use crate::notify::relay_log::Mark;
use crate::notify::{Answer, Outcome};
use crate::settings::Settings;
use crate::stop::Stop;
use crate::store::relances::{Breaker, Claimed, LeaseFacts, Look, NonReception, Relance};
use crate::store::{Store, StoreError};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Reminders looked up at once.
const BATCH: i64 = 50;
/// Attempts in a row that found no relay before a pass lets it be.
const REFUSALS: u32 = 3;
/// Wait before the database is told again what came of a sending.
const PAUSE: Duration = Duration::from_millis(500);

/// The last look: whether a reminder is still due, by what is known of its lease.
pub type LastLook = Arc<dyn Fn(&Relance, &LeaseFacts) -> Look + Send + Sync>;

/// Who sends.
#[derive(Clone)]
pub struct Dispatch {
    /// The database.
    pub store: Store,
    /// The bytes.
    pub blobs: Blobs,
    /// The ways out.
    pub ways: Ways,
    /// What stops everything.
    pub guard: Guard,
    /// The settings.
    pub settings: Arc<Settings>,
    /// The last look.
    pub look: LastLook,
}

/// What a pass did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Handed over, with a receipt.
    pub handed_over: u64,
    /// Known before to have been received.
    pub known: u64,
    /// Not received, to be tried again.
    pub absent: u64,
    /// Refused for good.
    pub refused: u64,
    /// Left in flight: nobody can say yet.
    pub in_flight: u64,
    /// Cancelled by the last look.
    pub cancelled: u64,
    /// Put off by the last look.
    pub waiting: u64,
    /// Whether the gate stopped the pass.
    pub frozen: bool,
}

/// How one reminder went.
enum Went {
    Counted(fn(&mut Sent) -> &mut u64),
    NoRelay,
    /// Its receiver could not be asked: so it is with those behind it.
    Unasked,
    Frozen,
    Nothing,
}

impl Dispatch {
    /// Sends what may leave now, until nothing is left, the day's cap is reached, the gate freezes or `stop` is asked.
    ///
    /// # Errors
    /// When the database or the witness fails; what is in flight stays so.
    pub async fn run(&self, stop: &Interrupt) -> Result<Sent, Stop> {
        let mut sent = Sent::default();
        if self.guard.stands(None, Moment::now()).await? {
            sent.frozen = true;
            return Ok(sent);
        }
        let started = (Instant::now(), Moment::now());
        let mut refusals = 0;
        let mut record = None;
        loop {
            let quiet = self.is_quiet(Moment::now());
            let mut channels = self.ways.channels(quiet);
            if refusals >= REFUSALS {
                channels.retain(|channel| *channel != EMAIL);
            }
            let mut left = self.left_today().await?;
            let relances = self.store.relances_to_send(&channels, BATCH.min(left.max(0)), Moment::now()).await?;
            if relances.is_empty() {
                return Ok(sent);
            }
            for relance in relances {
                if stop.asked() || left <= 0 || self.clock_jumped(started).await? {
                    return Ok(sent);
                }
                if refusals >= REFUSALS && relance.key.channel == EMAIL {
                    continue;
                }
                match self.one(&relance, &mut record).await? {
                    Went::Counted(counter) => {
                        *counter(&mut sent) += 1;
                        left -= 1;
                        refusals = 0;
                    }
                    Went::NoRelay => {
                        sent.absent += 1;
                        refusals += 1;
                    }
                    Went::Frozen => {
                        sent.frozen = true;
                        return Ok(sent);
                    }
                    Went::Unasked => return Ok(sent),
                    Went::Nothing => {}
                }
            }
        }
    }

    async fn one(&self, relance: &Relance, record: &mut Option<MailRecord>) -> Result<Went, Stop> {
        let gate = self.store.gate().await?;
        if gate.frozen_at.is_some() {
            return Ok(Went::Frozen);
        }
        if gate.ask_until.as_deref().is_some_and(|day| relance.due_day.as_str() <= day) {
            let mark = gate.ask_mark.as_deref().and_then(Mark::parse);
            if let Some(went) = self.ask_first(relance, mark.as_ref(), record).await? {
                return Ok(went);
            }
        }
        let (Some(body), Some(target)) = (&relance.body, &relance.target) else { return Ok(Went::Nothing) };
        // Before it is held: what takes time is done by then.
        let bytes = match self.blobs.get(body).await {
            Ok(bytes) => bytes,
            Err(error @ (BlobError::Unknown(_) | BlobError::Purged(_) | BlobError::Damaged(_))) => {
                return Err(Stop::machine(format!("relance {} : ses octets ont disparu ({error})", relance.reference)));
            }
            Err(error) => return Err(error.into()),
        };
        let mark = self.ways.mark(&relance.key.channel).map(|mark| mark.text());
        let claimed = self.store.claim_relance(relance, &*self.look, mark.as_deref(), Moment::now()).await?;
        let (held, generation) = match claimed {
            Claimed::Held { relance, generation } => (relance, generation),
            Claimed::Waits(_) => return Ok(Went::Counted(|sent| &mut sent.waiting)),
            Claimed::Cancelled(_) => return Ok(Went::Counted(|sent| &mut sent.cancelled)),
            Claimed::Frozen => return Ok(Went::Frozen),
            Claimed::Gone => return Ok(Went::Nothing),
        };
        // Half the quarantine: whoever asks at its end must hear of everything that was sent.
        let deadline = Instant::now() + Duration::from_secs(self.settings.relances.quarantaine_s) / 2;
        if let Err(error) = self.guard.witness.note(generation) {
            let proof = NonReception { detail: "rien n'a été transmis".to_owned(), again_at: Moment::now() };
            self.write(|| self.store.relance_absent(&held, &proof, Moment::now())).await?;
            let path = self.settings.relances.temoin.display();
            return Err(Stop::machine(format!("{path} : {error} (réglage relances.temoin) : rien ne part sans lui")));
        }
        crate::crash::point("relance_witnessed");
        let (ways, channel, target) = (self.ways.clone(), held.key.channel.clone(), target.clone());
        let sending = tokio::task::spawn_blocking(move || ways.send(&channel, &target, &bytes, deadline));
        let outcome = sending.await.unwrap_or_else(|error| Outcome::Unknown(error.to_string()));
        self.receipt(&held, outcome).await
    }

    /// After a restored backup: what may have left since is asked about first.
    async fn ask_first(
        &self,
        relance: &Relance,
        mark: Option<&Mark>,
        record: &mut Option<MailRecord>,
    ) -> Result<Option<Went>, Stop> {
        if record.is_none() {
            let ways = self.ways.clone();
            *record = tokio::task::spawn_blocking(move || ways.record()).await.ok();
        }
        let Some(record) = record else { return Ok(None) };
        match self.ways.ask(relance, mark, record) {
            Answer::Absent(_) => Ok(None),
            Answer::Received(proof) | Answer::Delivered(proof) | Answer::Returned(proof) => {
                self.write(|| self.store.relance_received(relance, &proof, Moment::now())).await?;
                Ok(Some(Went::Counted(|sent| &mut sent.known)))
            }
            Answer::Later(why) => {
                tracing::warn!(relance = relance.id, why, "receiver not to be asked now: nothing is sent");
                Ok(Some(Went::Unasked))
            }
            Answer::Silent(why) => {
                let why = format!("sauvegarde restaurée, et {why}");
                self.write(|| self.store.relance_doubtful(relance, &why, Moment::now())).await?;
                Ok(Some(Went::Counted(|sent| &mut sent.in_flight)))
            }
        }
    }

    async fn receipt(&self, held: &Relance, outcome: Outcome) -> Result<Went, Stop> {
        let (relance, channel) = (held.id.as_str(), held.key.channel.as_str());
        match outcome {
            Outcome::Received(proof) => {
                self.write(|| self.store.relance_received(held, &proof, Moment::now())).await?;
                tracing::info!(relance, channel, "reminder handed over");
                Ok(Went::Counted(|sent| &mut sent.handed_over))
            }
            Outcome::Absent(detail, wait) => {
                tracing::warn!(relance, channel, "reminder not received: tried again later");
                let most = Duration::from_secs(self.settings.relances.quarantaine_s);
                let proof = NonReception { detail, again_at: Moment::now().plus(wait.min(most)) };
                self.write(|| self.store.relance_absent(held, &proof, Moment::now())).await?;
                Ok(if channel == EMAIL { Went::NoRelay } else { Went::Counted(|sent| &mut sent.absent) })
            }
            Outcome::Refused(detail) => {
                tracing::warn!(relance, channel, "reminder refused for good");
                self.write(|| self.store.relance_refused(held, &detail, Moment::now())).await?;
                Ok(Went::Counted(|sent| &mut sent.refused))
            }
            Outcome::Unknown(_) => {
                tracing::warn!(relance, channel, "reminder in flight: its receiver is asked later");
                Ok(Went::Counted(|sent| &mut sent.in_flight))
            }
        }
    }

    /// Writes what came of a sending, waiting for a database that does not answer: what is not written is asked about.
    async fn write<F>(&self, end: impl Fn() -> F) -> Result<bool, Stop>
    where
        F: Future<Output = Result<bool, StoreError>>,
    {
        let started = Instant::now();
        let most = Duration::from_secs(self.settings.relances.quarantaine_s) / 2;
        loop {
            match end().await {
                Err(error) if error.is_transient() && started.elapsed() < most => tokio::time::sleep(PAUSE).await,
                ended => return Ok(ended?),
            }
        }
    }

    /// Tells whether telephones are to be left alone.
    fn is_quiet(&self, now: Moment) -> bool {
        let (hour, _) = clock::paris_time(now);
        let mail = &self.settings.courriel;
        !(mail.heure_debut..mail.heure_fin).contains(&hour)
    }

    async fn left_today(&self) -> Result<i64, Stop> {
        let now = Moment::now();
        let (hour, minute) = clock::paris_time(now);
        let since = now.minus(Duration::from_secs(hour * 3600 + minute * 60));
        let cap = i64::try_from(self.settings.relances.plafond_jour).unwrap_or(i64::MAX);
        Ok(cap - self.store.left_since(since).await?)
    }

    /// Freezes everything where the clock jumped since the pass began.
    async fn clock_jumped(&self, (stopwatch, clock): (Instant, Moment)) -> Result<bool, Stop> {
        let now = Moment::now();
        let expected = clock.plus(stopwatch.elapsed());
        if now <= expected.plus(JUMP) && expected <= now.plus(JUMP) {
            return Ok(false);
        }
        let why = "l'horloge de la machine a sauté de plus d'une heure pendant l'envoi : la vérifier, puis ouvrir";
        self.store.freeze(Breaker::Clock, why, "guichet", now).await?;
        Ok(true)
    }
}

impl std::fmt::Debug for Dispatch {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Dispatch").field("ways", &self.ways).field("guard", &self.guard).finish_non_exhaustive()
    }
}
