//! Header fields and bodies of outgoing mail: ASCII, short lines, and nothing of ours breaks out of its field.

use base64::Engine;

/// Longest line, without its end (RFC 5322 section 2.1.1).
const LINE: usize = 76;

/// A text for a header field: encoded words where needed, folded. Control characters become blanks, so no second field
/// can be started.
pub(crate) fn unstructured(name: &str, text: &str) -> String {
    let text = super::plain_line(&text.replace(char::is_control, " "), 2_000);
    let words_fit = text.split(' ').all(|word| word.len() < 70);
    if text.is_ascii() && !text.contains("=?") && words_fit {
        return folded(name, text.split(' '));
    }
    folded(name, encoded_words(&text).iter().map(String::as_str))
}

/// A display name: quoted, or as encoded words.
pub(crate) fn phrase(text: &str) -> String {
    let text = super::plain_line(&text.replace(char::is_control, " "), 200);
    if text.is_ascii() && !text.contains("=?") {
        let escaped: String = text.chars().filter(|c| !matches!(c, '"' | '\\')).collect();
        return format!("\"{escaped}\"");
    }
    encoded_words(&text).join("\r\n ")
}

fn folded<'w>(name: &str, words: impl Iterator<Item = &'w str>) -> String {
    let mut field = format!("{name}:");
    let mut length = field.len();
    for (index, word) in words.enumerate() {
        if index > 0 && length + 1 + word.len() > LINE {
            field.push_str("\r\n");
            length = 0;
        }
        field.push(' ');
        field.push_str(word);
        length += 1 + word.len();
    }
    field.push_str("\r\n");
    field
}

/// RFC 2047 section 2: at most 75 characters each, whole characters in each.
fn encoded_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut chunk = String::new();
    let word = |chunk: &str| format!("=?UTF-8?B?{}?=", base64::engine::general_purpose::STANDARD.encode(chunk));
    for character in text.chars() {
        if chunk.len() + character.len_utf8() > 42 {
            words.push(word(&chunk));
            chunk.clear();
        }
        chunk.push(character);
    }
    words.push(word(&chunk));
    words
}

/// Quoted-printable, also safe for signing: no blanks at line ends, no line that begins with `From ` or `-`.
pub(crate) fn quoted_printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line).as_bytes();
        let mut length = 0;
        for (index, byte) in line.iter().enumerate() {
            let last = index + 1 == line.len();
            let first_tricky = index == 0 && (matches!(byte, b'-' | b'.') || line.starts_with(b"From "));
            let literal = matches!(byte, 33..=60 | 62..=126) || (matches!(byte, b' ' | b'\t') && !last);
            let width = if literal && !first_tricky { 1 } else { 3 };
            if length + width > LINE - 1 {
                out.push_str("=\r\n");
                length = 0;
            }
            // a soft break may put a blank or a trick at the start of a line; there it is encoded, too
            let at_start = length == 0 && matches!(byte, b'-' | b'.' | b'F' | b' ' | b'\t') && index > 0;
            if literal && !first_tricky && !at_start {
                out.push(char::from(*byte));
                length += 1;
            } else {
                out.push_str(&format!("={byte:02X}"));
                length += 3;
            }
        }
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime::transfer;

    #[test]
    fn no_second_field_can_be_started() {
        let field = unstructured("Subject", "x\r\nBcc: evil@x.example\r\n\r\nbody");
        assert_eq!(field.matches("\r\n").count(), 1, "{field}");
        assert!(!phrase("a\r\nBcc: b\"c\\").contains('\n'));
    }

    #[test]
    fn long_and_foreign_subjects_come_back() {
        for text in ["雷达模组固件升级接口缺少签名校验".repeat(8), "word ".repeat(60).trim().to_owned(), "=?x".into(), "é".repeat(90)]
        {
            let field = unstructured("Subject", &text);
            assert!(field.is_ascii() && field.lines().all(|line| line.len() <= 78), "{field}");
            let block = format!("{field}\r\n");
            assert_eq!(crate::mime::head::parsed(&block).unwrap().subject(), Some(text.as_str()));
        }
    }

    #[test]
    fn bodies_come_back_and_lines_are_short() {
        let text = format!("a b \nFrom x\n-- \n.\n{}\n中文 {}\n", "x y".repeat(100), "-From".repeat(50));
        let encoded = quoted_printable(&text);
        assert!(
            encoded.lines().all(|line| line.len() <= 76 && !line.ends_with(' ') && !line.starts_with("From") && !line.starts_with('-'))
        );
        let decoded = transfer::decode("quoted-printable", encoded.as_bytes());
        assert_eq!(String::from_utf8_lossy(&decoded).replace("\r\n", "\n").trim_end(), text.trim_end());
    }
}
