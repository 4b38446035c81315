//! [`Sealed`]: bytes that only the holder of a secret key can read. The type is the evidence: outside this crate it comes
//! from sealing or from the store, never from a `Vec<u8>` at hand. Deliberately without any way to look inside.

use std::fmt;

/// Ciphertext with its header. Equality compares the stored bytes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// Only the sealing functions of this crate make one.
    pub(crate) fn from_sealing(bytes: Vec<u8>) -> Sealed {
        Sealed(bytes)
    }

    /// What the store kept. For the store only: bytes from anywhere else are not sealed.
    /// A wrong use is noticed by [`Sealed::is_plausible`], which `verify` asks of every row.
    pub fn from_stored(bytes: Vec<u8>) -> Sealed {
        Sealed(bytes)
    }

    /// The bytes to store or to send.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes to store or to send.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// How many bytes it takes when stored.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Never true for something that was sealed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the bytes have the shape of one of this crate's formats: a known version byte and the least length.
    /// It is no proof that they open.
    pub fn is_plausible(&self) -> bool {
        match self.0.first() {
            Some(&crate::boxes::VERSION) => self.0.len() >= crate::boxes::OVERHEAD,
            Some(&crate::symmetric::VERSION) => self.0.len() >= crate::symmetric::OVERHEAD,
            Some(&crate::blob::VERSION) => self.0.len() >= crate::blob::BLOB_HEADER.len() + crate::blob::PIECE_OVERHEAD,
            Some(&crate::sealer::TO_ANOTHER) => self.0.len() >= crate::sealer::TO_ANOTHER_OVERHEAD,
            Some(&crate::sealer::BY_THE_MAKER) => self.0.len() >= crate::sealer::BY_THE_MAKER_OVERHEAD,
            Some(_) | None => false,
        }
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// Why sealed bytes did not open. It says nothing about the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unopened {
    /// The bytes are not in a format this version knows.
    #[error("not in a sealed format this version knows: check that the row was written by wardroom and not by a newer version")]
    Format,
    /// Wrong key, wrong place, or changed bytes: the three look the same on purpose.
    #[error("does not open: the key is not the one it was sealed to, or the bytes were changed or moved")]
    Refused,
    /// The stream ended before its last chunk.
    #[error("sealed stream is cut short: restore the file from a backup")]
    CutShort,
}

/// Associated data that says where sealed bytes belong, so that they open nowhere else: every part is length-prefixed,
/// hence `["ab","c"]` and `["a","bc"]` are different places.
pub fn place(parts: &[&str]) -> Vec<u8> {
    let mut out = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        out.extend_from_slice(&(part.len() as u64).to_be_bytes());
        out.extend_from_slice(part.as_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_do_not_run_into_each_other() {
        assert_ne!(place(&["ab", "c"]), place(&["a", "bc"]));
        assert_ne!(place(&["ab"]), place(&["ab", ""]));
        assert_eq!(place(&["fact", "R-2026-0001"]), place(&["fact", "R-2026-0001"]));
    }

    #[test]
    fn plain_text_is_not_plausible_and_debug_shows_no_bytes() {
        for plain in [&b""[..], b"hello", b"{\"title\":\"x\"}", &[1u8; 20]] {
            assert!(!Sealed::from_stored(plain.to_vec()).is_plausible(), "{plain:?}");
        }
        assert_eq!(format!("{:?}", Sealed::from_stored(b"hello".to_vec())), "Sealed(5 bytes)");
    }
}
