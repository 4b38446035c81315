//! What a mail's way proved about its sender, for the report's page: one line for each proof. Deliberately in no colour of alarm: a stranger
//! without DKIM is no liar.

use wardroom_domain::intake::MailEvidence;
use wardroom_domain::intake::evidence::{Proof, Proved};
use wardroom_web::Lang;
use wardroom_web::text::reveal;
use wardroom_web::words::{self, triage as t};

/// One proof.
pub struct ProofLine {
    pub what: &'static str,
    pub result: String,
    pub chip: &'static str,
    pub domain: String,
    /// Whether the domain is the author's, in words.
    pub aligned: String,
    pub why: String,
}

/// All lines; none when nothing was asked.
pub fn lines(lang: Lang, evidence: Option<&MailEvidence>) -> Vec<ProofLine> {
    let Some(evidence) = evidence.filter(|evidence| evidence.asked) else { return Vec::new() };
    let mut lines: Vec<ProofLine> = evidence.dkim.iter().map(|proved| line(lang, "DKIM", proved)).collect();
    lines.extend(evidence.spf.as_ref().map(|proved| line(lang, "SPF", proved)));
    let mut dmarc = line(lang, "DMARC", &evidence.dmarc);
    if !evidence.dmarc_wish.is_empty() {
        let wish = words::say(lang, &format!("triage-dmarc-{}", evidence.dmarc_wish));
        dmarc.aligned = if dmarc.aligned.is_empty() { wish } else { format!("{} · {wish}", dmarc.aligned) };
    }
    lines.push(dmarc);
    lines
}

/// What stands above the lines.
pub fn note(lang: Lang, evidence: Option<&MailEvidence>) -> String {
    match evidence {
        None => String::new(),
        Some(evidence) if !evidence.asked => t::PROOFS_NOT_ASKED.say(lang).to_owned(),
        Some(evidence) if evidence.dkim.is_empty() && evidence.spf.is_none() => t::PROOFS_NOTHING.say(lang).to_owned(),
        Some(_) => t::PROOFS_HINT.say(lang).to_owned(),
    }
}

fn line(lang: Lang, what: &'static str, proved: &Proved) -> ProofLine {
    let chip = match proved.result {
        Proof::Pass if proved.aligned => "good",
        Proof::Pass | Proof::None | Proof::Neutral => "neutral",
        Proof::Fail | Proof::SoftFail | Proof::Policy | Proof::TempError | Proof::PermError => "warn",
    };
    let aligned = match (proved.result, proved.aligned) {
        (Proof::None, _) => String::new(),
        (_, true) => t::ALIGNED.say(lang).to_owned(),
        (_, false) => t::NOT_ALIGNED.say(lang).to_owned(),
    };
    ProofLine {
        what,
        result: words::say(lang, &format!("triage-proof-{}", proved.result.as_str())),
        chip,
        domain: reveal(&proved.domain),
        aligned,
        why: reveal(&proved.why),
    }
}
