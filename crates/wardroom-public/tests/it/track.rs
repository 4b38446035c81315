//! The track page and its visit.

use crate::scene::{Visitor, at};
use axum::http::StatusCode;
use wardroom_app::public_house::TrackMessage;
use wardroom_domain::communication::MessageKind;

async fn with_report() -> (Visitor, String) {
    let mut visitor = Visitor::new(Vec::new());
    assert_eq!(visitor.post("/report?lang=en", "technical_description=x").await.status, StatusCode::SEE_OTHER);
    let code = visitor.house.kept.lock().unwrap()[0].receipt.code.clone();
    (visitor, code)
}

#[tokio::test]
async fn the_code_opens_the_report_and_both_sides_talk() {
    let (mut visitor, code) = with_report().await;
    let sloppy = code.to_lowercase().replace('-', "+");
    let opened = visitor.post("/track?lang=en", &format!("code={sloppy}")).await;
    assert_eq!((opened.status, opened.header("location")), (StatusCode::SEE_OTHER, "/track?lang=en"));
    let page = visitor.get("/track?lang=en").await;
    for expected in [
        "We owe you",
        "First answer from a person, by 2026-11-23 18:00 Asia/Shanghai (in 2 d)",
        "Acknowledge",
        "Nothing yet, 3 h 10 min since",
        "Withdraw",
    ] {
        assert!(page.text.contains(expected), "{expected} is missing in {}", page.text);
    }
    assert!(!page.text.contains("Inner step") && !page.text.contains(&code));
    let sent = visitor.post("/track/message?lang=en", "message=%3Cb%3Ehello%3C%2Fb%3E%E2%80%AE").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    visitor.house.kept.lock().unwrap()[0].messages.push(TrackMessage {
        at: at("2026-11-21T09:00:00Z"),
        from_team: true,
        kind: MessageKind::Question,
        text: "Which version?".into(),
        language: "en".into(),
    });
    let page = visitor.get("/track?lang=en").await;
    for expected in ["&#60;b&#62;hello&#60;/b&#62;⟦U+202E⟧", "Which version?", "Waiting for you", "an answer to our question below"] {
        assert!(page.text.contains(expected), "{expected} is missing in {}", page.text);
    }
}

#[tokio::test]
async fn a_wrong_code_names_its_group_and_an_unknown_one_tells_nothing() {
    let (mut visitor, code) = with_report().await;
    let mut wrong: Vec<char> = code.chars().collect();
    wrong[13] = if wrong[13] == 'A' { 'B' } else { 'A' };
    let wrong: String = wrong.into_iter().collect();
    let answer = visitor.post("/track?lang=en", &format!("code={wrong}")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("typing mistake in group 3"), "{}", answer.text);
    let other = wardroom_seal::ReceiptCode::make(&mut wardroom_seal::SeededChance::new(77)).to_string();
    let unknown = visitor.post("/track?lang=zh", &format!("code={other}")).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.text.contains("没有与此码对应的报告"), "{}", unknown.text);
}

#[tokio::test]
async fn a_broken_promise_is_shown() {
    let (mut visitor, code) = with_report().await;
    visitor.house.kept.lock().unwrap()[0].late = true;
    visitor.post("/track", &format!("code={code}")).await;
    let page = visitor.get("/track?lang=en").await;
    assert!(page.text.contains("class=\"promise late\"") && page.text.contains("and is late"), "{}", page.text);
}

#[tokio::test]
async fn leaving_ends_the_visit_and_withdrawing_is_heard() {
    let (mut visitor, code) = with_report().await;
    visitor.post("/track", &format!("code={code}")).await;
    assert_eq!(visitor.post("/track/withdraw?lang=en", "").await.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/track?lang=en").await;
    assert!(page.text.contains("Withdrawn by you"), "{}", page.text);
    let left = visitor.post("/track/leave?lang=en", "").await;
    assert_eq!(left.header("clear-site-data"), "\"cache\", \"storage\"");
    let after = visitor.get("/track?lang=en").await;
    assert!(after.text.contains("name=\"code\"") && !after.text.contains("R-2026-0001"), "{}", after.text);
    assert!(visitor.get("/receipt?lang=en").await.text.contains("no longer here"));
}

#[tokio::test]
async fn an_empty_message_comes_back_as_a_fault() {
    let (mut visitor, code) = with_report().await;
    visitor.post("/track", &format!("code={code}")).await;
    let answer = visitor.post("/track/message?lang=en", "message=++").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("href=\"#message\""), "{}", answer.text);
}

#[tokio::test]
async fn dates_credit_news_and_withdrawal_work_with_plain_forms() {
    let (mut visitor, code) = with_report().await;
    visitor.post("/track?lang=en", &format!("code={code}")).await;
    let past = visitor.post("/track/date?lang=en", "do=propose&date_at=2020-01-01T09:00&date_zone=UTC").await;
    assert!(past.text.contains("must lie ahead"), "{}", past.text);
    let odd = visitor.post("/track/date?lang=en", "do=propose&date_at=soon&date_zone=UTC").await;
    assert!(odd.text.contains("Asia/Shanghai"), "{}", odd.text);
    let sent =
        visitor.post("/track/date?lang=en", "do=propose&date_at=2027-02-01T09:00&date_zone=Asia%2FShanghai&date_reason=a+talk").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let page = visitor.get("/track?lang=en").await;
    assert!(page.text.contains("2027-02-01 09:00 Asia/Shanghai") && page.text.contains("a talk"), "{}", page.text);
    assert_eq!(visitor.post("/track/credit?lang=en", "do=name&credit_name=Ada+of+Lab").await.status, StatusCode::SEE_OTHER);
    assert!(visitor.get("/track?lang=en").await.text.contains("named as “Ada of Lab”"));
    assert_eq!(visitor.post("/track/news?lang=en", "news_email=ada%40example.org").await.status, StatusCode::SEE_OTHER);
    assert!(visitor.post("/track/news?lang=en", "news_email=ada").await.text.contains("e-mail address"));
    assert_eq!(visitor.get("/receipt/signed").await.status, StatusCode::NOT_FOUND);
    assert_eq!(visitor.post("/track/withdraw?lang=en", "reason=fixed").await.status, StatusCode::SEE_OTHER);
    assert!(!visitor.get("/track?lang=en").await.text.contains("/track/withdraw"));
}
