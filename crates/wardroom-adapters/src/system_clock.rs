//! The system's clock: the one place in the house that reads it; and beside it the machine's uptime, which nobody can set.
//! Deliberately no time zone and no measuring of durations.

use jiff::Timestamp;
use wardroom_app::ports::clock::{Clock, Steady};

/// What the operating system says the time is.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the door by which time comes in")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// The kernel's uptime, which counts while the machine sleeps too, and the id it drew when it started. Another process of the same
    /// machine reads the same count.
    fn steady(&self) -> Option<Steady> {
        let epoch = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?.trim().to_owned();
        let millis = uptime_millis(&std::fs::read_to_string("/proc/uptime").ok()?)?;
        (!epoch.is_empty()).then_some(Steady { epoch, millis })
    }
}

/// `4211.17 8001.25`: the first number, in seconds with two decimals.
fn uptime_millis(text: &str) -> Option<u64> {
    let (whole, part) = text.split_whitespace().next()?.split_once('.')?;
    let hundredths: u64 = part.get(..2)?.parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(1_000)?.checked_add(hundredths * 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uptime_is_read_as_the_kernel_writes_it() {
        assert_eq!(uptime_millis("4211.17 8001.25\n"), Some(4_211_170));
        assert_eq!(uptime_millis("0.03 0.00"), Some(30));
        for odd in ["", "4211", "x.17", "1.x", "1.2"] {
            assert_eq!(uptime_millis(odd), None, "{odd}");
        }
        let (one, other) = (SystemClock.steady(), SystemClock.steady());
        if let (Some(one), Some(other)) = (one, other) {
            assert_eq!(one.epoch, other.epoch);
            assert!(other.millis >= one.millis);
        }
    }
}
