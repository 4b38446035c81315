//! Reading a whole tree back, as one state of it: never half an old and half a new one, whoever writes meanwhile.

use super::laying::{self, hash, told};
use crate::ports::store::StoreTrouble;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
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

/// The number of the tree in a folder: changes with every change of the tree, is odd while a writer is at work, and 0 when there is none.
pub fn generation(directory: &Path) -> Result<u64, StoreTrouble> {
    laying::generation(directory)
}

/// Reads the tree. Blocks (files are read, and a writer is waited for): not for an async task.
///
/// # Errors
/// When a writer does not finish, or a file is not the one that was written: the caller keeps serving what it has.
pub fn read(directory: &Path) -> Result<Reading, StoreTrouble> {
    read_looking(directory, LOOKS)
}

pub(super) fn read_looking(directory: &Path, looks: u32) -> Result<Reading, StoreTrouble> {
    let mut why = String::new();
    for look in 0..looks {
        if look > 0 {
            std::thread::sleep(PAUSE);
        }
        let before = generation(directory)?;
        if before % 2 == 1 {
            why = "a writer is at work or was interrupted: the worker repairs that at its start".to_owned();
            continue;
        }
        match files(directory) {
            Ok(files) if generation(directory)? == before => return Ok(Reading { generation: before, files }),
            Ok(_) => why = "it changes all the time".to_owned(),
            Err(trouble) if generation(directory)? == before => {
                // Nobody wrote meanwhile, so looking again would find the same.
                return Err(trouble);
            }
            Err(trouble) => why = trouble.to_string(),
        }
    }
    Err(StoreTrouble::new(format!("the public tree cannot be read: {why}")))
}

/// Reads the tree when its number is another than `known`.
pub fn read_if_changed(directory: &Path, known: u64) -> Result<Option<Reading>, StoreTrouble> {
    if generation(directory)? == known {
        return Ok(None);
    }
    read(directory).map(|reading| Some(reading).filter(|reading| reading.generation != known))
}

fn files(directory: &Path) -> Result<BTreeMap<String, Vec<u8>>, StoreTrouble> {
    let mut files = BTreeMap::new();
    for (path, entry) in laying::listed(directory)? {
        let bytes = fs::read(directory.join(&path)).map_err(|error| told(directory, &path, &error))?;
        if hash(&bytes) != entry.hash {
            let file = directory.join(&path);
            return Err(StoreTrouble::new(format!(
                "{} is not what was written there: let the worker write the tree again",
                file.display()
            )));
        }
        files.insert(path, bytes);
    }
    Ok(files)
}
