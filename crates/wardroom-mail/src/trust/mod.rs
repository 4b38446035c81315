//! What a mail's way can prove: DKIM (RFC 6376, RFC 8301, RFC 8463), SPF (RFC 7208) and DMARC (RFC 7489, organisational domains by the tree
//! walk of its successor), in pieces without any network.
//!
//! The hostile mail is read in the child (`dkim::claims`: hashes and tags, no keys); what DNS says is asked for by the caller and judged here
//! (`dkim_key`, `spf`, `dmarc`). Deliberately never read: `Authentication-Results` and its like; anybody can write them (RFC 8601 section 7.1).
//! Deliberately not `mail-auth`: it reads the mail, asks DNS and verifies in one process; here the mail is read where there is no network.

pub mod dkim;
pub mod dkim_key;
#[doc(hidden)]
pub mod dkim_signing;
pub mod dmarc;
pub mod spf;
mod tags;

/// A domain name in lower case without a final dot; `None` when it cannot be asked for.
#[must_use]
pub fn domain(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('.');
    let text = if text.is_ascii() { text.to_ascii_lowercase() } else { return None };
    let label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    ((1..=253).contains(&text.len()) && text.split('.').all(label)).then_some(text)
}

/// Whether `name` is `of` or lies below it.
#[must_use]
pub fn is_within(name: &str, of: &str) -> bool {
    name.eq_ignore_ascii_case(of)
        || name.len() > of.len()
            && name.get(name.len() - of.len()..).is_some_and(|end| end.eq_ignore_ascii_case(of))
            && name.as_bytes().get(name.len() - of.len() - 1) == Some(&b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains() {
        assert_eq!(domain("Example.COM.").as_deref(), Some("example.com"));
        assert_eq!(domain("a_b._domainkey.example").as_deref(), Some("a_b._domainkey.example"));
        for bad in ["", ".", "a..b", "a b", "münchen.example", &"a".repeat(64), &"a.".repeat(200)] {
            assert_eq!(domain(bad), None, "{bad}");
        }
        assert!(is_within("mail.example.com", "example.com") && is_within("example.com", "Example.com"));
        assert!(!is_within("notexample.com", "example.com") && !is_within("com", "example.com"));
    }
}
