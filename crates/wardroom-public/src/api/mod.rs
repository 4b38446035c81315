//! The public face for programs (interfaces A4): hand in a report as JSON or multipart, ask and answer by receipt code.
//! The code travels in the `Authorization` header only. Errors are RFC 9457 problems.

pub mod check;
pub mod files;
pub mod follow;
mod take;
pub(crate) mod typed;
pub mod validate;

use crate::facade::Facade;
use crate::face::{Face, allowed};
use crate::track::{code_fault, public_state};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;
use wardroom_app::promises::Promise;
use wardroom_app::public_house::{HandInError, Track, TrackError};
use wardroom_seal::ReceiptCode;
use wardroom_web::words::public as say;
use wardroom_web::{Caller, Faults, Lang, Problem, Tongue, time};

/// `POST /api/v1/reports`
pub async fn report<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    allowed(&face.limits.reports, caller)?;
    let key = idempotency_key(request.headers(), tongue.lang)?;
    let flight = key.as_deref().map(|key| face.in_flight.begin(key));
    if matches!(flight, Some(None)) {
        return Err(Problem::in_flight());
    }
    let practice = face.practice(tongue.lang);
    let mut report = take::report(request, &face, caller, &practice).await?;
    report.idempotency = key;
    if let Some(word) = crate::report::key_fault_at(&report.reporter_key, face.now()) {
        let mut faults = Faults::default();
        faults.add("pgp_key", word.say(tongue.lang));
        return Err(Problem::unprocessable(faults));
    }
    let before = face.now();
    let receipt = face.house.hand_in(report).await.map_err(|error| refused(error, tongue.lang))?;
    let body = json!({
        "report": receipt.number,
        "receipt_code": receipt.code,
        "received_at": time::utc(receipt.received_at),
        "sha256": receipt.sha256,
        "promises": promises(&receipt.promises),
    });
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/api/v1/reports/self"));
    if receipt.received_at < before {
        response.headers_mut().insert(HeaderName::from_static("idempotency-replayed"), HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// `GET /api/v1/reports/self`
pub async fn look<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    allowed(&face.limits.track, caller)?;
    let code = code(&headers, tongue.lang)?;
    match face.house.track(&code).await {
        Ok(track) => Ok(Json(track_json(&track, &face, tongue.lang)).into_response()),
        Err(error) => Err(untracked(&face, caller, error)),
    }
}

/// `POST /api/v1/reports/self/messages` with `{"text": …, "language": …}`
pub async fn write<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    allowed(&face.limits.track, caller)?;
    let code = code(&headers, tongue.lang)?;
    let message = typed::object(&headers, &body, tongue.lang, &["text", "language"])?;
    let text = typed::text(&message, "text", tongue.lang)?;
    let language = Lang::from_tag(&typed::text(&message, "language", tongue.lang)?).unwrap_or(tongue.lang);
    let fault = |word: wardroom_web::words::Word| {
        let mut faults = Faults::default();
        faults.add("text", word.say(tongue.lang));
        Problem::unprocessable(faults)
    };
    match face.house.write(&code, &text, language.code()).await {
        Ok(()) => Ok((StatusCode::CREATED, Json(json!({"received_at": time::utc(face.now())}))).into_response()),
        Err(TrackError::Empty) => Err(fault(say::TRACK_FAULT_MESSAGE_EMPTY)),
        Err(TrackError::TooLong) => Err(fault(say::TRACK_FAULT_MESSAGE_LONG)),
        Err(error) => Err(untracked(&face, caller, error)),
    }
}

/// `GET /api/v1/openapi.json`
pub async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=3600")], include_str!("openapi.json"))
        .into_response()
}

/// The key of the `Idempotency-Key` header, if one was sent.
fn idempotency_key(headers: &HeaderMap, lang: Lang) -> Result<Option<String>, Problem> {
    let mut sent = headers.get_all("idempotency-key").iter();
    let Some(value) = sent.next() else { return Ok(None) };
    let key = value.to_str().unwrap_or_default().trim();
    let fits = (1..=255).contains(&key.len()) && key.bytes().all(|byte| (0x20..0x7f).contains(&byte)) && sent.next().is_none();
    match fits {
        true => Ok(Some(key.to_owned())),
        false => Err(Problem::bad_request().detail(say::API_FAULT_KEY_FORM.say(lang))),
    }
}

fn refused(error: HandInError, lang: Lang) -> Problem {
    let (field, code, word) = match error {
        HandInError::Trouble(trouble) => return Problem::stored(&trouble, trouble.full),
        HandInError::KeyReused => return Problem::key_reused(),
        HandInError::FileGone => ("uploads", "unknown_value", say::REPORT_FAULT_FILE_GONE),
        HandInError::TooManyFiles => ("uploads", "too_large", say::REPORT_FAULT_FILE_COUNT),
        HandInError::CodeUsed => ("description", "invalid", say::REPORT_FAULT_CODE_USED),
        HandInError::Empty => ("description", "required", say::REPORT_FAULT_EMPTY),
        HandInError::TooLong => ("description", "too_long", say::REPORT_FAULT_LONG),
    };
    let mut faults = Faults::default();
    faults.add_coded(field, code, word.say(lang));
    Problem::unprocessable(faults)
}

/// An unknown code looks the same as one that is not ours; many of them are slowed down.
fn untracked<F: Facade>(face: &Face<F>, caller: Caller, error: TrackError) -> Problem {
    match error {
        TrackError::Unknown => allowed(&face.limits.unknown_codes, caller).err().unwrap_or_else(Problem::not_found),
        TrackError::Closed | TrackError::Busy => Problem::conflict(),
        TrackError::Empty
        | TrackError::TooLong
        | TrackError::FileGone
        | TrackError::TooManyFiles
        | TrackError::BadDate { .. }
        | TrackError::BadZone => Problem::bad_request(),
        TrackError::Trouble(trouble) => Problem::stored(&trouble, trouble.full),
    }
}

fn code(headers: &HeaderMap, lang: Lang) -> Result<ReceiptCode, Problem> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|text| text.split_once(' '));
    let Some((_, code)) = given.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("receipt")) else {
        return Err(wanted().detail(say::API_FAULT_CODE.say(lang)));
    };
    ReceiptCode::parse(code).map_err(|fault| wanted().detail(code_fault(lang, fault)))
}

/// 401 that says which scheme is wanted.
fn wanted() -> Problem {
    Problem { scheme: "Receipt", ..Problem::unauthorized() }
}

fn promises(promises: &[Promise]) -> Vec<Value> {
    promises.iter().map(|promise| json!({"kind": promise.kind, "due": time::utc(promise.due), "zone": promise.zone, "kept_at": promise.kept_at.map(time::utc), "late": promise.late})).collect()
}

fn track_json<F: Facade>(track: &Track, face: &Face<F>, lang: Lang) -> Value {
    let profile = face.house.profile();
    let label = |stage: usize| profile.process.stages.get(stage).map(|stage| stage.label.text(lang.code()).to_owned());
    let steps: Vec<Value> = track
        .steps
        .iter()
        .map(|step| json!({"id": step.id, "label": label(step.stage), "done": step.done, "optional": step.optional}))
        .collect();
    let messages: Vec<Value> = track
        .messages
        .iter()
        .map(|message| json!({"at": time::utc(message.at), "from": if message.from_team { "team" } else { "reporter" }, "kind": message.kind, "text": message.text, "language": message.language}))
        .collect();
    let files: Vec<Value> = track
        .files
        .iter()
        .map(|file| json!({"at": time::utc(file.at), "name": file.name, "length": file.length, "sha256": file.sha256}))
        .collect();
    json!({
        "report": track.number,
        "state": public_state(track).0,
        "language": track.language,
        "received_at": time::utc(track.received_at),
        "receipt_sent_at": track.receipt_sent_at.map(time::utc),
        "disposition": track.disposition.map(|end| end.as_str()),
        "we_owe": track.we_owe,
        "you_owe": track.you_owe,
        "promises": promises(&track.promises),
        "steps": steps,
        "messages": messages,
        "files": files,
        "advisories": track.advisories,
        "follow_up": follow::as_json(&track.follow_up),
    })
}
