//! ASCII armour: finding blocks in a text, and reading them leniently. Checksums are not checked (RFC 9580 section 6.1):
//! integrity is the business of what is inside.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true).with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What an armoured block claims to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Message,
    SignedText,
    PublicKey,
    SecretKey,
    Signature,
}

/// A stretch of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stretch<'t> {
    Text(&'t str),
    Block(Kind, &'t str),
}

/// Cuts a text into plain stretches and armoured blocks, in order. A block without an end reaches to the end of the text.
pub(crate) fn cut(text: &str) -> Vec<Stretch<'_>> {
    let mut stretches = Vec::new();
    let mut rest = text;
    while let Some((before, kind, from)) = next_block(rest) {
        let length = block_length(kind, from);
        let (block, after) = from.split_at_checked(length).unwrap_or((from, ""));
        if !before.is_empty() {
            stretches.push(Stretch::Text(before));
        }
        stretches.push(Stretch::Block(kind, block));
        rest = after;
    }
    if !rest.is_empty() {
        stretches.push(Stretch::Text(rest));
    }
    stretches
}

fn begins(line: &str) -> Option<Kind> {
    match line.trim_end() {
        "-----BEGIN PGP MESSAGE-----" => Some(Kind::Message),
        "-----BEGIN PGP SIGNED MESSAGE-----" => Some(Kind::SignedText),
        "-----BEGIN PGP PUBLIC KEY BLOCK-----" => Some(Kind::PublicKey),
        "-----BEGIN PGP PRIVATE KEY BLOCK-----" => Some(Kind::SecretKey),
        "-----BEGIN PGP SIGNATURE-----" => Some(Kind::Signature),
        other if other.starts_with("-----BEGIN PGP MESSAGE, PART") => Some(Kind::Message),
        _ => None,
    }
}

fn next_block(text: &str) -> Option<(&str, Kind, &str)> {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if let Some(kind) = begins(line) {
            let (before, from) = text.split_at_checked(offset)?;
            return Some((before, kind, from));
        }
        offset += line.len();
    }
    None
}

fn block_length(kind: Kind, text: &str) -> usize {
    let end = match kind {
        Kind::Message => "-----END PGP MESSAGE",
        Kind::SignedText | Kind::Signature => "-----END PGP SIGNATURE-----",
        Kind::PublicKey => "-----END PGP PUBLIC KEY BLOCK-----",
        Kind::SecretKey => "-----END PGP PRIVATE KEY BLOCK-----",
    };
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        length += line.len();
        if line.starts_with(end) {
            return length;
        }
    }
    text.len()
}

/// The binary content of one armoured block, and the character set its header names, if any.
pub(crate) fn decode(block: &str) -> Option<(Vec<u8>, Option<String>)> {
    let mut lines = block.lines().skip_while(|line| !line.starts_with("-----BEGIN")).skip(1).peekable();
    let mut charset = None;
    while let Some(line) = lines.peek() {
        let line = line.trim();
        if !line.is_empty() && !line.contains(": ") && !line.ends_with(':') {
            break;
        }
        if let Some(value) = line.strip_prefix("Charset: ") {
            charset = Some(value.to_owned());
        }
        lines.next();
        if line.is_empty() {
            break;
        }
    }
    let mut encoded = Vec::with_capacity(block.len());
    for line in lines {
        let line = line.trim();
        if line.starts_with('=') || line.starts_with("-----") {
            break;
        }
        encoded.extend(line.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    }
    if encoded.is_empty() {
        return None;
    }
    LENIENT.decode(encoded).ok().map(|bytes| (bytes, charset))
}

/// Binary OpenPGP from bytes that may be armoured.
pub(crate) fn binary(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.first().is_some_and(|first| first & 0x80 != 0) {
        return Some(bytes.to_vec());
    }
    let text = std::str::from_utf8(bytes).ok()?;
    cut(text).into_iter().find_map(|stretch| match stretch {
        Stretch::Block(Kind::SignedText, _) | Stretch::Text(_) => None,
        Stretch::Block(_, block) => decode(block).map(|(bytes, _)| bytes),
    })
}

/// Armours binary OpenPGP data with a checksum, as GnuPG 2.2 expects it.
pub(crate) fn encode(label: &str, bytes: &[u8]) -> String {
    let mut out = format!("-----BEGIN PGP {label}-----\n\n");
    let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
    for (index, character) in encoded.chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            out.push('\n');
        }
        out.push(character);
    }
    let [_, high, middle, low] = crc24(bytes).to_be_bytes();
    let sum = base64::engine::general_purpose::STANDARD.encode([high, middle, low]);
    out.push_str(&format!("\n={sum}\n-----END PGP {label}-----\n"));
    out
}

fn crc24(bytes: &[u8]) -> u32 {
    let mut crc: u32 = 0x00B7_04CE;
    for byte in bytes {
        crc ^= u32::from(*byte) << 16;
        for _ in 0..8 {
            crc <<= 1;
            if crc & 0x0100_0000 != 0 {
                crc ^= 0x0186_4CFB;
            }
        }
    }
    crc & 0x00FF_FFFF
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_the_text_around_them_keep_their_order() {
        let text = "hello\n-----BEGIN PGP MESSAGE-----\n\nAAAA\n=AAAA\n-----END PGP MESSAGE-----\nbye\n-----BEGIN PGP MESSAGE-----\nno end";
        let kinds: Vec<_> = cut(text)
            .into_iter()
            .map(|stretch| match stretch {
                Stretch::Text(text) => text.trim().to_owned(),
                Stretch::Block(kind, _) => format!("{kind:?}"),
            })
            .collect();
        assert_eq!(kinds, ["hello", "Message", "bye", "Message"]);
    }

    #[test]
    fn armour_comes_back_and_headers_are_skipped() {
        let block = encode("MESSAGE", b"some bytes \x00\xff");
        assert_eq!(decode(&block).map(|(bytes, _)| bytes).as_deref(), Some(&b"some bytes \x00\xff"[..]));
        let with_header = block.replacen("\n\n", "\nVersion: x\nCharset: gbk\n\n", 1);
        let (bytes, charset) = decode(&with_header).unwrap();
        assert_eq!(bytes, b"some bytes \x00\xff");
        assert_eq!(charset.as_deref(), Some("gbk"));
        assert!(decode("-----BEGIN PGP MESSAGE-----\n-----END PGP MESSAGE-----").is_none());
    }
}
