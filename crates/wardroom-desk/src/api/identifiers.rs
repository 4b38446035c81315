//! `/api/v1/identifiers`, a case's identifiers, and what the CNA rules say of an advisory's CVE records.

use super::body::Body;
use super::{found, one_of};
use crate::app::App;
use crate::cases::page::stream;
use crate::seat::Seat;
use crate::stop::Answer;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};
use wardroom_app::disclosure::identifiers::{AskForId, IdentifierView};
use wardroom_domain::disclosure::{IdAsk, Scheme};
use wardroom_words::say;

fn shape(view: &IdentifierView, case: &str) -> Value {
    json!({
        "case": case, "vulnerability": view.vulnerability, "scheme": view.scheme.as_str(), "state": view.state.as_str(), "id": view.words.id,
        "environment": view.words.environment, "stuck": view.stuck, "trouble": view.words.trouble, "detail": view.words.detail, "since": view.since,
        "asks": view.offered.iter().map(|ask| ask.as_str()).collect::<Vec<_>>(),
    })
}

/// Those of all cases the viewer may see, what needs a person first.
pub async fn list(State(app): State<App>, seat: Seat) -> Answer {
    let lines = app.desk.identifiers(&seat.viewer).await?;
    let line = |line: &wardroom_app::disclosure::identifiers::IdentifierLine| {
        let view = IdentifierView {
            vulnerability: line.row.vulnerability.clone(),
            scheme: line.row.scheme,
            state: line.row.state,
            words: line.words.clone(),
            stuck: line.row.stuck,
            since: Some(line.row.since),
            offered: Vec::new(),
        };
        shape(&view, &line.case_number)
    };
    found(&json!({ "data": lines.iter().map(line).collect::<Vec<_>>(), "next_cursor": null }))
}

pub async fn of_case(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let record = app.desk.must_case(&seat.viewer, &case).await?;
    let views = app.desk.identifier_views(&seat.viewer, &record);
    found(&json!({ "data": views.iter().map(|view| shape(view, &record.file.number)).collect::<Vec<_>>(), "next_cursor": null }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    scheme: String,
    ask: String,
    #[serde(default)]
    vulnerability: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    reason: String,
}

pub async fn ask(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<Ask>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let scheme = one_of("scheme", Scheme::parse(&said.scheme))?;
    let ask = one_of("ask", IdAsk::parse(&said.ask))?;
    let form = AskForId { vulnerability: said.vulnerability, id: said.id, reason: said.reason };
    let (vulnerability, state) = app.desk.ask_for_id(&seat.viewer, &case, scheme, ask, form).await?;
    found(&json!({ "vulnerability": vulnerability, "state": state.as_str() }))
}

/// The CVE records an advisory would become, held against the CNA rules.
pub async fn records(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Answer {
    let advisory = crate::advisories::page::stream(&app, &seat, &id).await?;
    let checks = app.desk.check_records(&seat.viewer, &advisory).await?;
    let breach = |one: &wardroom_formats::cna::Breach| {
        json!({
            "code": one.rule.code, "rule": one.rule.number, "level": one.rule.level.as_str(), "place": one.place, "found": one.found,
            "what": say(seat.lang(), &format!("cna-{}", one.rule.code)), "do": say(seat.lang(), &format!("cna-{}-do", one.rule.code)),
        })
    };
    let record = |one: &wardroom_app::disclosure::identifiers::RecordCheck| json!({ "vulnerability": one.vulnerability, "cve": one.cve, "breaches": one.breaches.iter().map(breach).collect::<Vec<_>>() });
    found(&json!({ "data": checks.iter().map(record).collect::<Vec<_>>(), "next_cursor": null }))
}
