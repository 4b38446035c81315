//! Exit codes (interfaces B1) and how errors become one. A message says what, and what to do.

use std::process::ExitCode;
use wardroom_app::AskError;
use wardroom_app::ports::store::StoreTrouble;

pub const FINDINGS: u8 = 3;
pub const AUTHENTICATION: u8 = 4;
pub const NOT_FOUND: u8 = 5;
pub const CONFLICT: u8 = 6;
pub const TEMPORARY: u8 = 7;
pub const REFUSED: u8 = 9;
pub const INTEGRITY: u8 = 10;

/// The table as people read it.
pub const TABLE: &str = "\
0    ok
1    failure
2    wrong usage
3    findings: something was checked and faults were found
4    authentication needed
5    not found, or not visible to you
6    conflict: somebody else changed it
7    temporary: try again
9    refused by the rules (role, embargo, second person, missing fields)
10   integrity: a signature, hash or the log does not verify
65   only `inbox import -`: nothing to keep, or more than is taken (sysexits EX_DATAERR)
75   only `inbox import -`: keep the mail and try again (sysexits EX_TEMPFAIL)
";

/// An error with its exit code.
#[derive(Debug)]
pub struct Exit {
    pub code: u8,
    pub error: anyhow::Error,
}

impl Exit {
    pub fn new(code: u8, message: impl Into<String>) -> Exit {
        Exit { code, error: anyhow::anyhow!(message.into()) }
    }

    /// Prints the error with its causes and gives the code.
    pub fn report(self) -> ExitCode {
        eprintln!("error: {:#}", self.error);
        ExitCode::from(self.code)
    }
}

impl From<anyhow::Error> for Exit {
    fn from(error: anyhow::Error) -> Exit {
        Exit { code: 1, error }
    }
}

impl From<std::io::Error> for Exit {
    fn from(error: std::io::Error) -> Exit {
        Exit { code: 1, error: error.into() }
    }
}

impl From<StoreTrouble> for Exit {
    fn from(trouble: StoreTrouble) -> Exit {
        Exit { code: 1, error: anyhow::anyhow!(trouble.to_string()) }
    }
}

impl From<AskError> for Exit {
    fn from(error: AskError) -> Exit {
        let code = match &error {
            AskError::Refused(_) => REFUSED,
            AskError::NotFound => NOT_FOUND,
            AskError::Busy => CONFLICT,
            AskError::Trouble(_) => 1,
        };
        Exit { code, error: anyhow::anyhow!(error.to_string()) }
    }
}

/// What a command answers.
pub type Done = Result<ExitCode, Exit>;

pub const OK: ExitCode = ExitCode::SUCCESS;
