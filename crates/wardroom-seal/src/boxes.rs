//! The sealed box: whoever has a public key can seal, only the secret key opens. The sender cannot open what it sealed,
//! so a break-in at the public face reveals nothing that was handed in before.
//!
//! Format: version `1` | ephemeral public key (32) | XChaCha20-Poly1305 ciphertext and tag. Key and nonce come from
//! HKDF-SHA-256 over the shared secret, salted with both public keys. Deliberately no sender authentication: who wrote is
//! said by the fact in the log.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::chance::Chance;
use crate::keys::{PublicKey, SecretKey, derive};
use crate::sealed::{Sealed, Unopened};
use crate::sealer;

pub(crate) const VERSION: u8 = 1;
/// Bytes a sealed box adds: version, ephemeral key, tag.
pub const OVERHEAD: usize = 1 + 32 + 16;

/// Seals `plain` so that only the holder of `to`'s secret key opens it, and only at the place `aad` names.
pub fn seal(to: &PublicKey, aad: &[u8], plain: &[u8], chance: &mut dyn Chance) -> Sealed {
    let ephemeral = SecretKey::make(chance);
    let header = ephemeral.public().to_bytes();
    #[expect(clippy::expect_used, reason = "`PublicKey` cannot hold a point of low order, the only case without agreement")]
    let shared = ephemeral.agree(&to.to_bytes()).expect("contributory");
    let (cipher, nonce) = schedule(&shared, &header, to);
    #[expect(clippy::expect_used, reason = "fails only above 256 GiB, more than any buffer the caller can hold as a message")]
    let body = cipher.encrypt(&nonce, Payload { msg: plain, aad }).expect("below the cipher's limit");
    let mut out = Vec::with_capacity(OVERHEAD + plain.len());
    out.push(VERSION);
    out.extend_from_slice(&header);
    out.extend_from_slice(&body);
    Sealed::from_sealing(out)
}

/// Opens what [`seal`] or a [`crate::Sealer`] made for this key and this place.
pub fn open(secret: &SecretKey, aad: &[u8], sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let rest = match sealed.as_bytes().split_first() {
        Some((&VERSION, rest)) => rest,
        Some((&sealer::TO_ANOTHER, rest)) => return sealer::open_to_another(secret, aad, rest),
        Some((&sealer::BY_THE_MAKER, rest)) => return sealer::open_by_the_maker(secret, aad, rest),
        Some(_) | None => return Err(Unopened::Format),
    };
    let Some((header, body)) = rest.split_first_chunk::<32>() else { return Err(Unopened::Format) };
    let shared = secret.agree(header).ok_or(Unopened::Refused)?;
    let (cipher, nonce) = schedule(&shared, header, &secret.public());
    let plain = cipher.decrypt(&nonce, Payload { msg: body, aad }).map_err(|_| Unopened::Refused)?;
    Ok(Zeroizing::new(plain))
}

/// The ephemeral key is used once, so a derived nonce never meets its key again.
fn schedule(shared: &[u8; 32], header: &[u8; 32], to: &PublicKey) -> (XChaCha20Poly1305, XNonce) {
    let mut salt = [0u8; 64];
    let (left, right) = salt.split_at_mut(32);
    left.copy_from_slice(header);
    right.copy_from_slice(&to.to_bytes());
    let key = derive::<32>(&salt, shared, b"wardroom box 1 key");
    let nonce = derive::<24>(&salt, shared, b"wardroom box 1 nonce");
    (XChaCha20Poly1305::new((&*key).into()), XNonce::from(*nonce))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;
    use crate::sealed::place;

    fn key(seed: u64) -> SecretKey {
        SecretKey::make(&mut SeededChance::new(seed))
    }

    #[test]
    fn what_was_sealed_opens_for_the_right_key_at_the_right_place() {
        let secret = key(1);
        let aad = place(&["fact", "R-2026-0001", "1", "body"]);
        for size in [0, 1, 63, 64, 65, 4096, 70_000] {
            let plain = vec![b'x'; size];
            let sealed = seal(&secret.public(), &aad, &plain, &mut SeededChance::new(size as u64));
            assert_eq!(sealed.len(), size + OVERHEAD);
            assert!(sealed.is_plausible());
            assert_eq!(open(&secret, &aad, &sealed).unwrap().as_slice(), plain);
        }
    }

    #[test]
    fn wrong_key_wrong_place_and_every_changed_byte_are_refused() {
        let secret = key(1);
        let sealed = seal(&secret.public(), b"here", b"the title of a report", &mut SeededChance::new(3));
        assert_eq!(open(&key(2), b"here", &sealed), Err(Unopened::Refused));
        assert_eq!(open(&secret, b"there", &sealed), Err(Unopened::Refused));
        for index in 0..sealed.len() {
            for bit in [0x01, 0x80] {
                let mut bytes = sealed.as_bytes().to_vec();
                bytes[index] ^= bit;
                // X25519 ignores the top bit of a public key (RFC 7748 §5); the salt does not.
                assert!(open(&secret, b"here", &Sealed::from_stored(bytes)).is_err(), "byte {index} bit {bit}");
            }
        }
        for length in 0..sealed.len() {
            let bytes = sealed.as_bytes()[..length].to_vec();
            assert!(open(&secret, b"here", &Sealed::from_stored(bytes)).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn the_same_text_sealed_twice_looks_different() {
        let to = key(1).public();
        let mut chance = SeededChance::new(9);
        assert_ne!(seal(&to, b"", b"same", &mut chance), seal(&to, b"", b"same", &mut chance));
    }

    #[test]
    fn sealed_bytes_do_not_contain_the_text() {
        let sealed = seal(&key(1).public(), b"", &b"CANARY".repeat(50), &mut SeededChance::new(4));
        assert!(!sealed.as_bytes().windows(6).any(|window| window == b"CANARY"));
    }
}
