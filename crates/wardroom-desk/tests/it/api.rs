//! The JSON API.

use crate::scene::{Browser, Program};
use serde_json::json;
use std::collections::BTreeSet;
use wardroom_desk::DeskSettings;
use wardroom_testkit::world::{Policy, World};

#[tokio::test]
async fn a_program_takes_a_report_to_publication() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let team = &world.team;
    let (ming, anna, eva) =
        (Program::of(&world, &team.ming).await, Program::of(&world, &team.anna).await, Program::of(&world, &team.eva).await);
    let (ada, paul, pia) =
        (Program::of(&world, &team.ada).await, Program::of(&world, &team.paul).await, Program::of(&world, &team.pia).await);
    let inbox = ming.get("/api/v1/inbox").await.is(200).json();
    assert_eq!(inbox["data"][0]["number"], receipt.number);
    assert_eq!(inbox["next_cursor"], serde_json::Value::Null);
    let shown = ming.get(&format!("/api/v1/inbox/{}", receipt.number)).await.is(200).json();
    assert!(shown["text"].as_str().unwrap().contains(&world.words.canary));
    let opened = ming.post(&format!("/api/v1/inbox/{}:accept", receipt.number), json!({ "title": "Unsigned" })).await.is(200).json();
    let case = format!("/api/v1/cases/{}", opened["case"].as_str().unwrap());
    let again = ming.post(&format!("/api/v1/inbox/{}:accept", receipt.number), json!({})).await.is(409).json();
    assert_eq!(again["code"], "not-from-here");

    let news = &world.words.news;
    anna.post(
        &format!("{case}/vulnerabilities"),
        json!({ "id": "V1", "title": "Unsigned firmware", "description": format!("No signature {news}"), "cwe": "CWE-347" }),
    )
    .await
    .is(200);
    let scored = anna
        .post(&format!("{case}/scores"), json!({ "vulnerability": "V1", "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }))
        .await
        .is(200)
        .json();
    assert_eq!(scored["score"], 9.8);
    anna.post(
        &format!("{case}/impacts"),
        json!({ "vulnerability": "V1", "product": "vx-200", "status": "affected", "versions": "< 2.5.0", "fixed_in": "2.5.0" }),
    )
    .await
    .is(200);
    anna.post(&format!("{case}/uniqueness"), json!({})).await.is(200);
    anna.post(&format!("{case}/state"), json!({ "ask": "validate" })).await.is(200);
    let plan = anna
        .post(
            &format!("{case}/remediations"),
            json!({ "vulnerability": "V1", "kind": "fix", "state": "planned", "owner": "Firmware", "text": "Update" }),
        )
        .await
        .is(200)
        .json();
    assert_eq!(plan["remediation"], "M1");
    eva.post(
        &format!("{case}/plan"),
        json!({ "lines": [{ "audience": "public", "channel": "web", "language": "en", "when": "T" }], "approve": true }),
    )
    .await
    .is(200);
    eva.post(&format!("{case}/notes"), json!({ "text": "looks good" })).await.is(200);
    let late = eva.post(&format!("{case}/embargo"), json!({ "ask": "propose", "ends_at": "2020-01-01T00:00:00Z" })).await.is(422).json();
    assert_eq!(late["code"], "embargo-ends-badly");
    assert_eq!(
        eva.get(&case).await.is(200).json()["vulnerabilities"][0]["scores"][0]["severity"].as_str().unwrap().to_uppercase(),
        "CRITICAL"
    );
    assert!(eva.get(&format!("{case}/events")).await.is(200).json()["data"].as_array().unwrap().len() > 10);

    let begun = ada.post(&format!("{case}/advisory"), json!({})).await.is(200).json();
    let number = begun["advisory"].as_str().unwrap().to_owned();
    let advisory = format!("/api/v1/advisories/{number}");
    let both = |en: &str| json!({ "en": en, "zh": "公告" });
    let texts = json!({ "kind": "advisory", "title": both(&format!("Unsigned {news}")), "summary": both("Short"), "action": both("Update"), "change": both("First") });
    ada.call("PATCH", &advisory, Some(texts)).await.is(200);
    let hash = ada.post(&format!("{advisory}:submit"), json!({})).await.is(200).json()["hash"].as_str().unwrap().to_owned();
    let refused = ada.post(&format!("{advisory}:approve"), json!({ "hash": hash })).await.is(403).json();
    assert_eq!(refused["code"], "not-your-role");
    paul.post(&format!("{advisory}:approve"), json!({ "hash": hash })).await.is(200);
    let dry = pia.post(&format!("{advisory}:publish?dry_run=1"), json!({})).await.is(200).json();
    assert_eq!((dry["in_the_way"].as_array().unwrap().len(), &dry["hash"]), (0, &json!(hash)));
    world.nothing_is_public_yet().await;
    pia.post(&format!("{advisory}:publish"), json!({ "confirm": "no" })).await.is(422);
    pia.post(&format!("{advisory}:publish"), json!({ "confirm": number })).await.is(200);
    world.words_are_public();
    world.work().await;
    assert_eq!(ming.get(&advisory).await.is(200).json()["state"], "published");
    world.finish().await;
}

#[tokio::test]
async fn errors_are_problems_with_codes_and_tell_nothing() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    world.accepted(&report).await;
    world.work().await;
    let nobody = Program::with(&world, "wr_pat_nothing").get("/api/v1/inbox").await.is(401);
    assert_eq!(nobody.headers["www-authenticate"], "Bearer realm=\"wardroom\"");
    assert_eq!(nobody.headers["content-type"], "application/problem+json");
    // A session cookie opens no door of programs.
    let browser = Browser::of(&world, &world.team.ming).await;
    browser.get("/api/v1/inbox").await.is(401);
    let emil = Program::of(&world, &world.team.emil).await;
    for path in ["/api/v1/cases/C-2026-0001", "/api/v1/cases/C-2026-0999", "/api/v1/inbox/R-2026-0001", "/api/v1/advisories/X-SA-2026-0001"]
    {
        let page = emil.get(path).await.is(404);
        assert_eq!(page.json()["code"], "not-found");
        assert!(!page.has(&world.words.canary));
    }
    assert_eq!(emil.get("/api/v1/inbox").await.is(403).json()["code"], "not-your-role");
    let ming = Program::of(&world, &world.team.ming).await;
    ming.post("/api/v1/inbox/R-2026-0001:explode", json!({})).await.is(404);
    ming.post("/api/v1/inbox/R-2026-0001", json!({})).await.is(405);
    let odd = ming.call("POST", "/api/v1/inbox/R-2026-0001/notes", Some(json!({ "text": ["secret of mine"] }))).await.is(422);
    assert!(!odd.has("secret of mine"), "what was sent is not sent back: {}", odd.body);
    assert_eq!(ming.post("/api/v1/inbox/R-2026-0001:decline", json!({ "reason": "ugly" })).await.is(422).json()["code"], "field-wrong");
    world.finish().await;
}

#[tokio::test]
async fn the_description_is_the_table() {
    let world = World::new(Policy::OneDay).await;
    let table = wardroom_desk::routes(world.desk.clone(), DeskSettings::default());
    let api: BTreeSet<(String, String)> = table
        .iter()
        .filter(|row| row.path.starts_with("/api/") || row.path == "/metrics")
        .map(|row| (row.method.to_lowercase(), row.path.to_owned()))
        .collect();
    let served = Program::with(&world, "").get("/api/v1/openapi.json").await.is(200).json();
    let described: BTreeSet<(String, String)> = served["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(|method| (method.clone(), path.clone())))
        .collect();
    assert_eq!(api, described);
    let known: BTreeSet<(String, String)> =
        wardroom_desk::described_requests().into_iter().map(|(method, path)| (method.to_lowercase(), path.to_owned())).collect();
    assert_eq!(api, known, "every address is described with what it takes and answers, and no other");
    world.finish().await;
}

#[tokio::test]
async fn numbers_for_the_monitor() {
    let world = World::new(Policy::OneDay).await;
    world.hand_in(world.report()).await;
    world.work().await;
    let otto = Program::of(&world, &world.team.otto).await;
    let text = otto.get("/metrics").await.is(200);
    assert!(text.headers["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    assert!(text.has("wardroom_reports{state=\"opened\"} 1\n") && text.has("wardroom_jobs_failed 0\n"), "{}", text.body);
    assert!(!text.has(&world.words.canary));
    assert_eq!(otto.get("/api/v1/metrics").await.is(200).json()["reports"]["opened"], 1.0);
    Program::with(&world, "").get("/metrics").await.is(401);
    assert!(otto.get("/api/v1/audit?limit=2").await.is(200).json()["data"].as_array().unwrap().len() == 2);
    assert_eq!(otto.post("/api/v1/audit:verify", json!({})).await.is(200).json()["broken"], json!([]));
    world.finish().await;
}
