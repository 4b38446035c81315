//! Sealing several things for the same reader at one moment: the key agreement, which is what sealing costs, is made once.
//! Who seals must drop the [`Sealer`] when the moment is over: while it is there it could open what it sealed.
//!
//! Formats: for a public key, version `6` | ephemeral public key (32) | nonce (24, random) | XChaCha20-Poly1305 ciphertext and tag,
//! the key from HKDF-SHA-256 over the shared secret, salted with both public keys. By whoever made the pair itself, version `5` | nonce |
//! ciphertext and tag, the key from HKDF-SHA-256 over the secret key, salted with its public half. [`crate::open`] opens both.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::chance::{Chance, draw};
use crate::keys::{PublicKey, SecretKey, derive};
use crate::peer::Peer;
use crate::sealed::{Sealed, Unopened};

pub(crate) const TO_ANOTHER: u8 = 6;
pub(crate) const BY_THE_MAKER: u8 = 5;
pub(crate) const TO_ANOTHER_OVERHEAD: usize = 1 + 32 + 24 + 16;
pub(crate) const BY_THE_MAKER_OVERHEAD: usize = 1 + 24 + 16;

/// Seals any number of things for one reader. Not to be kept.
pub struct Sealer {
    /// What every box begins with.
    header: Vec<u8>,
    key: Zeroizing<[u8; 32]>,
}

impl Sealer {
    /// For the holder of `to`'s secret key.
    pub fn to(to: &Peer, chance: &mut dyn Chance) -> Sealer {
        let ephemeral = SecretKey::make(chance);
        let public = ephemeral.public().to_bytes();
        #[expect(clippy::expect_used, reason = "`PublicKey` cannot hold a point of low order, the only case without agreement")]
        let shared = to.agree(&ephemeral).expect("contributory");
        let mut header = vec![TO_ANOTHER];
        header.extend_from_slice(&public);
        Sealer { header, key: agreed(&shared, &public, to.public()) }
    }

    /// For the holder of this very secret key, which was made just now; `public` is its other half.
    pub(crate) fn by_the_maker(secret: &SecretKey, public: &PublicKey) -> Sealer {
        Sealer { header: vec![BY_THE_MAKER], key: own(secret, public) }
    }

    /// Seals `plain` for the place `aad` names.
    pub fn seal(&self, aad: &[u8], plain: &[u8], chance: &mut dyn Chance) -> Sealed {
        let nonce: [u8; 24] = draw(chance);
        let cipher = XChaCha20Poly1305::new((&*self.key).into());
        #[expect(clippy::expect_used, reason = "fails only above 256 GiB, more than any buffer the caller can hold as a message")]
        let body = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad }).expect("below the cipher's limit");
        let mut out = Vec::with_capacity(TO_ANOTHER_OVERHEAD + plain.len());
        out.extend_from_slice(&self.header);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&body);
        Sealed::from_sealing(out)
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(…)")
    }
}

/// Opens what stands behind the version byte of a box made by [`Sealer::to`].
pub(crate) fn open_to_another(secret: &SecretKey, aad: &[u8], rest: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let Some((public, rest)) = rest.split_first_chunk::<32>() else { return Err(Unopened::Format) };
    let shared = secret.agree(public).ok_or(Unopened::Refused)?;
    open_with_key(&agreed(&shared, public, &secret.public()), aad, rest)
}

/// Opens what stands behind the version byte of a box made by the pair's maker.
pub(crate) fn open_by_the_maker(secret: &SecretKey, aad: &[u8], rest: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    open_with_key(&own(secret, &secret.public()), aad, rest)
}

fn open_with_key(key: &[u8; 32], aad: &[u8], rest: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let Some((nonce, body)) = rest.split_first_chunk::<24>() else { return Err(Unopened::Format) };
    let cipher = XChaCha20Poly1305::new(key.into());
    let plain = cipher.decrypt(&XNonce::from(*nonce), Payload { msg: body, aad }).map_err(|_| Unopened::Refused)?;
    Ok(Zeroizing::new(plain))
}

fn agreed(shared: &[u8; 32], ephemeral: &[u8; 32], to: &PublicKey) -> Zeroizing<[u8; 32]> {
    let mut salt = [0u8; 64];
    let (left, right) = salt.split_at_mut(32);
    left.copy_from_slice(ephemeral);
    right.copy_from_slice(&to.to_bytes());
    derive::<32>(&salt, shared, b"wardroom box 6 key")
}

fn own(secret: &SecretKey, public: &PublicKey) -> Zeroizing<[u8; 32]> {
    derive::<32>(&public.to_bytes(), secret.expose().as_ref(), b"wardroom box 5 key")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boxes::open;
    use crate::chance::SeededChance;
    use crate::stream::StreamKey;

    fn key(seed: u64) -> SecretKey {
        SecretKey::make(&mut SeededChance::new(seed))
    }

    /// One sealer of each kind for the key of seed 1.
    fn sealers() -> [Sealer; 2] {
        let secret = key(1);
        [Sealer::to(&Peer::new(secret.public()), &mut SeededChance::new(2)), Sealer::by_the_maker(&secret, &secret.public())]
    }

    #[test]
    fn each_box_opens_for_the_right_key_at_its_place_only() {
        for sealer in sealers() {
            let mut chance = SeededChance::new(3);
            let (first, second) = (sealer.seal(b"one", b"first", &mut chance), sealer.seal(b"two", b"second", &mut chance));
            assert!(first.is_plausible() && second.is_plausible());
            assert_eq!(open(&key(1), b"one", &first).unwrap().as_slice(), b"first");
            assert_eq!(open(&key(1), b"two", &second).unwrap().as_slice(), b"second");
            assert_eq!(open(&key(1), b"two", &first), Err(Unopened::Refused));
            assert_eq!(open(&key(2), b"one", &first), Err(Unopened::Refused));
        }
    }

    #[test]
    fn every_changed_byte_and_every_cut_is_refused() {
        for sealer in sealers() {
            let sealed = sealer.seal(b"here", b"the title of a report", &mut SeededChance::new(3));
            for index in 0..sealed.len() {
                for bit in [0x01, 0x80] {
                    let mut bytes = sealed.as_bytes().to_vec();
                    bytes[index] ^= bit;
                    assert!(open(&key(1), b"here", &Sealed::from_stored(bytes)).is_err(), "byte {index} bit {bit}");
                }
            }
            for length in 0..sealed.len() {
                let bytes = sealed.as_bytes()[..length].to_vec();
                assert!(open(&key(1), b"here", &Sealed::from_stored(bytes)).is_err(), "cut at {length}");
            }
        }
    }

    #[test]
    fn the_same_text_twice_looks_different_and_nothing_shows() {
        for sealer in sealers() {
            let mut chance = SeededChance::new(4);
            let plain = b"CANARY".repeat(20);
            let (one, other) = (sealer.seal(b"", &plain, &mut chance), sealer.seal(b"", &plain, &mut chance));
            assert_ne!(one, other);
            // Neither nonce nor ciphertext may come again.
            assert!(one.as_bytes().windows(24).skip(33).all(|window| !other.as_bytes().windows(24).any(|also| also == window)));
            assert!(!one.as_bytes().windows(6).any(|window| window == b"CANARY"));
            assert_eq!(format!("{sealer:?}"), "Sealer(…)");
        }
    }

    #[test]
    fn a_stream_that_begins_is_opened_at_the_desk() {
        let mut chance = SeededChance::new(5);
        let desk = key(1);
        let to_desk = Sealer::to(&Peer::new(desk.public()), &mut chance);
        let (stream, words) = StreamKey::begin(&to_desk, "R-2026-0001", &mut chance);
        let (body, job) = (words.seal(b"body", b"words", &mut chance), to_desk.seal(b"job", b"payload", &mut chance));
        let secret = stream.open(&desk, "R-2026-0001").unwrap();
        assert_eq!(open(&secret, b"body", &body).unwrap().as_slice(), b"words");
        assert_eq!(open(&desk, b"job", &job).unwrap().as_slice(), b"payload");
        assert!(open(&desk, b"body", &body).is_err());
        assert!(stream.open(&desk, "R-2026-0002").is_err());
        // Whoever has only what is stored seals to the public half, as ever.
        let later = crate::boxes::seal(&stream.public, b"later", b"note", &mut chance);
        assert_eq!(open(&secret, b"later", &later).unwrap().as_slice(), b"note");
    }
}
