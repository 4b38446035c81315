//! How things look as JSON. The command line prints the same names.

use serde_json::{Value, json};
use wardroom_app::case_page::{Audience, CaseListRow, CasePage, Line};
use wardroom_app::disclosure::editor::{Place, Problem};
use wardroom_app::disclosure::{AdvisoryListRow, AdvisoryPage};
use wardroom_app::ports::store::NearestClock;
use wardroom_app::promises::Promise;
use wardroom_app::triage::inbox::{InboxRow, ReportPage};
use wardroom_app::validation::glimpse::Glimpse;
use wardroom_domain::facts::Words;
use wardroom_domain::validation::{ScoreSource, ScoreWords};

pub fn promise(one: &Promise) -> Value {
    json!({
        "kind": one.kind, "due": one.due, "zone": one.zone, "force": one.force, "kept_at": one.kept_at, "late": one.late,
        "provisional": one.provisional, "basis": one.basis,
    })
}

fn clock(one: &NearestClock) -> Value {
    json!({"kind": one.clock, "due_at": one.due_at, "force": one.force, "breached": one.breached})
}

pub fn inbox_row(one: &InboxRow, alike: Option<&Glimpse>) -> Value {
    let row = &one.row;
    json!({
        "id": row.id, "number": row.number, "state": row.state.as_str(), "door": row.door.as_str(), "kind": row.kind.as_str(),
        "language": row.language, "reading": row.reading.as_str(), "signature": row.signature.as_str(), "automatic": row.automatic,
        "received_at": row.received_at, "title": one.words.title, "sender": one.words.sender_address, "attachments": row.attachments, "claims": one.words.claims,
        "waiting_for_us": row.waiting_for_us, "clock": row.nearest.as_ref().map(clock),
        "alike": alike.map(|one| json!({"count": one.count, "best": one.best, "case": one.number})),
    })
}

pub fn report(page: &ReportPage) -> Value {
    let received = &page.record.file.received;
    json!({
        "id": page.record.file.id, "number": received.number, "state": page.record.file.state.as_str(),
        "door": received.door.as_str(), "kind": received.kind.as_str(), "language": received.language,
        "reading": received.reading.as_str(), "signature": received.signature.as_str(), "signed_by": page.words.signed_by,
        "automatic": received.automatic, "received_at": received.received_at, "sent_at": received.sent_at,
        "title": page.words.title, "text": page.words.text, "fields": page.words.fields, "sender_name": page.words.sender_name,
        "sender": page.words.sender_address, "sha256": page.words.sha256, "remarks": page.words.remarks,
        "evidence": page.words.evidence, "claims": page.words.claims,
        "claimed_by": page.claims.iter().map(|one| one.number.as_str()).collect::<Vec<_>>(), "undelivered": page.record.file.returned, "attachments": page.words.attachments, "case": page.case_number,
        "offered": page.offered.iter().map(|ask| ask.as_str()).collect::<Vec<_>>(),
        "promises": page.promises.iter().map(promise).collect::<Vec<_>>(),
        "candidates": page.candidates,
    })
}

pub fn line(one: &Line) -> Value {
    let audience = match one.audience {
        Audience::Outside => "outside",
        Audience::Inside => "inside",
        Audience::Change => "change",
    };
    json!({
        "at": one.at, "seq": one.seq, "source": one.source, "actor": one.actor, "who": one.who, "kind": one.fact.kind(),
        "head": one.fact.parts().1, "words": one.words.as_ref().map(words), "audience": audience,
    })
}

fn words(words: &Words) -> Value {
    serde_json::to_value(words).ok().and_then(|mut value| value.get_mut("words").map(Value::take)).unwrap_or_default()
}

pub fn case_row(one: &CaseListRow) -> Value {
    let row = &one.row;
    json!({
        "id": row.id, "number": row.number, "title": one.title, "state": row.state.as_str(), "embargo": row.embargo.as_str(),
        "embargo_ends": row.embargo_ends, "owner": one.owner_name, "opened_at": row.opened_at, "changed_at": row.changed_at,
        "clock": row.nearest.as_ref().map(clock),
    })
}

pub fn case(page: &CasePage) -> Value {
    let file = &page.record.file;
    let vulnerability = |one: &wardroom_app::case_page::VulnerabilityView| {
        json!({
            "id": one.id, "title": one.words.title, "description": one.words.description, "cwe": one.words.cwe, "cve": one.words.cve,
            "scores": one.scores,
            "heard": one.heard.iter().map(|(from, score)| heard(*from, score)).collect::<Vec<_>>(),
            "priority": one.priority,
            "impacts": one.impacts.iter().map(|impact| json!({
                "product": impact.product, "status": impact.status.as_str(), "versions": impact.words.versions,
                "fixed_in": impact.words.fixed_in, "justification": impact.justification, "note": impact.words.note,
            })).collect::<Vec<_>>(),
            "remediations": one.remediations.iter().map(|plan| json!({
                "id": plan.id, "kind": plan.plan.as_str(), "state": plan.state.as_str(), "due": plan.due, "owner": plan.words.owner,
                "text": plan.words.text, "text_zh": plan.words.text_zh, "url": plan.words.url, "products": plan.products,
            })).collect::<Vec<_>>(),
        })
    };
    json!({
        "id": file.id, "number": file.number, "title": page.title, "state": file.state.as_str(), "episode": file.episode,
        "disposition": file.disposition.map(|one| one.as_str()), "owner": page.owner_name,
        "reports": page.reports.iter().map(|report| report.number()).collect::<Vec<_>>(),
        "embargo": {"state": file.embargo.as_str(), "terms": file.terms, "proposed": file.proposed_terms},
        "uniqueness": file.uniqueness, "compared": page.compared,
        "vulnerabilities": page.vulnerabilities.iter().map(vulnerability).collect::<Vec<_>>(),
        "communication_plan": {"approved": file.communication_approved, "lines": page.plan_lines},
        "advisory": page.advisory_number,
        "promises": page.promises.iter().map(|(_, one)| promise(one)).collect::<Vec<_>>(),
        "offered": page.offered.iter().map(|ask| ask.as_str()).collect::<Vec<_>>(),
        "embargo_offered": page.embargo_offered.iter().map(|ask| ask.as_str()).collect::<Vec<_>>(),
    })
}

pub fn advisory_row(one: &AdvisoryListRow) -> Value {
    json!({
        "id": one.row.id, "number": one.row.number, "state": one.row.state.as_str(), "version": one.row.version, "title": one.title,
        "case": one.case_number, "released_at": one.row.released_at, "changed_at": one.row.changed_at,
    })
}

pub fn advisory(page: &AdvisoryPage) -> Value {
    json!({
        "id": page.record.file.id, "number": page.record.file.number, "case": page.case_number, "state": page.record.file.state.as_str(),
        "hash": page.hash, "lacks": page.lacks, "approval_stands": page.approval_stands, "is_writer": page.is_writer,
        "embargo": page.embargo.as_str(), "embargo_ends": page.embargo_ends, "content": page.content, "fields": page.fields,
        "offered": page.offered.iter().map(|ask| ask.as_str()).collect::<Vec<_>>(),
    })
}

/// A problem of an advisory; `field` or `case_tab` is where it is repaired.
pub fn problem(one: &Problem) -> Value {
    let (field, tab, vulnerability) = match &one.place {
        Place::Field(name) => (Some(name.as_str()), None, None),
        Place::Case { tab, vulnerability } => (None, Some(*tab), Some(vulnerability.as_str()).filter(|id| !id.is_empty())),
        Place::Catalogue | Place::Profile | Place::Document => (None, None, None),
    };
    json!({
        "gravity": one.gravity.as_str(), "code": one.code, "test": one.test, "path": one.path, "message": one.message, "field": field,
        "case_tab": tab, "vulnerability": vulnerability,
    })
}

/// Somebody else's vector.
pub fn heard(from: ScoreSource, score: &ScoreWords) -> Value {
    json!({
        "from": from, "source": score.source, "version": score.version, "vector": score.vector, "score": score.score,
        "severity": score.severity,
    })
}
