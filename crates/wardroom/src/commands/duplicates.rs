//! `wardroom dup eval`: what the duplicate finder is worth, over files of cases and reports with known answers. The same engine as at the desk; no data
//! directory is opened and nothing is written but what standard output gets.

use crate::cli::DupEval;
use crate::exits::{Done, Exit, FINDINGS, OK};
use serde::Deserialize;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;
use wardroom_similar::judge::{Answer, Measures, measure};
use wardroom_similar::{Described, Index, Stages};

/// The longest line of a file of cases, in bytes.
const LONGEST: u64 = 8 * 1024 * 1024;
/// The sets of the benchmark: name, folder, files of queries and answers.
const SETS: [(&str, &str, &str, &str); 7] = [
    ("en-1k", "en-1k", "queries", "gold"),
    ("en-10k", "en-10k", "queries", "gold"),
    ("device-10k", "device-10k", "queries", "gold"),
    ("near-10k", "near-10k", "queries", "gold"),
    ("xl-10k", "xl-10k", "queries", "gold"),
    ("en-100k", "en-100k", "queries", "gold"),
    ("en-100k-zh", "en-100k", "queries-zh", "gold-zh"),
];

/// One name or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Names {
    One(String),
    Many(Vec<String>),
}

impl Default for Names {
    fn default() -> Names {
        Names::Many(Vec::new())
    }
}

impl Names {
    fn all(self) -> Vec<String> {
        match self {
            Names::One(name) if name.is_empty() => Vec::new(),
            Names::One(name) => vec![name],
            Names::Many(names) => names,
        }
    }
}

/// A line of a file of cases or reports; what it does not know it leaves alone.
#[derive(Deserialize)]
struct Line {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    vendor: String,
    #[serde(default)]
    product: Names,
    #[serde(default)]
    component: String,
    #[serde(default)]
    version: Names,
    #[serde(default)]
    cwe: Names,
    #[serde(default)]
    identifiers: Names,
}

impl Line {
    fn words(self) -> (String, Described) {
        let what = Described {
            title: self.title,
            text: self.text,
            vendor: self.vendor,
            products: self.product.all(),
            component: self.component,
            versions: self.version.all(),
            weaknesses: self.cwe.all(),
            identifiers: self.identifiers.all(),
            ..Described::default()
        };
        (self.id, what)
    }
}

/// A run, or measures of sets.
pub fn eval(what: &DupEval) -> Done {
    let stages = match what.stages {
        1 => Stages::First,
        2 => Stages::Second,
        _ => Stages::Third,
    };
    let (Some(corpus), Some(queries)) = (&what.corpus, &what.queries) else {
        return sets(what, stages);
    };
    let index = build(corpus)?;
    let answers = run(&index, queries, what.gold.as_deref(), what.top, stages, true)?;
    if what.gold.is_some() {
        eprintln!("{}", told("all", &measure(&answers)));
    }
    Ok(OK)
}

fn sets(what: &DupEval, stages: Stages) -> Done {
    let folder = match (&what.folder, std::env::var_os("WARDROOM_CORPORA")) {
        (Some(folder), _) => folder.clone(),
        (None, Some(corpora)) => PathBuf::from(corpora).join("dedupe"),
        (None, None) => return Err(Exit::new(2, "say --corpus and --queries, or where the sets are: --folder DIR, or WARDROOM_CORPORA")),
    };
    if let Some(unknown) = what.set.iter().find(|name| !SETS.iter().any(|(known, ..)| known == name)) {
        let known: Vec<&str> = SETS.iter().map(|(name, ..)| *name).collect();
        return Err(Exit::new(2, format!("there is no set {unknown}: name one of {}", known.join(", "))));
    }
    let mut built: Option<(&str, Index)> = None;
    for (name, set, queries, gold) in SETS {
        if !(what.set.is_empty() || what.set.iter().any(|wanted| wanted == name)) {
            continue;
        }
        let index = match built.take() {
            Some((known, index)) if known == set => index,
            _ => build(&folder.join(set).join("corpus.jsonl.zst"))?,
        };
        let here = folder.join(set);
        let gold = here.join(format!("{gold}.tsv"));
        let answers = run(&index, &here.join(format!("{queries}.jsonl.zst")), Some(&gold), what.top.max(10), stages, false)?;
        writeln!(std::io::stdout(), "{}", told(name, &measure(&answers)))?;
        built = Some((set, index));
    }
    Ok(OK)
}

/// Cases in an index, with the time and memory that took on standard error.
fn build(corpus: &Path) -> Result<Index, Exit> {
    let mut index = Index::new();
    let before = resident();
    let mut spent = std::time::Duration::ZERO;
    let mut longest = std::time::Duration::ZERO;
    each(corpus, |id, what| {
        let begun = Instant::now();
        index.put(&id, what);
        spent += begun.elapsed();
        longest = longest.max(begun.elapsed());
        Ok(())
    })?;
    let memory = match (before, resident()) {
        (Some(before), Some(now)) => format!("{} MiB for them, {} MiB in all", now.saturating_sub(before) / 1024, now / 1024),
        _ => "unknown on this system".to_owned(),
    };
    eprintln!(
        "{}: {} cases indexed in {:.2} s, the slowest in {:.2} ms; memory: {memory}",
        corpus.display(),
        index.len(),
        spent.as_secs_f64(),
        longest.as_secs_f64() * 1000.0
    );
    Ok(index)
}

/// Asks every query; prints the rows if that is wished, and latencies on standard error.
fn run(index: &Index, queries: &Path, gold: Option<&Path>, top: usize, stages: Stages, rows: bool) -> Result<Vec<Answer>, Exit> {
    let gold = match gold {
        Some(gold) => answers(gold)?,
        None => HashMap::new(),
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut times: Vec<f64> = Vec::new();
    let mut got: Vec<Answer> = Vec::new();
    each(queries, |id, what| {
        let begun = Instant::now();
        let found = index.rank(&what, top, stages);
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        if rows {
            for (rank, (case, score)) in found.iter().enumerate() {
                writeln!(out, "{id}\t{}\t{case}\t{score:.8}", rank + 1)?;
            }
        }
        if let Some(right) = gold.get(&id) {
            let found = found.into_iter().map(|(case, score)| (case, f64::from(score))).collect();
            got.push(Answer { gold: (right != "-").then(|| right.clone()), found });
        }
        Ok(())
    })?;
    out.flush()?;
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times.get((times.len() * share / 1000).min(times.len().saturating_sub(1))).copied().unwrap_or_default();
    eprintln!(
        "{}: {} queries; a query in ms: median {:.2}, p95 {:.2}, p99 {:.2}, longest {:.2}",
        queries.display(),
        times.len(),
        at(500),
        at(950),
        at(990),
        at(1000)
    );
    Ok(got)
}

/// The lines of a file, unpacked where its name ends in `.zst`, one after the other.
fn each(path: &Path, mut take: impl FnMut(String, Described) -> std::io::Result<()>) -> Result<(), Exit> {
    let trouble = |why: String| Exit::new(1, format!("{}: {why}", path.display()));
    let file = std::fs::File::open(path).map_err(|error| trouble(error.to_string()))?;
    let plain: Box<dyn Read> = if path.extension().is_some_and(|ending| ending == "zst") {
        Box::new(ruzstd::decoding::StreamingDecoder::new(BufReader::new(file)).map_err(|error| trouble(error.to_string()))?)
    } else {
        Box::new(file)
    };
    let mut reader = BufReader::with_capacity(1024 * 1024, plain);
    let mut number = 0_u64;
    loop {
        let mut line = Vec::new();
        let read = reader.by_ref().take(LONGEST).read_until(b'\n', &mut line).map_err(|error| trouble(error.to_string()))?;
        number += 1;
        if read == 0 {
            return Ok(());
        }
        if read as u64 == LONGEST && line.last() != Some(&b'\n') {
            return Err(Exit::new(FINDINGS, format!("{} line {number}: longer than {LONGEST} bytes", path.display())));
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let line: Line = serde_json::from_slice(&line)
            .map_err(|error| Exit::new(FINDINGS, format!("{} line {number}: no case as JSON: {error}", path.display())))?;
        let (id, what) = line.words();
        take(id, what)?;
    }
}

/// Query to right case, by the names in the first line.
fn answers(path: &Path) -> Result<HashMap<String, String>, Exit> {
    let text = std::fs::read_to_string(path).map_err(|error| Exit::new(1, format!("{}: {error}", path.display())))?;
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| head.iter().position(|known| *known == name);
    let (Some(query), Some(case)) = (column("query_id"), column("case_id")) else {
        return Err(Exit::new(FINDINGS, format!("{}: the first line must name query_id and case_id", path.display())));
    };
    let cell = |line: &str, at: usize| line.split('\t').nth(at).map(str::to_owned);
    Ok(lines.filter_map(|line| Some((cell(line, query)?, cell(line, case)?))).collect())
}

/// The line of measures, as the benchmark's own judge prints it.
fn told(name: &str, m: &Measures) -> String {
    format!(
        "{name} dup={} novel={} R@1={:.4} R@5={:.4} R@10={:.4} MRR={:.4} AUC={:.4} F1={:.4} (t={:.6}) R1@F5={:.4} R1@F1={:.4}",
        m.duplicates, m.novel, m.recall_1, m.recall_5, m.recall_10, m.mrr, m.auc, m.f1, m.threshold, m.accepted_5, m.accepted_1
    )
}

/// Memory of this process in KiB, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_cases_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let corpus = write(
            "cases.jsonl",
            "{\"id\":\"A\",\"title\":\"Overflow in login.cgi\",\"text\":\"user_name is copied with strcpy\",\"product\":\"VX-200\"}\n\n{\"id\":\"B\",\"text\":\"Default password of BX-10\",\"product\":[\"BX-10\"],\"lang\":\"en\"}\n",
        );
        let queries = write(
            "reports.jsonl",
            "{\"id\":\"1\",\"text\":\"a long user_name crashes login.cgi\"}\n{\"id\":\"2\",\"text\":\"BX-10 password\"}\n",
        );
        let gold = write("gold.tsv", "query_id\tcase_id\tlang\n1\tA\ten\n2\t-\ten\n");
        let index = build(&corpus).unwrap();
        let answers = run(&index, &queries, Some(&gold), 5, Stages::Third, false).unwrap();
        let got = measure(&answers);
        assert_eq!((got.duplicates, got.novel), (1, 1));
        assert!((got.recall_1 - 1.0).abs() < 1e-9);
        let broken = write("broken.jsonl", "{\"id\":\"A\"}\nnonsense\n");
        assert_eq!(build(&broken).err().unwrap().code, FINDINGS);
        assert!(build(&write("not.zst", "nonsense")).is_err());
    }
}
