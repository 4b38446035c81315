//! What cannot be decrypted or read is still a report: it stands in the inbox, its bytes are kept as they came, and its sender is answered.

use crate::told::{count, refusal};
use wardroom_app::intake::import_mail::{ImportError, Outcome};
use wardroom_domain::facts::ReportFact;
use wardroom_domain::intake::Reading;
use wardroom_domain::triage::ReportState;
use wardroom_testkit::world::{Parser, Policy, World};

#[tokio::test]
async fn a_mail_to_somebody_else_s_key_is_answered() {
    let world = World::new(Policy::OneDay).await;
    let (rin, stranger) = (world.reporter("Rin"), world.reporter("Tom"));
    let mail = rin.writes_encrypted(&stranger.public_key(), "one", "Secret", &format!("Wrong key. {}", world.words.canary));
    let imported = world.desk.import_mail(world.opener.as_ref(), &mail).await.unwrap();
    assert_eq!((imported.outcome, imported.decrypted, imported.signature), (Outcome::Quarantined, false, "unknown"));

    let report = world.stream(&imported.report).await;
    let page = world.desk.report_page(&world.team.ming, &report).await.unwrap();
    assert_eq!(page.record.file.received.reading, Reading::DecryptionFailed);
    assert!(page.words.remarks.iter().any(|remark| remark.starts_with("decryption failed")), "{:?}", page.words.remarks);
    assert_eq!(world.desk.original(&world.team.ming, &report).await.unwrap(), mail);

    world.work().await;
    let letter = world.post.only_to(&rin.address);
    let text = letter.in_the_open().text;
    assert!(text.contains("We could not decrypt or read the message"), "{text}");
    assert!(text.contains(&world.team_key().fingerprint()), "and which key to use");
    world.finish().await;
}

#[tokio::test]
async fn a_mail_that_kills_the_parser_waits_for_a_person() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    let mail = rin.writes("one", "Boom", &format!("This one kills. {}", world.words.canary));
    world.letterbox.drop_in(&mail);
    world.opener.parser(Parser::Dies);
    world.work().await;
    assert_eq!(world.letterbox.waiting(), 0, "it is ours now and blocks nobody");
    world.opener.parser(Parser::Works);

    let (report, ming) = (world.stream("R-2026-0001").await, &world.team.ming);
    let page = world.desk.report_page(ming, &report).await.unwrap();
    assert_eq!((page.record.file.state, page.record.file.received.reading), (ReportState::Quarantined, Reading::Unreadable));
    assert_eq!(world.desk.original(ming, &report).await.unwrap(), mail, "nothing of it is lost");
    assert_eq!(refusal(world.desk.accept(ming, &report, "").await), "not-from-here", "a person looks first");
    assert_eq!(page.words.sender_address, rin.address, "seen from the outside");
    let letter = world.post.only_to(&rin.address);
    assert!(letter.in_the_open().text.contains("R-2026-0001"), "it still gets its receipt");
    assert_eq!((letter.0.from.as_str(), letter.field("auto-submitted").as_str()), ("", "auto-replied"));

    // The next mail is read as ever.
    world.letterbox.drop_in(&rin.writes("two", "Fine", &format!("This one does not. {}", world.words.canary)));
    world.work().await;
    world.desk.release(ming, &report).await.unwrap();
    world.accepted(&report).await;
    world.finish().await;
}

#[tokio::test]
async fn a_machine_that_kills_the_parser_gets_no_receipt() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    let mail = String::from_utf8(rin.writes("one", "Boom", &format!("This one kills. {}", world.words.canary))).unwrap();
    world.opener.parser(Parser::Dies);
    for (field, outcome) in [("Auto-Submitted: auto-replied", Outcome::Quarantined), ("From: other@research.example", Outcome::Quarantined)]
    {
        let imported = world.desk.import_mail(world.opener.as_ref(), format!("{field}\r\n{mail}").as_bytes()).await.unwrap();
        assert_eq!(imported.outcome, outcome, "{field}");
    }
    world.work().await;
    assert!(world.post.all().is_empty(), "neither a machine, nor a sender that can be read in two ways");
    world.finish().await;
}

#[tokio::test]
async fn without_a_parser_mail_stays_in_the_mailbox() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    let mail = rin.writes("one", "Patience", &format!("Wait. {}", world.words.canary));
    world.letterbox.drop_in(&mail);
    world.opener.parser(Parser::Absent);
    assert!(world.worker.mailbox_once(world.letterbox.as_ref()).await.is_err());
    assert!(matches!(world.desk.import_mail(world.opener.as_ref(), &mail).await, Err(ImportError::NoParser(_))));
    assert_eq!(world.letterbox.waiting(), 1, "nothing was taken, nothing is lost");
    let state = world.desk.door_states().await.unwrap().remove(0);
    assert!(state.success_at.is_none() && state.failure_at.is_some() && state.at_risk.is_some(), "and the health page says so");

    world.opener.parser(Parser::Works);
    world.work().await;
    assert_eq!(world.letterbox.waiting(), 0);
    let report = world.stream("R-2026-0001").await;
    assert_eq!(count(&world, &report, |fact| matches!(fact, ReportFact::ReceiptSent { .. })).await, 1);
    world.finish().await;
}

#[tokio::test]
async fn a_mail_fetched_twice_is_one_report() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    world.letterbox.drop_in(&rin.writes("one", "Once", &format!("Only once. {}", world.words.canary)));
    world.letterbox.forgetful(true);
    for _ in 0..3 {
        assert!(world.worker.mailbox_once(world.letterbox.as_ref()).await.is_err(), "the connection breaks before the mark");
    }
    world.letterbox.forgetful(false);
    world.work().await;
    let report = world.stream("R-2026-0001").await;
    assert_eq!(count(&world, &report, |fact| matches!(fact, ReportFact::DeliveredAgain)).await, 3);
    assert!(world.desk.find(&world.team.ming, "R-2026-0002").await.is_err(), "one report, not four");
    assert_eq!(world.post.to(&rin.address).len(), 1, "and one receipt");
    world.finish().await;
}
