//! The system's clock: the one place in the house that reads it. Deliberately no time zone and no measuring of durations.

use jiff::Timestamp;
use wardroom_app::ports::clock::Clock;

/// What the operating system says the time is.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the door by which time comes in")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
