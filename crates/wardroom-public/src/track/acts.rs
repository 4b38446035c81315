//! What a reporter does at the track page beside writing: a date of disclosure, the credit, mails that there is news, taking the
//! report back. Plain forms; each answers by showing the page again, with what is wrong or with what is recorded.

use super::{Said, field, page, tongue_path, visit};
use crate::facade::Facade;
use crate::face::{Face, allowed};
use crate::report::{address_fault, ascii_width};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::sync::Arc;
use wardroom_app::public_house::TrackError;
use wardroom_domain::communication::EmbargoTerms;
use wardroom_seal::ReceiptCode;
use wardroom_web::redirect::see_other;
use wardroom_web::words::public as say;
use wardroom_web::{Caller, Faults, Problem, Tongue};

/// `POST /track/date`: `do` is `propose`, `accept` or `decline`.
pub async fn date<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    allowed(&face.limits.track, caller)?;
    let Some(code) = visit(&face, &headers) else { return Ok(see_other(&tongue_path(&tongue, "/track")).into_response()) };
    let reason = field(&body, "date_reason");
    let outcome = match field(&body, "do").as_str() {
        "accept" => face.house.answer_date(&code, true, &reason).await,
        "decline" => face.house.answer_date(&code, false, &reason).await,
        _ => match terms(&field(&body, "date_at"), &field(&body, "date_zone")) {
            Some(terms) => face.house.propose_date(&code, terms, &reason).await,
            None => {
                let mut faults = Faults::default();
                faults.add("date_at", say::TRACK_FAULT_DATE_FORM.say(tongue.lang));
                return page(&face, &tongue, &code, faults, String::new(), Said::default()).await;
            }
        },
    };
    ended(&face, &tongue, &code, outcome, "date_at").await
}

/// The browser's `2027-02-01T09:00` in the zone named; a full instant with its offset is taken too.
fn terms(at: &str, zone: &str) -> Option<EmbargoTerms> {
    let (at, zone) = (ascii_width(at.trim()), ascii_width(zone.trim()));
    let zone = if zone.is_empty() { "UTC" } else { zone.as_str() };
    if let Ok(ends_at) = at.parse() {
        return Some(EmbargoTerms { ends_at, zone: zone.to_owned() });
    }
    let local: DateTime = at.parse().ok()?;
    let ends_at = local.to_zoned(TimeZone::get(zone).ok()?).ok()?.timestamp();
    Some(EmbargoTerms { ends_at, zone: zone.to_owned() })
}

/// `POST /track/credit`: `do` is `name`, `anonymous`, `agree` or `disagree`.
pub async fn credit<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    allowed(&face.limits.track, caller)?;
    let Some(code) = visit(&face, &headers) else { return Ok(see_other(&tongue_path(&tongue, "/track")).into_response()) };
    let outcome = match field(&body, "do").as_str() {
        "agree" => face.house.answer_credit(&code, true, "").await,
        "disagree" => face.house.answer_credit(&code, false, &field(&body, "credit_reason")).await,
        "anonymous" => face.house.wish_credit(&code, "", true).await,
        _ => face.house.wish_credit(&code, &field(&body, "credit_name"), false).await,
    };
    ended(&face, &tongue, &code, outcome, "credit_name").await
}

/// `POST /track/news`: an address, or none to end the mails.
pub async fn news<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    allowed(&face.limits.track, caller)?;
    let Some(code) = visit(&face, &headers) else { return Ok(see_other(&tongue_path(&tongue, "/track")).into_response()) };
    let address = ascii_width(field(&body, "news_email").trim());
    if address_fault(&address) {
        let mut faults = Faults::default();
        faults.add("news_email", say::REPORT_FAULT_EMAIL.say(tongue.lang));
        return page(&face, &tongue, &code, faults, String::new(), Said::default()).await;
    }
    let outcome = face.house.wish_news(&code, (!address.is_empty()).then_some(address.as_str())).await;
    ended(&face, &tongue, &code, outcome, "news_email").await
}

/// `POST /track/withdraw`
pub async fn withdraw<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    allowed(&face.limits.track, caller)?;
    let Some(code) = visit(&face, &headers) else { return Ok(see_other(&tongue_path(&tongue, "/track")).into_response()) };
    match face.house.withdraw(&code, &field(&body, "reason")).await {
        Err(TrackError::Closed) => Err(Problem::conflict().detail(say::TRACK_WITHDRAW_CLOSED.say(tongue.lang))),
        outcome => ended(&face, &tongue, &code, outcome, "reason").await,
    }
}

async fn ended<F: Facade>(
    face: &Face<F>,
    tongue: &Tongue,
    code: &ReceiptCode,
    outcome: Result<(), TrackError>,
    at: &str,
) -> Result<Response, Problem> {
    let lang = tongue.lang;
    let sentence = match outcome {
        Ok(()) => return Ok(see_other(&tongue_path(tongue, "/track")).into_response()),
        Err(TrackError::Unknown) => return Ok(see_other(&tongue_path(tongue, "/track")).into_response()),
        Err(TrackError::Trouble(trouble)) => return Err(Problem::stored(&trouble, trouble.full)),
        Err(TrackError::Empty) => say::API_FAULT_REQUIRED.say(lang).to_owned(),
        Err(TrackError::TooLong) => say::TRACK_FAULT_LONG.say(lang).to_owned(),
        Err(TrackError::BadDate { days }) => say::track_fault_date(lang, days),
        Err(TrackError::BadZone) => say::TRACK_FAULT_ZONE.say(lang).to_owned(),
        Err(TrackError::Closed) => say::TRACK_FAULT_NOT_NOW.say(lang).to_owned(),
        Err(TrackError::FileGone | TrackError::TooManyFiles | TrackError::Busy) => say::TRACK_FAULT_BUSY.say(lang).to_owned(),
    };
    let mut faults = Faults::default();
    faults.add(at, sentence);
    page(face, tongue, code, faults, String::new(), Said::default()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_clock_needs_its_zone() {
        let at = |at: &str, zone: &str| terms(at, zone).map(|terms| (terms.ends_at.to_string(), terms.zone));
        assert_eq!(at("2027-02-01T09:00", "Asia/Shanghai"), Some(("2027-02-01T01:00:00Z".into(), "Asia/Shanghai".into())));
        assert_eq!(at("2027-02-01T09:00:00+01:00", ""), Some(("2027-02-01T08:00:00Z".into(), "UTC".into())));
        for (when, zone) in [("2027-02-29T09:00", "UTC"), ("soon", "UTC"), ("2027-02-01T09:00", "Mars/Base"), ("", "")] {
            assert_eq!(at(when, zone), None, "{when} {zone}");
        }
    }
}
