//! What is shared before it is public: the feed of each guarded level (TLP:GREEN, AMBER, AMBER+STRICT), for those who hold an access.
//!
//! An approved advisory that is labelled so is *shared*, not published: its content stays in the sealed body of the fact. The worker makes the
//! level's files (`tree/guarded.rs`) and seals each to a key that is fresh every time; the key is sealed to every access (`communication/access.rs`).
//! The whole lies as one row beside the log, the **shelf**. The public face has no key: it opens a file while the request that brings the token
//! lasts. So what is shared is in no public file, and a withdrawn access opens nothing that is laid after it.

use crate::asked::Asked;
use crate::communication::Access;
use crate::house::{Desk, House};
use crate::ports::store::{Commit, Effect, StoreTrouble};
use crate::record::Said;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use wardroom_domain::Refusal;
use wardroom_domain::disclosure::{AdvisoryAsk, Level, content_hash};
use wardroom_domain::facts::{AdvisoryFact, Fact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_seal::{PublicKey, Sealed, Token, draw, hex, open, open_with, place, seal, seal_with};

/// The job that lays the shelves anew.
pub const SHARE: &str = "share";
/// How often a shelf is laid again because what it was made from changed meanwhile.
const ROUNDS: usize = 5;

/// A shelf as it lies in its row. Nothing of it can be read without a token.
#[derive(Default, Serialize, Deserialize)]
struct Shelf {
    /// What it was made from.
    print: String,
    /// The key, sealed to each access, by the access's place.
    keys: BTreeMap<String, String>,
    /// Sealed files by a name that follows from key and path.
    files: BTreeMap<String, String>,
}

/// A file for whoever holds an access.
#[derive(Debug, PartialEq, Eq)]
pub struct SharedFile(pub Vec<u8>);

/// Why nothing is shown: this token opens nothing of this level, or no longer.
#[derive(Debug, thiserror::Error)]
pub enum NoAccess {
    #[error("this access is not for what is asked for, or was withdrawn")]
    Closed,
    #[error(transparent)]
    Store(#[from] StoreTrouble),
}

fn row(level: Level) -> String {
    format!("shelf:{}", level.as_str())
}

fn name_of(key: &[u8; 32], path: &str) -> String {
    hex(&Sha256::new().chain_update(key).chain_update(path).finalize()[..16])
}

fn aad(level: Level, what: &str) -> Vec<u8> {
    place(&["shelf", level.as_str(), what])
}

impl Desk {
    /// Hands what was approved to those who hold an access for its level.
    pub async fn share_advisory(&self, viewer: &Viewer, advisory: &StreamId, confirm: &str) -> Asked<Timestamp> {
        viewer.demand(Act::PublishAdvisory)?;
        let (record, _, content) = self.ready(viewer, advisory).await?;
        record.file.decide(AdvisoryAsk::Share)?;
        let level = content.texts.level;
        if level.is_clear() {
            return Err(Refusal::ForEverybody.into());
        }
        if confirm.trim() != record.file.number {
            return Err(Refusal::FieldWrong { field: "confirm", why: "type the advisory's number to share it".to_owned() }.into());
        }
        let at = self.now();
        let hash = content_hash(&content);
        let Some((_, approved_by)) = record.file.approval.clone().filter(|(approved, _)| *approved == hash) else {
            return Err(Refusal::ApprovalStale.into());
        };
        self.csaf_gate(&content, at)?;
        let fact = Fact::Advisory(AdvisoryFact::Shared { hash, approved_by, level });
        let said = Said::with(fact, Words::Content(Box::new(content)));
        let appends = vec![self.advisory_append(viewer.actor(), &record, vec![said])];
        let effects = vec![self.shelves_anew(format!("{advisory}:{}", record.file.version))];
        self.commit_decided(Commit { at, appends, effects, ..Commit::default() }).await?;
        Ok(at)
    }

    /// Takes what is shared out of its feed. Whoever fetched it has it.
    pub async fn end_share(&self, viewer: &Viewer, advisory: &StreamId) -> Asked<()> {
        viewer.demand(Act::PublishAdvisory)?;
        let record = self.must_advisory(viewer, advisory).await?;
        record.file.decide(AdvisoryAsk::EndShare)?;
        let said = Said::bare(Fact::Advisory(AdvisoryFact::ShareEnded));
        let appends = vec![self.advisory_append(viewer.actor(), &record, vec![said])];
        let effects = vec![self.shelves_anew(format!("{advisory}:{}", record.file.version))];
        self.commit_decided(Commit { at: self.now(), appends, effects, ..Commit::default() }).await?;
        Ok(())
    }

    /// The job that lays the shelves anew, once what it is about is recorded.
    pub(crate) fn shelves_anew(&self, what: String) -> Effect {
        self.effect(format!("{SHARE}:{what}"), SHARE, &StreamId::org(), None, self.now())
    }

    /// Lays the shelf of every level on which something changed.
    pub(crate) async fn lay_shelves(&self) -> Asked<()> {
        for level in Level::GUARDED {
            for _ in 0..ROUNDS {
                // Another writer may have looked at an older state and written later: whoever wrote looks again.
                if !self.lay_shelf(level).await? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Returns whether the shelf was laid anew.
    async fn lay_shelf(&self, level: Level) -> Asked<bool> {
        let holders = self.holders(level).await?;
        let shared = self.shared_at(level).await?;
        let signer = self.signing_key().await?;
        let print = self.print(&holders, &shared, signer.as_ref().map(|key| key.fingerprint()).unwrap_or_default());
        let stands = self.store.setting(&row(level)).await?;
        let former: Shelf = stands.as_deref().and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default();
        if former.print == print || (stands.is_none() && holders.is_empty() && shared.is_empty()) {
            return Ok(false);
        }
        let files = self.made(level, shared, signer.as_ref())?;
        let key: [u8; 32] = self.by_chance(|chance| draw::<32>(chance));
        let mut shelf = Shelf { print, ..Shelf::default() };
        for access in &holders {
            let public = PublicKey::from_bytes(&access.public).map_err(|_| StoreTrouble::new("an access is damaged: hand out another"))?;
            let sealed = self.by_chance(|chance| seal(&public, &aad(level, "key"), &key, chance));
            shelf.keys.insert(access.place.clone(), STANDARD.encode(sealed.as_bytes()));
        }
        for (path, bytes) in files {
            let sealed = self.by_chance(|chance| seal_with(&key, &aad(level, &path), &bytes, chance));
            shelf.files.insert(name_of(&key, &path), STANDARD.encode(sealed.as_bytes()));
        }
        self.store.keep_setting(&row(level), &serde_json::to_vec(&shelf).unwrap_or_default()).await?;
        Ok(true)
    }

    /// The files of a level as those who hold an access read them, for another web server that guards them.
    pub async fn shared_files(&self, level: Level) -> Asked<BTreeMap<String, Vec<u8>>> {
        let shared = self.shared_at(level).await?;
        let signer = self.signing_key().await?;
        self.made(level, shared, signer.as_ref())
    }

    fn made(
        &self,
        level: Level,
        shared: Vec<super::tree::Guarded>,
        signer: Option<&wardroom_mail::keys::TeamSecret>,
    ) -> Asked<BTreeMap<String, Vec<u8>>> {
        let site = super::tree::site(self);
        let voice = super::tree::Voice::new(self.profile(), &self.addresses.public_url, &self.addresses.mail);
        let (files, troubles) = super::tree::guarded(&site, &voice, signer, self.now(), level, &shared);
        // What is wrong is named by number and test, never by what it says.
        if troubles.is_empty() { Ok(files) } else { Err(StoreTrouble::new(format!("not shared: {}", troubles.join("; "))).into()) }
    }

    /// Accesses for a level whose holder is in the book and has agreed to secrecy.
    async fn holders(&self, level: Level) -> Result<Vec<Access>, StoreTrouble> {
        let mut holders = Vec::new();
        for access in self.access_book().await?.into_iter().filter(|one| one.levels.contains(&level)) {
            if self.recipient(&access.recipient).await?.is_some_and(|one| one.advance) {
                holders.push(access);
            }
        }
        Ok(holders)
    }

    /// What is shared at a level now.
    async fn shared_at(&self, level: Level) -> Asked<Vec<super::tree::Guarded>> {
        let mut shared = Vec::new();
        let viewer = Viewer::house();
        for row in self.store.advisories(&viewer).await?.into_iter().filter(|row| !row.state.is_public()) {
            let Some(record) = self.advisory_record(&viewer, &row.id).await? else { continue };
            let Some(share) = record.file.shared.as_ref().filter(|share| share.level == level) else { continue };
            let said = record.entries.iter().find(|entry| entry.recorded.stream_seq == share.said_at);
            let Some(Words::Content(content)) = said.and_then(|entry| entry.words.clone()) else {
                return Err(StoreTrouble::new("what was shared does not open: is this the desk's key?").into());
            };
            shared.push(super::tree::Guarded { content: *content, shares: record.file.shares });
        }
        Ok(shared)
    }

    fn print(&self, holders: &[Access], shared: &[super::tree::Guarded], signer: String) -> String {
        let mut digest = Sha256::new();
        let mut put = |text: &str| {
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text);
        };
        put(env!("CARGO_PKG_VERSION"));
        put(&signer);
        put(&self.addresses.public_url);
        put(&self.profile().team_name("en"));
        holders.iter().for_each(|one| put(&one.place));
        for one in shared {
            put(&content_hash(&one.content));
            one.shares.iter().for_each(|at| put(&at.to_string()));
        }
        hex(&digest.finalize())
    }
}

impl House {
    /// A file of a guarded level for whoever brings this token: `path` as in its address, without a slash in front. `None`: there is no such file.
    pub(crate) async fn shared_file(&self, token: &Token, level: Level, path: &str) -> Result<Option<SharedFile>, NoAccess> {
        let Some(bytes) = self.store.setting(&row(level)).await? else { return Err(NoAccess::Closed) };
        let shelf: Shelf = serde_json::from_slice(&bytes).map_err(|_| StoreTrouble::new("a shelf is damaged: run `wardroom publish`"))?;
        let stored = |text: &String| STANDARD.decode(text).ok().map(Sealed::from_stored);
        let sealed = shelf.keys.get(&crate::communication::place_of(token)).and_then(stored).ok_or(NoAccess::Closed)?;
        let key = open(&token.keypair(), &aad(level, "key"), &sealed).map_err(|_| NoAccess::Closed)?;
        let key: [u8; 32] = key.as_slice().try_into().map_err(|_| NoAccess::Closed)?;
        let Some(sealed) = shelf.files.get(&name_of(&key, path)).and_then(stored) else { return Ok(None) };
        let plain = open_with(&key, &aad(level, path), &sealed).map_err(|_| StoreTrouble::new("a file of a shelf does not open"))?;
        Ok(Some(SharedFile(plain.to_vec())))
    }
}
