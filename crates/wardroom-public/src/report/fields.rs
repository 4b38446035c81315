//! What an address and a pasted key must look like to be accepted. Generous on purpose: whether mail arrives is seen
//! when it is sent.

use jiff::Timestamp;
use wardroom_app::intake::{KeyFault, check_reporter_key};
use wardroom_web::words::{Word, public as say};

/// Whether a non-empty text cannot be an e-mail address.
pub(crate) fn address_fault(typed: &str) -> bool {
    let address = ascii_width(typed.trim());
    if address.is_empty() {
        return false;
    }
    let odd = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || is_unseen(c)
            || matches!(c, ',' | ';' | ':' | '<' | '>' | '"' | '(' | ')' | '[' | ']' | '\\' | '?')
    };
    let halves = address.split_once('@').filter(|(_, domain)| !domain.contains('@'));
    address.len() > 254 || address.chars().any(odd) || halves.is_none_or(|(local, domain)| odd_local(local) || odd_domain(domain))
}

/// The part before the `@`: words with single dots between (RFC 5322 dot-atom), and nothing a mail program could take for an option.
fn odd_local(local: &str) -> bool {
    local.len() > 64 || local.split('.').any(str::is_empty) || local.starts_with('-')
}

/// At least two labels, none empty, none beginning or ending with a hyphen. Address literals are no addresses of people.
fn odd_domain(domain: &str) -> bool {
    let odd_label = |label: &str| {
        label.is_empty()
            || label.len() > 63
            || label.starts_with('-')
            || label.ends_with('-')
            || !label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    !domain.contains('.') || domain.split('.').any(odd_label)
}

/// Signs that are not seen, or that change how what follows is seen: no address has them, and one that does would mislead its reader.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
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

/// The same, and whether the key can be used at `now`.
pub(crate) fn key_fault_at(typed: &str, now: Timestamp) -> Option<Word> {
    let key = typed.trim();
    if key.is_empty() {
        return None;
    }
    key_fault(key).or_else(|| match check_reporter_key(key, now) {
        Ok(()) => None,
        Err(KeyFault::Expired { .. } | KeyFault::Revoked | KeyFault::NotYetValid) => Some(say::REPORT_FAULT_KEY_OVER),
        Err(KeyFault::WeakAlgorithm | KeyFault::WeakSignature) => Some(say::REPORT_FAULT_KEY_WEAK),
        Err(_) => Some(say::REPORT_FAULT_KEY),
    })
}

/// Full-width letters, digits and signs, as Chinese input methods make them, in their usual width.
pub(crate) fn ascii_width(text: &str) -> String {
    wardroom_domain::text::half_width(text).into_owned()
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
        for bad in [
            "a",
            "a@",
            "@b.cn",
            "a@b",
            "a b@c.cn",
            "a@b@c.cn",
            "a@.cn",
            "a@b.cn, c@d.cn",
            "a@b.cn\nbcc: x@y.z",
            ".a@b.cn",
            "a..b@c.cn",
            "a.@b.cn",
            "a@b..cn",
            "a@-b.cn",
            "-oQ@b.cn",
            "a@[127.0.0.1]",
            "mailto:a@b.cn",
            "a\u{200b}@b.cn",
            "a@b.cn\u{202e}",
        ] {
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
