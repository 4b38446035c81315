//! Rules that need nothing but ourselves: limits, structure, what is found in a mail, what may be built.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fall")]

mod common;

use std::time::{Duration, Instant};
use wardroom_mail::compose::{ComposeFault, Outgoing, WrittenBy, compose};
use wardroom_mail::keys::{KeyFault, KnownCert, ReporterCert, SecretKeys, TeamSecret};
use wardroom_mail::opened::{Address, Encryption, OpenedMail, Signature, Warning};
use wardroom_mail::{BadSignature, Fault, Limits, open_mail};

const NOW: i64 = 1_793_500_000;

fn open(mail: &[u8]) -> OpenedMail {
    open_mail(mail, &SecretKeys::default(), &[], NOW, &Limits::default())
}

fn open_text(mail: &str) -> OpenedMail {
    open(mail.replace('\n', "\r\n").as_bytes())
}

fn key(user_id: &str, seed: u8) -> TeamSecret {
    TeamSecret::generate(user_id, NOW - 1_000, None, &[seed; 32]).unwrap()
}

fn outgoing(subject: &str, to: &str) -> Outgoing {
    Outgoing {
        from: Address { name: Some("Team".into()), address: "psirt@vendor.example".into() },
        to: vec![Address { name: Some("Ada \"x\"\r\nBcc: evil@x.example".into()), address: to.into() }],
        subject: subject.into(),
        text: "hello\n".into(),
        message_id: "1@vendor.example".into(),
        date: NOW,
        in_reply_to: None,
        references: vec![],
        reply_to: None,
        written_by: WrittenBy::Person,
        language: "en\r\nX-Evil: 1".into(),
    }
}

#[test]
fn nothing_breaks_out_of_a_header_field() {
    let mail = compose(&outgoing("x\r\nBcc: evil@x.example\r\n\r\nbody", "ada@b.example"), None, None, &[1; 32]).unwrap();
    let text = String::from_utf8(mail.clone()).unwrap();
    let head = text.split("\r\n\r\n").next().unwrap();
    assert!(!head.lines().any(|line| line.starts_with("Bcc") || line.starts_with("X-Evil")), "{head}");
    assert_eq!(open(&mail).text, "hello");
    for bad in ["a@b\r\nBcc: c@d", "a b@c.example", "<a@b.example>", "a@b@c", "@b", "a@", "a@b.example,c@d.example"] {
        assert_eq!(compose(&outgoing("x", bad), None, None, &[1; 32]), Err(ComposeFault::NotAnAddress), "{bad}");
    }
    let mut mail = outgoing("x", "ada@b.example");
    mail.message_id = "1@b>\r\nX: <y".into();
    assert_eq!(compose(&mail, None, None, &[1; 32]), Err(ComposeFault::NotAnAddress));
    mail = outgoing("x", "ada@b.example");
    mail.to.clear();
    assert_eq!(compose(&mail, None, None, &[1; 32]), Err(ComposeFault::NoRecipient));
}

#[test]
fn what_we_seal_for_ourselves_we_open() {
    let (team, ada) = (key("Team <psirt@vendor.example>", 1), key("Ada <ada@b.example>", 2));
    let cert = ReporterCert::parse(ada.armored_public().as_bytes(), NOW).unwrap();
    let mail = compose(&outgoing("the subject", "ada@b.example"), Some(&team), Some(&cert), &[5; 32]).unwrap();
    let keys = SecretKeys::default().with_active(&ada);
    let known = [KnownCert::parse(&team.binary_public()).unwrap()];
    let opened = open_mail(&mail, &keys, &known, NOW, &Limits::default());
    assert_eq!(opened.signature, Signature::Good { fingerprint: team.fingerprint() });
    assert_eq!(opened.encryption, Encryption::Opened { fingerprint: ada.fingerprint(), retired: false, layers: 1 });
    assert_eq!((opened.subject.as_str(), opened.outer_subject.as_str(), opened.text.as_str()), ("the subject", "...", "hello"));
    assert_eq!(opened.warnings, []);
    let same = compose(&outgoing("the subject", "ada@b.example"), Some(&team), Some(&cert), &[5; 32]).unwrap();
    assert!(mail == same, "chance and time come from outside only");
    let small = Limits { opened_bytes: 50, ..Limits::default() };
    let refused = open_mail(&mail, &keys, &known, NOW, &small);
    assert!(matches!(refused.encryption, Encryption::Failed { reason: Fault::Limit | Fault::Damaged, .. }), "{refused:?}");
    assert!(refused.text.is_empty());
}

#[test]
fn a_generated_key_says_what_it_can() {
    let team = TeamSecret::generate("Team <psirt@vendor.example>", NOW, Some(NOW + 1_000), &[3; 32]).unwrap();
    assert_eq!((team.created(), team.expires(NOW)), (NOW, Some(NOW + 1_000)));
    let can = team.capabilities(NOW + 10);
    assert!(can.encrypt == Ok(()) && can.sign && !can.gnupg_aead && !can.rsa);
    let can = team.capabilities(NOW + 1_001);
    assert!(can.encrypt == Err(KeyFault::Expired { at: NOW + 1_000 }) && !can.sign, "{can:?}");
    assert_eq!(team.capabilities(NOW - 10).encrypt, Err(KeyFault::NotYetValid));
    let again = TeamSecret::import(team.armored_secret().unwrap().as_bytes(), None).unwrap();
    assert_eq!(again.fingerprint(), team.fingerprint());
    assert!(matches!(TeamSecret::import(team.armored_public().as_bytes(), None), Err(KeyFault::NoSecretKey | KeyFault::Damaged)));
    assert!(matches!(TeamSecret::generate("x", NOW, Some(NOW), &[3; 32]), Err(KeyFault::Expired { .. })));
    let json = serde_json::to_string(&KnownCert::parse(&team.binary_public()).unwrap()).unwrap();
    assert_eq!(serde_json::from_str::<KnownCert>(&json).unwrap().fingerprint(), team.fingerprint());
    assert!(!format!("{team:?}").contains("PRIVATE"));
}

/// A literal packet inside so many compressed ones (algorithm 0: stored).
fn compressed(layers: usize) -> Vec<u8> {
    let mut packet = vec![0xcb, 6 + 5, b'b', 0, 0, 0, 0, 0];
    packet.extend_from_slice(b"words");
    for _ in 0..layers {
        let mut outer = vec![0xc8, u8::try_from(packet.len() + 1).unwrap(), 0];
        outer.append(&mut packet);
        packet = outer;
    }
    packet
}

#[test]
fn compression_goes_two_layers_deep() {
    use base64::Engine;
    for (layers, text) in [(0, "words"), (1, "words"), (2, "words"), (3, "")] {
        let body = base64::engine::general_purpose::STANDARD.encode(compressed(layers));
        let mail = open_text(&format!("From: a@b.example\n\n-----BEGIN PGP MESSAGE-----\n\n{body}\n-----END PGP MESSAGE-----\n"));
        assert_eq!(mail.text, text, "{layers}: {:?}", mail.encryption);
        let refused = matches!(mail.encryption, Encryption::Failed { reason: Fault::Limit, .. });
        assert_eq!(refused, layers == 3, "{layers}: {:?}", mail.encryption);
    }
}

#[test]
fn limits_cut_and_say_so() {
    let nested = |depth: usize| {
        let open: String = (0..depth).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
        open_text(&format!("From: a@b.example\n{open}\ndeep words\n"))
    };
    assert!(nested(8).text.contains("deep words") && !nested(8).warnings.contains(&Warning::TooDeep));
    assert!(!nested(9).text.contains("deep words") && nested(9).warnings.contains(&Warning::TooDeep));
    let many = format!("From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nx\n".repeat(10_001));
    assert!(open_text(&many).warnings.contains(&Warning::TooManyParts));
    let files = |count: usize| {
        let file = "--b\nContent-Disposition: attachment; filename=x\n\nx\n";
        open_text(&format!("From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n{}--b--\n", file.repeat(count)))
    };
    assert!((files(1_000).attachments.len(), files(1_000).warnings.contains(&Warning::TooManyParts)) == (1_000, false));
    assert!((files(1_001).attachments.len(), files(1_001).warnings.contains(&Warning::TooManyParts)) == (1_000, true));
    let limits = Limits { mail_bytes: 1_000, text_bytes: 10, ..Limits::default() };
    let long = format!("From: a@b.example\nSubject: s\n\n{}", "x".repeat(2_000));
    let mail = open_mail(long.as_bytes(), &SecretKeys::default(), &[], NOW, &limits);
    assert!(mail.warnings.contains(&Warning::TooLarge) && mail.text.is_empty() && mail.subject == "s");
    let mail = open_mail("From: a@b.example\n\n中文中文中文".as_bytes(), &SecretKeys::default(), &[], NOW, &limits);
    assert!(mail.warnings.contains(&Warning::TextCut) && mail.text == "中文中", "{mail:?}");
    // eight lines of three bytes each on the wire, of two when read: what is kept is short enough, and still not all
    let lines = format!("From: a@b.example\r\n\r\n{}", "x\r\n".repeat(8));
    let mail = open_mail(lines.as_bytes(), &SecretKeys::default(), &[], NOW, &limits);
    assert!(mail.warnings.contains(&Warning::TextCut) && mail.text.len() < 15, "{mail:?}");
    let looping = format!("From: a@b.example\n{}\nx", "Received: x\n".repeat(101));
    assert!(open_text(&looping).warnings.contains(&Warning::MailLoop));
}

#[test]
fn text_that_only_costs_time_does_not() {
    let html = |body: String| format!("From: a@b.example\nContent-Type: text/html\n\n{body}");
    for mail in [
        html("<".repeat(2 << 20)),
        html(format!("{}>", "<".repeat(2 << 20))),
        html("<a \"".repeat(500_000)),
        html("<a ".repeat(700_000) + ">"),
        html("&".repeat(2 << 20)),
        html("<a href=x>".repeat(200_000)),
        html("<script></x>".repeat(170_000)),
        format!("From: a@b.example\n\n{}", "-----BEGIN PGP MESSAGE-----\n\n".repeat(50_000)),
        format!("From: a@b.example\n\n{}", "-----BEGIN PGP SIGNED MESSAGE-----\nx\n-----END PGP SIGNATURE-----\n".repeat(30_000)),
        format!(
            "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n{}",
            "--b\nContent-Type: multipart/signed\n\n".repeat(9_000)
        ),
        format!("From: {}a@b.example\n\n", "(".repeat(100_000)),
        format!("From: a@b.example\nSubject: {}\n\n", "=?utf-8?b?eA==?= ".repeat(40_000)),
    ] {
        let begun = Instant::now();
        let opened = open(mail.as_bytes());
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(10), "{took:?} for {:?}", mail.get(..90));
        assert!(!opened.warnings.contains(&Warning::Crashed), "{:?}", mail.get(..90));
    }
}

#[test]
fn signatures_by_the_hundred_are_not_computed() {
    let team = key("Team <psirt@vendor.example>", 1);
    let known = [KnownCert::parse(&team.binary_public()).unwrap()];
    let signed = wardroom_mail::sign::cleartext(&team, "words", NOW).unwrap();
    let open = |count: usize| {
        let mail = format!("From: psirt@vendor.example\n\n{}", signed.repeat(count));
        open_mail(mail.as_bytes(), &SecretKeys::default(), &known, NOW, &Limits::default()).signature
    };
    assert!(matches!(open(64), Signature::Good { .. }));
    assert_eq!(open(65), Signature::Bad { reason: BadSignature::TooMany });
}

#[test]
fn keys_are_found_and_secrets_are_not_taken() {
    use base64::Engine;
    let ada = key("Ada <ada@b.example>", 4);
    let public = ada.armored_public();
    let data = base64::engine::general_purpose::STANDARD.encode(ada.binary_public());
    for mail in [
        format!("From: ada@b.example\n\nmy key:\n{public}"),
        format!("From: ada@b.example\nAutocrypt: addr=ada@b.example; prefer-encrypt=mutual; keydata={data}\n\nhello"),
        format!(
            "From: ada@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pgp-keys; name=k.asc\n\n{public}\n--b--\n"
        ),
        format!(
            "From: ada@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; name=k.asc\n\n{public}\n--b--\n"
        ),
    ] {
        let opened = open_text(&mail);
        assert_eq!(opened.keys.len(), 1, "{mail}");
        let known = KnownCert::parse(opened.keys[0].armored.as_bytes()).unwrap();
        assert_eq!((known.fingerprint(), known.addresses()), (ada.fingerprint(), vec!["ada@b.example".to_owned()]));
    }
    let other = format!("From: ada@b.example\nAutocrypt: addr=eve@b.example; keydata={data}\n\nhello");
    assert!(open_text(&other).keys.is_empty(), "a key for another address is nothing we asked for");
    let secret = ada.armored_secret().unwrap();
    let opened = open_text(&format!("From: ada@b.example\n\n{}", secret.as_str()));
    assert!(opened.keys.is_empty() && opened.warnings.contains(&Warning::SecretKeyReceived));
    assert_eq!(KnownCert::parse(secret.as_bytes()).unwrap_err(), KeyFault::SecretKey);
}

#[test]
fn structures_of_everyday_mail() {
    let alternative = "From: a@b.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n";
    assert_eq!(open_text(alternative).text, "plain");
    let html = "From: a@b.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\n \n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n";
    let mail = open_text(html);
    assert!(mail.text == "html" && mail.warnings == [Warning::HtmlOnly], "{mail:?}");
    let forwarded = "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: message/rfc822\n\nFrom: x@y.example\nSubject: theirs\n\ntheir words\n--b--\n";
    let mail = open_text(forwarded);
    assert_eq!((mail.text.as_str(), mail.attachments.len()), ("see", 1));
    assert_eq!((mail.attachments[0].name.as_str(), mail.attachments[0].media_type.as_str()), ("message.eml", "message/rfc822"));
    let names = "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment; filename*=GB18030''%B9%CC%BC%FE.bin\n\nx\n--b\nContent-Disposition: attachment; filename=\"../../x\"\n\ny\n--b--\n";
    let found: Vec<_> = open_text(names).attachments.into_iter().map(|file| file.name).collect();
    assert_eq!(found, ["固件.bin", "x"]);
    let smime = "From: a@b.example\nContent-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b\n\n--b\n\nwords\n--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nx\n--b--\n";
    let mail = open_text(smime);
    assert!(mail.text == "words" && mail.signature == Signature::None && mail.warnings.contains(&Warning::SmimeSignatureNotChecked));
    let broken = "From: a@b.example\nContent-Type: multipart/mixed\n\nstill words\n";
    let mail = open_text(broken);
    assert!(mail.text == "still words" && mail.warnings.contains(&Warning::BrokenStructure));
    assert!(open(b"").warnings.contains(&Warning::SenderUnclear));
    let raw_gbk = [
        &b"From: a@b.example\r\nSubject: "[..],
        &encoding_rs::GBK.encode("固件升级接口缺少签名").0,
        b"\r\n\r\n",
        &encoding_rs::GBK.encode("雷达模组固件升级接口缺少签名校验").0,
    ]
    .concat();
    let mail = open(&raw_gbk);
    assert_eq!(
        (mail.subject.as_str(), mail.text.as_str(), mail.language.as_str()),
        ("固件升级接口缺少签名", "雷达模组固件升级接口缺少签名校验", "zh")
    );
}

#[test]
fn any_bytes_give_a_value() {
    // a small generator of our own: the point is that nothing falls, whatever comes
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let (team, ada) = (key("Team <psirt@vendor.example>", 1), key("Ada <ada@b.example>", 2));
    let cert = ReporterCert::parse(ada.armored_public().as_bytes(), NOW).unwrap();
    let keys = SecretKeys::default().with_active(&ada);
    let known = [KnownCert::parse(&team.binary_public()).unwrap()];
    let sealed = compose(&outgoing("s", "ada@b.example"), Some(&team), Some(&cert), &[5; 32]).unwrap();
    let signed = compose(&outgoing("s", "ada@b.example"), Some(&team), None, &[5; 32]).unwrap();
    for round in 0..400 {
        let mut mail = if round % 2 == 0 { sealed.clone() } else { signed.clone() };
        for _ in 0..1 + next() % 4 {
            let at = usize::try_from(next()).unwrap_or(0) % mail.len();
            match next() % 4 {
                0 => mail[at] = next().to_le_bytes()[0],
                1 => mail.truncate(at.max(1)),
                2 => mail.insert(at, next().to_le_bytes()[1]),
                _ => {
                    mail.remove(at);
                }
            }
            if mail.is_empty() {
                mail.push(b'x');
            }
        }
        let opened = open_mail(&mail, &keys, &known, NOW, &Limits::default());
        assert!(!opened.warnings.contains(&Warning::Crashed), "round {round}");
        if round % 2 == 0 && !matches!(opened.encryption, Encryption::Opened { .. }) {
            assert!(!opened.text.contains("hello"), "round {round}: released without integrity");
        }
    }
}
