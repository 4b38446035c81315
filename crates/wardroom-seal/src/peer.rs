//! A public key to which much is sealed, made ready once: multiples of its point stand in a table, so that agreeing with it costs
//! what making a key pair costs, a third of an agreement by the ladder.
//!
//! The agreement is X25519 (RFC 7748) to the byte. The table belongs to the same point on the Edwards form of the curve; which of the
//! two points with this u-coordinate is taken does not matter, for the shared secret is a u-coordinate again. The multiplication reads
//! the whole of each row and so takes the same time for every scalar (`curve25519-dalek`, `BasepointTable::mul_base_clamped`).

use std::fmt;

use curve25519_dalek::edwards::EdwardsBasepointTable;
use curve25519_dalek::montgomery::MontgomeryPoint;
use curve25519_dalek::traits::{BasepointTable as _, IsIdentity as _};
use zeroize::Zeroizing;

use crate::keys::{PublicKey, SecretKey};

/// The holder of a secret key, as whoever seals to it often keeps it: 30 KiB. Not confidential.
#[derive(Clone)]
pub struct Peer {
    public: PublicKey,
    /// `None` for a point of the twist, with which X25519 agrees as well: by the ladder.
    multiples: Option<Box<EdwardsBasepointTable>>,
}

impl Peer {
    /// Makes the table.
    pub fn new(public: PublicKey) -> Peer {
        let point = MontgomeryPoint(public.to_bytes()).to_edwards(0);
        Peer { public, multiples: point.map(|point| Box::new(EdwardsBasepointTable::create(&point))) }
    }

    /// The key itself.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The shared secret with the holder of `secret`; `None` when the key is of low order.
    pub(crate) fn agree(&self, secret: &SecretKey) -> Option<Zeroizing<[u8; 32]>> {
        let Some(multiples) = &self.multiples else { return secret.agree(&self.public.to_bytes()) };
        let shared = multiples.mul_base_clamped(*secret.expose()).to_montgomery();
        (!shared.is_identity()).then(|| Zeroizing::new(shared.to_bytes()))
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Peer({:?})", self.public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::{SeededChance, draw};

    #[test]
    fn the_table_and_the_ladder_agree() {
        let mut chance = SeededChance::new(7);
        for _ in 0..64 {
            let (one, other) = (SecretKey::make(&mut chance), SecretKey::make(&mut chance));
            let peer = Peer::new(other.public());
            assert!(peer.multiples.is_some());
            assert_eq!(*peer.agree(&one).unwrap(), *one.agree(&other.public().to_bytes()).unwrap());
            assert_eq!(*peer.agree(&one).unwrap(), *other.agree(&one.public().to_bytes()).unwrap());
        }
    }

    #[test]
    fn any_bytes_that_are_a_key_agree_as_the_ladder_does() {
        let mut chance = SeededChance::new(8);
        let (mut on_the_curve, mut on_the_twist) = (0, 0);
        for _ in 0..64 {
            // Any 32 bytes: of the curve, its twist, with a part of low order, with the top bit set.
            let public = PublicKey::from_bytes(&draw::<32>(&mut chance)).unwrap();
            let (peer, secret) = (Peer::new(public), SecretKey::make(&mut chance));
            match peer.multiples {
                Some(_) => on_the_curve += 1,
                None => on_the_twist += 1,
            }
            assert_eq!(*peer.agree(&secret).unwrap(), *secret.agree(&public.to_bytes()).unwrap());
        }
        assert!(on_the_curve > 10 && on_the_twist > 10);
    }

    #[test]
    fn secrets_of_all_shapes_agree_as_the_ladder_does() {
        let peer = Peer::new(SecretKey::make(&mut SeededChance::new(9)).public());
        for bytes in [[0; 32], [0xff; 32], [0x80; 32], [0x7f; 32], [0x08; 32]] {
            let secret = SecretKey::from_bytes(&bytes).unwrap();
            assert_eq!(*peer.agree(&secret).unwrap(), *secret.agree(&peer.public().to_bytes()).unwrap());
        }
    }
}
