//! Everything in which the two engines differ, in one place. What is not here is one text for both.

use super::Engine;

/// Takes SQLite's write lock at once, so that a transaction never fails half-way for want of it.
pub const BEGIN_WRITE_SQLITE: &str = "BEGIN IMMEDIATE";
/// All statements of a PostgreSQL snapshot see one state.
pub const BEGIN_SNAPSHOT_POSTGRES: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

impl Engine {
    /// Reads the head of the log; on PostgreSQL the row lock makes the appenders of all nodes stand in line
    /// (on SQLite the write lock did).
    pub fn head_for_update(self) -> &'static str {
        match self {
            Engine::Sqlite => "SELECT size, last_hash, frontier FROM log_head WHERE id = 1",
            Engine::Postgres => "SELECT size, last_hash, frontier FROM log_head WHERE id = 1 FOR UPDATE",
        }
    }

    /// Leases due rows of the outbox: $1 now, $2 length in microseconds, $3 how many.
    ///
    /// On PostgreSQL several nodes lease, so a lease runs by the server's clock and rows that another node is leasing are
    /// passed over. On SQLite there is one machine, so one clock: the caller's.
    pub(crate) fn lease(self) -> &'static str {
        match self {
            Engine::Sqlite => {
                "UPDATE outbox SET state = 'leased', attempts = attempts + 1, fence = fence + 1, lease_until = $1 + $2 \
                 WHERE id IN (SELECT o.id FROM outbox o WHERE (o.state = 'waiting' AND o.next_at <= $1) \
                 OR (o.state = 'leased' AND o.lease_until <= $1) ORDER BY o.next_at, o.id LIMIT $3) \
                 RETURNING id, key, kind, stream, payload, attempts, fence"
            }
            Engine::Postgres => {
                "UPDATE outbox SET state = 'leased', attempts = attempts + 1, fence = fence + 1, \
                 lease_until = (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT + $2 \
                 WHERE id IN (SELECT o.id FROM outbox o WHERE (o.state = 'waiting' AND o.next_at <= $1) \
                 OR (o.state = 'leased' AND o.lease_until <= (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT) \
                 ORDER BY o.next_at, o.id LIMIT $3 FOR UPDATE SKIP LOCKED) \
                 RETURNING id, key, kind, stream, payload, attempts, fence"
            }
        }
    }

    /// Whether a table of ours exists.
    pub(crate) fn has_table(self) -> &'static str {
        match self {
            Engine::Sqlite => "SELECT COUNT(*) AS n FROM sqlite_schema WHERE type = 'table' AND name = $1",
            Engine::Postgres => {
                "SELECT COUNT(*) AS n FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1"
            }
        }
    }

    /// Any table at all: tells an empty database from somebody else's.
    pub(crate) fn count_tables(self) -> &'static str {
        match self {
            Engine::Sqlite => "SELECT COUNT(*) AS n FROM sqlite_schema WHERE type = 'table'",
            Engine::Postgres => "SELECT COUNT(*) AS n FROM information_schema.tables WHERE table_schema = current_schema()",
        }
    }

    /// Two nodes that start at once migrate one after the other.
    pub(crate) fn lock_migrations(self) -> Option<&'static str> {
        match self {
            Engine::Sqlite => None,
            Engine::Postgres => Some("SELECT pg_advisory_xact_lock(8227350511)"),
        }
    }

    /// Fills the placeholders of a migration: `{bytes}` and `{append_only NAME}` triggers. What stands between a line `{sqlite}` and a
    /// line `{both}` is for that engine only.
    pub(crate) fn fill(self, sql: &str) -> String {
        let mut out = String::with_capacity(sql.len() + 1024);
        let mut for_us = true;
        for line in sql.lines() {
            match line.trim() {
                "{sqlite}" => for_us = self == Engine::Sqlite,
                "{both}" => for_us = true,
                _ => {}
            }
            if !for_us || matches!(line.trim(), "{sqlite}" | "{both}") {
                continue;
            }
            match line.trim().strip_prefix("{append_only ").and_then(|rest| rest.strip_suffix('}')) {
                Some(table) => out.push_str(&self.append_only(table)),
                None => out.push_str(&line.replace("{bytes}", self.bytes())),
            }
            out.push('\n');
        }
        out
    }

    fn bytes(self) -> &'static str {
        match self {
            Engine::Sqlite => "BLOB",
            Engine::Postgres => "BYTEA",
        }
    }

    /// Triggers that refuse to change or remove rows.
    fn append_only(self, table: &str) -> String {
        match self {
            Engine::Sqlite => ["UPDATE", "DELETE"]
                .map(|act| {
                    format!(
                        "CREATE TRIGGER {table}_no_{} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;\n",
                        act.to_ascii_lowercase()
                    )
                })
                .concat(),
            Engine::Postgres => format!(
                "CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$;\n\
                 CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_append_only();\n\
                 CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only();\n"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_for_each_engine() {
        let sql = "CREATE TABLE t (a {bytes} NOT NULL);\n  {append_only t}\n{sqlite}\nCREATE TABLE one_engine (a {bytes});\n{both}\nDROP TABLE u;";
        let sqlite = Engine::Sqlite.fill(sql);
        assert!(sqlite.contains("a BLOB") && sqlite.contains("t_no_delete") && !sqlite.contains('{'));
        assert!(sqlite.contains("one_engine (a BLOB)") && sqlite.contains("DROP TABLE u"));
        let postgres = Engine::Postgres.fill(sql);
        assert!(postgres.contains("a BYTEA") && postgres.contains("BEFORE TRUNCATE") && !postgres.contains('{'));
        assert!(!postgres.contains("one_engine") && postgres.contains("DROP TABLE u"));
    }
}
