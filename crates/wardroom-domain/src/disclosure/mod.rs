//! Disclosure: the advisory, its machine (domain §2.7), its content and hash, and `Cleared`, the evidence that it may be public.
//! Deliberately not here: formats (CSAF, Atom: `wardroom-formats`) and pages.

mod advisory;
mod cleared;
mod content;
mod identifier;
mod level;
mod manuscript;
mod plain;
mod plan;

pub use advisory::{ADVISORY_TRANSITIONS, AdvisoryAsk, AdvisoryFile, AdvisoryState, Publication, Share};
pub use cleared::{Cleared, clear};
pub use content::{
    AdvisoryContent, AdvisoryImpact, AdvisoryKind, AdvisoryProduct, AdvisoryRemediation, AdvisoryScore, AdvisoryTexts,
    AdvisoryVulnerability, Bilingual, Ending, EndingKind, Exploitation, Revision, content_hash, lacks,
};
pub use identifier::{
    CVE_TRANSITIONS, GCVE_TRANSITIONS, IdAsk, IdState, IdentifierFile, IdentifierWords, Scheme, decide_identifier, id_transitions,
};
pub use level::Level;
pub use manuscript::{Manuscript, Override, Pair, Told, Written, is_chinese};
pub use plan::{
    Confirmed, DisclosurePlan, GATES, GateKind, GateMark, GateState, LATEST_RELEASE_HOURS, Moment, Occasion, PlanAudience, PlanChannel,
    PlanEntry, PlanFile, PlanLanguage, PlanSaid, RELEASE, Scheduled, Told as ToldRecipient, UPDATE, advance_mark, gate_kind, hand_gate_id,
    own_gate_id, parse_offset, told_offset,
};
