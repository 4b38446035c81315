//! The list of advisories, newest change first.

use crate::app::App;
use crate::frame::shown;
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::extract::State;
use wardroom_domain::disclosure::AdvisoryState;
use wardroom_web::words::{self, desk as w, disclosure as d};
use wardroom_web::{DeskFrame, Lang, Moment, Page};

struct Line {
    number: String,
    title: String,
    case_number: String,
    state: String,
    chip: &'static str,
    version: u32,
    changed: Moment,
    released: Option<Moment>,
    /// Confirmed for this instant.
    due: Option<Moment>,
    held: bool,
}

#[derive(Template)]
#[template(path = "advisories/list.html")]
struct Advisories {
    page: Page,
    frame: DeskFrame,
    lines: Vec<Line>,
}

/// The state as words and the class of its chip.
pub fn state(lang: Lang, state: AdvisoryState) -> (String, &'static str) {
    let chip = match state {
        AdvisoryState::Draft => "neutral",
        AdvisoryState::InReview => "info",
        AdvisoryState::Approved => "warn",
        AdvisoryState::Published => "good",
        AdvisoryState::Withdrawn => "high",
        AdvisoryState::Superseded => "neutral",
    };
    (words::say(lang, &format!("disclosure-state-{}", state.as_str())), chip)
}

pub async fn show(State(app): State<App>, seat: Seat) -> Answer {
    let lang = seat.lang();
    let mut rows = app.desk.advisories(&seat.viewer).await?;
    rows.sort_by_key(|one| std::cmp::Reverse(one.row.changed_at));
    let line = |one: wardroom_app::disclosure::AdvisoryListRow| {
        let (state, chip) = state(lang, one.row.state);
        Line {
            title: one.title.text(lang.code()).to_owned(),
            case_number: one.case_number,
            state,
            chip,
            version: one.row.version,
            changed: app.moment(&seat, one.row.changed_at),
            released: one.row.released_at.map(|at| app.moment(&seat, at)),
            due: one.release_at.map(|at| app.moment(&seat, at)),
            held: one.held,
            number: one.row.number,
        }
    };
    let lines = rows.into_iter().map(line).collect();
    let shell = app.shell(&seat, "advisories", w::NAV_ADVISORIES.say(lang)).await;
    shown(&Advisories { page: shell.page, frame: shell.frame, lines })
}
