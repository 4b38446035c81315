//! Passwords: Argon2id in PHC strings. Deliberately no rules about letters and digits (NIST SP 800-63B §3.1.1.2): length
//! counts, and there is a second factor.

use std::sync::OnceLock;

use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::chance::{Chance, SeededChance, draw};

/// The least number of characters.
pub const LEAST_CHARACTERS: usize = 12;
/// Longer input is refused before any work is done with it.
pub const MOST_BYTES: usize = 1024;
const MEMORY_KIB: u32 = 19_456;
const ROUNDS: u32 = 2;
const LANES: u32 = 1;

/// A password that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Shorter than [`LEAST_CHARACTERS`].
    #[error("password is shorter than 12 characters: choose a longer one, a few words will do")]
    TooShort,
    /// Longer than [`MOST_BYTES`].
    #[error("password is longer than 1024 bytes: choose a shorter one")]
    TooLong,
    /// The hashing itself failed: not enough memory.
    #[error("password could not be hashed: {MEMORY_KIB} KiB of memory are needed")]
    Unhashable,
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordCheck {
    /// It is the password.
    Right,
    /// It is the password, and the hash was made with older parameters: hash it again and store that.
    RightButOutdated,
    /// It is not, or there is none.
    Wrong,
}

/// Hashes a password for storing; the result is a PHC string (`$argon2id$v=19$…`).
pub fn hash_password(password: &str, chance: &mut dyn Chance) -> Result<String, PasswordFault> {
    if password.len() > MOST_BYTES {
        return Err(PasswordFault::TooLong);
    }
    let password = normal(password);
    if password.chars().count() < LEAST_CHARACTERS {
        return Err(PasswordFault::TooShort);
    }
    let salt: [u8; 16] = draw(chance);
    let hash = argon().hash_password_with_salt(password.as_bytes(), &salt).map_err(|_| PasswordFault::Unhashable)?;
    Ok(hash.to_string())
}

/// Checks a password against the stored hash. With `None` (no such person, or no password set) it takes the same time and
/// says [`PasswordCheck::Wrong`], so that the time of an answer does not tell who is here.
pub fn verify_password(password: &str, stored: Option<&str>) -> PasswordCheck {
    if password.len() > MOST_BYTES {
        return PasswordCheck::Wrong;
    }
    let password = normal(password);
    let parsed = stored.and_then(|text| Phc::new(text).ok()).filter(within_limits);
    let Some(hash) = parsed else {
        if let Some(nobody) = nobody().and_then(|text| Phc::new(text).ok()) {
            let _ = argon().verify_password(password.as_bytes(), &nobody);
        }
        return PasswordCheck::Wrong;
    };
    if argon().verify_password(password.as_bytes(), &hash).is_err() {
        return PasswordCheck::Wrong;
    }
    match Params::try_from(&hash) {
        Ok(params) if (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, ROUNDS, LANES) => PasswordCheck::Right,
        Ok(_) | Err(_) => PasswordCheck::RightButOutdated,
    }
}

/// A hash that matches nothing anybody can type, for checks of people who are not here.
fn nobody() -> Option<&'static str> {
    static NOBODY: OnceLock<Option<String>> = OnceLock::new();
    NOBODY.get_or_init(|| hash_password("a password that nobody has \u{0}", &mut SeededChance::new(0)).ok()).as_deref()
}

/// A stored hash may not make us use more memory or time than we would choose (a changed row is not a way to stop the house).
fn within_limits(hash: &Phc) -> bool {
    hash.algorithm.as_str() == "argon2id"
        && Params::try_from(hash).is_ok_and(|params| params.m_cost() <= 4 * MEMORY_KIB && params.t_cost() <= 16 && params.p_cost() <= 4)
}

/// The same password typed on another keyboard is the same (NIST SP 800-63B: NFKC).
fn normal(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.nfkc().collect())
}

fn argon() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(MEMORY_KIB, ROUNDS, LANES, None).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(password: &str) -> String {
        hash_password(password, &mut SeededChance::new(1)).unwrap()
    }

    #[test]
    fn the_right_password_is_right_and_others_are_wrong() {
        let stored = hash("correct horse battery");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_eq!(verify_password("correct horse battery", Some(&stored)), PasswordCheck::Right);
        for wrong in ["correct horse batterY", "", "correct horse battery "] {
            assert_eq!(verify_password(wrong, Some(&stored)), PasswordCheck::Wrong);
        }
        assert_eq!(verify_password("correct horse battery", None), PasswordCheck::Wrong);
        assert_eq!(verify_password("correct horse battery", Some("not a hash")), PasswordCheck::Wrong);
    }

    #[test]
    fn full_width_and_composed_letters_are_the_same_password() {
        let stored = hash("pässwörter 123");
        assert_eq!(verify_password("pa\u{308}sswo\u{308}rter １２３", Some(&stored)), PasswordCheck::Right);
    }

    #[test]
    fn an_older_hash_is_right_but_outdated_and_a_huge_one_is_not_tried() {
        let old = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8_192, 1, 1, None).unwrap());
        let stored = old.hash_password_with_salt(b"an old password", &[1; 16]).unwrap().to_string();
        assert_eq!(verify_password("an old password", Some(&stored)), PasswordCheck::RightButOutdated);
        let huge = hash("correct horse battery").replace("m=19456", "m=4000000");
        assert_eq!(verify_password("correct horse battery", Some(&huge)), PasswordCheck::Wrong);
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        let mut chance = SeededChance::new(1);
        assert_eq!(hash_password("short", &mut chance), Err(PasswordFault::TooShort));
        assert_eq!(hash_password(&"x".repeat(1025), &mut chance), Err(PasswordFault::TooLong));
        assert_eq!(verify_password(&"x".repeat(1025), None), PasswordCheck::Wrong);
        assert_ne!(hash_password("correct horse battery", &mut chance), hash_password("correct horse battery", &mut chance));
    }
}
