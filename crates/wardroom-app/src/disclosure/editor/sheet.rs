//! The sheet: an advisory's manuscript as the fields of a form, by name, exactly as typed. What is half typed or wrong is kept like
//! everything else; only [`to_manuscript`] makes sense of it.
//!
//! Names: `title_en`, `credits`, `still_title` (the source for which somebody says that the translation is still right), and for what may be said otherwise than the case does `over_V1_title_en`, `…_why`, `…_off`.

use std::collections::BTreeMap;
use wardroom_domain::disclosure::{
    AdvisoryKind, AdvisoryTexts, AdvisoryVulnerability, Bilingual, Ending, EndingKind, Level, Manuscript, Override, Told, Written,
};

/// Values by name of field; what is empty may be absent.
pub type Sheet = BTreeMap<String, String>;

/// The texts in two languages.
pub const TEXTS: [&str; 5] = ["title", "summary", "action", "until", "change"];
/// Why it is taken back, where it is.
const REASON: &str = "reason";
/// The fields that are in no language.
const PLAIN: [&str; 7] = ["kind", "tlp", "written", "credits", "references", "ending", "by"];
/// Longest value, in bytes; a form is 4 MiB at most.
pub const LONGEST: usize = 256 * 1024;

/// Whether the editor has a field of this name for these vulnerabilities.
pub fn is_field(name: &str, case: &[AdvisoryVulnerability]) -> bool {
    if PLAIN.contains(&name) {
        return true;
    }
    if let Some((vulnerability, told, part)) = own_words(name) {
        let bilingual = told != Told::Cwe || part != "zh";
        return bilingual && case.iter().any(|one| one.id == vulnerability);
    }
    let text = name.strip_prefix("still_").or_else(|| name.strip_suffix("_en")).or_else(|| name.strip_suffix("_zh"));
    text.is_some_and(|text| TEXTS.contains(&text) || text == REASON || (name.starts_with("still_") && own_text(text, case)))
}

/// `V1.title` of these vulnerabilities.
fn own_text(name: &str, case: &[AdvisoryVulnerability]) -> bool {
    name.split_once('.').is_some_and(|(id, told)| Told::parse(told).is_some() && case.iter().any(|one| one.id == id))
}

/// `over_V1_title_en` taken apart: vulnerability, what of it, `en`, `zh`, `why` or `off`.
fn own_words(name: &str) -> Option<(&str, Told, &str)> {
    let (rest, part) = name.strip_prefix("over_")?.rsplit_once('_')?;
    let (vulnerability, told) = rest.rsplit_once('_')?;
    Some((vulnerability, Told::parse(told)?, part)).filter(|_| ["en", "zh", "why", "off"].contains(&part))
}

/// The name of a field for own words.
pub fn own_field(vulnerability: &str, told: Told, part: &str) -> String {
    format!("over_{vulnerability}_{}_{part}", told.as_str())
}

/// The manuscript as fields.
pub fn of_manuscript(manuscript: &Manuscript) -> Sheet {
    let texts = &manuscript.texts;
    let mut sheet = Sheet::new();
    let mut put = |name: String, value: &str| {
        if !value.is_empty() {
            sheet.insert(name, value.to_owned());
        }
    };
    put("kind".to_owned(), texts.kind.as_str());
    put("tlp".to_owned(), texts.level.as_str());
    put("written".to_owned(), manuscript.written.as_str());
    for (name, text) in TEXTS.into_iter().zip([&texts.title, &texts.summary, &texts.action, &texts.until, &texts.change]) {
        put(format!("{name}_en"), &text.en);
        put(format!("{name}_zh"), &text.zh);
    }
    if let Some(ending) = &texts.ending {
        put("ending".to_owned(), ending.kind.as_str());
        put(format!("{REASON}_en"), &ending.reason.en);
        put(format!("{REASON}_zh"), &ending.reason.zh);
        put("by".to_owned(), &ending.by.join("\n"));
    }
    put("credits".to_owned(), &texts.credits.join("\n"));
    let line = |(what, url): &(String, String)| if what.is_empty() { url.clone() } else { format!("{what} | {url}") };
    put("references".to_owned(), &texts.references.iter().map(line).collect::<Vec<_>>().join("\n"));
    for one in &manuscript.overrides {
        let mut own = |part: &str, value: &str| put(own_field(&one.vulnerability, one.told, part), value);
        own("en", &one.text.en);
        own("zh", &one.text.zh);
        own("why", &one.reason);
        own("off", if one.off { "yes" } else { "" });
    }
    sheet
}

/// The fields as a manuscript. `former` is the one that was recorded last: it knows what the translations were made from and what the
/// case said when own words were written.
pub fn to_manuscript(sheet: &Sheet, former: &Manuscript, case: &[AdvisoryVulnerability]) -> Manuscript {
    let of = |name: &str| sheet.get(name).map_or("", |value| value.trim());
    let both = |name: &str| Bilingual::new(of(&format!("{name}_en")), of(&format!("{name}_zh")));
    let lines = |name: &str| of(name).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let reference = |line: String| match line.rsplit_once('|') {
        Some((what, url)) => (what.trim().to_owned(), url.trim().to_owned()),
        None => (String::new(), line),
    };
    let texts = AdvisoryTexts {
        kind: AdvisoryKind::parse(of("kind")).unwrap_or_default(),
        level: Level::parse(of("tlp")).unwrap_or_default(),
        title: both("title"),
        summary: both("summary"),
        action: both("action"),
        until: both("until"),
        credits: lines("credits"),
        references: lines("references").into_iter().map(reference).collect(),
        change: both("change"),
        ending: EndingKind::parse(of("ending")).map(|kind| Ending {
            kind,
            reason: both(REASON),
            by: if kind == EndingKind::Superseded { lines("by") } else { Vec::new() },
        }),
        outdated: Vec::new(),
    };
    let mut overrides = Vec::new();
    for vulnerability in case {
        for told in Told::ALL {
            let part = |part: &str| of(&own_field(&vulnerability.id, told, part)).to_owned();
            let text = Bilingual { en: part("en"), zh: if told == Told::Cwe { String::new() } else { part("zh") } };
            if text.is_empty() {
                continue;
            }
            let before = former.overrides.iter().find(|one| one.vulnerability == vulnerability.id && one.told == told);
            let instead_of = match before {
                Some(before) if before.text == text => before.instead_of.clone(),
                _ => told.of(vulnerability).to_owned(),
            };
            overrides.push(Override {
                vulnerability: vulnerability.id.clone(),
                told,
                text,
                instead_of,
                reason: part("why"),
                off: part("off") == "yes",
            });
        }
    }
    let manuscript = Manuscript { texts, written: Written::parse(of("written")), translated: BTreeMap::new(), overrides };
    // Said of the source as it was then: when it changes again, it must be said again.
    let still =
        manuscript.pairs(case).into_iter().filter(|pair| !pair.source.is_empty() && of(&format!("still_{}", pair.name)) == pair.source);
    let confirmed: Vec<String> = still.map(|pair| pair.name).collect();
    manuscript.bound(former, &confirmed, case)
}

/// A value as it is kept: ends of lines as everywhere, so that a hash does not depend on the browser.
pub fn tidy(value: &str) -> String {
    value.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case() -> Vec<AdvisoryVulnerability> {
        vec![AdvisoryVulnerability { id: "V1".into(), title: "Overflow".into(), ..AdvisoryVulnerability::default() }]
    }

    #[test]
    fn a_manuscript_survives_its_form() {
        let manuscript = Manuscript {
            texts: AdvisoryTexts {
                kind: AdvisoryKind::Notice,
                level: Level::AmberStrict,
                title: Bilingual::new("Overflow", "溢出"),
                summary: Bilingual::new("Two\nlines.", ""),
                credits: vec!["Li Na".into(), "somebody".into()],
                ending: Some(Ending { kind: EndingKind::Superseded, reason: Bilingual::new("Wrong", ""), by: vec!["X-SA-1".into()] }),
                references: vec![("Notes | of ours".into(), "https://a.example/x".into()), (String::new(), "https://b.example".into())],
                ..AdvisoryTexts::default()
            },
            written: Written::Zh,
            overrides: vec![Override {
                vulnerability: "V1".into(),
                told: Told::Title,
                text: Bilingual::new("Heap overflow", "堆溢出"),
                instead_of: "Overflow".into(),
                reason: "more exact".into(),
                off: true,
            }],
            ..Manuscript::default()
        }
        .bound(&Manuscript::default(), &[], &case());
        let sheet = of_manuscript(&manuscript);
        assert!(sheet.keys().all(|name| is_field(name, &case())), "{sheet:?}");
        assert_eq!(to_manuscript(&sheet, &manuscript, &case()), manuscript);
        assert_eq!(to_manuscript(&sheet, &Manuscript::default(), &case()), manuscript);
    }

    #[test]
    fn a_translation_said_to_be_right_is_so_for_that_source_only() {
        let texts = |en: &str| AdvisoryTexts { title: Bilingual::new(en, "溢出"), ..AdvisoryTexts::default() };
        let former = Manuscript { texts: texts("A"), ..Manuscript::default() }.bound(&Manuscript::default(), &[], &case());
        let mut sheet = of_manuscript(&Manuscript { texts: texts("B"), ..former.clone() });
        let outdated = |sheet: &Sheet| to_manuscript(sheet, &former, &case()).outdated(&case());
        assert_eq!(outdated(&sheet), ["title"]);
        sheet.insert("still_title".into(), "B".into());
        assert!(outdated(&sheet).is_empty());
        sheet.insert("title_en".into(), "C".into());
        assert_eq!(outdated(&sheet), ["title"]);
    }

    #[test]
    fn only_the_fields_there_are_are_kept() {
        for name in ["title_en", "summary_zh", "credits", "over_V1_title_why", "over_V1_cwe_en", "still_title", "still_V1.title"] {
            assert!(is_field(name, &case()), "{name}");
        }
        for name in [
            "",
            "csrf",
            "was_title_en",
            "over_V2_title_en",
            "over_V1_cwe_zh",
            "over_V1_title_",
            "title_fr",
            "still_V2.title",
            "still_x",
            "title",
        ] {
            assert!(!is_field(name, &case()), "{name}");
        }
    }
}
