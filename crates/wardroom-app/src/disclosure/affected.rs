//! Asking advisories about what somebody has, in words: the page "Am I affected?", the API and `wardroom check` say the same.
//!
//! What is asked is held while it is answered and nowhere else: nothing here stores or logs. Not here: which statement leads to which
//! answer (`wardroom_formats::affected`).

use serde::Serialize;
use wardroom_formats::affected::{self, Answer, By, Inventory, Rule, State, Statements, Thing};
use wardroom_formats::csaf::input::{AdvisoryInput, Remedy};
use wardroom_formats::csaf::model::{FlagLabel, ReferenceCategory};
use wardroom_formats::cvss;
use wardroom_words::{Lang, Word, affected as say, find, remediation as words};

/// What one vulnerability of one advisory means for what somebody has.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// Of the advisory.
    pub advisory: String,
    pub title: String,
    /// Its web page, or empty.
    pub url: String,
    /// The product as the advisory names it.
    pub product: String,
    /// CVE id, another id, or `V1`.
    pub vulnerability: String,
    pub state: State,
    #[serde(flatten)]
    pub rule: Rule,
    /// The rule that matched, as a sentence.
    pub said: String,
    pub recognised_by: By,
    /// The name is exactly the one asked for, or something surer told.
    pub exact: bool,
    /// The version that was compared.
    pub version: String,
    /// The highest score, by any scheme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    pub severity: String,
    /// What to do, what helps most first.
    pub to_do: Vec<ToDo>,
    /// Place of the part in the list that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<usize>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToDo {
    /// `vendor_fix`, `mitigation`, …
    pub kind: &'static str,
    /// The kind in words.
    #[serde(skip)]
    pub word: &'static str,
    pub text: String,
    pub url: String,
}

/// What advisories say of a product somebody typed in, worst first. `advisories`: their statements, and how to get the whole of one. Where
/// something is called exactly so, what merely sounds like it is left out.
pub fn about<'a, A>(
    thing: &Thing,
    advisories: impl Iterator<Item = (&'a Statements, A)>,
    whole: impl Fn(A) -> Option<AdvisoryInput>,
    lang: Lang,
) -> Vec<Finding> {
    let mut answered: Vec<(A, Vec<Answer>)> =
        advisories.map(|(statements, one)| (one, statements.answer(thing))).filter(|(_, answers)| !answers.is_empty()).collect();
    if answered.iter().flat_map(|(_, answers)| answers).any(|answer| answer.exact) {
        answered.iter_mut().for_each(|(_, answers)| answers.retain(|answer| answer.exact));
    }
    let mut findings = Vec::new();
    for (one, answers) in answered.into_iter().filter(|(_, answers)| !answers.is_empty()) {
        let Some(advisory) = whole(one) else { continue };
        findings.extend(answers.iter().map(|answer| finding(&advisory, answer, None, lang)));
    }
    sorted(findings)
}

/// The same of the parts of an inventory.
pub fn about_all<'a, A>(
    inventory: &Inventory,
    advisories: impl Iterator<Item = (&'a Statements, A)>,
    whole: impl Fn(A) -> Option<AdvisoryInput>,
    lang: Lang,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (statements, one) in advisories {
        let answers = statements.answer_all(inventory);
        if answers.is_empty() {
            continue;
        }
        let Some(advisory) = whole(one) else { continue };
        findings.extend(answers.iter().map(|(part, answer)| finding(&advisory, answer, Some(*part), lang)));
    }
    sorted(findings)
}

/// Worst first; of the same, the advisory of the highest number first.
fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| {
        (a.state, &b.advisory, a.part, &a.product, &a.vulnerability).cmp(&(b.state, &a.advisory, b.part, &b.product, &b.vulnerability))
    });
    findings
}

fn finding(advisory: &AdvisoryInput, answer: &Answer, part: Option<usize>, lang: Lang) -> Finding {
    let of = advisory.vulnerabilities.get(answer.vulnerability);
    let scores = of.into_iter().flat_map(|one| &one.scores).filter_map(|one| cvss::score(&one.vector).ok());
    let worst = scores.max_by(|a, b| a.score.total_cmp(&b.score));
    let id = of.and_then(|one| one.cve.clone().or_else(|| one.ids.first().map(|(_, id)| id.clone())));
    let page = advisory.references.iter().filter(|one| one.category == ReferenceCategory::Own).find(|one| !one.url.ends_with(".json"));
    Finding {
        advisory: advisory.tracking.id.clone(),
        title: advisory.title.clone(),
        url: page.map(|one| one.url.clone()).unwrap_or_default(),
        product: answer.product.clone(),
        vulnerability: id.unwrap_or_else(|| format!("V{}", answer.vulnerability + 1)),
        state: answer.state,
        said: said(answer, lang),
        rule: answer.rule.clone(),
        recognised_by: answer.by,
        exact: answer.exact,
        version: answer.version.clone(),
        score: worst.as_ref().map(|one| one.score),
        severity: worst.map(|one| format!("{:?}", one.severity).to_lowercase()).unwrap_or_default(),
        to_do: affected::remedies(advisory, answer)
            .into_iter()
            .map(|one| ToDo {
                kind: one.kind.word(),
                word: kind(one.kind).say(lang),
                text: one.details.clone(),
                url: one.url.clone().unwrap_or_default(),
            })
            .collect(),
        part,
    }
}

const fn kind(kind: Remedy) -> Word {
    match kind {
        Remedy::VendorFix | Remedy::OptionalPatch => words::KIND_VENDOR_FIX,
        Remedy::FixPlanned => words::KIND_FIX_PLANNED,
        Remedy::Mitigation => words::KIND_MITIGATION,
        Remedy::Workaround => words::KIND_WORKAROUND,
        Remedy::NoFixPlanned | Remedy::NoneAvailable => words::KIND_NO_FIX_PLANNED,
    }
}

/// A state in a word.
pub fn state_word(state: State, lang: Lang) -> &'static str {
    let word = match state {
        State::Affected => say::STATE_AFFECTED,
        State::Unknown => say::STATE_UNKNOWN,
        State::UnderInvestigation => say::STATE_UNDER_INVESTIGATION,
        State::Fixed => say::STATE_FIXED,
        State::NotAffected => say::STATE_NOT_AFFECTED,
    };
    word.say(lang)
}

/// The rule that matched, as a sentence.
fn said(answer: &Answer, lang: Lang) -> String {
    let version = if answer.version.is_empty() { say::THIS_VERSION.say(lang) } else { answer.version.as_str() };
    let every = |text: &str| if text.is_empty() { say::ALL_VERSIONS.say(lang).to_owned() } else { text.to_owned() };
    let sentence = match (&answer.rule, answer.state) {
        (Rule::Every, State::NotAffected) => say::EVERY_NOT_AFFECTED.say(lang).to_owned(),
        (Rule::Every, State::Fixed) => say::EVERY_FIXED.say(lang).to_owned(),
        (Rule::Every, State::UnderInvestigation | State::Unknown) => say::EVERY_INVESTIGATED.say(lang).to_owned(),
        (Rule::Every, State::Affected) => say::EVERY_AFFECTED.say(lang).to_owned(),
        (Rule::Among { versions }, State::Affected) => say::among_affected(lang, version, versions.as_str()),
        (Rule::Among { versions }, State::Fixed) => say::among_fixed(lang, version, versions.as_str()),
        (Rule::Among { versions }, State::NotAffected) => say::among_not_affected(lang, version, versions.as_str()),
        (Rule::Among { versions }, State::UnderInvestigation | State::Unknown) => say::among_investigated(lang, version, versions.as_str()),
        (Rule::FixedIn { fixed }, _) => say::fixed_in(lang, fixed.as_str(), version),
        (Rule::Outside { versions }, _) => say::outside(lang, version, versions.as_str()),
        (Rule::NeedsVersion { versions }, _) => say::needs_version(lang, every(versions)),
        (Rule::CannotCompare { versions }, _) => say::cannot_compare(lang, version, every(versions)),
        (Rule::NotNamed { versions }, _) => say::not_named(lang, version, every(versions)),
        (Rule::Only { versions, on }, _) => say::only_on(lang, on.as_str(), every(versions)),
    };
    let Some(why) = answer.reason.and_then(|label| find(lang, &format!("remediation-why-{}", reason_key(label)))) else { return sentence };
    format!("{sentence}{}{why}{}", if lang == Lang::Zh { "" } else { " " }, if lang == Lang::Zh { "。" } else { "." })
}

const fn reason_key(label: FlagLabel) -> &'static str {
    match label {
        FlagLabel::ComponentNotPresent => "component_not_present",
        FlagLabel::InlineMitigationsAlreadyExist => "inline_mitigations_already_exist",
        FlagLabel::VulnerableCodeCannotBeControlledByAdversary => "vulnerable_code_cannot_be_controlled_by_adversary",
        FlagLabel::VulnerableCodeNotInExecutePath => "vulnerable_code_not_in_execute_path",
        FlagLabel::VulnerableCodeNotPresent => "vulnerable_code_not_present",
    }
}

/// The worst of what was found; `None` when no advisory names what was asked about.
pub fn overall(findings: &[Finding]) -> Option<State> {
    findings.iter().map(|one| one.state).min()
}
