//! The master key: 32 bytes outside the database (a file, or the environment) under which the desk's secret key and the
//! OpenPGP secrets rest. Deliberately does no IO: the caller brings the bytes.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::chance::{Chance, draw};
use crate::keys::{derive, hex};
use crate::sealed::{Sealed, Unopened, place};
use crate::symmetric;

/// The key that is not in the database. Wiped when dropped; never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// Bytes that are no master key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a master key is 32 bytes, or 64 hexadecimal digits; this has {length} bytes: check that the whole key was copied")]
pub struct NotAMasterKey {
    length: usize,
}

impl MasterKey {
    /// A fresh one, for `init`.
    pub fn make(chance: &mut dyn Chance) -> MasterKey {
        MasterKey(draw(chance))
    }

    /// Takes 32 raw bytes, or 64 hexadecimal digits with or without white space around them.
    pub fn parse(input: &[u8]) -> Result<MasterKey, NotAMasterKey> {
        if let Ok(bytes) = <[u8; 32]>::try_from(input) {
            return Ok(MasterKey(bytes));
        }
        let digits = input.trim_ascii();
        let fault = NotAMasterKey { length: input.len() };
        if digits.len() != 64 {
            return Err(fault);
        }
        let mut key = MasterKey([0; 32]);
        for (byte, pair) in key.0.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = pair else { return Err(fault) };
            let high = char::from(*high).to_digit(16).ok_or(fault)?;
            let low = char::from(*low).to_digit(16).ok_or(fault)?;
            *byte = u8::try_from(high * 16 + low).map_err(|_| fault)?;
        }
        Ok(key)
    }

    /// The 64 hexadecimal digits that [`MasterKey::parse`] takes, for the key file.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(hex(&self.0))
    }

    /// Eight bytes that tell two master keys apart and reveal neither: stored so that a wrong key is named as such.
    pub fn fingerprint(&self) -> String {
        hex(self.subkey("fingerprint").get(..8).unwrap_or_default())
    }

    /// An independent key for one purpose; the same label gives the same key.
    pub fn subkey(&self, label: &str) -> Zeroizing<[u8; 32]> {
        derive(b"wardroom master 1", &self.0, &place(&["subkey", label]))
    }

    /// HMAC-SHA-256 under the sub-key of `label`: a name for something that must be recognised and not be readable,
    /// such as the Message-ID of a mail we have seen.
    pub fn mac(&self, label: &str, bytes: &[u8]) -> [u8; 32] {
        let key = self.subkey(label);
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_ref()).expect("any length");
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }

    /// Seals one of the desk's own secrets at rest; it opens only under the same label.
    pub fn seal(&self, label: &str, plain: &[u8], chance: &mut dyn Chance) -> Sealed {
        symmetric::seal_with(&self.subkey("at rest"), &place(&["at rest", label]), plain, chance)
    }

    /// Opens what [`MasterKey::seal`] made.
    pub fn open(&self, label: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        symmetric::open_with(&self.subkey("at rest"), &place(&["at rest", label]), sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;

    fn key(seed: u64) -> MasterKey {
        MasterKey::make(&mut SeededChance::new(seed))
    }

    #[test]
    fn reads_raw_bytes_and_its_own_text() {
        let text = format!("  {}\n", key(1).to_text().to_uppercase());
        assert_eq!(MasterKey::parse(text.as_bytes()).unwrap().0, key(1).0);
        assert_eq!(MasterKey::parse(&key(1).0).unwrap().0, key(1).0);
        for bad in [&b""[..], b"abc", &[b'g'; 64], &[0; 33], "é".repeat(32).as_bytes()] {
            assert!(MasterKey::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn seals_at_rest_under_its_label() {
        let sealed = key(1).seal("desk secret", b"abc", &mut SeededChance::new(2));
        assert_eq!(key(1).open("desk secret", &sealed).unwrap().as_slice(), b"abc");
        assert!(key(1).open("openpgp secret", &sealed).is_err());
        assert!(key(2).open("desk secret", &sealed).is_err());
    }

    #[test]
    fn labels_and_keys_are_independent() {
        let names = [key(1).mac("seen", b"a"), key(1).mac("seen", b"b"), key(1).mac("other", b"a"), key(2).mac("seen", b"a")];
        for (index, one) in names.iter().enumerate() {
            assert!(names.iter().skip(index + 1).all(|other| other != one));
        }
        assert_eq!(key(1).mac("seen", b"a"), key(1).mac("seen", b"a"));
        assert_ne!(key(1).fingerprint(), key(2).fingerprint());
        assert!(!key(1).to_text().contains(&key(1).fingerprint()));
    }
}
