//! What a check says, and what may be asked for. Plain values with the names and shapes of interfaces A3.
//!
//! Not here: how any of it is found out.

use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// A version of the standard we know the tests of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Version {
    /// OASIS Standard of November 2022.
    #[serde(rename = "2.0")]
    V20,
    /// The draft that is still moving.
    #[serde(rename = "2.1")]
    V21,
}

impl Version {
    /// As `/document/csaf_version` writes it.
    pub const fn number(self) -> &'static str {
        match self {
            Self::V20 => "2.0",
            Self::V21 => "2.1",
        }
    }
}

/// How grave what a test finds is; also the part of section 6 the test stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The JSON schema.
    Schema,
    /// Section 6.1: a document that fails is invalid.
    Mandatory,
    /// Section 6.2, called recommended in 2.1: a warning.
    Optional,
    /// Section 6.3: worth knowing.
    Informative,
}

/// Which tests are run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Preset {
    /// The JSON schema alone.
    Schema,
    /// Schema and section 6.1: what decides whether a document is valid.
    #[default]
    Basic,
    /// And section 6.2.
    Extended,
    /// And section 6.3.
    Full,
}

impl Preset {
    /// All of them, smallest first.
    pub const ALL: [Self; 4] = [Self::Schema, Self::Basic, Self::Extended, Self::Full];

    /// The name on the command line and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Basic => "basic",
            Self::Extended => "extended",
            Self::Full => "full",
        }
    }

    /// Whether tests of this level belong to it.
    pub const fn holds(self, level: Level) -> bool {
        match self {
            Self::Schema => matches!(level, Level::Schema),
            Self::Basic => matches!(level, Level::Schema | Level::Mandatory),
            Self::Extended => !matches!(level, Level::Informative),
            Self::Full => true,
        }
    }
}

impl FromStr for Preset {
    type Err = UnknownPreset;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|preset| preset.name() == name).ok_or(UnknownPreset)
    }
}

/// No preset of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such preset: choose schema, basic, extended or full")]
pub struct UnknownPreset;

/// One thing a test found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `schema`, or the number of the test: `6.1.1`.
    pub test: String,
    /// JSON pointer (RFC 6901) to the place; empty for the whole document.
    pub path: String,
    /// What is wrong, in English, at most [`MESSAGE_CHARS`] characters.
    pub message: String,
}

/// How long a message gets; some would quote half of the document.
pub const MESSAGE_CHARS: usize = 400;

impl Finding {
    /// A finding whose message is cut where it gets too long.
    pub fn new(test: &str, path: impl Into<String>, message: impl fmt::Display) -> Self {
        let text = message.to_string();
        let message = match text.char_indices().nth(MESSAGE_CHARS) {
            Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
            None => text,
        };
        Self { test: test.to_owned(), path: path.into(), message }
    }
}

/// A test that belongs to what was asked for and was not run. Never to be taken for passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotChecked {
    /// The number of the test.
    pub test: String,
    /// Why not.
    pub reason: Reason,
}

/// Why a test was not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It would ask other servers; we never do while checking a document.
    AsksTheNetwork,
    /// It needs a word list or a grammar of the document's language, which we do not have.
    NoWordList,
    /// It needs a grammar of the document's language, which we do not have.
    NoGrammar,
    /// It needs the schema or the register of an extension, which we do not have.
    UnknownExtension,
    /// The parts of the document it looks at are missing or not as the schema wants them.
    DocumentIncomplete,
    /// Nobody has written it yet.
    NotWritten,
    /// It broke on this document: a fault of ours.
    Broke,
}

impl Reason {
    /// One English sentence without full stop.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::AsksTheNetwork => "it would ask other servers",
            Self::NoWordList => "there is no word list for the document's language",
            Self::NoGrammar => "no program here knows the grammar of a language",
            Self::UnknownExtension => "the schema of the extension is not known here",
            Self::DocumentIncomplete => "the parts it looks at are missing or not as the schema wants them",
            Self::NotWritten => "this program does not have this test",
            Self::Broke => "the test broke on this document; please tell us",
        }
    }
}

/// What was found out about one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// By which version it was judged; none when the document does not say one we know.
    pub version: Option<Version>,
    /// No error: the schema holds and no mandatory test found anything.
    pub valid: bool,
    /// What makes it invalid.
    pub errors: Vec<Finding>,
    /// What section 6.2 found, and what a mandatory test found that does not make it invalid.
    pub warnings: Vec<Finding>,
    /// What section 6.3 found.
    pub infos: Vec<Finding>,
    /// What was asked for and not run.
    pub not_checked: Vec<NotChecked>,
    /// The tests that were run, in the order of the standard.
    #[serde(skip)]
    pub ran: Vec<&'static str>,
}

impl Report {
    /// A report about what could not even be looked at.
    pub fn of_fault(fault: Finding) -> Self {
        Self {
            version: None,
            valid: false,
            errors: vec![fault],
            warnings: Vec::new(),
            infos: Vec::new(),
            not_checked: Vec::new(),
            ran: Vec::new(),
        }
    }

    /// The tests that found something.
    pub fn failing(&self) -> BTreeSet<&str> {
        [&self.errors, &self.warnings, &self.infos].into_iter().flatten().map(|finding| finding.test.as_str()).collect()
    }
}
