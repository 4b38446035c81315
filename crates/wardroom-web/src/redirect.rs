//! Where to go after a form: always 303, always a path of our own.

use axum::response::Redirect;

/// A 303 to `to` if it is a path on this site, else to `/`.
pub fn see_other(to: &str) -> Redirect {
    Redirect::to(own_path(to).unwrap_or("/"))
}

/// The text itself if it is a path (with query, fragment) on this site; never another origin, never a control
/// character, never a backslash, which browsers read as a slash.
#[must_use]
pub fn own_path(to: &str) -> Option<&str> {
    let plain = to.len() <= 2_000 && to.chars().all(|c| !c.is_control() && c != '\\' && !c.is_whitespace());
    (plain && to.starts_with('/') && !to.starts_with("//")).then_some(to)
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_our_own_paths() {
        for good in ["/", "/track", "/advisories?product=x&lang=zh#top", "/%2F%2Fevil"] {
            assert_eq!(own_path(good), Some(good));
        }
        for bad in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "/a\r\nset-cookie: x",
            "/\t/evil",
            "track",
        ] {
            assert_eq!(own_path(bad), None, "{bad:?}");
        }
    }
}
