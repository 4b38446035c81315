//! A backup while running: the database as one consistent file, then the sealed files it names. Files are never changed once
//! they are there, and each is there before a fact names it, so copying them afterwards is consistent.
//! Deliberately without keys: a backup alone opens nothing.

use std::fs;
use std::path::{Path, PathBuf};

use crate::blobs::{Blobs, sync_directory};
use crate::db::{Db, Engine};
use crate::operate::copy;
use crate::trouble::Trouble;

/// What the database is called in a data directory and in a backup.
pub const DATABASE_FILE: &str = "wardroom.sqlite";
/// The folder of sealed files in a data directory and in a backup.
pub const BLOBS_FOLDER: &str = "blobs";

/// Copies everything into `to`, which must be empty or absent. A backup of PostgreSQL is an SQLite file too: a data directory
/// that can be served or restored as it is.
pub async fn backup(db: &Db, blobs: &Blobs, to: &Path) -> Result<(), Trouble> {
    prepare(to)?;
    let file = to.join(DATABASE_FILE);
    match db.engine() {
        Engine::Sqlite => vacuum_into(db, &file).await?,
        Engine::Postgres => copy::to_sqlite(db, &file).await?,
    }
    make_private(&file)?;
    let (blobs, target) = (blobs.clone(), to.join(BLOBS_FOLDER));
    let copied = tokio::task::spawn_blocking(move || blobs.copy_to(&target)).await;
    copied.map_err(|_| Trouble::Closed)??;
    sync_directory(to)
}

fn prepare(to: &Path) -> Result<(), Trouble> {
    let refuse = |cause: std::io::Error| Trouble::Directory { path: PathBuf::from(to), cause };
    if to.exists() {
        let mut entries = fs::read_dir(to).map_err(refuse)?;
        if entries.next().is_some() {
            return Err(refuse(std::io::Error::other("it is not empty, and a backup never overwrites one")));
        }
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(to).map_err(refuse)
}

async fn vacuum_into(db: &Db, file: &Path) -> Result<(), Trouble> {
    let name =
        file.to_str().ok_or_else(|| Trouble::Directory { path: file.to_owned(), cause: std::io::Error::other("its name is not UTF-8") })?;
    db.vacuum_into(name).await
}

/// The copy is synced and readable by its owner only.
pub(crate) fn make_private(file: &Path) -> Result<(), Trouble> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).map_err(Trouble::Files)?;
    }
    fs::OpenOptions::new().read(true).write(true).open(file).and_then(|file| file.sync_all()).map_err(Trouble::Files)
}
