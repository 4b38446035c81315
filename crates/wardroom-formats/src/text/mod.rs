//! An advisory as plain text, for reading and for download.
//!
//! Not here: wrapping of lines, and HTML. Texts keep their line ends; other control characters are left out, so that no terminal is steered.

pub(crate) mod words;

use std::fmt::Write as _;

use crate::csaf::document::instant;
use crate::csaf::input::{
    AcknowledgmentInput, AdvisoryInput, NoteInput, ProductInput, ReferenceInput, RemediationInput, StatusInput, VulnerabilityInput,
};
use crate::cvss;
use words::Words;

/// The advisory in its language: Chinese headings when the language is Chinese, else English ones.
#[must_use]
pub fn render(advisory: &AdvisoryInput) -> String {
    let words = Words::of(&advisory.lang);
    let mut out = Page::default();
    head(&mut out, words, advisory);
    for note in &advisory.notes {
        self::note(&mut out, words, note);
    }
    if !advisory.products.is_empty() {
        out.heading(words.products);
        for product in &advisory.products {
            out.item(&crate::csaf::full_name(product));
            marks(&mut out, words, product);
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
        out.item(&format!("{}  {}  {}", revision.number, instant(revision.date), revision.summary));
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
        out.field(words.severity, &format!("{} ({:.1}, CVSS {})", words.severity_word(gravest.severity), gravest.score, gravest.version));
    }
}

fn note(out: &mut Page, words: &Words, note: &NoteInput) {
    let standard = words.note_title(note.category);
    out.heading(note.title.as_deref().unwrap_or(standard));
    out.block(&note.text);
}

fn vulnerability(out: &mut Page, words: &Words, advisory: &AdvisoryInput, input: &VulnerabilityInput) {
    let mut name: Vec<&str> = Vec::new();
    name.extend(input.cve.as_deref());
    name.extend(input.ids.iter().map(|(_, id)| id.as_str()));
    let title = input.title.as_deref().unwrap_or_default();
    out.heading(&format!("{}: {} {title}", words.vulnerability, name.join(", ")));
    out.block(&input.description);
    for (id, name) in &input.cwes {
        out.field(words.weakness, &format!("{id} {name}"));
    }
    for score in &input.scores {
        match cvss::score(&score.vector) {
            Ok(scored) => out.field("CVSS", &format!("{:.1} {} {}", scored.score, words.severity_word(scored.severity), scored.vector)),
            Err(_) => out.field("CVSS", &score.vector),
        }
    }
    for note in &input.notes {
        self::note(out, words, note);
    }
    states(out, words, advisory, &input.status);
    for flag in &input.flags {
        out.field(words.not_affected_because, &format!("{}{}", words.flag(flag.label), for_products(advisory, &flag.products)));
    }
    for threat in &input.threats {
        let label = words.threat(threat.category);
        out.field(label, &format!("{}{}", threat.details, for_products(advisory, &threat.products)));
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
        (words.affected, status.affected()),
        (words.fixed, status.all_fixed()),
        (words.not_affected, strs(&status.known_not_affected)),
        (words.under_investigation, strs(&status.under_investigation)),
        (words.recommended, strs(&status.recommended)),
    ] {
        if !ids.is_empty() {
            out.field(label, &names(advisory, ids).join("; "));
        }
    }
}

fn remediation(out: &mut Page, words: &Words, advisory: &AdvisoryInput, input: &RemediationInput) {
    let label = words.remedy(input.kind);
    let since = input.date.map(|date| format!("{} ", date.strftime("%Y-%m-%d"))).unwrap_or_default();
    out.field(label, &format!("{since}{}{}", input.details, for_products(advisory, &input.products)));
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

/// What helps to recognise a product, one line each.
fn marks(out: &mut Page, words: &Words, product: &ProductInput) {
    let marks = &product.marks;
    for (label, values) in
        [(words.model_numbers, &marks.model_numbers), (words.serial_numbers, &marks.serial_numbers), (words.skus, &marks.skus)]
    {
        if !values.is_empty() {
            out.line(&format!("  {label}: {}", values.join(", ")));
        }
    }
    for file in &marks.hashes {
        for hash in &file.file_hashes {
            out.line(&format!("  {} {}: {}", file.filename, hash.algorithm, hash.value));
        }
    }
}

pub(crate) fn strs(ids: &[String]) -> Vec<&str> {
    ids.iter().map(String::as_str).collect()
}

pub(crate) fn names(advisory: &AdvisoryInput, ids: Vec<&str>) -> Vec<String> {
    ids.into_iter().map(|id| advisory.product_name(id).unwrap_or_else(|| id.to_owned())).collect()
}

pub(crate) fn for_products(advisory: &AdvisoryInput, ids: &[String]) -> String {
    if ids.is_empty() { String::new() } else { format!(" ({})", names(advisory, strs(ids)).join("; ")) }
}

/// The text as it grows.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    /// One line; line ends inside become spaces.
    fn line(&mut self, line: &str) {
        let flat: String = line.chars().map(|c| if c == '\n' { ' ' } else { c }).filter(|c| !c.is_control()).collect();
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
Fix: 2026-03-01 Update to 2.3.5.
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
