//! An advisory as one HTML file that needs nothing else: for mail, for keeping, and for printing (its print is the PDF).
//!
//! Not here: the pages of the public face, which have navigation, styles and scripts of their own. No script runs in this file.

use std::fmt::Write as _;

use crate::csaf::document::instant;
use crate::csaf::input::{AcknowledgmentInput, AdvisoryInput, NoteInput, ReferenceInput, VulnerabilityInput};
use crate::cvss;
use crate::text::words::Words;
use crate::text::{for_products, names, strs};

const STYLE: &str = "\
body{font:16px/1.5 system-ui,'Noto Sans','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}\
h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.2rem;margin-top:2rem;border-bottom:1px solid #ccc}\
table{border-collapse:collapse;width:100%}th,td{text-align:start;vertical-align:top;padding:.25rem .75rem .25rem 0}th{font-weight:600;width:11rem}\
p,td,li{overflow-wrap:anywhere;white-space:pre-line}code{font-size:.9em}\
@page{margin:20mm 18mm}@media print{body{font-size:10.5pt;margin:0;max-width:none;padding:0}h2,tr,li{break-inside:avoid}h2{break-after:avoid}\
a[href^=http]{color:inherit;text-decoration:none}}";

/// The file, in the language of the advisory.
#[must_use]
pub fn render(advisory: &AdvisoryInput) -> String {
    let words = Words::of(&advisory.lang);
    let mut out = Sheet::default();
    let _ = write!(
        out.html,
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{} {}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
        escaped(&advisory.lang),
        escaped(&advisory.tracking.id),
        escaped(advisory.title.trim()),
        escaped(advisory.title.trim()),
    );
    head(&mut out, words, advisory);
    for note in &advisory.notes {
        self::note(&mut out, words, note);
    }
    if !advisory.products.is_empty() {
        out.heading(words.products);
        out.list(advisory.products.iter().map(|product| escaped(&crate::csaf::full_name(product))));
    }
    for one in &advisory.vulnerabilities {
        vulnerability(&mut out, words, advisory, one);
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
    out.rows(
        advisory
            .tracking
            .revisions
            .iter()
            .map(|one| (format!("{} · {}", escaped(&one.number), instant(one.date)), escaped(one.summary.trim()))),
    );
    out.html.push_str("</body>\n</html>\n");
    out.html
}

fn head(out: &mut Sheet, words: &Words, advisory: &AdvisoryInput) {
    let tracking = &advisory.tracking;
    let mut rows = vec![(words.id, tracking.id.clone())];
    rows.extend((!tracking.aliases.is_empty()).then(|| (words.aliases, tracking.aliases.join(", "))));
    rows.push((words.version, tracking.version.clone()));
    rows.push((words.released, instant(tracking.initial_release)));
    rows.push((words.updated, instant(tracking.current_release)));
    rows.push(("TLP", advisory.tlp.name().to_owned()));
    rows.push((words.publisher, advisory.publisher.name.clone()));
    rows.extend(advisory.publisher.contact.clone().map(|contact| (words.contact, contact)));
    let severity =
        |gravest: cvss::Scored| format!("{} ({:.1}, CVSS {})", words.severity_word(gravest.severity), gravest.score, gravest.version);
    rows.extend(advisory.gravest().map(|gravest| (words.severity, severity(gravest))));
    out.rows(rows.into_iter().map(|(label, value)| (escaped(label), escaped(&value))));
}

fn note(out: &mut Sheet, words: &Words, note: &NoteInput) {
    out.heading(note.title.as_deref().unwrap_or(words.note_title(note.category)));
    out.text(&note.text);
}

fn vulnerability(out: &mut Sheet, words: &Words, advisory: &AdvisoryInput, one: &VulnerabilityInput) {
    let mut name: Vec<&str> = one.cve.as_deref().into_iter().collect();
    name.extend(one.ids.iter().map(|(_, id)| id.as_str()));
    out.heading(&format!("{}: {} {}", words.vulnerability, name.join(", "), one.title.as_deref().unwrap_or_default()));
    out.text(&one.description);
    for note in &one.notes {
        let title = note.title.as_deref().unwrap_or(words.note_title(note.category));
        let _ = writeln!(out.html, "<h3>{}</h3>", escaped(title));
        out.text(&note.text);
    }
    let mut rows: Vec<(String, String)> = Vec::new();
    rows.extend(one.cwes.iter().map(|(id, name)| (words.weakness.to_owned(), format!("{id} {name}"))));
    rows.extend(one.scores.iter().map(|score| {
        let told = cvss::score(&score.vector)
            .map(|scored| format!("{:.1} {} {}", scored.score, words.severity_word(scored.severity), scored.vector));
        ("CVSS".to_owned(), told.unwrap_or_else(|_| score.vector.clone()))
    }));
    let states = [
        (words.affected, one.status.affected()),
        (words.fixed, one.status.all_fixed()),
        (words.not_affected, strs(&one.status.known_not_affected)),
        (words.under_investigation, strs(&one.status.under_investigation)),
        (words.recommended, strs(&one.status.recommended)),
    ];
    let states = states.into_iter().filter(|(_, ids)| !ids.is_empty());
    rows.extend(states.map(|(label, ids)| (label.to_owned(), names(advisory, ids).join("\n"))));
    rows.extend(one.flags.iter().map(|flag| {
        (words.not_affected_because.to_owned(), format!("{}{}", words.flag(flag.label), for_products(advisory, &flag.products)))
    }));
    rows.extend(one.threats.iter().map(|threat| {
        (words.threat(threat.category).to_owned(), format!("{}{}", threat.details, for_products(advisory, &threat.products)))
    }));
    let mut rows: Vec<(String, String)> = rows.into_iter().map(|(label, value)| (escaped(&label), escaped(&value))).collect();
    rows.extend(one.remediations.iter().map(|remedy| {
        let link = remedy.url.as_deref().map(|url| format!("\n{}", link(url, url))).unwrap_or_default();
        let text = format!("{}{}", remedy.details.trim(), for_products(advisory, &remedy.products));
        (escaped(words.remedy(remedy.kind)), format!("{}{link}", escaped(&text)))
    }));
    out.rows(rows);
    if !one.references.is_empty() {
        references(out, &one.references);
    }
    if !one.acknowledgments.is_empty() {
        let _ = writeln!(out.html, "<h3>{}</h3>", escaped(words.thanks));
        thanks(out, &one.acknowledgments);
    }
}

fn references(out: &mut Sheet, references: &[ReferenceInput]) {
    out.list(references.iter().map(|one| link(&one.url, &one.summary)));
}

fn thanks(out: &mut Sheet, all: &[AcknowledgmentInput]) {
    out.list(all.iter().map(|one| {
        let mut parts: Vec<String> = Vec::new();
        parts.extend((!one.names.is_empty()).then(|| escaped(&one.names.join(", "))));
        parts.extend(one.organization.iter().chain(&one.summary).map(|text| escaped(text)));
        parts.extend(one.urls.iter().map(|url| link(url, url)));
        parts.join(" – ")
    }));
}

/// A link; what is no web address is text.
fn link(url: &str, text: &str) -> String {
    let text = if text.trim().is_empty() { url } else { text.trim() };
    if url.starts_with("https://") || url.starts_with("http://") {
        format!("<a href=\"{}\" rel=\"noreferrer\">{}</a>", escaped(url), escaped(text))
    } else {
        escaped(&if text == url { text.to_owned() } else { format!("{text} {url}") })
    }
}

fn escaped(text: &str) -> String {
    crate::feeds::escaped(text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()))
}

/// The file as it grows. What is given to `rows` and `list` is escaped already.
#[derive(Default)]
struct Sheet {
    html: String,
}

impl Sheet {
    fn heading(&mut self, title: &str) {
        let _ = writeln!(self.html, "<h2>{}</h2>", escaped(title.trim()));
    }

    /// A text in paragraphs.
    fn text(&mut self, text: &str) {
        let plain = text.replace("\r\n", "\n");
        for paragraph in plain.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
            let _ = writeln!(self.html, "<p>{}</p>", escaped(paragraph));
        }
    }

    fn rows(&mut self, rows: impl IntoIterator<Item = (String, String)>) {
        self.html.push_str("<table>\n");
        for (label, value) in rows {
            let _ = writeln!(self.html, "<tr><th scope=\"row\">{label}</th><td>{value}</td></tr>");
        }
        self.html.push_str("</table>\n");
    }

    fn list(&mut self, items: impl IntoIterator<Item = String>) {
        self.html.push_str("<ul>\n");
        for item in items {
            let _ = writeln!(self.html, "<li>{item}</li>");
        }
        self.html.push_str("</ul>\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn what_was_written_is_text_and_never_markup() {
        let mut advisory = sample::advisory();
        advisory.notes[0].text = "<script>alert(1)</script>\n\n\"two\" & 'three'\u{1b}[2J".into();
        advisory.references[0].url = "javascript:alert(1)".into();
        let html = render(&advisory);
        assert!(html.contains("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n<p>&quot;two&quot; &amp; &#39;three&#39;[2J</p>"));
        assert!(!html.contains("<script") && !html.contains("href=\"javascript"));
        assert!(html.contains("<h1>Gate 7: command injection in the &lt;ping&gt; page &amp; more</h1>"));
        assert!(html.contains("<html lang=\"zh-CN\">") == advisory.lang.starts_with("zh"));
    }

    #[test]
    fn headings_are_in_the_language() {
        let html = render(&sample::notice());
        assert!(html.contains("<html lang=\"zh-CN\">") && html.contains("<h2>修订历史</h2>"));
    }
}
