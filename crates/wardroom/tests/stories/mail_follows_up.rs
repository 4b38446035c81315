//! Mail about a report that is already there: joined only with a proved sender and the token of one of our mails; everything else stands in
//! quarantine beside what it claims, until a person decides. Bounces of our own mail are shown and never answered.

use crate::told::{count, record, refusal};
use wardroom_app::intake::arrival::{Arrival, MailDoor};
use wardroom_app::intake::import_mail::{Imported, Outcome};
use wardroom_domain::communication::MessageKind;
use wardroom_domain::facts::ReportFact;
use wardroom_domain::log::StreamId;
use wardroom_domain::triage::ReportState;
use wardroom_mail::trust::dkim_signing::{SigningKey, sign};
use wardroom_testkit::world::{Policy, Reporter, World};

async fn import(world: &World, raw: &str) -> Imported {
    let imported = world.desk.import_mail(world.worker.opener.as_ref(), raw.as_bytes()).await.unwrap();
    world.work().await;
    imported
}

fn mail(from: &str, id: &str, subject: &str, more: &str, text: &str) -> String {
    format!("From: {from}\r\nTo: psirt@vendor.example\r\nSubject: {subject}\r\nMessage-ID: <{id}@research.example>\r\n{more}\r\n{text}\r\n")
}

/// A first report and the Message-ID of its receipt.
async fn begun(world: &World, rin: &Reporter) -> (StreamId, String) {
    let first = import(world, &mail(&rin.address, "one", "A flaw", "", &format!("The lock opens. {}", world.words.canary))).await;
    assert_eq!((first.report.as_str(), first.outcome), ("R-2026-0001", Outcome::Received));
    (world.stream("R-2026-0001").await, world.post.only_to(&rin.address).field("Message-ID"))
}

fn signed(world: &World, rin: &Reporter, raw: &str) -> String {
    let domain = rin.address.rsplit('@').next().unwrap();
    let key = SigningKey::ed25519([9; 32]);
    world.dns.publish(&format!("sel._domainkey.{domain}"), &key.record());
    sign(raw, &key, domain, "sel", "c=relaxed/relaxed; h=from:to:subject:message-id:in-reply-to")
}

#[tokio::test]
async fn a_proved_sender_with_the_token_joins_and_nothing_is_reopened() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    let (report, id) = begun(&world, &rin).await;
    world
        .desk
        .decline(&world.team.ming, &report, wardroom_domain::triage::Disposition::NotReproducible, "We could not repeat it.")
        .await
        .unwrap();
    world.work().await;
    let canary = &world.words.canary;
    let raw =
        signed(&world, &rin, &mail(&rin.address, "two", "Re: A flaw", &format!("In-Reply-To: {id}\r\n"), &format!("Try harder. {canary}")));
    let joined = import(&world, &raw).await;
    assert_eq!((joined.report.as_str(), joined.outcome), ("R-2026-0001", Outcome::Threaded));
    assert_eq!(import(&world, &raw).await.outcome, Outcome::DuplicateDelivery);
    let found = record(&world, &report).await;
    assert_eq!(found.file.state, ReportState::Declined, "a mail reopens nothing");
    assert!(found.file.waiting_for_us);
    assert_eq!(found.file.follow_ups.len(), 1);
    assert_eq!(count(&world, &report, |fact| matches!(fact, ReportFact::Message { message: MessageKind::FromReporter })).await, 1);
    let words = found.words();
    assert_eq!((words.attachments[0].name.as_str(), words.title.as_str()), ("follow-up.eml", "A flaw"));
    assert_eq!(
        world.desk.open_blob(&found, &found.file.received.attachments[0]).await.unwrap(),
        raw.as_bytes(),
        "the original bytes are kept"
    );
    world.finish().await;
}

#[tokio::test]
async fn the_token_in_the_address_is_enough_where_no_program_keeps_references() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    begun(&world, &rin).await;
    let receipt = world.post.only_to(&rin.address);
    let address = receipt.field("Reply-To");
    assert!(address.starts_with("psirt+") && address.ends_with("@vendor.example") && address.len() > 60, "{address}");
    assert!(!receipt.field("Subject").contains(address.split(['+', '@']).nth(1).unwrap()), "never in a subject");
    let canary = &world.words.canary;
    let to = |id: &str, field: &str, address: &str| {
        mail(&rin.address, id, "More", "", &format!("By address {id}. {canary}"))
            .replace("To: psirt@vendor.example\r\n", &format!("{field}: {address}\r\n"))
    };
    let wrong = address.replacen("psirt+", "psirt+a", 1);
    let elsewhere = address.replace("vendor.example", "vendor.example.evil.example");
    for (raw, outcome) in [
        (signed(&world, &rin, &to("to", "To", &address)), Outcome::Threaded),
        (signed(&world, &rin, &to("upper", "Cc", &address.to_uppercase())), Outcome::Threaded),
        (signed(&world, &rin, &to("delivered", "Delivered-To", &format!("<{address}>"))), Outcome::Threaded),
        (to("unproved", "To", &address), Outcome::Quarantined),
        (signed(&world, &rin, &to("wrong", "To", &wrong)), Outcome::Received),
        (signed(&world, &rin, &to("elsewhere", "To", &elsewhere)), Outcome::Received),
    ] {
        assert_eq!(import(&world, &raw).await.outcome, outcome, "{raw}");
    }
    // The envelope says it where the header does not.
    let raw = signed(&world, &rin, &mail(&rin.address, "envelope", "More", "", &format!("By envelope. {canary}")));
    let arrival = Arrival { recipients: vec![address], ..Arrival::by(MailDoor::Lmtp) };
    let joined = world.desk.import_arrived(world.opener.as_ref(), raw.as_bytes(), &arrival).await.unwrap();
    assert_eq!((joined.outcome, joined.report.as_str()), (Outcome::Threaded, "R-2026-0001"));
    world.finish().await;
}

#[tokio::test]
async fn the_key_that_came_with_the_report_proves_too() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    let canary = &world.words.canary;
    let team = world.team_key().armored();
    let first = rin.writes_encrypted(&team, "one", "Hush", &format!("Secret. {canary}"));
    world.desk.import_mail(world.worker.opener.as_ref(), &first).await.unwrap();
    world.work().await;
    let id = world.post.only_to(&rin.address).field("Message-ID");
    let answer = |raw: Vec<u8>| format!("In-Reply-To: {id}\r\n{}", String::from_utf8(raw).unwrap());
    let second = answer(rin.writes_encrypted_without_key(&team, "two", "Re: Hush", &format!("More. {canary}")));
    let joined = import(&world, &second).await;
    assert_eq!((joined.report.as_str(), joined.outcome, joined.signature), ("R-2026-0001", Outcome::Threaded, "good"));
    // The same token in somebody else's encrypted and signed mail claims, and no more.
    let eve = world.reporter("Eve");
    let forged = answer(eve.writes_encrypted(&team, "three", "Re: Hush", &format!("Close it please. {canary}")));
    assert_eq!(import(&world, &forged).await.outcome, Outcome::Quarantined);
    world.finish().await;
}

#[tokio::test]
async fn everything_else_that_claims_stands_beside_it() {
    let world = World::new(Policy::OneDay).await;
    let (rin, eve) = (world.reporter("Rin"), world.reporter("Eve"));
    let (report, id) = begun(&world, &rin).await;
    let (case, number) = world.desk.accept(&world.team.ming, &report, "Lock").await.unwrap();
    let canary = &world.words.canary;
    let references = format!("In-Reply-To: {id}\r\n");
    let bad_token = format!("In-Reply-To: {}\r\n", id.replacen('<', "<a", 1));
    let own = "References: <one@research.example>\r\n";
    let stolen = signed(&world, &rin, &mail(&rin.address, "s", "Re: R-2026-0001", "", &format!("Signed, no token. {canary}")));
    for (raw, what) in [
        (mail(&rin.address, "a", "Re: A flaw", &references, &format!("Token, not proved. {canary}")), "token without proof"),
        (mail(&eve.address, "b", "Re: A flaw", &references, &format!("Token, somebody else. {canary}")), "stranger with token"),
        (mail(&rin.address, "c", "Re: A flaw", own, &format!("Reference. {canary}")), "reference"),
        (mail(&eve.address, "d", &format!("{number} again"), "", &format!("Number. {canary}")), "case number"),
        (
            mail(&eve.address, "e", "=?utf-8?b?77yy77yN77yS77yQ77yS77yW77yN77yQ77yQ77yQ77yR?=", "", &format!("Full width. {canary}")),
            "full width",
        ),
        (stolen, "proved without token"),
    ] {
        let imported = import(&world, &raw).await;
        assert_eq!(imported.outcome, Outcome::Quarantined, "{what}");
        assert_ne!(imported.report, "R-2026-0001", "{what}");
    }
    let plain = import(&world, &mail(&eve.address, "f", "Re: A flaw", &bad_token, &format!("Guessed token. {canary}"))).await;
    assert_eq!(plain.outcome, Outcome::Received, "a token we did not make claims nothing");
    assert!(record(&world, &report).await.file.follow_ups.is_empty());
    let page = world.desk.case_page(&world.team.anna, &case).await.unwrap();
    assert_eq!(page.claims.len(), 6, "all are seen at the case");
    // Somebody new is answered by the usual rule, and not told anything about the case.
    let receipt = world.post.only_to(&eve.address);
    assert!(!receipt.raw().contains("R-2026-0001") && !receipt.raw().contains(&number));
    world.finish().await;
}

#[tokio::test]
async fn a_person_decides_what_a_claim_is() {
    let world = World::new(Policy::OneDay).await;
    let (rin, eve) = (world.reporter("Rin"), world.reporter("Eve"));
    let (report, id) = begun(&world, &rin).await;
    let canary = &world.words.canary;
    let claim = |n: &str| mail(&eve.address, n, "Re: A flaw", &format!("In-Reply-To: {id}\r\n"), &format!("Claim {n}. {canary}"));
    for n in ["a", "b", "c"] {
        import(&world, &claim(n)).await;
    }
    let stream = async |number: &str| world.stream(number).await;
    let (a, b, c) = (stream("R-2026-0002").await, stream("R-2026-0003").await, stream("R-2026-0004").await);
    assert_eq!(refusal(world.desk.attach_claim(&world.team.emil, &a).await), "not-your-role");
    assert_eq!(refusal(world.desk.discard_claim(&world.team.ming, &b, " ").await), "reason-needed");
    assert_eq!(world.desk.attach_claim(&world.team.ming, &a).await.unwrap(), "R-2026-0001");
    world.desk.discard_claim(&world.team.ming, &b, "Not the reporter's way of writing").await.unwrap();
    world.desk.release(&world.team.ming, &c).await.unwrap();
    let target = record(&world, &report).await;
    assert_eq!(target.file.follow_ups.len(), 1);
    assert!(
        String::from_utf8(world.desk.open_blob(&target, &target.file.received.attachments[0]).await.unwrap()).unwrap().contains("Claim a.")
    );
    for (one, state) in [(&a, ReportState::Linked), (&b, ReportState::Declined), (&c, ReportState::Opened)] {
        assert_eq!(record(&world, one).await.file.state, state);
    }
    assert!(record(&world, &a).await.file.clocks.running().next().is_none(), "what is no report of its own is owed nothing");
    assert!(record(&world, &c).await.file.clocks.running().next().is_some(), "a report of its own is owed an answer");
    assert_eq!(world.desk.report_page(&world.team.ming, &report).await.unwrap().claims.len(), 0, "all are decided");
    assert!(world.desk.attach_claim(&world.team.ming, &a).await.is_err(), "once");
    world.finish().await;
}

#[tokio::test]
async fn our_own_mail_come_back_is_noted_and_never_answered() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    let (report, id) = begun(&world, &rin).await;
    let sent = world.post.attempts();
    let bounce = format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.research.example\r\nTo: psirt@vendor.example\r\nSubject: Undelivered\r\nMessage-ID: <bounce@mx.example>\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry. {}\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
         Message-ID: {id}\r\nSubject: x\r\n\r\n--b--\r\n",
        world.words.canary, rin.address
    );
    let noted = import(&world, &bounce).await;
    assert_eq!((noted.report.as_str(), noted.outcome), ("R-2026-0001", Outcome::AutoReply));
    assert_eq!(import(&world, &bounce).await.outcome, Outcome::DuplicateDelivery);
    let returned = record(&world, &report).await.file.returned;
    assert_eq!((returned.len(), returned[0].what.as_str(), returned[0].status.as_str()), (1, "receipt", "5.1.1"));
    // A bounce of a mail that we never sent: anybody can write one, so a person looks first.
    let strange = bounce.replace(&id, "<never@vendor.example>").replace("bounce@", "bounce2@");
    let kept = import(&world, &strange).await;
    assert_eq!((kept.report.as_str(), kept.outcome), ("R-2026-0002", Outcome::Quarantined));
    // Our own receipt, sent back to us by a loop.
    let looped = import(&world, &world.post.only_to(&rin.address).raw()).await;
    assert_eq!((looped.outcome, looped.report.as_str()), (Outcome::Ignored, ""), "it says what we said");
    // Away notices say what they answer and still are not the reporter's words.
    let away = import(&world, &format!("In-Reply-To: {id}\r\n{}", String::from_utf8(rin.is_away("away")).unwrap())).await;
    assert_eq!(away.outcome, Outcome::AutoReply);
    assert_eq!(world.post.attempts(), sent, "none of them is answered");
    assert!(record(&world, &report).await.file.follow_ups.is_empty());
    world.finish().await;
}
