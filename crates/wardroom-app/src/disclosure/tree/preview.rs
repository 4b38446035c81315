//! What would change: the files of the tree before and after a publication, compared. Nothing is written.

use super::build::build;
use super::laying::hash;
use super::world::{PublicAdvisory, PublicWorld, world};
use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::pages::PublicPages;
use crate::ports::store::StoreTrouble;
use jiff::Timestamp;
use std::collections::BTreeMap;
use wardroom_domain::disclosure::{Cleared, Publication, clear, content_hash};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_mail::keys::TeamSecret;

/// A file that would be another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub path: String,
    /// It is not there today.
    pub is_new: bool,
    pub bytes: usize,
    /// Of the file as it would be.
    pub sha256: String,
}

/// What publishing this would change in the tree. Only what is cleared can be asked about, as only that may be published; the files are
/// those of a release at `publication.released_at`, so with another instant some bytes differ.
pub fn would_change(
    world: &PublicWorld,
    publication: Cleared<Publication>,
    signer: Option<&TeamSecret>,
    pages: &dyn PublicPages,
    now: Timestamp,
) -> Result<Vec<Change>, StoreTrouble> {
    let before = build(world, signer, pages, now)?;
    let after = build(&with(world, publication), signer, pages, now)?;
    Ok(changes(&before, &after))
}

impl Desk {
    /// What publishing this advisory now would change in the tree. Refused while something stands in the way of publishing: what is not
    /// cleared has no public files, not even in a preview.
    pub async fn publication_changes(&self, viewer: &Viewer, advisory: &StreamId, pages: &dyn PublicPages) -> Asked<Vec<Change>> {
        let (record, case, content) = self.ready(viewer, advisory).await?;
        let now = self.now();
        let publication = Publication { version: content.version, hash: content_hash(&content), released_at: now, content };
        let until = case.file.terms.as_ref().map(|terms| terms.ends_at.to_string()).unwrap_or_default();
        let cleared = clear(&record.file, publication, case.file.embargo, &until)?;
        let signer = self.signing_key().await?;
        Ok(would_change(&world(self).await?, cleared, signer.as_ref(), pages, now)?)
    }
}

/// The files of `after` that are not in `before` like that, by path.
pub fn changes(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) -> Vec<Change> {
    let differs = |(path, bytes): &(&String, &Vec<u8>)| before.get(*path) != Some(*bytes);
    let change = |(path, bytes): (&String, &Vec<u8>)| Change {
        path: path.clone(),
        is_new: !before.contains_key(path),
        bytes: bytes.len(),
        sha256: hash(bytes),
    };
    after.iter().filter(differs).map(change).collect()
}

/// The world with one more publication.
fn with(world: &PublicWorld, publication: Cleared<Publication>) -> PublicWorld {
    let mut world = world.clone();
    world.updated_at = world.updated_at.max(publication.get().released_at);
    let number = publication.get().content.id.clone();
    let mut advisory = match world.advisories.iter().position(|one| one.number == number) {
        Some(at) => world.advisories.remove(at),
        None => PublicAdvisory { number, versions: Vec::new() },
    };
    advisory.versions.push(publication);
    world.advisories.insert(0, advisory);
    world
}
