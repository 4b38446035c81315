//! How often words stand in public vulnerability records: keeps the weight of a word sane while an instance has few cases.
//! `data/background.tsv` holds, for each stem that is not rare, in how many of 100,000 records it stands; made by `examples/fit`.

use crate::print::hash;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Records the table stands for.
pub const RECORDS: f32 = 100_000.0;
/// As many as a word is taken to have that is not in the table.
const UNSEEN: f32 = 4.0;
/// The weight of the table against an instance's own cases, in cases.
const PRIOR: f32 = 20_000.0;

static TABLE: LazyLock<HashMap<u32, f32>> = LazyLock::new(|| {
    let lines = include_str!("../data/background.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t')).filter_map(|(word, count)| Some((hash(word), count.parse().ok()?))).collect()
});

fn share(key: u32) -> f32 {
    TABLE.get(&key).copied().unwrap_or(UNSEEN) / RECORDS
}

/// The weight of a word by the table alone: never changes, so lengths of cases need not be computed anew.
pub fn still(key: u32) -> f32 {
    (1.0 / share(key).max(1.0 / RECORDS)).ln()
}

/// The weight of a word where `of` cases are indexed and `count` have it.
#[expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^24, and a weight needs no more")]
pub fn weight(key: u32, count: usize, of: usize) -> f32 {
    let have = share(key) * PRIOR + count as f32;
    ((PRIOR + of as f32) / (have + 0.5)).ln().max(0.05)
}
