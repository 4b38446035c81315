//! The API for programs.

use crate::scene::Visitor;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

fn post(path: &str, body: &Value, extra: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    for (name, value) in extra {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_string())).unwrap()
}

#[tokio::test]
async fn a_program_hands_in_follows_and_answers() {
    let mut visitor = Visitor::new(Vec::new());
    let report = json!({
        "title": "Unsigned update", "description": "It installs anything.", "kind": "product_vulnerability",
        "product": "Wick 100", "contact": "ada@example.org", "fields": {"attack_path": "LAN"}, "nested": {"a": 1},
        "attachments": [{"name": "../poc.py", "content": "cHJpbnQoMSk="}]
    });
    let made = visitor.send(post("/api/v1/reports", &report, &[("idempotency-key", "0123456789abcdef0123")])).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let body = made.json();
    assert_eq!(body["report"], "R-2026-0001");
    assert_eq!(body["received_at"], "2026-11-21T10:00:00Z");
    assert_eq!((&body["promises"][0]["kind"], &body["promises"][0]["due"]), (&json!("first_response"), &json!("2026-11-23T10:00:00Z")));
    {
        let kept = visitor.house.kept.lock().unwrap();
        let report = &kept[0].report;
        assert_eq!(
            (report.title.as_str(), report.text.as_str(), report.sender_address.as_str()),
            ("Unsigned update", "It installs anything.", "ada@example.org")
        );
        let own = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(report.fields, [own("attack_path", "LAN"), own("nested", "{\"a\":1}"), own("product", "Wick 100")]);
        assert_eq!((report.attachments[0].name.as_str(), report.attachments[0].bytes.as_slice()), ("poc.py", b"print(1)".as_slice()));
    }
    let again = visitor.send(post("/api/v1/reports", &report, &[("idempotency-key", "0123456789abcdef0123")])).await;
    assert_eq!(again.json()["receipt_code"], body["receipt_code"]);

    let receipt = format!("Receipt {}", body["receipt_code"].as_str().unwrap());
    let said = visitor.send(post("/api/v1/reports/self/messages", &json!({"text": "more"}), &[("authorization", &receipt)])).await;
    assert_eq!(said.status, StatusCode::CREATED, "{}", said.text);
    let look = visitor.get_with("/api/v1/reports/self", "authorization", &receipt).await;
    let body = look.json();
    assert_eq!((&body["state"], &body["messages"][0]["text"], &body["we_owe"]), (&json!("received"), &json!("more"), &json!(true)));
}

#[tokio::test]
async fn refusals_are_problems_with_all_faults() {
    let mut visitor = Visitor::new(Vec::new());
    let bad = visitor.send(post("/api/v1/reports", &json!({"email": "x", "kind": "odd"}), &[])).await;
    assert_eq!((bad.status, bad.header("content-type")), (StatusCode::UNPROCESSABLE_ENTITY, "application/problem+json"));
    let pointers: Vec<String> =
        bad.json()["errors"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap().to_owned()).collect();
    assert_eq!(pointers, ["/description", "/email", "/kind"]);
    let nothing = visitor.send(Request::post("/api/v1/reports").body(Body::from("[1]")).unwrap()).await;
    assert_eq!(nothing.status, StatusCode::BAD_REQUEST);
    assert_eq!(visitor.get("/api/v1/reports/self").await.status, StatusCode::UNAUTHORIZED);
    let typo = visitor.get_with("/api/v1/reports/self", "authorization", "Receipt AAAAA").await;
    assert_eq!(typo.status, StatusCode::UNAUTHORIZED);
    let other = wardroom_seal::ReceiptCode::make(&mut wardroom_seal::SeededChance::new(77));
    let unknown = visitor.get_with("/api/v1/reports/self", "authorization", &format!("Receipt {other}")).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(visitor.house.kept.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_description_of_the_api_names_every_address() {
    let mut visitor = Visitor::new(Vec::new());
    let body = visitor.get("/api/v1/openapi.json").await.json();
    assert_eq!(body["openapi"], "3.1.0");
    for path in ["/api/v1/reports", "/api/v1/reports/self", "/api/v1/reports/self/messages"] {
        assert!(body["paths"][path].is_object(), "{path}");
    }
    assert_eq!(visitor.get("/healthz").await.text, "ok\n");
    assert_eq!(visitor.get("/readyz").await.status, StatusCode::OK);
}
