//! What an address and a pasted key must look like to be accepted. Generous on purpose: whether mail arrives is seen
//! when it is sent.

use wardroom_web::words::{Word, public as say};

/// Whether a non-empty text cannot be an e-mail address.
pub(crate) fn address_fault(typed: &str) -> bool {
    let address = ascii_width(typed.trim());
    if address.is_empty() {
        return false;
    }
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<' | '>' | '"' | '(' | ')');
    let halves = address.split_once('@').filter(|(_, domain)| !domain.contains('@'));
    address.len() > 254
        || address.chars().any(odd)
        || halves.is_none_or(|(local, domain)| {
            local.is_empty() || domain.len() < 3 || !domain.contains('.') || domain.starts_with('.') || domain.ends_with('.')
        })
}

/// What is wrong with a pasted key, if anything.
pub(crate) fn key_fault(typed: &str) -> Option<Word> {
    let key = typed.trim();
    if key.is_empty() {
        return None;
    }
    if key.contains("PRIVATE KEY") {
        return Some(say::REPORT_FAULT_SECRET_KEY);
    }
    let whole = key.contains("-----BEGIN PGP PUBLIC KEY BLOCK-----") && key.contains("-----END PGP PUBLIC KEY BLOCK-----");
    (!whole || key.len() > 200_000).then_some(say::REPORT_FAULT_KEY)
}

/// What is wrong with a pasted message, if anything.
pub(crate) fn payload_fault(typed: &str) -> Option<Word> {
    let message = typed.trim();
    let whole = message.contains("-----BEGIN PGP MESSAGE-----") && message.contains("-----END PGP MESSAGE-----");
    (!message.is_empty() && !whole).then_some(say::REPORT_FAULT_PAYLOAD)
}

/// Full-width letters, digits and signs, as Chinese input methods make them, in their usual width.
pub(crate) fn ascii_width(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '。' => '.',
        other => other,
    };
    text.chars().map(narrow).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["", " ", "a@b.cn", "zhang.san+psirt@example.com", "ａｂｃ＠ｅｘａｍｐｌｅ．ｃｏｍ", "用户@例子.中国"]
        {
            assert!(!address_fault(good), "{good}");
        }
        for bad in ["a", "a@", "@b.cn", "a@b", "a b@c.cn", "a@b@c.cn", "a@.cn", "a@b.cn, c@d.cn", "a@b.cn\nbcc: x@y.z"] {
            assert!(address_fault(bad), "{bad}");
        }
    }

    #[test]
    fn keys() {
        assert_eq!(key_fault("  "), None);
        assert_eq!(key_fault("-----BEGIN PGP PUBLIC KEY BLOCK-----\nx\n-----END PGP PUBLIC KEY BLOCK-----"), None);
        assert_eq!(key_fault("-----BEGIN PGP PUBLIC KEY BLOCK-----\nx"), Some(say::REPORT_FAULT_KEY));
        assert_eq!(key_fault("-----BEGIN PGP PRIVATE KEY BLOCK-----"), Some(say::REPORT_FAULT_SECRET_KEY));
    }
}
