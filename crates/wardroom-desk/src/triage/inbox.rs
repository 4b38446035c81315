//! The inbox (S1): what waits for a decision, nearest due first. When it is empty it proves that the doors are open.

use crate::app::App;
use crate::clocks::{self, ClockView};
use crate::frame::shown;
use crate::office::door_lines::{self, DoorLine};
use crate::seat::Seat;
use crate::stop::Answer;
use crate::triage::badges::{self, Badge};
use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;
use wardroom_app::ports::store::InboxQuery;
use wardroom_app::triage::inbox::InboxRow;
use wardroom_app::validation::glimpse::Glimpse;
use wardroom_domain::triage::ReportState;
use wardroom_web::text::reveal;
use wardroom_web::words::{self, desk as w, triage as t};
use wardroom_web::{DeskFrame, Moment, Page};

/// Rows of one page.
const ROWS: u32 = 50;

/// The saved views: name in the address, states in it.
const VIEWS: [(&str, &[ReportState]); 6] = [
    ("waiting", &[ReportState::Quarantined, ReportState::Opened, ReportState::Asked]),
    ("asked", &[ReportState::Asked]),
    ("quarantined", &[ReportState::Quarantined]),
    ("linked", &[ReportState::Linked]),
    ("declined", &[ReportState::Declined, ReportState::Withdrawn]),
    ("all", &ReportState::ALL),
];

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    view: String,
    #[serde(default)]
    page: u32,
}

struct View {
    name: &'static str,
    label: String,
    count: u64,
}

struct Line {
    number: String,
    title: String,
    language: String,
    sender: String,
    received: Moment,
    clock: Option<ClockView>,
    state: String,
    state_chip: &'static str,
    badges: Vec<Badge>,
    waiting_for_us: bool,
    waiting: bool,
    /// "2 alike, 91 %"; empty when nothing does.
    alike: String,
}

#[derive(Template)]
#[template(path = "triage/inbox.html")]
struct Inbox {
    page: Page,
    frame: DeskFrame,
    view: &'static str,
    views: Vec<View>,
    lines: Vec<Line>,
    doors: Vec<DoorLine>,
    last: Option<Moment>,
    may_triage: bool,
    previous: Option<u32>,
    next: Option<u32>,
}

pub async fn show(State(app): State<App>, seat: Seat, Query(asked): Query<Asked>) -> Answer {
    let (view, states) = VIEWS.into_iter().find(|(name, _)| *name == asked.view).unwrap_or(VIEWS[0]);
    let number = asked.page.min(10_000);
    let query = InboxQuery { states: states.to_vec(), limit: ROWS + 1, offset: number * ROWS };
    let mut rows = app.desk.inbox(&seat.viewer, &query).await?;
    let more = rows.len() > ROWS as usize;
    rows.truncate(ROWS as usize);
    let counts = app.desk.store.inbox_counts(&seat.viewer).await?;
    let count_of = |states: &[ReportState]| counts.iter().filter(|(state, _)| states.contains(state)).map(|(_, n)| n).sum();
    let views = VIEWS.into_iter().map(|(name, states)| View {
        name,
        label: words::say(seat.lang(), &format!("triage-view-{name}")),
        count: count_of(states),
    });
    let newest = InboxQuery { states: ReportState::ALL.to_vec(), limit: 200, offset: 0 };
    let last = match rows.is_empty() {
        true => app.desk.store.inbox(&seat.viewer, &newest).await?.iter().map(|row| row.received_at).max(),
        false => None,
    };
    let glimpses = app.desk.glimpses(&seat.viewer, &rows).await?;
    let shell = app.shell(&seat, "inbox", t::INBOX_TITLE.say(seat.lang())).await;
    shown(&Inbox {
        page: shell.page,
        frame: shell.frame,
        view,
        views: views.collect(),
        lines: rows.into_iter().zip(glimpses).map(|(row, glimpse)| line(&app, &seat, row, glimpse)).collect(),
        doors: door_lines::lines(&app, &seat).await,
        last: last.map(|at| app.moment(&seat, at)),
        may_triage: seat.may(wardroom_domain::people::Act::Triage),
        previous: number.checked_sub(1),
        next: more.then_some(number + 1),
    })
}

fn line(app: &App, seat: &Seat, row: InboxRow, glimpse: Option<Glimpse>) -> Line {
    let InboxRow { row, words } = row;
    let (state, state_chip) = badges::state(seat.lang(), row.state);
    let sender = if words.sender_name.is_empty() { &words.sender_address } else { &words.sender_name };
    Line {
        title: if words.title.trim().is_empty() { t::NO_TITLE.say(seat.lang()).to_owned() } else { reveal(&words.title) },
        sender: if sender.is_empty() { t::ANONYMOUS.say(seat.lang()).to_owned() } else { reveal(sender) },
        received: app.moment(seat, row.received_at),
        clock: row.nearest.as_ref().map(|nearest| clocks::of_row(app, seat, nearest)),
        badges: badges::claiming(seat.lang(), &words.claims).into_iter().chain(badges::of_row(seat.lang(), &row)).collect(),
        waiting_for_us: row.waiting_for_us && row.state.is_waiting(),
        waiting: row.state.is_waiting(),
        alike: glimpse.map(|one| t::alike_row(seat.lang(), one.count, format!("{:.0}", one.best * 100.0).as_str())).unwrap_or_default(),
        number: row.number,
        language: wardroom_domain::text::language_tag(&row.language, &words.title),
        state,
        state_chip,
    }
}
