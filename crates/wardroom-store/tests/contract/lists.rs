//! The lists' part of the contract: what is shown, in which order, to whom; and that a rebuild changes nothing.

use wardroom_app::ports::store::{Append, CaseQuery, InboxQuery, NearestClock, Store};
use wardroom_domain::case::{CaseAsk, CaseState};
use wardroom_domain::communication::{EmbargoAsk, EmbargoState, EmbargoTerms, MessageKind};
use wardroom_domain::disclosure::{AdvisoryContent, AdvisoryState};
use wardroom_domain::facts::{AdvisoryFact, CaseFact, OrgFact, ReportFact};
use wardroom_domain::log::{Actor, StreamId, StreamKind};
use wardroom_domain::people::Role;
use wardroom_domain::profile::Milestone;
use wardroom_domain::triage::{Decision, Disposition, ReportState};

use super::world::{World, after, clock_started, house, noon, person, start};

fn everything() -> InboxQuery {
    InboxQuery { states: ReportState::ALL.to_vec(), limit: 100, offset: 0 }
}

pub async fn the_inbox_shows_the_nearest_due_first(world: World) -> World {
    let (late, _) = world.hand_in(9000).await;
    let (soon, number) = world.hand_in(60).await;
    let (middle, _) = world.hand_in(600).await;
    let rows = world.store.inbox(&house(), &InboxQuery { limit: 10, ..InboxQuery::default() }).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>(), [soon.clone(), middle.clone(), late.clone()]);
    let row = &rows[0];
    assert_eq!((row.number.as_str(), row.state, row.received_at), (number.as_str(), ReportState::Opened, noon()));
    let nearest = NearestClock { clock: "first_response".into(), force: "promise".into(), due_at: after(60), breached: false };
    assert_eq!(row.nearest, Some(nearest));
    assert!(row.waiting_for_us && row.case.is_none() && row.words.as_ref().is_some_and(|words| words.is_plausible()));
    let page = InboxQuery { limit: 1, offset: 1, states: Vec::new() };
    assert_eq!(world.store.inbox(&house(), &page).await.unwrap()[0].id, middle);
    // A stopped clock is no longer near.
    let stop = ReportFact::ClockStopped { clock: "first_response".into(), by: Milestone::HumanResponseSent };
    world.store.commit(world.commit_of(after(5), world.append(&soon, 2, vec![stop]))).await.unwrap();
    let rows = world.store.inbox(&house(), &InboxQuery { limit: 10, ..InboxQuery::default() }).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>(), [middle, late, soon]);
    assert_eq!(rows[2].nearest, None);
    world
}

pub async fn states_follow_the_facts(world: World) -> World {
    let (asked, _) = world.hand_in(60).await;
    let (declined, _) = world.hand_in(60).await;
    let (linked, _) = world.hand_in(60).await;
    let question = ReportFact::Message { message: MessageKind::Question };
    world.store.commit(world.commit_of(after(5), world.append(&asked, 2, vec![question]))).await.unwrap();
    let decline = ReportFact::Decided(Decision::Declined { disposition: Disposition::Spam });
    world.store.commit(world.commit_of(after(5), world.append(&declined, 2, vec![decline]))).await.unwrap();
    let (case, _) = world.open_case(&linked, &[]).await;
    let waiting = world.store.inbox(&house(), &InboxQuery { limit: 10, ..InboxQuery::default() }).await.unwrap();
    assert_eq!(waiting.iter().map(|row| (row.id.clone(), row.state)).collect::<Vec<_>>(), [(asked, ReportState::Asked)]);
    let counts = world.store.inbox_counts(&house()).await.unwrap();
    assert_eq!(counts, [(ReportState::Asked, 1), (ReportState::Linked, 1), (ReportState::Declined, 1)]);
    let all = world.store.inbox(&house(), &everything()).await.unwrap();
    assert_eq!(all.iter().find(|row| row.id == linked).unwrap().case, Some(case));
    world
}

pub async fn who_may_not_see_finds_nothing(world: World) -> World {
    let (report, report_number) = world.hand_in(60).await;
    let (case, case_number) = world.open_case(&report, &["eng"]).await;
    let (other_report, _) = world.hand_in(60).await;
    let (other_case, _) = world.open_case(&other_report, &[]).await;
    let (unlinked, unlinked_number) = world.hand_in(60).await;
    let advisory = draft(&world, &case).await;
    let engineer = person("eng", &[Role::Engineer]);
    let stranger = person("str", &[Role::Engineer]);
    let author = person("aut", &[Role::Author]);
    let intake = person("int", &[Role::Intake]);
    let admin = person("adm", &[Role::Administrator]);
    let nobody = person("", &[]);

    for (viewer, streams) in [
        (&engineer, vec![&report, &case, &advisory]),
        (&stranger, vec![]),
        (&admin, vec![]),
        (&nobody, vec![]),
        (&author, vec![&report, &case, &advisory, &other_report, &other_case]),
        (&intake, vec![&report, &case, &advisory, &other_report, &other_case, &unlinked]),
        (&house(), vec![&report, &case, &advisory, &other_report, &other_case, &unlinked]),
    ] {
        for stream in [&report, &case, &advisory, &other_report, &other_case, &unlinked] {
            let found = !world.store.stream(viewer, stream).await.unwrap().is_empty();
            assert_eq!(found, streams.contains(&stream), "{} {stream}", viewer.name());
        }
        let mut seen: Vec<String> =
            world.store.facts_after(viewer, 0, 1000).await.unwrap().iter().map(|one| one.recorded.stream.to_string()).collect();
        seen.sort();
        seen.dedup();
        let mut wanted: Vec<String> = streams.iter().map(ToString::to_string).collect();
        wanted.sort();
        assert_eq!(seen, wanted, "{}", viewer.name());
        let cases = world.store.cases(viewer, &CaseQuery { limit: 10, ..CaseQuery::default() }).await.unwrap();
        assert!(cases.iter().all(|row| streams.contains(&&row.id)));
        assert_eq!(cases.len(), streams.iter().filter(|one| one.kind() == StreamKind::Case).count());
        let reports = world.store.inbox(viewer, &everything()).await.unwrap();
        assert_eq!(reports.len(), streams.iter().filter(|one| one.kind() == StreamKind::Report).count());
        let advisories = world.store.advisories(viewer).await.unwrap();
        assert_eq!(advisories.len(), streams.iter().filter(|one| one.kind() == StreamKind::Advisory).count());
        let counted: u64 = world.store.inbox_counts(viewer).await.unwrap().iter().map(|(_, count)| count).sum();
        assert_eq!(counted, reports.len() as u64);
    }
    assert_eq!(world.store.by_number(&engineer, &case_number.to_lowercase()).await.unwrap(), Some(case));
    assert_eq!(world.store.by_number(&engineer, &report_number).await.unwrap(), Some(report));
    assert_eq!(world.store.by_number(&engineer, &unlinked_number).await.unwrap(), None);
    assert_eq!(world.store.by_number(&house(), " example-sa-2026-0001 ").await.unwrap(), Some(advisory));
    assert_eq!(world.store.by_number(&house(), "R-2026-0009").await.unwrap(), None);
    world
}

pub async fn a_case_row_follows_its_facts(world: World) -> World {
    let (report, _) = world.hand_in(60).await;
    let (case, number) = world.open_case(&report, &["eng"]).await;
    assert_eq!(number, "C-2026-0001");
    let terms = EmbargoTerms { ends_at: after(90_000), zone: "Asia/Shanghai".into() };
    let facts = vec![
        CaseFact::OwnerSet { person: "ana".into() },
        CaseFact::StateChanged { ask: CaseAsk::Validate, to: CaseState::Valid, disposition: None, episode: 1 },
        CaseFact::EmbargoMoved { ask: EmbargoAsk::Propose, to: EmbargoState::Proposed, terms: Some(terms) },
        CaseFact::ClockStarted(start("assess", 4000)),
        CaseFact::ClockStarted(start("remediate", 3000)),
        CaseFact::ClockBreached { clock: "remediate".into(), due_at: after(3000) },
    ];
    world.store.commit(world.commit_of(after(500), world.append(&case, 2, facts))).await.unwrap();
    let rows = world.store.cases(&house(), &CaseQuery { limit: 5, ..CaseQuery::default() }).await.unwrap();
    let row = &rows[0];
    assert_eq!((row.state, row.embargo, row.embargo_ends), (CaseState::Valid, EmbargoState::Proposed, Some(after(90_000))));
    assert_eq!((row.owner.as_deref(), row.opened_at, row.changed_at), (Some("ana"), after(60), after(500)));
    let nearest = NearestClock { clock: "remediate".into(), force: "promise".into(), due_at: after(3000), breached: true };
    assert_eq!(row.nearest, Some(nearest));
    assert!(row.words.is_some());
    let closed = CaseQuery { states: vec![CaseState::Closed], limit: 5, offset: 0 };
    assert!(world.store.cases(&house(), &closed).await.unwrap().is_empty());
    assert_eq!(world.store.case_heads(&case).await.unwrap().len(), 8);
    world
}

pub async fn due_clocks_are_those_that_run_and_are_not_yet_breached(world: World) -> World {
    let (first, _) = world.hand_in(100).await;
    let (second, _) = world.hand_in(50).await;
    world.hand_in(5000).await;
    let due = world.store.clocks_due(after(200), 10).await.unwrap();
    assert_eq!(
        due.iter().map(|row| (row.stream.clone(), row.due_at)).collect::<Vec<_>>(),
        [(second.clone(), after(50)), (first.clone(), after(100))]
    );
    assert_eq!(world.store.clocks_due(after(200), 1).await.unwrap().len(), 1);
    assert!(world.store.clocks_due(after(50), 10).await.unwrap().is_empty());
    let breach = ReportFact::ClockBreached { clock: "first_response".into(), due_at: after(50) };
    world.store.commit(world.commit_of(after(60), world.append(&second, 2, vec![breach]))).await.unwrap();
    let stop = ReportFact::ClockStopped { clock: "first_response".into(), by: Milestone::HumanResponseSent };
    world.store.commit(world.commit_of(after(60), world.append(&first, 2, vec![stop, clock_started("again", 150)]))).await.unwrap();
    let due = world.store.clocks_due(after(200), 10).await.unwrap();
    assert_eq!(due.iter().map(|row| row.clock.clone()).collect::<Vec<_>>(), ["again"]);
    assert_eq!(world.store.overdue(after(200)).await.unwrap(), 2, "one of them with its breach recorded");
    world
}

async fn draft(world: &World, case: &StreamId) -> StreamId {
    let id = world.id(StreamKind::Advisory);
    let facts = vec![world.new_fact(AdvisoryFact::Drafted { number: String::new(), case: case.clone() })];
    let append = Append {
        stream: id.clone(),
        expected: 0,
        actor: Actor::Person("aut".into()),
        key: None,
        series: Some(wardroom_app::ports::store::Series::Advisory { prefix: "EXAMPLE".into(), year: 2026 }),
        facts,
    };
    let done = world.store.commit(world.commit_of(after(10), append)).await.unwrap();
    assert!(done.numbers[0].1.starts_with("EXAMPLE-SA-2026-000"));
    id
}

pub async fn only_what_is_published_is_published(world: World) -> World {
    let (report, _) = world.hand_in(60).await;
    let (case, _) = world.open_case(&report, &[]).await;
    let (first, second) = (draft(&world, &case).await, draft(&world, &case).await);
    let edited = AdvisoryFact::Edited { hash: "e".into(), with: Vec::new() };
    world.store.commit(world.commit_of(after(20), world.append(&second, 1, vec![edited.clone()]))).await.unwrap();
    assert!(world.store.published().await.unwrap().is_empty());

    let content = AdvisoryContent { version: 1, ..AdvisoryContent::default() };
    let publish = AdvisoryFact::Published { hash: "h".into(), approved_by: "person:app".into(), content: Box::new(content) };
    world.store.commit(world.commit_of(after(30), world.append(&first, 1, vec![edited.clone(), publish]))).await.unwrap();
    assert_eq!(kinds(&world).await, ["advisory.drafted", "advisory.edited", "advisory.published"]);
    // A revision in work is nobody's business.
    world
        .store
        .commit(world.commit_of(after(40), world.append(&first, 3, vec![AdvisoryFact::RevisionBegun { version: 2 }, edited])))
        .await
        .unwrap();
    assert_eq!(kinds(&world).await.len(), 3);
    let rows = world.store.advisories(&house()).await.unwrap();
    assert_eq!((rows[0].id.clone(), rows[0].state, rows[0].version), (first.clone(), AdvisoryState::Draft, 2));
    assert_eq!((rows[0].released_at, rows[0].changed_at, rows[1].released_at), (Some(after(30)), after(40), None));
    // A version that is dropped was never public; what was published stands.
    world.store.commit(world.commit_of(after(50), world.append(&first, 5, vec![AdvisoryFact::Discarded]))).await.unwrap();
    assert_eq!(kinds(&world).await.len(), 3);
    let rows = world.store.advisories(&house()).await.unwrap();
    assert_eq!((rows[0].id.clone(), rows[0].state, rows[0].version), (first.clone(), AdvisoryState::Published, 1));
    assert!(world.store.published().await.unwrap().iter().all(|fact| fact.stream == first));
    world
}

async fn kinds(world: &World) -> Vec<String> {
    world.store.published().await.unwrap().iter().map(|recorded| recorded.fact.kind()).collect()
}

pub async fn people_are_as_the_org_s_facts_leave_them(world: World) -> World {
    world.found(&[("zoe", &[Role::Analyst]), ("ana", &[Role::Intake, Role::Author])]).await;
    let facts =
        vec![OrgFact::RolesSet { person: "zoe".into(), roles: vec![Role::Approver] }, OrgFact::PersonDisabled { person: "ana".into() }];
    world.store.commit(world.commit_of(after(9), world.append(&StreamId::org(), 3, facts))).await.unwrap();
    let people = world.store.people().await.unwrap();
    assert_eq!(people.len(), 2);
    assert_eq!((people[0].person.as_str(), people[0].disabled), ("ana", true));
    assert_eq!((people[1].name.as_str(), people[1].roles.as_slice(), people[1].disabled), ("zoe name", [Role::Approver].as_slice(), false));
    assert_eq!(world.store.org().await.unwrap().len(), 5);
    assert_eq!(world.store.stream(&person("zoe", &[Role::Engineer]), &StreamId::org()).await.unwrap().len(), 5);
    world
}

pub async fn a_rebuild_gives_the_same_lists(world: World) -> World {
    world.found(&[("ana", &[Role::Intake])]).await;
    let mut reports = Vec::new();
    for due in [60, 5000, 300] {
        reports.push(world.hand_in(due).await.0);
    }
    let (case, _) = world.open_case(&reports[0], &["eng", "ana"]).await;
    let advisory = draft(&world, &case).await;
    let show = |world: World| async move {
        let inbox = format!("{:?}", world.store.inbox(&house(), &everything()).await.unwrap());
        let cases = format!("{:?}", world.store.cases(&house(), &CaseQuery { limit: 9, ..CaseQuery::default() }).await.unwrap());
        let advisories = format!("{:?}", world.store.advisories(&house()).await.unwrap());
        (world, [inbox, cases, advisories])
    };
    let (world, before) = show(world).await;
    // Rows that are wrong, rows that are missing, rows too many.
    world
        .behind(
            "UPDATE report SET state = 'declined'; DELETE FROM case_file; DELETE FROM participant; DELETE FROM counter; \
        INSERT INTO participant (case_id, person) VALUES ('case_x', 'mallory')",
        )
        .await
        .unwrap();
    let broken = world.store.verify().await.unwrap().broken;
    assert!(broken.iter().any(|(check, what)| check == "projections" && what.contains("report")), "{broken:?}");
    assert!(broken.iter().any(|(check, what)| check == "projections" && what.contains("participant")), "{broken:?}");
    assert_eq!(world.store.rebuild().await.unwrap(), 6);
    let (world, rebuilt) = show(world).await;
    assert_eq!(before, rebuilt);
    assert_eq!(world.hand_in(60).await.1, "R-2026-0004");
    assert_eq!(world.store.by_number(&house(), "EXAMPLE-SA-2026-0001").await.unwrap(), Some(advisory));
    world
}
