//! Search: a number leads straight there; words look through the titles the viewer may see. Opened in memory, nothing of it is kept.

use crate::app::App;
use crate::frame::shown;
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use serde::Deserialize;
use wardroom_app::ports::store::{CaseQuery, InboxQuery};
use wardroom_domain::case::CaseState;
use wardroom_domain::log::StreamKind;
use wardroom_domain::people::Act;
use wardroom_domain::triage::ReportState;
use wardroom_web::redirect::see_other;
use wardroom_web::text::reveal;
use wardroom_web::words::{self, desk as w};
use wardroom_web::{DeskFrame, Page};

/// How many of each are looked through.
const REACH: u32 = 1_000;
const MOST_FOUND: usize = 100;

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

struct Hit {
    number: String,
    title: String,
    href: String,
}

#[derive(Template)]
#[template(path = "office/search.html")]
struct Search {
    page: Page,
    frame: DeskFrame,
    query: String,
    hits: Vec<Hit>,
}

pub async fn show(State(app): State<App>, seat: Seat, Query(asked): Query<Asked>) -> Answer {
    let query: String = asked.q.trim().chars().take(200).collect();
    if let Some(stream) = app.desk.store.by_number(&seat.viewer, &query).await? {
        let number = query.to_uppercase();
        match stream.kind() {
            StreamKind::Report => return Ok(see_other(&format!("/reports/{number}")).into_response()),
            StreamKind::Case => return Ok(see_other(&format!("/cases/{number}")).into_response()),
            StreamKind::Advisory => return Ok(see_other(&format!("/advisories/{number}")).into_response()),
            StreamKind::Org => {}
        }
    }
    let wanted = query.to_lowercase();
    let fits = |text: &str| !wanted.is_empty() && text.to_lowercase().contains(&wanted);
    let mut hits = Vec::new();
    let cases = CaseQuery { states: CaseState::ALL.to_vec(), limit: REACH, offset: 0 };
    for one in app.desk.cases(&seat.viewer, &cases).await? {
        if fits(&one.title) {
            hits.push(Hit { href: format!("/cases/{}", one.row.number), title: reveal(&one.title), number: one.row.number });
        }
    }
    if seat.may(Act::ReadInbox) {
        let reports = InboxQuery { states: ReportState::ALL.to_vec(), limit: REACH, offset: 0 };
        for one in app.desk.inbox(&seat.viewer, &reports).await? {
            if fits(&one.words.title) || fits(&one.words.sender_name) || fits(&one.words.sender_address) {
                hits.push(Hit { href: format!("/reports/{}", one.row.number), title: reveal(&one.words.title), number: one.row.number });
            }
        }
    }
    for one in app.desk.advisories(&seat.viewer).await? {
        if fits(&one.title.en) || fits(&one.title.zh) {
            hits.push(Hit {
                href: format!("/advisories/{}", one.row.number),
                title: one.title.text(seat.lang().code()).to_owned(),
                number: one.row.number,
            });
        }
    }
    hits.truncate(MOST_FOUND);
    let mut shell = app.shell(&seat, "search", words::common::SEARCH.say(seat.lang())).await;
    shell.frame.search.clone_from(&query);
    shown(&Search { page: shell.page, frame: shell.frame, query, hits })
}
