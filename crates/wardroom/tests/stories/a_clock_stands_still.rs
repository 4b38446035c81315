//! A clock the profile lets pause stands still while we wait for the reporter, and runs again with the answer; a receipt never pauses; a
//! clock that depends on the severity moves when the severity is given.

use crate::told::{promise, refusal};
use serde_json::{Value, json};
use wardroom_domain::communication::MessageKind;
use wardroom_testkit::world::{Policy, World};

/// The policy of the testkit's maker with clocks of our own.
fn policy() -> Policy {
    let text = include_str!("../../../wardroom-testkit/src/world/profiles/one_day.yaml");
    let mut profile: Value = serde_yaml_ng::from_str(text).unwrap();
    let clocks = profile["clocks"].as_array_mut().unwrap();
    clocks.push(json!({
        "id": "analysis", "unit": "business_days", "limit": 5, "anchor": "report_received", "stop": "validated | invalidated",
        "force": "target", "pause_on": ["awaiting_reporter"], "pause_cap": "P10D",
    }));
    clocks.push(json!({
        "id": "plan", "unit": "elapsed", "limit": "P30D", "anchor": "report_received", "stop": "remediation_planned",
        "force": "target", "per_severity": {"critical": {"limit": "PT48H"}, "high": {"limit": "P10D"}},
    }));
    Policy::Other(profile)
}

#[tokio::test]
async fn while_we_wait_for_the_reporter_and_no_longer() {
    // domain §2.11, P1: 5 business days from Monday 10:00, paused Wednesday to Friday: due on Wednesday instead of Monday.
    let world = World::begin(policy(), "2026-11-02T10:00:00+08:00").await;
    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    let ming = &world.team.ming;
    let due = promise(&world, &report, "analysis").await;
    assert_eq!(due.due, "2026-11-09T10:00:00+08:00".parse().unwrap());
    assert_eq!(due.pausable, ["awaiting_reporter"]);

    world.clock.set("2026-11-04T10:00:00+08:00");
    let why = format!("we asked for the firmware, {}", world.words.canary);
    let pause = async |clock: &str, cause: &str, why: &str| world.desk.pause_clock(ming, &report, clock, cause, why).await;
    assert_eq!(refusal(pause("first_response", "awaiting_reporter", &why).await), "field-wrong", "not in its definition");
    assert_eq!(refusal(pause("analysis", "awaiting_legal", &why).await), "field-wrong", "not a cause of its definition");
    assert_eq!(refusal(pause("analysis", "tea", &why).await), "field-needed");
    assert_eq!(refusal(pause("analysis", "awaiting_reporter", " ").await), "reason-needed");
    assert_eq!(refusal(pause("nothing", "awaiting_reporter", &why).await), "not-there");
    world.desk.ask(ming, &report, &format!("Which firmware is it? {}", world.words.canary)).await.unwrap();
    pause("analysis", "awaiting_reporter", &why).await.unwrap();
    assert_eq!(refusal(pause("analysis", "awaiting_reporter", &why).await), "field-wrong", "once");
    let paused = promise(&world, &report, "analysis").await;
    assert_eq!(paused.paused.as_deref(), Some("awaiting_reporter"));
    assert!(paused.provisional && paused.due > "2026-11-16T00:00:00+08:00".parse().unwrap(), "the whole cap: {paused:?}");

    // Past the first due instant nothing is broken; the reporter's answer lets it run.
    world.clock.set("2026-11-06T10:00:00+08:00");
    world.public.write(&world.code(&receipt), &format!("Firmware 2.1. {}", world.words.canary), "en").await.unwrap();
    let running = promise(&world, &report, "analysis").await;
    assert_eq!((running.due, running.paused), ("2026-11-11T10:00:00+08:00".parse().unwrap(), None));
    assert_eq!(refusal(world.desk.resume_clock(ming, &report, "analysis").await), "field-wrong", "it runs already");

    // By hand too, and past the cap it is due whatever we wait for.
    pause("analysis", "awaiting_reporter", &why).await.unwrap();
    world.clock.hours(24);
    world.desk.resume_clock(ming, &report, "analysis").await.unwrap();
    assert!(promise(&world, &report, "analysis").await.due > "2026-11-11T10:00:00+08:00".parse().unwrap());
    pause("analysis", "awaiting_reporter", &why).await.unwrap();
    world.clock.hours(24 * 30);
    world.work().await;
    assert!(promise(&world, &report, "analysis").await.late);
    world.desk.message_reporter(ming, &report, MessageKind::Answer, &format!("Sorry. {}", world.words.canary)).await.unwrap();
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn a_severity_that_is_given_moves_what_depends_on_it() {
    let world = World::begin(policy(), "2026-11-02T10:00:00+08:00").await;
    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    let plan = async || promise(&world, &report, "plan").await.due;
    assert_eq!(plan().await, "2026-12-02T10:00:00+08:00".parse().unwrap());
    let case = world.accepted(&report).await;
    let anna = &world.team.anna;
    let form = wardroom_app::validation::VulnerabilityForm { title: world.words.canary.clone(), ..Default::default() };
    let vulnerability = world.desk.keep_vulnerability(anna, &case, form).await.unwrap();
    let score = async |vector: &str| world.desk.score(anna, &case, &vulnerability, vector, "").await.unwrap();
    score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H").await;
    assert_eq!(plan().await, "2026-11-04T10:00:00+08:00".parse().unwrap(), "critical");
    score("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H").await;
    assert_eq!(plan().await, "2026-11-12T10:00:00+08:00".parse().unwrap(), "high");
    score("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N").await;
    assert_eq!(plan().await, "2026-12-02T10:00:00+08:00".parse().unwrap(), "as the clock says otherwise");
    world.work().await;
    world.finish().await;
}
