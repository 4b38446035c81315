//! An SMTP server that keeps what it is sent and can be difficult in the ways real ones are: the post box of the stories.
//!
//! Not a mail server: no TLS, no delivery, no size limit; passwords are accepted and forgotten. It understands what a well-behaved client says, one command a
//! line, and answers everything else with 502.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// How the server treats the next conversations. A conversation keeps the mood it began a mail with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpMood {
    /// Takes every mail: 250.
    Accept,
    /// Greylisting: 451 to every recipient.
    TryLater,
    /// 550 to every recipient.
    Refuse,
    /// Takes the whole mail, keeps it, and cuts the connection before saying 250: the sender cannot know.
    DropBeforeOk,
    /// Says 421 and cuts the connection in the middle of the mail; keeps nothing.
    GiveUpMidMail,
    /// Says 421 as its greeting.
    Busy,
    /// Accepts the connection and never says a word.
    Silent,
}

/// A mail the server kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapturedMail {
    /// Envelope sender; empty for `<>`.
    pub sender: String,
    /// Envelope recipients.
    pub recipients: Vec<String>,
    /// Header and body as sent, lines ending in CRLF, dot-stuffing removed.
    pub bytes: Vec<u8>,
    /// Whether the sender was told 250. `false` only in the mood [`SmtpMood::DropBeforeOk`].
    pub acknowledged: bool,
    /// Whether the sender had logged in.
    pub authenticated: bool,
}

#[derive(Debug)]
struct Shared {
    mood: SmtpMood,
    refused: Vec<String>,
    kept: Vec<CapturedMail>,
    connections: usize,
}

/// A running sink; it ends when dropped.
#[derive(Debug)]
pub struct SmtpSink {
    port: u16,
    shared: Arc<Mutex<Shared>>,
    arrival: Arc<Notify>,
    door: JoinHandle<()>,
}

impl SmtpSink {
    /// Starts on a free loopback port, in the mood to accept.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("cannot listen for SMTP")?;
        let port = listener.local_addr().context("cannot read the SMTP port")?.port();
        let beginning = Shared { mood: SmtpMood::Accept, refused: Vec::new(), kept: Vec::new(), connections: 0 };
        let shared = Arc::new(Mutex::new(beginning));
        let arrival = Arc::new(Notify::new());
        let door = tokio::spawn(keep_door(listener, Arc::clone(&shared), Arc::clone(&arrival)));
        Ok(Self { port, shared, arrival, door })
    }

    /// The loopback port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Changes the mood from the next mail on.
    pub fn set_mood(&self, mood: SmtpMood) {
        lock(&self.shared).mood = mood;
    }

    /// Answers 550 to this recipient in every mood that takes mail.
    pub fn refuse_recipient(&self, address: &str) {
        lock(&self.shared).refused.push(address.to_owned());
    }

    /// Everything kept so far, in order of arrival.
    pub fn mails(&self) -> Vec<CapturedMail> {
        lock(&self.shared).kept.clone()
    }

    /// How many times somebody connected.
    pub fn connections(&self) -> usize {
        lock(&self.shared).connections
    }

    /// Forgets what was kept.
    pub fn empty(&self) {
        lock(&self.shared).kept.clear();
    }

    /// Waits until at least `count` mails are kept.
    pub async fn wait_for(&self, count: usize, at_most: Duration) -> Result<Vec<CapturedMail>> {
        let enough = async {
            loop {
                let next = self.arrival.notified();
                let mails = self.mails();
                if mails.len() >= count {
                    return mails;
                }
                next.await;
            }
        };
        let waited = tokio::time::timeout(at_most, enough).await;
        waited.with_context(|| format!("{} of {count} mails arrived within {at_most:?}", self.mails().len()))
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.door.abort();
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn keep_door(listener: TcpListener, shared: Arc<Mutex<Shared>>, arrival: Arc<Notify>) {
    let mut conversations = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        lock(&shared).connections += 1;
        let conversation = Conversation::new(stream, Arc::clone(&shared), Arc::clone(&arrival));
        // A client that hangs up early is what the moods are for; its error is no news.
        conversations.spawn(async move { conversation.hold().await.unwrap_or_default() });
    }
}

/// What one client has said so far.
struct Conversation {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    shared: Arc<Mutex<Shared>>,
    arrival: Arc<Notify>,
    sender: String,
    recipients: Vec<String>,
    authenticated: bool,
}

/// Whether the conversation goes on.
#[derive(PartialEq, Eq)]
enum Next {
    Continue,
    HangUp,
}

impl Conversation {
    fn new(stream: TcpStream, shared: Arc<Mutex<Shared>>, arrival: Arc<Notify>) -> Self {
        let (reader, writer) = stream.into_split();
        let reader = BufReader::new(reader);
        Self { reader, writer, shared, arrival, sender: String::new(), recipients: Vec::new(), authenticated: false }
    }

    async fn hold(mut self) -> Result<()> {
        let mood = self.mood();
        if mood == SmtpMood::Silent {
            // Holds the connection open until the client gives up.
            self.line().await?;
            return Ok(());
        }
        if mood == SmtpMood::Busy {
            return self.say("421 4.3.2 busy, come back later").await;
        }
        self.say("220 sink.example.test ESMTP").await?;
        while let Some(line) = self.line().await? {
            if self.answer(&line).await? == Next::HangUp {
                break;
            }
        }
        Ok(())
    }

    async fn answer(&mut self, line: &str) -> Result<Next> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => {
                self.say("250-sink.example.test\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-AUTH PLAIN LOGIN\r\n250 ENHANCEDSTATUSCODES").await?
            }
            "HELO" | "NOOP" => self.say("250 2.0.0 ok").await?,
            "RSET" => {
                self.forget_envelope();
                self.say("250 2.0.0 ok").await?;
            }
            "AUTH" => self.log_in(rest).await?,
            "MAIL" => {
                self.forget_envelope();
                self.sender = address_in(rest);
                self.say("250 2.1.0 ok").await?;
            }
            "RCPT" => self.recipient(address_in(rest)).await?,
            "DATA" if self.recipients.is_empty() => self.say("503 5.5.1 no recipient").await?,
            "DATA" => return self.mail().await,
            "QUIT" => {
                self.say("221 2.0.0 bye").await?;
                return Ok(Next::HangUp);
            }
            _ => self.say("502 5.5.1 not understood").await?,
        }
        Ok(Next::Continue)
    }

    async fn log_in(&mut self, rest: &str) -> Result<()> {
        let mut words = rest.split(' ');
        let mechanism = words.next().unwrap_or_default().to_ascii_uppercase();
        let mut questions = if mechanism == "LOGIN" { vec!["334 UGFzc3dvcmQ6", "334 VXNlcm5hbWU6"] } else { vec!["334 "] };
        if words.next().is_some() {
            questions.pop();
        }
        while let Some(question) = questions.pop() {
            self.say(question).await?;
            self.line().await?;
        }
        self.authenticated = true;
        self.say("235 2.7.0 welcome").await
    }

    async fn recipient(&mut self, address: String) -> Result<()> {
        let mood = self.mood();
        let refused = lock(&self.shared).refused.contains(&address);
        if mood == SmtpMood::TryLater {
            return self.say("451 4.7.1 greylisted, try again later").await;
        }
        if mood == SmtpMood::Refuse || refused {
            return self.say("550 5.1.1 no such mailbox").await;
        }
        self.recipients.push(address);
        self.say("250 2.1.5 ok").await
    }

    async fn mail(&mut self) -> Result<Next> {
        self.say("354 go ahead").await?;
        let mood = self.mood();
        let mut bytes = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.reader.read_until(b'\n', &mut line).await.context("cannot read a mail")? == 0 {
                return Ok(Next::HangUp);
            }
            if mood == SmtpMood::GiveUpMidMail {
                self.say("421 4.3.0 giving up").await?;
                return Ok(Next::HangUp);
            }
            if line == b".\r\n" {
                break;
            }
            bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let acknowledged = mood != SmtpMood::DropBeforeOk;
        self.keep(bytes, acknowledged);
        if !acknowledged {
            return Ok(Next::HangUp);
        }
        self.say("250 2.0.0 kept").await?;
        Ok(Next::Continue)
    }

    fn keep(&mut self, bytes: Vec<u8>, acknowledged: bool) {
        let mail = CapturedMail {
            sender: std::mem::take(&mut self.sender),
            recipients: std::mem::take(&mut self.recipients),
            bytes,
            acknowledged,
            authenticated: self.authenticated,
        };
        lock(&self.shared).kept.push(mail);
        self.arrival.notify_waiters();
    }

    fn forget_envelope(&mut self) {
        self.sender.clear();
        self.recipients.clear();
    }

    fn mood(&self) -> SmtpMood {
        lock(&self.shared).mood
    }

    async fn say(&mut self, words: &str) -> Result<()> {
        self.writer.write_all(format!("{words}\r\n").as_bytes()).await.context("cannot answer")
    }

    async fn line(&mut self) -> Result<Option<String>> {
        let mut line = Vec::new();
        let read = self.reader.read_until(b'\n', &mut line).await.context("cannot read a command")?;
        Ok((read > 0).then(|| String::from_utf8_lossy(&line).trim_end().to_owned()))
    }
}

/// The address between the angle brackets of `FROM:<…>` or `TO:<…>`; empty where there is none.
fn address_in(argument: &str) -> String {
    let inside = argument.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(address, _)| address.to_owned()).unwrap_or_default()
}
