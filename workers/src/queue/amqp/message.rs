//! The messages themselves: references of a few hundred bytes, never documents.

use crate::store::{DeadLetter, Mail};
use lapin::BasicProperties;
use lapin::message::Delivery;
use lapin::types::{AMQPValue, FieldTable};
use serde::{Deserialize, Serialize};

/// The version of a reference. A worker reads the job's id of every version, and nothing else.
const VERSION: u32 = 1;
/// A message kept on the disk.
const PERSISTENT: u8 = 2;

/// A reference to a job, as it travels.
#[derive(Debug, Serialize, Deserialize)]
struct Reference {
    v: u32,
    job: String,
}

/// Writes the reference of a job.
pub(super) fn reference(mail: &Mail) -> Vec<u8> {
    let reference = Reference { v: VERSION, job: mail.subject.clone() };
    serde_json::to_vec(&reference).unwrap_or_default()
}

/// Reads the job of a reference, of whatever version; `None` for what is no reference.
pub(super) fn job_of(bytes: &[u8]) -> Option<String> {
    serde_json::from_slice::<Reference>(bytes).ok().map(|reference| reference.job)
}

/// Gives the properties of a message: persistent, with the trace of its source.
pub(super) fn properties(mail: &Mail, content_type: &str, id: &str) -> BasicProperties {
    let mut headers = FieldTable::default();
    headers.insert("traceparent".into(), AMQPValue::LongString(mail.trace.as_str().into()));
    BasicProperties::default()
        .with_content_type(content_type.into())
        .with_delivery_mode(PERSISTENT)
        .with_message_id(id.into())
        .with_headers(headers)
}

/// Reads what the broker gave up, and why: the newest entry of `x-death`.
pub(super) fn dead_letter(delivery: &Delivery) -> DeadLetter {
    let text = |value: Option<&AMQPValue>| match value {
        Some(AMQPValue::LongString(text)) => text.to_string(),
        Some(AMQPValue::ShortString(text)) => text.to_string(),
        _ => String::new(),
    };
    let headers = delivery.properties.headers().as_ref();
    let deaths = headers.and_then(|headers| headers.inner().get("x-death"));
    let newest = match deaths {
        Some(AMQPValue::FieldArray(deaths)) => deaths.as_slice().first(),
        _ => None,
    };
    let of_death = |key: &str| match newest {
        Some(AMQPValue::FieldTable(death)) => text(death.inner().get(key)),
        _ => String::new(),
    };
    DeadLetter {
        queue: of_death("queue"),
        reason: of_death("reason"),
        job: job_of(&delivery.data),
        body: String::from_utf8_lossy(&delivery.data).chars().take(2000).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MailKind;

    #[test]
    fn references_of_every_version_are_read() {
        let mail = Mail {
            id: "m".to_owned(),
            kind: MailKind::Job,
            key: "read.urgent".to_owned(),
            subject: "s.read.1".to_owned(),
            body: String::new(),
            trace: "00-a-b-01".to_owned(),
            tries: 0,
        };
        assert_eq!(job_of(&reference(&mail)).as_deref(), Some("s.read.1"));
        let cases: [(&[u8], Option<&str>); 5] = [
            (br#"{"v":9,"job":"s.read.1","priority":{"new":true}}"#, Some("s.read.1")),
            (br#"{"v":1}"#, None),
            (br#"{"v":1,"job":7}"#, None),
            (b"", None),
            (b"%PDF-1.7", None),
        ];
        for (bytes, expected) in cases {
            assert_eq!(job_of(bytes).as_deref(), expected);
        }
    }
}
