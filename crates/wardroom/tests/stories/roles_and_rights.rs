//! Who may do what, and who sees what: the table as a file to be reviewed, every act tried by every role, an engineer who sees the cases
//! he takes part in, and an administrator who runs the house without reading in it.

use crate::told::refusal;
use wardroom_app::disclosure::PublishOrder;
use wardroom_app::disclosure::identifiers::AskForId;
use wardroom_app::ports::store::{CaseQuery, InboxQuery};
use wardroom_app::remediation::PlanForm;
use wardroom_app::{AskError, Asked};
use wardroom_domain::case::CaseState;
use wardroom_domain::communication::{MessageKind, PlanLine};
use wardroom_domain::disclosure::{DisclosurePlan, IdAsk, Scheme};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Role, Viewer, rights_table};
use wardroom_domain::products::Product;
use wardroom_domain::remediation::{PlanKind, PlanState, PlanWords};
use wardroom_domain::triage::ReportState;
use wardroom_testkit::world::{Policy, World};

#[test]
fn the_table_is_the_one_that_was_reviewed() {
    let reviewed = include_str!("rights.tsv");
    assert_eq!(rights_table(), reviewed, "the rights changed: review the difference, then write the new table to tests/stories/rights.tsv");
}

fn everybody(world: &World) -> Vec<(Role, Viewer)> {
    let team = &world.team;
    vec![
        (Role::Intake, team.ming.clone()),
        (Role::Analyst, team.anna.clone()),
        (Role::Engineer, team.emil.clone()),
        (Role::Coordinator, team.eva.clone()),
        (Role::Author, team.ada.clone()),
        (Role::Approver, team.paul.clone()),
        (Role::Publisher, team.pia.clone()),
        (Role::Legal, team.lea.clone()),
        (Role::Communications, team.carl.clone()),
        (Role::Custodian, team.kim.clone()),
        (Role::Auditor, team.otto.clone()),
        (Role::Administrator, team.alma.clone()),
    ]
}

struct Things {
    report: StreamId,
    case: StreamId,
    advisory: StreamId,
}

/// A use case behind each act. It need not succeed: what matters is whether the role is what stands in the way.
async fn attempt(world: &World, act: Act, viewer: &Viewer, things: &Things) -> Asked<()> {
    let (desk, canary) = (&world.desk, world.words.canary.as_str());
    let Things { report, case, advisory } = things;
    match act {
        Act::ReadInbox => desk.inbox(viewer, &InboxQuery { limit: 10, ..InboxQuery::default() }).await.map(|_| ()),
        Act::Triage => desk.release(viewer, report).await,
        Act::MessageReporter => desk.message_reporter(viewer, report, MessageKind::Answer, canary).await,
        Act::WriteNote => desk.note(viewer, case, canary).await,
        Act::Assess => desk.score(viewer, case, "V9", "", "").await.map(|_| ()),
        Act::AssignIds => {
            let form = AskForId { vulnerability: "V9".to_owned(), ..AskForId::default() };
            desk.ask_for_id(viewer, case, Scheme::Cve, IdAsk::Retry, form).await.map(|_| ())
        }
        Act::Remediate => {
            let form = PlanForm {
                id: String::new(),
                vulnerability: "V9".to_owned(),
                plan: PlanKind::Fix,
                state: PlanState::Planned,
                due: None,
                products: Vec::new(),
                words: PlanWords::default(),
            };
            desk.keep_remediation(viewer, case, form).await.map(|_| ())
        }
        Act::Coordinate => desk.plan_communication(viewer, case, vec![PlanLine::default()], false).await,
        Act::PlanDisclosure => {
            let plan = DisclosurePlan::new("2030-01-01T00:00:00Z".parse().unwrap(), "UTC");
            desk.keep_disclosure_plan(viewer, advisory, plan).await
        }
        Act::WriteAdvisory => desk.draft_advisory(viewer, case).await.map(|_| ()),
        Act::ApproveAdvisory => desk.approve_advisory(viewer, advisory, "").await,
        Act::PublishAdvisory => desk.publish_advisory(viewer, advisory, &PublishOrder::default()).await.map(|_| ()),
        Act::KeepProducts => desk.keep_product(viewer, Product::default()).await,
        Act::KeepKeys => desk.import_keys(viewer, b"no key", None, false).await.map(|_| ()),
        Act::Administer => desk.set_profile(viewer, serde_json::json!({})).await,
        // Rights to see, not to do: the other stories of this file.
        Act::SeeEveryCase | Act::Audit => Ok(()),
    }
}

async fn with_a_case() -> (World, Things) {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    let case = world.accepted(&report).await;
    let (advisory, _) = world.drafted(&case).await;
    world.work().await;
    (world, Things { report, case, advisory })
}

#[tokio::test]
async fn every_act_is_tried_by_every_role() {
    let (world, things) = with_a_case().await;
    let mut refused = 0;
    for (role, viewer) in everybody(&world) {
        for act in Act::ALL.into_iter().filter(|act| !matches!(act, Act::SeeEveryCase | Act::Audit)) {
            let answer = attempt(&world, act, &viewer, &things).await;
            let by_role = matches!(&answer, Err(AskError::Refused(refusal)) if refusal.code() == "not-your-role");
            assert_eq!(by_role, !act.allowed_to(role), "{} tries {}: {answer:?}", role.as_str(), act.as_str());
            refused += usize::from(by_role);
        }
    }
    assert!(refused > 90, "{refused} were refused");
    world.work().await;
    world.finish().await;
}

/// (reports in the inbox, cases in the list, whether the report, the case and the advisory open)
async fn sees(world: &World, viewer: &Viewer, things: &Things) -> (usize, usize, bool, bool, bool) {
    let all = InboxQuery { states: ReportState::ALL.to_vec(), limit: 100, offset: 0 };
    let inbox = world.desk.inbox(viewer, &all).await.map_or(0, |rows| rows.len());
    let cases = CaseQuery { states: CaseState::ALL.to_vec(), limit: 100, offset: 0 };
    let cases = world.desk.cases(viewer, &cases).await.unwrap().len();
    (
        inbox,
        cases,
        world.desk.report_page(viewer, &things.report).await.is_ok(),
        world.desk.case_page(viewer, &things.case).await.is_ok(),
        world.desk.advisory_page(viewer, &things.advisory).await.is_ok(),
    )
}

#[tokio::test]
async fn an_engineer_sees_the_cases_he_takes_part_in() {
    let (world, things) = with_a_case().await;
    let other = world.hand_in(world.report()).await;
    let other_case = world.accepted(&world.stream(&other.number).await).await;
    let (emil, eva) = (&world.team.emil, &world.team.eva);
    assert_eq!(sees(&world, emil, &things).await, (0, 0, false, false, false));
    let emil_id = emil.person().unwrap();
    world.desk.add_participant(eva, &things.case, emil_id).await.unwrap();
    assert_eq!(sees(&world, emil, &things).await, (0, 1, true, true, true), "the report came with the case; the inbox stays closed");
    assert_eq!(refusal(world.desk.add_participant(eva, &things.case, emil_id).await), "already-done");
    assert_eq!(refusal(world.desk.add_participant(emil, &other_case, emil_id).await), "not-your-role");
    let note = format!("I know that code. {}", world.words.canary);
    world.desk.note(emil, &things.case, &note).await.unwrap();
    assert!(matches!(world.desk.note(emil, &other_case, &note).await, Err(AskError::NotFound)), "as if it were not there");
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn an_administrator_runs_the_house_without_reading_in_it() {
    let (world, things) = with_a_case().await;
    for viewer in [&world.team.alma, &world.team.kim] {
        assert_eq!(sees(&world, viewer, &things).await, (0, 0, false, false, false));
        assert!(matches!(world.desk.report_page(viewer, &things.report).await, Err(AskError::NotFound)));
        assert_eq!(refusal(world.desk.original(viewer, &things.report).await), "not-your-role");
        assert!(world.desk.find(viewer, "R-2026-0001").await.is_err(), "not even the number is known");
        let facts = world.house.store.facts_after(viewer, 0, 1_000).await.unwrap();
        let streams: std::collections::BTreeSet<&str> = facts.iter().map(|one| one.recorded.stream.as_str()).collect();
        assert_eq!(streams.into_iter().collect::<Vec<_>>(), ["org"], "of the log only what is about the maker");
    }
    let otto = &world.team.otto;
    assert_eq!(sees(&world, otto, &things).await, (1, 1, true, true, true), "the auditor reads everything");
    world.desk.set_roles(&world.team.alma, otto.person().unwrap(), vec![Role::Engineer]).await.unwrap();
    let otto = world.desk.viewer_named("Otto").await.unwrap();
    assert_eq!(sees(&world, &otto, &things).await, (0, 0, false, false, false), "and no more once the role is gone");
    world.finish().await;
}

#[tokio::test]
async fn what_is_not_there_and_what_is_forbidden_look_the_same() {
    let (world, things) = with_a_case().await;
    let nowhere = StreamId::parse("case_00000000000000000000000000000000").unwrap();
    let hidden = world.desk.case_page(&world.team.emil, &things.case).await.err().unwrap();
    let absent = world.desk.case_page(&world.team.emil, &nowhere).await.err().unwrap();
    assert_eq!(format!("{hidden:?}"), format!("{absent:?}"));
    world.finish().await;
}
