//! `/cve/{id}` and its containers. The checks come in the order of the real service: who, form, values, whose id, then the record's state.

use super::answers::{answer, bad_input, no, no_with};
use super::{Caller, CveServer};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const APPEARS: &str = "This submission should appear on https://cveawg.mitre.org/api within 15 minutes.";

pub(super) async fn show(State(server): State<CveServer>, Path(id): Path<String>) -> Response {
    match server.kept().records.get(&id) {
        Some(record) => answer(200, record.clone()),
        None => no(404, "CVE_RECORD_DNE", "The cve record for the cve id does not exist."),
    }
}

/// Texts without the spaces around them, everywhere.
fn trimmed(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.trim().to_owned()),
        Value::Array(list) => Value::Array(list.into_iter().map(trimmed).collect()),
        Value::Object(members) => Value::Object(members.into_iter().map(|(name, value)| (name, trimmed(value))).collect()),
        other => other,
    }
}

fn container(bytes: &Bytes) -> Result<Value, Response> {
    let body: Value = serde_json::from_slice(bytes).map_err(|fault| no(400, "INVALID_JSON_SYNTAX", &fault.to_string()))?;
    body.get("cnaContainer").cloned().map(trimmed).ok_or_else(|| {
        let error = json!({ "instancePath": "", "message": "must have required property 'cnaContainer'" });
        no_with(400, "INVALID_JSON_SCHEMA", "CVE cnaContainer JSON schema validation FAILED.", json!({ "errors": [error] }))
    })
}

fn one_english(list: &Value, param: &str) -> Result<(), Response> {
    let langs = list.as_array().into_iter().flatten().filter_map(|one| one.get("lang")?.as_str().map(str::to_lowercase));
    let mut english: Vec<String> = langs.filter(|lang| lang.starts_with("en")).collect();
    let all = english.len();
    english.sort();
    english.dedup();
    if english.len() == all {
        Ok(())
    } else {
        Err(bad_input(&format!("Cannot have more than one English language entry in '{param}'"), param))
    }
}

/// Who asks and the container, when everything before the record's own state is right.
fn admitted(server: &CveServer, headers: &HeaderMap, id: &str, bytes: &Bytes, rejecting: bool) -> Result<(Caller, Value), Response> {
    let caller = server.cna(headers)?;
    let mut cna = container(bytes)?;
    let now = server.now();
    cna["providerMetadata"] = json!({ "orgId": caller.org.uuid, "shortName": caller.org.short_name, "dateUpdated": now.to_string() });
    let errors = if rejecting { server.schema().rejected(&cna) } else { server.schema().published(&cna) };
    if !errors.is_empty() {
        return Err(no_with(400, "INVALID_JSON_SCHEMA", "CVE cnaContainer JSON schema validation FAILED.", json!({ "errors": errors })));
    }
    if rejecting {
        one_english(&cna["rejectedReasons"], "cnaContainer.rejectedReasons")?;
    } else {
        one_english(&cna["descriptions"], "cnaContainer.descriptions")?;
        let date: Option<Timestamp> = cna.get("datePublic").and_then(Value::as_str).and_then(|text| text.parse().ok());
        // There is a day of grace.
        if date.is_some_and(|date| date > now.checked_add(SignedDuration::from_hours(24)).unwrap()) {
            return Err(bad_input("datePublic cannot be a future date", "cnaContainer.datePublic"));
        }
    }
    let owner = server.kept().ids.get(id).map(|one| one.owner.clone());
    if owner.as_deref() != Some(caller.org.short_name) {
        return Err(no(403, "ORG_DOES_NOT_OWN_ID", &format!("{} does not own {id}", caller.org.short_name)));
    }
    Ok((caller, cna))
}

fn keep(server: &CveServer, id: &str, state: &'static str, record: Value) {
    let now = server.now();
    let mut kept = server.kept();
    kept.records.insert(id.to_owned(), record);
    if let Some(one) = kept.ids.get_mut(id) {
        (one.state, one.modified) = (state, now);
    }
}

fn base(server: &CveServer, caller: &Caller, id: &str, state: &str, cna: Value) -> Value {
    let now = server.now().to_string();
    let reserved = server.kept().ids.get(id).map(|one| one.reserved.to_string()).unwrap_or_default();
    let dated = if state == "REJECTED" { "dateRejected" } else { "datePublished" };
    json!({
        "dataType": "CVE_RECORD", "dataVersion": "5.1",
        "cveMetadata": { "cveId": id, "assignerOrgId": caller.org.uuid, "assignerShortName": caller.org.short_name, "state": state,
            "dateReserved": reserved, "dateUpdated": now, dated: now },
        "containers": { "cna": cna },
    })
}

pub(super) async fn create(State(server): State<CveServer>, headers: HeaderMap, Path(id): Path<String>, bytes: Bytes) -> Response {
    let (caller, cna) = match admitted(&server, &headers, &id, &bytes, false) {
        Ok(admitted) => admitted,
        Err(answer) => return answer,
    };
    if server.record(&id).is_some() {
        return no(403, "CVE_RECORD_EXISTS", "The cve record for the cve id already exists.");
    }
    let record = base(&server, &caller, &id, "PUBLISHED", cna);
    keep(&server, &id, "PUBLISHED", record.clone());
    answer(200, json!({ "message": format!("{id} record was successfully created. {APPEARS}"), "created": record }))
}

pub(super) async fn replace(State(server): State<CveServer>, headers: HeaderMap, Path(id): Path<String>, bytes: Bytes) -> Response {
    let (_, cna) = match admitted(&server, &headers, &id, &bytes, false) {
        Ok(admitted) => admitted,
        Err(answer) => return answer,
    };
    let Some(mut record) = server.record(&id) else {
        return no(403, "CVE_RECORD_DNE", "The cve record for the cve id does not exist.");
    };
    record["cveMetadata"]["state"] = json!("PUBLISHED");
    record["cveMetadata"]["dateUpdated"] = json!(server.now().to_string());
    if let Some(metadata) = record["cveMetadata"].as_object_mut() {
        metadata.remove("dateRejected");
    }
    record["containers"]["cna"] = cna;
    keep(&server, &id, "PUBLISHED", record.clone());
    answer(200, json!({ "message": format!("{id} record was successfully updated. {APPEARS}"), "updated": record }))
}

pub(super) async fn reject(State(server): State<CveServer>, headers: HeaderMap, Path(id): Path<String>, bytes: Bytes) -> Response {
    let (caller, cna) = match admitted(&server, &headers, &id, &bytes, true) {
        Ok(admitted) => admitted,
        Err(answer) => return answer,
    };
    if server.record(&id).is_some() {
        return no(400, "CVE_RECORD_EXISTS", "The cve record for the cve id already exists.");
    }
    let record = base(&server, &caller, &id, "REJECTED", cna);
    keep(&server, &id, "REJECTED", record.clone());
    answer(200, json!({ "message": format!("{id} record was successfully submitted."), "created": record }))
}

pub(super) async fn reject_existing(State(server): State<CveServer>, headers: HeaderMap, Path(id): Path<String>, bytes: Bytes) -> Response {
    let (_, cna) = match admitted(&server, &headers, &id, &bytes, true) {
        Ok(admitted) => admitted,
        Err(answer) => return answer,
    };
    let Some(mut record) = server.record(&id) else {
        return no(400, "CVE_RECORD_DNE", "The cve record for the cve id does not exist.");
    };
    let now = json!(server.now().to_string());
    record["cveMetadata"]["state"] = json!("REJECTED");
    record["cveMetadata"]["dateRejected"] = now.clone();
    record["cveMetadata"]["dateUpdated"] = now;
    record["containers"] = json!({ "cna": cna });
    keep(&server, &id, "REJECTED", record.clone());
    answer(200, json!({ "message": format!("{id} record was successfully submitted."), "updated": record }))
}
