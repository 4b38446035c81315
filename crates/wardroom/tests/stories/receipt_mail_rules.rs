//! The automatic receipt: signed, encrypted when we can, free of any word of the submitter's, never sent to a program, one a day per
//! address, and the same message when it has to be sent again.

use crate::told::{count, record};
use wardroom_domain::facts::ReportFact;
use wardroom_mail::opened::{Automatic, Encryption, Signature};
use wardroom_testkit::world::{Mood, Policy, Reporter, World};

async fn taken_in(world: &World, raw: &[u8]) {
    world.letterbox.drop_in(raw);
    world.work().await;
}

fn withheld(why: &'static str) -> impl Fn(&ReportFact) -> bool {
    move |fact| matches!(fact, ReportFact::ReceiptWithheld { why: found } if found == why)
}

fn sent(fact: &ReportFact) -> bool {
    matches!(fact, ReportFact::ReceiptSent { by } if by == "mail")
}

/// What every receipt shows on its way.
fn check_head(world: &World, rin: &Reporter, letter: &wardroom_testkit::world::Letter) {
    assert_eq!(letter.0.from, "", "the null sender: a bounce of it goes nowhere (RFC 3834)");
    assert_eq!(letter.field("Auto-Submitted"), "auto-replied");
    assert_eq!(letter.field("In-Reply-To"), "<one@research.example>");
    assert_eq!(letter.0.to, rin.address);
    assert!(letter.field("From").contains("psirt@vendor.example"));
    assert!(!letter.raw().contains(&world.words.canary));
}

#[tokio::test]
async fn in_clear_it_is_signed_and_holds_no_word_of_the_submitter() {
    let world = World::new(Policy::OneDay).await;
    let (rin, canary) = (world.reporter("Rin"), &world.words.canary);
    taken_in(&world, &rin.writes("one", &format!("Buy now {canary}"), &format!("Visit https://evil.example {canary}"))).await;
    let letter = world.post.only_to(&rin.address);
    check_head(&world, &rin, &letter);
    let read = rin.reads(&letter, &world.team_key());
    assert!(matches!(read.signature, Signature::Good { .. }), "{:?}", read.signature);
    assert_eq!(read.encryption, Encryption::None);
    assert_eq!(read.auto_submitted, Automatic::AutoReply);
    assert!(!read.text.contains("evil.example") && !read.subject.contains("Buy now"));
    let report = record(&world, &world.stream("R-2026-0001").await).await;
    for wanted in ["R-2026-0001", report.words().sha256.as_str(), "https://psirt.vendor.example/track", "Asia/Shanghai"] {
        assert!(read.text.contains(wanted), "{wanted} is not in {}", read.text);
    }
    world.finish().await;
}

#[tokio::test]
async fn with_a_key_it_is_encrypted_and_its_subject_says_nothing() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    let mail = rin.writes_encrypted(&world.team_key().armored(), "one", "Hush", &format!("Secret. {}", world.words.canary));
    taken_in(&world, &mail).await;
    let letter = world.post.only_to(&rin.address);
    check_head(&world, &rin, &letter);
    assert_eq!(letter.field("Subject"), "...");
    assert!(!letter.raw().contains("R-2026-0001"), "not even the number is readable on the way");
    let read = rin.reads(&letter, &world.team_key());
    assert!(matches!(read.encryption, Encryption::Opened { .. }), "{:?}", read.encryption);
    assert!(matches!(read.signature, Signature::Good { .. }), "{:?}", read.signature);
    assert!(read.text.contains("R-2026-0001") && read.subject.contains("R-2026-0001"));
    world.finish().await;
}

#[tokio::test]
async fn with_the_code_in_it_the_reporter_follows_up() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    taken_in(&world, &rin.writes("one", "Code", &format!("Please. {}", world.words.canary))).await;
    let text = rin.reads(&world.post.only_to(&rin.address), &world.team_key()).text;
    let line = text.lines().find_map(|line| line.trim().strip_prefix("Receipt code:")).expect("the code is there").trim();
    world.guard_code(line);
    let track = world.public.track(&wardroom_seal::ReceiptCode::parse(line).unwrap()).await.unwrap();
    assert_eq!(track.number, "R-2026-0001");
    world.finish().await;
}

#[tokio::test]
async fn a_program_is_never_answered() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    let bounce = format!(
        "Return-Path: <>\r\nFrom: Mailer <mailer-daemon@{0}.example>\r\nTo: psirt@vendor.example\r\nSubject: Undelivered\r\n\
         Auto-Submitted: auto-generated\r\nMessage-ID: <b@{0}.example>\r\n\r\nNo such user.\r\n",
        world.words.who
    );
    let list = format!(
        "From: News <news@{0}.example>\r\nTo: psirt@vendor.example\r\nSubject: Weekly\r\nList-Id: <weekly.{0}.example>\r\n\
         Precedence: bulk\r\nMessage-ID: <l@{0}.example>\r\n\r\nHello list.\r\n",
        world.words.who
    );
    for raw in [rin.is_away("one"), bounce.into_bytes(), list.into_bytes()] {
        taken_in(&world, &raw).await;
    }
    assert_eq!(world.post.attempts(), 0);
    for number in ["R-2026-0001", "R-2026-0002", "R-2026-0003"] {
        let report = world.stream(number).await;
        assert_eq!(count(&world, &report, withheld("automatic")).await, 1, "{number}: kept, and the reason for silence too");
        let promised = record(&world, &report).await.file.clocks.0.len();
        assert_eq!(promised, 0, "{number}: nothing was promised to a program");
    }
    world.finish().await;
}

#[tokio::test]
async fn one_receipt_a_day_per_address() {
    let world = World::new(Policy::OneDay).await;
    let (rin, tom) = (world.reporter("Rin"), world.reporter("Tom"));
    let text = |n: u32| format!("Report {n}. {}", world.words.canary);
    for (index, who) in [&rin, &rin, &tom, &rin].into_iter().enumerate() {
        let index = u32::try_from(index).unwrap();
        taken_in(&world, &who.writes(&format!("m{index}"), "Again", &text(index))).await;
    }
    assert_eq!((world.post.to(&rin.address).len(), world.post.to(&tom.address).len()), (1, 1));
    for number in ["R-2026-0002", "R-2026-0004"] {
        let report = world.stream(number).await;
        assert_eq!(count(&world, &report, withheld("already_today")).await, 1, "{number}");
    }
    world.clock.hours(25);
    taken_in(&world, &rin.writes("m9", "Next day", &text(9))).await;
    assert_eq!(world.post.to(&rin.address).len(), 2);
    world.finish().await;
}

#[tokio::test]
async fn after_a_crash_between_sending_and_noting_it_is_the_same_message() {
    let mut world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    world.letterbox.drop_in(&rin.writes("one", "Crash", &format!("Crash. {}", world.words.canary)));
    world.worker.mailbox_once(world.letterbox.as_ref()).await.unwrap();
    // The server took it, but we never learn of it; then the process dies.
    world.post.mood(Mood::Drops);
    world.worker.outbox_once().await.unwrap();
    world.restart().await;
    world.post.mood(Mood::Takes);
    world.clock.hours(1);
    world.work().await;
    let letters = world.post.to(&rin.address);
    assert_eq!(letters.len(), 2, "in doubt it is sent again");
    assert_eq!(letters[0].field("Message-ID"), letters[1].field("Message-ID"), "and recognised as the same by its receiver");
    let report = world.stream("R-2026-0001").await;
    assert_eq!(count(&world, &report, sent).await, 1, "the history knows one receipt");
    world.finish().await;
}

#[tokio::test]
async fn a_key_that_has_expired_delays_it_and_loses_nothing() {
    // Founded three years before the mail comes in: the team's key is two years old by then, and nobody cared.
    let world = World::begin(Policy::TwoDays, "2022-06-01T12:00:00Z").await;
    world.clock.set("2025-06-02T12:00:00Z");
    let rin = world.reporter("Rin");
    taken_in(&world, &rin.writes("one", "Old key", &format!("Old key. {}", world.words.canary))).await;
    assert!(world.post.all().is_empty(), "unsigned is not how a receipt goes out");
    world.desk.rotate_team_key(&wardroom_domain::people::Viewer::house(), "Example PSIRT <psirt@vendor.example>", 30).await.unwrap();
    world.clock.minutes(2);
    world.work().await;
    let letter = world.post.only_to(&rin.address);
    assert!(matches!(rin.reads(&letter, &world.team_key()).signature, Signature::Good { .. }));
    world.finish().await;
}

#[tokio::test]
async fn an_address_that_refuses_is_noted_and_blocks_nobody() {
    let world = World::new(Policy::OneDay).await;
    let (rin, tom) = (world.reporter("Rin"), world.reporter("Tom"));
    world.post.mood(Mood::Refuses);
    taken_in(&world, &rin.writes("one", "Dead", &format!("Dead address. {}", world.words.canary))).await;
    world.expect_failed_job("receipt_mail");
    world.post.mood(Mood::Takes);
    taken_in(&world, &tom.writes("two", "Alive", &format!("Alive. {}", world.words.canary))).await;
    assert_eq!((world.post.to(&rin.address).len(), world.post.to(&tom.address).len()), (0, 1));
    assert_eq!(world.desk.health().await.unwrap().jobs_failed, 1, "and the health page shows it");
    world.finish().await;
}
