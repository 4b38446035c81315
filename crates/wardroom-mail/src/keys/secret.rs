//! The team's own keys: making, importing, exporting them, and holding them unlocked for opening mail.
//! Deliberately no storage: armoured text goes in and out, and whoever keeps it keeps it sealed.

use super::{CertView, EncryptionTarget, KeyFault, timestamp};
use crate::pgp::{armor, contained, policy};
use pgp::composed::{Deserializable, KeyType, SignedKeyDetails, SignedSecretKey, SignedSecretSubKey};
use pgp::crypto::ecc_curve::ECCCurve;
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::{self, KeyFlags, PubKeyInner, SignatureConfig, SignatureType, Subpacket, SubpacketData, UserId};
use pgp::ser::Serialize as _;
use pgp::types::{KeyDetails, KeyVersion, PacketHeaderVersion, Password, S2kParams, SecretParams, SigningKey, StringToKey, Tag, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// One of the team's keys, unlocked.
#[derive(Clone)]
pub struct TeamSecret {
    pub(super) key: SignedSecretKey,
    pub(super) view: CertView,
}

/// What a key of ours can do at a given time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// Nothing stands against encrypting to it now, or what does.
    pub encrypt: Result<(), KeyFault>,
    /// It can sign now.
    pub sign: bool,
    /// It invites GnuPG's own OCB packets, which other programs may not read. We do.
    pub gnupg_aead: bool,
    /// RSA: opening a mail takes a hundred times longer, and its timing tells more. Curve keys are better.
    pub rsa: bool,
}

/// A secret key on its way to the process that opens mail.
#[derive(Clone, Serialize, Deserialize)]
pub struct HeldSecret {
    /// Armoured secret key; every key in it is held.
    pub armored: String,
    /// What unlocks it, if it is locked.
    pub passphrase: Option<String>,
    /// No longer published: mail to it is opened, and flagged.
    pub retired: bool,
}

/// The keys mail is opened with, unlocked once.
#[derive(Clone, Default)]
pub struct SecretKeys {
    held: Vec<Held>,
    smime: Vec<crate::smime::SmimeKey>,
}

#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) key: SignedSecretKey,
    pub(crate) fingerprint: String,
    pub(crate) retired: bool,
}

impl SecretKeys {
    /// Unlocks every key once.
    pub fn unlock(secrets: &[HeldSecret]) -> Result<Self, KeyFault> {
        let mut keys = Self::default();
        for secret in secrets {
            if crate::smime::SmimeKey::is_pem(&secret.armored) {
                keys.smime.push(crate::smime::SmimeKey::import(&secret.armored).map_err(|_| KeyFault::Failed)?);
                continue;
            }
            let passphrase = secret.passphrase.as_deref();
            for key in TeamSecret::import_all(secret.armored.as_bytes(), passphrase)? {
                keys.hold(&key, secret.retired);
            }
        }
        Ok(keys)
    }

    /// Adds a key that is in use.
    #[must_use]
    pub fn with_active(mut self, secret: &TeamSecret) -> Self {
        self.hold(secret, false);
        self
    }

    /// Adds a key that is no longer published.
    #[must_use]
    pub fn with_retired(mut self, secret: &TeamSecret) -> Self {
        self.hold(secret, true);
        self
    }

    /// Adds a key that opens S/MIME mail.
    #[must_use]
    pub fn with_smime(mut self, key: crate::smime::SmimeKey) -> Self {
        self.smime.push(key);
        self
    }

    pub(crate) fn smime(&self) -> &[crate::smime::SmimeKey] {
        &self.smime
    }

    /// Whether there is no key at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.held.is_empty() && self.smime.is_empty()
    }

    fn hold(&mut self, secret: &TeamSecret, retired: bool) {
        self.held.push(Held { key: secret.key.clone(), fingerprint: secret.fingerprint(), retired });
    }

    pub(crate) fn held(&self) -> &[Held] {
        &self.held
    }
}

impl std::fmt::Debug for SecretKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.held.iter().map(|held| &held.fingerprint)).finish()
    }
}

impl std::fmt::Debug for TeamSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "TeamSecret({})", self.fingerprint())
    }
}

impl TeamSecret {
    /// Makes a version 4 key, Ed25519 to sign and Curve25519 to encrypt, which GnuPG 2.2 reads.
    ///
    /// Times are unix seconds; `seed` must be fresh randomness and be used for nothing else.
    pub fn generate(user_id: &str, created: i64, expires: Option<i64>, seed: &[u8; 32]) -> Result<Self, KeyFault> {
        let created_at = timestamp(created);
        let lifetime = match expires {
            Some(at) if at <= created => return Err(KeyFault::Expired { at }),
            Some(at) => Some(timestamp(at).as_secs().saturating_sub(created_at.as_secs())),
            None => None,
        };
        let mut features = packet::Features::default();
        features.set_seipd_v1(true);
        let key = contained(|| make(user_id, created_at, lifetime, features, seed)).ok_or(KeyFault::Failed)?;
        Self::of(key.map_err(|_| KeyFault::Failed)?)
    }

    /// Reads one secret key; with several in the input, the first.
    pub fn import(armored: &[u8], passphrase: Option<&str>) -> Result<Self, KeyFault> {
        Self::import_all(armored, passphrase)?.into_iter().next().ok_or(KeyFault::NoSecretKey)
    }

    /// Reads all secret keys in the input (armoured or binary), and unlocks them.
    pub fn import_all(armored: &[u8], passphrase: Option<&str>) -> Result<Vec<Self>, KeyFault> {
        if armored.len() > policy::CERTIFICATE_BYTES {
            return Err(KeyFault::TooLarge);
        }
        let binary = Zeroizing::new(armor::binary(armored).ok_or(KeyFault::NoSecretKey)?);
        let keys = contained(|| {
            let keys = SignedSecretKey::from_bytes_many(binary.as_slice()).map_err(|_| KeyFault::Damaged)?;
            keys.map(|key| key.map_err(|_| KeyFault::Damaged)).collect::<Result<Vec<_>, _>>()
        });
        let keys = keys.unwrap_or(Err(KeyFault::Damaged))?;
        if keys.is_empty() {
            return Err(KeyFault::NoSecretKey);
        }
        let password = passphrase.map_or_else(Password::empty, Password::from);
        keys.into_iter().map(|key| Self::of(unlocked(key, &password)?)).collect()
    }

    fn of(key: SignedSecretKey) -> Result<Self, KeyFault> {
        let view = contained(|| CertView::of(key.to_public_key())).ok_or(KeyFault::Damaged)??;
        Ok(Self { key, view })
    }

    /// The secret key as armoured text, not locked: seal it before it is kept anywhere.
    pub fn armored_secret(&self) -> Result<Zeroizing<String>, KeyFault> {
        let bytes = Zeroizing::new(self.key.to_bytes().map_err(|_| KeyFault::Failed)?);
        Ok(Zeroizing::new(armor::encode("PRIVATE KEY BLOCK", &bytes)))
    }

    /// The certificate as armoured text, for publishing.
    #[must_use]
    pub fn armored_public(&self) -> String {
        self.view.armored()
    }

    /// The certificate in binary, as a Web Key Directory serves it.
    #[must_use]
    pub fn binary_public(&self) -> Vec<u8> {
        self.view.binary()
    }

    /// Upper-case hexadecimal fingerprint of the primary key.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.view.fingerprint()
    }

    /// The first user id.
    #[must_use]
    pub fn user_id(&self) -> String {
        self.view.user_ids().into_iter().next().unwrap_or_default()
    }

    /// Creation time in unix seconds.
    #[must_use]
    pub fn created(&self) -> i64 {
        i64::from(self.key.primary_key.public_key().created_at().as_secs())
    }

    /// Expiry in unix seconds as seen at `now`. None: it does not expire.
    #[must_use]
    pub fn expires(&self, now: i64) -> Option<i64> {
        self.view.expires(timestamp(now))
    }

    /// What the key can do at `now` (unix seconds).
    #[must_use]
    pub fn capabilities(&self, now: i64) -> Capabilities {
        let at = timestamp(now);
        let rsa = |params: &pgp::types::PublicParams| matches!(params, pgp::types::PublicParams::RSA(_));
        Capabilities {
            encrypt: self.view.encryption_key(at).map(|_: EncryptionTarget| ()),
            sign: self.signer(at).is_ok(),
            gnupg_aead: self.view.announces_gnupg_aead(at),
            rsa: rsa(self.key.primary_key.public_key().public_params())
                || self.key.secret_subkeys.iter().any(|subkey| rsa(subkey.key.public_key().public_params())),
        }
    }

    /// The part that signs at `now`.
    pub(crate) fn signer(&self, now: Timestamp) -> Result<&dyn SigningKey, KeyFault> {
        self.view.validity(now)?;
        let valid = self.view.strict().valid_signing_capable_component_keys_at(now);
        let may = |fingerprint| valid.iter().any(|key| key.as_componentkey().fingerprint() == fingerprint);
        let subkeys = self.key.secret_subkeys.iter().filter(|subkey| may(subkey.key.public_key().fingerprint()));
        if let Some(newest) = subkeys.max_by_key(|subkey| subkey.key.public_key().created_at()) {
            return Ok(&newest.key);
        }
        if may(self.key.primary_key.public_key().fingerprint()) {
            return Ok(&self.key.primary_key);
        }
        Err(KeyFault::CannotSign)
    }
}

fn unlocked(mut key: SignedSecretKey, password: &Password) -> Result<SignedSecretKey, KeyFault> {
    affordable(key.primary_key.secret_params())?;
    key.primary_key.remove_password(password).map_err(|_| KeyFault::WrongPassphrase)?;
    for subkey in &mut key.secret_subkeys {
        affordable(subkey.key.secret_params())?;
        subkey.key.remove_password(password).map_err(|_| KeyFault::WrongPassphrase)?;
    }
    Ok(key)
}

fn affordable(params: &SecretParams) -> Result<(), KeyFault> {
    let SecretParams::Encrypted(encrypted) = params else {
        return Ok(());
    };
    let (S2kParams::Aead { s2k, .. } | S2kParams::Cfb { s2k, .. } | S2kParams::MalleableCfb { s2k, .. }) = encrypted.string_to_key_params()
    else {
        return Ok(());
    };
    match s2k {
        StringToKey::Argon2 { m_enc, .. } if *m_enc > policy::ARGON2_MEMORY_EXPONENT => Err(KeyFault::UnlockTooExpensive),
        _ => Ok(()),
    }
}

fn make(
    user_id: &str,
    created: Timestamp,
    lifetime: Option<u32>,
    features: packet::Features,
    seed: &[u8; 32],
) -> pgp::errors::Result<SignedSecretKey> {
    let mut rng = StdRng::from_seed(*seed);
    let unlocked = Password::empty();
    let (params, secret) = KeyType::Ed25519Legacy.generate(&mut rng)?;
    let inner = PubKeyInner::new(KeyVersion::V4, KeyType::Ed25519Legacy.to_alg(), created, None, params)?;
    let primary = packet::SecretKey::new(packet::PublicKey::from_inner(inner)?, secret)?;

    let encryption = KeyType::ECDH(ECCCurve::Curve25519Legacy);
    let (params, secret) = encryption.generate(&mut rng)?;
    let inner = PubKeyInner::new(KeyVersion::V4, encryption.to_alg(), created, None, params)?;
    let subkey = packet::SecretSubkey::new(packet::PublicSubkey::from_inner(inner)?, secret)?;

    let mut flags = KeyFlags::default();
    flags.set_certify(true);
    flags.set_sign(true);
    let mut config = self_signature(&primary, SignatureType::CertPositive, created, lifetime, flags)?;
    let ciphers = [SymmetricKeyAlgorithm::AES256, SymmetricKeyAlgorithm::AES192, SymmetricKeyAlgorithm::AES128];
    let hashes = [HashAlgorithm::Sha512, HashAlgorithm::Sha384, HashAlgorithm::Sha256];
    for data in [
        SubpacketData::Features(features),
        SubpacketData::PreferredSymmetricAlgorithms(ciphers.into_iter().collect()),
        SubpacketData::PreferredHashAlgorithms(hashes.into_iter().collect()),
        SubpacketData::IsPrimary(true),
    ] {
        config.hashed_subpackets.push(Subpacket::regular(data)?);
    }
    let identity = UserId::from_str(PacketHeaderVersion::default(), user_id)?;
    let certification = config.sign_certification(&primary, primary.public_key(), &unlocked, Tag::UserId, &identity)?;

    let mut flags = KeyFlags::default();
    flags.set_encrypt_comms(true);
    flags.set_encrypt_storage(true);
    let config = self_signature(&primary, SignatureType::SubkeyBinding, created, lifetime, flags)?;
    let binding = config.sign_subkey_binding(&primary, primary.public_key(), &unlocked, subkey.public_key())?;

    let details = SignedKeyDetails::new(vec![], vec![], vec![identity.into_signed(certification)], vec![]);
    let subkeys = vec![SignedSecretSubKey::new(subkey, vec![binding])];
    Ok(SignedSecretKey::new(primary, details, vec![], subkeys))
}

fn self_signature(
    primary: &packet::SecretKey,
    kind: SignatureType,
    created: Timestamp,
    lifetime: Option<u32>,
    flags: KeyFlags,
) -> pgp::errors::Result<SignatureConfig> {
    let public = primary.public_key();
    let mut config = SignatureConfig::v4(kind, public.algorithm(), HashAlgorithm::Sha512);
    config.hashed_subpackets = vec![
        Subpacket::critical(SubpacketData::SignatureCreationTime(created))?,
        Subpacket::regular(SubpacketData::IssuerFingerprint(public.fingerprint()))?,
        Subpacket::critical(SubpacketData::KeyFlags(flags))?,
    ];
    if let Some(seconds) = lifetime {
        let lifetime = pgp::types::Duration::from_secs(seconds);
        config.hashed_subpackets.push(Subpacket::critical(SubpacketData::KeyExpirationTime(lifetime))?);
    }
    config.unhashed_subpackets = vec![Subpacket::regular(SubpacketData::IssuerKeyId(public.legacy_key_id()))?];
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_invites_gnupgs_own_packets_is_recognised() {
        for (bits, invited) in [(0x01, false), (0x03, true), (0x02, true)] {
            let features = packet::Features::from(&[bits][..]);
            let key = make("x <x@y.example>", Timestamp::from_secs(1_000), None, features, &[1; 32]).unwrap();
            assert_eq!(TeamSecret::of(key).unwrap().capabilities(2_000).gnupg_aead, invited, "{bits}");
        }
    }
}
