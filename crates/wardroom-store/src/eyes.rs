//! What a viewer may see, as parts of a `WHERE`: what is not to be seen is not there. Three arguments come first in every text
//! that uses them: $1 reads the inbox, $2 sees every case, $3 the person's id.
//!
//! A report is seen by those who read the inbox and, once it belongs to a case, by those who see that case; a case and its
//! advisories by those who see every case and by its participants. The org's stream is seen by everybody who is signed in.

use wardroom_domain::people::{Act, Viewer};

use crate::db::Arg;

/// `r` is the report.
macro_rules! sees_report {
    () => {
        "($1 = 1 OR (r.case_id IS NOT NULL AND ($2 = 1 OR EXISTS \
         (SELECT 1 FROM participant p WHERE p.case_id = r.case_id AND p.person = $3))))"
    };
}

/// `c` is the case.
macro_rules! sees_case {
    () => {
        "($1 = $1 AND ($2 = 1 OR EXISTS (SELECT 1 FROM participant p WHERE p.case_id = c.id AND p.person = $3)))"
    };
}

/// `a` is the advisory.
macro_rules! sees_advisory {
    () => {
        "($1 = $1 AND ($2 = 1 OR EXISTS (SELECT 1 FROM participant p WHERE p.case_id = a.case_id AND p.person = $3)))"
    };
}

/// `$column` is the id of a stream of any kind.
macro_rules! sees_stream {
    ($column:literal) => {
        concat!(
            "(",
            $column,
            " = 'org' OR EXISTS (SELECT 1 FROM report r WHERE r.id = ",
            $column,
            " AND ",
            $crate::eyes::sees_report!(),
            ") OR EXISTS (SELECT 1 FROM case_file c WHERE c.id = ",
            $column,
            " AND ",
            $crate::eyes::sees_case!(),
            ") OR EXISTS (SELECT 1 FROM advisory a WHERE a.id = ",
            $column,
            " AND ",
            $crate::eyes::sees_advisory!(),
            "))"
        )
    };
}

pub(crate) use {sees_advisory, sees_case, sees_report, sees_stream};

/// A viewer as arguments.
pub struct Eyes<'a> {
    inbox: i64,
    all: i64,
    person: &'a str,
}

impl<'a> Eyes<'a> {
    /// The eyes of a viewer.
    pub fn of(viewer: &'a Viewer) -> Eyes<'a> {
        Eyes {
            inbox: i64::from(viewer.may(Act::ReadInbox)),
            all: i64::from(viewer.sees_all()),
            // Ids are never empty, so nobody is the empty person.
            person: viewer.person().unwrap_or(""),
        }
    }

    /// The first three arguments, then the others.
    pub fn args<'b, const N: usize>(&'b self, others: [Arg<'b>; N]) -> Vec<Arg<'b>> {
        let mut args = vec![Arg::Int(self.inbox), Arg::Int(self.all), Arg::Text(self.person)];
        args.extend(others);
        args
    }
}
