//! Just enough BER (X.690) to walk a CMS structure as mail programs write it: indefinite lengths and strings in pieces included.
//! Deliberately borrowing and total: nothing is copied but strings in pieces, and what does not fit is none.

use std::borrow::Cow;

/// How deep values may lie in one another.
const DEPTH: usize = 24;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
/// Context-specific, constructed: `[n]`.
pub(super) const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// One value: its identifier octet, its content, and all its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Value<'b> {
    pub(super) tag: u8,
    pub(super) content: &'b [u8],
    pub(super) whole: &'b [u8],
}

/// The first value and what follows it.
pub(super) fn read(bytes: &[u8]) -> Option<(Value<'_>, &[u8])> {
    read_at(bytes, 0)
}

fn read_at(bytes: &[u8], depth: usize) -> Option<(Value<'_>, &[u8])> {
    if depth > DEPTH {
        return None;
    }
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    // Numbers above 30 do not occur in CMS.
    if tag & 0x1f == 0x1f {
        return None;
    }
    let length = match first {
        0..=0x7f => usize::from(first),
        0x80 => {
            if tag & 0x20 == 0 {
                return None;
            }
            let mut left = rest;
            while !left.starts_with(&[0, 0]) {
                left = read_at(left, depth + 1)?.1;
            }
            let content = rest.get(..rest.len() - left.len())?;
            let after = left.get(2..)?;
            return Some((Value { tag, content, whole: bytes.get(..bytes.len() - after.len())? }, after));
        }
        0x81..=0x84 => {
            let (length, _) = rest.split_at_checked(usize::from(first & 0x7f))?;
            length.iter().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte))
        }
        _ => return None,
    };
    let head = if first < 0x80 { 0 } else { usize::from(first & 0x7f) };
    let rest = rest.get(head..)?;
    let (content, after) = rest.split_at_checked(length)?;
    Some((Value { tag, content, whole: bytes.get(..bytes.len() - after.len())? }, after))
}

impl<'b> Value<'b> {
    /// The values inside, at most a thousand.
    pub(super) fn children(&self) -> Option<Vec<Value<'b>>> {
        let (mut children, mut rest) = (Vec::new(), self.content);
        while !rest.is_empty() {
            let (child, after) = read(rest)?;
            if children.len() >= 1_000 {
                return None;
            }
            children.push(child);
            rest = after;
        }
        Some(children)
    }

    /// The bytes of a string, whether in one piece or in several.
    pub(super) fn octets(&self) -> Option<Cow<'b, [u8]>> {
        self.octets_at(0)
    }

    fn octets_at(&self, depth: usize) -> Option<Cow<'b, [u8]>> {
        if self.tag & 0x20 == 0 {
            return Some(Cow::Borrowed(self.content));
        }
        if depth > DEPTH {
            return None;
        }
        let (mut all, mut rest) = (Vec::with_capacity(self.content.len()), self.content);
        while !rest.is_empty() {
            let (piece, after) = read(rest)?;
            if piece.tag & !0x20 != OCTETS {
                return None;
            }
            all.extend_from_slice(&piece.octets_at(depth + 1)?);
            rest = after;
        }
        Some(Cow::Owned(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_all_kinds() {
        let (value, rest) = read(&[0x04, 0x81, 0x02, 1, 2, 9]).unwrap();
        assert_eq!((value.content, rest), (&[1, 2][..], &[9][..]));
        let indefinite = [0x30, 0x80, 0x24, 0x80, 0x04, 1, 7, 0x04, 1, 8, 0, 0, 0, 0, 5];
        let (value, rest) = read(&indefinite).unwrap();
        assert_eq!((value.tag, rest, value.whole.len()), (SEQUENCE, &[5][..], 14));
        assert_eq!(value.children().unwrap()[0].octets().unwrap().as_ref(), [7, 8]);
        for bad in [&[][..], &[0x30], &[0x30, 5, 1], &[0x30, 0x80, 4], &[0x1f, 1, 1], &[4, 0x80, 0, 0], &[4, 0x85, 0, 0, 0, 0, 1]] {
            assert!(read(bad).is_none(), "{bad:?}");
        }
        assert!(read(&[0x30, 0x80].repeat(100_000)).is_none(), "deep nesting ends");
    }
}
