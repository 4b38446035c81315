//! Large files, sealed in pieces so that they can be written while they arrive, taken up again after a broken line or a
//! crash, and read as streams: one [`BlobKey`] per file, itself sealed to the public key of the stream the file belongs to.
//!
//! Format: version `4` | pieces. Every piece but the last has exactly [`PIECE_BYTES`] of plain text, the last `0..=PIECE_BYTES`.
//! A piece is a random nonce (24) | XChaCha20-Poly1305 ciphertext and tag; its associated data names its number and whether
//! it is the last. So a piece cannot be dropped, repeated, moved or be the end before the end; and because nonces are random
//! and not counted, a piece that is written a second time after a crash never meets its nonce again.
//! Any piece can be opened alone; that a file is whole is known when its last piece opened.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::boxes;
use crate::chance::{Chance, draw};
use crate::keys::{PublicKey, SecretKey};
use crate::sealed::{Sealed, Unopened};
use crate::token::Token;

pub(crate) const VERSION: u8 = 4;
/// Plain bytes in every piece but the last.
pub const PIECE_BYTES: usize = 256 * 1024;
/// Bytes a piece grows by: nonce and tag.
pub const PIECE_OVERHEAD: usize = 24 + 16;
/// Bytes of a sealed piece that is not the last.
pub const SEALED_PIECE_BYTES: usize = PIECE_BYTES + PIECE_OVERHEAD;
/// What a file begins with.
pub const BLOB_HEADER: [u8; 1] = [VERSION];

/// The key of one file. Wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct BlobKey([u8; 32]);

impl std::fmt::Debug for BlobKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BlobKey(…)")
    }
}

/// Which piece it is: bound into its seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// More follow.
    Inner(u32),
    /// The end of the file.
    Last(u32),
}

impl Piece {
    fn place(self) -> [u8; 17] {
        let mut place = *b"wardroom pc\0\0\0\0\0\0";
        let (number, flag) = match self {
            Piece::Inner(number) => (number, 0),
            Piece::Last(number) => (number, 1),
        };
        let (_, rest) = place.split_at_mut(12);
        let (count, end) = rest.split_at_mut(4);
        count.copy_from_slice(&number.to_be_bytes());
        end.fill(flag);
        place
    }
}

impl BlobKey {
    /// A fresh key.
    pub fn make(chance: &mut dyn Chance) -> BlobKey {
        BlobKey(draw(chance))
    }

    /// The key of the file whose upload this token speaks for: whoever holds the token, and nobody else, can go on writing
    /// it and hand it over.
    pub fn of_upload(token: &Token) -> BlobKey {
        BlobKey(*token.derived_bytes("upload key"))
    }

    /// The key, sealed to the stream the file belongs to; `aad` names the blob.
    pub fn seal_to(&self, stream: &PublicKey, aad: &[u8], chance: &mut dyn Chance) -> Sealed {
        boxes::seal(stream, aad, &self.0, chance)
    }

    /// Opens what [`BlobKey::seal_to`] made.
    pub fn open(stream: &SecretKey, aad: &[u8], sealed: &Sealed) -> Result<BlobKey, Unopened> {
        let plain = boxes::open(stream, aad, sealed)?;
        let bytes: [u8; 32] = plain.as_slice().try_into().map_err(|_| Unopened::Format)?;
        Ok(BlobKey(bytes))
    }

    /// The raw key, to seal small things beside the file (its name) with [`crate::seal_with`]. Wiped when dropped.
    pub fn expose(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0)
    }

    /// Seals one piece.
    ///
    /// # Errors
    /// An inner piece has not exactly [`PIECE_BYTES`], or a last one has more.
    pub fn seal_piece(&self, piece: Piece, plain: &[u8], chance: &mut dyn Chance) -> Result<Vec<u8>, BlobFault> {
        let fits = match piece {
            Piece::Inner(_) => plain.len() == PIECE_BYTES,
            Piece::Last(_) => plain.len() <= PIECE_BYTES,
        };
        if !fits {
            return Err(BlobFault(plain.len()));
        }
        let nonce: [u8; 24] = draw(chance);
        let cipher = XChaCha20Poly1305::new((&self.0).into());
        let aad = piece.place();
        let body = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &aad }).map_err(|_| BlobFault(plain.len()))?;
        let mut out = Vec::with_capacity(nonce.len() + body.len());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&body);
        Ok(out)
    }

    /// Opens one piece; refused when it is another one, or no longer what it was.
    ///
    /// # Errors
    /// See [`Unopened`].
    pub fn open_piece(&self, piece: Piece, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let Some((nonce, body)) = sealed.split_first_chunk::<24>() else { return Err(Unopened::CutShort) };
        let cipher = XChaCha20Poly1305::new((&self.0).into());
        let aad = piece.place();
        let plain = cipher.decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: &aad }).map_err(|_| Unopened::Refused)?;
        Ok(Zeroizing::new(plain))
    }
}

/// A piece that cannot be sealed because it has the wrong length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a piece of {0} bytes: every piece but the last has exactly 256 KiB")]
pub struct BlobFault(pub usize);

/// Where the pieces of a file lie: pure arithmetic over lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobMap {
    /// Plain bytes of the whole file.
    pub plain_len: u64,
}

impl BlobMap {
    /// How many pieces the file has; an empty one has one.
    pub fn pieces(self) -> u32 {
        u32::try_from(self.plain_len.div_ceil(PIECE_BYTES as u64).max(1)).unwrap_or(u32::MAX)
    }

    /// The piece of a number.
    pub fn piece(self, number: u32) -> Piece {
        if number + 1 >= self.pieces() { Piece::Last(number) } else { Piece::Inner(number) }
    }

    /// First byte and length of a piece in the sealed file.
    pub fn span(self, number: u32) -> (u64, usize) {
        let from = sealed_offset(number);
        let before = u64::from(number) * PIECE_BYTES as u64;
        let plain = self.plain_len.saturating_sub(before).min(PIECE_BYTES as u64);
        (from, usize::try_from(plain).unwrap_or(PIECE_BYTES) + PIECE_OVERHEAD)
    }

    /// Bytes of the sealed file.
    pub fn sealed_len(self) -> u64 {
        BLOB_HEADER.len() as u64 + self.plain_len + u64::from(self.pieces()) * PIECE_OVERHEAD as u64
    }
}

/// Where a piece begins in the sealed file.
pub fn sealed_offset(number: u32) -> u64 {
    BLOB_HEADER.len() as u64 + u64::from(number) * SEALED_PIECE_BYTES as u64
}

/// How many whole inner pieces a file that is still arriving holds, by its length on disk.
pub fn whole_pieces(sealed_len: u64) -> u32 {
    u32::try_from(sealed_len.saturating_sub(BLOB_HEADER.len() as u64) / SEALED_PIECE_BYTES as u64).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;
    use crate::token::TokenKind;

    fn key() -> BlobKey {
        BlobKey::make(&mut SeededChance::new(1))
    }

    fn pattern(length: usize) -> Vec<u8> {
        (0..length).map(|index| (index * 31 + index / 997) as u8).collect()
    }

    /// A whole file, sealed piece by piece.
    fn sealed(plain: &[u8]) -> Vec<u8> {
        let map = BlobMap { plain_len: plain.len() as u64 };
        let mut out = BLOB_HEADER.to_vec();
        for number in 0..map.pieces() {
            let from = number as usize * PIECE_BYTES;
            let part = &plain[from..plain.len().min(from + PIECE_BYTES)];
            assert_eq!(out.len() as u64, map.span(number).0);
            out.extend(key().seal_piece(map.piece(number), part, &mut SeededChance::new(u64::from(number) + 7)).unwrap());
        }
        assert_eq!(out.len() as u64, map.sealed_len());
        out
    }

    #[test]
    fn files_of_awkward_sizes_come_back() {
        for length in [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES, 2 * PIECE_BYTES + 17] {
            let plain = pattern(length);
            let file = sealed(&plain);
            assert!(Sealed::from_stored(file.clone()).is_plausible());
            let map = BlobMap { plain_len: length as u64 };
            let mut back = Vec::new();
            for number in 0..map.pieces() {
                let (from, len) = map.span(number);
                back.extend_from_slice(&key().open_piece(map.piece(number), &file[from as usize..from as usize + len]).unwrap());
            }
            assert_eq!(back, plain, "{length}");
        }
    }

    #[test]
    fn a_piece_opens_at_its_place_only_and_unchanged() {
        let plain = pattern(PIECE_BYTES);
        let mut chance = SeededChance::new(3);
        let piece = key().seal_piece(Piece::Inner(4), &plain, &mut chance).unwrap();
        assert!(key().open_piece(Piece::Inner(4), &piece).is_ok());
        for other in [Piece::Inner(3), Piece::Inner(5), Piece::Last(4)] {
            assert_eq!(key().open_piece(other, &piece), Err(Unopened::Refused), "{other:?}");
        }
        assert_eq!(BlobKey([9; 32]).open_piece(Piece::Inner(4), &piece), Err(Unopened::Refused));
        for at in (0..piece.len()).step_by(9_777).chain([piece.len() - 1]) {
            let mut changed = piece.clone();
            changed[at] ^= 1;
            assert!(key().open_piece(Piece::Inner(4), &changed).is_err(), "byte {at}");
        }
        for cut in [0, 10, 24, 30, piece.len() - 1] {
            assert!(key().open_piece(Piece::Inner(4), &piece[..cut]).is_err(), "cut at {cut}");
        }
        assert_ne!(key().seal_piece(Piece::Inner(4), &plain, &mut chance).unwrap()[..24], piece[..24], "a nonce was used twice");
    }

    #[test]
    fn pieces_of_the_wrong_size_are_refused_and_whole_ones_are_counted() {
        let mut chance = SeededChance::new(1);
        assert_eq!(key().seal_piece(Piece::Inner(0), b"short", &mut chance), Err(BlobFault(5)));
        assert_eq!(key().seal_piece(Piece::Last(0), &vec![0; PIECE_BYTES + 1], &mut chance), Err(BlobFault(PIECE_BYTES + 1)));
        let whole = SEALED_PIECE_BYTES as u64;
        for (len, pieces) in [(0, 0), (1, 0), (whole, 0), (whole + 1, 1), (2 * whole, 1), (2 * whole + 1, 2)] {
            assert_eq!(whole_pieces(len), pieces, "{len}");
        }
    }

    #[test]
    fn the_key_travels_sealed_to_its_stream_and_follows_from_its_token() {
        let stream = SecretKey::make(&mut SeededChance::new(5));
        let sealed_key = key().seal_to(&stream.public(), b"blob 1", &mut SeededChance::new(6));
        assert_eq!(BlobKey::open(&stream, b"blob 1", &sealed_key).unwrap(), key());
        assert!(BlobKey::open(&stream, b"blob 2", &sealed_key).is_err());
        let short = boxes::seal(&stream.public(), b"x", b"not a key", &mut SeededChance::new(7));
        assert_eq!(BlobKey::open(&stream, b"x", &short).unwrap_err(), Unopened::Format);
        let token = |seed| Token::make(TokenKind::Upload, &mut SeededChance::new(seed));
        assert_eq!(BlobKey::of_upload(&token(1)), BlobKey::of_upload(&token(1)));
        assert_ne!(BlobKey::of_upload(&token(1)), BlobKey::of_upload(&token(2)));
    }
}
