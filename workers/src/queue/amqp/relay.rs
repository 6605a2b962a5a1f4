//! The sending side: mail from the outbox, published on one channel with confirms, deleted once confirmed.
//!
//! A confirm that does not come in time means "unknown", never "failed": the mail stays, is sent again, and may arrive
//! twice. A message to a queue that is not there comes back (`mandatory`), and the queues are declared again.

use super::link::Fault;
use super::{Counts, Shared, cloud_event, message, topology};
use crate::clock::Moment;
use crate::crash::point;
use crate::store::{Mail, MailKind};
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{Channel, Confirmation, Connection};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// Messages in flight.
const BATCH: i64 = 256;
/// Time for the broker to confirm a batch: under a disk alarm it stays silent.
const CONFIRM: Duration = Duration::from_secs(10);
/// How long mail stays with the relay that took it: longer than it waits for confirms.
const HOLD: Duration = Duration::from_secs(30);
/// Wait before mail is sent again that the broker refused.
const AGAIN: Duration = Duration::from_secs(2);
/// How often to look for mail of others, whose relay may be gone.
const LOOK: Duration = Duration::from_secs(1);
/// Time to declare everything.
const SET_UP: Duration = Duration::from_secs(20);

/// Sends until something is wrong, or until the worker leaves and nothing is left to send: mail that goes with its relay
/// would wait until the hold lapses.
pub(super) async fn session(shared: Arc<Shared>, connection: Arc<Connection>, _failures: u32) -> Fault {
    let channel = match timeout(SET_UP, set_up(&connection)).await {
        Err(_) => return Fault::Silence("declaring queues"),
        Ok(Err(error)) => return error.into(),
        Ok(Ok(channel)) => channel,
    };
    let mut leaving = shared.leaving.clone();
    loop {
        match send_batch(&shared, &channel).await {
            Ok(0) if *leaving.borrow_and_update() => return Fault::Left,
            Ok(0) => {
                // Nothing is lost when nobody says: it is looked at again.
                tokio::select! {
                    _ = timeout(LOOK, shared.mail.notified()) => {}
                    _ = leaving.changed() => {}
                }
            }
            Ok(_) => {}
            Err(fault) => return fault,
        }
    }
}

/// Gives the one channel that publishes; nothing is published on any other.
async fn set_up(connection: &Connection) -> lapin::Result<Channel> {
    let channel = connection.create_channel().await?;
    topology::declare(&channel).await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    Ok(channel)
}

/// Sends some mail and gives how much of it there was.
async fn send_batch(shared: &Shared, channel: &Channel) -> Result<usize, Fault> {
    let batch = shared.store.mail_to_send(BATCH, Moment::now(), HOLD).await?;
    let deadline = Instant::now() + CONFIRM;
    let mut flying = Vec::with_capacity(batch.len());
    for mail in &batch {
        match timeout_at(deadline, publish(channel, mail, shared.store.installation())).await {
            Ok(Ok(confirm)) => flying.push((mail, confirm)),
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => return Err(unknown(shared, batch.len() - flying.len())),
        }
    }
    point("published");
    let mut confirmed = Vec::new();
    let mut fault = None;
    for (mail, confirm) in flying {
        match timeout_at(deadline, confirm).await {
            Ok(Ok(Confirmation::Ack(None))) => confirmed.push(mail.clone()),
            Ok(Ok(answer)) => {
                Counts::add(&shared.counts.refused, 1);
                let why = refusal(&answer);
                tracing::warn!(key = mail.key, why, "message refused by the broker");
                shared.store.mail_refused(mail, &why, Moment::now().plus(AGAIN)).await?;
                // A queue that is not there: the next session declares it.
                fault = Some(Fault::Ended(mail.key.clone()));
            }
            Ok(Err(error)) => {
                fault = Some(error.into());
                break;
            }
            Err(_) => {
                fault = Some(unknown(shared, 1));
                break;
            }
        }
    }
    if !confirmed.is_empty() {
        shared.store.mail_sent(&confirmed, Moment::now()).await?;
        Counts::add(&shared.counts.confirmed, confirmed.len() as u64);
    }
    match fault {
        Some(fault) => Err(fault),
        None => Ok(batch.len()),
    }
}

async fn publish(channel: &Channel, mail: &Mail, installation: &str) -> lapin::Result<lapin::PublisherConfirm> {
    match mail.kind {
        MailKind::Job => {
            let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
            let properties = message::properties(mail, "application/json", &mail.id);
            let body = message::reference(mail);
            channel.basic_publish(topology::WORK.into(), mail.key.as_str().into(), options, &body, properties).await
        }
        MailKind::Event => {
            // Not mandatory: that nobody listens is nobody's fault.
            let event = cloud_event::of(mail, installation);
            let properties = message::properties(mail, cloud_event::CONTENT_TYPE, &event.id);
            let options = BasicPublishOptions::default();
            channel
                .basic_publish(topology::EVENTS.into(), event.key.as_str().into(), options, &event.body, properties)
                .await
        }
    }
}

fn unknown(shared: &Shared, messages: usize) -> Fault {
    Counts::add(&shared.counts.unknown, messages as u64);
    Fault::Silence("confirming messages")
}

/// Says why anything but a clean confirmation is a refusal.
fn refusal(answer: &Confirmation) -> String {
    match answer {
        Confirmation::Ack(Some(returned)) => format!("{} {}", returned.reply_code, returned.reply_text),
        Confirmation::Ack(None) => "confirmed".to_owned(),
        Confirmation::Nack(_) => "refused: the queue is full or has no leader".to_owned(),
        Confirmation::NotRequested => "the channel does not confirm".to_owned(),
    }
}
