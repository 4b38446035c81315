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
    assert_eq!(pointers, ["/description", "/kind"]);
    let bad = visitor.send(post("/api/v1/reports", &json!({"description": 7, "title": "t"}), &[("accept-language", "zh")])).await;
    let body = bad.json();
    assert_eq!((&body["errors"][0]["pointer"], &body["errors"][0]["code"]), (&json!("/description"), &json!("type")));
    assert_eq!((bad.header("content-language"), &body["title"]), ("zh", &json!("部分内容不符合要求")));
    assert!(body["type"].as_str().unwrap().ends_with("/problems#unprocessable") && body["trace_id"].as_str().unwrap().len() == 8);
    let page = visitor.get("/problems").await;
    assert!(page.status == StatusCode::OK && page.text.contains("id=\"unprocessable\""), "{}", page.text);
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
async fn what_is_no_json_of_ours_is_said_exactly() {
    let mut visitor = Visitor::new(Vec::new());
    let mut send = async |body: Vec<u8>, media: &'static str| {
        let answer =
            visitor.send(Request::post("/api/v1/reports").header(header::CONTENT_TYPE, media).body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text);
        let body = answer.json();
        (answer.status.as_u16(), body["code"].as_str().unwrap().to_owned(), body["detail"].as_str().unwrap().to_owned())
    };
    let json = "application/json";
    for (body, word) in [
        (b"{\"description\":\"\xff\"}".to_vec(), "UTF-8"),
        ("[".repeat(200_000).into_bytes(), "deeper"),
        (format!("{{{}\"z\":1}}", "\"k\":1,".repeat(500_000)).into_bytes(), "more than"),
        (b"{\"title\":\"x\",\"title\":\"y\"}".to_vec(), "title"),
        (b"{\"a\":1,}".to_vec(), "column"),
        (b"\"text\"".to_vec(), "JSON object"),
    ] {
        let (status, code, detail) = send(body, json).await;
        assert_eq!((status, code.as_str()), (400, "malformed"), "{detail}");
        assert!(detail.contains(word), "{word}: {detail}");
    }
    assert_eq!(send(b"<x/>".to_vec(), "application/xml").await.0, 415);
    assert_eq!(send(b"a=b".to_vec(), "application/x-www-form-urlencoded").await.0, 415);
    assert_eq!(send(b"hello".to_vec(), "text/plain").await.0, 422);
    assert_eq!(send(b"{\"__proto__\":{\"admin\":true}}".to_vec(), json).await.0, 422);
    let odd = visitor.send(Request::delete("/api/v1/reports").body(Body::empty()).unwrap()).await;
    assert_eq!(
        (odd.status, odd.header("content-type"), odd.header("allow")),
        (StatusCode::METHOD_NOT_ALLOWED, "application/problem+json", "POST")
    );
    assert!(visitor.house.kept.lock().unwrap().is_empty());
}

#[tokio::test]
async fn tools_send_their_own_shapes() {
    let mut visitor = Visitor::new(Vec::new());
    let github = json!({"summary": "Unsigned update", "description": "It installs anything.", "cwe_ids": ["CWE-347"],
        "vulnerabilities": [{"package": {"name": "Wick 100", "ecosystem": "other"}, "vulnerable_version_range": "<= 2.3.4"}]});
    let made = visitor.send(post("/api/v1/reports", &github, &[])).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let sarif = json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "CodeQL"}}, "results": [
        {"ruleId": "overflow", "message": {"text": "len is not checked"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "update.c"}}}]}]}]});
    let line = "----x\r\nContent-Disposition: form-data; name=";
    let body = format!(
        "{line}\"email\"\r\n\r\nada@example.org\r\n{line}\"sarif\"; filename=\"scan.sarif\"\r\nContent-Type: application/sarif+json\r\n\r\n{sarif}\r\n\
         {line}\"poc\"; filename=\"poc/run.py\"\r\n\r\nprint(1)\r\n----x--\r\n"
    );
    let request = Request::post("/api/v1/reports").header(header::CONTENT_TYPE, "multipart/form-data; boundary=--x");
    let made = visitor.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let payload = "-----BEGIN PGP MESSAGE-----\n\nwV4D\n-----END PGP MESSAGE-----\n";
    let request = Request::post("/api/v1/reports").header(header::CONTENT_TYPE, "application/pgp-encrypted");
    assert_eq!(visitor.send(request.body(Body::from(payload)).unwrap()).await.status, StatusCode::CREATED);
    let sent = visitor.send(post("/api/v1/reports", &json!({"payload": payload}), &[])).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
    let kept = visitor.house.kept.lock().unwrap();
    let field =
        |at: usize, id: &str| kept[at].report.fields.iter().find(|(name, _)| name == id).map(|(_, text)| text.clone()).unwrap_or_default();
    assert_eq!(
        (field(0, "shape"), field(0, "product"), field(0, "version")),
        ("github".into(), "Wick 100 (other)".into(), "<= 2.3.4".into())
    );
    assert_eq!(kept[0].report.original.as_deref(), Some(github.to_string().as_bytes()));
    assert_eq!((field(1, "shape"), field(1, "component")), ("sarif".into(), "update.c".into()));
    assert_eq!(kept[1].report.sender_address, "ada@example.org");
    assert_eq!(kept[1].report.attachments.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["scan.sarif", "run.py"]);
    assert!(kept[2].report.payload.starts_with(b"-----BEGIN PGP MESSAGE") && kept[3].report.payload == kept[2].report.payload);
}

/// Parts of a form: name, file name, content.
fn form(path: &str, parts: &[(&str, &str, &[u8])], extra: &[(&str, &str)]) -> Request<Body> {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let head = format!("----x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\r\n");
        body.extend([head.as_bytes(), content, b"\r\n"].concat());
    }
    body.extend_from_slice(b"----x--\r\n");
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=--x");
    for (name, value) in extra {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body)).unwrap()
}

#[tokio::test]
async fn a_file_that_may_be_the_report_is_taken_without_a_word_beside_it() {
    let mut visitor = Visitor::new(Vec::new());
    let large = format!("{{\"version\": \"2.1.0\", \"runs\": [{}]}}", " ".repeat(100_000));
    let sent =
        visitor.send(form("/api/v1/reports", &[("sarif", "scan.sarif", large.as_bytes()), ("poc", "run.py", b"print(1)")], &[])).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
    let zipped = visitor.send(form("/api/v1/reports", &[("files", "all.zip", b"PK\x03\x04")], &[])).await;
    assert_eq!(zipped.status, StatusCode::CREATED, "{}", zipped.text);
    let picture = visitor.send(form("/api/v1/reports", &[("files", "a.png", b"\x89PNG")], &[])).await;
    assert_eq!((picture.status, &picture.json()["errors"][0]["pointer"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("/description")));
    let kept = visitor.house.kept.lock().unwrap();
    assert_eq!((kept[0].report.uploads.len(), kept[0].report.attachments.len(), kept[0].report.text.as_str()), (1, 1, ""));
    assert_eq!((kept.len(), kept[1].report.attachments[0].name.as_str()), (2, "all.zip"));
}

#[tokio::test]
async fn files_are_added_to_a_report_by_name_or_as_they_are() {
    let mut visitor = Visitor::new(Vec::new());
    let made = visitor.send(post("/api/v1/reports", &json!({"description": "x"}), &[])).await;
    let receipt = format!("Receipt {}", made.json()["receipt_code"].as_str().unwrap());
    let code = [("authorization", receipt.as_str())];
    let path = "/api/v1/reports/self/files";
    let begun = visitor.send(post("/api/v1/uploads", &json!({"name": "a.bin", "length": 0}), &[])).await.json();
    let named = visitor.send(post(path, &json!({"uploads": [begun["upload"], begun["upload"]]}), &code)).await;
    assert_eq!(named.status, StatusCode::CREATED, "{}", named.text);
    let sent = visitor.send(form(path, &[("any", "b.txt", b"hello")], &code)).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
    assert_eq!(visitor.house.kept.lock().unwrap()[0].report.uploads.len(), 2);
    for (body, status, pointer) in [
        (json!({}), 422, "/uploads"),
        (json!({"uploads": []}), 422, "/uploads"),
        (json!({"uploads": "x"}), 422, "/uploads"),
        (json!({"uploads": [7]}), 422, "/uploads/0"),
        (json!({"uploads": ["wr_upl_gone"]}), 404, "/uploads/0"),
    ] {
        let refused = visitor.send(post(path, &body, &code)).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["errors"][0]["pointer"]), (status, &json!(pointer)), "{body}");
    }
    let nothing = visitor.send(form(path, &[], &code)).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", nothing.text);
    let stranger = visitor.send(form(path, &[("any", "b.txt", b"hello")], &[])).await;
    assert_eq!((stranger.status, stranger.header("www-authenticate")), (StatusCode::UNAUTHORIZED, "Receipt realm=\"wardroom\""));
    let gone = visitor.send(post("/api/v1/reports", &json!({"description": "x", "uploads": ["wr_upl_gone"]}), &[])).await;
    assert_eq!((gone.status.as_u16(), &gone.json()["errors"][0]["pointer"]), (422, &json!("/uploads")), "nothing goes missing in silence");
}

#[tokio::test]
async fn two_things_at_once_are_refused_and_the_log_tells_its_growth() {
    let mut visitor = Visitor::new(Vec::new());
    let made = visitor.send(post("/api/v1/reports", &json!({"description": "x"}), &[])).await;
    let receipt = format!("Receipt {}", made.json()["receipt_code"].as_str().unwrap());
    let code = [("authorization", receipt.as_str())];
    for (what, body) in [
        ("dates", json!({"accept": true, "zone": "UTC"})),
        ("dates", json!({"accept": true, "ends_at": "2027-02-01T00:00:00Z"})),
        ("credit", json!({"anonymous": true, "name": "Ada"})),
        ("credit", json!({"name": "Ada", "reason": "x"})),
        ("credit", json!({"agree": true, "name": "Ada"})),
    ] {
        let refused = visitor.send(post(&format!("/api/v1/reports/self/{what}"), &body, &code)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{what} {body}: {}", refused.text);
    }
    let mut proof =
        async |query: &str| visitor.get_with(&format!("/api/v1/reports/self/receipt/consistency{query}"), "authorization", &receipt).await;
    let told = proof("?first=9&second=4").await;
    assert_eq!((told.status, &told.json()["first"], &told.json()["second"]), (StatusCode::OK, &json!(4), &json!(9)));
    assert_eq!(proof("?first=4&second=40").await.status, StatusCode::CONFLICT);
    for bad in ["", "?first=4", "?first=0&second=4", "?first=-1&second=4", "?first=4&second=4e1"] {
        assert_eq!(proof(bad).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
}

#[tokio::test]
async fn an_idempotency_key_is_for_one_report() {
    let mut visitor = Visitor::new(Vec::new());
    let key = [("idempotency-key", "k-1")];
    assert_eq!(visitor.send(post("/api/v1/reports", &json!({"description": "a"}), &key)).await.status, StatusCode::CREATED);
    let other = visitor.send(post("/api/v1/reports", &json!({"description": "b"}), &key)).await;
    assert_eq!((other.status, &other.json()["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("idempotency-key-reused")));
    let long = "k".repeat(300);
    let bad = visitor.send(post("/api/v1/reports", &json!({"description": "c"}), &[("idempotency-key", &long)])).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    let extra = visitor.send(post("/api/v1/reports/self/messages", &json!({"text": "x"}), &[])).await;
    assert_eq!(extra.status, StatusCode::UNAUTHORIZED);
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

/// A document of 2.0 with one fault of the schema and one of 6.1.1.
fn faulty_document() -> Value {
    json!({
        "document": {"category": "csaf_base", "csaf_version": "2.0", "title": "T"},
        "vulnerabilities": [{"title": "V", "product_status": {"fixed": ["P1"]}}]
    })
}

#[tokio::test]
async fn documents_are_checked_in_the_shape_of_the_known_service() {
    let mut visitor = Visitor::new(Vec::new());
    let offered = visitor.get("/api/v1/tests").await.json();
    assert_eq!(offered[0], json!({"name": "csaf_2_0", "preset": "schema"}));
    assert!(offered.as_array().unwrap().contains(&json!({"name": "optionalTest_6_2_20", "preset": "optional"})));
    let asked = json!({"tests": [{"type": "test", "name": "mandatoryTest_6_1_1"}, {"type": "preset", "name": "schema"}], "document": faulty_document()});
    let answer = visitor.send(post("/api/v1/validate", &asked, &[])).await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"));
    let answer = answer.json();
    assert_eq!(answer["isValid"], false);
    assert_eq!(answer["tests"].as_array().unwrap().len(), 2);
    assert_eq!((&answer["tests"][0]["name"], &answer["tests"][1]["name"]), (&json!("csaf_2_0"), &json!("mandatoryTest_6_1_1")));
    assert_eq!(answer["tests"][1]["errors"][0]["instancePath"], "/vulnerabilities/0/product_status/fixed/0");
    assert!(answer["tests"][1]["errors"][0]["message"].is_string() && answer["tests"][1]["warnings"] == json!([]));
}

#[tokio::test]
async fn what_cannot_be_checked_is_told_by_its_place() {
    let mut visitor = Visitor::new(Vec::new());
    for (body, pointers) in [
        (json!({}), vec!["/tests", "/document"]),
        (json!({"tests": [], "document": []}), vec!["/tests", "/document"]),
        (
            json!({"tests": [{"type": "preset", "name": "none"}, 7, {"type": "kind", "name": "x"}], "document": {}}),
            vec!["/tests/0/name", "/tests/1", "/tests/2/type"],
        ),
        (json!({"tests": [{"type": "preset", "name": "basic"}], "document": {}, "more": 1}), vec!["/more"]),
    ] {
        let refused = visitor.send(post("/api/v1/validate", &body, &[])).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        let told = refused.json();
        let found: Vec<&str> = told["errors"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap()).collect();
        assert_eq!(found, pointers);
    }
    let twice =
        Request::post("/api/v1/validate").header(header::CONTENT_TYPE, "application/json").body(Body::from("{\"tests\":1,\"tests\":2}"));
    assert_eq!(visitor.send(twice.unwrap()).await.status, StatusCode::BAD_REQUEST);
    let text = Request::post("/api/v1/validate").header(header::CONTENT_TYPE, "text/plain").body(Body::from("{}"));
    assert_eq!(visitor.send(text.unwrap()).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let deep = format!("{{\"document\":{}1{}}}", "[".repeat(110), "]".repeat(110));
    let deep = Request::post("/api/v1/validate").header(header::CONTENT_TYPE, "application/json").body(Body::from(deep));
    assert_eq!(visitor.send(deep.unwrap()).await.status, StatusCode::BAD_REQUEST);
}
