//! What a receipt proves, without a store: the hash of a fact from its columns, and the commitment that stands in the log for
//! "these bytes were received", which only the holder of the receipt can open.
//!
//! The commitment is `SHA-256("wardroom receipt 1" 0x00 nonce sha256)`, all of it hexadecimal text; the nonce is derived from the
//! receipt code and does not lead back to it. Whoever reads the log learns nothing from the commitment, not even whether two
//! reports were equal.
//!
//! Not here: signatures (checkpoints, OpenPGP) and the file a receipt travels in.

use sha2::{Digest, Sha256};

use crate::keys::{derive, hex};
use crate::merkle::Hash;
use crate::receipt::ReceiptCode;

const DOMAIN: &[u8] = b"wardroom fact 1";

/// The columns of a stored fact, in the order they are hashed.
#[derive(Clone, Copy, Debug)]
pub struct FactColumns<'a> {
    /// Position in the log, from 1.
    pub seq: i64,
    /// Whose history it is.
    pub stream: &'a str,
    /// Position in the stream, from 1.
    pub stream_seq: i64,
    /// What happened: `report.received`.
    pub kind: &'a str,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// Who caused it.
    pub actor: &'a str,
    /// The clear part, JSON.
    pub head: &'a str,
    /// Words sealed to the stream.
    pub body: Option<&'a [u8]>,
    /// The same words sealed to the reporter.
    pub reporter_body: Option<&'a [u8]>,
    /// On a stream's first fact: the public half of its key.
    pub stream_public: Option<&'a [u8]>,
    /// Hash of the fact before.
    pub prev: &'a [u8],
}

impl FactColumns<'_> {
    /// The text `wardroom fact 1`, then per column a byte (0 for NULL, 1 for a value) and for a value its length (u64, big-endian)
    /// and its bytes; integers are eight bytes, big-endian. Nothing can move between columns without changing the hash.
    pub fn hash(&self) -> Hash {
        let FactColumns { seq, stream, stream_seq, kind, at, actor, head, body, reporter_body, stream_public, prev } = self;
        let mut sum = Sha256::new();
        sum.update(DOMAIN);
        add(&mut sum, Some(&seq.to_be_bytes()));
        add(&mut sum, Some(stream.as_bytes()));
        add(&mut sum, Some(&stream_seq.to_be_bytes()));
        add(&mut sum, Some(kind.as_bytes()));
        add(&mut sum, Some(&at.to_be_bytes()));
        add(&mut sum, Some(actor.as_bytes()));
        add(&mut sum, Some(head.as_bytes()));
        add(&mut sum, *body);
        add(&mut sum, *reporter_body);
        add(&mut sum, *stream_public);
        add(&mut sum, Some(prev));
        sum.finalize().into()
    }
}

fn add(sum: &mut Sha256, value: Option<&[u8]>) {
    match value {
        None => sum.update([0]),
        Some(value) => {
            sum.update([1]);
            sum.update((value.len() as u64).to_be_bytes());
            sum.update(value);
        }
    }
}

/// The nonce of a receipt, 64 hexadecimal characters.
pub fn attest_nonce(code: &ReceiptCode) -> String {
    hex(derive::<32>(b"wardroom receipt 1", code.secret(), b"attest").as_ref())
}

/// What stands in the log for "these bytes were received". `sha256`: of what was received, hexadecimal.
pub fn commitment(nonce: &str, sha256: &str) -> String {
    let sum = Sha256::new().chain_update(b"wardroom receipt 1\0").chain_update(nonce).chain_update(b"\0").chain_update(sha256);
    hex(&sum.finalize())
}

/// A SHA-256 (hexadecimal) under a pad that only the receipt code gives, so that its holder can read it back from the log's clear
/// heads. Its own inverse.
pub fn mask(code: &ReceiptCode, sha256: &str) -> String {
    let pad = derive::<32>(b"wardroom receipt 1", code.secret(), b"mask");
    let nibble = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or_default();
    let bytes = sha256.as_bytes().chunks(2).map(|pair| pair.iter().fold(0_u8, |sum, byte| (sum << 4) | nibble(byte)));
    let masked: Vec<u8> = bytes.zip(pad.iter()).map(|(byte, pad)| byte ^ pad).collect();
    hex(&masked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;

    #[test]
    fn a_commitment_opens_for_one_code_and_one_content() {
        let code = |seed| ReceiptCode::make(&mut SeededChance::new(seed));
        let nonce = attest_nonce(&code(1));
        assert_eq!((nonce.len(), nonce.clone()), (64, attest_nonce(&code(1))));
        assert_ne!(nonce, attest_nonce(&code(2)));
        assert!(!code(1).lookup_id().contains(nonce.get(..8).unwrap_or_default()));
        let held = commitment(&nonce, "aa");
        assert_ne!(held, commitment(&nonce, "ab"));
        assert_ne!(held, commitment(&attest_nonce(&code(2)), "aa"));
        let sum = hex(&Sha256::digest(b"x"));
        assert_eq!(mask(&code(1), &mask(&code(1), &sum)), sum);
        assert_ne!(mask(&code(2), &mask(&code(1), &sum)), sum);
        assert_eq!(mask(&code(1), "zz").len(), 2);
    }
}
