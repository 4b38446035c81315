//! The team's OpenPGP keys: which is in front, until when the others are offered, and what can be done about them.

use crate::app::{App, in_groups};
use crate::fields::{Fields, Typed};
use crate::frame::{on_to, shown_as};
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::extract::State;
use wardroom_app::AskError;
use wardroom_app::disclosure::tree::key_card;
use wardroom_app::keys::life::OVERLAP_DAYS;
use wardroom_domain::Refusal;
use wardroom_domain::people::Act;
use wardroom_mail::keys::Revocation;
use wardroom_web::words::{self, desk as w};
use wardroom_web::{Choice, DeskFrame, Moment, Page};

struct KeyLine {
    fingerprint: String,
    bare: String,
    user_id: String,
    created: Moment,
    expires: Option<Moment>,
    /// Class and words of the chip that says what the key is for.
    chip: &'static str,
    state: String,
    until: Option<Moment>,
    /// What the alarm says; empty: nothing.
    alarm: String,
    may_retire: bool,
    may_revoke: bool,
    armored: String,
}

#[derive(Template)]
#[template(path = "office/keys.html")]
struct Keys {
    page: Page,
    frame: DeskFrame,
    typed: Typed,
    keys: Vec<KeyLine>,
    may_keep: bool,
    overlap: String,
    user_id: String,
    reasons: Vec<Choice>,
    /// What was taken in just now: fingerprints.
    taken: Vec<String>,
}

fn lines(app: &App, seat: &Seat) -> Vec<KeyLine> {
    let (lang, now) = (seat.lang(), app.desk.now());
    let alarms = app.desk.key_alarms();
    let keys = app.desk.maker().keys;
    let in_front = keys.iter().filter(|key| key.is_in_front()).count();
    let line = |key: wardroom_app::house::TeamKey| {
        let card = key_card(&key, now)?;
        let (chip, state) = match (key.revoked, key.retired, key.retires_at.is_some()) {
            (true, ..) => ("critical", w::KEYS_REVOKED),
            (false, true, _) => ("neutral", w::KEYS_RETIRED),
            (false, false, true) => ("info", w::KEYS_RETIRING),
            (false, false, false) => ("good", w::KEYS_ACTIVE),
        };
        let alarm = alarms.iter().find(|alarm| alarm.fingerprint == key.fingerprint).map(|alarm| match alarm.days {
            0 => w::HEALTH_KEY_ENDED.say(lang).to_owned(),
            days => w::health_key_within(lang, i64::from(days)),
        });
        Some(KeyLine {
            fingerprint: in_groups(&card.fingerprint),
            user_id: card.user_id,
            created: app.moment(seat, card.created_at),
            expires: card.expires_at.map(|at| app.moment(seat, at)),
            chip,
            state: state.say(lang).to_owned(),
            until: key.retires_at.filter(|_| !key.retired).map(|at| app.moment(seat, at)),
            alarm: alarm.unwrap_or_default(),
            may_retire: !key.retired && (in_front > 1 || !key.is_in_front()),
            may_revoke: !key.revoked,
            armored: card.armored,
            bare: key.fingerprint,
        })
    };
    keys.into_iter().filter_map(line).collect()
}

async fn page(app: &App, seat: &Seat, typed: Typed, taken: Vec<String>) -> Answer {
    let lang = seat.lang();
    let shell = app.shell(seat, "keys", w::NAV_KEYS.say(lang)).await;
    let status = typed.status();
    let reasons = Revocation::ALL.map(|one| Choice::new(one.as_str(), words::say(lang, &format!("desk-revoke-{}", one.as_str())), false));
    let view = Keys {
        page: shell.page.faulty(typed.is_faulty()),
        frame: shell.frame,
        keys: lines(app, seat),
        may_keep: seat.may(Act::KeepKeys),
        overlap: OVERLAP_DAYS.to_string(),
        user_id: user_id(app),
        reasons: reasons.to_vec(),
        taken,
        typed,
    };
    shown_as(status, &view)
}

/// What a fresh key says about its owner: team and address.
fn user_id(app: &App) -> String {
    let team = app.desk.profile().team_name("en");
    let address = &app.desk.addresses.mail;
    if address.is_empty() { team } else { format!("{team} <{address}>") }
}

pub async fn show(State(app): State<App>, seat: Seat) -> Answer {
    page(&app, &seat, Typed::default(), Vec::new()).await
}

async fn ended(app: &App, seat: &Seat, fields: Fields, done: &str, outcome: Result<(), AskError>) -> Answer {
    match outcome {
        Ok(()) => Ok(on_to("/keys", done)),
        Err(error) => page(app, seat, Typed::after(fields, error)?, Vec::new()).await,
    }
}

pub async fn rotate(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    let outcome = match fields.trimmed("overlap").parse::<u16>() {
        Ok(days) => app.desk.rotate_team_key(&seat.viewer, &user_id(&app), days).await.map(|_| ()),
        Err(_) => Err(Refusal::FieldWrong { field: "overlap", why: "a number of days".to_owned() }.into()),
    };
    ended(&app, &seat, fields, "key-rotated", outcome).await
}

pub async fn retire(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    let outcome = app.desk.retire_team_key(&seat.viewer, fields.trimmed("fingerprint")).await;
    ended(&app, &seat, fields, "key-retired", outcome).await
}

pub async fn revoke(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    let typed: String = fields.get("again").chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let fingerprint = fields.trimmed("fingerprint").to_owned();
    let outcome = match Revocation::parse(fields.trimmed("reason")) {
        None => Err(Refusal::ReasonNeeded.into()),
        // It cannot be undone, so the end of the fingerprint is typed again.
        Some(_) if typed.len() < 8 || !fingerprint.ends_with(&typed) => {
            Err(Refusal::FieldWrong { field: "again", why: "the last eight digits of the fingerprint".to_owned() }.into())
        }
        Some(why) => app.desk.revoke_team_key(&seat.viewer, &fingerprint, why).await,
    };
    ended(&app, &seat, fields, "key-revoked", outcome).await
}

pub async fn import(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    let passphrase = Some(fields.get("passphrase")).filter(|passphrase| !passphrase.is_empty());
    let retired = fields.trimmed("retired") == "yes";
    match app.desk.import_keys(&seat.viewer, fields.get("key").as_bytes(), passphrase, retired).await {
        Ok(taken) => page(&app, &seat, Typed::default(), taken.iter().map(|(fingerprint, _)| in_groups(fingerprint)).collect()).await,
        // Neither the key nor its passphrase is sent back into a page.
        Err(error) => page(&app, &seat, Typed::after(fields.without(&["key", "passphrase"]), error)?, Vec::new()).await,
    }
}
