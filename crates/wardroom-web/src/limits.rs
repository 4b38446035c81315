//! How often one network, and everybody together, may ask for something. Kept in memory, forgotten on restart;
//! deliberately no CAPTCHA and no ban list.

use crate::caller::Caller;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::time::Duration;

/// A limit per network and one for all networks together.
#[derive(Debug)]
pub struct Limit {
    each: DefaultKeyedRateLimiter<u128>,
    all: DefaultDirectRateLimiter,
    clock: DefaultClock,
}

/// How many networks are remembered before the idle ones are swept.
const SWEEP_AT: usize = 20_000;

impl Limit {
    /// `burst` requests at once and one more every `refill` for each network; `all_burst` and `all_per_second` for
    /// all together.
    #[must_use]
    pub fn new(burst: NonZeroU32, refill: Duration, all_burst: NonZeroU32, all_per_second: NonZeroU32) -> Self {
        let refill = refill.max(Duration::from_millis(1));
        let each = Quota::with_period(refill).unwrap_or_else(|| Quota::per_second(burst)).allow_burst(burst);
        Self {
            each: RateLimiter::keyed(each),
            all: RateLimiter::direct(Quota::per_second(all_per_second).allow_burst(all_burst)),
            clock: DefaultClock::default(),
        }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// The time after which the next one is let through.
    pub fn check(&self, caller: Caller) -> Result<(), Duration> {
        if self.each.len() > SWEEP_AT {
            self.each.retain_recent();
        }
        let now = self.clock.now();
        // Behind a proxy that is not declared as trusted everybody is the loopback address; slowing that one network
        // down would slow everybody down, so there only the common limit counts.
        if !caller.0.is_loopback()
            && let Err(later) = self.each.check_key(&caller.network())
        {
            return Err(later.wait_time_from(now));
        }
        self.all.check().map_err(|later| later.wait_time_from(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    fn count(n: u32) -> NonZeroU32 {
        NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN)
    }

    #[test]
    fn one_network_is_slowed_and_the_next_is_not() {
        let limit = Limit::new(count(2), Duration::from_secs(3600), count(100), count(100));
        let (a, b) = (Caller(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))), Caller(IpAddr::V4(Ipv4Addr::new(192, 0, 3, 1))));
        assert_eq!(limit.check(a), Ok(()));
        assert_eq!(limit.check(a), Ok(()));
        assert!(limit.check(a).is_err_and(|wait| wait > Duration::from_secs(60)));
        assert_eq!(limit.check(b), Ok(()));
    }

    #[test]
    fn everybody_together_is_slowed_too() {
        let limit = Limit::new(count(100), Duration::from_secs(1), count(3), count(1));
        let passed = (0..10).filter(|n| limit.check(Caller(IpAddr::V4(Ipv4Addr::new(10, 0, 0, *n)))).is_ok()).count();
        assert!((3..=4).contains(&passed), "{passed} passed");
    }
}
