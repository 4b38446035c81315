//! Laying files down in a folder: only those that are others, each whole or not at all, and a number that tells whether somebody is at it.
//!
//! Beside the tree lie three files and a folder of ours. `.files` is the journal (`standing`): it lists every file of the tree with its hash;
//! only files listed there are ever removed, so a folder with other people's files in it loses none. `.generation` is odd while a writer is at
//! work and even when the tree is whole. `.lock` is held by the writer. `.new/` holds files that are not yet in place.
//!
//! After a crash anywhere the next writer finishes the work: the names of all files that were to be written are in the journal before they are,
//! so none of them is believed to be what it was.

use super::standing::{GENERATION, JOURNAL, LOCK, Line, NEW, Standing, begun_line, end_line, hash, is_sound};
use super::update::{Outcome, Outlet};
use crate::ports::store::StoreTrouble;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// From this many files on, everything is synced at once instead of file by file.
const MANY: usize = 64;
/// The journal is written anew when what is outdated in it is more than what is not, and more than this.
const OUTDATED: u64 = 1 << 20;
/// Facts the log may go on without the journal knowing: looking through them costs little.
const AHEAD: u64 = 5_000;

/// What laying down did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Laid {
    /// Paths written, in the order they were.
    pub written: Vec<String>,
    pub removed: Vec<String>,
    /// The number of the tree that stands now.
    pub generation: u64,
    /// What could not be made. The rest of the tree is whole.
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

/// What stands, as the journal tells. With a `former` state only what came since is read. The caller holds the folder, or asks again.
pub(super) fn standing(directory: &Path, former: Option<Standing>) -> Result<Standing, StoreTrouble> {
    let within = |error: io::Error| told(directory, JOURNAL, &error);
    let mut file = match File::open(directory.join(JOURNAL)) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Standing::default()),
        Err(error) => return Err(within(error)),
    };
    let length = file.metadata().map_err(within)?.len();
    let number = generation(directory)?;
    let follows = |former: &Standing| former.length > 0 && former.length <= length && former.born == born(&file);
    if let Some(former) = former.filter(follows) {
        if former.length == length && former.generation == number {
            return Ok(former);
        }
        let mut standing = former;
        file.seek(SeekFrom::Start(standing.length)).map_err(within)?;
        standing.read(&text(&mut file).map_err(within)?);
        return Ok(standing);
    }
    let mut standing = Standing { born: born(&file), ..Standing::default() };
    standing.read(&text(&mut file).map_err(within)?);
    Ok(standing)
}

/// Tells one journal from the one that was written anew in its place.
fn born(file: &File) -> u64 {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        file.metadata().map(|about| about.ino()).unwrap_or_default()
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        0
    }
}

fn text(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    io::Read::read_to_end(file, &mut bytes)?;
    // A line that is no text is none of ours, and is passed over like any other.
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// The bytes of a file that stands, if they are those that were written.
pub(super) fn stands(directory: &Path, file: &Line) -> Option<Vec<u8>> {
    fs::read(directory.join(&file.path)).ok().filter(|bytes| hash(bytes) == file.hash)
}

/// Files of the tree that are not what was written.
pub(super) fn broken(directory: &Path, standing: &Standing) -> BTreeSet<String> {
    standing.files().filter(|file| stands(directory, file).is_none()).map(|file| file.path).collect()
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

/// A folder that is being written to. The caller holds it.
pub(super) struct Folder<'d> {
    directory: &'d Path,
    /// How much of the journal counts.
    length: u64,
    /// The number that lies there.
    number: u64,
    journal: Option<File>,
    laid: Laid,
}

impl<'d> Folder<'d> {
    pub(super) fn open(directory: &'d Path, standing: &Standing) -> Result<Folder<'d>, StoreTrouble> {
        let number = generation(directory)?;
        Ok(Folder { directory, length: standing.length, number, journal: None, laid: Laid { generation: number, ..Laid::default() } })
    }

    /// From here on readers wait, and the journal takes lines.
    fn begin(&mut self) -> io::Result<&mut File> {
        if self.journal.is_none() {
            clear_new(self.directory)?;
            self.number |= 1;
            put(self.directory, GENERATION, self.number.to_string().as_bytes())?;
            self.journal = Some(self.open_journal()?);
        }
        self.journal.as_mut().ok_or_else(|| io::Error::other("the journal is not open"))
    }

    /// The journal without what an interrupted writer left at its end.
    fn open_journal(&self) -> io::Result<File> {
        let mut journal = File::options().create(true).truncate(false).write(true).open(self.directory.join(JOURNAL))?;
        journal.set_len(self.length)?;
        journal.seek(SeekFrom::End(0))?;
        Ok(journal)
    }

    fn note(&mut self, lines: &str) -> io::Result<()> {
        let journal = self.begin()?;
        journal.write_all(lines.as_bytes())?;
        journal.sync_all()
    }

    /// Ends the change: what was laid is in the journal, and readers may read.
    pub(super) fn finish(mut self, outcome: &mut Outcome) -> Result<Laid, StoreTrouble> {
        self.laid.troubles.clone_from(&outcome.troubles);
        let work = |folder: &mut Folder<'_>, outcome: &mut Outcome| -> io::Result<()> {
            let standing = &mut outcome.standing;
            standing.begun.clear();
            let untouched = folder.journal.is_none() && outcome.journal.is_empty() && folder.number.is_multiple_of(2);
            if untouched {
                standing.length = folder.length;
                if standing.through > standing.noted + AHEAD {
                    let mut journal = folder.open_journal()?;
                    standing.generation = folder.number;
                    let line = end_line(standing);
                    journal.write_all(line.as_bytes())?;
                    journal.sync_all()?;
                    standing.length += line.len() as u64;
                    standing.noted = standing.through;
                }
                return Ok(());
            }
            folder.begin()?;
            standing.generation = folder.number + 1;
            standing.noted = standing.through;
            let lines = format!("{}{}", outcome.journal, end_line(standing));
            if folder.length + lines.len() as u64 > 2 * standing.size() + OUTDATED {
                let whole = standing.written();
                put(folder.directory, JOURNAL, whole.as_bytes())?;
                standing.length = whole.len() as u64;
            } else {
                folder.note(&lines)?;
                standing.length = fs::metadata(folder.directory.join(JOURNAL))?.len();
            }
            standing.born = born(&File::open(folder.directory.join(JOURNAL))?);
            folder.laid.generation = standing.generation;
            put(folder.directory, GENERATION, standing.generation.to_string().as_bytes())
        };
        work(&mut self, outcome).map_err(|error| told(self.directory, JOURNAL, &error))?;
        Ok(self.laid)
    }
}

impl Outlet for Folder<'_> {
    fn lay(&mut self, files: Vec<(String, Vec<u8>)>) -> Result<(), StoreTrouble> {
        if let Some((path, _)) = files.iter().find(|(path, _)| !is_sound(path)) {
            return Err(StoreTrouble::new(format!("{path:?} cannot be a file of the public tree")));
        }
        let names: String = files.iter().map(|(path, _)| begun_line(path)).collect();
        self.note(&names).map_err(|error| told(self.directory, JOURNAL, &error))?;
        let folders = if files.len() < MANY { place_each(self.directory, &files) } else { place_together(self.directory, &files) };
        for folder in folders.map_err(|(path, error)| told(self.directory, &path, &error))? {
            sync_folder(&folder).map_err(|error| told(self.directory, ".", &error))?;
        }
        self.laid.written.extend(files.into_iter().map(|(path, _)| path));
        Ok(())
    }

    fn remove(&mut self, paths: Vec<String>) -> Result<(), StoreTrouble> {
        let directory = self.directory;
        self.begin().map_err(|error| told(directory, GENERATION, &error))?;
        for path in paths.into_iter().filter(|path| is_sound(path)) {
            remove(self.directory, &path).map_err(|error| told(self.directory, &path, &error))?;
            self.laid.removed.push(path);
        }
        Ok(())
    }
}

type Placed = Result<BTreeSet<PathBuf>, (String, io::Error)>;

fn place_each(directory: &Path, files: &[(String, Vec<u8>)]) -> Placed {
    files.iter().map(|(path, bytes)| place(directory, path, bytes).map_err(|error| (path.clone(), error))).collect()
}

/// All written beside, synced together, then renamed into place. Returns the folders, which are still to be synced.
fn place_together(directory: &Path, files: &[(String, Vec<u8>)]) -> Placed {
    let mut folders = BTreeSet::new();
    let beside = |place: usize| directory.join(NEW).join(place.to_string());
    for (place, (path, bytes)) in files.iter().enumerate() {
        fs::write(beside(place), bytes).map_err(|error| (path.clone(), error))?;
    }
    sync_everything(directory, files.len(), beside).map_err(|error| (NEW.to_owned(), error))?;
    for (place, (path, _)) in files.iter().enumerate() {
        let target = directory.join(path);
        let parent = target.parent().unwrap_or(directory).to_owned();
        let work = || make_folders(directory, &parent).and_then(|()| fs::rename(beside(place), &target));
        work().map_err(|error| (path.clone(), error))?;
        folders.insert(parent);
    }
    Ok(folders)
}

#[cfg(target_os = "linux")]
fn sync_everything(directory: &Path, _: usize, _: impl Fn(usize) -> PathBuf) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(directory)?)?)
}

#[cfg(not(target_os = "linux"))]
fn sync_everything(_: &Path, count: usize, beside: impl Fn(usize) -> PathBuf) -> io::Result<()> {
    (0..count).try_for_each(|place| File::open(beside(place))?.sync_all())
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
