//! What lies in an archive: names, sizes, and what is odd about it; [`take`] hands out single files. Total on any bytes, bounded in entries
//! and in what is decompressed. Deliberately never writes a file, never opens what lies inside (an archive in an archive is named, not entered), and
//! knows 7z, RAR and xz by their first bytes only.

pub mod take;
mod tar;
mod zip;

use crate::mime::plain_line;
use serde::{Deserialize, Serialize};
use std::io::Read;

/// Most entries listed.
const ENTRIES: usize = 1_000;
/// Most bytes decompressed to list a compressed tar.
const UNPACKED: u64 = 64 << 20;
/// Content that would grow more than this many times, or beyond [`HUGE`] together, is called a bomb.
const RATIO: u64 = 200;
const HUGE: u64 = 4 << 30;

/// What an archive says it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// `zip`, `tar`, `tar.gz`, `gz`, `7z`, `rar`, `xz`, `bz2`, `zst`
    pub format: String,
    pub entries: Vec<Entry>,
    /// Sum of the sizes the archive claims, in bytes.
    pub claimed_bytes: u64,
    pub remarks: Vec<Remark>,
}

/// One entry. Its name is text to be read, nothing else: it may point anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub name: String,
    /// In bytes, as claimed.
    pub size: u64,
    pub kind: Kind,
    pub encrypted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    File,
    Folder,
    Link,
    /// A device or a pipe.
    Device,
    /// An archive in the archive, by its name.
    Archive,
}

/// What a person should know before opening it anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remark {
    /// There are more entries than are listed.
    More,
    /// It is not well-formed; what could be read is listed.
    Damaged,
    /// Some of it is encrypted.
    Encrypted,
    /// A name leads out of the folder it is unpacked in.
    Outside,
    /// Links or devices.
    Links,
    /// It grows very large when it is unpacked.
    Bomb,
    /// There are archives in it.
    Nested,
    /// Two places in it disagree about a name or size.
    Disagrees,
    /// The kind is known by its first bytes only; it was not read.
    NotRead,
}

impl Listing {
    fn of(format: &str) -> Listing {
        Listing { format: format.to_owned(), ..Listing::default() }
    }

    fn remark(&mut self, remark: Remark) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// Adds an entry and what is odd about it; false when there is no more room.
    fn add(&mut self, name: &[u8], size: u64, kind: Kind, encrypted: bool) -> bool {
        if self.entries.len() >= ENTRIES {
            self.remark(Remark::More);
            return false;
        }
        let name = String::from_utf8_lossy(name);
        if leads_outside(&name) {
            self.remark(Remark::Outside);
        }
        if encrypted {
            self.remark(Remark::Encrypted);
        }
        if matches!(kind, Kind::Link | Kind::Device) {
            self.remark(Remark::Links);
        }
        let kind = if kind == Kind::File && named_as_archive(&name) { Kind::Archive } else { kind };
        if kind == Kind::Archive {
            self.remark(Remark::Nested);
        }
        self.claimed_bytes = self.claimed_bytes.saturating_add(size);
        self.entries.push(Entry { name: plain_line(&name, 300), size, kind, encrypted });
        true
    }

    fn weigh(&mut self, packed: usize) {
        let packed = u64::try_from(packed).unwrap_or(u64::MAX).max(1);
        if self.claimed_bytes > HUGE || (self.claimed_bytes > 16 << 20 && self.claimed_bytes / packed > RATIO) {
            self.remark(Remark::Bomb);
        }
    }
}

/// Lists an archive; `None` when the bytes are none that is known.
#[must_use]
pub fn list(bytes: &[u8]) -> Option<Listing> {
    let mut listing = if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        zip::list(bytes)
    } else if bytes.starts_with(&[0x1f, 0x8b]) {
        gzip(bytes)
    } else if bytes.get(257..262) == Some(b"ustar") {
        tar::list(bytes, "tar")
    } else {
        let known: [(&[u8], &str); 6] = [
            (b"7z\xbc\xaf\x27\x1c", "7z"),
            (b"Rar!\x1a\x07", "rar"),
            (b"\xfd7zXZ\x00", "xz"),
            (b"BZh", "bz2"),
            (b"\x28\xb5\x2f\xfd", "zst"),
            (b"MSCF\0\0\0\0", "cab"),
        ];
        let (_, format) = known.into_iter().find(|(magic, _)| bytes.starts_with(magic))?;
        let mut listing = Listing::of(format);
        listing.remark(Remark::NotRead);
        listing
    };
    listing.weigh(bytes.len());
    Some(listing)
}

/// Whether bytes of a name or type are worth asking [`list`].
#[must_use]
pub fn named_as_archive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let endings = [
        ".zip", ".tar", ".tgz", ".gz", ".7z", ".rar", ".xz", ".bz2", ".zst", ".jar", ".apk", ".docx", ".xlsx", ".pptx", ".odt", ".cab",
        ".whl",
    ];
    endings.iter().any(|ending| name.ends_with(ending))
}

/// A compressed tar is listed as far as the limit; anything else compressed is measured.
fn gzip(bytes: &[u8]) -> Listing {
    let mut content = Vec::new();
    let read = flate2::read::MultiGzDecoder::new(bytes).take(UNPACKED + 1).read_to_end(&mut content);
    let beyond = u64::try_from(content.len()).unwrap_or(u64::MAX) > UNPACKED;
    let mut listing = if content.get(257..262) == Some(b"ustar") {
        tar::list(&content, "tar.gz")
    } else {
        let mut listing = Listing::of("gz");
        listing.claimed_bytes = u64::try_from(content.len()).unwrap_or(u64::MAX);
        listing
    };
    if beyond {
        listing.remark(Remark::Bomb);
    }
    if read.is_err() {
        listing.remark(Remark::Damaged);
    }
    listing
}

/// Absolute, with a drive, or with a step up.
fn leads_outside(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':');
    name.starts_with(['/', '\\', '~']) || drive || name.contains('\0') || name.split(['/', '\\']).any(|part| part == "..")
}

/// A little-endian number.
fn number(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let slice = bytes.get(at..at.checked_add(width)?)?;
    Some(slice.iter().rev().fold(0, |all, byte| (all << 8) | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn any_bytes_are_survived() {
        let mut seed = 1_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            u8::try_from(seed >> 56).unwrap_or_default()
        };
        for magic in [&b"PK\x03\x04"[..], b"\x1f\x8b\x08", b"PK\x05\x06", b"7z\xbc\xaf\x27\x1c", b""] {
            for length in [0, 1, 20, 300, 2_000] {
                let mut bytes: Vec<u8> = magic.to_vec();
                bytes.extend((0..length).map(|_| next()));
                let _listed = list(&bytes);
                if bytes.len() > 262 {
                    bytes[257..262].copy_from_slice(b"ustar");
                    let _listed = list(&bytes);
                }
            }
        }
    }

    #[test]
    fn a_bomb_of_zeros_is_called_one() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..80 {
            packer.write_all(&vec![0; 1 << 20]).unwrap();
        }
        let listing = list(&packer.finish().unwrap()).unwrap();
        assert_eq!((listing.format.as_str(), listing.remarks.as_slice()), ("gz", &[Remark::Bomb][..]));
    }

    #[test]
    fn what_is_no_archive_is_none() {
        assert_eq!(list(b""), None);
        assert_eq!(list(b"plain text"), None);
        assert_eq!(list(b"Rar!\x1a\x07\x01\0").map(|one| one.remarks), Some(vec![Remark::NotRead]));
    }
}
