//! The folder `keys` of a data directory: files are added whole, durably and never twice. Deliberately without knowing what is in them.

use crate::key_files::KeyFilesFault;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use wardroom_seal::Zeroizing;

/// No key file is longer.
const MOST_BYTES: u64 = 16 << 10;

pub(crate) struct KeyFolder(PathBuf);

impl KeyFolder {
    pub(crate) fn at(data: &Path) -> KeyFolder {
        KeyFolder(data.join("keys"))
    }

    /// Makes the folder, for this user only, where it is missing.
    pub(crate) fn make(data: &Path) -> Result<KeyFolder, KeyFilesFault> {
        let folder = KeyFolder::at(data);
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder.0).map_err(|cause| fault("make", &folder.0, cause))?;
        Ok(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.file(name).exists()
    }

    pub(crate) fn damaged(&self, name: &str, why: &dyn std::fmt::Display) -> KeyFilesFault {
        KeyFilesFault::Damaged { path: self.file(name), why: why.to_string() }
    }

    /// Adds a file for this user only. It is there whole or not at all, also after a power cut; one that is there already stays as it is.
    pub(crate) fn add(&self, name: &str, bytes: &[u8]) -> Result<(), KeyFilesFault> {
        let (fresh, path) = (self.file(&format!("{name}.new")), self.file(name));
        match fs::remove_file(&fresh) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(fault("replace", &fresh, error)),
            Ok(()) | Err(_) => {}
        }
        let write = || -> std::io::Result<()> {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&fresh)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(|cause| fault("write", &fresh, cause))?;
        // A second name, unlike a new name, is refused where there is a file of that name.
        let linked = fs::hard_link(&fresh, &path);
        let settled = match linked {
            Ok(()) => fs::remove_file(&fresh),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => fs::remove_file(&fresh),
            // File systems without second names: then renaming is the next best.
            Err(_) => fs::rename(&fresh, &path),
        };
        settled.map_err(|cause| fault("write", &path, cause))?;
        let folder = File::open(&self.0).and_then(|folder| folder.sync_all());
        folder.map_err(|cause| fault("write through", &self.0, cause))
    }
}

/// The bytes of a file, none where there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, KeyFilesFault> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fault("read", path, error)),
    };
    // Room enough from the start: a buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(1 << 10));
    file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(|cause| fault("read", path, cause))?;
    Ok(Some(bytes))
}

/// Whether the file has any of these permission bits.
#[cfg(unix)]
pub(crate) fn permits(path: &Path, bits: u32) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|about| about.permissions().mode() & bits != 0)
}

#[cfg(not(unix))]
pub(crate) fn permits(_path: &Path, _bits: u32) -> bool {
    false
}

fn fault(what: &'static str, path: &Path, cause: std::io::Error) -> KeyFilesFault {
    KeyFilesFault::Files { what, path: path.to_owned(), cause }
}
