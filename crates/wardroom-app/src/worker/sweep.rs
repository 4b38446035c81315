//! What is kept for a while only, and for how long. Nothing of the log is ever swept;
//! answers to an Idempotency-Key (48 hours) go with unfinished uploads.

use super::Worker;
use crate::ports::store::{KeptBefore, StoreTrouble};
use jiff::SignedDuration;

/// A mail delivered again is known for this long after its report came in: longer than any mail server tries (5 days), any mailbox
/// that is fetched anew, and a yearly archive that is imported twice by mistake.
pub const SEEN_KEPT: SignedDuration = SignedDuration::from_hours(400 * 24);
/// A quota's window is a day at most.
pub const QUOTAS_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Worker {
    /// Forgets what is old enough. Returns how many rows.
    pub async fn forget_old(&self) -> Result<u64, StoreTrouble> {
        let now = self.desk.now();
        let before = |kept: SignedDuration| now.checked_sub(kept).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let before = KeptBefore { seen: before(SEEN_KEPT), quotas: before(QUOTAS_KEPT) };
        self.desk.store.sweep_kept(&before).await
    }
}
