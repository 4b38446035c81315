//! How often one name may be tried. In memory, forgotten on restart; the same for names that do not exist. Time is an argument.

use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Failed attempts at one name within the window.
pub const MOST: usize = 10;
/// The window, in minutes.
pub const WINDOW_MINUTES: i64 = 15;
/// More names than the limit by network lets anybody try within the window.
const MOST_NAMES: usize = 10_000;

/// The failures of late.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<HashMap<String, Vec<Timestamp>>>);

impl Attempts {
    /// Whether this name may be tried now.
    ///
    /// # Errors
    /// The time after which it may be tried again.
    pub fn check(&self, name: &str, now: Timestamp) -> Result<(), Duration> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = now.checked_sub(SignedDuration::from_mins(WINDOW_MINUTES)).unwrap_or(now);
        names.retain(|_, failures| {
            failures.retain(|at| *at > since);
            !failures.is_empty()
        });
        let mine = names.get(&folded(name));
        let full = mine.is_some_and(|failures| failures.len() >= MOST) || names.len() >= MOST_NAMES;
        if !full {
            return Ok(());
        }
        let oldest = mine.and_then(|failures| failures.first()).copied().unwrap_or(now);
        let again = oldest.checked_add(SignedDuration::from_mins(WINDOW_MINUTES)).unwrap_or(now);
        Err(Duration::from_secs(u64::try_from(again.as_second() - now.as_second()).unwrap_or(1).max(1)))
    }

    pub fn failed(&self, name: &str, now: Timestamp) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.entry(folded(name)).or_default().push(now);
    }

    pub fn succeeded(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&folded(name));
    }
}

fn folded(name: &str) -> String {
    name.trim().to_lowercase().chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_closed_after_ten_failures_and_opens_again() {
        let attempts = Attempts::default();
        let at = |seconds: i64| Timestamp::from_second(1_800_000_000 + seconds).unwrap_or_default();
        for second in 0..10 {
            assert_eq!(attempts.check("Li Na", at(second)), Ok(()));
            attempts.failed(" li na", at(second));
        }
        assert!(attempts.check("LI NA", at(11)).is_err_and(|wait| wait <= Duration::from_secs(900)));
        assert_eq!(attempts.check("somebody else", at(11)), Ok(()));
        assert_eq!(attempts.check("Li Na", at(910)), Ok(()));
        attempts.succeeded("Li Na");
        assert_eq!(attempts.check("Li Na", at(12)), Ok(()));
    }
}
