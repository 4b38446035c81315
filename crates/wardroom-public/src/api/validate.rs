//! Checking CSAF documents for other tools, in the shape of csaf-validator-service: `GET /api/v1/tests` and `POST /api/v1/validate`.
//! Nothing is kept, and no word of a document gets into a log: it may be somebody's draft. The work is done by the
//! parser's child, which has no keys, no network and no files, a few documents at a time, within the limits of `wardroom_check::STRANGER`.
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
use std::sync::Arc;
use std::time::Duration;
use wardroom_app::ports::opener::OpenTrouble;
use wardroom_check::request::{Kind, Refused, Wrong};
use wardroom_check::service;
use wardroom_web::words::public as say;
use wardroom_web::{Caller, Faults, Lang, Problem, Tongue};

/// Largest body: a document and the words around it.
pub const BODY_BYTES: usize = wardroom_check::STRANGER.bytes;
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
    let told = face.house.checked(&body).await;
    drop(turn);
    let answer = match told {
        Ok(Ok(answer)) => answer,
        Ok(Err(refused)) => return Err(problem(refused, lang)),
        // Its bytes were too much for the reader, by time or by memory: for whoever sent it that is a document too large to check.
        Err(OpenTrouble::Poison(_)) => return Err(Problem::too_large()),
        Err(trouble @ (OpenTrouble::NoParser(_) | OpenTrouble::Shelf(_))) => {
            tracing::warn!(%trouble, "a document could not be checked");
            return Err(Problem::unavailable());
        }
    };
    let mut response = ([(header::CONTENT_TYPE, "application/json")], answer).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// What is wrong with a request, in words.
fn problem(refused: Refused, lang: Lang) -> Problem {
    let wrong = match refused {
        Refused::NotJson(fault) => return take::not_json(&fault, lang),
        Refused::NoObject => return Problem::malformed().detail(say::API_FAULT_JSON.say(lang)),
        Refused::TooMuch => return Problem::too_large(),
        Refused::Wrong(wrong) => wrong,
    };
    let mut faults = Faults::default();
    for Wrong { place, kind } in wrong {
        let (code, word) = match kind {
            Kind::UnknownName => ("unknown_name", say::API_FAULT_NAME),
            Kind::Required => ("required", say::API_FAULT_REQUIRED),
            Kind::UnknownValue => ("unknown_value", say::API_FAULT_VALUE),
            Kind::TooLarge => ("too_large", say::API_FAULT_VALUE),
            Kind::NoList => ("type", say::API_FAULT_LIST),
            Kind::NoObject => ("type", say::API_FAULT_OBJECT),
        };
        faults.add_coded(place, code, word.say(lang));
    }
    Problem::unprocessable(faults)
}
