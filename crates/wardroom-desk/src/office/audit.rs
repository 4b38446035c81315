//! The log and its verification; and the jobs behind it.

use crate::app::App;
use crate::fields::Fields;
use crate::frame::{shown, shown_as};
use crate::seat::Seat;
use crate::stop::Answer;
use crate::timeline::describe;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use std::collections::HashMap;
use wardroom_domain::log::{Actor, StreamId};
use wardroom_seal::hex;
use wardroom_web::words::{self, communication as m, desk as w};
use wardroom_web::{DeskFrame, Moment, Page};

/// Facts of one page.
const ROWS: u64 = 100;

#[derive(Deserialize, Default)]
pub struct Asked {
    /// Facts up to this place; absent: the newest.
    before: Option<u64>,
}

struct FactLine {
    seq: u64,
    at: Moment,
    who: String,
    what: String,
    stream: String,
    href: String,
}

struct Verified {
    broken: Vec<(String, String)>,
    looked_at: Vec<(String, u64)>,
}

#[derive(Template)]
#[template(path = "office/audit.html")]
struct Audit {
    page: Page,
    frame: DeskFrame,
    size: u64,
    root: String,
    lines: Vec<FactLine>,
    older: Option<u64>,
    newer: Option<u64>,
    verified: Option<Verified>,
}

async fn page(app: &App, seat: &Seat, asked: &Asked, verified: Option<Verified>) -> Answer {
    let lang = seat.lang();
    let head = app.desk.store.head().await?;
    let upto = asked.before.unwrap_or(head.size).min(head.size);
    let after = upto.saturating_sub(ROWS);
    let limit = u32::try_from(upto - after).unwrap_or(100);
    let facts = match limit {
        0 => Vec::new(),
        limit => app.desk.store.facts_after(&seat.viewer, after, limit).await?,
    };
    let names: HashMap<String, String> = app.desk.people().await?.into_iter().map(|one| (one.person, one.name)).collect();
    let who = |actor: &Actor| match actor {
        Actor::Person(id) => names.get(id).cloned().unwrap_or_else(|| id.clone()),
        Actor::Reporter => m::ROLE_REPORTER.say(lang).to_owned(),
        Actor::House => w::HOUSE.say(lang).to_owned(),
    };
    let line = |stored: &wardroom_app::ports::store::Stored| FactLine {
        seq: stored.recorded.seq,
        at: app.moment(seat, stored.recorded.at),
        who: who(&stored.recorded.actor),
        what: describe(lang, &stored.recorded.fact),
        stream: stored.recorded.stream.to_string(),
        href: place_of(&stored.recorded.stream),
    };
    let lines = facts.iter().rev().filter(|stored| stored.recorded.seq <= upto).map(line).collect();
    let shell = app.shell(seat, "audit", w::NAV_AUDIT.say(lang)).await;
    let broken = verified.as_ref().is_some_and(|found| !found.broken.is_empty());
    let view = Audit {
        page: shell.page.faulty(broken),
        frame: shell.frame,
        size: head.size,
        root: hex(&head.root),
        lines,
        older: (after > 0).then_some(after),
        newer: (upto < head.size).then_some((upto + ROWS).min(head.size)),
        verified,
    };
    shown_as(StatusCode::OK, &view)
}

fn place_of(stream: &StreamId) -> String {
    use wardroom_domain::log::StreamKind;
    match stream.kind() {
        StreamKind::Report => format!("/reports/{stream}"),
        StreamKind::Case => format!("/cases/{stream}"),
        StreamKind::Advisory => format!("/advisories/{stream}"),
        StreamKind::Org => String::new(),
    }
}

pub async fn show(State(app): State<App>, seat: Seat, Query(asked): Query<Asked>) -> Answer {
    page(&app, &seat, &asked, None).await
}

/// Verifies storage, chain, projections and invariants now, and says what was looked at.
pub async fn verify(State(app): State<App>, seat: Seat, _fields: Fields) -> Answer {
    let found = app.desk.verify().await?;
    let verified = Verified { broken: found.broken, looked_at: found.looked_at };
    page(&app, &seat, &Asked::default(), Some(verified)).await
}

struct JobLine {
    id: i64,
    kind: String,
    stream: String,
    state: String,
    chip: &'static str,
    attempts: u32,
    next: Moment,
    error: String,
}

#[derive(Template)]
#[template(path = "office/jobs.html")]
struct Jobs {
    page: Page,
    frame: DeskFrame,
    lines: Vec<JobLine>,
}

pub async fn jobs(State(app): State<App>, seat: Seat) -> Answer {
    let lang = seat.lang();
    let line = |job: wardroom_app::ports::store::JobRow| JobLine {
        id: job.id,
        kind: words::find(lang, &format!("desk-job-{}", job.kind)).unwrap_or(job.kind),
        stream: job.stream.to_string(),
        chip: match job.state.as_str() {
            "done" => "good",
            "failed" => "critical",
            "leased" => "info",
            _ if job.attempts > 0 => "warn",
            _ => "neutral",
        },
        state: words::say(lang, &format!("desk-job-state-{}", job.state)),
        attempts: job.attempts,
        next: app.moment(&seat, job.next_at),
        error: job.error,
    };
    let lines = app.desk.store.jobs(200).await?.into_iter().map(line).collect();
    let shell = app.shell(&seat, "jobs", w::NAV_JOBS.say(lang)).await;
    shown(&Jobs { page: shell.page, frame: shell.frame, lines })
}
