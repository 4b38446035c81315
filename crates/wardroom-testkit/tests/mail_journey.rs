//! Mail in and out through real servers: Dovecot is polled, Postfix takes what we send, and a sink plays the servers that make trouble.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fall")]

use anyhow::Result;
use std::time::{Duration, Instant};
use wardroom_adapters::{ImapMailbox, Login, MailServer, NoMailer, Protection, Settled, SmtpMailer};
use wardroom_app::ports::mailbox::{Mailbox, Waiting};
use wardroom_app::ports::mailer::{MailTrouble, Mailer, Outgoing};
use wardroom_testkit::servers::{Certificate, Dovecot, Postfix, SmtpMood, SmtpSink, corpora};

const PASSWORD: &str = "open \"sesame\" \\ now";

fn login(password: &str) -> Option<Login> {
    Some(Login { user: "psirt".into(), password: password.to_owned().into() })
}

fn plain(port: u16) -> MailServer {
    MailServer { host: "127.0.0.1".into(), port, protection: Protection::None, login: login(PASSWORD), ..MailServer::default() }
}

fn protected(port: u16, protection: Protection, certificate: &Certificate) -> MailServer {
    let trusted_pem = Some(std::fs::read(&certificate.certificate).unwrap());
    MailServer { host: "localhost".into(), port, protection, login: login(PASSWORD), trusted_pem, ..MailServer::default() }
}

/// Mails of the corpus, or our own where there is none.
fn mails() -> Vec<Vec<u8>> {
    let Some(folder) = corpora("mail") else {
        let mail = |n: u32| format!("From: ana@example.org\r\nSubject: overflow {n}\r\n\r\nIn the parser.\r\n.\r\n..\r\n").into_bytes();
        return (0..5).map(mail).collect();
    };
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "eml"));
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// With the line breaks of the wire, and without the differences that a last one makes.
fn on_the_wire(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    for line in raw.trim_ascii_end().split(|byte| *byte == b'\n') {
        out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        out.extend_from_slice(b"\r\n");
    }
    out
}

fn sorted(raws: impl IntoIterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    let mut raws: Vec<_> = raws.into_iter().map(|raw| on_the_wire(&raw)).collect();
    raws.sort();
    raws
}

fn raws(waiting: &[Waiting]) -> Vec<Vec<u8>> {
    waiting.iter().map(|message| message.raw.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_polled_comes_again_until_it_is_settled_and_never_after() -> Result<()> {
    let Some(dovecot) = Dovecot::start("psirt", PASSWORD)? else { return Ok(()) };
    let sent = mails();
    for mail in &sent {
        dovecot.deliver(mail)?;
    }
    let mailbox = ImapMailbox::new(plain(dovecot.port()), "", Settled::Seen)?;
    assert_eq!(mailbox.name(), "127.0.0.1/INBOX");
    let first = mailbox.fetch(100).await?;
    assert_eq!(sorted(raws(&first)), sorted(sent.clone()));
    assert!(dovecot.mails("INBOX")?.iter().all(|mail| mail.flags.is_empty()), "fetching alone must not mark anything");
    assert_eq!(raws(&mailbox.fetch(100).await?), raws(&first), "what was not settled comes again, in the same order");
    assert_eq!(raws(&mailbox.fetch(2).await?), raws(&first)[..2]);

    // A crash between: another process settles, with its own connection.
    let other = ImapMailbox::new(plain(dovecot.port()), "INBOX", Settled::Seen)?;
    other.settle(&first[0].handle).await?;
    assert_eq!(mailbox.fetch(100).await?.len(), sent.len() - 1);
    for message in &first {
        mailbox.settle(&message.handle).await?;
    }
    assert!(mailbox.fetch(100).await?.is_empty());
    assert!(dovecot.mails("INBOX")?.iter().all(|mail| mail.flags == "S"));
    dovecot.deliver(b"Subject: one more\r\n\r\nHello.\r\n")?;
    assert_eq!(mailbox.fetch(100).await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn settled_mail_moves_to_its_folder_over_tls_whoever_has_read_it_before() -> Result<()> {
    let Some(dovecot) = Dovecot::start("psirt", PASSWORD)? else { return Ok(()) };
    let Some((port, certificate)) = dovecot.tls() else { return Ok(()) };
    dovecot.deliver(b"Subject: one\r\n\r\nFirst.\r\n")?;
    dovecot.deliver(b"Subject: two\r\n\r\nSecond.\r\n")?;
    // A person looks into the mailbox and reads one.
    let person = ImapMailbox::new(protected(dovecot.port(), Protection::StartTls, certificate), "INBOX", Settled::Seen)?;
    let read = person.fetch(1).await?;
    person.settle(&read[0].handle).await?;

    let mailbox = ImapMailbox::new(protected(port, Protection::Implicit, certificate), "INBOX", Settled::MovedTo("Taken in".into()))?;
    let waiting = mailbox.fetch(100).await?;
    assert_eq!(waiting.len(), 2);
    for message in &waiting {
        mailbox.settle(&message.handle).await?;
        // Twice is once.
        mailbox.settle(&message.handle).await?;
    }
    assert!(mailbox.fetch(100).await?.is_empty());
    assert!(dovecot.mails("INBOX")?.is_empty());
    assert_eq!(dovecot.mails("Taken in")?.len(), 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_another_life_settle_nothing() -> Result<()> {
    let Some(dovecot) = Dovecot::start("psirt", PASSWORD)? else { return Ok(()) };
    dovecot.deliver(b"Subject: one\r\n\r\nFirst.\r\n")?;
    let mailbox = ImapMailbox::new(plain(dovecot.port()), "INBOX", Settled::Seen)?;
    let waiting = mailbox.fetch(100).await?;
    drop(mailbox);
    dovecot.forget_uids()?;
    let mailbox = ImapMailbox::new(plain(dovecot.port()), "INBOX", Settled::Seen)?;
    let trouble = mailbox.settle(&waiting[0].handle).await.unwrap_err();
    assert!(trouble.to_string().contains("anew"), "{trouble}");
    let again = mailbox.fetch(100).await?;
    assert_eq!(raws(&again), raws(&waiting));
    assert_ne!(again[0].handle, waiting[0].handle);
    mailbox.settle(&again[0].handle).await?;
    assert!(mailbox.fetch(100).await?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_beyond_the_limit_is_taken_cut_and_stays_whole_and_flagged() -> Result<()> {
    let Some(dovecot) = Dovecot::start("psirt", PASSWORD)? else { return Ok(()) };
    let mut large = b"Subject: large\r\n\r\n".to_vec();
    large.extend(b"0123456789abcdef\r\n".repeat(1000));
    dovecot.deliver(&large)?;
    dovecot.deliver(b"Subject: small\r\n\r\nHello.\r\n")?;
    let mailbox = ImapMailbox::new(plain(dovecot.port()), "INBOX", Settled::Seen)?.with_largest_bytes(1000);
    let waiting = mailbox.fetch(100).await?;
    let cut = waiting.iter().find(|message| message.handle.ends_with(":cut")).unwrap();
    assert_eq!((waiting.len(), cut.raw.as_slice()), (2, &large[..1000]));
    for message in &waiting {
        mailbox.settle(&message.handle).await?;
    }
    let kept = dovecot.mails("INBOX")?;
    let kept = kept.iter().find(|mail| mail.bytes.starts_with(b"Subject: large")).unwrap();
    assert_eq!((kept.bytes.len(), kept.flags.as_str()), (large.len(), "FS"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_cannot_be_reached_or_believed_says_why_and_not_the_password() -> Result<()> {
    let Some(dovecot) = Dovecot::start("psirt", PASSWORD)? else { return Ok(()) };
    let wrong = MailServer { login: login("swordfish"), ..plain(dovecot.port()) };
    let trouble = ImapMailbox::new(wrong, "INBOX", Settled::Seen)?.fetch(1).await.unwrap_err().to_string();
    assert!(trouble.starts_with("login: the server refused") && !trouble.contains("swordfish"), "{trouble}");
    let trouble = ImapMailbox::new(plain(dovecot.port()), "Nowhere", Settled::Seen)?.fetch(1).await.unwrap_err().to_string();
    assert!(trouble.starts_with("select: the server refused"), "{trouble}");
    if let Some((port, certificate)) = dovecot.tls() {
        let strange = MailServer { trusted_pem: None, ..protected(port, Protection::Implicit, certificate) };
        let trouble = ImapMailbox::new(strange, "INBOX", Settled::Seen)?.fetch(1).await.unwrap_err().to_string();
        assert!(trouble.starts_with("TLS: "), "{trouble}");
    }
    let sink = SmtpSink::start().await?;
    sink.set_mood(SmtpMood::Silent);
    let silent = ImapMailbox::new(plain(sink.port()), "INBOX", Settled::Seen)?.with_patience(Duration::from_millis(300));
    assert!(silent.fetch(1).await.unwrap_err().to_string().contains("no answer"));
    Ok(())
}

fn receipt(to: &str) -> Outgoing {
    let raw = b"From: psirt@vendor.example\r\nDate: Sat, 21 Nov 2026 20:00:00 +0000\r\nMessage-ID: <1@vendor.example>\r\nSubject: receipt\r\n\r\nYour report arrived.\r\n.\r\n..two\r\nn\xc3\xa4chste\r\n".to_vec();
    Outgoing { from: String::new(), to: to.to_owned(), raw }
}

#[tokio::test(flavor = "multi_thread")]
async fn postfix_takes_our_mail_under_starttls_and_delivers_it_word_for_word() -> Result<()> {
    let Some(postfix) = Postfix::start()? else { return Ok(()) };
    let Some(certificate) = postfix.certificate() else { return Ok(()) };
    let server = MailServer { login: None, ..protected(postfix.port(), Protection::StartTls, certificate) };
    let mailer = SmtpMailer::new(server.clone(), "psirt.vendor.example")?;
    mailer.send(&receipt("ana@reporter.example")).await?;
    let answer = Outgoing { from: "psirt@vendor.example".into(), ..receipt("bo@reporter.example") };
    SmtpMailer::new(MailServer { protection: Protection::None, ..server.clone() }, "")?.send(&answer).await?;
    let delivered = postfix.wait_for(2, Duration::from_secs(20))?;
    for (recipient, sender) in [("ana@reporter.example", "<>"), ("bo@reporter.example", "<psirt@vendor.example>")] {
        let mail = delivered.iter().find(|mail| mail.recipient == recipient).unwrap();
        let text = String::from_utf8_lossy(&mail.bytes);
        assert!(text.contains(&format!("Return-Path: {sender}\n")), "{text}");
        let sent = String::from_utf8(receipt(recipient).raw)?.replace("\r\n", "\n");
        assert!(text.ends_with(&format!("\n{sent}")), "{text}");
        assert_eq!(text.contains("with ESMTPS "), sender == "<>", "{text}");
    }
    let unknown = SmtpMailer::new(MailServer { trusted_pem: None, ..server }, "")?;
    let trouble = unknown.send(&receipt("ana@reporter.example")).await;
    assert!(matches!(&trouble, Err(MailTrouble::Later(why)) if why.contains("STARTTLS")), "{trouble:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mood_of_a_server_has_its_answer() -> Result<()> {
    let sink = SmtpSink::start().await?;
    let mailer = SmtpMailer::new(plain(sink.port()), "")?.with_patience(Duration::from_secs(2));
    let mail = receipt("ana@reporter.example");
    for (mood, refused) in [
        (SmtpMood::TryLater, false),
        (SmtpMood::Busy, false),
        (SmtpMood::GiveUpMidMail, false),
        (SmtpMood::DropBeforeOk, false),
        (SmtpMood::Silent, false),
        (SmtpMood::Refuse, true),
    ] {
        sink.set_mood(mood);
        let started = Instant::now();
        let trouble = mailer.send(&mail).await.unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(4), "{mood:?}");
        assert_eq!(matches!(trouble, MailTrouble::Refused(_)), refused, "{mood:?}: {trouble}");
        assert!(!trouble.to_string().contains("ana@") && !trouble.to_string().contains("sesame"), "{trouble}");
    }
    sink.empty();
    sink.set_mood(SmtpMood::Accept);
    sink.refuse_recipient("gone@reporter.example");
    mailer.send(&mail).await?;
    assert!(matches!(mailer.send(&receipt("gone@reporter.example")).await, Err(MailTrouble::Refused(why)) if why.contains("550")));
    let kept = sink.wait_for(1, Duration::from_secs(5)).await?;
    assert_eq!((kept.len(), kept[0].sender.as_str(), kept[0].authenticated), (1, "", true));
    assert_eq!((kept[0].recipients.as_slice(), &kept[0].bytes), (["ana@reporter.example".to_owned()].as_slice(), &mail.raw));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_more_than_an_address_reaches_no_server() -> Result<()> {
    let sink = SmtpSink::start().await?;
    let mailer = SmtpMailer::new(plain(sink.port()), "")?;
    for to in ["a@b.example>\r\nRCPT TO:<eve@example.org", "a@b.example, eve@example.org", "", "@", "a\n@b.example"] {
        assert!(matches!(mailer.send(&receipt(to)).await, Err(MailTrouble::Refused(_))), "{to:?}");
        let from = Outgoing { from: if to.is_empty() { "x" } else { to }.to_owned(), ..receipt("ana@reporter.example") };
        assert!(matches!(mailer.send(&from).await, Err(MailTrouble::Refused(_))), "{to:?}");
    }
    // One mail stays one mail, whatever its line breaks are.
    let smuggling = b"Subject: x\r\n\r\none\n.\nMAIL FROM:<eve@example.org>\r.\rtwo\r\n".to_vec();
    mailer.send(&Outgoing { raw: smuggling, ..receipt("ana@reporter.example") }).await?;
    assert_eq!((sink.connections(), sink.mails().len()), (1, 1));
    assert_eq!(sink.mails()[0].bytes, b"Subject: x\r\n\r\none\r\n.\r\nMAIL FROM:<eve@example.org>\r\n.\r\ntwo\r\n");
    assert!(matches!(NoMailer.send(&receipt("ana@reporter.example")).await, Err(MailTrouble::NotConfigured)));
    Ok(())
}
