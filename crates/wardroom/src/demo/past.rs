//! A clock that begins in the past and is moved forward by the demo.

use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};
use wardroom_adapters::SystemClock;
use wardroom_app::ports::clock::Clock;

/// Tells the system's time less an offset that only shrinks.
pub struct PastClock {
    seconds_behind: AtomicI64,
}

impl PastClock {
    pub fn hours_ago(hours: i64) -> PastClock {
        PastClock { seconds_behind: AtomicI64::new(hours * 3_600) }
    }

    /// Lets hours pass, never beyond the present.
    pub fn pass_hours(&self, hours: i64) {
        let left = (self.seconds_behind.load(Ordering::Relaxed) - hours * 3_600).max(0);
        self.seconds_behind.store(left, Ordering::Relaxed);
    }

    /// From now on it is now.
    pub fn to_now(&self) {
        self.seconds_behind.store(0, Ordering::Relaxed);
    }
}

impl Clock for PastClock {
    fn now(&self) -> Timestamp {
        let now = SystemClock.now();
        now.checked_sub(SignedDuration::from_secs(self.seconds_behind.load(Ordering::Relaxed))).unwrap_or(now)
    }
}
