//! Whether the program lives, and whether it can work.

use super::Api;
use super::json::Json;
use super::problem::Problem;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// It answers: it lives.
pub(super) async fn live() -> Json {
    Json(json!({"status": "ok"}))
}

/// It is ready when the database answers.
pub(super) async fn ready(State(api): State<Arc<Api>>) -> Result<Json, Problem> {
    match timeout(PATIENCE, api.store.ping()).await {
        Ok(Ok(())) => Ok(Json(json!({"status": "ok"}))),
        _ => Err(Problem::of(StatusCode::SERVICE_UNAVAILABLE, "la base de données ne répond pas")),
    }
}
