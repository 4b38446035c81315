//! `wardroom dup import`, `corpora`, `forget`: snapshots of public records that reports are compared with. Files are the operator's own, and still nothing is trusted of them:
//! sizes, depth and counts are bounded, links are not followed, and whatever is left out is told with its reason.

use crate::data::Opened;
use crate::exits::{Done, Exit, FINDINGS, OK};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use wardroom_app::validation::public::{Imported, MOST};
use wardroom_domain::people::Viewer;
use wardroom_formats::records::{NoRecord, Record, read};

/// The largest file that is read at once, and the longest line of one of JSON lines, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;
const LONGEST: u64 = 8 * 1024 * 1024;
/// Records kept in one transaction.
const AT_ONCE: usize = 500;
/// Folders in folders that are entered.
const DEEPEST: usize = 12;
/// Faults that are named; the others are counted.
const NAMED: usize = 5;

/// What came of a run.
#[derive(Default)]
struct Run {
    /// Read, by snapshot, and not kept yet.
    waiting: BTreeMap<String, Vec<Record>>,
    done: BTreeMap<String, Imported>,
    files: u64,
    /// Left out: reason and how many.
    left: BTreeMap<String, u64>,
    named: Vec<String>,
}

impl Run {
    fn leave(&mut self, file: &Path, why: &str) {
        *self.left.entry(why.to_owned()).or_default() += 1;
        let line = format!("{}: {why}", file.display());
        if self.named.len() < NAMED && !self.named.contains(&line) {
            self.named.push(line);
        }
    }

    fn take(&mut self, file: &Path, value: &Value, name: Option<&str>) {
        match read(value) {
            Ok(record) => {
                let snapshot = name.unwrap_or(record.kind.as_str()).to_owned();
                self.waiting.entry(snapshot).or_default().push(record);
            }
            // Expected in every snapshot: not worth a line each.
            Err(NoRecord::TakenBack) => *self.left.entry(NoRecord::TakenBack.to_string()).or_default() += 1,
            Err(why) => self.leave(file, &why.to_string()),
        }
    }

    fn total(&self) -> u64 {
        self.done.values().map(|one| one.added + one.changed + one.same).sum()
    }
}

/// Imports a file, or every `.json` and `.jsonl` file of a folder.
pub async fn import(opened: &Opened, viewer: &Viewer, path: &Path, name: Option<&str>, json: bool) -> Done {
    let files = files(path)?;
    let mut run = Run::default();
    for file in &files {
        run.files += 1;
        if file.extension().is_some_and(|ext| ext == "jsonl") {
            lines(opened, viewer, file, name, &mut run).await?;
        } else {
            whole(file, name, &mut run)?;
        }
        keep(opened, viewer, &mut run, AT_ONCE).await?;
    }
    keep(opened, viewer, &mut run, 1).await?;
    for snapshot in run.done.keys() {
        opened.desk.note_snapshot(viewer, snapshot, &path.display().to_string()).await?;
    }
    told(&run, json);
    if run.total() == 0 {
        Err(Exit::new(FINDINGS, "nothing was imported: there is no CVE record and no OSV document in it"))
    } else {
        Ok(OK)
    }
}

fn told(run: &Run, json: bool) {
    if json {
        let done = |(name, one): (&String, &Imported)| {
            (name.clone(), serde_json::json!({"added": one.added, "changed": one.changed, "same": one.same}))
        };
        let done: serde_json::Map<String, Value> = run.done.iter().map(done).collect();
        println!("{}", serde_json::json!({"files": run.files, "snapshots": done, "left_out": run.left}));
    } else {
        for (name, one) in &run.done {
            println!("{name}: {} new, {} changed, {} known already", one.added, one.changed, one.same);
        }
    }
    for (why, count) in &run.left {
        eprintln!("left out {count}: {why}");
    }
    run.named.iter().for_each(|one| eprintln!("  {one}"));
}

/// The files in order of their names, so that a run can be compared with the last one.
fn files(path: &Path) -> Result<Vec<PathBuf>, Exit> {
    let trouble = |path: &Path, why: std::io::Error| Exit::new(1, format!("{}: {why}", path.display()));
    if !std::fs::metadata(path).map_err(|why| trouble(path, why))?.is_dir() {
        return match path.extension().is_some_and(|ext| ext == "json" || ext == "jsonl") {
            true => Ok(vec![path.to_owned()]),
            false => {
                Err(Exit::new(2, format!("{}: give a .json or .jsonl file, or a folder of them; unpack an archive first", path.display())))
            }
        };
    }
    let mut found = Vec::new();
    let mut folders = vec![(path.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|why| trouble(&folder, why))? {
            let entry = entry.map_err(|why| trouble(&folder, why))?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(|why| trouble(&folder, why))?);
            if kind.is_dir() && depth < DEEPEST {
                folders.push((path, depth + 1));
            } else if kind.is_file() && path.extension().is_some_and(|ext| ext == "json" || ext == "jsonl") {
                found.push(path);
            }
            if found.len() > MOST * 2 {
                return Err(Exit::new(1, format!("more than {} files: import a part of them, by year for example", MOST * 2)));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn whole(file: &Path, name: Option<&str>, run: &mut Run) -> Result<(), Exit> {
    let trouble = |why: std::io::Error| Exit::new(1, format!("{}: {why}", file.display()));
    let opened = std::fs::File::open(file).map_err(trouble)?;
    let mut bytes = Vec::new();
    opened.take(LARGEST + 1).read_to_end(&mut bytes).map_err(trouble)?;
    if bytes.len() as u64 > LARGEST {
        run.leave(file, "it is larger than 64 MiB; write its records as JSON lines (.jsonl)");
        return Ok(());
    }
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(Value::Array(all)) => all.iter().for_each(|one| run.take(file, one, name)),
        Ok(value) => run.take(file, &value, name),
        Err(_) => run.leave(file, "it is no JSON"),
    }
    Ok(())
}

async fn lines(opened: &Opened, viewer: &Viewer, file: &Path, name: Option<&str>, run: &mut Run) -> Result<(), Exit> {
    let trouble = |why: std::io::Error| Exit::new(1, format!("{}: {why}", file.display()));
    let mut reader = BufReader::new(std::fs::File::open(file).map_err(trouble)?);
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = reader.by_ref().take(LONGEST).read_until(b'\n', &mut line).map_err(trouble)?;
        if length == 0 {
            return Ok(());
        }
        if length as u64 == LONGEST {
            run.leave(file, "a line is longer than 8 MiB; what follows it in the file was left out");
            return Ok(());
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice::<Value>(&line) {
            Ok(value) => run.take(file, &value, name),
            Err(_) => run.leave(file, "a line is no JSON"),
        }
        keep(opened, viewer, run, AT_ONCE).await?;
    }
}

/// Keeps what waits, of each snapshot that has `least` or more.
async fn keep(opened: &Opened, viewer: &Viewer, run: &mut Run, least: usize) -> Result<(), Exit> {
    for (snapshot, records) in &mut run.waiting {
        if records.len() < least {
            continue;
        }
        for part in records.chunks(AT_ONCE) {
            let kept = opened.desk.keep_records(viewer, snapshot, part).await?;
            let done = run.done.entry(snapshot.clone()).or_default();
            done.added += kept.added;
            done.changed += kept.changed;
            done.same += kept.same;
        }
        records.clear();
    }
    Ok(())
}

/// What reports are compared with beside cases.
pub async fn corpora(opened: &Opened, viewer: &Viewer, json: bool) -> Done {
    opened.desk.keep_public().await.map_err(|trouble| Exit::new(1, trouble.to_string()))?;
    let all = opened.desk.corpora(viewer).await?;
    if json {
        let one = |(corpus, row): &(wardroom_domain::validation::Corpus, Option<wardroom_app::ports::store::SnapshotRow>)| {
            serde_json::json!({
                "name": corpus.name, "records": corpus.records,
                "imported_at": row.as_ref().map(|row| row.imported_at), "source": row.as_ref().map(|row| row.source.as_str()),
            })
        };
        println!("{}", Value::from(all.iter().map(one).collect::<Vec<_>>()));
        return Ok(OK);
    }
    for (corpus, row) in &all {
        match row {
            Some(row) => println!("{}  {} records, imported {} from {}", corpus.name, corpus.records, row.imported_at, row.source),
            None => println!("{}  {} published", corpus.name, corpus.records),
        }
    }
    Ok(OK)
}

/// Forgets a snapshot.
pub async fn forget(opened: &Opened, viewer: &Viewer, snapshot: &str) -> Done {
    let there = opened.desk.forget_snapshot(viewer, snapshot).await?;
    println!("{snapshot}: {there} records forgotten");
    Ok(OK)
}
