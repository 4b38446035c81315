//! Numbers: for Prometheus at `/metrics`, and as JSON. Counts only; no name, no title, no number of a case.

use super::found;
use crate::app::App;
use crate::seat::Seat;
use crate::stop::{Answer, Stop};
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde_json::{Value, json};
use std::fmt::Write as _;
use wardroom_app::ports::store::CaseQuery;
use wardroom_domain::case::CaseState;
use wardroom_domain::disclosure::AdvisoryState;
use wardroom_domain::people::Viewer;
use wardroom_domain::triage::ReportState;

/// A family of numbers: name, help, type, and (label, value)s.
struct Family {
    name: &'static str,
    help: &'static str,
    label: &'static str,
    values: Vec<(String, f64)>,
}

#[expect(clippy::cast_precision_loss, reason = "counts and seconds of this desk stay far below 2^52")]
async fn families(app: &App) -> Result<Vec<Family>, Stop> {
    let store = &app.desk.store;
    // Counted for the house: a scrape tells how much there is, never what.
    let house = Viewer::house();
    let reports = store.inbox_counts(&house).await?;
    let reports = ReportState::ALL.into_iter().map(|state| {
        let count = reports.iter().find(|(one, _)| *one == state).map_or(0, |(_, count)| *count);
        (state.as_str().to_owned(), count as f64)
    });
    let cases = store.cases(&house, &CaseQuery { states: CaseState::ALL.to_vec(), limit: 100_000, offset: 0 }).await?;
    let cases =
        CaseState::ALL.into_iter().map(|state| (state.as_str().to_owned(), cases.iter().filter(|one| one.state == state).count() as f64));
    let advisories = store.advisories(&house).await?;
    let advisories = AdvisoryState::ALL
        .into_iter()
        .map(|state| (state.as_str().to_owned(), advisories.iter().filter(|one| one.state == state).count() as f64));
    let health = app.desk.health().await?;
    let overdue = crate::office::health::overdue(app).await?;
    let one = |value: u64| vec![(String::new(), value as f64)];
    let last: Vec<_> =
        health.doors.iter().filter_map(|door| door.success_at.map(|at| (door.name.clone(), at.as_second() as f64))).collect();
    let waiting = health.doors.iter().filter_map(|door| door.backlog.map(|waiting| (door.name.clone(), waiting as f64)));
    let at_risk = health.doors.iter().map(|door| (door.name.clone(), f64::from(u8::from(door.at_risk.is_some()))));
    Ok(vec![
        Family { name: "wardroom_reports", help: "Reports by state.", label: "state", values: reports.collect() },
        Family { name: "wardroom_cases", help: "Cases by state.", label: "state", values: cases.collect() },
        Family { name: "wardroom_advisories", help: "Advisories by state.", label: "state", values: advisories.collect() },
        Family { name: "wardroom_clocks_overdue", help: "Running clocks past their due instant.", label: "", values: one(overdue) },
        Family { name: "wardroom_jobs_waiting", help: "Jobs that wait.", label: "", values: one(health.jobs_waiting) },
        Family { name: "wardroom_jobs_failed", help: "Jobs put aside for a person.", label: "", values: one(health.jobs_failed) },
        Family {
            name: "wardroom_releases_held",
            help: "Confirmed releases that did not take place and wait for a person.",
            label: "",
            values: one(health.releases_held),
        },
        Family { name: "wardroom_facts", help: "Facts in the log.", label: "", values: one(health.facts) },
        Family { name: "wardroom_keys_active", help: "Active OpenPGP keys.", label: "", values: one(health.active_keys.len() as u64) },
        Family {
            name: "wardroom_door_last_success_seconds",
            help: "When a door last did what it is there for (Unix time).",
            label: "door",
            values: last,
        },
        Family { name: "wardroom_door_backlog", help: "What waits at a door.", label: "door", values: waiting.collect() },
        Family { name: "wardroom_door_at_risk", help: "1 where something is wrong with a door.", label: "door", values: at_risk.collect() },
    ])
}

/// The text format of Prometheus.
pub async fn text(State(app): State<App>, _seat: Seat) -> Answer {
    let mut text = String::new();
    for family in families(&app).await? {
        let _ = writeln!(text, "# HELP {} {}\n# TYPE {} gauge", family.name, family.help, family.name);
        for (label, value) in &family.values {
            let labels = if family.label.is_empty() { String::new() } else { format!("{{{}=\"{}\"}}", family.label, escaped(label)) };
            let _ = writeln!(text, "{}{labels} {value}", family.name);
        }
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

fn escaped(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

pub async fn json(State(app): State<App>, _seat: Seat) -> Answer {
    let mut all = serde_json::Map::new();
    for family in families(&app).await? {
        let value = match family.values.as_slice() {
            [(label, value)] if label.is_empty() => json!(value),
            values => Value::Object(values.iter().map(|(label, value)| (label.clone(), json!(value))).collect()),
        };
        all.insert(family.name.trim_start_matches("wardroom_").to_owned(), value);
    }
    found(&Value::Object(all))
}
