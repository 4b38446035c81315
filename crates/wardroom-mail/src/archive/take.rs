//! The bytes of a few files out of an archive, in memory. Bounded in entries, in files and in bytes unpacked; what is encrypted, damaged,
//! larger than the limit or a link is passed over. Deliberately never on a disk, and never out of an archive inside an archive.

use super::{ENTRIES, UNPACKED, number, tar, zip};
use std::io::Read;

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// As the archive calls it; hostile.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// How much is taken.
#[derive(Debug, Clone, Copy)]
pub struct Most {
    pub files: usize,
    /// Of one file, in bytes.
    pub bytes: u64,
}

/// The first files whose names are wanted. Something compressed that is no archive counts as one file without a name.
#[must_use]
pub fn take(bytes: &[u8], most: Most, wanted: &dyn Fn(&str) -> bool) -> Vec<Taken> {
    if bytes.starts_with(b"PK\x03\x04") {
        return from_zip(bytes, most, wanted);
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut content = Vec::new();
        let whole = flate2::read::MultiGzDecoder::new(bytes).take(UNPACKED + 1).read_to_end(&mut content).is_ok();
        let fits = u64::try_from(content.len()).is_ok_and(|length| length <= UNPACKED);
        if content.get(257..262) == Some(b"ustar") {
            return tar::take(&content, most, wanted);
        }
        let small = u64::try_from(content.len()).is_ok_and(|length| length <= most.bytes);
        let alone = Taken { name: String::new(), bytes: content };
        return if whole && fits && small && wanted("") { vec![alone] } else { Vec::new() };
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return tar::take(bytes, most, wanted);
    }
    Vec::new()
}

fn from_zip(bytes: &[u8], most: Most, wanted: &dyn Fn(&str) -> bool) -> Vec<Taken> {
    let mut taken = Vec::new();
    for entry in zip::places(bytes, ENTRIES) {
        if taken.len() >= most.files {
            break;
        }
        let name = String::from_utf8_lossy(entry.name).into_owned();
        if wanted(&name)
            && let Some(bytes) = inflated(bytes, &entry, most.bytes)
        {
            taken.push(Taken { name, bytes });
        }
    }
    taken
}

/// The content of an entry, found by its local header (APPNOTE 4.3.7); methods 0 (stored) and 8 (deflate).
fn inflated(bytes: &[u8], entry: &zip::Place<'_>, most: u64) -> Option<Vec<u8>> {
    let at = entry.local;
    if entry.encrypted || bytes.get(at..at.checked_add(4)?)? != b"PK\x03\x04" {
        return None;
    }
    let (name, extra) = (number(bytes, at.checked_add(26)?, 2)?, number(bytes, at.checked_add(28)?, 2)?);
    let start = at.checked_add(30)?.checked_add(usize::try_from(name + extra).ok()?)?;
    let packed = bytes.get(start..start.checked_add(entry.packed)?)?;
    let mut content = Vec::new();
    match entry.method {
        0 => packed.take(most + 1).read_to_end(&mut content).ok()?,
        8 => flate2::read::DeflateDecoder::new(packed).take(most + 1).read_to_end(&mut content).ok()?,
        _ => return None,
    };
    u64::try_from(content.len()).is_ok_and(|length| length <= most).then_some(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const MOST: Most = Most { files: 2, bytes: 1_000 };

    fn json(name: &str) -> bool {
        name.is_empty() || name.ends_with(".json")
    }

    fn names(bytes: &[u8]) -> Vec<(String, usize)> {
        take(bytes, MOST, &json).into_iter().map(|one| (one.name, one.bytes.len())).collect()
    }

    fn zipped(entries: &[(&str, &[u8], bool)]) -> Vec<u8> {
        let (mut out, mut directory) = (Vec::new(), Vec::new());
        for (name, content, deflate) in entries {
            let packed = if *deflate {
                let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
                packer.write_all(content).unwrap();
                packer.finish().unwrap()
            } else {
                content.to_vec()
            };
            let offset = u32::try_from(out.len()).unwrap();
            let method = [if *deflate { 8 } else { 0 }, 0];
            let sizes = [u32::try_from(packed.len()).unwrap().to_le_bytes(), u32::try_from(content.len()).unwrap().to_le_bytes()].concat();
            let length = u16::try_from(name.len()).unwrap().to_le_bytes();
            out.extend_from_slice(b"PK\x03\x04\x14\0\0\0");
            out.extend_from_slice(&method);
            out.extend_from_slice(&[0; 8]);
            out.extend_from_slice(&sizes);
            out.extend_from_slice(&length);
            out.extend_from_slice(&[0, 0]);
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(&packed);
            directory.extend_from_slice(b"PK\x01\x02\x14\0\x14\0\0\0");
            directory.extend_from_slice(&method);
            directory.extend_from_slice(&[0; 8]);
            directory.extend_from_slice(&sizes);
            directory.extend_from_slice(&length);
            directory.extend_from_slice(&[0; 12]);
            directory.extend_from_slice(&offset.to_le_bytes());
            directory.extend_from_slice(name.as_bytes());
        }
        let (at, count) = (u32::try_from(out.len()).unwrap(), u16::try_from(entries.len()).unwrap().to_le_bytes());
        out.extend_from_slice(&directory);
        out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        out.extend_from_slice(&[count, count].concat());
        out.extend_from_slice(&u32::try_from(directory.len()).unwrap().to_le_bytes());
        out.extend_from_slice(&at.to_le_bytes());
        out.extend_from_slice(&[0, 0]);
        out
    }

    #[test]
    fn wanted_files_come_out_and_large_ones_do_not() {
        let large = vec![b' '; 2_000];
        let zip =
            zipped(&[("a.txt", b"x", false), ("big.json", &large, true), ("in/b.json", b"{\"b\":1}", true), ("c.json", b"{}", false)]);
        assert_eq!(names(&zip), [("in/b.json".to_owned(), 7), ("c.json".to_owned(), 2)]);
        for end in 0..zip.len() {
            let _total = take(&zip[..end], MOST, &json);
        }
    }

    #[test]
    fn a_compressed_document_is_one_file_without_a_name() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(b"{\"runs\":[]}").unwrap();
        assert_eq!(names(&packer.finish().unwrap()), [(String::new(), 11)]);
        assert!(names(b"\x1f\x8bnonsense").is_empty() && names(b"plain").is_empty() && names(b"").is_empty());
    }
}
