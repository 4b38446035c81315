//! "Can you read me?": anybody pastes an encrypted test and is told yes, with the key, or no. Works without JavaScript; for programs it is
//! `POST /api/v1/pgp-test`. Nothing is kept, every failure has the same answer, and answers come in whole beats
//! (see `wardroom_app::intake::readable`).

use crate::facade::Facade;
use crate::face::{Face, allowed};
use crate::practice::grouped;
use crate::report::urlencoded;
use askama::Template;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;
use wardroom_app::intake::readable::is_a_message;
use wardroom_app::public_house::Readable;
use wardroom_web::redirect::see_other;
use wardroom_web::words::{self, public as say};
use wardroom_web::{Caller, Faults, Page, Problem, Tongue, html};

#[derive(Template)]
#[template(path = "pgp/readable.html")]
struct Answer {
    page: Page,
    readable: bool,
    text: String,
    /// Why nothing was tried.
    fault: &'static str,
}

/// `GET /pgp/test` leads to the page with the form.
pub async fn show() -> Response {
    see_other("/pgp#test").into_response()
}

/// `POST /pgp/test`
pub async fn send<F: Facade>(State(face): State<Arc<Face<F>>>, tongue: Tongue, caller: Caller, body: Bytes) -> Result<Response, Problem> {
    allowed(&face.limits.tests, caller)?;
    let lang = tongue.lang;
    let fields = urlencoded(&body);
    let text = fields.iter().find(|(name, _)| name == "message").map(|(_, text)| text.as_str()).unwrap_or_default();
    let page = Page::new(&tongue, &face.site(), "pgp", say::PGP_TEST.say(lang));
    if !is_a_message(text) {
        let fault = say::FAULT_PGP_TEST_BLOCK.say(lang);
        let mut response = html(&Answer { page: page.faulty(true), readable: false, text: String::new(), fault });
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let found = ask(&face, text).await?;
    let text = match &found.fingerprint {
        Some(fingerprint) => say::pgp_test_yes_text(lang, grouped(fingerprint)),
        None => say::PGP_TEST_NO_TEXT.say(lang).to_owned(),
    };
    let mut response = html(&Answer { page, readable: found.readable, text, fault: "" });
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// `POST /api/v1/pgp-test` with `{"message": "-----BEGIN PGP MESSAGE-----…"}`, or the armoured block itself as the body.
pub async fn program<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    allowed(&face.limits.tests, caller)?;
    let lang = tongue.lang;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let text = if kind.starts_with("application/json") {
        let sent: Value = serde_json::from_slice(&body).map_err(|_| Problem::bad_request().detail(say::API_FAULT_JSON.say(lang)))?;
        sent.get("message").and_then(Value::as_str).unwrap_or_default().to_owned()
    } else {
        String::from_utf8_lossy(&body).into_owned()
    };
    if !is_a_message(&text) {
        let mut faults = Faults::default();
        faults.add("message", say::FAULT_PGP_TEST_BLOCK.say(lang));
        return Err(Problem::unprocessable(faults));
    }
    let found = ask(&face, &text).await?;
    let mut response = Json(json!({"readable": found.readable, "fingerprint": found.fingerprint})).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn ask<F: Facade>(face: &Face<F>, text: &str) -> Result<Readable, Problem> {
    match face.house.pgp_test(text).await {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Err(Problem::unavailable()),
        Err(trouble) => Err(Problem::logged(&trouble)),
    }
}
