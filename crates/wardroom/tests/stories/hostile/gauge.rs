//! What an input costs: memory and processor time of a process, read from `/proc`, and time on the clock.

use std::time::{Duration, Instant};

/// More memory than this must no input cost the server (O2).
pub const MOST_KIB: u64 = 64 * 1024;

/// A process that is watched.
#[derive(Clone, Copy)]
pub struct Gauge(pub u32);

/// How it stood before an input.
pub struct Before {
    resident_kib: u64,
    processor: Duration,
    clock: Instant,
}

/// What the input cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub grown_kib: u64,
    pub processor: Duration,
    pub clock: Duration,
}

impl Cost {
    /// Beyond the limit of time on the clock, and not only because the machine was busy with something else.
    pub fn slower_than(&self, limit: Duration) -> bool {
        self.clock > limit && (self.processor > limit || self.clock > limit * 10)
    }
}

impl Gauge {
    pub fn begin(self) -> Before {
        // Forgets the peak so far; where that is not allowed the growth is read too large, never too small.
        let _ = std::fs::write(format!("/proc/{}/clear_refs", self.0), "5");
        Before { resident_kib: self.line("VmRSS:"), processor: self.processor(), clock: Instant::now() }
    }

    pub fn end(self, before: &Before) -> Cost {
        Cost {
            grown_kib: self.peak_kib().saturating_sub(before.resident_kib),
            processor: self.processor().saturating_sub(before.processor),
            clock: before.clock.elapsed(),
        }
    }

    /// The most memory the process had at once; zero when it is gone.
    pub fn peak_kib(self) -> u64 {
        self.line("VmHWM:")
    }

    fn line(self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default()
    }

    /// Of all its threads, in user and system mode.
    fn processor(self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0)).unwrap_or_default();
        let after_name = stat.rsplit_once(") ").map(|(_, rest)| rest).unwrap_or_default();
        let ticks: u64 = after_name.split(' ').skip(11).take(2).filter_map(|number| number.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
    }
}
