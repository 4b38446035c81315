//! Copying every row into a fresh SQLite file: how PostgreSQL is backed up, and how a team goes back to one machine.
//! Deliberately table by table in one snapshot, with all columns named; triggers and the schema come from the migrations.

use std::path::Path;

use crate::db::{Arg, Db, Place, Row, Work, migrate};
use crate::schema::MIGRATIONS;
use crate::trouble::Trouble;

const PAGE: i64 = 500;

/// What a column holds.
#[derive(Clone, Copy)]
enum Holds {
    Text,
    Int,
    Bytes,
}

enum Cell {
    Text(Option<String>),
    Int(Option<i64>),
    Bytes(Option<Vec<u8>>),
}

/// One table: reads a page in the order of its key ($1 how many, $2 from where) and writes a row.
struct Copied {
    read: &'static str,
    write: &'static str,
    columns: &'static [(&'static str, Holds)],
}

/// `copied!(table by key: a Text, b Int)` spells the two texts.
macro_rules! copied {
    ($table:literal by $key:literal: $first:ident $first_holds:ident $(, $column:ident $holds:ident)*) => {
        Copied {
            read: concat!("SELECT ", stringify!($first) $(, ", ", stringify!($column))*, " FROM ", $table, " ORDER BY ", $key, " LIMIT $1 OFFSET $2"),
            write: concat!("INSERT INTO ", $table, " (", stringify!($first) $(, ", ", stringify!($column))*, ") VALUES (?" $(, copied!(@mark $column))*, ")"),
            columns: &[(stringify!($first), Holds::$first_holds) $(, (stringify!($column), Holds::$holds))*],
        }
    };
    (@mark $column:ident) => { ", ?" };
}

const TABLES: &[Copied] = &[
    copied!("fact" by "seq": seq Int, stream Text, stream_seq Int, kind Text, at Int, actor Text, head Text, body Bytes,
        reporter_body Bytes, stream_public Bytes, prev Bytes, hash Bytes),
    copied!("log_head" by "id": id Int, size Int, last_hash Bytes, frontier Bytes),
    copied!("stream_key" by "stream": stream Text, public Bytes, secret Bytes),
    copied!("counter" by "stem": stem Text, last Int),
    copied!("numbered" by "number_key": number_key Text, stream Text),
    copied!("report" by "id": id Text, number Text, state Text, waiting Int, door Text, kind Text, language Text, reading Text,
        signature Text, automatic Int, received_at Int, case_id Text, lookup Text, waiting_for_us Int, attachments Int, clock Text,
        clock_force Text, clock_due Int, clock_breached Int),
    copied!("case_file" by "id": id Text, number Text, state Text, embargo Text, embargo_ends Int, owner Text, advisory Text,
        opened_at Int, changed_at Int, clock Text, clock_force Text, clock_due Int, clock_breached Int),
    copied!("participant" by "case_id, person": case_id Text, person Text),
    copied!("identifier" by "case_id, place": case_id Text, place Int, vulnerability Text, scheme Text, state Text, stuck Int, since Int),
    copied!("advisory" by "id": id Text, number Text, case_id Text, state Text, version Int, changed_at Int, released_at Int, public_until Int),
    copied!("public_record" by "snapshot, name": snapshot Text, name Text, seq Int, digest Text, said Bytes),
    copied!("snapshot" by "name": name Text, source Text, imported_at Int, imported_by Text),
    copied!("moment" by "advisory, place": advisory Text, place Int, at Int),
    copied!("clock" by "stream, place": stream Text, place Int, clock Text, due_at Int, breached Int),
    copied!("blob_ref" by "name": name Text, stream Text, sealed_len Int, sealed_sha256 Text),
    copied!("claim" by "stream": stream Text, claimed Text),
    copied!("outbox" by "id": id Int, key Text, kind Text, stream Text, payload Bytes, state Text, attempts Int, next_at Int,
        lease_until Int, fence Int, error Text),
    copied!("seen" by "key": key Text, stream Text),
    copied!("answer" by "key": key Text, fingerprint Text, answer Bytes, at Int),
    copied!("quota" by "key": key Text, holder Text, at Int),
    copied!("blob" by "name": name Text, sealed Bytes),
    copied!("credential" by "person": person Text, password Text, totp Bytes, totp_last_step Int, passkeys Bytes),
    copied!("access" by "digest": digest Text, person Text, kind Text, made_at Int, expires_at Int, last_used_at Int, label Text),
    copied!("setting" by "name": name Text, value Bytes),
    copied!("working" by "stream": stream Text, version Int, sealed Bytes, at Int),
    copied!("presence" by "stream, person": stream Text, person Text, field Text, at Int),
    copied!("door" by "name": name Text, success_at Int, failure_at Int, reason Text, failures Int, taken Int, backlog Int, ignored Int),
    copied!("self_test" by "digest": digest Text, door Text, sent_at Int, passed_at Int, failed Text),
];

/// Copies all rows of `db` into a new file at `file`.
pub async fn to_sqlite(db: &Db, file: &Path) -> Result<(), Trouble> {
    let mut from = db.snapshot().await?;
    let at = from.row("SELECT COALESCE(MAX(at), 0) AS at FROM migration", &[]).await?.map_or(Ok(0), |row| row.int("at"))?;
    let target = Db::open(&Place::Sqlite(file.to_owned())).await?;
    migrate(&target, MIGRATIONS, at).await?;
    let mut to = target.writing().await?;
    to.run("DELETE FROM log_head", &[]).await?;
    for table in TABLES {
        one_table(table, &mut from, &mut to).await?;
    }
    to.commit().await?;
    from.rollback().await?;
    target.close().await;
    Ok(())
}

async fn one_table(table: &Copied, from: &mut Work, to: &mut Work) -> Result<(), Trouble> {
    let mut offset = 0;
    loop {
        let rows = from.rows(table.read, &[Arg::Int(PAGE), Arg::Int(offset)]).await?;
        for row in &rows {
            let cells = table.columns.iter().map(|(name, holds)| cell(row, name, *holds)).collect::<Result<Vec<_>, _>>()?;
            let args: Vec<Arg<'_>> = cells.iter().map(arg).collect();
            to.run(table.write, &args).await?;
        }
        if rows.len() < PAGE as usize {
            return Ok(());
        }
        offset += PAGE;
    }
}

fn cell(row: &Row, name: &str, holds: Holds) -> Result<Cell, Trouble> {
    Ok(match holds {
        Holds::Text => Cell::Text(row.maybe_text(name)?),
        Holds::Int => Cell::Int(row.maybe_int(name)?),
        Holds::Bytes => Cell::Bytes(row.maybe_bytes(name)?),
    })
}

fn arg(cell: &Cell) -> Arg<'_> {
    match cell {
        Cell::Text(value) => Arg::MaybeText(value.as_deref()),
        Cell::Int(value) => Arg::MaybeInt(*value),
        Cell::Bytes(value) => Arg::MaybeBytes(value.as_deref()),
    }
}
