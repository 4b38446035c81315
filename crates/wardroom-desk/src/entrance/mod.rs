//! The way in: one-time link, sign-in with password and code or passkey, sign-out. Nothing here tells whether a name exists.

pub mod attempts;
pub mod sign_in;
pub mod welcome;

use crate::app::App;
use crate::seat::Seat;
use crate::stop::Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use wardroom_domain::people::Act;
use wardroom_seal::Token;
use wardroom_web::redirect::see_other;
use wardroom_web::tongue::set_cookie;

/// `/`: to where the viewer's day begins.
pub async fn home(seat: Seat) -> Answer {
    let to = if seat.may(Act::ReadInbox) { "/inbox" } else { "/cases" };
    Ok(see_other(to).into_response())
}

/// Lets somebody in: the session's cookie and on to `to`.
fn let_in(app: &App, session: &Token, to: &str) -> Response {
    let mut response = see_other(to).into_response();
    put_cookie(app, &mut response, &session.to_string(), wardroom_app::people::SESSION_HOURS * 3_600);
    response
}

/// Sets the session cookie; 0 seconds forgets it.
fn put_cookie(app: &App, response: &mut Response, value: &str, seconds: i64) {
    let secure = if app.is_secure() { "; Secure" } else { "" };
    let name = app.cookie_name();
    set_cookie(response, &format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"));
}

/// `GET /problems`: what the `type` of the API's problems leads to.
pub async fn problems(State(app): State<App>, tongue: wardroom_web::Tongue) -> axum::response::Response {
    wardroom_web::problem::explained(&tongue, &app.site(), wardroom_domain::Refusal::CODES.to_vec())
}
