//! TLP:AMBER: an approved advisory goes to those who hold an access for its level, in a feed of its own, and nothing of it is public: not in the
//! tree, not on a disk, not to whoever has no token, another level's or a withdrawn one. Then it is published, and the feed is empty.

use crate::told::refusal;
use axum::Router;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wardroom_app::disclosure::PublishOrder;
use wardroom_domain::communication::Recipient;
use wardroom_domain::disclosure::{AdvisoryTexts, Bilingual, Level, PlanAudience};
use wardroom_testkit::world::{Policy, World};

const FEED: &str = "/.well-known/csaf/amber/feed-tlp-amber.json";

fn customer(name: &str, address: &str, advance: bool) -> Recipient {
    let (id, key, language) = (String::new(), String::new(), "en".to_owned());
    Recipient { id, audience: PlanAudience::Customers, name: name.to_owned(), address: address.to_owned(), language, advance, key }
}

/// Status, and head and body as text.
async fn get(world: &World, face: &Router, address: &str, token: Option<&str>) -> (u16, String) {
    let (status, bytes) = world.ask_as(face, "GET", address, token.map(|token| format!("Bearer {token}"))).await;
    (status, String::from_utf8_lossy(&bytes).into_owned())
}

/// The JSON document in an answer.
fn json(answer: &str) -> serde_json::Value {
    serde_json::from_str(&answer[answer.find("\n{").expect("a JSON answer")..]).unwrap()
}

/// The document's path that the level's index names.
async fn document(world: &World, face: &Router, token: &str) -> String {
    let (status, index) = get(world, face, "/.well-known/csaf/amber/index.txt", Some(token)).await;
    assert_eq!(status, 200);
    let path = index.lines().last().unwrap();
    assert!(path.ends_with(".json"), "{index}");
    format!("/.well-known/csaf/amber/{path}")
}

#[tokio::test]
async fn what_is_not_for_everybody_is_read_by_those_it_is_for_and_by_nobody_else() {
    let world = World::new(Policy::OneDay).await;
    let desk = &world.desk;
    let team = &world.team;
    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    let case = world.accepted(&report).await;
    world.embargoed(&case, 10).await;
    world.assessed(&case).await;
    world.planned(&case).await;
    let (advisory, number) = world.drafted(&case).await;
    let amber = || AdvisoryTexts { level: Level::Amber, ..world.texts() };
    desk.edit_advisory(&team.ada, &advisory, amber()).await.unwrap();
    world.approved(&advisory).await;

    // Two customers of the book: one who agreed to secrecy, one who did not.
    let one = desk.keep_recipient(&team.carl, customer("One", "one@customer.example", true)).await.unwrap();
    let two = desk.keep_recipient(&team.carl, customer("Two", "two@customer.example", false)).await.unwrap();
    assert_eq!(refusal(desk.hand_out_access(&team.carl, &two, &[Level::Amber]).await), "field-wrong");
    assert_eq!(refusal(desk.hand_out_access(&team.carl, &one, &[Level::Clear]).await), "field-needed");
    assert_eq!(refusal(desk.hand_out_access(&team.ada, &one, &[Level::Amber]).await), "not-your-role");
    let access = desk.hand_out_access(&team.carl, &one, &[Level::Amber]).await.unwrap();
    let token = access.token.to_string();
    world.guard("the token of an access", &token);
    let green = desk.hand_out_access(&team.carl, &one, &[Level::Green]).await.unwrap().token.to_string();

    // It is never published with this label, and shared only by who may publish, with its number typed.
    let order = PublishOrder { confirm: number.clone(), end_embargo: "for the test".to_owned() };
    assert_eq!(refusal(desk.publish_advisory(&team.pia, &advisory, &order).await), "not-for-everybody");
    assert_eq!(refusal(desk.share_advisory(&team.pia, &advisory, "no").await), "field-wrong");
    assert_eq!(refusal(desk.share_advisory(&team.ada, &advisory, &number).await), "not-your-role");
    desk.share_advisory(&team.pia, &advisory, &number).await.unwrap();
    world.work().await;

    let face = world.face().await;
    for closed in [None, Some(green.as_str()), Some("wr_acc_nonsense"), Some("")] {
        let (status, answer) = get(&world, &face, FEED, closed).await;
        assert_eq!(status, 401, "{closed:?}");
        assert!(answer.contains("www-authenticate"), "{answer}");
    }
    let (status, answer) = get(&world, &face, FEED, Some(&token)).await;
    assert_eq!(status, 200, "{answer}");
    assert!(answer.contains("no-store") && !answer.contains("access-control-allow-origin"), "{answer}");
    let feed = json(&answer);
    assert_eq!(feed["feed"]["entry"][0]["id"], number.as_str());
    let path = document(&world, &face, &token).await;
    let (_, answer) = get(&world, &face, &path, Some(&token)).await;
    let csaf = json(&answer);
    assert_eq!(csaf["document"]["distribution"]["tlp"]["label"], "AMBER");
    assert_eq!((&csaf["document"]["tracking"]["status"], &csaf["document"]["tracking"]["version"]), (&"draft".into(), &"0.1.0".into()));
    let found = wardroom_check::check(csaf.clone(), wardroom_check::Preset::Basic);
    assert!(found.valid, "{:?}", found.errors);
    for beside in [".sha256", ".sha512", ".asc"] {
        assert_eq!(get(&world, &face, &format!("{path}{beside}"), Some(&token)).await.0, 200, "{beside}");
        assert_eq!(get(&world, &face, &format!("{path}{beside}"), None).await.0, 401, "{beside}");
    }
    // Programs that know Basic only bring the token as the password.
    let basic = format!("Basic {}", STANDARD.encode(format!("anybody:{token}")));
    assert_eq!(world.ask_as(&face, "GET", &path, Some(basic)).await.0, 200);
    assert_eq!(get(&world, &face, "/.well-known/csaf/amber/2026/other.json", Some(&token)).await.0, 404);
    // The document of one level does not open at another.
    assert_eq!(get(&world, &face, &path.replace("/amber/", "/green/"), Some(&token)).await.0, 401);

    // Nothing of it is public, in clear on a disk or in a log; that there is such a feed is told.
    world.nothing_is_public_yet().await;
    assert!(!world.public_names().iter().any(|name| name.contains("amber") || name.contains(&number.to_lowercase())));
    let metadata = world.public_file(".well-known/csaf/provider-metadata.json");
    assert!(metadata.contains("csaf/amber/feed-tlp-amber.json") && metadata.contains("\"AMBER\""), "{metadata}");
    assert_eq!(world.ask(&face, "GET", &format!("/advisories/{number}"), None).await.0, 404);

    // What is shared stands while the next words are written, and is another draft once they are shared.
    let changed = AdvisoryTexts { action: Bilingual::new("Update to 2.5.1.", "请升级到 2.5.1。"), ..amber() };
    desk.edit_advisory(&team.ada, &advisory, changed).await.unwrap();
    world.work().await;
    assert!(get(&world, &face, &path, Some(&token)).await.1.contains("2.5.0"));
    world.approved(&advisory).await;
    desk.share_advisory(&team.pia, &advisory, &number).await.unwrap();
    world.work().await;
    let (_, answer) = get(&world, &face, &path, Some(&token)).await;
    let tracking = json(&answer)["document"]["tracking"].clone();
    assert_eq!(tracking["version"], "0.2.0");
    assert_eq!(tracking["revision_history"].as_array().unwrap().len(), 2);

    // A withdrawn access opens nothing any more; nor one of somebody who is no longer in the book.
    let second = desk.hand_out_access(&team.carl, &one, &[Level::Amber, Level::AmberStrict]).await.unwrap().token.to_string();
    desk.withdraw_access(&team.carl, &access.id).await.unwrap();
    world.work().await;
    assert_eq!(get(&world, &face, FEED, Some(&token)).await.0, 401);
    assert_eq!(get(&world, &face, FEED, Some(&second)).await.0, 200);
    assert_eq!(get(&world, &face, "/.well-known/csaf/amber-strict/feed-tlp-amber-strict.json", Some(&second)).await.0, 200);

    // Published, it is for everybody, and its history begins with the publication.
    desk.edit_advisory(&team.ada, &advisory, world.texts()).await.unwrap();
    world.approved(&advisory).await;
    assert_eq!(refusal(desk.share_advisory(&team.pia, &advisory, &number).await), "for-everybody");
    desk.publish_advisory(&team.pia, &advisory, &order).await.unwrap();
    world.words_are_public();
    world.work().await;
    assert!(json(&get(&world, &face, FEED, Some(&second)).await.1)["feed"]["entry"].as_array().is_none_or(Vec::is_empty));
    let public = world.public_names().into_iter().find(|name| name.contains("white") && name.ends_with(".json") && !name.contains("feed"));
    let public: serde_json::Value = serde_json::from_str(&world.public_file(&public.unwrap())).unwrap();
    assert_eq!(public["document"]["tracking"]["version"], "1");
    assert_eq!(public["document"]["tracking"]["revision_history"].as_array().unwrap().len(), 1);
    assert_eq!(public["document"]["distribution"]["tlp"]["label"], "WHITE");
    desk.remove_recipient(&team.carl, &one).await.unwrap();
    world.work().await;
    assert_eq!(get(&world, &face, FEED, Some(&second)).await.0, 401);
    world.finish().await;
}
