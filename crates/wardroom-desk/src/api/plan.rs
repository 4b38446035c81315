//! `/api/v1/advisories/{id}/plan` and `/api/v1/recipients`: the disclosure plan, its two persons, and the recipient book.

use super::body::Body;
use super::{done, found};
use crate::advisories::page::stream;
use crate::app::App;
use crate::seat::Seat;
use crate::stop::Answer;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};
use wardroom_app::disclosure::plan::{BrokenOrder, ConfirmOrder, GateLine, PlanView, RowView, ScheduleOrder};
use wardroom_domain::communication::Recipient;
use wardroom_domain::disclosure::{DisclosurePlan, GateKind, GateState, Level};

fn row(view: &RowView) -> Value {
    let people = view.people.iter().map(|(name, encrypted)| json!({ "name": name, "encrypted": encrypted }));
    let messages = view.messages.iter().map(|one| json!({ "language": one.language, "subject": one.subject, "text": one.text }));
    json!({
        "id": view.entry.id, "audience": view.entry.audience.as_str(), "channel": view.entry.channel.as_str(), "at": view.at,
        "offset_minutes": view.entry.offset_minutes, "done": view.done,
        "recipients": people.collect::<Vec<_>>(), "messages": messages.collect::<Vec<_>>(),
    })
}

fn gate(line: &GateLine) -> Value {
    let kind = match line.kind {
        GateKind::Hard => "hard",
        GateKind::Soft => "soft",
        GateKind::Manual => "manual",
    };
    json!({
        "id": line.id, "kind": kind, "own": line.own, "closed": line.is_closed(), "passed": line.passed, "found": line.found,
        "state": line.state.as_str(), "by": line.by, "at": line.at, "note": line.note,
    })
}

/// The plan as programs read it.
pub fn shape(view: &PlanView) -> Value {
    let file = &view.record.file.plan;
    let state = match (view.kept, &file.scheduled, &file.confirmed) {
        (_, Some(_), Some(_)) => "confirmed",
        (_, Some(_), None) => "scheduled",
        (true, None, _) => "planned",
        (false, None, _) => "none",
    };
    json!({
        "number": view.record.file.number, "version": view.version, "state": state, "plan": view.plan, "plan_hash": view.plan_hash,
        "content_hash": view.content_hash, "stale": view.stale, "held": file.held.as_ref().map(|(why, _)| why),
        "scheduled_by": view.scheduled_by, "confirmed_by": view.confirmed_by, "misinformed": view.misinformed, "told": view.told,
        "rows": view.rows.iter().chain(&view.correction).map(row).collect::<Vec<_>>(),
        "gates": view.gates.iter().map(gate).collect::<Vec<_>>(),
    })
}

pub async fn show(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    found(&shape(&app.desk.disclosure_plan(&seat.viewer, &advisory).await?))
}

pub async fn keep(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(plan): Body<DisclosurePlan>) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    app.desk.keep_disclosure_plan(&seat.viewer, &advisory, plan).await?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    gate: String,
    to: GateState,
    #[serde(default)]
    note: String,
}

pub async fn move_gate(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(moved): Body<Moved>) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    app.desk.move_gate(&seat.viewer, &advisory, moved.gate.trim(), moved.to, &moved.note).await?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    plan: String,
    content: String,
    #[serde(default)]
    confirm: String,
}

pub async fn schedule(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(order): Body<Order>) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let order = ScheduleOrder { plan: order.plan, content: order.content };
    app.desk.schedule_release(&seat.viewer, &advisory, &order).await?;
    done()
}

pub async fn confirm(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(order): Body<Order>) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let order = ConfirmOrder { plan: order.plan, content: order.content, confirm: order.confirm };
    app.desk.confirm_release(&seat.viewer, &advisory, &order).await?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    reason: String,
}

pub async fn call_off(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<Reason>) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    app.desk.abort_release(&seat.viewer, &advisory, &said.reason).await?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Broken {
    evidence: String,
    #[serde(default)]
    confirm: String,
}

pub async fn broken(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<Broken>) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let order = BrokenOrder { evidence: said.evidence, confirm: said.confirm };
    let at = app.desk.embargo_broken(&seat.viewer, &advisory, &order).await?;
    found(&json!({ "released_at": at }))
}

pub async fn recipients(State(app): State<App>, seat: Seat) -> Answer {
    let book = app.desk.recipients(&seat.viewer).await?;
    let line = |line: &wardroom_app::communication::RecipientLine| {
        let one = &line.recipient;
        json!({
            "id": one.id, "audience": one.audience.as_str(), "name": one.name, "address": one.address, "language": one.language,
            "advance": one.advance, "fingerprint": line.fingerprint, "encryptable": line.encryptable,
        })
    };
    found(&json!({ "data": book.iter().map(line).collect::<Vec<_>>(), "next_cursor": null }))
}

pub async fn keep_recipient(State(app): State<App>, seat: Seat, Body(recipient): Body<Recipient>) -> Answer {
    let id = app.desk.keep_recipient(&seat.viewer, recipient).await?;
    found(&json!({ "recipient": id }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    id: String,
}

pub async fn remove_recipient(State(app): State<App>, seat: Seat, Body(which): Body<Which>) -> Answer {
    app.desk.remove_recipient(&seat.viewer, which.id.trim()).await?;
    done()
}

pub async fn accesses(State(app): State<App>, seat: Seat) -> Answer {
    let line = |one: &wardroom_app::communication::AccessLine| json!({ "id": one.id, "recipient": one.recipient, "levels": one.levels, "handed_out_at": one.handed_out_at });
    let book = app.desk.accesses(&seat.viewer).await?;
    found(&json!({ "data": book.iter().map(line).collect::<Vec<_>>(), "next_cursor": null }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    recipient: String,
    levels: Vec<Level>,
}

/// The token is told this once.
pub async fn hand_out_access(State(app): State<App>, seat: Seat, Body(wanted): Body<Wanted>) -> Answer {
    let access = app.desk.hand_out_access(&seat.viewer, wanted.recipient.trim(), &wanted.levels).await?;
    found(&json!({ "access": access.id, "token": access.token.to_string() }))
}

pub async fn withdraw_access(State(app): State<App>, seat: Seat, Body(which): Body<Which>) -> Answer {
    app.desk.withdraw_access(&seat.viewer, which.id.trim()).await?;
    done()
}
