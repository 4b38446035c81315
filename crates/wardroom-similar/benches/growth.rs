//! How the index grows: building, asking, adding, removing and memory at 1,000, 10,000 and 100,000 made-up cases, and at 1,000,000 with
//! `WARDROOM_BENCH_MILLION=1` (about 3 GiB). `cargo bench -p wardroom-similar --bench growth`; see `docs/src/operator/figures.md`.
//! Deliberately no statistics: the percentiles of one run, on one core.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a benchmark falls where it stands")]
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "made-up words")]

use std::time::Instant;
use wardroom_similar::{Described, Index};

/// Made-up words, frequent and rare ones as in real texts.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn share(&mut self) -> f64 {
        self.next() as f64 / (1_u64 << 31) as f64
    }

    /// A word of so many, the first ones far more often.
    fn of(&mut self, many: f64) -> u64 {
        (many.powf(self.share()) - 1.0) as u64
    }

    fn word(&mut self, kind: &str, many: f64) -> String {
        let mut number = self.of(many);
        let mut word = kind.to_owned();
        loop {
            word.push(char::from(b'a' + (number % 26) as u8));
            number /= 26;
            if number == 0 {
                return word;
            }
        }
    }

    fn case(&mut self) -> Described {
        let product = format!("{}-{}", self.word("P", 800.0).to_uppercase(), self.of(900.0));
        let version = format!("{}.{}.{}", self.of(9.0), self.of(20.0), self.of(60.0));
        let file = format!("{}.cgi", self.word("f", 9_000.0));
        let parameter = format!("{}_{}", self.word("p", 600.0), self.word("q", 600.0));
        let words: Vec<String> = (0..35 + self.of(60.0)).map(|_| self.word("w", 30_000.0)).collect();
        Described {
            title: format!("Overflow in {file} of {product}"),
            text: format!("In {product} {version} the parameter {parameter} of {file} {}", words.join(" ")),
            products: vec![product],
            versions: vec![version],
            weaknesses: vec![format!("CWE-{}", 20 + self.of(900.0))],
            ..Described::default()
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut filters = arguments.iter().filter(|argument| !argument.starts_with('-')).peekable();
    if !arguments.iter().any(|argument| argument == "--bench")
        || !(filters.peek().is_none() || filters.any(|filter| "growth".contains(filter.as_str())))
    {
        return;
    }
    println!(
        "{:>9} {:>9} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10}",
        "cases", "build s", "median ms", "p99 ms", "add ms", "remove ms", "MiB", "KiB a case"
    );
    let million = std::env::var_os("WARDROOM_BENCH_MILLION").is_some();
    for size in [1_000, 10_000, 100_000, 1_000_000] {
        if size > 100_000 && !million {
            println!("{size:>9} left out: say WARDROOM_BENCH_MILLION=1");
            continue;
        }
        round(size);
    }
}

fn round(size: usize) {
    let mut dice = Dice(7);
    let before = resident();
    let mut index = Index::new();
    let mut spent = 0.0;
    for id in 0..size {
        let case = dice.case();
        let begun = Instant::now();
        index.put(&format!("case_{id}"), case);
        spent += begun.elapsed().as_secs_f64();
    }
    let memory = resident().saturating_sub(before);
    let mut asked = Vec::new();
    for _ in 0..400 {
        let case = dice.case();
        let begun = Instant::now();
        let found = index.query(&case, 10, &|_| true);
        asked.push(begun.elapsed().as_secs_f64() * 1000.0);
        assert!(found.len() <= 10);
    }
    let (mut adds, mut removes) = (Vec::new(), Vec::new());
    for id in 0..400 {
        let case = dice.case();
        let begun = Instant::now();
        index.put(&format!("more_{id}"), case);
        adds.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    for id in 0..400 {
        let begun = Instant::now();
        assert!(index.remove(&format!("case_{}", id * size / 400)));
        removes.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    for list in [&mut asked, &mut adds, &mut removes] {
        list.sort_by(f64::total_cmp);
    }
    let at = |list: &[f64], share: f64| list[((list.len() as f64 * share) as usize).min(list.len() - 1)];
    println!(
        "{size:>9} {spent:>9.2} {:>10.2} {:>10.2} {:>10.2} {:>10.2} {:>10} {:>10.1}",
        at(&asked, 0.5),
        at(&asked, 0.99),
        at(&adds, 0.99),
        at(&removes, 0.99),
        memory / 1024,
        memory as f64 / size as f64
    );
}

/// Memory of this process in KiB, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}
