//! What goes wrong, as RFC 9457 writes it: `application/problem+json`, in French for whoever reads it.

use crate::blobs::BlobError;
use crate::intake::IntakeError;
use crate::store::StoreError;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Seconds after which to try again what could not be done now.
const AGAIN: &str = "5";

/// An answer that is none.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    detail: String,
}

impl Problem {
    /// Builds a problem with its remedy.
    pub(super) fn of(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into() }
    }

    /// Builds the problem of a request that says what cannot be.
    pub(super) fn refused(detail: impl Into<String>) -> Self {
        Self::of(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    fn of_machine(full: bool, transient: bool) -> Self {
        match (full, transient) {
            (true, _) => {
                Self::of(StatusCode::INSUFFICIENT_STORAGE, "disque plein : recommencer quand il y aura de la place")
            }
            (_, true) => {
                Self::of(StatusCode::SERVICE_UNAVAILABLE, "la base de données ne répond pas : recommencer plus tard")
            }
            _ => Self::of(StatusCode::INTERNAL_SERVER_ERROR, "panne : le journal du programme dit laquelle"),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status;
        let title = status.canonical_reason().unwrap_or_default();
        let body = json!({"type": "about:blank", "title": title, "status": status.as_u16(), "detail": self.detail});
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
        if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::INSUFFICIENT_STORAGE) {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static(AGAIN));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "request not answered");
        Self::of_machine(error.is_full(), error.is_transient())
    }
}

impl From<BlobError> for Problem {
    fn from(error: BlobError) -> Self {
        tracing::error!(%error, "request not answered");
        Self::of_machine(error.is_full(), error.is_transient())
    }
}

impl From<IntakeError> for Problem {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Blobs(error) => error.into(),
            IntakeError::Store(error) => error.into(),
        }
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        tracing::error!(line = error.line(), "a stored line is no JSON");
        Self::of_machine(false, false)
    }
}
