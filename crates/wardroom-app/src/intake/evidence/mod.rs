//! Evidence about a mail's sender: the claims that the child read, against what DNS says. Ours alone; a header in which somebody else tells the
//! result is never looked at. Bounded in questions and in time: a slow DNS costs a mail its evidence, never its place in the inbox.

mod asker;
mod dmarc;
mod spf;

use super::arrival::Arrival;
use crate::ports::dns::Dns;
use asker::Asker;
use jiff::Timestamp;
use wardroom_domain::intake::MailEvidence;
use wardroom_domain::intake::evidence::{Proof, Proved};
use wardroom_mail::opened::OpenedMail;
use wardroom_mail::trust::{self, dkim_key};

/// Evaluates. Without a resolver nothing is asked and the evidence says so.
pub(crate) async fn gather(dns: Option<&dyn Dns>, mail: &OpenedMail, arrival: &Arrival, now: Timestamp) -> MailEvidence {
    let author = mail.from.as_ref().and_then(|from| trust::domain(from.address.rsplit('@').next()?)).unwrap_or_default();
    let Some(dns) = dns else { return MailEvidence { author, ..MailEvidence::default() } };
    let asker = Asker::new(dns);
    let mut evidence = MailEvidence { asked: true, ..MailEvidence::default() };
    for claim in &mail.dkim {
        let (result, why) = dkim(&asker, claim, now).await;
        evidence.dkim.push(Proved { result, domain: claim.domain.clone(), aligned: false, why });
    }
    evidence.spf = match arrival.peer {
        Some(peer) => Some(spf::check(&asker, peer, arrival).await),
        None => None,
    };
    evidence.author = author;
    dmarc::conclude(&asker, &mut evidence).await;
    evidence
}

async fn dkim(asker: &Asker<'_>, claim: &wardroom_mail::trust::dkim::DkimClaim, now: Timestamp) -> (Proof, String) {
    if !claim.fault.is_empty() {
        return (Proof::PermError, claim.fault.clone());
    }
    match asker.txt(&dkim_key::name(claim)).await {
        Err(trouble) => (Proof::TempError, trouble.to_string()),
        Ok(records) => match dkim_key::check(claim, &records, now.as_second()) {
            dkim_key::Judged::Pass => (Proof::Pass, String::new()),
            dkim_key::Judged::Fail(why) => (Proof::Fail, why.to_owned()),
            dkim_key::Judged::Policy(why) => (Proof::Policy, why.to_owned()),
            dkim_key::Judged::Permanent(why) => (Proof::PermError, why.to_owned()),
        },
    }
}

#[cfg(test)]
mod tests;
