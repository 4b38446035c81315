//! Which route leads where, and what it needs. Pages first, then the programs' doors.

use crate::app::App;
use crate::doors::{Doors, Need};
use crate::{account, advisories, cases, entrance, office, triage};
use wardroom_domain::people::Act;

/// Every door of the desk.
pub fn all(app: &App) -> Doors {
    let mut doors = Doors::new(app);
    entrance(&mut doors);
    triage(&mut doors);
    cases(&mut doors);
    advisories(&mut doors);
    office(&mut doors);
    doors
}

fn entrance(doors: &mut Doors) {
    use Need::{Account, Nobody, Team};
    doors
        .get("/", Team, entrance::home)
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
    use triage::{decline, files, inbox, report};
    doors
        .get("/inbox", READ, inbox::show)
        // A report of a case belongs to the case: whoever may see that may open it, so the store decides, not the role.
        .get("/reports/{id}", Need::Team, report::show)
        .get("/reports/{id}/original", READ, files::original)
        .get("/reports/{id}/files/{index}", Need::Team, files::attachment)
        .post("/reports/{id}/accept", TRIAGE, report::accept)
        .post("/reports/{id}/duplicate", TRIAGE, report::duplicate)
        .get("/reports/{id}/decline", TRIAGE, decline::show)
        .post("/reports/{id}/decline/preview", TRIAGE, decline::preview)
        .post("/reports/{id}/decline", TRIAGE, decline::send)
        .post("/reports/{id}/ask", TRIAGE, report::ask)
        .post("/reports/{id}/release", TRIAGE, report::release)
        .post("/reports/{id}/reopen", TRIAGE, report::reopen)
        .post("/reports/{id}/breach", TRIAGE, report::breach)
        .post("/reports/{id}/note", Need::May(&[Act::WriteNote]), report::note)
        .post("/reports/{id}/message", Need::May(&[Act::MessageReporter]), report::message);
}

fn cases(doors: &mut Doors) {
    use Need::{May, Team};
    use cases::{acts, list, page};
    const ASSESS: Need = May(&[Act::Assess]);
    const COORDINATE: Need = May(&[Act::Coordinate]);
    doors
        // Which cases there are is decided for each viewer by the store.
        .get("/cases", Team, list::show)
        .get("/cases/{id}", Team, page::show)
        .post("/cases/{id}/move", ASSESS, acts::move_on)
        .post("/cases/{id}/owner", COORDINATE, acts::owner)
        .post("/cases/{id}/vulnerability", ASSESS, acts::vulnerability)
        .post("/cases/{id}/score", ASSESS, acts::score)
        .post("/cases/{id}/uniqueness", ASSESS, acts::uniqueness)
        .post("/cases/{id}/impact", May(&[Act::Assess, Act::Remediate]), acts::impact)
        .post("/cases/{id}/remediation", May(&[Act::Remediate]), acts::remediation)
        .post("/cases/{id}/embargo", COORDINATE, acts::embargo)
        .post("/cases/{id}/plan", COORDINATE, acts::plan)
        .post("/cases/{id}/note", May(&[Act::WriteNote]), acts::note)
        .post("/cases/{id}/message", May(&[Act::MessageReporter]), acts::message)
        .post("/cases/{id}/breach", May(&[Act::Triage]), acts::breach)
        .post("/cases/{id}/advisory", May(&[Act::WriteAdvisory]), acts::begin_advisory)
        .post("/cases/{id}/not-disclosed", COORDINATE, acts::not_disclosed);
}

fn advisories(doors: &mut Doors) {
    use Need::{May, Team};
    use advisories::{acts, list, page, publish};
    const WRITE: Need = May(&[Act::WriteAdvisory]);
    const PUBLISH: Need = May(&[Act::PublishAdvisory]);
    doors
        .get("/advisories", Team, list::show)
        .get("/advisories/{id}", Team, page::show)
        .post("/advisories/{id}/edit", WRITE, acts::edit)
        .post("/advisories/{id}/submit", WRITE, acts::submit)
        .post("/advisories/{id}/revise", WRITE, acts::revise)
        .post("/advisories/{id}/send-back", May(&[Act::ApproveAdvisory]), acts::send_back)
        .post("/advisories/{id}/approve", May(&[Act::ApproveAdvisory]), acts::approve)
        .get("/advisories/{id}/publish", PUBLISH, publish::show)
        .post("/advisories/{id}/publish", PUBLISH, publish::send)
        .post("/advisories/{id}/withdraw", PUBLISH, acts::withdraw);
}

fn office(doors: &mut Doors) {
    use Need::{May, Team};
    use office::{audit, health, help, people, products, profile, search, tokens};
    const ADMIN: Need = May(&[Act::Administer]);
    const AUDIT: Need = May(&[Act::Audit]);
    doors
        .get("/products", Team, products::show)
        .post("/products", May(&[Act::KeepProducts]), products::keep)
        .post("/products/retire", May(&[Act::KeepProducts]), products::retire)
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
        .get("/health", Team, health::show)
        .get("/keys", Team, health::keys)
        .get("/profile", Team, profile::show)
        .get("/search", Team, search::show)
        .get("/help", Team, help::show);
}
