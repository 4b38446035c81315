//! Makes a CSAF 2.0 document of an advisory.
//!
//! Not here: judgement. What the input says is written; [`super::check`] tells what is wrong with the outcome. Blank optional
//! texts are left out, because the schema forbids empty strings and lists.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::input::{
    AcknowledgmentInput, AdvisoryInput, Category, FlagInput, NoteInput, ReferenceInput, RemediationInput, StatusInput, ThreatInput, Tlp,
    TrackingInput, VulnerabilityInput,
};
use super::model::{
    Acknowledgment, AggregateSeverity, CsafDocument, CvssObject, Cwe, Distribution, Document, Engine, Flag, Generator, Note, NoteCategory,
    ProductStatus, Publisher, Reference, Remediation, Revision, Score, Threat, TlpMark, Tracking, Vulnerability, VulnerabilityId,
};
use super::tree;
use crate::cvss::{self, CvssError, Scored, Version};
use crate::cwe;

/// Why an advisory cannot be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A CVSS vector is none.
    #[error("vulnerability {vulnerability}, score {score}: {source}")]
    Vector {
        /// Index of the vulnerability, from 0.
        vulnerability: usize,
        /// Index of its score, from 0.
        score: usize,
        /// What is wrong with it.
        source: CvssError,
    },
}

/// Makes the document. Equal input gives equal output.
///
/// # Errors
/// When a CVSS vector cannot be scored.
pub fn render(advisory: &AdvisoryInput) -> Result<CsafDocument, RenderError> {
    render_for(advisory, Edition::V20)
}

/// For which edition of the standard a document is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edition {
    V20,
    /// What 2.0 must say in words, 2.1 has fields for; [`super::v21`] fills them.
    V21,
}

pub(super) fn render_for(advisory: &AdvisoryInput, edition: Edition) -> Result<CsafDocument, RenderError> {
    let mut vulnerabilities = Vec::new();
    for (at, input) in advisory.vulnerabilities.iter().enumerate() {
        let made = vulnerability(advisory, at, input, edition)?;
        // What foreign documents say by SSVC or EPSS alone is nothing in 2.0, and its schema wants something; 2.1 fills its own in later.
        if edition == Edition::V21 || made != Vulnerability::default() {
            vulnerabilities.push(made);
        }
    }
    Ok(CsafDocument {
        document: document(advisory),
        product_tree: (!advisory.products.is_empty()).then(|| tree::render(advisory)),
        vulnerabilities: (!vulnerabilities.is_empty()).then_some(vulnerabilities),
    })
}

/// An instant as RFC 3339 in UTC, to the second.
#[must_use]
pub fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn document(advisory: &AdvisoryInput) -> Document {
    let publisher = &advisory.publisher;
    Document {
        acknowledgments: acknowledgments(&advisory.acknowledgments),
        aggregate_severity: advisory.gravest().map(|scored| AggregateSeverity {
            namespace: Some("https://www.first.org/cvss/".into()),
            text: capitalised(scored.severity.word()),
        }),
        category: category(advisory).name().into(),
        csaf_version: "2.0".into(),
        distribution: Some(Distribution {
            text: distribution_text(advisory),
            tlp: Some(TlpMark { label: advisory.tlp.label(), url: Some("https://www.first.org/tlp/".into()) }),
        }),
        lang: text(&advisory.lang),
        notes: advisory.notes.iter().filter_map(note).collect(),
        publisher: Publisher {
            category: publisher.category,
            contact_details: publisher.contact.as_deref().and_then(text),
            issuing_authority: publisher.issuing_authority.as_deref().and_then(text),
            name: publisher.name.trim().into(),
            namespace: publisher.namespace.trim().into(),
        },
        references: references(&advisory.references),
        source_lang: advisory.source_lang.as_deref().and_then(text),
        title: advisory.title.trim().into(),
        tracking: tracking(&advisory.tracking),
    }
}

/// CSAF 2.0 has no profiles for what was taken back: there the content decides, and title and notes say it.
fn category(advisory: &AdvisoryInput) -> Category {
    if advisory.is_taken_back() { Category::for_content(advisory) } else { advisory.category() }
}

/// TLP 1.0 has no AMBER+STRICT, so the text says it.
fn distribution_text(advisory: &AdvisoryInput) -> Option<String> {
    let own = advisory.distribution.as_deref().and_then(text);
    if advisory.tlp != Tlp::AmberStrict {
        return own;
    }
    let label = Tlp::AmberStrict.name();
    Some(own.map_or_else(|| label.into(), |own| format!("{label}. {own}")))
}

fn tracking(input: &TrackingInput) -> Tracking {
    let revisions = input.revisions.iter().map(|revision| Revision {
        date: instant(revision.date),
        legacy_version: revision.legacy_version.as_deref().and_then(text),
        number: revision.number.clone(),
        summary: revision.summary.trim().into(),
    });
    Tracking {
        aliases: texts(&input.aliases),
        current_release_date: instant(input.current_release),
        generator: input.generator.as_ref().map(|generator| Generator {
            date: generator.date.map(instant),
            engine: Engine { name: generator.engine.clone(), version: generator.version.as_deref().and_then(text) },
        }),
        id: input.id.trim().into(),
        initial_release_date: instant(input.initial_release),
        revision_history: revisions.collect(),
        status: input.status,
        version: input.version.clone(),
    }
}

fn vulnerability(advisory: &AdvisoryInput, at: usize, input: &VulnerabilityInput, edition: Edition) -> Result<Vulnerability, RenderError> {
    let mut notes = Vec::new();
    if let Some(description) = text(&input.description) {
        notes.push(Note { audience: None, category: NoteCategory::Description, text: description, title: None });
    }
    notes.extend(input.notes.iter().filter_map(note));
    notes.extend(weaknesses_in_words(input, edition));
    let mut scores = Vec::new();
    for (index, score) in input.scores.iter().enumerate() {
        let scored = cvss::score(&score.vector).map_err(|source| RenderError::Vector { vulnerability: at, score: index, source })?;
        if scored.version == Version::V4 {
            notes.extend((edition == Edition::V20).then(|| cvss4_note(advisory, &scored, &score.products)));
            continue;
        }
        let products = if score.products.is_empty() { scored_products(&input.status) } else { score.products.clone() };
        scores.push(score_object(&scored, products));
    }
    Ok(Vulnerability {
        acknowledgments: acknowledgments(&input.acknowledgments),
        cve: input.cve.as_deref().and_then(text),
        cwe: weaknesses(input).into_iter().next().map(|(id, name)| Cwe { id, name }),
        discovery_date: input.discovered.map(instant),
        flags: input.flags.iter().map(flag).collect(),
        ids: input.ids.iter().map(|(system, id)| VulnerabilityId { system_name: system.clone(), text: id.clone() }).collect(),
        involvements: input.involvements.clone(),
        notes,
        product_status: status(&input.status),
        references: references(&input.references),
        release_date: input.released.map(instant),
        remediations: input.remediations.iter().map(|remediation| self::remediation(remediation, &input.status)).collect(),
        scores,
        threats: input.threats.iter().map(threat).collect(),
        title: input.title.as_deref().and_then(text),
    })
}

/// The weaknesses under the names MITRE gave them: others write `XSS`, or nothing, and a document is refused for it (6.1.11).
pub(crate) fn weaknesses(input: &VulnerabilityInput) -> Vec<(String, String)> {
    let named = |(id, name): &(String, String)| {
        let (name, known) = (name.trim(), cwe::Id::parse(id).ok()?);
        let name = if known.called_so_in(name).is_some() { name } else { known.name()? };
        Some((id.clone(), name.to_owned()))
    };
    input.cwes.iter().filter_map(named).collect()
}

/// What is no weakness by MITRE's lists (a category, a number yet to come), and in CSAF 2.0, which has room for one, the other weaknesses.
fn weaknesses_in_words(input: &VulnerabilityInput, edition: Edition) -> Option<Note> {
    let line = |id: &str, name: &str| format!("{id} {name}").trim_end().to_owned();
    let unknown = |(id, _): &&(String, String)| cwe::Id::parse(id).ok().and_then(cwe::Id::name).is_none();
    let known = weaknesses(input);
    let others = known.iter().skip(1).filter(|_| edition == Edition::V20);
    let lines: Vec<String> = others.chain(input.cwes.iter().filter(unknown)).map(|(id, name)| line(id, name.trim())).collect();
    (!lines.is_empty()).then(|| Note { audience: None, category: NoteCategory::Other, text: lines.join("\n"), title: Some("CWE".into()) })
}

/// CSAF 2.0 has no place for CVSS 4.0, so it is said in words.
fn cvss4_note(advisory: &AdvisoryInput, scored: &Scored, products: &[String]) -> Note {
    let mut words = format!("{:.1} {} {}", scored.score, scored.severity, scored.vector);
    let names: Vec<String> = products.iter().filter_map(|id| advisory.product_name(id)).collect();
    if !names.is_empty() {
        words.push_str(&format!(" ({})", names.join("; ")));
    }
    Note { audience: None, category: NoteCategory::Other, text: words, title: Some("CVSS v4.0".into()) }
}

pub(crate) fn cvss_object(scored: &Scored) -> CvssObject {
    let version_2 = scored.version == Version::V2;
    // The severity of 2.0 is not part of FIRST's object; a temporal or environmental score is told only when it was given.
    let extra = scored.score != scored.base;
    let severity = |score: Option<f64>| {
        let score = score.filter(|_| extra && !version_2)?;
        Some(cvss::Severity::of(scored.version, score).word().to_owned())
    };
    CvssObject {
        version: scored.version.number().into(),
        vector_string: Some(scored.vector.clone()),
        base_score: Some(scored.base),
        base_severity: (!version_2).then(|| scored.base_severity.word().into()),
        temporal_score: scored.temporal.filter(|_| extra),
        temporal_severity: severity(scored.temporal),
        environmental_score: scored.environmental.filter(|_| extra),
        environmental_severity: severity(scored.environmental),
        metrics: BTreeMap::new(),
    }
}

fn score_object(scored: &Scored, products: Vec<String>) -> Score {
    let object = cvss_object(scored);
    let (cvss_v2, cvss_v3) = if scored.version == Version::V2 { (Some(object), None) } else { (None, Some(object)) };
    Score { cvss_v2, cvss_v3, products }
}

/// The affected products; when there are none, all that have a state.
pub(crate) fn scored_products(status: &StatusInput) -> Vec<String> {
    let affected = status.affected();
    let meant = if affected.is_empty() { status.named() } else { affected };
    meant.into_iter().map(str::to_owned).collect()
}

fn status(input: &StatusInput) -> Option<ProductStatus> {
    let status = ProductStatus {
        first_affected: input.first_affected.clone(),
        first_fixed: input.first_fixed.clone(),
        fixed: input.fixed.clone(),
        known_affected: input.known_affected.clone(),
        known_not_affected: input.known_not_affected.clone(),
        last_affected: input.last_affected.clone(),
        recommended: input.recommended.clone(),
        under_investigation: input.under_investigation.clone(),
    };
    let empty = status.lists().iter().all(|(_, ids)| ids.is_empty());
    (!empty).then_some(status)
}

fn flag(input: &FlagInput) -> Flag {
    Flag { date: input.date.map(instant), group_ids: input.groups.clone(), label: input.label, product_ids: input.products.clone() }
}

fn remediation(input: &RemediationInput, status: &StatusInput) -> Remediation {
    Remediation {
        category: input.kind.category(),
        date: input.date.map(instant),
        details: input.details.trim().into(),
        entitlements: texts(&input.entitlements),
        group_ids: input.groups.clone(),
        product_ids: remedied(input, status),
        restart_required: input.restart.clone(),
        url: input.url.as_deref().and_then(text),
    }
}

/// The products a remediation is for: those it names, else all that are affected.
pub(crate) fn remedied(input: &RemediationInput, status: &StatusInput) -> Vec<String> {
    if !input.products.is_empty() || !input.groups.is_empty() {
        return input.products.clone();
    }
    status.affected().into_iter().map(str::to_owned).collect()
}

fn threat(input: &ThreatInput) -> Threat {
    Threat {
        category: input.category,
        date: input.date.map(instant),
        details: input.details.trim().into(),
        group_ids: input.groups.clone(),
        product_ids: input.products.clone(),
    }
}

fn note(input: &NoteInput) -> Option<Note> {
    let words = text(&input.text)?;
    Some(Note {
        audience: input.audience.as_deref().and_then(text),
        category: input.category,
        text: words,
        title: input.title.as_deref().and_then(text),
    })
}

fn references(inputs: &[ReferenceInput]) -> Vec<Reference> {
    let reference = |input: &ReferenceInput| {
        let url = text(&input.url)?;
        Some(Reference { category: Some(input.category), summary: text(&input.summary).unwrap_or_else(|| url.clone()), url })
    };
    inputs.iter().filter_map(reference).collect()
}

fn acknowledgments(inputs: &[AcknowledgmentInput]) -> Vec<Acknowledgment> {
    let made = inputs.iter().map(|input| Acknowledgment {
        names: texts(&input.names),
        organization: input.organization.as_deref().and_then(text),
        summary: input.summary.as_deref().and_then(text),
        urls: texts(&input.urls),
    });
    made.filter(|acknowledgment| *acknowledgment != Acknowledgment::default()).collect()
}

fn texts(values: &[String]) -> Vec<String> {
    values.iter().filter_map(|value| text(value)).collect()
}

pub(crate) fn text(value: &str) -> Option<String> {
    let trimmed = value.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| format!("{first}{}", letters.as_str().to_lowercase()))
}
