//! Vectors of one version side by side: ours, the reporter's, those of others; where they differ is marked.

use wardroom_app::case_page::CasePage;
use wardroom_domain::validation::{ScoreSource, ScoreWords};
use wardroom_formats::cvss::{self, Value};
use wardroom_web::Lang;
use wardroom_web::text::reveal;
use wardroom_web::words::validation as v;

/// One vector: a column.
pub struct Column {
    pub who: String,
    pub score: String,
    pub severity: String,
    pub chip: &'static str,
    pub vector: String,
}

/// One metric: a row.
pub struct Line {
    pub code: &'static str,
    pub name: &'static str,
    /// What each column says; empty where it says nothing.
    pub cells: Vec<&'static str>,
    pub differs: bool,
}

/// The table.
pub struct Beside {
    pub columns: Vec<Column>,
    pub lines: Vec<Line>,
    /// How many metrics are not the same everywhere.
    pub differences: usize,
}

/// The vectors of a vulnerability in one version; `None` where nobody but us gave one.
pub fn beside(lang: Lang, page: &CasePage, vulnerability: &str, version: &str) -> Option<Beside> {
    let flaw = page.vulnerabilities.iter().find(|one| one.id == vulnerability)?;
    let ours = flaw.scores.iter().map(|one| (v::OURS.say(lang).to_owned(), one));
    let theirs = flaw.heard.iter().map(|(from, one)| (who(lang, *from, &one.source), one));
    let found: Vec<(String, &ScoreWords)> = ours.chain(theirs).filter(|(_, one)| one.version == version).collect();
    if !flaw.heard.iter().any(|(_, one)| one.version == version) {
        return None;
    }
    // What was recorded was scored then, so it can be read now.
    let said: Vec<_> = found.iter().map(|(_, one)| cvss::choices(&one.vector).unwrap_or_default()).collect();
    let mut lines = Vec::new();
    for (at, (metric, _)) in said.first()?.iter().enumerate() {
        let values: Vec<Option<&Value>> = said.iter().map(|one| one.get(at).and_then(|(_, value)| *value)).collect();
        if values.iter().all(Option::is_none) {
            continue;
        }
        let name = |value: &Value| if lang == Lang::Zh { value.zh } else { value.en };
        lines.push(Line {
            code: metric.code,
            name: if lang == Lang::Zh { metric.zh } else { metric.en },
            differs: values.windows(2).any(|two| two.first() != two.last()),
            cells: values.into_iter().map(|value| value.map_or("", name)).collect(),
        });
    }
    Some(Beside {
        columns: found.iter().map(|(who, one)| column(lang, who, one)).collect(),
        differences: lines.iter().filter(|line| line.differs).count(),
        lines,
    })
}

/// Who a vector is from, in words.
pub fn who(lang: Lang, from: ScoreSource, source: &str) -> String {
    let kind = match from {
        ScoreSource::Reporter => v::SOURCE_REPORTER.say(lang),
        ScoreSource::Other => v::SOURCE_OTHER.say(lang),
    };
    match (from, source.is_empty()) {
        (_, true) => kind.to_owned(),
        (ScoreSource::Other, false) => reveal(source),
        (ScoreSource::Reporter, false) => format!("{kind} · {}", reveal(source)),
    }
}

fn column(lang: Lang, who: &str, one: &ScoreWords) -> Column {
    let (severity, chip) = super::views::severity(lang, &one.severity);
    Column { who: who.to_owned(), score: format!("{:.1}", one.score), severity, chip, vector: one.vector.clone() }
}
