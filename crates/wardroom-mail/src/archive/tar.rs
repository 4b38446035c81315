//! tar (POSIX ustar and pax): headers are read one after the other, content is stepped over.

use super::take::{Most, Taken};
use super::{ENTRIES, Kind, Listing, Remark};

const BLOCK: usize = 512;

pub(super) fn list(bytes: &[u8], format: &str) -> Listing {
    let mut listing = Listing::of(format);
    let (mut at, mut long_name) = (0_usize, None::<Vec<u8>>);
    while let Some(header) = bytes.get(at..at.saturating_add(BLOCK)) {
        if header.iter().all(|byte| *byte == 0) {
            return listing;
        }
        let (Some(size), true) = (octal(header, 124, 12), sum_fits(header)) else {
            listing.remark(Remark::Damaged);
            return listing;
        };
        let start = at + BLOCK;
        let length = usize::try_from(size).unwrap_or(usize::MAX);
        let content = bytes.get(start..start.saturating_add(length)).unwrap_or_default();
        let kind = header.get(156).copied().unwrap_or_default();
        match kind {
            // A longer name for the next entry, GNU and pax.
            b'L' => long_name = Some(until_nul(content).to_vec()),
            b'x' => {
                // A size here is what others believe instead of the header's: the two must not differ unseen.
                if pax(content, b"size").is_some() {
                    listing.remark(Remark::Disagrees);
                }
                long_name = pax(content, b"path").or(long_name);
            }
            b'g' | b'K' => {}
            _ => {
                let name = long_name.take().unwrap_or_else(|| short_name(header));
                let kind = match kind {
                    b'1' | b'2' => Kind::Link,
                    b'3' | b'4' | b'6' => Kind::Device,
                    b'5' => Kind::Folder,
                    _ => Kind::File,
                };
                if !listing.add(&name, size, kind, false) {
                    return listing;
                }
            }
        }
        at = start.saturating_add(length.div_ceil(BLOCK).saturating_mul(BLOCK));
    }
    if at > bytes.len() {
        listing.remark(Remark::Damaged);
    }
    listing
}

/// The content of the first files whose names are wanted.
pub(super) fn take(bytes: &[u8], most: Most, wanted: &dyn Fn(&str) -> bool) -> Vec<Taken> {
    let mut taken = Vec::new();
    let (mut at, mut long_name, mut entries) = (0_usize, None::<Vec<u8>>, 0);
    while let Some(header) = bytes.get(at..at.saturating_add(BLOCK)) {
        let (Some(size), true) = (octal(header, 124, 12), sum_fits(header)) else { return taken };
        if taken.len() >= most.files || entries >= ENTRIES {
            return taken;
        }
        entries += 1;
        let start = at + BLOCK;
        let length = usize::try_from(size).unwrap_or(usize::MAX);
        let content = bytes.get(start..start.saturating_add(length));
        match header.get(156).copied().unwrap_or_default() {
            b'L' => long_name = content.map(|content| until_nul(content).to_vec()),
            b'x' => long_name = content.and_then(|content| pax(content, b"path")).or(long_name),
            0 | b'0' | b'7' => {
                let name = long_name.take().unwrap_or_else(|| short_name(header));
                let name = String::from_utf8_lossy(&name).into_owned();
                if let Some(content) = content.filter(|_| size <= most.bytes && wanted(&name)) {
                    taken.push(Taken { name, bytes: content.to_vec() });
                }
            }
            b'g' | b'K' => {}
            _ => long_name = None,
        }
        at = start.saturating_add(length.div_ceil(BLOCK).saturating_mul(BLOCK));
    }
    taken
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn short_name(header: &[u8]) -> Vec<u8> {
    let (name, prefix) = (until_nul(header.get(..100).unwrap_or_default()), until_nul(header.get(345..500).unwrap_or_default()));
    if prefix.is_empty() { name.to_vec() } else { [prefix, b"/", name].concat() }
}

/// A number in octal digits; sizes beyond them (GNU's binary form) are not believed.
fn octal(header: &[u8], at: usize, width: usize) -> Option<u64> {
    let text = std::str::from_utf8(header.get(at..at + width)?).ok()?.trim_matches(['\0', ' ']);
    if text.is_empty() { Some(0) } else { u64::from_str_radix(text, 8).ok() }
}

/// The sum of the header's bytes, its own field taken as blanks.
fn sum_fits(header: &[u8]) -> bool {
    let sum: u64 = header.iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) }).sum();
    octal(header, 148, 8) == Some(sum)
}

/// The value of a pax record: lines of `LENGTH KEY=VALUE`.
fn pax(content: &[u8], key: &[u8]) -> Option<Vec<u8>> {
    content.split(|byte| *byte == b'\n').find_map(|line| {
        let record = line.splitn(2, |byte| *byte == b' ').nth(1)?;
        record.strip_prefix(key)?.strip_prefix(b"=").map(<[u8]>::to_vec)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str, kind: u8, size: usize) -> Vec<u8> {
        let mut block = vec![0; BLOCK];
        block[..name.len()].copy_from_slice(name.as_bytes());
        block[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
        block[156] = kind;
        block[257..263].copy_from_slice(b"ustar\0");
        let sum: u64 = block.iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) }).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        block
    }

    #[test]
    fn entries_links_and_long_names() {
        let mut long = b"26 path=../../etc/passwd\n".to_vec();
        long.resize(BLOCK, 0);
        let archive = [
            header("poc.py", b'0', 3),
            [b"abc".to_vec(), vec![0; BLOCK - 3]].concat(),
            header("link", b'2', 0),
            header("null", b'3', 0),
            header("x", b'x', 25),
            long,
            header("harmless", b'0', 0),
            vec![0; 2 * BLOCK],
        ]
        .concat();
        let listing = list(&archive, "tar");
        let names: Vec<_> = listing.entries.iter().map(|one| (one.name.as_str(), one.kind)).collect();
        assert_eq!(names, [("poc.py", Kind::File), ("link", Kind::Link), ("null", Kind::Device), ("../../etc/passwd", Kind::File)]);
        assert_eq!(listing.remarks, [Remark::Links, Remark::Outside]);
        assert_eq!(list(&archive[..700], "tar").remarks, [Remark::Damaged]);
    }
}
