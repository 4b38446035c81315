//! Mail that names our own address as its sender. What is provably ours is dropped and counted; what only says so is kept and put away, and a
//! person can take it up; a colleague whose mail our own domain signed stands in the inbox. Nobody is ever answered.

use crate::told::record;
use wardroom_app::doors::LMTP;
use wardroom_app::intake::arrival::{Arrival, MailDoor};
use wardroom_app::intake::import_mail::{Imported, Outcome};
use wardroom_app::ports::store::{InboxQuery, Store};
use wardroom_domain::triage::ReportState;
use wardroom_mail::trust::dkim_signing::{SigningKey, sign};
use wardroom_testkit::world::{Policy, World};

async fn take(world: &World, raw: &str) -> Imported {
    let imported = world.desk.take_mail(world.opener.as_ref(), raw.as_bytes(), &Arrival::by(MailDoor::Lmtp)).await.unwrap();
    world.work().await;
    imported
}

fn from_us(id: &str, sender: &str, more: &str, text: &str) -> String {
    format!(
        "From: {sender}\r\nTo: psirt@vendor.example\r\nSubject: Vulnerability in Widget 3.2\r\nMessage-ID: <{id}@research.example>\r\n{more}\r\n{text}\r\n"
    )
}

async fn ignored(world: &World) -> u64 {
    let doors = world.desk.door_states().await.unwrap();
    doors.iter().find(|door| door.name == LMTP).map_or(0, |door| door.ignored)
}

#[tokio::test]
async fn our_own_mail_that_came_back_is_dropped_and_counted() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    let canary = &world.words.canary;
    let first = String::from_utf8(rin.writes("one", "A flaw", &format!("The lock opens. {canary}"))).unwrap();
    assert_eq!(take(&world, &first).await.outcome, Outcome::Received);
    let receipt = world.post.only_to(&rin.address).raw();
    let before = world.store.head().await.unwrap().size;
    for raw in [receipt.clone(), format!("Received: from loop.example\r\nDelivered-To: psirt@vendor.example\r\n{receipt}")] {
        let back = take(&world, &raw).await;
        assert_eq!((back.outcome, back.report.as_str()), (Outcome::Ignored, ""));
    }
    assert_eq!(ignored(&world).await, 2);
    assert_eq!(world.store.head().await.unwrap().size, before, "nothing is recorded, nothing is answered");
    // The same Message-ID under another name is not ours: it is kept, and answered by nobody.
    let stolen = receipt.replacen("psirt@vendor.example", "eve@evil.example", 1);
    let kept = take(&world, &stolen).await;
    assert_eq!(kept.outcome, Outcome::AutoReply);
    assert!(!kept.report.is_empty());
    world.finish().await;
}

#[tokio::test]
async fn an_answer_about_no_report_is_known_as_ours_too() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    let test = String::from_utf8(rin.writes("test", "[pgp-test] can you?", "Clear, so no.")).unwrap();
    assert_eq!(take(&world, &test).await.outcome, Outcome::Tested);
    let answer = world.post.only_to(&rin.address).raw();
    let back = take(&world, &answer).await;
    assert_eq!((back.outcome, back.report.as_str()), (Outcome::Ignored, ""));
    world.finish().await;
}

#[tokio::test]
async fn what_only_says_to_be_us_is_kept_and_put_away() {
    let world = World::new(Policy::OneDay).await;
    let canary = &world.words.canary;
    let sent = world.post.attempts();
    for (n, sender) in ["psirt@vendor.example", "psirt+CASE-1@vendor.example", "\"Rin\" <PSIRT@Vendor.Example>"].into_iter().enumerate() {
        let raw = from_us(&format!("m{n}"), sender, "", &format!("We found a heap overflow. {canary}"));
        let kept = take(&world, &raw).await;
        assert_eq!(kept.outcome, Outcome::Ignored, "{sender}");
        let report = world.stream(&kept.report).await;
        let found = record(&world, &report).await;
        assert_eq!(found.file.state, ReportState::Declined, "{sender}");
        assert!(found.file.clocks.running().next().is_none(), "nothing is promised to nobody");
        assert!(found.words().remarks.iter().any(|remark| remark == "own-address"), "{:?}", found.words().remarks);
        assert_eq!(world.desk.original(&world.team.ming, &report).await.unwrap(), raw.as_bytes());
        assert_eq!(take(&world, &raw).await.outcome, Outcome::DuplicateDelivery);
    }
    assert!(world.desk.inbox(&world.team.ming, &InboxQuery { limit: 10, ..InboxQuery::default() }).await.unwrap().is_empty());
    assert_eq!((ignored(&world).await, world.post.attempts()), (3, sent));
    // Somebody looks into what was put away, and takes one up.
    let report = world.stream("R-2026-0002").await;
    world.desk.reopen_report(&world.team.ming, &report).await.unwrap();
    assert_eq!(record(&world, &report).await.file.state, ReportState::Opened);
    // What claims something, or cannot be read, is for a person, whoever it says to be from.
    let claim =
        from_us("claim", "psirt@vendor.example", "", &format!("Attached. {canary}")).replace("Vulnerability in Widget 3.2", "R-2026-0002");
    assert_eq!(take(&world, &claim).await.outcome, Outcome::Quarantined);
    world.finish().await;
}

#[tokio::test]
async fn a_colleague_whose_mail_our_domain_signed_stands_in_the_inbox() {
    let world = World::new(Policy::OneDay).await;
    let key = SigningKey::ed25519([9; 32]);
    world.dns.publish("sel._domainkey.vendor.example", &key.record());
    let signed = |raw: &str| sign(raw, &key, "vendor.example", "sel", "c=relaxed/relaxed; h=from:to:subject:message-id");
    let words = format!("A customer told me by phone. {}", world.words.canary);
    let by_hand = take(&world, &signed(&from_us("c1", "psirt@vendor.example", "", &words))).await;
    assert_eq!(by_hand.outcome, Outcome::AutoReply);
    assert_eq!(record(&world, &world.stream(&by_hand.report).await).await.file.state, ReportState::Opened);
    let robot = take(&world, &signed(&from_us("c2", "psirt@vendor.example", "Auto-Submitted: auto-generated\r\n", &words))).await;
    assert_eq!(robot.outcome, Outcome::Ignored);
    assert_eq!(world.post.attempts(), 0, "nobody is answered");
    world.finish().await;
}
