//! Error bodies: `{"error": CODE, "message": …, "details": …}`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refusal without details.
pub fn no(status: u16, code: &str, message: &str) -> Response {
    answer(status, json!({ "error": code, "message": message }))
}

/// A refusal with details.
pub(super) fn no_with(status: u16, code: &str, message: &str, details: Value) -> Response {
    answer(status, json!({ "error": code, "message": message, "details": details }))
}

/// Any answer.
pub(super) fn answer(status: u16, body: Value) -> Response {
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}

/// A value of the request that the service does not take, as express-validator tells it.
pub(super) fn bad_input(message: &str, param: &str) -> Response {
    no_with(400, "BAD_INPUT", "Parameters were invalid", json!([{ "msg": message, "param": param, "location": "body" }]))
}
