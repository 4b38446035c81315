//! Small questions many stories ask.

use wardroom_app::AskError;
use wardroom_app::ports::clock::Clock;
use wardroom_app::promises::Promise;
use wardroom_app::reading::ReportRecord;
use wardroom_domain::facts::{Fact, ReportFact};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_testkit::world::World;

/// The code of a refusal; panics when it was none.
pub fn refusal<T: std::fmt::Debug>(answer: Result<T, AskError>) -> &'static str {
    match answer {
        Err(AskError::Refused(refusal)) => refusal.code(),
        other => panic!("not refused by a rule but {other:?}"),
    }
}

/// A report as the house sees it.
pub async fn record(world: &World, report: &StreamId) -> ReportRecord {
    world.desk.must_report(&Viewer::house(), report).await.unwrap()
}

/// The promise of one kind, as the team sees it.
pub async fn promise(world: &World, report: &StreamId, kind: &str) -> Promise {
    let record = record(world, report).await;
    let zone = world.desk.profile().zone();
    let clock = record.file.clocks.0.iter().find(|clock| clock.start.clock == kind).expect("such a clock runs");
    wardroom_app::promises::promise(clock, &zone, world.clock.now())
}

/// How often something was recorded on a report.
pub async fn count(world: &World, report: &StreamId, which: impl Fn(&ReportFact) -> bool) -> usize {
    let record = record(world, report).await;
    record.entries.iter().filter(|entry| matches!(&entry.recorded.fact, Fact::Report(fact) if which(fact))).count()
}
