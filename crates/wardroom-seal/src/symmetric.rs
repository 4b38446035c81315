//! Sealing under a 32-byte key that both sides have: for the desk's own secrets at rest (see `master`) and small blobs.
//! Format: version `2` | nonce (24, random) | XChaCha20-Poly1305 ciphertext and tag. Deliberately not for streams: see `blob`.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::chance::{Chance, draw};
use crate::sealed::{Sealed, Unopened};

pub(crate) const VERSION: u8 = 2;
/// Bytes symmetric sealing adds: version, nonce, tag.
pub const OVERHEAD: usize = 1 + 24 + 16;

/// Seals `plain` under `key` for the place `aad` names.
pub fn seal_with(key: &[u8; 32], aad: &[u8], plain: &[u8], chance: &mut dyn Chance) -> Sealed {
    let nonce: [u8; 24] = draw(chance);
    let cipher = XChaCha20Poly1305::new(key.into());
    #[expect(clippy::expect_used, reason = "fails only above 256 GiB, more than any buffer the caller can hold as a message")]
    let body = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad }).expect("below the cipher's limit");
    let mut out = Vec::with_capacity(OVERHEAD + plain.len());
    out.push(VERSION);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&body);
    Sealed::from_sealing(out)
}

/// Opens what [`seal_with`] made.
pub fn open_with(key: &[u8; 32], aad: &[u8], sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let Some((&VERSION, rest)) = sealed.as_bytes().split_first() else { return Err(Unopened::Format) };
    let Some((nonce, body)) = rest.split_first_chunk::<24>() else { return Err(Unopened::Format) };
    let cipher = XChaCha20Poly1305::new(key.into());
    let plain = cipher.decrypt(&XNonce::from(*nonce), Payload { msg: body, aad }).map_err(|_| Unopened::Refused)?;
    Ok(Zeroizing::new(plain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;

    #[test]
    fn opens_only_under_its_key_at_its_place_unchanged() {
        let sealed = seal_with(&[7; 32], b"here", b"secret", &mut SeededChance::new(1));
        assert!(sealed.is_plausible());
        assert_eq!(open_with(&[7; 32], b"here", &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(open_with(&[8; 32], b"here", &sealed), Err(Unopened::Refused));
        assert_eq!(open_with(&[7; 32], b"there", &sealed), Err(Unopened::Refused));
        for index in 0..sealed.len() {
            let mut bytes = sealed.as_bytes().to_vec();
            bytes[index] ^= 4;
            assert!(open_with(&[7; 32], b"here", &Sealed::from_stored(bytes)).is_err(), "byte {index}");
        }
        for length in 0..sealed.len() {
            assert!(open_with(&[7; 32], b"here", &Sealed::from_stored(sealed.as_bytes()[..length].to_vec())).is_err());
        }
    }
}
