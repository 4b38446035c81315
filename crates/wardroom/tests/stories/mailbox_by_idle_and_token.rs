//! A mailbox on a real Dovecot: the server tells when something lies there, a token opens it, and mail is filed away whether or not the server
//! can move it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wardroom_adapters::{ImapMailbox, Login, MailServer, Protection, Settled, TokenFile};
use wardroom_app::ports::mailbox::Mailbox;
use wardroom_testkit::servers::Dovecot;

const PASSWORD: &str = "open sesame";
const MAIL: &[u8] = b"From: ana@research.example\r\nSubject: overflow\r\n\r\nIn the parser.\r\n";

fn server(port: u16) -> MailServer {
    let login = Some(Login { user: "psirt".into(), password: PASSWORD.to_owned().into() });
    MailServer { host: "127.0.0.1".into(), port, protection: Protection::None, login, ..MailServer::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_tells_at_once() {
    let Some(dovecot) = Dovecot::start("psirt", PASSWORD).unwrap() else { return };
    let mailbox = ImapMailbox::new(server(dovecot.port()), "INBOX", Settled::Seen).unwrap();
    assert!(mailbox.fetch(10).await.unwrap().is_empty());
    let begun = Instant::now();
    let waited = async { mailbox.wait(Duration::from_secs(60)).await.unwrap() };
    let delivered = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        dovecot.deliver(MAIL).unwrap();
    };
    tokio::join!(waited, delivered);
    assert!(begun.elapsed() < Duration::from_secs(50), "it did not wait for its time");
    let waiting = mailbox.fetch(10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    mailbox.settle(&waiting[0].handle).await.unwrap();
    assert!(mailbox.fetch(10).await.unwrap().is_empty());
    // What lies behind the limit is said to wait, and a mail of our own can be laid in.
    for _ in 0..3 {
        mailbox.lay_in(MAIL).await.unwrap();
    }
    assert_eq!(mailbox.fetch(1).await.unwrap().len(), 1);
    assert_eq!(mailbox.backlog().await, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_filed_away_with_and_without_move() {
    let bare = "protocol imap {\n  imap_capability = IMAP4rev1 UIDPLUS\n}\n";
    for further in ["", bare] {
        let Some(dovecot) = Dovecot::start_with("psirt", PASSWORD, further).unwrap() else { return };
        let settled = Settled::MovedTo("Processed".into());
        let mailbox = ImapMailbox::new(server(dovecot.port()), "INBOX", settled).unwrap();
        dovecot.deliver(MAIL).unwrap();
        dovecot.deliver(b"From: bo@research.example\r\n\r\nSecond.\r\n").unwrap();
        let waiting = mailbox.fetch(10).await.unwrap();
        assert_eq!(waiting.len(), 2, "{further}");
        mailbox.settle(&waiting[0].handle).await.unwrap();
        // The second is not settled: the process died. It is there again.
        let again = ImapMailbox::new(server(dovecot.port()), "INBOX", Settled::MovedTo("Processed".into())).unwrap();
        let waiting = again.fetch(10).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].raw.starts_with(b"From: bo@")), (1, true), "{further}");
        again.settle(&waiting[0].handle).await.unwrap();
        again.settle(&waiting[0].handle).await.unwrap();
        assert!(again.fetch(10).await.unwrap().is_empty());
        assert_eq!((dovecot.mails("INBOX").unwrap().len(), dovecot.mails("Processed").unwrap().len()), (0, 2), "{further}");
        if further == bare {
            // Without IDLE the wait is a pause.
            let begun = Instant::now();
            again.wait(Duration::from_millis(400)).await.unwrap();
            assert!(begun.elapsed() >= Duration::from_millis(400));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_it() {
    let (tokeninfo, asked) = token_server().await;
    let Some(dovecot) = Dovecot::start_with_tokens("psirt", PASSWORD, &tokeninfo).unwrap() else { return };
    dovecot.deliver(MAIL).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "wrong\n").unwrap();
    let mut login = server(dovecot.port());
    login.login = Some(Login { user: "psirt".into(), password: String::new().into() });
    let mailbox = ImapMailbox::new(login, "INBOX", Settled::Seen).unwrap().with_bearer(Arc::new(TokenFile(file.clone())));
    let trouble = mailbox.fetch(1).await.unwrap_err().to_string();
    assert!(trouble.starts_with("login: ") && !trouble.contains("wrong"), "{trouble}");
    std::fs::write(&file, "right\n").unwrap();
    assert_eq!(mailbox.fetch(1).await.unwrap().len(), 1);
    assert!(asked.load(std::sync::atomic::Ordering::Relaxed) >= 2);
}

/// Says who a token belongs to, as a provider does.
async fn token_server() -> (String, Arc<std::sync::atomic::AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("http://{}/tokeninfo?access_token=", listener.local_addr().unwrap());
    let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = asked.clone();
    tokio::spawn(async move {
        loop {
            let Ok((mut stream, _)) = listener.accept().await else { return };
            let mut request = Vec::new();
            while !request.windows(4).any(|window| window == b"\r\n\r\n") {
                if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
                    break;
                }
            }
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let good = String::from_utf8_lossy(&request).contains("access_token=right ");
            let (status, body) = if good { ("200 OK", r#"{"user":"psirt"}"#) } else { ("401 Unauthorized", "{}") };
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (at, asked)
}
