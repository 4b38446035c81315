//! The arithmetic of CVSS 2.0 (guide section 3.2).
//!
//! Not here: the rating words, which 2.0 does not define.

use super::metrics::Group;
use super::parse::Chosen;

/// Base, temporal and environmental score; the latter two only when a metric of their group is defined.
pub(super) fn scores(chosen: &Chosen<'_>) -> (f64, Option<f64>, Option<f64>) {
    let exploitability = 20.0 * weight("AV", chosen.get("AV")) * weight("AC", chosen.get("AC")) * weight("Au", chosen.get("Au"));
    let base = base_of(impact(chosen, |_| 1.0), exploitability);
    let time = weight("E", chosen.get("E")) * weight("RL", chosen.get("RL")) * weight("RC", chosen.get("RC"));
    let temporal = chosen.sets(Group::Temporal).then(|| round(base * time));
    let environmental = chosen.sets(Group::Environmental).then(|| {
        let adjusted_impact = impact(chosen, |metric| weight("R", chosen.get(metric))).min(10.0);
        let adjusted = round(base_of(adjusted_impact, exploitability) * time);
        let damage = weight("CDP", chosen.get("CDP"));
        round((adjusted + (10.0 - adjusted) * damage) * weight("TD", chosen.get("TD"))).max(0.0)
    });
    (base, temporal, environmental)
}

fn impact(chosen: &Chosen<'_>, requirement: impl Fn(&str) -> f64) -> f64 {
    let confidentiality = 1.0 - weight("CIA", chosen.get("C")) * requirement("CR");
    let integrity = 1.0 - weight("CIA", chosen.get("I")) * requirement("IR");
    let availability = 1.0 - weight("CIA", chosen.get("A")) * requirement("AR");
    10.41 * (1.0 - confidentiality * integrity * availability)
}

fn base_of(impact: f64, exploitability: f64) -> f64 {
    let factor = if impact.abs() < 1e-9 { 0.0 } else { 1.176 };
    round(((0.6 * impact) + (0.4 * exploitability) - 1.5) * factor)
}

/// To one decimal, halves away from zero. The products are exact to far more than the nine digits that decide a half.
/// An adjusted base may be a little below zero on its way to the environmental score; the guide does not cut it off.
fn round(value: f64) -> f64 {
    let tenths = (value.abs() * 10.0 + 1e-9 + 0.5).floor();
    (if value < 0.0 { -tenths } else { tenths }) / 10.0 + 0.0
}

/// The weights of section 3.2; "not defined" and unknown codes weigh nothing, that is 1 (or 0 for collateral damage).
fn weight(metric: &str, value: &str) -> f64 {
    match (metric, value) {
        ("AV", "L") => 0.395,
        ("AV", "A") => 0.646,
        ("AV", "N") => 1.0,
        ("AC", "H") => 0.35,
        ("AC", "M") => 0.61,
        ("AC", "L") => 0.71,
        ("Au", "M") => 0.45,
        ("Au", "S") => 0.56,
        ("Au", "N") => 0.704,
        ("CIA", "N") => 0.0,
        ("CIA", "P") => 0.275,
        ("CIA", "C") => 0.66,
        ("E", "U") => 0.85,
        ("E", "POC") => 0.9,
        ("E", "F") => 0.95,
        ("RL", "OF") => 0.87,
        ("RL", "TF") => 0.9,
        ("RL", "W") => 0.95,
        ("RC", "UC") => 0.9,
        ("RC", "UR") => 0.95,
        ("CDP", "L") => 0.1,
        ("CDP", "LM") => 0.3,
        ("CDP", "MH") => 0.4,
        ("CDP", "H") => 0.5,
        ("CDP", _) => 0.0,
        ("TD", "N") => 0.0,
        ("TD", "L") => 0.25,
        ("TD", "M") => 0.75,
        ("R", "L") => 0.5,
        ("R", "H") => 1.51,
        _ => 1.0,
    }
}
