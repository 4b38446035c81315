//! GnuPG encrypts, we open. Without `gpg` these tests say so and check nothing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fall")]

mod common;

use common::gnupg::MADE;
use common::scene::{TEXT, good, inline, opened, pgp_mime, scene};
use std::time::Instant;
use wardroom_mail::keys::{SecretKeys, TeamSecret};
use wardroom_mail::opened::{Encryption, Signature, Warning};
use wardroom_mail::{Fault, Limits, open_mail};

#[test]
fn what_it_encrypts_to_us_opens_in_every_form() {
    let Some(scene) = scene() else { return };
    let user = ["--local-user", "ada@researcher.example"];
    let entity = "Content-Type: text/plain; charset=utf-8; protected-headers=\"v1\"\r\nSubject: inner title\r\n\r\nhello inside\r\n";
    let mail = scene.open(&pgp_mime(&scene.encrypt(&["--armor", "--sign", user[0], user[1]], entity.as_bytes())));
    assert!(opened(&mail) && good(&mail), "{mail:?}");
    assert_eq!((mail.subject.as_str(), mail.outer_subject.as_str(), mail.text.as_str()), ("inner title", "...", "hello inside"));
    assert!(mail.warnings.is_empty(), "{:?}", mail.warnings);

    let mail = scene.open(&inline(&scene.encrypt(&["--armor"], TEXT.as_bytes())));
    assert!(opened(&mail), "{mail:?}");
    assert_eq!((mail.text.as_str(), &mail.signature), (TEXT.trim_end(), &Signature::None));

    let hidden = scene.open(&inline(&scene.encrypt(&["--armor", "--hidden-recipient", "psirt@vendor.example"], b"hidden")));
    assert!(opened(&hidden) && hidden.text == "hidden", "{hidden:?}");

    let mut several = b"see below\n".to_vec();
    several.extend(scene.encrypt(&["--armor"], b"first"));
    several.extend(b"and\n");
    several.extend(scene.encrypt(&["--armor", "--sign", user[0], user[1]], b"second"));
    let mail = scene.open(&inline(&several));
    assert_eq!(mail.text, "see below\n\nfirst\n\nand\n\nsecond");
    assert_eq!(mail.pieces.iter().map(|piece| piece.encrypted).collect::<Vec<_>>(), [false, true, false, true]);
    assert!(matches!(mail.signature, Signature::Partly { .. }) && mail.warnings.contains(&Warning::PartlyEncrypted), "{mail:?}");

    let twice = scene.encrypt(&["--armor"], &scene.encrypt(&["--armor"], b"deep"));
    let mail = scene.open(&inline(&twice));
    assert!(matches!(mail.encryption, Encryption::Opened { layers: 2, .. }) && mail.text == "deep", "{mail:?}");
    let mut deeper = b"x".to_vec();
    for _ in 0..10 {
        deeper = scene.encrypt(&["--armor", "--compress-algo", "none"], &deeper);
    }
    let mail = scene.open(&inline(&deeper));
    assert!(mail.text.is_empty() && mail.warnings.contains(&Warning::NotAllOpened { reason: Fault::Limit }), "{mail:?}");
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
    let files: Vec<_> = mail.attachments.iter().map(|file| (file.name.as_str(), file.bytes.as_slice(), file.encrypted)).collect();
    assert_eq!(files[0], ("poc.bin", &[0, 1, 2, 255][..], true));
    assert_eq!(files[1], ("notes.txt", &b"notes"[..], true));
    assert_eq!((files[2].0, files[2].2), ("broken.pgp", false));
    assert!(opened(&mail) && mail.warnings.contains(&Warning::PartlyEncrypted));
    assert!(mail.warnings.contains(&Warning::NotAllOpened { reason: Fault::Damaged }), "{:?}", mail.warnings);
}

#[test]
fn an_altered_byte_releases_nothing() {
    let Some(scene) = scene() else { return };
    let message = scene.encrypt(&["--compress-algo", "none"], b"SECRET WORDS that must not be released");
    assert!(opened(&scene.open(&attached(&message))));
    for at in (message.len() - 70..message.len()).step_by(7) {
        let mut altered = message.clone();
        altered[at] ^= 1;
        let mail = scene.open(&attached(&altered));
        assert!(matches!(mail.encryption, Encryption::Failed { reason: Fault::Damaged, .. }), "{at}: {:?}", mail.encryption);
        assert!(mail.text.is_empty() && matches!(mail.signature, Signature::Unknown { key_id: None }), "{at}: {mail:?}");
    }
    let stranger = SecretKeys::default().with_active(&TeamSecret::generate("x <x@y.example>", MADE, None, &[9; 32]).unwrap());
    let mail = open_mail(&attached(&message), &stranger, &[], MADE, &Limits::default());
    let Encryption::Failed { reason: Fault::NoKey, recipients } = &mail.encryption else { panic!("{mail:?}") };
    assert_eq!(recipients.len(), 1);
    let retired = SecretKeys::default().with_retired(&scene.team);
    let mail = open_mail(&attached(&message), &retired, &[], MADE, &Limits::default());
    assert!(matches!(mail.encryption, Encryption::Opened { retired: true, .. }));
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
fn an_old_cipher_is_flagged() {
    let Some(scene) = scene() else { return };
    for (cipher, legacy) in [("3DES", true), ("CAST5", true), ("AES", false), ("AES256", false), ("TWOFISH", false)] {
        let message = scene.encrypt(&["--armor", "--cipher-algo", cipher], b"text");
        let mail = scene.open(&inline(&message));
        assert!(opened(&mail), "{cipher}: {mail:?}");
        assert_eq!(mail.warnings.contains(&Warning::LegacyCipher), legacy, "{cipher}");
    }
    for cipher in ["BLOWFISH", "IDEA"] {
        let message = scene.encrypt(&["--armor", "--cipher-algo", cipher], b"text");
        let mail = scene.open(&inline(&message));
        assert!(
            matches!(mail.encryption, Encryption::Failed { reason: Fault::Unsupported, .. }) && mail.text.is_empty(),
            "{cipher}: {mail:?}"
        );
    }
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
    println!("one mail: gpg {theirs:?}, here {ours:?} (unoptimised libraries, if this is a test build)");
    assert!(ours < theirs, "opening a mail took {ours:?}, gpg {theirs:?}");
}

#[test]
fn a_mail_as_thunderbird_writes_it() {
    let Some(scene) = scene() else { return };
    let public = String::from_utf8(scene.gnupg.run(&["--armor", "--export", "ada@researcher.example"], b"")).unwrap();
    let data = base64(&scene.gnupg.run(&["--export", "ada@researcher.example"], b""));
    let folded: Vec<&str> = data.as_bytes().chunks(70).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let autocrypt = format!("Autocrypt: addr=ada@researcher.example; keydata=\n {}\n", folded.join("\n "));
    let entity = format!(
        "Content-Type: multipart/mixed; boundary=\"------------in\";\n protected-headers=\"v1\"; hp=\"cipher\"\nSubject: 雷达 firmware\n\
         From: Ada <ada@researcher.example>\nTo: psirt@vendor.example\nMessage-ID: <1@researcher.example>\n{autocrypt}\n\
         This is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)\n--------------in\nContent-Type: multipart/mixed; boundary=\"------------two\"\n\n\
         --------------two\nContent-Type: text/plain; charset=UTF-8; format=flowed\nContent-Transfer-Encoding: 8bit\n\nwords of 阿达\n\n\
         --------------two\nContent-Type: application/pgp-keys; name=\"OpenPGP_0x01.asc\"\nContent-Disposition: attachment; filename=\"OpenPGP_0x01.asc\"\n\
         Content-Description: OpenPGP public key\n\n{public}\n--------------two--\n\n--------------in--\n"
    );
    let message = scene.encrypt(&["--armor", "--sign"], entity.replace('\n', "\r\n").as_bytes());
    let outer = String::from_utf8(pgp_mime(&message)).unwrap();
    let mail = scene.open(outer.replacen("Subject: ...", &format!("{}Subject: ...", autocrypt.replace('\n', "\r\n")), 1).as_bytes());
    assert!(opened(&mail) && good(&mail), "{:?} {:?}", mail.encryption, mail.signature);
    assert_eq!((mail.subject.as_str(), mail.outer_subject.as_str(), mail.text.as_str()), ("雷达 firmware", "...", "words of 阿达"));
    assert_eq!(mail.keys.len(), 1, "the same key three times is one");
    assert!(mail.keys[0].encrypted && mail.warnings.is_empty(), "{:?} {:?}", mail.keys, mail.warnings);
}
