//! One mail through several doors is one report and one receipt, whatever each server on the way wrote on top of it. A mail that only
//! borrows the Message-ID of another is kept, answered and pointed out.

use crate::told::count;
use wardroom_app::intake::arrival::{Arrival, MailDoor};
use wardroom_app::intake::import_mail::Outcome;
use wardroom_domain::facts::ReportFact;
use wardroom_testkit::world::{Policy, World};

/// As another server hands the mail over: its own trace on top, its own line breaks.
fn by_another_way(mail: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(mail.to_vec()).unwrap().replace("\r\n", "\n");
    format!(
        "Return-Path: <rin@research.example>\nDelivered-To: psirt@vendor.example\nReceived: from mx (mx [192.0.2.1])\n\tby here;\n{text}\n"
    )
    .into_bytes()
}

#[tokio::test]
async fn imap_lmtp_and_a_file_make_one_report() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    let mail = rin.writes("one", "Once", &format!("Only once. {}", world.words.canary));
    world.letterbox.drop_in(&mail);
    world.work().await;
    let opener = world.opener.as_ref();
    let lmtp = Arrival { envelope_from: Some(rin.address.clone()), ..Arrival::by(MailDoor::Lmtp) };
    let again = world.desk.import_arrived(opener, &by_another_way(&mail), &lmtp).await.unwrap();
    assert_eq!((again.outcome, again.report.as_str()), (Outcome::DuplicateDelivery, "R-2026-0001"));
    let again = world.desk.import_mail(opener, &mail).await.unwrap();
    assert_eq!((again.outcome, again.report.as_str()), (Outcome::DuplicateDelivery, "R-2026-0001"));
    world.work().await;
    let report = world.stream("R-2026-0001").await;
    assert_eq!(count(&world, &report, |fact| matches!(fact, ReportFact::DeliveredAgain)).await, 2);
    assert!(world.desk.find(&world.team.ming, "R-2026-0002").await.is_err());
    assert_eq!(world.post.to(&rin.address).len(), 1, "one receipt");
    world.finish().await;
}

#[tokio::test]
async fn a_borrowed_message_id_hides_nothing() {
    let world = World::new(Policy::OneDay).await;
    let (rin, eve) = (world.reporter("Rin"), world.reporter("Eve"));
    let opener = world.opener.as_ref();
    // Eve is first, with Rin's Message-ID and nothing to say; Rin's report must not be taken for hers.
    world.desk.import_mail(opener, &eve.writes("one", "Nothing", &format!("Nothing here. {}", world.words.canary))).await.unwrap();
    let eves = String::from_utf8(eve.writes("one", "x", "x")).unwrap();
    let id = eves.lines().find(|line| line.starts_with("Message-ID:")).unwrap().trim().to_owned();
    let text = String::from_utf8(rin.writes("one", "Overflow", &format!("A real one. {}", world.words.canary))).unwrap();
    let rins_id = text.lines().find(|line| line.starts_with("Message-ID:")).unwrap().trim().to_owned();
    let mail = text.replace(&rins_id, &id).into_bytes();
    let imported = world.desk.import_mail(opener, &mail).await.unwrap();
    assert_eq!((imported.outcome, imported.report.as_str()), (Outcome::Received, "R-2026-0002"));
    let page = world.desk.report_page(&world.team.ming, &world.stream("R-2026-0002").await).await.unwrap();
    assert!(page.words.remarks.iter().any(|remark| remark == "same-message-id R-2026-0001"), "{:?}", page.words.remarks);
    assert_eq!(world.desk.original(&world.team.ming, &page.record.file.id).await.unwrap(), mail);
    // Fetched again it is the same report still, and a third mail with that Message-ID is one more.
    let again = world.desk.import_mail(opener, &mail).await.unwrap();
    assert_eq!((again.outcome, again.report.as_str()), (Outcome::DuplicateDelivery, "R-2026-0002"));
    let third = String::from_utf8(mail).unwrap().replace("A real one.", "Another one.");
    let third = world.desk.import_mail(opener, third.as_bytes()).await.unwrap();
    assert_eq!((third.outcome, third.report.as_str()), (Outcome::Received, "R-2026-0003"));
    world.work().await;
    assert_eq!(world.post.to(&rin.address).len(), 1, "answered as ever, once a day");
    world.finish().await;
}

#[tokio::test]
async fn the_null_sender_is_never_answered() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    let mail = rin.writes("one", "Bounced?", &format!("Looks like a person. {}", world.words.canary));
    let lmtp = Arrival { envelope_from: Some(String::new()), ..Arrival::by(MailDoor::Lmtp) };
    let imported = world.desk.import_arrived(world.opener.as_ref(), &mail, &lmtp).await.unwrap();
    assert_eq!(imported.outcome, Outcome::AutoReply);
    world.work().await;
    assert!(world.post.to(&rin.address).is_empty());
    world.finish().await;
}
