//! The stages a reporter sees: a projection of the milestones, never stored (domain §2.10).
//! Deliberately no state machine: stages may become done in any order.

use serde::{Deserialize, Serialize};

use super::expr::Expr;
use super::milestone::Milestone;
use super::text::L10n;
use super::vocabulary::vocabulary;

vocabulary! {
    /// Who may see a stage.
    Audience {
        Reporter = "reporter",
        Coordinator = "coordinator",
        Customer = "customer",
        Public = "public",
        Internal = "internal",
    }
}

/// One step of the vendor's published process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Unique in the profile.
    pub id: String,
    /// As the page words it.
    pub label: L10n,
    /// When it is done.
    pub done_when: Expr,
    /// It may be left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// Who sees it; a stage that names nobody is seen by the reporter.
    #[serde(default = "reporter_only")]
    pub visible_to: Vec<Audience>,
}

fn reporter_only() -> Vec<Audience> {
    vec![Audience::Reporter]
}

impl Stage {
    /// Whether it is done.
    #[must_use]
    pub fn is_done(&self, reached: &dyn Fn(Milestone) -> bool) -> bool {
        self.done_when.holds(reached)
    }
}

/// How many stages the reporter is shown as done: up to the furthest done stage before which no obligatory one is open.
/// Staff see the true set, which is [`Stage::is_done`] of each.
#[must_use]
pub fn furthest_contiguous(stages: &[Stage], reached: &dyn Fn(Milestone) -> bool) -> usize {
    let mut shown = 0;
    for (index, stage) in stages.iter().enumerate() {
        if stage.is_done(reached) {
            shown = index + 1;
        } else if !stage.optional {
            break;
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use Milestone::{AdvisoryPublished, FixReleased, HumanResponseSent, Validated};

    fn stage(done_when: &str, optional: bool) -> Stage {
        Stage {
            id: done_when.to_owned(),
            label: L10n::Plain(done_when.to_owned()),
            done_when: done_when.parse().unwrap(),
            optional,
            visible_to: reporter_only(),
        }
    }

    fn shown(reached: &[Milestone]) -> usize {
        let stages = [
            stage("human_response_sent", false),
            stage("validated | invalidated", true),
            stage("fix_released", false),
            stage("advisory_published", true),
        ];
        furthest_contiguous(&stages, &|milestone| reached.contains(&milestone))
    }

    #[test]
    fn the_reporter_sees_the_furthest_contiguous_stage() {
        assert_eq!(shown(&[]), 0);
        assert_eq!(shown(&[Validated, FixReleased]), 0);
        assert_eq!(shown(&[HumanResponseSent]), 1);
        assert_eq!(shown(&[HumanResponseSent, Validated]), 2);
        assert_eq!(shown(&[HumanResponseSent, FixReleased]), 3);
        assert_eq!(shown(&[HumanResponseSent, AdvisoryPublished]), 1);
        assert_eq!(shown(&[HumanResponseSent, Validated, FixReleased, AdvisoryPublished]), 4);
        assert_eq!(furthest_contiguous(&[], &|_| true), 0);
    }
}
