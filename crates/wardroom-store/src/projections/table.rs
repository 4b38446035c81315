//! The projection tables: their texts, all columns named, and rows as plain cells so that a fold can be compared with what is
//! stored. Deliberately no schema generator: the migration is the schema.

use wardroom_domain::log::StreamKind;

use crate::db::{Row, Value};
use crate::trouble::Trouble;

/// One value of a projection row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// TEXT or NULL.
    Text(Option<String>),
    /// BIGINT or NULL.
    Int(Option<i64>),
}

impl Cell {
    /// The cell as it is written.
    pub fn value(self) -> Value {
        match self {
            Cell::Text(value) => Value::Text(value),
            Cell::Int(value) => Value::Int(value),
        }
    }
}

/// One row of a projection table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which table.
    pub table: &'static str,
    /// The columns in the order of [`Table::columns`].
    pub cells: Vec<Cell>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// TEXT.
    Text,
    /// BIGINT.
    Int,
}

/// A projection table: every row belongs to one stream. `select` and `delete` end where the list of streams begins.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Which kinds of streams have rows in it.
    pub kinds: &'static [StreamKind],
    /// The columns, in order.
    pub columns: &'static [(&'static str, Holds)],
    /// The column that names the stream.
    pub key: &'static str,
    /// Inserts one row, columns in order.
    pub insert: &'static str,
    /// The rows of some streams.
    pub select: &'static str,
    /// The order in which a fold gives the rows of one stream.
    pub order: &'static str,
    /// Removes the rows of some streams.
    pub delete: &'static str,
    /// Removes all rows.
    pub clear: &'static str,
    /// Counts all rows.
    pub count: &'static str,
}

impl Table {
    /// A stored row as a line.
    pub fn line(&self, row: &Row) -> Result<Line, Trouble> {
        let mut cells = Vec::with_capacity(self.columns.len());
        for (name, holds) in self.columns {
            cells.push(match holds {
                Holds::Text => Cell::Text(row.maybe_text(name)?),
                Holds::Int => Cell::Int(row.maybe_int(name)?),
            });
        }
        Ok(Line { table: self.name, cells })
    }

    /// The stream a line of this table belongs to.
    pub fn stream<'l>(&self, line: &'l Line) -> &'l str {
        let place = self.columns.iter().position(|(name, _)| *name == self.key).unwrap_or_default();
        match line.cells.get(place) {
            Some(Cell::Text(Some(stream))) => stream,
            _ => "",
        }
    }
}

use Holds::{Int, Text};
use StreamKind::{Advisory, Case, Report};

/// All projection tables, in the order in which a fold gives their lines.
pub const TABLES: &[Table] = &[
    Table {
        name: "numbered",
        kinds: &[Report, Case, Advisory],
        columns: &[("number_key", Text), ("stream", Text)],
        key: "stream",
        insert: "INSERT INTO numbered (number_key, stream) VALUES ($1, $2)",
        select: "SELECT number_key, stream FROM numbered WHERE stream IN",
        order: " ORDER BY number_key",
        delete: "DELETE FROM numbered WHERE stream IN",
        clear: "DELETE FROM numbered",
        count: "SELECT COUNT(*) AS n FROM numbered",
    },
    Table {
        name: "report",
        kinds: &[Report],
        columns: &[
            ("id", Text),
            ("number", Text),
            ("state", Text),
            ("waiting", Int),
            ("door", Text),
            ("kind", Text),
            ("language", Text),
            ("reading", Text),
            ("signature", Text),
            ("automatic", Int),
            ("received_at", Int),
            ("case_id", Text),
            ("lookup", Text),
            ("waiting_for_us", Int),
            ("attachments", Int),
            ("clock", Text),
            ("clock_force", Text),
            ("clock_due", Int),
            ("clock_breached", Int),
        ],
        key: "id",
        insert: "INSERT INTO report (id, number, state, waiting, door, kind, language, reading, signature, automatic, received_at, \
                 case_id, lookup, waiting_for_us, attachments, clock, clock_force, clock_due, clock_breached) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        select: "SELECT id, number, state, waiting, door, kind, language, reading, signature, automatic, received_at, \
                 case_id, lookup, waiting_for_us, attachments, clock, clock_force, clock_due, clock_breached \
                 FROM report WHERE id IN",
        order: "",
        delete: "DELETE FROM report WHERE id IN",
        clear: "DELETE FROM report",
        count: "SELECT COUNT(*) AS n FROM report",
    },
    Table {
        name: "blob_ref",
        kinds: &[Report],
        columns: &[("name", Text), ("stream", Text), ("sealed_len", Int), ("sealed_sha256", Text)],
        key: "stream",
        insert: "INSERT INTO blob_ref (name, stream, sealed_len, sealed_sha256) VALUES ($1, $2, $3, $4)",
        select: "SELECT name, stream, sealed_len, sealed_sha256 FROM blob_ref WHERE stream IN",
        order: " ORDER BY name",
        delete: "DELETE FROM blob_ref WHERE stream IN",
        clear: "DELETE FROM blob_ref",
        count: "SELECT COUNT(*) AS n FROM blob_ref",
    },
    Table {
        name: "claim",
        kinds: &[Report],
        columns: &[("stream", Text), ("claimed", Text)],
        key: "stream",
        insert: "INSERT INTO claim (stream, claimed) VALUES ($1, $2)",
        select: "SELECT stream, claimed FROM claim WHERE stream IN",
        order: "",
        delete: "DELETE FROM claim WHERE stream IN",
        clear: "DELETE FROM claim",
        count: "SELECT COUNT(*) AS n FROM claim",
    },
    Table {
        name: "case_file",
        kinds: &[Case],
        columns: &[
            ("id", Text),
            ("number", Text),
            ("state", Text),
            ("embargo", Text),
            ("embargo_ends", Int),
            ("owner", Text),
            ("advisory", Text),
            ("opened_at", Int),
            ("changed_at", Int),
            ("clock", Text),
            ("clock_force", Text),
            ("clock_due", Int),
            ("clock_breached", Int),
        ],
        key: "id",
        insert: "INSERT INTO case_file (id, number, state, embargo, embargo_ends, owner, advisory, opened_at, changed_at, clock, \
                 clock_force, clock_due, clock_breached) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        select: "SELECT id, number, state, embargo, embargo_ends, owner, advisory, opened_at, changed_at, clock, \
                 clock_force, clock_due, clock_breached FROM case_file WHERE id IN",
        order: "",
        delete: "DELETE FROM case_file WHERE id IN",
        clear: "DELETE FROM case_file",
        count: "SELECT COUNT(*) AS n FROM case_file",
    },
    Table {
        name: "participant",
        kinds: &[Case],
        columns: &[("case_id", Text), ("person", Text)],
        key: "case_id",
        insert: "INSERT INTO participant (case_id, person) VALUES ($1, $2)",
        select: "SELECT case_id, person FROM participant WHERE case_id IN",
        order: " ORDER BY person",
        delete: "DELETE FROM participant WHERE case_id IN",
        clear: "DELETE FROM participant",
        count: "SELECT COUNT(*) AS n FROM participant",
    },
    Table {
        name: "identifier",
        kinds: &[Case],
        columns: &[
            ("case_id", Text),
            ("place", Int),
            ("vulnerability", Text),
            ("scheme", Text),
            ("state", Text),
            ("stuck", Int),
            ("since", Int),
        ],
        key: "case_id",
        insert: "INSERT INTO identifier (case_id, place, vulnerability, scheme, state, stuck, since) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        select: "SELECT case_id, place, vulnerability, scheme, state, stuck, since FROM identifier WHERE case_id IN",
        order: " ORDER BY place",
        delete: "DELETE FROM identifier WHERE case_id IN",
        clear: "DELETE FROM identifier",
        count: "SELECT COUNT(*) AS n FROM identifier",
    },
    Table {
        name: "advisory",
        kinds: &[Advisory],
        columns: &[
            ("id", Text),
            ("number", Text),
            ("case_id", Text),
            ("state", Text),
            ("version", Int),
            ("changed_at", Int),
            ("released_at", Int),
            ("public_until", Int),
        ],
        key: "id",
        insert: "INSERT INTO advisory (id, number, case_id, state, version, changed_at, released_at, public_until) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        select: "SELECT id, number, case_id, state, version, changed_at, released_at, public_until FROM advisory WHERE id IN",
        order: "",
        delete: "DELETE FROM advisory WHERE id IN",
        clear: "DELETE FROM advisory",
        count: "SELECT COUNT(*) AS n FROM advisory",
    },
    Table {
        name: "moment",
        kinds: &[Advisory],
        columns: &[("advisory", Text), ("place", Int), ("at", Int)],
        key: "advisory",
        insert: "INSERT INTO moment (advisory, place, at) VALUES ($1, $2, $3)",
        select: "SELECT advisory, place, at FROM moment WHERE advisory IN",
        order: " ORDER BY place",
        delete: "DELETE FROM moment WHERE advisory IN",
        clear: "DELETE FROM moment",
        count: "SELECT COUNT(*) AS n FROM moment",
    },
    Table {
        name: "clock",
        kinds: &[Report, Case],
        columns: &[("stream", Text), ("place", Int), ("clock", Text), ("due_at", Int), ("breached", Int)],
        key: "stream",
        insert: "INSERT INTO clock (stream, place, clock, due_at, breached) VALUES ($1, $2, $3, $4, $5)",
        select: "SELECT stream, place, clock, due_at, breached FROM clock WHERE stream IN",
        order: " ORDER BY place",
        delete: "DELETE FROM clock WHERE stream IN",
        clear: "DELETE FROM clock",
        count: "SELECT COUNT(*) AS n FROM clock",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_columns_agree() {
        for table in TABLES {
            let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
            let listed = names.join(", ");
            let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(squeezed(table.insert).contains(&format!("{} ({listed})", table.name)), "{}", table.name);
            assert!(squeezed(table.select).starts_with(&format!("SELECT {listed} FROM {}", table.name)), "{}", table.name);
            assert!(table.insert.contains(&format!("${})", names.len())), "{}", table.name);
            assert!(names.contains(&table.key) && table.select.ends_with(&format!("WHERE {} IN", table.key)), "{}", table.name);
            assert!(table.delete.ends_with(&format!("WHERE {} IN", table.key)), "{}", table.name);
        }
    }
}
