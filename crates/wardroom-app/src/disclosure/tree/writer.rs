//! The writer of the public tree: finds out what changed, has it made and laid down, as one writer at a time.

use super::laying::{self, Folder, Laid};
use super::sample::Shape;
use super::standing::Standing;
use super::update::{Order, Outcome, Update, neighbours};
use super::world::{PublicAdvisory, PublicWorld, published, site};
use crate::house::{Desk, House};
use crate::ports::pages::PublicPages;
use crate::ports::store::StoreTrouble;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use wardroom_domain::people::Viewer;
use wardroom_domain::profile::Profile;
use wardroom_mail::keys::TeamSecret;

/// Writes the public tree to a directory, only what changed, readable at every instant. Calling it too often does no harm and little work:
/// after every publication, at the start (finishes an interrupted write), and once an hour (`security.txt` must not grow stale).
#[derive(Clone)]
pub struct TreeWriter {
    pub directory: PathBuf,
    pub pages: Arc<dyn PublicPages>,
    /// What this process knows of the folder: read on from there.
    known: Arc<Mutex<Option<Standing>>>,
    /// How files were made last, and for whom: finding out costs a whole advisory.
    shaped: Arc<Mutex<Option<(For, Shape)>>>,
}

/// What the way files are made depends on, in one process.
#[derive(Clone, PartialEq)]
struct For {
    profile: Arc<Profile>,
    base_url: String,
    address: String,
    gna: Option<u32>,
    signer: Option<(String, i64)>,
}

impl TreeWriter {
    pub fn new(directory: PathBuf, pages: Arc<dyn PublicPages>) -> TreeWriter {
        TreeWriter { directory, pages, known: Arc::default(), shaped: Arc::default() }
    }

    pub async fn write(&self, desk: &Desk) -> Result<Laid, StoreTrouble> {
        self.write_trusting(desk, None, true).await
    }

    /// The same, and first looks at every file of the tree: what is not what was written there is written again.
    pub async fn mend(&self, desk: &Desk) -> Result<Laid, StoreTrouble> {
        self.write_trusting(desk, None, false).await
    }

    async fn write_trusting(&self, desk: &Desk, base_url: Option<&str>, trusting: bool) -> Result<Laid, StoreTrouble> {
        let (folder, known) = (self.directory.clone(), self.take_known());
        let (held, standing) = blocking(move || {
            let held = laying::hold(&folder)?;
            let mut standing = laying::standing(&folder, known)?;
            let mut broken = standing.begun.clone();
            if !trusting {
                broken.extend(laying::broken(&folder, &standing));
            }
            standing.distrust(&broken);
            Ok((held, standing))
        })
        .await?;
        // The world is looked at under the lock: a writer that waited must not lay an older world over a newer one.
        desk.refresh().await?;
        let mut site = site(desk);
        if let Some(base_url) = base_url {
            site.base_url = base_url.trim_end_matches('/').to_owned();
        }
        let work = Work { site, signer: desk.signing_key().await?, pages: Arc::clone(&self.pages), now: desk.now() };
        let shape = self.shape(&work)?;
        let order = order(desk, &standing, &shape).await?;
        let directory = self.directory.clone();
        let (laid, outcome) = blocking(move || {
            let laid = work.lay(&shape, &standing, &order, &directory);
            drop(held);
            laid
        })
        .await?;
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome.standing);
        Ok(laid)
    }

    /// What stands, for whoever wants to know what would change. Not under the lock: it may be outdated at once.
    pub(super) async fn standing(&self) -> Result<Standing, StoreTrouble> {
        let directory = self.directory.clone();
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        blocking(move || laying::standing(&directory, known)).await
    }

    /// How files are made now.
    pub(super) fn shape(&self, work: &Work) -> Result<Shape, StoreTrouble> {
        let whom = For {
            profile: work.site.profile.clone(),
            base_url: work.site.base_url.clone(),
            address: work.site.address.clone(),
            gna: work.site.gna,
            signer: work.signer.as_ref().map(|key| (key.fingerprint(), key.created())),
        };
        let known = self.shaped.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, shape)) = known.filter(|(former, _)| *former == whom) {
            return Ok(shape);
        }
        let shape = work.update().shape()?;
        *self.shaped.lock().unwrap_or_else(PoisonError::into_inner) = Some((whom, shape.clone()));
        Ok(shape)
    }

    fn take_known(&self) -> Option<Standing> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Writes the whole tree to any folder, as `wardroom publish --out DIR` does: the bytes the public face serves. With `base_url` it is made
/// for another address. Other files in the folder stay untouched.
pub async fn export(desk: &Desk, pages: &Arc<dyn PublicPages>, directory: &Path, base_url: Option<&str>) -> Result<Laid, StoreTrouble> {
    TreeWriter::new(directory.to_owned(), Arc::clone(pages)).write_trusting(desk, base_url, false).await
}

/// What is not in the tree as it is: everything when files are made another way now, else what the log brought since.
pub(super) async fn order(house: &House, standing: &Standing, shape: &Shape) -> Result<Order, StoreTrouble> {
    let through = house.store.head().await?.size;
    // A part whose files are not what was written has no print: it is made again, from its advisory.
    let sound = standing.parts.values().all(|part| !part.print.is_empty());
    if !sound || standing.generation == 0 || standing.shape != shape.text() || standing.through > through {
        let advisories = published(&house.store.published().await?);
        return Ok(Order { advisories, whole: true, through });
    }
    let mut advisories = published(&house.store.published_after(standing.through).await?);
    for number in neighbours(standing, &advisories) {
        advisories.extend(one(house, &number).await?);
    }
    Ok(Order { advisories, whole: false, through })
}

/// A published advisory by its number.
pub(super) async fn one(house: &House, number: &str) -> Result<Option<Arc<PublicAdvisory>>, StoreTrouble> {
    let viewer = Viewer::house();
    let Some(stream) = house.store.by_number(&viewer, number).await? else { return Ok(None) };
    let facts: Vec<_> = house.store.stream(&viewer, &stream).await?.into_iter().map(|stored| stored.recorded).collect();
    Ok(published(&facts).pop())
}

/// All that is needed to make files, owned, so that another thread can.
pub(super) struct Work {
    pub(super) site: PublicWorld,
    pub(super) signer: Option<TeamSecret>,
    pub(super) pages: Arc<dyn PublicPages>,
    pub(super) now: Timestamp,
}

impl Work {
    pub(super) fn update(&self) -> Update<'_> {
        Update { site: &self.site, signer: self.signer.as_ref(), pages: self.pages.as_ref(), now: self.now }
    }

    /// The caller holds the folder.
    pub(super) fn lay(&self, shape: &Shape, standing: &Standing, order: &Order, directory: &Path) -> Result<(Laid, Outcome), StoreTrouble> {
        let mut folder = Folder::open(directory, standing)?;
        let mut outcome = self.update().run(shape, standing, order, &|file| laying::stands(directory, file), &mut folder)?;
        let laid = folder.finish(&mut outcome)?;
        Ok((laid, outcome))
    }
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreTrouble> + Send + 'static,
) -> Result<T, StoreTrouble> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(StoreTrouble::new(format!("writing the public tree was interrupted: {error}"))))
}
