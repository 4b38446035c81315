//! Large files, compressed in pieces: of a list of many thousand lines one is new, and only the piece it is in is compressed again.
//!
//! A piece ends at an end of a line that its own bytes choose, so that a line put in moves no other piece. Each is compressed by itself and ends
//! at a byte (RFC 1951, 3.2.4), so put together they are one stream with one header and one checksum (RFC 1952).

use bytes::Bytes;
use flate2::{Compress, Compression, Crc, FlushCompress};
use std::collections::HashMap;
use std::sync::Arc;

/// Files larger than this are compressed in pieces.
pub(super) const LARGE: usize = 256 * 1024;
/// A piece has this many bytes at least and at most.
const LEAST: usize = 16 * 1024;
const MOST: usize = 256 * 1024;

#[derive(Default)]
pub(super) struct Pieces {
    pieces: Vec<Piece>,
    /// Of the whole file.
    sum: u32,
    length: u32,
}

struct Piece {
    at: usize,
    length: usize,
    sum: u32,
    small: Arc<[u8]>,
}

impl Pieces {
    /// The pieces of a file, those that were in the former one taken from there.
    pub(super) fn of(bytes: &Bytes, former: Option<(&Bytes, &Pieces)>) -> Pieces {
        let known: HashMap<(u32, usize), &Piece> =
            former.iter().flat_map(|(_, pieces)| &pieces.pieces).map(|piece| ((piece.sum, piece.length), piece)).collect();
        let mut pieces = Vec::new();
        let mut whole = Crc::new();
        let mut at = 0;
        while at < bytes.len() {
            let length = end(&bytes[at..]);
            let piece = &bytes[at..at + length];
            let mut crc = Crc::new();
            crc.update(piece);
            let same = known.get(&(crc.sum(), length)).filter(|one| {
                former.is_some_and(|(before, _)| before.get(one.at..one.at + one.length).is_some_and(|before| before == piece))
            });
            let small = same.map_or_else(|| compressed(piece), |one| one.small.clone());
            whole.combine(&crc);
            pieces.push(Piece { at, length, sum: crc.sum(), small });
            at += length;
        }
        Pieces { pieces, sum: whole.sum(), length: whole.amount() }
    }

    /// The compressed file.
    pub(super) fn whole(&self) -> Bytes {
        let mut out = Vec::with_capacity(self.pieces.iter().map(|piece| piece.small.len()).sum::<usize>() + 32);
        // No name, no time, an unknown system.
        out.extend([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
        self.pieces.iter().for_each(|piece| out.extend_from_slice(&piece.small));
        // A last, empty block.
        out.extend([3, 0]);
        out.extend(self.sum.to_le_bytes());
        out.extend(self.length.to_le_bytes());
        Bytes::from(out)
    }
}

/// Where the first piece of these bytes ends.
fn end(bytes: &[u8]) -> usize {
    let most = bytes.len().min(MOST);
    let mut at = LEAST;
    while at < most {
        let Some(line) = memchr::memchr(b'\n', &bytes[at..most]) else { break };
        at += line + 1;
        // One line in sixteen ends a piece, chosen by what is before its end.
        let before = &bytes[at.saturating_sub(24)..at];
        let print = before.iter().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)));
        if print.is_multiple_of(16) {
            return at;
        }
    }
    most
}

fn compressed(piece: &[u8]) -> Arc<[u8]> {
    let mut work = Compress::new(Compression::new(6), false);
    let mut out = Vec::with_capacity(piece.len() / 2 + 1024);
    loop {
        let taken = usize::try_from(work.total_in()).unwrap_or(usize::MAX);
        let rest = piece.get(taken..).unwrap_or_default();
        out.reserve(rest.len() / 2 + 1024);
        let before = work.total_out();
        // The only failure is a stream that was ended, and this one is not.
        if work.compress_vec(rest, &mut out, FlushCompress::Full).is_err() {
            return stored(piece);
        }
        let all_in = usize::try_from(work.total_in()).is_ok_and(|taken| taken == piece.len());
        // There is room left, so everything is out.
        if all_in && (out.len() < out.capacity() || work.total_out() == before) {
            return out.into();
        }
    }
}

/// The bytes as they are, in blocks that say so.
fn stored(piece: &[u8]) -> Arc<[u8]> {
    let mut out = Vec::with_capacity(piece.len() + 64);
    for block in piece.chunks(0xffff) {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(0);
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    fn unzip(bytes: &Bytes) -> Vec<u8> {
        let mut out = Vec::new();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut out).unwrap();
        out
    }

    fn lines(from: usize, to: usize) -> String {
        (from..to).map(|number| format!("{{\"id\": \"EXAMPLE-SA-{number}\", \"mark\": {}}},\n", number * 7919)).collect()
    }

    #[test]
    fn pieces_make_the_whole_and_only_new_ones_are_compressed() {
        let before = Bytes::from(lines(0, 20_000));
        let first = Pieces::of(&before, None);
        assert!(first.pieces.len() > 10);
        assert_eq!(unzip(&first.whole()), before);
        // One line more at the front, one less in the middle.
        let after = Bytes::from(format!("{}{}{}", lines(30_000, 30_001), lines(0, 9_000), lines(9_001, 20_000)));
        let second = Pieces::of(&after, Some((&before, &first)));
        assert_eq!(unzip(&second.whole()), after);
        let fresh = second.pieces.iter().filter(|piece| !first.pieces.iter().any(|one| Arc::ptr_eq(&one.small, &piece.small))).count();
        assert!(fresh <= 6, "{fresh} of {}", second.pieces.len());
    }

    #[test]
    fn bytes_without_lines_and_stored_bytes_are_whole_too() {
        let flat = Bytes::from(vec![b'x'; 700_000]);
        assert_eq!(unzip(&Pieces::of(&flat, None).whole()), flat);
        let piece = Piece { at: 0, length: flat.len(), sum: 0, small: stored(&flat) };
        let mut crc = Crc::new();
        crc.update(&flat);
        let pieces = Pieces { pieces: vec![piece], sum: crc.sum(), length: crc.amount() };
        assert_eq!(unzip(&pieces.whole()), flat);
    }
}
