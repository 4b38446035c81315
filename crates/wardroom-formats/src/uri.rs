//! The little we need to know of URIs: whether a text is one, and whether it is https.
//!
//! Not here: parsing or resolving; nobody fetches anything in this crate.

/// Whether a text is an absolute URI by its characters (RFC 3986): a scheme, a colon, something, and no character that must be escaped.
#[must_use]
pub fn is_absolute(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let scheme_fits = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    scheme_fits && !rest.is_empty() && text.bytes().all(is_allowed)
}

/// Whether a text is an https URI with a host.
#[must_use]
pub fn is_https(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("https") && !host.is_empty() && is_absolute(text)
}

fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)
}
