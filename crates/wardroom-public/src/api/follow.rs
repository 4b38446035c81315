//! The follow-up for programs: dates, credit, news, withdrawal, the signed receipt. Every answer is small; what was recorded is seen
//! with `GET /api/v1/reports/self`.

use super::{code, typed, untracked};
use crate::Query;
use crate::facade::Facade;
use crate::face::{Face, allowed};
use crate::report::{address_fault, ascii_width};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use wardroom_app::public_house::{FollowUp, NoReceipt, TrackDate, TrackError};
use wardroom_domain::communication::{EmbargoTerms, Side};
use wardroom_web::words::public as say;
use wardroom_web::{Caller, Lang, Problem, Tongue, time};

/// Largest length of a log that JSON says exactly (RFC 7493 §2.2).
const LARGEST_SIZE: u64 = (1 << 53) - 1;

/// One request of the follow-up: who, in which language, and the object sent.
struct Asked<'f, F> {
    face: &'f Face<F>,
    caller: Caller,
    lang: Lang,
    code: wardroom_seal::ReceiptCode,
    object: Map<String, Value>,
}

impl<'f, F: Facade> Asked<'f, F> {
    fn read(
        face: &'f Face<F>,
        tongue: &Tongue,
        caller: Caller,
        headers: &HeaderMap,
        body: &Bytes,
        known: &[&str],
    ) -> Result<Self, Problem> {
        allowed(&face.limits.track, caller)?;
        let code = code(headers, tongue.lang)?;
        let object = typed::object(headers, body, tongue.lang, known)?;
        Ok(Self { face, caller, lang: tongue.lang, code, object })
    }

    fn text(&self, name: &str) -> Result<String, Problem> {
        typed::text(&self.object, name, self.lang)
    }

    fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        match self.object.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(typed::fault(name, "type", say::API_FAULT_FLAG.say(self.lang))),
        }
    }

    fn needed(&self, name: &str) -> Problem {
        typed::fault(name, "required", say::API_FAULT_REQUIRED.say(self.lang))
    }

    fn done(&self, outcome: Result<(), TrackError>, field: &str) -> Result<Response, Problem> {
        match outcome {
            Ok(()) => Ok((StatusCode::CREATED, Json(json!({"received_at": time::utc(self.face.now())}))).into_response()),
            Err(error) => Err(refused(self.face, self.caller, error, field, self.lang)),
        }
    }
}

/// What a refusal of the follow-up says about the field it concerns.
fn refused<F: Facade>(face: &Face<F>, caller: Caller, error: TrackError, field: &str, lang: Lang) -> Problem {
    match error {
        TrackError::Empty => typed::fault(field, "required", say::API_FAULT_REQUIRED.say(lang)),
        TrackError::TooLong => typed::fault(field, "too_long", say::TRACK_FAULT_LONG.say(lang)),
        TrackError::BadDate { days } => typed::fault("ends_at", "out_of_range", &say::track_fault_date(lang, days)),
        TrackError::BadZone => typed::fault("zone", "unknown_value", say::TRACK_FAULT_ZONE.say(lang)),
        TrackError::Closed => Problem::conflict().detail(say::TRACK_FAULT_NOT_NOW.say(lang)),
        TrackError::Unknown | TrackError::Busy | TrackError::FileGone | TrackError::TooManyFiles | TrackError::Trouble(_) => {
            untracked(face, caller, error)
        }
    }
}

/// `POST …/self/dates`: `{"ends_at", "zone", "reason"}` proposes; `{"accept": true|false, "reason"}` answers the team's.
pub async fn dates<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let asked = Asked::read(&face, &tongue, caller, &headers, &body, &["ends_at", "zone", "reason", "accept"])?;
    let (ends_at, zone, reason) = (asked.text("ends_at")?, asked.text("zone")?, asked.text("reason")?);
    match asked.flag("accept")? {
        Some(accept) if ends_at.is_empty() && zone.is_empty() => {
            let outcome = face.house.answer_date(&asked.code, accept, &reason).await;
            asked.done(outcome, "reason")
        }
        Some(_) => Err(typed::fault("accept", "unknown_value", say::API_FAULT_EITHER.say(asked.lang))),
        None if ends_at.is_empty() => Err(asked.needed("ends_at")),
        None => {
            let wrong = |_| typed::fault("ends_at", "type", say::API_FAULT_DATE.say(asked.lang));
            let ends_at: Timestamp = ends_at.parse().map_err(wrong)?;
            let zone = if zone.is_empty() { "UTC".to_owned() } else { zone };
            let outcome = face.house.propose_date(&asked.code, EmbargoTerms { ends_at, zone }, &reason).await;
            asked.done(outcome, "reason")
        }
    }
}

/// `POST …/self/credit`: `{"name"}` or `{"anonymous": true}` wishes; `{"agree": true|false, "reason"}` answers the line shown.
pub async fn credit<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let asked = Asked::read(&face, &tongue, caller, &headers, &body, &["name", "anonymous", "agree", "reason"])?;
    let (name, reason) = (asked.text("name")?, asked.text("reason")?);
    let anonymous = asked.flag("anonymous")?.unwrap_or(false);
    let either = |field: &str| Err(typed::fault(field, "unknown_value", say::API_FAULT_EITHER.say(asked.lang)));
    match asked.flag("agree")? {
        Some(_) if !name.is_empty() || anonymous => either("agree"),
        None if anonymous && !name.is_empty() => either("name"),
        None if !reason.is_empty() => either("reason"),
        Some(agree) => {
            let outcome = face.house.answer_credit(&asked.code, agree, &reason).await;
            asked.done(outcome, "reason")
        }
        None => {
            let outcome = face.house.wish_credit(&asked.code, &name, anonymous).await;
            asked.done(outcome, "name")
        }
    }
}

/// `POST …/self/news`: `{"email"}`; an empty one ends the mails.
pub async fn news<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let asked = Asked::read(&face, &tongue, caller, &headers, &body, &["email"])?;
    let email = ascii_width(asked.text("email")?.trim());
    if address_fault(&email) {
        return Err(typed::fault("email", "invalid", say::REPORT_FAULT_EMAIL.say(asked.lang)));
    }
    let outcome = face.house.wish_news(&asked.code, (!email.is_empty()).then_some(email.as_str())).await;
    asked.done(outcome, "email")
}

/// `POST …/self/withdraw`: `{"reason"}`.
pub async fn withdraw<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let body = if body.is_empty() { Bytes::from_static(b"{}") } else { body };
    let asked = Asked::read(&face, &tongue, caller, &headers, &body, &["reason"])?;
    let outcome = face.house.withdraw(&asked.code, &asked.text("reason")?).await;
    asked.done(outcome, "reason")
}

/// `GET …/self/receipt`: the signed receipt file; 503 with the seconds to wait until the log's next checkpoint is signed.
pub async fn receipt<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    allowed(&face.limits.track, caller)?;
    let code = code(&headers, tongue.lang)?;
    crate::receipt::signed(&face, &code, caller, tongue.lang).await
}

/// `GET …/self/receipt/consistency?first=N&second=M`: the proof that the log of one length continues the log of the other.
pub async fn consistency<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    query: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    allowed(&face.limits.track, caller)?;
    let (lang, code) = (tongue.lang, code(&headers, tongue.lang)?);
    let query = Query::of(query);
    let size = |name: &str| {
        let text = query.text(name).filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
        let size = text.and_then(|text| text.parse::<u64>().ok()).filter(|size| (1..=LARGEST_SIZE).contains(size));
        size.ok_or_else(|| typed::fault(name, "invalid", say::API_FAULT_COUNT.say(lang)))
    };
    match face.house.log_continuity(&code, size("first")?, size("second")?).await {
        Ok(proof) => Ok(Json(proof).into_response()),
        Err(NoReceipt::Shorter { size }) => Err(Problem::conflict().detail(say::api_fault_log_size(lang, size))),
        Err(NoReceipt::Trouble(trouble)) => Err(Problem::logged(&trouble)),
        Err(NoReceipt::Unknown | NoReceipt::NotYet | NoReceipt::TooOld) => Err(untracked(&face, caller, TrackError::Unknown)),
    }
}

/// The follow-up as a part of what `GET …/self` shows.
pub(super) fn as_json(follow: &FollowUp) -> Value {
    json!({
        "dates": follow.dates.iter().map(date).collect::<Vec<_>>(),
        "may_answer_date": follow.may_answer_date,
        "credit": {"name": follow.credit.name, "anonymous": follow.credit.anonymous, "shown": follow.credit.shown, "agreed": follow.credit.agreed},
        "news_to": follow.news,
        "may_withdraw": follow.may_withdraw,
    })
}

fn date(one: &TrackDate) -> Value {
    let by = if one.by == Side::Team { "team" } else { "reporter" };
    json!({"ends_at": time::utc(one.ends_at), "zone": one.zone, "by": by, "state": one.state.as_str(), "proposed_at": time::utc(one.proposed_at), "reason": one.reason, "answer": one.answer})
}
