//! A second finder of the same flaw: the desk sees the likeness, links the report to the earlier case, and tells its reporter, who learns
//! nothing about the first one. Both are told when the advisory is out.

use crate::told::{record, refusal};
use wardroom_app::public_house::HandIn;
use wardroom_domain::facts::{Fact, ReportFact};
use wardroom_domain::profile::Milestone;
use wardroom_domain::triage::{Decision, ReportState};
use wardroom_testkit::world::{Policy, World};

#[tokio::test]
async fn linked_told_and_credited_with_the_news() {
    let world = World::new(Policy::TwoDays).await;
    let (first, canary) = (world.hand_in(world.report()).await, &world.words.canary);
    let case = world.accepted(&world.stream(&first.number).await).await;
    world.clock.hours(30);

    let again = HandIn {
        title: format!("VX-200 installs any firmware {canary}"),
        text: format!("On TCP port 8443 the update service takes an image without a signature. {canary}"),
        attachments: Vec::new(),
        ..world.anonymous_report()
    };
    let second = world.hand_in(again).await;
    let report = world.stream(&second.number).await;
    let ming = &world.team.ming;
    let page = world.desk.report_page(ming, &report).await.unwrap();
    let best = page.candidates.first().expect("the likeness is seen");
    assert_eq!(best.case, case);
    assert!(!best.reasons.is_empty(), "and explained");

    let message = format!("Thank you. This is known to us already and is being worked on. {canary} outcome");
    world.desk.link_duplicate(ming, &report, &case, &message).await.unwrap();
    let record = record(&world, &report).await;
    assert_eq!((record.file.state, record.file.case.as_ref()), (ReportState::Linked, Some(&case)));
    let decided = |fact: &Fact| matches!(fact, Fact::Report(ReportFact::Decided(Decision::Duplicate { .. })));
    assert_eq!(record.entries.iter().filter(|entry| decided(&entry.recorded.fact)).count(), 1);
    assert!(record.file.milestones.contains_key(&Milestone::DuplicateLinked));

    let track = world.public.track(&world.code(&second)).await.unwrap();
    assert!(track.messages[0].text.contains("known to us already"));
    let seen = format!("{track:?}");
    assert!(!seen.contains(&first.number) && !seen.contains("C-2026-0001"), "nothing of the first report: {seen}");

    // Neither twice, nor to itself, nor to what is no case.
    assert_eq!(refusal(world.desk.link_duplicate(ming, &report, &case, "").await), "not-from-here");
    let third = world.hand_in(world.anonymous_report()).await;
    let third = world.stream(&third.number).await;
    assert_eq!(refusal(world.desk.link_duplicate(ming, &third, &report, "").await), "not-there");
    world.desk.link_duplicate(ming, &third, &case, "").await.unwrap();

    world.assessed(&case).await;
    world.planned(&case).await;
    let (advisory, number) = world.drafted(&case).await;
    world.approved(&advisory).await;
    world.published(&advisory, &number).await;
    for receipt in [&first, &second] {
        let track = world.public.track(&world.code(receipt)).await.unwrap();
        assert_eq!(track.advisories, vec![number.clone()]);
        assert!(track.messages.last().unwrap().text.contains(&number));
    }
    world.finish().await;
}
