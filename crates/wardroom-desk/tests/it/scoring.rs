//! How bad and how soon: vectors of others beside ours, other versions, decision tables.

use crate::scene::{Browser, Program};
use serde_json::json;
use wardroom_testkit::world::{Policy, World};

const OURS: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";

async fn a_case(world: &World) -> String {
    let receipt = world.hand_in(world.report()).await;
    let ming = Program::of(world, &world.team.ming).await;
    let opened = ming.post(&format!("/api/v1/inbox/{}:accept", receipt.number), json!({ "title": "Unsigned" })).await.is(200).json();
    opened["case"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_others_say_stands_beside_ours_and_decides_nothing() {
    let world = World::new(Policy::OneDay).await;
    let case = a_case(&world).await;
    let anna = Browser::of(&world, &world.team.anna).await;
    let score =
        |vector: &'static str| [("form", "score"), ("vulnerability", "V1"), ("cvss", "3.1"), ("vector", vector), ("justification", "")];
    anna.post(&format!("/cases/{case}/score"), &score(OURS)).await.is(303);
    let heard = |from: &'static str, source: &'static str, vector: &'static str| {
        [("form", "heard"), ("vulnerability", "V1"), ("from", from), ("source", source), ("vector", vector)]
    };
    let low = "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H";
    anna.post(&format!("/cases/{case}/score/heard"), &heard("reporter", "", OURS)).await.is(303);
    anna.post(&format!("/cases/{case}/score/heard"), &heard("other", "NVD <b>", "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:L"))
        .await
        .is(303);
    // The newest of the same source replaces the one before.
    anna.post(&format!("/cases/{case}/score/heard"), &heard("other", "NVD <b>", low)).await.is(303);
    let page = anna.get(&format!("/cases/{case}?tab=scoring&v=V1&cvss=3.1")).await.is(200);
    assert!(page.has("They differ in one metric") && page.has("NVD &#60;b&#62;") && page.has("8.8 High") && page.has("9.8 Critical"));
    assert!(!page.has("1.6 Low"));
    // Nothing but ours is the score of the case.
    let told = Program::of(&world, &world.team.anna).await.get(&format!("/api/v1/cases/{case}")).await.is(200).json();
    let flaw = &told["vulnerabilities"][0];
    assert_eq!((flaw["scores"].as_array().unwrap().len(), flaw["scores"][0]["score"].as_f64()), (1, Some(9.8)));
    assert_eq!((flaw["heard"][0]["from"].as_str(), flaw["heard"][1]["vector"].as_str()), (Some("reporter"), Some(low)));
    // Somebody else has a name, and what they say is a vector; what was typed stays.
    let page = anna.post(&format!("/cases/{case}/score/heard"), &heard("other", "", low)).await.is(422);
    assert!(page.has("name of the source") && page.has(low));
    anna.post(&format!("/cases/{case}/score/heard"), &heard("other", "NVD", "CVSS:3.1/AV:Q")).await.is(422);
    anna.post(&format!("/cases/{case}/score/heard"), &heard("somebody", "NVD", low)).await.is(422);
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn the_calculator_begins_with_the_other_version_and_says_what_that_leaves_open() {
    let world = World::new(Policy::OneDay).await;
    let case = a_case(&world).await;
    let anna = Program::of(&world, &world.team.anna).await;
    let vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H";
    anna.post(&format!("/api/v1/cases/{case}/scores"), json!({ "vulnerability": "V1", "vector": vector })).await.is(200);
    let anna = Browser::of(&world, &world.team.anna).await;
    let page = anna.get(&format!("/cases/{case}?tab=scoring&v=V1&cvss=4.0")).await.is(200);
    assert!(page.has("Begin with our CVSS 3.1 vector") && page.has("Which rights must the attacker have"));
    let page = anna.get(&format!("/cases/{case}?tab=scoring&v=V1&cvss=4.0&from=3.1")).await.is(200);
    assert!(page.has("does not say: User Interaction. Choose"), "user interaction is not guessed");
    assert!(page.has("id=\"m-VC-H\" value=\"H\" checked"));
    let page = anna.get(&format!("/cases/{case}?tab=scoring&v=V1&cvss=3.1")).await.is(200);
    assert!(page.has("if Privileges Required were High") && page.has("Base 8.8"));
    let page = anna.get(&format!("/cases/{case}?tab=scoring&v=V1&cvss=2.0")).await.is(200);
    assert!(page.has("How often must the attacker sign in?"));
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn a_decision_table_says_how_soon() {
    let world = World::new(Policy::OneDay).await;
    let case = a_case(&world).await;
    let anna = Browser::of(&world, &world.team.anna).await;
    let table = "ssvc:DT_SP:1.0.0";
    let some = [("form", "priority"), ("vulnerability", "V1"), ("table", table), ("q-E", "A"), ("q-U", "S"), ("do", "compute")];
    let page = anna.post(&format!("/cases/{case}/priority"), &some).await.is(200);
    assert!(page.has("Still possible") && page.has(">Immediate<") && page.has("id=\"q-E-A\" value=\"A\" checked"));
    let page = anna.post(&format!("/cases/{case}/priority"), &some[..5]).await.is(422);
    assert!(page.has("TI has no answer"), "what is missing is named");
    let mut whole = some[..5].to_vec();
    whole.extend([("q-TI", "T"), ("q-PSI", "M"), ("justification", "attacks were seen")]);
    anna.post(&format!("/cases/{case}/priority"), &whole).await.is(303);
    let page = anna.get(&format!("/cases/{case}?tab=scoring&lang=zh")).await.is(200);
    assert!(page.has("立即") && page.has("E:A U:S TI:T PSI:M"));
    assert!(anna.get(&format!("/cases/{case}")).await.is(200).has("attacks were seen"));

    // Another table is data: an administrator keeps it, and the same case is asked by it.
    let admin = Program::of(&world, &world.team.alma).await;
    let said = |values: &[&str]| values.iter().map(|key| json!({ "key": key, "name": key, "definition": key })).collect::<Vec<_>>();
    let point = |key: &str, values: &[&str]| json!({ "namespace": "lamp", "key": key, "version": "1.0.0", "name": key, "definition": key, "values": said(values) });
    let mut own = json!({
        "namespace": "lamp", "key": "SOON", "version": "1.0.0", "name": "Lamplight", "definition": "how soon", "schemaVersion": "2.0.0",
        "decision_points": { "lamp:LIT:1.0.0": point("LIT", &["Y", "N"]), "lamp:OUT:1.0.0": point("OUT", &["NOW", "LATER"]) },
        "outcome": "lamp:OUT:1.0.0",
        "mapping": [{ "lamp:LIT:1.0.0": "Y", "lamp:OUT:1.0.0": "NOW" }, { "lamp:LIT:1.0.0": "N", "lamp:OUT:1.0.0": "LATER" }],
    });
    assert_eq!(admin.post("/api/v1/ssvc/tables", own.clone()).await.is(200).json()["table"], "lamp:SOON:1.0.0");
    own["mapping"].as_array_mut().unwrap().pop();
    admin.post("/api/v1/ssvc/tables", own).await.is(422);
    let program = Program::of(&world, &world.team.anna).await;
    program.post("/api/v1/ssvc/tables", json!({})).await.is(403);
    let decided = json!({ "vulnerability": "V1", "table": "soon", "answers": { "LIT": "N" } });
    let decided = program.post(&format!("/api/v1/cases/{case}/priority"), decided).await.is(200).json();
    assert_eq!((decided["outcome"].as_str(), decided["table"].as_str()), (Some("LATER"), Some("lamp:SOON:1.0.0")));
    let listed = program.get("/api/v1/ssvc/tables").await.is(200).json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    let looked = program.post("/api/v1/ssvc:decide", json!({ "table": "soon", "answers": { "LIT": "Y" } })).await.is(200).json();
    assert_eq!((looked["name"].as_str(), looked["selections"]["selections"][0]["values"][0]["key"].as_str()), (Some("NOW"), Some("Y")));
    world.work().await;
    world.finish().await;
}
