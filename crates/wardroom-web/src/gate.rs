//! Who may hand in a report while a flood comes down on us: separate budgets, so that junk from many networks leaves honest reports through.
//! A network that has not written for an hour goes first; one that writes again shares a smaller budget with its like; when both are used up, a
//! little proof of work, or a turn in the queue for those without script, always leads in. Nobody is blocked, some are slower.
//! Deliberately no CAPTCHA, no third party, no ban list, nothing stored: all of it is in memory and forgotten on restart.
//!
//! Time is an argument (milliseconds), so that a flood is a test.

use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use wardroom_domain::budget::{Bucket, Rate};

/// A network that wrote within this time does not go first, in milliseconds.
const FRESH_AFTER: u64 = 3_600_000;
/// How long a piece of work or a turn stays good, in milliseconds.
const GOOD_FOR: u64 = 600_000;
/// Networks and spent papers remembered before the old ones are swept.
const SWEEP_AT: usize = 100_000;

/// The budgets.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// First reports of networks that were quiet.
    pub fresh: Rate,
    /// Further reports.
    pub repeated: Rate,
    /// Reports whose sender holds the code of an earlier one.
    pub known: Rate,
    /// Reports with proof of work.
    pub worked: Rate,
    /// Zero bits a proof has to begin with while few come.
    pub bits: u8,
    /// Shortest wait of a turn.
    pub wait: Duration,
    /// Turns that come up each second.
    pub turns_per_second: u32,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            fresh: Rate { burst: 3_000, per_second: 50 },
            repeated: Rate { burst: 300, per_second: 2 },
            known: Rate { burst: 200, per_second: 5 },
            worked: Rate { burst: 300, per_second: 20 },
            bits: 18,
            wait: Duration::from_secs(20),
            turns_per_second: 10,
        }
    }
}

/// What an asker shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Papers<'p> {
    /// Holds the code of an earlier report; whoever says so has checked it.
    pub known: bool,
    /// `work:nonce`
    pub proof: &'p str,
    pub turn: &'p str,
}

/// Not now: what leads in, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later {
    /// Find a decimal `nonce` so that the SHA-256 of `work:nonce` begins with `bits` zero bits.
    pub work: String,
    pub bits: u8,
    /// Show it again after `wait`.
    pub turn: String,
    pub wait: Duration,
}

/// The gate.
#[derive(Debug)]
pub struct Gate {
    key: [u8; 32],
    settings: Settings,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    fresh: Bucket,
    repeated: Bucket,
    known: Bucket,
    worked: Bucket,
    /// When a network last got in, and its open turn.
    networks: HashMap<u128, Seen>,
    /// Papers that were used, until they are no good any more.
    spent: HashMap<String, u64>,
    /// When the next free turn comes up, in milliseconds.
    next_turn: u64,
    salt: u64,
}

#[derive(Clone, Debug, Default)]
struct Seen {
    entered: Option<u64>,
    turn: Option<(u64, String)>,
}

impl Gate {
    /// `key`: 32 random bytes.
    #[must_use]
    pub fn new(key: [u8; 32], settings: Settings) -> Gate {
        let state = State {
            fresh: Bucket::full(settings.fresh),
            repeated: Bucket::full(settings.repeated),
            known: Bucket::full(settings.known),
            worked: Bucket::full(settings.worked),
            networks: HashMap::new(),
            spent: HashMap::new(),
            next_turn: 0,
            salt: 0,
        };
        Gate { key, settings, state: Mutex::new(state) }
    }

    /// Whether a report of this network may come in now.
    ///
    /// # Errors
    /// What leads in later.
    pub fn enter(&self, network: u128, papers: &Papers<'_>, now: u64) -> Result<(), Later> {
        let mut state = self.state();
        state.sweep(now);
        let fresh = state.networks.get(&network).and_then(|seen| seen.entered).is_none_or(|at| now.saturating_sub(at) >= FRESH_AFTER);
        let settings = &self.settings;
        let enters = (papers.known && state.known.take(settings.known, now))
            || (fresh && state.fresh.take(settings.fresh, now))
            || state.repeated.take(settings.repeated, now)
            || (!papers.proof.is_empty() && self.worked(&mut state, network, papers.proof, now))
            || (!papers.turn.is_empty() && self.is_turn(&mut state, network, papers.turn, now));
        if !enters {
            return Err(self.later(&mut state, network, now));
        }
        let seen = state.networks.entry(network).or_default();
        seen.entered = Some(now);
        Ok(())
    }

    /// Whether so much comes in that half of what may come first is used up.
    pub fn is_pressed(&self, now: u64) -> bool {
        self.state().fresh.at_most_half(self.settings.fresh, now)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Counters are as good after a panic as before.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// More work is asked while much work comes.
    fn bits(&self, state: &mut State, now: u64) -> u8 {
        let low = state.worked.at_most_half(self.settings.worked, now);
        self.settings.bits + if low { 2 } else { 0 }
    }

    fn worked(&self, state: &mut State, network: u128, proof: &str, now: u64) -> bool {
        let Some((work, nonce)) = proof.split_once(':') else { return false };
        let good = nonce.len() <= 20
            && self.is_ours("work", network, work, now)
            && !state.spent.contains_key(work)
            && zero_bits(&Sha256::digest(proof.as_bytes())) >= u32::from(self.settings.bits);
        if good && state.worked.take(self.settings.worked, now) {
            state.spent.insert(work.to_owned(), now + GOOD_FOR);
            return true;
        }
        false
    }

    fn is_turn(&self, state: &mut State, network: u128, turn: &str, now: u64) -> bool {
        let due = turn.split('.').nth(1).and_then(|due| due.parse::<u64>().ok());
        let good = self.is_ours("turn", network, turn, now) && due.is_some_and(|due| due <= now) && !state.spent.contains_key(turn);
        if good {
            state.spent.insert(turn.to_owned(), now + 2 * GOOD_FOR);
            if let Some(seen) = state.networks.get_mut(&network) {
                seen.turn = None;
            }
        }
        good
    }

    fn later(&self, state: &mut State, network: u128, now: u64) -> Later {
        let bits = self.bits(state, now);
        let work = self.paper("work", network, now, state);
        // One open turn for each network: asking more often gains nothing.
        let open = state.networks.get(&network).and_then(|seen| seen.turn.clone()).filter(|(due, _)| due + GOOD_FOR > now);
        let (due, turn) = open.unwrap_or_else(|| {
            let shortest = now + u64::try_from(self.settings.wait.as_millis()).unwrap_or(u64::MAX);
            let due = shortest.max(state.next_turn);
            state.next_turn = due + 1_000 / u64::from(self.settings.turns_per_second.max(1));
            let turn = self.paper("turn", network, due, state);
            state.networks.entry(network).or_default().turn = Some((due, turn.clone()));
            (due, turn)
        });
        Later { work, bits, turn, wait: Duration::from_millis(due.saturating_sub(now)) }
    }

    /// `kind.instant.salt.mac`: ours, for this network only, good for a while after the instant.
    fn paper(&self, kind: &str, network: u128, instant: u64, state: &mut State) -> String {
        state.salt += 1;
        let body = format!("{kind}.{instant}.{}", state.salt);
        format!("{body}.{}", self.mac(&body, network))
    }

    fn is_ours(&self, kind: &str, network: u128, paper: &str, now: u64) -> bool {
        let Some((body, mac)) = paper.rsplit_once('.').filter(|_| paper.len() <= 120) else { return false };
        let mut parts = body.split('.');
        let instant = (parts.next() == Some(kind)).then(|| parts.next()).flatten().and_then(|instant| instant.parse::<u64>().ok());
        instant.is_some_and(|instant| now <= instant.saturating_add(GOOD_FOR)) && same(&self.mac(body, network), mac)
    }

    /// Two nested hashes with the key in both, as HMAC does, so that nothing can be appended.
    fn mac(&self, body: &str, network: u128) -> String {
        let inner = Sha256::new().chain_update(self.key).chain_update(network.to_be_bytes()).chain_update(body.as_bytes()).finalize();
        let outer = Sha256::new().chain_update(self.key).chain_update(inner).finalize();
        outer.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl State {
    fn sweep(&mut self, now: u64) {
        if self.networks.len() > SWEEP_AT {
            let young = |seen: &Seen| {
                seen.entered.is_some_and(|at| now.saturating_sub(at) < FRESH_AFTER)
                    || seen.turn.as_ref().is_some_and(|(due, _)| due + GOOD_FOR > now)
            };
            self.networks.retain(|_, seen| young(seen));
            if self.networks.len() > SWEEP_AT * 4 {
                // More networks than there is room for: all of them count as fresh again, and the fresh budget bounds them together.
                self.networks.clear();
            }
        }
        if self.spent.len() > SWEEP_AT {
            self.spent.retain(|_, until| *until > now);
        }
    }
}

fn zero_bits(digest: &[u8]) -> u32 {
    let mut bits = 0;
    for byte in digest {
        bits += byte.leading_zeros();
        if *byte != 0 {
            break;
        }
    }
    bits
}

/// Compares without telling by its time where the first difference is.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(settings: Settings) -> Gate {
        Gate::new([7; 32], settings)
    }

    fn solved(later: &Later) -> String {
        (0_u64..)
            .map(|nonce| format!("{}:{nonce}", later.work))
            .find(|proof| zero_bits(&Sha256::digest(proof.as_bytes())) >= u32::from(later.bits))
            .unwrap_or_default()
    }

    /// How an honest reporter goes on after "later": how many get in within `minutes`.
    fn honest(gate: &Gate, network: u128, now: u64, script: bool) -> bool {
        let Err(later) = gate.enter(network, &Papers::default(), now) else { return true };
        if script {
            return gate.enter(network, &Papers { proof: &solved(&later), ..Papers::default() }, now + 2_000).is_ok();
        }
        gate.enter(network, &Papers { turn: &later.turn, ..Papers::default() }, now + u64::try_from(later.wait.as_millis()).unwrap_or(0))
            .is_ok()
    }

    #[test]
    fn a_flood_from_many_networks_leaves_honest_reports_through() {
        let gate = gate(Settings { bits: 8, ..Settings::default() });
        let (mut junk_in, mut junk, mut honest_in, mut honest_all) = (0_u32, 0_u32, 0_u32, 0_u32);
        // Ten minutes: 400 junk reports a second from 20,000 networks, and two honest ones a second. A third of the honest networks wrote within
        // the hour, and half of the reporters have no script.
        for second in 0..600_u64 {
            let now = 1_000_000 + second * 1_000;
            for n in 0..400_u64 {
                junk += 1;
                let network = u128::from((second * 400 + n) % 20_000);
                junk_in += u32::from(gate.enter(network, &Papers::default(), now + n * 2).is_ok());
            }
            for n in 0..2_u64 {
                honest_all += 1;
                let number = second * 2 + n;
                let network = 1_000_000 + u128::from(if number.is_multiple_of(3) { number % 100 } else { number });
                honest_in += u32::from(honest(&gate, network, now, number.is_multiple_of(2)));
            }
        }
        let share = f64::from(honest_in) / f64::from(honest_all);
        assert!(share >= 0.99, "{honest_in} of {honest_all} honest reports came in");
        assert!(junk_in * 4 < junk, "{junk_in} of {junk} junk reports came in");
    }

    #[test]
    fn papers_are_good_once_and_for_one_network() {
        let none = Rate { burst: 0, per_second: 0 };
        let gate = gate(Settings { fresh: none, repeated: none, bits: 6, ..Settings::default() });
        let later = gate.enter(1, &Papers::default(), 1_000).unwrap_err();
        let proof = solved(&later);
        let with = |proof: &str, turn: &str, network, now| gate.enter(network, &Papers { known: false, proof, turn }, now).is_ok();
        assert!(!with(&proof, "", 2, 1_001), "another network's work");
        assert!(!with(&format!("{}:x", later.work), "", 1, 1_001) || zero_bits(&Sha256::digest(format!("{}:x", later.work))) >= 6);
        assert!(with(&proof, "", 1, 1_001));
        assert!(!with(&proof, "", 1, 1_002), "twice");
        assert!(!with("", &later.turn, 1, 2_000), "before its time");
        let due = 1_000 + u64::try_from(later.wait.as_millis()).unwrap();
        assert!(!with("", &later.turn, 2, due), "another network's turn");
        assert!(!with("", &later.turn, 1, due + GOOD_FOR + 1), "too late");
        assert!(with("", &later.turn, 1, due));
        assert!(!with("", &later.turn, 1, due + 1), "twice");
        for junk in ["", ":", "work.1.1.x:1", "turn.0.1.00000000000000000000000000000000", "turn.99999999999999999999.1.x"] {
            assert!(!with(junk, junk, 3, 5_000), "{junk}");
        }
    }

    #[test]
    fn whoever_holds_a_code_has_a_budget_of_their_own() {
        let none = Rate { burst: 0, per_second: 0 };
        let gate = gate(Settings { fresh: none, repeated: none, ..Settings::default() });
        assert!(gate.enter(1, &Papers { known: true, ..Papers::default() }, 1_000).is_ok());
        assert!(gate.enter(1, &Papers::default(), 1_000).is_err());
    }

    #[test]
    fn asking_again_does_not_push_the_turn_away() {
        let none = Rate { burst: 0, per_second: 0 };
        let gate = gate(Settings { fresh: none, repeated: none, ..Settings::default() });
        let first = gate.enter(1, &Papers::default(), 1_000).unwrap_err();
        let second = gate.enter(1, &Papers::default(), 2_000).unwrap_err();
        assert_eq!(first.turn, second.turn);
        assert!(second.wait < first.wait);
    }
}
