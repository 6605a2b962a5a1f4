//! What was interrupted is asked about, once the quarantine is over: the relay's log, the folder. No answer is a doubt,
//! and a doubt is for a person. E-mails that were handed over are followed to where they arrive or come back.

use super::EMAIL;
use super::ways::Ways;
use crate::clock::Moment;
use crate::crash::point;
use crate::notify::Answer;
use crate::notify::relay_log::Mark;
use crate::stop::Stop;
use crate::store::Store;
use crate::store::relances::{NonReception, Proof, ProofKind, Relance, State};
use std::time::Duration;

/// How long an e-mail is followed: longer than relays keep one that they cannot deliver (five days).
const FOLLOWED: Duration = Duration::from_secs(8 * 24 * 3600);
/// How long a receiver that does not answer is asked again before a person is.
const PATIENCE: Duration = Duration::from_secs(24 * 3600);
/// The most that is followed at once.
const AT_ONCE: i64 = 20_000;

/// Who asks.
#[derive(Clone, Debug)]
pub struct Janitor {
    /// The database.
    pub store: Store,
    /// The ways out.
    pub ways: Ways,
    /// How long whoever sends may take.
    pub quarantine: Duration,
}

/// What a pass settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Had been received.
    pub received: u64,
    /// Had not, and are tried again.
    pub absent: u64,
    /// Nobody can say.
    pub doubts: u64,
    /// Arrived.
    pub delivered: u64,
    /// Came back.
    pub returned: u64,
}

impl Janitor {
    /// Asks about what is in flight for too long; with `doubts`, also about what nobody could say before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run(&self, doubts: bool) -> Result<Settled, Stop> {
        let now = Moment::now();
        let mut open = self.store.relances_in_flight(self.quarantine, now).await?;
        if doubts {
            open.extend(self.store.relances_in(Some(State::Doubt.code()), AT_ONCE).await?);
        }
        let handed_over = self.store.relances_in(Some(State::HandedOver.code()), AT_ONCE).await?;
        let followed: Vec<Relance> = handed_over
            .into_iter()
            .filter(|relance| relance.key.channel == EMAIL && relance.changed_at > now.minus(FOLLOWED))
            .collect();
        let mut settled = Settled::default();
        if open.is_empty() && followed.is_empty() {
            return Ok(settled);
        }
        let ways = self.ways.clone();
        let record = tokio::task::spawn_blocking(move || ways.record()).await;
        let record = record.map_err(|error| Stop::machine(format!("journal du relais : {error}")))?;
        for relance in &open {
            let mark = relance.mark.as_deref().and_then(Mark::parse);
            self.settle(relance, self.ways.ask(relance, mark.as_ref(), &record), &mut settled).await?;
        }
        for relance in &followed {
            self.follow(relance, self.ways.ask(relance, None, &record), &mut settled).await?;
        }
        Ok(settled)
    }

    async fn settle(&self, relance: &Relance, answer: Answer, settled: &mut Settled) -> Result<(), Stop> {
        let now = Moment::now();
        let counter = match &answer {
            Answer::Received(proof) | Answer::Delivered(proof) | Answer::Returned(proof) => {
                self.store.relance_received(relance, proof, now).await?;
                &mut settled.received
            }
            Answer::Absent(detail) => {
                let proof = NonReception { detail: detail.clone(), again_at: now };
                self.store.relance_absent(relance, &proof, now).await?;
                &mut settled.absent
            }
            // Whoever keeps the record may come back within the day.
            Answer::Later(_) if relance.started_at > Some(now.minus(PATIENCE)) => return Ok(()),
            Answer::Later(why) | Answer::Silent(why) if relance.state == State::InFlight => {
                self.store.relance_doubtful(relance, why, now).await?;
                &mut settled.doubts
            }
            Answer::Later(_) | Answer::Silent(_) => return Ok(()),
        };
        *counter += 1;
        point("relance_settled");
        tracing::info!(relance = relance.id, channel = relance.key.channel, "reminder in flight settled");
        self.follow(relance, answer, settled).await
    }

    async fn follow(&self, relance: &Relance, answer: Answer, settled: &mut Settled) -> Result<(), Stop> {
        let (kind, detail, counter) = match answer {
            Answer::Delivered(detail) => (ProofKind::Delivered, detail, &mut settled.delivered),
            Answer::Returned(detail) => (ProofKind::Undelivered, detail, &mut settled.returned),
            Answer::Received(_) | Answer::Absent(_) | Answer::Later(_) | Answer::Silent(_) => return Ok(()),
        };
        if self.store.relance_ended(relance, &Proof::new(kind, detail), Moment::now()).await? {
            *counter += 1;
        }
        Ok(())
    }
}
