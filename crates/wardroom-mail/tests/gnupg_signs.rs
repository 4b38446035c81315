//! GnuPG signs or locks a key, we judge and unlock. Without `gpg` these tests say so and check nothing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fall")]

mod common;

use common::gnupg::{Gnupg, MADE};
use common::scene::{good, inline, scene};
use wardroom_mail::keys::{KeyFault, KnownCert, ReporterCert, SecretKeys, TeamSecret};
use wardroom_mail::opened::{Encryption, Signature, Warning};
use wardroom_mail::{BadSignature, Limits, open_mail};

#[test]
fn signatures_are_judged_by_our_rules() {
    let Some(scene) = scene() else { return };
    let clear = |options: &[&str], text: &str| {
        let mut arguments = vec!["--clearsign", "--local-user", "ada@researcher.example"];
        arguments.extend_from_slice(options);
        scene.gnupg.run(&arguments, text.as_bytes())
    };
    let signed = clear(&[], "one\n- two  \nthree\n");
    let mail = scene.open(&inline(&signed));
    assert!(good(&mail) && mail.text == "one\n- two\nthree" && mail.warnings.is_empty(), "{mail:?}");
    let other = String::from_utf8(signed.clone()).unwrap().replace("three", "3");
    assert_eq!(scene.open(&inline(other.as_bytes())).signature, Signature::Bad { reason: BadSignature::Mismatch });
    let unknown = open_mail(&inline(&signed), &scene.keys, &[], MADE, &Limits::default());
    assert!(matches!(unknown.signature, Signature::Unknown { key_id: Some(_) }), "{:?}", unknown.signature);
    let weak = clear(&["--digest-algo", "SHA1", "--allow-weak-digest-algos"], "x\n");
    assert_eq!(scene.open(&inline(&weak)).signature, Signature::Bad { reason: BadSignature::WeakHash });

    let wrapped = [&b"I take this over, pay me.\n"[..], &signed].concat();
    assert!(matches!(scene.open(&inline(&wrapped)).signature, Signature::Partly { .. }), "words around a signature are not signed");
    let mail = String::from_utf8(inline(&signed)).unwrap().replace("ada@researcher", "mallory@evil");
    let mail = scene.open(mail.as_bytes());
    assert!(good(&mail) && mail.warnings.contains(&Warning::SignerIsNotSender));
    let before = open_mail(&inline(&signed), &scene.keys, std::slice::from_ref(&scene.reporter), MADE - 900_000, &Limits::default());
    assert!(before.warnings.contains(&Warning::SignedInTheFuture));

    let gbk = encoding_rs::GBK.encode("固件升级\n").0.into_owned();
    let signed = scene.gnupg.run(&["--clearsign", "--local-user", "ada@researcher.example"], &gbk);
    let head = b"From: Ada <ada@researcher.example>\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n";
    let mail = scene.open(&[&head[..], &signed].concat());
    assert!(good(&mail) && mail.text == "固件升级", "{mail:?}");
}

#[test]
fn a_stolen_key_signs_nothing_even_before() {
    let Some(scene) = scene() else { return };
    let signed = scene.gnupg.run(&["--clearsign", "--local-user", "ada@researcher.example"], b"words\n");
    assert!(good(&scene.open(&inline(&signed))));
    let revoked = scene.gnupg.revoked(&scene.reporter.fingerprint());
    assert_eq!(ReporterCert::parse(&revoked, MADE + 9_000).unwrap_err(), KeyFault::Revoked);
    let known = [KnownCert::parse(&revoked).unwrap()];
    let mail = open_mail(&inline(&signed), &scene.keys, &known, MADE + 9_000, &Limits::default());
    assert_eq!(mail.signature, Signature::Bad { reason: BadSignature::KeyNotValid });
}

#[test]
fn a_locked_key_is_unlocked_once() {
    let Some(gnupg) = Gnupg::new() else { return };
    gnupg.generate_locked("Old Team <old@vendor.example>", "correct horse");
    let public = KnownCert::parse(&gnupg.run(&["--armor", "--export", "old@vendor.example"], b"")).unwrap();
    let secret = gnupg.run(&["--armor", "--passphrase", "correct horse", "--export-secret-keys", "old@vendor.example"], b"");
    assert!(matches!(TeamSecret::import(&secret, Some("wrong")), Err(KeyFault::WrongPassphrase)));
    assert!(matches!(TeamSecret::import(&secret, None), Err(KeyFault::WrongPassphrase)));
    let team = TeamSecret::import(&secret, Some("correct horse")).unwrap();
    assert_eq!(team.fingerprint(), public.fingerprint());
    assert_eq!(team.user_id(), "Old Team <old@vendor.example>");
    let can = team.capabilities(MADE + 9_000);
    assert!(can.encrypt.is_ok() && can.sign && !can.gnupg_aead && !can.rsa, "{can:?}");
    let message = gnupg.run(&["--encrypt", "--armor", "--trust-model", "always", "--recipient", "old@vendor.example"], b"x");
    let held = wardroom_mail::keys::HeldSecret {
        armored: String::from_utf8(secret).unwrap(),
        passphrase: Some("correct horse".into()),
        retired: true,
    };
    let keys = SecretKeys::unlock(&[held]).unwrap();
    let mail = open_mail(&inline(&message), &keys, &[], MADE, &Limits::default());
    assert!(matches!(mail.encryption, Encryption::Opened { retired: true, .. }), "{mail:?}");
}
