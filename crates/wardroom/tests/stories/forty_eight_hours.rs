//! "We acknowledge within 48 hours": hours are hours, over a weekend and Memorial Day, and the mail server may be down for a day and a
//! half of them.

use crate::told::{count, promise};
use wardroom_domain::facts::ReportFact;
use wardroom_testkit::world::{Mood, Policy, World};

/// The Saturday before Memorial Day, in New York.
const EVE: &str = "2026-05-23T17:00:00-04:00";

async fn world_with_a_mail() -> (World, wardroom_domain::log::StreamId) {
    let world = World::begin(Policy::TwoDays, EVE).await;
    let rin = world.reporter("Rin");
    world.letterbox.drop_in(&rin.writes("one", "Default password", &format!("The panel has one. {}", world.words.canary)));
    world.post.mood(Mood::Later);
    world.work().await;
    let report = world.stream("R-2026-0001").await;
    let due = promise(&world, &report, "receipt").await.due;
    assert_eq!(due, "2026-05-25T17:00:00-04:00".parse().unwrap(), "48 hours, none of them in an office");
    (world, report)
}

#[tokio::test]
async fn the_receipt_comes_in_time_although_mail_was_down() {
    let (world, report) = world_with_a_mail().await;
    for _ in 0..46 {
        world.clock.hours(1);
        world.work().await;
    }
    assert!(world.post.attempts() > 20, "it was tried again and again: {}", world.post.attempts());
    assert!(world.post.all().is_empty());
    // It is tried once an hour, so an hour before the end is early enough.
    world.post.mood(Mood::Takes);
    world.clock.hours(1);
    world.work().await;
    let kept = promise(&world, &report, "receipt").await;
    assert!(!kept.late && kept.kept_at.is_some(), "{kept:?}");
    assert_eq!(world.post.all().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn a_receipt_that_came_too_late_is_a_broken_promise() {
    let (world, report) = world_with_a_mail().await;
    for _ in 0..49 {
        world.clock.hours(1);
        world.work().await;
    }
    let broken = |fact: &ReportFact| matches!(fact, ReportFact::ClockBreached { clock, .. } if clock == "receipt");
    assert_eq!(count(&world, &report, broken).await, 1);
    world.post.mood(Mood::Takes);
    world.clock.hours(2);
    world.work().await;
    assert_eq!(world.post.all().len(), 1, "late is better than never");
    assert!(promise(&world, &report, "receipt").await.late);
    let reason = format!("the provider's outage, {}", world.words.canary);
    world.desk.explain_breach(&world.team.ming, &report, "receipt", &reason).await.unwrap();
    // The other clock, of a person's answer, is the team's own target and still runs.
    assert!(promise(&world, &report, "first_response").await.kept_at.is_none());
    world.finish().await;
}

#[tokio::test]
async fn mail_that_waited_for_its_set_up_is_not_given_up_at_the_first_trouble() {
    let (world, _) = world_with_a_mail().await;
    world.post.mood(Mood::NotConfigured);
    for _ in 0..200 {
        world.clock.minutes(2);
        world.work().await;
    }
    world.post.mood(Mood::Later);
    world.clock.hours(1);
    world.work().await;
    world.post.mood(Mood::Takes);
    world.clock.hours(1);
    world.work().await;
    assert_eq!(world.post.all().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn a_form_s_receipt_is_the_page_that_answers() {
    let world = World::begin(Policy::TwoDays, EVE).await;
    world.post.mood(Mood::Later);
    let receipt = world.hand_in(world.anonymous_report()).await;
    let report = world.stream(&receipt.number).await;
    let kept = promise(&world, &report, "receipt").await;
    assert_eq!(kept.kept_at, Some(EVE.parse().unwrap()), "shown at once, and no mail is needed for it");
    world.work().await;
    assert_eq!(world.post.attempts(), 0, "nobody left an address");
    world.finish().await;
}
