//! The language of csaf-validator-service: tests and presets by its names in, its answer out. Tools that know that service can ask us.
//!
//! Two things are otherwise than there, on purpose: the presets run the schema of the standard (the one that forbids further members is
//! only run when `csaf_2_0_strict` is asked for by name; further members are a warning of 6.2.20), and a test that was not run says so in
//! its `infos`.

use crate::catalogue::{self, service_group, service_name};
use crate::report::{Finding, Level, Report, Version};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// One line of the list of tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Offered {
    /// The test's name: `mandatoryTest_6_1_1`.
    pub name: String,
    /// `schema`, `mandatory`, `optional` or `informative`.
    pub preset: &'static str,
}

/// The name of the schema that forbids further members.
const STRICT: &str = "csaf_2_0_strict";

/// Presets a request may name.
pub const PRESETS: [&str; 7] = ["schema", "mandatory", "optional", "informative", "basic", "extended", "full"];

/// The answer to `GET /api/v1/tests`: those of 2.0, then those only 2.1 has.
pub fn offered() -> Vec<Offered> {
    let mut offered: Vec<Offered> = Vec::new();
    for version in [Version::V20, Version::V21] {
        for test in catalogue::tests(version) {
            let line = Offered { name: service_name(version, *test), preset: service_group(test.level) };
            if !offered.contains(&line) {
                offered.push(line);
            }
        }
    }
    offered.insert(1, Offered { name: STRICT.to_owned(), preset: "schema" });
    offered
}

/// What a request asks for, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    tests: Vec<(String, Option<Level>)>,
    presets: Vec<&'static str>,
    strict: bool,
}

impl Asked {
    /// Adds a preset; false when there is none of that name.
    pub fn preset(&mut self, name: &str) -> bool {
        let known = PRESETS.into_iter().find(|preset| *preset == name || (*preset == "optional" && name == "recommended"));
        self.presets.extend(known);
        known.is_some()
    }

    /// Adds a test; false when neither version has one of that name. `optionalTest_…` and `recommendedTest_…` are the same.
    pub fn test(&mut self, name: &str) -> bool {
        if name == STRICT {
            self.strict = true;
            return true;
        }
        let Some((number, level)) = named(name) else { return false };
        let known = [Version::V20, Version::V21].into_iter().any(|version| catalogue::tests(version).iter().any(|test| test.id == number));
        if known {
            self.tests.push((number, level));
        }
        known
    }

    fn wants(&self, test: &catalogue::Test) -> bool {
        self.tests.iter().any(|(number, _)| number == test.id)
            || (self.strict && (test.level == Level::Schema || test.id == "6.2.20"))
            || self.presets.iter().any(|preset| match *preset {
                "basic" => matches!(test.level, Level::Schema | Level::Mandatory),
                "extended" => test.level != Level::Informative,
                "full" => true,
                group => service_group(test.level) == group,
            })
    }
}

/// The number of a test by the service's name.
fn named(name: &str) -> Option<(String, Option<Level>)> {
    if matches!(name, "csaf_2_0" | "csaf_2_1") {
        return Some(("schema".to_owned(), Some(Level::Schema)));
    }
    let (group, number) = name.split_once("Test_")?;
    let level = match group {
        "mandatory" => (Level::Mandatory, "6.1."),
        "optional" | "recommended" => (Level::Optional, "6.2."),
        "informative" => (Level::Informative, "6.3."),
        _ => return None,
    };
    let number = number.replace('_', ".");
    number.starts_with(level.1).then_some((number, Some(level.0)))
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// JSON pointer.
    pub instance_path: String,
    /// What is wrong.
    pub message: String,
}

/// What one test said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tested {
    /// Its name.
    pub name: String,
    /// No errors.
    pub is_valid: bool,
    /// Findings, by gravity.
    pub errors: Vec<Place>,
    /// See `errors`.
    pub warnings: Vec<Place>,
    /// See `errors`.
    pub infos: Vec<Place>,
}

/// The answer to `POST /api/v1/validate`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// All tests are valid.
    pub is_valid: bool,
    /// In the order of the standard, each once.
    pub tests: Vec<Tested>,
}

/// Runs what was asked for.
pub fn answer(document: Value, asked: &Asked) -> Answer {
    let report = crate::check_tests(document, |test| asked.wants(test));
    let version = report.version.unwrap_or(Version::V20);
    let mut tests: BTreeMap<usize, Tested> = BTreeMap::new();
    let order = catalogue::tests(version);
    let place = |id: &str| order.iter().position(|test| test.id == id);
    let blank = |index: usize| Tested {
        name: order.get(index).map(|test| service_name(version, *test)).unwrap_or_default(),
        is_valid: true,
        errors: Vec::new(),
        warnings: Vec::new(),
        infos: Vec::new(),
    };
    for index in report.ran.iter().filter_map(|id| place(id)) {
        tests.entry(index).or_insert_with(|| blank(index));
    }
    for missed in &report.not_checked {
        let Some(index) = place(&missed.test) else { continue };
        let said = Place { instance_path: String::new(), message: format!("not checked: {}", missed.reason.sentence()) };
        tests.entry(index).or_insert_with(|| blank(index)).infos.push(said);
    }
    let Report { errors, warnings, infos, .. } = report;
    let mut put = |list: Vec<Finding>, choose: fn(&mut Tested) -> &mut Vec<Place>| {
        for finding in list {
            let Some(index) = place(&finding.test) else { continue };
            let tested = tests.entry(index).or_insert_with(|| blank(index));
            choose(tested).push(Place { instance_path: finding.path, message: finding.message });
        }
    };
    put(errors, |tested| &mut tested.errors);
    put(warnings, |tested| &mut tested.warnings);
    put(infos, |tested| &mut tested.infos);
    let mut tests: Vec<Tested> = tests.into_values().collect();
    if asked.strict {
        strictly(&mut tests, asked);
    }
    for tested in &mut tests {
        tested.is_valid = tested.errors.is_empty();
    }
    Answer { is_valid: tests.iter().all(|tested| tested.is_valid), tests }
}

/// The strict schema: what the schema says, and every further member as an error.
fn strictly(tests: &mut Vec<Tested>, asked: &Asked) {
    let further = tests.iter().position(|tested| tested.name.ends_with("Test_6_2_20"));
    let mut errors: Vec<Place> =
        tests.iter().filter(|tested| tested.name.starts_with("csaf_")).flat_map(|tested| tested.errors.clone()).collect();
    if let Some(index) = further {
        let wanted = asked.tests.iter().any(|(number, _)| number == "6.2.20")
            || asked.presets.iter().any(|preset| matches!(*preset, "optional" | "extended" | "full"));
        let found = if wanted { tests.get(index).cloned() } else { Some(tests.remove(index)) };
        errors.extend(found.into_iter().flat_map(|tested| tested.warnings));
    }
    let schema_wanted = asked.tests.iter().any(|(number, _)| number == "schema")
        || asked.presets.iter().any(|preset| !matches!(*preset, "mandatory" | "optional" | "informative"));
    if !schema_wanted {
        tests.retain(|tested| !tested.name.starts_with("csaf_"));
    }
    let at = usize::from(tests.first().is_some_and(|tested| tested.name.starts_with("csaf_")));
    tests.insert(at, Tested { name: STRICT.to_owned(), is_valid: errors.is_empty(), errors, warnings: Vec::new(), infos: Vec::new() });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn answered(names: &[(&str, &str)], document: Value) -> Answer {
        let mut asked = Asked::default();
        for (kind, name) in names {
            assert!(if *kind == "test" { asked.test(name) } else { asked.preset(name) }, "{name}");
        }
        answer(document, &asked)
    }

    #[test]
    fn every_offered_test_may_be_asked_for_and_is_answered_once() {
        let document = json!({"document": {"csaf_version": "2.0"}});
        for offered in offered() {
            let answer = answered(&[("test", &offered.name), ("test", &offered.name)], document.clone());
            let names: Vec<&str> = answer.tests.iter().map(|tested| tested.name.as_str()).collect();
            // The names of a test are those of the version the document says.
            let name = offered.name.replace("csaf_2_1", "csaf_2_0").replace("recommended", "optional");
            assert!(names.is_empty() || names == [name.as_str()], "{name}: {names:?}");
        }
        assert!(!Asked::default().test("mandatoryTest_6_2_1") && !Asked::default().test("x") && !Asked::default().preset("Basic"));
    }

    #[test]
    fn presets_hold_their_tests_in_order_and_what_was_not_run_says_so() {
        let document = json!({"document": {"csaf_version": "2.0"}});
        let names = |preset: &str| {
            answered(&[("preset", preset)], document.clone()).tests.into_iter().map(|tested| tested.name).collect::<Vec<_>>()
        };
        assert_eq!(names("schema"), ["csaf_2_0"]);
        assert_eq!((names("mandatory").len(), names("basic").len(), names("extended").len(), names("full").len()), (43, 44, 64, 75));
        let full = answered(&[("preset", "full")], document.clone());
        assert!(!full.is_valid);
        let network = full.tests.iter().find(|tested| tested.name == "informativeTest_6_3_6").unwrap();
        assert!(network.is_valid && network.infos.first().unwrap().message.starts_with("not checked: "));
    }

    #[test]
    fn the_strict_schema_takes_further_members_for_errors() {
        let document = json!({"document": {"csaf_version": "2.0"}, "more": 1});
        let strict = answered(&[("test", "csaf_2_0_strict")], document.clone());
        assert_eq!(strict.tests.iter().map(|tested| tested.name.as_str()).collect::<Vec<_>>(), ["csaf_2_0_strict"]);
        let said = |answer: &Answer| answer.tests.iter().flat_map(|tested| &tested.errors).any(|error| error.message.contains("more"));
        assert!(said(&strict) && !said(&answered(&[("test", "csaf_2_0")], document)));
    }
}
