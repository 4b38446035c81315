//! What people wrote for an advisory, as it is kept: the texts that readers will get, and beside them what only the team needs: which
//! language was written first, what each translation was made from, and where the advisory says something else than its case, and why.
//!
//! Not the content: [`Manuscript::tell`] puts what readers get into it, and of the rest nothing leaves the sealed body.

use super::content::{AdvisoryTexts, AdvisoryVulnerability, Bilingual};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The language the texts are written in first; the other one is the translation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Written {
    #[default]
    En,
    Zh,
}

impl Written {
    pub const fn as_str(self) -> &'static str {
        match self {
            Written::En => "en",
            Written::Zh => "zh",
        }
    }

    pub fn parse(text: &str) -> Written {
        if text == "zh" { Written::Zh } else { Written::En }
    }

    /// (source, translation)
    fn order(self, text: &Bilingual) -> (&str, &str) {
        match self {
            Written::En => (&text.en, &text.zh),
            Written::Zh => (&text.zh, &text.en),
        }
    }
}

/// What of a vulnerability an advisory may say in its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    Title,
    Description,
    Cwe,
}

impl Told {
    pub const ALL: [Told; 3] = [Told::Title, Told::Description, Told::Cwe];

    pub const fn as_str(self) -> &'static str {
        match self {
            Told::Title => "title",
            Told::Description => "description",
            Told::Cwe => "cwe",
        }
    }

    pub fn parse(text: &str) -> Option<Told> {
        Told::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// What the case says.
    pub fn of(self, vulnerability: &AdvisoryVulnerability) -> &str {
        match self {
            Told::Title => &vulnerability.title,
            Told::Description => &vulnerability.description,
            Told::Cwe => &vulnerability.cwe,
        }
    }
}

/// Own words in place of the case's, or a translation of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// `V1`
    pub vulnerability: String,
    pub told: Told,
    /// An empty half stays what the case says.
    pub text: Bilingual,
    /// What the case said when this was written.
    #[serde(default)]
    pub instead_of: String,
    #[serde(default)]
    pub reason: String,
    /// Kept, but not used: the case's text stands.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub off: bool,
}

impl Override {
    /// The name of the text among the names of [`Manuscript::pairs`]: `V1.title`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.vulnerability, self.told.as_str())
    }

    /// Whether it replaces what the case says, and is not a translation alone.
    pub fn replaces(&self, case: &str) -> bool {
        let own = if self.told != Told::Cwe && is_chinese(case) { &self.text.zh } else { &self.text.en };
        !self.off && !own.trim().is_empty() && own.trim() != case.trim()
    }

    /// Both halves as readers get them: what was written, else what the case says, under the language it is in.
    fn effective(&self, case: &str) -> Bilingual {
        let half = |own: &str, of_case: bool| match (own.trim().is_empty(), of_case) {
            (false, _) => own.trim().to_owned(),
            (true, true) => case.to_owned(),
            (true, false) => String::new(),
        };
        let chinese = is_chinese(case);
        Bilingual { en: half(&self.text.en, !chinese), zh: half(&self.text.zh, chinese) }
    }
}

/// A text and its translation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// `title`, `summary`, `action`, `change`, `V1.title`
    pub name: String,
    pub source: String,
    pub translation: String,
}

/// Everything people wrote for an advisory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manuscript {
    #[serde(flatten)]
    pub texts: AdvisoryTexts,
    #[serde(default)]
    pub written: Written,
    /// The source each translation was made from, by the name of the text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub translated: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
}

impl Manuscript {
    /// Every text of two languages with both halves. `case` are the vulnerabilities as the case has them.
    pub fn pairs(&self, case: &[AdvisoryVulnerability]) -> Vec<Pair> {
        let pair = |name: &str, text: &Bilingual| {
            let (source, translation) = self.written.order(text);
            Pair { name: name.to_owned(), source: source.trim().to_owned(), translation: translation.trim().to_owned() }
        };
        let texts = &self.texts;
        let mut pairs = vec![
            pair("title", &texts.title),
            pair("summary", &texts.summary),
            pair("action", &texts.action),
            pair("until", &texts.until),
            pair("change", &texts.change),
        ];
        pairs.extend(texts.ending.iter().map(|ending| pair("reason", &ending.reason)));
        for one in self.overrides.iter().filter(|one| !one.off && one.told != Told::Cwe) {
            let Some(vulnerability) = case.iter().find(|found| found.id == one.vulnerability) else { continue };
            let said = one.told.of(vulnerability);
            // Only what was typed here can grow old against its source; the case's own text is nobody's translation.
            if !self.written.order(&one.text).1.trim().is_empty() {
                pairs.push(pair(&one.name(), &one.effective(said)));
            }
        }
        pairs
    }

    /// The same with each translation bound to what it was made from. A translation that changed since `former` belongs to the source as
    /// it is now, and so does one named in `confirmed`; any other still belongs to the source it had.
    #[must_use]
    pub fn bound(mut self, former: &Manuscript, confirmed: &[String], case: &[AdvisoryVulnerability]) -> Manuscript {
        let before = former.pairs(case);
        let mut translated = BTreeMap::new();
        for pair in self.pairs(case) {
            if pair.translation.is_empty() || pair.source.is_empty() {
                continue;
            }
            let was = before.iter().find(|one| one.name == pair.name);
            let untouched =
                was.filter(|was| was.translation == pair.translation && former.written == self.written && !confirmed.contains(&pair.name));
            let source = match untouched {
                Some(was) => former.translated.get(&pair.name).unwrap_or(&was.source).clone(),
                None => pair.source,
            };
            translated.insert(pair.name, source);
        }
        self.translated = translated;
        self
    }

    /// Names of the texts whose source changed after they were translated.
    pub fn outdated(&self, case: &[AdvisoryVulnerability]) -> Vec<String> {
        let pairs = self.pairs(case).into_iter();
        let old = pairs.filter(|pair| !pair.translation.is_empty() && self.translated.get(&pair.name).is_some_and(|of| *of != pair.source));
        old.map(|pair| pair.name).collect()
    }

    /// Puts what readers get into the texts and vulnerabilities of a content that holds what the case says.
    pub fn tell(&self, vulnerabilities: &mut [AdvisoryVulnerability]) -> AdvisoryTexts {
        let translation = if self.written == Written::En { "zh" } else { "en" };
        let outdated = self.outdated(vulnerabilities).into_iter().map(|name| format!("{name}_{translation}")).collect();
        for one in self.overrides.iter().filter(|one| !one.off) {
            let Some(vulnerability) = vulnerabilities.iter_mut().find(|found| found.id == one.vulnerability) else { continue };
            let text = one.effective(one.told.of(vulnerability));
            let (main, chinese) = if text.en.is_empty() { (text.zh, String::new()) } else { (text.en, text.zh) };
            match one.told {
                Told::Title => (vulnerability.title, vulnerability.title_zh) = (main, chinese),
                Told::Description => (vulnerability.description, vulnerability.description_zh) = (main, chinese),
                Told::Cwe => vulnerability.cwe = main,
            }
        }
        AdvisoryTexts { outdated, ..self.texts.clone() }
    }
}

/// Whether a text is in Chinese, by its letters.
pub fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| matches!(u32::from(c), 0x4e00..=0x9fff))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case() -> Vec<AdvisoryVulnerability> {
        vec![AdvisoryVulnerability {
            id: "V1".into(),
            title: "Overflow".into(),
            description: "The length is trusted.".into(),
            ..AdvisoryVulnerability::default()
        }]
    }

    fn titled(en: &str, zh: &str) -> Manuscript {
        Manuscript { texts: AdvisoryTexts { title: Bilingual::new(en, zh), ..AdvisoryTexts::default() }, ..Manuscript::default() }
    }

    #[test]
    fn a_translation_belongs_to_the_source_it_was_made_from() {
        let first = titled("Overflow", "溢出").bound(&Manuscript::default(), &[], &case());
        assert!(first.outdated(&case()).is_empty());
        let second = titled("Overflow in the parser", "溢出").bound(&first, &[], &case());
        assert_eq!(second.outdated(&case()), ["title"]);
        assert_eq!(second.translated["title"], "Overflow");
        let third = titled("Overflow in the frame parser", "溢出").bound(&second, &[], &case());
        assert_eq!(third.translated["title"], "Overflow", "still made from the first");
        assert!(titled("Overflow in the parser", "解析器溢出").bound(&second, &[], &case()).outdated(&case()).is_empty());
        assert!(
            second.clone().bound(&second, &["title".to_owned()], &case()).outdated(&case()).is_empty(),
            "somebody says it is still right"
        );
        assert!(titled("Overflow", "溢出").bound(&second, &[], &case()).outdated(&case()).is_empty(), "the source is again what it was");
        let other_way = Manuscript { written: Written::Zh, ..titled("Overflow", "堆溢出") };
        assert!(other_way.bound(&second, &[], &case()).outdated(&case()).is_empty());
    }

    #[test]
    fn own_words_are_told_and_a_translation_of_the_case_grows_old_with_it() {
        let own = |told, en: &str, zh: &str| Override {
            vulnerability: "V1".into(),
            told,
            text: Bilingual::new(en, zh),
            instead_of: String::new(),
            reason: String::new(),
            off: false,
        };
        let overrides = vec![own(Told::Title, "", "溢出"), own(Told::Cwe, "CWE-787", ""), own(Told::Description, "Own words.", "")];
        let manuscript = Manuscript { overrides, ..Manuscript::default() }.bound(&Manuscript::default(), &[], &case());
        let replaces: Vec<bool> = manuscript.overrides.iter().zip(["Overflow", "", "x"]).map(|(one, said)| one.replaces(said)).collect();
        assert_eq!(replaces, [false, true, true]);
        let mut told = case();
        let texts = manuscript.tell(&mut told);
        assert_eq!((told[0].title.as_str(), told[0].title_zh.as_str()), ("Overflow", "溢出"));
        assert_eq!((told[0].cwe.as_str(), told[0].description.as_str()), ("CWE-787", "Own words."));
        assert!(texts.outdated.is_empty());
        let mut changed = case();
        changed[0].title = "Heap overflow".into();
        assert_eq!(manuscript.tell(&mut changed).outdated, ["V1.title_zh"]);
        let mut off = manuscript.clone();
        off.overrides.iter_mut().for_each(|one| one.off = true);
        let mut plain = case();
        off.tell(&mut plain);
        assert_eq!(plain, case());
    }

    #[test]
    fn what_was_kept_before_there_were_manuscripts_is_one() {
        let old = serde_json::to_value(titled("A", "").texts).unwrap();
        let read: Manuscript = serde_json::from_value(old).unwrap();
        assert_eq!(read, titled("A", ""));
    }
}
