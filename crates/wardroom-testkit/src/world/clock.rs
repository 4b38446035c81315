//! A clock that stands still until the story moves it: by letting time pass, or by setting it, as people and machines wrongly do.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use wardroom_app::ports::clock::{Clock, Steady};

/// The clock of a world.
#[derive(Debug)]
pub struct HandClock(Mutex<Hands>);

#[derive(Debug)]
struct Hands {
    wall: Timestamp,
    /// Milliseconds that have really passed.
    steady: i64,
    starts: u32,
}

impl HandClock {
    /// A clock that shows `at`.
    pub fn at(at: Timestamp) -> HandClock {
        HandClock(Mutex::new(Hands { wall: at, steady: 1_000_000, starts: 1 }))
    }

    /// Lets time pass until this instant; `text` is RFC 3339.
    pub fn set(&self, text: &str) {
        let at: Timestamp = text.parse().unwrap_or_else(|error| panic!("{text} is no instant: {error}"));
        let mut hands = self.hands();
        hands.steady += at.duration_since(hands.wall).as_millis().try_into().unwrap_or(0_i64).max(0);
        hands.wall = at;
    }

    /// Lets time pass.
    pub fn pass(&self, span: SignedDuration) {
        let mut hands = self.hands();
        hands.wall = hands.wall.checked_add(span).unwrap_or(hands.wall);
        hands.steady += i64::try_from(span.as_millis()).unwrap_or_default();
    }

    /// Somebody sets the clock: no time has passed, and it shows another instant.
    pub fn jump(&self, span: SignedDuration) {
        let mut hands = self.hands();
        hands.wall = hands.wall.checked_add(span).unwrap_or(hands.wall);
    }

    /// The machine is started anew: its steady count begins again.
    pub fn reboot(&self) {
        let mut hands = self.hands();
        hands.starts += 1;
        hands.steady = 0;
    }

    /// Lets hours pass.
    pub fn hours(&self, hours: i64) {
        self.pass(SignedDuration::from_hours(hours));
    }

    /// Lets minutes pass.
    pub fn minutes(&self, minutes: i64) {
        self.pass(SignedDuration::from_mins(minutes));
    }

    fn hands(&self) -> std::sync::MutexGuard<'_, Hands> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        self.hands().wall
    }

    fn steady(&self) -> Option<Steady> {
        let hands = self.hands();
        Some(Steady { epoch: format!("start {}", hands.starts), millis: u64::try_from(hands.steady).unwrap_or_default() })
    }
}
