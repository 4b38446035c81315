//! What each address does and what it is sent. A test holds this table against the table of doors, both ways.

use super::kit::{by_name, day, flag, instant, like, list, named, object, one_of, open, or_null, said, said_short, short, text};
use serde_json::{Value, json};
use wardroom_app::communication::LONGEST;
use wardroom_app::triage::pile::MOST;
use wardroom_domain::case::{CaseAsk, CaseState};
use wardroom_domain::communication::EmbargoAsk;
use wardroom_domain::disclosure::{AdvisoryKind, IdAsk, Level, Scheme};
use wardroom_domain::people::Role;
use wardroom_domain::remediation::{ImpactStatus, PlanKind, PlanState};
use wardroom_domain::triage::{Disposition, ReportState};
use wardroom_domain::validation::{Relation, ScoreSource};
use wardroom_formats::rendering::Format;

/// Why something is done, at most.
const REASON: usize = LONGEST;

/// One address with a method.
pub struct Operation {
    pub method: &'static str,
    pub path: &'static str,
    pub does: &'static str,
    /// The body, when it takes one.
    pub body: Option<Value>,
    /// Parameters of the query: name and schema.
    pub query: Vec<(&'static str, Value)>,
}

pub(super) fn reads(path: &'static str, does: &'static str) -> Operation {
    Operation { method: "GET", path, does, body: None, query: Vec::new() }
}

fn lists(path: &'static str, does: &'static str, view: Value) -> Operation {
    let limit =
        json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX, "default": 50, "description": "Rows of a page, 200 at most" });
    let cursor = json!({ "type": "string", "description": "`next_cursor` of the page before" });
    Operation { query: vec![("view", view), ("limit", limit), ("cursor", cursor)], ..reads(path, does) }
}

pub(super) fn acts(path: &'static str, does: &'static str, body: Value) -> Operation {
    Operation { method: "POST", path, does, body: Some(body), query: Vec::new() }
}

/// Every address of the API.
pub fn all() -> Vec<Operation> {
    let mut all = house();
    all.extend(inbox());
    all.extend(reporters_keys());
    all.extend(cases());
    all.extend(advisories());
    all
}

fn nothing() -> Value {
    object([])
}

fn views<'w>(states: impl Iterator<Item = &'w str>, usual: &'w str) -> Value {
    let mut schema = one_of(["", usual, "all"].into_iter().chain(states));
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), json!(format!("Absent or empty: {usual}")));
    }
    schema
}

fn inbox() -> Vec<Operation> {
    let declined = one_of(Disposition::DECLINE.map(Disposition::as_str));
    let reports = json!({ "type": "array", "maxItems": MOST, "items": { "type": "string" }, "description": "Ids or numbers" });
    let pile = object([
        ("reports", reports.clone()),
        ("like", or_null(json!({ "type": "string", "description": "Also all waiting reports that look like this one" }))),
        ("reason*", declined.clone()),
        ("message", or_null(json!({ "type": "string", "description": "One wording for everybody instead of the proposed ones" }))),
        ("preview", json!({ "type": "boolean", "default": false, "description": "Only say who is meant and what they would read" })),
    ]);
    let date = object([
        ("answer*", one_of(["accept", "decline", "propose"])),
        ("ends_at", or_null(instant())),
        ("zone", text()),
        ("reason", short(REASON)),
    ]);
    let message = object([("text*", said_short(LONGEST)), ("question", flag()), ("report", text())]);
    vec![
        lists("/api/v1/inbox", "List reports", views(ReportState::ALL.iter().map(|one| one.as_str()), "waiting")),
        reads("/api/v1/inbox/{id}", "One report with its words"),
        reads("/api/v1/inbox/{id}/events", "What happened with a report"),
        acts(
            "/api/v1/inbox/{id}/relations",
            "Say how a report stands to a case that looks alike; what is different is not proposed again",
            object([("with*", said()), ("relation*", one_of(Relation::ALL.map(Relation::as_str)))]),
        ),
        acts("/api/v1/inbox/{id}:accept", "Open a case from a report", object([("title", text())])),
        acts("/api/v1/inbox/{id}:duplicate", "Link a report to an earlier case", object([("of*", said()), ("message", or_null(text()))])),
        acts(
            "/api/v1/inbox/{id}:decline",
            "Decline a report; without a message the proposed wording is sent",
            object([("reason*", declined), ("message", or_null(text()))]),
        ),
        acts("/api/v1/inbox/{id}:ask", "Ask the reporter", object([("message*", said_short(LONGEST))])),
        acts("/api/v1/inbox/{id}:release", "Take a report out of quarantine", nothing()),
        acts("/api/v1/inbox/{id}:reopen", "Reopen a declined or withdrawn report", nothing()),
        acts("/api/v1/inbox/{id}:attach", "Join unconfirmed mail to the report it claims", nothing()),
        acts("/api/v1/inbox/{id}:discard", "Put unconfirmed mail away", object([("reason*", said_short(REASON))])),
        acts(
            "/api/v1/inbox/{id}:explain",
            "Give the reason of a missed deadline",
            object([("clock*", said()), ("reason*", said_short(REASON))]),
        ),
        acts(
            "/api/v1/inbox/{id}:pause",
            "Let a clock stand still",
            object([("clock*", said()), ("cause*", said()), ("reason*", said_short(REASON))]),
        ),
        acts("/api/v1/inbox/{id}:resume", "Let a clock go on", object([("clock*", said())])),
        acts("/api/v1/inbox:decline", "Decline many in one act; mails wait ten minutes", pile),
        acts("/api/v1/inbox:reopen", "Take a declined pile back", object([("reports*", reports)])),
        acts("/api/v1/inbox/{id}/notes", "Note something for the team", object([("text*", said_short(LONGEST))])),
        acts("/api/v1/inbox/{id}/date", "Answer the reporter's date of disclosure, or propose one", date),
        acts("/api/v1/inbox/{id}/messages", "Write to the reporter", message.clone()),
        acts("/api/v1/cases/{id}/messages", "Write to the reporter of a case; where there are several, `report` names one", message),
    ]
}

fn reporters_keys() -> Vec<Operation> {
    let decision = object([("fingerprint*", said()), ("decision*", one_of(["pin", "reject"]))]);
    vec![
        reads("/api/v1/inbox/{id}/keys", "Keys known for the reporter, and which is used; `id` may be a case with one report"),
        acts("/api/v1/inbox/{id}/keys", "Pin a key you got another way", object([("key*", said())])),
        acts("/api/v1/inbox/{id}/keys/decision", "Use a key for answers, or never", decision),
        acts("/api/v1/inbox/{id}/keys/lookup", "Ask the key directory of the reporter's domain", object([("consent", text())])),
    ]
}

fn cases() -> Vec<Operation> {
    let vulnerability = object([
        ("id", json!({ "type": "string", "description": "Empty: a new one" })),
        ("title*", said()),
        ("description", text()),
        ("cwe", like("^\\s*([Cc][Ww][Ee]-[0-9]{1,5})?\\s*$")),
        ("cve", like("^\\s*([Cc][Vv][Ee]-[0-9]{4}-[0-9]{4,19})?\\s*$")),
    ]);
    let identifier = object([
        ("scheme*", one_of(Scheme::ALL.map(Scheme::as_str))),
        ("ask*", one_of(IdAsk::ALL.map(IdAsk::as_str))),
        ("vulnerability", json!({ "type": "string", "description": "Not needed where there is only one" })),
        ("id", json!({ "type": "string", "description": "With assign: the CVE id that is yours already" })),
        ("reason", short(2_000)),
    ]);
    let score = object([("vulnerability*", said()), ("vector*", said()), ("justification", text())]);
    let heard = object([
        ("vulnerability*", said()),
        ("vector*", said()),
        ("from*", one_of(ScoreSource::ALL.map(ScoreSource::as_str))),
        ("source", json!({ "type": "string", "maxLength": 60, "description": "Needed where it is not the reporter's" })),
    ]);
    let priority = object([("vulnerability*", said()), ("table", text()), ("answers*", by_name(text())), ("justification", text())]);
    let impact = object([
        ("vulnerability*", said()),
        ("product*", said()),
        ("status*", one_of(ImpactStatus::ALL.map(ImpactStatus::as_str))),
        ("versions", text()),
        ("fixed_in", text()),
        ("justification", text()),
        ("note", text()),
        ("hardware", list(text())),
    ]);
    let remediation = object([
        ("id", json!({ "type": "string", "description": "Empty: a new one" })),
        ("vulnerability*", said()),
        ("kind*", one_of(PlanKind::ALL.map(PlanKind::as_str))),
        ("state*", one_of(PlanState::ALL.map(PlanState::as_str))),
        ("due", or_null(day())),
        ("products", list(text())),
        ("text", text()),
        ("text_zh", text()),
        ("url", text()),
        ("owner", text()),
    ]);
    let embargo = object([
        ("ask*", one_of(EmbargoAsk::ALL.map(EmbargoAsk::as_str))),
        ("ends_at", or_null(instant())),
        ("zone", or_null(text())),
        ("reason", text()),
    ]);
    let state = object([
        ("ask*", one_of(CaseAsk::ALL.map(CaseAsk::as_str))),
        ("disposition", or_null(one_of(Disposition::ALL.map(Disposition::as_str)))),
        ("reason", text()),
    ]);
    let plan = object([("lines*", list(named("PlanLine"))), ("approve", flag())]);
    let person = object([("person*", said())]);
    vec![
        lists("/api/v1/cases", "List cases", views(CaseState::ALL.iter().map(|one| one.as_str()), "open")),
        reads("/api/v1/cases/{id}", "One case with its words"),
        reads("/api/v1/cases/{id}/events", "What happened with a case and its reports"),
        reads("/api/v1/cases/{id}/duplicates", "What the case looks like now"),
        acts("/api/v1/cases/{id}/notes", "Note something for the team", object([("text*", said_short(LONGEST))])),
        acts("/api/v1/cases/{id}/vulnerabilities", "Keep a vulnerability", vulnerability),
        reads("/api/v1/identifiers", "Identifiers of all cases, what needs a person first"),
        reads("/api/v1/cases/{id}/identifiers", "Identifiers of a case, and what may be asked of each"),
        acts("/api/v1/cases/{id}/identifiers", "Reserve, assign, give back or reject an identifier", identifier),
        acts("/api/v1/cases/{id}/scores", "Score a vulnerability by a CVSS vector", score),
        acts("/api/v1/cases/{id}/scores/heard", "Keep somebody else's CVSS vector beside ours", heard),
        acts("/api/v1/cases/{id}/priority", "Decide how soon, by an SSVC decision table", priority),
        acts("/api/v1/cases/{id}/impacts", "Say whether a product is affected", impact),
        acts("/api/v1/cases/{id}/remediations", "Keep a remediation", remediation),
        acts("/api/v1/cases/{id}/embargo", "Propose, accept, revise or end the embargo", embargo),
        acts("/api/v1/cases/{id}/uniqueness", "Record the check for duplicates", object([("duplicate_of", or_null(text()))])),
        acts(
            "/api/v1/cases/{id}/relations",
            "Say how a case stands to another that looks alike; what is different is not proposed again",
            object([("with*", said()), ("relation*", one_of(Relation::ALL.map(Relation::as_str)))]),
        ),
        acts("/api/v1/cases/{id}/state", "Move the case on", state),
        acts("/api/v1/cases/{id}/plan", "Keep the communication plan, and approve it", plan),
        acts("/api/v1/cases/{id}/owner", "Give the case to a person", person.clone()),
        acts("/api/v1/cases/{id}/participants", "Let a person see the case", person),
        acts("/api/v1/cases/{id}/advisory", "Begin an advisory", nothing()),
    ]
}

fn advisories() -> Vec<Operation> {
    let dry_run = one_of(["", "0", "1", "true", "false"]);
    let publish = acts(
        "/api/v1/advisories/{id}:publish",
        "Publish what another person approved",
        object([("confirm", text()), ("end_embargo", or_null(text()))]),
    );
    let formats = one_of(["", "json"].into_iter().chain(Format::ALL.map(Format::name)));
    let rendered = reads("/api/v1/advisories/{id}/rendered", "The advisory in one of its formats; json is the content as it is approved");
    vec![
        Operation { query: vec![("format", formats), ("lang", one_of(["", "en", "zh"]))], ..rendered },
        reads("/api/v1/advisories", "List advisories"),
        reads("/api/v1/advisories/{id}", "One advisory as it would be published"),
        reads("/api/v1/advisories/{id}/records", "What the CNA rules say of its CVE records"),
        Operation { method: "PATCH", ..acts("/api/v1/advisories/{id}", "Replace the written texts as a whole", named("Texts")) },
        acts(
            "/api/v1/advisories/{id}:check",
            "What would be wrong if these fields were changed; nothing is kept",
            object([("fields", by_name(text()))]),
        ),
        acts(
            "/api/v1/advisories/{id}:fields",
            "Change some fields of what is written",
            object([("fields", by_name(text())), ("hash", text())]),
        ),
        acts("/api/v1/advisories/{id}:submit", "Hand in for review", nothing()),
        acts("/api/v1/advisories/{id}:revise", "Begin the next version", nothing()),
        acts("/api/v1/advisories/{id}:send-back", "Send back to the writer", object([("comment*", said())])),
        acts("/api/v1/advisories/{id}:approve", "Approve exactly the content with this hash", object([("hash*", said())])),
        Operation { query: vec![("dry_run", dry_run)], ..publish },
        acts(
            "/api/v1/advisories/{id}:share",
            "Hand what is approved to those who hold an access for its level; needs the number as `confirm`",
            object([("confirm*", text())]),
        ),
        acts("/api/v1/advisories/{id}:end-share", "Take what is shared out of its feed", nothing()),
        acts("/api/v1/advisories/{id}:discard", "Drop the version in work", nothing()),
        acts(
            "/api/v1/advisories/{id}:withdraw",
            "Write the version that withdraws it and hand it in for review",
            object([("reason*", named("Bilingual"))]),
        ),
        acts(
            "/api/v1/advisories/{id}:supersede",
            "Write the version that names what replaces it and hand it in for review",
            object([("reason*", named("Bilingual")), ("by*", list(text()))]),
        ),
    ]
}

/// What helps to recognise a product.
pub(super) fn marks() -> Value {
    let hash = open([("version*", text()), ("file*", text()), ("algorithm*", text()), ("value*", text())]);
    open([("model_numbers", list(text())), ("serial_numbers", list(text())), ("skus", list(text())), ("hashes", list(hash))])
}

fn house() -> Vec<Operation> {
    let product = open([
        ("id*", like("^[a-z0-9-]+$")),
        ("name*", said()),
        ("family", text()),
        ("cpe", text()),
        ("purl", text()),
        ("versions", list(text())),
        ("supported_until", text()),
        ("hosted", flag()),
        ("vendor", text()),
        ("hardware", list(text())),
        ("marks", marks()),
    ]);
    let roles: Vec<Value> = Role::ALL.iter().map(|role| json!(role)).collect();
    let person = object([("name*", said()), ("roles*", json!({ "type": "array", "items": { "enum": roles } }))]);
    let table = open([
        ("namespace*", said()),
        ("key*", said()),
        ("version*", said()),
        ("name*", said()),
        ("definition*", said()),
        ("decision_points*", by_name(open([]))),
        ("outcome*", said()),
        ("mapping*", list(by_name(text()))),
    ]);
    let audit = Operation {
        query: vec![
            ("after", json!({ "type": "integer", "minimum": 0, "description": "`seq` of the last fact seen" })),
            ("limit", json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX, "default": 100, "description": "1,000 at most" })),
        ],
        ..reads("/api/v1/audit", "The log in order, without words of people")
    };
    vec![
        reads("/api/v1/openapi.json", "This description"),
        reads("/metrics", "Numbers for Prometheus"),
        reads("/api/v1/metrics", "The same as JSON"),
        reads("/api/v1/me", "Who you are"),
        reads("/api/v1/products", "The catalogue"),
        acts("/api/v1/products", "Keep a product", product),
        reads("/api/v1/users", "The team"),
        acts("/api/v1/users", "Add a person; the answer has their sign-in link, once", person),
        audit,
        Operation { method: "POST", ..reads("/api/v1/audit:verify", "Check the whole log") },
        reads("/api/v1/jobs", "What is under way, and what failed"),
        reads("/api/v1/profile", "How this team works: its profile"),
        acts("/api/v1/cvss:score", "Compute a score", object([("vector*", said())])),
        reads("/api/v1/ssvc/tables", "The SSVC decision tables the team decides by"),
        acts("/api/v1/ssvc/tables", "Keep a decision table, in SSVC's own JSON", table),
        acts(
            "/api/v1/ssvc:decide",
            "Look up what a table says; nothing is recorded",
            object([("table", text()), ("answers*", by_name(text()))]),
        ),
    ]
}

/// Components that bodies use.
pub fn components() -> Vec<(&'static str, Value)> {
    let both = || named("Bilingual");
    vec![
        ("Bilingual", open([("en", text()), ("zh", text())])),
        ("PlanLine", open([("audience*", text()), ("channel*", text()), ("language*", text()), ("when*", text()), ("note", text())])),
        (
            "Texts",
            open([
                ("kind*", one_of(AdvisoryKind::ALL.map(AdvisoryKind::as_str))),
                ("level", one_of(Level::ALL.map(Level::as_str))),
                ("title*", both()),
                ("summary*", both()),
                ("action*", both()),
                ("until", both()),
                ("credits", list(text())),
                (
                    "references",
                    list(
                        json!({ "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2, "description": "What it is, and its address" }),
                    ),
                ),
                ("change", both()),
                ("ending", or_null(open([("kind*", one_of(["withdrawn", "superseded"])), ("reason", both()), ("by", list(text()))]))),
            ]),
        ),
    ]
}
