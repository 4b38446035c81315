//! How things look on a terminal and as JSON. Stable names as in the API.

use serde_json::{Value, json};
use wardroom_app::case_page::{CasePage, Line};
use wardroom_app::disclosure::AdvisoryPage;
use wardroom_app::disclosure::editor::{Place, Problem};
use wardroom_app::promises::Promise;
use wardroom_app::triage::inbox::{InboxRow, ReportPage};
use wardroom_domain::facts::Words;

pub fn promise(one: &Promise) -> Value {
    json!({"kind": one.kind, "due": one.due, "zone": one.zone, "force": one.force, "kept_at": one.kept_at, "late": one.late, "provisional": one.provisional, "basis": one.basis})
}

pub fn inbox_row(one: &InboxRow) -> Value {
    let row = &one.row;
    json!({
        "id": row.id, "number": row.number, "state": row.state.as_str(), "door": row.door.as_str(), "kind": row.kind.as_str(),
        "language": row.language, "reading": row.reading.as_str(), "signature": row.signature.as_str(), "automatic": row.automatic,
        "received_at": row.received_at, "title": one.words.title, "sender": one.words.sender_address, "attachments": row.attachments, "claims": one.words.claims,
        "clock": row.nearest.as_ref().map(|clock| json!({"kind": clock.clock, "due_at": clock.due_at, "force": clock.force, "breached": clock.breached})),
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
    json!({
        "at": one.at, "source": one.source, "actor": one.actor, "who": one.who, "kind": one.fact.kind(), "head": one.fact.parts().1,
        "words": one.words.as_ref().map(words), "audience": format!("{:?}", one.audience).to_lowercase(),
    })
}

fn words(words: &Words) -> Value {
    serde_json::to_value(words).ok().and_then(|mut value| value.get_mut("words").map(Value::take)).unwrap_or_default()
}

pub fn case(page: &CasePage) -> Value {
    let file = &page.record.file;
    json!({
        "id": file.id, "number": file.number, "title": page.title, "state": file.state.as_str(), "episode": file.episode,
        "disposition": file.disposition.map(|one| one.as_str()), "owner": page.owner_name,
        "reports": page.reports.iter().map(|report| report.number()).collect::<Vec<_>>(),
        "embargo": {"state": file.embargo.as_str(), "terms": file.terms, "proposed": file.proposed_terms},
        "uniqueness": file.uniqueness, "compared": page.compared,
        "vulnerabilities": page.vulnerabilities.iter().map(|one| json!({
            "id": one.id, "title": one.words.title, "description": one.words.description, "cwe": one.words.cwe, "cve": one.words.cve,
            "scores": one.scores,
            "impacts": one.impacts.iter().map(|impact| json!({
                "product": impact.product, "status": impact.status.as_str(), "versions": impact.words.versions,
                "fixed_in": impact.words.fixed_in, "justification": impact.justification})).collect::<Vec<_>>(),
            "remediations": one.remediations.iter().map(|plan| json!({
                "id": plan.id, "kind": plan.plan.as_str(), "state": plan.state.as_str(), "due": plan.due, "owner": plan.words.owner,
                "text": plan.words.text, "products": plan.products})).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "communication_plan": {"approved": file.communication_approved, "lines": page.plan_lines},
        "advisory": page.advisory_number,
        "promises": page.promises.iter().map(|(_, one)| promise(one)).collect::<Vec<_>>(),
        "offered": page.offered.iter().map(|ask| ask.as_str()).collect::<Vec<_>>(),
        "embargo_offered": page.embargo_offered.iter().map(|ask| ask.as_str()).collect::<Vec<_>>(),
    })
}

pub fn advisory(page: &AdvisoryPage) -> Value {
    json!({
        "id": page.record.file.id, "number": page.record.file.number, "case": page.case_number, "state": page.record.file.state.as_str(),
        "hash": page.hash, "lacks": page.lacks, "approval_stands": page.approval_stands, "content": page.content, "fields": page.fields,
        "offered": page.offered.iter().map(|ask| ask.as_str()).collect::<Vec<_>>(),
    })
}

/// A problem of an advisory, with the place where it is repaired.
pub fn problem(one: &Problem) -> Value {
    json!({"gravity": one.gravity.as_str(), "code": one.code, "test": one.test, "place": place(&one.place), "path": one.path, "message": one.message})
}

/// A field of the editor, or a tab of the case.
pub fn place(one: &Place) -> &str {
    match one {
        Place::Field(name) => name,
        Place::Case { tab, .. } => tab,
        Place::Catalogue | Place::Profile | Place::Document => "",
    }
}

/// Pretty JSON, as a person reads it.
pub fn show(value: &Value) {
    println!("{}", serde_json::to_string_pretty(value).unwrap_or_default());
}
