//! Keys and messages made with rPGP directly: what GnuPG 2.2 cannot make, and what nobody should.

use pgp::composed::{EncryptionCaps, KeyType, MessageBuilder, SecretKeyParamsBuilder, SignedSecretKey, SubkeyParamsBuilder};
use pgp::crypto::aead::{AeadAlgorithm, ChunkSize};
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::ser::Serialize as _;
use pgp::types::{KeyVersion, Password, StringToKey, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;
use wardroom_mail::keys::TeamSecret;

pub fn rng(seed: u8) -> StdRng {
    StdRng::from_seed([seed; 32])
}

/// A version 6 key with X25519 and Ed25519 (RFC 9580), made at `created` (unix seconds).
pub fn v6_raw(user_id: &str, created: i64, seed: u8) -> SignedSecretKey {
    let at = Timestamp::from_secs(u32::try_from(created).unwrap());
    let subkey = SubkeyParamsBuilder::default()
        .version(KeyVersion::V6)
        .key_type(KeyType::X25519)
        .can_encrypt(EncryptionCaps::All)
        .created_at(at)
        .build()
        .unwrap();
    let params = SecretKeyParamsBuilder::default()
        .version(KeyVersion::V6)
        .key_type(KeyType::Ed25519)
        .can_certify(true)
        .can_sign(true)
        .feature_seipd_v2(true)
        .created_at(at)
        .primary_user_id(user_id.into())
        .subkeys(vec![subkey])
        .build()
        .unwrap();
    params.generate(rng(seed)).unwrap()
}

pub fn v6(user_id: &str, created: i64, seed: u8) -> TeamSecret {
    let binary = v6_raw(user_id, created, seed).to_bytes().unwrap();
    TeamSecret::import(&binary, None).unwrap()
}

/// A message for a passphrase only, whose key is derived with Argon2 over 2^`memory` KiB. The memory is written into the packet after it
/// was made cheaply: nobody can make such a message here without having the memory.
pub fn passphrase_only(memory: u8) -> Vec<u8> {
    let mut rng = rng(9);
    let mut builder = MessageBuilder::from_bytes("", b"for nobody in particular".to_vec()).seipd_v2(
        &mut rng,
        SymmetricKeyAlgorithm::AES256,
        AeadAlgorithm::Ocb,
        ChunkSize::C8KiB,
    );
    let derivation = StringToKey::new_argon2(&mut rng, 1, 1, 10);
    builder.encrypt_with_password(&mut rng, derivation, &Password::from("guess")).unwrap();
    let mut message = builder.to_vec(&mut rng).unwrap();
    // packet 3 of version 6: the derivation is type 4, 16 octets of salt, passes, lanes, memory
    let at = message.windows(3).position(|three| three == [1, 1, 10]).unwrap() + 2;
    message[at] = memory;
    message
}

/// An armoured block around binary OpenPGP, as the whole text of a mail.
pub fn mail_with(message: &[u8]) -> Vec<u8> {
    use base64::Engine;
    let body = base64::engine::general_purpose::STANDARD.encode(message);
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let block = format!("-----BEGIN PGP MESSAGE-----\r\n\r\n{}\r\n-----END PGP MESSAGE-----\r\n", lines.join("\r\n"));
    format!("From: ada@b.example\r\nSubject: x\r\n\r\n{block}").into_bytes()
}
