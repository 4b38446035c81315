//! The key of a stream: every report, case, advisory and organisation has its own X25519 pair, whose secret is sealed to the
//! desk. Deleting that sealed secret erases the stream's words and leaves the log whole. Deliberately stateless: the store
//! keeps the two halves.

use crate::boxes;
use crate::chance::Chance;
use crate::keys::{KeyFault, PublicKey, SecretKey};
use crate::sealed::{Sealed, place};
use crate::sealer::Sealer;

/// The key of one stream, as it is stored: nothing in it is confidential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamKey {
    /// Words of the stream are sealed to this.
    pub public: PublicKey,
    /// The secret half, sealed to the desk's public key at the place of this stream.
    pub secret: Sealed,
}

impl StreamKey {
    /// Makes the key of a new stream. Whoever calls this needs only the desk's public key and keeps nothing secret.
    pub fn make(desk: &PublicKey, stream: &str, chance: &mut dyn Chance) -> StreamKey {
        let pair = SecretKey::make(chance);
        let secret = boxes::seal(desk, &where_it_lies(stream), pair.expose().as_ref(), chance);
        StreamKey { public: pair.public(), secret }
    }

    /// The same for a stream whose first words are sealed at this moment: also gives what seals them, to be dropped when that is done.
    /// `desk` seals to the desk.
    pub fn begin(desk: &Sealer, stream: &str, chance: &mut dyn Chance) -> (StreamKey, Sealer) {
        let pair = SecretKey::make(chance);
        let public = pair.public();
        let secret = desk.seal(&where_it_lies(stream), pair.expose().as_ref(), chance);
        (StreamKey { public, secret }, Sealer::by_the_maker(&pair, &public))
    }

    /// Opens the secret half at the desk, and refuses when the public half beside it was exchanged.
    pub fn open(&self, desk: &SecretKey, stream: &str) -> Result<SecretKey, KeyFault> {
        let plain = boxes::open(desk, &where_it_lies(stream), &self.secret)?;
        let secret = SecretKey::from_bytes(&plain)?;
        if secret.public() != self.public {
            return Err(KeyFault::Mismatch);
        }
        Ok(secret)
    }

    /// The same key, sealed to a new desk key: for changing the desk's key without touching any words.
    pub fn reseal(&self, old: &SecretKey, new: &PublicKey, stream: &str, chance: &mut dyn Chance) -> Result<StreamKey, KeyFault> {
        let secret = self.open(old, stream)?;
        let sealed = boxes::seal(new, &where_it_lies(stream), secret.expose().as_ref(), chance);
        Ok(StreamKey { public: self.public, secret: sealed })
    }
}

fn where_it_lies(stream: &str) -> Vec<u8> {
    place(&["stream key", stream])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;
    use crate::sealed::Unopened;

    #[test]
    fn the_desk_opens_what_the_public_face_made() {
        let mut chance = SeededChance::new(1);
        let desk = SecretKey::make(&mut chance);
        let key = StreamKey::make(&desk.public(), "R-2026-0001", &mut chance);
        let words = boxes::seal(&key.public, b"x", b"words", &mut chance);
        let secret = key.open(&desk, "R-2026-0001").unwrap();
        assert_eq!(boxes::open(&secret, b"x", &words).unwrap().as_slice(), b"words");
    }

    #[test]
    fn another_stream_another_desk_and_an_exchanged_public_half_are_refused() {
        let mut chance = SeededChance::new(1);
        let desk = SecretKey::make(&mut chance);
        let mut key = StreamKey::make(&desk.public(), "R-2026-0001", &mut chance);
        assert_eq!(key.open(&desk, "R-2026-0002").unwrap_err(), KeyFault::Unopened(Unopened::Refused));
        assert!(key.open(&SecretKey::make(&mut chance), "R-2026-0001").is_err());
        key.public = SecretKey::make(&mut chance).public();
        assert_eq!(key.open(&desk, "R-2026-0001").unwrap_err(), KeyFault::Mismatch);
    }

    #[test]
    fn resealing_changes_the_lock_and_not_the_key() {
        let mut chance = SeededChance::new(1);
        let (old, new) = (SecretKey::make(&mut chance), SecretKey::make(&mut chance));
        let key = StreamKey::make(&old.public(), "C-1", &mut chance);
        let moved = key.reseal(&old, &new.public(), "C-1", &mut chance).unwrap();
        assert_eq!(moved.public, key.public);
        assert_eq!(*moved.open(&new, "C-1").unwrap().expose(), *key.open(&old, "C-1").unwrap().expose());
        assert!(moved.open(&old, "C-1").is_err());
    }
}
