//! The reporter's keys on the page of a report: where each came from, which is used, and what a person may decide.

use super::report::{page_after, stream};
use crate::app::{App, in_groups};
use crate::fields::{Fields, Typed};
use crate::frame::on_to;
use crate::seat::Seat;
use crate::stop::{Answer, Stop};
use axum::extract::{Path, State};
use wardroom_app::AskError;
use wardroom_app::keys::look_up::LookUp;
use wardroom_app::keys::ring::{RingLine, Standing};
use wardroom_domain::Refusal;
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Act;
use wardroom_mail::keys::KeyFault;
use wardroom_web::text::reveal;
use wardroom_web::words::{self, triage as t};
use wardroom_web::{Lang, Moment};

/// One key.
pub struct KeyView {
    pub fingerprint: String,
    pub bare: String,
    pub user_id: String,
    pub chip: &'static str,
    pub state: String,
    pub source: String,
    pub seen: Moment,
    pub report: String,
    /// Who decided, and when.
    pub decided: Option<(String, Moment)>,
    pub expires: Option<Moment>,
    /// What speaks against it.
    pub warnings: Vec<String>,
    pub may_pin: bool,
    pub may_reject: bool,
}

/// All of them.
pub struct RingView {
    /// Says what happens with answers, and how well.
    pub says: String,
    pub chip: &'static str,
    pub keys: Vec<KeyView>,
    /// Staff may decide, and there is an address to write to.
    pub may_decide: bool,
    pub may_look_up: bool,
    pub needs_consent: bool,
}

impl RingView {
    pub async fn of(app: &App, seat: &Seat, report: &StreamId) -> Result<RingView, Stop> {
        let lang = seat.lang();
        let ring = app.desk.ring_of(&seat.viewer, report).await?;
        let may_decide = seat.may(Act::Triage) && !ring.address.is_empty();
        let another = ring.choice == "use" && ring.keys.iter().any(|key| !key.in_use && key.standing == Standing::Candidate);
        let (says, chip) = match (ring.address.is_empty(), ring.choice) {
            (true, _) => (t::KEYS_NO_ADDRESS, "neutral"),
            (false, "use") if another => (t::KEYS_ANOTHER, "warn"),
            (false, "use") => (t::KEYS_USED, "good"),
            (false, "changed") => (t::KEYS_CHANGED, "critical"),
            (false, "unusable") => (t::KEYS_UNUSABLE, "warn"),
            (false, _) => (t::KEYS_NONE, "neutral"),
        };
        Ok(RingView {
            says: says.say(lang).to_owned(),
            chip,
            keys: ring.keys.into_iter().map(|key| view(app, seat, key, may_decide)).collect(),
            may_look_up: may_decide && app.settings.directory.is_some() && app.settings.opener.is_some(),
            needs_consent: may_decide && app.desk.look_up_needs_consent(&seat.viewer, report).await?,
            may_decide,
        })
    }
}

fn view(app: &App, seat: &Seat, key: RingLine, may_decide: bool) -> KeyView {
    let lang = seat.lang();
    let (chip, state) = match (key.in_use, key.standing) {
        (_, Standing::Rejected) => ("critical", t::KEYS_REJECTED),
        (true, Standing::Pinned) => ("good", t::KEYS_PINNED_USED),
        (false, Standing::Pinned) => ("info", t::KEYS_PINNED),
        (true, Standing::Candidate) => ("good", t::KEYS_FIRST_USED),
        (false, Standing::Candidate) => ("warn", t::KEYS_NOT_USED),
    };
    let mut warnings = Vec::new();
    if let Some(fault) = &key.fault {
        warnings.push(fault_in_words(lang, fault));
    }
    if !key.names_address {
        warnings.push(t::KEYS_OTHER_ADDRESS.say(lang).to_owned());
    }
    let mut source = words::say(lang, &format!("triage-key-source-{}", key.source.as_str()));
    if key.encrypted {
        source = format!("{source}, {}", t::KEYS_INSIDE.say(lang));
    }
    KeyView {
        fingerprint: in_groups(&key.fingerprint),
        user_id: key.user_ids.first().map(|user| reveal(user)).unwrap_or_default(),
        chip,
        state: state.say(lang).to_owned(),
        source,
        seen: app.moment(seat, key.first_seen),
        report: key.report,
        decided: key.decided_at.map(|at| (reveal(&key.decided_by), app.moment(seat, at))),
        expires: key.expires_at.map(|at| app.moment(seat, at)),
        warnings,
        may_pin: may_decide && key.standing != Standing::Pinned,
        may_reject: may_decide && key.standing != Standing::Rejected,
        bare: key.fingerprint,
    }
}

/// Why a key cannot be encrypted to, for a reader of this language.
fn fault_in_words(lang: Lang, fault: &KeyFault) -> String {
    let value = serde_json::to_value(fault).unwrap_or_default();
    let code = value.get("fault").and_then(serde_json::Value::as_str).unwrap_or("failed").to_owned();
    words::find(lang, &format!("triage-key-fault-{code}")).unwrap_or_else(|| fault.to_string())
}

async fn ended(app: &App, seat: &Seat, id: &str, fields: Fields, done: &str, outcome: Result<(), AskError>) -> Answer {
    match outcome {
        Ok(()) => Ok(on_to(&format!("/reports/{id}#keys"), done)),
        Err(error) => page_after(app, seat, id, Typed::after(fields, error)?).await,
    }
}

pub async fn decide(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let (standing, done) = match fields.trimmed("decision") {
        "reject" => (Standing::Rejected, "key-rejected"),
        _ => (Standing::Pinned, "key-pinned"),
    };
    let outcome = app.desk.decide_key(&seat.viewer, &report, fields.trimmed("fingerprint"), standing).await;
    ended(&app, &seat, &id, fields, done, outcome).await
}

pub async fn add(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let outcome = app.desk.add_key(&seat.viewer, &report, fields.get("key")).await.map(|_| ());
    ended(&app, &seat, &id, fields, "key-pinned", outcome).await
}

pub async fn look_up(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let (Some(directory), Some(opener)) = (&app.settings.directory, &app.settings.opener) else {
        return Err(Refusal::NotThere { thing: "key" }.into());
    };
    let by = LookUp { directory: directory.as_ref(), opener: opener.as_ref() };
    match app.desk.look_up_key(&seat.viewer, &report, fields.get("consent"), by).await {
        Ok(found) => ended(&app, &seat, &id, fields, if found.is_some() { "key-found" } else { "key-not-found" }, Ok(())).await,
        Err(error) => ended(&app, &seat, &id, fields, "", Err(error)).await,
    }
}
