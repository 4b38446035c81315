//! GnuPG is the other side: what we make it must read, what it makes we must read. Without `gpg` these tests say so and
//! check nothing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fall")]

mod common;

use common::gnupg::{Gnupg, MADE};
use std::time::Instant;
use wardroom_mail::compose::{Outgoing, WrittenBy, compose};
use wardroom_mail::keys::{KeyFault, KnownCert, ReporterCert, SecretKeys, TeamSecret};
use wardroom_mail::opened::{Address, Automatic, Encryption, OpenedMail, Signature, Warning};
use wardroom_mail::{BadSignature, Fault, Limits, open_mail, sign};

const TEXT: &str = "Unauthenticated update\n- dash \t\nFrom here  \n\n雷达 end\n";
const SUBJECT: &str = "雷达模组固件升级接口缺少签名校验, and a long English rest that must be folded somewhere in between";

fn team() -> TeamSecret {
    TeamSecret::generate(
        "Team <psirt@vendor.example>",
        MADE,
        Some(MADE + 86_400 * 700),
        &[7; 32],
    )
    .unwrap()
}

/// GnuPG with a reporter's key, our public key, and our secrets.
struct Scene {
    gnupg: Gnupg,
    team: TeamSecret,
    keys: SecretKeys,
    reporter: KnownCert,
}

fn scene() -> Option<Scene> {
    let gnupg = Gnupg::new()?;
    let team = team();
    gnupg.run(&["--import"], team.armored_public().as_bytes());
    gnupg.generate("Ada <ada@researcher.example>");
    let reporter =
        KnownCert::parse(&gnupg.run(&["--armor", "--export", "ada@researcher.example"], b""))
            .unwrap();
    let keys = SecretKeys::default().with_active(&team);
    Some(Scene {
        gnupg,
        team,
        keys,
        reporter,
    })
}

impl Scene {
    fn open(&self, mail: &[u8]) -> OpenedMail {
        open_mail(
            mail,
            &self.keys,
            std::slice::from_ref(&self.reporter),
            MADE + 9_000,
            &Limits::default(),
        )
    }

    fn encrypt(&self, options: &[&str], content: &[u8]) -> Vec<u8> {
        let mut arguments = vec!["--encrypt", "--trust-model", "always"];
        if !options.contains(&"--hidden-recipient") {
            arguments.extend(["--recipient", "psirt@vendor.example"]);
        }
        arguments.extend_from_slice(options);
        self.gnupg.run(&arguments, content)
    }
}

fn inline(body: &[u8]) -> Vec<u8> {
    [
        &b"From: Ada <ada@researcher.example>\r\nSubject: outer\r\n\r\n"[..],
        body,
    ]
    .concat()
}

fn pgp_mime(armored: &[u8]) -> Vec<u8> {
    let head = "From: Ada <ada@researcher.example>\r\nSubject: ...\r\nMIME-Version: 1.0\r\nContent-Type: multipart/encrypted; \
        protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n\
        --b\r\nContent-Type: application/octet-stream\r\n\r\n";
    [head.as_bytes(), armored, b"\r\n--b--\r\n"].concat()
}

fn opened(mail: &OpenedMail) -> bool {
    matches!(mail.encryption, Encryption::Opened { .. })
}

fn good(mail: &OpenedMail) -> bool {
    matches!(mail.signature, Signature::Good { .. })
}

#[test]
fn it_imports_our_key_and_accepts_our_signatures() {
    let Some(scene) = scene() else { return };
    let listed = String::from_utf8(scene.gnupg.run(
        &["--with-colons", "--list-keys", &scene.team.fingerprint()],
        b"",
    ))
    .unwrap();
    assert!(
        listed.contains(&format!(":{}:", MADE + 86_400 * 700)),
        "{listed}"
    );
    assert!(listed.contains("Team <psirt@vendor.example>"), "{listed}");
    let content = b"{\"advisory\": 1}\n";
    let signature = sign::detached(&scene.team, content, MADE + 5).unwrap();
    assert!(scene.gnupg.verifies_detached(&signature, content));
    assert!(
        !scene
            .gnupg
            .verifies_detached(&signature, b"{\"advisory\": 2}\n")
    );
    for text in [
        TEXT,
        "a \nb",
        "a\t\nb\n\n",
        "-----BEGIN PGP\n- x\n",
        "one line",
        "\n\nempty first\r\nmixed\n",
    ] {
        let signed = sign::cleartext(&scene.team, text, MADE + 5).unwrap();
        assert!(scene.gnupg.verifies(signed.as_bytes()), "{text:?}");
    }
    assert!(
        sign::detached(&scene.team, content, MADE + 86_400 * 800).is_err(),
        "an expired key signs nothing"
    );
    let secret = scene.team.armored_secret().unwrap();
    assert!(scene.gnupg.succeeds(&["--import"], secret.as_bytes()));
}

#[test]
fn what_it_encrypts_to_us_opens_in_every_form() {
    let Some(scene) = scene() else { return };
    let user = ["--local-user", "ada@researcher.example"];
    let entity = "Content-Type: text/plain; charset=utf-8; protected-headers=\"v1\"\r\nSubject: inner title\r\n\r\nhello inside\r\n";
    let mail = scene.open(&pgp_mime(
        &scene.encrypt(&["--armor", "--sign", user[0], user[1]], entity.as_bytes()),
    ));
    assert!(opened(&mail) && good(&mail), "{mail:?}");
    assert_eq!(
        (
            mail.subject.as_str(),
            mail.outer_subject.as_str(),
            mail.text.as_str()
        ),
        ("inner title", "...", "hello inside")
    );
    assert!(mail.warnings.is_empty(), "{:?}", mail.warnings);

    let mail = scene.open(&inline(&scene.encrypt(&["--armor"], TEXT.as_bytes())));
    assert!(opened(&mail), "{mail:?}");
    assert_eq!(
        (mail.text.as_str(), &mail.signature),
        (TEXT.trim_end(), &Signature::None)
    );

    let hidden = scene.open(&inline(&scene.encrypt(
        &["--armor", "--hidden-recipient", "psirt@vendor.example"],
        b"hidden",
    )));
    assert!(opened(&hidden) && hidden.text == "hidden", "{hidden:?}");

    let mut several = b"see below\n".to_vec();
    several.extend(scene.encrypt(&["--armor"], b"first"));
    several.extend(b"and\n");
    several.extend(scene.encrypt(&["--armor", "--sign", user[0], user[1]], b"second"));
    let mail = scene.open(&inline(&several));
    assert_eq!(mail.text, "see below\n\nfirst\n\nand\n\nsecond");
    assert_eq!(
        mail.pieces
            .iter()
            .map(|piece| piece.encrypted)
            .collect::<Vec<_>>(),
        [false, true, false, true]
    );
    assert!(
        matches!(mail.signature, Signature::Partly { .. })
            && mail.warnings.contains(&Warning::PartlyEncrypted),
        "{mail:?}"
    );

    let twice = scene.encrypt(&["--armor"], &scene.encrypt(&["--armor"], b"deep"));
    let mail = scene.open(&inline(&twice));
    assert!(
        matches!(mail.encryption, Encryption::Opened { layers: 2, .. }) && mail.text == "deep",
        "{mail:?}"
    );
    let mut deeper = b"x".to_vec();
    for _ in 0..10 {
        deeper = scene.encrypt(&["--armor", "--compress-algo", "none"], &deeper);
    }
    let mail = scene.open(&inline(&deeper));
    assert!(
        mail.text.is_empty()
            && mail.warnings.contains(&Warning::NotAllOpened {
                reason: Fault::Limit
            }),
        "{mail:?}"
    );
}

#[test]
fn encrypted_files_come_out_as_files() {
    let Some(scene) = scene() else { return };
    let binary = scene.encrypt(&["--set-filename", "poc.bin"], &[0, 1, 2, 255]);
    let part = |name: &str, body: &[u8]| {
        let head = format!(
            "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename={name}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        );
        [head.as_bytes(), base64(body).as_bytes(), b"\r\n"].concat()
    };
    let armored = scene.encrypt(&["--armor", "--set-filename", ""], b"notes");
    let mail = [
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nplain words\r\n".to_vec(),
        part("x.gpg", &binary),
        part("notes.txt.asc", &armored),
        part("broken.pgp", &binary[..binary.len() - 3]),
        b"--b--\r\n".to_vec(),
    ]
    .concat();
    let mail = scene.open(&mail);
    let files: Vec<_> = mail
        .attachments
        .iter()
        .map(|file| (file.name.as_str(), file.bytes.as_slice(), file.encrypted))
        .collect();
    assert_eq!(files[0], ("poc.bin", &[0, 1, 2, 255][..], true));
    assert_eq!(files[1], ("notes.txt", &b"notes"[..], true));
    assert_eq!((files[2].0, files[2].2), ("broken.pgp", false));
    assert!(opened(&mail) && mail.warnings.contains(&Warning::PartlyEncrypted));
    assert!(
        mail.warnings.contains(&Warning::NotAllOpened {
            reason: Fault::Damaged
        }),
        "{:?}",
        mail.warnings
    );
}

#[test]
fn an_altered_byte_releases_nothing() {
    let Some(scene) = scene() else { return };
    let message = scene.encrypt(
        &["--compress-algo", "none"],
        b"SECRET WORDS that must not be released",
    );
    assert!(opened(&scene.open(&attached(&message))));
    for at in (message.len() - 70..message.len()).step_by(7) {
        let mut altered = message.clone();
        altered[at] ^= 1;
        let mail = scene.open(&attached(&altered));
        assert!(
            matches!(
                mail.encryption,
                Encryption::Failed {
                    reason: Fault::Damaged,
                    ..
                }
            ),
            "{at}: {:?}",
            mail.encryption
        );
        assert!(
            mail.text.is_empty() && matches!(mail.signature, Signature::Unknown { key_id: None }),
            "{at}: {mail:?}"
        );
    }
    let stranger = SecretKeys::default()
        .with_active(&TeamSecret::generate("x <x@y.example>", MADE, None, &[9; 32]).unwrap());
    let mail = open_mail(
        &attached(&message),
        &stranger,
        &[],
        MADE,
        &Limits::default(),
    );
    let Encryption::Failed {
        reason: Fault::NoKey,
        recipients,
    } = &mail.encryption
    else {
        panic!("{mail:?}")
    };
    assert_eq!(recipients.len(), 1);
    let retired = SecretKeys::default().with_retired(&scene.team);
    let mail = open_mail(&attached(&message), &retired, &[], MADE, &Limits::default());
    assert!(matches!(
        mail.encryption,
        Encryption::Opened { retired: true, .. }
    ));
}

fn attached(message: &[u8]) -> Vec<u8> {
    let head = "From: a@b.example\r\nContent-Type: application/octet-stream; name=m.gpg\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    [head.as_bytes(), base64(message).as_bytes()].concat()
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

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
    assert!(
        good(&mail) && mail.text == "one\n- two\nthree" && mail.warnings.is_empty(),
        "{mail:?}"
    );
    let other = String::from_utf8(signed.clone())
        .unwrap()
        .replace("three", "3");
    assert_eq!(
        scene.open(&inline(other.as_bytes())).signature,
        Signature::Bad {
            reason: BadSignature::Mismatch
        }
    );
    let unknown = open_mail(&inline(&signed), &scene.keys, &[], MADE, &Limits::default());
    assert!(
        matches!(unknown.signature, Signature::Unknown { key_id: Some(_) }),
        "{:?}",
        unknown.signature
    );
    let weak = clear(
        &["--digest-algo", "SHA1", "--allow-weak-digest-algos"],
        "x\n",
    );
    assert_eq!(
        scene.open(&inline(&weak)).signature,
        Signature::Bad {
            reason: BadSignature::WeakHash
        }
    );

    let wrapped = [&b"I take this over, pay me.\n"[..], &signed].concat();
    assert!(
        matches!(
            scene.open(&inline(&wrapped)).signature,
            Signature::Partly { .. }
        ),
        "words around a signature are not signed"
    );
    let mail = String::from_utf8(inline(&signed))
        .unwrap()
        .replace("ada@researcher", "mallory@evil");
    let mail = scene.open(mail.as_bytes());
    assert!(good(&mail) && mail.warnings.contains(&Warning::SignerIsNotSender));
    let before = open_mail(
        &inline(&signed),
        &scene.keys,
        std::slice::from_ref(&scene.reporter),
        MADE - 900_000,
        &Limits::default(),
    );
    assert!(before.warnings.contains(&Warning::SignedInTheFuture));

    let gbk = encoding_rs::GBK.encode("固件升级\n").0.into_owned();
    let signed = scene.gnupg.run(
        &["--clearsign", "--local-user", "ada@researcher.example"],
        &gbk,
    );
    let head =
        b"From: Ada <ada@researcher.example>\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n";
    let mail = scene.open(&[&head[..], &signed].concat());
    assert!(good(&mail) && mail.text == "固件升级", "{mail:?}");
}

#[test]
fn a_stolen_key_signs_nothing_even_before() {
    let Some(scene) = scene() else { return };
    let signed = scene.gnupg.run(
        &["--clearsign", "--local-user", "ada@researcher.example"],
        b"words\n",
    );
    assert!(good(&scene.open(&inline(&signed))));
    let revoked = scene.gnupg.revoked(&scene.reporter.fingerprint());
    assert_eq!(
        ReporterCert::parse(&revoked, MADE + 9_000).unwrap_err(),
        KeyFault::Revoked
    );
    let known = [KnownCert::parse(&revoked).unwrap()];
    let mail = open_mail(
        &inline(&signed),
        &scene.keys,
        &known,
        MADE + 9_000,
        &Limits::default(),
    );
    assert_eq!(
        mail.signature,
        Signature::Bad {
            reason: BadSignature::KeyNotValid
        }
    );
}

#[test]
fn an_old_cipher_is_flagged() {
    let Some(scene) = scene() else { return };
    for (cipher, legacy) in [
        ("3DES", true),
        ("CAST5", true),
        ("AES", false),
        ("AES256", false),
        ("TWOFISH", false),
    ] {
        let message = scene.encrypt(&["--armor", "--cipher-algo", cipher], b"text");
        let mail = scene.open(&inline(&message));
        assert!(opened(&mail), "{cipher}: {mail:?}");
        assert_eq!(
            mail.warnings.contains(&Warning::LegacyCipher),
            legacy,
            "{cipher}"
        );
    }
    for cipher in ["BLOWFISH", "IDEA"] {
        let message = scene.encrypt(&["--armor", "--cipher-algo", cipher], b"text");
        let mail = scene.open(&inline(&message));
        assert!(
            matches!(
                mail.encryption,
                Encryption::Failed {
                    reason: Fault::Unsupported,
                    ..
                }
            ) && mail.text.is_empty(),
            "{cipher}: {mail:?}"
        );
    }
}

fn outgoing() -> Outgoing {
    Outgoing {
        from: Address {
            name: Some("Product Security 安全".into()),
            address: "psirt@vendor.example".into(),
        },
        to: vec![Address {
            name: None,
            address: "ada@researcher.example".into(),
        }],
        subject: SUBJECT.into(),
        text: TEXT.into(),
        message_id: "m1@vendor.example".into(),
        date: MADE + 100,
        in_reply_to: Some("<q1@researcher.example>".into()),
        references: vec![
            "q0@researcher.example".into(),
            "q1@researcher.example".into(),
        ],
        written_by: WrittenBy::AutoReplied,
        language: "en".into(),
    }
}

#[test]
fn our_mail_reads_there_and_here() {
    let Some(scene) = scene() else { return };
    let trusted = KnownCert::parse(scene.team.armored_public().as_bytes()).unwrap();
    let see = |mail: &[u8], keys: &SecretKeys| {
        open_mail(
            mail,
            keys,
            std::slice::from_ref(&trusted),
            MADE + 200,
            &Limits::default(),
        )
    };

    let signed = compose(&outgoing(), Some(&scene.team), None, &[1; 32]).unwrap();
    let mail = see(&signed, &scene.keys);
    assert!(
        good(&mail),
        "{mail:?}\n{}",
        String::from_utf8_lossy(&signed)
    );
    assert_eq!(
        (
            mail.subject.as_str(),
            mail.text.as_str(),
            mail.auto_submitted
        ),
        (SUBJECT, TEXT.trim_end(), Automatic::AutoReply)
    );
    assert_eq!(
        mail.references,
        ["q0@researcher.example", "q1@researcher.example"]
    );
    assert_eq!(
        (mail.date, mail.in_reply_to.as_deref()),
        (Some(MADE + 100), Some("q1@researcher.example"))
    );
    let (content, signature) = signed_part(&signed);
    assert!(scene.gnupg.verifies_detached(&signature, &content));

    let cert = ReporterCert::parse(scene.reporter.armored().as_bytes(), MADE).unwrap();
    let sealed = compose(&outgoing(), Some(&scene.team), Some(&cert), &[2; 32]).unwrap();
    let text = String::from_utf8(sealed.clone()).unwrap();
    assert!(
        text.contains("Subject: ...\r\n") && !text.contains("Unauthenticated") && text.is_ascii()
    );
    let (inner, status) = scene.gnupg.decrypt(&sealed);
    assert!(
        status.contains("GOODSIG") && status.contains(&scene.team.fingerprint()),
        "{status}"
    );
    assert!(
        inner.contains("Subject: =?UTF-8?B?") && inner.contains("Unauthenticated update"),
        "{inner}"
    );
    let reader = scene.gnupg.run(
        &["--armor", "--export-secret-keys", "ada@researcher.example"],
        b"",
    );
    let reader = SecretKeys::default().with_active(&TeamSecret::import(&reader, None).unwrap());
    let mail = see(&sealed, &reader);
    assert!(opened(&mail) && good(&mail), "{mail:?}");
    assert_eq!(
        (mail.subject.as_str(), mail.text.as_str()),
        (SUBJECT, TEXT.trim_end())
    );

    for mail in [
        signed,
        sealed,
        compose(&outgoing(), None, None, &[3; 32]).unwrap(),
    ] {
        let text = String::from_utf8(mail).unwrap();
        assert!(
            text.split("\r\n")
                .all(|line| !line.contains(['\r', '\n']) && line.len() <= 998)
        );
    }
}

/// The bytes between the first two delimiters, and the armoured signature.
fn signed_part(mail: &[u8]) -> (Vec<u8>, String) {
    let text = String::from_utf8(mail.to_vec()).unwrap();
    let boundary = text
        .split("boundary=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let delimiter = format!("--{boundary}");
    let mut parts = text.split(&delimiter).skip(1);
    let content = parts
        .next()
        .unwrap()
        .strip_prefix("\r\n")
        .unwrap()
        .strip_suffix("\r\n")
        .unwrap()
        .as_bytes()
        .to_vec();
    let rest = parts.next().unwrap();
    (
        content,
        rest.get(rest.find("-----BEGIN").unwrap()..)
            .unwrap()
            .to_owned(),
    )
}

#[test]
fn a_locked_key_is_unlocked_once() {
    let Some(gnupg) = Gnupg::new() else { return };
    gnupg.generate_locked("Old Team <old@vendor.example>", "correct horse");
    let public =
        KnownCert::parse(&gnupg.run(&["--armor", "--export", "old@vendor.example"], b"")).unwrap();
    let secret = gnupg.run(
        &[
            "--armor",
            "--passphrase",
            "correct horse",
            "--export-secret-keys",
            "old@vendor.example",
        ],
        b"",
    );
    assert!(matches!(
        TeamSecret::import(&secret, Some("wrong")),
        Err(KeyFault::WrongPassphrase)
    ));
    assert!(matches!(
        TeamSecret::import(&secret, None),
        Err(KeyFault::WrongPassphrase)
    ));
    let team = TeamSecret::import(&secret, Some("correct horse")).unwrap();
    assert_eq!(team.fingerprint(), public.fingerprint());
    assert_eq!(team.user_id(), "Old Team <old@vendor.example>");
    let can = team.capabilities(MADE + 9_000);
    assert!(
        can.encrypt.is_ok() && can.sign && !can.gnupg_aead && !can.rsa,
        "{can:?}"
    );
    let message = gnupg.run(
        &[
            "--encrypt",
            "--armor",
            "--trust-model",
            "always",
            "--recipient",
            "old@vendor.example",
        ],
        b"x",
    );
    let held = wardroom_mail::keys::HeldSecret {
        armored: String::from_utf8(secret).unwrap(),
        passphrase: Some("correct horse".into()),
        retired: true,
    };
    let keys = SecretKeys::unlock(&[held]).unwrap();
    let mail = open_mail(&inline(&message), &keys, &[], MADE, &Limits::default());
    assert!(
        matches!(mail.encryption, Encryption::Opened { retired: true, .. }),
        "{mail:?}"
    );
}

#[test]
fn opening_is_much_faster_than_running_it() {
    let Some(scene) = scene() else { return };
    let secret = scene.team.armored_secret().unwrap();
    scene.gnupg.run(&["--import"], secret.as_bytes());
    let message = scene.encrypt(&["--armor"], TEXT.as_bytes());
    let mail = inline(&message);
    let begun = Instant::now();
    for _ in 0..20 {
        scene.gnupg.run(&["--decrypt"], &message);
    }
    let theirs = begun.elapsed() / 20;
    let begun = Instant::now();
    for _ in 0..200 {
        assert!(opened(&scene.open(&mail)));
    }
    let ours = begun.elapsed() / 200;
    println!(
        "one mail: gpg {theirs:?}, here {ours:?} (unoptimised libraries, if this is a test build)"
    );
    assert!(
        ours < theirs,
        "opening a mail took {ours:?}, gpg {theirs:?}"
    );
}
