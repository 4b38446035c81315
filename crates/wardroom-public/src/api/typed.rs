//! Small JSON bodies of the follow-up and the uploads: an object with known members only, each of its type. What is wrong is said with its place.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, header};
use serde_json::{Map, Value};
use wardroom_formats::guarded::{self, Limits};
use wardroom_web::words::public as say;
use wardroom_web::{Faults, Lang, Problem};

const SMALL: Limits = Limits { bytes: 512 * 1024, depth: 8, values: 200 };

/// Largest body of [`read`].
const BODY_BYTES: usize = 64 * 1024;

/// The media type of a body without its parameters. A type that is no text is one we do not know.
pub(crate) fn media(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::CONTENT_TYPE)?.to_str().unwrap_or("unreadable");
    Some(text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

/// The same as [`object`] of a body that has not been read yet, for addresses that take files as well.
pub(crate) async fn read(headers: &HeaderMap, body: Body, lang: Lang, known: &[&str]) -> Result<Map<String, Value>, Problem> {
    let bytes = to_bytes(body, BODY_BYTES).await.map_err(|_| Problem::too_large())?;
    object(headers, &bytes, lang, known)
}

/// The object of a body that has no other members than `known`.
pub(crate) fn object(headers: &HeaderMap, body: &Bytes, lang: Lang, known: &[&str]) -> Result<Map<String, Value>, Problem> {
    if media(headers).is_some_and(|media| media != "application/json") {
        return Err(Problem::unsupported_media());
    }
    let value = guarded::read(body, &SMALL).map_err(|fault| super::take::not_json(&fault, lang))?;
    let Value::Object(object) = value else { return Err(Problem::malformed().detail(say::API_FAULT_JSON.say(lang))) };
    let mut faults = Faults::default();
    for name in object.keys().filter(|name| !known.contains(&name.as_str())).take(20) {
        faults.add_coded(name.chars().take(100).collect::<String>(), "unknown_name", say::API_FAULT_NAME.say(lang));
    }
    if faults.is_empty() { Ok(object) } else { Err(Problem::unprocessable(faults)) }
}

/// A text member; empty when it is absent or null.
pub(crate) fn text(object: &Map<String, Value>, name: &str, lang: Lang) -> Result<String, Problem> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(fault(name, "type", say::API_FAULT_TEXT.say(lang))),
    }
}

/// A whole number from 0 on; `None` when it is absent or something else. `7.0` is one (RFC 8259 §6 knows no integers).
pub(crate) fn count(object: &Map<String, Value>, name: &str) -> Option<u64> {
    let value = object.get(name)?;
    value.as_u64().or_else(|| value.to_string().strip_suffix(".0").and_then(|whole| whole.parse().ok()))
}

/// A 422 about one member.
pub(crate) fn fault(name: &str, code: &'static str, sentence: &str) -> Problem {
    let mut faults = Faults::default();
    faults.add_coded(name, code, sentence);
    Problem::unprocessable(faults)
}
