//! Intake: what came in, by which door, and how its bytes could be read.
//! Deliberately not here: parsing (that is `wardroom-mail`) and what becomes of the report (`triage`).

pub mod evidence;
pub mod followed;

pub use evidence::{MailEvidence, Proof};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The door a report came in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    Mail,
    Form,
    Api,
    /// Typed in by the team, e.g. after a phone call.
    Desk,
}

impl Door {
    pub const ALL: [Door; 4] = [Door::Mail, Door::Form, Door::Api, Door::Desk];

    pub const fn as_str(self) -> &'static str {
        match self {
            Door::Mail => "mail",
            Door::Form => "form",
            Door::Api => "api",
            Door::Desk => "desk",
        }
    }
}

/// What kind of thing is reported (profile `scope.kinds`; `unsure` is always possible).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    ProductVulnerability,
    ProductIncident,
    DocumentFlaw,
    LeakedInformation,
    LeakedProduct,
    ServiceVulnerability,
    WebsiteVulnerability,
    ComponentVulnerability,
    MaliciousCode,
    Unsure,
}

impl ReportKind {
    pub const ALL: [ReportKind; 10] = [
        ReportKind::ProductVulnerability,
        ReportKind::ProductIncident,
        ReportKind::DocumentFlaw,
        ReportKind::LeakedInformation,
        ReportKind::LeakedProduct,
        ReportKind::ServiceVulnerability,
        ReportKind::WebsiteVulnerability,
        ReportKind::ComponentVulnerability,
        ReportKind::MaliciousCode,
        ReportKind::Unsure,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            ReportKind::ProductVulnerability => "product_vulnerability",
            ReportKind::ProductIncident => "product_incident",
            ReportKind::DocumentFlaw => "document_flaw",
            ReportKind::LeakedInformation => "leaked_information",
            ReportKind::LeakedProduct => "leaked_product",
            ReportKind::ServiceVulnerability => "service_vulnerability",
            ReportKind::WebsiteVulnerability => "website_vulnerability",
            ReportKind::ComponentVulnerability => "component_vulnerability",
            ReportKind::MaliciousCode => "malicious_code",
            ReportKind::Unsure => "unsure",
        }
    }

    pub fn parse(text: &str) -> Option<ReportKind> {
        ReportKind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How the bytes could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Nothing was encrypted.
    Clear,
    /// Encrypted to the team by its sender, and not opened yet: the worker opens it in a moment.
    Sealed,
    /// Encrypted to one of our keys and opened.
    Decrypted,
    /// Encrypted, and we could not open it; the raw bytes are kept and a person must look.
    DecryptionFailed,
    /// The parser gave up or died on it; the raw bytes are kept and a person must look.
    Unreadable,
}

impl Reading {
    pub const ALL: [Reading; 5] = [Reading::Clear, Reading::Sealed, Reading::Decrypted, Reading::DecryptionFailed, Reading::Unreadable];

    pub const fn as_str(self) -> &'static str {
        match self {
            Reading::Clear => "clear",
            Reading::Sealed => "sealed",
            Reading::Decrypted => "decrypted",
            Reading::DecryptionFailed => "decryption_failed",
            Reading::Unreadable => "unreadable",
        }
    }
}

/// The verdict on the OpenPGP signature of what came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    None,
    Good,
    /// Signed by a key we do not have.
    Unknown,
    Bad,
}

impl Signature {
    pub const ALL: [Signature; 4] = [Signature::None, Signature::Good, Signature::Unknown, Signature::Bad];

    pub const fn as_str(self) -> &'static str {
        match self {
            Signature::None => "none",
            Signature::Good => "good",
            Signature::Unknown => "unknown",
            Signature::Bad => "bad",
        }
    }
}

/// Sealed bytes kept outside the log. All of it is clear metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobRef {
    /// Random name.
    pub name: String,
    /// Length of the sealed bytes.
    pub sealed_len: u64,
    /// SHA-256 of the sealed bytes, lower-case hex: what the chain vouches for.
    pub sealed_sha256: String,
    /// For a file sealed in pieces: its key, sealed to the stream at the place `["blob key", name]`, lower-case hex. Without it the
    /// bytes are one box, sealed to the stream at the place `["blob", name]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// The clear head of a received report: everything that may be known of it without a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// `R-2026-0001`; filled in by the store when it commits.
    pub number: String,
    pub door: Door,
    pub kind: ReportKind,
    /// BCP 47 primary tag of the report's language: `en`, `zh`, …
    pub language: String,
    /// When our door accepted it: the anchor of every promise (domain §2.11 rule 10).
    pub received_at: Timestamp,
    /// What the sender claims (Date header).
    pub sent_at: Option<Timestamp>,
    pub reading: Reading,
    pub signature: Signature,
    /// A machine sent it (RFC 3834): kept, shown, never answered automatically.
    pub automatic: bool,
    /// We know an address to write to.
    pub answerable: bool,
    /// We know an OpenPGP key of the reporter's.
    pub has_key: bool,
    /// Public half of the key derived from the receipt code, lower-case hex: what is written for the reporter is sealed to it.
    pub reporter_public: String,
    /// Look-up id derived from the receipt code; the code itself is nowhere.
    pub lookup: String,
    /// Keyed hashes by which a second delivery of the same message is known.
    pub seen: Vec<String>,
    /// The original bytes, sealed.
    pub original: BlobRef,
    pub attachments: Vec<BlobRef>,
    /// Quarantined at once (parser died): a person must release it.
    pub quarantined: bool,
    /// What it claims to belong to, unconfirmed.
    #[serde(default)]
    pub claims: Option<followed::Claim>,
}

/// The sealed words of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportWords {
    pub title: String,
    pub text: String,
    /// The profile's further fields as (field id, what was typed).
    #[serde(default)]
    pub fields: Vec<(String, String)>,
    #[serde(default)]
    pub sender_name: String,
    /// Mail address to answer to; empty when there is none.
    #[serde(default)]
    pub sender_address: String,
    /// Armored OpenPGP public key of the reporter's; empty when there is none.
    #[serde(default)]
    pub reporter_key: String,
    /// Fingerprint of the key that signed, when the signature is good; key id when unknown.
    #[serde(default)]
    pub signed_by: String,
    #[serde(default)]
    pub message_id: String,
    /// SHA-256 of the original bytes, lower-case hex: what the receipt states.
    pub sha256: String,
    /// Names and types, in the order of `Received::attachments`.
    #[serde(default)]
    pub attachments: Vec<AttachmentWords>,
    /// What the reader of the bytes wants a person to know (codes of `wardroom-mail` warnings, reasons of failure).
    #[serde(default)]
    pub remarks: Vec<String>,
    /// How the reporter wants to be credited; empty: not said.
    #[serde(default)]
    pub credit: String,
    /// What a mail's way proved about its sender; `None` for what did not come by mail.
    #[serde(default)]
    pub evidence: Option<MailEvidence>,
    /// Number of the report or case it claims to belong to, unconfirmed; empty when it claims none.
    #[serde(default)]
    pub claims: String,
}

/// Name, type, size and hash of one attachment, sealed with the report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentWords {
    pub name: String,
    pub media_type: String,
    pub len: u64,
    pub sha256: String,
}
