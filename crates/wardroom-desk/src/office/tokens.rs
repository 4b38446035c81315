//! API tokens of the person signed in. A token is shown once, at the moment it is made.

use crate::app::App;
use crate::fields::{Fields, Typed};
use crate::frame::{on_to, shown_as};
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::extract::State;
use wardroom_web::words::{self, desk as w};
use wardroom_web::{DeskFrame, Moment, Page};

struct TokenLine {
    digest: String,
    label: String,
    made: Moment,
    used: Moment,
    ends: Moment,
}

#[derive(Template)]
#[template(path = "office/tokens.html")]
struct Tokens {
    page: Page,
    frame: DeskFrame,
    typed: Typed,
    tokens: Vec<TokenLine>,
    made: Option<String>,
    desk_url: String,
}

async fn page(app: &App, seat: &Seat, typed: Typed, made: Option<String>) -> Answer {
    let moment = |at| app.moment(seat, at);
    let rows = app.desk.my_access(&seat.viewer).await?.into_iter().filter(|row| row.kind == "token");
    let line = |row: wardroom_app::ports::store::AccessRow| TokenLine {
        made: moment(row.made_at),
        used: moment(row.last_used_at),
        ends: moment(row.expires_at),
        label: row.label,
        digest: row.digest,
    };
    let tokens = rows.map(line).collect();
    let shell = app.shell(seat, "tokens", w::NAV_TOKENS.say(seat.lang())).await;
    let status = typed.status();
    let desk_url = app.desk.addresses.desk_url.clone();
    shown_as(status, &Tokens { page: shell.page.faulty(typed.is_faulty()), frame: shell.frame, typed, tokens, made, desk_url })
}

pub async fn show(State(app): State<App>, seat: Seat) -> Answer {
    page(&app, &seat, Typed::default(), None).await
}

pub async fn make(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    let days = fields.trimmed("days").parse().unwrap_or(0);
    match app.desk.make_token(&seat.viewer, &seat.person, fields.get("label"), days).await {
        Ok(token) => page(&app, &seat, Typed::default(), Some(token.to_string())).await,
        Err(error) => page(&app, &seat, Typed::after(fields, error)?, None).await,
    }
}

pub async fn end(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    app.desk.end_access(&seat.viewer, fields.trimmed("digest")).await?;
    Ok(on_to("/tokens", "access-ended"))
}
