//! What is wrong with an advisory while it is written: what it lacks, what its translations and own words need, and what the complete
//! CSAF validator says of the document it would become. Each problem says where it is repaired: in a field of the editor, or in the case
//! the text comes from. Words for readers are the desk's; a finding of the validator brings its own, in English.

use super::sheet::{TEXTS, own_field};
use std::collections::BTreeSet;
use wardroom_check::{Finding, Report};
use wardroom_domain::disclosure::{AdvisoryContent, AdvisoryVulnerability, Bilingual, EndingKind, Manuscript, Told};
use wardroom_domain::remediation::ImpactStatus;
use wardroom_formats::uri::is_https;

/// How grave a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// It stands in the way of review or publication.
    Must,
    /// Good practice.
    Should,
    /// To know.
    May,
}

impl Gravity {
    pub const fn as_str(self) -> &'static str {
        match self {
            Gravity::Must => "must",
            Gravity::Should => "should",
            Gravity::May => "may",
        }
    }
}

/// Where a problem is repaired.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A field of the editor, by name.
    Field(String),
    /// A tab of the case, at one of its vulnerabilities or none.
    Case { tab: &'static str, vulnerability: String },
    /// The catalogue of products.
    Catalogue,
    /// The maker's profile.
    Profile,
    /// Nowhere in particular.
    Document,
}

/// One thing to repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub gravity: Gravity,
    /// Key of the sentence about it: `lacks-title`, `outdated`, `csaf-6-2-16`.
    pub code: String,
    /// Number of the test that found it (`6.2.16`), or empty.
    pub test: String,
    pub place: Place,
    /// JSON pointer into the CSAF document, where a test found it.
    pub path: String,
    /// The validator's words, in English; empty for our own problems.
    pub message: String,
}

/// Words that stand for what is still to be written.
const PLACEHOLDERS: [&str; 7] = ["TODO", "TBD", "FIXME", "XXX", "lorem ipsum", "待定", "待补"];
/// Longest title in characters.
pub const LONGEST_TITLE: usize = 250;
/// In which order members of the document are written (6.2.13) is nothing its author could repair.
const OUR_BUSINESS: &str = "6.2.13";
/// Most findings of one gravity that are told.
const MOST: usize = 100;

/// Everything to repair, gravest first, in the order of the form.
pub fn problems(content: &AdvisoryContent, manuscript: &Manuscript, case: &[AdvisoryVulnerability], report: &Report) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut add = |gravity, code: &str, place| {
        found.push(Problem { gravity, code: code.to_owned(), test: String::new(), place, path: String::new(), message: String::new() });
    };
    written(manuscript, &mut add);
    if content.version > 1 && content.texts.ending.is_none() && content.texts.change.is_empty() {
        add(Gravity::Must, "lacks-change", field(format!("change_{}", manuscript.written.as_str())));
    }
    own_words(manuscript, case, &mut add);
    translations(content, manuscript, case, &mut add);
    if content.texts.ending.is_none() {
        from_case(content, &mut add);
    }
    let taken: BTreeSet<Place> = found.iter().filter(|one| one.gravity == Gravity::Must).map(|one| one.place.clone()).collect();
    let notes = notes(content);
    for (gravity, findings) in [(Gravity::Must, &report.errors), (Gravity::Should, &report.warnings), (Gravity::May, &report.infos)] {
        for finding in findings.iter().filter(|one| one.test != OUR_BUSINESS).take(MOST) {
            let place = place_of(finding, content, manuscript, &notes);
            // An empty title is told once, in our words, and not again as what the schema makes of it.
            let told =
                taken.contains(&place) && (finding.test == "schema" || matches!(place, Place::Case { .. }) && gravity != Gravity::Must);
            if !told {
                found.push(Problem {
                    gravity,
                    code: format!("csaf-{}", finding.test.replace('.', "-")),
                    test: finding.test.clone(),
                    place,
                    path: finding.path.clone(),
                    message: finding.message.clone(),
                });
            }
        }
    }
    found.sort_by_key(|one| one.gravity);
    found
}

type Add<'a> = dyn FnMut(Gravity, &str, Place) + 'a;

fn field(name: impl Into<String>) -> Place {
    Place::Field(name.into())
}

fn written(manuscript: &Manuscript, add: &mut Add<'_>) {
    let texts = &manuscript.texts;
    let source = manuscript.written.as_str();
    if texts.title.is_empty() {
        add(Gravity::Must, "lacks-title", field(format!("title_{source}")));
    }
    if let Some(ending) = &texts.ending {
        if ending.reason.is_empty() {
            add(Gravity::Must, "lacks-reason", field(format!("reason_{source}")));
        }
        if ending.kind == EndingKind::Superseded && ending.by.is_empty() {
            add(Gravity::Must, "lacks-replaced_by", field("by"));
        }
    } else if texts.summary.is_empty() {
        add(Gravity::Must, "lacks-summary", field(format!("summary_{source}")));
    }
    for (lang, title) in [("en", &texts.title.en), ("zh", &texts.title.zh)] {
        if title.chars().count() > LONGEST_TITLE {
            add(Gravity::Must, "title-long", field(format!("title_{lang}")));
        }
    }
    if texts.references.iter().any(|(_, url)| !is_https(url)) {
        add(Gravity::Must, "references", field("references"));
    }
    for (name, text) in TEXTS.into_iter().zip([&texts.title, &texts.summary, &texts.action, &texts.until, &texts.change]) {
        for (lang, half) in [("en", &text.en), ("zh", &text.zh)] {
            if has_placeholder(half) {
                add(Gravity::Should, "placeholder", field(format!("{name}_{lang}")));
            }
        }
    }
}

fn has_placeholder(text: &str) -> bool {
    PLACEHOLDERS.iter().any(|word| text.contains(word))
}

fn own_words(manuscript: &Manuscript, case: &[AdvisoryVulnerability], add: &mut Add<'_>) {
    for one in &manuscript.overrides {
        let Some(said) = case.iter().find(|found| found.id == one.vulnerability).map(|found| one.told.of(found)) else { continue };
        let named = |part: &str| field(own_field(&one.vulnerability, one.told, part));
        if one.replaces(said) && one.reason.trim().is_empty() {
            add(Gravity::Must, "own-reason", named("why"));
        }
        if one.replaces(said) && one.instead_of.trim() != said.trim() {
            add(Gravity::Should, "own-case-changed", named("en"));
        }
    }
}

/// The field of a text in a language: `title_zh`, or for `V1.title` `over_V1_title_zh`.
pub fn field_of(name: &str, lang: &str) -> String {
    match name.split_once('.').and_then(|(id, told)| Told::parse(told).map(|told| (id, told))) {
        Some((id, told)) => own_field(id, told, lang),
        None => format!("{name}_{lang}"),
    }
}

fn translations(content: &AdvisoryContent, manuscript: &Manuscript, case: &[AdvisoryVulnerability], add: &mut Add<'_>) {
    let other = if manuscript.written.as_str() == "en" { "zh" } else { "en" };
    for name in &content.texts.outdated {
        add(Gravity::Should, "outdated", field(field_of(name.trim_end_matches(other).trim_end_matches('_'), other)));
    }
    for pair in manuscript.pairs(case) {
        if pair.translation.is_empty() && !pair.source.is_empty() {
            add(Gravity::Should, "untranslated", field(field_of(&pair.name, other)));
        }
        if pair.source.is_empty() && !pair.translation.is_empty() {
            add(Gravity::Should, "untranslated", field(field_of(&pair.name, manuscript.written.as_str())));
        }
    }
}

/// What the case must say before this can be an advisory; the same rules as `lacks` of the domain, place by place.
fn from_case(content: &AdvisoryContent, add: &mut Add<'_>) {
    let tab = |tab, vulnerability: &str| Place::Case { tab, vulnerability: vulnerability.to_owned() };
    if content.vulnerabilities.is_empty() {
        add(Gravity::Must, "lacks-vulnerability", tab("vulnerabilities", ""));
    }
    for one in &content.vulnerabilities {
        let id = one.id.as_str();
        let affected = one.impacts.iter().any(|impact| impact.status == ImpactStatus::Affected);
        let unexplained = one.impacts.iter().any(|impact| impact.status == ImpactStatus::NotAffected && impact.justification.is_empty());
        let wrong = [
            ("lacks-description", "vulnerabilities", one.description.trim().is_empty()),
            ("lacks-score", "scoring", one.scores.is_empty()),
            ("lacks-impact", "products", one.impacts.is_empty()),
            ("lacks-justification", "products", unexplained),
            ("lacks-remediation", "remediation", affected && one.remediations.is_empty()),
        ];
        for (code, place, _) in wrong.into_iter().filter(|(_, _, wrong)| *wrong) {
            add(Gravity::Must, code, tab(place, id));
        }
        let half =
            |plan: &wardroom_domain::disclosure::AdvisoryRemediation| plan.text.en.trim().is_empty() != plan.text.zh.trim().is_empty();
        if one.remediations.iter().any(half) {
            add(Gravity::Should, "untranslated", tab("remediation", id));
        }
    }
}

/// The texts that become notes of the document, in their order.
fn notes(content: &AdvisoryContent) -> Vec<&'static str> {
    let texts = &content.texts;
    let all: [(&str, &Bilingual); 2] = [("summary", &texts.summary), ("action", &texts.action)];
    all.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, _)| name).collect()
}

/// Where what a test found is repaired, by the place in the document.
fn place_of(finding: &Finding, content: &AdvisoryContent, manuscript: &Manuscript, notes: &[&str]) -> Place {
    let lang = if content.texts.title.en.trim().is_empty() && !content.texts.title.zh.trim().is_empty() { "zh" } else { "en" };
    let steps: Vec<&str> = finding.path.split('/').skip(1).collect();
    let number = |step: Option<&&str>| step.and_then(|step| step.parse::<usize>().ok());
    match steps.as_slice() {
        ["document", "title", ..] => field(format!("title_{lang}")),
        ["document", "notes", rest @ ..] => {
            let name = number(rest.first()).and_then(|at| notes.get(at)).copied().unwrap_or("summary");
            field(format!("{name}_{lang}"))
        }
        ["document", "acknowledgments", ..] => field("credits"),
        ["document", "references", ..] => field("references"),
        ["document", "tracking", "revision_history", ..] => field(format!("change_{lang}")),
        ["document", "publisher", ..] => Place::Profile,
        ["product_tree", ..] if content.products.is_empty() => Place::Case { tab: "products", vulnerability: String::new() },
        ["product_tree", ..] => Place::Catalogue,
        ["vulnerabilities", at, rest @ ..] => {
            let id = number(Some(at)).and_then(|at| content.vulnerabilities.get(at)).map(|one| one.id.clone()).unwrap_or_default();
            in_vulnerability(id, rest, manuscript, lang)
        }
        _ => Place::Document,
    }
}

fn in_vulnerability(id: String, rest: &[&str], manuscript: &Manuscript, lang: &str) -> Place {
    let own = |told: Told| manuscript.overrides.iter().any(|one| one.vulnerability == id && one.told == told && !one.off);
    let told = match rest.first() {
        Some(&"title") => Some(Told::Title),
        Some(&"notes") => Some(Told::Description),
        Some(&("cwe" | "cwes")) => Some(Told::Cwe),
        _ => None,
    };
    if let Some(told) = told.filter(|told| own(*told)) {
        return field(own_field(&id, told, if told == Told::Cwe { "en" } else { lang }));
    }
    let tab = match rest.first() {
        Some(&("scores" | "metrics")) => "scoring",
        Some(&("product_status" | "flags")) => "products",
        Some(&"remediations") => "remediation",
        _ => "vulnerabilities",
    };
    Place::Case { tab, vulnerability: id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wardroom_domain::disclosure::{AdvisoryImpact, AdvisoryTexts, Override};

    fn content() -> AdvisoryContent {
        let impact = AdvisoryImpact {
            product: "p".into(),
            status: ImpactStatus::NotAffected,
            versions: String::new(),
            fixed_in: String::new(),
            justification: String::new(),
            hardware: Vec::new(),
        };
        AdvisoryContent {
            texts: AdvisoryTexts { summary: Bilingual::new("S", ""), ..AdvisoryTexts::default() },
            vulnerabilities: vec![
                AdvisoryVulnerability {
                    id: "V1".into(),
                    description: "D".into(),
                    impacts: vec![impact],
                    ..AdvisoryVulnerability::default()
                },
                AdvisoryVulnerability { id: "V2".into(), ..AdvisoryVulnerability::default() },
            ],
            ..AdvisoryContent::default()
        }
    }

    fn report(found: &[(&str, &str)]) -> Report {
        let mut report = Report::of_fault(Finding::new("schema", "/document/title", "empty"));
        report.warnings = found.iter().map(|(test, path)| Finding::new(test, *path, "m")).collect();
        report
    }

    #[test]
    fn each_problem_leads_to_where_it_is_repaired() {
        let own = Override {
            vulnerability: "V2".into(),
            told: Told::Description,
            text: Bilingual::new("Own", ""),
            instead_of: "former".into(),
            reason: String::new(),
            off: false,
        };
        let manuscript = Manuscript { texts: content().texts, overrides: vec![own], ..Manuscript::default() };
        let found = problems(
            &content(),
            &manuscript,
            &content().vulnerabilities,
            &report(&[
                ("6.2.9", "/document/notes/0/text"),
                ("6.1.11", "/vulnerabilities/1/cwe/name"),
                ("6.2.5", "/vulnerabilities/1/notes/0"),
            ]),
        );
        let list: Vec<(&str, &str)> = found
            .iter()
            .map(|one| {
                let place = match &one.place {
                    Place::Field(name) => name.as_str(),
                    Place::Case { tab, .. } => tab,
                    Place::Catalogue | Place::Profile | Place::Document => "",
                };
                (one.code.as_str(), place)
            })
            .collect();
        assert_eq!(
            list,
            [
                ("lacks-title", "title_en"),
                ("own-reason", "over_V2_description_why"),
                ("lacks-score", "scoring"),
                ("lacks-justification", "products"),
                ("lacks-description", "vulnerabilities"),
                ("lacks-score", "scoring"),
                ("lacks-impact", "products"),
                ("own-case-changed", "over_V2_description_en"),
                ("untranslated", "summary_zh"),
                ("csaf-6-2-9", "summary_en"),
                ("csaf-6-2-5", "over_V2_description_en"),
            ],
            "the schema's word about the title, and what is told of the same place already, are left out"
        );
        assert_eq!(found[2].place, Place::Case { tab: "scoring", vulnerability: "V1".into() });
    }
}
