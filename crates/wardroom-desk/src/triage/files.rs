//! Downloads of what strangers sent: never shown, never guessed at, in a sandbox of their own.

use super::report::stream;
use crate::app::App;
use crate::seat::Seat;
use crate::stop::Answer;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use wardroom_app::intake::pieces::{OpenedPieces, PiecesError};
use wardroom_web::words::triage as t;
use wardroom_web::{Faults, Problem};

pub async fn original(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let (length, pieces) = app.desk.original_stream(&seat.viewer, &report).await?;
    Ok(download(&format!("{id}.bin"), Some(length), Body::from_stream(pieces)))
}

pub async fn attachment(State(app): State<App>, seat: Seat, Path((id, index)): Path<(String, usize)>) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let (name, length, pieces) = app.desk.attachment_stream(&seat.viewer, &report, index).await?;
    Ok(download(&name, length, Body::from_stream(pieces)))
}

/// A large file that was encrypted piece by piece in the reporter's browser, decrypted while it is downloaded.
pub async fn opened(State(app): State<App>, seat: Seat, Path((id, index)): Path<(String, usize)>) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let Some(opener) = app.settings.opener.clone() else { return Err(Problem::unavailable().into()) };
    match app.desk.opened_pieces(opener, &seat.viewer, &report, index).await {
        Ok(OpenedPieces { name, length, pieces }) => Ok(download(&name, Some(length), Body::from_stream(pieces))),
        Err(PiecesError::Asked(error)) => Err(error.into()),
        Err(PiecesError::Unreadable(why)) => {
            tracing::info!(why, "an encrypted file does not open");
            Err(Problem::unprocessable(Faults::default()).detail(t::FILE_UNREADABLE.say(seat.lang())).into())
        }
        Err(PiecesError::Parser(trouble)) => Err(Problem::logged(&trouble).into()),
    }
}

/// Bytes as a download, as they come: a file of any size is never held whole. When a piece is damaged the connection breaks off
/// before the stated length, so that no browser takes the rest for the file. The name is what the sender called it, without what a header or a file system could trip over.
pub(crate) fn download(name: &str, length: Option<u64>, body: Body) -> axum::response::Response {
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).take(100).collect();
    let plain = plain.trim_start_matches('.');
    let plain = if plain.is_empty() { "file" } else { plain };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
