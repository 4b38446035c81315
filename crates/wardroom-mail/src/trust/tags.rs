//! Tag lists (RFC 6376 section 3.2): `v=1; a=rsa-sha256; …`. Deliberately strict: a list that says something twice says nothing.

/// The tags in order, names as written, white space at the ends of values removed. `None` when it is no tag list.
pub(super) fn read(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut tags: Vec<(&str, &str)> = Vec::new();
    let text = text.trim();
    for part in text.strip_suffix(';').unwrap_or(text).split(';').take(100) {
        let (name, value) = part.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let proper = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !proper || tags.iter().any(|(known, _)| *known == name) {
            return None;
        }
        tags.push((name, value));
    }
    Some(tags)
}

/// The value of a tag.
pub(super) fn find<'t>(tags: &[(&'t str, &'t str)], name: &str) -> Option<&'t str> {
    tags.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

/// Base64 that may be folded.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    let packed: String = text.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(packed).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        let tags = read(" v=1; a = rsa-sha256;\r\n\t b=YQ ==;").unwrap();
        assert_eq!(tags, [("v", "1"), ("a", "rsa-sha256"), ("b", "YQ ==")]);
        assert_eq!(find(&tags, "a"), Some("rsa-sha256"));
        assert_eq!(base64("YQ ==").unwrap(), b"a");
        for bad in ["", "v", "v=1; v=2", "=x", "v=1;;a=2", "a b=c"] {
            assert!(read(bad).is_none(), "{bad:?}");
        }
    }
}
