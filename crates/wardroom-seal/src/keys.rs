//! X25519 key pairs and the one key derivation of the house (HKDF-SHA-256, RFC 5869).
//! Deliberately not a key store: where keys lie is the business of the caller.

use std::fmt;

use hkdf::Hkdf;
use sha2::Sha256;
use x25519_dalek::StaticSecret;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::chance::{Chance, draw};

/// Who has it can seal to the holder of the secret key. Not confidential.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; 32]);

/// Who has it can open. Wiped from memory when dropped; never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretKey([u8; 32]);

/// Bytes that are no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// A key has 32 bytes.
    #[error("a key has 32 bytes, this has {0}: check that the whole file was copied")]
    Length(usize),
    /// A point with which every secret agrees on the same known value (RFC 7748 §6.1).
    #[error("this public key is a point of low order: nothing sealed to it would be secret")]
    LowOrder,
    /// The sealed secret does not belong to the public key beside it.
    #[error("the secret key does not belong to the public key stored beside it: the stored public key was changed")]
    Mismatch,
    /// The sealed secret does not open.
    #[error(transparent)]
    Unopened(#[from] crate::sealed::Unopened),
}

impl PublicKey {
    /// Takes 32 bytes and refuses points of low order, so that [`crate::seal`] cannot fail later.
    pub fn from_bytes(bytes: &[u8]) -> Result<PublicKey, KeyFault> {
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| KeyFault::Length(bytes.len()))?;
        // A clamped scalar is a multiple of eight, so any one of them shows a low-order point.
        let probe = StaticSecret::from([0x42; 32]).diffie_hellman(&x25519_dalek::PublicKey::from(bytes));
        if !probe.was_contributory() {
            return Err(KeyFault::LowOrder);
        }
        Ok(PublicKey(bytes))
    }

    /// The 32 bytes to store.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", hex(&self.0[..8]))
    }
}

impl SecretKey {
    /// A fresh secret key.
    pub fn make(chance: &mut dyn Chance) -> SecretKey {
        SecretKey(draw(chance))
    }

    /// Takes the 32 bytes of an opened secret key.
    pub fn from_bytes(bytes: &[u8]) -> Result<SecretKey, KeyFault> {
        Ok(SecretKey(bytes.try_into().map_err(|_| KeyFault::Length(bytes.len()))?))
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(x25519_dalek::PublicKey::from(&StaticSecret::from(self.0)).to_bytes())
    }

    /// The 32 secret bytes, for sealing them. Wiped when dropped.
    pub fn expose(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0)
    }

    /// The shared secret with `other`, or `None` when `other` is of low order.
    pub(crate) fn agree(&self, other: &[u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
        let shared = StaticSecret::from(self.0).diffie_hellman(&x25519_dalek::PublicKey::from(*other));
        shared.was_contributory().then(|| Zeroizing::new(shared.to_bytes()))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// `N` bytes derived from `input`; different salts or infos give independent bytes. `N` is far below HKDF's limit of 8,160.
pub(crate) fn derive<const N: usize>(salt: &[u8], input: &[u8], info: &[u8]) -> Zeroizing<[u8; N]> {
    const { assert!(N <= 255 * 32) };
    let mut out = Zeroizing::new([0u8; N]);
    #[expect(clippy::expect_used, reason = "HKDF refuses only outputs above 255 * 32 bytes; N is checked at compile time")]
    Hkdf::<Sha256>::new(Some(salt), input).expand(info, out.as_mut()).expect("within the limit");
    out
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;

    #[test]
    fn x25519_agrees_with_rfc_7748() {
        // RFC 7748 §6.1
        let known = SecretKey(unhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
        assert_eq!(hex(&known.public().to_bytes()), "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
        let alice = unhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        let shared = known.agree(&alice).unwrap();
        assert_eq!(hex(shared.as_ref()), "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    }

    #[test]
    fn hkdf_agrees_with_rfc_5869() {
        // RFC 5869 A.1
        let okm: Zeroizing<[u8; 42]> =
            derive(&unhex::<13>("000102030405060708090a0b0c"), &[0x0b; 22], &unhex::<10>("f0f1f2f3f4f5f6f7f8f9"));
        assert_eq!(hex(okm.as_ref()), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    }

    #[test]
    fn points_of_low_order_are_refused() {
        let mut one = [0u8; 32];
        one[0] = 1;
        for bytes in [[0u8; 32], one] {
            assert_eq!(PublicKey::from_bytes(&bytes), Err(KeyFault::LowOrder));
        }
        assert_eq!(PublicKey::from_bytes(&[1; 31]), Err(KeyFault::Length(31)));
    }

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", SecretKey::make(&mut SeededChance::new(2))), "SecretKey(…)");
    }

    fn unhex<const N: usize>(text: &str) -> [u8; N] {
        let mut out = [0; N];
        for (index, byte) in out.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).unwrap();
        }
        out
    }
}
