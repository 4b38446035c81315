//! The whole log, stream by stream, some thousand facts at a time: for whoever looks at everything and must not hold everything.
//! Deliberately reads heads only.

use wardroom_domain::facts::Fact;
use wardroom_domain::log::{Recorded, StreamId};

use super::read;
use crate::db::{Arg, Row, Work};
use crate::trouble::Trouble;

const PAGE: i64 = 4096;

/// Where a walk is.
pub struct Streams {
    /// Stream and place of the last fact read.
    after: (String, i64),
    /// The stream that may go on.
    open: Option<Whole>,
    ended: bool,
}

/// One stream with all its facts, so far as they can be read.
pub struct Whole {
    /// The stream's name as it is stored.
    pub name: String,
    /// The facts in order.
    pub facts: Vec<Recorded<Fact>>,
    /// Why not all of them are there.
    pub odd: Option<Trouble>,
    /// A fact that does not follow the one before: (seq, its place, place of the one before).
    pub gap: Option<(i64, i64, i64)>,
    last: i64,
}

impl Whole {
    fn begin(name: String) -> Whole {
        Whole { name, facts: Vec::new(), odd: None, gap: None, last: 0 }
    }

    fn take(&mut self, row: &Row) -> Result<(), Trouble> {
        let (seq, place) = (row.int("seq")?, row.int("stream_seq")?);
        if place != self.last + 1 {
            self.gap.get_or_insert((seq, place, self.last));
        }
        self.last = place;
        match read::recorded(row) {
            Ok(fact) => self.facts.push(fact),
            Err(trouble) => self.odd = self.odd.take().or(Some(trouble)),
        }
        Ok(())
    }

    /// The stream, or the trouble with it.
    pub fn readable(self) -> Result<(StreamId, Vec<Recorded<Fact>>), Trouble> {
        if let Some(trouble) = self.odd {
            return Err(trouble);
        }
        let id = StreamId::parse(&self.name).ok_or_else(|| Trouble::inconsistent("fact", "stream", "of a stream", "not a stream id"))?;
        Ok((id, self.facts))
    }
}

impl Streams {
    /// A walk from the first stream on.
    pub fn begin() -> Streams {
        Streams { after: (String::new(), 0), open: None, ended: false }
    }

    /// The next streams, each whole; none when all were given.
    pub async fn next(&mut self, work: &mut Work) -> Result<Vec<Whole>, Trouble> {
        let mut whole = Vec::new();
        while whole.is_empty() && !self.ended {
            let sql = "SELECT seq, stream, stream_seq, kind, at, actor, head FROM fact \
                       WHERE (stream, stream_seq) > ($1, $2) ORDER BY stream, stream_seq LIMIT $3";
            let rows = work.rows(sql, &[Arg::Text(&self.after.0), Arg::Int(self.after.1), Arg::Int(PAGE)]).await?;
            for row in &rows {
                let name = row.text("stream")?;
                let mut on = match self.open.take() {
                    Some(on) if on.name == name => on,
                    ended => {
                        whole.extend(ended);
                        Whole::begin(name.clone())
                    }
                };
                on.take(row)?;
                self.after = (name, on.last);
                self.open = Some(on);
            }
            if i64::try_from(rows.len()) != Ok(PAGE) {
                self.ended = true;
                whole.extend(self.open.take());
            }
        }
        Ok(whole)
    }
}
