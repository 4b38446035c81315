//! Side by side, as a browser gets it: reached from the inbox and from the case, in both languages, without a script, and with nothing of a stranger's that runs.

use crate::scene::Browser;
use wardroom_app::public_house::HandIn;
use wardroom_testkit::world::{Policy, World};

#[tokio::test]
async fn from_the_inbox_to_a_judgement_and_back() {
    let world = World::new(Policy::OneDay).await;
    let told = |title: &str, text: &str| HandIn {
        title: title.to_owned(),
        text: text.to_owned(),
        fields: Vec::new(),
        attachments: Vec::new(),
        ..world.anonymous_report()
    };
    let first = told(
        "Stack overflow in login.cgi",
        "The parameter user_name of /cgi-bin/login.cgi of the VX-200 is copied with strcpy into a buffer of 64 bytes.",
    );
    let first = world.hand_in(first).await;
    world.desk.accept(&world.team.ming, &world.stream(&first.number).await, "").await.unwrap();
    let again =
        told("登录页面溢出 <b>", "VX-200 的 login.cgi 中参数 user_name 过长会导致栈溢出（strcpy）。\u{202e}<script>alert(1)</script>");
    let second = world.hand_in(again).await;

    let ming = Browser::of(&world, &world.team.ming).await;
    let inbox = ming.get("/inbox").await.is(200);
    let link = format!("/reports/{}/duplicates", second.number);
    assert!(inbox.has(&link) && inbox.has("1 alike"), "{}", inbox.body);
    let page = ming.get(&link).await.is(200);
    assert!(page.has("C-2026-0001") && page.has("<mark>login.cgi</mark>"), "{}", page.body);
    assert!(page.has("data-key=\"=\"") && page.has("data-key=\"~\"") && page.has("data-key=\"-\""));
    assert!(!page.has("<script>alert") && page.has("⟦U+202E⟧"));
    assert!(ming.get(&format!("/reports/{}", second.number)).await.is(200).has(&link), "and from the report");
    ming.get(&format!("{link}?with=C-2026-0099")).await.is(404);

    let judge = format!("/reports/{}/judge", second.number);
    ming.post(&judge, &[("form", "judge-different"), ("with", "C-2026-0001"), ("relation", "sideways")]).await.is(422);
    ming.post(&judge, &[("form", "judge-different"), ("with", "C-2026-0001"), ("relation", "different")]).await.is(303);
    let page = ming.get(&link).await.is(200);
    assert!(page.has("Said already") && !page.has("data-key=\"-\""), "{}", page.body);
    assert!(!ming.get("/inbox").await.is(200).has("1 alike"));
    ming.post(&judge, &[("form", "judge-C-2026-0001"), ("with", "C-2026-0001"), ("relation", "open")]).await.is(303);
    assert!(ming.get(&link).await.is(200).has("data-key=\"-\""));

    // Same: the wording is there in the reporter's language, and the report joins the case.
    let same = [("form", "duplicate"), ("case_number", "C-2026-0001"), ("text", "Thank you, we know of it.")];
    ming.post(&format!("/reports/{}/duplicate", second.number), &same).await.is(303);
    let anna = Browser::of(&world, &world.team.anna).await;
    let page = anna.get("/cases/C-2026-0001/duplicates").await.is(200);
    assert!(page.has("no other case to compare with"), "its own reports are no candidates: {}", page.body);
    assert!(anna.get("/cases/C-2026-0001?tab=uniqueness").await.is(200).has("/cases/C-2026-0001/duplicates"));
    world.work().await;
    world.finish().await;
}
