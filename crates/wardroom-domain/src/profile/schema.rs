//! `psirt-profile/1` as code: which fields a profile has and what stands in them.
//! Deliberately only the shape; what the parts mean to each other is checked afterwards.

use super::shape::{Fields, Shape};
use super::stage::Audience;
use super::words::*;
use crate::deadlines::{Condition, DueRule, Force, PauseCause, Roll, Severity, Start, Unit, Wording};

/// The value of the `schema` field.
pub(super) const SCHEMA: &str = "psirt-profile/1";

pub(super) static PROFILE: Fields = Fields {
    required: &["schema", "id", "org", "intake", "clocks", "process", "disclosure"],
    all: &[
        ("schema", Shape::Exactly(SCHEMA)),
        ("id", Shape::Id),
        ("extends", Shape::Text),
        ("evidence", Shape::Object(&EVIDENCE)),
        ("org", Shape::Object(&ORG)),
        ("intake", Shape::Object(&INTAKE)),
        ("scope", Shape::Object(&SCOPE)),
        ("calendars", Shape::Map(&Shape::Calendar)),
        ("clocks", Shape::List(&Shape::Object(&CLOCK), 0)),
        ("process", Shape::Object(&PROCESS)),
        ("disclosure", Shape::Object(&DISCLOSURE)),
        ("credit", Shape::Object(&CREDIT)),
        ("reward", Shape::Object(&REWARD)),
        ("safe_harbor", Shape::Object(&SAFE_HARBOR)),
        ("opsec", Shape::Object(&OPSEC)),
        ("regimes", Shape::List(&Shape::Word(Regime::WORDS), 0)),
        ("wellknown", Shape::Object(&WELLKNOWN)),
    ],
};

static EVIDENCE: Fields =
    Fields { required: &[], all: &[("url", Shape::Text), ("basis", Shape::Word(EvidenceBasis::WORDS)), ("note", Shape::Text)] };

static ORG: Fields = Fields {
    required: &["name"],
    all: &[
        ("name", Shape::L10n),
        ("team", Shape::L10n),
        ("country", Shape::Country),
        ("roles", Shape::List(&Shape::Word(OrgRole::WORDS), 0)),
        ("affiliates_in_scope", Shape::Bool),
        ("cna_scope", Shape::Text),
        ("cve_org_id", Shape::Text),
        ("cve_short_name", Shape::Text),
        ("memberships", Shape::Texts),
        ("rfc2350", Shape::Bool),
    ],
};

static INTAKE: Fields = Fields {
    required: &["channels", "languages"],
    all: &[
        ("channels", Shape::List(&Shape::Object(&CHANNEL), 1)),
        ("languages", Shape::List(&Shape::Language, 0)),
        ("language_force", Shape::Word(LanguageForce::WORDS)),
        ("reporter_kinds", Shape::Texts),
        ("anonymous", Shape::Word(Anonymity::WORDS)),
        ("nda", Shape::Word(Nda::WORDS)),
        ("fields", Shape::List(&Shape::Object(&FIELD), 0)),
        ("one_per_report", Shape::Bool),
        ("consent_on_submit", Shape::Word(Consent::WORDS)),
        ("only_undisclosed", Shape::Bool),
        ("bad_reports_closed", Shape::Bool),
    ],
};

static CHANNEL: Fields = Fields {
    required: &["kind"],
    all: &[
        ("kind", Shape::Word(ChannelKind::WORDS)),
        ("address", Shape::Text),
        ("audience", Shape::Texts),
        ("platform", Shape::Text),
        ("encryption", Shape::Word(Encryption::WORDS)),
        ("methods", Shape::List(&Shape::Word(EncryptionMethod::WORDS), 0)),
        ("keys", Shape::List(&Shape::Object(&KEY), 0)),
        ("no_sensitive_first", Shape::Bool),
        ("hours", Shape::Text),
        ("account_required", Shape::Bool),
        ("retired", Shape::Bool),
    ],
};

static KEY: Fields = Fields {
    required: &[],
    all: &[
        ("fingerprint", Shape::Fingerprint),
        ("key_id", Shape::Text),
        ("file", Shape::Text),
        ("wkd", Shape::Bool),
        ("kind", Shape::Word(KeyKind::WORDS)),
    ],
};

static FIELD: Fields = Fields {
    required: &["id"],
    all: &[("id", Shape::Text), ("need", Shape::Word(Need::WORDS)), ("label", Shape::L10n), ("merge", Shape::Texts)],
};

static SCOPE: Fields = Fields {
    required: &[],
    all: &[
        ("kinds", Shape::List(&Shape::Word(ReportKind::WORDS), 0)),
        ("lifecycle", Shape::Word(Lifecycle::WORDS)),
        ("eol_note", Shape::Text),
        ("third_party", Shape::Word(ThirdParty::WORDS)),
        ("in", Shape::Texts),
        ("out", Shape::Texts),
        ("backport", Shape::Text),
    ],
};

static CLOCK: Fields = Fields {
    required: &["id", "unit", "anchor", "stop"],
    all: &[
        ("id", Shape::Id),
        ("unit", Shape::Word(Unit::WORDS)),
        ("limit", Shape::Limit),
        ("anchor", Shape::Anchor),
        ("stop", Shape::Expr),
        ("start", Shape::Word(Start::WORDS)),
        ("due", Shape::Word(DueRule::WORDS)),
        ("roll", Shape::Word(Roll::WORDS)),
        ("calendar", Shape::Text),
        ("force", Shape::Word(Force::WORDS)),
        ("text", Shape::Word(Wording::WORDS)),
        ("repeat", Shape::Bool),
        ("per_severity", Shape::Map(&Shape::Object(&OVERRIDE))),
        ("by", Shape::Map(&Shape::Object(&OVERRIDE))),
        ("when", Shape::List(&Shape::Object(&WHEN), 0)),
        ("human", Shape::Bool),
        ("pause_on", Shape::List(&Shape::Word(PauseCause::WORDS), 0)),
        ("pause_cap", Shape::Duration),
    ],
};

static OVERRIDE: Fields = Fields {
    required: &[],
    all: &[
        ("unit", Shape::Word(Unit::WORDS)),
        ("limit", Shape::Limit),
        ("start", Shape::Word(Start::WORDS)),
        ("due", Shape::Word(DueRule::WORDS)),
        ("roll", Shape::Word(Roll::WORDS)),
        ("calendar", Shape::Text),
        ("force", Shape::Word(Force::WORDS)),
        ("text", Shape::Word(Wording::WORDS)),
        ("human", Shape::Bool),
    ],
};

static WHEN: Fields = Fields {
    required: &["if"],
    all: &[
        ("if", Shape::Word(Condition::WORDS)),
        ("severity", Shape::Word(Severity::WORDS)),
        ("at_least", Shape::Word(Severity::WORDS)),
        ("unit", Shape::Word(Unit::WORDS)),
        ("limit", Shape::Limit),
        ("start", Shape::Word(Start::WORDS)),
        ("due", Shape::Word(DueRule::WORDS)),
        ("roll", Shape::Word(Roll::WORDS)),
        ("calendar", Shape::Text),
        ("force", Shape::Word(Force::WORDS)),
        ("text", Shape::Word(Wording::WORDS)),
        ("human", Shape::Bool),
    ],
};

static PROCESS: Fields = Fields {
    required: &["stages"],
    all: &[
        ("stages", Shape::List(&Shape::Object(&STAGE), 0)),
        ("dispositions", Shape::Texts),
        ("reopen", Shape::Bool),
        ("reporter_verifies_fix", Shape::Word(FixVerification::WORDS)),
        ("shares_analysis", Shape::Word(AnalysisSharing::WORDS)),
        ("scoring", Shape::List(&Shape::Word(Scoring::WORDS), 0)),
        ("case_by_case", Shape::Bool),
        ("policy_may_change", Shape::Bool),
    ],
};

static STAGE: Fields = Fields {
    required: &["id", "label", "done_when"],
    all: &[
        ("id", Shape::Text),
        ("label", Shape::L10n),
        ("done_when", Shape::Expr),
        ("optional", Shape::Bool),
        ("visible_to", Shape::List(&Shape::Word(Audience::WORDS), 0)),
    ],
};

static DISCLOSURE: Fields = Fields {
    required: &[],
    all: &[
        ("model", Shape::Word(DisclosureModel::WORDS)),
        ("vendor_silence", Shape::Word(VendorSilence::WORDS)),
        ("reporter_silence", Shape::Word(ReporterSilence::WORDS)),
        ("embargo", Shape::Object(&EMBARGO)),
        ("audience", Shape::Word(DisclosureAudience::WORDS)),
        ("when", Shape::Word(DisclosureTime::WORDS)),
        ("schedule", Shape::Texts),
        ("documents", Shape::List(&Shape::Word(DocumentKind::WORDS), 0)),
        ("list_page", Shape::Object(&LIST_PAGE)),
        ("formats", Shape::List(&Shape::Word(Format::WORDS), 0)),
        ("id_scheme", Shape::Text),
        ("ids", Shape::List(&Shape::Word(IdKind::WORDS), 0)),
        ("coordinators", Shape::Texts),
    ],
};

static EMBARGO: Fields = Fields {
    required: &[],
    all: &[
        ("default", Shape::Duration),
        ("min", Shape::Duration),
        ("max", Shape::Duration),
        ("anchor", Shape::Word(EmbargoAnchor::WORDS)),
        ("parts", Shape::List(&Shape::Object(&EMBARGO_PART), 0)),
        ("agree_date_within", Shape::Duration),
        ("early_customers", Shape::Word(EarlyCustomers::WORDS)),
        ("third_party", Shape::Word(ForeignEmbargo::WORDS)),
        ("terms", Shape::Text),
    ],
};

static EMBARGO_PART: Fields = Fields { required: &[], all: &[("name", Shape::Text), ("limit", Shape::Duration)] };

static LIST_PAGE: Fields =
    Fields { required: &[], all: &[("title", Shape::L10n), ("empty_text", Shape::L10n), ("if_appropriate", Shape::Bool)] };

static CREDIT: Fields = Fields {
    required: &[],
    all: &[
        ("model", Shape::Word(CreditModel::WORDS)),
        ("opt", Shape::Word(CreditOpt::WORDS)),
        ("page", Shape::Text),
        ("conditions", Shape::Texts),
    ],
};

static REWARD: Fields = Fields {
    required: &[],
    all: &[
        ("model", Shape::Word(RewardModel::WORDS)),
        ("platform", Shape::Text),
        ("currency", Shape::Text),
        ("tiers", Shape::Map(&Shape::Range)),
        ("eligibility", Shape::Texts),
    ],
};

static SAFE_HARBOR: Fields = Fields {
    required: &[],
    all: &[("level", Shape::Word(SafeHarborLevel::WORDS)), ("text", Shape::Text), ("third_party_silent", Shape::Bool)],
};

static OPSEC: Fields = Fields {
    required: &[],
    all: &[("reporter_conduct", Shape::Texts), ("data_retention", Shape::Duration), ("tlp_default", Shape::Word(Tlp::WORDS))],
};

static WELLKNOWN: Fields = Fields {
    required: &[],
    all: &[("security_txt", Shape::Bool), ("csaf_role", Shape::Word(CsafRole::WORDS)), ("gcve", Shape::Bool), ("wkd", Shape::Bool)],
};
