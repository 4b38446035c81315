//! Time comes in by the door. The system clock is an adapter; stories bring one they can move.

use jiff::Timestamp;

/// What time it is.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// The count that goes on evenly whatever the clock is set to; `None` where the machine has none.
    fn steady(&self) -> Option<Steady> {
        None
    }
}

/// How far a count is that nobody can set, and what it counts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steady {
    /// Another one after every start of the machine.
    pub epoch: String,
    pub millis: u64,
}
