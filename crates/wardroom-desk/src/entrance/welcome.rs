//! The one-time link. Its token stands in the address's fragment, so it reaches no log; a small script posts it, without script it is pasted.

use super::let_in;
use crate::app::App;
use crate::fields::Fields;
use crate::frame::shown_as;
use crate::stop::Answer;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use wardroom_web::words::{self, desk as w};
use wardroom_web::{Caller, Page, Problem, Tongue};

#[derive(Template)]
#[template(path = "entrance/welcome.html")]
struct WelcomePage {
    page: Page,
    failed: bool,
}

fn page(app: &App, tongue: &Tongue, failed: bool) -> WelcomePage {
    let page = Page::new(tongue, &app.site(), "welcome", w::WELCOME_TITLE.say(tongue.lang)).script("welcome.js").faulty(failed);
    WelcomePage { page, failed }
}

pub async fn show(State(app): State<App>, tongue: Tongue) -> Answer {
    shown_as(StatusCode::OK, &page(&app, &tongue, false))
}

pub async fn send(State(app): State<App>, tongue: Tongue, caller: Caller, fields: Fields) -> Answer {
    app.tries.check(caller).map_err(Problem::too_many)?;
    // Whole links are pasted as often as their last part.
    let typed = fields.trimmed("link");
    let token = typed.rsplit_once('#').map_or(typed, |(_, token)| token);
    match app.desk.use_link(token).await? {
        Some(session) => Ok(let_in(&app, &session, "/")),
        None => shown_as(StatusCode::UNPROCESSABLE_ENTITY, &page(&app, &tongue, true)),
    }
}
