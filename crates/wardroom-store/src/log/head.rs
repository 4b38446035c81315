//! The head of the log: size, last hash, Merkle frontier; one row that every transaction that appends reads, locks and
//! writes. Deliberately stored and not computed, so that appending costs the same at any length.

use wardroom_seal::merkle::{CompactRange, leaf_hash};

use super::chain::{GENESIS, Hash};
use crate::db::{Arg, Row, Work};
use crate::trouble::Trouble;

/// Where the log ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of facts.
    pub size: i64,
    /// Hash of the last fact, [`GENESIS`] when there is none.
    pub last_hash: Hash,
    /// Merkle tree over the facts' hashes.
    pub range: CompactRange,
}

impl Head {
    /// The head of the empty log.
    pub fn empty() -> Head {
        Head { size: 0, last_hash: GENESIS, range: CompactRange::new() }
    }

    /// Reads the head; inside a writing transaction it is locked against other writers.
    pub async fn lock(work: &mut Work) -> Result<Head, Trouble> {
        let sql = work.engine().head_for_update();
        Head::read(work.row(sql, &[]).await?)
    }

    /// Reads the head without locking it.
    pub async fn look(work: &mut Work) -> Result<Head, Trouble> {
        Head::read(work.row("SELECT size, last_hash, frontier FROM log_head WHERE id = 1", &[]).await?)
    }

    fn read(row: Option<Row>) -> Result<Head, Trouble> {
        let Some(row) = row else { return Ok(Head::empty()) };
        let size = row.int("size")?;
        let odd = |column, what: &str| Trouble::inconsistent("log_head", column, 1, what);
        let last_hash = Hash::try_from(row.bytes("last_hash")?).map_err(|_| odd("last_hash", "not 32 bytes"))?;
        let range = CompactRange::from_bytes(&row.bytes("frontier")?).map_err(|fault| odd("frontier", &fault.to_string()))?;
        if u64::try_from(size) != Ok(range.size()) {
            return Err(odd("size", "differs from the frontier's"));
        }
        Ok(Head { size, last_hash, range })
    }

    /// Adds one fact.
    pub fn push(&mut self, hash: Hash) {
        self.size += 1;
        self.last_hash = hash;
        self.range.append(leaf_hash(&hash));
    }

    /// Writes the head back, once per transaction.
    pub async fn write(&self, work: &mut Work) -> Result<(), Trouble> {
        let frontier = self.range.to_bytes();
        let args = [Arg::Int(self.size), Arg::Bytes(&self.last_hash), Arg::Bytes(&frontier)];
        work.run(
            "INSERT INTO log_head (id, size, last_hash, frontier) VALUES (1, $1, $2, $3) \
             ON CONFLICT (id) DO UPDATE SET size = excluded.size, last_hash = excluded.last_hash, frontier = excluded.frontier",
            &args,
        )
        .await?;
        Ok(())
    }
}
