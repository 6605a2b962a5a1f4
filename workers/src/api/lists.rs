//! Decisions as they were made, and the journal.

use super::json::Json;
use super::page::{Query, page};
use super::problem::Problem;
use super::same::Same;
use super::{Api, Scope};
use crate::store::DecidedRow;
use crate::store::journal::Entry;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use serde_json::{Value, json};
use std::sync::Arc;

/// What parts the two halves of where a page of decisions starts; no id holds it.
const BETWEEN: char = ':';

/// Lists decisions by document; one that was made anew is another item.
pub(super) async fn decisions(State(api): State<Arc<Api>>, headers: HeaderMap, uri: Uri) -> Result<Json, Problem> {
    api.tokens.authorize(&headers, Scope::Read)?;
    let query = Query::of(&uri, &["after", "limit"])?;
    let most = query.limit()?;
    let after = query.after().split_once(BETWEEN).unwrap_or((query.after(), ""));
    let rows = api.store.decisions_after(after, most).await?;
    let last = rows.last().filter(|_| rows.len() as i64 == most);
    let next = last.map(|last| format!("{}{BETWEEN}{}", last.segment, last.fingerprint));
    let (first, last) = (rows.first().map(source_of), rows.last().map(source_of));
    let same = Same::between(&api.store, first.as_ref(), last.as_ref()).await?;
    let items = rows.into_iter().map(|row| decided(row, &same)).collect::<Result<_, serde_json::Error>>()?;
    Ok(Json(page(items, next)))
}

/// Gives the source of a document: its name begins with it.
fn source_of(row: &DecidedRow) -> String {
    row.segment.split('/').next().unwrap_or_default().to_owned()
}

fn decided(row: DecidedRow, same: &Same) -> Result<Value, serde_json::Error> {
    let (source, same_as) = (source_of(&row), same.of_segment(&row.segment));
    let DecidedRow { segment, fingerprint, outcome, reasons, lease, checks, at } = row;
    Ok(json!({
        "segment": segment,
        "source": source,
        "fingerprint": fingerprint,
        "outcome": outcome,
        "reasons": serde_json::from_str::<Value>(&reasons)?,
        "lease": lease,
        "checks": serde_json::from_str::<Value>(&checks)?,
        "at": at.rfc3339(),
        "same_as": same_as,
    }))
}

/// Lists what happened, in the order of the journal: ids and codes only.
pub(super) async fn events(State(api): State<Arc<Api>>, headers: HeaderMap, uri: Uri) -> Result<Json, Problem> {
    api.tokens.authorize(&headers, Scope::Read)?;
    let query = Query::of(&uri, &["after", "limit"])?;
    let most = query.limit()?;
    let after = if query.after().is_empty() { Ok(0) } else { query.after().parse::<i64>() };
    let after = after.map_err(|_| Problem::refused("after : un numéro du journal"))?;
    let rows = api.store.events_after(after, most).await?;
    let next = rows.last().filter(|_| rows.len() as i64 == most).map(|last| last.seq.to_string());
    let items = rows.into_iter().map(told).collect::<Result<_, serde_json::Error>>()?;
    Ok(Json(page(items, next)))
}

fn told(row: Entry) -> Result<Value, serde_json::Error> {
    let body: Value = serde_json::from_str(&row.body)?;
    Ok(json!({
        "seq": row.seq,
        "at": row.at.rfc3339(),
        "kind": row.kind,
        "source": row.source,
        "data": body["data"],
        "hash": row.hash,
    }))
}
