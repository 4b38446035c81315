//! The arithmetic of CVSS 3.0 and 3.1 (section 7 of each). They differ in the modified impact of a changed scope.
//!
//! Rounding up is done as in 3.1 appendix A, on integers, for both: the plain ceiling of 3.0 depends on the faults of floating point.

use super::Version;
use super::parse::Chosen;

/// Base, temporal and environmental score; all three are always defined.
pub(super) fn scores(chosen: &Chosen<'_>) -> (f64, Option<f64>, Option<f64>) {
    let base = base(chosen);
    let time = time(chosen);
    let temporal = round_up(base * time);
    (base, Some(temporal), Some(environmental(chosen, time)))
}

fn base(chosen: &Chosen<'_>) -> f64 {
    let changed = chosen.get("S") == "C";
    let free = [chosen.get("C"), chosen.get("I"), chosen.get("A")].map(|value| 1.0 - impact_weight(value));
    let sub_score = 1.0 - free.iter().product::<f64>();
    let impact = if changed { 7.52 * (sub_score - 0.029) - 3.25 * (sub_score - 0.02).powi(15) } else { 6.42 * sub_score };
    let exploitability = exploitability(changed, ["AV", "AC", "PR", "UI"].map(|metric| chosen.get(metric)));
    if impact <= 0.0 {
        return 0.0;
    }
    round_up(total(changed, impact, exploitability))
}

fn environmental(chosen: &Chosen<'_>, time: f64) -> f64 {
    let changed = chosen.effective("S") == "C";
    let free = [("C", "CR"), ("I", "IR"), ("A", "AR")]
        .map(|(metric, requirement)| 1.0 - impact_weight(chosen.effective(metric)) * requirement_weight(chosen.get(requirement)));
    let sub_score = (1.0 - free.iter().product::<f64>()).min(0.915);
    let impact = match (changed, chosen.version) {
        (false, _) => 6.42 * sub_score,
        (true, Version::V30) => 7.52 * (sub_score - 0.029) - 3.25 * (sub_score - 0.02).powi(15),
        (true, _) => 7.52 * (sub_score - 0.029) - 3.25 * (sub_score * 0.9731 - 0.02).powi(13),
    };
    let exploitability = exploitability(changed, ["AV", "AC", "PR", "UI"].map(|metric| chosen.effective(metric)));
    if impact <= 0.0 {
        return 0.0;
    }
    round_up(round_up(total(changed, impact, exploitability)) * time)
}

fn total(changed: bool, impact: f64, exploitability: f64) -> f64 {
    let sum = impact + exploitability;
    (if changed { 1.08 * sum } else { sum }).min(10.0)
}

/// Roundup of 3.1 appendix A: the smallest number with one decimal that is not below `value`, after five decimals.
fn round_up(value: f64) -> f64 {
    let hundred_thousandths = (value * 100_000.0).round();
    if hundred_thousandths % 10_000.0 == 0.0 {
        return hundred_thousandths / 100_000.0;
    }
    ((hundred_thousandths / 10_000.0).floor() + 1.0) / 10.0
}

fn exploitability(changed: bool, [vector, complexity, privileges, interaction]: [&str; 4]) -> f64 {
    let vector = match vector {
        "N" => 0.85,
        "A" => 0.62,
        "L" => 0.55,
        _ => 0.2,
    };
    let complexity = if complexity == "L" { 0.77 } else { 0.44 };
    let privileges = match (privileges, changed) {
        ("N", _) => 0.85,
        ("L", false) => 0.62,
        ("L", true) => 0.68,
        (_, false) => 0.27,
        (_, true) => 0.5,
    };
    let interaction = if interaction == "N" { 0.85 } else { 0.62 };
    8.22 * vector * complexity * privileges * interaction
}

fn impact_weight(value: &str) -> f64 {
    match value {
        "H" => 0.56,
        "L" => 0.22,
        _ => 0.0,
    }
}

fn requirement_weight(value: &str) -> f64 {
    match value {
        "H" => 1.5,
        "L" => 0.5,
        _ => 1.0,
    }
}

fn time(chosen: &Chosen<'_>) -> f64 {
    let maturity = match chosen.get("E") {
        "F" => 0.97,
        "P" => 0.94,
        "U" => 0.91,
        _ => 1.0,
    };
    let remediation = match chosen.get("RL") {
        "W" => 0.97,
        "T" => 0.96,
        "O" => 0.95,
        _ => 1.0,
    };
    let confidence = match chosen.get("RC") {
        "R" => 0.96,
        "U" => 0.92,
        _ => 1.0,
    };
    maturity * remediation * confidence
}
