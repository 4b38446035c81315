//! `/api/v1/inbox:decline` and `:reopen`: many reports in one act, as at the desk's pile page. What could not be done is told report by
//! report; the rest is done. Mails wait ten minutes, so that the act can be taken back.

use super::body::Body;
use super::found;
use crate::app::App;
use crate::seat::Seat;
use crate::stop::Answer;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use wardroom_app::triage::pile::{Closed, MOST, UNDO_WINDOW};
use wardroom_app::triage::pile_order::{Chosen, PileOrder};
use wardroom_domain::Refusal;
use wardroom_domain::triage::likeness::Likeness;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    #[serde(default)]
    reports: Vec<String>,
    like: Option<String>,
    reason: String,
    message: Option<String>,
    #[serde(default)]
    preview: bool,
}

pub async fn decline(State(app): State<App>, seat: Seat, Body(order): Body<Order>) -> Answer {
    let Order { reports, like, reason, message, preview } = order;
    let order = PileOrder { reports, like: like.unwrap_or_default(), reason, message };
    let pile = app.desk.pile_ordered(&seat.viewer, &order).await?;
    if preview {
        let data: Vec<Value> = pile.chosen.iter().map(chosen).collect();
        return found(&json!({ "data": data, "wordings": pile.wordings, "declined": false }));
    }
    let closed = app.desk.decline_pile(&seat.viewer, &pile.reports(), pile.disposition, &pile.wordings).await?;
    let data: Vec<Value> = closed.iter().map(became).collect();
    found(&json!({ "data": data, "wordings": pile.wordings, "declined": true, "undo_minutes": UNDO_WINDOW.as_mins() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Back {
    reports: Vec<String>,
}

pub async fn reopen(State(app): State<App>, seat: Seat, Body(back): Body<Back>) -> Answer {
    if back.reports.is_empty() {
        return Err(Refusal::FieldNeeded { field: "reports" }.into());
    }
    if back.reports.len() > MOST {
        return Err(Refusal::FieldWrong { field: "reports", why: format!("more than {MOST} at once") }.into());
    }
    let mut reports = Vec::new();
    for id in &back.reports {
        reports.push(app.desk.find(&seat.viewer, id).await?);
    }
    let opened = app.desk.reopen_pile(&seat.viewer, &reports).await?;
    found(&json!({ "data": opened.iter().map(became).collect::<Vec<_>>() }))
}

fn chosen(one: &Chosen) -> Value {
    let (why, shared) = match one.likeness {
        None => ("named", None),
        Some(Likeness::SameFile) => ("same_file", None),
        Some(Likeness::SameWords(shared)) => ("same_words", Some(shared)),
        Some(Likeness::SameSender) => ("same_sender", None),
    };
    json!({ "report": one.number, "why": why, "shared": shared })
}

fn became(one: &Closed) -> Value {
    json!({ "report": one.number, "mailed": one.mailed, "refused": one.refused })
}
