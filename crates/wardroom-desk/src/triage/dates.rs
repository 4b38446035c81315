//! What was agreed with a reporter beside the conversation: the date of disclosure, with accept, decline and counter-offer, and how
//! the reporter is named. The table of the talk stands in the domain; here is what it looks like.

use super::report::{ended, stream};
use crate::app::App;
use crate::cases::acts::terms;
use crate::fields::Fields;
use crate::seat::Seat;
use crate::stop::Answer;
use axum::extract::{Path, State};
use wardroom_app::reading::ReportRecord;
use wardroom_domain::communication::{DateState, Side, decide_answer};
use wardroom_domain::facts::{Fact, ReportFact};
use wardroom_domain::people::Act;
use wardroom_web::Moment;
use wardroom_web::text::reveal;
use wardroom_web::words::{communication as m, public as say};

/// A proposed date.
pub struct DateLine {
    pub who: &'static str,
    pub at: Moment,
    pub state: &'static str,
    pub reason: String,
}

/// What the section shows.
pub struct Talk {
    pub dates: Vec<DateLine>,
    pub may_answer: bool,
    pub may_propose: bool,
    pub zone: String,
    pub credit: String,
    pub shown: String,
    pub agreed: &'static str,
}

pub fn talk(app: &App, seat: &Seat, record: &ReportRecord) -> Talk {
    let lang = seat.lang();
    let mut dates: Vec<DateLine> = Vec::new();
    for entry in &record.entries {
        let Fact::Report(fact) = &entry.recorded.fact else { continue };
        let text = reveal(&record.text_at(entry.recorded.stream_seq));
        match fact {
            ReportFact::DateProposed { ends_at, zone } => dates.push(DateLine {
                who: if entry.recorded.actor.is_person() { m::SIDE_TEAM.say(lang) } else { m::ROLE_REPORTER.say(lang) },
                at: Moment::in_zone(lang, *ends_at, zone, app.desk.now()),
                state: say::TRACK_DATE_OPEN.say(lang),
                reason: text,
            }),
            ReportFact::DateAnswered { accepted } => {
                if let Some(last) = dates.last_mut() {
                    last.state = if *accepted { say::TRACK_DATE_ACCEPTED.say(lang) } else { say::TRACK_DATE_DECLINED.say(lang) };
                    last.reason = [last.reason.as_str(), text.as_str()].join(" ").trim().to_owned();
                }
            }
            _ => {}
        }
    }
    let file = &record.file;
    let may = seat.may(Act::Coordinate);
    let credit = match file.credit.wished {
        Some((_, true)) => m::CREDIT_NONE.say(lang).to_owned(),
        Some((_, false)) | None => record.credit_wish().map(|name| reveal(&name)).unwrap_or_default(),
    };
    Talk {
        may_answer: may && decide_answer(file.date.as_ref(), Side::Team).is_ok(),
        may_propose: may && file.date.as_ref().is_none_or(|date| date.state != DateState::Open || date.by == Side::Reporter),
        zone: app.desk.profile().zone(),
        credit,
        shown: file.credit.shown.map(|at| reveal(&record.text_at(at))).unwrap_or_default(),
        agreed: match (file.credit.shown, file.credit.agreed) {
            (None, _) => "",
            (Some(_), None) => m::CREDIT_WAITING.say(lang),
            (Some(_), Some(true)) => m::CREDIT_AGREED.say(lang),
            (Some(_), Some(false)) => m::CREDIT_REFUSED.say(lang),
        },
        dates,
    }
}

/// `POST /reports/{id}/date`: `do` is `accept`, `decline` or `propose`.
pub async fn send(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let reason = fields.get("reason");
    let outcome = match fields.trimmed("do") {
        "accept" => app.desk.answer_date(&seat.viewer, &report, true, reason).await,
        "decline" => app.desk.answer_date(&seat.viewer, &report, false, reason).await,
        _ => match terms(fields.trimmed("day"), fields.trimmed("time"), fields.trimmed("zone")) {
            Ok(terms) => app.desk.propose_date(&seat.viewer, &report, terms, reason).await,
            Err(refusal) => Err(refusal.into()),
        },
    };
    ended(&app, &seat, &id, fields, "kept", outcome).await
}
