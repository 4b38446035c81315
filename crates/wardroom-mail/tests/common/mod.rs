//! What the tests of this crate share.
#![allow(dead_code, clippy::unwrap_used, reason = "each test binary uses a part, and tests may fall")]

pub mod gnupg;
pub mod made;
pub mod scene;

use std::path::PathBuf;
use wardroom_mail::keys::{KnownCert, SecretKeys, TeamSecret};

/// A folder of the shared corpora; None, said plainly, when they are not here.
pub fn corpora(folder: &str) -> Option<PathBuf> {
    let Some(root) = std::env::var_os("WARDROOM_CORPORA") else {
        println!("skipped: WARDROOM_CORPORA is not set, so nothing of {folder} was checked");
        return None;
    };
    Some(PathBuf::from(root).join(folder))
}

pub fn known(armored: &[u8]) -> KnownCert {
    KnownCert::parse(armored).unwrap()
}

/// All secret keys of a file; the one with the fingerprint is active, the others are retired.
pub fn held(armored: &[u8], active: &str) -> (SecretKeys, String) {
    let mut keys = SecretKeys::default();
    for secret in TeamSecret::import_all(armored, None).unwrap() {
        keys = if secret.fingerprint() == active { keys.with_active(&secret) } else { keys.with_retired(&secret) };
    }
    (keys, active.to_owned())
}

pub fn all_held(armored: &[Vec<u8>]) -> SecretKeys {
    armored.iter().fold(SecretKeys::default(), |keys, one| keys.with_active(&TeamSecret::import(one, None).unwrap()))
}
