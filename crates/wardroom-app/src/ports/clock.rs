//! Time comes in by the door. The system clock is an adapter; stories bring one they can move.

use jiff::Timestamp;

/// What time it is.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}
