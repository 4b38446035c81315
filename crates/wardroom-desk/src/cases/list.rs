//! The list of cases (S1b): only those the viewer may see, nearest due first.

use crate::app::App;
use crate::clocks::{self, ClockView};
use crate::frame::shown;
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;
use wardroom_app::ports::store::CaseQuery;
use wardroom_domain::case::CaseState;
use wardroom_web::text::reveal;
use wardroom_web::words::{self, desk as w};
use wardroom_web::{DeskFrame, Moment, Page};

const ROWS: u32 = 50;

const VIEWS: [(&str, &[CaseState]); 3] = [
    ("open", &[CaseState::Received, CaseState::Invalid, CaseState::Valid, CaseState::Deferred, CaseState::Accepted]),
    ("closed", &[CaseState::Closed]),
    ("all", &CaseState::ALL),
];

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    view: String,
    #[serde(default)]
    page: u32,
}

struct Line {
    number: String,
    title: String,
    state: String,
    state_chip: &'static str,
    owner: String,
    mine: bool,
    embargo: Option<String>,
    embargo_ends: Option<Moment>,
    advisory: bool,
    changed: Moment,
    clock: Option<ClockView>,
}

#[derive(Template)]
#[template(path = "cases/list.html")]
struct Cases {
    page: Page,
    frame: DeskFrame,
    view: &'static str,
    views: Vec<(&'static str, String)>,
    lines: Vec<Line>,
    previous: Option<u32>,
    next: Option<u32>,
}

/// The state of a case as words and the class of its chip.
pub fn state(lang: wardroom_web::Lang, state: CaseState) -> (String, &'static str) {
    let chip = match state {
        CaseState::Received => "info",
        CaseState::Invalid | CaseState::Closed => "neutral",
        CaseState::Valid => "warn",
        CaseState::Deferred => "medium",
        CaseState::Accepted => "good",
    };
    (words::say(lang, &format!("triage-state-{}", state.as_str())), chip)
}

pub async fn show(State(app): State<App>, seat: Seat, Query(asked): Query<Asked>) -> Answer {
    let lang = seat.lang();
    let (view, states) = VIEWS.into_iter().find(|(name, _)| *name == asked.view).unwrap_or(VIEWS[0]);
    let number = asked.page.min(10_000);
    let query = CaseQuery { states: states.to_vec(), limit: ROWS + 1, offset: number * ROWS };
    let mut rows = app.desk.cases(&seat.viewer, &query).await?;
    let more = rows.len() > ROWS as usize;
    rows.truncate(ROWS as usize);
    let lines = rows.into_iter().map(|one| {
        let (state, state_chip) = state(lang, one.row.state);
        let shown = one.row.embargo != wardroom_domain::communication::EmbargoState::None;
        Line {
            title: reveal(&one.title),
            state,
            state_chip,
            mine: one.row.owner.as_deref() == Some(seat.person.as_str()),
            owner: one.owner_name,
            embargo: shown.then(|| words::say(lang, &format!("communication-embargo-{}", one.row.embargo.as_str()))),
            embargo_ends: one.row.embargo_ends.map(|at| app.moment(&seat, at)),
            advisory: one.row.advisory.is_some(),
            changed: app.moment(&seat, one.row.changed_at),
            clock: one.row.nearest.as_ref().map(|nearest| clocks::of_row(&app, &seat, nearest)),
            number: one.row.number,
        }
    });
    let lines = lines.collect();
    let shell = app.shell(&seat, "cases", w::NAV_CASES.say(lang)).await;
    shown(&Cases {
        page: shell.page,
        frame: shell.frame,
        view,
        views: VIEWS.iter().map(|(name, _)| (*name, words::say(lang, &format!("desk-cases-{name}")))).collect(),
        lines,
        previous: number.checked_sub(1),
        next: more.then_some(number + 1),
    })
}
