//! Many rows with few statements: rows of one table are inserted together, rows with one of many keys are looked up together. A trip to
//! the database costs more than a small row, on both engines. Deliberately not general: one INSERT shape, one list of keys.

use super::{Engine, Row, Work};
use crate::trouble::Trouble;

/// The most rows, or keys, in one statement. What the engine has prepared it keeps: as many statements as there are sizes.
pub(super) const MOST: usize = 64;

/// A column's value that is kept until it is written.
#[derive(Clone, Debug)]
pub enum Value {
    /// TEXT or NULL.
    Text(Option<String>),
    /// BIGINT or NULL.
    Int(Option<i64>),
    /// BYTEA / BLOB or NULL.
    Bytes(Option<Vec<u8>>),
}

impl Value {
    /// TEXT.
    pub fn text(value: impl Into<String>) -> Value {
        Value::Text(Some(value.into()))
    }

    /// BIGINT.
    pub fn int(value: i64) -> Value {
        Value::Int(Some(value))
    }

    /// BYTEA / BLOB.
    pub fn bytes(value: impl Into<Vec<u8>>) -> Value {
        Value::Bytes(Some(value.into()))
    }
}

/// Rows that wait to be inserted, table by table.
#[derive(Debug, Default)]
pub struct Inserts {
    tables: Vec<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    /// Inserts one row.
    insert: &'static str,
    rows: Vec<Vec<Value>>,
}

impl Inserts {
    /// Adds a row; `insert` is the text for a single one: `INSERT INTO t (…) VALUES ($1, …) …`, each placeholder once and in order.
    pub fn add(&mut self, insert: &'static str, row: Vec<Value>) {
        match self.tables.iter_mut().find(|table| table.insert == insert) {
            Some(table) => table.rows.push(row),
            None => self.tables.push(Waiting { insert, rows: vec![row] }),
        }
    }

    /// Takes over the rows of another, behind its own.
    pub fn append(&mut self, other: Inserts) {
        for table in other.tables {
            for row in table.rows {
                self.add(table.insert, row);
            }
        }
    }

    /// Inserts all of them, tables in the order in which they were first named.
    pub async fn run(self, work: &mut Work) -> Result<(), Trouble> {
        for table in self.tables {
            let mut rows = table.rows.into_iter();
            while rows.len() > 0 {
                let many: Vec<Vec<Value>> = rows.by_ref().take(MOST).collect();
                let columns = many.first().map_or(0, Vec::len);
                let sql = insert_text(work.engine(), table.insert, many.len(), columns);
                work.run_many(sql, many.into_iter().flatten().collect()).await?;
            }
        }
        Ok(())
    }
}

/// Runs `before` `(key, key, …)` `after` for all keys and gives all rows: `before` ends with `IN`.
pub async fn look_up(work: &mut Work, before: &str, keys: &[&str], after: &str) -> Result<Vec<Row>, Trouble> {
    let mut found = Vec::new();
    for some in keys.chunks(MOST) {
        let some = filled_up(some);
        let sql = keys_text(work.engine(), before, some.len(), after);
        found.extend(work.rows_many(sql, some).await?);
    }
    Ok(found)
}

/// Runs `before` `(key, key, …)` for all keys, for a statement without an answer.
pub async fn run_for(work: &mut Work, before: &str, keys: &[&str]) -> Result<(), Trouble> {
    for some in keys.chunks(MOST) {
        let some = filled_up(some);
        let sql = keys_text(work.engine(), before, some.len(), "");
        work.run_many(sql, some).await?;
    }
    Ok(())
}

/// The keys, the last of them again and again up to a power of two: a list names a row once however often a key stands in it.
fn filled_up(keys: &[&str]) -> Vec<Value> {
    let last = keys.last().into_iter().cycle();
    keys.iter().chain(last).take(keys.len().next_power_of_two()).map(|key| Value::text(*key)).collect()
}

fn insert_text(engine: Engine, insert: &str, rows: usize, columns: usize) -> String {
    let (before, rest) = insert.split_once(" VALUES (").unwrap_or((insert, ""));
    let after = rest.split_once(')').map_or("", |(_, after)| after);
    let mut text = format!("{before} VALUES ");
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        placeholders(&mut text, engine, row * columns, columns);
        text.push(')');
    }
    text.push_str(after);
    text
}

fn keys_text(engine: Engine, before: &str, keys: usize, after: &str) -> String {
    let mut text = format!("{before} (");
    placeholders(&mut text, engine, 0, keys);
    text.push(')');
    text.push_str(after);
    text
}

/// SQLite looks a `$n` up by its name, each time; a `?` is counted.
fn placeholders(text: &mut String, engine: Engine, before: usize, count: usize) {
    for place in 1..=count {
        if place > 1 {
            text.push_str(", ");
        }
        match engine {
            Engine::Sqlite => text.push('?'),
            Engine::Postgres => text.push_str(&format!("${}", before + place)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Db, Place};

    const INSERT: &str = "INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT (a) DO NOTHING";

    #[test]
    fn one_text_becomes_a_text_for_many() {
        let two = insert_text(Engine::Postgres, INSERT, 2, 2);
        assert_eq!(two, "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT (a) DO NOTHING");
        assert_eq!(insert_text(Engine::Sqlite, INSERT, 1, 2), "INSERT INTO t (a, b) VALUES (?, ?) ON CONFLICT (a) DO NOTHING");
        assert_eq!(
            keys_text(Engine::Postgres, "SELECT a FROM t WHERE a IN", 3, " ORDER BY a"),
            "SELECT a FROM t WHERE a IN ($1, $2, $3) ORDER BY a"
        );
        let length = |keys: usize| filled_up(&vec!["k"; keys]).len();
        assert_eq!([1, 2, 3, 33, 63, 64].map(length), [1, 2, 4, 64, 64, 64]);
    }

    #[tokio::test]
    async fn all_rows_arrive_and_are_found_by_their_keys() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&Place::Sqlite(folder.path().join("t.sqlite"))).await.unwrap();
        let mut work = db.writing().await.unwrap();
        work.script("CREATE TABLE t (a TEXT PRIMARY KEY, b BIGINT)".to_owned()).await.unwrap();
        let mut inserts = Inserts::default();
        for number in 0..203 {
            inserts.add(INSERT, vec![Value::text(format!("k{number}")), Value::Int((number % 2 == 0).then_some(number))]);
        }
        let mut twice = Inserts::default();
        twice.add(INSERT, vec![Value::text("k7"), Value::int(-1)]);
        inserts.append(twice);
        inserts.run(&mut work).await.unwrap();
        let names: Vec<String> = (0..203).map(|number| format!("k{number}")).collect();
        let keys: Vec<&str> = names.iter().map(String::as_str).chain(["nobody"]).collect();
        let rows = look_up(&mut work, "SELECT a, b FROM t WHERE a IN", &keys, "").await.unwrap();
        assert_eq!(rows.len(), 203);
        for row in &rows {
            let number: i64 = row.text("a").unwrap().trim_start_matches('k').parse().unwrap();
            assert_eq!(row.maybe_int("b").unwrap(), (number % 2 == 0).then_some(number));
        }
        run_for(&mut work, "DELETE FROM t WHERE a IN", &keys[1..]).await.unwrap();
        let left = work.rows("SELECT a FROM t", &[]).await.unwrap();
        assert_eq!(left.iter().map(|row| row.text("a").unwrap()).collect::<Vec<_>>(), ["k0"]);
    }
}
