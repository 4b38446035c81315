//! What stands in a folder, as its journal tells: which advisories were made into which files, by what, with which hashes.
//!
//! The journal (`.files`) is text and only grows: every change of the tree appends its lines and ends with one that names the number of the
//! tree. What comes after the last such line belongs to a change that was interrupted and counts for nothing, but for the names of files that
//! may lie there because of it. So a change costs what changed, a reader in another process reads what was appended, and a process that
//! begins knows the tree without reading one file of it. When more than half of it is outdated it is written anew.
//!
//! Not here: files themselves (`laying`), and when a part is out of date (`update`).

use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// SHA-256 of a file.
pub(super) type Hash = [u8; 32];

pub(super) fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// A file of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) path: String,
    pub(super) hash: Hash,
    pub(super) size: u64,
    /// For a signature: what it signs. For a list: what it was made from. Else empty.
    pub(super) mark: String,
}

/// What one advisory made. The lists are made of these, so a list never needs the advisory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) number: String,
    /// Of everything it was made from.
    pub(super) print: String,
    /// When it last changed, and was first released, in milliseconds.
    pub(super) changed: i64,
    pub(super) first: i64,
    /// Below the folder of its label, when there is a CSAF document.
    pub(super) document: String,
    /// The document's entry in the ROLIE feed, on one line.
    pub(super) entry: String,
    /// The same for CSAF 2.1, when that is published, else empty.
    pub(super) entry21: String,
    /// What lists show ([`super::card::Card`] as JSON on one line).
    pub(super) card: String,
    /// CVE ids it speaks of, ids of its products, names it thanks: separated by [`BETWEEN`].
    pub(super) cves: String,
    pub(super) products: String,
    pub(super) thanks: String,
    /// Ids and lines of its GCVE records (`gcve`).
    pub(super) gcve: String,
    /// What could not be made, or could not be signed.
    pub(super) trouble: String,
    /// Its files, as lines of the journal hold them.
    pub(super) files: String,
}

/// Separates the members of a list in one field.
pub(super) const BETWEEN: char = '\u{1f}';
const FILE_END: char = '\u{1e}';

/// The members of a field.
pub(super) fn members(field: &str) -> impl Iterator<Item = &str> {
    field.split(BETWEEN).filter(|one| !one.is_empty())
}

/// A field of these members.
pub(super) fn field<'a>(members: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for member in members {
        if !out.is_empty() {
            out.push(BETWEEN);
        }
        out.extend(member.chars().filter(|c| !c.is_control()));
    }
    out
}

impl Part {
    pub(super) fn files(&self) -> impl Iterator<Item = Line> + '_ {
        self.files.split(FILE_END).filter_map(read_file)
    }

    fn size(&self) -> usize {
        self.files.len()
            + self.entry.len()
            + self.entry21.len()
            + self.card.len()
            + self.thanks.len()
            + self.gcve.len()
            + self.cves.len()
            + self.products.len()
            + 200
    }

    pub(super) fn keep_files(&mut self, files: &[Line]) {
        self.files = files.iter().map(written_file).collect::<Vec<_>>().join(&FILE_END.to_string());
    }
}

/// All that stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    /// By number. A state is copied for every change: the copies share parts and numbers.
    pub(super) parts: BTreeMap<Arc<str>, Arc<Part>>,
    /// The files that are no advisory's: lists, pages, keys.
    pub(super) others: BTreeMap<String, Line>,
    /// Files that may lie there because of a change that was interrupted.
    pub(super) begun: BTreeSet<String>,
    /// The number of the tree these lines make.
    pub(super) generation: u64,
    /// The log up to this fact is in the tree.
    pub(super) through: u64,
    /// How files were made ([`super::sample::Shape`]).
    pub(super) shape: String,
    /// How much of the journal counts, in bytes.
    pub(super) length: u64,
    /// Which file the journal is.
    pub(super) born: u64,
    /// What the journal itself says of `through`.
    pub(super) noted: u64,
}

impl Standing {
    /// Takes in more of a journal, from where `self` ends. What follows the last whole change is left out, but for names.
    pub(super) fn read(&mut self, text: &str) {
        let complete = text.rfind('\n').map_or("", |last| text.get(..=last).unwrap_or_default());
        let last = complete.rfind("\nG\t").map(|at| at + 1).or_else(|| complete.starts_with("G\t").then_some(0));
        let whole = last.and_then(|at| complete.get(at..)?.find('\n').map(|line| at + line + 1)).unwrap_or_default();
        let (done, begun) = text.split_at(whole);
        for line in done.lines() {
            self.line(line);
        }
        self.begun = begun.lines().filter_map(|line| line.strip_prefix("I\t")).filter(|path| is_sound(path)).map(str::to_owned).collect();
        self.length += whole as u64;
    }

    fn line(&mut self, line: &str) {
        let Some((kind, rest)) = line.split_once('\t') else { return };
        match kind {
            "P" => {
                if let Some(part) = read_part(rest)
                    && part.files().all(|file| is_sound(&file.path))
                {
                    self.parts.insert(part.number.as_str().into(), Arc::new(part));
                }
            }
            "F" => {
                if let Some(file) = read_file(rest).filter(|file| is_sound(&file.path)) {
                    self.others.insert(file.path.clone(), file);
                }
            }
            "D" => drop(self.others.remove(rest)),
            "G" => {
                let mut numbers = rest.split('\t').map(|number| number.parse().unwrap_or_default());
                self.generation = numbers.next().unwrap_or_default();
                self.through = numbers.next().unwrap_or_default();
                self.noted = self.through;
                self.shape = rest.rsplit('\t').next().unwrap_or_default().to_owned();
            }
            "Q" => drop(self.parts.remove(rest)),
            _ => {}
        }
    }

    /// The whole of it, as a journal without anything outdated.
    pub(super) fn written(&self) -> String {
        let mut text = String::new();
        self.parts.values().for_each(|part| text.push_str(&written_part(part)));
        self.others.values().for_each(|file| text.push_str(&other_line(file)));
        text.push_str(&end_line(self));
        text
    }

    /// About as long as a journal without anything outdated.
    pub(super) fn size(&self) -> u64 {
        let parts: usize = self.parts.values().map(|part| part.size()).sum();
        let others: usize = self.others.values().map(|file| file.path.len() + file.mark.len() + 90).sum();
        (parts + others) as u64
    }

    /// Forgets what these files hold: they are written again, and what has them is made again.
    pub(super) fn distrust(&mut self, broken: &BTreeSet<String>) {
        if broken.is_empty() {
            return;
        }
        for file in self.others.values_mut().filter(|file| broken.contains(&file.path)) {
            file.hash = [0; 32];
            file.mark = String::new();
        }
        for part in self.parts.values_mut() {
            let mut files: Vec<Line> = part.files().collect();
            if !files.iter().any(|file| broken.contains(&file.path)) {
                continue;
            }
            files.iter_mut().filter(|file| broken.contains(&file.path)).for_each(|file| file.hash = [0; 32]);
            let part = Arc::make_mut(part);
            part.print = String::new();
            part.keep_files(&files);
        }
    }

    /// Every file there is.
    pub(super) fn files(&self) -> impl Iterator<Item = Line> + '_ {
        self.parts.values().flat_map(|part| part.files()).chain(self.others.values().cloned())
    }
}

pub(super) fn written_part(part: &Part) -> String {
    let (changed, first) = (part.changed.to_string(), part.first.to_string());
    let fields = [
        "P",
        &part.number,
        &part.print,
        &changed,
        &first,
        &part.document,
        &part.entry,
        &part.entry21,
        &part.card,
        &part.cves,
        &part.products,
        &part.thanks,
        &part.gcve,
        &part.trouble,
        &part.files,
    ];
    let mut line = String::with_capacity(fields.iter().map(|field| field.len() + 1).sum());
    for (place, field) in fields.into_iter().enumerate() {
        if place > 0 {
            line.push('\t');
        }
        // Nothing we write has one; a line that had would be two.
        line.extend(field.split(['\t', '\n', '\r']));
    }
    line.push('\n');
    line
}

fn read_part(rest: &str) -> Option<Part> {
    let mut fields = rest.split('\t').map(str::to_owned);
    let mut next = || fields.next();
    Some(Part {
        number: next()?,
        print: next()?,
        changed: next()?.parse().ok()?,
        first: next()?.parse().ok()?,
        document: next()?,
        entry: next()?,
        entry21: next()?,
        card: next()?,
        cves: next()?,
        products: next()?,
        thanks: next()?,
        gcve: next()?,
        trouble: next()?,
        files: next()?,
    })
}

pub(super) fn other_line(file: &Line) -> String {
    format!("F\t{}\n", written_file(file))
}

pub(super) fn gone_line(path: &str) -> String {
    format!("D\t{path}\n")
}

pub(super) fn begun_line(path: &str) -> String {
    format!("I\t{path}\n")
}

pub(super) fn part_gone_line(number: &str) -> String {
    format!("Q\t{number}\n")
}

/// Ends a change.
pub(super) fn end_line(standing: &Standing) -> String {
    format!("G\t{}\t{}\t{}\n", standing.generation, standing.through, standing.shape)
}

fn written_file(file: &Line) -> String {
    format!("{}{BETWEEN}{}{BETWEEN}{}{BETWEEN}{}", file.path, wardroom_seal::hex(&file.hash), file.size, file.mark)
}

fn read_file(text: &str) -> Option<Line> {
    let mut fields = text.split(BETWEEN);
    let (path, hash, size) = (fields.next()?, fields.next()?, fields.next()?);
    Some(Line {
        path: path.to_owned(),
        hash: read_hash(hash)?,
        size: size.parse().ok()?,
        mark: fields.next().unwrap_or_default().to_owned(),
    })
}

fn read_hash(text: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let digit = |c: u8| char::from(c).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        *byte = digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?;
    }
    Some(hash)
}

/// Names of ours beside the tree.
pub(super) const JOURNAL: &str = ".files";
pub(super) const GENERATION: &str = ".generation";
pub(super) const LOCK: &str = ".lock";
pub(super) const NEW: &str = ".new";

/// Relative, downwards only, of plain characters, and none of our own files.
pub(super) fn is_sound(path: &str) -> bool {
    let plain = |c: char| !c.is_control() && !matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let part = |part: &str| !part.is_empty() && part != "." && part != ".." && part.chars().all(plain);
    let first = path.split('/').next().unwrap_or_default();
    path.len() <= 512 && path.split('/').all(part) && ![JOURNAL, GENERATION, LOCK, NEW].contains(&first)
}
