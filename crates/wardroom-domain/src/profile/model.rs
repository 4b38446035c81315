//! The typed profile: what the rest of the product reads after a profile was checked.
//! Deliberately only shapes; the rules between the parts are in the check, so that all faults are reported at once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::stage::{Audience, Stage};
use super::text::L10n;
use super::words::*;
use crate::deadlines::{Calendar, ClockDef, IsoDuration};

/// A vendor's policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Always `psirt-profile/1`.
    pub schema: String,
    /// Unique among profiles.
    pub id: String,
    /// The profile whose values it takes where it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// How we know what the page says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// Who publishes the policy.
    pub org: Org,
    /// How reports come in.
    pub intake: Intake,
    /// What may be reported.
    #[serde(default)]
    pub scope: Scope,
    /// Working calendars by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub calendars: BTreeMap<String, Calendar>,
    /// The promises.
    pub clocks: Vec<ClockDef>,
    /// The steps the reporter sees.
    pub process: Process,
    /// How the public is told.
    pub disclosure: Disclosure,
    /// How finders are named.
    #[serde(default)]
    pub credit: Credit,
    /// What finders get.
    #[serde(default)]
    pub reward: Reward,
    /// What is promised to honest researchers.
    #[serde(default)]
    pub safe_harbor: SafeHarbor,
    /// How information is handled.
    #[serde(default)]
    pub opsec: Opsec,
    /// Which rules bind the vendor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regimes: Vec<Regime>,
    /// What is offered below `/.well-known`.
    #[serde(default)]
    pub wellknown: WellKnown,
}

/// Where the profile was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// How it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<EvidenceBasis>,
    /// Anything worth knowing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The organisation and its team.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Org {
    /// Its name.
    pub name: L10n,
    /// The name of the team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<L10n>,
    /// ISO 3166 code, two capitals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<OrgRole>,
    /// Whether its affiliates are covered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub affiliates_in_scope: bool,
    /// The scope of its CNA.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cna_scope: Option<String>,
    /// Its UUID in the CVE program, where it is a CNA.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cve_org_id: Option<String>,
    /// Its short name there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cve_short_name: Option<String>,
    /// Such as FIRST.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub memberships: Vec<String>,
    /// Whether an RFC 2350 description exists.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rfc2350: bool,
}

/// How reports come in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intake {
    /// Ways to reach the team, the preferred first.
    pub channels: Vec<Channel>,
    /// Languages in which reports are read.
    pub languages: Vec<String>,
    /// How strongly they are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_force: Option<LanguageForce>,
    /// Who is expected to write.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reporter_kinds: Vec<String>,
    /// Whether a reporter may stay nameless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anonymous: Option<Anonymity>,
    /// Whether something must be signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nda: Option<Nda>,
    /// What the page asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// One vulnerability per report.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub one_per_report: bool,
    /// What a reporter agrees to by sending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_on_submit: Option<Consent>,
    /// Known vulnerabilities are not wanted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_undisclosed: bool,
    /// Reports without substance are closed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bad_reports_closed: bool,
}

/// One way to reach the team.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// Which way.
    pub kind: ChannelKind,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// For whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<String>,
    /// Whose platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// How strongly encryption is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    /// How to encrypt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<EncryptionMethod>,
    /// The published keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Key>,
    /// The first message shall hold nothing sensitive.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_sensitive_first: bool,
    /// When somebody answers, as the page words it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// An account is needed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub account_required: bool,
    /// No longer used.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

/// A published key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// Its fingerprint, or the end of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Its short name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// Where it is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Whether it is found by Web Key Directory.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wkd: bool,
    /// Which kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<KeyKind>,
}

/// A field the page asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// A core field, or the vendor's own name.
    pub id: String,
    /// How much it is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
    /// As the page words it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<L10n>,
    /// The core fields it asks for in one line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merge: Vec<String>,
}

/// What may be reported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Which kinds of report.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<ReportKind>,
    /// Which products by age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
    /// What is said about old products.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eol_note: Option<String>,
    /// What happens to reports about components of others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub third_party: Option<ThirdParty>,
    /// In scope.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[serde(rename = "in")]
    pub included: Vec<String>,
    /// Out of scope.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[serde(rename = "out")]
    pub excluded: Vec<String>,
    /// What is said about backports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backport: Option<String>,
}

/// The steps the reporter sees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// In the order of the page.
    pub stages: Vec<Stage>,
    /// How a case can end, in the vendor's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dispositions: Vec<String>,
    /// Whether a closed case can be opened again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reopen: bool,
    /// Whether the reporter tries the fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporter_verifies_fix: Option<FixVerification>,
    /// Whether the reporter gets the analysis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shares_analysis: Option<AnalysisSharing>,
    /// How severity is scored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scoring: Vec<Scoring>,
    /// The steps may be departed from.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub case_by_case: bool,
    /// The page says it may change.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub policy_may_change: bool,
}

/// How the public is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// Who decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<DisclosureModel>,
    /// How long the vendor says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor_silence: Option<VendorSilence>,
    /// What silence is asked of the reporter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporter_silence: Option<ReporterSilence>,
    /// Default terms of an embargo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embargo: Option<EmbargoTerms>,
    /// Who can read the advisories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<DisclosureAudience>,
    /// When they appear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<DisclosureTime>,
    /// On which days, as iCalendar rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schedule: Vec<String>,
    /// What is published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<DocumentKind>,
    /// The list of past advisories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_page: Option<ListPage>,
    /// In which formats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<Format>,
    /// How own identifiers look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_scheme: Option<String>,
    /// Which identifiers are used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<IdKind>,
    /// With whom it is coordinated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coordinators: Vec<String>,
}

/// Default terms of an embargo (domain §2.12).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct EmbargoTerms {
    /// How long when nobody proposes otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<IsoDuration>,
    /// The shortest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<IsoDuration>,
    /// The longest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<IsoDuration>,
    /// What starts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<EmbargoAnchor>,
    /// Its parts, such as 30 days for the fix and 60 for the users.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<EmbargoPart>,
    /// By when a date is agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agree_date_within: Option<IsoDuration>,
    /// Which customers are told before the public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub early_customers: Option<EarlyCustomers>,
    /// Whether an embargo of others is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub third_party: Option<ForeignEmbargo>,
    /// More, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
}

/// A named part of an embargo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct EmbargoPart {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<IsoDuration>,
}

/// The list of past advisories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct ListPage {
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<L10n>,
    /// What it says while it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub empty_text: Option<L10n>,
    /// Vulnerabilities are listed if the vendor thinks it appropriate.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub if_appropriate: bool,
}

/// How finders are named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<CreditModel>,
    /// Whether they are asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opt: Option<CreditOpt>,
    /// The page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Under which conditions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
}

/// What finders get.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Reward {
    /// Whether there is a reward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<RewardModel>,
    /// Whose platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// In which currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Least and most by tier.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tiers: BTreeMap<String, [i64; 2]>,
    /// Who can get it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub eligibility: Vec<String>,
}

/// What is promised to honest researchers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct SafeHarbor {
    /// How far it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<SafeHarborLevel>,
    /// In which words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// It says nothing about third parties.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub third_party_silent: bool,
}

/// How information is handled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Opsec {
    /// What is asked of researchers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reporter_conduct: Vec<String>,
    /// How long personal data is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_retention: Option<IsoDuration>,
    /// The label of what has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlp_default: Option<Tlp>,
}

/// What is offered below `/.well-known`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct WellKnown {
    /// `security.txt` (RFC 9116).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub security_txt: bool,
    /// The CSAF role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csaf_role: Option<CsafRole>,
    /// A GCVE publisher.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gcve: bool,
    /// A Web Key Directory.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wkd: bool,
}

impl Profile {
    /// The calendar of a clock: the one it names, else `default`, else Monday to Friday in UTC.
    #[must_use]
    pub fn calendar_for(&self, clock: &ClockDef) -> Cow<'_, Calendar> {
        self.calendars.get(clock.calendar_name()).map_or_else(|| Cow::Owned(Calendar::utc()), Cow::Borrowed)
    }

    /// The clock of that id.
    #[must_use]
    pub fn clock(&self, id: &str) -> Option<&ClockDef> {
        self.clocks.iter().find(|clock| clock.id == id)
    }

    /// The stages somebody of that audience sees, in the order of the page.
    #[must_use]
    pub fn stages_for(&self, audience: Audience) -> Vec<&Stage> {
        self.process.stages.iter().filter(|stage| stage.visible_to.contains(&audience)).collect()
    }
}
