//! The LMTP listener: sockets, time and memory; what is said is in `session`, what is read in `data`.
//!
//! A recipient is answered with 250 only after the message is durably ours. Everything that stands in the way of that and may pass is 4xx: the
//! mail server keeps the message and tries again.

use super::command::LONGEST_LINE;
use super::data::{Content, Outcome};
use super::session::{Envelope, Next, Rules, Session};
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use wardroom_app::intake::arrival::{Arrival, MailDoor};
use wardroom_app::ports::mail_sink::{MailSink, NotTaken};

/// For a command (RFC 5321 section 4.5.3.2 wants five minutes).
const COMMAND_PATIENCE: Duration = Duration::from_secs(300);
/// For the whole of one content.
const CONTENT_PATIENCE: Duration = Duration::from_secs(600);
/// For taking one message in.
const TAKING_PATIENCE: Duration = Duration::from_secs(240);
/// Connections at one time; the next one is asked to come later.
const MOST_CONNECTIONS: usize = 32;
/// Contents read at one time, so that connections times size is no way to use up memory.
const MOST_CONTENTS: usize = 4;
/// Bytes read at once.
const AT_ONCE: usize = 16 * 1024;
/// A too large content is read to its end up to this many times the limit; then the connection is closed.
const PATIENT_TIMES: u64 = 4;

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    Tcp(SocketAddr),
    /// A path, and the mode of the socket.
    Unix(PathBuf, u32),
}

#[derive(Debug, Error)]
pub enum ListenFault {
    #[error("LMTP has no login: listen on 127.0.0.1, ::1 or a socket path, or name the mail server's address in peers")]
    Open,
    #[error("cannot listen on {at}: {why}")]
    Bind { at: String, why: String },
}

/// A bound listener.
pub struct LmtpServer {
    socket: Socket,
    rules: Arc<Rules>,
    /// Addresses that may connect besides this machine's own.
    peers: Vec<IpAddr>,
    connections: Arc<Semaphore>,
    contents: Arc<Semaphore>,
}

enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener, PathBuf),
}

impl LmtpServer {
    /// Binds. A socket file that nobody listens on is replaced.
    pub async fn bind(listen: &Listen, rules: Rules, peers: Vec<IpAddr>) -> Result<LmtpServer, ListenFault> {
        let fault = |at: String, why: std::io::Error| ListenFault::Bind { at, why: why.to_string() };
        let socket = match listen {
            Listen::Tcp(at) if !at.ip().is_loopback() && peers.is_empty() => return Err(ListenFault::Open),
            Listen::Tcp(at) => Socket::Tcp(TcpListener::bind(at).await.map_err(|error| fault(at.to_string(), error))?),
            Listen::Unix(path, mode) => {
                let said = |error| fault(path.display().to_string(), error);
                remove_stale(path).map_err(said)?;
                let listener = UnixListener::bind(path).map_err(said)?;
                std::fs::set_permissions(path, std::fs::Permissions::from_mode(*mode)).map_err(said)?;
                Socket::Unix(listener, path.clone())
            }
        };
        let connections = Arc::new(Semaphore::new(MOST_CONNECTIONS));
        Ok(LmtpServer { socket, rules: Arc::new(rules), peers, connections, contents: Arc::new(Semaphore::new(MOST_CONTENTS)) })
    }

    /// Where it listens: an address with its port, or a path.
    pub fn at(&self) -> String {
        match &self.socket {
            Socket::Tcp(listener) => listener.local_addr().map(|at| at.to_string()).unwrap_or_default(),
            Socket::Unix(_, path) => path.display().to_string(),
        }
    }

    /// Serves until the stop; messages being taken in are finished.
    pub async fn run(self, sink: Arc<dyn MailSink>, mut stopped: watch::Receiver<bool>) {
        let stopping = stopped.clone();
        let mut served = JoinSet::new();
        loop {
            let talk = Talk { rules: self.rules.clone(), sink: sink.clone(), contents: self.contents.clone() };
            tokio::select! {
                () = ended(&mut stopped) => break,
                Some(_) = served.join_next(), if !served.is_empty() => {}
                accepted = accept(&self.socket) => match accepted {
                    Ok((wire, peer)) if self.may_connect(peer) => match self.connections.clone().try_acquire_owned() {
                        Ok(permit) => {
                            let stopping = stopping.clone();
                            served.spawn(async move {
                                talk.with(wire, stopping).await;
                                drop(permit);
                            });
                        }
                        Err(_) => turn_away(wire, "421 4.3.2 too many connections, come again later\r\n").await,
                    },
                    Ok((wire, peer)) => {
                        tracing::warn!(?peer, "an LMTP client that is not named in peers was turned away");
                        turn_away(wire, "554 5.7.1 not for you\r\n").await;
                    }
                    Err(error) => {
                        tracing::warn!(%error, "an LMTP connection could not be accepted");
                        tokio::time::sleep(Duration::from_millis(200)).await;
                    }
                },
            }
        }
        while served.join_next().await.is_some() {}
        if let Socket::Unix(_, path) = &self.socket
            && let Err(error) = std::fs::remove_file(path)
        {
            tracing::debug!(%error, "the LMTP socket file stays");
        }
    }

    fn may_connect(&self, peer: Option<IpAddr>) -> bool {
        peer.is_none_or(|peer| {
            let peer = peer.to_canonical();
            peer.is_loopback() || self.peers.iter().any(|named| named.to_canonical() == peer)
        })
    }
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

async fn accept(socket: &Socket) -> std::io::Result<(Box<dyn Wire>, Option<IpAddr>)> {
    match socket {
        Socket::Tcp(listener) => listener.accept().await.map(|(stream, peer)| (Box::new(stream) as Box<dyn Wire>, Some(peer.ip()))),
        Socket::Unix(listener, _) => listener.accept().await.map(|(stream, _)| (Box::new(stream) as Box<dyn Wire>, None)),
    }
}

/// Returns when everything is to stop.
async fn ended(stopped: &mut watch::Receiver<bool>) {
    let _ended = stopped.wait_for(|stopped| *stopped).await;
}

async fn turn_away(mut wire: Box<dyn Wire>, words: &str) {
    let _ = timeout(Duration::from_secs(1), wire.write_all(words.as_bytes())).await;
}

/// A socket file left behind by a process that was killed; one in use stays.
fn remove_stale(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::FileTypeExt;
    match std::fs::symlink_metadata(path) {
        Ok(found) if !found.file_type().is_socket() => Err(std::io::Error::other("there is a file that is no socket")),
        Ok(_) if std::os::unix::net::UnixStream::connect(path).is_ok() => Err(std::io::Error::other("another process listens there")),
        Ok(_) => std::fs::remove_file(path),
        Err(_) => Ok(()),
    }
}

/// What one connection needs.
struct Talk {
    rules: Arc<Rules>,
    sink: Arc<dyn MailSink>,
    contents: Arc<Semaphore>,
}

/// Why a connection ends.
enum End {
    Gone,
    Late,
    Stopping,
}

impl From<std::io::Error> for End {
    fn from(_: std::io::Error) -> End {
        End::Gone
    }
}

impl Talk {
    async fn with(&self, mut wire: Box<dyn Wire>, mut stopped: watch::Receiver<bool>) {
        let farewell = match self.talk(&mut wire, &mut stopped).await {
            Ok(()) | Err(End::Gone) => return,
            Err(End::Late) => "421 4.4.2 too slow\r\n",
            Err(End::Stopping) => "421 4.3.2 stopping, come again later\r\n",
        };
        turn_away(wire, farewell).await;
    }

    async fn talk(&self, wire: &mut Box<dyn Wire>, stopped: &mut watch::Receiver<bool>) -> Result<(), End> {
        let mut session = Session::new(self.rules.clone());
        let mut waiting: Vec<u8> = Vec::new();
        say(wire, &session.greeting()).await?;
        loop {
            let line = tokio::select! {
                line = timeout(COMMAND_PATIENCE, next_line(wire, &mut waiting)) => line.map_err(|_| End::Late)??,
                () = ended(stopped) => return Err(End::Stopping),
            };
            let (reply, next) = match line {
                Line::Whole(line) => session.line(&line),
                Line::Bare => {
                    // Who ends lines differently from us would also see other commands than we do.
                    say(wire, "500 5.5.2 lines end with CR LF").await?;
                    return Ok(());
                }
                Line::TooLong => session.refuse("500 5.5.2 the line is too long"),
            };
            if next == Next::Data {
                // Before the word: how many contents are read at one time is limited.
                let Ok(permit) = self.contents.clone().acquire_owned().await else { return Err(End::Stopping) };
                say(wire, &reply).await?;
                let content = timeout(CONTENT_PATIENCE, self.content(wire, &mut waiting)).await.map_err(|_| End::Late)??;
                let answers = self.take(session.take_envelope(), content).await;
                drop(permit);
                say(wire, &answers).await?;
                continue;
            }
            say(wire, &reply).await?;
            if next == Next::HangUp {
                return Ok(());
            }
        }
    }

    async fn content(&self, wire: &mut Box<dyn Wire>, waiting: &mut Vec<u8>) -> Result<Outcome, End> {
        let mut content = Content::new(self.rules.largest);
        let most = (self.rules.largest as u64).saturating_mul(PATIENT_TIMES).saturating_add(1 << 20);
        loop {
            if let Some(end) = content.feed(waiting) {
                waiting.drain(..end);
                return Ok(content.finish());
            }
            waiting.clear();
            if content.seen() > most {
                return Err(End::Late);
            }
            if read_more(wire, waiting).await? == 0 {
                return Err(End::Gone);
            }
        }
    }

    /// One answer for each recipient, in their order (RFC 2033 section 4.2).
    async fn take(&self, envelope: Envelope, content: Outcome) -> String {
        let answer = match content {
            Outcome::Malformed => {
                "550 5.6.0 it holds line feeds without carriage returns, or dots between them: refused as it stands".to_owned()
            }
            Outcome::TooLarge => "552 5.3.4 larger than we take".to_owned(),
            Outcome::Whole(raw) => self.taken(&envelope, raw).await,
        };
        let (code, words) = answer.split_at(answer.match_indices(' ').nth(1).map_or(answer.len(), |(at, _)| at));
        let lines: Vec<String> = envelope.recipients.iter().map(|one| format!("{code} <{one}>{words}")).collect();
        lines.join("\r\n")
    }

    async fn taken(&self, envelope: &Envelope, raw: Vec<u8>) -> String {
        let arrival = Arrival {
            envelope_from: Some(envelope.from.clone()),
            recipients: envelope.recipients.clone(),
            peer: envelope.client,
            helo: envelope.helo.clone(),
            ..Arrival::by(MailDoor::Lmtp)
        };
        match timeout(TAKING_PATIENCE, self.sink.take(raw, &arrival)).await {
            Ok(Ok(number)) => format!("250 2.0.0 {number}"),
            Ok(Err(NotTaken::Never(why))) => format!("554 5.6.0 {}", one_line(&why)),
            // RFC 3463 section 3.8: delivery not authorised, for now.
            Ok(Err(NotTaken::Busy)) => "451 4.7.1 more mail comes than is taken in at a time, try again later".to_owned(),
            Ok(Err(NotTaken::Later(_))) => "451 4.3.0 not taken in now, try again later".to_owned(),
            Err(_) => "451 4.3.0 it takes too long, try again later".to_owned(),
        }
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || !c.is_ascii() { ' ' } else { c }).take(200).collect()
}

async fn say(wire: &mut Box<dyn Wire>, words: &str) -> Result<(), End> {
    let said = async {
        wire.write_all(format!("{words}\r\n").as_bytes()).await?;
        wire.flush().await
    };
    timeout(COMMAND_PATIENCE, said).await.map_err(|_| End::Late)?.map_err(End::from)
}

enum Line {
    Whole(Vec<u8>),
    /// It ends with a line feed alone.
    Bare,
    TooLong,
}

/// The next line without its CRLF. A line that is too long is read to its end, which must come soon.
async fn next_line(wire: &mut Box<dyn Wire>, waiting: &mut Vec<u8>) -> Result<Line, End> {
    loop {
        if let Some(end) = waiting.iter().position(|byte| *byte == b'\n') {
            let mut line: Vec<u8> = waiting.drain(..=end).collect();
            line.pop();
            let whole = line.pop() == Some(b'\r');
            return Ok(match (whole, line.len() > LONGEST_LINE) {
                (false, _) => Line::Bare,
                (true, true) => Line::TooLong,
                (true, false) => Line::Whole(line),
            });
        }
        if waiting.len() > 16 * LONGEST_LINE || read_more(wire, waiting).await? == 0 {
            return Err(End::Gone);
        }
    }
}

async fn read_more(wire: &mut Box<dyn Wire>, waiting: &mut Vec<u8>) -> std::io::Result<usize> {
    waiting.reserve(AT_ONCE);
    wire.read_buf(waiting).await
}
