//! Tests 6.1.8 to 6.1.10: CVSS objects are well-formed, computed rightly, and agree with their vectors.

use super::{Report, vulnerabilities};
use crate::csaf::model::{CsafDocument, CvssObject};
use crate::cvss::{self, Scored, Severity, Version};

pub(super) fn check(document: &CsafDocument, report: &mut Report) {
    for (path, vulnerability) in vulnerabilities(document) {
        for (at, score) in vulnerability.scores.iter().enumerate() {
            if let Some(object) = &score.cvss_v2 {
                object_of(&format!("{path}/scores/{at}/cvss_v2"), object, &[Version::V2], report);
            }
            if let Some(object) = &score.cvss_v3 {
                object_of(&format!("{path}/scores/{at}/cvss_v3"), object, &[Version::V30, Version::V31], report);
            }
        }
    }
}

fn object_of(path: &str, object: &CvssObject, versions: &[Version], report: &mut Report) {
    let Some(version) = versions.iter().find(|version| version.number() == object.version).copied() else {
        report.add("6.1.8", format!("{path}/version"), format!("CVSS version {} does not belong here", object.version));
        return;
    };
    let Some(base) = object.base_score else {
        report.add("6.1.8", format!("{path}/baseScore"), "base score missing");
        return;
    };
    if version != Version::V2 && object.base_severity.is_none() {
        report.add("6.1.8", format!("{path}/baseSeverity"), "base severity missing");
    }
    let Some(vector) = &object.vector_string else {
        report.add("6.1.8", format!("{path}/vectorString"), "vector missing");
        return;
    };
    let scored = match cvss::score(vector) {
        Ok(scored) if scored.version == version => scored,
        Ok(scored) => {
            let message = format!("vector is of version {}, the object of {version}", scored.version);
            report.add("6.1.8", format!("{path}/vectorString"), message);
            return;
        }
        Err(error) => {
            report.add("6.1.8", format!("{path}/vectorString"), error.to_string());
            return;
        }
    };
    computation(path, object, base, &scored, report);
    if version != Version::V2 {
        agreement(path, object, &scored, report);
    }
}

fn computation(path: &str, object: &CvssObject, base: f64, scored: &Scored, report: &mut Report) {
    let rows = [
        ("base", Some(base), &object.base_severity, Some(scored.base)),
        ("temporal", object.temporal_score, &object.temporal_severity, scored.temporal.or(Some(scored.base))),
        ("environmental", object.environmental_score, &object.environmental_severity, scored.environmental.or(Some(scored.base))),
    ];
    for (name, given, severity, computed) in rows {
        let Some(computed) = computed else { continue };
        if given.is_some_and(|given| (given - computed).abs() > 1e-9) {
            report.add("6.1.9", format!("{path}/{name}Score"), format!("{name} score is not {computed:.1}, which the vector gives"));
        }
        let expected = Severity::of(scored.version, computed);
        if scored.version != Version::V2 && severity.as_ref().is_some_and(|word| word != expected.word()) {
            report.add("6.1.9", format!("{path}/{name}Severity"), format!("{name} severity is not {expected}, which the vector gives"));
        }
    }
}

/// The properties of FIRST's object for CVSS 3 with their metrics. The code of a value is the first letter of its word, but for NOT_DEFINED.
const PROPERTIES: &[(&str, &str)] = &[
    ("attackVector", "AV"),
    ("attackComplexity", "AC"),
    ("privilegesRequired", "PR"),
    ("userInteraction", "UI"),
    ("scope", "S"),
    ("confidentialityImpact", "C"),
    ("integrityImpact", "I"),
    ("availabilityImpact", "A"),
    ("exploitCodeMaturity", "E"),
    ("remediationLevel", "RL"),
    ("reportConfidence", "RC"),
    ("confidentialityRequirement", "CR"),
    ("integrityRequirement", "IR"),
    ("availabilityRequirement", "AR"),
    ("modifiedAttackVector", "MAV"),
    ("modifiedAttackComplexity", "MAC"),
    ("modifiedPrivilegesRequired", "MPR"),
    ("modifiedUserInteraction", "MUI"),
    ("modifiedScope", "MS"),
    ("modifiedConfidentialityImpact", "MC"),
    ("modifiedIntegrityImpact", "MI"),
    ("modifiedAvailabilityImpact", "MA"),
];

fn agreement(path: &str, object: &CvssObject, scored: &Scored, report: &mut Report) {
    for (property, metric) in PROPERTIES {
        let Some(word) = object.metrics.get(*property).and_then(|value| value.as_str()) else {
            continue;
        };
        let code = if word == "NOT_DEFINED" { "X" } else { word.get(..1).unwrap_or_default() };
        // A metric that the vector leaves out is not compared: other validators do not, either.
        let in_vector = scored.vector.split('/').find_map(|part| part.strip_prefix(metric)?.strip_prefix(':'));
        if let Some(in_vector) = in_vector.filter(|in_vector| *in_vector != code) {
            report.add("6.1.10", format!("{path}/{property}"), format!("{property} is not what the vector says ({metric}:{in_vector})"));
        }
    }
}
