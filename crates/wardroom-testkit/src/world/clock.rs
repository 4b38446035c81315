//! A clock that stands still until the story moves it.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use wardroom_app::ports::clock::Clock;

/// The clock of a world.
#[derive(Debug)]
pub struct HandClock(Mutex<Timestamp>);

impl HandClock {
    /// A clock that shows `at`.
    pub fn at(at: Timestamp) -> HandClock {
        HandClock(Mutex::new(at))
    }

    /// Shows this instant from now on; `text` is RFC 3339.
    pub fn set(&self, text: &str) {
        let at = text.parse().unwrap_or_else(|error| panic!("{text} is no instant: {error}"));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    /// Lets time pass.
    pub fn pass(&self, span: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.checked_add(span).unwrap_or(*now);
    }

    /// Lets hours pass.
    pub fn hours(&self, hours: i64) {
        self.pass(SignedDuration::from_hours(hours));
    }

    /// Lets minutes pass.
    pub fn minutes(&self, minutes: i64) {
        self.pass(SignedDuration::from_mins(minutes));
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
