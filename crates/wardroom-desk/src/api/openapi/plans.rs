//! What the addresses of disclosure plans and of the recipient book take and tell; a part of the two tables beside it.

use super::asked::{Operation, acts, reads};
use super::kit::{flag, instant, like, list, named, object, one_of, open, or_null, said, said_short, sha256, short, text, whole};
use serde_json::{Value, json};
use wardroom_app::communication::LONGEST;
use wardroom_domain::disclosure::{GateState, Level, PlanAudience, PlanChannel, PlanLanguage};

/// What is asked.
pub fn operations() -> Vec<Operation> {
    let entry = object([
        ("id", like("^[A-Za-z0-9-]{0,20}$")),
        ("audience*", one_of(PlanAudience::ALL.iter().map(|one| one.as_str()))),
        ("channel*", one_of(PlanChannel::ALL.iter().map(|one| one.as_str()))),
        ("language*", one_of(PlanLanguage::ALL.iter().map(|one| one.as_str()))),
        ("offset_minutes", json!({ "type": "integer", "minimum": -129_600, "maximum": 43_200 })),
        ("words", named("Bilingual")),
    ]);
    let entries = json!({ "type": "array", "maxItems": 38, "items": entry });
    let gates = json!({ "type": "array", "maxItems": 20, "items": short(300) });
    let plan = object([("release_at*", instant()), ("zone*", said()), ("entries", entries), ("own_gates", gates)]);
    let gate = object([("gate*", said()), ("to*", one_of(GateState::ALL.iter().map(|one| one.as_str()))), ("note", short(LONGEST))]);
    let order = || object([("plan*", text()), ("content*", text()), ("confirm", text())]);
    let recipient = object([
        ("id", text()),
        ("audience*", one_of(["suppliers", "customers", "authorities"])),
        ("name*", said_short(200)),
        ("address*", said_short(254)),
        ("language", one_of(["", "en", "zh"])),
        ("advance", flag()),
        ("key", text()),
    ]);
    vec![
        reads("/api/v1/advisories/{id}/plan", "The disclosure plan: rows, messages, checklist, hashes"),
        acts("/api/v1/advisories/{id}/plan", "Keep the disclosure plan", plan),
        acts("/api/v1/advisories/{id}/plan/gate", "Say something of a gate of the checklist", gate),
        acts("/api/v1/advisories/{id}/plan/schedule", "Order the release of exactly this plan and content", order()),
        acts("/api/v1/advisories/{id}/plan/confirm", "Confirm it as the second person", order()),
        acts("/api/v1/advisories/{id}/plan/call-off", "Take the release back", object([("reason*", said_short(LONGEST))])),
        acts(
            "/api/v1/advisories/{id}/plan/broken",
            "The embargo is broken: publish now what was approved",
            object([("evidence*", said_short(LONGEST)), ("confirm", text())]),
        ),
        reads("/api/v1/recipients", "The recipient book"),
        acts("/api/v1/recipients", "Write somebody into the recipient book, or change what stands there", recipient),
        acts("/api/v1/recipients/remove", "Take somebody out of the recipient book", object([("id*", said())])),
        reads("/api/v1/recipients/access", "Accesses to what is shared and not public"),
        acts(
            "/api/v1/recipients/access",
            "Hand an access out to somebody of the book; the token is told once",
            object([("recipient*", said()), ("levels*", list(level()))]),
        ),
        acts("/api/v1/recipients/access/withdraw", "Take an access back", object([("id*", said())])),
    ]
}

/// A level that is not for everybody.
fn level() -> Value {
    one_of(Level::GUARDED.map(Level::as_str))
}

/// What is told.
pub fn components() -> Vec<(&'static str, Value)> {
    let message = object([("language*", one_of(["en", "zh"])), ("subject*", text()), ("text*", text())]);
    let row = object([
        ("id*", text()),
        ("audience*", text()),
        ("channel*", text()),
        ("at*", instant()),
        ("offset_minutes*", json!({ "type": "integer" })),
        ("done*", flag()),
        ("recipients*", list(object([("name*", text()), ("encrypted*", flag())]))),
        ("messages*", list(message)),
    ]);
    let gate = object([
        ("id*", text()),
        ("kind*", one_of(["hard", "soft", "manual"])),
        ("own*", text()),
        ("closed*", flag()),
        ("passed*", flag()),
        ("found*", list(text())),
        ("state*", one_of(["open", "done", "waived"])),
        ("by*", text()),
        ("at*", or_null(instant())),
        ("note*", text()),
    ]);
    let plan = object([
        ("number*", text()),
        ("version*", whole()),
        ("state*", one_of(["none", "planned", "scheduled", "confirmed"])),
        ("plan*", open([("release_at*", instant()), ("zone*", text()), ("entries*", list(open([("id*", text())])))])),
        ("plan_hash*", sha256()),
        ("content_hash*", sha256()),
        ("stale*", flag()),
        ("held*", or_null(text())),
        ("scheduled_by*", text()),
        ("confirmed_by*", text()),
        ("misinformed*", whole()),
        ("told*", whole()),
        ("rows*", list(row)),
        ("gates*", list(gate)),
    ]);
    let recipient = object([
        ("id*", text()),
        ("audience*", one_of(["suppliers", "customers", "authorities"])),
        ("name*", text()),
        ("address*", text()),
        ("language*", one_of(["en", "zh"])),
        ("advance*", flag()),
        ("fingerprint*", text()),
        ("encryptable*", flag()),
    ]);
    let access = object([("id*", text()), ("recipient*", text()), ("levels*", list(level())), ("handed_out_at*", instant())]);
    vec![("DisclosurePlan", plan), ("Recipient", recipient), ("Access", access)]
}
