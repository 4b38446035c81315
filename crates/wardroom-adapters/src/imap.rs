//! Incoming mail over IMAP (RFC 3501): a folder that is polled, a message at a time, and marked only after it is durably ours.
//!
//! A connection is kept from one look to the next; between them the server says itself when something new lies there (IDLE, RFC 2177). Deliberately no
//! local state: the server's marks say what is done, a message fetched twice is recognised by its bytes, and after a crash the next look simply
//! finds it again.

use crate::bearer::TokenSource;
use crate::imap_line::Waits;
use crate::mail_server::{MailServer, MailServerFault, Protection, without_addresses};
use async_imap::error::Error as ImapError;
use async_imap::types::UnsolicitedResponse;
use async_imap::{Authenticator, Client, Session};
use async_trait::async_trait;
use futures_util::TryStreamExt;
use rustls::pki_types::ServerName;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use wardroom_app::ports::mailbox::{Line, Mailbox, MailboxTrouble, Waiting};
use wardroom_mail::Limits;
use zeroize::Zeroizing;

/// For connecting and logging in, and for each command after that.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes held in memory by one poll, beyond the first message.
const POLL_BYTES: usize = 4 << 20;
/// Bytes of a message asked for at once: the library holds an answer twice while it reads it.
const AT_ONCE: usize = 2 << 20;
/// IDLE is begun anew after this long: servers may drop it after 29 minutes, and address translators on the way much sooner.
const IDLE: Duration = Duration::from_secs(240);

/// What becomes of a message that is ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Settled {
    /// It is marked as seen. What is unseen counts as new: nobody else may read in this folder.
    #[default]
    Seen,
    /// It is moved to this folder, which is made if it is missing. Whatever lies in the polled folder counts as new, read or not: the safer way where
    /// people look into the mailbox as well.
    MovedTo(String),
}

/// A folder on an IMAP server.
pub struct ImapMailbox {
    server: MailServer,
    folder: String,
    settled: Settled,
    patience: Duration,
    largest_bytes: usize,
    /// Instead of the password.
    bearer: Option<Arc<dyn TokenSource>>,
    idle: bool,
    backlog: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The connection of the last look.
    opened: Option<Opened>,
    /// UIDs that could not be fetched: they are tried last, so that they do not keep the others waiting.
    awkward: BTreeSet<u32>,
    waits: Waits,
}

pub(crate) trait Wire: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Wire for T {}

pub(crate) struct Opened {
    pub(crate) session: Session<Box<dyn Wire>>,
    pub(crate) validity: u32,
    can_move: bool,
    can_expunge_one: bool,
    can_idle: bool,
}

/// SASL XOAUTH2, as Google and Microsoft document it: one answer, and an empty one to an error's challenge.
struct Xoauth2 {
    answer: Option<Zeroizing<String>>,
}

impl Authenticator for Xoauth2 {
    type Response = String;
    fn process(&mut self, _challenge: &[u8]) -> String {
        self.answer.take().map(|answer| answer.as_str().to_owned()).unwrap_or_default()
    }
}

impl ImapMailbox {
    /// `folder` is usually `INBOX`. Nothing is connected yet.
    pub fn new(server: MailServer, folder: &str, settled: Settled) -> Result<ImapMailbox, MailServerFault> {
        server.checked()?;
        if server.login.is_none() {
            return Err(MailServerFault::NoLogin);
        }
        let moved_to = if let Settled::MovedTo(target) = &settled { target.as_str() } else { "" };
        if [folder, moved_to].iter().any(|name| name.chars().any(char::is_control)) {
            return Err(MailServerFault::ControlCharacters);
        }
        if server.protection != Protection::None {
            server.tls_client()?;
            server_name(&server.host)?;
        }
        // One byte more than is read: by it the parser sees that there is more, and asks for a person.
        let largest_bytes = Limits::default().mail_bytes.saturating_add(1);
        let folder = if folder.is_empty() { "INBOX" } else { folder }.to_owned();
        Ok(ImapMailbox {
            server,
            folder,
            settled,
            patience: PATIENCE,
            largest_bytes,
            bearer: None,
            idle: true,
            backlog: AtomicU64::new(0),
            state: Mutex::new(State::default()),
        })
    }

    /// Logs in with a token (XOAUTH2) instead of the password.
    #[must_use]
    pub fn with_bearer(self, bearer: Arc<dyn TokenSource>) -> ImapMailbox {
        ImapMailbox { bearer: Some(bearer), ..self }
    }

    /// Looks from time to time instead of letting the server tell.
    #[must_use]
    pub fn without_idle(self) -> ImapMailbox {
        ImapMailbox { idle: false, ..self }
    }

    /// Another time for each step than 60 seconds.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> ImapMailbox {
        ImapMailbox { patience, ..self }
    }

    /// Another size than the parser's limit beyond which a message is taken cut; the whole stays in the mailbox, flagged for a person.
    #[must_use]
    pub fn with_largest_bytes(self, largest_bytes: usize) -> ImapMailbox {
        ImapMailbox { largest_bytes, ..self }
    }

    async fn within<T>(&self, step: &str, work: impl Future<Output = Result<T, MailboxTrouble>>) -> Result<T, MailboxTrouble> {
        match timeout(self.patience, work).await {
            Ok(outcome) => outcome,
            Err(_) => Err(MailboxTrouble(format!("{step}: no answer within {} seconds", self.patience.as_secs()))),
        }
    }

    async fn connect(&self) -> Result<Opened, MailboxTrouble> {
        let client = self.greeted().await?;
        let Some(login) = &self.server.login else { return Err(MailboxTrouble(MailServerFault::NoLogin.to_string())) };
        let entering = match &self.bearer {
            None => client.login(&login.user, login.password.as_str()).await,
            Some(bearer) => {
                let token = bearer.token().await.map_err(|why| MailboxTrouble(format!("login: {why}")))?;
                let answer = format!("user={}\x01auth=Bearer {}\x01\x01", login.user, token.as_str());
                client.authenticate("XOAUTH2", Xoauth2 { answer: Some(answer.into()) }).await
            }
        };
        let mut session = match entering {
            Ok(session) => session,
            Err((error, _)) => {
                if let Some(bearer) = &self.bearer {
                    bearer.refused().await;
                }
                return Err(trouble("login", &error));
            }
        };
        let offers = session.capabilities().await.map_err(|error| trouble("capabilities", &error))?;
        let selected = session.select(&self.folder).await.map_err(|error| trouble("select", &error))?;
        let validity = selected.uid_validity.ok_or_else(|| MailboxTrouble("select: the server has no UIDVALIDITY".to_owned()))?;
        Ok(Opened {
            session,
            validity,
            can_move: offers.has_str("MOVE"),
            can_expunge_one: offers.has_str("UIDPLUS"),
            can_idle: offers.has_str("IDLE"),
        })
    }

    /// Connected, protected as configured, and welcomed.
    async fn greeted(&self) -> Result<Client<Box<dyn Wire>>, MailboxTrouble> {
        let at = (self.server.host.as_str(), self.server.port);
        let stream = TcpStream::connect(at).await.map_err(|error| MailboxTrouble(format!("connect: {error}")))?;
        match self.server.protection {
            Protection::None => welcome(Client::new(Box::new(stream) as Box<dyn Wire>)).await,
            Protection::Implicit => welcome(Client::new(self.protect(stream).await?)).await,
            Protection::StartTls => {
                let mut bare = welcome(Client::new(stream)).await?;
                bare.run_command_and_check_ok("STARTTLS", None).await.map_err(|error| trouble("STARTTLS", &error))?;
                // What was sent ahead in the clear is dropped with the old client: it is not taken for a protected answer.
                Ok(Client::new(self.protect(bare.into_inner()).await?))
            }
        }
    }

    async fn protect(&self, stream: TcpStream) -> Result<Box<dyn Wire>, MailboxTrouble> {
        let setup = || Ok::<_, MailServerFault>((self.server.tls_client()?, server_name(&self.server.host)?));
        let (config, name) = setup().map_err(|fault| MailboxTrouble(fault.to_string()))?;
        let protected = TlsConnector::from(config).connect(name, stream).await;
        Ok(Box::new(protected.map_err(|error| MailboxTrouble(format!("TLS: {error}")))?))
    }

    /// What waits, by the connection of the last look or by a new one.
    async fn look(&self, limit: u32, line: Option<&dyn Line>) -> Result<Vec<Waiting>, MailboxTrouble> {
        let state = &mut *self.state.lock().await;
        if let Some(mut opened) = state.opened.take()
            // The server shows what is new after a command, not before it.
            && self.within("noop", async { opened.session.noop().await.map_err(|error| trouble("noop", &error)) }).await.is_ok()
            && let Ok(waiting) = self.fetch_from(&mut opened, (&mut state.awkward, &mut state.waits), limit, line).await
        {
            state.opened = Some(opened);
            return Ok(waiting);
        }
        // The connection may have aged away since.
        let mut opened = self.within("connect", self.connect()).await?;
        let waiting = self.fetch_from(&mut opened, (&mut state.awkward, &mut state.waits), limit, line).await?;
        state.opened = Some(opened);
        Ok(waiting)
    }

    async fn fetch_from(
        &self,
        opened: &mut Opened,
        (awkward, waits): (&mut BTreeSet<u32>, &mut Waits),
        limit: u32,
        line: Option<&dyn Line>,
    ) -> Result<Vec<Waiting>, MailboxTrouble> {
        let wanted = match self.settled {
            Settled::Seen => "UNSEEN UNDELETED",
            Settled::MovedTo(_) => "UNDELETED",
        };
        let searching = async { opened.session.uid_search(wanted).await.map_err(|error| trouble("search", &error)) };
        let mut uids: Vec<u32> = self.within("search", searching).await?.into_iter().collect();
        awkward.retain(|uid| uids.contains(uid));
        uids.sort_unstable();
        let (found, limit) = (uids.len(), usize::try_from(limit).unwrap_or(usize::MAX));
        if let Some(line) = line.filter(|_| found > limit) {
            self.within("headers", waits.order(opened, &mut uids, line)).await?;
        }
        // Stable: the others keep their order.
        uids.sort_by_key(|uid| awkward.contains(uid));
        uids.truncate(limit);
        let sizes = self.within("sizes", sizes(opened, &uids)).await?;
        let (mut waiting, mut held) = (Vec::new(), 0);
        for uid in uids {
            let size = sizes.get(&uid).copied().unwrap_or_default();
            if !waiting.is_empty() && held + size.min(self.largest_bytes) > POLL_BYTES {
                break;
            }
            let cut = size > self.largest_bytes;
            match self.whole(opened, uid, size).await {
                Ok(Some(raw)) => {
                    held += raw.len();
                    waiting.push(Waiting { handle: Handle { validity: opened.validity, uid, cut }.to_text(), raw });
                }
                // Somebody has taken it away since it was found.
                Ok(None) => {}
                Err(trouble) => {
                    awkward.insert(uid);
                    if waiting.is_empty() {
                        return Err(trouble);
                    }
                    tracing::warn!(uid, %trouble, "a message could not be fetched: the next poll tries it again, last");
                    break;
                }
            }
        }
        self.backlog.store(found.saturating_sub(waiting.len()) as u64, Ordering::Relaxed);
        Ok(waiting)
    }

    /// A message piece by piece, as far as it is taken. `None`: it is gone. `size` is what the server says, which is not always so.
    async fn whole(&self, opened: &mut Opened, uid: u32, size: usize) -> Result<Option<Vec<u8>>, MailboxTrouble> {
        let mut raw = Vec::with_capacity(size.min(self.largest_bytes));
        while raw.len() < self.largest_bytes {
            let most = AT_ONCE.min(self.largest_bytes - raw.len());
            let what = format!("(UID BODY.PEEK[]<{}.{most}>)", raw.len());
            match self.within("fetch", body(opened, uid, &what)).await? {
                Some(part) => {
                    raw.extend_from_slice(&part);
                    if part.len() < most {
                        break;
                    }
                }
                None if raw.is_empty() => return Ok(None),
                // It ended where a piece ended.
                None if raw.len() >= size => break,
                None => return Err(MailboxTrouble("fetch: the message went away while it was read".to_owned())),
            }
        }
        Ok(Some(raw))
    }

    /// Lets the server tell that something new lies there.
    async fn idle_in(&self, opened: Opened) -> Result<Opened, MailboxTrouble> {
        let Opened { session, validity, can_move, can_expunge_one, can_idle } = opened;
        // What the server told beside the answers to our last commands it does not tell again.
        if has_news(&session) {
            return Ok(Opened { session, validity, can_move, can_expunge_one, can_idle });
        }
        let mut handle = session.idle();
        self.within("idle", async { handle.init().await.map_err(|error| trouble("idle", &error)) }).await?;
        let told = {
            let (waiting, _stop) = handle.wait_with_timeout(IDLE);
            // The library's own limit begins anew with every sign of life.
            timeout(IDLE, waiting).await
        };
        if let Ok(Err(error)) = told {
            return Err(trouble("idle", &error));
        }
        let session = self.within("idle", async { handle.done().await.map_err(|error| trouble("idle", &error)) }).await?;
        Ok(Opened { session, validity, can_move, can_expunge_one, can_idle })
    }

    async fn settle_in(&self, opened: &mut Opened, handle: Handle) -> Result<(), MailboxTrouble> {
        if opened.validity != handle.validity {
            return Err(MailboxTrouble("settle: the server numbered its messages anew; the next poll finds them again".to_owned()));
        }
        let uid = handle.uid.to_string();
        let flags = if handle.cut { "\\Seen \\Flagged" } else { "\\Seen" };
        store(opened, &uid, flags).await?;
        match &self.settled {
            Settled::Seen => Ok(()),
            Settled::MovedTo(folder) => file_away(opened, &uid, folder).await,
        }
    }
}

#[async_trait]
impl Mailbox for ImapMailbox {
    fn name(&self) -> String {
        format!("{}/{}", self.server.host, self.folder)
    }

    async fn fetch(&self, limit: u32) -> Result<Vec<Waiting>, MailboxTrouble> {
        self.look(limit, None).await
    }

    async fn fetch_fairly(&self, limit: u32, line: &dyn Line) -> Result<Vec<Waiting>, MailboxTrouble> {
        self.look(limit, Some(line)).await
    }

    async fn backlog(&self) -> Option<u64> {
        Some(self.backlog.load(Ordering::Relaxed))
    }

    async fn wait(&self, most: Duration) -> Result<(), MailboxTrouble> {
        let mut state = self.state.lock().await;
        if let Some(opened) = state.opened.take_if(|opened| self.idle && opened.can_idle) {
            state.opened = Some(self.idle_in(opened).await?);
            return Ok(());
        }
        // Nobody's connection is held for nothing; a farewell is polite, and who does not answer it is left all the same.
        if let Some(mut opened) = state.opened.take() {
            let _ = timeout(Duration::from_secs(1), opened.session.logout()).await;
        }
        drop(state);
        tokio::time::sleep(most).await;
        Ok(())
    }

    async fn lay_in(&self, raw: &[u8]) -> Result<(), MailboxTrouble> {
        let mut opened = self.within("connect", self.connect()).await?;
        let laying = async { opened.session.append(&self.folder, None, None, raw).await.map_err(|error| trouble("append", &error)) };
        self.within("append", laying).await?;
        let _ = timeout(Duration::from_secs(1), opened.session.logout()).await;
        Ok(())
    }

    async fn settle(&self, handle: &str) -> Result<(), MailboxTrouble> {
        let handle = Handle::parse(handle).ok_or_else(|| MailboxTrouble("settle: not a handle of this mailbox".to_owned()))?;
        let state = &mut *self.state.lock().await;
        if let Some(mut opened) = state.opened.take()
            && self.within("settle", self.settle_in(&mut opened, handle)).await.is_ok()
        {
            state.opened = Some(opened);
            return Ok(());
        }
        // The connection may have aged away while the message was taken in.
        let mut opened = self.within("connect", self.connect()).await?;
        self.within("settle", self.settle_in(&mut opened, handle)).await?;
        state.opened = Some(opened);
        Ok(())
    }
}

/// Where a message lies: `UIDVALIDITY:UID`, and `:cut` if only its beginning was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Handle {
    validity: u32,
    uid: u32,
    cut: bool,
}

impl Handle {
    fn to_text(self) -> String {
        format!("{}:{}{}", self.validity, self.uid, if self.cut { ":cut" } else { "" })
    }

    fn parse(text: &str) -> Option<Handle> {
        let (cut, text) = text.strip_suffix(":cut").map_or((false, text), |text| (true, text));
        let (validity, uid) = text.split_once(':')?;
        Some(Handle { validity: validity.parse().ok()?, uid: uid.parse().ok()?, cut })
    }
}

async fn welcome<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug>(mut client: Client<T>) -> Result<Client<T>, MailboxTrouble> {
    match client.read_response().await {
        Ok(Some(_)) => Ok(client),
        Ok(None) => Err(MailboxTrouble("connect: the server hung up".to_owned())),
        Err(error) => Err(trouble("connect", &ImapError::Io(error))),
    }
}

/// Whether the server has told of more messages meanwhile.
fn has_news(session: &Session<Box<dyn Wire>>) -> bool {
    let mut news = false;
    while let Ok(told) = session.unsolicited_responses.try_recv() {
        news |= matches!(told, UnsolicitedResponse::Exists(_));
    }
    news
}

/// UID and size in bytes, oldest first.
async fn sizes(opened: &mut Opened, uids: &[u32]) -> Result<BTreeMap<u32, usize>, MailboxTrouble> {
    if uids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let set: Vec<String> = uids.iter().map(u32::to_string).collect();
    let mut found = opened.session.uid_fetch(set.join(","), "(UID RFC822.SIZE)").await.map_err(|error| trouble("sizes", &error))?;
    let mut sizes = BTreeMap::new();
    while let Some(message) = found.try_next().await.map_err(|error| trouble("sizes", &error))? {
        if let (Some(uid), Some(size)) = (message.uid, message.size)
            && uids.contains(&uid)
        {
            sizes.insert(uid, usize::try_from(size).unwrap_or(usize::MAX));
        }
    }
    Ok(sizes)
}

async fn body(opened: &mut Opened, uid: u32, what: &str) -> Result<Option<Vec<u8>>, MailboxTrouble> {
    let mut found = opened.session.uid_fetch(uid.to_string(), what).await.map_err(|error| trouble("fetch", &error))?;
    let mut raw = None;
    // To its end, so that the connection is at the next answer afterwards.
    while let Some(message) = found.try_next().await.map_err(|error| trouble("fetch", &error))? {
        if message.uid == Some(uid)
            && let Some(bytes) = message.body()
        {
            raw = Some(bytes.to_vec());
        }
    }
    Ok(raw)
}

async fn store(opened: &mut Opened, uid: &str, flags: &str) -> Result<(), MailboxTrouble> {
    let answers = opened.session.uid_store(uid, format!("+FLAGS.SILENT ({flags})")).await.map_err(|error| trouble("mark", &error))?;
    answers.try_collect::<Vec<_>>().await.map_err(|error| trouble("mark", &error))?;
    Ok(())
}

/// Moves, or copies and removes where the server cannot move. A message that is gone already is no error.
async fn file_away(opened: &mut Opened, uid: &str, folder: &str) -> Result<(), MailboxTrouble> {
    let mut outcome = carry(opened, uid, folder).await;
    if let Err(ImapError::No(_)) = outcome
        && opened.session.create(folder).await.is_ok()
    {
        outcome = carry(opened, uid, folder).await;
    }
    outcome.map_err(|error| trouble("move", &error))?;
    if opened.can_move {
        return Ok(());
    }
    store(opened, uid, "\\Deleted").await?;
    // Without UIDPLUS it stays until somebody empties the folder: what others marked for removal is not ours to remove.
    if opened.can_expunge_one {
        let gone = opened.session.uid_expunge(uid).await.map_err(|error| trouble("move", &error))?;
        gone.try_collect::<Vec<_>>().await.map_err(|error| trouble("move", &error))?;
    }
    Ok(())
}

async fn carry(opened: &mut Opened, uid: &str, folder: &str) -> Result<(), ImapError> {
    if opened.can_move { opened.session.uid_mv(uid, folder).await } else { opened.session.uid_copy(uid, folder).await }
}

fn server_name(host: &str) -> Result<ServerName<'static>, MailServerFault> {
    ServerName::try_from(host.to_owned()).map_err(|_| MailServerFault::HostName(host.to_owned()))
}

/// In our own words where the library's could quote the mail.
pub(crate) fn trouble(step: &str, error: &ImapError) -> MailboxTrouble {
    let why = match error {
        ImapError::No(said) | ImapError::Bad(said) => format!("the server refused: {}", without_addresses(said)),
        ImapError::ConnectionLost => "the server hung up".to_owned(),
        ImapError::Io(error) if error.raw_os_error().is_some() => error.to_string(),
        ImapError::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => "the server hung up".to_owned(),
        ImapError::Validate(_) => "a name or the password holds characters that IMAP cannot carry".to_owned(),
        _ => "the server's answer cannot be understood".to_owned(),
    };
    MailboxTrouble(format!("{step}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_come_back_and_nothing_else_does() {
        for handle in [Handle { validity: 1, uid: 2, cut: false }, Handle { validity: u32::MAX, uid: 7, cut: true }] {
            assert_eq!(Handle::parse(&handle.to_text()), Some(handle));
        }
        for bad in ["", "1", "1:", ":1", "1:2:3", "1:-2", "1:2:cut:cut", "99999999999:1"] {
            assert_eq!(Handle::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn troubles_never_quote_mail() {
        let leaky = ImapError::Parse(async_imap::error::ParseError::Unexpected("* 1 FETCH (BODY[] {6}\r\nsecret".into()));
        assert!(!trouble("fetch", &leaky).to_string().contains("secret"));
        let leaky = ImapError::Io(std::io::Error::other("during parsing of secret"));
        assert!(!trouble("fetch", &leaky).to_string().contains("secret"));
    }
}
