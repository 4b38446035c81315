//! Reporters' keys: the first is used, a second one never silently, a person decides; a domain is asked only by order, and under an
//! embargo only with a consent that is written down.

use async_trait::async_trait;
use std::sync::Mutex;
use wardroom_app::AskError;
use wardroom_app::keys::look_up::LookUp;
use wardroom_app::keys::ring::{Source, Standing};
use wardroom_app::ports::key_directory::{DirectoryTrouble, KeyDirectory};
use wardroom_app::public_house::HandIn;
use wardroom_domain::Refusal;
use wardroom_domain::communication::MessageKind;
use wardroom_domain::facts::{Fact, ReportFact};
use wardroom_domain::log::StreamId;
use wardroom_mail::opened::Encryption;
use wardroom_testkit::world::{Letter, Policy, Reporter, World};

fn is_sealed(letter: &Letter) -> bool {
    !matches!(letter.in_the_open().encryption, Encryption::None)
}

async fn taken_in(world: &World, mail: &[u8]) -> StreamId {
    let imported = world.desk.import_mail(world.opener.as_ref(), mail).await.unwrap();
    world.work().await;
    world.stream(&imported.report).await
}

async fn answered(world: &World, report: &StreamId) -> Letter {
    let text = format!("An answer with words. {}", world.words.canary);
    world.desk.message_reporter(&world.team.ming, report, MessageKind::Answer, &text).await.unwrap();
    world.work().await;
    let words = world.desk.must_report(&world.team.ming, report).await.unwrap().words();
    world.post.to(&words.sender_address).pop().unwrap()
}

/// Somebody who writes from another's address with a key of their own.
fn impostor(world: &World, of: &Reporter) -> Reporter {
    let mut other = world.reporter("Mallory");
    other.address.clone_from(&of.address);
    other.name.clone_from(&of.name);
    other
}

#[tokio::test]
async fn the_first_key_is_used_and_a_second_waits_for_a_person() {
    let world = World::new(Policy::OneDay).await;
    let (rin, ming) = (world.reporter("Rin"), &world.team.ming);
    let team = world.team_key().armored();
    let first = taken_in(&world, &rin.writes_encrypted(&team, "one", "One", &format!("One. {}", world.words.canary))).await;
    let ring = world.desk.ring_of(ming, &first).await.unwrap();
    assert_eq!((ring.choice, ring.keys.len()), ("use", 1));
    let key = &ring.keys[0];
    assert_eq!((key.source, key.encrypted, key.standing, key.in_use), (Source::Pasted, true, Standing::Candidate, true));
    assert_eq!((key.report.as_str(), key.names_address), ("R-2026-0001", true));
    assert!(is_sealed(&answered(&world, &first).await));

    // The same address, another key: nothing is encrypted to it, nothing confidential goes out in clear, and the page says why.
    let other = impostor(&world, &rin);
    let second = taken_in(&world, &other.writes_encrypted(&team, "two", "Two", &format!("Two. {}", world.words.canary))).await;
    let ring = world.desk.ring_of(ming, &second).await.unwrap();
    assert_eq!((ring.choice, ring.keys.len()), ("changed", 2));
    assert!(!ring.keys.iter().any(|key| key.in_use));
    let letter = answered(&world, &second).await;
    assert!(!is_sealed(&letter) && !letter.raw().contains("An answer with words"));
    // Nor does the report that came with the first key change its mind.
    let letter = answered(&world, &first).await;
    assert!(is_sealed(&letter));

    // A person pins the new one: from then on it is used for the address, and the old one is not.
    world.desk.decide_key(ming, &second, &other.key.fingerprint(), Standing::Pinned).await.unwrap();
    assert!(matches!(
        world.desk.decide_key(ming, &second, &other.key.fingerprint(), Standing::Pinned).await,
        Err(AskError::Refused(Refusal::AlreadyDone))
    ));
    let letter = answered(&world, &second).await;
    assert!(other.reads(&letter, &world.team_key()).text.contains("An answer with words"));
    let ring = world.desk.ring_of(ming, &second).await.unwrap();
    let pinned = ring.keys.iter().find(|key| key.in_use).unwrap();
    assert_eq!((pinned.standing, pinned.decided_by.as_str()), (Standing::Pinned, "Ming"));
    assert_eq!(world.desk.known_reporter_keys().await.unwrap().len(), 1, "signatures of the pinned one count");

    // Rejected: not used, though it is the only one that came with the report.
    world.desk.decide_key(ming, &second, &other.key.fingerprint(), Standing::Rejected).await.unwrap();
    assert!(world.desk.known_reporter_keys().await.unwrap().is_empty());
    let ring = world.desk.ring_of(ming, &second).await.unwrap();
    assert!(!ring.keys.iter().any(|key| key.in_use && key.fingerprint == other.key.fingerprint()));
    let record = world.desk.must_report(ming, &second).await.unwrap();
    let decisions: Vec<String> = record
        .entries
        .iter()
        .filter_map(|entry| match &entry.recorded.fact {
            Fact::Report(ReportFact::KeyDecided { decision }) => Some(decision.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(decisions, ["pinned", "rejected"]);
    // Neither an engineer nor an auditor decides about keys.
    for viewer in [&world.team.emil, &world.team.otto] {
        assert!(world.desk.decide_key(viewer, &second, &other.key.fingerprint(), Standing::Pinned).await.is_err());
    }
    world.finish().await;
}

#[tokio::test]
async fn a_key_typed_into_the_form_is_known_and_a_brought_one_is_pinned() {
    let world = World::new(Policy::OneDay).await;
    let (rin, ming) = (world.reporter("Rin"), &world.team.ming);
    let typed = HandIn { reporter_key: rin.public_key(), sender_address: rin.address.clone(), ..world.report() };
    let receipt = world.hand_in(typed).await;
    world.work().await;
    let report = world.stream(&receipt.number).await;
    let ring = world.desk.ring_of(ming, &report).await.unwrap();
    assert_eq!((ring.choice, ring.keys[0].source, ring.keys[0].report.as_str()), ("use", Source::Form, "R-2026-0001"));
    let other = impostor(&world, &rin);
    let added = world.desk.add_key(ming, &report, &other.public_key()).await.unwrap();
    assert_eq!(added, other.key.fingerprint());
    let ring = world.desk.ring_of(ming, &report).await.unwrap();
    let used = ring.keys.iter().find(|key| key.in_use).unwrap();
    assert_eq!((used.source, used.standing), (Source::Staff, Standing::Pinned));
    assert!(world.desk.add_key(ming, &report, "no key at all").await.is_err());
    assert!(world.desk.add_key(ming, &report, &other.key.armored_secret().unwrap()).await.is_err(), "a secret key is nobody's to send");
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn whoever_agreed_at_the_form_is_not_asked_again() {
    let world = World::new(Policy::OneDay).await;
    let (rin, ming) = (world.reporter("Rin"), &world.team.ming);
    let mut agreed = HandIn { sender_address: rin.address.clone(), ..world.report() };
    agreed.fields.push(("key_lookup".to_owned(), "yes".to_owned()));
    let report = world.stream(&world.hand_in(agreed).await.number).await;
    let case = world.accepted(&report).await;
    world.embargoed(&case, 30).await;
    assert!(!world.desk.look_up_needs_consent(ming, &report).await.unwrap());
    let directory = Directory { key: rin.key.binary_public(), ..Directory::default() };
    let by = LookUp { directory: &directory, opener: world.opener.as_ref() };
    assert!(directory.asked.lock().unwrap().is_empty(), "a person decides it all the same");
    let found = world.desk.look_up_key(ming, &report, "", by).await.unwrap();
    assert_eq!(found.as_deref(), Some(rin.key.fingerprint().as_str()));
    world.work().await;
    world.finish().await;
}

/// A directory in the story's hands.
#[derive(Default)]
struct Directory {
    key: Vec<u8>,
    asked: Mutex<Vec<String>>,
}

#[async_trait]
impl KeyDirectory for Directory {
    async fn find(&self, address: &str) -> Result<Option<Vec<u8>>, DirectoryTrouble> {
        self.asked.lock().unwrap().push(address.to_owned());
        Ok((!self.key.is_empty()).then(|| self.key.clone()))
    }
}

#[tokio::test]
async fn a_domain_is_asked_by_order_only_and_under_an_embargo_with_consent() {
    let world = World::new(Policy::OneDay).await;
    let (rin, ming) = (world.reporter("Rin"), &world.team.ming);
    let report = taken_in(&world, &rin.writes("one", "One", &format!("One. {}", world.words.canary))).await;
    let directory = Directory { key: rin.key.binary_public(), ..Directory::default() };
    let by = LookUp { directory: &directory, opener: world.opener.as_ref() };
    assert!(directory.asked.lock().unwrap().is_empty(), "nobody asked by himself");
    assert_eq!(world.desk.ring_of(ming, &report).await.unwrap().choice, "none");

    let case = world.accepted(&report).await;
    world.embargoed(&case, 30).await;
    assert!(world.desk.look_up_needs_consent(ming, &report).await.unwrap());
    let refused = world.desk.look_up_key(ming, &report, "  ", by).await;
    assert!(matches!(refused, Err(AskError::Refused(Refusal::FieldNeeded { field: "consent" }))), "{refused:?}");
    assert!(directory.asked.lock().unwrap().is_empty(), "the domain was not asked");

    let consent = format!("Rin, on the phone today {}", world.words.canary);
    let found = world.desk.look_up_key(ming, &report, &consent, by).await.unwrap();
    assert_eq!(found.as_deref(), Some(rin.key.fingerprint().as_str()));
    assert_eq!(directory.asked.lock().unwrap().as_slice(), [rin.address.to_lowercase()]);
    let ring = world.desk.ring_of(ming, &report).await.unwrap();
    assert_eq!((ring.choice, ring.keys[0].source, ring.keys[0].in_use), ("none", Source::Directory, false), "found is not trusted");
    assert!(!is_sealed(&answered(&world, &report).await));
    world.desk.decide_key(ming, &report, &rin.key.fingerprint(), Standing::Pinned).await.unwrap();
    assert!(is_sealed(&answered(&world, &report).await));

    // A key for somebody else, nonsense, and nothing.
    let tom = world.reporter("Tom");
    for (key, wanted) in [(tom.key.binary_public(), false), (vec![0x99; 900], false), (Vec::new(), true)] {
        let directory = Directory { key, ..Directory::default() };
        let by = LookUp { directory: &directory, opener: world.opener.as_ref() };
        let found = world.desk.look_up_key(ming, &report, &consent, by).await;
        assert_eq!(found.is_ok(), wanted, "{found:?}");
        assert!(!matches!(found, Ok(Some(_))));
    }
    world.work().await;
    world.finish().await;
}
