//! S/MIME mails made by OpenSSL at test time: opened, kept, or refused, and never more believed than they deserve.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fall")]

use std::path::Path;
use std::process::Command;
use wardroom_mail::keys::SecretKeys;
use wardroom_mail::opened::{Encryption, OpenedMail, Warning};
use wardroom_mail::smime::{SmimeKey, SmimeKeyFault};
use wardroom_mail::{Fault, Limits, open_mail};

const INNER: &str = "Content-Type: text/plain; charset=utf-8\r\n\r\nThe update service takes unsigned firmware. 固件\r\n";
const HEAD: &str = "From: ada@research.example\r\nTo: psirt@vendor.example\r\nSubject: flaw\r\nMessage-ID: <s@research.example>\r\n";

fn openssl(folder: &Path, args: &[&str]) -> bool {
    let done = Command::new("openssl").args(args).current_dir(folder).output();
    done.is_ok_and(|output| output.status.success())
}

/// A folder with two key pairs, or a plain word why there is none.
fn scene() -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    for name in ["team", "other"] {
        let (key, cert, subject) = (format!("{name}.key"), format!("{name}.crt"), format!("/CN={name}"));
        let made = openssl(
            folder.path(),
            &["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", &key, "-out", &cert, "-subj", &subject, "-days", "30"],
        );
        if !made {
            println!("SKIPPED: openssl is not there");
            return None;
        }
    }
    std::fs::write(folder.path().join("inner"), INNER).unwrap();
    Some(folder)
}

fn key_of(folder: &Path, name: &str) -> SmimeKey {
    let both = std::fs::read_to_string(folder.join(format!("{name}.crt"))).unwrap()
        + &std::fs::read_to_string(folder.join(format!("{name}.key"))).unwrap();
    SmimeKey::import(&both).unwrap()
}

fn mail(folder: &Path, args: &[&str]) -> Option<Vec<u8>> {
    // The file name first: a certificate may stand at the end.
    let mut all = args.to_vec();
    all.splice(1..1, ["-out", "made"]);
    openssl(folder, &all).then(|| [HEAD.as_bytes(), &std::fs::read(folder.join("made")).unwrap()].concat())
}

fn opened(raw: &[u8], keys: &SecretKeys) -> OpenedMail {
    open_mail(raw, keys, &[], 1_790_000_000, &Limits::default())
}

#[test]
fn what_openssl_encrypts_is_opened() {
    let Some(folder) = scene() else { return };
    let keys = SecretKeys::default().with_smime(key_of(folder.path(), "other")).with_smime(key_of(folder.path(), "team"));
    let ciphers =
        [("-aes128", false), ("-aes-192-cbc", false), ("-aes256", false), ("-des3", false), ("-aes-128-gcm", true), ("-aes-256-gcm", true)];
    for (cipher, authenticated) in ciphers {
        for more in [&[][..], &["-stream"], &["-keyid"]] {
            let mut args = vec!["cms", "-encrypt", cipher, "-in", "inner", "-recip", "team.crt"];
            args.splice(2..2, more.iter().copied());
            let Some(raw) = mail(folder.path(), &args) else {
                println!("SKIPPED: this openssl does not make {cipher} {more:?}");
                continue;
            };
            let mail = opened(&raw, &keys);
            assert!(mail.text.contains("unsigned firmware. 固件"), "{cipher} {more:?}: {:?} {:?}", mail.encryption, mail.warnings);
            assert!(matches!(mail.encryption, Encryption::Opened { .. }), "{cipher}");
            assert_eq!(mail.warnings.contains(&Warning::NotAuthenticated), !authenticated, "{cipher}");
            assert_eq!(mail.warnings.contains(&Warning::LegacyCipher), cipher == "-des3");
        }
    }
    for padding in [&["-keyopt", "rsa_padding_mode:oaep"][..], &["-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256"]] {
        let mut args = vec!["cms", "-encrypt", "-aes256", "-in", "inner", "-recip", "team.crt"];
        args.extend(padding);
        let mail = opened(&mail(folder.path(), &args).expect("openssl knows OAEP"), &keys);
        assert!(mail.text.contains("unsigned firmware"), "{padding:?}: {:?}", mail.encryption);
    }
    let old = mail(folder.path(), &["smime", "-encrypt", "-aes256", "-in", "inner", "team.crt"]).unwrap();
    assert!(opened(&old, &keys).text.contains("unsigned firmware"));
}

#[test]
fn keys_on_curves_open_too() {
    let Some(folder) = scene() else { return };
    for curve in ["P-256", "P-384", "P-521"] {
        let parameter = format!("ec_paramgen_curve:{curve}");
        let made = openssl(
            folder.path(),
            &[
                "req", "-x509", "-newkey", "ec", "-pkeyopt", &parameter, "-nodes", "-keyout", "ec.key", "-out", "ec.crt", "-subj",
                "/CN=ec", "-days", "30",
            ],
        );
        assert!(made, "{curve}");
        let key = key_of(folder.path(), "ec");
        // The same key as OpenSSL wrote it in former times.
        if openssl(folder.path(), &["ec", "-in", "ec.key", "-out", "old.key"]) {
            let old = SmimeKey::import(&std::fs::read_to_string(folder.path().join("old.key")).unwrap()).unwrap();
            assert_eq!(old.fingerprint(), key.fingerprint(), "{curve}");
        }
        let keys = SecretKeys::default().with_smime(key_of(folder.path(), "other")).with_smime(key);
        for derived in
            [&[][..], &["-keyopt", "ecdh_kdf_md:sha256"], &["-keyopt", "ecdh_kdf_md:sha512"], &["-keyopt", "ecdh_cofactor_mode:1"]]
        {
            for cipher in ["-aes128", "-aes256", "-aes-256-gcm"] {
                let mut args = vec!["cms", "-encrypt", cipher, "-in", "inner", "-recip", "ec.crt"];
                args.extend(derived);
                let mail = opened(&mail(folder.path(), &args).unwrap(), &keys);
                assert!(mail.text.contains("unsigned firmware"), "{curve} {derived:?} {cipher}: {:?} {:?}", mail.encryption, mail.warnings);
            }
        }
        let both = mail(folder.path(), &["cms", "-encrypt", "-aes256", "-in", "inner", "-recip", "ec.crt", "-recip", "team.crt"]).unwrap();
        assert!(opened(&both, &keys).text.contains("unsigned firmware"), "{curve}: one of two recipients");
        let stranger = SecretKeys::default().with_smime(key_of(folder.path(), "other"));
        assert!(matches!(opened(&both, &stranger).encryption, Encryption::Failed { reason: Fault::NoKey, .. }));
    }
}

#[test]
fn signed_mail_is_shown_and_its_signature_believed_by_nobody() {
    let Some(folder) = scene() else { return };
    let keys = SecretKeys::default().with_smime(key_of(folder.path(), "team"));
    for args in [
        &["cms", "-sign", "-in", "inner", "-signer", "other.crt", "-inkey", "other.key"][..],
        &["cms", "-sign", "-nodetach", "-in", "inner", "-signer", "other.crt", "-inkey", "other.key"],
        &["cms", "-sign", "-nodetach", "-stream", "-in", "inner", "-signer", "other.crt", "-inkey", "other.key"],
    ] {
        let mail = opened(&mail(folder.path(), args).unwrap(), &keys);
        assert!(mail.text.contains("unsigned firmware"), "{args:?}");
        assert!(mail.warnings.contains(&Warning::SmimeSignatureNotChecked));
        assert_eq!((&mail.signature, &mail.encryption), (&wardroom_mail::opened::Signature::None, &Encryption::None));
    }
    assert!(mail(folder.path(), &["cms", "-sign", "-in", "inner", "-signer", "other.crt", "-inkey", "other.key"]).is_some());
    std::fs::rename(folder.path().join("made"), folder.path().join("signed")).unwrap();
    let both = mail(folder.path(), &["cms", "-encrypt", "-aes256", "-in", "signed", "-recip", "team.crt"]).unwrap();
    let mail = opened(&both, &keys);
    assert!(mail.text.contains("unsigned firmware") && mail.warnings.contains(&Warning::SmimeSignatureNotChecked));
}

#[test]
fn what_cannot_be_opened_is_kept_and_says_why() {
    let Some(folder) = scene() else { return };
    let raw = mail(folder.path(), &["cms", "-encrypt", "-aes256", "-in", "inner", "-recip", "team.crt"]).unwrap();
    let stranger = SecretKeys::default().with_smime(key_of(folder.path(), "other"));
    for keys in [SecretKeys::default(), stranger] {
        let mail = opened(&raw, &keys);
        assert!(matches!(mail.encryption, Encryption::Failed { reason: Fault::NoKey, .. }), "{:?}", mail.encryption);
        assert!(mail.warnings.contains(&Warning::SmimeNotRead) && mail.text.is_empty());
        assert_eq!(mail.attachments.len(), 1, "the structure is kept");
    }
    // An altered authenticated message gives nothing; cut ones neither, and nothing falls over.
    let keys = SecretKeys::default().with_smime(key_of(folder.path(), "team"));
    if let Some(sealed) = mail(folder.path(), &["cms", "-encrypt", "-aes-256-gcm", "-outform", "DER", "-in", "inner", "-recip", "team.crt"])
    {
        let der = &sealed[HEAD.len()..];
        let part = |der: &[u8]| {
            use base64::Engine;
            let text = base64::engine::general_purpose::STANDARD.encode(der);
            let text = text.as_bytes().chunks(70).map(|line| String::from_utf8_lossy(line).into_owned()).collect::<Vec<_>>().join("\r\n");
            format!("{HEAD}Content-Type: application/octet-stream; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n{text}\r\n")
        };
        assert!(opened(part(der).as_bytes(), &keys).text.contains("unsigned firmware"), "known by its name");
        for at in [der.len() - 1, der.len() - 30, der.len() / 2, 30] {
            let mut changed = der.to_vec();
            changed[at] ^= 1;
            assert!(!opened(part(&changed).as_bytes(), &keys).text.contains("firmware"), "at {at}");
            assert!(!opened(part(&der[..at]).as_bytes(), &keys).text.contains("firmware"), "cut at {at}");
        }
    }
}

#[test]
fn keys_that_are_none_are_refused_with_a_reason() {
    let refused = |text: &str| SmimeKey::import(text).unwrap_err();
    assert_eq!(refused("-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"), SmimeKeyFault::NoKey);
    assert_eq!(refused("-----BEGIN ENCRYPTED PRIVATE KEY-----\nx\n-----END ENCRYPTED PRIVATE KEY-----\n"), SmimeKeyFault::Locked);
    assert_eq!(refused("-----BEGIN PRIVATE KEY-----\neA==\n-----END PRIVATE KEY-----\n"), SmimeKeyFault::Unusable);
    assert!(!SmimeKey::is_pem("-----BEGIN PGP PRIVATE KEY BLOCK-----"));
}
