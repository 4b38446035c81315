//! Two people, two requests, two processes at the same instant: one of them is told so, and nothing happens twice.

use crate::told::count;
use std::future::Future;
use wardroom_app::AskError;
use wardroom_app::disclosure::PublishOrder;
use wardroom_domain::communication::MessageKind;
use wardroom_domain::facts::ReportFact;
use wardroom_domain::triage::Disposition;
use wardroom_testkit::world::{Policy, World};

/// Both at once; each on its own task.
async fn both<T: Send + 'static>(one: impl Future<Output = T> + Send + 'static, other: impl Future<Output = T> + Send + 'static) -> (T, T) {
    let (one, other) = (tokio::spawn(one), tokio::spawn(other));
    (one.await.unwrap(), other.await.unwrap())
}

/// One succeeded; the other was told that somebody was quicker.
fn one_was_quicker<T: std::fmt::Debug>(answers: (Result<T, AskError>, Result<T, AskError>)) {
    let (one, other) = answers;
    assert!(one.is_ok() != other.is_ok(), "{one:?} and {other:?}");
    let told = one.err().or(other.err()).unwrap();
    assert!(matches!(told, AskError::Busy | AskError::Refused(_)), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_report_becomes_one_case() {
    let world = World::new(Policy::OneDay).await;
    for _ in 0..10 {
        let receipt = world.hand_in(world.anonymous_report()).await;
        let report = world.stream(&receipt.number).await;
        let accept = |viewer: &wardroom_domain::people::Viewer| {
            let (desk, viewer, report) = (world.desk.clone(), viewer.clone(), report.clone());
            async move { desk.accept(&viewer, &report, "").await }
        };
        one_was_quicker(both(accept(&world.team.ming), accept(&world.team.anna)).await);
    }
    assert!(world.desk.find(&world.team.eva, "C-2026-0010").await.is_ok());
    assert!(world.desk.find(&world.team.eva, "C-2026-0011").await.is_err(), "ten reports, ten cases, no gap in the numbers");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn accepted_or_declined_and_not_both() {
    let world = World::new(Policy::OneDay).await;
    for _ in 0..10 {
        let receipt = world.hand_in(world.anonymous_report()).await;
        let report = world.stream(&receipt.number).await;
        let (desk, ming, id) = (world.desk.clone(), world.team.ming.clone(), report.clone());
        let accept = async move { desk.accept(&ming, &id, "").await.map(|_| ()) };
        let (desk, anna, id) = (world.desk.clone(), world.team.anna.clone(), report.clone());
        let decline = async move { desk.decline(&anna, &id, Disposition::Spam, "").await };
        one_was_quicker(both(accept, decline).await);
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reporter_s_message_is_never_lost_in_the_crowd() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.anonymous_report()).await;
    let (code, report) = (receipt.code.clone(), world.stream(&receipt.number).await);
    for round in 0..10 {
        let (public, code) = (world.public.clone(), wardroom_seal::ReceiptCode::parse(&code).unwrap());
        let text = format!("round {round} {}", world.words.canary);
        let write = async move { public.write(&code, &text, "en").await.map_err(|error| error.to_string()) };
        let (desk, ming, id) = (world.desk.clone(), world.team.ming.clone(), report.clone());
        let text = format!("answer {round} {}", world.words.canary);
        let answer = async move {
            match desk.message_reporter(&ming, &id, MessageKind::Answer, &text).await {
                Ok(()) | Err(AskError::Busy) => Ok(()),
                Err(other) => Err(other.to_string()),
            }
        };
        let (written, answered) = both(write, answer).await;
        assert_eq!((written, answered), (Ok(()), Ok(())), "round {round}");
    }
    let from_reporter = |fact: &ReportFact| matches!(fact, ReportFact::Message { message: MessageKind::FromReporter });
    assert_eq!(count(&world, &report, from_reporter).await, 10);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_advisory_is_published_once() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let (_, advisory, number) = world.made_ready(&world.stream(&receipt.number).await).await;
    world.nothing_is_public_yet().await;
    let publish = || {
        let (desk, pia, advisory) = (world.desk.clone(), world.team.pia.clone(), advisory.clone());
        let order = PublishOrder { confirm: number.clone(), end_embargo: String::new() };
        async move { desk.publish_advisory(&pia, &advisory, &order).await }
    };
    one_was_quicker(both(publish(), publish()).await);
    world.words_are_public();
    world.work().await;
    let page = world.desk.advisory_page(&world.team.pia, &advisory).await.unwrap();
    assert_eq!(page.record.file.published.len(), 1);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_send_each_receipt_once() {
    let world = World::new(Policy::OneDay).await;
    let second = world.second_node().await;
    let people: Vec<_> = (0..12).map(|n| world.reporter(&format!("Rin{n}"))).collect();
    for (n, who) in people.iter().enumerate() {
        let raw = who.writes(&format!("m{n}"), "Hello", &format!("{n} {}", world.words.canary));
        world.desk.import_mail(world.opener.as_ref(), &raw).await.unwrap();
    }
    let first = world.worker.clone();
    let round = |worker: wardroom_app::worker::Worker| async move { while worker.outbox_once().await.unwrap() > 0 {} };
    both(round(first), round(second)).await;
    for who in &people {
        assert_eq!(world.post.to(&who.address).len(), 1, "{}", who.name);
    }
    world.finish().await;
}
