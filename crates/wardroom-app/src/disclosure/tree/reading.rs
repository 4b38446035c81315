//! Reading a tree back, as one state of it: never half an old and half a new one, whoever writes meanwhile. A reader that follows a tree reads
//! only what changed.

use super::laying::{self, told};
use super::standing::{Line, Standing, hash};
use crate::ports::store::StoreTrouble;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often a reader looks again while a writer is at work, and how long it waits in between: three seconds in all.
const LOOKS: u32 = 150;
const PAUSE: Duration = Duration::from_millis(20);

/// A tree as it stood at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Even; 0 when there is no tree yet.
    pub generation: u64,
    /// By path relative to the root.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// A file of a tree that lies in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFile {
    pub path: String,
    /// SHA-256 of its bytes.
    pub hash: [u8; 32],
    pub size: u64,
}

/// What changed since a follower looked last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub generation: u64,
    /// New or changed.
    pub files: Vec<TreeFile>,
    pub removed: Vec<String>,
    /// These are all files there are.
    pub whole: bool,
}

/// Follows the tree in a folder.
pub struct Follower {
    directory: PathBuf,
    standing: Standing,
}

/// The number of the tree in a folder: changes with every change of the tree, is odd while a writer is at work, and 0 when there is none.
pub fn generation(directory: &Path) -> Result<u64, StoreTrouble> {
    laying::generation(directory)
}

/// Reads the whole tree. Blocks (files are read, and a writer is waited for): not for an async task, and not for a large tree.
///
/// # Errors
/// When a writer does not finish, or a file is not the one that was written: the caller keeps serving what it has.
pub fn read(directory: &Path) -> Result<Reading, StoreTrouble> {
    read_looking(directory, LOOKS)
}

pub(super) fn read_looking(directory: &Path, looks: u32) -> Result<Reading, StoreTrouble> {
    let mut follower = Follower::new(directory);
    let mut reading = Reading::default();
    follower.take_looking(looks, |seen, bytes| {
        let files = seen.files.iter().map(|file| Ok((file.path.clone(), bytes(file)?)));
        reading = Reading { generation: seen.generation, files: files.collect::<Result<_, StoreTrouble>>()? };
        Ok(())
    })?;
    Ok(reading)
}

impl Follower {
    pub fn new(directory: &Path) -> Follower {
        Follower { directory: directory.to_owned(), standing: Standing::default() }
    }

    /// Whether there is another tree than the one that was taken last. Costs next to nothing.
    pub fn is_behind(&self) -> bool {
        generation(&self.directory).is_ok_and(|number| number != self.standing.generation)
    }

    /// Hands `take` what changed, and a way to read files; what it kept is one state of the tree when this returns well. `take` is called
    /// again when a writer came between, with the same or more. Nothing is taken when nothing changed. Blocks: not for an async task.
    ///
    /// # Errors
    /// When a writer does not finish, a file is not the one that was written, or `take` gives up.
    pub fn take(&mut self, take: impl FnMut(&Seen, &Bytes<'_>) -> Result<(), StoreTrouble>) -> Result<(), StoreTrouble> {
        self.take_looking(LOOKS, take)
    }

    fn take_looking(
        &mut self,
        looks: u32,
        mut take: impl FnMut(&Seen, &Bytes<'_>) -> Result<(), StoreTrouble>,
    ) -> Result<(), StoreTrouble> {
        let mut why = String::new();
        for look in 0..looks {
            if look > 0 {
                std::thread::sleep(PAUSE);
            }
            let before = generation(&self.directory)?;
            if before == self.standing.generation {
                return Ok(());
            }
            if before % 2 == 1 {
                why = "a writer is at work or was interrupted: the worker repairs that at its start".to_owned();
                continue;
            }
            let standing = laying::standing(&self.directory, Some(self.standing.clone()))?;
            if standing.generation != before {
                why = "it changes all the time".to_owned();
                continue;
            }
            let seen = difference(&self.standing, &standing);
            let taken = take(&seen, &|file| bytes(&self.directory, file));
            if generation(&self.directory)? != before {
                why = "it changes all the time".to_owned();
                continue;
            }
            // Nobody wrote meanwhile, so looking again would find the same.
            taken?;
            self.standing = standing;
            return Ok(());
        }
        Err(StoreTrouble::new(format!("the public tree cannot be read: {why}")))
    }
}

/// Reads one file of the tree.
pub type Bytes<'a> = dyn Fn(&TreeFile) -> Result<Vec<u8>, StoreTrouble> + 'a;

fn bytes(directory: &Path, file: &TreeFile) -> Result<Vec<u8>, StoreTrouble> {
    let bytes = fs::read(directory.join(&file.path)).map_err(|error| told(directory, &file.path, &error))?;
    if hash(&bytes) == file.hash {
        return Ok(bytes);
    }
    let place = directory.join(&file.path);
    Err(StoreTrouble::new(format!("{} is not what was written there: let the worker write the tree again", place.display())))
}

fn difference(before: &Standing, after: &Standing) -> Seen {
    let file = |line: Line| TreeFile { path: line.path, hash: line.hash, size: line.size };
    if before.generation == 0 {
        let files = after.files().map(file).collect();
        return Seen { generation: after.generation, files, removed: Vec::new(), whole: true };
    }
    // Only of what is another are the lines looked at: both states share the parts that stayed.
    let mut old: BTreeMap<String, Line> = BTreeMap::new();
    let mut new: BTreeMap<String, Line> = BTreeMap::new();
    let note = |lines: &mut BTreeMap<String, Line>, line: Line| drop(lines.insert(line.path.clone(), line));
    for (number, part) in &after.parts {
        let former = before.parts.get(number);
        if former.is_none_or(|former| !std::sync::Arc::ptr_eq(former, part) && former != part) {
            former.iter().flat_map(|part| part.files()).for_each(|line| note(&mut old, line));
            part.files().for_each(|line| note(&mut new, line));
        }
    }
    for (_, part) in before.parts.iter().filter(|(number, _)| !after.parts.contains_key(*number)) {
        part.files().for_each(|line| note(&mut old, line));
    }
    let differs = |line: &Line, there: &BTreeMap<String, Line>| there.get(&line.path).is_none_or(|other| other.hash != line.hash);
    before.others.values().filter(|line| differs(line, &after.others)).for_each(|line| note(&mut old, line.clone()));
    after.others.values().filter(|line| differs(line, &before.others)).for_each(|line| note(&mut new, line.clone()));
    let removed = old.keys().filter(|path| !new.contains_key(*path)).cloned().collect();
    let changed = new.into_iter().filter(|(path, line)| old.get(path).is_none_or(|former| former.hash != line.hash));
    Seen { generation: after.generation, files: changed.map(|(_, line)| file(line)).collect(), removed, whole: false }
}
