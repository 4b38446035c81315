//! Chance comes in by the door: whoever needs random bytes is handed a [`Chance`].
//! Deliberately not a global generator and not a `rand` trait: one method, so that a test can write its own in three lines.

use sha2::{Digest, Sha256};

/// A source of random bytes.
pub trait Chance {
    /// Fills the whole of `out`.
    fn fill(&mut self, out: &mut [u8]);
}

impl<C: Chance + ?Sized> Chance for &mut C {
    fn fill(&mut self, out: &mut [u8]) {
        (**self).fill(out);
    }
}

/// `N` fresh random bytes.
pub fn draw<const N: usize>(chance: &mut dyn Chance) -> [u8; N] {
    let mut out = [0u8; N];
    chance.fill(&mut out);
    out
}

/// The operating system's random source: the only one for production.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemChance;

impl SystemChance {
    /// Asks the system once, so that a machine without a random source is told at start and not in the middle of a report.
    pub fn probe() -> Result<SystemChance, NoChance> {
        let mut out = [0u8; 32];
        getrandom::fill(&mut out).map_err(|cause| NoChance { cause: cause.to_string() })?;
        Ok(SystemChance)
    }
}

impl Chance for SystemChance {
    #[expect(
        clippy::panic,
        reason = "after a successful probe the kernel's getrandom does not fail; should it, sealing with known bytes would be worse than stopping"
    )]
    fn fill(&mut self, out: &mut [u8]) {
        if let Err(cause) = getrandom::fill(out) {
            panic!("the system's random source failed: {cause}");
        }
    }
}

/// The system has no random source.
#[derive(Debug, thiserror::Error)]
#[error("the system's random source does not answer ({cause}): check that getrandom(2) is allowed in this sandbox")]
pub struct NoChance {
    cause: String,
}

/// A reproducible sequence of bytes made from a seed: for tests and demonstrations, never for keys that guard anything.
#[derive(Clone, Debug)]
pub struct SeededChance {
    seed: [u8; 32],
    turn: u64,
}

impl SeededChance {
    /// The same seed gives the same bytes for ever.
    pub fn new(seed: u64) -> SeededChance {
        SeededChance { seed: Sha256::digest(seed.to_be_bytes()).into(), turn: 0 }
    }
}

impl Chance for SeededChance {
    fn fill(&mut self, out: &mut [u8]) {
        for piece in out.chunks_mut(32) {
            let block: [u8; 32] = Sha256::new().chain_update(self.seed).chain_update(self.turn.to_be_bytes()).finalize().into();
            self.turn += 1;
            for (to, from) in piece.iter_mut().zip(block) {
                *to = from;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_two_seeds_differ() {
        let first: [u8; 100] = draw(&mut SeededChance::new(7));
        let again: [u8; 100] = draw(&mut SeededChance::new(7));
        let other: [u8; 100] = draw(&mut SeededChance::new(8));
        assert_eq!(first, again);
        assert_ne!(first, other);
    }

    #[test]
    fn the_system_gives_bytes_that_differ_each_time() {
        let mut chance = SystemChance::probe().unwrap();
        let first: [u8; 32] = draw(&mut chance);
        let second: [u8; 32] = draw(&mut chance);
        assert_ne!(first, second);
    }
}
