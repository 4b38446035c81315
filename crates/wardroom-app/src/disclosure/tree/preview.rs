//! What would change: the files of the tree that a publication makes anew, with their bytes. Nothing is written.

use super::sample::Shape;
use super::standing::{Standing, hash};
use super::update::{Order, Outlet, Stands, Update, neighbours};
use super::world::{PublicAdvisory, PublicWorld};
use super::writer::{TreeWriter, Work, blocking, one, order};
use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::StoreTrouble;
use std::sync::Arc;
use wardroom_domain::disclosure::{Cleared, Publication, clear, content_hash};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_seal::hex;

/// A file that would be another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub path: String,
    /// It is not there today.
    pub is_new: bool,
    /// As it would be; `None`: it would be gone.
    pub bytes: Option<Vec<u8>>,
}

impl Change {
    pub fn size(&self) -> usize {
        self.bytes.as_ref().map_or(0, Vec::len)
    }

    /// Of the file as it would be; empty for one that would be gone.
    pub fn sha256(&self) -> String {
        self.bytes.as_ref().map(|bytes| hex(&hash(bytes))).unwrap_or_default()
    }
}

impl Desk {
    /// What publishing this advisory now would change in the tree. Refused while something stands in the way of publishing: what is not
    /// cleared has no public files, not even in a preview. The files are those of a release at this instant; with another some bytes differ.
    pub async fn publication_changes(&self, viewer: &Viewer, advisory: &StreamId, tree: &TreeWriter) -> Asked<Vec<Change>> {
        let (record, case, content) = self.ready(viewer, advisory).await?;
        let now = self.now();
        let publication = Publication { version: content.version, hash: content_hash(&content), released_at: now, content };
        let until = case.file.terms.as_ref().map(|terms| terms.ends_at.to_string()).unwrap_or_default();
        let cleared = clear(&record.file, publication, case.file.embargo, &until)?;
        let standing = tree.standing().await?;
        let work = Work { site: super::world::site(self), signer: self.signing_key().await?, pages: Arc::clone(&tree.pages), now };
        let shape = tree.shape(&work)?;
        let mut order = order(self, &standing, &shape).await?;
        let former = match order.advisories.iter().position(|one| one.number == record.file.number) {
            Some(at) => Some(order.advisories.remove(at)),
            None => one(self, &record.file.number).await?,
        };
        order.advisories.push(Arc::new(with(former.as_deref(), cleared)));
        if !order.whole {
            for number in neighbours(&standing, &order.advisories) {
                order.advisories.extend(one(self, &number).await?);
            }
        }
        let directory = tree.directory.clone();
        let changes =
            blocking(move || would_change(&work.update(), &shape, &standing, &order, &|file| super::laying::stands(&directory, file)))
                .await?;
        Ok(changes)
    }
}

/// The files that `order` would make others, by path.
pub(super) fn would_change(
    update: &Update<'_>,
    shape: &Shape,
    standing: &Standing,
    order: &Order,
    stands: Stands<'_>,
) -> Result<Vec<Change>, StoreTrouble> {
    let mut seen = Watched { standing, changes: Vec::new() };
    update.run(shape, standing, order, stands, &mut seen)?;
    seen.changes.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(seen.changes)
}

/// Notes what would be laid.
struct Watched<'s> {
    standing: &'s Standing,
    changes: Vec<Change>,
}

impl Outlet for Watched<'_> {
    fn lay(&mut self, files: Vec<(String, Vec<u8>)>) -> Result<(), StoreTrouble> {
        let standing = self.standing;
        let known = standing.files().map(|file| file.path).filter(|path| files.iter().any(|(one, _)| one == path));
        let known: std::collections::BTreeSet<String> = known.collect();
        self.changes.extend(files.into_iter().map(|(path, bytes)| Change { is_new: !known.contains(&path), path, bytes: Some(bytes) }));
        Ok(())
    }

    fn remove(&mut self, paths: Vec<String>) -> Result<(), StoreTrouble> {
        self.changes.extend(paths.into_iter().map(|path| Change { path, is_new: false, bytes: None }));
        Ok(())
    }
}

/// The advisory with one more publication.
pub(super) fn with(former: Option<&PublicAdvisory>, publication: Cleared<Publication>) -> PublicAdvisory {
    let number = publication.get().content.id.clone();
    let mut advisory = former.cloned().unwrap_or(PublicAdvisory { number, versions: Vec::new() });
    advisory.versions.push(publication);
    advisory
}

/// All files of a world, made anew. For who wants a tree without a folder.
pub fn build(
    world: &PublicWorld,
    signer: Option<&wardroom_mail::keys::TeamSecret>,
    pages: &dyn crate::ports::pages::PublicPages,
    now: jiff::Timestamp,
) -> Result<std::collections::BTreeMap<String, Vec<u8>>, StoreTrouble> {
    let update = Update { site: world, signer, pages, now };
    let order = Order { advisories: world.advisories.clone(), whole: true, through: world.through };
    let changes = would_change(&update, &update.shape()?, &Standing::default(), &order, &|_| None)?;
    Ok(changes.into_iter().filter_map(|change| Some((change.path, change.bytes?))).collect())
}
