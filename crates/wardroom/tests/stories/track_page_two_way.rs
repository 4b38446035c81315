//! With the receipt code, and nothing else, a reporter reads the team's answers and writes back. Who has no code sees nothing.

use crate::told::record;
use wardroom_app::public_house::TrackError;
use wardroom_domain::communication::MessageKind;
use wardroom_domain::facts::Words;
use wardroom_domain::triage::ReportState;
use wardroom_mail::opened::Encryption;
use wardroom_seal::{ReceiptCode, SeededChance};
use wardroom_testkit::world::{Policy, World};

#[tokio::test]
async fn question_and_answer_without_an_account() {
    let world = World::new(Policy::OneDay).await;
    let (receipt, canary) = (world.hand_in(world.anonymous_report()).await, &world.words.canary);
    let (code, report) = (world.code(&receipt), world.stream(&receipt.number).await);
    let before = world.public.track(&code).await.unwrap();
    assert!(before.messages.is_empty() && before.we_owe && !before.you_owe);
    assert!(before.steps.iter().all(|step| !step.done), "nobody has answered yet: {:?}", before.steps);

    world.clock.hours(50);
    world.desk.ask(&world.team.ming, &report, &format!("Which version is it? {canary} question")).await.unwrap();
    let asked = world.public.track(&code).await.unwrap();
    assert_eq!((asked.state, asked.you_owe, asked.we_owe), (ReportState::Asked, true, false));
    assert_eq!(asked.messages.len(), 1);
    assert!(asked.messages[0].from_team && asked.messages[0].text.contains("Which version"));
    assert!(asked.steps[0].done, "a person has answered: {:?}", asked.steps);

    world.public.write(&code, &format!("2.4.1, see the label. {canary} answer"), "en").await.unwrap();
    let page = world.desk.report_page(&world.team.ming, &report).await.unwrap();
    let last = page.record.entries.iter().rev().find_map(|entry| match &entry.words {
        Some(Words::Message(words)) => Some(words.text.clone()),
        _ => None,
    });
    assert!(last.unwrap().starts_with("2.4.1"), "the desk reads the answer");
    assert_eq!(page.record.file.state, ReportState::Opened);
    let after = world.public.track(&code).await.unwrap();
    assert_eq!((after.messages.len(), after.you_owe, after.we_owe), (2, false, true));
    world.work().await;
    assert_eq!(world.post.attempts(), 0, "nobody left an address");
    world.finish().await;
}

#[tokio::test]
async fn notes_stay_inside() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let (code, report) = (world.code(&receipt), world.stream(&receipt.number).await);
    world.desk.note(&world.team.ming, &report, &format!("Rin again. {} note", world.words.canary)).await.unwrap();
    let track = world.public.track(&code).await.unwrap();
    assert!(track.messages.is_empty());
    // What the public face can get at all: nothing sealed to the desk.
    let stored = world.house.store.reporter_view(&report).await.unwrap();
    assert!(stored.iter().all(|one| one.body.is_none()));
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn a_wrong_code_and_no_code_look_the_same() {
    let world = World::new(Policy::OneDay).await;
    world.hand_in(world.report()).await;
    let made_up = ReceiptCode::make(&mut SeededChance::new(99));
    for _ in 0..3 {
        assert!(matches!(world.public.track(&made_up).await, Err(TrackError::Unknown)));
        assert!(matches!(world.public.write(&made_up, "hello", "en").await, Err(TrackError::Unknown)));
        assert!(matches!(world.public.withdraw(&made_up, "").await, Err(TrackError::Unknown)));
    }
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn a_message_is_mailed_encrypted_or_only_announced() {
    let world = World::new(Policy::OneDay).await;
    let (rin, tom, canary) = (world.reporter("Rin"), world.reporter("Tom"), &world.words.canary);
    let open = tom.writes("one", "Open", &format!("No key of mine. {canary}"));
    let sealed = rin.writes_encrypted(&world.team_key().armored(), "two", "Sealed", &format!("With my key. {canary}"));
    for raw in [open, sealed] {
        world.letterbox.drop_in(&raw);
    }
    world.work().await;
    for number in ["R-2026-0001", "R-2026-0002"] {
        let report = world.stream(number).await;
        let text = format!("We have reproduced it. {canary} reply");
        world.desk.message_reporter(&world.team.anna, &report, MessageKind::Answer, &text).await.unwrap();
    }
    world.work().await;

    let to_tom = world.post.to(&tom.address).remove(1);
    let notice = tom.reads(&to_tom, &world.team_key());
    assert!(notice.text.contains("there is a message for you") && !notice.text.contains("reproduced"), "{}", notice.text);
    assert_eq!((to_tom.field("Auto-Submitted").as_str(), to_tom.0.from.as_str()), ("auto-generated", ""));

    let to_rin = world.post.to(&rin.address).remove(1);
    let read = rin.reads(&to_rin, &world.team_key());
    assert!(matches!(read.encryption, Encryption::Opened { .. }));
    assert!(read.text.contains("We have reproduced it"));
    assert_eq!((to_rin.field("Auto-Submitted").as_str(), to_rin.0.from.as_str()), ("", "psirt@vendor.example"), "a person wrote it");
    world.finish().await;
}

#[tokio::test]
async fn a_report_is_taken_back_and_can_come_back() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let (code, report) = (world.code(&receipt), world.stream(&receipt.number).await);
    world.public.withdraw(&code, "").await.unwrap();
    assert!(matches!(world.public.withdraw(&code, "").await, Err(TrackError::Closed)));
    assert_eq!(world.public.track(&code).await.unwrap().state, ReportState::Withdrawn);
    assert!(record(&world, &report).await.words().text.contains("8443"), "the team still sees it");
    world.desk.reopen_report(&world.team.ming, &report).await.unwrap();
    assert_eq!(world.public.track(&code).await.unwrap().state, ReportState::Opened);
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn the_track_page_is_for_the_owner_of_the_code_only() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    let text = format!("An answer. {} answer", world.words.canary);
    world.desk.message_reporter(&world.team.ming, &report, MessageKind::Answer, &text).await.unwrap();
    world.work().await;
    let face = world.face().await;
    let (status, bytes) = world.ask(&face, "GET", "/api/v1/reports/self", Some(&receipt.code)).await;
    assert_eq!(status, 200);
    let body = String::from_utf8_lossy(&bytes).into_owned();
    assert!(body.contains("An answer.") && body.contains(&receipt.number), "{body}");
    assert!(body.contains("no-store"), "no cache keeps it: {body}");
    let (status, _) = world.ask(&face, "GET", "/api/v1/reports/self", None).await;
    assert_eq!(status, 401);
    world.finish().await;
}
