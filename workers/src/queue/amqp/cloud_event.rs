//! Events as others read them: CloudEvents 1.0 in JSON, documented in `deploy/evenements.md`.

use crate::clock::Moment;
use crate::store::Mail;
use serde_json::{Value, json};

/// The content type of a structured event.
pub(super) const CONTENT_TYPE: &str = "application/cloudevents+json";
/// The version of the data of each kind of event; raised when a reader would have to change.
const VERSION: u32 = 1;

/// An event ready to leave.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CloudEvent {
    /// Unique with the source: a reader may drop what it has seen.
    pub(super) id: String,
    /// The routing key.
    pub(super) key: String,
    pub(super) body: Vec<u8>,
}

/// Writes a row of the journal as an event.
pub(super) fn of(mail: &Mail, installation: &str) -> CloudEvent {
    let row: Value = serde_json::from_str(&mail.body).unwrap_or_default();
    let id = format!("{installation}-{}", mail.subject);
    let key = format!("guichet.{}", mail.key);
    let subject = row["data"]["segment"].as_str().or_else(|| row["source"].as_str()).unwrap_or_default();
    let event = json!({
        "specversion": "1.0",
        "id": id,
        "source": format!("/guichet/{installation}"),
        "type": key,
        "subject": subject,
        "time": Moment(row["at"].as_i64().unwrap_or_default()).rfc3339(),
        "datacontenttype": "application/json",
        "dataschema": format!("urn:guichet:evenement:{}:{VERSION}", mail.key),
        "traceparent": mail.trace,
        "data": row["data"],
    });
    CloudEvent { body: event.to_string().into_bytes(), id, key }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MailKind;

    #[test]
    fn a_row_of_the_journal_is_an_event() {
        let mail = Mail {
            id: "m".to_owned(),
            kind: MailKind::Event,
            key: "document.decided".to_owned(),
            subject: "12".to_owned(),
            body: r#"{"at":1795474799000042,"data":{"outcome":"accept","segment":"s/1"},"kind":"document.decided","seq":12,"source":"s"}"#
                .to_owned(),
            trace: "00-a-b-01".to_owned(),
            tries: 0,
        };
        let event = of(&mail, "maison");
        assert_eq!((event.id.as_str(), event.key.as_str()), ("maison-12", "guichet.document.decided"));
        let body: Value = serde_json::from_slice(&event.body).unwrap();
        let expected = json!({
            "specversion": "1.0",
            "id": "maison-12",
            "source": "/guichet/maison",
            "type": "guichet.document.decided",
            "subject": "s/1",
            "time": "2026-11-23T22:59:59.000042Z",
            "datacontenttype": "application/json",
            "dataschema": "urn:guichet:evenement:document.decided:1",
            "traceparent": "00-a-b-01",
            "data": {"outcome": "accept", "segment": "s/1"},
        });
        assert_eq!(body, expected);
    }
}
