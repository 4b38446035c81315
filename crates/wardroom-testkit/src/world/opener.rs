//! Opens mail in this process, with the desk's own keys. What the child process adds (limits, survival) is tested with the real one.

use std::sync::Mutex;
use std::sync::PoisonError;

use async_trait::async_trait;
use wardroom_app::Desk;
use wardroom_app::intake::document::{self, Found};
use wardroom_app::ports::opener::checking::Refused;
use wardroom_app::ports::opener::{KnownKeys, OpenTrouble, Opener};
use wardroom_formats::affected::sbom::{self, NotRead, Sbom};
use wardroom_mail::keys::{KnownCert, SecretKeys};
use wardroom_mail::opened::OpenedMail;
use wardroom_mail::{Limits, open_mail};

/// What happens to the parser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parser {
    /// It works.
    #[default]
    Works,
    /// It dies on every message.
    Dies,
    /// It cannot be started.
    Absent,
}

/// Opens mail without a child process.
pub struct InProcess {
    desk: Desk,
    parser: Mutex<Parser>,
}

impl InProcess {
    /// Opens with the keys `desk` holds at that moment.
    pub fn new(desk: Desk) -> InProcess {
        InProcess { desk, parser: Mutex::new(Parser::Works) }
    }

    /// Says what happens to the parser from now on.
    pub fn parser(&self, parser: Parser) {
        *self.parser.lock().unwrap_or_else(PoisonError::into_inner) = parser;
    }
}

#[async_trait]
impl Opener for InProcess {
    async fn open(&self, raw: &[u8], known: &KnownKeys) -> Result<OpenedMail, OpenTrouble> {
        match *self.parser.lock().unwrap_or_else(PoisonError::into_inner) {
            Parser::Works => {}
            Parser::Dies => return Err(OpenTrouble::Poison("killed by signal 11".to_owned())),
            Parser::Absent => return Err(OpenTrouble::NoParser("no such program".to_owned())),
        }
        let trouble = |why: String| OpenTrouble::NoParser(why);
        let held = self.desk.held_secrets().await.map_err(|error| trouble(error.to_string()))?;
        let keys = SecretKeys::unlock(&held).map_err(|error| trouble(error.to_string()))?;
        let known: Vec<KnownCert> = known.iter().filter_map(|armored| KnownCert::parse(armored.as_bytes()).ok()).collect();
        Ok(open_mail(raw, &keys, &known, self.desk.now().as_second(), &Limits::default()))
    }

    async fn report_in(&self, raw: &[u8]) -> Result<Option<Found>, OpenTrouble> {
        match *self.parser.lock().unwrap_or_else(PoisonError::into_inner) {
            Parser::Works => Ok(document::report_in(raw)),
            Parser::Dies => Err(OpenTrouble::Poison("killed by signal 11".to_owned())),
            Parser::Absent => Err(OpenTrouble::NoParser("no such program".to_owned())),
        }
    }

    async fn parts_of(&self, raw: &[u8]) -> Result<Result<Sbom, NotRead>, OpenTrouble> {
        match *self.parser.lock().unwrap_or_else(PoisonError::into_inner) {
            Parser::Works => Ok(sbom::read(raw)),
            Parser::Dies => Err(OpenTrouble::Poison("killed by signal 11".to_owned())),
            Parser::Absent => Err(OpenTrouble::NoParser("no such program".to_owned())),
        }
    }

    async fn checked(&self, request: &[u8]) -> Result<Result<Vec<u8>, Refused>, OpenTrouble> {
        match *self.parser.lock().unwrap_or_else(PoisonError::into_inner) {
            Parser::Works => Ok(wardroom_app::ports::opener::checking::answered(request)),
            Parser::Dies => Err(OpenTrouble::Poison("killed by signal 11".to_owned())),
            Parser::Absent => Err(OpenTrouble::NoParser("no such program".to_owned())),
        }
    }
}
