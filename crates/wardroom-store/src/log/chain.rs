//! The hash chain: every fact's hash covers all its columns and the hash of the fact before. Deliberately pure, so that the
//! chain can be checked from any copy of the rows.
//! The encoding stands in `wardroom_seal::attest`, because a receipt is checked with it far from any store.

use crate::db::Row;
use crate::trouble::Trouble;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// What the first fact has before it.
pub const GENESIS: Hash = [0; 32];

/// A row of the log as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactRow {
    /// Position in the log, from 1.
    pub seq: i64,
    /// Whose history it is.
    pub stream: String,
    /// Position in the stream, from 1.
    pub stream_seq: i64,
    /// What happened: `report.received`.
    pub kind: String,
    /// When, in microseconds.
    pub at: i64,
    /// Who caused it.
    pub actor: String,
    /// The clear part, JSON.
    pub head: String,
    /// Words sealed to the stream.
    pub body: Option<Vec<u8>>,
    /// The same words sealed to the reporter.
    pub reporter_body: Option<Vec<u8>>,
    /// On a stream's first fact: the public half of its key.
    pub stream_public: Option<Vec<u8>>,
    /// Hash of the fact before.
    pub prev: Vec<u8>,
    /// Hash of this fact.
    pub hash: Vec<u8>,
}

impl FactRow {
    /// Reads a row that has all columns.
    pub fn from_row(row: &Row) -> Result<FactRow, Trouble> {
        Ok(FactRow {
            seq: row.int("seq")?,
            stream: row.text("stream")?,
            stream_seq: row.int("stream_seq")?,
            kind: row.text("kind")?,
            at: row.int("at")?,
            actor: row.text("actor")?,
            head: row.text("head")?,
            body: row.maybe_bytes("body")?,
            reporter_body: row.maybe_bytes("reporter_body")?,
            stream_public: row.maybe_bytes("stream_public")?,
            prev: row.bytes("prev")?,
            hash: row.bytes("hash")?,
        })
    }

    /// The hash this row should have.
    pub fn computed_hash(&self) -> Hash {
        let FactRow { seq, stream, stream_seq, kind, at, actor, head, body, reporter_body, stream_public, prev, hash: _ } = self;
        let columns = wardroom_seal::attest::FactColumns {
            seq: *seq,
            stream,
            stream_seq: *stream_seq,
            kind,
            at: *at,
            actor,
            head,
            body: body.as_deref(),
            reporter_body: reporter_body.as_deref(),
            stream_public: stream_public.as_deref(),
            prev,
        };
        columns.hash()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> FactRow {
        FactRow {
            seq: 1,
            stream: "org".into(),
            stream_seq: 1,
            kind: "org.founded".into(),
            at: 5,
            actor: "house".into(),
            head: "{}".into(),
            body: None,
            reporter_body: None,
            stream_public: None,
            prev: GENESIS.to_vec(),
            hash: Vec::new(),
        }
    }

    #[test]
    fn every_column_counts_and_null_is_not_empty() {
        let change: [fn(&mut FactRow); 11] = [
            |row| row.seq = 2,
            |row| row.stream.push('x'),
            |row| row.stream_seq = 2,
            |row| row.kind.push('x'),
            |row| row.at = 6,
            |row| row.actor.push('x'),
            |row| row.head.push(' '),
            |row| row.body = Some(Vec::new()),
            |row| row.reporter_body = Some(Vec::new()),
            |row| row.stream_public = Some(Vec::new()),
            |row| row.prev[31] = 1,
        ];
        let mut hashes = vec![row().computed_hash()];
        for one in change {
            let mut changed = row();
            one(&mut changed);
            assert!(!hashes.contains(&changed.computed_hash()));
            hashes.push(changed.computed_hash());
        }
        let mut stored = row();
        stored.hash = vec![9; 32];
        assert_eq!(stored.computed_hash(), row().computed_hash());
    }

    #[test]
    fn bytes_do_not_move_between_columns() {
        let (mut one, mut other) = (row(), row());
        (one.kind, one.actor) = ("ab".into(), "c".into());
        (other.kind, other.actor) = ("a".into(), "bc".into());
        assert_ne!(one.computed_hash(), other.computed_hash());
    }
}
