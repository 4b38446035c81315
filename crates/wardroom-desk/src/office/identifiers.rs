//! The identifiers of all cases: what waits for a person first, and what is left of the quota.

use crate::app::App;
use crate::cases::identifiers::{chip, trouble};
use crate::frame::shown;
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::extract::State;
use wardroom_web::text::reveal;
use wardroom_web::words::{self, cna as n, desk as w};
use wardroom_web::{DeskFrame, Moment, Page};

struct Line {
    id: String,
    scheme: String,
    state: String,
    chip: &'static str,
    case: String,
    vulnerability: String,
    title: String,
    trouble: String,
    since: Moment,
}

#[derive(Template)]
#[template(path = "office/identifiers.html")]
struct View {
    page: Page,
    frame: DeskFrame,
    lines: Vec<Line>,
    quota: String,
}

pub async fn show(State(app): State<App>, seat: Seat) -> Answer {
    let lang = seat.lang();
    let lines = app.desk.identifiers(&seat.viewer).await?.into_iter().map(|one| Line {
        id: one.words.id.clone(),
        scheme: words::say(lang, &format!("cna-scheme-{}", one.row.scheme.as_str())),
        state: words::say(lang, &format!("cna-state-{}", one.row.state.as_str())),
        chip: if one.row.stuck { "critical" } else { chip(one.row.state) },
        case: one.case_number,
        vulnerability: one.row.vulnerability,
        title: reveal(&one.title),
        trouble: if one.row.stuck { trouble(lang, &one.words) } else { String::new() },
        since: app.moment(&seat, one.row.since),
    });
    let lines = lines.collect();
    let quota = match (app.desk.cve_register(), app.desk.known_quota().await?) {
        (None, _) => String::new(),
        (Some(_), None) => n::NO_QUOTA.say(lang).to_owned(),
        (Some(_), Some(known)) => n::quota_left(lang, app.moment(&seat, known.at).absolute, known.available.to_string()),
    };
    let shell = app.shell(&seat, "health", n::TITLE.say(lang)).await;
    shown(&View { page: shell.page, frame: shell.frame, lines, quota })
}
