//! What each address answers. The values are made in `shapes.rs` and by the domain's own serialisation; schemathesis holds them against
//! these schemas on the running program. Objects of ours are closed; what a maker's profile or the log may add to is open.

use super::kit::{
    anything, by_name, day, flag, instant, like, list, named, number, object, one_of, open, or_null, page, sha256, text, whole,
};
use serde_json::{Value, json};
use wardroom_app::keys::ring::Standing;
use wardroom_domain::case::{CaseAsk, CaseState};
use wardroom_domain::communication::{EmbargoAsk, EmbargoState};
use wardroom_domain::disclosure::{AdvisoryAsk, AdvisoryState, Exploitation, IdAsk, IdState, Scheme};
use wardroom_domain::intake::{Door, Proof, Reading, ReportKind, Signature};
use wardroom_domain::people::Role;
use wardroom_domain::remediation::{ImpactStatus, PlanKind, PlanState};
use wardroom_domain::triage::{Disposition, ReportState, TriageAsk};
use wardroom_domain::validation::ScoreSource;

/// The schema of the answer (200) of an address; `None`: it is not in this table.
pub fn answer(method: &str, path: &str) -> Option<Value> {
    if method == "POST" || method == "PATCH" {
        return Some(of_act(path));
    }
    Some(match path {
        "/api/v1/inbox" => page(named("InboxRow")),
        "/api/v1/inbox/{id}" => named("Report"),
        "/api/v1/inbox/{id}/events" | "/api/v1/cases/{id}/events" => page(named("Line")),
        "/api/v1/inbox/{id}/keys" => named("Ring"),
        "/api/v1/cases" => page(named("CaseRow")),
        "/api/v1/cases/{id}" => named("Case"),
        "/api/v1/cases/{id}/duplicates" => named("Compared"),
        "/api/v1/identifiers" | "/api/v1/cases/{id}/identifiers" => page(named("Identifier")),
        "/api/v1/advisories/{id}/records" => page(named("RecordCheck")),
        "/api/v1/advisories/{id}/rendered" => object([("file_name*", text()), ("media_type*", text()), ("text*", text())]),
        "/api/v1/advisories/{id}/plan" => named("DisclosurePlan"),
        "/api/v1/recipients" => page(named("Recipient")),
        "/api/v1/recipients/access" => page(named("Access")),
        "/api/v1/advisories" => page(named("AdvisoryRow")),
        "/api/v1/advisories/{id}" => named("Advisory"),
        "/api/v1/openapi.json" => open([("openapi*", text()), ("info*", open([])), ("paths*", open([]))]),
        "/metrics" => text(),
        "/api/v1/metrics" => by_name(json!({ "anyOf": [number(), by_name(number())] })),
        "/api/v1/me" => object([("person*", text()), ("name*", text()), ("roles*", list(role()))]),
        "/api/v1/products" => page(named("Product")),
        "/api/v1/users" => page(named("Person")),
        "/api/v1/audit" => object([
            ("data*", list(named("Fact"))),
            ("next_after*", or_null(whole())),
            ("head*", object([("size*", whole()), ("root*", sha256()), ("last_hash*", sha256())])),
        ]),
        "/api/v1/jobs" => page(named("Job")),
        "/api/v1/profile" => open([("id*", text())]),
        "/api/v1/ssvc/tables" => {
            page(open([("namespace*", text()), ("key*", text()), ("version*", text()), ("mapping*", list(by_name(text())))]))
        }
        _ => return None,
    })
}

fn of_act(path: &str) -> Value {
    match path {
        "/api/v1/inbox/{id}:accept" => object([("case*", number_of("C")), ("id*", text())]),
        "/api/v1/inbox/{id}:attach" => object([("report*", number_of("R"))]),
        "/api/v1/inbox:decline" => object([
            ("data*", list(json!({ "anyOf": [named("Chosen"), named("Closed")] }))),
            ("wordings*", by_name(text())),
            ("declined*", flag()),
            ("undo_minutes", whole()),
        ]),
        "/api/v1/inbox:reopen" => object([("data*", list(named("Closed")))]),
        "/api/v1/inbox/{id}/keys" => object([("fingerprint*", text())]),
        "/api/v1/inbox/{id}/keys/lookup" => object([("fingerprint*", or_null(text()))]),
        "/api/v1/cases/{id}/vulnerabilities" => object([("vulnerability*", text())]),
        "/api/v1/cases/{id}/identifiers" => object([("vulnerability*", text()), ("state*", one_of(IdState::ALL.map(IdState::as_str)))]),
        "/api/v1/cases/{id}/scores" => named("Score"),
        "/api/v1/cases/{id}/scores/heard" => named("Heard"),
        "/api/v1/cases/{id}/priority" => named("Priority"),
        "/api/v1/cases/{id}/remediations" => object([("remediation*", text())]),
        "/api/v1/cases/{id}/state" => object([("state*", one_of(CaseState::ALL.map(CaseState::as_str)))]),
        "/api/v1/cases/{id}/advisory" => object([("advisory*", text()), ("id*", text())]),
        "/api/v1/advisories/{id}" => named("Advisory"),
        "/api/v1/advisories/{id}:check" => object([("hash*", sha256()), ("problems*", list(named("AdvisoryProblem")))]),
        "/api/v1/advisories/{id}:submit" | "/api/v1/advisories/{id}:withdraw" | "/api/v1/advisories/{id}:supersede" => {
            object([("hash*", sha256())])
        }
        "/api/v1/advisories/{id}:publish" => json!({ "anyOf": [object([("released_at*", instant())]), named("DryRun")] }),
        "/api/v1/advisories/{id}/plan/broken" => object([("released_at*", instant())]),
        "/api/v1/recipients" => object([("recipient*", text())]),
        "/api/v1/recipients/access" => object([("access*", text()), ("token*", text())]),
        "/api/v1/advisories/{id}:share" => object([("shared_at*", instant())]),
        "/api/v1/ssvc/tables" => object([("table*", text())]),
        "/api/v1/ssvc:decide" => {
            object([("table*", text()), ("outcome*", text()), ("name*", text()), ("selections*", open([("schemaVersion*", text())]))])
        }
        "/api/v1/users" => object([("person*", text()), ("sign_in_link*", text())]),
        "/api/v1/audit:verify" => {
            let pair = |of: Value| json!({ "type": "array", "items": of, "minItems": 2, "maxItems": 2 });
            let counted = json!({ "type": ["string", "integer"] });
            object([("broken*", list(pair(text()))), ("looked_at*", list(pair(counted)))])
        }
        "/api/v1/cvss:score" => {
            object([("vector*", text()), ("version*", text()), ("base*", number()), ("score*", number()), ("severity*", text())])
        }
        _ => object([("done*", json!({ "const": true }))]),
    }
}

fn role() -> Value {
    json!({ "enum": Role::ALL })
}

/// `R-2026-0001`
fn number_of(letter: &str) -> Value {
    like(&format!("^{letter}-[0-9]{{4}}-[0-9]{{4,}}$"))
}

/// Every component answers are made of.
pub fn components() -> Vec<(&'static str, Value)> {
    let mut all = reports();
    all.extend(keys());
    all.extend(cases());
    all.extend(advisories());
    all.extend(identifiers());
    all.extend(house());
    all
}

fn identifiers() -> Vec<(&'static str, Value)> {
    let identifier = object([
        ("case*", number_of("C")),
        ("vulnerability*", text()),
        ("scheme*", one_of(Scheme::ALL.map(Scheme::as_str))),
        ("state*", one_of(IdState::ALL.map(IdState::as_str))),
        ("id*", text()),
        ("environment*", text()),
        ("stuck*", flag()),
        ("trouble*", text()),
        ("detail*", text()),
        ("since*", or_null(instant())),
        ("asks*", list(one_of(IdAsk::ALL.map(IdAsk::as_str)))),
    ]);
    let breach = object([
        ("code*", text()),
        ("rule*", text()),
        ("level*", one_of(["block", "warn"])),
        ("place*", text()),
        ("found*", text()),
        ("what*", text()),
        ("do*", text()),
    ]);
    let record = object([("vulnerability*", text()), ("cve*", text()), ("breaches*", list(breach))]);
    vec![("Identifier", identifier), ("RecordCheck", record)]
}

fn clock() -> Value {
    or_null(object([("kind*", text()), ("due_at*", instant()), ("force*", text()), ("breached*", flag())]))
}

fn reports() -> Vec<(&'static str, Value)> {
    let state = || one_of(ReportState::ALL.map(ReportState::as_str));
    let door = || one_of(Door::ALL.map(Door::as_str));
    let kind = || one_of(ReportKind::ALL.map(ReportKind::as_str));
    let reading = || one_of(Reading::ALL.map(Reading::as_str));
    let signature = || one_of(Signature::ALL.map(Signature::as_str));
    let proved =
        || object([("result*", one_of(Proof::ALL.map(Proof::as_str))), ("domain*", text()), ("aligned*", flag()), ("why*", text())]);
    let row = object([
        ("id*", text()),
        ("number*", number_of("R")),
        ("state*", state()),
        ("door*", door()),
        ("kind*", kind()),
        ("language*", text()),
        ("reading*", reading()),
        ("signature*", signature()),
        ("automatic*", flag()),
        ("received_at*", instant()),
        ("title*", text()),
        ("sender*", text()),
        ("attachments*", whole()),
        ("claims*", text()),
        ("waiting_for_us*", flag()),
        (
            "alike*",
            or_null(object([("count*", whole()), ("best*", json!({ "type": "number", "minimum": 0, "maximum": 1 })), ("case*", text())])),
        ),
        ("clock*", clock()),
    ]);
    let field = json!({ "type": "array", "items": text(), "minItems": 2, "maxItems": 2 });
    let report = object([
        ("id*", text()),
        ("number*", number_of("R")),
        ("state*", state()),
        ("door*", door()),
        ("kind*", kind()),
        ("language*", text()),
        ("reading*", reading()),
        ("signature*", signature()),
        ("signed_by*", text()),
        ("automatic*", flag()),
        ("received_at*", instant()),
        ("sent_at*", or_null(instant())),
        ("title*", text()),
        ("text*", text()),
        ("fields*", list(field)),
        ("sender_name*", text()),
        ("sender*", text()),
        ("sha256*", sha256()),
        ("remarks*", list(text())),
        ("evidence*", or_null(named("Evidence"))),
        ("claims*", text()),
        ("claimed_by*", list(number_of("R"))),
        ("undelivered*", anything()),
        ("attachments*", list(named("Attachment"))),
        ("case*", or_null(number_of("C"))),
        ("offered*", list(one_of(TriageAsk::ALL.map(TriageAsk::as_str)))),
        ("promises*", list(named("Promise"))),
        ("candidates*", list(named("Candidate"))),
    ]);
    let promise = object([
        ("kind*", text()),
        ("due*", instant()),
        ("zone*", text()),
        ("force*", text()),
        ("kept_at*", or_null(instant())),
        ("late*", flag()),
        ("provisional*", flag()),
        ("basis*", text()),
    ]);
    let candidate = object([
        ("case*", text()),
        ("number*", text()),
        ("score*", json!({ "type": "number", "minimum": 0, "maximum": 1 })),
        ("reasons*", list(object([("facet*", text()), ("detail*", text()), ("weight*", number())]))),
    ]);
    let line = object([
        ("at*", instant()),
        ("seq*", whole()),
        ("source*", text()),
        ("actor*", text()),
        ("who*", text()),
        ("kind*", text()),
        ("head*", anything()),
        ("words*", anything()),
        ("audience*", one_of(["outside", "inside", "change"])),
    ]);
    vec![
        ("InboxRow", row),
        ("Report", report),
        ("Promise", promise),
        ("Candidate", candidate),
        ("Line", line),
        ("Attachment", object([("name*", text()), ("media_type*", text()), ("len*", whole()), ("sha256*", text())])),
        (
            "Evidence",
            object([
                ("asked*", flag()),
                ("author*", text()),
                ("dkim*", list(proved())),
                ("spf*", or_null(proved())),
                ("dmarc*", proved()),
                ("dmarc_wish*", text()),
            ]),
        ),
        (
            "Chosen",
            object([
                ("report*", number_of("R")),
                ("why*", one_of(["named", "same_file", "same_words", "same_sender"])),
                ("shared*", or_null(number())),
            ]),
        ),
        ("Closed", object([("report*", number_of("R")), ("mailed*", flag()), ("refused*", or_null(text()))])),
    ]
}

fn keys() -> Vec<(&'static str, Value)> {
    let standing = one_of([Standing::Candidate, Standing::Pinned, Standing::Rejected].map(Standing::as_str));
    let source = one_of(["attached", "pasted", "autocrypt", "gossip", "form", "directory", "staff", "imported"]);
    let key = object([
        ("fingerprint*", text()),
        ("user_ids*", list(text())),
        ("names_address*", flag()),
        ("source*", source),
        ("encrypted*", flag()),
        ("first_seen*", instant()),
        ("report*", text()),
        ("standing*", standing),
        ("decided_by*", text()),
        ("decided_at*", or_null(instant())),
        ("expires_at*", or_null(instant())),
        ("version*", whole()),
        ("fault*", or_null(open([("fault*", text())]))),
        ("in_use*", flag()),
    ]);
    let choice = one_of(["use", "none", "unusable", "changed"]);
    vec![("RingKey", key), ("Ring", object([("address*", text()), ("choice*", choice), ("keys*", list(named("RingKey")))]))]
}

fn cases() -> Vec<(&'static str, Value)> {
    let state = || one_of(CaseState::ALL.map(CaseState::as_str));
    let embargo = || one_of(EmbargoState::ALL.map(EmbargoState::as_str));
    let terms = || or_null(object([("ends_at*", instant()), ("zone*", text())]));
    let row = object([
        ("id*", text()),
        ("number*", number_of("C")),
        ("title*", text()),
        ("state*", state()),
        ("embargo*", embargo()),
        ("embargo_ends*", or_null(instant())),
        ("owner*", text()),
        ("opened_at*", instant()),
        ("changed_at*", instant()),
        ("clock*", clock()),
    ]);
    let impact = object([
        ("product*", text()),
        ("status*", one_of(ImpactStatus::ALL.map(ImpactStatus::as_str))),
        ("versions*", text()),
        ("fixed_in*", text()),
        ("justification*", text()),
        ("note*", text()),
    ]);
    let remediation = object([
        ("id*", text()),
        ("kind*", one_of(PlanKind::ALL.map(PlanKind::as_str))),
        ("state*", one_of(PlanState::ALL.map(PlanState::as_str))),
        ("due*", or_null(day())),
        ("owner*", text()),
        ("text*", text()),
        ("text_zh*", text()),
        ("url*", text()),
        ("products*", list(text())),
    ]);
    let vulnerability = object([
        ("id*", text()),
        ("title*", text()),
        ("description*", text()),
        ("cwe*", text()),
        ("cve*", text()),
        ("scores*", list(named("Score"))),
        ("heard*", list(named("Heard"))),
        ("priority*", or_null(named("Priority"))),
        ("impacts*", list(impact)),
        ("remediations*", list(remediation)),
    ]);
    let public = object([
        ("name*", text()),
        ("corpus*", text()),
        ("title*", text()),
        ("score*", json!({ "type": "number", "minimum": 0, "maximum": 1 })),
        ("reasons*", list(object([("facet*", text()), ("detail*", text()), ("weight*", number())]))),
    ]);
    let uniqueness = open([("verdict*", one_of(["unique", "duplicate"]))]);
    let case = object([
        ("id*", text()),
        ("number*", number_of("C")),
        ("title*", text()),
        ("state*", state()),
        ("episode*", whole()),
        ("disposition*", or_null(one_of(Disposition::ALL.map(Disposition::as_str)))),
        ("owner*", text()),
        ("reports*", list(number_of("R"))),
        ("embargo*", object([("state*", embargo()), ("terms*", terms()), ("proposed*", terms())])),
        ("uniqueness*", or_null(uniqueness)),
        ("compared*", or_null(named("Compared"))),
        ("vulnerabilities*", list(vulnerability)),
        ("communication_plan*", object([("approved*", flag()), ("lines*", list(named("PlanLine")))])),
        ("advisory*", or_null(text())),
        ("promises*", list(named("Promise"))),
        ("offered*", list(one_of(CaseAsk::ALL.map(CaseAsk::as_str)))),
        ("embargo_offered*", list(one_of(EmbargoAsk::ALL.map(EmbargoAsk::as_str)))),
    ]);
    vec![
        ("CaseRow", row),
        ("Case", case),
        (
            "Compared",
            object([
                ("cases*", whole()),
                ("advisories*", whole()),
                ("candidates*", list(named("Candidate"))),
                ("public", list(public)),
                ("corpora", list(object([("name*", text()), ("records*", whole()), ("as_of", text())]))),
            ]),
        ),
        (
            "Heard",
            object([
                ("from*", one_of(ScoreSource::ALL.map(ScoreSource::as_str))),
                ("source*", text()),
                ("version*", text()),
                ("vector*", text()),
                ("score*", number()),
                ("severity*", text()),
            ]),
        ),
        (
            "Priority",
            object([
                ("table*", text()),
                ("answers*", list(json!({ "type": "array", "items": text(), "minItems": 2, "maxItems": 2 }))),
                ("outcome*", text()),
                ("name*", text()),
                ("justification*", text()),
            ]),
        ),
        (
            "Score",
            object([("version*", text()), ("vector*", text()), ("score*", number()), ("severity*", text()), ("justification*", text())]),
        ),
    ]
}

fn advisories() -> Vec<(&'static str, Value)> {
    let state = || one_of(AdvisoryState::ALL.map(AdvisoryState::as_str));
    let row = object([
        ("id*", text()),
        ("number*", text()),
        ("state*", state()),
        ("version*", whole()),
        ("title*", named("Bilingual")),
        ("case*", text()),
        ("released_at*", or_null(instant())),
        ("changed_at*", instant()),
    ]);
    let advisory = object([
        ("id*", text()),
        ("number*", text()),
        ("case*", text()),
        ("state*", state()),
        ("hash*", sha256()),
        ("lacks*", list(text())),
        ("approval_stands*", flag()),
        ("is_writer*", flag()),
        ("embargo*", one_of(EmbargoState::ALL.map(EmbargoState::as_str))),
        ("embargo_ends*", or_null(instant())),
        ("content*", named("Content")),
        ("fields*", by_name(text())),
        ("offered*", list(one_of(AdvisoryAsk::ALL.map(AdvisoryAsk::as_str)))),
    ]);
    let content = object([
        ("id*", text()),
        ("version*", whole()),
        ("texts*", named("Texts")),
        ("products*", list(open([("id*", text()), ("name*", text())]))),
        ("vulnerabilities*", list(open([("id*", text()), ("title*", text())]))),
        ("revisions*", list(open([("version*", whole()), ("released_at*", instant())]))),
        ("exploitation", one_of(Exploitation::ALL.map(Exploitation::as_str))),
    ]);
    let dry = object([
        ("number*", text()),
        ("version*", whole()),
        ("hash*", sha256()),
        ("reporters_told*", whole()),
        ("in_the_way*", list(object([("code*", text()), ("detail*", text())]))),
        ("content*", named("Content")),
    ]);
    let problem = object([
        ("gravity*", one_of(["must", "should", "may"])),
        ("code*", text()),
        ("test*", text()),
        ("path*", text()),
        ("message*", text()),
        ("field*", or_null(text())),
        ("case_tab*", or_null(text())),
        ("vulnerability*", or_null(text())),
    ]);
    vec![("AdvisoryRow", row), ("AdvisoryProblem", problem), ("Advisory", advisory), ("Content", content), ("DryRun", dry)]
}

fn house() -> Vec<(&'static str, Value)> {
    vec![
        (
            "Product",
            object([
                ("id*", text()),
                ("name*", text()),
                ("family*", text()),
                ("cpe*", text()),
                ("purl*", text()),
                ("versions*", list(text())),
                ("supported_until*", text()),
                ("hosted", flag()),
                ("vendor", text()),
                ("hardware", list(text())),
                ("marks", super::asked::marks()),
            ]),
        ),
        ("Person", object([("person*", text()), ("name*", text()), ("roles*", list(role())), ("disabled*", flag())])),
        (
            "Fact",
            object([
                ("seq*", whole()),
                ("stream*", text()),
                ("stream_seq*", whole()),
                ("at*", instant()),
                ("actor*", text()),
                ("kind*", text()),
                ("head*", anything()),
            ]),
        ),
        (
            "Job",
            object([
                ("id*", whole()),
                ("kind*", text()),
                ("stream*", text()),
                ("state*", one_of(["waiting", "leased", "done", "failed"])),
                ("attempts*", whole()),
                ("next_at*", instant()),
                ("error*", text()),
            ]),
        ),
    ]
}
