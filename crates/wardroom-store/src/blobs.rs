//! Sealed bytes as files: written beside, synced, renamed, the directory synced; only then is there a blob. Small ones live in
//! the database instead. Deliberately knows no keys; and names are random, so a listing tells nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::trouble::Trouble;

/// The most a blob in the database may have.
pub const SMALL_BLOB_LIMIT_BYTES: usize = 64 * 1024;
const TEMPORARY: &str = "new-";

/// The directory of the sealed files.
#[derive(Clone, Debug)]
pub struct Blobs {
    root: PathBuf,
}

/// Names are random letters and digits, so they never lead out of the directory.
pub fn check_name(name: &str) -> Result<(), Trouble> {
    let fits = (16..=128).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if fits && !name.starts_with(TEMPORARY) {
        return Ok(());
    }
    Err(Trouble::Blob { name: "(not shown)".to_owned(), what: "not a name for a sealed file".to_owned() })
}

impl Blobs {
    /// Opens the directory, making it where there is none.
    pub fn open(root: &Path) -> Result<Blobs, Trouble> {
        make_directory(root).map_err(Trouble::directory(root))?;
        Ok(Blobs { root: root.to_owned() })
    }

    /// Where the file of a name lies: 256 folders keep each of them short.
    fn path(&self, name: &str) -> (PathBuf, PathBuf) {
        let folder = self.root.join(name.get(..2).unwrap_or("__"));
        let path = folder.join(name);
        (folder, path)
    }

    /// Writes a new file, durable when this returns. An existing name is refused.
    pub fn put(&self, name: &str, sealed: &[u8]) -> Result<(), Trouble> {
        check_name(name)?;
        let (folder, path) = self.path(name);
        if path.exists() {
            return Err(Trouble::Blob { name: name.to_owned(), what: "there is one of that name already".to_owned() });
        }
        let fresh = !folder.is_dir();
        make_directory(&folder).map_err(Trouble::directory(&folder))?;
        if fresh {
            sync_directory(&self.root)?;
        }
        let temporary = folder.join(format!("{TEMPORARY}{name}"));
        let written = write_synced(&temporary, sealed).and_then(|()| fs::rename(&temporary, &path));
        if let Err(cause) = written {
            let _ = fs::remove_file(&temporary);
            return Err(full_or_files(cause));
        }
        sync_directory(&folder)
    }

    /// Writes a part of a file that is being made, from byte `at` on; what an earlier try left behind `at` is cut off.
    pub fn put_part(&self, name: &str, at: u64, part: &[u8]) -> Result<(), Trouble> {
        check_name(name)?;
        let (folder, _) = self.path(name);
        if at == 0 {
            let fresh = !folder.is_dir();
            make_directory(&folder).map_err(Trouble::directory(&folder))?;
            if fresh {
                sync_directory(&self.root)?;
            }
        }
        write_part(&folder.join(format!("{TEMPORARY}{name}")), at, part).map_err(full_or_files)
    }

    /// Makes a file that was written in parts durable under its name. An existing name is refused.
    pub fn finish(&self, name: &str) -> Result<(), Trouble> {
        check_name(name)?;
        let (folder, path) = self.path(name);
        if path.exists() {
            return Err(Trouble::Blob { name: name.to_owned(), what: "there is one of that name already".to_owned() });
        }
        let temporary = folder.join(format!("{TEMPORARY}{name}"));
        File::open(&temporary).and_then(|file| file.sync_all()).and_then(|()| fs::rename(&temporary, &path)).map_err(full_or_files)?;
        sync_directory(&folder)
    }

    /// The bytes of a file, or `None` when there is none.
    pub fn get(&self, name: &str) -> Result<Option<Vec<u8>>, Trouble> {
        check_name(name)?;
        match fs::read(self.path(name).1) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(Trouble::Files(cause)),
        }
    }

    /// Where the file of a name lies, or would.
    pub(crate) fn content(&self, name: &str) -> PathBuf {
        self.path(name).1
    }

    /// Takes a whole file that arrived elsewhere on this disk in under a new name: no byte is copied where the file system
    /// can link. Durable when this returns.
    pub(crate) fn adopt(&self, name: &str, from: &Path) -> Result<(), Trouble> {
        check_name(name)?;
        let (folder, path) = self.path(name);
        let fresh = !folder.is_dir();
        make_directory(&folder).map_err(Trouble::directory(&folder))?;
        if fresh {
            sync_directory(&self.root)?;
        }
        // The sweep goes by age: from now on it counts as new.
        #[expect(clippy::disallowed_methods, reason = "the time of a file on this disk, which the same disk is asked for later; no fact")]
        let touched = OpenOptions::new().write(true).open(from).and_then(|file| file.set_modified(SystemTime::now()));
        touched
            .and_then(|()| fs::hard_link(from, &path).or_else(|_| copy_synced(from, &path)))
            .map_err(|cause| if cause.kind() == ErrorKind::StorageFull { Trouble::Full } else { Trouble::Files(cause) })?;
        sync_directory(&folder)
    }

    /// Length, SHA-256 (lower-case hex) and first byte of a file, read as a stream; `None` when there is none.
    pub(crate) fn digest(&self, name: &str) -> Result<Option<(u64, String, Vec<u8>)>, Trouble> {
        use sha2::{Digest, Sha256};
        check_name(name)?;
        let mut file = match File::open(self.path(name).1) {
            Ok(file) => file,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(Trouble::Files(cause)),
        };
        let (mut hash, mut length, mut head) = (Sha256::new(), 0_u64, Vec::new());
        let mut buffer = vec![0; 256 * 1024];
        loop {
            let read = std::io::Read::read(&mut file, &mut buffer).map_err(Trouble::Files)?;
            let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
            if head.is_empty() {
                head.extend(bytes.iter().take(256));
            }
            hash.update(bytes);
            length += read as u64;
        }
        Ok(Some((length, wardroom_seal::hex(&hash.finalize()), head)))
    }

    /// Removes a file, finished or not; none of that name is fine.
    pub fn remove(&self, name: &str) -> Result<(), Trouble> {
        check_name(name)?;
        let (folder, path) = self.path(name);
        for one in [folder.join(format!("{TEMPORARY}{name}")), path] {
            match fs::remove_file(one) {
                Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(Trouble::Files(cause)),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// All names whose file was last written before `before`; with them go unfinished files, which this removes at once.
    pub fn older_than(&self, before: SystemTime) -> Result<Vec<String>, Trouble> {
        let mut names = Vec::new();
        for (name, path, written) in self.files()? {
            if written >= before {
                continue;
            }
            if name.starts_with(TEMPORARY) {
                fs::remove_file(&path).map_err(Trouble::Files)?;
            } else {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// All finished files' names.
    pub fn names(&self) -> Result<Vec<String>, Trouble> {
        let files = self.files()?;
        Ok(files.into_iter().map(|(name, _, _)| name).filter(|name| !name.starts_with(TEMPORARY)).collect())
    }

    /// Copies all finished files into `to`, durable when this returns.
    pub fn copy_to(&self, to: &Path) -> Result<u64, Trouble> {
        let target = Blobs::open(to)?;
        let mut count = 0;
        // A large file is copied by the file system, never held in memory.
        for name in self.names()? {
            let (folder, path) = target.path(&name);
            make_directory(&folder).map_err(Trouble::directory(&folder))?;
            match copy_synced(&self.path(&name).1, &path) {
                Ok(()) => count += 1,
                // A file that was swept meanwhile was named by nothing.
                Err(cause) if cause.kind() == ErrorKind::NotFound => continue,
                Err(cause) if cause.kind() == ErrorKind::StorageFull => return Err(Trouble::Full),
                Err(cause) => return Err(Trouble::Files(cause)),
            }
            sync_directory(&folder)?;
        }
        Ok(count)
    }

    fn files(&self) -> Result<Vec<(String, PathBuf, SystemTime)>, Trouble> {
        let mut found = Vec::new();
        for folder in fs::read_dir(&self.root).map_err(Trouble::Files)? {
            let folder = folder.map_err(Trouble::Files)?.path();
            // Blobs lie in folders of two letters; what is arriving lies elsewhere.
            if !folder.is_dir() || folder.file_name().is_none_or(|name| name.len() != 2) {
                continue;
            }
            for entry in fs::read_dir(&folder).map_err(Trouble::Files)? {
                let entry = entry.map_err(Trouble::Files)?;
                let Ok(written) = entry.metadata().and_then(|metadata| metadata.modified()) else { continue };
                found.push((entry.file_name().to_string_lossy().into_owned(), entry.path(), written));
            }
        }
        Ok(found)
    }
}

pub(crate) fn make_directory(path: &Path) -> std::io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

pub(crate) fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn write_part(path: &Path, at: u64, part: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(at == 0).truncate(at == 0);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    if file.metadata()?.len() < at {
        return Err(std::io::Error::other("a part of the file is missing"));
    }
    file.set_len(at)?;
    file.seek(SeekFrom::Start(at))?;
    file.write_all(part)
}

fn full_or_files(cause: std::io::Error) -> Trouble {
    if cause.kind() == ErrorKind::StorageFull { Trouble::Full } else { Trouble::Files(cause) }
}

fn copy_synced(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::copy(from, to)?;
    File::open(to)?.sync_all()
}

/// A renamed file is only there after a power cut when its directory was synced.
pub(crate) fn sync_directory(path: &Path) -> Result<(), Trouble> {
    File::open(path).and_then(|directory| directory.sync_all()).map_err(Trouble::Files)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_file_is_kept_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&folder.path().join("blobs")).unwrap();
        blobs.put(NAME, b"sealed").unwrap();
        assert_eq!(blobs.get(NAME).unwrap().unwrap(), b"sealed");
        assert!(matches!(blobs.put(NAME, b"other"), Err(Trouble::Blob { .. })));
        assert_eq!(blobs.get(NAME).unwrap().unwrap(), b"sealed");
        assert_eq!(blobs.names().unwrap(), [NAME]);
        blobs.remove(NAME).unwrap();
        blobs.remove(NAME).unwrap();
        assert_eq!(blobs.get(NAME).unwrap(), None);
    }

    #[test]
    fn what_is_written_in_parts_is_there_when_it_is_finished_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&folder.path().join("blobs")).unwrap();
        blobs.put_part(NAME, 0, b"one").unwrap();
        blobs.put_part(NAME, 3, b"twX").unwrap();
        assert_eq!((blobs.get(NAME).unwrap(), blobs.names().unwrap().len()), (None, 0));
        blobs.put_part(NAME, 3, b"two").unwrap();
        assert!(blobs.put_part(NAME, 9, b"a gap").is_err());
        blobs.finish(NAME).unwrap();
        assert_eq!(blobs.get(NAME).unwrap().unwrap(), b"onetwo");
        assert!(blobs.finish(NAME).is_err(), "nothing is replaced");
        blobs.put_part(NAME, 0, b"again").unwrap();
        assert!(matches!(blobs.finish(NAME), Err(Trouble::Blob { .. })));
        blobs.remove(NAME).unwrap();
        assert_eq!((blobs.get(NAME).unwrap(), blobs.files().unwrap().len()), (None, 0), "finished or not");
        assert!(blobs.put_part(NAME, 3, b"without a beginning").is_err());
    }

    #[test]
    fn names_do_not_lead_out_of_the_directory() {
        for name in
            ["", "short", "../../etc/passwd/aaaaaaaa", "a/b/c/d/e/f/g/h/i/j", "new-0123456789abcdef", &"a".repeat(129), "ａaaaaaaaaaaaaaaa"]
        {
            assert!(check_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn unfinished_files_are_swept_and_not_listed() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        blobs.put(NAME, b"sealed").unwrap();
        let unfinished = folder.path().join("01").join("new-half");
        fs::write(&unfinished, b"ha").unwrap();
        assert_eq!(blobs.names().unwrap(), [NAME]);
        assert!(blobs.older_than(SystemTime::UNIX_EPOCH).unwrap().is_empty());
        let later = SystemTime::now() + std::time::Duration::from_secs(5);
        assert_eq!(blobs.older_than(later).unwrap(), [NAME]);
        assert!(!unfinished.exists());
    }

    #[cfg(unix)]
    #[test]
    fn files_and_folders_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("blobs");
        Blobs::open(&root).unwrap().put(NAME, b"x").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&root), mode(&root.join("01").join(NAME))), (0o700, 0o600));
    }
}
