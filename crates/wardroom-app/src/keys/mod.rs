//! The team's OpenPGP keys: kept sealed to the master key, and given to nobody but the parser's child process and the signer. Their life
//! (rotating, retiring, revoking, alarms) is in [`life`], the reporters' keys are in [`ring`].

pub mod life;
pub mod look_up;
pub mod ring;

use crate::asked::{AskError, Asked};
use crate::disclosure::tree::is_public;
use crate::house::Desk;
use crate::ports::store::{Append, Commit, Effect, StoreTrouble};
use crate::record::{Said, SealTo};
use sha2::{Digest, Sha256};
use wardroom_domain::Refusal;
use wardroom_domain::facts::{Fact, OrgFact};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_mail::keys::{HeldSecret, KeyFault, KnownCert, TeamSecret};
use wardroom_mail::smime::SmimeKey;
use wardroom_seal::{Sealed, draw};

const SECRET: &str = "openpgp_secret:";
const SMIME: &str = "smime_secret:";
/// How long a key made by us is valid, in seconds: two years; `keys rotate` makes the next one.
pub const KEY_LIFE_SECONDS: i64 = 2 * 365 * 86_400;

impl Desk {
    /// Makes a fresh team key and puts it in front. Returns its fingerprint.
    pub async fn make_team_key(&self, viewer: &Viewer, user_id: &str) -> Asked<String> {
        viewer.demand(Act::KeepKeys)?;
        let seed = self.by_chance(|chance| draw::<32>(chance));
        // A minute back, so that a mail client whose clock is a little behind ours does not find the key to be from the future.
        let created = self.now().as_second() - 60;
        let key = TeamSecret::generate(user_id, created, Some(created + KEY_LIFE_SECONDS), &seed).map_err(unusable)?;
        self.keep_team_key(&key, false).await
    }

    /// Imports secret keys of the team's (armored, maybe several), or pins public keys of reporters. Returns (fingerprint, what it was taken as).
    pub async fn import_keys(
        &self,
        viewer: &Viewer,
        armored: &[u8],
        passphrase: Option<&str>,
        retired: bool,
    ) -> Asked<Vec<(String, &'static str)>> {
        viewer.demand(Act::KeepKeys)?;
        let text = String::from_utf8_lossy(armored);
        if SmimeKey::is_pem(&text) {
            let key = SmimeKey::import(&text).map_err(|fault| Refusal::FieldWrong { field: "key", why: fault.to_string() })?;
            self.keep_smime_key(viewer, &text, key.fingerprint()).await?;
            return Ok(vec![(key.fingerprint().to_owned(), "S/MIME")]);
        }
        let secret = text.contains("PRIVATE KEY") || matches!(KnownCert::parse(armored), Err(KeyFault::SecretKey));
        if !secret {
            let cert = KnownCert::parse(armored).map_err(unusable)?;
            self.pin_as(&cert, ring::Source::Imported, viewer.name()).await?;
            return Ok(vec![(cert.fingerprint(), "reporter")]);
        }
        let mut taken = Vec::new();
        let mut keys = TeamSecret::import_all(armored, passphrase).map_err(unusable)?;
        // What is kept last stands in front: of several keys in one file that is the youngest.
        keys.sort_by_key(TeamSecret::created);
        for key in keys {
            // A key that can no longer be encrypted to is kept for reading, never offered.
            let usable = key.capabilities(self.now().as_second()).encrypt.is_ok();
            let as_retired = retired || !usable;
            // A key that was rotated, retired or taken back does not come to the front again by being imported once more.
            let known = self.maker().keys.into_iter().find(|known| known.fingerprint == key.fingerprint());
            if let Some(known) = known.filter(|known| !known.is_in_front() && !as_retired) {
                taken.push((known.fingerprint, "known"));
                continue;
            }
            taken.push((self.keep_team_key(&key, as_retired).await?, if as_retired { "retired" } else { "active" }));
        }
        Ok(taken)
    }

    async fn keep_team_key(&self, key: &TeamSecret, retired: bool) -> Asked<String> {
        let fingerprint = key.fingerprint();
        let armored = key.armored_secret().map_err(unusable)?;
        let name = format!("{SECRET}{fingerprint}");
        // The secret first: a key the world is told of must be one we can open with.
        self.keep_sealed(&name, armored.as_bytes()).await?;
        let fact = OrgFact::KeyKept { fingerprint: fingerprint.clone(), public: key.armored_public(), retired };
        self.record_on_org(&Viewer::house(), vec![Fact::Org(fact)]).await?;
        Ok(fingerprint)
    }

    /// Keeps an S/MIME key, sealed like the OpenPGP ones.
    async fn keep_smime_key(&self, viewer: &Viewer, pem: &str, fingerprint: &str) -> Asked<()> {
        let name = format!("{SMIME}{fingerprint}");
        self.keep_sealed(&name, pem.as_bytes()).await?;
        let fact = Fact::Org(OrgFact::SmimeKeyKept { fingerprint: fingerprint.to_owned() });
        if self.store.org().await?.iter().any(|recorded| recorded.fact == fact) {
            return Ok(());
        }
        self.record_on_org(viewer, vec![fact]).await
    }

    /// Fingerprints of the keys that open S/MIME mail.
    pub async fn smime_keys(&self) -> Result<Vec<String>, StoreTrouble> {
        let names = self.store.setting_names(SMIME).await?;
        Ok(names.iter().filter_map(|name| name.strip_prefix(SMIME)).map(str::to_owned).collect())
    }

    /// Differs when [`Desk::held_secrets`] would give others than before; costs one look at the store and opens nothing.
    pub async fn held_secrets_stamp(&self) -> Result<[u8; 32], StoreTrouble> {
        let changes = self.setting_changes(&[SECRET, SMIME]).await?;
        let mut stamp = Sha256::new().chain_update(changes.to_be_bytes());
        self.with_maker(|maker| {
            for key in &maker.keys {
                stamp.update(key.fingerprint.as_bytes());
                stamp.update([0, u8::from(key.retired)]);
            }
        });
        Ok(stamp.finalize().into())
    }

    /// All secret keys, for the process that opens mail.
    pub async fn held_secrets(&self) -> Result<Vec<HeldSecret>, StoreTrouble> {
        let mut held = Vec::new();
        for key in self.maker().keys {
            if let Some(armored) = self.secret_of(&key.fingerprint).await? {
                held.push(HeldSecret { armored, passphrase: None, retired: key.retired });
            }
        }
        for name in self.store.setting_names(SMIME).await? {
            let Some(bytes) = self.store.setting(&name).await? else { continue };
            let plain = self
                .master()
                .open(&name, &Sealed::from_stored(bytes))
                .map_err(|_| StoreTrouble::new(format!("the key {name} does not open: is this the master key of this data directory?")))?;
            held.push(HeldSecret { armored: String::from_utf8_lossy(&plain).into_owned(), passphrase: None, retired: false });
        }
        Ok(held)
    }

    /// The key that signs: the newest active one that can today. If none can, the newest, whose refusal says why.
    pub async fn signing_key(&self) -> Result<Option<TeamSecret>, StoreTrouble> {
        let now = self.now().as_second();
        let mut fallback = None;
        for key in self.maker().keys.iter().filter(|key| !key.retired) {
            if let Some(armored) = self.secret_of(&key.fingerprint).await?
                && let Ok(secret) = TeamSecret::import(armored.as_bytes(), None)
                && (secret.capabilities(now).sign || fallback.is_none())
            {
                if secret.capabilities(now).sign {
                    return Ok(Some(secret));
                }
                fallback = Some(secret);
            }
        }
        Ok(fallback)
    }

    pub(crate) async fn secret_of(&self, fingerprint: &str) -> Result<Option<String>, StoreTrouble> {
        let name = format!("{SECRET}{fingerprint}");
        let Some(bytes) = self.store.setting(&name).await? else { return Ok(None) };
        let plain = self.master().open(&name, &Sealed::from_stored(bytes)).map_err(|_| {
            StoreTrouble::new(format!("the secret key {fingerprint} does not open: is this the master key of this data directory?"))
        })?;
        Ok(Some(String::from_utf8_lossy(&plain).into_owned()))
    }

    /// Records facts about the maker and refreshes the cache. What shows in the public world has it made anew.
    pub(crate) async fn record_on_org(&self, viewer: &Viewer, facts: Vec<Fact>) -> Asked<()> {
        self.record_on_org_with(viewer, facts, Vec::new()).await
    }

    /// The same with effects beside those that follow from the facts.
    pub(crate) async fn record_on_org_with(&self, viewer: &Viewer, facts: Vec<Fact>, more: Vec<Effect>) -> Asked<()> {
        let org = StreamId::org();
        let mut effects = more;
        if facts.iter().any(is_public) {
            effects.push(self.effect(format!("publish:org:{}", self.random_name()), "publish", &org, None, self.now()));
        }
        let mut tries = 0;
        loop {
            let expected = self.store.org().await?.last().map_or(0, |recorded| recorded.stream_seq);
            let key = self.store.stream_public_key(&org).await?.unwrap_or(self.desk_public);
            let to = SealTo { stream: &key, reporter: None };
            let new = facts.iter().cloned().map(|fact| self.seal_said(&org, to, Said::bare(fact))).collect();
            let append = Append { stream: org.clone(), expected, actor: viewer.actor(), key: None, series: None, facts: new };
            let commit = Commit { at: self.now(), appends: vec![append], effects: effects.clone(), ..Commit::default() };
            match self.store.commit(commit).await {
                Ok(_) => break,
                Err(crate::ports::store::CommitError::Conflict { .. }) if tries < 5 => tries += 1,
                Err(error) => return Err(error.into()),
            }
        }
        self.refresh().await?;
        Ok(())
    }
}

pub(crate) fn unusable(fault: KeyFault) -> AskError {
    Refusal::FieldWrong { field: "key", why: fault.to_string() }.into()
}
