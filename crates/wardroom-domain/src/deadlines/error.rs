//! What can stand in the way of computing a due date; every message says what to write instead.
//! Deliberately without the text of reports: only words of the policy and instants appear.

use crate::profile::ProfileFault;

/// Longest limit we compute: a hundred years, so that a slip of the pen cannot tie up the desk.
pub const MAX_LIMIT_DAYS: u32 = 36_525;

/// Why there is no due date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// `unit: none`: a promise without a number ("as soon as possible").
    #[error("clock has no due date: its unit is none")]
    NoDueDate,
    /// A unit with a number, but no number.
    #[error("clock has no limit; add `limit` or use unit none")]
    LimitMissing,
    /// More than a hundred years.
    #[error("limit is too large; at most 100 years are computed")]
    LimitTooLarge,
    /// Zero or less.
    #[error("limit must be at least 1")]
    LimitZero,
    /// Not an integer and not `PnDTnHnMnS`.
    #[error("cannot read limit {text}; write an integer or a duration such as PT48H or P14D")]
    LimitUnreadable {
        /// What was written, quoted and cut.
        text: String,
    },
    /// The kind of limit does not fit the unit.
    #[error("a limit in {unit} must be {wanted}")]
    LimitUnfit {
        /// The unit.
        unit: &'static str,
        /// What it wants.
        wanted: &'static str,
    },
    /// The anchor is no instant.
    #[error("cannot read anchor {text}; write RFC 3339 with an offset, such as 2026-09-23T10:00:00+08:00")]
    AnchorUnreadable {
        /// What was written, quoted and cut.
        text: String,
    },
    /// The date lies outside the years we can compute.
    #[error("due date lies outside the years 1 to 9999")]
    OutOfRange,
    /// A thousand days and more without a working day.
    #[error("calendar has no working day for 1000 days; check week, hours, holidays and closures")]
    NoWorkingDay,
    /// The calendar has faults; the first of them.
    #[error("calendar is faulty: {0}")]
    Calendar(ProfileFault),
    /// No calendar of that name.
    #[error("unknown calendar {name}; name one of the calendars in the file")]
    UnknownCalendar {
        /// The name, quoted and cut.
        name: String,
    },
    /// The clock is no `ClockDef`.
    #[error("cannot read clock: {what}")]
    ClockUnreadable {
        /// What the reader said.
        what: String,
    },
    /// A line that does not hold calendar, clock and anchor.
    #[error("cannot read line: {what}")]
    LineUnreadable {
        /// What is missing.
        what: &'static str,
    },
    /// Rule 6 of domain §2.11.
    #[error("this clock cannot be paused: {why}")]
    NeverPausable {
        /// Which part of the rule.
        why: &'static str,
    },
    /// The clock does not list that cause in `pause_on`.
    #[error("this clock cannot be paused while {cause}; its `pause_on` does not list it")]
    PauseCause {
        /// The cause asked for.
        cause: &'static str,
    },
    /// The pause ends before it begins.
    #[error("a pause ends before it begins")]
    PauseBackwards,
}
