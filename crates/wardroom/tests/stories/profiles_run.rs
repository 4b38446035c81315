//! A policy is data: the same program keeps the promises and shows the steps of makers with different policies. With `WARDROOM_CORPORA`
//! set, also those of the two published policies in `../profiles/reference.yaml`.

use serde_json::Value;
use wardroom_app::public_house::Receipt;
use wardroom_domain::case::CaseAsk;
use wardroom_domain::communication::MessageKind;
use wardroom_testkit::servers::corpora;
use wardroom_testkit::world::{Policy, World};

/// The steps done so far, by id, as the reporter sees them.
async fn done(world: &World, receipt: &Receipt) -> Vec<String> {
    let track = world.public.track(&world.code(receipt)).await.unwrap();
    track.steps.into_iter().filter(|step| step.done).map(|step| step.id).collect()
}

/// Ids and labels of all steps a reporter sees.
async fn labels(world: &World, receipt: &Receipt, language: &str) -> Vec<(String, String)> {
    let (track, profile) = (world.public.track(&world.code(receipt)).await.unwrap(), world.public.profile());
    track.steps.iter().map(|step| (step.id.clone(), profile.process.stages[step.stage].label.text(language).to_owned())).collect()
}

fn promised(receipt: &Receipt) -> Vec<(String, String, bool)> {
    let mut promised: Vec<_> = receipt.promises.iter().map(|one| (one.kind.clone(), one.due.to_string(), one.force == "promise")).collect();
    promised.sort();
    promised
}

/// A maker who answers by a person within a business day: four steps.
async fn four_steps(policy: Policy) {
    // Friday afternoon in Shanghai, in office hours.
    let world = World::begin(policy, "2026-03-13T15:00:00+08:00").await;
    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    assert_eq!(promised(&receipt), [("first_response".to_owned(), "2026-03-16T07:00:00Z".to_owned(), true)]);
    assert_eq!(labels(&world, &receipt, "en").await.len(), 4);
    assert!(labels(&world, &receipt, "zh").await.iter().all(|(_, label)| label.chars().any(|c| c > '\u{4e00}')));
    assert!(done(&world, &receipt).await.is_empty(), "the automatic receipt is no step here");

    let text = format!("Thank you. {}", world.words.canary);
    world.desk.message_reporter(&world.team.ming, &report, MessageKind::Answer, &text).await.unwrap();
    assert_eq!(done(&world, &receipt).await, ["acknowledge"]);
    let case = world.accepted(&report).await;
    assert_eq!(done(&world, &receipt).await, ["acknowledge"]);
    world.assessed(&case).await;
    assert_eq!(done(&world, &receipt).await, ["acknowledge", "evaluate"]);
    world.planned(&case).await;
    assert_eq!(done(&world, &receipt).await, ["acknowledge", "evaluate", "mitigate"]);
    let (advisory, _) = world.drafted(&case).await;
    world.approved(&advisory).await;
    assert_eq!(done(&world, &receipt).await.len(), 3, "approved is not published");
    world.desk.decide_not_to_disclose(&world.team.eva, &case, &format!("one customer only {}", world.words.canary)).await.unwrap();
    assert_eq!(done(&world, &receipt).await, ["acknowledge", "evaluate", "mitigate", "disclose"]);
    world.work().await;
    world.finish().await;
}

/// A maker who sends a receipt within 48 hours: six steps.
async fn six_steps(policy: Policy, ids: [&str; 6]) {
    let world = World::begin(policy, "2026-03-13T15:00:00-04:00").await;
    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    assert_eq!(promised(&receipt), [("receipt".to_owned(), "2026-03-15T19:00:00Z".to_owned(), true)]);
    assert_eq!(done(&world, &receipt).await, &ids[..1], "the receipt was shown");
    let shown: Vec<String> = labels(&world, &receipt, "en").await.into_iter().map(|(id, _)| id).collect();
    assert_eq!(shown, ids);

    let case = world.accepted(&report).await;
    let (desk, anna) = (&world.desk, &world.team.anna);
    desk.check_uniqueness(anna, &case, None).await.unwrap();
    assert_eq!(done(&world, &receipt).await, &ids[..1], "checked for uniqueness, but nothing is investigated yet");
    desk.move_case(anna, &case, CaseAsk::Validate, None, &format!("real {}", world.words.canary)).await.unwrap();
    assert_eq!(done(&world, &receipt).await, &ids[..3]);
    world.planned(&case).await;
    assert_eq!(done(&world, &receipt).await, &ids[..5]);
    desk.decide_not_to_disclose(&world.team.eva, &case, &format!("not ours {}", world.words.canary)).await.unwrap();
    assert_eq!(done(&world, &receipt).await, &ids[..]);
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn one_business_day_and_four_steps() {
    four_steps(Policy::OneDay).await;
}

#[tokio::test]
async fn forty_eight_hours_and_six_steps() {
    six_steps(Policy::TwoDays, ["acknowledgement", "investigation", "uniqueness", "remediation_plan", "communication_plan", "publication"])
        .await;
}

/// The published policies, read as any operator's file is.
fn published(id: &str) -> Option<Policy> {
    let file = corpora("README.md")?.with_file_name("../profiles/reference.yaml");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let all: Vec<Value> = serde_yaml_ng::from_str(&text).unwrap();
    all.into_iter().find(|one| one["id"] == id).map(Policy::Other)
}

#[tokio::test]
async fn a_published_policy_with_one_business_day() {
    let Some(policy) = published("calterah") else { return };
    four_steps(policy).await;
}

#[tokio::test]
async fn a_published_policy_with_forty_eight_hours() {
    let Some(policy) = published("carrier") else { return };
    six_steps(policy, ["acknowledgement", "investigation", "uniqueness", "remediation_plan", "communication_plan", "publication"]).await;
}
