//! Content transfer encodings, read leniently: what cannot be decoded is skipped, never refused.

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::borrow::Cow;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true).with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes of a body, decoded as its header says.
pub(crate) fn decode<'b>(encoding: &str, body: &'b [u8]) -> Cow<'b, [u8]> {
    if encoding.eq_ignore_ascii_case("base64") {
        return Cow::Owned(base64(body));
    }
    if encoding.eq_ignore_ascii_case("quoted-printable") {
        return Cow::Owned(quoted_printable(body));
    }
    Cow::Borrowed(body)
}

/// Base64 up to its padding, other characters ignored (RFC 2045 section 6.8).
fn base64(body: &[u8]) -> Vec<u8> {
    let mut symbols: Vec<u8> = body
        .iter()
        .copied()
        .take_while(|byte| *byte != b'=')
        .filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
        .collect();
    if symbols.len() % 4 == 1 {
        symbols.pop();
    }
    LENIENT.decode(symbols).unwrap_or_default()
}

/// Quoted-printable (RFC 2045 section 6.7); a broken escape stays as it is.
fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let content = line.trim_ascii_end();
        let (mut rest, soft) = match content.strip_suffix(b"=") {
            Some(rest) => (rest, true),
            None => (content, false),
        };
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            if *first != b'=' {
                out.push(*first);
                continue;
            }
            match after.split_at_checked(2).and_then(|(pair, after)| Some((hexadecimal(pair)?, after))) {
                Some((byte, after)) => {
                    out.push(byte);
                    rest = after;
                }
                None => out.push(b'='),
            }
        }
        if !soft && line.ends_with(b"\n") {
            out.extend_from_slice(if line.ends_with(b"\r\n") { b"\r\n" } else { b"\n" });
        }
    }
    out
}

fn hexadecimal(pair: &[u8]) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    match pair {
        [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_encodings_give_what_there_is() {
        assert_eq!(decode("Base64", b"aGVs\r\nbG8=\r\n-- footer").as_ref(), b"hello");
        assert_eq!(decode("base64", b"aGVs!bG8\x00").as_ref(), b"hello");
        assert_eq!(decode("quoted-printable", b"a=3D=\r\nb=zz \r\nc=").as_ref(), b"a=b=zz\r\nc");
        assert_eq!(decode("8bit", b"as=20is").as_ref(), b"as=20is");
    }
}
