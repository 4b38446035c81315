//! Promises: which clocks of the profile start at a milestone, and when each is due.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wardroom_domain::case::file::Clock;
use wardroom_domain::deadlines::{self, Anchor, ClockDef, Condition, Due, Facts, PauseCause};
use wardroom_domain::facts::ClockStart;
use wardroom_domain::intake::{Door, ReportKind};
use wardroom_domain::profile::{Milestone, Profile};

/// The clocks that start because a milestone was reached at `at`; `first` says that it was never reached before (an `every:` clock
/// starts each time), for a case of which `known` is known. A clock without a limit (unit `none`) promises nothing that could be missed.
pub fn starts(profile: &Profile, milestone: Milestone, first: bool, at: Timestamp, known: &Facts) -> Vec<ClockStart> {
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
        let Ok(due) = deadlines::due_for(def, &calendar, at, known) else { continue };
        let now = def.for_case(known, !asks_for_workday(def));
        starts.push(ClockStart {
            clock: def.id.clone(),
            anchor_at: at,
            due_at: due.due_utc,
            provisional: due.provisional,
            force: now.force().as_str().to_owned(),
            human: now.human,
            stop: stop.to_string(),
            basis: basis(&now, calendar.zone_name()),
            definition: may_move(def).then(|| Box::new(def.clone())),
        });
    }
    starts
}

/// What the definition of a clock may depend on at the moment a report comes in: the channel, by the names profiles use, and the kind.
pub fn of_report(door: Door, kind: ReportKind) -> Facts {
    let channel = match door {
        Door::Mail => "email",
        Door::Form => "web_form",
        Door::Api => "api",
        Door::Desk => "phone",
    };
    Facts { severity: None, exploited: false, kinds: vec![channel.to_owned(), kind.as_str().to_owned()] }
}

/// Whether the due instant of a running clock can move: by a pause, or by what becomes known later.
fn may_move(def: &ClockDef) -> bool {
    let pausable = !def.pause_on.is_empty() && deadlines::never_pausable(def).is_none();
    pausable || asks_for_severity(def)
}

/// Whether the definition depends on what becomes known later: the severity, exploitation.
pub(crate) fn asks_for_severity(def: &ClockDef) -> bool {
    !def.per_severity.is_empty() || def.when.iter().any(|when| when.condition != Condition::AnchorNonworking)
}

fn asks_for_workday(def: &ClockDef) -> bool {
    def.when.iter().any(|when| when.condition == Condition::AnchorNonworking)
}

/// When a running clock is due with what is known now and its pauses; and its basis. `None` for a clock that cannot move.
pub fn due_now(profile: &Profile, clock: &Clock, known: &Facts) -> Option<(Due, String)> {
    let def = clock.start.definition.as_deref()?;
    let calendar = profile.calendar_for(def);
    let due = deadlines::due_with_pauses(def, &calendar, clock.start.anchor_at, known, &clock.pauses).ok()?;
    let now = def.for_case(known, !asks_for_workday(def));
    Some((due, basis(&now, calendar.zone_name())))
}

/// What a clock may be paused for.
pub fn pausable_for(clock: &Clock) -> Vec<PauseCause> {
    match clock.start.definition.as_deref() {
        Some(def) if clock.running() && clock.paused().is_none() && deadlines::never_pausable(def).is_none() => def.pause_on.clone(),
        Some(_) | None => Vec::new(),
    }
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
    /// It stands still because we wait for somebody: `awaiting_reporter`, `awaiting_upstream`, `awaiting_legal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<String>,
    /// What it may be paused for, for the team.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pausable: Vec<String>,
}

/// Clocks that are promises to the reporter: `promise` and `target`, and `internal` ones too when nothing else is promised of that kind.
pub fn to_reporter(clocks: &[Clock], zone: &str, now: Timestamp) -> Vec<Promise> {
    let shown = clocks.iter().filter(|clock| clock.start.force == "promise" || clock.start.force == "target");
    shown.map(|clock| Promise { pausable: Vec::new(), ..promise(clock, zone, now) }).collect()
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
        paused: clock.paused().map(|pause| pause.cause.as_str().to_owned()),
        pausable: pausable_for(clock).into_iter().map(|cause| cause.as_str().to_owned()).collect(),
    }
}
