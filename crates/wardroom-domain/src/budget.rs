//! A budget that fills again: so much at once, and so much more each second. The one measure for floods at every door.
//! Deliberately no clock and no memory of who took: time is an argument (milliseconds), and whoever asks knows for whom.

use std::net::IpAddr;

/// The network a budget counts: an IPv4 /24, an IPv6 /64.
pub fn network(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(v4) => u128::from(u32::from(v4) >> 8),
        IpAddr::V6(v6) => (u128::from(v6) >> 64) | (1 << 127),
    }
}

/// So many at once, and so many more each second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub burst: u32,
    pub per_second: u32,
}

/// What is left of a budget.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    tokens: f64,
    /// Of the last look, in milliseconds.
    at: u64,
}

impl Bucket {
    /// Nothing was taken yet.
    pub fn full(rate: Rate) -> Bucket {
        Bucket { tokens: f64::from(rate.burst), at: 0 }
    }

    /// Takes one, if there is one.
    pub fn take(&mut self, rate: Rate, now: u64) -> bool {
        self.refill(rate, now);
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }

    /// Whether half of what can be had at once is used up.
    pub fn at_most_half(&mut self, rate: Rate, now: u64) -> bool {
        self.refill(rate, now);
        self.tokens <= f64::from(rate.burst) / 2.0
    }

    fn refill(&mut self, rate: Rate, now: u64) {
        let passed = now.saturating_sub(self.at) as f64 / 1_000.0;
        self.at = self.at.max(now);
        self.tokens = (self.tokens + passed * f64::from(rate.per_second)).min(f64::from(rate.burst));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_network() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("192.0.2.1"), of("192.0.2.254"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.9"));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::"));
        assert!(of("192.0.2.1") != of("192.0.3.1") && of("2001:db8:1:2::1") != of("2001:db8:1:3::1") && of("::1") != of("0.0.0.1"));
    }

    #[test]
    fn it_holds_so_much_and_fills_again() {
        let rate = Rate { burst: 3, per_second: 2 };
        let mut bucket = Bucket::full(rate);
        let now = 1_000_000;
        assert!(!bucket.at_most_half(rate, now));
        assert_eq!((0..5).filter(|_| bucket.take(rate, now)).count(), 3);
        assert!(bucket.at_most_half(rate, now));
        assert_eq!((0..5).filter(|_| bucket.take(rate, now + 1_000)).count(), 2, "two more after a second");
        assert_eq!((0..9).filter(|_| bucket.take(rate, now + 3_600_000)).count(), 3, "never more than at once");
        assert!(!bucket.take(rate, now), "a clock that goes back gives nothing");
    }
}
