//! When to warn before a clock is due: at 50, 75 and 90 percent, and four hours and one hour before a law (domain §2.11 rule 8).
//! Deliberately only the instants: who is told, and how, is not decided here.

use jiff::{SignedDuration, Timestamp};

use super::calendar::Calendar;
use super::clock::{ClockDef, Facts};
use super::due::Run;
use super::error::ClockError;
use super::pause::{Pause, shifted, stretches};
use super::words::Force;

/// Which warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// So much of the time is gone; business clocks count open time only.
    Percent(u8),
    /// So many hours are left on the wall.
    HoursLeft(u8),
}

/// A warning to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Warning {
    /// When.
    pub at: Timestamp,
    /// Which.
    pub mark: Mark,
}

/// All warnings of a clock, the earliest first; none at or before the instant from which it is counted.
///
/// # Errors
/// As [`super::due_with_pauses`].
pub fn warnings(
    clock: &ClockDef,
    calendar: &Calendar,
    anchor: Timestamp,
    facts: &Facts,
    pauses: &[Pause],
) -> Result<Vec<Warning>, ClockError> {
    let mut run = Run::new(clock, calendar, anchor, facts)?;
    let stretches = stretches(&run.clock, anchor, pauses)?;
    let mut found = Vec::new();
    for percent in [50_u8, 75, 90] {
        let unpaused = run.at_share(i32::from(percent))?;
        let at = shifted(&mut run, unpaused, &stretches)?;
        found.push(Warning { at, mark: Mark::Percent(percent) });
    }
    let unpaused = run.instant;
    let due = shifted(&mut run, unpaused, &stretches)?;
    if run.clock.force() == Force::Law {
        for hours in [4_u8, 1] {
            let at = due.checked_sub(SignedDuration::from_hours(hours.into())).map_err(|_| ClockError::OutOfRange)?;
            found.push(Warning { at, mark: Mark::HoursLeft(hours) });
        }
    }
    found.retain(|warning| warning.at > run.counted_from && warning.at < due);
    found.sort();
    Ok(found)
}

/// The first warning after `now`.
#[must_use]
pub fn next_warning(warnings: &[Warning], now: Timestamp) -> Option<Warning> {
    warnings.iter().copied().filter(|warning| warning.at > now).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deadlines::PauseCause;
    use serde_json::{Value, json};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn listed(clock: Value, anchor: &str, pauses: &[Pause]) -> Vec<(String, Mark)> {
        let calendar = Calendar::from_value(&json!({"tz": "Asia/Shanghai", "hours": "09:00-19:00"})).unwrap();
        let clock = ClockDef::from_value(&clock).unwrap();
        let found = warnings(&clock, &calendar, at(anchor), &Facts::default(), pauses).unwrap();
        found.into_iter().map(|warning| (warning.at.to_string(), warning.mark)).collect()
    }

    #[test]
    fn a_law_warns_by_share_and_by_hours_left() {
        let found = listed(json!({"unit": "elapsed", "limit": "PT24H", "force": "law"}), "2026-09-12T20:00:00Z", &[]);
        let expected = [
            ("2026-09-13T08:00:00Z", Mark::Percent(50)),
            ("2026-09-13T14:00:00Z", Mark::Percent(75)),
            ("2026-09-13T16:00:00Z", Mark::HoursLeft(4)),
            ("2026-09-13T17:36:00Z", Mark::Percent(90)),
            ("2026-09-13T19:00:00Z", Mark::HoursLeft(1)),
        ];
        assert_eq!(found, expected.map(|(at, mark)| (at.to_owned(), mark)));
    }

    #[test]
    fn a_business_clock_warns_in_opening_hours() {
        // Friday 17:00 local, one business day of ten hours: half is gone on Monday at 12:00.
        let found = listed(json!({"unit": "business_days", "limit": 1}), "2026-11-20T09:00:00Z", &[]);
        let expected = [("2026-11-23T04:00:00Z", 50), ("2026-11-23T06:30:00Z", 75), ("2026-11-23T08:00:00Z", 90)];
        assert_eq!(found, expected.map(|(at, share)| (at.to_owned(), Mark::Percent(share))));
    }

    #[test]
    fn warnings_move_with_pauses_and_past_ones_are_skipped() {
        let clock = json!({"unit": "elapsed", "limit": "P4D", "pause_on": ["awaiting_reporter"]});
        let pause = Pause {
            from: at("2026-11-04T12:00:00Z"),
            until: Some(at("2026-11-05T12:00:00Z")),
            cause: PauseCause::AwaitingReporter,
            reason: "log".into(),
        };
        let found = listed(clock.clone(), "2026-11-02T00:00:00Z", &[pause]);
        assert_eq!(
            found.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(),
            ["2026-11-04T00:00:00Z", "2026-11-06T00:00:00Z", "2026-11-06T14:24:00Z"]
        );
        let calendar = Calendar::utc();
        let clock = ClockDef::from_value(&clock).unwrap();
        let all = warnings(&clock, &calendar, at("2026-11-02T00:00:00Z"), &Facts::default(), &[]).unwrap();
        assert_eq!(next_warning(&all, at("2026-11-04T00:00:00Z")).unwrap().mark, Mark::Percent(75));
        assert_eq!(next_warning(&all, at("2026-11-30T00:00:00Z")), None);
    }
}
