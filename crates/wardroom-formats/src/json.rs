//! JSON as we publish it.
//!
//! Not here: parsing.

use serde::Serialize;

/// Pretty JSON with a line end at the end.
#[expect(clippy::expect_used, reason = "our own structs have string keys only and finite numbers, so serialising cannot fail")]
pub(crate) fn pretty<T: Serialize>(value: &T) -> String {
    let mut out = serde_json::to_string_pretty(value).expect("own structs serialise");
    out.push('\n');
    out
}
