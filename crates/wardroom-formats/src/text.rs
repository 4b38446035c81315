//! An advisory as plain text, for reading and for download.
//!
//! Not here: wrapping of lines, and HTML. Texts keep their line ends; other control characters are left out, so that no terminal is steered.

use std::fmt::Write as _;

use crate::csaf::document::instant;
use crate::csaf::full_name;
use crate::csaf::input::{
    AcknowledgmentInput, AdvisoryInput, NoteInput, ReferenceInput, RemediationInput, StatusInput,
    VulnerabilityInput,
};
use crate::csaf::model::{FlagLabel, NoteCategory, RemediationCategory, ThreatCategory};
use crate::cvss;

/// The advisory in its language: Chinese headings when the language is Chinese, else English ones.
#[must_use]
pub fn render(advisory: &AdvisoryInput) -> String {
    let words = if advisory.lang.to_ascii_lowercase().starts_with("zh") {
        &ZH
    } else {
        &EN
    };
    let mut out = Page::default();
    head(&mut out, words, advisory);
    for note in &advisory.notes {
        self::note(&mut out, words, note);
    }
    if !advisory.products.is_empty() {
        out.heading(words.products);
        for product in &advisory.products {
            out.item(&full_name(product));
        }
    }
    for vulnerability in &advisory.vulnerabilities {
        self::vulnerability(&mut out, words, advisory, vulnerability);
    }
    if !advisory.references.is_empty() {
        out.heading(words.references);
        references(&mut out, &advisory.references);
    }
    if !advisory.acknowledgments.is_empty() {
        out.heading(words.thanks);
        thanks(&mut out, &advisory.acknowledgments);
    }
    out.heading(words.history);
    for revision in &advisory.tracking.revisions {
        out.item(&format!(
            "{}  {}  {}",
            revision.number,
            instant(revision.date),
            revision.summary
        ));
    }
    out.text
}

fn head(out: &mut Page, words: &Words, advisory: &AdvisoryInput) {
    let tracking = &advisory.tracking;
    out.line(&advisory.title);
    out.line("");
    out.field(words.id, &tracking.id);
    if !tracking.aliases.is_empty() {
        out.field(words.aliases, &tracking.aliases.join(", "));
    }
    out.field(words.version, &tracking.version);
    out.field(words.released, &instant(tracking.initial_release));
    out.field(words.updated, &instant(tracking.current_release));
    out.field("TLP", advisory.tlp.name());
    out.field(words.publisher, &advisory.publisher.name);
    if let Some(contact) = &advisory.publisher.contact {
        out.field(words.contact, contact);
    }
    if let Some(gravest) = advisory.gravest() {
        out.field(
            words.severity,
            &format!(
                "{} ({:.1}, CVSS {})",
                words.severity_word(gravest.severity),
                gravest.score,
                gravest.version
            ),
        );
    }
}

fn note(out: &mut Page, words: &Words, note: &NoteInput) {
    let standard = match note.category {
        NoteCategory::Summary => words.summary,
        NoteCategory::Details => words.details,
        NoteCategory::Description => words.description,
        NoteCategory::Faq => words.faq,
        NoteCategory::LegalDisclaimer => words.legal,
        NoteCategory::General | NoteCategory::Other => words.note,
    };
    out.heading(note.title.as_deref().unwrap_or(standard));
    out.block(&note.text);
}

fn vulnerability(
    out: &mut Page,
    words: &Words,
    advisory: &AdvisoryInput,
    input: &VulnerabilityInput,
) {
    let mut name: Vec<&str> = Vec::new();
    name.extend(input.cve.as_deref());
    name.extend(input.ids.iter().map(|(_, id)| id.as_str()));
    let title = input.title.as_deref().unwrap_or_default();
    out.heading(&format!(
        "{}: {} {title}",
        words.vulnerability,
        name.join(", ")
    ));
    out.block(&input.description);
    if let Some((id, name)) = &input.cwe {
        out.field(words.weakness, &format!("{id} {name}"));
    }
    for score in &input.scores {
        match cvss::score(&score.vector) {
            Ok(scored) => out.field(
                "CVSS",
                &format!(
                    "{:.1} {} {}",
                    scored.score,
                    words.severity_word(scored.severity),
                    scored.vector
                ),
            ),
            Err(_) => out.field("CVSS", &score.vector),
        }
    }
    for note in &input.notes {
        self::note(out, words, note);
    }
    states(out, words, advisory, &input.status);
    for flag in &input.flags {
        out.field(
            words.not_affected_because,
            &format!(
                "{}{}",
                words.flag(flag.label),
                for_products(advisory, &flag.products)
            ),
        );
    }
    for threat in &input.threats {
        let label = match threat.category {
            ThreatCategory::Impact => words.impact,
            ThreatCategory::ExploitStatus => words.exploitation,
            ThreatCategory::TargetSet => words.targets,
        };
        out.field(
            label,
            &format!(
                "{}{}",
                threat.details,
                for_products(advisory, &threat.products)
            ),
        );
    }
    for remediation in &input.remediations {
        self::remediation(out, words, advisory, remediation);
    }
    references(out, &input.references);
    if !input.acknowledgments.is_empty() {
        out.line(&format!("{}:", words.thanks));
        thanks(out, &input.acknowledgments);
    }
}

fn states(out: &mut Page, words: &Words, advisory: &AdvisoryInput, status: &StatusInput) {
    for (label, ids) in [
        (words.affected, &status.known_affected),
        (words.fixed, &status.fixed),
        (words.not_affected, &status.known_not_affected),
        (words.under_investigation, &status.under_investigation),
        (words.recommended, &status.recommended),
    ] {
        if !ids.is_empty() {
            out.field(label, &names(advisory, ids).join("; "));
        }
    }
}

fn remediation(out: &mut Page, words: &Words, advisory: &AdvisoryInput, input: &RemediationInput) {
    let label = match input.category {
        RemediationCategory::VendorFix => words.fix,
        RemediationCategory::Mitigation => words.mitigation,
        RemediationCategory::Workaround => words.workaround,
        RemediationCategory::NoFixPlanned => words.no_fix_planned,
        RemediationCategory::NoneAvailable => words.none_available,
    };
    out.field(
        label,
        &format!(
            "{}{}",
            input.details,
            for_products(advisory, &input.products)
        ),
    );
    if let Some(url) = &input.url {
        out.line(&format!("  {url}"));
    }
}

fn references(out: &mut Page, references: &[ReferenceInput]) {
    for reference in references {
        out.item(&format!("{}: {}", reference.summary, reference.url));
    }
}

fn thanks(out: &mut Page, all: &[AcknowledgmentInput]) {
    for one in all {
        let mut parts = Vec::new();
        parts.extend((!one.names.is_empty()).then(|| one.names.join(", ")));
        parts.extend(one.organization.clone());
        parts.extend(one.summary.clone());
        parts.extend(one.urls.iter().cloned());
        out.item(&parts.join(" – "));
    }
}

fn names(advisory: &AdvisoryInput, ids: &[String]) -> Vec<String> {
    let name = |id: &String| {
        advisory
            .products
            .iter()
            .find(|product| product.id == *id)
            .map_or_else(|| id.clone(), full_name)
    };
    ids.iter().map(name).collect()
}

fn for_products(advisory: &AdvisoryInput, ids: &[String]) -> String {
    if ids.is_empty() {
        String::new()
    } else {
        format!(" ({})", names(advisory, ids).join("; "))
    }
}

/// The text as it grows.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    /// One line; line ends inside become spaces.
    fn line(&mut self, line: &str) {
        let flat: String = line
            .chars()
            .map(|c| if c == '\n' { ' ' } else { c })
            .filter(|c| !c.is_control())
            .collect();
        let _ = writeln!(self.text, "{}", flat.trim_end());
    }

    fn heading(&mut self, title: &str) {
        self.line("");
        self.line(&format!("== {} ==", title.trim()));
    }

    fn field(&mut self, label: &str, value: &str) {
        self.line(&format!("{label}: {value}"));
    }

    fn item(&mut self, text: &str) {
        self.line(&format!("- {text}"));
    }

    /// Several lines, kept as they are.
    fn block(&mut self, text: &str) {
        for line in text.trim().lines() {
            self.line(line);
        }
    }
}

/// The headings of one language, from the glossary.
struct Words {
    id: &'static str,
    aliases: &'static str,
    version: &'static str,
    released: &'static str,
    updated: &'static str,
    publisher: &'static str,
    contact: &'static str,
    severity: &'static str,
    summary: &'static str,
    details: &'static str,
    description: &'static str,
    faq: &'static str,
    legal: &'static str,
    note: &'static str,
    products: &'static str,
    vulnerability: &'static str,
    weakness: &'static str,
    not_affected_because: &'static str,
    impact: &'static str,
    exploitation: &'static str,
    targets: &'static str,
    affected: &'static str,
    fixed: &'static str,
    not_affected: &'static str,
    under_investigation: &'static str,
    recommended: &'static str,
    fix: &'static str,
    mitigation: &'static str,
    workaround: &'static str,
    no_fix_planned: &'static str,
    none_available: &'static str,
    references: &'static str,
    thanks: &'static str,
    history: &'static str,
    /// None, low, medium, high, critical.
    severities: [&'static str; 5],
    /// In the order of [`FlagLabel`].
    flags: [&'static str; 5],
}

impl Words {
    const fn severity_word(&self, severity: cvss::Severity) -> &'static str {
        let [none, low, medium, high, critical] = self.severities;
        match severity {
            cvss::Severity::None => none,
            cvss::Severity::Low => low,
            cvss::Severity::Medium => medium,
            cvss::Severity::High => high,
            cvss::Severity::Critical => critical,
        }
    }

    const fn flag(&self, label: FlagLabel) -> &'static str {
        let [absent, mitigated, uncontrolled, unreached, no_code] = self.flags;
        match label {
            FlagLabel::ComponentNotPresent => absent,
            FlagLabel::InlineMitigationsAlreadyExist => mitigated,
            FlagLabel::VulnerableCodeCannotBeControlledByAdversary => uncontrolled,
            FlagLabel::VulnerableCodeNotInExecutePath => unreached,
            FlagLabel::VulnerableCodeNotPresent => no_code,
        }
    }
}

const EN: Words = Words {
    id: "Id",
    aliases: "Aliases",
    version: "Version",
    released: "Released",
    updated: "Updated",
    publisher: "Publisher",
    contact: "Contact",
    severity: "Severity",
    summary: "Summary",
    details: "Details",
    description: "Description",
    faq: "Questions and answers",
    legal: "Legal",
    note: "Note",
    products: "Products",
    vulnerability: "Vulnerability",
    weakness: "Weakness",
    not_affected_because: "Not affected because",
    impact: "Impact",
    exploitation: "Exploitation",
    targets: "Targets",
    affected: "Affected",
    fixed: "Fixed",
    not_affected: "Not affected",
    under_investigation: "Under investigation",
    recommended: "Recommended",
    fix: "Fix",
    mitigation: "Mitigation",
    workaround: "Workaround",
    no_fix_planned: "No fix planned",
    none_available: "No fix available",
    references: "References",
    thanks: "Credit",
    history: "History",
    severities: ["None", "Low", "Medium", "High", "Critical"],
    flags: [
        "the component is not present",
        "mitigations are built in",
        "an attacker cannot control the vulnerable code",
        "the vulnerable code is not executed",
        "the vulnerable code is not present",
    ],
};

const ZH: Words = Words {
    id: "编号",
    aliases: "别名",
    version: "版本",
    released: "首次发布",
    updated: "最近更新",
    publisher: "发布者",
    contact: "联系方式",
    severity: "严重程度",
    summary: "摘要",
    details: "详情",
    description: "描述",
    faq: "常见问题",
    legal: "法律声明",
    note: "说明",
    products: "产品",
    vulnerability: "漏洞",
    weakness: "弱点",
    not_affected_because: "不受影响的原因",
    impact: "影响",
    exploitation: "利用情况",
    targets: "目标群体",
    affected: "受影响",
    fixed: "已修复",
    not_affected: "不受影响",
    under_investigation: "调查中",
    recommended: "建议使用",
    fix: "修复",
    mitigation: "缓解措施",
    workaround: "临时规避措施",
    no_fix_planned: "无修复计划",
    none_available: "暂无修复",
    references: "参考",
    thanks: "致谢",
    history: "修订历史",
    severities: ["无", "低", "中", "高", "严重"],
    flags: [
        "不含该组件",
        "已内置缓解措施",
        "攻击者无法控制存在漏洞的代码",
        "存在漏洞的代码不会被执行",
        "不含存在漏洞的代码",
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn an_advisory_reads_from_top_to_bottom() {
        let text = render(&sample::advisory());
        let expected = "Gate 7: command injection in the <ping> page & more

Id: EX-SA-2026-001
Aliases: EX-2026-7
Version: 2
Released: 2026-03-01T08:00:00Z
Updated: 2026-03-05T10:30:00Z
TLP: TLP:CLEAR
Publisher: Example Works PSIRT
Contact: psirt@example.com
Severity: Critical (9.3, CVSS 4.0)

== Summary ==
An attacker on the network can run commands.
Update to 2.3.5.

== Details ==
The ping page hands its field to a shell.

== Products ==
- Example Works Gate 7 <2.3.5
- Example Works Gate 7 2.3.5
- Example Works Gate 5

== Vulnerability: CVE-2026-12345, C-2026-7 Command injection in ping ==
The field \"host\" reaches a shell.
Weakness: CWE-78 Improper Neutralization of Special Elements used in an OS Command ('OS Command Injection')
CVSS: 9.3 Critical CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P
CVSS: 9.3 Critical CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N
Affected: Example Works Gate 7 <2.3.5
Fixed: Example Works Gate 7 2.3.5
Not affected: Example Works Gate 5
Recommended: Example Works Gate 7 2.3.5
Impact: Full control of the gateway. (Example Works Gate 7 <2.3.5)
Fix: Update to 2.3.5.
  https://www.example.com/download
Credit:
- 林晓 – Example Labs – found and reported it

== References ==
- This advisory: https://psirt.example.com/advisories/EX-SA-2026-001.html

== History ==
- 1  2026-03-01T08:00:00Z  First version.
- 2  2026-03-05T10:30:00Z  Fix for 2.x.
";
        assert_eq!(text, expected);
    }

    #[test]
    fn chinese_advisories_have_chinese_headings_and_nothing_steers_a_terminal() {
        let mut notice = sample::notice();
        notice.notes[0].title = None;
        notice.notes[0].text = "一\u{1b}]0;x\u{7}\r\n二".into();
        let text = render(&notice);
        assert!(text.contains("== 摘要 ==\n一]0;x\n二\n"), "{text}");
        assert!(text.contains("TLP: TLP:AMBER+STRICT\n"));
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
    }
}
