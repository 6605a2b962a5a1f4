//! The receiving side: references into the inbox, dead letters into the database, and a probe that sees the broker live.

use super::inbox::Letter;
use super::link::Fault;
use super::{Counts, Shared, message, topology};
use crate::clock::Moment;
use crate::job::{Class, Stage};
use futures_util::StreamExt;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions, QueueDeclareOptions, QueueDeleteOptions};
use lapin::types::FieldTable;
use lapin::{Channel, Connection, Consumer};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Time to declare everything and start consuming.
const SET_UP: Duration = Duration::from_secs(20);
/// How often the broker is asked how much waits, and how long it may take to say so.
const PROBE: Duration = Duration::from_secs(5);
/// After so many failures in a row the queues are made anew: one of them has no leader, and what is in it is only
/// references.
const FAILURES_BEFORE_RENEWAL: u32 = 4;

/// Receives until something is wrong.
pub(super) async fn session(shared: Arc<Shared>, connection: Arc<Connection>, failures: u32) -> Fault {
    if failures > 0 && failures.is_multiple_of(FAILURES_BEFORE_RENEWAL) {
        renew_queues(&connection).await;
    }
    let (faults, mut fault) = mpsc::channel(1);
    let fault = match timeout(SET_UP, set_up(&shared, &connection, &faults)).await {
        Err(_) => Fault::Silence("declaring queues"),
        Ok(Err(fault)) => fault,
        Ok(Ok(())) => {
            let probe = probe(&shared, &connection);
            tokio::select! {
                fault = fault.recv() => fault.unwrap_or(Fault::Silence("consuming")),
                fault = probe => fault,
            }
        }
    };
    shared.inbox.close();
    fault
}

async fn set_up(shared: &Arc<Shared>, connection: &Connection, faults: &mpsc::Sender<Fault>) -> Result<(), Fault> {
    let channel = connection.create_channel().await?;
    topology::declare(&channel).await?;
    let mut consumers = Vec::new();
    for stage in &shared.asker.stages {
        for class in Class::ALL {
            let queue = topology::queue_name(*stage, class);
            consumers.push((*stage, class, consume(connection, &queue, shared.asker.slots).await?));
        }
    }
    let dead = consume(connection, topology::DEAD, 1).await?;
    let session = shared.inbox.open();
    for (stage, class, consumer) in consumers {
        let (shared, faults) = (Arc::clone(shared), faults.clone());
        tokio::spawn(async move {
            let fault = hand_over(&shared, session, stage, class, consumer).await;
            // Full when another stream ended first: one fault ends the session.
            let _ = faults.try_send(fault);
        });
    }
    let (shared, faults) = (Arc::clone(shared), faults.clone());
    tokio::spawn(async move {
        let fault = bury(&shared, dead).await;
        let _ = faults.try_send(fault);
    });
    Ok(())
}

/// Starts a consumer on a channel of its own: what breaks one queue names it.
async fn consume(connection: &Connection, queue: &str, prefetch: u16) -> Result<Consumer, Fault> {
    let channel = connection.create_channel().await?;
    channel.basic_qos(prefetch.max(1), BasicQosOptions::default()).await?;
    let options = BasicConsumeOptions::default();
    Ok(channel.basic_consume(queue.into(), "".into(), options, FieldTable::default()).await?)
}

async fn hand_over(shared: &Shared, session: u64, stage: Stage, class: Class, mut consumer: Consumer) -> Fault {
    while let Some(delivery) = consumer.next().await {
        match delivery {
            Ok(delivery) => {
                if let Some(letter) = Letter::open(delivery).await {
                    shared.inbox.put(session, stage, class, letter, &shared.counts);
                }
            }
            Err(error) => return error.into(),
        }
    }
    Fault::Ended(topology::queue_name(stage, class))
}

async fn bury(shared: &Shared, mut consumer: Consumer) -> Fault {
    while let Some(delivery) = consumer.next().await {
        let delivery = match delivery {
            Ok(delivery) => delivery,
            Err(error) => return error.into(),
        };
        let letter = message::dead_letter(&delivery);
        tracing::warn!(queue = letter.queue, reason = letter.reason, job = letter.job, "dead letter");
        if let Err(error) = shared.store.bury(&letter, Moment::now()).await {
            return error.into();
        }
        Counts::add(&shared.counts.dead, 1);
        match delivery.acker.ack(BasicAckOptions::default()).await {
            Ok(true) => {}
            Ok(false) => Counts::add(&shared.counts.lost_acks, 1),
            Err(error) => return error.into(),
        }
        shared.mail.notify_one();
    }
    Fault::Ended(topology::DEAD.to_owned())
}

/// Asks how much waits, again and again; a broker that does not say is as good as gone, whatever its connection claims.
async fn probe(shared: &Shared, connection: &Connection) -> Fault {
    let channel = match timeout(PROBE, connection.create_channel()).await {
        Ok(Ok(channel)) => channel,
        Ok(Err(error)) => return error.into(),
        Err(_) => return Fault::Silence("opening a channel"),
    };
    loop {
        match timeout(PROBE, look(shared, &channel)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return error.into(),
            Err(_) => return Fault::Silence("counting messages"),
        }
        tokio::time::sleep(PROBE).await;
    }
}

async fn look(shared: &Shared, channel: &Channel) -> lapin::Result<()> {
    let passive = QueueDeclareOptions { passive: true, durable: true, ..QueueDeclareOptions::default() };
    for queue in topology::queues() {
        let seen = channel.queue_declare(queue.name.as_str().into(), passive, FieldTable::default()).await?;
        shared.depths.put(&queue.name, seen.message_count());
    }
    Ok(())
}

/// Deletes every queue that does not answer, so that the next declaration makes it anew.
async fn renew_queues(connection: &Connection) {
    for queue in topology::queues() {
        let sound = timeout(PROBE, async {
            let channel = connection.create_channel().await?;
            let passive = QueueDeclareOptions { passive: true, durable: true, ..QueueDeclareOptions::default() };
            channel.queue_declare(queue.name.as_str().into(), passive, FieldTable::default()).await?;
            let consumer = consume(connection, &queue.name, 1).await.map_err(|_| ());
            Ok::<bool, lapin::Error>(consumer.is_ok())
        })
        .await;
        if matches!(sound, Ok(Ok(true))) {
            continue;
        }
        tracing::error!(queue = queue.name, "the queue does not answer: it is deleted and made anew");
        let deleted = timeout(PROBE, async {
            let channel = connection.create_channel().await?;
            channel.queue_delete(queue.name.as_str().into(), QueueDeleteOptions::default()).await
        });
        if let Ok(Err(error)) = deleted.await {
            tracing::warn!(queue = queue.name, %error, "queue not deleted");
        }
    }
}
