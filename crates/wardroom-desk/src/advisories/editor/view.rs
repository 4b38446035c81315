//! The editor as its templates show it: fields with what belongs under each, problems with where they lead, and the panel of the tab.

use super::compare::{Compared, compare};
use crate::advisories::sight::{Sight, sight};
use crate::app::App;
use crate::seat::Seat;
use wardroom_app::disclosure::editor::{Editor, Gravity, Place, Problem, field_of, sheet};
use wardroom_domain::disclosure::{AdvisoryKind, AdvisoryVulnerability, EndingKind, Level, Told};
use wardroom_formats::diff::{self, Change, Stretch};
use wardroom_formats::rendering::Format;
use wardroom_web::words::{self, desk as w, disclosure as d};
use wardroom_web::{Lang, kind_word};

/// What the reader of the page chose to see.
pub struct Wish {
    pub tab: &'static str,
    pub level: &'static str,
    pub window: String,
}

/// The panels beside the form, in the order of Alt+2 … Alt+5.
pub const TABS: [&str; 4] = ["preview", "csaf", "txt", "compare"];

impl Wish {
    pub fn new(tab: &str, level: &str, window: &str) -> Wish {
        let of = |list: &[&'static str], name: &str, usual| list.iter().copied().find(|one| *one == name).unwrap_or(usual);
        Wish { tab: of(&TABS, tab, "preview"), level: of(&["must", "should", "may"], level, "should"), window: window.to_owned() }
    }

    /// The least grave problems that are shown.
    fn gravity(&self) -> Gravity {
        match self.level {
            "must" => Gravity::Must,
            "may" => Gravity::May,
            _ => Gravity::Should,
        }
    }
}

/// Something said under a field.
pub struct Mark {
    /// `error`, `hint` or `hint warn`.
    pub class: &'static str,
    pub text: String,
}

pub struct ClashView {
    pub text: String,
    pub theirs: String,
}

pub struct Outdated {
    /// What changed in the source since it was translated.
    pub change: Vec<Part>,
    /// The source it would be said of.
    pub source: String,
    pub said: bool,
    pub name: String,
}

/// A stretch of a text with the element it stands in: `ins`, `del`, or nothing.
pub struct Part {
    pub element: &'static str,
    pub text: String,
}

pub fn parts(stretches: Vec<Stretch>) -> Vec<Part> {
    let part = |one: Stretch| Part {
        element: match one.change {
            Change::Same => "",
            Change::Gone => "del",
            Change::New => "ins",
        },
        text: one.text,
    };
    stretches.into_iter().map(part).collect()
}

pub struct Field {
    pub id: String,
    pub label: String,
    pub hint: &'static str,
    /// Language of what is typed, or empty.
    pub tag: &'static str,
    pub value: String,
    pub was: String,
    /// 1: one line; 0: a box to tick.
    pub rows: u8,
    /// From which relevance on it is shown.
    pub level: &'static str,
    /// It holds something, or something is said about it: then it is shown always.
    pub has: bool,
    pub clash: Option<ClashView>,
    pub outdated: Option<Outdated>,
    pub marks: Vec<Mark>,
}

/// Fields that belong together: a text in both languages.
pub struct Row {
    pub fields: Vec<Field>,
}

/// What the case says of a vulnerability, and what the advisory says instead.
pub struct Own {
    /// `V1-title`
    pub id: String,
    pub label: String,
    pub said: String,
    pub tab_href: String,
    /// The advisory says something else, or a translation.
    pub is_used: bool,
    pub open: bool,
    pub level: &'static str,
    pub has: bool,
    pub fields: Vec<Field>,
    /// What changed in the case since the own words were written.
    pub case_changed: Vec<Part>,
}

pub struct Flaw {
    pub id: String,
    pub own: Vec<Own>,
}

pub struct ProblemLine {
    pub gravity: &'static str,
    pub text: String,
    /// Language of the sentence, where it is not the page's.
    pub tag: &'static str,
    pub test: String,
    pub place: String,
    pub href: String,
    /// The field it leads to on this page, or empty.
    pub field: String,
}

pub struct Group {
    pub gravity: &'static str,
    pub title: &'static str,
    pub lines: Vec<ProblemLine>,
}

pub struct EditorView {
    pub case_number: String,
    pub title: String,
    pub state: String,
    pub state_chip: &'static str,
    pub version: u32,
    pub tab: &'static str,
    pub tabs: Vec<(&'static str, &'static str)>,
    pub level: &'static str,
    pub levels: Vec<(&'static str, &'static str)>,
    pub window: String,
    pub kind: &'static str,
    pub kinds: Vec<(&'static str, &'static str)>,
    pub tlp: &'static str,
    /// Value, name, and whom it is for.
    pub tlps: Vec<(&'static str, &'static str, String)>,
    pub written: &'static str,
    pub rows: Vec<Row>,
    pub flaws: Vec<Flaw>,
    pub locked: Sight,
    pub groups: Vec<Group>,
    pub problem_count: usize,
    pub not_checked: usize,
    pub kept: String,
    pub unrecorded: bool,
    pub others: String,
    pub approval: String,
    pub hash: String,
    pub sights: Vec<Sight>,
    /// Texts of the panel: title and text.
    pub files: Vec<(String, String)>,
    pub compared: Option<Compared>,
}

impl EditorView {
    pub fn of(app: &App, seat: &Seat, editor: &Editor, wish: &Wish) -> EditorView {
        let lang = seat.lang();
        let page = Making { lang, editor };
        let file = &editor.record.file;
        let (state, state_chip) = crate::advisories::list::state(lang, file.state);
        let tab_words = [d::TAB_PREVIEW, d::TAB_CSAF, d::TAB_TXT, d::TAB_COMPARE];
        let levels = [("must", d::LEVEL_MUST), ("should", d::LEVEL_SHOULD), ("may", d::LEVEL_MAY)];
        let groups = page.groups();
        EditorView {
            case_number: editor.case_number.clone(),
            title: editor.content.texts.title.text(lang.code()).to_owned(),
            state,
            state_chip,
            version: editor.content.version,
            tab: wish.tab,
            tabs: TABS.into_iter().zip(tab_words).map(|(tab, word)| (tab, word.say(lang))).collect(),
            level: wish.level,
            levels: levels.into_iter().map(|(level, word)| (level, word.say(lang))).collect(),
            window: wish.window.clone(),
            kind: AdvisoryKind::parse(page.value("kind")).unwrap_or_default().as_str(),
            kinds: AdvisoryKind::ALL.into_iter().map(|kind| (kind.as_str(), kind_word(lang, kind))).collect(),
            tlp: Level::parse(page.value("tlp")).unwrap_or_default().as_str(),
            tlps: Level::ALL.map(|one| (one.as_str(), one.name(), words::say(lang, &format!("disclosure-whom-{}", one.as_str())))).to_vec(),
            written: editor.manuscript.written.as_str(),
            rows: page.rows(),
            flaws: editor.case.iter().map(|one| page.flaw(one)).collect(),
            locked: sight(lang, &editor.content),
            problem_count: editor.problems.iter().filter(|one| one.gravity <= wish.gravity()).count(),
            groups,
            not_checked: editor.not_checked.len(),
            kept: editor.kept_at.filter(|_| editor.unrecorded).map(|at| d::kept_at(lang, clock(app, at))).unwrap_or_default(),
            unrecorded: editor.unrecorded,
            others: page.others(),
            approval: page.approval(),
            hash: editor.hash.clone(),
            sights: if wish.tab == "preview" {
                Lang::ALL.into_iter().map(|lang| sight(lang, &editor.content)).collect()
            } else {
                Vec::new()
            },
            files: page.files(app, wish.tab),
            compared: (wish.tab == "compare").then(|| compare(app, lang, editor)),
        }
    }
}

/// `14:02:11` in the maker's zone.
fn clock(app: &App, at: jiff::Timestamp) -> String {
    let zone = jiff::tz::TimeZone::get(&app.desk.profile().zone()).unwrap_or(jiff::tz::TimeZone::UTC);
    at.to_zoned(zone).strftime("%H:%M:%S").to_string()
}

struct Making<'e> {
    lang: Lang,
    editor: &'e Editor,
}

impl Making<'_> {
    fn value(&self, name: &str) -> &str {
        self.editor.fields.get(name).map_or("", String::as_str)
    }

    fn say(&self, key: &str) -> String {
        words::say(self.lang, key)
    }

    fn name(&self, person: &str) -> String {
        self.editor.names.get(person).cloned().unwrap_or_else(|| d::CLASH_RECORDED.say(self.lang).to_owned())
    }

    /// A field with what is kept in it, or with what its writer typed where that met another text.
    fn field(&self, id: &str, label: String, rows: u8, level: &'static str, tag: &'static str) -> Field {
        let clash = self.editor.clashes.iter().find(|one| one.field == id);
        let value = clash.map_or_else(|| self.value(id).to_owned(), |clash| clash.mine.clone());
        let mut marks: Vec<Mark> =
            self.editor.others.iter().filter(|other| other.field == id).map(|other| self.here(&other.name)).collect();
        let about = self.editor.problems.iter().filter(|one| one.place == Place::Field(id.to_owned()) && one.code != "outdated");
        marks.extend(about.map(|one| Mark {
            class: match one.gravity {
                Gravity::Must => "error",
                Gravity::Should => "hint warn",
                Gravity::May => "hint",
            },
            text: self.sentence(one).0,
        }));
        let has = !value.trim().is_empty() || !marks.is_empty() || clash.is_some();
        Field {
            id: id.to_owned(),
            label,
            hint: "",
            tag,
            was: value.clone(),
            value,
            rows,
            level,
            has,
            clash: clash.map(|clash| ClashView {
                text: d::clash(self.lang, self.name(&clash.by)),
                theirs: if clash.theirs.is_empty() { d::CLASH_EMPTY.say(self.lang).to_owned() } else { clash.theirs.clone() },
            }),
            outdated: None,
            marks,
        }
    }

    fn here(&self, name: &str) -> Mark {
        Mark { class: "hint here", text: d::here_in_field(self.lang, name) }
    }

    fn in_language(&self, what: &str, lang: &str) -> String {
        let language = if lang == "zh" { d::FORMATS_ZH } else { d::FORMATS_EN };
        d::in_language(self.lang, language.say(self.lang), what)
    }

    /// A text in both languages, its source first.
    fn row(&self, name: &str, legend: String, rows: u8, level: &'static str) -> Row {
        let source = self.editor.manuscript.written.as_str();
        let other = if source == "en" { "zh" } else { "en" };
        let half = |lang: &'static str, level| {
            let tag = if lang == "zh" { "zh-Hans" } else { "en" };
            self.field(&field_of(name, lang), self.in_language(&legend, lang), rows, level, tag)
        };
        let mut translation = half(other, if level == "must" { "should" } else { level });
        translation.outdated = self.outdated(name);
        translation.has |= translation.outdated.is_some();
        Row { fields: vec![half(source, level), translation] }
    }

    fn outdated(&self, name: &str) -> Option<Outdated> {
        let pair = self.editor.manuscript.pairs(&self.editor.case).into_iter().find(|one| one.name == name)?;
        let said = self.value(&format!("still_{name}")) == pair.source && !pair.source.is_empty();
        let other = if self.editor.manuscript.written.as_str() == "en" { "zh" } else { "en" };
        let is_old = self.editor.content.texts.outdated.contains(&format!("{name}_{other}"));
        let was = self.editor.manuscript.translated.get(name);
        (is_old || said).then(|| Outdated {
            change: if is_old { was.map(|was| parts(diff::words(was, &pair.source))).unwrap_or_default() } else { Vec::new() },
            source: pair.source,
            said,
            name: name.to_owned(),
        })
    }

    fn rows(&self) -> Vec<Row> {
        let lang = self.lang;
        let change = if self.editor.content.version > 1 { "must" } else { "should" };
        let mut rows = Vec::new();
        if let Some(ending) = &self.editor.manuscript.texts.ending {
            rows.push(self.row("reason", d::ENDING_REASON.say(lang).to_owned(), 3, "must"));
            if ending.kind == EndingKind::Superseded {
                let by = self.field("by", d::ENDING_BY.say(lang).to_owned(), 2, "must", "");
                rows.push(Row { fields: vec![Field { hint: d::ENDING_BY_HINT.say(lang), ..by }] });
            }
        }
        rows.extend([
            self.row("title", d::TITLE.say(lang).to_owned(), 1, "must"),
            self.row("summary", d::SUMMARY.say(lang).to_owned(), 6, "must"),
            self.row("action", d::ACTION.say(lang).to_owned(), 4, "should"),
            self.row("until", d::UNTIL.say(lang).to_owned(), 1, "may"),
            self.row("change", d::CHANGE.say(lang).to_owned(), 1, change),
        ]);
        for (id, word, hint, level) in
            [("credits", d::CREDITS, d::CREDITS_HINT, "should"), ("references", d::REFERENCES, d::REFERENCES_HINT, "may")]
        {
            let field = Field { hint: hint.say(lang), ..self.field(id, word.say(lang).to_owned(), 2, level, "") };
            rows.push(Row { fields: vec![field] });
        }
        rows
    }

    fn flaw(&self, one: &AdvisoryVulnerability) -> Flaw {
        Flaw { id: one.id.clone(), own: Told::ALL.into_iter().map(|told| self.own(one, told)).collect() }
    }

    fn own(&self, one: &AdvisoryVulnerability, told: Told) -> Own {
        let lang = self.lang;
        let label = match told {
            Told::Title => d::TITLE,
            Told::Description => d::OWN_DESCRIPTION,
            Told::Cwe => d::OWN_CWE,
        };
        let name = |part: &str| sheet::own_field(&one.id, told, part);
        let label = format!("{} {}", one.id, label.say(lang));
        let mut fields = Vec::new();
        if told == Told::Cwe {
            fields.push(self.field(&name("en"), label.clone(), 1, "should", ""));
        } else {
            let row = self.row(&format!("{}.{}", one.id, told.as_str()), label.clone(), if told == Told::Title { 1 } else { 4 }, "should");
            fields.extend(row.fields);
        }
        fields.push(self.field(&name("why"), d::OWN_WHY.say(lang).to_owned(), 1, "should", ""));
        fields.push(self.field(&name("off"), d::OWN_OFF.say(lang).to_owned(), 0, "should", ""));
        let said = told.of(one);
        let kept = self.editor.manuscript.overrides.iter().find(|found| found.vulnerability == one.id && found.told == told);
        let case_changed = kept.filter(|kept| kept.replaces(said) && kept.instead_of != said);
        let has = fields.iter().any(|field| field.has);
        Own {
            id: format!("{}-{}", one.id, told.as_str()),
            label,
            said: said.to_owned(),
            tab_href: format!("/cases/{}?tab=vulnerabilities", self.editor.case_number),
            is_used: kept.is_some_and(|kept| !kept.off),
            open: has,
            level: "should",
            has,
            fields,
            case_changed: case_changed.map(|kept| parts(diff::words(&kept.instead_of, said))).unwrap_or_default(),
        }
    }

    fn groups(&self) -> Vec<Group> {
        let titles = [(Gravity::Must, d::GRAVITY_MUST), (Gravity::Should, d::GRAVITY_SHOULD), (Gravity::May, d::GRAVITY_MAY)];
        let group = |(gravity, title): (Gravity, words::Word)| Group {
            gravity: gravity.as_str(),
            title: title.say(self.lang),
            lines: self.editor.problems.iter().filter(|one| one.gravity == gravity).map(|one| self.line(one)).collect(),
        };
        titles.into_iter().map(group).filter(|group| !group.lines.is_empty()).collect()
    }

    /// The sentence about a problem, and its language where it is not the page's.
    fn sentence(&self, one: &Problem) -> (String, &'static str) {
        match words::find(self.lang, &format!("disclosure-problem-{}", one.code)) {
            Some(text) => (text, ""),
            None => (one.message.clone(), if self.lang == Lang::En { "" } else { "en" }),
        }
    }

    fn line(&self, one: &Problem) -> ProblemLine {
        let lang = self.lang;
        let (text, tag) = self.sentence(one);
        let (place, href, field) = match &one.place {
            Place::Field(name) => (self.place_name(name), format!("#{name}"), name.clone()),
            Place::Case { tab, vulnerability } => {
                let word = match *tab {
                    "scoring" => w::TAB_SCORING,
                    "products" => w::TAB_PRODUCTS,
                    "remediation" => w::TAB_REMEDIATION,
                    _ => w::TAB_VULNERABILITIES,
                };
                let place = format!("{} {} · {}", self.editor.case_number, vulnerability, word.say(lang));
                let at = if vulnerability.is_empty() { String::new() } else { format!("&v={vulnerability}") };
                (place.replace("  ", " "), format!("/cases/{}?tab={tab}{at}", self.editor.case_number), String::new())
            }
            Place::Catalogue => (w::NAV_PRODUCTS.say(lang).to_owned(), "/products".to_owned(), String::new()),
            Place::Profile => (w::NAV_PROFILE.say(lang).to_owned(), "/profile".to_owned(), String::new()),
            Place::Document => (one.path.clone(), String::new(), String::new()),
        };
        ProblemLine { gravity: one.gravity.as_str(), text, tag, test: one.test.clone(), place, href, field }
    }

    /// A field as people call it.
    fn place_name(&self, field: &str) -> String {
        if let Some(rest) = field.strip_prefix("over_") {
            return rest.split('_').next().unwrap_or_default().to_owned();
        }
        match field {
            "credits" => return d::CREDITS.say(self.lang).to_owned(),
            "references" => return d::REFERENCES.say(self.lang).to_owned(),
            "by" => return d::ENDING_BY.say(self.lang).to_owned(),
            _ => {}
        }
        let (name, lang) = field.rsplit_once('_').unwrap_or((field, "en"));
        let name = if name == "reason" { "ending-reason" } else { name };
        self.in_language(&self.say(&format!("disclosure-{name}")), lang)
    }

    fn others(&self) -> String {
        let one = |other: &wardroom_app::disclosure::editor::Other| match other.field.as_str() {
            "" => other.name.clone(),
            field => d::here_at(self.lang, self.place_name(field), other.name.as_str()),
        };
        let all: Vec<String> = self.editor.others.iter().map(one).collect();
        if all.is_empty() { String::new() } else { d::here(self.lang, all.join(if self.lang == Lang::Zh { "、" } else { ", " })) }
    }

    /// What the approval is worth for what stands here.
    fn approval(&self) -> String {
        let file = &self.editor.record.file;
        match &file.approval {
            Some((_, by)) if self.editor.is_approved() => {
                let by = by.strip_prefix("person:").unwrap_or(by);
                d::approved_exactly(self.lang, self.name(by))
            }
            Some(_) => d::APPROVED_NOT.say(self.lang).to_owned(),
            None if file.submitted_hash.is_some() && file.submitted_hash.as_deref() != Some(&self.editor.hash) => {
                d::REVIEWED_NOT.say(self.lang).to_owned()
            }
            None => String::new(),
        }
    }

    fn files(&self, app: &App, tab: &str) -> Vec<(String, String)> {
        let file =
            |format, lang: &str, title: String| (title, app.desk.render_written(self.editor, format, lang).unwrap_or_else(|why| why));
        match tab {
            "csaf" => vec![file(Format::Csaf20, "", Format::Csaf20.title().to_owned())],
            "txt" => ["en", "zh"].map(|lang| file(Format::Txt, lang, self.in_language(Format::Txt.title(), lang))).to_vec(),
            _ => Vec::new(),
        }
    }
}
