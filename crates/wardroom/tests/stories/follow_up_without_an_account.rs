//! A reporter without an account agrees on a date, says how to be named and approves the line, is told of news at most once an hour,
//! keeps a signed receipt that anybody can check, and takes the report back.

use crate::told::{record, refusal};
use wardroom_app::intake::receipt_file::{self, ReceiptFault};
use wardroom_app::ports::clock::Clock;
use wardroom_app::public_house::{NoReceipt, TrackError};
use wardroom_domain::case::CaseFile;
use wardroom_domain::communication::{DateState, EmbargoState, EmbargoTerms, MessageKind};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_domain::triage::ReportState;
use wardroom_seal::LogSigner;
use wardroom_testkit::world::{Policy, World};

async fn case_file(world: &World, case: &StreamId) -> CaseFile {
    world.desk.must_case(&Viewer::house(), case).await.unwrap().file
}

fn in_days(world: &World, days: i64) -> EmbargoTerms {
    let ends_at = world.clock.now().checked_add(jiff::SignedDuration::from_hours(24 * days)).unwrap();
    EmbargoTerms { ends_at, zone: "Asia/Shanghai".to_owned() }
}

#[tokio::test]
async fn a_date_is_agreed_and_becomes_the_embargo() {
    let world = World::new(Policy::OneDay).await;
    let (receipt, canary) = (world.hand_in(world.report()).await, world.words.canary.clone());
    let (code, report) = (world.code(&receipt), world.stream(&receipt.number).await);
    let eva = &world.team.eva;
    assert!(matches!(world.public.propose_date(&code, in_days(&world, -1), "").await, Err(TrackError::BadDate { .. })));
    assert!(matches!(world.public.answer_date(&code, true, "").await, Err(TrackError::Closed)));
    world.public.propose_date(&code, in_days(&world, 30), &format!("A talk. {canary} reason")).await.unwrap();
    let case = world.accepted(&report).await;
    assert_eq!(refusal(world.desk.answer_date(eva, &report, false, " ").await), "reason-needed");
    let counter = in_days(&world, 90);
    world.desk.propose_date(eva, &report, counter.clone(), &format!("The fix needs longer. {canary} counter")).await.unwrap();
    let track = world.public.track(&code).await.unwrap().follow_up;
    assert!(track.may_answer_date && track.dates.len() == 2 && track.dates[1].reason.starts_with("The fix"));
    assert_eq!(case_file(&world, &case).await.embargo, EmbargoState::None);
    world.public.answer_date(&code, true, "").await.unwrap();
    world.work().await;
    let file = case_file(&world, &case).await;
    assert_eq!((file.embargo, file.terms), (EmbargoState::Active, Some(counter)));
    assert_eq!(world.public.track(&code).await.unwrap().follow_up.dates[1].state, DateState::Accepted);
    // Another date, agreed by the team this time, moves the end.
    let later = in_days(&world, 100);
    world.public.propose_date(&code, later.clone(), "").await.unwrap();
    world.desk.answer_date(eva, &report, true, "").await.unwrap();
    assert_eq!(case_file(&world, &case).await.terms, Some(later));
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn a_date_agreed_before_there_is_a_case_waits_for_it() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.anonymous_report()).await;
    let (code, report) = (world.code(&receipt), world.stream(&receipt.number).await);
    let terms = in_days(&world, 45);
    world.public.propose_date(&code, terms.clone(), "").await.unwrap();
    world.desk.answer_date(&world.team.eva, &report, true, "").await.unwrap();
    let case = world.accepted(&report).await;
    world.work().await;
    assert_eq!(case_file(&world, &case).await.terms, Some(terms));
    world.finish().await;
}

#[tokio::test]
async fn a_credit_goes_into_the_draft_and_back_for_approval() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.anonymous_report()).await;
    let (code, report) = (world.code(&receipt), world.stream(&receipt.number).await);
    world.public.wish_credit(&code, "Rin\n of  the Lab", false).await.unwrap();
    let case = world.accepted(&report).await;
    world.assessed(&case).await;
    world.planned(&case).await;
    let (advisory, _) = world.desk.draft_advisory(&world.team.ada, &case).await.unwrap();
    let credits = async || world.desk.advisory_page(&world.team.ada, &advisory).await.unwrap().content.texts.credits;
    assert_eq!(credits().await, ["Rin of the Lab"]);
    world.public.wish_credit(&code, "R. of the Lab", false).await.unwrap();
    world.work().await;
    assert_eq!(credits().await, ["R. of the Lab"]);
    assert!(matches!(world.public.answer_credit(&code, true, "").await, Err(TrackError::Closed)), "nothing was shown yet");
    let mut texts = world.texts();
    texts.credits = vec!["R. of the Lab | finder".to_owned()];
    world.desk.edit_advisory(&world.team.ada, &advisory, texts).await.unwrap();
    world.desk.submit_advisory(&world.team.ada, &advisory).await.unwrap();
    let credit = world.public.track(&code).await.unwrap().follow_up.credit;
    assert_eq!((credit.shown.as_deref(), credit.agreed), (Some("R. of the Lab (finder)"), None));
    world.public.answer_credit(&code, true, "").await.unwrap();
    assert_eq!(record(&world, &report).await.file.credit.agreed, Some(true));
    // Not to be named after all: in review the text is left to the team.
    world.public.wish_credit(&code, "", true).await.unwrap();
    world.work().await;
    assert_eq!(credits().await, ["R. of the Lab | finder"]);
    assert_eq!(record(&world, &report).await.credit_wish(), None);
    world.finish().await;
}

#[tokio::test]
async fn news_is_told_without_content_and_at_most_once_an_hour() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.anonymous_report()).await;
    let (code, report) = (world.code(&receipt), world.stream(&receipt.number).await);
    let address = "news.of.rin@research.example";
    let say = async |text: &str| {
        let text = format!("{text} {} news", world.words.canary);
        world.desk.message_reporter(&world.team.ming, &report, MessageKind::Answer, &text).await.unwrap();
        world.work().await;
    };
    say("nobody wants to be told").await;
    assert_eq!(world.post.attempts(), 0);
    world.public.wish_news(&code, Some(address)).await.unwrap();
    say("one").await;
    assert_eq!(world.post.to(address).len(), 1);
    world.clock.minutes(10);
    say("two").await;
    world.clock.minutes(10);
    say("three").await;
    assert_eq!(world.post.to(address).len(), 1, "within the hour");
    world.clock.minutes(45);
    world.work().await;
    world.clock.minutes(5);
    world.work().await;
    let told = world.post.to(address);
    assert_eq!(told.len(), 2, "two and three in one mail");
    assert!(told[0].field("Subject").contains(&receipt.number));
    world.public.wish_news(&code, None).await.unwrap();
    world.clock.hours(2);
    say("four").await;
    assert_eq!(world.post.to(address).len(), 2);
    world.finish().await;
}

#[tokio::test]
async fn a_signed_receipt_proves_what_was_received_and_nothing_else() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let code = world.code(&receipt);
    assert!(matches!(world.public.signed_receipt(&code).await, Err(NoReceipt::NotYet)));
    let signer = LogSigner::from_seed("psirt.vendor.example/log", [5; 32]).unwrap();
    assert!(world.desk.sign_head(&signer).await.unwrap());
    assert!(!world.desk.sign_head(&signer).await.unwrap(), "nothing new to sign");
    let (number, file) = world.public.signed_receipt(&code).await.unwrap();
    assert_eq!(number, receipt.number);
    let text = file.to_text();
    let key = world.team_key();
    let now = world.clock.now();
    let proven = receipt_file::verify(text.as_bytes(), Some(key.armored().as_bytes()), None, now).unwrap();
    assert_eq!((proven.sha256, proven.received_at), (receipt.sha256.clone(), receipt.received_at));
    assert!(!text.contains(&receipt.code) && !text.contains(&world.words.canary) && !text.contains(&receipt.number));
    // Every report of the log has its own, also after the log grew.
    let later = world.hand_in(world.anonymous_report()).await;
    assert!(world.desk.sign_head(&signer).await.unwrap());
    for held in [&receipt, &later] {
        let (_, file) = world.public.signed_receipt(&world.code(held)).await.unwrap();
        assert_eq!(receipt_file::verify(file.to_text().as_bytes(), None, None, now).unwrap().sha256, held.sha256);
    }
    let bent = text.replace(&receipt.sha256, &later.sha256);
    assert_eq!(receipt_file::verify(bent.as_bytes(), None, None, now).unwrap_err(), ReceiptFault::Changed);
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn taking_a_report_back_ends_its_clocks_and_tells_the_team() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let (code, report) = (world.code(&receipt), world.stream(&receipt.number).await);
    let case = world.accepted(&report).await;
    world.public.withdraw(&code, &format!("It was my mistake. {} why", world.words.canary)).await.unwrap();
    let file = record(&world, &report).await.file;
    assert_eq!((file.state, file.waiting_for_us, file.clocks.running().count()), (ReportState::Withdrawn, true, 0));
    let page = world.desk.case_page(&world.team.eva, &case).await.unwrap();
    assert!(page.timeline.iter().any(|line| format!("{:?}", line.words).contains("my mistake")), "the team reads why");
    assert_eq!(case_file(&world, &case).await.reports.len(), 1, "the case goes on");
    world.desk.reopen_report(&world.team.ming, &report).await.unwrap();
    assert_eq!(record(&world, &report).await.file.state, ReportState::Linked);
    world.work().await;
    world.finish().await;
}
