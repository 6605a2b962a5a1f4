//! A JSON body.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// A value as the body of an answer.
#[derive(Debug)]
pub(super) struct Json(pub(super) Value);

impl IntoResponse for Json {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "application/json")], self.0.to_string()).into_response()
    }
}
