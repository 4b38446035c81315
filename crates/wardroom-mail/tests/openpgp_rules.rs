//! The rules of OpenPGP here, on messages made for the purpose: what opens, what does not, and that nothing is shown of the latter.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fall")]

mod common;

use common::made::{mail_with, passphrase_only, rng, v6, v6_raw};
use pgp::composed::{KeyType, MessageBuilder, SignedPublicKey, SignedSecretKey, SignedSecretSubKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::{self, KeyFlags, PubKeyInner, RevocationCode, SignatureConfig, SignatureType, Subpacket, SubpacketData};
use pgp::ser::Serialize as _;
use pgp::types::{CompressionAlgorithm, KeyDetails, KeyVersion, Password, StringToKey, Timestamp};
use std::time::{Duration, Instant};
use wardroom_mail::compose::{Outgoing, WrittenBy, compose};
use wardroom_mail::keys::{KeyFault, KnownCert, ReporterCert, Revocation, SecretKeys, TeamSecret};
use wardroom_mail::opened::{Address, Encryption, KeySource, OpenedMail, Signature};
use wardroom_mail::{BadSignature, Fault, Limits, open_mail, sign};

const DAY: i64 = 86_400;

/// The library binds the parts of a version 6 key at the machine's own time, and believes nothing from the future of that: so the whole
/// scene plays there.
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

fn v4(user_id: &str, seed: u8) -> TeamSecret {
    TeamSecret::generate(user_id, now() - 1_000, None, &[seed; 32]).unwrap()
}

fn outgoing(subject: &str, text: &str) -> Outgoing {
    Outgoing {
        from: Address { name: None, address: "psirt@vendor.example".into() },
        to: vec![Address { name: None, address: "ada@b.example".into() }],
        subject: subject.into(),
        text: text.into(),
        message_id: "1@vendor.example".into(),
        date: now(),
        in_reply_to: None,
        references: vec![],
        reply_to: None,
        written_by: WrittenBy::Person,
        language: "en".into(),
    }
}

fn cert(key: &TeamSecret) -> ReporterCert {
    ReporterCert::parse(key.armored_public().as_bytes(), now()).unwrap()
}

fn known(key: &TeamSecret) -> KnownCert {
    KnownCert::parse(&key.binary_public()).unwrap()
}

fn open(mail: &[u8], key: &TeamSecret, judges: &[KnownCert]) -> OpenedMail {
    open_mail(mail, &SecretKeys::default().with_active(key), judges, now(), &Limits::default())
}

fn refused(mail: &OpenedMail, expected: Fault) {
    assert!(matches!(mail.encryption, Encryption::Failed { reason, .. } if reason == expected), "{:?}", mail.encryption);
    assert!(mail.text.is_empty() && mail.pieces.is_empty() && mail.attachments.is_empty(), "something was shown: {mail:?}");
}

#[test]
fn version_6_keys_sign_and_read() {
    let (team, ada) = (v6("Team <psirt@vendor.example>", now() - 1_000, 1), v6("Ada <ada@b.example>", now() - 1_000, 2));
    assert_eq!((team.fingerprint().len(), known(&team).version()), (64, 6));
    let mail = compose(&outgoing("the subject", "words"), Some(&team), Some(&cert(&ada)), &[5; 32]).unwrap();
    let opened = open(&mail, &ada, &[known(&team)]);
    assert_eq!(opened.signature, Signature::Good { fingerprint: team.fingerprint() }, "{:?}", opened.encryption);
    assert_eq!((opened.subject.as_str(), opened.text.as_str()), ("the subject", "words"));
    // a version 4 team writes to a version 6 reporter, and the other way round
    let old = v4("Team <psirt@vendor.example>", 3);
    let mail = compose(&outgoing("s", "words"), Some(&old), Some(&cert(&ada)), &[5; 32]).unwrap();
    assert_eq!(open(&mail, &ada, &[known(&old)]).signature, Signature::Good { fingerprint: old.fingerprint() });
    let mail = compose(&outgoing("s", "words"), Some(&team), Some(&cert(&old)), &[5; 32]).unwrap();
    assert_eq!(open(&mail, &old, &[known(&team)]).signature, Signature::Good { fingerprint: team.fingerprint() });
    // beside content, around text, and the same again
    let text = sign::cleartext(&team, "words \nof ours", now()).unwrap();
    assert_eq!(text, sign::cleartext(&team, "words \nof ours", now()).unwrap());
    let mail = open(format!("From: psirt@vendor.example\r\n\r\n{text}").as_bytes(), &ada, &[known(&team)]);
    assert_eq!(mail.signature, Signature::Good { fingerprint: team.fingerprint() });
    let signed = compose(&outgoing("s", "words"), Some(&team), None, &[5; 32]).unwrap();
    assert_eq!(open(&signed, &ada, &[known(&team)]).signature, Signature::Good { fingerprint: team.fingerprint() });
}

#[test]
fn every_flipped_octet_of_an_authenticated_message_shows_nothing() {
    for (name, ada) in [("v4", v4("Ada <ada@b.example>", 2)), ("v6", v6("Ada <ada@b.example>", now() - 1_000, 2))] {
        let key = SignedSecretKey::from_bytes_of(&ada);
        let public = SignedPublicKey::from(key);
        let subkey = &public.public_subkeys[0].key;
        let mut chance = rng(4);
        let content = b"Content-Type: text/plain\r\n\r\nthe secret words\r\n".to_vec();
        let message = if name == "v6" {
            use pgp::crypto::aead::{AeadAlgorithm, ChunkSize};
            let builder = MessageBuilder::from_bytes("", content);
            let mut builder = builder.seipd_v2(&mut chance, SymmetricKeyAlgorithm::AES256, AeadAlgorithm::Ocb, ChunkSize::C64B);
            builder.encrypt_to_key(&mut chance, subkey).unwrap();
            builder.to_vec(&mut chance).unwrap()
        } else {
            let mut builder = MessageBuilder::from_bytes("", content).seipd_v1(&mut chance, SymmetricKeyAlgorithm::AES256);
            builder.encrypt_to_key(&mut chance, subkey).unwrap();
            builder.to_vec(&mut chance).unwrap()
        };
        assert!(open(&mail_with(&message), &ada, &[]).text.contains("the secret words"), "{name}");
        let mut altered = 0;
        for at in 0..message.len() {
            let mut changed = message.clone();
            changed[at] ^= 0x20;
            let mail = open(&mail_with(&changed), &ada, &[]);
            // an octet that no reader heeds may change; a word may not, and nothing may be added
            let whole = mail.text == "the secret words" && mail.pieces.iter().all(|piece| piece.encrypted);
            assert!((mail.text.is_empty() || whole) && mail.attachments.is_empty(), "{name}, octet {at}: {mail:?}");
            altered += usize::from(whole);
        }
        assert!(altered < 4, "{name}: {altered} octets are heeded by nobody");
        for length in 0..message.len() {
            assert!(!open(&mail_with(&message[..length]), &ada, &[]).text.contains("secret"), "{name}, cut at {length}");
        }
    }
}

trait FromOurs {
    fn from_bytes_of(key: &TeamSecret) -> SignedSecretKey;
}

impl FromOurs for SignedSecretKey {
    fn from_bytes_of(key: &TeamSecret) -> SignedSecretKey {
        use pgp::composed::Deserializable;
        Self::from_string(&key.armored_secret().unwrap()).unwrap().0
    }
}

#[test]
fn a_message_for_a_passphrase_is_not_opened_and_its_derivation_is_not_computed() {
    let ada = v4("Ada <ada@b.example>", 2);
    for memory in [10, 21, 31] {
        let begun = Instant::now();
        refused(&open(&mail_with(&passphrase_only(memory)), &ada, &[]), Fault::NoKey);
        assert!(begun.elapsed() < Duration::from_secs(2), "2^{memory} KiB: {:?}", begun.elapsed());
    }
    // beside a session key for us, the passphrase is passed over
    let public = SignedPublicKey::from(SignedSecretKey::from_bytes_of(&ada));
    let mut chance = rng(5);
    let mut builder = MessageBuilder::from_bytes("", b"words".to_vec()).seipd_v1(&mut chance, SymmetricKeyAlgorithm::AES256);
    builder.encrypt_to_key(&mut chance, &public.public_subkeys[0].key).unwrap();
    let derivation = StringToKey::new_iterated(&mut chance, HashAlgorithm::Sha256, 96);
    builder.encrypt_with_password(derivation, &Password::from("guess")).unwrap();
    assert_eq!(open(&mail_with(&builder.to_vec(&mut chance).unwrap()), &ada, &[]).text, "words");
}

#[test]
fn a_locked_key_that_asks_for_too_much_memory_is_refused_before_it_is_given() {
    let key = v6_raw("Ada <ada@b.example>", now() - 1_000, 7);
    let mut locked = key.clone();
    let derivation = StringToKey::new_argon2(rng(3), 1, 1, 10);
    let params = pgp::types::S2kParams::Aead {
        sym_alg: SymmetricKeyAlgorithm::AES256,
        aead_mode: pgp::crypto::aead::AeadAlgorithm::Ocb,
        s2k: derivation,
        nonce: vec![7; 15].into(),
    };
    locked.primary_key.set_password_with_s2k(&Password::from("pw"), params).unwrap();
    let mut bytes = locked.to_bytes().unwrap();
    assert!(TeamSecret::import(&bytes, Some("pw")).is_ok());
    assert!(matches!(TeamSecret::import(&bytes, Some("wrong")), Err(KeyFault::WrongPassphrase)));
    let at = bytes.windows(3).position(|three| three == [1, 1, 10]).unwrap() + 2;
    bytes[at] = 19;
    assert!(matches!(TeamSecret::import(&bytes, Some("pw")), Err(KeyFault::UnlockTooExpensive)));
}

#[test]
fn content_that_grows_too_much_is_not_released_though_it_is_authenticated() {
    let ada = v4("Ada <ada@b.example>", 2);
    let public = SignedPublicKey::from(SignedSecretKey::from_bytes_of(&ada));
    let sealed = |size: usize| {
        let mut chance = rng(6);
        let mut builder = MessageBuilder::from_bytes("", vec![b'a'; size]).seipd_v1(&mut chance, SymmetricKeyAlgorithm::AES256);
        builder.compression(CompressionAlgorithm::ZLIB);
        builder.encrypt_to_key(&mut chance, &public.public_subkeys[0].key).unwrap();
        mail_with(&builder.to_vec(&mut chance).unwrap())
    };
    let limits = Limits { opened_bytes: 1 << 20, ..Limits::default() };
    let look = |mail: &[u8]| open_mail(mail, &SecretKeys::default().with_active(&ada), &[], now(), &limits);
    assert_eq!(look(&sealed(1 << 20)).text.len(), 1 << 20);
    let bomb = sealed((1 << 20) + 1);
    assert!(bomb.len() < 8_000);
    refused(&look(&bomb), Fault::Limit);
    // And by its own length, long before what a mail may grow to.
    let dense = sealed((16 << 20) + 1);
    assert!(dense.len() < 100_000);
    refused(&open_mail(&dense, &SecretKeys::default().with_active(&ada), &[], now(), &Limits::default()), Fault::Limit);
}

#[test]
fn encryptions_nest_eight_deep_and_no_deeper() {
    let ada = v4("Ada <ada@b.example>", 2);
    let public = SignedPublicKey::from(SignedSecretKey::from_bytes_of(&ada));
    let nested = |layers: usize| {
        let mut content = b"words".to_vec();
        for layer in 0..layers {
            let mut chance = rng(u8::try_from(layer).unwrap());
            let mut builder = MessageBuilder::from_bytes("", content).seipd_v1(&mut chance, SymmetricKeyAlgorithm::AES256);
            builder.encrypt_to_key(&mut chance, &public.public_subkeys[0].key).unwrap();
            content = builder.to_vec(&mut chance).unwrap();
        }
        open(&mail_with(&content), &ada, &[])
    };
    let mail = nested(8);
    assert!(mail.text == "words" && matches!(mail.encryption, Encryption::Opened { layers: 8, .. }), "{:?}", mail.encryption);
    let mail = nested(9);
    assert!(!mail.text.contains("words"), "{:?}", mail.encryption);
}

#[test]
fn more_recipients_than_an_honest_mail_has_are_a_limit() {
    let ada = v4("Ada <ada@b.example>", 2);
    let public = SignedPublicKey::from(SignedSecretKey::from_bytes_of(&ada));
    let sealed = |recipients: usize| {
        let mut chance = rng(6);
        let mut builder = MessageBuilder::from_bytes("", b"words".to_vec()).seipd_v1(&mut chance, SymmetricKeyAlgorithm::AES256);
        for _ in 0..recipients {
            builder.encrypt_to_key_anonymous(&mut chance, &public.public_subkeys[0].key).unwrap();
        }
        open(&mail_with(&builder.to_vec(&mut chance).unwrap()), &ada, &[])
    };
    assert_eq!(sealed(32).text, "words");
    refused(&sealed(33), Fault::Limit);
}

/// A certificate whose signing is done by a subkey.
struct WithSubkey {
    primary: packet::SecretKey,
    key: SignedSecretKey,
    subkey: packet::SecretSubkey,
}

fn flags(sign: bool) -> KeyFlags {
    let mut flags = KeyFlags::default();
    flags.set_sign(sign);
    flags.set_encrypt_comms(!sign);
    flags
}

fn config(key: &impl KeyDetails, kind: SignatureType, hash: HashAlgorithm, at: i64, more: Vec<SubpacketData>) -> SignatureConfig {
    let mut config = SignatureConfig::v4(kind, key.algorithm(), hash);
    let created = SubpacketData::SignatureCreationTime(Timestamp::from_secs(u32::try_from(at).unwrap()));
    let all = [vec![created, SubpacketData::IssuerFingerprint(key.fingerprint())], more].concat();
    config.hashed_subpackets = all.into_iter().map(|data| Subpacket::regular(data).unwrap()).collect();
    config.unhashed_subpackets = vec![Subpacket::regular(SubpacketData::IssuerKeyId(key.legacy_key_id())).unwrap()];
    config
}

/// How the signing subkey is bound.
#[derive(Clone, Copy, PartialEq)]
enum Bound {
    Well,
    /// Without the subkey's own word that it belongs to the primary key.
    WithoutBackSignature,
    /// For a day.
    ForADay,
    /// Well, and taken back a day later: superseded.
    RevokedSoftly,
    /// Well, and taken back a day later: compromised.
    RevokedHard,
}

/// When all parts of such a certificate were made.
fn made() -> i64 {
    static MADE: std::sync::OnceLock<i64> = std::sync::OnceLock::new();
    *MADE.get_or_init(|| now() - 30 * DAY)
}

fn with_subkey(bound: Bound) -> WithSubkey {
    let at = made();
    let base = TeamSecret::generate("Ada <ada@b.example>", at, None, &[8; 32]).unwrap();
    let mut key = SignedSecretKey::from_bytes_of(&base);
    let mut chance = rng(11);
    let (params, secret) = KeyType::Ed25519Legacy.generate(&mut chance).unwrap();
    let created = Timestamp::from_secs(u32::try_from(at).unwrap());
    let inner = PubKeyInner::new(KeyVersion::V4, KeyType::Ed25519Legacy.to_alg(), created, None, params).unwrap();
    let subkey = packet::SecretSubkey::new(packet::PublicSubkey::from_inner(inner).unwrap(), secret).unwrap();
    let primary = key.primary_key.clone();
    let empty = Password::empty();
    let hash = HashAlgorithm::Sha256;
    let mut more = vec![SubpacketData::KeyFlags(flags(true))];
    if bound != Bound::WithoutBackSignature {
        let back = config(subkey.public_key(), SignatureType::KeyBinding, hash, at, vec![]);
        let back = back.sign_primary_key_binding(&subkey, subkey.public_key(), &empty, primary.public_key()).unwrap();
        more.push(SubpacketData::EmbeddedSignature(Box::new(back)));
    }
    if bound == Bound::ForADay {
        more.push(SubpacketData::KeyExpirationTime(pgp::types::Duration::from_secs(u32::try_from(DAY).unwrap())));
    }
    let binding = config(primary.public_key(), SignatureType::SubkeyBinding, hash, at, more);
    let mut signatures = vec![binding.sign_subkey_binding(&primary, primary.public_key(), &empty, subkey.public_key()).unwrap()];
    let code = match bound {
        Bound::RevokedSoftly => Some(RevocationCode::KeySuperseded),
        Bound::RevokedHard => Some(RevocationCode::KeyCompromised),
        _ => None,
    };
    if let Some(code) = code {
        let reason = vec![SubpacketData::RevocationReason(code, b"".to_vec().into())];
        let revocation = config(primary.public_key(), SignatureType::SubkeyRevocation, hash, at + DAY, reason);
        signatures.push(revocation.sign_subkey_binding(&primary, primary.public_key(), &empty, subkey.public_key()).unwrap());
    }
    key.secret_subkeys.push(SignedSecretSubKey::new(subkey.clone(), signatures));
    WithSubkey { primary, key, subkey }
}

impl WithSubkey {
    /// What a signature by the subkey, made so long after the key, is worth today.
    fn signature_after(&self, seconds: i64) -> Signature {
        let text = "words of ada";
        let config = config(self.subkey.public_key(), SignatureType::Text, HashAlgorithm::Sha256, made() + seconds, vec![]);
        let signed = pgp::composed::CleartextSignedMessage::new(text, config, &self.subkey, &Password::empty()).unwrap();
        let mail = format!("From: ada@b.example\r\n\r\n{}", signed.to_armored_string(Default::default()).unwrap());
        let cert = KnownCert::parse(&SignedPublicKey::from(self.key.clone()).to_bytes().unwrap()).unwrap();
        assert_eq!(cert.fingerprint(), format!("{:X}", self.primary.fingerprint()));
        open_mail(mail.as_bytes(), &SecretKeys::default(), &[cert], now(), &Limits::default()).signature
    }
}

#[test]
fn a_subkeys_binding_counts_at_the_instant_of_its_signature() {
    let good = |signature: Signature| matches!(signature, Signature::Good { .. });
    let hour = 3_600;
    assert!(good(with_subkey(Bound::Well).signature_after(hour)));
    // the primary key may sign, so it is asked too, and did not
    let bad = Signature::Bad { reason: BadSignature::Mismatch };
    assert_eq!(with_subkey(Bound::WithoutBackSignature).signature_after(hour), bad);
    for (bound, early) in [(Bound::ForADay, true), (Bound::RevokedSoftly, true), (Bound::RevokedHard, false)] {
        assert_eq!(good(with_subkey(bound).signature_after(hour)), early);
        assert_eq!(with_subkey(bound).signature_after(2 * DAY), bad);
    }
    // from before the subkey was there
    assert_eq!(with_subkey(Bound::Well).signature_after(-hour), Signature::Bad { reason: BadSignature::KeyNotValid });
}

#[test]
fn a_key_of_ours_that_is_taken_back_signs_no_more_and_still_opens() {
    let ada = v4("Ada <ada@b.example>", 2);
    for team in [v4("Team <psirt@vendor.example>", 3), v6("Team <psirt@vendor.example>", now() - 1_000, 3)] {
        let signed_at = now();
        let before = sign::cleartext(&team, "words", signed_at).unwrap();
        // times have whole seconds, and a revocation of the same second as the signature comes before it
        while now() <= signed_at {
            std::thread::sleep(Duration::from_millis(50));
        }
        for why in Revocation::ALL {
            let gone = team.revoked(why, signed_at + 1).unwrap();
            assert_eq!(gone.fingerprint(), team.fingerprint());
            let certificate = known(&gone);
            assert_eq!(certificate.encryptable(now()), Err(KeyFault::Revoked));
            assert_eq!(ReporterCert::parse(&gone.binary_public(), now()).map(|_| ()), Err(KeyFault::Revoked));
            assert!(sign::cleartext(&gone, "words", now()).is_err());
            let sealed = compose(&outgoing("s", "words"), None, Some(&cert(&team)), &[5; 32]).unwrap();
            assert_eq!(open(&sealed, &gone, &[]).text, "words");
            let mail = open(format!("From: psirt@vendor.example\r\n\r\n{before}").as_bytes(), &ada, &[certificate]);
            let stands = matches!(mail.signature, Signature::Good { .. });
            assert_eq!(stands, why != Revocation::Compromised, "{why:?}: {:?}", mail.signature);
        }
    }
}

#[test]
fn certificates_are_judged_at_the_given_instant() {
    let begin = now() - 10 * DAY;
    let key = TeamSecret::generate("Ada <ada@b.example>", begin, Some(begin + DAY), &[1; 32]).unwrap();
    let parse = |at: i64| ReporterCert::parse(&key.binary_public(), at).map(|_| ());
    assert_eq!(parse(begin - 1), Err(KeyFault::NotYetValid));
    assert_eq!(parse(begin + 1), Ok(()));
    assert_eq!(parse(begin + DAY - 1), Ok(()));
    assert_eq!(parse(begin + DAY), Err(KeyFault::Expired { at: begin + DAY }));
}

/// A PGP/MIME entity, encrypted to a key, in a mail whose outer fields say what the story wants.
fn sealed_entity(entity: &str, to: &TeamSecret, outer: &str) -> Vec<u8> {
    let public = SignedPublicKey::from(SignedSecretKey::from_bytes_of(to));
    let mut chance = rng(6);
    let content = entity.replace('\n', "\r\n").into_bytes();
    let mut builder = MessageBuilder::from_bytes("", content).seipd_v1(&mut chance, SymmetricKeyAlgorithm::AES256);
    builder.encrypt_to_key(&mut chance, &public.public_subkeys[0].key).unwrap();
    let message = builder.to_vec(&mut chance).unwrap();
    let armored = String::from_utf8(mail_with(&message)).unwrap();
    let block = armored.split("\r\n\r\n").skip(1).collect::<Vec<_>>().join("\r\n\r\n");
    let outer = outer.replace('\n', "\r\n");
    format!(
        "{outer}MIME-Version: 1.0\r\nContent-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n--b\r\n\
         Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n{block}\r\n--b--\r\n"
    )
    .into_bytes()
}

#[test]
fn the_subject_inside_is_the_one_that_counts() {
    let ada = v4("Ada <ada@b.example>", 2);
    let outer = "From: ada@b.example\nTo: psirt@vendor.example\nSubject: ...\n";
    let see = |entity: &str| open(&sealed_entity(entity, &ada, outer), &ada, &[]);
    // RFC 9788, with the copy of the fields that old programs show
    let mail = see(concat!(
        "From: ada@b.example\nSubject: Radar firmware\nHP-Outer: Subject: ...\n",
        "Content-Type: text/plain; charset=utf-8; hp=\"cipher\"; hp-legacy-display=\"1\"\n\nSubject: Radar firmware\n\nwords\n"
    ));
    assert_eq!((mail.subject.as_str(), mail.outer_subject.as_str(), mail.text.as_str()), ("Radar firmware", "...", "words"));
    // the draft before it, as Thunderbird and Enigmail write it
    let mail = see(concat!(
        "Subject: Radar firmware\nContent-Type: multipart/mixed; boundary=x; protected-headers=\"v1\"\n\n--x\n",
        "Content-Type: text/rfc822-headers; protected-headers=\"v1\"\nContent-Disposition: inline\n\nSubject: Radar firmware\n\n",
        "--x\nContent-Type: text/plain\n\nwords\n--x--\n"
    ));
    assert_eq!((mail.subject.as_str(), mail.text.as_str(), mail.attachments.len()), ("Radar firmware", "words", 0));
    // nothing is hidden and nothing is said: what stands outside is all there is
    let mail = see("Content-Type: text/plain\n\nSubject: is here no field\n");
    assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("...", "Subject: is here no field"));
    let mail = see("From: eve@evil.example\nSubject: x\nContent-Type: text/plain; hp=\"cipher\"\n\nwords\n");
    assert!(mail.warnings.contains(&wardroom_mail::opened::Warning::InnerSenderDiffers), "{:?}", mail.warnings);
}

#[test]
fn our_own_mails_protect_their_fields() {
    let (team, ada) = (v4("Team <psirt@vendor.example>", 1), v4("Ada <ada@b.example>", 2));
    let sealed = compose(&outgoing("Radar firmware", "words"), Some(&team), Some(&cert(&ada)), &[5; 32]).unwrap();
    let outside = String::from_utf8(sealed.clone()).unwrap();
    assert!(outside.contains("Subject: ...\r\n") && !outside.contains("Radar"), "{outside}");
    assert_eq!(open(&sealed, &ada, &[known(&team)]).subject, "Radar firmware");
    let signed = compose(&outgoing("Radar firmware", "words"), Some(&team), None, &[5; 32]).unwrap();
    let changed = String::from_utf8(signed).unwrap().replacen("Subject: Radar firmware", "Subject: Please pay", 1);
    let mail = open(changed.as_bytes(), &ada, &[known(&team)]);
    assert_eq!((mail.subject.as_str(), mail.outer_subject.as_str()), ("Radar firmware", "Please pay"), "what is signed is shown");
    assert!(matches!(mail.signature, Signature::Good { .. }));
    assert_eq!(open(changed.as_bytes(), &ada, &[]).subject, "Please pay", "an unknown signature protects nothing");
}

#[test]
fn inline_as_mutt_writes_it() {
    let (team, ada) = (v4("Team <psirt@vendor.example>", 1), v4("Ada <ada@b.example>", 2));
    let signed = sign::cleartext(&ada, "clear words", now()).unwrap();
    let armored = String::from_utf8(mail_with(&{
        let public = SignedPublicKey::from(SignedSecretKey::from_bytes_of(&team));
        let mut chance = rng(6);
        let content = "sealed words 雷达".as_bytes().to_vec();
        let mut builder = MessageBuilder::from_bytes("", content).seipd_v1(&mut chance, SymmetricKeyAlgorithm::AES256);
        builder.encrypt_to_key(&mut chance, &public.public_subkeys[0].key).unwrap();
        builder.to_vec(&mut chance).unwrap()
    }))
    .unwrap();
    let block = armored.split_once("\r\n\r\n").unwrap().1;
    for kind in [
        "application/pgp; x-action=encrypt; format=text",
        "text/plain; charset=utf-8; x-mutt-action=pgp-encrypt\r\nContent-Disposition: inline; filename=\"msg.pgp\"",
        "text/plain; charset=utf-8; x-action=pgp-encrypted",
    ] {
        let mail = format!("From: ada@b.example\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n{block}");
        let mail = open(mail.as_bytes(), &team, &[known(&ada)]);
        assert_eq!((mail.text.as_str(), mail.attachments.len()), ("sealed words 雷达", 0), "{kind}: {:?}", mail.encryption);
    }
    for kind in ["application/pgp; x-action=sign; format=text", "text/plain; charset=utf-8; x-action=pgp-signed"] {
        let mail = format!("From: ada@b.example\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n{signed}");
        let mail = open(mail.as_bytes(), &team, &[known(&ada)]);
        assert_eq!((mail.text.as_str(), mail.attachments.len()), ("clear words", 0), "{kind}");
        assert_eq!(mail.signature, Signature::Good { fingerprint: ada.fingerprint() }, "{kind}");
    }
}

fn autocrypt(field: &str, address: &str, key: &TeamSecret) -> String {
    use base64::Engine;
    let data = base64::engine::general_purpose::STANDARD.encode(key.binary_public());
    format!("{field}: addr={address}; prefer-encrypt=mutual; keydata={data}\n")
}

#[test]
fn autocrypt_brings_candidates_and_no_more() {
    let (ada, eve, bob) = (v4("Ada <ada@b.example>", 2), v4("Eve <eve@evil.example>", 3), v4("Bob <bob@b.example>", 4));
    let from = "From: ada@b.example\nTo: psirt@vendor.example\nCc: bob@b.example\nSubject: x\n";
    let see = |fields: &str| open(format!("{from}{fields}\nhello").replace('\n', "\r\n").as_bytes(), &ada, &[]).keys;
    let found = see(&autocrypt("Autocrypt", "ada@b.example", &ada));
    assert_eq!((found.len(), found[0].source, found[0].encrypted), (1, KeySource::Autocrypt, false));
    assert_eq!(found[0].address, "ada@b.example");
    assert!(see(&autocrypt("Autocrypt", "eve@evil.example", &eve)).is_empty(), "a key for somebody else");
    let two = format!("{}{}", autocrypt("Autocrypt", "ada@b.example", &ada), autocrypt("Autocrypt", "ada@b.example", &eve));
    assert!(see(&two).is_empty(), "two that contradict each other");
    assert!(see(&autocrypt("Autocrypt-Gossip", "bob@b.example", &bob)).is_empty(), "gossip in the open is hearsay of anybody");

    let entity = |fields: &str| format!("{fields}Subject: s\nContent-Type: text/plain; protected-headers=\"v1\"\n\nwords\n");
    let gossip = format!(
        "{}{}{}",
        autocrypt("Autocrypt-Gossip", "bob@b.example", &bob),
        autocrypt("Autocrypt-Gossip", "eve@evil.example", &eve),
        autocrypt("Autocrypt", "ada@b.example", &ada)
    );
    let outer = format!("{from}{}", autocrypt("Autocrypt", "ada@b.example", &eve));
    let mail = open(&sealed_entity(&entity(&gossip), &ada, &outer), &ada, &[]);
    let found: Vec<_> = mail.keys.iter().map(|key| (key.source, key.address.as_str(), key.encrypted)).collect();
    assert_eq!(found, [(KeySource::Autocrypt, "ada@b.example", true), (KeySource::Gossip, "bob@b.example", true)]);
    let sender = mail.senders_key().unwrap();
    assert_eq!(KnownCert::parse(sender.armored.as_bytes()).unwrap().fingerprint(), ada.fingerprint(), "not the one slipped in outside");
}

#[test]
fn a_key_slipped_in_beside_the_encryption_does_not_win() {
    let (ada, eve) = (v4("Ada <ada@b.example>", 2), v4("Eve <eve@evil.example>", 3));
    let inner = format!("Content-Type: text/plain\n\nwords\n\n{}", ada.armored_public());
    let sealed = String::from_utf8(sealed_entity(&inner, &ada, "")).unwrap();
    let attached = eve.armored_public().replace('\n', "\r\n");
    let mail = format!(
        "From: ada@b.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: application/pgp-keys\r\n\r\n\
         {attached}\r\n--o\r\n{sealed}\r\n--o--\r\n"
    );
    let mail = open(mail.as_bytes(), &ada, &[]);
    assert_eq!(mail.keys.len(), 2, "{mail:?}");
    assert!(mail.senders_key().is_some_and(|key| key.encrypted && key.source == KeySource::Pasted));
}
