//! Code before content: somebody who wants to stay unknown gets the receipt code first, writes in peace, comes back with it,
//! and hands the report in under it. What was written is sealed with a key that follows from the code and lies under a name
//! that follows from it too: the house can neither read a draft nor tell whose it is.
//! Deliberately not part of the log: a draft is nobody's report yet, and it goes when nobody touches it for a week.

use crate::house::House;
use crate::ports::store::StoreTrouble;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use wardroom_seal::{ReceiptCode, open_with, place, seal_with};

/// The most a draft may take, in bytes.
pub const LONGEST_DRAFT: usize = 2 * 1024 * 1024;

/// What was typed so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub kept_at: Timestamp,
    /// Names and texts of the form's fields.
    pub texts: Vec<(String, String)>,
}

#[derive(Debug, Error)]
pub enum DraftError {
    #[error("a draft may have {LONGEST_DRAFT} bytes at most: attach the rest as a file")]
    TooLong,
    #[error("there is no room for it now: try again later")]
    NoRoom,
    /// A report was handed in under this code already.
    #[error("the report of this code was handed in")]
    HandedIn,
    #[error(transparent)]
    Trouble(#[from] StoreTrouble),
}

fn draft_place(code: &ReceiptCode) -> Vec<u8> {
    place(&["draft", &code.draft_id()])
}

impl House {
    /// A fresh code, for somebody who has written nothing yet.
    pub fn fresh_code(&self) -> ReceiptCode {
        self.by_chance(|chance| ReceiptCode::make(chance))
    }

    /// Keeps a draft under a code, replacing the one before.
    pub async fn keep_draft(&self, code: &ReceiptCode, texts: Vec<(String, String)>) -> Result<(), DraftError> {
        if self.store.report_by_lookup(&code.lookup_id()).await?.is_some() {
            return Err(DraftError::HandedIn);
        }
        let draft = Draft { kept_at: self.now(), texts };
        let plain = serde_json::to_vec(&draft).unwrap_or_default();
        if plain.len() > LONGEST_DRAFT {
            return Err(DraftError::TooLong);
        }
        let room = self.store.arrival_room().await?;
        if room.free_bytes < self.arrivals.limits.spare_bytes || room.used_bytes > self.arrivals.limits.waiting_bytes {
            return Err(DraftError::NoRoom);
        }
        let sealed = self.by_chance(|chance| seal_with(&code.draft_key(), &draft_place(code), &plain, chance));
        Ok(self.store.keep_note(&code.draft_id(), sealed).await?)
    }

    /// The draft kept under a code.
    pub async fn draft(&self, code: &ReceiptCode) -> Result<Option<Draft>, StoreTrouble> {
        let Some(kept) = self.store.arrival(&code.draft_id()).await? else { return Ok(None) };
        let plain = open_with(&code.draft_key(), &draft_place(code), &kept.note).ok();
        Ok(plain.and_then(|plain| serde_json::from_slice(&plain).ok()))
    }

    /// Forgets the draft of a code.
    pub async fn drop_draft(&self, code: &ReceiptCode) -> Result<(), StoreTrouble> {
        self.store.drop_arrival(&code.draft_id()).await
    }
}
