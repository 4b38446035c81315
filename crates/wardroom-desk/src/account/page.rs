//! The account page. Until a password with second factor, or a passkey, is set, it is the only page that opens.

use super::passkey::{self, MOST_PASSKEYS, Registration};
use crate::app::App;
use crate::fields::{Fields, Typed};
use crate::frame::{on_to, shown_as};
use crate::seat::Seat;
use crate::stop::{Answer, Stop};
use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use serde::Deserialize;
use wardroom_app::people::SESSION_HOURS;
use wardroom_web::qr::{self, Drawing};
use wardroom_web::words::{self, desk as w};
use wardroom_web::{DeskFrame, Moment, Page, Problem};

struct AccessLine {
    digest: String,
    label: String,
    is_token: bool,
    made: Moment,
    used: Moment,
    ends: Moment,
    mine: bool,
}

#[derive(Template)]
#[template(path = "account/page.html")]
struct AccountPage {
    page: Page,
    frame: DeskFrame,
    typed: Typed,
    enrolled: bool,
    has_password: bool,
    has_totp: bool,
    passkey_count: usize,
    passkeys_usable: bool,
    base32: String,
    drawing: Drawing,
    access: Vec<AccessLine>,
    hours: i64,
}

async fn page(app: &App, seat: &Seat, typed: Typed) -> Answer {
    let shell = app.shell(seat, "me", w::ME_TITLE.say(seat.lang())).await;
    let credentials = app.desk.store.credentials(&seat.person).await?.unwrap_or_default();
    let passkeys = app.desk.passkeys(&seat.person).await?.map(|kept| passkey::read(&kept).len()).unwrap_or_default();
    let (base32, drawing) = match credentials.totp.is_some() {
        true => (String::new(), Drawing::default()),
        false => {
            let offer = app.desk.offer_totp(&seat.viewer).await?;
            (offer.base32.clone(), qr::svg(&offer.otpauth))
        }
    };
    let mut access = Vec::new();
    for row in app.desk.my_access(&seat.viewer).await? {
        let moment = |at| app.moment(seat, at);
        access.push(AccessLine {
            mine: row.digest == seat.digest,
            is_token: row.kind == "token",
            label: row.label,
            made: moment(row.made_at),
            used: moment(row.last_used_at),
            ends: moment(row.expires_at),
            digest: row.digest,
        });
    }
    let status = typed.status();
    let found = AccountPage {
        page: shell.page.script("passkey.js").faulty(typed.is_faulty()),
        frame: shell.frame,
        enrolled: seat.enrolled,
        has_password: credentials.password.is_some(),
        has_totp: credentials.totp.is_some(),
        passkey_count: passkeys,
        passkeys_usable: app.passkeys.usable(),
        base32,
        drawing,
        access,
        hours: SESSION_HOURS,
        typed,
    };
    shown_as(status, &found)
}

pub async fn show(State(app): State<App>, seat: Seat) -> Answer {
    page(&app, &seat, Typed::default()).await
}

pub async fn password(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    match app.desk.set_password(&seat.viewer, fields.get("password")).await {
        Ok(()) => Ok(on_to("/me", "password-set")),
        // A password is never shown again, not even to whoever typed it.
        Err(error) => page(&app, &seat, Typed::after(Fields(vec![("form".to_owned(), "password".to_owned())]), error)?).await,
    }
}

pub async fn totp(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    match app.desk.confirm_totp(&seat.viewer, fields.trimmed("code")).await {
        Ok(()) => Ok(on_to("/me", "totp-set")),
        Err(error) => page(&app, &seat, Typed::after(fields, error)?).await,
    }
}

pub async fn passkey_begin(State(app): State<App>, seat: Seat) -> Answer {
    let kept = app.desk.passkeys(&seat.person).await?.map(|kept| passkey::read(&kept)).unwrap_or_default();
    if kept.len() >= MOST_PASSKEYS {
        return Err(Problem::conflict().into());
    }
    let begun = app.passkeys.begin_making(&seat.person, seat.viewer.name(), &kept, app.desk.now())?;
    Ok(Json(begun).into_response())
}

#[derive(Deserialize)]
pub struct Made {
    ceremony: String,
    credential: Registration,
}

pub async fn passkey_finish(State(app): State<App>, seat: Seat, Json(made): Json<Made>) -> Answer {
    let made = app.passkeys.finish_making(&seat.person, &made.ceremony, &made.credential, app.desk.now());
    let made = made.ok_or_else(Problem::bad_request)?;
    let mut kept = app.desk.passkeys(&seat.person).await?.map(|kept| passkey::read(&kept)).unwrap_or_default();
    kept.push(made);
    let json = serde_json::to_vec(&kept).map_err(|error| Stop::from(Problem::logged(&error)))?;
    app.desk.keep_passkeys(&seat.person, &json).await?;
    Ok(Json(serde_json::json!({ "to": "/me?done=passkey-made" })).into_response())
}

/// Forgets all passkeys, where password and code remain.
pub async fn passkeys_forget(State(app): State<App>, seat: Seat) -> Answer {
    let credentials = app.desk.store.credentials(&seat.person).await?.unwrap_or_default();
    if credentials.password.is_none() || credentials.totp.is_none() {
        return Err(Problem::conflict().detail(w::ME_PASSKEYS_NEEDED.say(seat.lang())).into());
    }
    app.desk.keep_passkeys(&seat.person, &[]).await?;
    Ok(on_to("/me", "passkeys-forgotten"))
}

pub async fn end_access(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    app.desk.end_access(&seat.viewer, fields.trimmed("digest")).await?;
    Ok(on_to("/me", "access-ended"))
}
