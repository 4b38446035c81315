//! The language somebody is written to in.

use wardroom_words::Lang;

/// The interface language for a reader who writes in `tag`; English when we do not speak it.
pub fn reader(tag: &str) -> Lang {
    Lang::from_tag(tag).unwrap_or_default()
}
