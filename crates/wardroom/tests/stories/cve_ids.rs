//! CVE ids through a local server of the CVE Services' own API: the whole life of an id, and everything that can go wrong on the way.

use crate::told::refusal;
use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use wardroom_adapters::CveServices;
use wardroom_app::disclosure::PublishOrder;
use wardroom_app::disclosure::identifiers::{AskForId, IdentifierView};
use wardroom_app::ports::cve_service::{ApiKey, CveService, CveTrouble, Quota, Register, ServiceId};
use wardroom_app::validation::VulnerabilityForm;
use wardroom_domain::disclosure::{IdAsk, IdState, Scheme};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_testkit::cve_services::{CveServer, Fault, Org};
use wardroom_testkit::world::{Policy, World};

const ORG: &str = "vendor";
const USER: &str = "wardroom@vendor.example";
const KEY: &str = "S3CR3T-0F-THE-CNA-1111-2222-3333";
const PAGE: &str = "https://psirt.vendor.example/advisories/";

/// The real adapter, but for the world's pages, which nobody serves: they answer when they are in the public tree.
struct Wired {
    service: CveServices,
    tree: PathBuf,
}

#[async_trait]
impl CveService for Wired {
    fn register(&self) -> &Register {
        self.service.register()
    }
    async fn reserve(&self, key: &ApiKey, year: i16) -> Result<(String, Option<u64>), CveTrouble> {
        self.service.reserve(key, year).await
    }
    async fn ids(&self, key: &ApiKey, state: Option<&str>, since: Option<Timestamp>) -> Result<Vec<ServiceId>, CveTrouble> {
        self.service.ids(key, state, since).await
    }
    async fn id(&self, key: &ApiKey, id: &str) -> Result<Option<ServiceId>, CveTrouble> {
        self.service.id(key, id).await
    }
    async fn publish(&self, key: &ApiKey, id: &str, cna: &Value) -> Result<(), CveTrouble> {
        self.service.publish(key, id, cna).await
    }
    async fn update(&self, key: &ApiKey, id: &str, cna: &Value) -> Result<(), CveTrouble> {
        self.service.update(key, id, cna).await
    }
    async fn reject(&self, key: &ApiKey, id: &str, reason: &str, published: bool) -> Result<(), CveTrouble> {
        self.service.reject(key, id, reason, published).await
    }
    async fn quota(&self, key: &ApiKey) -> Result<Quota, CveTrouble> {
        self.service.quota(key).await
    }
    async fn answers(&self, url: &str) -> Result<(), String> {
        let name = url.strip_prefix(PAGE).ok_or("asked of a foreign address")?;
        if self.tree.join("advisories").join(name).is_file() { Ok(()) } else { Err("it answers 404".to_owned()) }
    }
}

async fn server(world: &World) -> CveServer {
    let org = Org { short_name: ORG, uuid: "8254265b-2729-46b6-b9e3-3dfca2d5bfca", users: vec![(USER, KEY)], quota: 3, is_cna: true };
    CveServer::start(world.clock.clone(), vec![org]).await
}

fn wire(world: &mut World, server: &CveServer) {
    // The program does it at its start; another story of the same process may have done it before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let service = CveServices::new(server.address(), ORG, USER, None).unwrap();
    let wired = Arc::new(Wired { service, tree: world.public_folder() });
    world.desk = world.desk.clone().registering(wired);
    world.worker.desk = world.desk.clone();
}

async fn keep_key(world: &World, key: &str) {
    world.desk.keep_cve_key(&world.team.kim, &key.to_owned().into()).await.unwrap();
}

/// A world with the service, a key, and a case that is assessed and planned.
async fn ready() -> (World, CveServer, StreamId) {
    let mut world = World::new(Policy::OneDay).await;
    let server = server(&world).await;
    wire(&mut world, &server);
    world.guard("the key of the CNA", KEY);
    keep_key(&world, KEY).await;
    let case = case_of(&world).await;
    (world, server, case)
}

async fn case_of(world: &World) -> StreamId {
    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    let case = world.accepted(&report).await;
    world.assessed(&case).await;
    world.planned(&case).await;
    world.work().await;
    case
}

async fn ask(world: &World, case: &StreamId, ask: IdAsk, reason: &str) -> IdState {
    let form = AskForId { reason: reason.to_owned(), ..AskForId::default() };
    world.desk.ask_for_id(&world.team.eva, case, Scheme::Cve, ask, form).await.unwrap().1
}

async fn view(world: &World, case: &StreamId) -> IdentifierView {
    let record = world.desk.must_case(&world.team.eva, case).await.unwrap();
    let views = world.desk.identifier_views(&world.team.eva, &record);
    views.into_iter().find(|view| view.scheme == Scheme::Cve).unwrap()
}

async fn cve_of(world: &World, case: &StreamId) -> String {
    world.desk.case_page(&world.team.eva, case).await.unwrap().vulnerabilities[0].words.cve.clone()
}

fn refers_to(cna: &Value, url: &str) -> bool {
    cna["references"].as_array().unwrap().iter().any(|one| one["url"] == url)
}

/// An hour passes, and the worker does what is due.
async fn later(world: &World) {
    world.clock.hours(1);
    world.work().await;
}

async fn published(world: &World, case: &StreamId) -> (StreamId, String) {
    let (advisory, number) = world.drafted(case).await;
    world.approved(&advisory).await;
    world.published(&advisory, &number).await;
    (advisory, number)
}

#[tokio::test]
async fn an_id_from_its_reservation_to_its_rejection() {
    let (world, server, case) = ready().await;
    assert_eq!(ask(&world, &case, IdAsk::Reserve, "").await, IdState::ReservationPending);
    world.work().await;
    let id = cve_of(&world, &case).await;
    assert!(id.starts_with("CVE-2026-2000"), "{id}");
    assert_eq!(view(&world, &case).await.state, IdState::Reserved);
    assert_eq!(world.desk.known_quota().await.unwrap().unwrap().available, 2);
    let form = VulnerabilityForm {
        id: "V1".to_owned(),
        title: "other".to_owned(),
        cve: "CVE-2026-99999".to_owned(),
        ..VulnerabilityForm::default()
    };
    assert_eq!(
        refusal(world.desk.keep_vulnerability(&world.team.anna, &case, form).await),
        "field-wrong",
        "an id of ours is not typed over"
    );

    // Before disclosure the service has heard of a year and an organisation, and of nothing else.
    let (advisory, number) = world.drafted(&case).await;
    let dry = world.desk.publish_dry_run(&world.team.pia, &advisory).await.unwrap();
    assert_eq!(
        (dry.records.len(), dry.records[0].cve.as_str(), dry.records[0].blocks().count()),
        (1, id.as_str(), 0),
        "{:#?}",
        dry.records
    );
    world.approved(&advisory).await;
    world.work().await;
    let before: Vec<String> = server.came().iter().map(|one| format!("{} {}{}", one.method, one.path, one.body)).collect();
    assert_eq!(before, ["POST /api/cve-id?amount=1&batch_type=sequential&cve_year=2026&short_name=vendor"]);
    world.nothing_is_public_yet().await;

    world.published(&advisory, &number).await;
    // Its turn may have come before the page was there.
    later(&world).await;
    assert_eq!(view(&world, &case).await.state, IdState::Published);
    let record = server.record(&id).unwrap();
    assert_eq!(record["cveMetadata"]["state"], "PUBLISHED");
    let cna = &record["containers"]["cna"];
    assert!(cna["descriptions"][0]["value"].as_str().unwrap().contains(world.words.news.as_str()));
    assert!(refers_to(cna, &format!("{PAGE}{number}.html")));
    let ours: Value = serde_json::from_str(&world.public_file(&format!("cve/{id}.json"))).unwrap();
    for member in ["affected", "descriptions", "metrics", "problemTypes", "references", "title"] {
        assert_eq!(cna[member], ours["containers"]["cna"][member], "{member}: what the service has is what we publish");
    }

    // A new version follows; so does a record that somebody removed there in the meantime.
    world.desk.revise_advisory(&world.team.ada, &advisory).await.unwrap();
    let mut texts = world.texts();
    texts.title.en = "Unsigned firmware accepted, second words".to_owned();
    world.desk.edit_advisory(&world.team.ada, &advisory, texts).await.unwrap();
    world.desk.score(&world.team.anna, &case, "V1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "").await.unwrap();
    world.clock.hours(2);
    world.approved(&advisory).await;
    let order = PublishOrder { confirm: number.clone(), end_embargo: String::new() };
    world.desk.publish_advisory(&world.team.pia, &advisory, &order).await.unwrap();
    assert_eq!(view(&world, &case).await.state, IdState::UpdatePending);
    world.work().await;
    assert_eq!(view(&world, &case).await.state, IdState::Published);
    let metrics = server.record(&id).unwrap()["containers"]["cna"]["metrics"].as_array().unwrap().len();
    assert_eq!(metrics, 2, "the record is that of the second version");
    let puts = server.came().iter().filter(|one| one.method == "PUT").count();
    assert_eq!(puts, 1);

    assert_eq!(
        refusal(world.desk.ask_for_id(&world.team.eva, &case, Scheme::Cve, IdAsk::Return, AskForId::default()).await),
        "not-from-here"
    );
    assert_eq!(
        refusal(world.desk.ask_for_id(&world.team.eva, &case, Scheme::Cve, IdAsk::Reject, AskForId::default()).await),
        "reason-needed"
    );
    assert_eq!(
        ask(&world, &case, IdAsk::Reject, "Not a vulnerability: the image is checked by the boot loader.").await,
        IdState::RejectionProposed
    );
    // Taking back what the world knows is a public word: nothing goes out before a second person agrees to exactly these words.
    world.work().await;
    assert_eq!(server.record(&id).unwrap()["cveMetadata"]["state"], "PUBLISHED");
    assert!(!view(&world, &case).await.offered.contains(&IdAsk::Agree), "not to the one who proposed it");
    let agree = async |viewer: &Viewer| {
        let form = AskForId { reason: "Other words.".to_owned(), ..AskForId::default() };
        world.desk.ask_for_id(viewer, &case, Scheme::Cve, IdAsk::Agree, form).await
    };
    assert_eq!(refusal(agree(&world.team.eva).await), "second-person-needed");
    assert_eq!(ask(&world, &case, IdAsk::Abort, "").await, IdState::Published);
    ask(&world, &case, IdAsk::Reject, "Not a vulnerability: the image is checked by the boot loader.").await;
    assert_eq!(agree(&world.team.pia).await.unwrap().1, IdState::RejectionPending);
    world.work().await;
    assert_eq!((view(&world, &case).await.state, cve_of(&world, &case).await.as_str()), (IdState::Rejected, ""));
    let record = server.record(&id).unwrap();
    assert_eq!(record["cveMetadata"]["state"], "REJECTED");
    assert!(record["containers"]["cna"]["rejectedReasons"][0]["value"].as_str().unwrap().starts_with("Not a vulnerability"));
    world.finish().await;
}

#[tokio::test]
async fn a_lost_answer_costs_no_second_id() {
    let (mut world, server, case) = ready().await;
    server.will(Fault::LostAnswer);
    ask(&world, &case, IdAsk::Reserve, "").await;
    world.work().await;
    assert_eq!(
        (server.ids().len(), view(&world, &case).await.state),
        (1, IdState::ReservationPending),
        "it is done there, and we do not know"
    );
    // The process ends before it could ask again.
    world.restart().await;
    wire(&mut world, &server);
    server.will(Fault::Error);
    later(&world).await;
    later(&world).await;
    assert_eq!(server.ids().len(), 1);
    assert_eq!(server.ids().keys().next(), Some(&cve_of(&world, &case).await));

    // The same with an answer that said 500 although it was done, twice at once: two wishes, two ids, each given once.
    let others = [case_of(&world).await, case_of(&world).await];
    server.will(Fault::ErrorAfter);
    server.will(Fault::ErrorAfter);
    for other in &others {
        ask(&world, other, IdAsk::Reserve, "").await;
    }
    world.work().await;
    assert_eq!(server.ids().len(), 3);
    later(&world).await;
    later(&world).await;
    assert_eq!(server.ids().len(), 3);
    let mut given = vec![cve_of(&world, &case).await, cve_of(&world, &others[0]).await, cve_of(&world, &others[1]).await];
    given.sort();
    assert_eq!(given, server.ids().into_keys().collect::<Vec<_>>());
    world.finish().await;
}

#[tokio::test]
async fn an_id_that_somebody_else_reserved_in_our_name_is_not_taken_for_the_lost_one() {
    let (world, server, case) = ready().await;
    server.will(Fault::LostAnswer);
    ask(&world, &case, IdAsk::Reserve, "").await;
    world.work().await;
    let elsewhere = server.reserve_elsewhere(ORG, USER);
    later(&world).await;
    let seen = view(&world, &case).await;
    assert_eq!((seen.stuck, seen.words.trouble.as_str()), (true, "AMBIGUOUS"));
    assert!(seen.words.detail.contains(&elsewhere));
    assert_eq!(world.desk.health().await.unwrap().identifiers_in_trouble, 1);
    // A person knows which one it was.
    let ours = server.ids().into_keys().find(|id| *id != elsewhere).unwrap();
    ask(&world, &case, IdAsk::Abort, "").await;
    let form = AskForId { id: ours.clone(), ..AskForId::default() };
    world.desk.ask_for_id(&world.team.eva, &case, Scheme::Cve, IdAsk::Assign, form.clone()).await.unwrap();
    assert_eq!(cve_of(&world, &case).await, ours);
    let other = case_of(&world).await;
    assert_eq!(
        refusal(world.desk.ask_for_id(&world.team.eva, &other, Scheme::Cve, IdAsk::Assign, form).await),
        "field-wrong",
        "one id, one vulnerability"
    );
    world.finish().await;
}

#[tokio::test]
async fn a_wrong_key_a_full_quota_and_a_busy_service_are_told_and_waited_for() {
    let (world, server, case) = ready().await;
    keep_key(&world, "another-key").await;
    ask(&world, &case, IdAsk::Reserve, "").await;
    world.work().await;
    let state = world.desk.door_states().await.unwrap().into_iter().find(|door| door.name == "cve").unwrap();
    assert!(state.at_risk.is_some() && state.reason.contains("wardroom cve key"), "{state:?}");
    assert!(server.ids().is_empty() && !view(&world, &case).await.stuck);
    keep_key(&world, KEY).await;
    server.set_quota(ORG, 0);
    later(&world).await;
    let seen = view(&world, &case).await;
    assert_eq!((seen.stuck, seen.words.trouble.as_str()), (true, "EXCEEDED_ID_QUOTA"));
    assert!(seen.offered.contains(&IdAsk::Retry) && seen.offered.contains(&IdAsk::Abort));

    server.set_quota(ORG, 1);
    ask(&world, &case, IdAsk::Retry, "").await;
    server.will(Fault::TooMany { seconds: 1_800 });
    world.work().await;
    assert_eq!(view(&world, &case).await.state, IdState::ReservationPending, "not before half an hour has passed");
    server.will(Fault::Unavailable);
    later(&world).await;
    later(&world).await;
    assert_eq!((view(&world, &case).await.state, server.ids().len()), (IdState::Reserved, 1));

    // Never published, never told: it goes back, with a reason, and may be reserved anew.
    assert_eq!(ask(&world, &case, IdAsk::Return, "Found to be no vulnerability before disclosure.").await, IdState::ReturnPending);
    server.will(Fault::LostAnswer);
    world.work().await;
    later(&world).await;
    assert_eq!((view(&world, &case).await.state, server.ids().into_values().next().unwrap().state), (IdState::Rejected, "REJECTED"));
    assert_eq!(world.desk.ask_quota(&world.team.eva).await.unwrap().unwrap(), Quota { limit: 1, reserved: 0, available: 1 });
    world.finish().await;
}

#[tokio::test]
async fn a_record_whose_answer_was_lost_is_sent_again_and_an_outage_does_not_hold_the_advisory_up() {
    let (world, server, case) = ready().await;
    ask(&world, &case, IdAsk::Reserve, "").await;
    world.work().await;
    let id = cve_of(&world, &case).await;
    let (advisory, number) = world.drafted(&case).await;
    world.approved(&advisory).await;
    for fault in [Fault::Unavailable, Fault::LostAnswer] {
        server.will(fault);
    }
    world.published(&advisory, &number).await;
    assert!(world.public_file(&format!("advisories/{number}.html")).contains(&id), "the advisory is public whatever the service does");
    for _ in 0..3 {
        later(&world).await;
    }
    assert_eq!(view(&world, &case).await.state, IdState::Published);
    let methods: Vec<String> = server.came().iter().filter(|one| one.path.ends_with("/cna")).map(|one| one.method.clone()).collect();
    assert_eq!(methods, ["POST", "POST", "POST", "PUT"], "the last POST met the record, and became an update");
    world.finish().await;
}

#[tokio::test]
async fn a_record_that_breaks_the_rules_holds_the_publication_up_with_plain_words() {
    let (world, _server, case) = ready().await;
    ask(&world, &case, IdAsk::Reserve, "").await;
    world.work().await;
    let id = cve_of(&world, &case).await;
    let form = VulnerabilityForm {
        id: "V1".to_owned(),
        title: format!("Unsigned firmware {}", world.words.news),
        description: format!("The update service installs images without a signature. Reported by Rin. {}", world.words.news),
        cwe: String::new(),
        cve: id.clone(),
    };
    world.desk.keep_vulnerability(&world.team.anna, &case, form).await.unwrap();
    let (advisory, number) = world.drafted(&case).await;
    let checks = world.desk.check_records(&world.team.ada, &advisory).await.unwrap();
    let codes: Vec<&str> = checks[0].breaches.iter().map(|one| one.rule.code).collect();
    assert_eq!(codes, ["problem-type", "credit-in-prose"]);
    world.approved(&advisory).await;
    let order = PublishOrder { confirm: number.clone(), end_embargo: String::new() };
    let refused = world.desk.publish_advisory(&world.team.pia, &advisory, &order).await.unwrap_err().to_string();
    assert!(refused.contains("CNA 5.1.7") && refused.contains(&id), "{refused}");
    world.work().await;
    world.nothing_is_public_yet().await;
    world.finish().await;
}

#[tokio::test]
async fn who_may_and_what_is_never_assigned() {
    let (world, server, case) = ready().await;
    for (viewer, expected) in [(&world.team.ada, "not-your-role"), (&world.team.ming, "not-your-role"), (&world.team.otto, "not-your-role")]
    {
        let asked = world.desk.ask_for_id(viewer, &case, Scheme::Cve, IdAsk::Reserve, AskForId::default()).await;
        assert_eq!(refusal(asked), expected);
    }
    for never in [IdAsk::Confirm, IdAsk::Publish, IdAsk::Fail] {
        assert!(world.desk.ask_for_id(&world.team.eva, &case, Scheme::Cve, never, AskForId::default()).await.is_err(), "the house alone");
    }
    world.desk.decide_not_to_disclose(&world.team.eva, &case, &format!("{} reason", world.words.canary)).await.unwrap();
    let asked = world.desk.ask_for_id(&world.team.eva, &case, Scheme::Cve, IdAsk::Reserve, AskForId::default()).await;
    assert_eq!(refusal(asked), "field-wrong", "CNA rule 4.2.5");
    world.work().await;
    assert!(server.came().is_empty());
    world.finish().await;
}

#[tokio::test]
async fn a_gcve_id_is_made_by_ourselves_and_public_with_the_advisory() {
    let world = World::new(Policy::OneDay).await;
    let case = case_of(&world).await;
    let asked = world.desk.ask_for_id(&world.team.eva, &case, Scheme::Gcve, IdAsk::Assign, AskForId::default()).await.unwrap();
    assert_eq!(asked.1, IdState::Reserved);
    let record = world.desk.must_case(&Viewer::house(), &case).await.unwrap();
    let id = world.desk.identifier_views(&world.team.eva, &record).into_iter().find(|view| view.scheme == Scheme::Gcve).unwrap().words.id;
    assert!(id.starts_with("GCVE-65535-2026-"), "{id}");
    world.work().await;
    assert_eq!(world.public_file("dumps/gna-65535.ndjson"), "");
    assert!(world.public_file(".well-known/security.txt").contains("GCVE: https://psirt.vendor.example/dumps/gna-65535.ndjson"));
    let (_, number) = published(&world, &case).await;
    let dump = world.public_file("dumps/gna-65535.ndjson");
    let record: Value = serde_json::from_str(dump.trim()).unwrap();
    assert_eq!(record["cveMetadata"]["vulnId"], id.as_str());
    assert_eq!(record["containers"]["cna"]["x_gcve"][0]["vulnId"], id.as_str());
    assert!(refers_to(&record["containers"]["cna"], &format!("{PAGE}{number}.html")));
    let csaf =
        world.public_names().into_iter().find(|name| name.starts_with(".well-known/csaf/white/2026/") && name.ends_with(".json")).unwrap();
    assert!(world.public_file(&csaf).contains(&id), "CSAF names it among the ids of other systems");
    let record = world.desk.must_case(&Viewer::house(), &case).await.unwrap();
    assert_eq!(record.file.id_state("V1", Scheme::Gcve), IdState::Published);
    world.finish().await;
}
