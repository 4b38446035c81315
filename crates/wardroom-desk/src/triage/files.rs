//! Downloads of what strangers sent: never shown, never guessed at, in a sandbox of their own.

use super::report::stream;
use crate::app::App;
use crate::seat::Seat;
use crate::stop::Answer;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;

pub async fn original(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let bytes = app.desk.original(&seat.viewer, &report).await?;
    Ok(download(&format!("{id}.bin"), bytes))
}

pub async fn attachment(State(app): State<App>, seat: Seat, Path((id, index)): Path<(String, usize)>) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let (name, _, bytes) = app.desk.attachment(&seat.viewer, &report, index).await?;
    Ok(download(&name, bytes))
}

/// Bytes as a download. The name is what the sender called it, without what a header or a file system could trip over.
fn download(name: &str, bytes: Vec<u8>) -> axum::response::Response {
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).take(100).collect();
    let plain = plain.trim_start_matches('.');
    let plain = if plain.is_empty() { "file" } else { plain };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
