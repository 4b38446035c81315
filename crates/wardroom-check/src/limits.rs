//! What a document may be, so that checking it stays cheap: bytes, nesting, values, and how much a list of its faults could repeat of it.
//!
//! Not here: what the standard says of sizes (that is advice to authors, not a test).

use serde_json::Value;
use wardroom_formats::guarded::{self, Fault, Limits};

/// For files on the command line: the 150 MiB of CSAF 2.1, appendix C, and the nesting that `serde_json` reads.
pub const FILE: Limits = Limits { bytes: 160 * 1024 * 1024, depth: 120, values: 30_000_000 };

/// For documents strangers send: the 15 MB of CSAF 2.0, appendix C.
pub const STRANGER: Limits = Limits { bytes: 16 * 1024 * 1024, depth: 100, values: 400_000 };

/// So many findings of each gravity are told; who has more than these will not read them.
pub(crate) const MOST_FINDINGS: usize = 5_000;

/// How many times its own size the faults of a document may quote of it. A real document is at about 9.
const REPEATS: usize = 16;
/// Small documents may nest as they like.
const FREE: usize = 1024 * 1024;

/// Reads a document within limits. A name that stands twice in an object is refused: two readers would see two documents.
///
/// # Errors
/// See [`Fault`]; it never repeats the text, but for a name that stands twice.
pub fn read(text: &[u8], limits: &Limits) -> Result<Value, Fault> {
    guarded::read(text, limits)
}

/// Whether messages about this document stay in proportion to it: the schema's messages quote the object they are about, and objects
/// stand in each other, so every byte could be quoted once for each object around it.
pub(crate) fn in_proportion(document: &Value) -> bool {
    let mut quoted = 0_usize;
    let size = weigh(document, &mut quoted);
    quoted <= FREE.max(size.saturating_mul(REPEATS))
}

/// The size of a value in bytes, about; adds it to `quoted` when it can be quoted as a whole.
fn weigh(value: &Value, quoted: &mut usize) -> usize {
    let size = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => return 5,
        Value::String(text) => return text.len() + 3,
        Value::Array(items) => items.iter().map(|item| weigh(item, quoted) + 1).sum::<usize>() + 2,
        Value::Object(members) => members.iter().map(|(name, item)| name.len() + 4 + weigh(item, quoted)).sum::<usize>() + 2,
    };
    *quoted = quoted.saturating_add(size);
    size
}
