//! The audit of the log: walks the chain and names the first fact that was changed, removed, inserted, moved or cut off.
//! Against somebody who rewrote everything consistently only a checkpoint kept elsewhere helps; with one or more of them that
//! is found too. Deliberately opens nothing and believes nothing but hashes.

use wardroom_seal::Checkpoint;
use wardroom_seal::merkle::{CompactRange, Hash, leaf_hash};

use crate::db::Work;
use crate::log::chain::{FactRow, GENESIS};
use crate::log::head::Head;
use crate::log::read::rows_after;
use crate::trouble::Trouble;

const PAGE: i64 = 1000;
/// How many inserted facts in one place are told from a changed one.
const SHIFTS: i64 = 64;

/// What the audit found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// How many facts were read.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// The first broken place.
    pub broken: Option<Broken>,
}

/// A broken place of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The first fact that is not what was written (for a rewritten history: the first that may be).
    pub seq: u64,
    /// What is wrong with it.
    pub what: String,
}

/// Walks the whole log; `checkpoints` were kept elsewhere and their signatures are verified already.
pub async fn audit(work: &mut Work, checkpoints: &[Checkpoint]) -> Result<Audit, Trouble> {
    let mut walk = Walk::new(checkpoints);
    loop {
        let rows = rows_after(work, walk.last_seq, PAGE).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            walk.step(row);
        }
        if walk.broken.is_some() {
            break;
        }
    }
    if walk.broken.is_none() {
        walk.end(&Head::look(work).await?);
    }
    Ok(Audit { size: walk.range.size(), root: walk.range.root(), broken: walk.broken })
}

/// The state of a walk along the chain.
pub struct Walk<'a> {
    checkpoints: Vec<&'a Checkpoint>,
    /// Size of the largest checkpoint that was met and agreed.
    agreed: u64,
    range: CompactRange,
    last_hash: Hash,
    last_seq: i64,
    broken: Option<Broken>,
}

impl<'a> Walk<'a> {
    /// A walk from the beginning.
    pub fn new(checkpoints: &'a [Checkpoint]) -> Walk<'a> {
        let mut checkpoints: Vec<&Checkpoint> = checkpoints.iter().collect();
        checkpoints.sort_by_key(|checkpoint| checkpoint.size);
        Walk { checkpoints, agreed: 0, range: CompactRange::new(), last_hash: GENESIS, last_seq: 0, broken: None }
    }

    /// The first broken place so far.
    pub fn broken(&self) -> Option<&Broken> {
        self.broken.as_ref()
    }

    fn found(&mut self, seq: i64, what: &str) {
        if self.broken.is_none() {
            self.broken = Some(Broken { seq: seq.unsigned_abs(), what: what.to_owned() });
        }
    }

    /// Takes the next row in order of seq.
    pub fn step(&mut self, row: FactRow) {
        if self.broken.is_some() {
            return;
        }
        let expected = self.last_seq + 1;
        if row.seq != expected {
            return self.found(expected, "it is missing");
        }
        let own = row.computed_hash();
        let whole = row.hash == own;
        let follows = row.prev == self.last_hash;
        match (whole, follows) {
            (true, true) => {}
            // What this fact was written after is not what stands before it now.
            (true, false) => {
                return self
                    .found((expected - 1).max(1), "it is not the fact that was written there: the next one was written after another");
            }
            (false, _) => {
                let (seq, what) = match came_from(&row) {
                    Some(earlier) => (earlier, "it was inserted: what follows stood here before"),
                    None => (expected, "its content does not fit its hash"),
                };
                return self.found(seq, what);
            }
        }
        self.range.append(leaf_hash(&own));
        self.last_hash = own;
        self.last_seq = expected;
        self.meet_checkpoints();
    }

    fn meet_checkpoints(&mut self) {
        let size = self.range.size();
        while let Some(checkpoint) = self.checkpoints.first().copied().filter(|checkpoint| checkpoint.size <= size) {
            self.checkpoints.remove(0);
            if checkpoint.size != size {
                continue;
            }
            if checkpoint.root != self.range.root() {
                let what = format!("the log differs from the checkpoint at {size}: this fact or one up to {size} was rewritten");
                let from = i64::try_from(self.agreed).unwrap_or_default() + 1;
                return self.found(from, &what);
            }
            self.agreed = size;
        }
    }

    /// After the last row: compares with the stored head and with checkpoints further on.
    pub fn end(&mut self, head: &Head) {
        let next = self.last_seq + 1;
        if self.broken.is_some() {
            return;
        }
        if self.last_seq < head.size {
            return self.found(next, "it is missing: the log was cut off");
        }
        if let Some(checkpoint) = self.checkpoints.first().filter(|checkpoint| checkpoint.size > self.range.size()) {
            let what = format!("it is missing: a checkpoint knows {} facts, so this is an older copy or was cut off", checkpoint.size);
            return self.found(next, &what);
        }
        if self.last_seq > head.size {
            return self.found(head.size + 1, "it was added behind the end of the log");
        }
        if head.last_hash != self.last_hash || head.range != self.range {
            self.found(self.last_seq.max(1), "it is not the last fact that was written");
        }
    }
}

/// When the row fits its hash at an earlier place: that place. Rows before it were inserted.
fn came_from(row: &FactRow) -> Option<i64> {
    (1..=SHIFTS).map(|shift| row.seq - shift).take_while(|seq| *seq > 0).find(|&seq| {
        let moved = FactRow { seq, ..row.clone() };
        moved.computed_hash().as_slice() == row.hash
    })
}
