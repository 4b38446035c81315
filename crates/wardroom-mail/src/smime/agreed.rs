//! A session key by agreement on an elliptic curve (RFC 5652 section 6.2.2, RFC 5753): the sender makes a key pair for this one mail, both
//! sides come to the same secret, and the session key is wrapped with what is derived from that (AES key wrap, RFC 3394).
//!
//! Supported: P-256, P-384, P-521; SHA-1 and SHA-2 in the derivation. Deliberately not: agreement between two long-lived keys, wrapping with
//! triple DES.

use super::ber::{self, INTEGER, OCTETS, SEQUENCE, Value, context};
use super::cms::{TRIES, algorithm_of};
use rsa::pkcs8::DecodePrivateKey;
use sha1_of_rsa::Sha1;
use sha2_of_rsa::{Digest, Sha224, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

/// Longest wrapped session key, in bytes.
const WRAPPED: usize = 72;
const BITS: u8 = 0x03;
/// `1.3.132.1.11` and, the same where the cofactor is one, `1.3.132.1.14`; the last number says the hash.
const BY_SHA2: [&[u8]; 2] = [&[0x2b, 0x81, 0x04, 0x01, 0x0b], &[0x2b, 0x81, 0x04, 0x01, 0x0e]];
/// `1.3.133.16.840.63.0.2` and, the same where the cofactor is one, `1.3.133.16.840.63.0.3`.
const BY_SHA1: [&[u8]; 2] =
    [&[0x2b, 0x81, 0x05, 0x10, 0x86, 0x48, 0x3f, 0x00, 0x02], &[0x2b, 0x81, 0x05, 0x10, 0x86, 0x48, 0x3f, 0x00, 0x03]];
/// `2.16.840.1.101.3.4.1`
const AES: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01];

/// A private key on one of the curves of NIST.
#[derive(Clone)]
pub(crate) enum CurveKey {
    P256(p256::SecretKey),
    P384(p384::SecretKey),
    P521(p521::SecretKey),
}

impl CurveKey {
    /// Reads PKCS #8.
    pub(super) fn from_pkcs8(pem: &str) -> Option<CurveKey> {
        let p256 = || p256::SecretKey::from_pkcs8_pem(pem).ok().map(CurveKey::P256);
        let p384 = || p384::SecretKey::from_pkcs8_pem(pem).ok().map(CurveKey::P384);
        let p521 = || p521::SecretKey::from_pkcs8_pem(pem).ok().map(CurveKey::P521);
        p256().or_else(p384).or_else(p521)
    }

    /// Reads what OpenSSL calls `EC PRIVATE KEY` (RFC 5915).
    pub(super) fn from_sec1(pem: &str) -> Option<CurveKey> {
        let p256 = || p256::SecretKey::from_sec1_pem(pem).ok().map(CurveKey::P256);
        let p384 = || p384::SecretKey::from_sec1_pem(pem).ok().map(CurveKey::P384);
        let p521 = || p521::SecretKey::from_sec1_pem(pem).ok().map(CurveKey::P521);
        p256().or_else(p384).or_else(p521)
    }

    /// The public point (SEC 1 section 2.3.3).
    pub(super) fn public(&self) -> Vec<u8> {
        match self {
            CurveKey::P256(key) => key.public_key().to_sec1_bytes().to_vec(),
            CurveKey::P384(key) => key.public_key().to_sec1_bytes().to_vec(),
            CurveKey::P521(key) => key.public_key().to_sec1_bytes().to_vec(),
        }
    }

    /// The secret both sides come to; `None` when the point is on another curve, or on none.
    fn agree(&self, point: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        macro_rules! agreed {
            ($curve:ident, $key:expr) => {{
                let theirs = $curve::PublicKey::from_sec1_bytes(point).ok()?;
                let shared = $curve::ecdh::diffie_hellman($key.to_nonzero_scalar(), theirs.as_affine());
                Some(Zeroizing::new(shared.raw_secret_bytes().to_vec()))
            }};
        }
        match self {
            CurveKey::P256(key) => agreed!(p256, key),
            CurveKey::P384(key) => agreed!(p384, key),
            CurveKey::P521(key) => agreed!(p521, key),
        }
    }
}

/// A session key wrapped for one or several people by the same agreement.
pub(super) struct Agreed<'b> {
    point: &'b [u8],
    ukm: Option<Vec<u8>>,
    hash: Hash,
    /// How the session key is wrapped, as it stands in the message: it goes into the derivation.
    wrap: Value<'b>,
    wrap_bits: usize,
    keys: Vec<Vec<u8>>,
}

#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl<'b> Agreed<'b> {
    /// Reads a recipient `[1]`.
    pub(super) fn read(value: &Value<'b>) -> Option<Self> {
        let parts = value.children().filter(|_| value.tag == context(1))?;
        let version = parts.first().filter(|part| part.tag == INTEGER);
        version?;
        let originator = ber::read(parts.iter().find(|part| part.tag == context(0))?.content)?.0;
        let public = originator.children().filter(|_| originator.tag == context(1))?;
        let point = public.iter().find(|part| part.tag == BITS)?.content.strip_prefix(&[0])?;
        let ukm = match parts.iter().find(|part| part.tag == context(1)) {
            Some(part) => Some(ber::read(part.content)?.0.octets()?.into_owned()),
            None => None,
        };
        let mut sequences = parts.iter().filter(|part| part.tag == SEQUENCE);
        let (scheme, wrap) = algorithm_of(sequences.next()?)?;
        let wrap = wrap?;
        let (wrapped_by, _) = algorithm_of(&wrap)?;
        let wrap_bits = match wrapped_by.strip_prefix(AES)? {
            [5] => 128,
            [25] => 192,
            [45] => 256,
            _ => return None,
        };
        let keys = sequences.next()?.children()?.into_iter().take(TRIES).filter_map(|one| {
            let last = one.children()?.into_iter().last().filter(|last| last.tag & !0x20 == OCTETS)?;
            last.octets().map(std::borrow::Cow::into_owned).filter(|key| key.len() <= WRAPPED)
        });
        Some(Agreed { point, ukm, hash: hash_of(scheme)?, wrap, wrap_bits, keys: keys.collect() })
    }

    /// The session keys that come out for a key of ours: none when it is not for us.
    pub(super) fn unwrap(&self, key: &CurveKey) -> Option<Vec<Zeroizing<Vec<u8>>>> {
        let shared = key.agree(self.point)?;
        let wrapping = self.derive(&shared);
        Some(self.keys.iter().filter_map(|wrapped| unwrapped(&wrapping, wrapped)).collect())
    }

    /// ANSI X9.63 (SEC 1 section 3.6.1) over ECC-CMS-SharedInfo (RFC 5753 section 7.2).
    fn derive(&self, shared: &[u8]) -> Zeroizing<Vec<u8>> {
        let bits = u32::try_from(self.wrap_bits).unwrap_or_default().to_be_bytes();
        let mut info = self.wrap.whole.to_vec();
        if let Some(ukm) = &self.ukm {
            info.extend(der(context(0), &der(OCTETS, ukm)));
        }
        info.extend(der(context(2), &der(OCTETS, &bits)));
        let info = der(SEQUENCE, &info);
        let mut key = Zeroizing::new(Vec::new());
        for counter in 1_u32..=4 {
            let block = [shared, &counter.to_be_bytes(), &info].concat();
            match self.hash {
                Hash::Sha1 => key.extend_from_slice(&Sha1::digest(&block)),
                Hash::Sha224 => key.extend_from_slice(&Sha224::digest(&block)),
                Hash::Sha256 => key.extend_from_slice(&Sha256::digest(&block)),
                Hash::Sha384 => key.extend_from_slice(&Sha384::digest(&block)),
                Hash::Sha512 => key.extend_from_slice(&Sha512::digest(&block)),
            }
            drop(Zeroizing::new(block));
            if key.len() >= self.wrap_bits / 8 {
                break;
            }
        }
        key.truncate(self.wrap_bits / 8);
        key
    }
}

fn hash_of(scheme: &[u8]) -> Option<Hash> {
    if BY_SHA1.contains(&scheme) {
        return Some(Hash::Sha1);
    }
    match BY_SHA2.iter().find_map(|stem| scheme.strip_prefix(*stem))? {
        [0] => Some(Hash::Sha224),
        [1] => Some(Hash::Sha256),
        [2] => Some(Hash::Sha384),
        [3] => Some(Hash::Sha512),
        _ => None,
    }
}

fn unwrapped(wrapping: &[u8], wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let session = match wrapping.len() {
        16 => aes_kw::KekAes128::try_from(wrapping).ok()?.unwrap_vec(wrapped),
        24 => aes_kw::KekAes192::try_from(wrapping).ok()?.unwrap_vec(wrapped),
        _ => aes_kw::KekAes256::try_from(wrapping).ok()?.unwrap_vec(wrapped),
    };
    session.ok().map(Zeroizing::new)
}

/// A value as DER writes it.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let mut out = vec![tag];
    match u8::try_from(content.len()) {
        Ok(short @ ..0x80) => out.push(short),
        _ => {
            out.push(0x80 | u8::try_from(length.len()).unwrap_or_default());
            out.extend(length);
        }
    }
    out.extend_from_slice(content);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_der_wants_them() {
        assert_eq!(der(OCTETS, &[7]), [4, 1, 7]);
        assert_eq!(der(OCTETS, &[0; 0x80])[..3], [4, 0x81, 0x80]);
        assert_eq!(der(SEQUENCE, &[0; 0x1234])[..4], [0x30, 0x82, 0x12, 0x34]);
    }

    #[test]
    fn what_is_no_agreement_is_none() {
        for bytes in [&[0xa1, 0][..], &[0xa1, 3, 2, 1, 3], &[0x30, 3, 2, 1, 3], &[0xa1, 7, 2, 1, 3, 0xa0, 2, 0xa1, 0]] {
            assert!(Agreed::read(&ber::read(bytes).unwrap().0).is_none(), "{bytes:?}");
        }
    }
}
