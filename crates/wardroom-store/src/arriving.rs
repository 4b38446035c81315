//! Files that arrive in pieces, and drafts kept under a receipt code: sealed bytes that belong to no report yet.
//!
//! Two files per upload: `NAME` grows piece by piece, `NAME.note` says how long it shall become (8 bytes, clear) and carries
//! what only its token opens (the rest). A draft is a note alone. Whether bytes reached the disk is asked once, when a file
//! is whole: what a power cut took before that is noticed when the upload is taken up again, because its pieces do not open.
//! Deliberately knows no keys, no limits and no reports.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::blobs::{check_name, make_directory, sync_directory, write_synced};
use crate::trouble::Trouble;

const NOTE: &str = ".note";
const FRESH: &str = ".fresh";

/// The folder of what is arriving.
#[derive(Clone, Debug)]
pub struct Arriving {
    root: PathBuf,
}

/// A file as far as it has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// How many plain bytes it shall have; `None`: it ends when it ends.
    pub declared: Option<u64>,
    /// Bytes on disk.
    pub sealed_len: u64,
    /// What its token opens.
    pub note: Vec<u8>,
}

impl Arriving {
    /// Opens the folder, making it where there is none.
    pub fn open(root: &Path) -> Result<Arriving, Trouble> {
        make_directory(root).map_err(Trouble::directory(root))?;
        Ok(Arriving { root: root.to_owned() })
    }

    /// Where a file's pieces are.
    pub fn content(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    fn note_path(&self, name: &str) -> PathBuf {
        self.root.join(format!("{name}{NOTE}"))
    }

    /// Begins a file with its first bytes (the format's header); an existing name is refused.
    pub fn begin(&self, name: &str, declared: Option<u64>, note: &[u8], header: &[u8]) -> Result<(), Trouble> {
        check_name(name)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        private(&mut options);
        let mut file = options.open(self.content(name)).map_err(full_or_files)?;
        file.write_all(header).map_err(full_or_files)?;
        self.keep_note(name, declared, note)
    }

    /// Keeps what belongs to a name, replacing what was there; durable when it returns.
    pub fn keep_note(&self, name: &str, declared: Option<u64>, note: &[u8]) -> Result<(), Trouble> {
        check_name(name)?;
        let mut bytes = declared.unwrap_or(u64::MAX).to_be_bytes().to_vec();
        bytes.extend_from_slice(note);
        let fresh = self.root.join(format!("{name}{FRESH}"));
        write_synced(&fresh, &bytes).and_then(|()| fs::rename(&fresh, self.note_path(name))).map_err(full_or_files)?;
        sync_directory(&self.root)
    }

    /// How far a file has come; `None` when there is no such name.
    pub fn look(&self, name: &str) -> Result<Option<Arrived>, Trouble> {
        check_name(name)?;
        let bytes = match fs::read(self.note_path(name)) {
            Ok(bytes) => bytes,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(Trouble::Files(cause)),
        };
        let Some((declared, note)) = bytes.split_first_chunk::<8>() else { return Ok(None) };
        let declared = Some(u64::from_be_bytes(*declared)).filter(|length| *length != u64::MAX);
        let sealed_len = self.content(name).metadata().map_or(0, |about| about.len());
        Ok(Some(Arrived { declared, sealed_len, note: note.to_vec() }))
    }

    /// Writes `bytes` at `at`, cutting off what an interrupted request left behind it. A file shorter than `at` is refused.
    pub fn append(&self, name: &str, at: u64, bytes: &[u8]) -> Result<(), Trouble> {
        check_name(name)?;
        let mut file = OpenOptions::new().write(true).open(self.content(name)).map_err(Trouble::Files)?;
        let length = file.metadata().map_err(Trouble::Files)?.len();
        if length < at {
            return Err(Trouble::Blob { name: name.to_owned(), what: "it is shorter than what was acknowledged".to_owned() });
        }
        if length > at {
            file.set_len(at).map_err(Trouble::Files)?;
        }
        file.seek(SeekFrom::Start(at)).map_err(Trouble::Files)?;
        file.write_all(bytes).map_err(full_or_files)
    }

    /// Makes a whole file durable and says so in its note.
    pub fn finish(&self, name: &str, declared: u64, note: &[u8]) -> Result<(), Trouble> {
        check_name(name)?;
        File::open(self.content(name)).and_then(|file| file.sync_all()).map_err(full_or_files)?;
        self.keep_note(name, Some(declared), note)
    }

    /// Removes everything of a name; nothing there is fine.
    pub fn remove(&self, name: &str) -> Result<(), Trouble> {
        check_name(name)?;
        for path in [self.content(name), self.note_path(name)] {
            match fs::remove_file(path) {
                Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(Trouble::Files(cause)),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Removes what was last touched before `before`. Returns how many files went.
    pub fn sweep(&self, before: SystemTime) -> Result<u64, Trouble> {
        let mut swept = 0;
        for entry in fs::read_dir(&self.root).map_err(Trouble::Files)? {
            let entry = entry.map_err(Trouble::Files)?;
            let Ok(written) = entry.metadata().and_then(|about| about.modified()) else { continue };
            // A note is written when its upload begins; the pieces say whether it still arrives.
            let name = entry.file_name().to_string_lossy().into_owned();
            let content = name.strip_suffix(NOTE).map(|name| self.content(name));
            let touched = content.and_then(|path| path.metadata().ok()?.modified().ok()).map_or(written, |at| at.max(written));
            if touched < before {
                fs::remove_file(entry.path()).map_err(Trouble::Files)?;
                swept += u64::from(!name.ends_with(NOTE));
            }
        }
        Ok(swept)
    }

    /// Bytes of all that is here and in no report yet.
    pub fn bytes(&self) -> Result<u64, Trouble> {
        let mut sum = 0;
        for entry in fs::read_dir(&self.root).map_err(Trouble::Files)? {
            let Ok(about) = entry.map_err(Trouble::Files)?.metadata() else { continue };
            if links(&about) < 2 {
                sum += about.len();
            }
        }
        Ok(sum)
    }

    /// Bytes the disk still has for us.
    pub fn free(&self) -> Result<u64, Trouble> {
        #[cfg(unix)]
        {
            let about = rustix::fs::statvfs(&self.root).map_err(|cause| Trouble::Files(cause.into()))?;
            Ok(about.f_bavail.saturating_mul(about.f_frsize))
        }
        #[cfg(not(unix))]
        Ok(u64::MAX)
    }
}

/// Reads `length` bytes from `from`; fewer when the file ends before. `None` when there is no such file.
pub fn part(path: &Path, from: u64, length: usize) -> Result<Option<Vec<u8>>, Trouble> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(Trouble::Files(cause)),
    };
    file.seek(SeekFrom::Start(from)).map_err(Trouble::Files)?;
    let mut bytes = Vec::with_capacity(length);
    file.take(length as u64).read_to_end(&mut bytes).map_err(Trouble::Files)?;
    Ok(Some(bytes))
}

fn full_or_files(cause: std::io::Error) -> Trouble {
    if cause.kind() == ErrorKind::StorageFull { Trouble::Full } else { Trouble::Files(cause) }
}

fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

fn links(about: &fs::Metadata) -> u64 {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::nlink(about);
    #[cfg(not(unix))]
    return 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_file_grows_and_what_was_not_acknowledged_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let arriving = Arriving::open(&folder.path().join("arriving")).unwrap();
        assert_eq!(arriving.look(NAME).unwrap(), None);
        arriving.begin(NAME, Some(10), b"note", b"H").unwrap();
        assert!(arriving.begin(NAME, Some(10), b"other", b"H").is_err());
        arriving.append(NAME, 1, b"12345").unwrap();
        arriving.append(NAME, 4, b"xyz").unwrap();
        assert!(arriving.append(NAME, 99, b"far").is_err());
        let seen = arriving.look(NAME).unwrap().unwrap();
        assert_eq!((seen.declared, seen.sealed_len, seen.note.as_slice()), (Some(10), 7, &b"note"[..]));
        assert_eq!(part(&arriving.content(NAME), 2, 100).unwrap().unwrap(), b"23xyz");
        assert_eq!(part(&folder.path().join("absent"), 0, 1).unwrap(), None);
        arriving.finish(NAME, 6, b"whole").unwrap();
        assert_eq!(arriving.look(NAME).unwrap().unwrap().note, b"whole");
        arriving.remove(NAME).unwrap();
        arriving.remove(NAME).unwrap();
        assert_eq!(arriving.look(NAME).unwrap(), None);
    }

    #[test]
    fn what_nobody_touched_is_swept_with_its_note_and_a_draft_is_a_note_alone() {
        let folder = tempfile::tempdir().unwrap();
        let arriving = Arriving::open(folder.path()).unwrap();
        arriving.begin(NAME, None, b"note", b"H").unwrap();
        let draft = "fedcba9876543210fedcba9876543210";
        arriving.keep_note(draft, None, b"first").unwrap();
        arriving.keep_note(draft, None, b"second").unwrap();
        assert_eq!(arriving.look(draft).unwrap().unwrap().note, b"second");
        assert_eq!(arriving.sweep(SystemTime::UNIX_EPOCH).unwrap(), 0);
        assert!(arriving.bytes().unwrap() > 0 && arriving.free().unwrap() > 0);
        let later = SystemTime::now() + std::time::Duration::from_secs(5);
        assert_eq!(arriving.sweep(later).unwrap(), 1);
        assert_eq!((arriving.look(NAME).unwrap(), arriving.look(draft).unwrap()), (None, None));
    }
}
