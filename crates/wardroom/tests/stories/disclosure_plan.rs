//! The disclosure plan from draft to release: two persons, one instant, notices before and with it, whatever clocks and processes do on the way;
//! called off; overtaken by the world; and corrected to exactly those who had read the former version.

use crate::told::refusal;
use jiff::{SignedDuration, Timestamp};
use wardroom_app::disclosure::PublishOrder;
use wardroom_app::disclosure::plan::{BrokenOrder, ConfirmOrder, PlanView, ScheduleOrder};
use wardroom_app::ports::clock::Clock;
use wardroom_domain::communication::{EmbargoState, Recipient};
use wardroom_domain::disclosure::{
    AdvisoryTexts, Bilingual, DisclosurePlan, GateKind, GateState, PlanAudience, PlanChannel, PlanEntry, PlanLanguage,
};
use wardroom_domain::facts::{AdvisoryFact, Fact};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_testkit::world::{Policy, Reporter, World};

/// An approved advisory under an embargo of ten days, its plan, and the people of the book.
struct Scene {
    world: World,
    case: StreamId,
    advisory: StreamId,
    number: String,
    /// Agreed to secrecy and has a key.
    careful: Reporter,
    release_at: Timestamp,
}

const LATER: &str = "later@supplier.example";
const PLAIN: &str = "desk@customer-two.example";

fn row(audience: PlanAudience, offset_minutes: i64, words: &str) -> PlanEntry {
    let words = Bilingual::new(words, "");
    PlanEntry { id: String::new(), audience, channel: PlanChannel::Mail, language: PlanLanguage::Own, offset_minutes, words }
}

fn somebody(audience: PlanAudience, name: &str, address: &str) -> Recipient {
    let (id, key, language) = (String::new(), String::new(), "en".to_owned());
    Recipient { id, audience, name: name.to_owned(), address: address.to_owned(), language, advance: false, key }
}

impl Scene {
    async fn new() -> Scene {
        let world = World::new(Policy::OneDay).await;
        let receipt = world.hand_in(world.report()).await;
        let report = world.stream(&receipt.number).await;
        let case = world.accepted(&report).await;
        world.embargoed(&case, 10).await;
        world.assessed(&case).await;
        world.planned(&case).await;
        let (advisory, number) = world.drafted(&case).await;
        world.approved(&advisory).await;
        world.work().await;
        let careful = world.reporter("Careful");
        let carl = &world.team.carl;
        let customer = somebody(PlanAudience::Customers, "Customer One", &careful.address);
        let customer = Recipient { advance: true, key: careful.public_key(), ..customer };
        world.desk.keep_recipient(carl, customer).await.unwrap();
        world.desk.keep_recipient(carl, somebody(PlanAudience::Customers, "Customer Two", PLAIN)).await.unwrap();
        world.desk.keep_recipient(carl, somebody(PlanAudience::Suppliers, "Supplier", LATER)).await.unwrap();
        world.guard("an address of the recipient book", PLAIN);
        let release_at = world.desk.must_case(carl, &case).await.unwrap().file.terms.unwrap().ends_at;
        Scene { world, case, advisory, number, careful, release_at }
    }

    /// Carl writes the plan: customers three days before and with the publication, suppliers an hour after.
    async fn kept(&self, release_at: Timestamp) {
        let mut plan = DisclosurePlan::new(release_at, "Asia/Shanghai");
        plan.entries.push(row(PlanAudience::Customers, -72 * 60, "Call us with questions."));
        plan.entries.push(row(PlanAudience::Customers, 0, ""));
        plan.entries.push(row(PlanAudience::Suppliers, 60, ""));
        plan.own_gates.push("The hotline is staffed".to_owned());
        self.world.desk.keep_disclosure_plan(&self.world.team.carl, &self.advisory, plan).await.unwrap();
    }

    async fn plan(&self) -> PlanView {
        self.world.desk.disclosure_plan(&self.world.team.pia, &self.advisory).await.unwrap()
    }

    /// Everything on the list is looked at; what the house finds and may be waived is.
    async fn gates_closed(&self) {
        for line in self.plan().await.gates.into_iter().filter(|line| !line.is_closed()) {
            let to = match line.kind {
                GateKind::Manual => GateState::Done,
                GateKind::Soft => GateState::Waived,
                GateKind::Hard => panic!("{} is not passed: {:?}", line.id, line.found),
            };
            let (desk, carl) = (&self.world.desk, &self.world.team.carl);
            desk.move_gate(carl, &self.advisory, &line.id, to, &format!("looked at, {}", self.world.words.canary)).await.unwrap();
        }
    }

    async fn scheduled(&self) -> ConfirmOrder {
        let page = self.plan().await;
        let order = ScheduleOrder { plan: page.plan_hash.clone(), content: page.content_hash.clone() };
        self.world.desk.schedule_release(&self.world.team.pia, &self.advisory, &order).await.unwrap();
        ConfirmOrder { plan: page.plan_hash, content: page.content_hash, confirm: self.number.clone() }
    }

    async fn confirmed(&self) {
        self.gates_closed().await;
        let order = self.scheduled().await;
        self.world.desk.confirm_release(&self.world.team.paul, &self.advisory, &order).await.unwrap();
    }

    /// Versions that are public.
    async fn versions(&self) -> u32 {
        self.world.desk.must_advisory(&Viewer::house(), &self.advisory).await.unwrap().file.versions()
    }

    async fn recorded(&self, which: impl Fn(&AdvisoryFact) -> bool) -> Vec<Timestamp> {
        let record = self.world.desk.must_advisory(&Viewer::house(), &self.advisory).await.unwrap();
        let found = record.entries.iter().filter(|entry| matches!(&entry.recorded.fact, Fact::Advisory(fact) if which(fact)));
        found.map(|entry| entry.recorded.at).collect()
    }

    /// What the careful customer read last, opened with their key.
    fn read_last(&self) -> (String, String) {
        let letter = self.world.post.to(&self.careful.address).pop().expect("a mail to the careful customer");
        let opened = self.careful.reads(&letter, &self.world.team_key());
        (letter.field("Subject"), opened.text)
    }

    fn mails(&self, address: &str) -> usize {
        self.world.post.to(address).len()
    }

    /// Nobody knows more than before, whatever was looked at.
    async fn nothing_came_of_it(&self, told: usize) {
        self.world.work().await;
        assert_eq!((self.versions().await, self.world.post.all().len()), (0, told));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn released_at_its_instant_whatever_the_clock_does() {
    let mut scene = Scene::new().await;
    let before = scene.world.post.all().len();
    scene.kept(scene.release_at).await;
    let (desk, team) = (scene.world.desk.clone(), scene.world.team.clone());

    // Open gates: it can be scheduled, not confirmed. One person alone releases nothing.
    let order = scene.scheduled().await;
    assert_eq!(refusal(desk.confirm_release(&team.paul, &scene.advisory, &order).await), "incomplete");
    scene.gates_closed().await;
    assert_eq!(refusal(desk.confirm_release(&team.pia, &scene.advisory, &order).await), "second-person-needed");
    let other = ConfirmOrder { content: "0".repeat(64), ..order.clone() };
    assert_eq!(refusal(desk.confirm_release(&team.paul, &scene.advisory, &other).await), "approval-stale");
    let untyped = ConfirmOrder { confirm: String::new(), ..order.clone() };
    assert_eq!(refusal(desk.confirm_release(&team.paul, &scene.advisory, &untyped).await), "field-wrong");
    assert_eq!(refusal(desk.confirm_release(&team.carl, &scene.advisory, &order).await), "not-your-role");
    desk.confirm_release(&team.paul, &scene.advisory, &order).await.unwrap();
    let publish = PublishOrder { confirm: scene.number.clone(), end_embargo: "now".to_owned() };
    assert_eq!(refusal(desk.publish_advisory(&team.pia, &scene.advisory, &publish).await), "not-from-here");
    scene.nothing_came_of_it(before).await;

    // The clock is set a month ahead: nothing. A restart under the wrong clock: nothing. It is set right again: nothing lost.
    let month = SignedDuration::from_hours(24 * 30);
    scene.world.clock.jump(month);
    scene.nothing_came_of_it(before).await;
    scene.world.restart().await;
    scene.nothing_came_of_it(before).await;
    assert!(scene.plan().await.ahead.is_some(), "the page says that the clock ran ahead");
    scene.world.clock.jump(-month);
    scene.nothing_came_of_it(before).await;

    // Three days before, those who agreed to secrecy and nobody else: encrypted, with nothing in the subject.
    scene.world.clock.pass(SignedDuration::from_hours(24 * 7) - SignedDuration::from_millis(1));
    scene.nothing_came_of_it(before).await;
    scene.world.clock.pass(SignedDuration::from_millis(1));
    scene.world.work().await;
    assert_eq!(scene.world.post.all().len(), before + 1);
    let (subject, text) = scene.read_last();
    assert_eq!(subject, "...", "the subject is inside the encryption");
    for part in
        [scene.number.as_str(), scene.world.words.news.as_str(), "Call us with questions.", "(Asia/Shanghai, UTC+08)", "fixed in 2.5.0"]
    {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
    assert_eq!((scene.versions().await, scene.mails(PLAIN)), (0, 0));
    scene.world.nothing_is_public_yet().await;

    // One millisecond before, also after a jump back and forth, and on two nodes: nothing. At the instant: once.
    scene.world.clock.pass(SignedDuration::from_hours(72) - SignedDuration::from_millis(1));
    scene.nothing_came_of_it(before + 1).await;
    for hours in [-24, 24, 400 * 24, -400 * 24] {
        scene.world.clock.jump(SignedDuration::from_hours(hours));
        scene.nothing_came_of_it(before + 1).await;
    }
    let second = scene.world.second_node().await;
    scene.world.clock.pass(SignedDuration::from_millis(1));
    assert_eq!(scene.world.clock.now(), scene.release_at);
    let first = scene.world.worker.clone();
    let (one, other) = tokio::join!(
        tokio::spawn(async move { first.releases_once().await.unwrap() }),
        tokio::spawn(async move { second.releases_once().await.unwrap() })
    );
    assert_eq!(one.unwrap() + other.unwrap(), 1, "one of two nodes released it");
    scene.world.words_are_public();
    assert_eq!(scene.versions().await, 1);
    let published = scene.recorded(|fact| matches!(fact, AdvisoryFact::Published { .. })).await;
    assert_eq!(published, [scene.release_at]);
    assert!(scene.world.public_names().iter().any(|name| name.contains(&scene.number)), "the tree was written by the release itself");
    let case = scene.world.desk.must_case(&Viewer::house(), &scene.case).await.unwrap().file;
    assert_eq!((case.embargo, case.public_knows), (EmbargoState::Exited, true));

    // With it the customers, an hour later the suppliers, each once.
    scene.world.work().await;
    assert_eq!((scene.mails(&scene.careful.address), scene.mails(PLAIN), scene.mails(LATER)), (2, 1, 0));
    assert!(scene.world.post.only_to(PLAIN).in_the_open().text.contains(&format!("/advisories/{}", scene.number)));
    scene.world.clock.minutes(59);
    scene.world.work().await;
    assert_eq!(scene.mails(LATER), 0);
    scene.world.clock.minutes(1);
    scene.world.work().await;
    assert_eq!((scene.mails(PLAIN), scene.mails(LATER)), (1, 1));

    // The next version goes to exactly those who read the first: not to whoever came into the book since, also to whoever left it.
    let book = desk.recipients(&team.carl).await.unwrap();
    let two = book.iter().find(|line| line.recipient.address == PLAIN).unwrap().recipient.id.clone();
    desk.remove_recipient(&team.carl, &two).await.unwrap();
    desk.keep_recipient(&team.carl, somebody(PlanAudience::Customers, "Customer Three", "new@customer-three.example")).await.unwrap();
    let late = scene.world.hand_in(scene.world.anonymous_report()).await;
    let late = scene.world.stream(&late.number).await;
    desk.link_duplicate(&team.ming, &late, &scene.case, "").await.unwrap();
    desk.revise_advisory(&team.ada, &scene.advisory).await.unwrap();
    let change = Bilingual::new("Version 2.4.9 is affected too", "2.4.9 版本同样受影响");
    desk.edit_advisory(&team.ada, &scene.advisory, AdvisoryTexts { change, ..scene.world.texts() }).await.unwrap();
    scene.world.approved(&scene.advisory).await;
    let at = scene.world.clock.now().checked_add(SignedDuration::from_hours(2)).unwrap();
    desk.keep_disclosure_plan(&team.carl, &scene.advisory, DisclosurePlan::new(at, "Asia/Shanghai")).await.unwrap();
    scene.world.work().await;
    let (mails, said) = (scene.world.post.all().len(), messages(&scene.world, &late).await);
    scene.confirmed().await;
    scene.world.clock.hours(2);
    scene.world.work().await;
    assert_eq!(scene.versions().await, 2);
    assert_eq!((scene.mails(&scene.careful.address), scene.mails(PLAIN), scene.mails(LATER)), (3, 2, 2));
    assert_eq!(scene.mails("new@customer-three.example"), 0);
    assert!(scene.world.post.to(PLAIN)[1].in_the_open().text.contains("Version 2.4.9 is affected too"));
    assert_eq!(messages(&scene.world, &late).await, said, "who joined after the first version was not told of it, nor of the second");
    // Three recipients, and the reporter of the first report, by a notice.
    assert!(scene.world.post.all().len() - mails <= 4);
    scene.world.finish().await;
}

async fn messages(world: &World, report: &StreamId) -> usize {
    let outcome = |fact: &wardroom_domain::facts::ReportFact| matches!(fact, wardroom_domain::facts::ReportFact::Message { .. });
    crate::told::count(world, report, outcome).await
}

#[tokio::test]
async fn called_off_and_changed() {
    let scene = Scene::new().await;
    let (desk, team) = (&scene.world.desk, &scene.world.team);
    scene.kept(scene.release_at).await;
    // What was scheduled does not survive a change of the plan, of the list, or of the text.
    let order = scene.scheduled().await;
    scene.kept(scene.release_at).await;
    assert_eq!(refusal(desk.confirm_release(&team.paul, &scene.advisory, &order).await), "not-from-here");
    scene.confirmed().await;
    desk.move_gate(&team.carl, &scene.advisory, "support", GateState::Open, "they have questions").await.unwrap();
    assert!(scene.plan().await.record.file.plan.confirmed.is_none());
    scene.confirmed().await;

    // Told in advance; then the case changes under the confirmed release: it is held, not released otherwise.
    scene.world.clock.pass(SignedDuration::from_hours(24 * 8));
    scene.world.work().await;
    assert_eq!(scene.mails(&scene.careful.address), 1);
    desk.score(&team.anna, &scene.case, "V1", "CVSS:4.0/AV:N/AC:H/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "harder").await.unwrap();
    scene.world.clock.pass(SignedDuration::from_hours(24 * 2));
    scene.world.work().await;
    assert_eq!(scene.versions().await, 0);
    let page = scene.plan().await;
    assert_eq!(page.record.file.plan.held.as_ref().map(|(why, _)| why.as_str()), Some("content_changed"));
    assert_eq!(page.misinformed, 1);
    // The team hears of it at once, without a word of what it was, and the light is red until somebody decides.
    let told = scene.world.post.only_to(wardroom_testkit::world::TEAM_ADDRESS);
    assert!(told.field("Subject").contains("planned release"), "{}", told.raw());
    assert!(told.in_the_open().text.contains(&format!("/advisories/{}/plan", scene.number)));
    assert_eq!(desk.health().await.unwrap().releases_held, 1);

    // Agreed anew for another instant: whoever was told the former one is told this one, at once.
    desk.edit_advisory(&team.ada, &scene.advisory, scene.world.texts()).await.unwrap();
    scene.world.approved(&scene.advisory).await;
    let later = scene.world.clock.now().checked_add(SignedDuration::from_hours(24 * 30)).unwrap();
    scene.kept(later).await;
    assert_eq!(desk.health().await.unwrap().releases_held, 0);
    scene.confirmed().await;
    scene.world.work().await;
    let (_, text) = scene.read_last();
    assert!(text.contains("this replaces what we told you before"), "{text}");
    assert_eq!(scene.mails(&scene.careful.address), 2);
    // Three days before nobody is told the same again.
    scene.world.clock.pass(SignedDuration::from_hours(24 * 28));
    scene.world.work().await;
    assert_eq!(scene.mails(&scene.careful.address), 2);

    // Called off by one person: they are told so, and nothing happens at the instant.
    assert_eq!(refusal(desk.abort_release(&team.carl, &scene.advisory, " ").await), "reason-needed");
    desk.abort_release(&team.carl, &scene.advisory, "the fix fails on old hardware").await.unwrap();
    scene.world.work().await;
    let (subject, text) = scene.read_last();
    assert!(!subject.contains(&scene.number) && text.contains("does not take place"), "{text}");
    scene.world.clock.pass(SignedDuration::from_hours(24 * 5));
    scene.world.work().await;
    assert_eq!((scene.versions().await, scene.mails(&scene.careful.address), scene.mails(PLAIN)), (0, 3, 0));
    scene.world.nothing_is_public_yet().await;
    scene.world.finish().await;
}

#[tokio::test]
async fn the_embargo_is_broken() {
    let scene = Scene::new().await;
    let (desk, team) = (&scene.world.desk, &scene.world.team);
    scene.kept(scene.release_at).await;
    scene.confirmed().await;
    scene.world.clock.pass(SignedDuration::from_hours(24 * 8));
    scene.world.work().await;
    let order = |evidence: &str| BrokenOrder { evidence: evidence.to_owned(), confirm: scene.number.clone() };
    assert_eq!(refusal(desk.embargo_broken(&team.pia, &scene.advisory, &order("")).await), "reason-needed");
    assert_eq!(refusal(desk.embargo_broken(&team.paul, &scene.advisory, &order("a blog")).await), "not-your-role");
    let now = scene.world.clock.now();
    desk.embargo_broken(&team.pia, &scene.advisory, &order("a blog since 09:00, the duty officer saw it")).await.unwrap();
    scene.world.words_are_public();
    scene.world.work().await;
    assert_eq!(scene.recorded(|fact| matches!(fact, AdvisoryFact::Published { .. })).await, [now]);
    let case = desk.must_case(&team.eva, &scene.case).await.unwrap().file;
    assert_eq!((case.embargo, case.public_knows), (EmbargoState::Exited, true));
    // Everybody of the plan at once, suppliers too.
    assert_eq!((scene.mails(&scene.careful.address), scene.mails(PLAIN), scene.mails(LATER)), (2, 1, 1));
    assert!(scene.world.post.only_to(LATER).in_the_open().text.contains("earlier than planned"));
    // The former instant passes: nothing happens twice.
    scene.world.clock.pass(SignedDuration::from_hours(24 * 3));
    scene.world.work().await;
    assert_eq!((scene.versions().await, scene.mails(PLAIN)), (1, 1));
    scene.world.finish().await;
}

#[tokio::test]
async fn a_house_that_was_down() {
    let mut scene = Scene::new().await;
    scene.kept(scene.release_at).await;
    scene.confirmed().await;
    // The machine was started anew, and the house came three hours late: what two persons decided still holds.
    scene.world.clock.pass(SignedDuration::from_hours(24 * 10 + 3));
    scene.world.clock.reboot();
    scene.world.restart().await;
    scene.world.work().await;
    scene.world.words_are_public();
    assert_eq!(scene.versions().await, 1);
    // Overtaken: nobody is told in advance of what is public.
    assert_eq!(scene.mails(&scene.careful.address), 1);
    assert!(!scene.read_last().1.contains("under the embargo"));
    scene.world.clock.hours(1);
    scene.world.work().await;
    scene.world.finish().await;

    let scene = Scene::new().await;
    scene.kept(scene.release_at).await;
    scene.confirmed().await;
    // More than a day: people decide anew.
    scene.world.clock.pass(SignedDuration::from_hours(24 * 11 + 1));
    scene.world.work().await;
    assert_eq!(scene.versions().await, 0);
    assert_eq!(scene.plan().await.record.file.plan.held.as_ref().map(|(why, _)| why.as_str()), Some("late"));
    scene.world.finish().await;
}
