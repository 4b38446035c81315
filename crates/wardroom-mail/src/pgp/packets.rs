//! A look at the outermost OpenPGP packets before the real parser sees them: their order, number and length.
//! Deliberately reads headers only, allocates nothing, and knows no cryptography.

use super::Fault;
use super::policy::{PASSPHRASE_SESSION_KEYS, PUBLIC_SESSION_KEYS, SIGNATURES};

/// What the outermost packets form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Session keys and one encrypted container.
    Encrypted,
    /// A signed, compressed or bare literal message.
    Readable,
    /// A certificate.
    PublicKey,
    /// A secret key; we never read one out of a mail.
    SecretKey,
    /// Signatures alone.
    Signatures,
}

/// Judges the outermost packets of a message.
pub(crate) fn survey(bytes: &[u8]) -> Result<Shape, Fault> {
    let mut rest = bytes;
    let (mut public, mut passphrase, mut signatures) = (0, 0, 0);
    let mut container = None;
    while !rest.is_empty() {
        let (tag, after) = skip_packet(rest).ok_or(Fault::Damaged)?;
        rest = after;
        match tag {
            1 => public += 1,
            3 => passphrase += 1,
            2 | 4 => signatures += 1,
            5 | 7 if container.is_none() => return Ok(Shape::SecretKey),
            6 | 14 if container.is_none() => return Ok(Shape::PublicKey),
            9 => return Err(Fault::NoIntegrity),
            18 | 20 if container.is_none() && signatures == 0 => container = Some(Shape::Encrypted),
            8 | 11 if container.is_none() && public + passphrase == 0 => container = Some(Shape::Readable),
            10 | 21 | 40..=63 => {}
            _ => return Err(Fault::Damaged),
        }
        let misplaced = matches!(tag, 1 | 3 | 4) && container.is_some() || tag == 2 && container == Some(Shape::Encrypted);
        if misplaced {
            return Err(Fault::Damaged);
        }
        if public > PUBLIC_SESSION_KEYS || passphrase > PASSPHRASE_SESSION_KEYS || signatures > 2 * SIGNATURES {
            return Err(Fault::Limit);
        }
    }
    match container {
        Some(shape) => Ok(shape),
        None if signatures > 0 && public + passphrase == 0 => Ok(Shape::Signatures),
        None => Err(Fault::Damaged),
    }
}

/// Whether bytes begin as an encrypted message does, even if they are cut short or garbled further on.
pub(crate) fn begins_encrypted(bytes: &[u8]) -> bool {
    let Some((first, rest)) = bytes.split_first() else {
        return false;
    };
    let (tag, width) = match (first & 0xc0, rest.first()) {
        (0x80, _) => ((first >> 2) & 0x0f, 1_usize << (first & 0x03)),
        (0xc0, Some(0..=191)) => (first & 0x3f, 1),
        (0xc0, Some(255)) => (first & 0x3f, 5),
        (0xc0, Some(_)) => (first & 0x3f, 2),
        _ => return false,
    };
    // a session key for a public key: version 3 or 6
    tag == 1 && rest.get(width).is_some_and(|version| matches!(version, 3 | 6))
}

/// Tag of the first packet and what follows it. None when it is cut short or has no valid header.
fn skip_packet(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    if first & 0x80 == 0 {
        return None;
    }
    if first & 0x40 != 0 {
        return skip_new_format(first & 0x3f, rest);
    }
    let tag = (first >> 2) & 0x0f;
    let width = match first & 0x03 {
        0 => 1,
        1 => 2,
        2 => 4,
        // indeterminate length: to the end
        _ => return Some((tag, &[])),
    };
    let (length, rest) = rest.split_at_checked(width)?;
    let length = length.iter().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
    rest.split_at_checked(length).map(|(_, after)| (tag, after))
}

fn skip_new_format(tag: u8, mut rest: &[u8]) -> Option<(u8, &[u8])> {
    loop {
        let (first, after) = rest.split_first()?;
        let first = usize::from(*first);
        let (length, partial, after) = match first {
            0..=191 => (first, false, after),
            192..=223 => {
                let (second, after) = after.split_first()?;
                (((first - 192) << 8) + usize::from(*second) + 192, false, after)
            }
            255 => {
                let (length, after) = after.split_at_checked(4)?;
                (length.iter().fold(0, |sum, byte| (sum << 8) | usize::from(*byte)), false, after)
            }
            _ => (1_usize << (first & 0x1f), true, after),
        };
        rest = after.split_at_checked(length)?.1;
        if !partial {
            return Some((tag, rest));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(tag: u8, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xc0 | tag, u8::try_from(body.len()).unwrap()];
        bytes.extend_from_slice(body);
        bytes
    }

    fn check(packets: &[u8], expected: Result<Shape, Fault>) {
        let bytes: Vec<u8> = packets.iter().flat_map(|tag| packet(*tag, b"x")).collect();
        assert_eq!(survey(&bytes), expected, "{packets:?}");
    }

    #[test]
    fn order_and_number_are_judged_before_anything_is_parsed() {
        check(&[1, 18], Ok(Shape::Encrypted));
        check(&[10, 1, 1, 3, 20], Ok(Shape::Encrypted));
        check(&[4, 11, 2], Ok(Shape::Readable));
        check(&[2], Ok(Shape::Signatures));
        check(&[6, 13, 2], Ok(Shape::PublicKey));
        check(&[5, 13, 2], Ok(Shape::SecretKey));
        check(&[1, 9], Err(Fault::NoIntegrity));
        check(&[11, 1, 18], Err(Fault::Damaged));
        check(&[1, 18, 11], Err(Fault::Damaged));
        check(&[1, 18, 18], Err(Fault::Damaged));
        check(&[1], Err(Fault::Damaged));
        check(&[], Err(Fault::Damaged));
        let flood = |tag: u8, count: usize| vec![tag; count].into_iter().chain([18]).collect::<Vec<_>>();
        check(&flood(1, 32), Ok(Shape::Encrypted));
        check(&flood(1, 33), Err(Fault::Limit));
        check(&flood(3, 4), Ok(Shape::Encrypted));
        check(&flood(3, 5), Err(Fault::Limit));
        check(&[4; 33], Err(Fault::Limit));
    }

    #[test]
    fn a_length_beyond_the_end_is_damage() {
        assert_eq!(survey(&[0xc0 | 18, 255, 255, 255, 255, 255, 0]), Err(Fault::Damaged));
        assert_eq!(survey(&[0xd2, 0xe1, 1]), Err(Fault::Damaged));
        assert_eq!(survey(&[0x12]), Err(Fault::Damaged));
        assert!(begins_encrypted(&[0x84, 0x5e, 3, 1]) && begins_encrypted(&[0xc1, 0xc0, 0x4c, 3]));
        assert!(!begins_encrypted(&[0x84, 0x5e, 9, 1]) && !begins_encrypted(b"PK") && !begins_encrypted(&[0x84]));
    }
}
