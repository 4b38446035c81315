//! Remediation: affected products and versions, and what is done about it, by whom, until when.

mod impact;
mod plan;

pub use impact::ImpactForm;
pub use plan::PlanForm;
