//! The description of the API against the router, both ways: no route without a description, no description without a route, and every
//! example is an example of its schema's members. What the running server answers, schemathesis asks (the binary's stories).

use crate::scene::Visitor;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::Value;
use std::collections::BTreeSet;
use wardroom_web::Problem;

const VERBS: [&str; 6] = ["get", "head", "post", "put", "patch", "delete"];

/// The addresses of the API as the router is written: axum does not tell its routes.
fn routed() -> BTreeSet<&'static str> {
    let source = include_str!("../../src/lib.rs");
    let paths = source.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
    paths.filter(|path| path.starts_with("/api/") || matches!(*path, "/healthz" | "/readyz")).collect()
}

/// The methods an address takes, as it says itself when asked with another one.
async fn methods(visitor: &mut Visitor, path: &str) -> BTreeSet<String> {
    let answer = visitor.send(Request::builder().method("TRACE").uri(path).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    answer.header("allow").split(',').map(|one| one.trim().to_lowercase()).filter(|one| !one.is_empty()).collect()
}

async fn description(visitor: &mut Visitor) -> Value {
    visitor.get("/api/v1/openapi.json").await.json()
}

#[tokio::test]
async fn every_route_is_described_and_every_description_has_a_route() {
    let mut visitor = Visitor::new(Vec::new());
    let told = description(&mut visitor).await;
    let described: BTreeSet<&str> = told["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(routed(), described);
    assert!(described.len() >= 15, "{described:?}");
    for path in described {
        let operations = told["paths"][path].as_object().unwrap();
        let mut said: BTreeSet<String> = operations.keys().filter(|key| VERBS.contains(&key.as_str())).cloned().collect();
        // HEAD comes with every GET; it is described where it is of use by itself.
        if said.contains("get") {
            said.insert("head".to_owned());
        }
        assert_eq!(methods(&mut visitor, path).await, said, "{path}");
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_every_operation_has_its_own_name() {
    let mut visitor = Visitor::new(Vec::new());
    let told = description(&mut visitor).await;
    let mut names = BTreeSet::new();
    let mut references = BTreeSet::new();
    walk(&told, &mut |name, value| match (name, value) {
        ("$ref", Value::String(to)) => drop(references.insert(to.clone())),
        ("operationId", Value::String(id)) => assert!(names.insert(id.clone()), "{id} stands twice"),
        _ => {}
    });
    for to in &references {
        assert!(told.pointer(to.trim_start_matches('#')).is_some(), "{to} leads nowhere");
    }
    for kind in ["schemas", "responses"] {
        for name in told["components"][kind].as_object().unwrap().keys() {
            assert!(references.contains(&format!("#/components/{kind}/{name}")), "{kind}/{name} is used nowhere");
        }
    }
}

#[tokio::test]
async fn every_test_of_documents_is_named() {
    let mut visitor = Visitor::new(Vec::new());
    let told = description(&mut visitor).await;
    let listed = &told["components"]["schemas"]["Validation"]["properties"]["tests"]["items"]["oneOf"][1]["properties"]["name"]["enum"];
    let offered = visitor.get("/api/v1/tests").await.json();
    let names: Vec<&Value> = offered.as_array().unwrap().iter().map(|test| &test["name"]).collect();
    assert!(listed.as_array().unwrap().iter().eq(names.iter().copied()), "put there: {}", serde_json::json!(names));
}

#[tokio::test]
async fn every_kind_of_problem_is_described() {
    let mut visitor = Visitor::new(Vec::new());
    let told = description(&mut visitor).await;
    let described: BTreeSet<&str> = told["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let made: BTreeSet<&str> = Problem::kinds().iter().map(|problem| problem.code).collect();
    assert_eq!(described, made);
    let page = visitor.get("/problems").await.text;
    assert!(made.iter().all(|code| page.contains(&format!("id=\"{code}\""))), "{page}");
}

fn walk(value: &Value, see: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                see(name, value);
                walk(value, see);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, see)),
        _ => {}
    }
}
