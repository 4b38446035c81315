//! Mail that names our own address (with or without `+tag`) as its sender. Nobody is ever answered for it: two programs would write to each
//! other for ever. What becomes of it depends on what is proved, because a From field is written by whoever writes the mail:
//!
//! * **Ours, come back** (a loop, a redirect): its Message-ID holds a keyed hash that only this house can make. It says what we said, so
//!   it is dropped on purpose: one line in the log, counted at its door, settled in the mailbox. Who got a mail of ours can send it back with
//!   other words under our name; they are dropped with it, and the sender is the only one who loses by that.
//! * **A colleague**: our domain's DKIM signature covers it and no program wrote it. It stands in the inbox like any mail of a person's.
//! * **Nothing proved**: a stranger's claim to be us. It is kept whole, with its hash and a number, and put away at once: no answer, no promise,
//!   not among what waits; a person finds it under what was put away and can take it up again. Dropping it would lose a report to a forged
//!   line; letting it wait would let a loop fill the inbox.
//!
//! Deliberately before threading: what says to be us never joins a report.

use super::import_mail::{Imported, Outcome, Read};
use crate::house::Desk;
use wardroom_domain::intake::MailEvidence;
use wardroom_mail::opened::{Automatic, OpenedMail};

/// The remark on a mail that says to be from us and does not prove it.
pub const OWN_ADDRESS: &str = "own-address";

/// What a mail is that names us as its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FromUs {
    /// It names somebody else.
    No,
    CameBack,
    Colleague,
    Unproved,
}

impl Desk {
    /// Sorts a mail by who it says to be from, and by what proves that.
    pub(super) fn from_us(&self, read: &Read) -> FromUs {
        let Some(mail) = &read.opened else { return FromUs::No };
        if !is_our_address(mail, &self.addresses.mail) {
            return FromUs::No;
        }
        if mail.message_id.as_deref().is_some_and(|id| self.is_our_message_id(id)) {
            return FromUs::CameBack;
        }
        let vouched = read.evidence.as_ref().is_some_and(MailEvidence::aligned_dkim);
        if vouched && mail.auto_submitted == Automatic::No { FromUs::Colleague } else { FromUs::Unproved }
    }
}

/// What is told of a mail of ours that came back: nothing of it is kept.
pub(super) fn dropped(read: &Read) -> Imported {
    Imported {
        report: String::new(),
        case: None,
        decrypted: false,
        signature: "none",
        language: read.opened.as_ref().map(|mail| mail.language.clone()).unwrap_or_default(),
        outcome: Outcome::Ignored,
    }
}

/// Whether the one sender is the team's address, whatever stands behind a plus sign.
fn is_our_address(mail: &OpenedMail, team_address: &str) -> bool {
    let plain = |address: &str| {
        let address = address.trim().to_lowercase();
        let (local, domain) = address.rsplit_once('@')?;
        let local = local.split('+').next().unwrap_or_default();
        (!local.is_empty()).then(|| format!("{local}@{domain}"))
    };
    let sender = mail.from.as_ref().and_then(|from| plain(&from.address));
    sender.is_some() && sender == plain(team_address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_address_is_known_with_a_tag() {
        let from = |address: &str| OpenedMail {
            from: Some(wardroom_mail::opened::Address { name: None, address: address.to_owned() }),
            ..OpenedMail::default()
        };
        assert!(is_our_address(&from("PSIRT+case-1@vendor.example"), "psirt@vendor.example"));
        assert!(!is_our_address(&from("ada@vendor.example"), "psirt@vendor.example"));
        assert!(!is_our_address(&from("psirt@vendor.example.evil.example"), "psirt@vendor.example"));
        assert!(!is_our_address(&from(""), "") && !is_our_address(&OpenedMail::default(), "psirt@vendor.example"));
    }
}
