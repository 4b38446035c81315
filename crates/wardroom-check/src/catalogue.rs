//! The tests by number: which there are in each version, how grave they are, and what the known validator service calls them.
//!
//! Not here: what they do.

use crate::engine;
use crate::report::{Level, Version};
use std::sync::LazyLock;

/// One test of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Test {
    /// `schema`, or the number: `6.1.27.3`.
    pub id: &'static str,
    /// The part of section 6 it stands in.
    pub level: Level,
}

/// Tests of the draft of 2.1 that `csaf-rs` no longer lists, because its state of the draft is later than the published one.
const LEFT_THE_DRAFT: [(&str, Level, &str); 6] = [
    ("6.2.7", Level::Optional, "6.2.6"),
    ("6.3.19.1", Level::Informative, "6.3.18"),
    ("6.3.19.2", Level::Informative, "6.3.19.1"),
    ("6.3.19.3", Level::Informative, "6.3.19.2"),
    ("6.3.19.4", Level::Informative, "6.3.19.3"),
    ("6.3.19.5", Level::Informative, "6.3.19.4"),
];

static TESTS_20: LazyLock<Vec<Test>> = LazyLock::new(|| listed(Version::V20));
static TESTS_21: LazyLock<Vec<Test>> = LazyLock::new(|| listed(Version::V21));

/// All tests of a version, in the order of the standard, the schema first.
pub fn tests(version: Version) -> &'static [Test] {
    match version {
        Version::V20 => &TESTS_20,
        Version::V21 => &TESTS_21,
    }
}

fn listed(version: Version) -> Vec<Test> {
    let mut tests: Vec<Test> = engine::tests(version).into_iter().map(|(id, level)| Test { id, level }).collect();
    if version == Version::V21 {
        for (id, level, after) in LEFT_THE_DRAFT {
            if let Some(place) = tests.iter().position(|test| test.id == after).filter(|_| tests.iter().all(|test| test.id != id)) {
                tests.insert(place + 1, Test { id, level });
            }
        }
        tests.retain(|test| test.id != "6.3.19");
    }
    tests
}

/// The name csaf-validator-service gives a test: `mandatoryTest_6_1_1`; the schema is `csaf_2_0`.
pub fn service_name(version: Version, test: Test) -> String {
    let group = match (test.level, version) {
        (Level::Schema, _) => return format!("csaf_{}", version.number().replace('.', "_")),
        (Level::Mandatory, _) => "mandatoryTest",
        (Level::Optional, Version::V20) => "optionalTest",
        (Level::Optional, Version::V21) => "recommendedTest",
        (Level::Informative, _) => "informativeTest",
    };
    format!("{group}_{}", test.id.replace('.', "_"))
}

/// The preset of csaf-validator-service a test belongs to.
pub const fn service_group(level: Level) -> &'static str {
    match level {
        Level::Schema => "schema",
        Level::Mandatory => "mandatory",
        Level::Optional => "optional",
        Level::Informative => "informative",
    }
}
