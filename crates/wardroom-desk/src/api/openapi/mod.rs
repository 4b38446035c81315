//! The API's description (OpenAPI 3.1), made from the same table as the router: an address that is not in it does not exist. What each
//! takes stands in [`asked`] and [`plans`], what each answers in [`told`]; enumerations come from the domain's own lists.

mod asked;
mod kit;
mod plans;
mod told;

use super::found;
use crate::app::App;
use crate::doors::{Need, Row};
use crate::stop::Answer;
use asked::Operation;
use axum::extract::State;
use kit::{list, object, open, text, whole};
use serde_json::{Map, Value, json};

const ABOUT: &str = "Instants are RFC 3339 in UTC. Lists are `data` and `next_cursor`. A body is one JSON object; a member nobody knows is refused. \
Errors are RFC 9457 problems with a `code`; those of the team's rules are explained in `detail`. What you may not see is 404. \
Enumerations may grow.";

pub async fn show(State(app): State<App>) -> Answer {
    found(&describe(&crate::rooms::all(&app).into_table()))
}

/// Whether a row of the table belongs to the API.
pub fn is_api(row: &Row) -> bool {
    row.path.starts_with("/api/") || row.path == "/metrics"
}

/// Every address of the API.
fn all() -> Vec<Operation> {
    let mut all = asked::all();
    all.extend(plans::operations());
    all
}

/// The described operations: (method, path).
pub fn described() -> impl Iterator<Item = (&'static str, &'static str)> {
    all().into_iter().map(|one| (one.method, one.path))
}

/// The description of every API row.
pub fn describe(table: &[Row]) -> Value {
    let mut operations = all();
    let mut paths = Map::new();
    for row in table.iter().filter(|row| is_api(row)) {
        let entry = paths.entry(row.path).or_insert_with(|| json!({}));
        let place = operations.iter().position(|one| (one.method, one.path) == (row.method, row.path));
        if let (Some(entry), Some(place)) = (entry.as_object_mut(), place) {
            entry.insert(row.method.to_lowercase(), operation(row, operations.swap_remove(place)));
        }
    }
    let mut schemas: Map<String, Value> = Map::new();
    for (name, schema) in asked::components().into_iter().chain(told::components()).chain(plans::components()) {
        schemas.insert(name.to_owned(), schema);
    }
    schemas.insert("Problem".to_owned(), problem());
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Wardroom desk API", "version": "1", "description": ABOUT },
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "bearerFormat": "wr_pat_…" } },
            "responses": { "Problem": {
                "description": "a problem in words",
                "content": { "application/problem+json": { "schema": kit::named("Problem") } },
            } },
            "schemas": schemas,
        },
    })
}

fn problem() -> Value {
    let fault = object([("pointer*", text()), ("code*", text()), ("detail*", text())]);
    open([
        ("type*", json!({ "type": "string", "format": "uri-reference" })),
        ("title*", text()),
        ("status*", json!({ "type": "integer", "minimum": 400, "maximum": 599 })),
        ("detail*", text()),
        ("code*", text()),
        ("errors", list(fault)),
        ("retry_after", whole()),
        ("trace_id*", text()),
    ])
}

fn operation(row: &Row, told: Operation) -> Value {
    let media = if row.path == "/metrics" { "text/plain" } else { "application/json" };
    let schema = told::answer(row.method, row.path).unwrap_or_default();
    let mut responses = json!({ "200": { "description": "done", "content": { media: { "schema": schema } } } });
    let mut parameters: Vec<Value> =
        told.query.into_iter().map(|(name, schema)| json!({ "name": name, "in": "query", "required": false, "schema": schema })).collect();
    if row.path.contains("{id}") {
        let id = json!({ "type": "string", "minLength": 1, "description": "id or number", "examples": ["R-2026-0001", "C-2026-0001"] });
        parameters.push(json!({ "name": "id", "in": "path", "required": true, "schema": id }));
    }
    if let Some(responses) = responses.as_object_mut() {
        for status in statuses(row, !parameters.is_empty(), told.body.is_some()) {
            responses.insert(status.to_owned(), json!({ "$ref": "#/components/responses/Problem" }));
        }
    }
    let mut operation =
        json!({ "summary": told.does, "operationId": name_of(row), "x-needs": row.need.describe(), "responses": responses });
    let Some(object) = operation.as_object_mut() else { return operation };
    if row.need != Need::Nobody {
        object.insert("security".to_owned(), json!([{ "token": [] }]));
    }
    if !parameters.is_empty() {
        object.insert("parameters".to_owned(), parameters.into());
    }
    if let Some(schema) = told.body {
        // An empty body counts as {}, which is enough where nothing is needed.
        let needed = schema.get("required").is_some() || schema.get("$ref").is_some();
        object.insert("requestBody".to_owned(), json!({ "required": needed, "content": { "application/json": { "schema": schema } } }));
    }
    operation
}

/// What else it may answer.
fn statuses(row: &Row, has_parameters: bool, has_body: bool) -> Vec<&'static str> {
    let mut statuses = Vec::new();
    if has_parameters {
        statuses.push("400");
    }
    if row.need != Need::Nobody {
        statuses.extend(["401", "403"]);
    }
    if row.path.contains("{id}") || row.method != "GET" {
        statuses.extend(["404", "409"]);
    }
    if has_body {
        statuses.push("413");
    }
    if has_body || has_parameters {
        statuses.push("422");
    }
    statuses.push("500");
    statuses
}

/// `post /api/v1/inbox/{id}:accept` as `post-inbox-id-accept`.
fn name_of(row: &Row) -> String {
    let words = row.path.trim_start_matches("/api/v1").split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = row.method.to_lowercase();
    for word in words {
        name.push('-');
        name.push_str(word);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_operation_is_described_twice_and_every_answer_is_known() {
        let mut seen = BTreeSet::new();
        for one in all() {
            assert!(seen.insert((one.method, one.path)), "{} {}", one.method, one.path);
            assert!(told::answer(one.method, one.path).is_some(), "{} {}", one.method, one.path);
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let table: Vec<Row> = all().iter().map(|one| Row { method: one.method, path: one.path, need: Need::Team }).collect();
        let described = describe(&table);
        let text = described.to_string();
        for reference in text.split("\"$ref\":\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(described.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
        }
        for name in described["components"]["schemas"].as_object().unwrap().keys() {
            assert!(text.contains(&format!("#/components/schemas/{name}\"")), "{name} is used nowhere");
        }
    }
}
