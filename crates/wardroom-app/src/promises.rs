//! Promises: which clocks of the profile start at a milestone, and when each is due.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wardroom_domain::case::file::Clock;
use wardroom_domain::deadlines::{self, Anchor, ClockDef};
use wardroom_domain::facts::ClockStart;
use wardroom_domain::profile::{Milestone, Profile};

/// The clocks that start because a milestone was reached at `at`; `first` says that it was never reached before (an `every:` clock
/// starts each time). A clock without a limit (unit `none`) promises nothing that could be missed.
pub fn starts(profile: &Profile, milestone: Milestone, first: bool, at: Timestamp) -> Vec<ClockStart> {
    let mut starts = Vec::new();
    for def in &profile.clocks {
        let Some(stop) = &def.stop else { continue };
        let anchored = match def.anchor {
            Some(Anchor::Milestone(anchor)) => first && anchor == milestone,
            Some(Anchor::Every(anchor)) => anchor == milestone,
            Some(Anchor::Legal(_)) | None => false,
        };
        if !anchored {
            continue;
        }
        let calendar = profile.calendar_for(def);
        // The profile was checked when it was set, so a clock that cannot be computed is one without a finite due instant.
        let Ok(due) = deadlines::due(def, &calendar, at) else { continue };
        starts.push(ClockStart {
            clock: def.id.clone(),
            anchor_at: at,
            due_at: due.due_utc,
            provisional: due.provisional,
            force: def.force().as_str().to_owned(),
            human: def.human,
            stop: stop.to_string(),
            basis: basis(def, calendar.zone_name()),
        });
    }
    starts
}

/// How the due instant came about, for the tooltip: `1 business_days, next_open, Asia/Shanghai`.
fn basis(def: &ClockDef, zone: &str) -> String {
    let limit = def.limit.as_ref().map(ToString::to_string).unwrap_or_default();
    let start = def.start().as_str();
    format!("{limit} {}, {start}, {zone}", def.unit)
}

/// A promise as people and programs are shown it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// Id of the clock in the profile: `receipt`, `first_response`.
    pub kind: String,
    pub due: Timestamp,
    /// IANA zone of the maker's calendar.
    pub zone: String,
    pub force: String,
    pub provisional: bool,
    /// When it was kept, if it was.
    pub kept_at: Option<Timestamp>,
    /// It is or was late.
    pub late: bool,
    pub basis: String,
}

/// Clocks that are promises to the reporter: `promise` and `target`, and `internal` ones too when nothing else is promised of that kind.
pub fn to_reporter(clocks: &[Clock], zone: &str, now: Timestamp) -> Vec<Promise> {
    let shown = clocks.iter().filter(|clock| clock.start.force == "promise" || clock.start.force == "target");
    shown.map(|clock| promise(clock, zone, now)).collect()
}

/// Every clock, for the team.
pub fn promise(clock: &Clock, zone: &str, now: Timestamp) -> Promise {
    Promise {
        kind: clock.start.clock.clone(),
        due: clock.start.due_at,
        zone: zone.to_owned(),
        force: clock.start.force.clone(),
        provisional: clock.start.provisional,
        kept_at: clock.stopped.map(|(_, at)| at),
        late: clock.late(now),
        basis: clock.start.basis.clone(),
    }
}
