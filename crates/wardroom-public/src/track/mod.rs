//! The track page: what a reporter sees and does with the receipt code. The code comes in by POST, travels in a sealed
//! cookie for half an hour without a click, and is in no URL. Unknown codes are all answered alike.

pub(crate) mod acts;
mod view;

pub(crate) use view::{StepLine, public_state, step_lines};

use crate::facade::Facade;
use crate::face::{Face, allowed};
use crate::report::{FileLine, excess_fault, file_lines, read_form, urlencoded};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use view::View;
use wardroom_app::public_house::{TrackError, Uploaded};
use wardroom_seal::{CodeFault, CodeFaultKind, ReceiptCode, SystemChance, Token};
use wardroom_web::redirect::see_other;
use wardroom_web::words::{self, public as say};
use wardroom_web::{Caller, Faults, Lang, Page, Problem, Tongue, html, text};

/// The cookie that carries the visit.
pub(crate) const COOKIE: &str = "visit";

#[derive(Template)]
#[template(path = "track/enter.html")]
struct Enter {
    page: Page,
    code: String,
    faults: Faults,
    left: bool,
}

#[derive(Template)]
#[template(path = "track/track.html")]
struct TrackPage {
    page: Page,
    view: View,
    faults: Faults,
    draft: String,
    sent: bool,
    here: Vec<FileLine>,
    files_hint: String,
    most_bytes: u64,
}

/// What was just sent.
#[derive(Default)]
pub(crate) struct Said {
    files: Vec<(Token, Uploaded)>,
    done: bool,
}

/// `GET /track`: the report of the visit, or the field for the code.
pub async fn show<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    allowed(&face.limits.track, caller)?;
    let asks = |name: &str| query.as_deref().unwrap_or_default().split('&').any(|pair| pair == name);
    match visit(&face, &headers) {
        Some(code) => {
            let said = Said { files: Vec::new(), done: asks("sent=1") };
            page(&face, &tongue, &code, Faults::default(), String::new(), said).await
        }
        None => Ok(enter(&face, &tongue, "", Faults::default(), asks("left=1"))),
    }
}

/// `POST /track`: reads the code and begins the visit.
pub async fn open<F: Facade>(State(face): State<Arc<Face<F>>>, tongue: Tongue, caller: Caller, body: Bytes) -> Result<Response, Problem> {
    allowed(&face.limits.track, caller)?;
    let typed = field(&body, "code");
    let mut faults = Faults::default();
    match ReceiptCode::parse(&typed) {
        Err(fault) => faults.add("code", code_fault(tongue.lang, fault)),
        Ok(code) => match face.house.track(&code).await {
            Ok(_) => {
                let mut response = see_other(&tongue_path(&tongue, "/track")).into_response();
                begin(&face, &mut response, &code)?;
                return Ok(response);
            }
            Err(TrackError::Trouble(trouble)) => return Err(Problem::stored(&trouble, trouble.full)),
            // No report yet, but a draft: back to writing.
            Err(_) if face.house.draft(&code).await.is_ok_and(|draft| draft.is_some()) => {
                let mut response = see_other(&tongue_path(&tongue, "/report")).into_response();
                crate::report::code::carry(&face, &mut response, &code)?;
                return Ok(response);
            }
            Err(_) => {
                allowed(&face.limits.unknown_codes, caller)?;
                faults.add("code", say::TRACK_FAULT_UNKNOWN.say(tongue.lang));
            }
        },
    }
    let shown: String = typed.chars().take(200).collect();
    let mut response = enter(&face, &tongue, &shown, faults, false);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// `POST /track/message`
pub async fn write<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    allowed(&face.limits.track, caller)?;
    let Some(code) = visit(&face, &headers) else { return Ok(see_other(&tongue_path(&tongue, "/track")).into_response()) };
    let mut sent = read_form(request, &face, caller).await?;
    sent.put_aside(&face).await?;
    let text = sent.text("message").to_owned();
    let uploads = sent.uploads();
    let mut faults = Faults::default();
    for excess in &sent.form.excess {
        excess_fault(&mut faults, excess, &face.practice(tongue.lang), face.house.upload_limits().file_bytes);
    }
    if !faults.is_empty() {
        let mut response = page(&face, &tongue, &code, faults, text, Said { files: sent.whole(&face).await, done: false }).await?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let added = face.house.add_files(&code, &uploads).await;
    // Files alone say enough.
    let written = match added {
        Ok(()) if text.trim().is_empty() && !uploads.is_empty() => Ok(()),
        Ok(()) => face.house.write(&code, &text, tongue.lang.code()).await,
        Err(error) => Err(error),
    };
    let word = match written {
        Ok(()) => return Ok(see_other(&tongue_path(&tongue, "/track?sent=1")).into_response()),
        Err(TrackError::Trouble(trouble)) => return Err(Problem::stored(&trouble, trouble.full)),
        Err(TrackError::Unknown) => return Ok(see_other(&tongue_path(&tongue, "/track")).into_response()),
        Err(TrackError::Empty) => say::TRACK_FAULT_MESSAGE_EMPTY,
        Err(TrackError::TooLong) => say::TRACK_FAULT_MESSAGE_LONG,
        Err(TrackError::Closed) => say::TRACK_FAULT_MESSAGE_CLOSED,
        Err(TrackError::Busy | TrackError::BadDate { .. } | TrackError::BadZone) => say::TRACK_FAULT_BUSY,
        Err(TrackError::FileGone) => say::REPORT_FAULT_FILE_GONE,
        Err(TrackError::TooManyFiles) => say::REPORT_FAULT_FILE_COUNT,
    };
    faults.add("message", word.say(tongue.lang));
    let mut response = page(&face, &tongue, &code, faults, text, Said::default()).await?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// `POST /track/leave`: ends the visit and asks the browser to forget what it kept of this site.
pub async fn leave<F: Facade>(State(face): State<Arc<Face<F>>>, tongue: Tongue) -> Response {
    let mut response = see_other(&tongue_path(&tongue, "/track?left=1")).into_response();
    face.cookies.wipe(&mut response, COOKIE);
    face.cookies.wipe(&mut response, crate::receipt::COOKIE);
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
    response
}

pub(crate) fn visit<F: Facade>(face: &Face<F>, headers: &HeaderMap) -> Option<ReceiptCode> {
    ReceiptCode::parse(&face.cookie::<String>(headers, COOKIE)?).ok()
}

fn begin<F: Facade>(face: &Face<F>, response: &mut Response, code: &ReceiptCode) -> Result<(), Problem> {
    let mut chance = SystemChance::probe().map_err(|error| Problem::logged(&error))?;
    face.cookies.keep(response, COOKIE, code.to_string(), face.now(), &mut chance);
    Ok(())
}

pub(crate) async fn page<F: Facade>(
    face: &Face<F>,
    tongue: &Tongue,
    code: &ReceiptCode,
    faults: Faults,
    draft: String,
    said: Said,
) -> Result<Response, Problem> {
    let track = match face.house.track(code).await {
        Ok(track) => track,
        Err(TrackError::Trouble(trouble)) => return Err(Problem::stored(&trouble, trouble.full)),
        Err(_) => return Ok(enter(face, tongue, "", Faults::default(), false)),
    };
    let profile = face.house.profile();
    let title = say::track_number(tongue.lang, track.number.as_str());
    let view = View::of(&track, &profile, tongue.lang, face.now());
    let page = Page::new(tongue, &face.site(), "track", title).faulty(!faults.is_empty()).script("upload.js");
    let limits = face.house.upload_limits();
    let files_hint = say::report_files_hint(tongue.lang, limits.files, text::size(tongue.lang, limits.file_bytes));
    let here = file_lines(&said.files, tongue.lang);
    let shown = TrackPage { page, view, faults, draft, sent: said.done, here, files_hint, most_bytes: limits.file_bytes };
    let mut response = html(&shown);
    // Every look begins the half hour anew.
    begin(face, &mut response, code)?;
    Ok(response)
}

fn enter<F: Facade>(face: &Face<F>, tongue: &Tongue, code: &str, faults: Faults, left: bool) -> Response {
    let page = Page::new(tongue, &face.site(), "track", say::TRACK_TITLE.say(tongue.lang)).faulty(!faults.is_empty()).script("receipt.js");
    html(&Enter { page, code: code.to_owned(), faults, left })
}

pub(crate) fn field(body: &[u8], name: &str) -> String {
    urlencoded(body).into_iter().find(|(key, _)| key == name).map(|(_, value)| value).unwrap_or_default()
}

pub(crate) fn tongue_path(tongue: &Tongue, path: &str) -> String {
    if !tongue.asked {
        return path.to_owned();
    }
    let join = if path.contains('?') { '&' } else { '?' };
    format!("{path}{join}lang={}", tongue.lang.code())
}

/// What is wrong with a typed code, found without asking anybody: it tells nothing about which codes exist.
pub(crate) fn code_fault(lang: Lang, fault: CodeFault) -> String {
    match (fault.kind, fault.group) {
        (CodeFaultKind::Empty, _) => say::TRACK_FAULT_EMPTY.say(lang).to_owned(),
        (CodeFaultKind::Length { found }, None) => say::track_fault_length(lang, found),
        (CodeFaultKind::Length { found }, Some(group)) => say::track_fault_length_group(lang, found, group),
        (CodeFaultKind::Check, Some(group)) => say::track_fault_group(lang, group),
        (CodeFaultKind::Letter, Some(group)) => say::track_fault_letter(lang, group),
        (CodeFaultKind::Check | CodeFaultKind::Letter, None) => say::TRACK_FAULT_OTHER.say(lang).to_owned(),
    }
}
