//! Certificates of other people: reading them within bounds, and saying what they are good for at a given time.
//! Deliberately no opinion on whose key it is: whether an address belongs to a person is decided elsewhere.

use super::{KeyFault, timestamp};
use crate::pgp::armor::{self, Kind, Stretch};
use crate::pgp::packets::{self, Shape};
use crate::pgp::{contained, policy};
use pgp::composed::{Deserializable, SignedPublicKey, SignedPublicSubKey};
use pgp::packet::Signature;
use pgp::ser::Serialize as _;
use pgp::types::{Fingerprint, KeyDetails, KeyVersion, Timestamp};
use rpgpie::certificate::{Certificate, Checked};
use serde::{Deserialize, Serialize};

/// A certificate that signatures are checked against. It need not be usable any more: it may have been when it signed.
/// In JSON it is its armoured text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KnownCert {
    view: CertView,
}

/// A reporter's certificate that we may encrypt to at the time it was parsed for.
#[derive(Debug, Clone)]
pub struct ReporterCert {
    view: CertView,
}

impl KnownCert {
    /// Reads one certificate, armoured or binary, without judging its validity.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyFault> {
        CertView::parse(bytes).map(|view| Self { view })
    }

    /// Reads one certificate for new trust: refuses what is expired, revoked or weak at `now` (unix seconds). Unlike a
    /// [`ReporterCert`] it need not be able to encrypt.
    pub fn parse_sound(bytes: &[u8], now: i64) -> Result<Self, KeyFault> {
        let known = Self::parse(bytes)?;
        known.view.validity(timestamp(now))?;
        Ok(known)
    }

    /// Upper-case hexadecimal fingerprint of the primary key.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.view.fingerprint()
    }

    /// All user ids, as text.
    #[must_use]
    pub fn user_ids(&self) -> Vec<String> {
        self.view.user_ids()
    }

    /// The mail addresses in the user ids that the key itself certifies, in lower case.
    #[must_use]
    pub fn addresses(&self) -> Vec<String> {
        self.view.addresses()
    }

    /// The certificate as armoured text.
    #[must_use]
    pub fn armored(&self) -> String {
        self.view.armored()
    }

    /// The certificate in binary, as a Web Key Directory serves it.
    #[must_use]
    pub fn binary(&self) -> Vec<u8> {
        self.view.binary()
    }

    /// Creation time in unix seconds.
    #[must_use]
    pub fn created(&self) -> i64 {
        i64::from(self.view.original.primary_key.created_at().as_secs())
    }

    /// Expiry in unix seconds as seen at `now`. None: it does not expire.
    #[must_use]
    pub fn expires(&self, now: i64) -> Option<i64> {
        self.view.expires(timestamp(now))
    }

    /// What stands against encrypting to it at `now`; nothing: it is fine.
    pub fn encryptable(&self, now: i64) -> Result<(), KeyFault> {
        self.view.encryption_key(timestamp(now)).map(|_| ())
    }

    /// Of its primary key: 4 or 6; 0 for one we do not know.
    #[must_use]
    pub fn version(&self) -> u8 {
        match self.view.original.primary_key.version() {
            KeyVersion::V4 => 4,
            KeyVersion::V6 => 6,
            _ => 0,
        }
    }

    pub(crate) fn view(&self) -> &CertView {
        &self.view
    }
}

impl TryFrom<String> for KnownCert {
    type Error = KeyFault;

    fn try_from(armored: String) -> Result<Self, Self::Error> {
        Self::parse(armored.as_bytes())
    }
}

impl From<KnownCert> for String {
    fn from(known: KnownCert) -> Self {
        known.armored()
    }
}

impl ReporterCert {
    /// Reads one public key and refuses what must not be encrypted to at `now` (unix seconds), saying why.
    pub fn parse(bytes: &[u8], now: i64) -> Result<Self, KeyFault> {
        let view = CertView::parse(bytes)?;
        view.encryption_key(timestamp(now))?;
        Ok(Self { view })
    }

    /// Upper-case hexadecimal fingerprint of the primary key.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.view.fingerprint()
    }

    /// All user ids, as text.
    #[must_use]
    pub fn user_ids(&self) -> Vec<String> {
        self.view.user_ids()
    }

    /// The mail addresses in the user ids that the key itself certifies, in lower case.
    #[must_use]
    pub fn addresses(&self) -> Vec<String> {
        self.view.addresses()
    }

    /// When the certificate expires, in unix seconds.
    #[must_use]
    pub fn expires(&self, now: i64) -> Option<i64> {
        self.view.expires(timestamp(now))
    }

    /// The certificate as armoured text.
    #[must_use]
    pub fn armored(&self) -> String {
        self.view.armored()
    }

    /// The same certificate, to check signatures with.
    #[must_use]
    pub fn known(&self) -> KnownCert {
        KnownCert { view: self.view.clone() }
    }

    pub(crate) fn view(&self) -> &CertView {
        &self.view
    }
}

/// A certificate with its self-signatures checked twice: as they are, and only those with a trusted hash.
#[derive(Debug, Clone)]
pub(crate) struct CertView {
    original: SignedPublicKey,
    lenient: Checked,
    strict: Checked,
    /// Fingerprint and key id of every component, computed once.
    components: Vec<(Fingerprint, pgp::types::KeyId)>,
}

/// The key a session key is encrypted to.
#[derive(Debug, Clone)]
pub(crate) enum EncryptionTarget {
    Primary(pgp::packet::PublicKey),
    Subkey(pgp::packet::PublicSubkey),
}

impl CertView {
    fn parse(bytes: &[u8]) -> Result<Self, KeyFault> {
        let binary = survey_certificate(bytes)?;
        contained(|| {
            let key = SignedPublicKey::from_bytes(binary.as_slice()).map_err(|_| KeyFault::Damaged)?;
            Self::of(key)
        })
        .unwrap_or(Err(KeyFault::Damaged))
    }

    pub(crate) fn of(mut key: SignedPublicKey) -> Result<Self, KeyFault> {
        keep_own_signatures(&mut key);
        let details = &key.details;
        let parts = details.users.len() + key.public_subkeys.len();
        // each of them is verified, so their number is what a certificate costs
        let signatures = details.direct_signatures.len()
            + details.revocation_signatures.len()
            + details.users.iter().map(|user| user.signatures.len()).sum::<usize>()
            + key.public_subkeys.iter().map(|subkey| subkey.signatures.len()).sum::<usize>();
        if parts > policy::CERTIFICATE_PARTS || signatures > policy::CERTIFICATE_SIGNATURES {
            return Err(KeyFault::TooLarge);
        }
        let mut trusted = key.clone();
        keep_trusted_hashes(&mut trusted);
        Ok(Self {
            lenient: Checked::new(Certificate::from(key.clone())),
            strict: Checked::new(Certificate::from(trusted)),
            components: components(&key),
            original: key,
        })
    }

    pub(crate) fn strict(&self) -> &Checked {
        &self.strict
    }

    pub(crate) fn fingerprint(&self) -> String {
        format!("{:X}", self.original.primary_key.fingerprint())
    }

    pub(crate) fn user_ids(&self) -> Vec<String> {
        let users = self.original.details.users.iter();
        users.map(|user| String::from_utf8_lossy(user.id.id()).into_owned()).collect()
    }

    fn addresses(&self) -> Vec<String> {
        let certified = self.strict.user_ids().iter().filter(|user| !user.signatures.is_empty());
        certified.filter_map(|user| address_in(&String::from_utf8_lossy(user.id.id()))).collect()
    }

    pub(crate) fn armored(&self) -> String {
        armor::encode("PUBLIC KEY BLOCK", &self.binary())
    }

    pub(crate) fn binary(&self) -> Vec<u8> {
        self.original.to_bytes().unwrap_or_default()
    }

    /// Whether one of the component keys has such a fingerprint or key id.
    pub(crate) fn has_component(&self, matches: impl Fn(&Fingerprint, &pgp::types::KeyId) -> bool) -> bool {
        self.components.iter().any(|(fingerprint, id)| matches(fingerprint, id))
    }

    /// Expiry of the certificate as seen at `now`, in unix seconds.
    pub(crate) fn expires(&self, now: Timestamp) -> Option<i64> {
        let active = self.lenient.active_certificate_self_signature_at(now)?;
        let lifetime = active.key_expiration_time().map(|lifetime| lifetime.as_secs()).filter(|secs| *secs != 0)?;
        Some(i64::from(self.original.primary_key.created_at().as_secs()) + i64::from(lifetime))
    }

    /// Bit 0x02 of the features: the key's owner reads GnuPG's own OCB packet, so mail to it may come in that form.
    pub(crate) fn announces_gnupg_aead(&self, now: Timestamp) -> bool {
        let features = self.strict.features(now).map(Vec::<u8>::from);
        features.and_then(|bytes| bytes.first().copied()).is_some_and(|first| first & 0x02 != 0)
    }

    /// Why the certificate as a whole is not valid at `now`.
    pub(crate) fn validity(&self, now: Timestamp) -> Result<(), KeyFault> {
        let primary = &self.original.primary_key;
        let revocations = &self.original.details.revocation_signatures;
        if revocations.iter().any(|revocation| revocation.verify_key(primary).is_ok()) || self.lenient.revoked_at(now) {
            return Err(KeyFault::Revoked);
        }
        if primary.created_at() > now {
            return Err(KeyFault::NotYetValid);
        }
        if let Some(at) = self.expires(now).filter(|at| *at <= i64::from(now.as_secs())) {
            return Err(KeyFault::Expired { at });
        }
        if matches!(self.strict.primary_valid_at(now), Ok(true)) {
            return Ok(());
        }
        if is_weak(primary) {
            return Err(KeyFault::WeakAlgorithm);
        }
        if !self.all_self_signatures_trusted() {
            return Err(KeyFault::WeakSignature);
        }
        Err(KeyFault::NoIdentity)
    }

    /// The newest component that may receive mail at `now`, or why there is none.
    pub(crate) fn encryption_key(&self, now: Timestamp) -> Result<EncryptionTarget, KeyFault> {
        self.validity(now)?;
        let valid: Vec<Fingerprint> = self.strict.valid_subkeys_at(now).iter().map(KeyDetails::fingerprint).collect();
        let checked = self.strict.as_signed_public_key();
        let usable = |subkey: &&SignedPublicSubKey| {
            valid.contains(&subkey.key.fingerprint())
                && active_binding(subkey, now).is_some_and(receives_mail)
                && policy::encryption_params_are_fine(subkey.key.public_params())
        };
        if let Some(subkey) = checked.public_subkeys.iter().filter(usable).max_by_key(|subkey| subkey.key.created_at()) {
            return Ok(EncryptionTarget::Subkey(subkey.key.clone()));
        }
        let primary = &checked.primary_key;
        if self.strict.active_certificate_self_signature_at(now).is_some_and(receives_mail)
            && policy::encryption_params_are_fine(primary.public_params())
        {
            return Ok(EncryptionTarget::Primary(primary.clone()));
        }
        Err(self.why_no_encryption(now))
    }

    fn why_no_encryption(&self, now: Timestamp) -> KeyFault {
        let mut reason = KeyFault::SignOnly;
        for subkey in &self.original.public_subkeys {
            let Some(binding) = active_binding(subkey, now).filter(|binding| receives_mail(binding)) else {
                continue;
            };
            let revoked = subkey.signatures.iter().any(|signature| {
                signature.typ() == Some(pgp::packet::SignatureType::SubkeyRevocation)
                    && signature.verify_subkey_binding(&self.original.primary_key, &subkey.key).is_ok()
            });
            let lifetime = binding.key_expiration_time().map_or(0, |lifetime| lifetime.as_secs());
            let expired = lifetime != 0 && subkey.key.created_at().as_secs().saturating_add(lifetime) <= now.as_secs();
            reason = match (revoked, expired) {
                (true, _) => KeyFault::EncryptionRevoked,
                (false, true) => KeyFault::EncryptionExpired,
                (false, false) if !subkey.signatures.iter().all(policy::signature_hash_is_trusted) => KeyFault::WeakSignature,
                (false, false) => KeyFault::WeakAlgorithm,
            };
        }
        reason
    }

    fn all_self_signatures_trusted(&self) -> bool {
        let details = &self.original.details;
        let users = details.users.iter().flat_map(|user| user.signatures.iter());
        users.chain(details.direct_signatures.iter()).all(policy::signature_hash_is_trusted)
    }
}

fn components(key: &SignedPublicKey) -> Vec<(Fingerprint, pgp::types::KeyId)> {
    let primary = (key.primary_key.fingerprint(), key.primary_key.legacy_key_id());
    let subkeys = key.public_subkeys.iter();
    let subkeys = subkeys.map(|subkey| (subkey.key.fingerprint(), subkey.key.legacy_key_id()));
    std::iter::once(primary).chain(subkeys).collect()
}

/// Binary packets of a certificate from bytes that may be armoured, within the size we accept.
pub(crate) fn survey_certificate(bytes: &[u8]) -> Result<Vec<u8>, KeyFault> {
    if bytes.len() > policy::CERTIFICATE_BYTES {
        return Err(KeyFault::TooLarge);
    }
    let text = String::from_utf8_lossy(bytes);
    let secret = |stretch: &Stretch<'_>| matches!(stretch, Stretch::Block(Kind::SecretKey, _));
    if armor::cut(&text).iter().any(secret) {
        return Err(KeyFault::SecretKey);
    }
    let binary = armor::binary(bytes).ok_or(KeyFault::NoKey)?;
    match packets::survey(&binary) {
        Ok(Shape::PublicKey) => Ok(binary),
        Ok(Shape::SecretKey) => Err(KeyFault::SecretKey),
        Ok(_) => Err(KeyFault::NoKey),
        Err(_) => Err(KeyFault::Damaged),
    }
}

/// The mail address in a user id such as `Ada <ada@example.org>`, in lower case.
fn address_in(user_id: &str) -> Option<String> {
    let bare = match user_id.rsplit_once('<') {
        Some((_, rest)) => rest.strip_suffix('>')?,
        None => user_id.trim(),
    };
    let one_at = bare.matches('@').count() == 1 && !bare.contains(char::is_whitespace);
    one_at.then(|| bare.to_lowercase())
}

fn is_weak(key: &pgp::packet::PublicKey) -> bool {
    use pgp::types::PublicParams as P;
    match key.public_params() {
        P::RSA(_) => rsa_bits(key) < 2048,
        P::ECDSA(_) | P::EdDSALegacy(_) | P::Ed25519(_) | P::Ed448(_) => false,
        _ => true,
    }
}

fn rsa_bits(key: &pgp::packet::PublicKey) -> usize {
    // the first integer of an RSA key is its modulus, preceded by its length in bits (RFC 9580 section 5.5.5.1)
    let bytes = key.public_params().to_bytes().unwrap_or_default();
    match bytes.as_slice() {
        [high, low, ..] => (usize::from(*high) << 8) | usize::from(*low),
        _ => 0,
    }
}

fn active_binding(subkey: &SignedPublicSubKey, now: Timestamp) -> Option<&Signature> {
    let bindings = subkey.signatures.iter().filter(|signature| {
        signature.typ() == Some(pgp::packet::SignatureType::SubkeyBinding) && signature.created().is_some_and(|created| created <= now)
    });
    bindings.max_by_key(|signature| signature.created())
}

fn receives_mail(signature: &Signature) -> bool {
    let flags = signature.key_flags();
    flags.encrypt_comms() || flags.encrypt_storage()
}

/// Drops the certifications of others: they are not judged here and only cost time.
fn keep_own_signatures(key: &mut SignedPublicKey) {
    let (fingerprint, key_id) = (key.primary_key.fingerprint(), key.primary_key.legacy_key_id());
    let own = |signature: &Signature| {
        let (ids, prints) = (signature.issuer_key_id(), signature.issuer_fingerprint());
        (ids.is_empty() && prints.is_empty()) || ids.contains(&&key_id) || prints.contains(&&fingerprint)
    };
    for user in &mut key.details.users {
        user.signatures.retain(own);
    }
    key.details.user_attributes.clear();
}

fn keep_trusted_hashes(key: &mut SignedPublicKey) {
    let keep = |signature: &Signature| is_revocation(signature) || policy::signature_hash_is_trusted(signature);
    key.details.direct_signatures.retain(keep);
    for user in &mut key.details.users {
        user.signatures.retain(keep);
    }
    for subkey in &mut key.public_subkeys {
        subkey.signatures.retain(keep);
    }
}

fn is_revocation(signature: &Signature) -> bool {
    use pgp::packet::SignatureType as T;
    matches!(signature.typ(), Some(T::KeyRevocation | T::SubkeyRevocation | T::CertRevocation))
}

impl EncryptionTarget {
    pub(crate) fn is_v6(&self) -> bool {
        let version = match self {
            Self::Primary(key) => key.version(),
            Self::Subkey(key) => key.version(),
        };
        version == KeyVersion::V6
    }
}
