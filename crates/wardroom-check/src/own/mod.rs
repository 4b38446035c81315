//! Tests the engine does not have, or leaves open, or judges otherwise than we: each reads the document as plain JSON and is total on any.
//!
//! Not here: tests the engine has right.

mod decision_points;
mod extensions;
mod fixed;
mod involvements;
mod products;
mod ranges;
mod spelling;
mod tempered;
mod walk;
mod weaknesses;

pub(crate) use tempered::temper;

use crate::editions::Lifted;
use crate::engine::Findings;
use crate::report::{Finding, Reason, Version};
use serde_json::Value;

/// What a test of ours says.
#[derive(Debug)]
pub(crate) enum Answer {
    /// It ran; nothing in it means passed.
    Found(Findings),
    /// It was not run.
    Not(Reason),
}

impl Answer {
    fn errors(errors: Vec<Finding>) -> Self {
        Self::Found(Findings { errors, ..Findings::default() })
    }

    fn warnings(warnings: Vec<Finding>) -> Self {
        Self::Found(Findings { warnings, ..Findings::default() })
    }

    fn infos(infos: Vec<Finding>) -> Self {
        Self::Found(Findings { infos, ..Findings::default() })
    }
}

/// Our answer to a test; none where the engine's counts.
pub(crate) fn answer(version: Version, test: &'static str, document: &Value, lifted: &Lifted, typed: bool) -> Option<Answer> {
    let answer = match (version, test) {
        (_, "6.1.1") if !typed || document.get("product_tree").is_none() => Answer::errors(products::undefined(document)),
        (_, "6.1.4") if !typed || document.get("product_tree").is_none() => Answer::errors(products::undefined_groups(document)),
        (_, "6.1.11") => weaknesses::named(version, document),
        (_, "6.2.19") => Answer::warnings(fixed::scored(version, document)),
        (Version::V21, "6.1.24") if !lifted.taken.is_empty() => Answer::errors(involvements::twice(&lifted.taken)),
        (Version::V21, "6.2.7") => Answer::warnings(involvements::undated(&lifted.taken)),
        (Version::V21, "6.2.39.1") => Answer::warnings(fixed::missing(document)),
        (Version::V21, "6.2.49") => Answer::warnings(ranges::open_ended(document)),
        (Version::V21, "6.2.50.1" | "6.2.50.2" | "6.2.50.3") => Answer::warnings(ranges::overlapping(document, test)),
        (Version::V21, "6.2.51") => Answer::warnings(ranges::unknown_type(document)),
        (Version::V21, "6.3.19.1" | "6.3.19.2" | "6.3.19.3" | "6.3.19.4" | "6.3.19.5") => {
            Answer::infos(ranges::overlapping(document, test))
        }
        (Version::V21, _) if extensions::TESTS.contains(&test) => extensions::answer(document, test)?,
        (Version::V21, "6.3.13") => Answer::infos(decision_points::outdated(document)),
        (_, "6.3.8") => spelling::check(version, document),
        _ => return None,
    };
    Some(answer)
}

/// Why a test that nobody answers was not run.
pub(crate) fn why_absent(test: &str) -> Reason {
    match test {
        "6.3.6" | "6.3.7" | "6.2.55" | "6.3.24" => Reason::AsksTheNetwork,
        "6.3.8" => Reason::NoWordList,
        "6.3.16" => Reason::NoGrammar,
        "6.1.60.2" | "6.1.60.3" => Reason::UnknownExtension,
        _ => Reason::NotWritten,
    }
}
