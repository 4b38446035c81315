//! The disclosure plan through forms alone and through the API: kept, looked through, scheduled by one person, confirmed by another, called off,
//! and released.

use crate::scene::{Browser, Program};
use serde_json::json;
use wardroom_app::ports::clock::Clock;
use wardroom_domain::people::Act;
use wardroom_testkit::world::{Policy, World};

#[tokio::test]
async fn planned_and_released_without_script() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let (_, _, number) = world.made_ready(&world.stream(&receipt.number).await).await;
    let team = &world.team;
    let (carl, pia, paul) =
        (Browser::of(&world, &team.carl).await, Browser::of(&world, &team.pia).await, Browser::of(&world, &team.paul).await);
    let plan = format!("/advisories/{number}/plan");

    // The book: what is wrong with an address is said, and what was typed is kept.
    let book = |address: &'static str| {
        [
            ("form", "recipient"),
            ("id", ""),
            ("audience", "customers"),
            ("name", "Customer One"),
            ("address", address),
            ("language", "zh"),
            ("key", ""),
        ]
    };
    assert!(carl.post("/recipients", &book("nowhere")).await.is(422).has("value=\"nowhere\""));
    carl.post("/recipients", &book("psirt@customer.example")).await.is(303);
    assert!(pia.get("/recipients").await.is(200).has("psirt@customer.example"));
    paul.post("/recipients", &book("other@customer.example")).await.is(403);

    // The plan: a proposal first; a row that makes no sense is refused.
    assert!(carl.get(&plan).await.is(200).has("A proposal."));
    let at = world.clock.now().checked_add(jiff::SignedDuration::from_hours(48)).unwrap();
    let wall = at.to_zoned(jiff::tz::TimeZone::get("Asia/Shanghai").unwrap());
    let (day, time) = (wall.strftime("%Y-%m-%d").to_string(), wall.strftime("%H:%M").to_string());
    let form = |when: &'static str| {
        let mut fields = vec![("form", "plan"), ("day", day.as_str()), ("time", time.as_str()), ("zone", "Asia/Shanghai")];
        for (name, value) in [
            ("row", ""),
            ("audience", "customers"),
            ("channel", "mail"),
            ("language", "own"),
            ("when", when),
            ("words_en", "Call us."),
            ("words_zh", "请来电。"),
            ("row", ""),
            ("audience", ""),
            ("channel", "mail"),
            ("language", "own"),
            ("when", ""),
            ("words_en", ""),
            ("words_zh", ""),
            ("own_gates", "The hotline is staffed"),
        ] {
            fields.push((name, value));
        }
        fields
    };
    // What was refused stands as it was typed; another row is there without script, and nothing is kept by asking for it.
    assert!(carl.post(&plan, &form("tomorrow")).await.is(422).has("value=\"tomorrow\""));
    let rows = |page: &str| page.matches("name=\"when\"").count();
    let mut more = form("T-3d");
    more.push(("do", "more"));
    let page = carl.post(&plan, &more).await.is(200);
    assert!(page.has("value=\"T-3d\"") && page.has("Call us."));
    assert_eq!(rows(&page.body), 2);
    assert!(!carl.get(&plan).await.is(200).has("Call us."));
    carl.post(&plan, &form("Ｔ")).await.is(303);
    let page = carl.get(&plan).await.is(200);
    for part in ["Customer One", "请来电。", "The hotline is staffed", "Asia/Shanghai, UTC+08:00", "Call us."] {
        assert!(page.has(part), "{part}");
    }

    // Scheduled as it was shown; confirmed by another, with the list closed and the number typed.
    let page = pia.get(&plan).await.is(200);
    let (hash, content) = (page.field("plan"), page.field("content"));
    let order = [("form", "schedule"), ("plan", hash.as_str()), ("content", content.as_str())];
    pia.post(&format!("{plan}/schedule"), &[("form", "schedule"), ("plan", "00"), ("content", content.as_str())]).await.is(409);
    pia.post(&format!("{plan}/schedule"), &order).await.is(303);
    let confirm = [("form", "confirm"), ("plan", hash.as_str()), ("content", content.as_str()), ("confirm", number.as_str())];
    assert!(pia.get(&plan).await.is(200).has("Another person confirms it."));
    assert!(paul.post(&format!("{plan}/confirm"), &confirm).await.has("Support and sales are briefed"));
    let auditor = Browser::of(&world, &team.otto).await;
    auditor.get(&plan).await.is(200);
    auditor.post(&format!("{plan}/gate"), &[("form", "gate-support"), ("gate", "support"), ("do", "done"), ("note", "")]).await.is(403);

    // The same by a program.
    let program = Program::of(&world, &team.carl).await;
    let told = program.get(&format!("/api/v1/advisories/{number}/plan")).await.is(200).json();
    assert_eq!((told["state"].as_str(), told["plan_hash"].as_str()), (Some("scheduled"), Some(hash.as_str())));
    for gate in told["gates"].as_array().unwrap().iter().filter(|gate| gate["closed"] == false) {
        let to = if gate["kind"] == "manual" { "done" } else { "waived" };
        let id = gate["id"].as_str().unwrap();
        let form = format!("gate-{id}");
        carl.post(&format!("{plan}/gate"), &[("form", &form), ("gate", id), ("do", to), ("note", "looked at")]).await.is(303);
    }
    let again = json!({"gate": "support", "to": "done"});
    program.post(&format!("/api/v1/advisories/{number}/plan/gate"), again).await.is(409);
    pia.post(&format!("{plan}/confirm"), &confirm).await.is(403);
    paul.post(&format!("{plan}/confirm"), &confirm).await.is(303);
    assert!(paul.get(&plan).await.is(200).has("Confirmed by two persons"));
    assert!(pia.get("/advisories").await.is(200).has("Confirmed by two persons"));
    assert!(pia.get(&format!("/advisories/{number}/publish")).await.is(200).has("class=\"missing\""));

    // Called off with a reason, ordered again, released.
    carl.post(&format!("{plan}/call-off"), &[("form", "call-off"), ("reason", " ")]).await.is(422);
    carl.post(&format!("{plan}/call-off"), &[("form", "call-off"), ("reason", "wait")]).await.is(303);
    pia.post(&format!("{plan}/schedule"), &order).await.is(303);
    paul.post(&format!("{plan}/confirm"), &confirm).await.is(303);
    world.nothing_is_public_yet().await;
    world.clock.hours(48);
    world.work().await;
    world.words_are_public();
    // Two days later everybody signs in again.
    let pia = Browser::of(&world, &team.pia).await;
    assert!(pia.get(&format!("/advisories/{number}")).await.is(200).has(&format!("https://psirt.vendor.example/advisories/{number}")));
    let mail = world.post.only_to("psirt@customer.example").in_the_open();
    assert!(mail.subject.contains(&number) && mail.text.contains("请来电。"), "{}", mail.text);
    assert!(team.carl.may(Act::PlanDisclosure) && !team.paul.may(Act::PlanDisclosure));
    world.finish().await;
}
