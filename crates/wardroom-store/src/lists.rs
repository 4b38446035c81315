//! The lists of the desk: inbox, cases, advisories, due clocks, people. Rows become values by matching; what fits no value is
//! an inconsistency with its place. Deliberately no search: words are sealed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use wardroom_app::ports::store::{
    AdvisoryRow, CaseQuery, CaseRow, ClockRow, IdentifierRow, InboxQuery, NearestClock, PersonRow, ReportRow,
};
use wardroom_domain::case::CaseState;
use wardroom_domain::communication::EmbargoState;
use wardroom_domain::disclosure::{AdvisoryState, IdState, Scheme};
use wardroom_domain::facts::{Fact, OrgFact};
use wardroom_domain::intake::{Door, Reading, ReportKind, Signature};
use wardroom_domain::log::{Recorded, StreamId};
use wardroom_domain::people::Viewer;
use wardroom_domain::triage::ReportState;
use wardroom_seal::Sealed;

use crate::db::{Arg, Row, Work};
use crate::eyes::{Eyes, sees_advisory, sees_case, sees_report};
use crate::log::read::{self, instant};
use crate::log::streams::stream_id;
use crate::trouble::Trouble;

/// States are given as six placeholders, filled up with a state that nothing has.
const STATES: usize = 6;

/// The rows of one state in the order of the list, no more than can be on the page ($10): an index has them in this order, so that a page
/// costs the same however many rows there are.
macro_rules! reports_in {
    ($state:literal) => {
        concat!(
            "SELECT r.id, r.number, r.state, r.door, r.kind, r.language, r.reading, r.signature, r.automatic, r.received_at, r.case_id, \
             r.waiting_for_us, r.attachments, r.clock, r.clock_force, r.clock_due, r.clock_breached FROM report r WHERE r.state = ",
            $state,
            " AND ",
            sees_report!(),
            " ORDER BY (r.clock_due IS NULL), r.clock_due, r.received_at, r.number LIMIT $10"
        )
    };
}

/// The same for cases.
macro_rules! cases_in {
    ($state:literal) => {
        concat!(
            "SELECT c.id, c.number, c.state, c.embargo, c.embargo_ends, c.owner, c.advisory, c.opened_at, c.changed_at, \
             c.clock, c.clock_force, c.clock_due, c.clock_breached FROM case_file c WHERE c.state = ",
            $state,
            " AND ",
            sees_case!(),
            " ORDER BY (c.clock_due IS NULL), c.clock_due, c.changed_at DESC, c.number LIMIT $10"
        )
    };
}

/// The first rows of each state, one after the other, as `r`.
macro_rules! each_state {
    ($rows:ident) => {
        concat!(
            "SELECT * FROM (SELECT * FROM (",
            $rows!("$4"),
            ") s4 UNION ALL SELECT * FROM (",
            $rows!("$5"),
            ") s5 UNION ALL SELECT * FROM (",
            $rows!("$6"),
            ") s6 UNION ALL SELECT * FROM (",
            $rows!("$7"),
            ") s7 UNION ALL SELECT * FROM (",
            $rows!("$8"),
            ") s8 UNION ALL SELECT * FROM (",
            $rows!("$9"),
            ") s9) r"
        )
    };
}

/// Reports, nearest due first, then oldest.
pub async fn inbox(work: &mut Work, viewer: &Viewer, query: &InboxQuery) -> Result<Vec<ReportRow>, Trouble> {
    let waiting = [ReportState::Quarantined, ReportState::Opened, ReportState::Asked];
    let states = if query.states.is_empty() { waiting.as_slice() } else { query.states.as_slice() };
    let names = padded(states.iter().map(|state| state.as_str()));
    // The page is chosen first and the sealed words are fetched for it alone: sorting must not carry them along.
    let sql = concat!(
        "SELECT r.*, (SELECT f.body FROM fact f WHERE f.stream = r.id AND f.stream_seq = 1) AS body FROM (",
        each_state!(reports_in),
        " ORDER BY (r.clock_due IS NULL), r.clock_due, r.received_at, r.number LIMIT $11 OFFSET $12) r \
         ORDER BY (r.clock_due IS NULL), r.clock_due, r.received_at, r.number"
    );
    let eyes = Eyes::of(viewer);
    let args = eyes.args(listed(&names, query.limit, query.offset));
    work.rows(sql, &args).await?.iter().map(report_row).collect()
}

fn report_row(row: &Row) -> Result<ReportRow, Trouble> {
    let id = stream_id("report", "id", row.text("id")?)?;
    let place = id.as_str();
    let case = row.maybe_text("case_id")?.map(|text| stream_id("report", "case_id", text)).transpose()?;
    Ok(ReportRow {
        number: row.text("number")?,
        state: one_of(row, "report", "state", place, ReportState::parse)?,
        door: one_of(row, "report", "door", place, |text| DOORS.into_iter().find(|door| door.as_str() == text))?,
        kind: one_of(row, "report", "kind", place, ReportKind::parse)?,
        language: row.text("language")?,
        reading: one_of(row, "report", "reading", place, |text| READINGS.into_iter().find(|reading| reading.as_str() == text))?,
        signature: one_of(row, "report", "signature", place, |text| SIGNATURES.into_iter().find(|one| one.as_str() == text))?,
        automatic: row.int("automatic")? == 1,
        received_at: instant("report", "received_at", place, row.int("received_at")?)?,
        case,
        nearest: nearest(row, "report", place)?,
        waiting_for_us: row.int("waiting_for_us")? == 1,
        attachments: small("report", "attachments", place, row.int("attachments")?)?,
        words: row.maybe_bytes("body")?.map(Sealed::from_stored),
        id,
    })
}

const DOORS: [Door; 4] = [Door::Mail, Door::Form, Door::Api, Door::Desk];
const READINGS: [Reading; 5] = [Reading::Clear, Reading::Sealed, Reading::Decrypted, Reading::DecryptionFailed, Reading::Unreadable];
const SIGNATURES: [Signature; 4] = [Signature::None, Signature::Good, Signature::Unknown, Signature::Bad];

/// Identifiers of cases the viewer may see: stuck ones first, then pending ones, the longest in its state first.
pub async fn identifiers(work: &mut Work, viewer: &Viewer) -> Result<Vec<IdentifierRow>, Trouble> {
    let sql = concat!(
        "SELECT i.case_id, i.vulnerability, i.scheme, i.state, i.stuck, i.since FROM identifier i JOIN case_file c ON c.id = i.case_id WHERE ",
        sees_case!(),
        " ORDER BY i.stuck DESC, CASE WHEN i.state LIKE '%_pending' THEN 0 ELSE 1 END, i.since, i.case_id, i.place"
    );
    let eyes = Eyes::of(viewer);
    work.rows(sql, &eyes.args([])).await?.iter().map(identifier_row).collect()
}

fn identifier_row(row: &Row) -> Result<IdentifierRow, Trouble> {
    let case = stream_id("identifier", "case_id", row.text("case_id")?)?;
    let place = case.as_str();
    Ok(IdentifierRow {
        vulnerability: row.text("vulnerability")?,
        scheme: one_of(row, "identifier", "scheme", place, Scheme::parse)?,
        state: one_of(row, "identifier", "state", place, IdState::parse)?,
        stuck: row.int("stuck")? == 1,
        since: instant("identifier", "since", place, row.int("since")?)?,
        case,
    })
}

/// Advisories with a planned moment at or before an instant, the earliest first, each once.
pub async fn moments_due(work: &mut Work, before: Timestamp, limit: u32) -> Result<Vec<StreamId>, Trouble> {
    let sql = "SELECT advisory FROM moment WHERE at <= $1 GROUP BY advisory ORDER BY MIN(at), advisory LIMIT $2";
    let rows = work.rows(sql, &[Arg::Int(before.as_microsecond()), Arg::Int(i64::from(limit))]).await?;
    rows.iter().map(|row| stream_id("moment", "advisory", row.text("advisory")?)).collect()
}

/// How many reports the viewer may see in each state.
pub async fn inbox_counts(work: &mut Work, viewer: &Viewer) -> Result<Vec<(ReportState, u64)>, Trouble> {
    let sql = concat!("SELECT r.state, COUNT(*) AS n FROM report r WHERE ", sees_report!(), " GROUP BY r.state");
    let eyes = Eyes::of(viewer);
    let rows = work.rows(sql, &eyes.args([])).await?;
    let mut counts = Vec::new();
    for row in &rows {
        counts.push((one_of(row, "report", "state", "counts", ReportState::parse)?, row.int("n")?.unsigned_abs()));
    }
    counts.sort_by_key(|(state, _)| ReportState::ALL.iter().position(|one| one == state));
    Ok(counts)
}

/// Cases, nearest due first, then last changed.
pub async fn cases(work: &mut Work, viewer: &Viewer, query: &CaseQuery) -> Result<Vec<CaseRow>, Trouble> {
    let open: Vec<CaseState> = CaseState::ALL.into_iter().filter(|state| *state != CaseState::Closed).collect();
    let states = if query.states.is_empty() { open.as_slice() } else { query.states.as_slice() };
    let names = padded(states.iter().map(|state| state.as_str()));
    let sql = concat!(
        "SELECT r.*, (SELECT f.body FROM fact f WHERE f.stream = r.id AND f.stream_seq = 1) AS body FROM (",
        each_state!(cases_in),
        " ORDER BY (r.clock_due IS NULL), r.clock_due, r.changed_at DESC, r.number LIMIT $11 OFFSET $12) r \
         ORDER BY (r.clock_due IS NULL), r.clock_due, r.changed_at DESC, r.number"
    );
    let eyes = Eyes::of(viewer);
    let args = eyes.args(listed(&names, query.limit, query.offset));
    work.rows(sql, &args).await?.iter().map(case_row).collect()
}

/// Ids and numbers of all cases the viewer may see, last changed first.
pub async fn case_numbers(work: &mut Work, viewer: &Viewer) -> Result<Vec<(StreamId, String)>, Trouble> {
    let sql = concat!("SELECT c.id, c.number FROM case_file c WHERE ", sees_case!(), " ORDER BY c.changed_at DESC, c.number DESC");
    let eyes = Eyes::of(viewer);
    let rows = work.rows(sql, &eyes.args([])).await?;
    rows.iter().map(|row| Ok((stream_id("case_file", "id", row.text("id")?)?, row.text("number")?))).collect()
}

/// Ids of the cases the viewer takes part in, by the index of participants.
pub async fn own_cases(work: &mut Work, viewer: &Viewer) -> Result<Vec<StreamId>, Trouble> {
    let person = Arg::Text(viewer.person().unwrap_or_default());
    let rows = work.rows("SELECT p.case_id FROM participant p WHERE p.person = $1 ORDER BY p.case_id", &[person]).await?;
    rows.iter().map(|row| stream_id("participant", "case_id", row.text("case_id")?)).collect()
}

fn case_row(row: &Row) -> Result<CaseRow, Trouble> {
    let id = stream_id("case_file", "id", row.text("id")?)?;
    let place = id.as_str();
    Ok(CaseRow {
        number: row.text("number")?,
        state: one_of(row, "case_file", "state", place, CaseState::parse)?,
        embargo: one_of(row, "case_file", "embargo", place, EmbargoState::parse)?,
        embargo_ends: row.maybe_int("embargo_ends")?.map(|at| instant("case_file", "embargo_ends", place, at)).transpose()?,
        owner: row.maybe_text("owner")?,
        advisory: row.maybe_text("advisory")?.map(|text| stream_id("case_file", "advisory", text)).transpose()?,
        opened_at: instant("case_file", "opened_at", place, row.int("opened_at")?)?,
        changed_at: instant("case_file", "changed_at", place, row.int("changed_at")?)?,
        nearest: nearest(row, "case_file", place)?,
        words: row.maybe_bytes("body")?.map(Sealed::from_stored),
        id,
    })
}

/// Advisories, last changed first.
pub async fn advisories(work: &mut Work, viewer: &Viewer) -> Result<Vec<AdvisoryRow>, Trouble> {
    let sql = concat!(
        "SELECT a.id, a.number, a.case_id, a.state, a.version, a.changed_at, a.released_at FROM advisory a WHERE ",
        sees_advisory!(),
        " ORDER BY a.changed_at DESC, a.number DESC"
    );
    let eyes = Eyes::of(viewer);
    work.rows(sql, &eyes.args([])).await?.iter().map(advisory_row).collect()
}

fn advisory_row(row: &Row) -> Result<AdvisoryRow, Trouble> {
    let id = stream_id("advisory", "id", row.text("id")?)?;
    let place = id.as_str();
    Ok(AdvisoryRow {
        number: row.text("number")?,
        case: stream_id("advisory", "case_id", row.text("case_id")?)?,
        state: one_of(row, "advisory", "state", place, AdvisoryState::parse)?,
        version: small("advisory", "version", place, row.int("version")?)?,
        changed_at: instant("advisory", "changed_at", place, row.int("changed_at")?)?,
        released_at: row.maybe_int("released_at")?.map(|at| instant("advisory", "released_at", place, at)).transpose()?,
        id,
    })
}

/// Running clocks due before an instant whose breach is not yet in the log, the oldest first.
pub async fn clocks_due(work: &mut Work, before: Timestamp, limit: u32) -> Result<Vec<ClockRow>, Trouble> {
    let sql = "SELECT stream, clock, due_at FROM clock WHERE breached = 0 AND due_at < $1 ORDER BY due_at, stream, place LIMIT $2";
    let rows = work.rows(sql, &[Arg::Int(before.as_microsecond()), Arg::Int(i64::from(limit))]).await?;
    rows.iter()
        .map(|row| {
            let stream = stream_id("clock", "stream", row.text("stream")?)?;
            let due_at = instant("clock", "due_at", &stream, row.int("due_at")?)?;
            Ok(ClockRow { stream, clock: row.text("clock")?, due_at })
        })
        .collect()
}

/// How many running clocks were due before an instant.
pub async fn overdue(work: &mut Work, before: Timestamp) -> Result<u64, Trouble> {
    let row =
        work.row("SELECT COUNT(*) AS n FROM clock WHERE breached IN (0, 1) AND due_at < $1", &[Arg::Int(before.as_microsecond())]).await?;
    Ok(row.map_or(Ok(0), |row| row.int("n"))?.unsigned_abs())
}

/// Waiting mail that claims a stream, the oldest first.
pub async fn claims_on(work: &mut Work, claimed: &StreamId, limit: u32) -> Result<Vec<StreamId>, Trouble> {
    let sql = "SELECT c.stream FROM claim c JOIN report r ON r.id = c.stream WHERE c.claimed = $1 \
               ORDER BY r.received_at, c.stream LIMIT $2";
    let rows = work.rows(sql, &[Arg::Text(claimed.as_str()), Arg::Int(i64::from(limit))]).await?;
    rows.iter().map(|row| stream_id("claim", "stream", row.text("stream")?)).collect()
}

/// The org stream's facts.
pub async fn org(work: &mut Work) -> Result<Vec<Recorded<Fact>>, Trouble> {
    read::heads(work, StreamId::org().as_str()).await
}

/// The people of the team as the org's facts leave them, by name.
pub async fn people(work: &mut Work) -> Result<Vec<PersonRow>, Trouble> {
    let mut people = BTreeMap::<String, PersonRow>::new();
    for recorded in org(work).await? {
        let Fact::Org(fact) = recorded.fact else { continue };
        match fact {
            OrgFact::PersonAdded { person, name, roles } => {
                people.insert(person.clone(), PersonRow { person, name, roles, disabled: false });
            }
            OrgFact::RolesSet { person, roles } => {
                if let Some(row) = people.get_mut(&person) {
                    row.roles = roles;
                }
            }
            OrgFact::PersonDisabled { person } => {
                if let Some(row) = people.get_mut(&person) {
                    row.disabled = true;
                }
            }
            OrgFact::Founded { .. }
            | OrgFact::ProfileSet { .. }
            | OrgFact::ProductKept { .. }
            | OrgFact::ProductRetired { .. }
            | OrgFact::TableKept { .. }
            | OrgFact::TableRetired { .. }
            | OrgFact::KeyKept { .. }
            | OrgFact::KeyRetiring { .. }
            | OrgFact::KeyRetired { .. }
            | OrgFact::KeyRevoked { .. }
            | OrgFact::KeyExpiring { .. }
            | OrgFact::GcveMade { .. }
            | OrgFact::SmimeKeyKept { .. }
            | OrgFact::RecipientKept { .. }
            | OrgFact::RecipientRemoved { .. }
            | OrgFact::AccessHandedOut { .. }
            | OrgFact::AccessWithdrawn { .. } => {}
        }
    }
    let mut rows: Vec<PersonRow> = people.into_values().collect();
    rows.sort_by(|one, other| one.name.cmp(&other.name).then_with(|| one.person.cmp(&other.person)));
    Ok(rows)
}

fn padded<'a>(states: impl Iterator<Item = &'a str>) -> [&'a str; STATES] {
    let mut names = [""; STATES];
    for (place, name) in names.iter_mut().zip(states) {
        *place = name;
    }
    names
}

fn listed<'a>(names: &[&'a str; STATES], limit: u32, offset: u32) -> [Arg<'a>; STATES + 3] {
    let [a, b, c, d, e, f] = *names;
    let (limit, offset) = (i64::from(if limit == 0 { u32::MAX } else { limit }), i64::from(offset));
    let [a, b, c, d, e, f] = [a, b, c, d, e, f].map(Arg::Text);
    [a, b, c, d, e, f, Arg::Int(limit + offset), Arg::Int(limit), Arg::Int(offset)]
}

fn nearest(row: &Row, table: &'static str, place: &str) -> Result<Option<NearestClock>, Trouble> {
    let Some(clock) = row.maybe_text("clock")? else { return Ok(None) };
    let lacks = |column| Trouble::inconsistent(table, column, place, "missing though there is a clock");
    let due = row.maybe_int("clock_due")?.ok_or_else(|| lacks("clock_due"))?;
    Ok(Some(NearestClock {
        clock,
        force: row.maybe_text("clock_force")?.ok_or_else(|| lacks("clock_force"))?,
        due_at: instant(table, "clock_due", place, due)?,
        breached: row.maybe_int("clock_breached")? == Some(1),
    }))
}

fn one_of<T>(row: &Row, table: &'static str, column: &'static str, place: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Trouble> {
    let text = row.text(column)?;
    parse(&text).ok_or_else(|| Trouble::inconsistent(table, column, place, format!("no {column} is called {text:?}")))
}

fn small(table: &'static str, column: &'static str, place: &str, value: i64) -> Result<u32, Trouble> {
    u32::try_from(value).map_err(|_| Trouble::inconsistent(table, column, place, "not a small number"))
}
