//! Vectors beside each other: what each says, where two differ, what another answer would give, and what one version tells another.
//!
//! Not here: which of two vectors is right.

use super::metrics::{Group, Metric, Value, metrics};
use super::parse::{self, Chosen};
use super::{CvssError, Version, score_chosen};

/// What a vector says to each metric of its version, in the order of the standard; `None` where it says nothing.
///
/// # Errors
/// When the text is no vector.
pub fn choices(vector: &str) -> Result<Vec<(&'static Metric, Option<&'static Value>)>, CvssError> {
    let chosen = parse::parse(vector)?;
    let said = |metric: &'static Metric| {
        let code = chosen.given(metric.code);
        (metric, metric.values.iter().find(|value| Some(value.code) == code))
    };
    Ok(metrics(chosen.version).iter().map(said).collect())
}

/// Another answer to one metric, and the score it would give.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Otherwise {
    /// The metric.
    pub metric: &'static Metric,
    /// The other answer.
    pub value: &'static Value,
    /// The score of the whole vector with it, 0.0 to 10.0.
    pub score: f64,
}

/// For every base metric each other answer that would change the score, the greatest change first.
///
/// # Errors
/// When the text is no vector.
pub fn otherwise(vector: &str) -> Result<Vec<Otherwise>, CvssError> {
    let chosen = parse::parse(vector)?;
    let now = score_chosen(&chosen).score;
    let mut found = Vec::new();
    for metric in metrics(chosen.version).iter().filter(|metric| metric.group == Group::Base) {
        for value in metric.values.iter().filter(|value| chosen.given(metric.code) != Some(value.code)) {
            let score = score_chosen(&chosen.with(metric.code, value.code)).score;
            if (score - now).abs() > 0.05 {
                found.push(Otherwise { metric, value, score });
            }
        }
    }
    found.sort_by(|a, b| (b.score - now).abs().total_cmp(&(a.score - now).abs()));
    Ok(found)
}

/// What a vector says in the words of another version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The vector as far as it goes; whole where nothing is missing.
    pub vector: String,
    /// The base metrics it does not answer.
    pub missing: Vec<&'static Metric>,
}

/// Carries a vector into another version. What the standards do not say the same way is left open, never guessed: from 3.x to 4.0 the attack
/// requirements, which user interaction, and the subsequent systems of a changed scope; into 3.x nothing from 4.0 is lost but detail; 2.0
/// is only carried where its words mean the same.
///
/// # Errors
/// When the text is no vector.
pub fn carry(vector: &str, into: Version) -> Result<Carried, CvssError> {
    let chosen = parse::parse(vector)?;
    let answers: Vec<(&'static Metric, Option<&str>)> = metrics(into)
        .iter()
        .filter(|metric| metric.group == Group::Base)
        .map(|metric| (metric, answer(&chosen, into, metric.code)))
        .collect();
    let parts: Vec<String> = answers.iter().filter_map(|(metric, code)| code.map(|code| format!("{}:{code}", metric.code))).collect();
    Ok(Carried {
        vector: format!("{}{}", into.prefix(), parts.join("/")),
        missing: answers.into_iter().filter(|(_, code)| code.is_none()).map(|(metric, _)| metric).collect(),
    })
}

fn answer<'v>(from: &Chosen<'v>, into: Version, metric: &str) -> Option<&'v str> {
    use Version::{V2, V4, V30, V31};
    match (from.version, into) {
        (V2, V2) | (V30 | V31, V30 | V31) | (V4, V4) => from.given(metric),
        (V30 | V31, V4) => match metric {
            "AV" | "PR" => from.given(metric),
            // High complexity of 3.x is split into complexity and requirements.
            "AC" | "AT" => (from.given("AC") == Some("L")).then_some(if metric == "AC" { "L" } else { "N" }),
            "UI" => from.given("UI").filter(|code| *code == "N"),
            "VC" => from.given("C"),
            "VI" => from.given("I"),
            "VA" => from.given("A"),
            // With an unchanged scope nothing beyond the vulnerable system is touched.
            _ => (from.given("S") == Some("U")).then_some("N"),
        },
        (V4, V30 | V31) => match metric {
            "AV" | "PR" => from.given(metric),
            "AC" => Some(if from.given("AC") == Some("L") && from.given("AT") == Some("N") { "L" } else { "H" }),
            "UI" => Some(if from.given("UI") == Some("N") { "N" } else { "R" }),
            "S" => Some(if ["SC", "SI", "SA"].iter().all(|code| from.given(code) == Some("N")) { "U" } else { "C" }),
            "C" => graver(from.given("VC")?, from.given("SC")?),
            "I" => graver(from.given("VI")?, from.given("SI")?),
            "A" => graver(from.given("VA")?, from.given("SA")?),
            _ => None,
        },
        (V2, V30 | V31 | V4) => match (metric, from.given(metric)?) {
            ("AV", code) => Some(code),
            ("AC", "L") => Some("L"),
            _ => None,
        },
        (V30 | V31 | V4, V2) => None,
    }
}

/// Both are impacts: `H`, `L` or `N`.
fn graver<'v>(one: &'v str, other: &'v str) -> Option<&'v str> {
    ["H", "L", "N"].into_iter().find(|code| *code == one || *code == other)
}
