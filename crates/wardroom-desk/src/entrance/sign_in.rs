//! Sign-in with name, password and code, or with a passkey; sign-out. Whatever is wrong, the answer is the same.

use super::{let_in, put_cookie};
use crate::account::passkey::Response as PasskeyResponse;
use crate::app::App;
use crate::fields::Fields;
use crate::frame::shown_as;
use crate::stop::Answer;
use askama::Template;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use wardroom_web::redirect::{own_path, see_other};
use wardroom_web::tongue::cookie;
use wardroom_web::words::{self, desk as w};
use wardroom_web::{Caller, Page, Problem, Tongue};

#[derive(Template)]
#[template(path = "entrance/sign_in.html")]
struct SignInPage {
    page: Page,
    name: String,
    to: String,
    failed: bool,
    passkeys: bool,
}

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    to: String,
}

fn page(app: &App, tongue: &Tongue, name: &str, to: &str, failed: bool) -> SignInPage {
    let page = Page::new(tongue, &app.site(), "sign-in", w::SIGN_IN_TITLE.say(tongue.lang)).script("passkey.js").faulty(failed);
    let to = own_path(to).unwrap_or("/").to_owned();
    SignInPage { page, name: name.to_owned(), to, failed, passkeys: app.passkeys.usable() }
}

pub async fn show(State(app): State<App>, tongue: Tongue, Query(asked): Query<Asked>) -> Answer {
    shown_as(StatusCode::OK, &page(&app, &tongue, "", &asked.to, false))
}

pub async fn send(State(app): State<App>, tongue: Tongue, caller: Caller, fields: Fields) -> Answer {
    app.tries.check(caller).map_err(Problem::too_many)?;
    let name = fields.trimmed("name");
    let now = app.desk.now();
    app.attempts.check(name, now).map_err(Problem::too_many)?;
    match app.desk.sign_in(name, fields.get("password"), fields.trimmed("code")).await? {
        Some(session) => {
            app.attempts.succeeded(name);
            Ok(let_in(&app, &session, own_path(fields.get("to")).unwrap_or("/")))
        }
        None => {
            app.attempts.failed(name, now);
            shown_as(StatusCode::UNPROCESSABLE_ENTITY, &page(&app, &tongue, name, fields.get("to"), true))
        }
    }
}

#[derive(Deserialize)]
pub struct Named {
    name: String,
}

/// The challenge for a name: one that nobody can answer when the name or its passkeys are not there.
pub async fn passkey_begin(State(app): State<App>, caller: Caller, Json(named): Json<Named>) -> Answer {
    // A passkey cannot be guessed: a name closed after wrong passwords stays open this way, so nobody is locked out by others.
    app.tries.check(caller).map_err(Problem::too_many)?;
    let now = app.desk.now();
    let people = app.desk.people().await?;
    let person = people.into_iter().find(|one| one.name.eq_ignore_ascii_case(named.name.trim()) && !one.disabled);
    let kept = match &person {
        Some(person) => app.desk.passkeys(&person.person).await?,
        None => None,
    };
    let person = person.map(|one| one.person).unwrap_or_default();
    let challenge = app.passkeys.begin_sign_in(&named.name, &person, kept.as_deref(), now)?;
    Ok(Json(challenge).into_response())
}

#[derive(Deserialize)]
pub struct Finished {
    ceremony: String,
    credential: PasskeyResponse,
}

#[derive(Serialize)]
struct To {
    to: &'static str,
}

pub async fn passkey_finish(State(app): State<App>, caller: Caller, Json(finished): Json<Finished>) -> Answer {
    app.tries.check(caller).map_err(Problem::too_many)?;
    let now = app.desk.now();
    let Some(used) = app.passkeys.finish_sign_in(&finished.ceremony, &finished.credential, now) else {
        return Err(Problem::unauthorized().into());
    };
    let kept = app.desk.passkeys(&used.person).await?;
    let person = app.desk.people().await?.into_iter().any(|one| one.person == used.person && !one.disabled);
    let (true, Some(kept)) = (person, kept) else { return Err(Problem::unauthorized().into()) };
    if let Some(changed) = used.after_use(&kept) {
        app.desk.keep_passkeys(&used.person, &changed).await?;
    }
    let session = app.desk.open_session(&used.person).await?;
    let mut response = Json(To { to: "/" }).into_response();
    put_cookie(&app, &mut response, &session.to_string(), wardroom_app::people::SESSION_HOURS * 3_600);
    Ok(response)
}

pub async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Answer {
    if let Some(text) = cookie(&headers, app.cookie_name()) {
        app.desk.sign_out(text).await?;
    }
    let mut response = see_other("/sign-in").into_response();
    put_cookie(&app, &mut response, "", 0);
    Ok(response)
}
