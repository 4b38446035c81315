//! What OpenPGP we trust and what we refuse, in one place. rPGP computes whatever it is asked to; the rules are ours.
//! Deliberately without configuration: a rule that can be switched off is not a rule.

use pgp::composed::DecryptionOptions;
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::Signature;
use pgp::types::{EcdhPublicParams, PublicParams, Seipdv1ReadMode};

/// Packets with a session key for a public key that one message may carry.
pub(crate) const PUBLIC_SESSION_KEYS: usize = 32;
/// Packets with a session key for a passphrase that one message may carry.
pub(crate) const PASSPHRASE_SESSION_KEYS: usize = 4;
/// Signatures on one message that are looked at.
pub(crate) const SIGNATURES: usize = 16;
/// Compression layers in one message.
pub(crate) const COMPRESSION_LAYERS: usize = 2;
/// What a message may grow to: so many times its own length, and this much in any case. Logs and dumps stay far below; what grows more is a bomb, and
/// is kept as it came.
pub(crate) const UNPACKED_RATIO: usize = 200;
pub(crate) const UNPACKED_ALWAYS: usize = 16 << 20;
/// Memory that a passphrase derivation (Argon2) may ask for: 2^18 KiB = 256 MiB.
pub(crate) const ARGON2_MEMORY_EXPONENT: u8 = 18;
/// A certificate, as received, in bytes.
pub(crate) const CERTIFICATE_BYTES: usize = 1 << 20;
/// User ids and subkeys that a certificate may carry.
pub(crate) const CERTIFICATE_PARTS: usize = 200;
/// Signatures of its own that a certificate may carry; those of others are dropped unread.
pub(crate) const CERTIFICATE_SIGNATURES: usize = 400;

/// Hash functions whose signatures count. MD5, SHA-1, RIPEMD-160 and SHA-224 do not.
pub(crate) fn hash_is_trusted(hash: HashAlgorithm) -> bool {
    matches!(
        hash,
        HashAlgorithm::Sha256 | HashAlgorithm::Sha384 | HashAlgorithm::Sha512 | HashAlgorithm::Sha3_256 | HashAlgorithm::Sha3_512
    )
}

/// Whether the signature itself and the one embedded in it use a trusted hash function.
pub(crate) fn signature_hash_is_trusted(signature: &Signature) -> bool {
    signature.hash_alg().is_some_and(hash_is_trusted)
        && signature.embedded_signature().is_none_or(|back| back.hash_alg().is_some_and(hash_is_trusted))
}

/// How a session cipher is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cipher {
    Fine,
    /// Opened, because the report matters more, but a person is told.
    Legacy,
    Refused,
}

/// The rule for session ciphers.
pub(crate) fn cipher(algorithm: SymmetricKeyAlgorithm) -> Cipher {
    use SymmetricKeyAlgorithm as S;
    match algorithm {
        S::AES128 | S::AES192 | S::AES256 | S::Twofish | S::Camellia128 | S::Camellia192 | S::Camellia256 => Cipher::Fine,
        S::TripleDES | S::CAST5 => Cipher::Legacy,
        _ => Cipher::Refused,
    }
}

/// Integrity is checked before a byte is released; GnuPG's own OCB packet is read, packets without integrity (tag 9) never.
pub(crate) fn decryption(max_bytes: usize) -> DecryptionOptions {
    DecryptionOptions::new().enable_gnupg_aead().set_seipdv1_read_mode(Seipdv1ReadMode::CheckFirst { max_message_size: max_bytes })
}

/// Whether we encrypt to such a key: strong key derivation, and no algorithm of yesterday.
pub(crate) fn encryption_params_are_fine(params: &PublicParams) -> bool {
    let (hash, cipher) = match params {
        PublicParams::RSA(_) | PublicParams::X25519(_) | PublicParams::X448(_) => return true,
        PublicParams::ECDH(
            EcdhPublicParams::Curve25519Legacy { hash, alg_sym, .. }
            | EcdhPublicParams::P256 { hash, alg_sym, .. }
            | EcdhPublicParams::P384 { hash, alg_sym, .. }
            | EcdhPublicParams::P521 { hash, alg_sym, .. },
        ) => (hash, alg_sym),
        _ => return false,
    };
    hash_is_trusted(*hash)
        && matches!(cipher, SymmetricKeyAlgorithm::AES128 | SymmetricKeyAlgorithm::AES192 | SymmetricKeyAlgorithm::AES256)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sha2_and_sha3_count() {
        for good in [HashAlgorithm::Sha256, HashAlgorithm::Sha512, HashAlgorithm::Sha3_256] {
            assert!(hash_is_trusted(good));
        }
        for bad in [HashAlgorithm::Md5, HashAlgorithm::Sha1, HashAlgorithm::Ripemd160, HashAlgorithm::Sha224] {
            assert!(!hash_is_trusted(bad));
        }
    }

    #[test]
    fn old_ciphers_are_flagged_and_older_ones_refused() {
        assert_eq!(cipher(SymmetricKeyAlgorithm::AES256), Cipher::Fine);
        assert_eq!(cipher(SymmetricKeyAlgorithm::TripleDES), Cipher::Legacy);
        assert_eq!(cipher(SymmetricKeyAlgorithm::CAST5), Cipher::Legacy);
        assert_eq!(cipher(SymmetricKeyAlgorithm::IDEA), Cipher::Refused);
        assert_eq!(cipher(SymmetricKeyAlgorithm::Blowfish), Cipher::Refused);
        assert_eq!(cipher(SymmetricKeyAlgorithm::Plaintext), Cipher::Refused);
    }
}
