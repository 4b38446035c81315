//! Help: the keys, and the API as a list of its routes.

use crate::api::openapi::is_api;
use crate::app::App;
use crate::frame::shown;
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::extract::State;
use wardroom_web::words::{self, desk as w};
use wardroom_web::{DeskFrame, Page};

#[derive(Template)]
#[template(path = "office/help.html")]
struct Help {
    page: Page,
    frame: DeskFrame,
    keys: Vec<(&'static str, String)>,
    doors: Vec<(String, String)>,
}

const KEYS: [(&str, &str); 14] = [
    ("j k", "rows"),
    ("o Enter", "open"),
    ("1 2 3", "decide"),
    ("r", "ask"),
    ("n", "note"),
    ("m", "message"),
    ("[ ]", "candidate"),
    ("= ~ -", "judge"),
    ("/", "search"),
    ("g i", "inbox"),
    ("g c", "cases"),
    ("g a", "advisories"),
    ("g p", "products"),
    ("?", "help"),
];

pub async fn show(State(app): State<App>, seat: Seat) -> Answer {
    let shell = app.shell(&seat, "help", w::NAV_HELP.say(seat.lang())).await;
    let keys = KEYS.iter().map(|(keys, what)| (*keys, words::say(seat.lang(), &format!("desk-key-{what}")))).collect();
    let doors = crate::rooms::all(&app)
        .into_table()
        .into_iter()
        .filter(is_api)
        .map(|row| (format!("{} {}", row.method, row.path), row.need.describe()));
    shown(&Help { page: shell.page, frame: shell.frame, keys, doors: doors.collect() })
}
