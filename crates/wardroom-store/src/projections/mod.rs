//! Projections: rows that lists and look-ups need, folded from a stream's heads by the domain's own fold. Writing a fact and
//! `rebuild` call the same function, and `verify` compares what it gives with what is stored.
//! Deliberately needs no key: words stay in the log.

mod counters;
mod fold;
mod table;

pub use counters::Counters;
pub use fold::{fold, number_key};
pub use table::{Cell, Line, TABLES};

use std::collections::HashMap;

use wardroom_domain::facts::Fact;
use wardroom_domain::log::{Recorded, StreamId};

use crate::db::{Arg, Inserts, Work, look_up, run_for};
use crate::log::walk::Streams;
use crate::trouble::Trouble;

/// Adds the projections of a stream to the rows that are to be written.
pub fn add(rows: &mut Inserts, stream: &StreamId, facts: &[Recorded<Fact>]) {
    add_lines(rows, fold(stream, facts));
}

fn add_lines(rows: &mut Inserts, lines: Vec<Line>) {
    for line in lines {
        let Some(table) = TABLES.iter().find(|table| table.name == line.table) else { continue };
        rows.add(table.insert, line.cells.into_iter().map(Cell::value).collect());
    }
}

/// Removes the projections of some streams.
pub async fn remove(work: &mut Work, streams: &[&StreamId]) -> Result<(), Trouble> {
    for table in TABLES {
        let of_table = streams.iter().filter(|stream| table.kinds.contains(&stream.kind()));
        let keys: Vec<&str> = of_table.map(|stream| stream.as_str()).collect();
        run_for(work, table.delete, &keys).await?;
    }
    Ok(())
}

/// What is stored for some streams, each in the order of [`fold`].
pub async fn stored(work: &mut Work, streams: &[&StreamId]) -> Result<HashMap<String, Vec<Line>>, Trouble> {
    let mut found = HashMap::<String, Vec<Line>>::new();
    for table in TABLES {
        let of_table = streams.iter().filter(|stream| table.kinds.contains(&stream.kind()));
        let keys: Vec<&str> = of_table.map(|stream| stream.as_str()).collect();
        for row in look_up(work, table.select, &keys, table.order).await? {
            let line = table.line(&row)?;
            found.entry(table.stream(&line).to_owned()).or_default().push(line);
        }
    }
    Ok(found)
}

/// Computes all projections again, some streams at a time; gives the number of streams.
pub async fn rebuild(work: &mut Work) -> Result<u64, Trouble> {
    for table in TABLES {
        work.run(table.clear, &[]).await?;
    }
    work.run("DELETE FROM counter", &[]).await?;
    let mut counters = Counters::default();
    let (mut walk, mut count) = (Streams::begin(), 0);
    loop {
        let some = walk.next(work).await?;
        if some.is_empty() {
            break;
        }
        let mut rows = Inserts::default();
        for whole in some {
            let (id, facts) = whole.readable()?;
            let lines = fold(&id, &facts);
            counters.count(&lines);
            add_lines(&mut rows, lines);
            count += 1;
        }
        rows.run(work).await?;
    }
    for (stem, last) in counters.all() {
        work.run("INSERT INTO counter (stem, last) VALUES ($1, $2)", &[Arg::Text(stem), Arg::Int(*last)]).await?;
    }
    Ok(count)
}
