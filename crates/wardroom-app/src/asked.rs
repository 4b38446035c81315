//! How a use case can end when it does not succeed: the rules say no, or the world is in the way.

use crate::ports::store::{CommitError, StoreTrouble};
use thiserror::Error;
use wardroom_domain::Refusal;

#[derive(Debug, Error)]
pub enum AskError {
    /// The rules say no; worded for the asker.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Not there, or not for this viewer: the same answer (I17).
    #[error("there is nothing of that name here")]
    NotFound,
    /// Several others changed the same thing at once.
    #[error("this was changed by somebody else at the same moment; look again and repeat")]
    Busy,
    /// Trouble: logged where it is handled; the asker sees a number.
    #[error(transparent)]
    Trouble(#[from] StoreTrouble),
}

impl From<CommitError> for AskError {
    fn from(error: CommitError) -> AskError {
        match error {
            CommitError::Conflict { .. } => AskError::Busy,
            CommitError::AlreadySeen { .. } | CommitError::AlreadyAnswered { .. } => AskError::Refused(Refusal::AlreadyDone),
            CommitError::Trouble(trouble) => AskError::Trouble(trouble),
        }
    }
}

/// What a use case answers.
pub type Asked<T> = Result<T, AskError>;
