//! The writer of the public tree: gathers the world, builds, lays down, as one writer at a time.

use super::build::{Built, build_with};
use super::laying::{self, Laid};
use super::world::{PublicWorld, world};
use crate::house::Desk;
use crate::ports::pages::PublicPages;
use crate::ports::store::StoreTrouble;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wardroom_mail::keys::TeamSecret;

/// Writes the public tree to a directory, only what changed, readable at every instant. Calling it too often does no harm and little work:
/// after every publication, at the start (repairs an interrupted write), and once a day (`security.txt` must not grow stale).
pub struct TreeWriter {
    pub directory: PathBuf,
    pub pages: Arc<dyn PublicPages>,
}

impl TreeWriter {
    pub async fn write(&self, desk: &Desk) -> Result<Laid, StoreTrouble> {
        export(desk, &self.pages, &self.directory, None).await
    }
}

/// Writes the whole tree to any folder, as `wardroom publish --out DIR` does: the bytes the public face serves. With `base_url` it is made
/// for another address. Other files in the folder stay untouched.
pub async fn export(desk: &Desk, pages: &Arc<dyn PublicPages>, directory: &Path, base_url: Option<&str>) -> Result<Laid, StoreTrouble> {
    let folder = directory.to_owned();
    let held = blocking(move || laying::hold(&folder)).await?;
    // The world is gathered under the lock: a writer that waited must not lay an older world over a newer one.
    desk.refresh().await?;
    let mut world = world(desk).await?;
    if let Some(base_url) = base_url {
        world.base_url = base_url.trim_end_matches('/').to_owned();
    }
    let signer = desk.signing_key().await?;
    let (pages, directory, now) = (Arc::clone(pages), directory.to_owned(), desk.now());
    blocking(move || {
        let laid = build_and_lay(&world, signer.as_ref(), pages.as_ref(), &directory, now);
        drop(held);
        laid
    })
    .await
}

/// The caller holds the folder.
pub(super) fn build_and_lay(
    world: &PublicWorld,
    signer: Option<&TeamSecret>,
    pages: &dyn PublicPages,
    directory: &Path,
    now: Timestamp,
) -> Result<Laid, StoreTrouble> {
    let kept = laying::kept(directory)?;
    let built: Built = build_with(world, signer, &kept, pages, now)?;
    laying::lay(directory, &built)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, StoreTrouble> + Send + 'static) -> Result<T, StoreTrouble> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(StoreTrouble::new(format!("writing the public tree was interrupted: {error}"))))
}
