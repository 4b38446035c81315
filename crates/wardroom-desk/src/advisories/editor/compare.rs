//! What is being written beside what readers have: each text word by word, the CSAF document line by line. Before the first publication
//! it is compared with what was recorded last.

use super::view::{Part, parts};
use crate::advisories::sight::{FlawSight, sight};
use crate::app::App;
use wardroom_app::disclosure::editor::Editor;
use wardroom_domain::disclosure::AdvisoryContent;
use wardroom_formats::diff::{self, Change, Stretch};
use wardroom_formats::rendering::Format;
use wardroom_web::Lang;
use wardroom_web::words::{self, disclosure as d};

/// So many lines around a change are shown.
const AROUND: usize = 3;

pub struct Compared {
    /// With what.
    pub with: String,
    /// Texts that differ: what it is, and how.
    pub texts: Vec<(String, Vec<Part>)>,
    pub json: Vec<Part>,
}

pub fn compare(app: &App, lang: Lang, editor: &Editor) -> Compared {
    let (with, old) = match editor.published() {
        Some(published) => (d::compare_version(lang, published.version), &published.content),
        None => (d::COMPARE_RECORDED.say(lang).to_owned(), &editor.recorded),
    };
    let texts = said(lang, old, &editor.content)
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(label, old, new)| (label, parts(diff::words(&old, &new))))
        .collect();
    let json = |content: &AdvisoryContent| app.desk.render_content(editor, content, Format::Csaf20, "").unwrap_or_else(|why| why);
    Compared { with, texts, json: parts(shortened(diff::lines(&json(old), &json(&editor.content)))) }
}

/// Every text of both contents: what it is, old, new.
fn said(lang: Lang, old: &AdvisoryContent, new: &AdvisoryContent) -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    let mut add = |label: String, old: String, new: String| all.push((label, old, new));
    let both = |what: words::Word, of: Lang| {
        let language = if of == Lang::Zh { d::FORMATS_ZH } else { d::FORMATS_EN };
        d::in_language(lang, language.say(lang), what.say(lang))
    };
    for of in Lang::ALL {
        let half = |text: &wardroom_domain::disclosure::Bilingual| if of == Lang::Zh { text.zh.clone() } else { text.en.clone() };
        let (a, b) = (&old.texts, &new.texts);
        add(both(d::TITLE, of), half(&a.title), half(&b.title));
        add(both(d::SUMMARY, of), half(&a.summary), half(&b.summary));
        add(both(d::ACTION, of), half(&a.action), half(&b.action));
        add(both(d::UNTIL, of), half(&a.until), half(&b.until));
    }
    add(d::CREDITS.say(lang).to_owned(), old.texts.credits.join("\n"), new.texts.credits.join("\n"));
    let links =
        |content: &AdvisoryContent| content.texts.references.iter().map(|(what, url)| format!("{what} {url}\n")).collect::<String>();
    add(d::REFERENCES.say(lang).to_owned(), links(old), links(new));
    for of in Lang::ALL {
        let (a, b) = (sight(of, old).flaws, sight(of, new).flaws);
        let mut ids: Vec<&String> = a.iter().chain(&b).map(|one| &one.id).collect();
        ids.sort();
        ids.dedup();
        for id in ids {
            let told = |list: &[FlawSight]| list.iter().find(|one| one.id == *id).map(in_words).unwrap_or_default();
            let language = if of == Lang::Zh { d::FORMATS_ZH } else { d::FORMATS_EN };
            add(d::in_language(lang, language.say(lang), id.as_str()), told(&a), told(&b));
        }
    }
    all
}

/// A vulnerability as one text.
fn in_words(one: &FlawSight) -> String {
    let mut lines = vec![one.title.clone(), format!("{} {}", one.cve, one.cwe).trim().to_owned(), one.description.clone()];
    lines.extend(one.scores.iter().map(|score| format!("CVSS {} {} {} {}", score.0, score.1, score.2, score.4)));
    lines.extend(one.impacts.iter().map(|impact| format!("{}: {} {} {} {}", impact.0, impact.1, impact.3, impact.4, impact.5)));
    lines.extend(one.remediations.iter().map(|plan| format!("{}: {} {}", plan.0, plan.1, plan.2)));
    lines.retain(|line| !line.trim().is_empty());
    lines.join("\n")
}

/// Without the middle of what is the same.
fn shortened(stretches: Vec<Stretch>) -> Vec<Stretch> {
    let last = stretches.len().saturating_sub(1);
    let short = |(place, one): (usize, Stretch)| {
        let lines: Vec<&str> = one.text.split_inclusive('\n').collect();
        let (head, tail) = (if place == 0 { 0 } else { AROUND }, if place == last { 0 } else { AROUND });
        if one.change != Change::Same || lines.len() <= head + tail + 1 {
            return one;
        }
        let kept = |range: &[&str]| range.concat();
        let head = kept(lines.get(..head).unwrap_or_default());
        let tail = kept(lines.get(lines.len() - tail..).unwrap_or_default());
        Stretch { change: Change::Same, text: format!("{head}⋯\n{tail}") }
    };
    stretches.into_iter().enumerate().map(short).collect()
}
