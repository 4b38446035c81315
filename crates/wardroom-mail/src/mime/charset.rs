//! From bytes to text: the declared character set if it is true, else the one the bytes look like.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

/// Text, and the character set it was in when that was not UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) encoding: Option<&'static Encoding>,
    /// The declared set was missing, unknown or wrong, and another was guessed.
    pub(crate) guessed: bool,
}

/// Decodes a text body.
pub(crate) fn decode(bytes: &[u8], declared: Option<&str>) -> Decoded {
    let declared = declared.map(str::trim).filter(|label| !label.is_empty());
    if let Some(encoding) = declared.and_then(|label| Encoding::for_label(label.as_bytes())) {
        let (text, used, broken) = encoding.decode(bytes);
        // a set of one byte per character never breaks, so it may hide UTF-8
        let hides_utf8 = used.is_single_byte() && !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok();
        if !broken && !hides_utf8 {
            return Decoded { text: text.into_owned(), encoding: other_than_utf8(used), guessed: false };
        }
    } else if let Some(decoder) = declared.and_then(|label| mail_parser::decoders::charsets::map::charset_decoder(label.as_bytes())) {
        return Decoded { text: decoder(bytes), encoding: None, guessed: false };
    }
    guess(bytes, declared.is_some())
}

/// Header fields must be ASCII or UTF-8; when they are neither, they are what they look like.
pub(crate) fn header_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => guess(bytes, false).text,
    }
}

fn guess(bytes: &[u8], declared: bool) -> Decoded {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: text.to_owned(), encoding: None, guessed: declared || !bytes.is_ascii() };
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // a sample is enough, and the whole may be 60 MB
    detector.feed(bytes.get(..1 << 20).unwrap_or(bytes), true);
    let encoding = detector.guess(Some(b"cn"), Utf8Detection::Allow);
    let (text, used, _) = encoding.decode(bytes);
    Decoded { text: text.into_owned(), encoding: other_than_utf8(used), guessed: true }
}

fn other_than_utf8(encoding: &'static Encoding) -> Option<&'static Encoding> {
    (encoding != encoding_rs::UTF_8).then_some(encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_survives_whatever_the_label_says() {
        let text = "雷达模组固件升级接口缺少签名校验，攻击者可以写入任意固件。";
        let (gbk, _, _) = encoding_rs::GBK.encode(text);
        for label in [Some("gbk"), Some("gb2312"), Some("gb18030"), Some("no-such-set"), Some("utf-8"), None] {
            assert_eq!(decode(&gbk, label).text, text, "{label:?}");
        }
        let (wide, _, _) = encoding_rs::GB18030.encode("𠮷䶮");
        assert_eq!(decode(&wide, Some("gb18030")).text, "𠮷䶮");
        assert_eq!(decode(text.as_bytes(), Some("iso-8859-1")).text, text);
    }

    #[test]
    fn other_sets() {
        assert_eq!(decode(b"caf\xe9", Some("iso-8859-1")).text, "café");
        assert_eq!(decode(b"+ADw-b+AD4-", Some("utf-7")).text, "<b>");
    }
}
