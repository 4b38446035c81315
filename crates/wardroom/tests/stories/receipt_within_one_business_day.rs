//! "We strive to answer within one business day": a person does, in Shanghai's calendar. No automatic mail ever stops that clock, and a
//! promise that was broken is recorded, cannot be erased, and is explained.

use crate::told::{count, promise, refusal};
use wardroom_domain::communication::MessageKind;
use wardroom_domain::facts::ReportFact;
use wardroom_testkit::world::{Policy, World};

/// Hands a report in at `at`; the promise of a person's answer must be due at `due`.
async fn check(at: &str, due: &str) {
    let world = World::begin(Policy::OneDay, at).await;
    let receipt = world.hand_in(world.report()).await;
    let promised = receipt.promises.iter().find(|one| one.kind == "first_response").expect("an answer is promised");
    assert_eq!((promised.due, promised.zone.as_str()), (due.parse().unwrap(), "Asia/Shanghai"), "handed in at {at}");
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn a_business_day_is_the_maker_s() {
    // In office hours on a Wednesday: the same time on Thursday.
    check("2026-03-11T10:00:00+08:00", "2026-03-12T10:00:00+08:00").await;
    // Friday in the evening: counted from Monday 09:00, due on Tuesday 09:00.
    check("2026-03-13T19:30:00+08:00", "2026-03-17T09:00:00+08:00").await;
    // The day before the National Day holidays of 2026: 1 to 7 October are off.
    check("2026-09-30T15:00:00+08:00", "2026-10-08T15:00:00+08:00").await;
    // Saturday 10 October is a make-up workday.
    check("2026-10-09T11:00:00+08:00", "2026-10-10T11:00:00+08:00").await;
}

#[tokio::test]
async fn a_person_s_answer_keeps_the_promise_and_an_automatic_mail_does_not() {
    let world = World::begin(Policy::OneDay, "2026-03-13T19:30:00+08:00").await;
    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    world.work().await;
    assert_eq!(world.post.all().len(), 1, "the receipt went out by mail");
    let waiting = promise(&world, &report, "first_response").await;
    assert_eq!(waiting.kept_at, None, "a receipt is no answer");

    world.clock.set("2026-03-16T16:00:00+08:00");
    let text = format!("Thank you, we have begun to look at it. {}", world.words.canary);
    world.desk.message_reporter(&world.team.ming, &report, MessageKind::Answer, &text).await.unwrap();
    world.work().await;
    let kept = promise(&world, &report, "first_response").await;
    assert_eq!(kept.kept_at, Some("2026-03-16T16:00:00+08:00".parse().unwrap()));
    assert!(!kept.late);

    // Long after: nothing was broken, nothing is recorded as broken.
    world.clock.hours(200);
    world.work().await;
    assert_eq!(count(&world, &report, |fact| matches!(fact, ReportFact::ClockBreached { .. })).await, 0);
    world.finish().await;
}

#[tokio::test]
async fn a_broken_promise_is_recorded_and_explained() {
    let world = World::begin(Policy::OneDay, "2026-03-13T19:30:00+08:00").await;
    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    let breaches = async || count(&world, &report, |fact| matches!(fact, ReportFact::ClockBreached { .. })).await;
    let ming = &world.team.ming;

    // Until the last instant it is kept.
    world.clock.set("2026-03-17T09:00:00+08:00");
    world.work().await;
    assert_eq!(breaches().await, 0, "due is not late");
    let too_early = world.desk.explain_breach(ming, &report, "first_response", "we will be late").await;
    assert_eq!(refusal(too_early), "not-there");

    world.clock.set("2026-03-17T09:00:01+08:00");
    world.work().await;
    world.work().await;
    assert_eq!(breaches().await, 1, "recorded once, by the house, without anybody asking");
    assert_eq!(world.desk.health().await.unwrap().overdue, 1);

    assert_eq!(refusal(world.desk.explain_breach(ming, &report, "first_response", "  ").await), "reason-needed");
    let reason = format!("the duty officer was ill, {}", world.words.canary);
    world.desk.explain_breach(ming, &report, "first_response", &reason).await.unwrap();

    world.clock.hours(3);
    world.desk.message_reporter(ming, &report, MessageKind::Answer, &format!("We are late, sorry. {}", world.words.canary)).await.unwrap();
    world.work().await;
    let late = promise(&world, &report, "first_response").await;
    assert!(late.late && late.kept_at.is_some(), "answered, and late for ever: {late:?}");
    assert_eq!(world.desk.health().await.unwrap().overdue, 0);
    let seen = world.public.track(&world.code(&receipt)).await.unwrap();
    assert!(seen.promises.iter().any(|one| one.kind == "first_response" && one.late), "the reporter sees it too");
    world.finish().await;
}
