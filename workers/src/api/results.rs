//! Result lines, as `guichet results` writes them.

use super::json::Json;
use super::page::{Query, page};
use super::problem::Problem;
use super::sources::unknown;
use super::{Api, Scope};
use crate::commands::result_line;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;

/// Gives the result line of a source, or says that it is still waited for.
pub(super) async fn one(
    State(api): State<Arc<Api>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    api.tokens.authorize(&headers, Scope::Read)?;
    let source = api.store.source(&id).await?.ok_or_else(unknown)?;
    match result_line(&source)? {
        Some(line) => Ok(([(header::CONTENT_TYPE, "application/json")], line).into_response()),
        None => {
            let body = Json(json!({"id": id, "state": source.state}));
            Ok((StatusCode::ACCEPTED, [(header::RETRY_AFTER, "2")], body).into_response())
        }
    }
}

/// Lists result lines in the order in which their sources came; sources without one yet are left out, and come later under
/// their own ids.
pub(super) async fn list(State(api): State<Arc<Api>>, headers: HeaderMap, uri: Uri) -> Result<Json, Problem> {
    api.tokens.authorize(&headers, Scope::Read)?;
    let query = Query::of(&uri, &["after", "limit"])?;
    let most = query.limit()?;
    let sources = api.store.sources_after(query.after(), most).await?;
    let mut items = Vec::new();
    for source in &sources {
        if let Some(line) = result_line(source)? {
            items.push(json!({"id": source.id, "result": serde_json::from_str::<Value>(&line)?}));
        }
    }
    let next = sources.last().filter(|_| sources.len() as i64 == most).map(|last| last.id.clone());
    Ok(Json(page(items, next)))
}
