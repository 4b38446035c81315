//! CMS (RFC 5652, RFC 5083, RFC 5084): what a `smime.p7m` holds, and opening it. All failures look alike to whoever sent it: nobody waits for
//! the answer, and the receipt only says that it could not be read.

use super::agreed::Agreed;
use super::ber::{self, INTEGER, OCTETS, OID, SEQUENCE, SET, Value, context};
use super::{Private, SmimeKey};
use crate::pgp::{Fault, contained};
use aes::cipher::{BlockDecryptMut, KeyIvInit, block_padding::Pkcs7};
use aes_gcm::KeyInit;
use aes_gcm::aead::{Aead, Payload};
use rand::SeedableRng;
use rsa::traits::PrivateKeyParts;
use rsa::{Oaep, Pkcs1v15Encrypt, RsaPrivateKey};
use sha1_of_rsa::Sha1;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Operations with secret keys on one mail: each costs milliseconds.
pub(super) const TRIES: usize = 24;

const SIGNED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const ENVELOPED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03];
const AUTH_ENVELOPED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x17];
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const OAEP: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x07];
const TRIPLE_DES: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07];
/// `2.16.840.1.101.3.4.1`: AES; the last number says which.
const AES: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01];
const SHA1: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
/// `2.16.840.1.101.3.4.2`: SHA-2; the last number says which.
const SHA2: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];

/// What a CMS structure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Encrypted,
    Signed,
}

/// What came out of an encryption.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) content: Vec<u8>,
    pub(crate) fingerprint: String,
    /// The cipher would have noticed an alteration.
    pub(crate) authenticated: bool,
    pub(crate) legacy_cipher: bool,
}

/// Looks at the outside; `None` when it is no CMS structure with a message in it.
pub(crate) fn kind(bytes: &[u8]) -> Option<Kind> {
    let (kind, _) = content_info(bytes)?;
    match kind {
        ENVELOPED | AUTH_ENVELOPED => Some(Kind::Encrypted),
        SIGNED => Some(Kind::Signed),
        _ => None,
    }
}

fn content_info(bytes: &[u8]) -> Option<(&[u8], Value<'_>)> {
    let (outer, _) = ber::read(bytes)?;
    if outer.tag != SEQUENCE {
        return None;
    }
    let mut parts = outer.children()?.into_iter();
    let (oid, content) = (parts.next()?, parts.next()?);
    if oid.tag != OID || content.tag != context(0) {
        return None;
    }
    Some((oid.content, ber::read(content.content)?.0))
}

/// The content of a signed structure; the signature is not judged. `None`: it is only a signature, or not well-formed.
pub(crate) fn signed_content(bytes: &[u8]) -> Option<Vec<u8>> {
    let (kind, data) = content_info(bytes)?;
    if kind != SIGNED {
        return None;
    }
    // version, digestAlgorithms, encapContentInfo { type, [0] content }
    let inside = data.children()?.into_iter().find(|part| part.tag == SEQUENCE)?.children()?;
    let content = inside.into_iter().find(|part| part.tag == context(0))?;
    Some(ber::read(content.content)?.0.octets()?.into_owned())
}

/// Opens an encrypted structure with one of the keys.
pub(crate) fn open(bytes: &[u8], keys: &[SmimeKey]) -> Result<Opened, Fault> {
    let (kind, data) = content_info(bytes).ok_or(Fault::Damaged)?;
    let parts = data.children().ok_or(Fault::Damaged)?;
    let recipients = parts.iter().find(|part| part.tag == SET).ok_or(Fault::Damaged)?.children().ok_or(Fault::Damaged)?;
    let at = parts.iter().position(|part| part.tag == SEQUENCE).ok_or(Fault::Damaged)?;
    let encrypted = parts.get(at).ok_or(Fault::Damaged)?.children().ok_or(Fault::Damaged)?;
    let [_, algorithm, content, ..] = encrypted.as_slice() else { return Err(Fault::Damaged) };
    let (cipher, parameters) = algorithm_of(algorithm).ok_or(Fault::Damaged)?;
    let content = content.octets().ok_or(Fault::Damaged)?;
    let cipher = Cipher::of(cipher, kind == AUTH_ENVELOPED).ok_or(Fault::Unsupported)?;
    let tag = parts.iter().skip(at + 1).find(|part| part.tag == OCTETS).map(|part| part.content);
    let attributes = parts.iter().skip(at + 1).find(|part| part.tag == context(1)).map(|part| part.whole);
    let lock = Lock { cipher, parameters, tag, attributes };
    let transported: Vec<_> = recipients.iter().filter(|one| one.tag == SEQUENCE).filter_map(Transported::read).collect();
    let agreed: Vec<_> = recipients.iter().filter_map(Agreed::read).collect();
    if transported.is_empty() && agreed.is_empty() {
        // Key encryption keys and passwords.
        return Err(Fault::Unsupported);
    }
    let mut tries = 0;
    for key in keys {
        let ways = if let Private::Rsa(_) = key.key { transported.len() } else { agreed.len() };
        for way in 0..ways {
            tries += 1;
            if tries > TRIES {
                return Err(Fault::Limit);
            }
            let sessions = match &key.key {
                Private::Rsa(rsa) => transported.get(way).and_then(|one| contained(|| one.unwrap(rsa)).flatten()).into_iter().collect(),
                Private::Curve(curve) => agreed.get(way).and_then(|one| contained(|| one.unwrap(curve)).flatten()).unwrap_or_default(),
            };
            for session in sessions.iter().filter(|session| session.len() == cipher.key_length()) {
                if let Some(content) = contained(|| lock.open(session, &content)).flatten() {
                    return Ok(Opened {
                        content,
                        fingerprint: key.fingerprint.clone(),
                        authenticated: matches!(cipher, Cipher::Gcm(_)),
                        legacy_cipher: cipher == Cipher::TripleDes,
                    });
                }
            }
        }
    }
    Err(Fault::NoKey)
}

pub(super) fn algorithm_of<'b>(value: &Value<'b>) -> Option<(&'b [u8], Option<Value<'b>>)> {
    let mut parts = value.children()?.into_iter();
    let oid = parts.next().filter(|oid| value.tag == SEQUENCE && oid.tag == OID)?;
    Some((oid.content, parts.next()))
}

/// A session key for an RSA key (RFC 5652 section 6.2.1).
struct Transported<'b> {
    algorithm: &'b [u8],
    parameters: Option<Value<'b>>,
    key: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl<'b> Transported<'b> {
    fn read(value: &Value<'b>) -> Option<Self> {
        let parts = value.children()?;
        let [version, _, algorithm, key] = parts.as_slice() else { return None };
        let (algorithm, parameters) = algorithm_of(algorithm)?;
        (version.tag == INTEGER).then_some(())?;
        Some(Transported { algorithm, parameters, key: key.octets()?.into_owned() })
    }

    fn unwrap(&self, key: &RsaPrivateKey) -> Option<Zeroizing<Vec<u8>>> {
        if self.key.len() > 1_024 {
            return None;
        }
        // Blinding needs numbers that nobody outside can foresee: they come from the key itself and what is asked of it.
        let secret = Zeroizing::new(key.d().to_bytes_be());
        let seed: [u8; 32] = Sha256::new().chain_update(secret.as_slice()).chain_update(&self.key).finalize().into();
        let mut rng = rand::rngs::StdRng::from_seed(seed);
        let plain = match self.algorithm {
            RSA => key.decrypt_blinded(&mut rng, Pkcs1v15Encrypt, &self.key),
            OAEP => key.decrypt_blinded(&mut rng, self.padding()?, &self.key),
            _ => return None,
        };
        plain.ok().map(Zeroizing::new)
    }

    /// RFC 4055 section 4.1: SHA-1 where nothing is said.
    fn padding(&self) -> Option<Oaep> {
        let (mut hash, mut mask) = (Hash::Sha1, Hash::Sha1);
        if let Some(parameters) = &self.parameters {
            for one in parameters.children()? {
                let inside = ber::read(one.content)?.0;
                match one.tag {
                    tag if tag == context(0) => hash = hash_of(&inside)?,
                    tag if tag == context(1) => mask = hash_of(&algorithm_of(&inside)?.1?)?,
                    _ => {}
                }
            }
        }
        use sha2_of_rsa::{Sha256 as S256, Sha384 as S384, Sha512 as S512};
        Some(match (hash, mask) {
            (Hash::Sha1, Hash::Sha1) => Oaep::new::<Sha1>(),
            (Hash::Sha256, Hash::Sha256) => Oaep::new::<S256>(),
            (Hash::Sha384, Hash::Sha384) => Oaep::new::<S384>(),
            (Hash::Sha512, Hash::Sha512) => Oaep::new::<S512>(),
            (Hash::Sha256, Hash::Sha1) => Oaep::new_with_mgf_hash::<S256, Sha1>(),
            (Hash::Sha512, Hash::Sha1) => Oaep::new_with_mgf_hash::<S512, Sha1>(),
            _ => return None,
        })
    }
}

fn hash_of(value: &Value<'_>) -> Option<Hash> {
    let (oid, _) = algorithm_of(value)?;
    if oid == SHA1 {
        return Some(Hash::Sha1);
    }
    match oid.strip_prefix(SHA2)? {
        [1] => Some(Hash::Sha256),
        [2] => Some(Hash::Sha384),
        [3] => Some(Hash::Sha512),
        _ => None,
    }
}

/// A content cipher; the number is the key's bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cipher {
    Cbc(usize),
    Gcm(usize),
    TripleDes,
}

impl Cipher {
    fn of(oid: &[u8], authenticated: bool) -> Option<Cipher> {
        if oid == TRIPLE_DES && !authenticated {
            return Some(Cipher::TripleDes);
        }
        match (oid.strip_prefix(AES)?, authenticated) {
            ([2], false) => Some(Cipher::Cbc(128)),
            ([22], false) => Some(Cipher::Cbc(192)),
            ([42], false) => Some(Cipher::Cbc(256)),
            ([6], true) => Some(Cipher::Gcm(128)),
            ([26], true) => Some(Cipher::Gcm(192)),
            ([46], true) => Some(Cipher::Gcm(256)),
            _ => None,
        }
    }

    const fn key_length(self) -> usize {
        match self {
            Cipher::Cbc(bits) | Cipher::Gcm(bits) => bits / 8,
            Cipher::TripleDes => 24,
        }
    }
}

/// A cipher with everything but the key.
struct Lock<'b> {
    cipher: Cipher,
    parameters: Option<Value<'b>>,
    tag: Option<&'b [u8]>,
    attributes: Option<&'b [u8]>,
}

impl Lock<'_> {
    fn open(&self, key: &[u8], content: &[u8]) -> Option<Vec<u8>> {
        let parameters = self.parameters.as_ref()?;
        match self.cipher {
            Cipher::Cbc(128) => cbc::<aes::Aes128>(key, parameters, content),
            Cipher::Cbc(192) => cbc::<aes::Aes192>(key, parameters, content),
            Cipher::Cbc(_) => cbc::<aes::Aes256>(key, parameters, content),
            Cipher::TripleDes => cbc::<des::TdesEde3>(key, parameters, content),
            Cipher::Gcm(bits) => self.gcm(bits, key, content),
        }
    }

    fn gcm(&self, bits: usize, key: &[u8], content: &[u8]) -> Option<Vec<u8>> {
        use aes_gcm::aead::consts::U12;
        type Gcm<A> = aes_gcm::AesGcm<A, U12>;
        let parts = self.parameters.as_ref()?.children()?;
        let nonce = parts.first()?.octets()?;
        let tag = self.tag?;
        // Shorter tags protect less than the cipher promises: not opened.
        if nonce.len() != 12 || tag.len() != 16 {
            return None;
        }
        let whole = [content, tag].concat();
        // Attributes are protected as the SET they are, not as the [1] they are written as (RFC 5083 section 2.2).
        let aad = self.attributes.map(|written| [&[SET], written.get(1..).unwrap_or_default()].concat()).unwrap_or_default();
        let payload = Payload { msg: &whole, aad: &aad };
        let nonce = aes_gcm::Nonce::<U12>::from_slice(&nonce);
        match bits {
            128 => Gcm::<aes::Aes128>::new_from_slice(key).ok()?.decrypt(nonce, payload).ok(),
            192 => Gcm::<aes::Aes192>::new_from_slice(key).ok()?.decrypt(nonce, payload).ok(),
            _ => Gcm::<aes::Aes256>::new_from_slice(key).ok()?.decrypt(nonce, payload).ok(),
        }
    }
}

fn cbc<C>(key: &[u8], parameters: &Value<'_>, content: &[u8]) -> Option<Vec<u8>>
where
    C: aes::cipher::BlockCipher + aes::cipher::BlockDecryptMut + aes::cipher::KeyInit,
    cbc::Decryptor<C>: KeyIvInit + BlockDecryptMut,
{
    let initial = parameters.octets()?;
    cbc::Decryptor::<C>::new_from_slices(key, &initial).ok()?.decrypt_padded_vec_mut::<Pkcs7>(content).ok()
}
