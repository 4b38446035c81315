//! What a mail's way proved about its sender: our own evaluation of DKIM, SPF and DMARC, kept with the report's sealed words.
//! Deliberately evidence and no verdict on the report: a stranger's report is as welcome as a neighbour's.

use serde::{Deserialize, Serialize};

/// One mechanism's result (RFC 8601 section 2.7 for the words).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// Nothing was there to be checked.
    #[default]
    None,
    Pass,
    Fail,
    SoftFail,
    Neutral,
    /// Right, and not to be believed by our rules (a short key, an unsigned end, an expired signature).
    Policy,
    /// DNS did not answer in time.
    TempError,
    /// What the sender's side published or wrote cannot be used.
    PermError,
}

impl Proof {
    pub const ALL: [Proof; 8] =
        [Proof::None, Proof::Pass, Proof::Fail, Proof::SoftFail, Proof::Neutral, Proof::Policy, Proof::TempError, Proof::PermError];

    pub const fn as_str(self) -> &'static str {
        match self {
            Proof::None => "none",
            Proof::Pass => "pass",
            Proof::Fail => "fail",
            Proof::SoftFail => "softfail",
            Proof::Neutral => "neutral",
            Proof::Policy => "policy",
            Proof::TempError => "temperror",
            Proof::PermError => "permerror",
        }
    }
}

/// One proof, the domain it is about, and whether that domain is the author's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Proved {
    pub result: Proof,
    pub domain: String,
    /// The domain is that of the From field, or under the same organisation (RFC 7489 section 3.1).
    pub aligned: bool,
    /// Why, in a few plain words; empty for a pass.
    pub why: String,
}

/// All evidence about one mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailEvidence {
    /// False: no resolver is configured, so nothing could be checked.
    pub asked: bool,
    /// Domain of the one From address; empty when there is none.
    pub author: String,
    /// One entry for every signature looked at.
    pub dkim: Vec<Proved>,
    /// `None`: the door did not know the client's address.
    pub spf: Option<Proved>,
    pub dmarc: Proved,
    /// What the author's domain asks to be done with mail that fails: `none`, `quarantine`, `reject`; empty without a record.
    pub dmarc_wish: String,
}

impl MailEvidence {
    /// A DKIM signature that covers the whole mail passed for the author's own domain or organisation.
    pub fn aligned_dkim(&self) -> bool {
        self.dkim.iter().any(|one| one.result == Proof::Pass && one.aligned)
    }

    /// Nothing speaks for the sender and something speaks against.
    pub fn doubtful(&self) -> bool {
        self.asked
            && !self.aligned_dkim()
            && (self.dmarc.result == Proof::Fail || self.spf.as_ref().is_some_and(|spf| spf.result == Proof::Fail))
    }
}
