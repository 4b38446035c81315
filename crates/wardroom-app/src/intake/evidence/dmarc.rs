//! DMARC: whether what was proved is the author's own domain, and what that domain asks for (RFC 7489).

use super::asker::Asker;
use crate::ports::dns::DnsTrouble;
use wardroom_domain::intake::MailEvidence;
use wardroom_domain::intake::evidence::{Proof, Proved};
use wardroom_mail::trust::dmarc::{Record, Wish, aligned, organisation, walk};

/// A domain's organisation, and the record that is in force for it.
struct Found {
    organisation: String,
    record: Option<(String, Record)>,
}

/// Fills in alignment and the DMARC result.
pub(super) async fn conclude(asker: &Asker<'_>, evidence: &mut MailEvidence) {
    if evidence.author.is_empty() {
        evidence.dmarc = Proved { result: Proof::PermError, why: "there is no one author".to_owned(), ..Proved::default() };
        return;
    }
    let author = evidence.author.clone();
    let found = match look(asker, &author).await {
        Ok(found) => found,
        Err(trouble) => {
            // Equal names need no DNS.
            let every = evidence.dkim.iter_mut().chain(evidence.spf.as_mut());
            every.for_each(|proved| proved.aligned = proved.domain == author);
            evidence.dmarc = Proved { result: Proof::TempError, domain: author, aligned: false, why: trouble.to_string() };
            return;
        }
    };
    let record = found.record.as_ref().map(|(_, record)| record);
    let (strict_dkim, strict_spf) = record.map_or((false, false), |record| (record.strict_dkim, record.strict_spf));
    let kinds = std::iter::repeat_n(strict_dkim, evidence.dkim.len()).chain([strict_spf]);
    for (proved, strict) in evidence.dkim.iter_mut().chain(evidence.spf.as_mut()).zip(kinds) {
        proved.aligned = is_aligned(asker, &author, &found.organisation, &proved.domain, strict).await;
    }
    let any = evidence.dkim.iter().chain(evidence.spf.as_ref()).any(|proved| proved.result == Proof::Pass && proved.aligned);
    let unsure = evidence.dkim.iter().chain(evidence.spf.as_ref()).any(|proved| proved.result == Proof::TempError);
    let Some((place, record)) = found.record else {
        evidence.dmarc = Proved { result: Proof::None, domain: author, aligned: any, why: "the domain has no DMARC record".to_owned() };
        return;
    };
    let wish = if place == author { record.wish } else { record.subdomains.unwrap_or(record.wish) };
    evidence.dmarc_wish = Wish::as_str(wish).to_owned();
    let (result, why) = match (any, unsure) {
        (true, _) => (Proof::Pass, ""),
        (false, true) => (Proof::TempError, "DKIM or SPF could not be checked"),
        // Without the client's address SPF is not known; a mail that relied on it alone is not proved false.
        (false, false) if evidence.spf.is_none() => (Proof::Neutral, "no aligned DKIM signature; SPF could not be checked by this door"),
        (false, false) => (Proof::Fail, "neither DKIM nor SPF speaks for the author's domain"),
    };
    evidence.dmarc = Proved { result, domain: place, aligned: any, why: why.to_owned() };
}

async fn is_aligned(asker: &Asker<'_>, author: &str, author_organisation: &str, proved: &str, strict: bool) -> bool {
    if author == proved {
        return true;
    }
    if strict || proved.is_empty() {
        return false;
    }
    let Ok(found) = look(asker, proved).await else { return false };
    // Without any record on either side every name is its own organisation: equal names only.
    aligned(author, proved, author_organisation, &found.organisation, strict)
}

async fn look(asker: &Asker<'_>, name: &str) -> Result<Found, DnsTrouble> {
    let mut found = Vec::new();
    for place in walk(name) {
        if let Some(record) = Record::among(&asker.txt(&format!("_dmarc.{place}")).await?) {
            let end = record.public_suffix.is_some() && !(record.public_suffix == Some(true) && place == name);
            found.push((place, record));
            if end {
                break;
            }
        }
    }
    let organisation = organisation(name, &found);
    let own = found.iter().find(|(place, _)| place == name);
    let record = own.or_else(|| found.iter().find(|(place, _)| *place == organisation)).or_else(|| found.last()).cloned();
    Ok(Found { organisation, record })
}
