//! Which mails a person must look at before anything else happens with them: they are kept with their bytes and stand in quarantine.
//! Deliberately not about trust in the sender (a stranger's plain mail is an ordinary report) and not about whether a receipt is owed: it is.

use unicode_normalization::UnicodeNormalization;
use wardroom_domain::intake::Reading;
use wardroom_mail::Fault;
use wardroom_mail::opened::{Automatic, Encryption, OpenedMail, Warning};

/// Prefixes of numbers that outsiders see or guess: reports, cases, and what other desks call theirs.
const NUMBERS: [&str; 3] = ["R", "C", "CASE"];

/// Whether a person must look first. `opened` is `None` when the parser did not survive the bytes.
pub fn needed(opened: Option<&OpenedMail>, reading: Reading) -> bool {
    let Some(mail) = opened else { return reading == Reading::Unreadable };
    mail.warnings.iter().any(Warning::asks_for_a_person)
        || hidden(mail)
        || tells_of_delivery(mail)
        || (mail.auto_submitted == Automatic::No && claims_a_number(&mail.subject))
}

/// Encrypted, and broken or hostile; or encrypted to somebody else and nothing beside it that could be read.
fn hidden(mail: &OpenedMail) -> bool {
    match &mail.encryption {
        Encryption::None | Encryption::Opened { .. } => false,
        Encryption::Failed { reason: Fault::NoKey, .. } => mail.text.trim().is_empty() && mail.attachments.is_empty(),
        Encryption::Failed { .. } => true,
    }
}

/// A notice of (non-)delivery (RFC 3464): anybody can write one, so it says nothing of a reporter's address before a person believes it.
fn tells_of_delivery(mail: &OpenedMail) -> bool {
    let notice = |media: &str| matches!(media, "message/delivery-status" | "message/global-delivery-status");
    mail.auto_submitted == Automatic::Bounce && mail.attachments.iter().any(|file| notice(&file.media_type))
}

/// Whether a subject claims to belong to a case or report: `C-2026-0001`, `[CASE-2026-0001]`, also in full-width characters. Threading by proof
/// comes before; what claims and does not prove is looked at beside what it claims.
fn claims_a_number(subject: &str) -> bool {
    let plain: String =
        subject.nfkc().map(|c| if matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { c.to_ascii_uppercase() }).collect();
    plain.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).any(|word| {
        let mut parts = word.split('-');
        let prefix = parts.next().is_some_and(|prefix| NUMBERS.contains(&prefix));
        let digits = |part: Option<&str>, least: usize| {
            part.is_some_and(|part| part.len() >= least && part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        prefix && digits(parts.next(), 4) && digits(parts.next(), 3) && parts.next().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_claimed_in_any_width_and_cves_are_none() {
        for claim in [
            "Re: [CASE-2026-0001] any news?",
            "C-2026-0001",
            "[CASE-２０２６-０００１]",
            "re: r-2026-0012: more",
            "CASE\u{2013}2026\u{2013}0001",
        ] {
            assert!(claims_a_number(claim), "{claim}");
        }
        for none in ["CVE-2026-0001 in Widget", "C-3PO", "CASE closed 2026-0001", "ABC-2026-0001", "R-2026-0001-rc1 fails", ""] {
            assert!(!claims_a_number(none), "{none}");
        }
    }

    #[test]
    fn what_cannot_be_opened_waits_unless_there_is_something_to_read() {
        let failed = |reason| Encryption::Failed { reason, recipients: Vec::new() };
        let mail = |encryption, text: &str| OpenedMail { encryption, text: text.to_owned(), ..OpenedMail::default() };
        assert!(hidden(&mail(failed(Fault::NoKey), " ")));
        assert!(!hidden(&mail(failed(Fault::NoKey), "I am on holiday until Monday.")));
        assert!(hidden(&mail(failed(Fault::Damaged), "Text beside it")));
        assert!(!hidden(&mail(Encryption::None, "")));
    }
}
