//! `/api/v1/{products,users,audit,jobs,profile,me}` the CVSS calculator and SSVC decision tables.

use super::body::Body;
use super::{done, found};
use crate::app::App;
use crate::seat::Seat;
use crate::stop::Answer;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wardroom_domain::Refusal;
use wardroom_domain::people::Role;
use wardroom_domain::products::Product;
use wardroom_seal::hex;

pub async fn products(State(app): State<App>, _seat: Seat) -> Answer {
    found(&json!({ "data": app.desk.maker().products, "next_cursor": null }))
}

pub async fn keep_product(State(app): State<App>, seat: Seat, Body(product): Body<Product>) -> Answer {
    app.desk.keep_product(&seat.viewer, product).await?;
    done()
}

pub async fn users(State(app): State<App>, _seat: Seat) -> Answer {
    found(&json!({ "data": app.desk.people().await?, "next_cursor": null }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    name: String,
    roles: Vec<Role>,
}

/// Adds a person and returns the one-time link that lets them in.
pub async fn add_user(State(app): State<App>, seat: Seat, Body(user): Body<NewUser>) -> Answer {
    let person = app.desk.add_person(&seat.viewer, &user.name, user.roles).await?;
    let link = app.desk.sign_in_link(&seat.viewer, &person).await?;
    found(&json!({ "person": person, "sign_in_link": link }))
}

#[derive(Deserialize)]
pub struct After {
    #[serde(default)]
    after: u64,
    limit: Option<u32>,
}

/// The log in order, without any words of people.
pub async fn audit(State(app): State<App>, seat: Seat, Query(asked): Query<After>) -> Answer {
    let limit = asked.limit.unwrap_or(100).clamp(1, 1_000);
    let facts = app.desk.store.facts_after(&seat.viewer, asked.after, limit).await?;
    let head = app.desk.store.head().await?;
    let line = |stored: &wardroom_app::ports::store::Stored| {
        let one = &stored.recorded;
        json!({ "seq": one.seq, "stream": one.stream, "stream_seq": one.stream_seq, "at": one.at, "actor": one.actor, "kind": one.fact.kind(), "head": one.fact.parts().1 })
    };
    let next = facts.last().map(|stored| stored.recorded.seq).filter(|seq| *seq < head.size);
    found(&json!({
        "data": facts.iter().map(line).collect::<Vec<_>>(), "next_after": next,
        "head": { "size": head.size, "root": hex(&head.root), "last_hash": hex(&head.last_hash) },
    }))
}

pub async fn verify(State(app): State<App>, _seat: Seat) -> Answer {
    found(&json!(app.desk.verify().await?))
}

pub async fn jobs(State(app): State<App>, _seat: Seat) -> Answer {
    let jobs = app.desk.store.jobs(500).await?;
    let line = |job: &wardroom_app::ports::store::JobRow| json!({ "id": job.id, "kind": job.kind, "stream": job.stream, "state": job.state, "attempts": job.attempts, "next_at": job.next_at, "error": job.error });
    found(&json!({ "data": jobs.iter().map(line).collect::<Vec<_>>(), "next_cursor": null }))
}

pub async fn profile(State(app): State<App>, _seat: Seat) -> Answer {
    found(&json!(*app.desk.profile()))
}

pub async fn me(State(_app): State<App>, seat: Seat) -> Answer {
    found(&json!({ "person": seat.person, "name": seat.viewer.name(), "roles": seat.viewer.roles() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    vector: String,
}

pub async fn cvss(State(_app): State<App>, _seat: Seat, Body(said): Body<Vector>) -> Answer {
    let scored = wardroom_formats::cvss::score(said.vector.trim())
        .map_err(|fault| Refusal::FieldWrong { field: "vector", why: fault.to_string() })?;
    found(&json!({
        "vector": scored.vector, "version": scored.version.number(), "base": scored.base, "score": scored.score,
        "severity": scored.severity.to_string(),
    }))
}

/// The decision tables in SSVC's own JSON, as they are read.
pub async fn tables(State(app): State<App>, _seat: Seat) -> Answer {
    let tables: Vec<Value> = app.desk.decision_tables().iter().map(|table| table.json()).collect();
    found(&json!({ "data": tables, "next_cursor": Value::Null }))
}

pub async fn keep_table(State(app): State<App>, seat: Seat, Body(said): Body<Value>) -> Answer {
    let kept = app.desk.keep_table(&seat.viewer, said.to_string().as_bytes()).await?;
    found(&json!({ "table": kept }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    #[serde(default)]
    table: String,
    answers: BTreeMap<String, String>,
}

pub async fn decide(State(app): State<App>, _seat: Seat, Body(said): Body<Answers>) -> Answer {
    let table = app.desk.decision_table(&said.table)?;
    let answers: Vec<(&str, &str)> = said.answers.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let decision = table.decide(&answers).map_err(|fault| Refusal::FieldWrong { field: "answers", why: fault.to_string() })?;
    found(&json!({
        "table": table.id, "outcome": decision.outcome.key, "name": decision.outcome.name.en,
        "selections": decision.selections(&app.desk.now().to_string()),
    }))
}
