//! The 46 milestones a case can reach (domain §2.10): the fixed words that profiles combine into stages and clocks.
//! It is deliberately not a state machine: a milestone is something that happened, in any order, and is never taken back.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One thing that can have happened to a case; written in snake_case everywhere outside Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Milestone {
    /// A report came in; every promise to the reporter is counted from here.
    ReportReceived,
    /// The receipt went out; an automatic mail is enough.
    ReceiptSent,
    /// A person answered the reporter; an automatic mail is not enough.
    HumanResponseSent,
    /// We asked the reporter for more.
    InfoRequested,
    /// The reporter gave what we asked for.
    InfoReceived,
    /// The report lies with the team that can judge it.
    Routed,
    /// Somebody began to look into the claim.
    AnalysisStarted,
    /// We saw the fault ourselves.
    Reproduced,
    /// The claim is a vulnerability.
    Validated,
    /// The claim is not a vulnerability.
    Invalidated,
    /// Somebody looked whether we knew it already.
    UniquenessChecked,
    /// It is tied to the case that was there first.
    DuplicateLinked,
    /// A severity was given.
    SeverityAssessed,
    /// We will work on it.
    Accepted,
    /// We will not work on it now.
    Deferred,
    /// There will be no fix.
    WontFix,
    /// Every product is judged affected or not.
    AffectedDetermined,
    /// The cause is understood.
    RootCauseFound,
    /// The reporter has our first findings.
    PreliminaryReportSent,
    /// The maker of the component knows.
    UpstreamNotified,
    /// There is a plan for the fix.
    RemediationPlanned,
    /// Users can protect themselves before the fix.
    MitigationAvailable,
    /// The fix exists and is tested.
    FixReady,
    /// The finder confirmed the fix.
    FinderVerified,
    /// Users can get the fix.
    FixReleased,
    /// The vulnerability has its public numbers.
    IdsAssigned,
    /// An embargo is in force.
    EmbargoAgreed,
    /// The embargo is over.
    EmbargoExited,
    /// Customers with a need to know were told early.
    CustomersPrenotified,
    /// An advisory text exists.
    AdvisoryDrafted,
    /// The advisory text is approved.
    AdvisoryApproved,
    /// The plan of who is told when is approved.
    CommPlanApproved,
    /// The advisory is public.
    AdvisoryPublished,
    /// The CVE record is public.
    RecordPublished,
    /// The reporter was told the outcome.
    ReporterNotified,
    /// The reporter was told how it stands.
    ReporterUpdateSent,
    /// Users were told.
    UsersNotified,
    /// The finder is named as they wished.
    CreditGiven,
    /// The reward, or that there is none, is decided.
    RewardDecided,
    /// Somebody decided which legal duties apply.
    LegalAssessed,
    /// A legal notification was submitted.
    LegalSubmitted,
    /// The published fix was watched for a while.
    Monitored,
    /// The case is closed.
    Closed,
    /// The case was opened again.
    Reopened,
    /// We looked back and wrote down what we learnt.
    PostmortemDone,
    /// It was decided, with a reason, not to publish.
    NotDisclosedDecided,
}

/// The word is not one of the 46 milestones.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown milestone `{word}`; use one of the 46 words of the milestone vocabulary")]
pub struct UnknownMilestone {
    /// What was written, cut to 64 characters.
    pub word: String,
}

impl Milestone {
    /// All of them, in the order in which a case usually meets them.
    pub const ALL: [Milestone; 46] = [
        Milestone::ReportReceived,
        Milestone::ReceiptSent,
        Milestone::HumanResponseSent,
        Milestone::InfoRequested,
        Milestone::InfoReceived,
        Milestone::Routed,
        Milestone::AnalysisStarted,
        Milestone::Reproduced,
        Milestone::Validated,
        Milestone::Invalidated,
        Milestone::UniquenessChecked,
        Milestone::DuplicateLinked,
        Milestone::SeverityAssessed,
        Milestone::Accepted,
        Milestone::Deferred,
        Milestone::WontFix,
        Milestone::AffectedDetermined,
        Milestone::RootCauseFound,
        Milestone::PreliminaryReportSent,
        Milestone::UpstreamNotified,
        Milestone::RemediationPlanned,
        Milestone::MitigationAvailable,
        Milestone::FixReady,
        Milestone::FinderVerified,
        Milestone::FixReleased,
        Milestone::IdsAssigned,
        Milestone::EmbargoAgreed,
        Milestone::EmbargoExited,
        Milestone::CustomersPrenotified,
        Milestone::AdvisoryDrafted,
        Milestone::AdvisoryApproved,
        Milestone::CommPlanApproved,
        Milestone::AdvisoryPublished,
        Milestone::RecordPublished,
        Milestone::ReporterNotified,
        Milestone::ReporterUpdateSent,
        Milestone::UsersNotified,
        Milestone::CreditGiven,
        Milestone::RewardDecided,
        Milestone::LegalAssessed,
        Milestone::LegalSubmitted,
        Milestone::Monitored,
        Milestone::Closed,
        Milestone::Reopened,
        Milestone::PostmortemDone,
        Milestone::NotDisclosedDecided,
    ];

    /// The word as profiles, facts and stores write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Milestone::ReportReceived => "report_received",
            Milestone::ReceiptSent => "receipt_sent",
            Milestone::HumanResponseSent => "human_response_sent",
            Milestone::InfoRequested => "info_requested",
            Milestone::InfoReceived => "info_received",
            Milestone::Routed => "routed",
            Milestone::AnalysisStarted => "analysis_started",
            Milestone::Reproduced => "reproduced",
            Milestone::Validated => "validated",
            Milestone::Invalidated => "invalidated",
            Milestone::UniquenessChecked => "uniqueness_checked",
            Milestone::DuplicateLinked => "duplicate_linked",
            Milestone::SeverityAssessed => "severity_assessed",
            Milestone::Accepted => "accepted",
            Milestone::Deferred => "deferred",
            Milestone::WontFix => "wont_fix",
            Milestone::AffectedDetermined => "affected_determined",
            Milestone::RootCauseFound => "root_cause_found",
            Milestone::PreliminaryReportSent => "preliminary_report_sent",
            Milestone::UpstreamNotified => "upstream_notified",
            Milestone::RemediationPlanned => "remediation_planned",
            Milestone::MitigationAvailable => "mitigation_available",
            Milestone::FixReady => "fix_ready",
            Milestone::FinderVerified => "finder_verified",
            Milestone::FixReleased => "fix_released",
            Milestone::IdsAssigned => "ids_assigned",
            Milestone::EmbargoAgreed => "embargo_agreed",
            Milestone::EmbargoExited => "embargo_exited",
            Milestone::CustomersPrenotified => "customers_prenotified",
            Milestone::AdvisoryDrafted => "advisory_drafted",
            Milestone::AdvisoryApproved => "advisory_approved",
            Milestone::CommPlanApproved => "comm_plan_approved",
            Milestone::AdvisoryPublished => "advisory_published",
            Milestone::RecordPublished => "record_published",
            Milestone::ReporterNotified => "reporter_notified",
            Milestone::ReporterUpdateSent => "reporter_update_sent",
            Milestone::UsersNotified => "users_notified",
            Milestone::CreditGiven => "credit_given",
            Milestone::RewardDecided => "reward_decided",
            Milestone::LegalAssessed => "legal_assessed",
            Milestone::LegalSubmitted => "legal_submitted",
            Milestone::Monitored => "monitored",
            Milestone::Closed => "closed",
            Milestone::Reopened => "reopened",
            Milestone::PostmortemDone => "postmortem_done",
            Milestone::NotDisclosedDecided => "not_disclosed_decided",
        }
    }
}

impl fmt::Display for Milestone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Milestone {
    type Err = UnknownMilestone;

    fn from_str(word: &str) -> Result<Self, UnknownMilestone> {
        Milestone::ALL
            .into_iter()
            .find(|milestone| milestone.as_str() == word)
            .ok_or_else(|| UnknownMilestone { word: word.chars().take(64).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_46_different_words() {
        let words: BTreeSet<&str> = Milestone::ALL.into_iter().map(Milestone::as_str).collect();
        assert_eq!(words.len(), 46);
    }

    #[test]
    fn every_word_comes_back_by_text_and_by_serde() {
        for milestone in Milestone::ALL {
            assert_eq!(milestone.as_str().parse(), Ok(milestone));
            let json = serde_json::to_string(&milestone).unwrap();
            assert_eq!(json, format!("\"{}\"", milestone.as_str()));
            assert_eq!(serde_json::from_str::<Milestone>(&json).unwrap(), milestone);
        }
    }

    #[test]
    fn a_foreign_word_is_refused() {
        assert!("advisory_publishd".parse::<Milestone>().is_err());
        assert!("".parse::<Milestone>().is_err());
        assert!("Closed".parse::<Milestone>().is_err());
    }
}
