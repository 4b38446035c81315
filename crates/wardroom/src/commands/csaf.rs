//! `wardroom csaf validate`: the complete validator over files and directories; needs no data directory and no server.
//!
//! Not here: the tests (`wardroom-check`), and checking drafts of ours (`advisory lint`).

use crate::exits::{Done, Exit, FINDINGS, OK};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use wardroom_check::{FILE, Finding, Preset, Report};

/// One line of the output (interfaces A3).
#[derive(Serialize)]
struct Line<'r> {
    file: &'r str,
    #[serde(flatten)]
    report: &'r Report,
}

/// A document to look at.
struct Source {
    path: PathBuf,
    /// It was found in a directory: other JSON files lie beside documents and are passed over.
    found: bool,
}

/// What came out of one.
enum Outcome {
    Judged(Box<Report>),
    /// No CSAF document, but something else of a provider.
    Other,
    Trouble(String),
}

/// Checks everything named and prints a line for each: JSON, or the findings as people read them.
pub fn validate(paths: &[PathBuf], preset: Preset, json: bool) -> Done {
    let mut sources = Vec::new();
    for path in paths {
        gather(path, &mut sources).map_err(|error| Exit::new(1, format!("cannot read {}: {error}", path.display())))?;
    }
    let (mut invalid, mut troubles) = (0_usize, 0_usize);
    let mut out = std::io::stdout().lock();
    in_order(
        &sources,
        |source| judge(source, preset),
        |source, outcome| {
            let name = source.path.display().to_string();
            match outcome {
                Outcome::Judged(report) => {
                    invalid += usize::from(!report.valid);
                    if json { print_json(&mut out, &name, &report) } else { print_text(&mut out, &name, &report) }
                }
                Outcome::Other => {
                    eprintln!("{name}: passed over, no CSAF document");
                    Ok(())
                }
                Outcome::Trouble(why) => {
                    troubles += 1;
                    eprintln!("{name}: {why}");
                    Ok(())
                }
            }
        },
    )?;
    if troubles > 0 {
        return Err(Exit::new(1, format!("{troubles} files could not be read")));
    }
    Ok(if invalid == 0 { OK } else { ExitCode::from(FINDINGS) })
}

/// The files under a path: itself, or every `.json` below it in the order of their names.
fn gather(path: &Path, sources: &mut Vec<Source>) -> std::io::Result<()> {
    if path == Path::new("-") || !std::fs::metadata(path)?.is_dir() {
        sources.push(Source { path: path.to_owned(), found: false });
        return Ok(());
    }
    let mut folders = vec![path.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let path = entry.path();
            // Links are followed to files only: a link to a folder may lead in a circle.
            if kind.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) && path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    sources.extend(files.into_iter().map(|path| Source { path, found: true }));
    Ok(())
}

fn judge(source: &Source, preset: Preset) -> Outcome {
    let text = match read(&source.path) {
        Ok(text) => text,
        Err(error) => return Outcome::Trouble(format!("cannot be read: {error}")),
    };
    let document = match wardroom_check::read(&text, &FILE) {
        Ok(document) => document,
        Err(fault) => return Outcome::Judged(Box::new(Report::of_fault(Finding::new("schema", "", fault)))),
    };
    // Its values are enough from here on, and they are larger than the text.
    drop(text);
    if source.found && document.get("document").is_none() {
        return Outcome::Other;
    }
    Outcome::Judged(Box::new(wardroom_check::check(document, preset)))
}

/// A file, but not more of it than a document may be long.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let most = FILE.bytes as u64 + 1;
    let mut text = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().take(most).read_to_end(&mut text)?;
    } else {
        std::fs::File::open(path)?.take(most).read_to_end(&mut text)?;
    }
    Ok(text)
}

/// Works on all sources at once, as many as there are processors, and hands the outcomes out in the order of the sources.
fn in_order(
    sources: &[Source],
    work: impl Fn(&Source) -> Outcome + Sync,
    mut put: impl FnMut(&Source, Outcome) -> std::io::Result<()>,
) -> std::io::Result<()> {
    if let [only] = sources {
        return put(only, work(only));
    }
    let hands = std::thread::available_parallelism().map_or(1, usize::from).min(sources.len().max(1));
    let next = AtomicUsize::new(0);
    let (give, take) = mpsc::sync_channel(hands * 4);
    std::thread::scope(|scope| {
        for _ in 0..hands {
            let give = give.clone();
            let (next, work) = (&next, &work);
            scope.spawn(move || {
                while let Some((index, source)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|index| Some((index, sources.get(index)?)))
                {
                    if give.send((index, work(source))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(give);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for (index, outcome) in take {
            waiting.insert(index, outcome);
            while let Some((source, outcome)) = sources.get(due).zip(waiting.remove(&due)) {
                put(source, outcome)?;
                due += 1;
            }
        }
        Ok(())
    })
}

fn print_json(out: &mut impl Write, file: &str, report: &Report) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { file, report })?;
    writeln!(out)
}

/// The findings as people read them.
pub fn print_text(out: &mut impl Write, file: &str, report: &Report) -> std::io::Result<()> {
    let version = report.version.map_or("?", wardroom_check::Version::number);
    writeln!(out, "{file}: {} (CSAF {version})", if report.valid { "valid" } else { "INVALID" })?;
    for (grade, list) in [("error", &report.errors), ("warning", &report.warnings), ("info", &report.infos)] {
        for finding in list {
            let place = if finding.path.is_empty() { "/" } else { &finding.path };
            // Words of a foreign document go to a terminal: nothing that steers it.
            let message: String = finding.message.chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect();
            let place: String = place.chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect();
            writeln!(out, "  {grade:7} {:9} {place}  {message}", finding.test)?;
        }
    }
    for missed in &report.not_checked {
        writeln!(out, "  not checked {}: {}", missed.test, missed.reason.sentence())?;
    }
    Ok(())
}
