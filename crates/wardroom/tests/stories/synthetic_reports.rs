//! A synthetic report goes the whole way of a report and becomes none: no number, no row, no mail, no figure; each door says that it passed.
//! Only our own tokens do that.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use wardroom_app::doors::{FORM, LMTP, OUTBOX, OUTGOING, Why};
use wardroom_app::intake::arrival::{Arrival, MailDoor};
use wardroom_app::intake::import_mail::Outcome;
use wardroom_app::ports::prober::{Knocked, Probe, Prober};
use wardroom_app::ports::store::Store;
use wardroom_app::worker::Worker;
use wardroom_testkit::world::{Mood, Policy, World};

/// Collects what it is to knock with; the story carries it to the doors.
#[derive(Default)]
struct Carrier {
    probes: Mutex<Vec<Probe>>,
}

#[async_trait]
impl Prober for Carrier {
    fn doors(&self) -> Vec<String> {
        ["mailbox:letterbox/INBOX", LMTP, FORM, OUTGOING].map(str::to_owned).to_vec()
    }

    async fn knock(&self, probe: &Probe) -> Result<Knocked, String> {
        self.probes.lock().unwrap().push(probe.clone());
        if probe.door == OUTGOING { Err("the mail server is away".to_owned()) } else { Ok(Knocked::Sent) }
    }
}

impl Carrier {
    fn probe(&self, door: &str) -> Probe {
        self.probes.lock().unwrap().iter().find(|probe| probe.door == door).unwrap().clone()
    }
}

#[tokio::test]
async fn it_goes_through_every_door_and_becomes_nothing() {
    let world = World::new(Policy::OneDay).await;
    let carrier = Arc::new(Carrier::default());
    let worker = Worker { prober: Some(carrier.clone()), ..world.worker.clone() };
    let before = world.store.head().await.unwrap();
    // Asked for by the button, or by the day: the day asks once, however often.
    world.desk.ask_daily_self_test().await.unwrap();
    world.desk.ask_daily_self_test().await.unwrap();
    while worker.outbox_once().await.unwrap() > 0 {}
    assert_eq!(carrier.probes.lock().unwrap().len(), 4);

    let mailbox = carrier.probe("mailbox:letterbox/INBOX");
    assert!(!String::from_utf8_lossy(&mailbox.mail).contains("wardroom-self-test:"), "encrypted to the team: it proves that we can read");
    world.letterbox.drop_in(&mailbox.mail);
    assert_eq!(world.worker.mailbox_once(world.letterbox.as_ref()).await.unwrap(), 1);
    let lmtp = carrier.probe(LMTP).mail;
    for _ in 0..2 {
        let taken = world.desk.import_arrived(world.opener.as_ref(), &lmtp, &Arrival::by(MailDoor::Lmtp)).await.unwrap();
        assert_eq!((taken.outcome, taken.report.as_str()), (Outcome::SelfTest, "SELF-TEST"), "however often it comes");
    }
    let mut report = world.report();
    report.text = carrier.probe(FORM).text;
    assert_eq!(world.hand_in(report).await.number, "SELF-TEST");
    world.work().await;

    let states = world.desk.door_states().await.unwrap();
    let state = |name: &str| states.iter().find(|door| door.name == name).unwrap();
    for door in ["mailbox:letterbox/INBOX", LMTP, FORM, OUTBOX] {
        let passed = state(door).test.as_ref().unwrap().passed_at;
        assert!(passed.is_some() && state(door).at_risk.is_none(), "{door}: {:?}", state(door));
    }
    assert_eq!(state(OUTGOING).at_risk, Some(Why::TestFailed));
    assert_eq!(state(OUTGOING).test.as_ref().unwrap().failed.as_deref(), Some("the mail server is away"));
    assert_eq!(world.store.head().await.unwrap(), before, "not one fact");
    assert!(world.store.reports_by_door().await.unwrap().is_empty() && world.post.all().is_empty());
    assert_eq!(world.hand_in(world.report()).await.number, "R-2026-0001", "no number was used up");
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn nobody_else_can_make_one() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    let line = format!("wardroom-self-test:{}", "ab".repeat(32));
    let imported =
        world.desk.import_mail(world.opener.as_ref(), &rin.writes("one", "Test", &format!("{line}\n{}", world.words.canary))).await;
    assert_eq!(imported.unwrap().outcome, Outcome::Received, "a made-up token is a report like any other");
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn a_lost_one_and_a_silent_mail_server_are_seen() {
    let world = World::new(Policy::OneDay).await;
    let carrier = Carrier::default();
    world.worker.self_test(&carrier).await.unwrap();
    world.clock.minutes(16);
    world.work().await;
    let states = world.desk.door_states().await.unwrap();
    let why = |name: &str| states.iter().find(|door| door.name == name).unwrap().at_risk;
    assert_eq!((why(LMTP), why(FORM), why(OUTBOX)), (Some(Why::TestLost), Some(Why::TestLost), None));
    world.clock.minutes(31);
    let states = world.desk.door_states().await.unwrap();
    assert_eq!(states[0].at_risk, Some(Why::Silent), "{:?}", states[0]);
    // A receipt that cannot go out says so at its door.
    world.post.mood(Mood::Later);
    world.desk.import_mail(world.opener.as_ref(), &world.reporter("Rin").writes("one", "x", &world.words.canary)).await.unwrap();
    world.worker.outbox_once().await.unwrap();
    let states = world.desk.door_states().await.unwrap();
    let outgoing = states.iter().find(|door| door.name == OUTGOING).unwrap();
    assert_eq!((outgoing.at_risk, outgoing.reason.as_str()), (Some(Why::Failing), "the next server is busy"));
    world.post.mood(Mood::Takes);
    world.clock.minutes(5);
    world.work().await;
    world.finish().await;
}
