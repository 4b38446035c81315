//! `/api/v1/inbox/{id}/keys`: the keys known for a report's reporter, and what a person decides about them. Deliberately one resource per
//! report: a key is pinned for an address, and the report says which. `id` may be a case that has one report.

use super::body::Body;
use super::{done, found};
use crate::app::App;
use crate::seat::Seat;
use crate::stop::Answer;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::json;
use wardroom_app::keys::look_up::LookUp;
use wardroom_app::keys::ring::Standing;
use wardroom_domain::Refusal;

pub async fn list(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Answer {
    let report = app.desk.report_meant(&seat.viewer, &id).await?;
    found(&json!(app.desk.ring_of(&seat.viewer, &report).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brought {
    key: String,
}

/// Pins a key somebody got another way.
pub async fn add(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(brought): Body<Brought>) -> Answer {
    let report = app.desk.report_meant(&seat.viewer, &id).await?;
    let fingerprint = app.desk.add_key(&seat.viewer, &report, &brought.key).await?;
    found(&json!({ "fingerprint": fingerprint }))
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Pin,
    Reject,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    fingerprint: String,
    decision: Decision,
}

pub async fn decide(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(decided): Body<Decided>) -> Answer {
    let report = app.desk.report_meant(&seat.viewer, &id).await?;
    let standing = match decided.decision {
        Decision::Pin => Standing::Pinned,
        Decision::Reject => Standing::Rejected,
    };
    app.desk.decide_key(&seat.viewer, &report, &decided.fingerprint, standing).await?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Under an embargo: whose consent, and when it was given.
    #[serde(default)]
    consent: String,
}

/// Asks the key directory of the address's domain, where the operator allows it.
pub async fn look_up(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(asked): Body<Asked>) -> Answer {
    let report = app.desk.report_meant(&seat.viewer, &id).await?;
    let (Some(directory), Some(opener)) = (&app.settings.directory, &app.settings.opener) else {
        return Err(Refusal::FieldWrong { field: "wkd", why: "look-ups are off in the configuration".to_owned() }.into());
    };
    let by = LookUp { directory: directory.as_ref(), opener: opener.as_ref() };
    let fingerprint = app.desk.look_up_key(&seat.viewer, &report, &asked.consent, by).await?;
    found(&json!({ "fingerprint": fingerprint }))
}
