//! What the program declares at the broker: one list, declared and printed from the same place.
//!
//! Quorum queues only: they exist on every version from 3.8 on, and survive a node. The delivery limit is always given
//! (3.10 has no default), dead-lettering is at least once with all that it needs, and a queue that is full refuses
//! (`reject-publish`): the database keeps what it refuses.

use crate::job::{Class, Stage};
use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, ExchangeKind};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Mutex;

/// Where references to jobs are published.
pub(super) const WORK: &str = "guichet.travail";
/// Where events leave.
pub(super) const EVENTS: &str = "guichet.evenements";
/// Where the broker puts what it gives up: an exchange and its queue.
pub(super) const DEAD: &str = "guichet.rebut";

/// Deliveries of one message: the database counts attempts, this only ends a loop.
const DELIVERIES: i32 = 20;
/// Messages of one queue, a campaign of a large landlord several times over.
const MESSAGES: i64 = 1_000_000;

/// A queue to declare.
#[derive(Clone, Debug)]
pub(super) struct QueueSpec {
    pub(super) name: String,
    exchange: &'static str,
    key: String,
    arguments: Vec<(&'static str, AMQPValue)>,
}

/// Gives the name of the queue of a stage and class.
pub(super) fn queue_name(stage: Stage, class: Class) -> String {
    format!("guichet.{stage}.{class}")
}

/// Gives the queues, that of dead letters first: others refer to it.
pub(super) fn queues() -> Vec<QueueSpec> {
    let text = |text: &str| AMQPValue::LongString(text.into());
    let mut queues = vec![QueueSpec {
        name: DEAD.to_owned(),
        exchange: DEAD,
        key: String::new(),
        arguments: vec![("x-queue-type", text("quorum"))],
    }];
    for stage in Stage::ALL {
        for class in Class::ALL {
            queues.push(QueueSpec {
                name: queue_name(stage, class),
                exchange: WORK,
                key: format!("{stage}.{class}"),
                arguments: vec![
                    ("x-queue-type", text("quorum")),
                    ("x-delivery-limit", AMQPValue::LongInt(DELIVERIES)),
                    ("x-dead-letter-exchange", text(DEAD)),
                    ("x-dead-letter-strategy", text("at-least-once")),
                    ("x-overflow", text("reject-publish")),
                    ("x-max-length", AMQPValue::LongLongInt(MESSAGES)),
                ],
            });
        }
    }
    queues
}

fn exchanges() -> [(&'static str, ExchangeKind); 3] {
    [(DEAD, ExchangeKind::Fanout), (WORK, ExchangeKind::Direct), (EVENTS, ExchangeKind::Topic)]
}

/// Declares everything. What exists as it should is left as it is.
pub(super) async fn declare(channel: &Channel) -> lapin::Result<()> {
    for (name, kind) in exchanges() {
        let options = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
        channel.exchange_declare(name.into(), kind, options, FieldTable::default()).await?;
    }
    for queue in queues() {
        let mut arguments = FieldTable::default();
        for (key, value) in queue.arguments {
            arguments.insert(key.into(), value);
        }
        let options = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
        channel.queue_declare(queue.name.as_str().into(), options, arguments).await?;
        let bound = (queue.name.as_str().into(), queue.exchange.into(), queue.key.as_str().into());
        channel.queue_bind(bound.0, bound.1, bound.2, QueueBindOptions::default(), FieldTable::default()).await?;
    }
    Ok(())
}

/// Tells what is declared, for an administrator who declares it himself.
pub fn describe() -> String {
    let mut text = String::new();
    for (name, kind) in exchanges() {
        let kind = format!("{kind:?}").to_lowercase();
        let _ = writeln!(text, "échange  {name:<26} {kind}, durable");
    }
    for queue in queues() {
        let _ = writeln!(text, "file     {:<26} durable, liée à {} par « {} »", queue.name, queue.exchange, queue.key);
        for (key, value) in &queue.arguments {
            let value = match value {
                AMQPValue::LongString(text) => text.to_string(),
                AMQPValue::LongInt(number) => number.to_string(),
                AMQPValue::LongLongInt(number) => number.to_string(),
                other => format!("{other:?}"),
            };
            let _ = writeln!(text, "           {key} = {value}");
        }
    }
    text
}

/// How many messages lie in each queue, as last seen.
#[derive(Debug, Default)]
pub(super) struct Depths(Mutex<HashMap<String, u32>>);

impl Depths {
    pub(super) fn put(&self, queue: &str, ready: u32) {
        self.0.lock().unwrap_or_else(|broken| broken.into_inner()).insert(queue.to_owned(), ready);
    }

    /// Gives the depth of a queue seen since the last time, and forgets it: a sweep never acts on an old one.
    pub(super) fn take(&self, queue: &str) -> Option<u32> {
        self.0.lock().unwrap_or_else(|broken| broken.into_inner()).remove(queue)
    }

    pub(super) fn forget(&self) {
        self.0.lock().unwrap_or_else(|broken| broken.into_inner()).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_work_queue_has_its_limits() {
        let text = describe();
        assert_eq!(text.matches("x-queue-type = quorum").count(), 7);
        for limit in [
            "x-delivery-limit = 20",
            "x-dead-letter-exchange = guichet.rebut",
            "x-dead-letter-strategy = at-least-once",
            "x-overflow = reject-publish",
            "x-max-length = 1000000",
        ] {
            assert_eq!(text.matches(limit).count(), 6, "{limit}");
        }
        assert!(text.contains("guichet.read.urgent") && text.contains("guichet.evenements         topic, durable"));
    }
}
