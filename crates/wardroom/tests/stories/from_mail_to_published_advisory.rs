//! The whole main job: an encrypted mail comes in, the team works, two persons bring the advisory out, and everybody finds it.

use crate::told::refusal;
use wardroom_app::disclosure::PublishOrder;
use wardroom_domain::case::{CaseAsk, CaseState};
use wardroom_domain::disclosure::{AdvisoryKind, AdvisoryState, AdvisoryTexts, Bilingual, Ending, EndingKind};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_domain::triage::Disposition;
use wardroom_testkit::world::{Policy, World};

/// The story itself; `both_engines` tells it again on PostgreSQL.
pub async fn told(world: &World) {
    let (rin, canary) = (world.reporter("Rin"), world.words.canary.clone());
    let mail =
        rin.writes_encrypted(&world.team_key().armored(), "one", &format!("Firmware {canary}"), &format!("Unsigned images. {canary}"));
    world.letterbox.drop_in(&mail);
    world.work().await;
    world.clock.hours(49);
    let report = world.stream("R-2026-0001").await;
    let case = world.accepted(&report).await;
    world.assessed(&case).await;
    world.planned(&case).await;
    let (advisory, number) = world.drafted(&case).await;
    assert_eq!(number, "HARBOUR-SA-2026-0001");
    world.approved(&advisory).await;
    world.published(&advisory, &number).await;

    let news = &world.words.news;
    let page = world.public_file(&format!("advisories/{number}.html"));
    assert!(page.contains(news.as_str()) && page.contains("9.3"), "the page says what and how bad");
    assert!(world.public_file(&format!("advisories/{number}.zh.html")).contains("VX-200 固件升级缺少签名校验"));
    let names = world.public_names();
    let csaf = names
        .iter()
        .find(|name| name.starts_with(".well-known/csaf/") && name.to_lowercase().contains("harbour") && name.ends_with(".json"));
    let csaf = csaf.unwrap_or_else(|| panic!("no CSAF document among {names:#?}"));
    let document: serde_json::Value = serde_json::from_str(&world.public_file(csaf)).unwrap();
    assert_eq!(document["document"]["tracking"]["id"], number.as_str());
    for beside in ["sha256", "sha512", "asc"] {
        assert!(names.contains(&format!("{csaf}.{beside}")), "{csaf}.{beside} is missing");
    }
    for feed in ["feeds/advisories.atom", "feeds/advisories.json", ".well-known/csaf/provider-metadata.json", ".well-known/security.txt"] {
        assert!(names.contains(&feed.to_owned()), "{feed} is missing");
    }
    assert!(world.public_file("feeds/advisories.atom").contains(&number));

    // The reporter is told, encrypted. The notice that there was a question about the credit goes out beside it, in any order.
    let told: Vec<String> = world.post.to(&rin.address).iter().map(|mail| rin.reads(mail, &world.team_key()).text).collect();
    assert!(told.iter().any(|text| text.contains(&number)), "{told:#?}");
    assert!(!told.iter().any(|text| text.contains("no OpenPGP key")), "the house has Rin's key: {told:#?}");
    world.desk.move_case(&world.team.eva, &case, CaseAsk::Close, Some(Disposition::Fixed), &format!("done {canary}")).await.unwrap();
}

#[tokio::test]
async fn the_main_job() {
    let world = World::new(Policy::OneDay).await;
    told(&world).await;
    world.finish().await;
}

async fn ready() -> (World, StreamId, StreamId, String) {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    let case = world.accepted(&report).await;
    world.assessed(&case).await;
    world.planned(&case).await;
    let (advisory, number) = world.drafted(&case).await;
    world.work().await;
    (world, case, advisory, number)
}

fn order(number: &str) -> PublishOrder {
    PublishOrder { confirm: number.to_owned(), end_embargo: String::new() }
}

#[tokio::test]
async fn nobody_approves_their_own_words() {
    let (world, _, advisory, _) = ready().await;
    let house = Viewer::house();
    // Somebody who may write and approve: a person with both roles.
    use wardroom_domain::people::Role;
    world.desk.add_person(&house, "Both", vec![Role::Author, Role::Approver, Role::Publisher]).await.unwrap();
    let both = world.desk.viewer_named("Both").await.unwrap();
    world.desk.edit_advisory(&both, &advisory, world.texts()).await.unwrap();
    let hash = world.desk.submit_advisory(&world.team.ada, &advisory).await.unwrap();
    assert_eq!(refusal(world.desk.approve_advisory(&both, &advisory, &hash).await), "second-person-needed");
    assert_eq!(refusal(world.desk.approve_advisory(&world.team.ada, &advisory, &hash).await), "not-your-role");
    world.desk.approve_advisory(&world.team.paul, &advisory, &hash).await.unwrap();
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn an_approval_binds_to_exactly_what_was_seen() {
    let (world, case, advisory, number) = ready().await;
    let (paul, pia, ada) = (&world.team.paul, &world.team.pia, &world.team.ada);
    let hash = world.desk.submit_advisory(ada, &advisory).await.unwrap();
    assert_eq!(refusal(world.desk.approve_advisory(paul, &advisory, &"0".repeat(hash.len())).await), "approval-stale");

    // The case changes while the advisory is in review: what Paul saw is no more.
    world.desk.score(&world.team.anna, &case, "V1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "").await.unwrap();
    assert_eq!(refusal(world.desk.approve_advisory(paul, &advisory, &hash).await), "approval-stale");
    world.desk.send_back_advisory(paul, &advisory, &format!("scored again {}", world.words.canary)).await.unwrap();
    let hash = world.approved(&advisory).await;

    // It changes after the approval: publication is refused, and the dry run says why.
    world.desk.score(&world.team.anna, &case, "V1", "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "").await.unwrap();
    assert_eq!(refusal(world.desk.publish_advisory(pia, &advisory, &order(&number)).await), "approval-stale");
    let dry = world.desk.publish_dry_run(pia, &advisory).await.unwrap();
    assert_eq!(dry.in_the_way.iter().map(|one| one.code()).collect::<Vec<_>>(), ["approval-stale"]);
    assert_ne!(dry.hash, hash);

    // An edit takes the approval back.
    world.desk.edit_advisory(ada, &advisory, world.texts()).await.unwrap();
    let page = world.desk.advisory_page(paul, &advisory).await.unwrap();
    assert_eq!((page.record.file.state, page.approval_stands), (AdvisoryState::Draft, false));
    assert_eq!(refusal(world.desk.publish_advisory(pia, &advisory, &order(&number)).await), "not-from-here");

    world.approved(&advisory).await;
    assert_eq!(refusal(world.desk.publish_advisory(pia, &advisory, &order("HARBOUR-SA-2026-0009")).await), "field-wrong");
    assert_eq!(refusal(world.desk.publish_advisory(paul, &advisory, &order(&number)).await), "not-your-role");
    world.published(&advisory, &number).await;
    assert_eq!(refusal(world.desk.publish_advisory(pia, &advisory, &order(&number)).await), "not-from-here", "once");
    world.finish().await;
}

#[tokio::test]
async fn an_embargo_holds_it_back_until_it_is_ended_with_a_reason() {
    let (world, case, advisory, number) = ready().await;
    let pia = &world.team.pia;
    world.embargoed(&case, 60).await;
    world.approved(&advisory).await;
    assert_eq!(refusal(world.desk.publish_advisory(pia, &advisory, &order(&number)).await), "embargo-in-force");
    let dry = world.desk.publish_dry_run(pia, &advisory).await.unwrap();
    assert_eq!(dry.in_the_way.iter().map(|one| one.code()).collect::<Vec<_>>(), ["embargo-in-force"]);
    let close = world.desk.move_case(&world.team.eva, &case, CaseAsk::Close, Some(Disposition::Fixed), "done").await;
    assert_eq!(refusal(close), "embargo-still-active");
    // Not even when the agreed instant has passed does anything happen by itself: a person ends it.
    world.clock.hours(24 * 61);
    world.work().await;
    assert_eq!(refusal(world.desk.publish_advisory(pia, &advisory, &order(&number)).await), "embargo-in-force");

    world.nothing_is_public_yet().await;
    let ending = PublishOrder { confirm: number.clone(), end_embargo: format!("agreed end reached {}", world.words.canary) };
    world.desk.publish_advisory(pia, &advisory, &ending).await.unwrap();
    world.words_are_public();
    world.work().await;
    let page = world.desk.case_page(&world.team.eva, &case).await.unwrap();
    assert_eq!(page.record.file.embargo.as_str(), "exited");
    assert_eq!(page.record.file.state, CaseState::Accepted);
    assert!(world.public_file(&format!("advisories/{number}.html")).contains(&world.words.news));
    world.finish().await;
}

#[tokio::test]
async fn a_published_advisory_is_revised_and_withdrawn_in_the_open() {
    let (world, _, advisory, number) = ready().await;
    world.approved(&advisory).await;
    world.published(&advisory, &number).await;
    world.clock.hours(24);
    world.desk.revise_advisory(&world.team.ada, &advisory).await.unwrap();
    let mut texts = world.texts();
    texts.change.en = "Fixed versions added".to_owned();
    world.desk.edit_advisory(&world.team.ada, &advisory, texts).await.unwrap();
    let before = world.public_file(&format!("advisories/{number}.html"));
    assert!(!before.contains("Fixed versions added"), "a draft of the second version is not public");
    world.approved(&advisory).await;
    world.desk.publish_advisory(&world.team.pia, &advisory, &order(&number)).await.unwrap();
    world.work().await;
    assert!(world.public_file(&format!("advisories/{number}.html")).contains("Fixed versions added"));

    let withdrawal = |reason: &str| Ending { kind: EndingKind::Withdrawn, reason: Bilingual::new(reason, ""), by: Vec::new() };
    assert_eq!(refusal(world.desk.end_advisory(&world.team.ada, &advisory, withdrawal(" ")).await), "reason-needed");
    let hash = world.desk.end_advisory(&world.team.ada, &advisory, withdrawal("It was not this product.")).await.unwrap();
    world.work().await;
    let page = world.public_file(&format!("advisories/{number}.html"));
    assert!(!page.contains("It was not this product."), "one person alone publishes nothing, not even a reason");
    world.desk.approve_advisory(&world.team.paul, &advisory, &hash).await.unwrap();
    world.desk.publish_advisory(&world.team.pia, &advisory, &order(&number)).await.unwrap();
    world.work().await;
    let page = world.public_file(&format!("advisories/{number}.html"));
    assert!(page.contains("This advisory has been withdrawn.") && page.contains("It was not this product."), "the page stays and says so");
    assert_eq!(refusal(world.desk.revise_advisory(&world.team.ada, &advisory).await), "not-from-here");
    world.finish().await;
}

#[tokio::test]
async fn a_revision_is_dropped_and_an_advisory_superseded() {
    let (world, _, advisory, number) = ready().await;
    world.approved(&advisory).await;
    world.published(&advisory, &number).await;
    let ada = &world.team.ada;
    let before = world.desk.advisory_page(ada, &advisory).await.unwrap();

    world.desk.revise_advisory(ada, &advisory).await.unwrap();
    assert_eq!(refusal(world.desk.submit_advisory(ada, &advisory).await), "incomplete", "what changed is said anew for every version");
    let mut texts = world.texts();
    texts.title.en = "Never to be published".to_owned();
    world.desk.edit_advisory(ada, &advisory, texts).await.unwrap();
    world.desk.discard_revision(ada, &advisory).await.unwrap();
    let after = world.desk.advisory_page(ada, &advisory).await.unwrap();
    assert_eq!(after.record.file.state, AdvisoryState::Published);
    assert_eq!(after.content.texts, before.content.texts, "the words are those that are published");
    assert_eq!(refusal(world.desk.discard_revision(ada, &advisory).await), "not-from-here");

    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    let (_, second, successor) = world.made_ready(&report).await;
    let by = |number: &str| Ending {
        kind: EndingKind::Superseded,
        reason: Bilingual::new("", "内容已并入新公告。"),
        by: vec![number.to_owned()],
    };
    assert_eq!(refusal(world.desk.end_advisory(ada, &advisory, by(&successor)).await), "field-wrong", "it is not public yet");
    assert_eq!(refusal(world.desk.end_advisory(ada, &advisory, by(&number)).await), "field-wrong", "nothing replaces itself");
    world.desk.publish_advisory(&world.team.pia, &second, &order(&successor)).await.unwrap();
    let hash = world.desk.end_advisory(ada, &advisory, by(&successor)).await.unwrap();
    world.desk.approve_advisory(&world.team.paul, &advisory, &hash).await.unwrap();
    world.desk.publish_advisory(&world.team.pia, &advisory, &order(&number)).await.unwrap();
    world.work().await;
    let page = world.public_file(&format!("advisories/{number}.zh.html"));
    assert!(page.contains("此安全公告已被取代。") && page.contains(&format!("href=\"/advisories/{successor}\"")), "{page}");
    let ended = world.desk.advisory_page(ada, &advisory).await.unwrap();
    assert_eq!(ended.record.file.state, AdvisoryState::Superseded);
    let rendered = world.desk.render_advisory(ada, &advisory, wardroom_formats::rendering::Format::Csaf21, "").await.unwrap();
    let document: serde_json::Value = serde_json::from_str(&rendered.text).unwrap();
    assert_eq!(document["document"]["category"], "csaf_superseded");
    assert!(document["product_tree"].is_null() && document["vulnerabilities"].is_null());
    let checked = wardroom_check::check(document, wardroom_check::Preset::Extended);
    assert!(checked.valid, "{:?}", checked.errors);
    world.finish().await;
}

/// What happened, without a vulnerability: the documents follow the profiles made for it, and no word about the case's vulnerability gets out.
#[tokio::test]
async fn an_incident_and_an_information_are_told_without_vulnerabilities() {
    for (kind, category) in
        [(AdvisoryKind::Incident, "csaf_security_incident_response"), (AdvisoryKind::Information, "csaf_informational_advisory")]
    {
        let (world, _, advisory, number) = ready().await;
        let texts = AdvisoryTexts { kind, ..world.texts() };
        world.desk.edit_advisory(&world.team.ada, &advisory, texts).await.unwrap();
        world.approved(&advisory).await;
        world.published(&advisory, &number).await;
        let csaf = world.public_names().into_iter().find(|name| name.starts_with(".well-known/csaf/white/20") && name.ends_with(".json"));
        let text = world.public_file(&csaf.unwrap());
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["document"]["category"], category);
        assert!(document.get("vulnerabilities").is_none(), "{document}");
        let page = world.public_file(&format!("advisories/{number}.html"));
        assert!(!page.contains("CVSS"), "nothing is scored: {page}");
        world.finish().await;
    }
}
