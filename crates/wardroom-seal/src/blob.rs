//! Large files, sealed in chunks of 1 MiB so that they can be written and read as streams: a random [`BlobKey`] per file,
//! itself sealed to the stream's public key.
//!
//! Format: version `3` | nonce prefix (19, random) | chunks. Chunk `n` is XChaCha20-Poly1305 under nonce
//! prefix | n (u32) | last flag (u8): the STREAM construction, so that a chunk cannot be dropped, repeated, moved or be the
//! end before the end. Deliberately no random access: a file is read whole or not at all.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::boxes;
use crate::chance::{Chance, draw};
use crate::keys::{PublicKey, SecretKey};
use crate::sealed::{Sealed, Unopened};

pub(crate) const VERSION: u8 = 3;
/// Plain bytes in every chunk but the last, which has `0..=CHUNK_BYTES`.
pub const CHUNK_BYTES: usize = 1 << 20;
/// Bytes a chunk grows by.
pub const TAG_BYTES: usize = 16;
/// Bytes before the first chunk.
pub const HEADER_BYTES: usize = 1 + 19;

/// The key of one file. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct BlobKey([u8; 32]);

impl std::fmt::Debug for BlobKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BlobKey(…)")
    }
}

impl BlobKey {
    /// A fresh key.
    pub fn make(chance: &mut dyn Chance) -> BlobKey {
        BlobKey(draw(chance))
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
}

/// Seals a file chunk by chunk.
pub struct BlobSealer {
    chunks: Chunks,
}

/// Opens a file chunk by chunk. Nothing it returned may be trusted as complete until [`BlobOpener::last`] succeeded.
pub struct BlobOpener {
    chunks: Chunks,
}

struct Chunks {
    cipher: XChaCha20Poly1305,
    prefix: [u8; 19],
    next: u32,
    aad: Vec<u8>,
}

/// Which chunk it is: said in the nonce.
#[derive(Clone, Copy)]
enum Position {
    Inner = 0,
    Last = 1,
}

impl BlobSealer {
    /// Starts a file; the header comes first in it.
    pub fn start(key: &BlobKey, aad: &[u8], chance: &mut dyn Chance) -> (BlobSealer, [u8; HEADER_BYTES]) {
        let prefix: [u8; 19] = draw(chance);
        let mut header = [VERSION; HEADER_BYTES];
        if let Some((_, rest)) = header.split_first_mut() {
            rest.copy_from_slice(&prefix);
        }
        (BlobSealer { chunks: Chunks::new(key, prefix, aad) }, header)
    }

    /// Seals one inner chunk: exactly [`CHUNK_BYTES`] of plain text.
    pub fn inner(&mut self, plain: &[u8]) -> Result<Vec<u8>, BlobFault> {
        if plain.len() != CHUNK_BYTES {
            return Err(BlobFault::ChunkSize(plain.len()));
        }
        self.chunks.seal(plain, Position::Inner)
    }

    /// Seals the last chunk, `0..=CHUNK_BYTES` of plain text, and ends the file.
    pub fn last(mut self, plain: &[u8]) -> Result<Vec<u8>, BlobFault> {
        if plain.len() > CHUNK_BYTES {
            return Err(BlobFault::ChunkSize(plain.len()));
        }
        self.chunks.seal(plain, Position::Last)
    }
}

impl BlobOpener {
    /// Starts reading a file from its header.
    pub fn start(key: &BlobKey, aad: &[u8], header: &[u8; HEADER_BYTES]) -> Result<BlobOpener, Unopened> {
        let Some((&VERSION, prefix)) = header.split_first() else { return Err(Unopened::Format) };
        let prefix: [u8; 19] = prefix.try_into().map_err(|_| Unopened::Format)?;
        Ok(BlobOpener { chunks: Chunks::new(key, prefix, aad) })
    }

    /// Opens one inner chunk (`CHUNK_BYTES + TAG_BYTES` of it).
    pub fn inner(&mut self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        self.chunks.open(sealed, Position::Inner)
    }

    /// Opens the last chunk. Refused when the file was cut after an inner chunk.
    pub fn last(mut self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        self.chunks.open(sealed, Position::Last)
    }
}

impl Chunks {
    fn new(key: &BlobKey, prefix: [u8; 19], aad: &[u8]) -> Chunks {
        Chunks { cipher: XChaCha20Poly1305::new((&key.0).into()), prefix, next: 0, aad: aad.to_vec() }
    }

    fn nonce(&mut self, position: Position) -> Option<XNonce> {
        let mut nonce = [0u8; 24];
        let (prefix, rest) = nonce.split_at_mut(19);
        prefix.copy_from_slice(&self.prefix);
        let (count, flag) = rest.split_at_mut(4);
        count.copy_from_slice(&self.next.to_be_bytes());
        flag.fill(position as u8);
        self.next = self.next.checked_add(1)?;
        Some(XNonce::from(nonce))
    }

    fn seal(&mut self, plain: &[u8], position: Position) -> Result<Vec<u8>, BlobFault> {
        let nonce = self.nonce(position).ok_or(BlobFault::TooLong)?;
        self.cipher.encrypt(&nonce, Payload { msg: plain, aad: &self.aad }).map_err(|_| BlobFault::TooLong)
    }

    fn open(&mut self, sealed: &[u8], position: Position) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let nonce = self.nonce(position).ok_or(Unopened::Format)?;
        let plain = self.cipher.decrypt(&nonce, Payload { msg: sealed, aad: &self.aad }).map_err(|_| Unopened::Refused)?;
        Ok(Zeroizing::new(plain))
    }
}

/// A file that cannot be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlobFault {
    /// An inner chunk has exactly [`CHUNK_BYTES`], the last one at most that.
    #[error("a chunk of {0} bytes: every chunk but the last has exactly 1 MiB")]
    ChunkSize(usize),
    /// More than 2^32 chunks.
    #[error("file is too long to seal")]
    TooLong,
}

/// Seals a whole file in memory.
pub fn seal_blob(key: &BlobKey, aad: &[u8], plain: &[u8], chance: &mut dyn Chance) -> Result<Sealed, BlobFault> {
    let (mut sealer, header) = BlobSealer::start(key, aad, chance);
    let mut out = Vec::with_capacity(HEADER_BYTES + plain.len() + TAG_BYTES * (plain.len() / CHUNK_BYTES + 1));
    out.extend_from_slice(&header);
    let mut rest = plain;
    while let Some((chunk, after)) = rest.split_at_checked(CHUNK_BYTES).filter(|(_, after)| !after.is_empty()) {
        out.extend_from_slice(&sealer.inner(chunk)?);
        rest = after;
    }
    out.extend_from_slice(&sealer.last(rest)?);
    Ok(Sealed::from_sealing(out))
}

/// Opens a whole file in memory.
pub fn open_blob(key: &BlobKey, aad: &[u8], sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let (header, mut rest) = sealed.as_bytes().split_first_chunk::<HEADER_BYTES>().ok_or(Unopened::Format)?;
    let mut opener = BlobOpener::start(key, aad, header)?;
    let mut out = Zeroizing::new(Vec::with_capacity(rest.len()));
    while let Some((chunk, after)) = rest.split_at_checked(CHUNK_BYTES + TAG_BYTES).filter(|(_, after)| !after.is_empty()) {
        out.extend_from_slice(&opener.inner(chunk)?);
        rest = after;
    }
    if rest.len() < TAG_BYTES {
        return Err(Unopened::CutShort);
    }
    out.extend_from_slice(&opener.last(rest)?);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;

    fn key() -> BlobKey {
        BlobKey::make(&mut SeededChance::new(1))
    }

    fn pattern(length: usize) -> Vec<u8> {
        (0..length).map(|index| (index * 31 + index / 997) as u8).collect()
    }

    #[test]
    fn files_of_awkward_sizes_come_back() {
        for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 17] {
            let plain = pattern(length);
            let sealed = seal_blob(&key(), b"blob 1", &plain, &mut SeededChance::new(2)).unwrap();
            assert!(sealed.is_plausible());
            assert_eq!(open_blob(&key(), b"blob 1", &sealed).unwrap().as_slice(), plain, "{length}");
            assert_eq!(open_blob(&key(), b"blob 2", &sealed), Err(Unopened::Refused));
            assert!(open_blob(&BlobKey([9; 32]), b"blob 1", &sealed).is_err());
        }
    }

    #[test]
    fn chunks_cannot_be_cut_off_swapped_repeated_or_changed() {
        let sealed = seal_blob(&key(), b"a", &pattern(3 * CHUNK_BYTES + 5), &mut SeededChance::new(2)).unwrap();
        let bytes = sealed.as_bytes();
        let chunk = CHUNK_BYTES + TAG_BYTES;
        let part = |n: usize| &bytes[HEADER_BYTES + n * chunk..(HEADER_BYTES + (n + 1) * chunk).min(bytes.len())];
        let build = |order: &[usize]| {
            let mut out = bytes[..HEADER_BYTES].to_vec();
            order.iter().for_each(|&n| out.extend_from_slice(part(n)));
            Sealed::from_stored(out)
        };
        assert!(open_blob(&key(), b"a", &build(&[0, 1, 2, 3])).is_ok());
        for order in [&[0, 1, 2][..], &[0], &[], &[1, 0, 2, 3], &[0, 2, 3], &[0, 1, 2, 2, 3], &[3], &[0, 1, 3]] {
            assert!(open_blob(&key(), b"a", &build(order)).is_err(), "{order:?}");
        }
        for at in (0..bytes.len()).step_by(97_777).chain([bytes.len() - 1]) {
            let mut changed = bytes.to_vec();
            changed[at] ^= 1;
            assert!(open_blob(&key(), b"a", &Sealed::from_stored(changed)).is_err(), "byte {at}");
        }
        for cut in [0, 1, HEADER_BYTES, HEADER_BYTES + 3, bytes.len() - 1] {
            assert!(open_blob(&key(), b"a", &Sealed::from_stored(bytes[..cut].to_vec())).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn the_key_travels_sealed_to_its_stream() {
        let stream = SecretKey::make(&mut SeededChance::new(5));
        let sealed_key = key().seal_to(&stream.public(), b"blob 1", &mut SeededChance::new(6));
        assert_eq!(BlobKey::open(&stream, b"blob 1", &sealed_key).unwrap().0, key().0);
        assert!(BlobKey::open(&stream, b"blob 2", &sealed_key).is_err());
        let short = boxes::seal(&stream.public(), b"x", b"not a key", &mut SeededChance::new(7));
        assert_eq!(BlobKey::open(&stream, b"x", &short).unwrap_err(), Unopened::Format);
    }

    #[test]
    fn inner_chunks_of_the_wrong_size_are_refused() {
        let (mut sealer, _) = BlobSealer::start(&key(), b"", &mut SeededChance::new(1));
        assert_eq!(sealer.inner(b"short"), Err(BlobFault::ChunkSize(5)));
        assert_eq!(sealer.last(&vec![0; CHUNK_BYTES + 1]), Err(BlobFault::ChunkSize(CHUNK_BYTES + 1)));
    }
}
