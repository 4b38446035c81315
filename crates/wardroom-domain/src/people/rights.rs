//! The table of rights: which role may do which act. A snapshot test prints it; review the diff of that file.
//! Deliberately not here: what state a thing must be in (the machines' transition tables say that).

use super::Role;
use serde::Serialize;

/// A use case as rights see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Open the inbox and reports in it.
    ReadInbox,
    /// See every case, not only those one takes part in.
    SeeEveryCase,
    /// Accept, link, decline, ask.
    Triage,
    /// Write to the reporter.
    MessageReporter,
    /// Write an internal note.
    WriteNote,
    /// Validate, score, check uniqueness, set affected products.
    Assess,
    /// Reserve, assign, give back and reject identifiers (CVE, GCVE).
    AssignIds,
    /// Plan and track remediation.
    Remediate,
    /// Embargo, owner, participants, communication plan, closing.
    Coordinate,
    /// The disclosure plan, its manual gates, and the recipient book.
    PlanDisclosure,
    /// Draft and edit an advisory.
    WriteAdvisory,
    ApproveAdvisory,
    PublishAdvisory,
    /// Keep the product catalogue.
    KeepProducts,
    /// Keep the team's OpenPGP keys.
    KeepKeys,
    /// People, tokens, profile.
    Administer,
    /// Read the log and verify it.
    Audit,
}

impl Act {
    pub const ALL: [Act; 17] = [
        Act::ReadInbox,
        Act::SeeEveryCase,
        Act::Triage,
        Act::MessageReporter,
        Act::WriteNote,
        Act::Assess,
        Act::AssignIds,
        Act::Remediate,
        Act::Coordinate,
        Act::PlanDisclosure,
        Act::WriteAdvisory,
        Act::ApproveAdvisory,
        Act::PublishAdvisory,
        Act::KeepProducts,
        Act::KeepKeys,
        Act::Administer,
        Act::Audit,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Act::ReadInbox => "read_inbox",
            Act::SeeEveryCase => "see_every_case",
            Act::Triage => "triage",
            Act::MessageReporter => "message_reporter",
            Act::WriteNote => "write_note",
            Act::Assess => "assess",
            Act::AssignIds => "assign_ids",
            Act::Remediate => "remediate",
            Act::Coordinate => "coordinate",
            Act::PlanDisclosure => "plan_disclosure",
            Act::WriteAdvisory => "write_advisory",
            Act::ApproveAdvisory => "approve_advisory",
            Act::PublishAdvisory => "publish_advisory",
            Act::KeepProducts => "keep_products",
            Act::KeepKeys => "keep_keys",
            Act::Administer => "administer",
            Act::Audit => "audit",
        }
    }

    /// The one place that says who may.
    pub const fn allowed_to(self, role: Role) -> bool {
        use Role as R;
        match self {
            Act::ReadInbox => matches!(role, R::Intake | R::Analyst | R::Coordinator | R::Legal | R::Auditor),
            Act::SeeEveryCase => matches!(
                role,
                R::Intake
                    | R::Analyst
                    | R::Coordinator
                    | R::Author
                    | R::Approver
                    | R::Publisher
                    | R::Legal
                    | R::Communications
                    | R::Auditor
            ),
            Act::Triage => matches!(role, R::Intake | R::Analyst | R::Coordinator),
            Act::MessageReporter => matches!(role, R::Intake | R::Analyst | R::Coordinator | R::Communications),
            Act::WriteNote => !matches!(role, R::Auditor | R::Administrator | R::Custodian),
            Act::Assess => matches!(role, R::Analyst | R::Coordinator),
            Act::AssignIds => matches!(role, R::Analyst | R::Coordinator | R::Publisher),
            Act::Remediate => matches!(role, R::Analyst | R::Engineer | R::Coordinator),
            Act::Coordinate => matches!(role, R::Coordinator),
            Act::PlanDisclosure => matches!(role, R::Coordinator | R::Communications | R::Publisher),
            Act::WriteAdvisory => matches!(role, R::Author | R::Coordinator),
            Act::ApproveAdvisory => matches!(role, R::Approver),
            Act::PublishAdvisory => matches!(role, R::Publisher),
            Act::KeepProducts => matches!(role, R::Analyst | R::Coordinator | R::Administrator),
            Act::KeepKeys => matches!(role, R::Custodian | R::Administrator),
            Act::Administer => matches!(role, R::Administrator),
            Act::Audit => matches!(role, R::Auditor | R::Administrator),
        }
    }
}

/// The table as text, one line per role: `role<TAB>act act …`. Written to `rights.tsv` by a test.
pub fn rights_table() -> String {
    let mut table = String::from("role\tmay\n");
    for role in Role::ALL {
        let acts: Vec<&str> = Act::ALL.into_iter().filter(|act| act.allowed_to(role)).map(Act::as_str).collect();
        table.push_str(role.as_str());
        table.push('\t');
        table.push_str(&acts.join(" "));
        table.push('\n');
    }
    table
}
