//! Clocks and working calendars (domain §2.11): from an anchor instant and a promise to the instant it is due.
//! It is deliberately not a timer: nothing here knows what time it is, every instant is an argument.

mod calendar;
mod clock;
#[cfg(test)]
pub(crate) mod corpus;
mod due;
mod error;
mod holidays;
mod hours;
mod limit;
mod line;
mod pause;
#[cfg(test)]
mod vectors;
mod walk;
mod warn;
mod words;

pub use calendar::Calendar;
pub use clock::{Amount, Anchor, ClockDef, Facts, Override, When};
pub use due::{Due, due, due_for};
pub use error::{ClockError, MAX_LIMIT_DAYS};
pub use holidays::{CN_COVERED, HolidaySet};
pub use limit::{IsoDuration, Limit};
pub use line::{read_anchor, run_line};
pub use pause::{Pause, due_with_pauses, may_pause, never_pausable};
pub use warn::{Mark, Warning, next_warning, warnings};
pub use words::{Condition, DueRule, Force, LegalInstant, PauseCause, Roll, Severity, Start, Unit, Wording};
