//! `/api/v1/cases`.

use super::body::Body;
use super::inbox::Written;
use super::{Paged, done, found, one_of, shapes};
use crate::app::App;
use crate::cases::page::stream;
use crate::seat::Seat;
use crate::stop::Answer;
use axum::extract::{Path, Query, State};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use wardroom_app::ports::store::CaseQuery;
use wardroom_app::remediation::{ImpactForm, PlanForm};
use wardroom_app::validation::VulnerabilityForm;
use wardroom_domain::Refusal;
use wardroom_domain::case::{CaseAsk, CaseState};
use wardroom_domain::communication::{EmbargoAsk, EmbargoTerms, PlanLine};
use wardroom_domain::log::StreamId;
use wardroom_domain::remediation::{ImpactStatus, PlanKind, PlanState, PlanWords};
use wardroom_domain::triage::Disposition;
use wardroom_domain::validation::ScoreSource;

pub async fn list(State(app): State<App>, seat: Seat, Query(paged): Query<Paged>) -> Answer {
    let states = match paged.view.as_str() {
        "" | "open" => Vec::new(),
        "all" => CaseState::ALL.to_vec(),
        view => vec![one_of("view", CaseState::parse(view))?],
    };
    let query = CaseQuery { states, limit: paged.limit() + 1, offset: paged.offset() };
    let rows = app.desk.cases(&seat.viewer, &query).await?;
    paged.answer(rows.iter().map(shapes::case_row).collect())
}

pub async fn show(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    found(&shapes::case(&app.desk.case_page(&seat.viewer, &case).await?))
}

pub async fn events(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let page = app.desk.case_page(&seat.viewer, &case).await?;
    found(&json!({ "data": page.timeline.iter().map(shapes::line).collect::<Vec<_>>(), "next_cursor": null }))
}

/// What the case would be compared with now.
pub async fn duplicates(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    found(&json!(app.desk.compare_case(&seat.viewer, &case).await?))
}

pub async fn note(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(written): Body<Written>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    app.desk.note(&seat.viewer, &case, &written.text).await?;
    done()
}

/// To the reporter of the case's report; where there are several, `report` names one.
pub async fn message(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(written): Body<Written>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let reports = app.desk.must_case(&seat.viewer, &case).await?.file.reports;
    let report = match (written.report.trim(), reports.as_slice()) {
        ("", [only]) => only.clone(),
        ("", _) => return Err(Refusal::FieldNeeded { field: "report" }.into()),
        (named, _) => app.desk.find(&seat.viewer, named).await?,
    };
    if !reports.contains(&report) {
        return Err(Refusal::NotThere { thing: "report" }.into());
    }
    app.desk.message_reporter(&seat.viewer, &report, written.kind(), &written.text).await?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vulnerability {
    #[serde(default)]
    id: String,
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    cwe: String,
    #[serde(default)]
    cve: String,
}

pub async fn vulnerability(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<Vulnerability>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let Vulnerability { id, title, description, cwe, cve } = said;
    let kept = app.desk.keep_vulnerability(&seat.viewer, &case, VulnerabilityForm { id, title, description, cwe, cve }).await?;
    found(&json!({ "vulnerability": kept }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    vulnerability: String,
    vector: String,
    #[serde(default)]
    justification: String,
}

pub async fn score(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<Score>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    found(&json!(app.desk.score(&seat.viewer, &case, &said.vulnerability, &said.vector, &said.justification).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heard {
    vulnerability: String,
    vector: String,
    from: ScoreSource,
    #[serde(default)]
    source: String,
}

pub async fn heard(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<Heard>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let kept = app.desk.hear_score(&seat.viewer, &case, &said.vulnerability, &said.vector, (said.from, &said.source)).await?;
    found(&super::shapes::heard(said.from, &kept))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Priority {
    vulnerability: String,
    #[serde(default)]
    table: String,
    answers: BTreeMap<String, String>,
    #[serde(default)]
    justification: String,
}

pub async fn priority(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<Priority>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let answers: Vec<(&str, &str)> = said.answers.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let decided = app.desk.prioritise(&seat.viewer, &case, &said.vulnerability, &said.table, &answers, &said.justification).await?;
    found(&json!(decided))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Impact {
    vulnerability: String,
    product: String,
    status: String,
    #[serde(default)]
    versions: String,
    #[serde(default)]
    fixed_in: String,
    #[serde(default)]
    justification: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    hardware: Vec<String>,
}

pub async fn impact(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<Impact>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let form = ImpactForm {
        status: one_of("status", ImpactStatus::parse(&said.status))?,
        vulnerability: said.vulnerability,
        product: said.product,
        versions: said.versions,
        fixed_in: said.fixed_in,
        justification: said.justification,
        note: said.note,
        hardware: said.hardware,
    };
    app.desk.set_impact(&seat.viewer, &case, form).await?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remediation {
    #[serde(default)]
    id: String,
    vulnerability: String,
    kind: String,
    state: String,
    due: Option<jiff::civil::Date>,
    #[serde(default)]
    products: Vec<String>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    text_zh: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    owner: String,
}

pub async fn remediation(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<Remediation>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let form = PlanForm {
        plan: one_of("kind", PlanKind::parse(&said.kind))?,
        state: one_of("state", PlanState::parse(&said.state))?,
        id: said.id,
        vulnerability: said.vulnerability,
        due: said.due,
        products: said.products,
        words: PlanWords { text: said.text, text_zh: said.text_zh, url: said.url, owner: said.owner },
    };
    let kept = app.desk.keep_remediation(&seat.viewer, &case, form).await?;
    found(&json!({ "remediation": kept }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Embargo {
    ask: String,
    ends_at: Option<Timestamp>,
    zone: Option<String>,
    #[serde(default)]
    reason: String,
}

pub async fn embargo(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<Embargo>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let ask = one_of("ask", EmbargoAsk::parse(&said.ask))?;
    let zone = said.zone.unwrap_or_else(|| app.desk.profile().zone());
    if jiff::tz::TimeZone::get(&zone).is_err() {
        return Err(Refusal::FieldWrong { field: "zone", why: "a zone is written like Asia/Shanghai or UTC".to_owned() }.into());
    }
    let terms = said.ends_at.map(|ends_at| EmbargoTerms { ends_at, zone });
    app.desk.embargo(&seat.viewer, &case, ask, terms, &said.reason).await?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uniqueness {
    duplicate_of: Option<String>,
}

pub async fn uniqueness(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<Uniqueness>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let of: Option<StreamId> = match said.duplicate_of {
        Some(of) => Some(stream(&app, &seat, &of).await?),
        None => None,
    };
    app.desk.check_uniqueness(&seat.viewer, &case, of.as_ref()).await?;
    done()
}

/// How it stands to a case that looks alike.
pub async fn relation(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<super::inbox::Related>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    super::inbox::judge(&app, &seat, &case, &said).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    ask: String,
    disposition: Option<String>,
    #[serde(default)]
    reason: String,
}

pub async fn state(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<Move>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let ask = one_of("ask", CaseAsk::parse(&said.ask))?;
    let disposition = match said.disposition {
        Some(text) => Some(one_of("disposition", Disposition::parse(&text))?),
        None => None,
    };
    let to = app.desk.move_case(&seat.viewer, &case, ask, disposition, &said.reason).await?;
    found(&json!({ "state": to.as_str() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    lines: Vec<PlanLine>,
    #[serde(default)]
    approve: bool,
}

pub async fn plan(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<Plan>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    app.desk.plan_communication(&seat.viewer, &case, said.lines, said.approve).await?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    person: String,
}

pub async fn owner(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<Owner>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let person = app.desk.person(&said.person).await?.person;
    app.desk.assign(&seat.viewer, &case, &person).await?;
    done()
}

pub async fn participant(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(said): Body<Owner>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let person = app.desk.person(&said.person).await?.person;
    app.desk.add_participant(&seat.viewer, &case, &person).await?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

pub async fn advisory(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(Nothing {}): Body<Nothing>) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let (advisory, number) = app.desk.draft_advisory(&seat.viewer, &case).await?;
    found(&json!({ "advisory": number, "id": advisory }))
}
