//! An advisory as a file in one of its formats, for the team.

use super::page::stream;
use crate::app::App;
use crate::seat::Seat;
use crate::stop::Answer;
use crate::triage::files::download;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use serde::Deserialize;
use wardroom_app::AskError;
use wardroom_formats::rendering::Format;

#[derive(Deserialize, Default)]
pub struct Asked {
    /// `en` or `zh`; absent: the language of the machine document.
    #[serde(default)]
    lang: String,
}

/// The file, or why the advisory cannot be had in this format.
pub async fn send(State(app): State<App>, seat: Seat, Path((id, format)): Path<(String, String)>, Query(asked): Query<Asked>) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let format = Format::parse(&format).ok_or(AskError::NotFound)?;
    let lang = ["en", "zh"].into_iter().find(|lang| *lang == asked.lang).unwrap_or_default();
    let rendered = app.desk.render_advisory(&seat.viewer, &advisory, format, lang).await?;
    let length = rendered.text.len() as u64;
    let mut response = download(&rendered.file_name, Some(length), Body::from(rendered.text));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(rendered.media_type));
    Ok(response)
}
