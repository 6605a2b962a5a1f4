//! Which documents are the same paper as earlier ones.

use super::problem::Problem;
use crate::store::{LinkRow, Store};
use serde_json::{Value, json};

/// The links of some sources.
#[derive(Debug)]
pub(super) struct Same(Vec<LinkRow>);

impl Same {
    /// Reads the links of the sources from one to another, both included; none where a page is empty.
    pub(super) async fn between(store: &Store, first: Option<&String>, last: Option<&String>) -> Result<Self, Problem> {
        match (first, last) {
            (Some(first), Some(last)) => Ok(Self(store.links_between(first, last).await?)),
            _ => Ok(Self(Vec::new())),
        }
    }

    /// Gives what the documents of a source repeat.
    pub(super) fn of_source(&self, source: &str) -> Value {
        self.0.iter().filter(|link| link.source == source).map(told).collect()
    }

    /// Gives what a document repeats.
    pub(super) fn of_segment(&self, segment: &str) -> Value {
        self.0.iter().filter(|link| link.segment == segment).map(told).collect()
    }
}

fn told(link: &LinkRow) -> Value {
    let LinkRow { segment, source: _, other_segment, other, kind } = link;
    json!({"segment": segment, "other": other_segment, "source": other, "kind": kind})
}
