//! Projections: rows that lists and look-ups need, folded from a stream's heads by the domain's own fold. Writing a fact and
//! `rebuild` call the same function, and `verify` compares what it gives with what is stored.
//! Deliberately needs no key: words stay in the log.

mod fold;
mod table;

pub use fold::{fold, number_key};
pub use table::{Cell, Line, TABLES};

use wardroom_domain::facts::Fact;
use wardroom_domain::log::{Recorded, StreamId};

use crate::db::{Arg, Work};
use crate::log::read;
use crate::trouble::Trouble;

/// Writes the projections of a stream that has just begun.
pub async fn begin(work: &mut Work, stream: &StreamId, facts: &[Recorded<Fact>]) -> Result<(), Trouble> {
    for line in fold(stream, facts) {
        let Some(table) = TABLES.iter().find(|table| table.name == line.table) else { continue };
        let args: Vec<Arg<'_>> = line.cells.iter().map(Cell::arg).collect();
        work.run(table.insert, &args).await?;
    }
    Ok(())
}

/// Writes the projections of a stream anew.
pub async fn refresh(work: &mut Work, stream: &StreamId, facts: &[Recorded<Fact>]) -> Result<(), Trouble> {
    for table in TABLES.iter().filter(|table| table.kinds.contains(&stream.kind())) {
        work.run(table.delete, &[Arg::Text(stream.as_str())]).await?;
    }
    begin(work, stream, facts).await
}

/// What is stored for one stream, in the order of [`fold`].
pub async fn stored(work: &mut Work, stream: &StreamId) -> Result<Vec<Line>, Trouble> {
    let mut lines = Vec::new();
    for table in TABLES.iter().filter(|table| table.kinds.contains(&stream.kind())) {
        for row in work.rows(table.select, &[Arg::Text(stream.as_str())]).await? {
            lines.push(table.line(&row)?);
        }
    }
    Ok(lines)
}

/// Computes all projections again; gives the number of streams.
pub async fn rebuild(work: &mut Work) -> Result<u64, Trouble> {
    for table in TABLES {
        work.run(table.clear, &[]).await?;
    }
    work.run("DELETE FROM counter", &[]).await?;
    let streams = streams(work).await?;
    for stream in &streams {
        let facts = read::heads(work, stream.as_str()).await?;
        begin(work, stream, &facts).await?;
    }
    for (stem, last) in counters(work).await? {
        work.run("INSERT INTO counter (stem, last) VALUES ($1, $2)", &[Arg::Text(&stem), Arg::Int(last)]).await?;
    }
    Ok(streams.len() as u64)
}

/// All streams, in the order in which they began.
pub async fn streams(work: &mut Work) -> Result<Vec<StreamId>, Trouble> {
    let rows = work.rows("SELECT stream, seq FROM fact WHERE stream_seq = 1 ORDER BY seq", &[]).await?;
    rows.iter()
        .map(|row| {
            let text = row.text("stream")?;
            StreamId::parse(&text).ok_or_else(|| Trouble::inconsistent("fact", "stream", row.int("seq").unwrap_or(0), "not a stream id"))
        })
        .collect()
}

/// The counters as the numbers in the log say: per stem the largest.
pub async fn counters(work: &mut Work) -> Result<Vec<(String, i64)>, Trouble> {
    let mut largest = std::collections::BTreeMap::<String, i64>::new();
    let sql = "SELECT number FROM report UNION ALL SELECT number FROM case_file UNION ALL SELECT number FROM advisory";
    for row in work.rows(sql, &[]).await? {
        let number = row.text("number")?;
        let Some((stem, running)) = number.rsplit_once('-') else { continue };
        let Ok(running) = running.parse::<i64>() else { continue };
        let last = largest.entry(format!("{stem}-")).or_default();
        *last = running.max(*last);
    }
    Ok(largest.into_iter().collect())
}
