//! The LMTP listener over real sockets: order, limits, smuggling, stopping.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fall")]

use async_trait::async_trait;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use wardroom_adapters::lmtp::{Listen, ListenFault, LmtpServer, Rules, client};
use wardroom_app::intake::arrival::{Arrival, MailDoor};
use wardroom_app::ports::mail_sink::{MailSink, NotTaken};

/// Keeps what it gets, or says why not.
#[derive(Default)]
struct Sink {
    kept: Mutex<Vec<(Vec<u8>, Arrival)>>,
    trouble: Mutex<Option<NotTaken>>,
}

#[async_trait]
impl MailSink for Sink {
    async fn take(&self, raw: Vec<u8>, arrival: &Arrival) -> Result<String, NotTaken> {
        if let Some(trouble) = self.trouble.lock().unwrap().clone() {
            return Err(trouble);
        }
        let mut kept = self.kept.lock().unwrap();
        kept.push((raw, arrival.clone()));
        Ok(format!("R-{}", kept.len()))
    }
}

fn rules() -> Rules {
    Rules { host: "vendor.example".into(), recipients: vec!["psirt@vendor.example".into()], largest: 100_000, most_recipients: 3 }
}

struct Served {
    at: Listen,
    sink: Arc<Sink>,
    stop: watch::Sender<bool>,
    run: JoinHandle<()>,
}

async fn serve(listen: Listen) -> Served {
    let server = LmtpServer::bind(&listen, rules(), Vec::new()).await.unwrap();
    let at = match listen {
        Listen::Tcp(_) => Listen::Tcp(server.at().parse().unwrap()),
        unix => unix,
    };
    let sink = Arc::new(Sink::default());
    let (stop, stopped) = watch::channel(false);
    let run = tokio::spawn(server.run(sink.clone(), stopped));
    Served { at, sink, stop, run }
}

fn anywhere() -> Listen {
    Listen::Tcp(SocketAddr::from(([127, 0, 0, 1], 0)))
}

impl Served {
    async fn connect(&self) -> TcpStream {
        let Listen::Tcp(at) = &self.at else { panic!("not a port") };
        TcpStream::connect(at).await.unwrap()
    }

    /// Says everything at once and reads until the server has nothing more to say.
    async fn say(&self, words: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(words).await.unwrap();
        let mut said = Vec::new();
        let _quiet = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut said)).await;
        String::from_utf8(said).unwrap()
    }

    fn kept(&self) -> usize {
        self.sink.kept.lock().unwrap().len()
    }
}

fn codes(said: &str) -> Vec<&str> {
    said.lines().filter(|line| line.as_bytes().get(3) == Some(&b' ')).filter_map(|line| line.get(..3)).collect()
}

#[tokio::test]
async fn pipelined_messages_are_answered_for_each_recipient() {
    let served = serve(anywhere()).await;
    let said = served
        .say(
            b"LHLO mx\r\nXFORWARD ADDR=192.0.2.7 HELO=client\r\nMAIL FROM:<ana@research.example> BODY=8BITMIME\r\nRCPT TO:<psirt@vendor.example>\r\n\
              RCPT TO:<root@vendor.example>\r\nRCPT TO:<PSIRT+x@vendor.example>\r\nDATA\r\nSubject: one\r\n\r\nN\xc3\xa4\r\n..\r\n.\r\n\
              MAIL FROM:<>\r\nRCPT TO:<psirt@vendor.example>\r\nDATA\r\nSubject: two\r\n\r\n.\r\nQUIT\r\n",
        )
        .await;
    let expected = ["220", "250", "250", "250", "250", "550", "250", "354", "250", "250", "250", "250", "354", "250", "221"];
    assert_eq!(codes(&said), expected, "{said}");
    assert!(said.contains("250 2.0.0 <psirt@vendor.example> R-1") && said.contains("250 2.0.0 <PSIRT+x@vendor.example> R-1"), "{said}");
    let kept = served.sink.kept.lock().unwrap();
    assert_eq!(kept[0].0, b"Subject: one\r\n\r\nN\xc3\xa4\r\n.\r\n");
    let arrival = &kept[0].1;
    assert_eq!((arrival.door.clone(), arrival.envelope_from.as_deref()), (MailDoor::Lmtp, Some("ana@research.example")));
    assert_eq!((arrival.recipients.len(), arrival.peer, arrival.helo.as_deref()), (2, "192.0.2.7".parse().ok(), Some("client")));
    assert!(kept[1].1.is_from_nobody() && kept[1].1.peer.is_none());
}

#[tokio::test]
async fn what_is_not_durable_stays_with_the_mail_server() {
    let served = serve(anywhere()).await;
    let words = b"LHLO mx\r\nMAIL FROM:<>\r\nRCPT TO:<psirt@vendor.example>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n";
    *served.sink.trouble.lock().unwrap() = Some(NotTaken::Later("the disk of secret.example is full".into()));
    let said = served.say(words).await;
    assert!(said.contains("451 4.3.0 <psirt@vendor.example>") && !said.contains("secret"), "{said}");
    *served.sink.trouble.lock().unwrap() = Some(NotTaken::Never("the message is empty".into()));
    assert!(served.say(words).await.contains("554 5.6.0 <psirt@vendor.example> the message is empty"));
    *served.sink.trouble.lock().unwrap() = None;
    assert!(served.say(words).await.contains("250 2.0.0 <psirt@vendor.example> R-1"));
}

#[tokio::test]
async fn nothing_is_smuggled_and_nothing_too_large_is_kept() {
    let served = serve(anywhere()).await;
    let begin = b"LHLO mx\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<psirt@vendor.example>\r\nDATA\r\n";
    for end in [&b"\n.\n"[..], b"\r\n.\n", b"\n.\r\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r"] {
        let words = [
            &begin[..],
            b"Subject: x\r\n\r\none",
            end,
            b"MAIL FROM:<eve@evil.example>\r\nRCPT TO:<psirt@vendor.example>\r\nDATA\r\nforged\r\n.\r\nQUIT\r\n",
        ];
        let said = served.say(&words.concat()).await;
        assert!(said.contains("550 5.6.0 <psirt@vendor.example>"), "{end:?}: {said}");
        assert_eq!(codes(&said).iter().filter(|code| **code == "354").count(), 1, "{end:?}: {said}");
    }
    let large = [&begin[..], &b"0123456789abcdef\r\n".repeat(10_000), b".\r\nQUIT\r\n"].concat();
    let said = served.say(&large).await;
    assert!(said.contains("552 5.3.4 <psirt@vendor.example>") && said.contains("\r\n221 "), "{said}");
    assert!(served.say(b"LHLO mx\nMAIL FROM:<>\nQUIT\n").await.ends_with("500 5.5.2 lines end with CR LF\r\n"));
    let long = [b"LHLO ".to_vec(), b"x".repeat(5_000), b"\r\nQUIT\r\n".to_vec()].concat();
    assert_eq!(codes(&served.say(&long).await), ["220", "500", "221"]);
    assert_eq!(codes(&served.say(&[b"x".repeat(1 << 20)].concat()).await), ["220"], "a line without an end ends the talk");
    assert_eq!(served.kept(), 0);
}

#[tokio::test]
async fn many_connections_are_asked_to_come_later() {
    let served = serve(anywhere()).await;
    let mut open = Vec::new();
    let mut turned_away = 0;
    for _ in 0..40 {
        let mut stream = served.connect().await;
        let mut greeting = [0; 3];
        stream.read_exact(&mut greeting).await.unwrap();
        turned_away += usize::from(&greeting == b"421");
        open.push(stream);
    }
    assert_eq!(turned_away, 8);
    drop(open);
    tokio::time::sleep(Duration::from_millis(300)).await;
    client::deliver(&served.at, "ana@research.example", "psirt@vendor.example", b"Subject: x\n\n.dot\n").await.unwrap();
    assert_eq!(served.sink.kept.lock().unwrap()[0].0, b"Subject: x\r\n\r\n.dot\r\n");
    served.stop.send(true).unwrap();
    served.run.await.unwrap();
}

#[tokio::test]
async fn a_socket_is_made_used_and_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lmtp");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let served = serve(Listen::Unix(path.clone(), 0o660)).await;
    assert!(LmtpServer::bind(&served.at, rules(), Vec::new()).await.is_err(), "it is in use");
    let mut waiting = UnixStream::connect(&path).await.unwrap();
    client::deliver(&served.at, "", "psirt@vendor.example", b"x").await.unwrap();
    let refused = client::deliver(&served.at, "", "root@vendor.example", b"x").await.unwrap_err();
    assert!(refused.contains("550 5.1.1"), "{refused}");
    served.stop.send(true).unwrap();
    let mut said = String::new();
    waiting.read_to_string(&mut said).await.unwrap();
    assert!(said.contains("421 4.3.2"), "{said}");
    served.run.await.unwrap();
    assert!(!path.exists());
    std::fs::write(&path, "mine").unwrap();
    assert!(LmtpServer::bind(&Listen::Unix(path.clone(), 0o660), rules(), Vec::new()).await.is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine", "a file that is no socket stays");
}

#[tokio::test]
async fn it_is_not_open_to_a_network_by_accident() {
    let everywhere = Listen::Tcp(SocketAddr::from(([0, 0, 0, 0], 0)));
    assert!(matches!(LmtpServer::bind(&everywhere, rules(), Vec::new()).await, Err(ListenFault::Open)));
    assert!(LmtpServer::bind(&everywhere, rules(), vec!["192.0.2.1".parse().unwrap()]).await.is_ok());
}
