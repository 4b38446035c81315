//! The API's description (OpenAPI 3.1), made from the same table as the router: an address that is not in it does not exist.

use super::found;
use crate::app::App;
use crate::doors::{Need, Row};
use crate::stop::Answer;
use axum::extract::State;
use serde_json::{Value, json};

/// What the fields of a request are: (method, path, fields). An asterisk marks a needed one.
const BODIES: &[(&str, &str, &[&str])] = &[
    ("POST", "/api/v1/inbox/{id}:accept", &["title"]),
    ("POST", "/api/v1/inbox/{id}:duplicate", &["of*", "message"]),
    ("POST", "/api/v1/inbox/{id}:decline", &["reason*", "message"]),
    ("POST", "/api/v1/inbox/{id}:ask", &["message*"]),
    ("POST", "/api/v1/inbox/{id}:release", &[]),
    ("POST", "/api/v1/inbox/{id}:reopen", &[]),
    ("POST", "/api/v1/inbox/{id}:attach", &[]),
    ("POST", "/api/v1/inbox/{id}:discard", &["reason*"]),
    ("POST", "/api/v1/inbox/{id}:explain", &["clock*", "reason*"]),
    ("POST", "/api/v1/inbox/{id}:pause", &["clock*", "cause*", "reason*"]),
    ("POST", "/api/v1/inbox/{id}:resume", &["clock*"]),
    ("POST", "/api/v1/inbox/{id}/notes", &["text*"]),
    ("POST", "/api/v1/inbox/{id}/date", &["answer*", "ends_at", "zone", "reason"]),
    ("POST", "/api/v1/inbox/{id}/messages", &["text*", "question"]),
    ("POST", "/api/v1/cases/{id}/notes", &["text*"]),
    ("POST", "/api/v1/cases/{id}/messages", &["text*", "question", "report"]),
    ("POST", "/api/v1/cases/{id}/vulnerabilities", &["id", "title*", "description", "cwe", "cve"]),
    ("POST", "/api/v1/cases/{id}/scores", &["vulnerability*", "vector*", "justification"]),
    ("POST", "/api/v1/cases/{id}/impacts", &["vulnerability*", "product*", "status*", "versions", "fixed_in", "justification", "note"]),
    (
        "POST",
        "/api/v1/cases/{id}/remediations",
        &["id", "vulnerability*", "kind*", "state*", "due", "products", "text", "text_zh", "url", "owner"],
    ),
    ("POST", "/api/v1/cases/{id}/embargo", &["ask*", "ends_at", "zone", "reason"]),
    ("POST", "/api/v1/cases/{id}/uniqueness", &["duplicate_of"]),
    ("POST", "/api/v1/cases/{id}/state", &["ask*", "disposition", "reason"]),
    ("POST", "/api/v1/cases/{id}/plan", &["lines*", "approve"]),
    ("POST", "/api/v1/cases/{id}/owner", &["person*"]),
    ("POST", "/api/v1/cases/{id}/participants", &["person*"]),
    ("POST", "/api/v1/cases/{id}/advisory", &[]),
    ("PATCH", "/api/v1/advisories/{id}", &["kind*", "title*", "summary*", "action*", "credits", "references", "change"]),
    ("POST", "/api/v1/advisories/{id}:submit", &[]),
    ("POST", "/api/v1/advisories/{id}:revise", &[]),
    ("POST", "/api/v1/advisories/{id}:send-back", &["comment*"]),
    ("POST", "/api/v1/advisories/{id}:approve", &["hash*"]),
    ("POST", "/api/v1/advisories/{id}:publish", &["confirm", "end_embargo"]),
    ("POST", "/api/v1/advisories/{id}:withdraw", &["reason*"]),
    ("POST", "/api/v1/products", &["id*", "name*", "family", "cpe", "purl", "versions", "supported_until"]),
    ("POST", "/api/v1/users", &["name*", "roles*"]),
    ("POST", "/api/v1/audit:verify", &[]),
    ("POST", "/api/v1/cvss:score", &["vector*"]),
];

pub async fn show(State(app): State<App>) -> Answer {
    found(&describe(&crate::rooms::all(&app).into_table()))
}

/// Whether a row of the table belongs to the API.
pub fn is_api(row: &Row) -> bool {
    row.path.starts_with("/api/") || row.path == "/metrics"
}

/// The description of every API row.
pub fn describe(table: &[Row]) -> Value {
    let mut paths = serde_json::Map::new();
    for row in table.iter().filter(|row| is_api(row)) {
        let entry = paths.entry(row.path).or_insert_with(|| json!({}));
        if let Some(entry) = entry.as_object_mut() {
            entry.insert(row.method.to_lowercase(), operation(row));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Wardroom desk API", "version": "1", "description": "Instants are RFC 3339 in UTC. Lists are `data` and `next_cursor`. Errors are RFC 9457 problems with a `code`. What you may not see is 404. Enumerations may grow." },
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "bearerFormat": "wr_pat_…" } },
            "schemas": { "Problem": {
                "type": "object", "required": ["type", "title", "status", "code"],
                "properties": {
                    "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" }, "detail": { "type": "string" }, "code": { "type": "string" },
                    "errors": { "type": "array", "items": { "type": "object" } },
                },
            } },
        },
    })
}

fn operation(row: &Row) -> Value {
    let problem = json!({ "description": "a problem in words", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } });
    let media = if row.path == "/metrics" { "text/plain" } else { "application/json" };
    let mut operation = json!({
        "summary": format!("{} {}", row.method, row.path),
        "x-needs": row.need.describe(),
        "responses": { "200": { "description": "done", "content": { media: {} } }, "default": problem },
    });
    let Some(object) = operation.as_object_mut() else { return operation };
    if row.need != Need::Nobody {
        object.insert("security".to_owned(), json!([{ "token": [] }]));
    }
    if row.path.contains("{id}") {
        object.insert(
            "parameters".to_owned(),
            json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" }, "description": "id or number" }]),
        );
    }
    if let Some((_, _, fields)) = BODIES.iter().find(|(method, path, _)| *method == row.method && *path == row.path) {
        let properties: serde_json::Map<String, Value> =
            fields.iter().map(|field| (field.trim_end_matches('*').to_owned(), json!({}))).collect();
        let required: Vec<&str> = fields.iter().filter_map(|field| field.strip_suffix('*')).collect();
        let schema = json!({ "type": "object", "properties": properties, "required": required });
        object.insert("requestBody".to_owned(), json!({ "content": { "application/json": { "schema": schema } } }));
    }
    operation
}

#[cfg(test)]
mod tests {
    use super::BODIES;

    #[test]
    fn no_request_is_described_twice() {
        for (index, (method, path, _)) in BODIES.iter().enumerate() {
            assert!(!BODIES[..index].iter().any(|(m, p, _)| m == method && p == path), "{method} {path}");
        }
    }

    /// Every described request, for the test against the table of routes.
    #[test]
    fn every_field_has_a_name() {
        assert!(BODIES.iter().flat_map(|(_, _, fields)| fields.iter()).all(|field| !field.trim_end_matches('*').is_empty()));
    }
}

/// The described requests: (method, path).
pub fn described() -> impl Iterator<Item = (&'static str, &'static str)> {
    BODIES.iter().map(|(method, path, _)| (*method, *path))
}
