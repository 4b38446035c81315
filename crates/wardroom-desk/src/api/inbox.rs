//! `/api/v1/inbox`.

use super::body::Body;
use super::{Paged, Verb, done, found, one_of, shapes, verb};
use crate::app::App;
use crate::seat::Seat;
use crate::stop::Answer;
use crate::triage::report::stream;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::json;
use wardroom_app::AskError;
use wardroom_app::ports::store::InboxQuery;
use wardroom_domain::Refusal;
use wardroom_domain::communication::{EmbargoTerms, MessageKind};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Act;
use wardroom_domain::triage::{Disposition, ReportState};
use wardroom_domain::validation::Relation;

const TRIAGE: &[Act] = &[Act::Triage];

/// What can be done with a report.
pub const VERBS: &[Verb] = &[
    Verb { name: "accept", path: "/api/v1/inbox/{id}:accept", acts: TRIAGE },
    Verb { name: "duplicate", path: "/api/v1/inbox/{id}:duplicate", acts: TRIAGE },
    Verb { name: "decline", path: "/api/v1/inbox/{id}:decline", acts: TRIAGE },
    Verb { name: "ask", path: "/api/v1/inbox/{id}:ask", acts: TRIAGE },
    Verb { name: "release", path: "/api/v1/inbox/{id}:release", acts: TRIAGE },
    Verb { name: "attach", path: "/api/v1/inbox/{id}:attach", acts: TRIAGE },
    Verb { name: "discard", path: "/api/v1/inbox/{id}:discard", acts: TRIAGE },
    Verb { name: "reopen", path: "/api/v1/inbox/{id}:reopen", acts: TRIAGE },
    Verb { name: "explain", path: "/api/v1/inbox/{id}:explain", acts: TRIAGE },
    Verb { name: "pause", path: "/api/v1/inbox/{id}:pause", acts: TRIAGE },
    Verb { name: "resume", path: "/api/v1/inbox/{id}:resume", acts: TRIAGE },
];

pub async fn list(State(app): State<App>, seat: Seat, Query(paged): Query<Paged>) -> Answer {
    let states = match paged.view.as_str() {
        "" | "waiting" => Vec::new(),
        "all" => ReportState::ALL.to_vec(),
        view => vec![one_of("view", ReportState::parse(view))?],
    };
    let query = InboxQuery { states, limit: paged.limit() + 1, offset: paged.offset() };
    let rows = app.desk.inbox(&seat.viewer, &query).await?;
    let alike = app.desk.glimpses(&seat.viewer, &rows).await?;
    paged.answer(rows.iter().zip(&alike).map(|(row, alike)| shapes::inbox_row(row, alike.as_ref())).collect())
}

pub async fn show(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    found(&shapes::report(&app.desk.report_page(&seat.viewer, &report).await?))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Order {
    title: String,
    of: String,
    reason: String,
    message: Option<String>,
    clock: String,
    cause: String,
}

pub async fn act(State(app): State<App>, seat: Seat, Path(address): Path<String>, Body(order): Body<Order>) -> Answer {
    let (id, name) = verb(&seat, VERBS, &address)?;
    let report = stream(&app, &seat, id).await?;
    let viewer = &seat.viewer;
    let message = order.message.as_deref().unwrap_or_default();
    match name {
        "accept" => {
            let (case, number) = app.desk.accept(viewer, &report, &order.title).await?;
            return found(&json!({ "case": number, "id": case }));
        }
        "duplicate" => {
            let missing = |error| if matches!(error, AskError::NotFound) { Refusal::NotThere { thing: "case" }.into() } else { error };
            let case = app.desk.find(viewer, &order.of).await.map_err(missing)?;
            app.desk.link_duplicate(viewer, &report, &case, message).await?;
        }
        "decline" => {
            let reason = one_of("reason", Disposition::parse(&order.reason))?;
            let record = app.desk.must_report(viewer, &report).await?;
            // Without a message the proposed wording is sent: nothing is declined in silence. An empty one is what was asked for.
            let wording = match order.message {
                Some(message) => message,
                None => app.desk.decline_wording(reason, &record.file.received.language),
            };
            app.desk.decline(viewer, &report, reason, &wording).await?;
        }
        "ask" => app.desk.ask(viewer, &report, message).await?,
        "pause" => app.desk.pause_clock(viewer, &report, &order.clock, &order.cause, &order.reason).await?,
        "resume" => app.desk.resume_clock(viewer, &report, &order.clock).await?,
        "release" => app.desk.release(viewer, &report).await?,
        "attach" => {
            let number = app.desk.attach_claim(viewer, &report).await?;
            return found(&json!({ "report": number }));
        }
        "discard" => app.desk.discard_claim(viewer, &report, &order.reason).await?,
        "reopen" => app.desk.reopen_report(viewer, &report).await?,
        _ => app.desk.explain_breach(viewer, &report, &order.clock, &order.reason).await?,
    }
    done()
}

/// How it stands to a case that looks alike.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Related {
    pub with: String,
    pub relation: String,
}

pub async fn relation(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<Related>) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    judge(&app, &seat, &report, &said).await
}

pub async fn judge(app: &App, seat: &Seat, stream: &StreamId, said: &Related) -> Answer {
    let relation = one_of("relation", Relation::parse(&said.relation))?;
    let missing = |error| if matches!(error, AskError::NotFound) { Refusal::NotThere { thing: "case" }.into() } else { error };
    let case = app.desk.find(&seat.viewer, &said.with).await.map_err(missing)?;
    app.desk.judge(&seat.viewer, stream, &case, relation).await.map_err(missing)?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    pub text: String,
    #[serde(default)]
    pub question: bool,
    #[serde(default)]
    pub report: String,
}

impl Written {
    pub fn kind(&self) -> MessageKind {
        if self.question { MessageKind::Question } else { MessageKind::Answer }
    }
}

pub async fn note(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(written): Body<Written>) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    app.desk.note(&seat.viewer, &report, &written.text).await?;
    done()
}

pub async fn message(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(written): Body<Written>) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    app.desk.message_reporter(&seat.viewer, &report, written.kind(), &written.text).await?;
    done()
}

/// An answer to the reporter's date, or a date of the team's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateOrder {
    /// `accept`, `decline` or `propose`.
    answer: String,
    #[serde(default)]
    ends_at: Option<jiff::Timestamp>,
    #[serde(default)]
    zone: String,
    #[serde(default)]
    reason: String,
}

pub async fn date(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(order): Body<DateOrder>) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    match (order.answer.as_str(), order.ends_at) {
        ("accept", None) => app.desk.answer_date(&seat.viewer, &report, true, &order.reason).await?,
        ("decline", None) => app.desk.answer_date(&seat.viewer, &report, false, &order.reason).await?,
        ("propose", Some(ends_at)) => {
            let zone = if order.zone.is_empty() { "UTC".to_owned() } else { order.zone };
            app.desk.propose_date(&seat.viewer, &report, EmbargoTerms { ends_at, zone }, &order.reason).await?;
        }
        ("propose", None) => return Err(Refusal::FieldNeeded { field: "ends_at" }.into()),
        _ => return Err(Refusal::FieldWrong { field: "answer", why: "not one of the known values".to_owned() }.into()),
    }
    done()
}

pub async fn events(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let record = app.desk.must_report(&seat.viewer, &report).await?;
    let lines = app.desk.report_timeline(&record).await?;
    found(&json!({ "data": lines.iter().map(shapes::line).collect::<Vec<_>>(), "next_cursor": null }))
}
