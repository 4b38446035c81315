//! The form is sent, the answer is lost, the form is sent again: one report, and the same receipt with the same code.

use wardroom_app::public_house::{HandIn, HandInError};
use wardroom_testkit::world::{Policy, World};

fn with_secret(world: &World, secret: &str) -> HandIn {
    HandIn { idempotency: Some(secret.to_owned()), ..world.report() }
}

#[tokio::test]
async fn the_same_request_gets_the_same_receipt() {
    let mut world = World::new(Policy::OneDay).await;
    let first = world.hand_in(with_secret(&world, "form:0f8fad5b-d9cb-469f-a165-70867728950e")).await;
    world.clock.hours(5);
    let second = world.hand_in(with_secret(&world, "form:0f8fad5b-d9cb-469f-a165-70867728950e")).await;
    assert_eq!(first, second);
    // Also after the process was started again.
    world.restart().await;
    let third = world.hand_in(with_secret(&world, "form:0f8fad5b-d9cb-469f-a165-70867728950e")).await;
    assert_eq!(first, third);
    assert_eq!(world.public.track(&world.code(&third)).await.unwrap().number, first.number);
    assert!(world.desk.find(&world.team.ming, "R-2026-0002").await.is_err(), "one report");
    world.work().await;
    assert_eq!(world.post.all().len(), 1, "one receipt by mail");
    world.finish().await;
}

#[tokio::test]
async fn another_report_under_the_same_secret_is_refused() {
    let world = World::new(Policy::OneDay).await;
    world.hand_in(with_secret(&world, "api:client-key-0001")).await;
    let other = HandIn { text: format!("Something else. {}", world.words.canary), ..with_secret(&world, "api:client-key-0001") };
    assert!(matches!(world.public.hand_in(other).await, Err(HandInError::KeyReused)));
    assert!(world.desk.find(&world.team.ming, "R-2026-0002").await.is_err());
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn many_at_the_same_instant_are_one() {
    let world = World::new(Policy::OneDay).await;
    let report = with_secret(&world, "form:11111111-d9cb-469f-a165-70867728950e");
    world.guard("the secret of a request", "form:11111111-d9cb-469f-a165-70867728950e");
    let tries = (0..8).map(|_| {
        let (public, report) = (world.public.clone(), report.clone());
        tokio::spawn(async move { public.hand_in(report).await.unwrap() })
    });
    let mut receipts = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        receipts.push(one.await.unwrap());
    }
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]), "{receipts:#?}");
    world.guard_code(&receipts[0].code);
    assert!(world.desk.find(&world.team.ming, "R-2026-0002").await.is_err(), "one report");
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn an_empty_form_is_no_report() {
    let world = World::new(Policy::OneDay).await;
    let empty = HandIn { text: " \n ".to_owned(), ..world.report() };
    assert!(matches!(world.public.hand_in(empty).await, Err(HandInError::Empty)));
    let endless = HandIn { text: "x".repeat(1024 * 1024 + 1), ..world.report() };
    assert!(matches!(world.public.hand_in(endless).await, Err(HandInError::TooLong)));
    assert!(world.desk.find(&world.team.ming, "R-2026-0001").await.is_err());
    world.finish().await;
}
