//! Reading the benchmark's files, and writing under `data/`.

use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::HashMap;
use std::io::Read;
use std::path::PathBuf;
use wardroom_similar::Described;

/// The sets, with the files of queries and of answers.
pub const SETS: [(&str, &str, &str, &str); 6] = [
    ("en-10k", "en-10k", "queries", "gold"),
    ("device-10k", "device-10k", "queries", "gold"),
    ("near-10k", "near-10k", "queries", "gold"),
    ("xl-10k", "xl-10k", "queries", "gold"),
    ("en-100k", "en-100k", "queries", "gold"),
    ("en-100k-zh", "en-100k", "queries-zh", "gold-zh"),
];

pub struct Case {
    pub id: String,
    pub what: Described,
}

pub struct Query {
    pub what: Described,
    pub gold: Option<String>,
    /// The half it is in.
    pub second_half: bool,
    /// One of four parts of its half, by its words too.
    pub fold: usize,
    /// A number that comes from its words.
    pub dice: u32,
}

fn folder() -> Result<PathBuf> {
    Ok(PathBuf::from(std::env::var("WARDROOM_CORPORA").context("WARDROOM_CORPORA says where the corpora are")?).join("dedupe"))
}

fn lines(path: &str) -> Result<Vec<Value>> {
    let file = std::fs::File::open(folder()?.join(path)).with_context(|| path.to_owned())?;
    let mut text = String::new();
    ruzstd::decoding::StreamingDecoder::new(file)?.read_to_string(&mut text)?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

fn described(line: &Value) -> Described {
    let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let list = |name: &str| line[name].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    Described {
        title: text("title"),
        text: text("text"),
        vendor: text("vendor"),
        products: list("product"),
        versions: list("version"),
        weaknesses: list("cwe"),
        ..Described::default()
    }
}

pub fn cases(set: &str) -> Result<Vec<Case>> {
    let lines = lines(&format!("{set}/corpus.jsonl.zst"))?;
    Ok(lines.iter().map(|line| Case { id: line["id"].as_str().unwrap_or_default().to_owned(), what: described(line) }).collect())
}

pub fn queries(set: &str, queries: &str, gold: &str) -> Result<Vec<Query>> {
    let text = std::fs::read_to_string(folder()?.join(format!("{set}/{gold}.tsv")))?;
    let gold: HashMap<&str, &str> = text
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut c = line.split('\t');
            Some((c.next()?, c.next()?))
        })
        .collect();
    let lines = lines(&format!("{set}/{queries}.jsonl.zst"))?;
    Ok(lines
        .iter()
        .map(|line| {
            let what = described(line);
            let case = gold.get(line["id"].as_str().unwrap_or_default()).copied().unwrap_or("-");
            let head: String = what.title.chars().chain(what.text.chars()).filter(|c| c.is_alphanumeric()).take(200).collect();
            let hash = wardroom_similar::learning::hash(&head);
            let second_half = hash.count_ones() % 2 == 1;
            let fold = (hash.wrapping_mul(0x9e37_79b1) >> 20) as usize % 4;
            Query { what, gold: (case != "-").then(|| case.to_owned()), second_half, fold, dice: hash.wrapping_mul(0x85eb_ca6b) >> 7 }
        })
        .collect())
}

pub fn write(name: &str, text: &str) -> Result<()> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data").join(name);
    std::fs::write(&path, text)?;
    println!("{} lines, {} bytes in data/{name}", text.lines().count(), text.len());
    Ok(())
}
