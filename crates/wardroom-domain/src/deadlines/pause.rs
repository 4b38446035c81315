//! Pauses: while we wait for somebody else, the remaining business time of a clock is frozen (domain §2.11 rule 6).
//! Deliberately impossible for receipts, embargo ends, laws and rules, whatever a profile says.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::clock::{ClockDef, Facts};
use super::due::{Due, Run, is_business, just_before, settle};
use super::error::ClockError;
use super::words::{DueRule, Force, PauseCause};
use crate::profile::Milestone;

/// The cap when the profile names none.
const DEFAULT_CAP_DAYS: i64 = 30;

/// A stretch in which a clock stands still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// When it began.
    pub from: Timestamp,
    /// When it ended; absent while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// What we wait for.
    pub cause: PauseCause,
    /// Why, in the words of the person who paused it.
    pub reason: String,
}

/// Whether the clock may be paused for that cause.
///
/// # Errors
/// [`ClockError::NeverPausable`] for receipts, embargo ends, laws and rules; [`ClockError::PauseCause`] when `pause_on` does not list it.
pub fn may_pause(clock: &ClockDef, cause: PauseCause) -> Result<(), ClockError> {
    match never_pausable(clock) {
        Some(why) => Err(ClockError::NeverPausable { why }),
        None if clock.pause_on.contains(&cause) => Ok(()),
        None => Err(ClockError::PauseCause { cause: cause.as_str() }),
    }
}

/// Why the clock can never be paused, if that is so.
#[must_use]
pub fn never_pausable(clock: &ClockDef) -> Option<&'static str> {
    match clock.force() {
        Force::Law => return Some("it is a law"),
        Force::Rule => return Some("it is a rule of an authority"),
        Force::Promise | Force::Target | Force::Internal => {}
    }
    let stops = clock.stop.as_ref().map(crate::profile::Expr::mentions).unwrap_or_default();
    if clock.id == "receipt" || clock.id.starts_with("receipt_") || stops.contains(&Milestone::ReceiptSent) {
        return Some("it is a receipt");
    }
    if clock.id.starts_with("embargo") || stops.contains(&Milestone::EmbargoExited) {
        return Some("it is the end of an embargo");
    }
    None
}

/// When the clock is due after its pauses.
///
/// Pauses may overlap and come in any order; what they exceed of the cap altogether is not counted. A pause that still
/// lasts is counted to the cap and makes the answer provisional.
///
/// # Errors
/// As [`super::due`], and when a pause is not allowed or ends before it begins.
pub fn due_with_pauses(
    clock: &ClockDef,
    calendar: &Calendar,
    anchor: Timestamp,
    facts: &Facts,
    pauses: &[Pause],
) -> Result<Due, ClockError> {
    let mut run = Run::new(clock, calendar, anchor, facts)?;
    let stretches = stretches(&run.clock, run.anchor, pauses)?;
    let unpaused = run.instant;
    run.instant = shifted(&mut run, unpaused, &stretches)?;
    let lasts = pauses.iter().any(|pause| pause.until.is_none() && pause.from < run.instant);
    let mut due = run.due(calendar);
    due.provisional |= lasts;
    Ok(due)
}

/// A pause after clipping: in order, without overlap, within the cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    from: Timestamp,
    until: Timestamp,
}

pub(super) fn stretches(clock: &ClockDef, anchor: Timestamp, pauses: &[Pause]) -> Result<Vec<Stretch>, ClockError> {
    let mut sorted: Vec<&Pause> = pauses.iter().collect();
    sorted.sort_by_key(|pause| pause.from);
    let mut left = match clock.pause_cap {
        Some(cap) => SignedDuration::from_secs(i64::try_from(cap.total_seconds()).unwrap_or(i64::MAX)),
        None => SignedDuration::from_hours(24 * DEFAULT_CAP_DAYS),
    };
    let mut free_from = anchor;
    let mut found = Vec::new();
    for pause in sorted {
        may_pause(clock, pause.cause)?;
        if pause.until.is_some_and(|until| until < pause.from) {
            return Err(ClockError::PauseBackwards);
        }
        let from = pause.from.max(free_from);
        let capped = from.checked_add(left).map_err(|_| ClockError::OutOfRange)?;
        let until = pause.until.unwrap_or(capped).min(capped);
        if from < until {
            left -= until.duration_since(from);
            free_from = until;
            found.push(Stretch { from, until });
        }
    }
    Ok(found)
}

/// An instant of the unpaused clock, moved behind the pauses that begin before it.
pub(super) fn shifted(run: &mut Run<'_>, mut instant: Timestamp, stretches: &[Stretch]) -> Result<Timestamp, ClockError> {
    for stretch in stretches {
        if stretch.from >= instant {
            break;
        }
        instant = behind(run, instant, *stretch)?;
    }
    Ok(instant)
}

fn behind(run: &mut Run<'_>, instant: Timestamp, stretch: Stretch) -> Result<Timestamp, ClockError> {
    let landed = if is_business(run.clock.unit) {
        let left = run.walk.open_time_between(stretch.from, instant)?;
        let landed = run.walk.add_open_time(stretch.until, left)?;
        // The same amount of open time ends at a closing and at the opening after it; keep the one it had.
        if run.walk.is_opening(instant)? { run.walk.next_open(landed)? } else { landed }
    } else {
        instant.checked_add(stretch.until.duration_since(stretch.from)).map_err(|_| ClockError::OutOfRange)?
    };
    match run.clock.due_rule() {
        DueRule::SameTime => Ok(landed),
        DueRule::CloseOfBusiness | DueRule::EndOfDay => {
            let day = run.walk.day_of(just_before(landed));
            settle(&mut run.walk, &run.clock, landed, day)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn cn() -> Calendar {
        Calendar::from_value(&json!({
            "tz": "Asia/Shanghai", "hours": "09:00-18:00", "holidays": ["cn:state-council"], "workdays": ["cn:state-council"]
        }))
        .unwrap()
    }

    fn clock(mut value: Value) -> ClockDef {
        if value.get("pause_on").is_none() {
            value["pause_on"] = json!(["awaiting_reporter", "awaiting_upstream"]);
        }
        ClockDef::from_value(&value).unwrap()
    }

    fn pause(from: &str, until: Option<&str>) -> Pause {
        Pause { from: at(from), until: until.map(at), cause: PauseCause::AwaitingReporter, reason: "asked for the log".into() }
    }

    fn due(clock: &ClockDef, anchor: &str, pauses: &[Pause]) -> Result<Due, ClockError> {
        due_with_pauses(clock, &cn(), at(anchor), &Facts::default(), pauses)
    }

    fn local(clock: &ClockDef, anchor: &str, pauses: &[Pause]) -> String {
        due(clock, anchor, pauses).unwrap().local_text()
    }

    const MON: &str = "2026-11-02T10:00:00+08:00";

    #[test]
    fn p1_remaining_business_time_is_frozen() {
        let five = clock(json!({"unit": "business_days", "limit": 5}));
        assert_eq!(local(&five, MON, &[]), "2026-11-09T10:00:00+08:00");
        let one = pause("2026-11-04T10:00:00+08:00", Some("2026-11-06T10:00:00+08:00"));
        assert_eq!(local(&five, MON, std::slice::from_ref(&one)), "2026-11-11T10:00:00+08:00");
        // The same pause told twice, or in two overlapping parts, is one pause.
        assert_eq!(local(&five, MON, &[one.clone(), one]), "2026-11-11T10:00:00+08:00");
        let parts = [
            pause("2026-11-05T10:00:00+08:00", Some("2026-11-06T10:00:00+08:00")),
            pause("2026-11-04T10:00:00+08:00", Some("2026-11-05T12:00:00+08:00")),
        ];
        assert_eq!(local(&five, MON, &parts), "2026-11-11T10:00:00+08:00");
    }

    #[test]
    fn a_pause_over_a_night_or_weekend_costs_nothing_of_business_time() {
        let five = clock(json!({"unit": "business_days", "limit": 5}));
        let night = pause("2026-11-04T18:00:00+08:00", Some("2026-11-05T09:00:00+08:00"));
        assert_eq!(local(&five, MON, &[night]), "2026-11-09T10:00:00+08:00");
        let weekend = pause("2026-11-06T19:00:00+08:00", Some("2026-11-08T23:00:00+08:00"));
        assert_eq!(local(&five, MON, &[weekend]), "2026-11-09T10:00:00+08:00");
    }

    #[test]
    fn due_at_opening_stays_at_an_opening() {
        let one = clock(json!({"unit": "business_days", "limit": 1}));
        let saturday = "2026-11-21T03:00:00+08:00";
        assert_eq!(local(&one, saturday, &[]), "2026-11-24T09:00:00+08:00");
        let nothing = pause("2026-11-23T11:00:00+08:00", Some("2026-11-23T11:00:00+08:00"));
        assert_eq!(local(&one, saturday, &[nothing]), "2026-11-24T09:00:00+08:00");
        let day = pause("2026-11-23T11:00:00+08:00", Some("2026-11-24T11:00:00+08:00"));
        assert_eq!(local(&one, saturday, &[day]), "2026-11-25T09:00:00+08:00");
    }

    #[test]
    fn close_of_business_and_end_of_day_stay_what_they_are() {
        let close = clock(json!({"unit": "business_days", "limit": 2, "due": "close_of_business"}));
        let three_hours = pause("2026-11-03T10:00:00+08:00", Some("2026-11-03T13:00:00+08:00"));
        assert_eq!(local(&close, MON, &[]), "2026-11-04T18:00:00+08:00");
        assert_eq!(local(&close, MON, std::slice::from_ref(&three_hours)), "2026-11-05T18:00:00+08:00");
        let midnight = clock(json!({"unit": "calendar_days", "limit": 2, "due": "end_of_day"}));
        assert_eq!(local(&midnight, MON, &[]), "2026-11-05T00:00:00+08:00");
        assert_eq!(local(&midnight, MON, &[three_hours]), "2026-11-06T00:00:00+08:00");
    }

    #[test]
    fn elapsed_clocks_are_prolonged_by_the_pause() {
        let week = clock(json!({"unit": "elapsed", "limit": "P7D", "force": "target"}));
        let pauses = [pause("2026-11-04T10:00:00+08:00", Some("2026-11-05T11:30:00+08:00"))];
        assert_eq!(local(&week, MON, &pauses), "2026-11-10T11:30:00+08:00");
        // After the due date, or before the anchor, there is nothing to pause.
        let outside = [
            pause("2026-11-20T10:00:00+08:00", Some("2026-11-21T10:00:00+08:00")),
            pause("2026-10-01T10:00:00+08:00", Some("2026-11-02T09:00:00+08:00")),
        ];
        assert_eq!(local(&week, MON, &outside), "2026-11-09T10:00:00+08:00");
    }

    #[test]
    fn the_cap_holds_for_all_pauses_together() {
        let week = clock(json!({"unit": "elapsed", "limit": "P7D", "pause_cap": "P2D"}));
        let pauses = [
            pause("2026-11-03T10:00:00+08:00", Some("2026-11-04T22:00:00+08:00")),
            pause("2026-11-05T10:00:00+08:00", Some("2026-11-25T10:00:00+08:00")),
        ];
        assert_eq!(local(&week, MON, &pauses), "2026-11-11T10:00:00+08:00");
        let by_default = clock(json!({"unit": "elapsed", "limit": "P7D"}));
        let lasting = due(&by_default, MON, &[pause("2026-11-03T10:00:00+08:00", None)]).unwrap();
        assert_eq!(lasting.local_text(), "2026-12-09T10:00:00+08:00");
        assert!(lasting.provisional);
    }

    #[test]
    fn receipts_embargoes_laws_and_rules_are_never_paused() {
        let one = [pause("2026-11-03T10:00:00+08:00", Some("2026-11-04T10:00:00+08:00"))];
        for value in [
            json!({"id": "receipt", "unit": "elapsed", "limit": "P7D"}),
            json!({"id": "answer", "unit": "elapsed", "limit": "P7D", "stop": "receipt_sent"}),
            json!({"id": "embargo", "unit": "elapsed", "limit": "P90D"}),
            json!({"id": "end", "unit": "elapsed", "limit": "P90D", "stop": "embargo_exited"}),
            json!({"id": "ew", "unit": "elapsed", "limit": "PT24H", "force": "law"}),
            json!({"id": "cna", "unit": "elapsed", "limit": "PT72H", "force": "rule"}),
        ] {
            let refused = due(&clock(value.clone()), MON, &one);
            assert!(matches!(refused, Err(ClockError::NeverPausable { .. })), "{value}");
        }
    }

    #[test]
    fn only_listed_causes_pause_and_time_runs_forward() {
        let upstream = clock(json!({"unit": "elapsed", "limit": "P7D", "pause_on": ["awaiting_upstream"]}));
        let one = pause("2026-11-03T10:00:00+08:00", Some("2026-11-04T10:00:00+08:00"));
        assert_eq!(due(&upstream, MON, &[one]), Err(ClockError::PauseCause { cause: "awaiting_reporter" }));
        let week = clock(json!({"unit": "elapsed", "limit": "P7D"}));
        let backwards = pause("2026-11-04T10:00:00+08:00", Some("2026-11-03T10:00:00+08:00"));
        assert_eq!(due(&week, MON, &[backwards]), Err(ClockError::PauseBackwards));
    }
}
