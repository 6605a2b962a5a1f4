//! The queue of a large installation: RabbitMQ hands references to many machines, the job table decides who has what.
//!
//! A transaction of the store leaves mail in the outbox; a [`relay`] publishes it, mandatory and confirmed, to the quorum
//! queue of its stage and class. A worker takes a reference, claims the job in the database, and acknowledges: from then
//! on the hold in the database guards the work, and no message is held during it. A message that comes again finds its
//! job claimed or closed, and is acknowledged.
//!
//! Invariants:
//! - the broker may lose everything: an idle worker looks into the job table itself, and [`sweep`] announces again what
//!   the broker has forgotten.
//! - nothing here tells a lost message from a late one: only the database says what is done.
//! - a connection is never mended, always replaced ([`link`]).

mod cloud_event;
mod consume;
mod inbox;
mod link;
mod message;
mod relay;
mod sweep;
mod topology;

pub use topology::describe;

use super::local::look;
use super::wheel::Wheel;
use super::{Asker, Queue, QueueError};
use crate::clock::Moment;
use crate::crash::point;
use crate::job::{Class, Job, Stage};
use crate::store::{Place, Store, Taken};
use inbox::{Inbox, Letter};
use lapin::uri::{AMQPScheme, AMQPUri};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

/// Seconds between heartbeats; a compute-bound machine misses short ones.
const HEARTBEAT: u16 = 60;
/// How long a worker with nothing to do waits for a message before it looks into the job table itself: a reference may
/// lie with a worker that is busy, or nowhere.
const IDLE: Duration = Duration::from_secs(1);
/// How often a busy worker looks into the job table for what is urgent.
const URGENT: Duration = Duration::from_millis(200);
/// Time for mail to leave the outbox when the worker leaves, and then for the connections to close.
const LAST_MAIL: Duration = Duration::from_secs(5);
const FAREWELL: Duration = Duration::from_secs(8);

/// What happened between the program and the broker since it started.
#[derive(Debug, Default)]
pub struct Counts {
    /// Times a connection was made.
    pub connections: AtomicU64,
    /// References received.
    pub received: AtomicU64,
    /// References whose job was claimed by the message.
    pub claimed: AtomicU64,
    /// References whose job was claimed or closed already.
    pub stale: AtomicU64,
    /// Jobs found in the job table and not by a message.
    pub found: AtomicU64,
    /// Acknowledgements that did not reach the broker: the reference will come again.
    pub lost_acks: AtomicU64,
    /// Messages that the broker confirmed.
    pub confirmed: AtomicU64,
    /// Messages that the broker refused or could not route.
    pub refused: AtomicU64,
    /// Messages that were not confirmed in time: stored or not, nobody knows.
    pub unknown: AtomicU64,
    /// Jobs announced again because the broker had forgotten them.
    pub swept: AtomicU64,
    /// Messages that the broker gave up.
    pub dead: AtomicU64,
}

impl Counts {
    fn add(counter: &AtomicU64, more: u64) {
        counter.fetch_add(more, Ordering::Relaxed);
    }

    fn tell(&self) {
        let Self { connections, received, claimed, stale, found, lost_acks, confirmed, refused, unknown, swept, dead } =
            self;
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        tracing::info!(
            connections = count(connections),
            received = count(received),
            claimed = count(claimed),
            stale = count(stale),
            found = count(found),
            lost_acks = count(lost_acks),
            confirmed = count(confirmed),
            refused = count(refused),
            unknown = count(unknown),
            swept = count(swept),
            dead = count(dead),
            "left the broker"
        );
    }
}

/// RabbitMQ as a queue.
#[derive(Debug)]
pub struct AmqpQueue {
    shared: Arc<Shared>,
    rounds: Mutex<Rounds>,
    leave: watch::Sender<bool>,
    links: Mutex<Vec<JoinHandle<()>>>,
}

/// Where those who look for work are in their rounds; who holds it looks for all.
#[derive(Debug, Default)]
struct Rounds {
    wheel: Wheel,
    urgent_seen: Option<Instant>,
}

/// What the tasks share.
#[derive(Debug)]
struct Shared {
    store: Store,
    asker: Asker,
    uri: AMQPUri,
    inbox: Inbox,
    /// Something is in the outbox.
    mail: Notify,
    /// The worker takes no more and goes.
    leaving: watch::Receiver<bool>,
    counts: Counts,
    depths: topology::Depths,
}

impl AmqpQueue {
    /// Builds the queue; its connections are made, and made again, behind it.
    ///
    /// # Errors
    /// When the address is malformed, in French.
    pub fn open(store: Store, place: &Place, asker: Asker) -> Result<Self, String> {
        let mut uri = AMQPUri::from_str(&place.address()?)
            .map_err(|problem| format!("{place} : adresse de courtier refusée ({problem})"))?;
        if uri.scheme == AMQPScheme::AMQPS && !cfg!(feature = "amqps") {
            return Err(format!(
                "{place} : ce programme est construit sans l'option « amqps » : y passer par un réseau sûr (amqp://), ou le construire avec elle"
            ));
        }
        uri.query.heartbeat.get_or_insert(HEARTBEAT);
        let (leave, leaving) = watch::channel(false);
        let shared = Arc::new(Shared {
            store,
            asker,
            uri,
            inbox: Inbox::default(),
            mail: Notify::new(),
            leaving,
            counts: Counts::default(),
            depths: topology::Depths::default(),
        });
        let links = vec![
            tokio::spawn(link::keep("consume", Arc::clone(&shared), Duration::ZERO, consume::session)),
            tokio::spawn(link::keep("publish", Arc::clone(&shared), LAST_MAIL, relay::session)),
        ];
        Ok(Self { shared, rounds: Mutex::default(), leave, links: Mutex::new(links) })
    }

    /// Gives what happened between the program and the broker.
    pub fn counts(&self) -> &Counts {
        &self.shared.counts
    }

    /// Tells whether references come in at this moment.
    pub fn is_consuming(&self) -> bool {
        self.shared.inbox.is_open()
    }

    /// Looks where it costs nothing: into what the broker has handed over, and for what is urgent.
    async fn look(&self, rounds: &mut Rounds) -> Result<Option<Job>, QueueError> {
        for class in rounds.wheel.turn() {
            for stage in self.shared.asker.stages.iter().rev() {
                while let Some(letter) = self.shared.inbox.take(*stage, class) {
                    if let Some(job) = self.claim(letter).await? {
                        return Ok(Some(job));
                    }
                }
            }
            if class == Class::Urgent && rounds.urgent_seen.is_none_or(|at| at.elapsed() >= URGENT) {
                rounds.urgent_seen = Some(Instant::now());
                // The reference of an urgent job may lie with a worker that is busy for minutes.
                if let Some(job) = look(&self.shared.store, &self.shared.asker, &[class]).await? {
                    Counts::add(&self.shared.counts.found, 1);
                    return Ok(Some(job));
                }
            }
        }
        Ok(None)
    }

    async fn claim(&self, letter: Letter) -> Result<Option<Job>, QueueError> {
        let asker = &self.shared.asker;
        let counts = &self.shared.counts;
        let taken = self.shared.store.claim(&letter.job, &asker.holder, Moment::now(), asker.hold).await;
        let taken = match taken {
            Ok(taken) => taken,
            Err(error) => {
                letter.give_back().await;
                return Err(error.into());
            }
        };
        point("claimed");
        // The claim is committed: now the message has done its work, also when its job is somebody else's.
        if !letter.acknowledge().await {
            Counts::add(&counts.lost_acks, 1);
        }
        point("acknowledged");
        match taken {
            Taken::Held(job) => {
                Counts::add(&counts.claimed, 1);
                Ok(Some(job))
            }
            Taken::Gone => {
                Counts::add(&counts.stale, 1);
                Ok(None)
            }
        }
    }
}

impl Queue for AmqpQueue {
    async fn take(&self, patience: Duration) -> Result<Option<Job>, QueueError> {
        let started = Instant::now();
        let Ok(mut rounds) = timeout(patience, self.rounds.lock()).await else { return Ok(None) };
        loop {
            if let Some(job) = self.look(&mut rounds).await? {
                return Ok(Some(job));
            }
            let idle = started.elapsed();
            if (idle >= IDLE || !self.shared.inbox.is_open())
                && let Some(job) = look(&self.shared.store, &self.shared.asker, &rounds.wheel.turn()).await?
            {
                Counts::add(&self.shared.counts.found, 1);
                return Ok(Some(job));
            }
            if idle >= patience {
                return Ok(None);
            }
            // Nothing is lost when nobody says: it is looked at again.
            let _ = timeout((patience - idle).min(IDLE), self.shared.inbox.news()).await;
        }
    }

    fn news(&self) {
        self.shared.mail.notify_one();
    }

    async fn tend(&self) -> Result<(), QueueError> {
        Ok(sweep::announce_forgotten(&self.shared).await?)
    }

    async fn refill(&self) -> Result<u64, QueueError> {
        let mut announced = 0;
        let now = Moment::now();
        for stage in Stage::ALL {
            for class in Class::ALL {
                announced += self.shared.store.announce_again(stage, class, now, u64::MAX, now).await?;
            }
        }
        self.shared.mail.notify_one();
        Ok(announced)
    }

    async fn close(&self) {
        let _ = self.leave.send(true);
        let links = std::mem::take(&mut *self.links.lock().await);
        for link in links {
            let stop = link.abort_handle();
            if timeout(FAREWELL, link).await.is_err() {
                stop.abort();
            }
        }
        self.shared.counts.tell();
    }
}
