//! One running child, seen from the parent: started, greeted, asked. Deliberately without second tries: those are the pool's.

use super::keys::{Keyring, Stamp};
use super::pool::WorkerProgram;
use super::protocol::{
    Answer, Ask, Checked, Listed, Parts, RAW_BYTES, Ready, Reported, WORDS_BYTES, What, receive_bytes, receive_frame, receive_length,
    send_frame,
};
use super::shield::Shield;
use serde::de::DeserializeOwned;
use std::io;
use std::process::Stdio;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use wardroom_app::intake::document::Found;
use wardroom_app::ports::opener::checking::Refused;
use wardroom_app::ports::opener::{HELD, KnownKeys, SHELVED, Shelf};
use wardroom_app::ports::store::StoreTrouble;
use wardroom_formats::affected::sbom::{NotRead, Sbom};
use wardroom_mail::OpenedMail;
use wardroom_mail::archive::Listing;

/// A child that waits for mail. Dropping it kills it.
pub(super) struct Running {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    /// Digest of the greeting, by which other keys or limits are noticed.
    pub(super) greeted: [u8; 32],
    /// What its keys were known by when they were last looked at.
    pub(super) stamp: Option<Stamp>,
    pub(super) shield: Shield,
    pub(super) answered: u32,
    known: Option<[u8; 32]>,
}

/// One mail to be opened.
#[derive(Clone, Copy)]
pub(super) struct Question<'q> {
    pub(super) raw: &'q [u8],
    pub(super) known: &'q KnownKeys,
    pub(super) now: i64,
}

/// Bytes read at once from a file that goes onto the shelf.
const PART: usize = 256 << 10;

/// Why an exchange did not come to its end.
pub(super) enum End {
    /// How the child ended.
    Child(String),
    /// The child did its work; what came out could not be put down.
    Shelf(StoreTrouble),
}

enum Broken {
    Pipe(io::Error),
    Shelf(StoreTrouble),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Broken {
        Broken::Pipe(error)
    }
}

impl From<serde_json::Error> for Broken {
    fn from(error: serde_json::Error) -> Broken {
        Broken::Pipe(error.into())
    }
}

impl Running {
    /// Starts a child and waits until it says that it is ready.
    pub(super) async fn start(program: &WorkerProgram, keyring: &Keyring, stamp: Option<Stamp>) -> Result<Running, String> {
        let mut command = Command::new(&program.path);
        command.args(&program.args).env_clear().current_dir("/").kill_on_drop(true);
        // Nothing it might say on its way out is kept: it could quote a mail.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| format!("{} does not start: {error}", program.path.display()))?;
        let (Some(mut input), Some(mut output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the pipes to it are missing".to_owned());
        };
        let ready = async {
            send_frame(&mut input, &keyring.greeting).await?;
            receive_frame(&mut output, WORDS_BYTES).await
        };
        let unready = |why: &dyn std::fmt::Display| format!("{} started and did not become ready: {why}", program.path.display());
        let ready = match ready.await {
            Ok(bytes) => serde_json::from_slice::<Ready>(&bytes).map_err(|fault| unready(&fault))?,
            Err(error) => return Err(unready(&ended(&mut child, &error).await)),
        };
        if ready.locked_keys > 0 {
            tracing::warn!(keys = ready.locked_keys, "the parser could not unlock some OpenPGP keys: mail to them will not open");
        }
        Ok(Running { child, input, output, greeted: keyring.digest, stamp, shield: ready.shield, answered: 0, known: None })
    }

    /// Whether the child is still there.
    pub(super) fn lives(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Has one mail opened, with its large files on the shelf if there is one. After an error the child is of no more use.
    pub(super) async fn open<'s>(&mut self, question: Question<'_>, shelf: Option<&mut (dyn Shelf + 's)>) -> Result<OpenedMail, End> {
        match self.exchange(question, shelf).await {
            Ok(mail) => {
                self.answered += 1;
                Ok(mail)
            }
            Err(Broken::Pipe(error)) => Err(End::Child(ended(&mut self.child, &error).await)),
            Err(Broken::Shelf(trouble)) => Err(End::Shelf(trouble)),
        }
    }

    async fn exchange<'s>(&mut self, question: Question<'_>, mut shelf: Option<&mut (dyn Shelf + 's)>) -> Result<OpenedMail, Broken> {
        let digest = question.known.digest();
        let known = (self.known != Some(digest)).then(|| question.known.to_vec());
        self.known = Some(digest);
        let ask = Ask { now: question.now, known, what: What::Mail };
        send_frame(&mut self.input, &serde_json::to_vec(&ask)?).await?;
        send_frame(&mut self.input, question.raw).await?;
        let answer = receive_frame(&mut self.output, WORDS_BYTES).await?;
        let Answer { mut mail } = serde_json::from_slice(&answer)?;
        drop(answer);
        let (mut room, mut held) = (RAW_BYTES, 0);
        for (index, file) in mail.attachments.iter_mut().enumerate() {
            let length = receive_length(&mut self.output, room).await?;
            room -= length;
            match shelf.as_deref_mut().filter(|_| length > SHELVED || held + length > HELD) {
                Some(shelf) => self.pass_on(length, index, shelf).await?,
                None => {
                    file.bytes = receive_bytes(&mut self.output, length).await?;
                    held += length;
                }
            }
        }
        Ok(mail)
    }

    /// Passes a file on as it comes.
    async fn pass_on(&mut self, length: usize, index: usize, shelf: &mut dyn Shelf) -> Result<(), Broken> {
        let mut left = length;
        while left > 0 {
            let part = receive_bytes(&mut self.output, left.min(PART)).await?;
            left -= part.len();
            shelf.take(index, &part).await.map_err(Broken::Shelf)?;
        }
        shelf.close().await.map_err(Broken::Shelf)
    }

    /// Has an archive listed. After an error the child is of no more use.
    pub(super) async fn list(&mut self, raw: &[u8]) -> Result<Option<Listing>, String> {
        self.told::<Listed>(What::List, raw).await.map(|told| told.listing)
    }

    /// Has a file read as a report. After an error the child is of no more use.
    pub(super) async fn report_in(&mut self, raw: &[u8]) -> Result<Option<Found>, String> {
        self.told::<Reported>(What::Report, raw).await.map(|told| told.found)
    }

    /// Has an SBOM read. After an error the child is of no more use.
    pub(super) async fn parts_of(&mut self, raw: &[u8]) -> Result<Result<Sbom, NotRead>, String> {
        self.told::<Parts>(What::Sbom, raw).await.map(|told| told.parts)
    }

    /// Has a CSAF document checked; the answer is passed on as it comes. After an error the child is of no more use.
    pub(super) async fn checked(&mut self, raw: &[u8]) -> Result<Result<Vec<u8>, Refused>, String> {
        match self.told::<Checked>(What::Csaf, raw).await? {
            Checked { refused: Some(refused) } => Ok(Err(refused)),
            Checked { refused: None } => match receive_frame(&mut self.output, RAW_BYTES).await {
                Ok(answer) => Ok(Ok(answer)),
                Err(error) => Err(ended(&mut self.child, &error).await),
            },
        }
    }

    async fn told<T: DeserializeOwned>(&mut self, what: What, raw: &[u8]) -> Result<T, String> {
        let exchange = async {
            let ask = Ask { now: 0, known: None, what };
            send_frame(&mut self.input, &serde_json::to_vec(&ask)?).await?;
            send_frame(&mut self.input, raw).await?;
            let answer = receive_frame(&mut self.output, WORDS_BYTES).await?;
            Ok(serde_json::from_slice(&answer)?)
        };
        match exchange.await {
            Ok(told) => {
                self.answered += 1;
                Ok(told)
            }
            Err(error) => Err(ended(&mut self.child, &error).await),
        }
    }

    /// Makes sure that it is gone.
    pub(super) async fn kill(mut self) {
        // It may be gone already, and that is as good.
        let _ = self.child.kill().await;
    }
}

/// How the child ended, in words; a child that still lives after a broken exchange is killed.
async fn ended(child: &mut Child, error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::InvalidData {
        let _ = child.kill().await;
        return "it answered what is no answer".to_owned();
    }
    let grace = std::time::Duration::from_secs(1);
    match tokio::time::timeout(grace, child.wait()).await {
        Ok(Ok(status)) => format!("it ended: {status}"),
        Ok(Err(_)) | Err(_) => {
            let _ = child.kill().await;
            format!("its pipe broke: {error}")
        }
    }
}
