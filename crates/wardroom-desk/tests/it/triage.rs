//! The inbox and its outcomes through the pages.

use crate::scene::Browser;
use axum::http::header;
use wardroom_domain::people::Viewer;
use wardroom_domain::triage::ReportState;
use wardroom_testkit::world::{Policy, World};

async fn state(world: &World, number: &str) -> ReportState {
    let report = world.stream(number).await;
    world.desk.must_report(&Viewer::house(), &report).await.unwrap().file.state
}

#[tokio::test]
async fn declining_shows_exactly_what_will_be_read_before_anything_happens() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(wardroom_app::public_house::HandIn { language: "zh".to_owned(), ..world.report() }).await;
    let ming = Browser::of(&world, &world.team.ming).await;
    let path = format!("/reports/{}", receipt.number);
    let page = ming.get(&format!("{path}/decline?reason=out_of_scope")).await.is(200);
    let at = page.body.find("<textarea").unwrap();
    let proposed = page.body[at..].split('>').nth(1).unwrap().split('<').next().unwrap().trim().to_owned();
    assert!(proposed.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "the proposal is in the reporter's language: {proposed}");
    let page = ming
        .post(
            &format!("{path}/decline/preview"),
            &[("form", "decline"), ("reason", "out_of_scope"), ("text", "谢谢<b>您</b>\u{202e}的报告")],
        )
        .await
        .is(200);
    assert!(page.has("谢谢&#60;b&#62;您&#60;/b&#62;⟦U+202E⟧的报告"), "{}", page.body);
    assert_eq!(state(&world, &receipt.number).await, ReportState::Opened, "a preview does nothing");
    let page =
        ming.post(&format!("{path}/decline/preview"), &[("form", "decline"), ("reason", "out_of_scope"), ("text", " ")]).await.is(422);
    assert!(page.has("error-summary"));
    ming.post(&format!("{path}/decline"), &[("form", "decline"), ("reason", "out_of_scope"), ("text", "谢谢您的报告")]).await.is(303);
    assert_eq!(state(&world, &receipt.number).await, ReportState::Declined);
    // Now the page offers the one thing that is left.
    assert!(ming.get(&path).await.is(200).has("/reopen"));
    ming.post(&format!("{path}/reopen"), &[("form", "reopen")]).await.is(303);
    assert_eq!(state(&world, &receipt.number).await, ReportState::Opened);
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn what_was_typed_stays_when_it_is_refused() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let ming = Browser::of(&world, &world.team.ming).await;
    let page = ming
        .post(
            &format!("/reports/{}/duplicate", receipt.number),
            &[("form", "duplicate"), ("case_number", "C-2026-0099"), ("text", "words worth keeping")],
        )
        .await
        .is(422);
    assert!(page.has("words worth keeping") && page.has("C-2026-0099") && page.has("#form-duplicate"));
    assert!(page.has("<title>Error:"));
    let eva = Browser::of(&world, &world.team.eva).await;
    eva.post(&format!("/reports/{}/note", receipt.number), &[("form", "note"), ("text", "  ")]).await.is(422);
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn files_come_as_downloads_in_a_sandbox() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let ming = Browser::of(&world, &world.team.ming).await;
    let page = ming.get(&format!("/reports/{}/files/0", receipt.number)).await.is(200);
    assert_eq!(page.headers[header::CONTENT_TYPE], "application/octet-stream");
    assert_eq!(page.headers[header::CONTENT_SECURITY_POLICY], "default-src 'none'; sandbox");
    assert!(page.headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment; filename=\"poc-"));
    assert!(page.has(&world.words.canary));
    ming.get(&format!("/reports/{}/files/9", receipt.number)).await.is(404);
    ming.get(&format!("/reports/{}/original", receipt.number)).await.is(200);
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn an_empty_inbox_says_since_when() {
    let world = World::new(Policy::OneDay).await;
    world.worker.mailbox_once(world.letterbox.as_ref()).await.unwrap();
    let ming = Browser::of(&world, &world.team.ming).await;
    let page = ming.get("/inbox").await.is(200);
    assert!(
        page.has("Nothing waits.") && page.has("Mailbox letterbox/INBOX") && page.has("last good") && page.has("10:00 Asia/Shanghai"),
        "{}",
        page.body
    );
    world.clock.minutes(1);
    world.letterbox.down(true);
    world.worker.mailbox_once(world.letterbox.as_ref()).await.unwrap_err();
    assert!(ming.get("/inbox").await.is(200).has("notice danger"), "a failing mailbox is told at once");
    world.finish().await;
}

#[tokio::test]
async fn a_missed_clock_stays_and_asks_for_its_reason() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    world.clock.hours(24 * 5);
    world.work().await;
    let ming = Browser::of(&world, &world.team.ming).await;
    let path = format!("/reports/{}", receipt.number);
    let page = ming.get(&path).await.is(200);
    assert!(page.has("id=\"form-breach-") && page.has("class=\"late\""), "{}", page.body);
    let clock = page.field("clock");
    ming.post(&format!("{path}/breach"), &[("form", &format!("breach-{clock}")), ("clock", &clock), ("reason", "the mailbox was down")])
        .await
        .is(303);
    let page = ming.get(&path).await.is(200);
    assert!(!page.has("id=\"form-breach-") && page.has("class=\"late\""), "explained, and still late");
    world.finish().await;
}

#[tokio::test]
async fn a_pile_is_looked_at_declined_and_taken_back() {
    let world = World::new(Policy::OneDay).await;
    let mut numbers = Vec::new();
    for language in ["en", "en", "zh"] {
        let receipt = world.hand_in(wardroom_app::public_house::HandIn { language: language.to_owned(), ..world.report() }).await;
        numbers.push(receipt.number);
    }
    let ming = Browser::of(&world, &world.team.ming).await;
    let inbox = ming.get("/inbox").await.is(200);
    assert!(inbox.has(&format!("/inbox/pile?like={}", numbers[0])) && inbox.has("form=\"pile\""), "{}", inbox.body);
    let page = ming.get(&format!("/inbox/pile?like={}&reason=out_of_scope", numbers[0])).await.is(200);
    for number in &numbers {
        assert!(page.has(&format!("value=\"{number}\" checked")), "{number} looks the same: {}", page.body);
    }
    assert!(page.has("name=\"text-en\"") && page.has("name=\"text-zh\"") && page.has("感谢您的报告"), "worded for each language");
    let ids: Vec<(&str, &str)> = numbers.iter().map(|number| ("id", number.as_str())).collect();
    let act = |text: &'static str| {
        [&[("form", "pile"), ("reason", "out_of_scope"), ("text-en", text), ("text-zh", "谢谢")], ids.as_slice()].concat()
    };
    let refused = ming.post("/inbox/pile", &act(" ")).await.is(422);
    assert!(refused.has("error-summary") && refused.has("谢谢"), "what was typed stays");
    assert!(ming.post("/inbox/pile", &[("form", "pile"), ("reason", "out_of_scope")]).await.is(422).has("error-summary"), "nothing chosen");
    let done = ming.post("/inbox/pile", &act("Thank you.")).await.is(200);
    assert!(done.has("/inbox/pile/undo"));
    for number in &numbers {
        assert_eq!(state(&world, number).await, ReportState::Declined);
    }
    ming.post("/inbox/pile/undo", &[&[("form", "undo")], ids.as_slice()].concat()).await.is(200);
    for number in &numbers {
        assert_eq!(state(&world, number).await, ReportState::Opened);
    }
    world.clock.minutes(20);
    world.work().await;
    world.finish().await;
}
