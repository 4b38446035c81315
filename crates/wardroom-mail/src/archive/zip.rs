//! ZIP (APPNOTE 6.3): the central directory is what programs show, the local headers are what they unpack; both are compared, nothing is inflated.

use super::{Kind, Listing, Remark, number};

const DIRECTORY_END: &[u8] = b"PK\x05\x06";
const DIRECTORY_ENTRY: &[u8] = b"PK\x01\x02";
/// Longest comment behind the end of the directory.
const COMMENT: usize = 65_535 + 22;

pub(super) fn list(bytes: &[u8]) -> Listing {
    let mut listing = Listing::of("zip");
    if walk(bytes, &mut listing).is_none() {
        listing.remark(Remark::Damaged);
    }
    listing
}

/// Where an entry lies, as the directory says.
pub(super) struct Place<'b> {
    pub(super) name: &'b [u8],
    pub(super) method: u64,
    pub(super) packed: usize,
    pub(super) local: usize,
    pub(super) encrypted: bool,
}

/// The files the directory names, at most so many.
pub(super) fn places(bytes: &[u8], most: usize) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    let _damaged = find(bytes, most, &mut places);
    places
}

fn find<'b>(bytes: &'b [u8], most: usize, places: &mut Vec<Place<'b>>) -> Option<()> {
    let from = bytes.len().saturating_sub(COMMENT);
    let end = from + bytes.get(from..)?.windows(4).rposition(|four| four == DIRECTORY_END)?;
    let count = number(bytes, end + 10, 2)?;
    let mut at = usize::try_from(number(bytes, end + 16, 4)?).ok()?;
    for _ in 0..count {
        if places.len() >= most || bytes.get(at..at.checked_add(4)?)? != DIRECTORY_ENTRY {
            return None;
        }
        let (name, extra, comment) = (number(bytes, at + 28, 2)?, number(bytes, at + 30, 2)?, number(bytes, at + 32, 2)?);
        let name_end = at.checked_add(46)?.checked_add(usize::try_from(name).ok()?)?;
        let name = bytes.get(at + 46..name_end)?;
        let is_link = number(bytes, at + 38, 4)? >> 28 == 0o12;
        if !is_link && !name.ends_with(b"/") {
            places.push(Place {
                name,
                method: number(bytes, at + 10, 2)?,
                packed: usize::try_from(number(bytes, at + 20, 4)?).ok()?,
                local: usize::try_from(number(bytes, at + 42, 4)?).ok()?,
                encrypted: number(bytes, at + 8, 2)? & 1 == 1,
            });
        }
        at = name_end.checked_add(usize::try_from(extra + comment).ok()?)?;
    }
    Some(())
}

fn walk(bytes: &[u8], listing: &mut Listing) -> Option<()> {
    let from = bytes.len().saturating_sub(COMMENT);
    let tail = bytes.get(from..)?;
    let end = from + tail.windows(4).rposition(|four| four == DIRECTORY_END)?;
    let count = number(bytes, end + 10, 2)?;
    let mut at = usize::try_from(number(bytes, end + 16, 4)?).ok()?;
    for _ in 0..count {
        if bytes.get(at..at.checked_add(4)?)? != DIRECTORY_ENTRY {
            return None;
        }
        let flags = number(bytes, at + 8, 2)?;
        let size = number(bytes, at + 24, 4)?;
        let (name, extra, comment) = (number(bytes, at + 28, 2)?, number(bytes, at + 30, 2)?, number(bytes, at + 32, 2)?);
        let outside_attributes = number(bytes, at + 38, 4)?;
        let local = usize::try_from(number(bytes, at + 42, 4)?).ok()?;
        let name_end = at.checked_add(46)?.checked_add(usize::try_from(name).ok()?)?;
        let name = bytes.get(at + 46..name_end)?;
        if !agrees(bytes, local, name, size, flags).unwrap_or(false) {
            listing.remark(Remark::Disagrees);
        }
        // The upper half holds the file mode where the archive was made on Unix.
        let kind = match (outside_attributes >> 28, name.ends_with(b"/")) {
            (0o12, _) => Kind::Link,
            (_, true) => Kind::Folder,
            _ => Kind::File,
        };
        if !listing.add(name, size, kind, flags & 1 == 1) {
            return Some(());
        }
        at = name_end.checked_add(usize::try_from(extra + comment).ok()?)?;
    }
    Some(())
}

/// Whether the local header says the same. A size may stand behind the content instead (bit 3).
fn agrees(bytes: &[u8], at: usize, name: &[u8], size: u64, flags: u64) -> Option<bool> {
    let there = bytes.get(at..at.checked_add(4)?)? == b"PK\x03\x04";
    let local_size = number(bytes, at.checked_add(22)?, 4)?;
    let length = usize::try_from(number(bytes, at + 26, 2)?).ok()?;
    let local_name = bytes.get(at + 30..at.checked_add(30)?.checked_add(length)?)?;
    Some(there && local_name == name && (flags & 8 != 0 || local_size == size))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stored archive of entries as (name, flags, size claimed in the directory, content).
    fn made(entries: &[(&str, u16, u32, &[u8])]) -> Vec<u8> {
        let (mut out, mut directory) = (Vec::new(), Vec::new());
        for (name, flags, claimed, content) in entries {
            let offset = u32::try_from(out.len()).unwrap();
            let length = u16::try_from(name.len()).unwrap();
            let size = u32::try_from(content.len()).unwrap();
            out.extend_from_slice(b"PK\x03\x04\x14\0");
            out.extend_from_slice(&flags.to_le_bytes());
            out.extend_from_slice(&[0; 10]);
            out.extend_from_slice(&[size.to_le_bytes(), size.to_le_bytes()].concat());
            out.extend_from_slice(&[length.to_le_bytes(), [0, 0]].concat());
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(content);
            directory.extend_from_slice(b"PK\x01\x02\x14\0\x14\0");
            directory.extend_from_slice(&flags.to_le_bytes());
            directory.extend_from_slice(&[0; 10]);
            directory.extend_from_slice(&[size.to_le_bytes(), claimed.to_le_bytes()].concat());
            directory.extend_from_slice(&length.to_le_bytes());
            directory.extend_from_slice(&[0; 12]);
            directory.extend_from_slice(&offset.to_le_bytes());
            directory.extend_from_slice(name.as_bytes());
        }
        let count = u16::try_from(entries.len()).unwrap();
        let (start, length) = (u32::try_from(out.len()).unwrap(), u32::try_from(directory.len()).unwrap());
        out.extend(directory);
        out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        out.extend_from_slice(&[count.to_le_bytes(), count.to_le_bytes()].concat());
        out.extend_from_slice(&[length.to_le_bytes(), start.to_le_bytes()].concat());
        out.extend_from_slice(&[0, 0]);
        out
    }

    #[test]
    fn names_and_sizes_are_read_and_tricks_are_said() {
        let listing = list(&made(&[("poc/", 0, 0, b""), ("poc/run.py", 0, 5, b"print"), ("inner.zip", 1, 3, b"abc")]));
        let names: Vec<_> = listing.entries.iter().map(|one| (one.name.as_str(), one.size, one.kind)).collect();
        assert_eq!(names, [("poc/", 0, Kind::Folder), ("poc/run.py", 5, Kind::File), ("inner.zip", 3, Kind::Archive)]);
        assert_eq!(listing.remarks, [Remark::Encrypted, Remark::Nested]);
        let listing = list(&made(&[("../../etc/cron.d/x", 0, 1, b"x"), ("big", 0, 4_000_000_000, b"x")]));
        assert_eq!(listing.remarks, [Remark::Outside, Remark::Disagrees]);
        assert_eq!(listing.claimed_bytes, 4_000_000_001);
    }

    #[test]
    fn a_cut_archive_gives_what_it_still_has() {
        let whole = made(&[("a", 0, 1, b"x"), ("b", 0, 1, b"x")]);
        for length in 0..whole.len() {
            let _listed = list(&whole[..length]);
        }
        assert_eq!(list(&whole[..whole.len() - 30]).remarks, [Remark::Damaged]);
    }
}
