//! Each server, started for real and spoken to in its own protocol without a client library.
//!
//! Not tests of the product: they show that what the journeys stand on holds.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::{Dovecot, Postfix, Postgres, SmtpMood, SmtpSink, find_program};

/// A line-by-line conversation.
struct Talk {
    reader: BufReader<TcpStream>,
}

impl Talk {
    fn with(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).context("cannot connect")?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        Ok(Self { reader: BufReader::new(stream) })
    }

    /// Says a line and returns what came back, up to the first line that starts with `until`.
    fn say(&mut self, words: &str, until: &str) -> Result<String> {
        self.reader.get_mut().write_all(format!("{words}\r\n").as_bytes())?;
        self.hear(until)
    }

    fn hear(&mut self, until: &str) -> Result<String> {
        let mut heard = String::new();
        loop {
            let start = heard.len();
            if self.reader.read_line(&mut heard)? == 0 {
                bail!("the server hung up after {heard:?}");
            }
            if heard[start..].starts_with(until) {
                return Ok(heard);
            }
            ensure!(!heard[start..].starts_with(['4', '5']), "the server refused: {heard:?}");
        }
    }
}

fn send_mail(port: u16, recipient: &str) -> Result<Talk> {
    let mut talk = Talk::with(port)?;
    talk.hear("220 ")?;
    talk.say("EHLO story.example.test", "250 ")?;
    talk.say("MAIL FROM:<psirt@vendor.example>", "250 ")?;
    talk.say(&format!("RCPT TO:<{recipient}>"), "250 ")?;
    talk.say("DATA", "354 ")?;
    talk.reader.get_mut().write_all(b"Subject: receipt\r\n\r\nYour report arrived.\r\n..\r\n")?;
    Ok(talk)
}

fn psql(postgres: &Postgres, url: &str, sql: &str) -> Result<String> {
    let output = Command::new(postgres.program("psql")).args(["--no-psqlrc", "-qtAX", url, "-c", sql]).output()?;
    ensure!(output.status.success(), "psql: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[test]
fn postgres_keeps_what_was_committed_through_a_crash() -> Result<()> {
    let Some(postgres) = Postgres::start()? else {
        return Ok(());
    };
    let (one, other) = (postgres.fresh_database()?, postgres.fresh_database()?);
    psql(&postgres, &one, "create table fact (n int); insert into fact values (41)")?;
    assert_eq!(psql(&postgres, &other, "select count(*) from pg_tables where tablename = 'fact'")?, "0");
    postgres.crash()?;
    assert!(TcpStream::connect(("127.0.0.1", postgres.port())).is_err(), "it still answers after the crash");
    postgres.come_up()?;
    assert_eq!(psql(&postgres, &one, "select n from fact")?, "41");
    assert_eq!(psql(&postgres, &one, "show fsync")?, "on");
    let home = postgres.home().to_path_buf();
    drop(postgres);
    assert!(!home.exists(), "{} is left behind", home.display());
    Ok(())
}

#[test]
fn dovecot_gives_out_what_was_delivered_and_remembers_it_as_seen() -> Result<()> {
    let Some(dovecot) = Dovecot::start("psirt", "open sesame")? else {
        return Ok(());
    };
    let mail = b"Subject: overflow\r\n\r\nIn the parser.\r\n";
    dovecot.deliver(mail)?;
    assert_eq!(dovecot.mails("INBOX")?[0].flags, "");
    let mut talk = Talk::with(dovecot.port())?;
    talk.hear("* OK")?;
    assert!(talk.say("a LOGIN psirt wrong", "a ")?.contains("a NO"));
    talk.say("b LOGIN psirt \"open sesame\"", "b OK")?;
    let opened = talk.say("c SELECT INBOX", "c OK")?;
    assert!(talk.say("d UID FETCH 1:* BODY[]", "d OK")?.contains("In the parser."));
    talk.say("e CREATE Archive", "e OK")?;
    talk.say("f LOGOUT", "f OK")?;
    let kept = dovecot.mails("INBOX")?;
    assert_eq!((kept.len(), kept[0].flags.as_str(), kept[0].bytes.as_slice()), (1, "S", mail.as_slice()));
    assert_eq!(dovecot.mails("Archive")?, Vec::new());

    dovecot.forget_uids()?;
    let mut talk = Talk::with(dovecot.port())?;
    talk.say("b LOGIN psirt \"open sesame\"", "b OK")?;
    let reopened = talk.say("c SELECT INBOX", "c OK")?;
    let validity = |text: &str| text.lines().find(|line| line.contains("UIDVALIDITY")).map(str::to_owned);
    assert!(validity(&opened).is_some());
    assert_ne!(validity(&opened), validity(&reopened));
    Ok(())
}

#[test]
fn dovecot_proves_itself_over_tls_to_whoever_trusts_its_certificate() -> Result<()> {
    let Some(dovecot) = Dovecot::start("psirt", "secret")? else {
        return Ok(());
    };
    let Some((port, certificate)) = dovecot.tls() else { bail!("openssl is absent: install the Debian package openssl") };
    let mut client = Command::new(find_program("openssl").unwrap_or_else(|| PathBuf::from("openssl")));
    client.args(["s_client", "-quiet", "-verify_return_error", "-verify_hostname", "localhost", "-CAfile"]);
    client.arg(&certificate.certificate).arg("-connect").arg(format!("localhost:{port}"));
    let mut client = client.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    client.stdin.take().context("no way in")?.write_all(b"a LOGIN psirt secret\r\nb LOGOUT\r\n")?;
    let output = client.wait_with_output()?;
    assert!(String::from_utf8_lossy(&output.stdout).contains("a OK"), "{output:?}");
    Ok(())
}

#[test]
fn postfix_takes_a_mail_and_delivers_it() -> Result<()> {
    let Some(postfix) = Postfix::start()? else {
        return Ok(());
    };
    let mut talk = send_mail(postfix.port(), "ana@reporter.example")?;
    talk.say(".", "250 ")?;
    talk.say("QUIT", "221 ")?;
    let delivered = postfix.wait_for(1, Duration::from_secs(20))?;
    assert_eq!(delivered.len(), 1);
    assert_eq!(delivered[0].recipient, "ana@reporter.example");
    let text = String::from_utf8_lossy(&delivered[0].bytes);
    assert!(text.contains("Subject: receipt\n") && text.ends_with("\nYour report arrived.\n.\n"), "{text}");
    if postfix.certificate().is_some() {
        let mut talk = Talk::with(postfix.port())?;
        assert!(talk.say("EHLO story.example.test", "250 ")?.contains("STARTTLS"));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sink_keeps_mail_word_for_word() -> Result<()> {
    let sink = SmtpSink::start().await?;
    let port = sink.port();
    let conversation = tokio::task::spawn_blocking(move || send_mail(port, "ana@reporter.example")?.say(".", "250 "));
    let mails = sink.wait_for(1, Duration::from_secs(20)).await?;
    conversation.await??;
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].sender.as_str(), mails[0].acknowledged), ("psirt@vendor.example", true));
    assert_eq!(mails[0].recipients, ["ana@reporter.example"]);
    assert_eq!(mails[0].bytes, b"Subject: receipt\r\n\r\nYour report arrived.\r\n.\r\n");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sink_is_as_difficult_as_it_is_told_to_be() -> Result<()> {
    let sink = SmtpSink::start().await?;
    let port = sink.port();
    let attempt = move |recipient: &'static str| async move {
        let result = tokio::task::spawn_blocking(move || send_mail(port, recipient)?.say(".", "250 ")).await?;
        Ok::<_, anyhow::Error>(result.map_err(|trouble| trouble.to_string()))
    };
    for (mood, kept, said) in [
        (SmtpMood::TryLater, 0, "451 "),
        (SmtpMood::Refuse, 0, "550 "),
        (SmtpMood::Busy, 0, "421 "),
        (SmtpMood::GiveUpMidMail, 0, "421 "),
        (SmtpMood::DropBeforeOk, 1, ""),
        (SmtpMood::Accept, 2, ""),
    ] {
        sink.set_mood(mood);
        let result = attempt("ana@reporter.example").await?;
        assert_eq!(result.is_ok(), mood == SmtpMood::Accept, "{mood:?}: {result:?}");
        assert!(result.is_ok() || result.unwrap_err().contains(said), "{mood:?}");
        assert_eq!(sink.mails().len(), kept, "{mood:?}");
    }
    assert_eq!(sink.mails().iter().map(|mail| mail.acknowledged).collect::<Vec<_>>(), [false, true]);
    sink.refuse_recipient("gone@reporter.example");
    assert!(attempt("gone@reporter.example").await?.is_err());
    assert_eq!(sink.connections(), 7);
    Ok(())
}
