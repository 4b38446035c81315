//! 6.1.24 and 6.2.7 for documents of the published draft of 2.1: the engine's state of the draft has no involvements any more.
//!
//! Not here: their shape, which `editions.rs` judged when it took them out.

use super::walk::text;
use crate::report::Finding;
use serde_json::Value;

/// 6.1.24: the same party twice at the same instant.
pub(super) fn twice(taken: &[(String, Value)]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (vulnerability, list) in taken {
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for (index, one) in list.as_array().into_iter().flatten().enumerate() {
            let (party, date) = (text(one, "party"), text(one, "date"));
            if date.is_empty() || party.is_empty() {
                continue;
            }
            if seen.contains(&(party, date)) {
                let message = format!("{party} stands in this list twice at {date}");
                found.push(Finding::new("6.1.24", format!("{vulnerability}/involvements/{index}"), message));
            }
            // There are five parties; a list with more instants than this says nothing to a reader.
            if seen.len() < 1_000 {
                seen.push((party, date));
            }
        }
    }
    found
}

/// 6.2.7: an involvement without date.
pub(super) fn undated(taken: &[(String, Value)]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (vulnerability, list) in taken {
        for (index, one) in list.as_array().into_iter().flatten().enumerate() {
            if one.get("date").is_none() {
                found.push(Finding::new("6.2.7", format!("{vulnerability}/involvements/{index}"), "it does not say since when"));
            }
        }
    }
    found
}
