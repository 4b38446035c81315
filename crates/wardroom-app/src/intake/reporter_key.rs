//! A reporter's key as it is handed in with a form: refused at once when we could not use it, so that the reporter can send a better one
//! while the page is open. Deliberately not a policy of its own: that is `wardroom-mail`'s.

use jiff::Timestamp;
use wardroom_mail::keys::KnownCert;

pub use wardroom_mail::keys::KeyFault;

/// What stands against the key at `now`: damaged, expired, revoked or weak. A key that can only sign is fine: it proves who writes.
///
/// # Errors
/// The first fault found, worded for whoever gave us the key.
pub fn check_reporter_key(key: &str, now: Timestamp) -> Result<(), KeyFault> {
    KnownCert::parse_sound(key.as_bytes(), now.as_second()).map(|_| ())
}

/// A binary public key with its armor.
///
/// # Errors
/// It is no public key.
pub fn armored_key(key: &[u8]) -> Result<String, KeyFault> {
    KnownCert::parse(key).map(|cert| cert.armored())
}
