//! From a stream's heads to its projection rows, by the domain's own folds. Pure.
//! Deliberately gives nothing for a stream that does not begin as its kind begins; `verify` reports such a stream.

use jiff::Timestamp;
use wardroom_domain::case::file::{CaseFile, Clock, Clocks, ReportFile};
use wardroom_domain::disclosure::AdvisoryFile;
use wardroom_domain::facts::{AdvisoryFact, Fact};
use wardroom_domain::log::{Recorded, StreamId, StreamKind};
use wardroom_domain::triage::ReportState;

use super::table::{Cell, Line};

/// All projection rows of one stream, table by table.
pub fn fold(stream: &StreamId, facts: &[Recorded<Fact>]) -> Vec<Line> {
    match stream.kind() {
        StreamKind::Org => Vec::new(),
        StreamKind::Report => ReportFile::fold(facts).map(|file| report(&file)).unwrap_or_default(),
        StreamKind::Case => CaseFile::fold(facts).map(|file| case(&file, facts)).unwrap_or_default(),
        StreamKind::Advisory => AdvisoryFile::fold(facts).map(|file| advisory(&file, facts)).unwrap_or_default(),
    }
}

/// Numbers are looked up whatever their case.
pub fn number_key(number: &str) -> String {
    number.trim().to_lowercase()
}

fn report(file: &ReportFile) -> Vec<Line> {
    let received = &file.received;
    let mut lines = numbered(&received.number, &file.id);
    let mut cells = vec![
        text(file.id.as_str()),
        text(&received.number),
        text(file.state.as_str()),
        flag(file.state.is_waiting()),
        text(received.door.as_str()),
        text(received.kind.as_str()),
        text(&received.language),
        text(received.reading.as_str()),
        text(received.signature.as_str()),
        flag(received.automatic),
        instant(received.received_at),
        Cell::Text(file.case.as_ref().map(|case| case.as_str().to_owned())),
        text(&received.lookup),
        flag(file.waiting_for_us),
        Cell::Int(i64::try_from(received.attachments.len()).ok()),
    ];
    cells.extend(nearest(&file.clocks));
    lines.push(Line { table: "report", cells });
    let returned = file.returned.iter().map(|one| &one.original);
    let mut blobs: Vec<_> = std::iter::once(&received.original).chain(&received.attachments).chain(returned).collect();
    blobs.sort_by(|one, other| one.name.cmp(&other.name));
    blobs.dedup_by(|one, other| one.name == other.name);
    // A report whose original was too odd to keep names no blob.
    for blob in blobs.into_iter().filter(|blob| !blob.name.is_empty()) {
        let cells =
            vec![text(&blob.name), text(file.id.as_str()), Cell::Int(i64::try_from(blob.sealed_len).ok()), text(&blob.sealed_sha256)];
        lines.push(Line { table: "blob_ref", cells });
    }
    // Released, it is a report of its own and claims nothing any more; a machine's mail was never in quarantine.
    let undecided = file.state == ReportState::Quarantined || received.automatic && file.state.is_waiting();
    if let Some(claim) = received.claims.as_ref().filter(|_| undecided) {
        lines.push(Line { table: "claim", cells: vec![text(file.id.as_str()), text(claim.claimed.as_str())] });
    }
    lines.extend(clocks(&file.id, &file.clocks));
    lines
}

fn case(file: &CaseFile, facts: &[Recorded<Fact>]) -> Vec<Line> {
    let mut lines = numbered(&file.number, &file.id);
    let mut cells = vec![
        text(file.id.as_str()),
        text(&file.number),
        text(file.state.as_str()),
        text(file.embargo.as_str()),
        Cell::Int(file.terms.as_ref().map(|terms| terms.ends_at.as_microsecond())),
        Cell::Text(file.owner.clone()),
        Cell::Text(file.advisory.as_ref().map(|advisory| advisory.as_str().to_owned())),
        instant(file.opened_at),
        instant(facts.last().map_or(file.opened_at, |fact| fact.at)),
    ];
    cells.extend(nearest(&file.clocks));
    lines.push(Line { table: "case_file", cells });
    let mut people = file.participants.clone();
    people.sort();
    people.dedup();
    lines.extend(people.iter().map(|person| Line { table: "participant", cells: vec![text(file.id.as_str()), text(person)] }));
    lines.extend(file.identifiers.iter().enumerate().map(|(place, one)| Line {
        table: "identifier",
        cells: vec![
            text(file.id.as_str()),
            Cell::Int(i64::try_from(place).ok()),
            text(&one.vulnerability),
            text(one.scheme.as_str()),
            text(one.state.as_str()),
            flag(one.stuck),
            instant(one.since),
        ],
    }));
    lines.extend(clocks(&file.id, &file.clocks));
    lines
}

fn advisory(file: &AdvisoryFile, facts: &[Recorded<Fact>]) -> Vec<Line> {
    let cells = vec![
        text(file.id.as_str()),
        text(&file.number),
        text(file.case.as_str()),
        text(file.state.as_str()),
        Cell::Int(Some(i64::from(version(facts)))),
        Cell::Int(facts.last().map(|fact| fact.at.as_microsecond())),
        Cell::Int(file.published.last().map(|publication| publication.released_at.as_microsecond())),
        Cell::Int(Some(public_until(facts))),
    ];
    let mut lines = numbered(&file.number, &file.id);
    lines.push(Line { table: "advisory", cells });
    let moments = file.plan.standing().map_or(&[][..], |(_, confirmed)| &confirmed.moments);
    lines.extend(moments.iter().enumerate().map(|(place, one)| Line {
        table: "moment",
        cells: vec![text(file.id.as_str()), Cell::Int(i64::try_from(place).ok()), instant(one.at)],
    }));
    lines
}

/// The version that is in work or, when none is, in force; 1 before the first publication.
fn version(facts: &[Recorded<Fact>]) -> u32 {
    let (mut version, mut in_force) = (1, 1);
    for fact in facts {
        match &fact.fact {
            Fact::Advisory(AdvisoryFact::RevisionBegun { version: next }) => version = *next,
            Fact::Advisory(AdvisoryFact::Published { content, .. }) => (version, in_force) = (content.version, content.version),
            Fact::Advisory(AdvisoryFact::Discarded) => version = in_force,
            _ => {}
        }
    }
    version
}

/// Up to which `stream_seq` the public may know the stream: its last publication; 0 for never.
fn public_until(facts: &[Recorded<Fact>]) -> i64 {
    let published = |fact: &&Recorded<Fact>| matches!(fact.fact, Fact::Advisory(AdvisoryFact::Published { .. }));
    let until = facts.iter().rev().find(published).map_or(0, |fact| fact.stream_seq);
    i64::try_from(until).unwrap_or(i64::MAX)
}

fn numbered(number: &str, stream: &StreamId) -> Vec<Line> {
    let key = number_key(number);
    if key.is_empty() {
        return Vec::new();
    }
    vec![Line { table: "numbered", cells: vec![text(&key), text(stream.as_str())] }]
}

fn nearest(clocks: &Clocks) -> [Cell; 4] {
    let Some(clock) = clocks.nearest() else {
        return [Cell::Text(None), Cell::Text(None), Cell::Int(None), Cell::Int(None)];
    };
    [text(&clock.start.clock), text(&clock.start.force), instant(clock.start.due_at), flag(clock.breached_at.is_some())]
}

fn clocks(stream: &StreamId, clocks: &Clocks) -> Vec<Line> {
    let line = |(place, clock): (usize, &Clock)| Line {
        table: "clock",
        cells: vec![
            text(stream.as_str()),
            Cell::Int(i64::try_from(place).ok()),
            text(&clock.start.clock),
            instant(clock.start.due_at),
            flag(clock.breached_at.is_some()),
        ],
    };
    clocks.running().enumerate().map(line).collect()
}

fn text(value: &str) -> Cell {
    Cell::Text(Some(value.to_owned()))
}

fn flag(value: bool) -> Cell {
    Cell::Int(Some(i64::from(value)))
}

fn instant(value: Timestamp) -> Cell {
    Cell::Int(Some(value.as_microsecond()))
}
