//! The public world: published advisories, the profile, the public keys. Gathered from facts that are public by nature; no stream key,
//! no viewer, no secret is needed, so the public face can do it as well as the worker.

use crate::house::{House, TeamKey};
use crate::ports::store::StoreTrouble;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use wardroom_domain::disclosure::{AdvisoryFile, Cleared, Ending, Level, Publication};
use wardroom_domain::facts::{Fact, OrgFact};
use wardroom_domain::log::{Recorded, StreamId};
use wardroom_domain::profile::Profile;
use wardroom_mail::keys::KnownCert;

/// One published advisory: its versions, oldest first, all cleared.
#[derive(Clone, Debug)]
pub struct PublicAdvisory {
    /// `CALTERAH-SA-2026-0001`
    pub number: String,
    pub versions: Vec<Cleared<Publication>>,
}

impl PublicAdvisory {
    /// The version in force. There is always one: an advisory without a publication is not in the public world.
    pub fn latest(&self) -> Option<&Publication> {
        self.versions.last().map(Cleared::get)
    }

    /// When the first version was released.
    pub fn first_released(&self) -> Option<Timestamp> {
        self.versions.first().map(|one| one.get().released_at)
    }

    /// When anything of it last changed: the newest release.
    pub fn changed_at(&self) -> Option<Timestamp> {
        self.latest().map(|latest| latest.released_at)
    }

    /// How it was taken back, if it was.
    pub fn ending(&self) -> Option<&Ending> {
        self.latest().and_then(|latest| latest.content.texts.ending.as_ref())
    }
}

/// A public OpenPGP key of the team's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKeyCard {
    /// 40 hex digits, upper case.
    pub fingerprint: String,
    pub armored: String,
    /// Binary certificate (WKD).
    pub binary: Vec<u8>,
    pub user_id: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub retired: bool,
    /// Another key took its place; until this instant it is still offered.
    pub retires_at: Option<Timestamp>,
    /// Taken back: nothing must be encrypted to it.
    pub revoked: bool,
}

/// Everything a public page or feed may be made from.
#[derive(Clone)]
pub struct PublicWorld {
    pub profile: Arc<Profile>,
    /// `https://psirt.example` without a slash at the end.
    pub base_url: String,
    /// Mail address of the team, or empty.
    pub address: String,
    /// Our number as a GCVE numbering authority.
    pub gna: Option<u32>,
    /// Levels whose feeds are named, though what is in them is for those who hold an access.
    pub levels: BTreeSet<Level>,
    /// Newest first.
    pub advisories: Vec<Arc<PublicAdvisory>>,
    /// Active key first.
    pub keys: Vec<PublicKeyCard>,
    /// When the newest thing in this world happened (a release, a key, the profile): the `updated` of feeds.
    pub updated_at: Timestamp,
    /// The log up to this fact was looked at.
    pub through: u64,
}

/// Who publishes: the public world without its advisories.
pub fn site(house: &House) -> PublicWorld {
    let maker = house.maker();
    let now = house.now();
    PublicWorld {
        profile: maker.profile,
        base_url: house.addresses.public_url.trim_end_matches('/').to_owned(),
        address: house.addresses.mail.clone(),
        gna: house.addresses.gna,
        levels: maker.levels,
        advisories: Vec::new(),
        keys: maker.keys.iter().filter_map(|key| key_card(key, now)).collect(),
        updated_at: maker.shown_at,
        through: 0,
    }
}

impl PublicWorld {
    /// The same with these advisories, each in the place of the one of the same number.
    #[must_use]
    pub fn with(mut self, advisories: Vec<Arc<PublicAdvisory>>) -> PublicWorld {
        for fresh in advisories {
            self.updated_at = self.updated_at.max(fresh.changed_at().unwrap_or_default());
            self.advisories.retain(|one| one.number != fresh.number);
            let newest = (fresh.changed_at(), &fresh.number);
            let place = self.advisories.partition_point(|one| (one.changed_at(), &one.number) > newest);
            self.advisories.insert(place, fresh);
        }
        self
    }
}

/// The world as it is now, from one that was gathered before: only what changed since is read.
pub async fn world_after(house: &House, former: &PublicWorld) -> Result<PublicWorld, StoreTrouble> {
    let through = house.store.head().await?.size;
    let changed = published(&house.store.published_after(former.through).await?);
    let site = PublicWorld { advisories: former.advisories.clone(), through, ..site(house) };
    let released = site.advisories.iter().filter_map(|one| one.changed_at()).max();
    Ok(PublicWorld { updated_at: released.max(Some(site.updated_at)).unwrap_or_default(), ..site }.with(changed))
}

/// Gathers the public world. The same facts give the same world, in every process.
pub async fn world(house: &House) -> Result<PublicWorld, StoreTrouble> {
    let through = house.store.head().await?.size;
    let advisories = published(&house.store.published().await?);
    let site = site(house);
    let released = advisories.iter().filter_map(|one| one.changed_at()).max();
    Ok(PublicWorld { updated_at: released.max(Some(site.updated_at)).unwrap_or_default(), advisories, through, ..site })
}

/// What of the maker's history shows in the public world. People and the catalogue do not, and of an access only the levels. Whatever records such a fact has the tree made
/// anew (`record_on_org`): security.txt, the key directory, provider metadata and pages follow from here and from nowhere else.
pub(crate) fn is_public(fact: &Fact) -> bool {
    use OrgFact as O;
    matches!(
        fact,
        Fact::Org(
            O::Founded { .. }
                | O::ProfileSet { .. }
                | O::KeyKept { .. }
                | O::KeyRetiring { .. }
                | O::KeyRetired { .. }
                | O::KeyRevoked { .. }
                | O::AccessHandedOut { .. }
        )
    )
}

/// Folds advisory facts into what is public of them, newest first. Advisories without a publication are left out.
pub fn published(facts: &[Recorded<Fact>]) -> Vec<Arc<PublicAdvisory>> {
    let mut streams: BTreeMap<&StreamId, Vec<Recorded<Fact>>> = BTreeMap::new();
    for recorded in facts {
        streams.entry(&recorded.stream).or_default().push(recorded.clone());
    }
    let mut advisories: Vec<Arc<PublicAdvisory>> = streams.into_values().filter_map(|facts| advisory(&facts)).map(Arc::new).collect();
    advisories.sort_by(|a, b| (b.changed_at(), &b.number).cmp(&(a.changed_at(), &a.number)));
    advisories
}

fn advisory(facts: &[Recorded<Fact>]) -> Option<PublicAdvisory> {
    let file = AdvisoryFile::fold(facts)?;
    let versions = Cleared::<Publication>::from_log(&file);
    let number = versions.last()?.get().content.id.clone();
    Some(PublicAdvisory { number, versions })
}

/// A public key as pages and directories show it. A key that cannot be read is left out, and the log names its fingerprint.
pub fn key_card(key: &TeamKey, now: Timestamp) -> Option<PublicKeyCard> {
    let cert = match KnownCert::parse(key.public.as_bytes()) {
        Ok(cert) => cert,
        Err(fault) => {
            tracing::error!(fingerprint = key.fingerprint, %fault, "a public key of the team cannot be read and is not published");
            return None;
        }
    };
    let instant = |seconds| Timestamp::from_second(seconds).ok();
    Some(PublicKeyCard {
        fingerprint: cert.fingerprint(),
        armored: format!("{}\n", cert.armored().trim_end()),
        binary: cert.binary(),
        user_id: cert.user_ids().into_iter().next().unwrap_or_default(),
        created_at: instant(cert.created()).unwrap_or_default(),
        expires_at: cert.expires(now.as_second()).and_then(instant),
        retired: key.retired,
        retires_at: key.retires_at,
        revoked: key.revoked,
    })
}
