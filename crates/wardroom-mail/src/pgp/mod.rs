//! OpenPGP messages under our own rules: opening, and judging signatures.
//! Deliberately no use of rPGP's or rpgpie's high-level doors: they have no limits and softer rules.

pub(crate) mod armor;
pub(crate) mod decrypt;
pub(crate) mod packets;
pub(crate) mod policy;
pub(crate) mod verify;

use serde::{Deserialize, Serialize};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Why an OpenPGP message could not be opened. Nothing of its content was released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// It is encrypted to none of our keys.
    NoKey,
    /// It is cut short, altered, or not well-formed.
    Damaged,
    /// Its encryption does not protect against alteration (RFC 9580 section 5.7): never opened.
    NoIntegrity,
    /// It uses an algorithm or structure that we do not open.
    Unsupported,
    /// It goes beyond a limit on size, number or depth.
    Limit,
    /// Reading it failed inside the library.
    Crashed,
}

/// Runs library code on hostile bytes. None when it panicked: the bytes are at fault, the house stands.
pub(crate) fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// Upper-case hexadecimal, as fingerprints and key ids are written.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_in_the_library_stays_there() {
        assert_eq!(contained(|| Vec::<u8>::new().get(3).copied().expect("nothing there")), None);
        assert_eq!(contained(|| 7), Some(7));
    }
}
