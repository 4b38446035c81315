//! Laying a tree down in a folder: only what changed, each file whole or not at all, and a number that tells whether somebody is at it.
//!
//! Beside the tree lie three files and a folder of ours. `.files` lists every file of the tree with its hash (and what its signature
//! signs); only files listed there are ever removed, so a folder with other people's files in it loses none. `.generation` is odd while a
//! writer is at work and even when the tree is whole. `.lock` is held by the writer. `.new/` holds files that are not yet in place.

use super::build::{Built, Kept};
use crate::ports::store::StoreTrouble;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use wardroom_seal::hex;

pub(super) const FILES: &str = ".files";
pub(super) const GENERATION: &str = ".generation";
const LOCK: &str = ".lock";
const NEW: &str = ".new";

/// What laying down did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Laid {
    /// Paths written, in the order they were.
    pub written: Vec<String>,
    pub removed: Vec<String>,
    /// The number of the tree that stands now.
    pub generation: u64,
    /// What could not be made (see [`Built::troubles`]).
    pub troubles: Vec<String>,
}

/// Holds the folder for one writer, in this process or any other, until it is dropped. Waits for the one before.
pub(super) fn hold(directory: &Path) -> Result<File, StoreTrouble> {
    let work = || {
        fs::create_dir_all(directory)?;
        let lock = File::options().create(true).append(true).open(directory.join(LOCK))?;
        lock.lock()?;
        Ok(lock)
    };
    work().map_err(|error| told(directory, "", &error))
}

/// The signatures that lie there and are what was written.
pub(super) fn kept(directory: &Path) -> Result<Kept, StoreTrouble> {
    let mut kept = Kept::new();
    for (path, entry) in listed(directory)? {
        if entry.mark.is_empty() {
            continue;
        }
        if let Ok(bytes) = fs::read(directory.join(&path))
            && hash(&bytes) == entry.hash
        {
            kept.insert(path, (entry.mark, bytes));
        }
    }
    Ok(kept)
}

/// Lays the tree down. The caller holds the folder. Documents come first and what lists them last; what is no longer in the tree goes at
/// the end. After a crash anywhere in between, the next call finishes the work.
pub(super) fn lay(directory: &Path, built: &Built) -> Result<Laid, StoreTrouble> {
    if let Some(path) = built.files.keys().find(|path| !is_sound(path)) {
        return Err(StoreTrouble::new(format!("{path:?} cannot be a file of the public tree")));
    }
    let before = listed(directory)?;
    let number = generation(directory)?;
    let changed = |(path, bytes): &(&String, &Vec<u8>)| !fs::read(directory.join(path)).is_ok_and(|there| there == **bytes);
    let mut changed: Vec<(&String, &Vec<u8>)> = built.files.iter().filter(changed).collect();
    changed.sort_by_key(|(path, _)| (rank(path), *path));
    let removed: Vec<String> = before.keys().filter(|path| !built.files.contains_key(*path)).cloned().collect();
    let after = listing(built);
    let same_list = fs::read(directory.join(FILES)).is_ok_and(|there| there == after.as_bytes());
    let mut laid = Laid { generation: number, troubles: built.troubles.clone(), ..Laid::default() };
    if changed.is_empty() && removed.is_empty() && same_list && number.is_multiple_of(2) {
        return Ok(laid);
    }
    let odd = number | 1;
    let within = |path: &str, work: io::Result<()>| work.map_err(|error| told(directory, path, &error));
    within(NEW, clear_new(directory))?;
    within(GENERATION, put(directory, GENERATION, odd.to_string().as_bytes()))?;
    // The old and the new names together, so that a crash leaves no file that nobody knows of.
    let mut both = entries(built);
    both.extend(before.into_iter().filter(|(path, _)| !built.files.contains_key(path)));
    within(FILES, put(directory, FILES, written(&both).as_bytes()))?;
    // Folders are synced once for all files of a rank: what lists documents is in place only after they are, also after a power cut.
    for together in changed.chunk_by(|(one, _), (next, _)| rank(one) == rank(next)) {
        let mut folders = BTreeSet::new();
        for (path, bytes) in together {
            folders.insert(place(directory, path, bytes).map_err(|error| told(directory, path, &error))?);
            laid.written.push((*path).clone());
        }
        for folder in folders {
            within(".", sync_folder(&folder))?;
        }
    }
    for path in removed {
        within(&path, remove(directory, &path))?;
        laid.removed.push(path);
    }
    within(FILES, put(directory, FILES, after.as_bytes()))?;
    laid.generation = odd + 1;
    within(GENERATION, put(directory, GENERATION, laid.generation.to_string().as_bytes()))?;
    Ok(laid)
}

/// The number of the tree that lies there: odd while somebody is at work or was interrupted, 0 when there is none.
pub(super) fn generation(directory: &Path) -> Result<u64, StoreTrouble> {
    match fs::read_to_string(directory.join(GENERATION)) {
        // A number nobody wrote counts as interrupted work: the next writer repairs it.
        Ok(text) => Ok(text.trim().parse().unwrap_or(1)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
        Err(error) => Err(told(directory, GENERATION, &error)),
    }
}

/// A line of `.files`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// SHA-256 of the file, in hex.
    pub(super) hash: String,
    /// What its signature signs; empty for a file without one.
    mark: String,
}

/// What `.files` lists. Lines that nobody of us wrote are passed over.
pub(super) fn listed(directory: &Path) -> Result<BTreeMap<String, Entry>, StoreTrouble> {
    let text = match fs::read_to_string(directory.join(FILES)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(told(directory, FILES, &error)),
    };
    let line = |line: &str| {
        let mut parts = line.split('\t');
        let (path, hash, mark) = (parts.next()?, parts.next()?, parts.next()?);
        is_sound(path).then(|| (path.to_owned(), Entry { hash: hash.to_owned(), mark: mark.to_owned() }))
    };
    Ok(text.lines().filter_map(line).collect())
}

fn entries(built: &Built) -> BTreeMap<String, Entry> {
    let entry = |(path, bytes): (&String, &Vec<u8>)| {
        (path.clone(), Entry { hash: hash(bytes), mark: built.marks.get(path).cloned().unwrap_or_default() })
    };
    built.files.iter().map(entry).collect()
}

fn written(entries: &BTreeMap<String, Entry>) -> String {
    entries.iter().map(|(path, entry)| format!("{path}\t{}\t{}\n", entry.hash, entry.mark)).collect()
}

fn listing(built: &Built) -> String {
    written(&entries(built))
}

pub(super) fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Content before what lists it, so that a plain web server over this folder never lists what is not there yet.
fn rank(path: &str) -> u8 {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lists = matches!(name, "index.txt" | "changes.csv" | "provider-metadata.json") || name.starts_with("feed-tlp-");
    match path {
        _ if lists || path.starts_with("feeds/") => 2,
        ".well-known/security.txt" => 2,
        _ if name.starts_with("index.") || name.starts_with("thanks.") => 1,
        _ => 0,
    }
}

/// Relative, downwards only, of plain characters, and none of our own files.
fn is_sound(path: &str) -> bool {
    let plain = |c: char| !c.is_control() && !matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let part = |part: &str| !part.is_empty() && part != "." && part != ".." && part.chars().all(plain);
    let first = path.split('/').next().unwrap_or_default();
    path.len() <= 512 && path.split('/').all(part) && ![FILES, GENERATION, LOCK, NEW].contains(&first)
}

fn clear_new(directory: &Path) -> io::Result<()> {
    match fs::remove_dir_all(directory.join(NEW)) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    fs::create_dir(directory.join(NEW))
}

/// One file, in place for good when this returns.
fn put(directory: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    sync_folder(&place(directory, path, bytes)?)
}

/// Written beside, synced, renamed into place: whole or not there. Returns the folder, which is still to be synced.
fn place(directory: &Path, path: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let target = directory.join(path);
    let parent = target.parent().unwrap_or(directory);
    make_folders(directory, parent)?;
    let new = directory.join(NEW).join("file");
    let mut file = File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&new, &target)?;
    Ok(parent.to_owned())
}

fn make_folders(directory: &Path, folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent().filter(|_| folder != directory) {
        make_folders(directory, above)?;
        fs::create_dir(folder)?;
        return sync_folder(above);
    }
    fs::create_dir_all(folder)
}

/// Removes a file, and the folders that are empty without it.
fn remove(directory: &Path, path: &str) -> io::Result<()> {
    let target = directory.join(path);
    match fs::remove_file(&target) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut folder = target.parent();
    let mut seen = BTreeSet::new();
    while let Some(here) = folder.filter(|here| *here != directory && seen.insert(here.to_path_buf())) {
        // A folder that is not empty stays, and so do those above it.
        if fs::remove_dir(here).is_err() {
            break;
        }
        folder = here.parent();
    }
    match folder {
        Some(here) if here.is_dir() => sync_folder(here),
        _ => Ok(()),
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

pub(super) fn told(directory: &Path, path: &str, error: &io::Error) -> StoreTrouble {
    StoreTrouble::new(format!("{}: {error}", directory.join(path).display()))
}
