//! The demo's way out for mail: a folder. Nothing is sent; whoever tries the demo can read what would have been.

use crate::exits::Exit;
use async_trait::async_trait;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use wardroom_app::ports::mailer::{MailTrouble, Mailer, Outgoing};

pub struct Folder {
    path: PathBuf,
    next: AtomicU32,
}

impl Folder {
    pub fn make(path: &Path) -> Result<Folder, Exit> {
        std::fs::create_dir_all(path)?;
        Ok(Folder { path: path.to_owned(), next: AtomicU32::new(1) })
    }
}

#[async_trait]
impl Mailer for Folder {
    async fn send(&self, mail: &Outgoing) -> Result<(), MailTrouble> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let file = self.path.join(format!("{number:03}.eml"));
        std::fs::write(file, &mail.raw).map_err(|error| MailTrouble::Later(error.to_string()))
    }
}
