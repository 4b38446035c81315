//! "Can you read me?" on the key page and for programs.

use crate::scene::Visitor;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::Value;

const GOOD: &str = "-----BEGIN%20PGP%20MESSAGE-----%0A%0Aforthelamp%0A-----END%20PGP%20MESSAGE-----";

#[tokio::test]
async fn the_form_works_without_script_and_says_yes_or_no() {
    let mut visitor = Visitor::new(Vec::new());
    let page = visitor.get("/pgp?lang=en").await;
    assert!(page.text.contains("action=\"/pgp/test\"") && page.text.contains("[pgp-test]"), "{}", page.text);
    let yes = visitor.post("/pgp/test?lang=en", &format!("message={GOOD}")).await;
    assert_eq!(yes.status, StatusCode::OK);
    assert!(yes.text.contains("Yes, we can read you.") && yes.text.contains("encrypted to our key E95F 7D0B"), "{}", yes.text);
    assert_eq!(yes.header("cache-control"), "no-store");
    let no = visitor.post("/pgp/test?lang=zh", "message=-----BEGIN+PGP+MESSAGE-----%0D%0A%0D%0Ax").await;
    assert!(no.text.contains("无法打开") && !no.text.contains("我们能读到。"), "{}", no.text);
    let wrong = visitor.post("/pgp/test?lang=en", "message=%3Cscript%3Ehello").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("Paste the whole block") && !wrong.text.contains("<script>hello"));
    assert_eq!(visitor.get("/pgp/test").await.status, StatusCode::SEE_OTHER);
    // Two are left of six; then it is enough for a while.
    for expected in [200, 200, 200, 429] {
        assert_eq!(visitor.post("/pgp/test", &format!("message={GOOD}")).await.status.as_u16(), expected);
    }
}

#[tokio::test]
async fn programs_get_two_fields() {
    let mut visitor = Visitor::new(Vec::new());
    let block = "-----BEGIN PGP MESSAGE-----\n\nforthelamp\n-----END PGP MESSAGE-----";
    let request = |kind: &str, body: String| Request::post("/api/v1/pgp-test").header("content-type", kind).body(Body::from(body)).unwrap();
    let sent = visitor.send(request("application/json", serde_json::json!({"message": block}).to_string())).await;
    let found: Value = serde_json::from_str(&sent.text).unwrap();
    assert_eq!(found, serde_json::json!({"readable": true, "fingerprint": "E95F7D0B60880E837F3B46226DAB53B139D93A00"}));
    let sent = visitor.send(request("text/plain", block.replace("forthelamp", "x"))).await;
    let found: Value = serde_json::from_str(&sent.text).unwrap();
    assert_eq!(found, serde_json::json!({"readable": false, "fingerprint": null}));
    assert_eq!(visitor.send(request("application/json", "{".into())).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(visitor.send(request("application/json", "{}".into())).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let long = format!("{block}\n{}", "x".repeat(65_536));
    assert_eq!(visitor.send(request("text/plain", long)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}
