//! Which route leads where, and what it needs. Pages first, then the programs' doors.

use crate::app::App;
use crate::doors::{Doors, Need};
use crate::{account, advisories, api, cases, entrance, office, triage};
use wardroom_domain::people::Act;

/// The disclosure plan: who writes it, who has a say in it, who may look.
const PLAN: Need = Need::May(&[Act::PlanDisclosure]);
const PLAN_HANDS: Need = Need::May(&[Act::PlanDisclosure, Act::PublishAdvisory, Act::ApproveAdvisory]);
const PLAN_READERS: Need = Need::May(&[Act::PlanDisclosure, Act::PublishAdvisory, Act::ApproveAdvisory, Act::WriteAdvisory, Act::Audit]);

/// Every door of the desk.
pub fn all(app: &App) -> Doors {
    let mut doors = Doors::new(app);
    entrance(&mut doors);
    triage(&mut doors);
    cases(&mut doors);
    advisories(&mut doors);
    office(&mut doors);
    programs(&mut doors);
    doors
}

fn entrance(doors: &mut Doors) {
    use Need::{Account, Nobody, Team};
    doors
        .get("/", Team, entrance::home)
        .get("/problems", Nobody, entrance::problems)
        .get("/sign-in", Nobody, entrance::sign_in::show)
        .post("/sign-in", Nobody, entrance::sign_in::send)
        .post("/sign-in/passkey/begin", Nobody, entrance::sign_in::passkey_begin)
        .post("/sign-in/passkey/finish", Nobody, entrance::sign_in::passkey_finish)
        .post("/sign-out", Account, entrance::sign_in::sign_out)
        .get("/welcome", Nobody, entrance::welcome::show)
        .post("/welcome", Nobody, entrance::welcome::send)
        .get("/me", Account, account::page::show)
        .post("/me/password", Account, account::page::password)
        .post("/me/totp", Account, account::page::totp)
        .post("/me/passkeys/begin", Account, account::page::passkey_begin)
        .post("/me/passkeys/finish", Account, account::page::passkey_finish)
        .post("/me/passkeys/forget", Team, account::page::passkeys_forget)
        .post("/me/access/end", Account, account::page::end_access);
}

fn triage(doors: &mut Doors) {
    const READ: Need = Need::May(&[Act::ReadInbox]);
    const TRIAGE: Need = Need::May(&[Act::Triage]);
    use cases::duplicates;
    use triage::{decline, files, inbox, pile, report, ring};
    doors
        .get("/inbox", READ, inbox::show)
        .get("/inbox/pile", TRIAGE, pile::show)
        .post("/inbox/pile", TRIAGE, pile::send)
        .post("/inbox/pile/undo", TRIAGE, pile::undo)
        // A report of a case belongs to the case: whoever may see that may open it, so the store decides, not the role.
        .get("/reports/{id}", Need::Team, report::show)
        .get("/reports/{id}/original", READ, files::original)
        .get("/reports/{id}/files/{index}", Need::Team, files::attachment)
        .get("/reports/{id}/files/{index}/opened", Need::Team, files::opened)
        .post("/reports/{id}/accept", TRIAGE, report::accept)
        .post("/reports/{id}/duplicate", TRIAGE, report::duplicate)
        .get("/reports/{id}/duplicates", READ, duplicates::of_report)
        .post("/reports/{id}/judge", TRIAGE, duplicates::judge_report)
        .get("/reports/{id}/decline", TRIAGE, decline::show)
        .post("/reports/{id}/decline/preview", TRIAGE, decline::preview)
        .post("/reports/{id}/decline", TRIAGE, decline::send)
        .post("/reports/{id}/ask", TRIAGE, report::ask)
        .post("/reports/{id}/release", TRIAGE, report::release)
        .post("/reports/{id}/reopen", TRIAGE, report::reopen)
        .post("/reports/{id}/attach", TRIAGE, report::attach)
        .post("/reports/{id}/discard", TRIAGE, report::discard)
        .post("/reports/{id}/breach", TRIAGE, report::breach)
        .post("/reports/{id}/pause", TRIAGE, report::pause)
        .post("/reports/{id}/resume", TRIAGE, report::resume)
        .post("/reports/{id}/note", Need::May(&[Act::WriteNote]), report::note)
        .post("/reports/{id}/key", TRIAGE, ring::decide)
        .post("/reports/{id}/key/add", TRIAGE, ring::add)
        .post("/reports/{id}/key/lookup", TRIAGE, ring::look_up)
        .post("/reports/{id}/date", Need::May(&[Act::Coordinate]), triage::dates::send)
        .post("/reports/{id}/message", Need::May(&[Act::MessageReporter]), report::message);
}

fn cases(doors: &mut Doors) {
    use Need::{May, Team};
    use cases::{acts, duplicates, identifiers, list, page};
    const ASSESS: Need = May(&[Act::Assess]);
    const COORDINATE: Need = May(&[Act::Coordinate]);
    doors
        // Which cases there are is decided for each viewer by the store.
        .get("/cases", Team, list::show)
        .get("/cases/{id}", Team, page::show)
        .post("/cases/{id}/move", ASSESS, acts::move_on)
        .post("/cases/{id}/owner", COORDINATE, acts::owner)
        .post("/cases/{id}/participants", COORDINATE, acts::participant)
        .post("/cases/{id}/vulnerability", ASSESS, acts::vulnerability)
        .post("/cases/{id}/identifier", May(&[Act::AssignIds]), identifiers::ask)
        .post("/cases/{id}/score", ASSESS, acts::score)
        .post("/cases/{id}/score/heard", ASSESS, acts::heard)
        .post("/cases/{id}/priority", ASSESS, acts::priority)
        .post("/cases/{id}/uniqueness", ASSESS, acts::uniqueness)
        // Candidates are cases the viewer may see: the store decides.
        .get("/cases/{id}/duplicates", Team, duplicates::of_case)
        .post("/cases/{id}/judge", ASSESS, duplicates::judge_case)
        .post("/cases/{id}/impact", May(&[Act::Assess, Act::Remediate]), acts::impact)
        .post("/cases/{id}/remediation", May(&[Act::Remediate]), acts::remediation)
        .post("/cases/{id}/embargo", COORDINATE, acts::embargo)
        .post("/cases/{id}/observe", COORDINATE, acts::observe)
        .post("/cases/{id}/plan", COORDINATE, acts::plan)
        .post("/cases/{id}/note", May(&[Act::WriteNote]), acts::note)
        .post("/cases/{id}/message", May(&[Act::MessageReporter]), acts::message)
        .post("/cases/{id}/breach", May(&[Act::Triage]), acts::breach)
        .post("/cases/{id}/pause", May(&[Act::Triage]), acts::pause)
        .post("/cases/{id}/resume", May(&[Act::Triage]), acts::resume)
        .post("/cases/{id}/advisory", May(&[Act::WriteAdvisory]), acts::begin_advisory)
        .post("/cases/{id}/not-disclosed", COORDINATE, acts::not_disclosed);
}

fn advisories(doors: &mut Doors) {
    use Need::{May, Team};
    use advisories::{acts, download, editor, list, page, plan, publish};
    const WRITE: Need = May(&[Act::WriteAdvisory]);
    const PUBLISH: Need = May(&[Act::PublishAdvisory]);
    doors
        .get("/advisories", Team, list::show)
        .get("/advisories/{id}", Team, page::show)
        .get("/advisories/{id}/formats/{format}", Team, download::send)
        .get("/advisories/{id}/edit", WRITE, editor::show)
        .post("/advisories/{id}/edit", WRITE, editor::send)
        .post("/advisories/{id}/edit/leave", WRITE, editor::leave)
        .post("/advisories/{id}/submit", WRITE, acts::submit)
        .post("/advisories/{id}/revise", WRITE, acts::revise)
        .post("/advisories/{id}/send-back", May(&[Act::ApproveAdvisory]), acts::send_back)
        .post("/advisories/{id}/approve", May(&[Act::ApproveAdvisory]), acts::approve)
        .get("/advisories/{id}/plan", PLAN_READERS, plan::show)
        .post("/advisories/{id}/plan", PLAN, plan::keep)
        .post("/advisories/{id}/plan/gate", PLAN_HANDS, plan::gate_moved)
        .post("/advisories/{id}/plan/schedule", PUBLISH, plan::schedule)
        .post("/advisories/{id}/plan/confirm", May(&[Act::PublishAdvisory, Act::ApproveAdvisory]), plan::confirm)
        .post("/advisories/{id}/plan/call-off", PLAN_HANDS, plan::call_off)
        .post("/advisories/{id}/plan/broken", PUBLISH, plan::broken)
        .get("/advisories/{id}/publish", PUBLISH, publish::show)
        .post("/advisories/{id}/publish", PUBLISH, publish::send)
        .post("/advisories/{id}/share", PUBLISH, publish::share)
        .post("/advisories/{id}/share/end", PUBLISH, acts::end_share)
        .post("/advisories/{id}/discard", WRITE, acts::discard)
        .post("/advisories/{id}/withdraw", WRITE, acts::withdraw)
        .post("/advisories/{id}/supersede", WRITE, acts::supersede);
}

fn office(doors: &mut Doors) {
    use Need::{May, Team};
    use office::{audit, health, help, identifiers, keys, people, products, profile, recipients, search, tokens};
    const ADMIN: Need = May(&[Act::Administer]);
    const AUDIT: Need = May(&[Act::Audit]);
    const KEEP_KEYS: Need = May(&[Act::KeepKeys]);
    doors
        .get("/products", Team, products::show)
        .post("/products", May(&[Act::KeepProducts]), products::keep)
        .post("/products/retire", May(&[Act::KeepProducts]), products::retire)
        .get("/recipients", PLAN_HANDS, recipients::show)
        .post("/recipients", PLAN, recipients::keep)
        .post("/recipients/remove", PLAN, recipients::remove)
        .post("/recipients/access", PLAN, recipients::hand_out)
        .post("/recipients/access/withdraw", PLAN, recipients::withdraw)
        .get("/people", Team, people::show)
        .post("/people", ADMIN, people::add)
        .post("/people/{id}/roles", ADMIN, people::set_roles)
        .post("/people/{id}/disable", ADMIN, people::disable)
        .post("/people/{id}/link", ADMIN, people::link)
        .get("/tokens", Team, tokens::show)
        .post("/tokens", Team, tokens::make)
        .post("/tokens/end", Team, tokens::end)
        .get("/audit", AUDIT, audit::show)
        .post("/audit/verify", AUDIT, audit::verify)
        .get("/jobs", May(&[Act::Audit, Act::Coordinate]), audit::jobs)
        .get("/identifiers", Team, identifiers::show)
        .get("/health", Team, health::show)
        .post("/health/self-test", May(&[Act::Coordinate, Act::Administer]), health::self_test)
        .get("/keys", Team, keys::show)
        .post("/keys/rotate", KEEP_KEYS, keys::rotate)
        .post("/keys/retire", KEEP_KEYS, keys::retire)
        .post("/keys/revoke", KEEP_KEYS, keys::revoke)
        .post("/keys/import", KEEP_KEYS, keys::import)
        .get("/profile", Team, profile::show)
        .get("/search", Team, search::show)
        .get("/help", Team, help::show);
}

/// The JSON API. Its verbs (`…/{id}:accept`) share a handler, which demands the right noted here.
fn programs(doors: &mut Doors) {
    use Need::{May, Nobody, Team};
    use api::{advisories, cases, identifiers, inbox, metrics, office, openapi, pile, plan, ring};
    const TRIAGE: Need = May(&[Act::Triage]);
    const READ: Need = May(&[Act::ReadInbox]);
    const NOTE: Need = May(&[Act::WriteNote]);
    const MESSAGE: Need = May(&[Act::MessageReporter]);
    const ASSESS: Need = May(&[Act::Assess]);
    const COORDINATE: Need = May(&[Act::Coordinate]);
    doors
        .get("/api/v1/openapi.json", Nobody, openapi::show)
        .get("/metrics", Team, metrics::text)
        .get("/api/v1/metrics", Team, metrics::json)
        .get("/api/v1/me", Team, office::me)
        .get("/api/v1/inbox", READ, inbox::list)
        .get("/api/v1/inbox/{id}", Team, inbox::show)
        .verbs("/api/v1/inbox/{id}", inbox::act, inbox::VERBS)
        .post("/api/v1/inbox:decline", TRIAGE, pile::decline)
        .post("/api/v1/inbox:reopen", TRIAGE, pile::reopen)
        .get("/api/v1/inbox/{id}/events", Team, inbox::events)
        .post("/api/v1/inbox/{id}/relations", TRIAGE, inbox::relation)
        .get("/api/v1/inbox/{id}/keys", Team, ring::list)
        .post("/api/v1/inbox/{id}/keys", TRIAGE, ring::add)
        .post("/api/v1/inbox/{id}/keys/decision", TRIAGE, ring::decide)
        .post("/api/v1/inbox/{id}/keys/lookup", TRIAGE, ring::look_up)
        .post("/api/v1/inbox/{id}/notes", NOTE, inbox::note)
        .post("/api/v1/inbox/{id}/messages", MESSAGE, inbox::message)
        .post("/api/v1/inbox/{id}/date", COORDINATE, inbox::date)
        .get("/api/v1/cases", Team, cases::list)
        .get("/api/v1/cases/{id}", Team, cases::show)
        .get("/api/v1/cases/{id}/events", Team, cases::events)
        .get("/api/v1/cases/{id}/duplicates", Team, cases::duplicates)
        .post("/api/v1/cases/{id}/notes", NOTE, cases::note)
        .post("/api/v1/cases/{id}/messages", MESSAGE, cases::message)
        .post("/api/v1/cases/{id}/vulnerabilities", ASSESS, cases::vulnerability)
        .get("/api/v1/identifiers", Team, identifiers::list)
        .get("/api/v1/cases/{id}/identifiers", Team, identifiers::of_case)
        .post("/api/v1/cases/{id}/identifiers", May(&[Act::AssignIds]), identifiers::ask)
        .get("/api/v1/advisories/{id}/records", Team, identifiers::records)
        .get("/api/v1/advisories/{id}/rendered", Team, advisories::rendered)
        .post("/api/v1/cases/{id}/scores", ASSESS, cases::score)
        .post("/api/v1/cases/{id}/scores/heard", ASSESS, cases::heard)
        .post("/api/v1/cases/{id}/priority", ASSESS, cases::priority)
        .post("/api/v1/cases/{id}/uniqueness", ASSESS, cases::uniqueness)
        .post("/api/v1/cases/{id}/relations", ASSESS, cases::relation)
        .post("/api/v1/cases/{id}/impacts", May(&[Act::Assess, Act::Remediate]), cases::impact)
        .post("/api/v1/cases/{id}/remediations", May(&[Act::Remediate]), cases::remediation)
        .post("/api/v1/cases/{id}/embargo", COORDINATE, cases::embargo)
        .post("/api/v1/cases/{id}/state", ASSESS, cases::state)
        .post("/api/v1/cases/{id}/plan", COORDINATE, cases::plan)
        .post("/api/v1/cases/{id}/owner", COORDINATE, cases::owner)
        .post("/api/v1/cases/{id}/participants", COORDINATE, cases::participant)
        .post("/api/v1/cases/{id}/advisory", May(&[Act::WriteAdvisory]), cases::advisory)
        .get("/api/v1/advisories", Team, advisories::list)
        .get("/api/v1/advisories/{id}", Team, advisories::show)
        .patch("/api/v1/advisories/{id}", May(&[Act::WriteAdvisory]), advisories::edit)
        .verbs("/api/v1/advisories/{id}", advisories::act, advisories::VERBS)
        .get("/api/v1/advisories/{id}/plan", PLAN_READERS, plan::show)
        .post("/api/v1/advisories/{id}/plan", PLAN, plan::keep)
        .post("/api/v1/advisories/{id}/plan/gate", PLAN_HANDS, plan::move_gate)
        .post("/api/v1/advisories/{id}/plan/schedule", May(&[Act::PublishAdvisory]), plan::schedule)
        .post("/api/v1/advisories/{id}/plan/confirm", May(&[Act::PublishAdvisory, Act::ApproveAdvisory]), plan::confirm)
        .post("/api/v1/advisories/{id}/plan/call-off", PLAN_HANDS, plan::call_off)
        .post("/api/v1/advisories/{id}/plan/broken", May(&[Act::PublishAdvisory]), plan::broken)
        .get("/api/v1/recipients", PLAN_HANDS, plan::recipients)
        .post("/api/v1/recipients", PLAN, plan::keep_recipient)
        .post("/api/v1/recipients/remove", PLAN, plan::remove_recipient)
        .get("/api/v1/recipients/access", PLAN_HANDS, plan::accesses)
        .post("/api/v1/recipients/access", PLAN, plan::hand_out_access)
        .post("/api/v1/recipients/access/withdraw", PLAN, plan::withdraw_access)
        .get("/api/v1/products", Team, office::products)
        .post("/api/v1/products", May(&[Act::KeepProducts]), office::keep_product)
        .get("/api/v1/users", Team, office::users)
        .post("/api/v1/users", May(&[Act::Administer]), office::add_user)
        .get("/api/v1/audit", May(&[Act::Audit]), office::audit)
        .post("/api/v1/audit:verify", May(&[Act::Audit]), office::verify)
        .get("/api/v1/jobs", May(&[Act::Audit, Act::Coordinate]), office::jobs)
        .get("/api/v1/profile", Team, office::profile)
        .post("/api/v1/cvss:score", Team, office::cvss)
        .get("/api/v1/ssvc/tables", Team, office::tables)
        .post("/api/v1/ssvc/tables", May(&[Act::Administer]), office::keep_table)
        .post("/api/v1/ssvc:decide", Team, office::decide);
}
