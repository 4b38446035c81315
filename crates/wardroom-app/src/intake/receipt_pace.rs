//! How many receipts go out: whoever writes in another's name must not make us flood that other, or the world.
//!
//! One receipt a day for each address is the first rule (`receipt_mail`); this is the second, over all addresses. Receipts to senders who proved
//! their address have a budget of their own, so that they do not wait behind the others. Nothing is dropped: what is over the budget gets a
//! place in the row and goes out when it is its turn. In memory; time is an argument (milliseconds).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Receipts that go out at once before any has to wait.
const BURST: u64 = 2_000;
/// Milliseconds between two after that, by whether the sender's address is proved.
const PROVED_EVERY: u64 = 100;
const UNPROVED_EVERY: u64 = 500;
/// Places remembered; beyond them one is given anew.
const PLACES: usize = 200_000;

/// The row receipts stand in.
#[derive(Debug, Default)]
pub struct ReceiptPace(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    proved: Row,
    unproved: Row,
    /// Places given to those who wait, by job.
    places: HashMap<String, u64>,
}

/// When the next place is free if every one is used.
#[derive(Debug, Default)]
struct Row(u64);

impl Row {
    /// The next place: now, while not so many are ahead of the pace.
    fn place(&mut self, now: u64, every: u64) -> u64 {
        self.0 = self.0.max(now) + every;
        now.max(self.0.saturating_sub(BURST * every))
    }
}

impl ReceiptPace {
    /// `None`: it goes out now. Otherwise when it is its turn.
    pub fn wait(&self, job: &str, proved: bool, now: u64) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = state.places.get(job).copied() {
            if place > now {
                return Some(place);
            }
            state.places.remove(job);
            return None;
        }
        let place = if proved { state.proved.place(now, PROVED_EVERY) } else { state.unproved.place(now, UNPROVED_EVERY) };
        if place <= now {
            return None;
        }
        if state.places.len() >= PLACES {
            state.places.clear();
        }
        state.places.insert(job.to_owned(), place);
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_receipts_goes_out_slowly_and_all_of_it() {
        let (pace, now) = (ReceiptPace::default(), 1_000_000);
        let waits: Vec<Option<u64>> = (0..3_000).map(|n| pace.wait(&format!("receipt:{n}"), false, now)).collect();
        assert_eq!(waits.iter().filter(|wait| wait.is_none()).count(), 2_000);
        assert_eq!(waits.last(), Some(&Some(now + 1_000 * 500)), "the last after 1,000 others");
        assert_eq!(pace.wait("receipt:2500", false, now + 1), Some(now + 501 * 500), "asking again keeps the place");
        assert_eq!(pace.wait("receipt:2500", false, now + 501 * 500), None);
        assert_eq!(pace.wait("receipt:2999", false, now + 1_000 * 500), None);
        assert_eq!(pace.wait("proved", true, now), None, "who proved their address does not wait behind them");
        // Hours later the row is empty again.
        assert_eq!(pace.wait("later", false, now + 10_000_000), None);
        assert_eq!((0..3_000).filter(|n| pace.wait(&format!("again:{n}"), false, now + 10_000_000).is_none()).count(), 1_999);
    }
}
