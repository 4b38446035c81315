//! The small marks of a report: door, language, how its bytes could be read, its signature.

use wardroom_app::ports::store::ReportRow;
use wardroom_domain::intake::{Door, Reading, Received, Signature};
use wardroom_domain::triage::ReportState;
use wardroom_web::Lang;
use wardroom_web::words::{self, triage as t};

/// A chip: its class and its words.
pub struct Badge {
    pub kind: &'static str,
    pub text: String,
}

/// The state of a report as a chip.
pub fn state(lang: Lang, state: ReportState) -> (String, &'static str) {
    let chip = match state {
        ReportState::Quarantined => "high",
        ReportState::Opened => "info",
        ReportState::Asked => "warn",
        ReportState::Linked => "good",
        ReportState::Declined | ReportState::Withdrawn => "neutral",
    };
    (words::say(lang, &format!("triage-report-{}", state.as_str())), chip)
}

/// The mark of an unconfirmed claim.
pub fn claiming(lang: Lang, claims: &str) -> Option<Badge> {
    (!claims.is_empty()).then(|| Badge { kind: "warn", text: t::claims_to_be(lang, claims) })
}

pub fn of_row(lang: Lang, row: &ReportRow) -> Vec<Badge> {
    marks(lang, row.door, &row.language, (row.reading, row.signature), row.automatic, row.attachments as usize)
}

pub fn of_received(lang: Lang, received: &Received) -> Vec<Badge> {
    let read = (received.reading, received.signature);
    marks(lang, received.door, &received.language, read, received.automatic, received.attachments.len())
}

fn marks(lang: Lang, door: Door, language: &str, read: (Reading, Signature), automatic: bool, files: usize) -> Vec<Badge> {
    let say = |key: String| words::say(lang, &key);
    let mut badges = vec![Badge { kind: "neutral", text: say(format!("triage-door-{}", door.as_str())) }];
    if !language.is_empty() {
        let text = words::find(lang, &format!("triage-language-{language}")).unwrap_or_else(|| language.to_owned());
        badges.push(Badge { kind: "neutral", text });
    }
    let (reading, signature) = read;
    let kind = match reading {
        Reading::Clear | Reading::Sealed => "neutral",
        Reading::Decrypted => "good",
        Reading::DecryptionFailed | Reading::Unreadable => "critical",
    };
    badges.push(Badge { kind, text: say(format!("triage-reading-{}", reading.as_str())) });
    let kind = match signature {
        Signature::None => "",
        Signature::Good => "good",
        Signature::Unknown => "warn",
        Signature::Bad => "critical",
    };
    if !kind.is_empty() {
        badges.push(Badge { kind, text: say(format!("triage-signature-{}", signature.as_str())) });
    }
    if automatic {
        badges.push(Badge { kind: "warn", text: t::AUTOMATIC.say(lang).to_owned() });
    }
    if files > 0 {
        badges.push(Badge { kind: "neutral", text: t::files(lang, files) });
    }
    badges
}
