//! We make, GnuPG reads. Without `gpg` these tests say so and check nothing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fall")]

mod common;

use common::gnupg::MADE;
use common::scene::{TEXT, good, opened, scene};
use wardroom_mail::compose::{Outgoing, WrittenBy, compose};
use wardroom_mail::keys::{KnownCert, ReporterCert, SecretKeys, TeamSecret};
use wardroom_mail::opened::{Address, Automatic};
use wardroom_mail::{Limits, open_mail, sign};

const SUBJECT: &str = "雷达模组固件升级接口缺少签名校验, and a long English rest that must be folded somewhere in between";

#[test]
fn it_imports_our_key_and_accepts_our_signatures() {
    let Some(scene) = scene() else { return };
    let listed = String::from_utf8(scene.gnupg.run(&["--with-colons", "--list-keys", &scene.team.fingerprint()], b"")).unwrap();
    assert!(listed.contains(&format!(":{}:", MADE + 86_400 * 700)), "{listed}");
    assert!(listed.contains("Team <psirt@vendor.example>"), "{listed}");
    let content = b"{\"advisory\": 1}\n";
    let signature = sign::detached(&scene.team, content, MADE + 5).unwrap();
    assert!(scene.gnupg.verifies_detached(&signature, content));
    assert!(!scene.gnupg.verifies_detached(&signature, b"{\"advisory\": 2}\n"));
    for text in [TEXT, "a \nb", "a\t\nb\n\n", "-----BEGIN PGP\n- x\n", "one line", "\n\nempty first\r\nmixed\n"] {
        let signed = sign::cleartext(&scene.team, text, MADE + 5).unwrap();
        assert!(scene.gnupg.verifies(signed.as_bytes()), "{text:?}");
    }
    assert!(sign::detached(&scene.team, content, MADE + 86_400 * 800).is_err(), "an expired key signs nothing");
    let secret = scene.team.armored_secret().unwrap();
    assert!(scene.gnupg.succeeds(&["--import"], secret.as_bytes()));
}

fn outgoing() -> Outgoing {
    Outgoing {
        from: Address { name: Some("Product Security 安全".into()), address: "psirt@vendor.example".into() },
        to: vec![Address { name: None, address: "ada@researcher.example".into() }],
        subject: SUBJECT.into(),
        text: TEXT.into(),
        message_id: "m1@vendor.example".into(),
        date: MADE + 100,
        in_reply_to: Some("<q1@researcher.example>".into()),
        references: vec!["q0@researcher.example".into(), "q1@researcher.example".into()],
        reply_to: None,
        written_by: WrittenBy::AutoReplied,
        language: "en".into(),
    }
}

#[test]
fn our_mail_reads_there_and_here() {
    let Some(scene) = scene() else { return };
    let trusted = KnownCert::parse(scene.team.armored_public().as_bytes()).unwrap();
    let see = |mail: &[u8], keys: &SecretKeys| open_mail(mail, keys, std::slice::from_ref(&trusted), MADE + 200, &Limits::default());

    let signed = compose(&outgoing(), Some(&scene.team), None, &[1; 32]).unwrap();
    let mail = see(&signed, &scene.keys);
    assert!(good(&mail), "{mail:?}\n{}", String::from_utf8_lossy(&signed));
    assert_eq!((mail.subject.as_str(), mail.text.as_str(), mail.auto_submitted), (SUBJECT, TEXT.trim_end(), Automatic::AutoReply));
    assert_eq!(mail.references, ["q0@researcher.example", "q1@researcher.example"]);
    assert_eq!((mail.date, mail.in_reply_to.as_deref()), (Some(MADE + 100), Some("q1@researcher.example")));
    let (content, signature) = signed_part(&signed);
    assert!(scene.gnupg.verifies_detached(&signature, &content));

    let cert = ReporterCert::parse(scene.reporter.armored().as_bytes(), MADE).unwrap();
    let sealed = compose(&outgoing(), Some(&scene.team), Some(&cert), &[2; 32]).unwrap();
    let text = String::from_utf8(sealed.clone()).unwrap();
    assert!(text.contains("Subject: ...\r\n") && !text.contains("Unauthenticated") && text.is_ascii());
    let (inner, status) = scene.gnupg.decrypt(&sealed);
    assert!(status.contains("GOODSIG") && status.contains(&scene.team.fingerprint()), "{status}");
    assert!(inner.contains("Subject: =?UTF-8?B?") && inner.contains("Unauthenticated update"), "{inner}");
    let reader = scene.gnupg.run(&["--armor", "--export-secret-keys", "ada@researcher.example"], b"");
    let reader = SecretKeys::default().with_active(&TeamSecret::import(&reader, None).unwrap());
    let mail = see(&sealed, &reader);
    assert!(opened(&mail) && good(&mail), "{mail:?}");
    assert_eq!((mail.subject.as_str(), mail.text.as_str()), (SUBJECT, TEXT.trim_end()));

    for mail in [signed, sealed, compose(&outgoing(), None, None, &[3; 32]).unwrap()] {
        let text = String::from_utf8(mail).unwrap();
        assert!(text.split("\r\n").all(|line| !line.contains(['\r', '\n']) && line.len() <= 998));
    }
}

/// The bytes between the first two delimiters, and the armoured signature.
fn signed_part(mail: &[u8]) -> (Vec<u8>, String) {
    let text = String::from_utf8(mail.to_vec()).unwrap();
    let boundary = text.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let delimiter = format!("--{boundary}");
    let mut parts = text.split(&delimiter).skip(1);
    let content = parts.next().unwrap().strip_prefix("\r\n").unwrap().strip_suffix("\r\n").unwrap().as_bytes().to_vec();
    let rest = parts.next().unwrap();
    (content, rest.get(rest.find("-----BEGIN").unwrap()..).unwrap().to_owned())
}
