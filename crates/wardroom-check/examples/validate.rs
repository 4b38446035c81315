//! Checks files and says how long it took: `validate PRESET ROUNDS FILE…`. For measuring the library alone, without the product around it.

use std::time::Instant;
use wardroom_check::{FILE, Preset, check_text};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let preset: Preset = arguments.next().and_then(|name| name.parse().ok()).unwrap_or_default();
    let rounds: usize = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(1);
    let texts: Vec<Vec<u8>> = arguments.filter_map(|path| std::fs::read(path).ok()).collect();
    let bytes: usize = texts.iter().map(Vec::len).sum();
    for round in 0..rounds {
        let begin = Instant::now();
        let reports: Vec<_> = texts.iter().map(|text| check_text(text, &FILE, preset)).collect();
        let valid = reports.iter().filter(|report| report.as_ref().is_ok_and(|report| report.valid)).count();
        let seconds = begin.elapsed().as_secs_f64();
        let count = texts.len();
        println!(
            "round {round}: {count} documents, {valid} valid, {:.0}/s, {:.1} MiB/s",
            count as f64 / seconds,
            bytes as f64 / seconds / 1_048_576.0
        );
    }
}
