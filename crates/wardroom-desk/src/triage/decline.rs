//! Declining in three steps: the reason, the wording in the reporter's language, a look at exactly what will be read. Only the last one acts.

use super::report::{Travel, stream, travel};
use crate::app::App;
use crate::fields::{Fields, Typed};
use crate::frame::{on_to, shown_as};
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use wardroom_domain::Refusal;
use wardroom_domain::triage::Disposition;
use wardroom_web::text::reveal;
use wardroom_web::words::{self, communication as m, desk as w, triage as t};
use wardroom_web::{Choice, DeskFrame, Page};

#[derive(Template)]
#[template(path = "triage/decline.html")]
struct DeclineView {
    page: Page,
    frame: DeskFrame,
    typed: Typed,
    number: String,
    reason: &'static str,
    reason_label: String,
    reasons: Vec<Choice>,
    message: String,
    /// What the reporter will read, made honest; only in the preview.
    preview: Option<String>,
    language: String,
    travel: Travel,
    spam: bool,
}

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    reason: String,
}

/// What the page shows: the reason, the message, and whether it is the preview.
struct Shown {
    disposition: Disposition,
    message: Option<String>,
    preview: bool,
}

async fn page(app: &App, seat: &Seat, id: &str, shown: Shown, typed: Typed) -> Answer {
    let lang = seat.lang();
    let report = stream(app, seat, id).await?;
    let record = app.desk.must_report(&seat.viewer, &report).await?;
    let received = &record.file.received;
    let message = shown.message.unwrap_or_else(|| app.desk.decline_wording(shown.disposition, &received.language));
    let label = |one: Disposition| words::say(lang, &format!("triage-disposition-{}", one.as_str()));
    let reasons = Disposition::DECLINE.into_iter().map(|one| Choice::new(one.as_str(), label(one), one == shown.disposition));
    let shell = app.shell(seat, "inbox", &received.number).await;
    let status = typed.status();
    let view = DeclineView {
        page: shell.page.faulty(typed.is_faulty()),
        frame: shell.frame,
        number: received.number.clone(),
        reason: shown.disposition.as_str(),
        reason_label: label(shown.disposition),
        reasons: reasons.collect(),
        preview: shown.preview.then(|| reveal(message.trim())),
        message,
        language: received.language.clone(),
        travel: travel(app, lang, &record).await?,
        spam: shown.disposition == Disposition::Spam,
        typed,
    };
    shown_as(status, &view)
}

fn disposition(text: &str) -> Result<Disposition, Refusal> {
    let found = Disposition::parse(text).filter(|one| Disposition::DECLINE.contains(one));
    found.ok_or(Refusal::FieldNeeded { field: "reason" })
}

/// The proposed wording for a reason.
pub async fn show(State(app): State<App>, seat: Seat, Path(id): Path<String>, Query(asked): Query<Asked>) -> Answer {
    let disposition = disposition(&asked.reason).unwrap_or(Disposition::NotAVulnerability);
    page(&app, &seat, &id, Shown { disposition, message: None, preview: false }, Typed::default()).await
}

/// A look at what will be read; or back to the wording.
pub async fn preview(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let disposition = disposition(fields.get("reason"))?;
    let message = Some(fields.get("text").to_owned());
    let empty = fields.trimmed("text").is_empty() && disposition != Disposition::Spam;
    let change = fields.get("do") == "change";
    let typed = if empty { Typed::after(fields, Refusal::ReasonNeeded.into())? } else { Typed::default() };
    page(&app, &seat, &id, Shown { disposition, message, preview: !empty && !change }, typed).await
}

/// Declines.
pub async fn send(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let disposition = disposition(fields.get("reason"))?;
    match app.desk.decline(&seat.viewer, &report, disposition, fields.get("text")).await {
        Ok(()) => Ok(on_to(&format!("/reports/{id}"), "declined")),
        Err(error) => {
            let message = Some(fields.get("text").to_owned());
            page(&app, &seat, &id, Shown { disposition, message, preview: false }, Typed::after(fields, error)?).await
        }
    }
}
