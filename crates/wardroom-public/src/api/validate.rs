//! Checking CSAF documents for other tools, in the shape of csaf-validator-service: `GET /api/v1/tests` and `POST /api/v1/validate`.
//! Nothing is kept, and no word of a document gets into a log: it may be somebody's draft. The work is done off the async threads, a
//! few documents at a time, within the limits of `wardroom_check::STRANGER`.
//!
//! Not here: the tests themselves, and the addresses for our own drafts at the desk.

use super::{take, typed};
use crate::facade::Facade;
use crate::face::{Face, allowed};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use wardroom_check::service::{self, Asked};
use wardroom_formats::guarded;
use wardroom_web::words::public as say;
use wardroom_web::{Caller, Faults, Lang, Problem, Tongue};

/// Largest body: a document and the words around it.
pub const BODY_BYTES: usize = wardroom_check::STRANGER.bytes;
/// Entries of `tests`: more than there are.
const MOST_TESTS: usize = 600;
/// How long a document waits for its turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// `GET /api/v1/tests`
pub async fn tests<F: Facade>(State(face): State<Arc<Face<F>>>, caller: Caller) -> Result<Response, Problem> {
    allowed(&face.limits.pages, caller)?;
    let mut response = Json(service::offered()).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    Ok(response)
}

/// `POST /api/v1/validate` with `{"tests": [{"type": "preset", "name": "basic"}], "document": {…}}`
pub async fn validate<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    allowed(&face.limits.validations, caller)?;
    let lang = tongue.lang;
    if typed::media(&headers).is_some_and(|media| media != "application/json") {
        return Err(Problem::unsupported_media());
    }
    let turn = tokio::time::timeout(PATIENCE, Arc::clone(&face.validating).acquire_owned()).await;
    let Ok(Ok(turn)) = turn else { return Err(Problem::unavailable()) };
    let work = move || {
        // The turn ends when the work does, even if nobody waits for the answer any more.
        let _turn = turn;
        let (document, asked) = wanted(&body, lang)?;
        drop(body);
        Ok::<_, Problem>(service::answer(document, &asked))
    };
    let answer = match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer?,
        Err(_) => return Err(Problem::logged(&"checking a document broke")),
    };
    let mut response = Json(answer).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The document and the tests of a request, or everything that is wrong with it.
fn wanted(body: &[u8], lang: Lang) -> Result<(Value, Asked), Problem> {
    let value = guarded::read(body, &wardroom_check::STRANGER).map_err(|fault| take::not_json(&fault, lang))?;
    let Value::Object(mut request) = value else { return Err(Problem::malformed().detail(say::API_FAULT_JSON.say(lang))) };
    let mut faults = Faults::default();
    for name in request.keys().filter(|name| !["tests", "document"].contains(&name.as_str())).take(20) {
        faults.add_coded(name.chars().take(100).collect::<String>(), "unknown_name", say::API_FAULT_NAME.say(lang));
    }
    let mut asked = Asked::default();
    match request.get("tests") {
        None => faults.add_coded("tests", "required", say::API_FAULT_REQUIRED.say(lang)),
        Some(Value::Array(tests)) if tests.is_empty() => faults.add_coded("tests", "required", say::API_FAULT_REQUIRED.say(lang)),
        Some(Value::Array(tests)) if tests.len() > MOST_TESTS => faults.add_coded("tests", "too_large", say::API_FAULT_VALUE.say(lang)),
        Some(Value::Array(tests)) => tests.iter().enumerate().for_each(|(index, test)| one(index, test, &mut asked, &mut faults, lang)),
        Some(_) => faults.add_coded("tests", "type", say::API_FAULT_LIST.say(lang)),
    }
    let document = match request.remove("document") {
        Some(document @ Value::Object(_)) => document,
        Some(_) => {
            faults.add_coded("document", "type", say::API_FAULT_OBJECT.say(lang));
            Value::Null
        }
        None => {
            faults.add_coded("document", "required", say::API_FAULT_REQUIRED.say(lang));
            Value::Null
        }
    };
    if faults.is_empty() { Ok((document, asked)) } else { Err(Problem::unprocessable(faults)) }
}

/// One entry of `tests`: `{"type": "test" | "preset", "name": …}`.
fn one(index: usize, test: &Value, asked: &mut Asked, faults: &mut Faults, lang: Lang) {
    let place = format!("/tests/{index}");
    let Value::Object(members) = test else {
        return faults.add_coded(place, "type", say::API_FAULT_OBJECT.say(lang));
    };
    if members.keys().any(|name| !["type", "name"].contains(&name.as_str())) {
        return faults.add_coded(place, "unknown_name", say::API_FAULT_NAME.say(lang));
    }
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let known = match (text("type"), text("name")) {
        (Some("test"), Some(name)) => asked.test(name),
        (Some("preset"), Some(name)) => asked.preset(name),
        (Some(_), Some(_)) => return faults.add_coded(format!("{place}/type"), "unknown_value", say::API_FAULT_VALUE.say(lang)),
        (None, _) => return faults.add_coded(format!("{place}/type"), "required", say::API_FAULT_REQUIRED.say(lang)),
        (_, None) => return faults.add_coded(format!("{place}/name"), "required", say::API_FAULT_REQUIRED.say(lang)),
    };
    if !known {
        faults.add_coded(format!("{place}/name"), "unknown_value", say::API_FAULT_VALUE.say(lang));
    }
}
