//! Files handed over, and where each of them stands.

use super::json::Json;
use super::page::{Query, page};
use super::problem::Problem;
use super::same::Same;
use super::{Api, Scope, upload};
use crate::clock::Moment;
use crate::intake::{Came, take_in};
use crate::store::{ArrivalRow, SourceRow, TakenIn};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;

/// Where a source can stand.
const STATES: [&str; 4] = ["waiting", "done", "error", "quarantine"];

/// Takes a file in; answered only once it is kept.
pub(super) async fn receive(State(api): State<Arc<Api>>, request: Request) -> Result<Response, Problem> {
    let who = api.tokens.authorize(request.headers(), Scope::Write)?;
    let busy = || Problem::of(StatusCode::SERVICE_UNAVAILABLE, "trop d'envois en même temps : recommencer");
    let _place = api.uploads.try_acquire().map_err(|_| busy())?;
    let upload = upload::receive(request, api.most).await?;
    let came = Came {
        bytes: &upload.bytes,
        media_type: &upload.media_type,
        name: &upload.name,
        channel: &upload.channel,
        sender: upload.sender.as_deref(),
        received_at: Moment::now(),
        // Two senders may choose the same key.
        key: upload.key.as_ref().map(|key| format!("api:{who}:{key}")),
        class: upload.class,
    };
    let taken = take_in(&api.store, &api.blobs, &came).await?;
    let (id, outcome, status) = match &taken {
        TakenIn::New(id) => (id, "new", StatusCode::ACCEPTED),
        TakenIn::Known(id) => (id, "known", StatusCode::OK),
        TakenIn::Repeated(id) => (id, "repeated", StatusCode::OK),
    };
    let sha256 = crate::blobs::hash(&upload.bytes);
    if outcome == "repeated" && api.store.source(id).await?.is_some_and(|source| source.sha256 != sha256) {
        return Err(Problem::refused("cette Idempotency-Key a déjà servi pour un autre fichier"));
    }
    tracing::info!(source = id, outcome, channel = upload.channel, "source received");
    if outcome == "new" {
        (api.news)();
    }
    let place = format!("/api/v1/sources/{id}");
    let body =
        json!({"id": id, "sha256": sha256, "outcome": outcome, "self": place, "result": format!("{place}/result")});
    Ok((status, [(header::LOCATION, place)], Json(body)).into_response())
}

/// Lists sources in the order in which they came.
pub(super) async fn list(State(api): State<Arc<Api>>, headers: HeaderMap, uri: Uri) -> Result<Json, Problem> {
    api.tokens.authorize(&headers, Scope::Read)?;
    let query = Query::of(&uri, &["after", "limit", "state"])?;
    let most = query.limit()?;
    let sources = match query.get("state") {
        None => api.store.sources_after(query.after(), most).await?,
        Some(state) if STATES.contains(&state) => api.store.sources_in(state, query.after(), most).await?,
        Some(_) => return Err(Problem::refused(format!("state : donner {}", STATES.join(", ")))),
    };
    let next = sources.last().filter(|_| sources.len() as i64 == most).map(|last| last.id.clone());
    let same = Same::between(&api.store, sources.first().map(|it| &it.id), sources.last().map(|it| &it.id)).await?;
    let items = sources.iter().map(|source| told(source, &same));
    Ok(Json(page(items.collect(), next)))
}

/// Gives a source with every time that it came.
pub(super) async fn one(
    State(api): State<Arc<Api>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json, Problem> {
    api.tokens.authorize(&headers, Scope::Read)?;
    let source = api.store.source(&id).await?.ok_or_else(unknown)?;
    let same = Same::between(&api.store, Some(&id), Some(&id)).await?;
    let mut told = told(&source, &same);
    told["arrivals"] = api.store.arrivals(&id).await?.into_iter().map(arrival).collect();
    Ok(Json(told))
}

/// Gives the problem of an id that stands for nothing.
pub(super) fn unknown() -> Problem {
    Problem::of(StatusCode::NOT_FOUND, "source inconnue")
}

fn told(source: &SourceRow, same: &Same) -> Value {
    let SourceRow { id, sha256, state, name, received_at, fault: _, line: _ } = source;
    json!({
        "id": id,
        "sha256": sha256,
        "state": state,
        "name": name,
        "received_at": received_at.rfc3339(),
        "same_as": same.of_source(id),
    })
}

fn arrival(row: ArrivalRow) -> Value {
    let ArrivalRow { name, channel, sender, received_at } = row;
    json!({"name": name, "channel": channel, "sender": sender, "received_at": received_at.rfc3339()})
}
