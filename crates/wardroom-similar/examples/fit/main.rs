//! Refits the numbers under `data/`, and tells what they are worth. Reads the benchmark's folder (`WARDROOM_CORPORA`/dedupe); what it writes
//! holds numbers, stems of words that are frequent in public records, and pairs of terms: nothing of a single record.
//!
//! ```sh
//! cargo run --release -p wardroom-similar --example fit -- background   # data/background.tsv, from all cases
//! cargo run --release -p wardroom-similar --example fit -- lexicon      # data/lexicon.tsv, from the first half of the aligned pairs
//! cargo run --release -p wardroom-similar --example fit -- rank         # data/rank.trees and data/sure.trees, from the first half of the queries
//! cargo run --release -p wardroom-similar --example fit -- report       # the table, of the other half
//! ```
//! `single SET` tells how far each feature alone would come, `without NAME…` what is lost without features, `look SET` shows pairs that only the second stage finds.
//! `rank --all` learns from both halves. A query's half is the parity of a hash of its words, so a report that stands in several sets is in one half in all of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a tool for its author, who reads where it falls")]

mod boost;
mod data;
mod lexicon;
mod models;
mod report;

use anyhow::{Result, bail};
use std::collections::HashMap;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let all = arguments.iter().any(|argument| argument == "--all");
    let quick = arguments.iter().any(|argument| argument == "--quick");
    match arguments.first().map(String::as_str) {
        Some("background") => background(),
        Some("lexicon") => lexicon::learn(all),
        Some("rank") => models::learn(all, quick),
        Some("report") => report::table(arguments.get(1).map(String::as_str)),
        Some("without") => models::without(&arguments[1..]),
        Some("look") => models::look(&arguments[1]),
        Some("single") => models::single(arguments.get(1).map_or("device-10k", String::as_str)),
        _ => bail!("say background, lexicon, rank or report"),
    }
}

/// In how many cases of the largest sets each stem stands, in 100,000 cases.
fn background() -> Result<()> {
    let mut counts: HashMap<String, (usize, u16)> = HashMap::new();
    let mut records = 0_usize;
    for set in ["en-100k"] {
        for case in data::cases(set)? {
            records += 1;
            let mut seen: HashMap<String, u16> = HashMap::new();
            for (text, kind, _) in wardroom_similar::learning::fields(&case.what) {
                for piece in wardroom_similar::learning::pieces(text, kind) {
                    *seen.entry(piece.key).or_default() |= piece.flags;
                }
            }
            for (key, flags) in seen {
                let entry = counts.entry(key).or_default();
                entry.0 += 1;
                entry.1 |= flags;
            }
        }
    }
    let mut han: HashMap<String, usize> = HashMap::new();
    let mut chinese = 0_usize;
    for case in data::cases("xl-10k")?.into_iter().filter(|case| case.what.text.chars().any(wardroom_similar::learning::is_han)) {
        chinese += 1;
        let pieces: std::collections::HashSet<String> = wardroom_similar::learning::pieces(&case.what.text, 0)
            .into_iter()
            .filter(|piece| piece.flags & wardroom_similar::learning::flag::HAN != 0)
            .map(|piece| piece.key)
            .collect();
        for key in pieces {
            *han.entry(key).or_default() += 1;
        }
    }
    let mut lines: Vec<(String, usize)> = counts
        .into_iter()
        .filter(|(key, (count, flags))| *count >= 25 && key.len() < 24 && flags & wardroom_similar::learning::flag::HAN == 0)
        .map(|(key, (count, _))| (key, count * 100_000 / records))
        .collect();
    lines.extend(han.into_iter().filter(|(_, count)| *count >= 12).map(|(key, count)| (key, count * 100_000 / chinese.max(1))));
    lines.sort();
    let mut text = format!(
        "# Stems and in how many of 100,000 public vulnerability records they stand ({records} English, {chinese} Chinese ones were counted).\n"
    );
    for (key, count) in lines {
        text.push_str(&format!("{key}\t{count}\n"));
    }
    data::write("background.tsv", &text)
}
