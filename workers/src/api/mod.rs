//! The door for other programs: files handed over and results fetched over HTTP, with tokens.
//!
//! In: `POST /api/v1/sources`, once per `Idempotency-Key`. Out: sources, results, decisions and events, page by page, each
//! page naming the next. Whatever goes wrong is told as `application/problem+json`. `/health/live` and `/health/ready` need
//! no token, everything else does. Described in `openapi.json`, which the program serves too.
//!
//! Invariants: an upload is acknowledged only when it is committed; logs and metrics carry routes, ids and codes, never
//! names or contents; memory is bounded by the limit on a file times [`UPLOADS`].
//!
//! No TLS here: on other addresses than this machine's own a reverse proxy stands before it.

mod health;
mod json;
mod lists;
mod metrics;
mod page;
mod problem;
mod results;
mod same;
mod sources;
mod tokens;
mod upload;

pub(crate) use tokens::{Scope, Token, Tokens, forget as forget_token, issue as issue_token};

use crate::blobs::Blobs;
use crate::intake::mailbox::Board;
use crate::interrupt::Interrupt;
use crate::meters::Meters;
use crate::register::Live;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::store::Store;
use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use metrics::Requests;
use problem::Problem;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Files received at the same time; more are asked to come again.
const UPLOADS: usize = 8;
/// How often to look up for a stop.
const LOOK_UP: Duration = Duration::from_millis(100);
/// The description that is served.
const OPENAPI: &str = include_str!("openapi.json");

/// What the door opens on.
pub(crate) struct Api {
    store: Store,
    blobs: Blobs,
    tokens: Tokens,
    /// Bytes of a file.
    most: u64,
    uploads: Semaphore,
    requests: Requests,
    shown: Shown,
    /// Hears of every new job.
    news: Box<dyn Fn() + Send + Sync>,
}

/// What this process measures beside the requests, for `/metrics`.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    /// How each mailbox stands.
    pub(crate) mailboxes: Arc<Board>,
    /// How long stages take, what readers hold.
    pub(crate) meters: Arc<Meters>,
    /// The register in use.
    pub(crate) register: Option<Arc<Live>>,
}

impl Api {
    /// Builds the door.
    pub(crate) fn new(
        settings: &Settings,
        store: Store,
        blobs: Blobs,
        shown: Shown,
        news: Box<dyn Fn() + Send + Sync>,
    ) -> Self {
        let tokens = Tokens::of(&settings.api.jetons);
        let (most, uploads) = (settings.limites.octets_max, Semaphore::new(UPLOADS));
        Self { store, blobs, tokens, most, uploads, requests: Requests::default(), shown, news }
    }
}

/// Starts to listen at the address of the settings.
pub(crate) async fn listen(address: &str) -> Result<TcpListener, Stop> {
    let listener = TcpListener::bind(address).await;
    let listener = listener
        .map_err(|error| Stop::usage(format!("{address} : impossible d'y écouter ({error}) (réglage api.ecoute)")))?;
    match listener.local_addr() {
        Ok(at) if at.ip().is_loopback() => tracing::info!(%at, "listening"),
        Ok(at) => tracing::warn!(%at, "listening without TLS beyond this machine: put a reverse proxy before it"),
        Err(_) => {}
    }
    Ok(listener)
}

/// Answers until `interrupt` asks to stop; what is under way is finished.
pub(crate) async fn serve(listener: TcpListener, api: Api, interrupt: Interrupt) {
    let stopped = async move {
        while !interrupt.asked() {
            tokio::time::sleep(LOOK_UP).await;
        }
    };
    if let Err(error) = axum::serve(listener, router(Arc::new(api))).with_graceful_shutdown(stopped).await {
        tracing::error!(%error, "no longer listening");
    }
}

fn router(api: Arc<Api>) -> Router {
    Router::new()
        .route("/api/v1/sources", post(sources::receive).get(sources::list))
        .route("/api/v1/sources/{id}", get(sources::one))
        .route("/api/v1/sources/{id}/result", get(results::one))
        .route("/api/v1/results", get(results::list))
        .route("/api/v1/decisions", get(lists::decisions))
        .route("/api/v1/events", get(lists::events))
        .route("/api/v1/openapi.json", get(openapi))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(metrics::show))
        .fallback(async || Problem::of(StatusCode::NOT_FOUND, "il n'y a rien à cette adresse"))
        .method_not_allowed_fallback(async || Problem::of(StatusCode::METHOD_NOT_ALLOWED, "méthode non prévue ici"))
        // The limit is ours, and says so in a problem.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(Arc::clone(&api), watched))
        .with_state(api)
}

/// Counts and tells of a request by its route and its answer, and has nobody guess what an answer is.
async fn watched(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("-".to_owned(), |path| path.as_str().to_owned());
    let mut response = next.run(request).await;
    let status = response.status().as_u16();
    api.requests.count(&method, &route, status);
    let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    if !route.starts_with("/health") && route != "/metrics" {
        tracing::info!(%method, route, status, took_ms, "answered");
    }
    for (name, value) in [(header::X_CONTENT_TYPE_OPTIONS, "nosniff"), (header::CACHE_CONTROL, "no-store")] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn every_route_is_described_and_no_other() {
        let described: Value = serde_json::from_str(OPENAPI).unwrap();
        let mut described: Vec<&str> = described["paths"].as_object().unwrap().keys().map(String::as_str).collect();
        described.sort_unstable();
        let source = include_str!("mod.rs");
        let quoted = source.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
        let mut routes: Vec<&str> = quoted.filter(|route| route.starts_with('/')).collect();
        routes.sort_unstable();
        assert_eq!(described, routes);
    }
}
