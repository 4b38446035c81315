//! A flood of mail, and honest mail among it: what is handed over when the budgets are used up stays with the mail server and comes in later, answers to
//! us and mails signed by a pinned key come in at once, and in a mailbox the honest mail is read among the first. The proportions of a large
//! flood are in `intake::mail_queue`, in simulated time.

use std::net::{IpAddr, Ipv4Addr};
use wardroom_adapters::{ImapMailbox, Login, MailServer, Protection, Settled};
use wardroom_app::doors::{FLOODS, Why};
use wardroom_app::intake::arrival::{Arrival, MailDoor};
use wardroom_app::intake::mail_queue::Budgets;
use wardroom_app::ports::mail_sink::{MailSink, NotTaken};
use wardroom_app::ports::mailbox::Mailbox;
use wardroom_domain::budget::Rate;
use wardroom_testkit::servers::Dovecot;
use wardroom_testkit::world::{Policy, World};

/// Handed over by LMTP, with the address of the SMTP client.
fn from_network(network: u8) -> Arrival {
    Arrival { peer: Some(IpAddr::V4(Ipv4Addr::new(198, 51, network, 7))), ..Arrival::by(MailDoor::Lmtp) }
}

fn mail(number: usize, received: &str, more: &str, text: &str) -> Vec<u8> {
    format!(
        "{received}From: Sender <sender{number}@research.example>\r\nTo: psirt@vendor.example\r\nSubject: Mail {number}\r\n\
         Message-ID: <{number}@research.example>\r\n{more}\r\n{text}\r\n"
    )
    .into_bytes()
}

async fn flood_light(world: &World) -> Option<Why> {
    let doors = world.desk.door_states().await.unwrap();
    doors.iter().find(|door| door.name == FLOODS).and_then(|door| door.at_risk)
}

#[tokio::test]
async fn honest_mail_comes_in_beside_the_flood() {
    let world = World::new(Policy::OneDay).await;
    let canary = world.words.canary.clone();
    let (rin, ana) = (world.reporter("Rin"), world.reporter("Ana"));
    let take = async |raw: Vec<u8>, network: u8| world.worker.take(raw, &from_network(network)).await;
    // Rin's report is in, and she has her receipt; Ana's key was pinned by a person.
    take(rin.writes("first", "A flaw", &format!("The lock opens. {canary}")), 1).await.unwrap();
    world.work().await;
    let receipt = world.post.only_to(&rin.address).field("Message-ID");
    world.desk.pin_reporter_key(&ana.public_key()).await.unwrap();
    assert_eq!(flood_light(&world).await, None);

    let so_many = |burst| Rate { burst, per_second: 0 };
    world.desk.mail_queue.set(Budgets { first: so_many(20), further: so_many(5), ..Budgets::default() });
    let mut junk_in = 0;
    for number in 0..60 {
        let taken = take(mail(number, "", "", &format!("Buy {number}. {canary}")), 100 + u8::try_from(number % 30).unwrap()).await;
        assert!(matches!(taken, Ok(_) | Err(NotTaken::Busy)), "{taken:?}");
        junk_in += usize::from(taken.is_ok());
    }
    assert_eq!(junk_in, 25, "what the budgets hold");
    assert_eq!(flood_light(&world).await, Some(Why::Flooded));
    // What Ana signed comes in at once, and so does an answer to the receipt, wherever it comes from.
    let signed = ana.writes_encrypted_without_key(&world.team_key().armored(), "signed", "Another", &format!("Signed. {canary}"));
    take(signed, 100).await.unwrap();
    take(mail(900, "", &format!("In-Reply-To: {receipt}\r\n"), &format!("More. {canary}")), 100).await.unwrap();
    // Nobody's mail from a quiet network has to wait, as has the junk; whoever comes again is let in.
    let honest = mail(901, "", "", &format!("A report of mine. {canary}"));
    assert_eq!(take(honest.clone(), 2).await, Err(NotTaken::Busy));
    world.clock.minutes(5);
    let number = take(honest, 2).await.unwrap();
    world.desk.find(&world.team.ming, &number).await.unwrap();
    world.work().await;
    assert_eq!(world.post.to("sender901@research.example").len(), 1, "and it is answered");
    world.clock.minutes(16);
    assert_eq!(flood_light(&world).await, None, "the flood is over");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_mailbox_full_of_junk_the_honest_mail_is_read_first() {
    let Some(dovecot) = Dovecot::start("psirt", "open sesame").unwrap() else { return };
    let login = Some(Login { user: "psirt".into(), password: "open sesame".to_owned().into() });
    let server =
        MailServer { host: "127.0.0.1".into(), port: dovecot.port(), protection: Protection::None, login, ..MailServer::default() };
    let mailbox = ImapMailbox::new(server, "INBOX", Settled::Seen).unwrap();
    let world = World::new(Policy::OneDay).await;
    let canary = world.words.canary.clone();
    let from = |network: u8| format!("Received: from mx (mx [198.51.{network}.7])\r\n\tby in.vendor.example with ESMTP; now\r\n");
    for number in 0..120 {
        dovecot.deliver(&mail(number, &from(100), "", &format!("Buy {number}. {canary}"))).unwrap();
    }
    dovecot.deliver(&mail(900, &from(2), "", &format!("A report of mine. {canary}"))).unwrap();
    let waiting = mailbox.fetch_fairly(50, &world.worker).await.unwrap();
    let place = waiting.iter().position(|one| one.raw.windows(15).any(|part| part == b"A report of min"));
    assert_eq!((waiting.len(), place), (50, Some(1)), "behind one mail of the junk's network");
    assert_eq!(mailbox.backlog().await, Some(71));
    // Read to the end nothing is lost.
    let mut taken = 0;
    while let Ok(more @ 1..) = world.worker.mailbox_once(&mailbox).await {
        taken += more;
    }
    assert_eq!(taken, 121);
    assert!(mailbox.fetch(10).await.unwrap().is_empty());
    world.work().await;
    assert_eq!(world.post.to("sender900@research.example").len(), 1);
    world.finish().await;
}
