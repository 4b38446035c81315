//! The one place that knows `csaf-rs`: tests by number, in and out as our own values. The crate is pinned exactly, because it is
//! before 1.0 and follows a draft that moves; what it leaves open is in `own/`, and what it does otherwise than we, in `checking.rs`.
//!
//! Not here: which tests are run, and what their findings mean for the document.

use crate::report::{Finding, Level, Version};
use csaf_rs::csaf::raw::{HasParsed, RawDocument};
use csaf_rs::schema::csaf2_0::schema::CommonSecurityAdvisoryFramework as Framework20;
use csaf_rs::schema::csaf2_1::schema::CommonSecurityAdvisoryFramework as Framework21;
use csaf_rs::validation::{TestResultStatus, Validatable, ValidationError};
use serde_json::Value;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

/// What one test says.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It ran and found nothing.
    Passed,
    /// It ran and found this: errors, warnings, infos.
    Found(Findings),
    /// The crate does not have it.
    Absent,
    /// The document has not the shape it needs.
    Unreadable,
    /// It panicked.
    Broke,
}

/// By gravity.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    pub(crate) errors: Vec<Finding>,
    pub(crate) warnings: Vec<Finding>,
    pub(crate) infos: Vec<Finding>,
}

/// A document, read for one version. The typed form is made when a test first needs it.
pub(crate) enum Engine {
    V20(Box<RawDocument<Framework20>>),
    V21(Box<RawDocument<Framework21>>),
}

impl Engine {
    pub(crate) fn new(version: Version, document: Value) -> Self {
        match version {
            Version::V20 => Self::V20(Box::new(RawDocument::new(document))),
            Version::V21 => Self::V21(Box::new(RawDocument::new(document))),
        }
    }

    pub(crate) fn json(&self) -> &Value {
        match self {
            Self::V20(document) => document.get_json(),
            Self::V21(document) => document.get_json(),
        }
    }

    /// Whether the tests of section 6 can run at all.
    pub(crate) fn is_typed(&self) -> bool {
        contained(|| match self {
            Self::V20(document) => document.get_parsed().is_ok(),
            Self::V21(document) => document.get_parsed().is_ok(),
        })
        .unwrap_or(false)
    }

    /// Runs one test.
    pub(crate) fn run(&self, test: &str) -> Verdict {
        let status = contained(|| match self {
            Self::V20(document) => document.run_test(test).status,
            Self::V21(document) => document.run_test(test).status,
        });
        match status {
            None => Verdict::Broke,
            Some(TestResultStatus::Success) => Verdict::Passed,
            Some(TestResultStatus::NotFound) => Verdict::Absent,
            Some(TestResultStatus::Skipped) => Verdict::Unreadable,
            Some(TestResultStatus::Failure { errors, warnings, infos }) => {
                let own = |list: Vec<ValidationError>| {
                    list.into_iter().map(|one| Finding::new(test, one.instance_path, one.message)).collect::<Vec<_>>()
                };
                let found = Findings { errors: own(errors), warnings: own(warnings), infos: own(infos) };
                if found.errors.is_empty() && found.warnings.is_empty() && found.infos.is_empty() {
                    Verdict::Passed
                } else {
                    Verdict::Found(found)
                }
            }
        }
    }
}

/// The first place where a document does not have the typed form, as path segments, with the reason. None when it has it.
pub(crate) fn first_misfit(version: Version, document: &Value) -> Option<(Vec<Segment>, String)> {
    match version {
        Version::V20 => misfit::<Framework20>(document),
        Version::V21 => misfit::<Framework21>(document),
    }
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Name(String),
    Index(usize),
}

fn misfit<'v, T: serde::Deserialize<'v>>(document: &'v Value) -> Option<(Vec<Segment>, String)> {
    use serde_path_to_error::Segment as Theirs;
    let outcome = contained(|| serde_path_to_error::deserialize::<_, T>(document).map(|_| ()))?;
    let error = outcome.err()?;
    let path = error
        .path()
        .iter()
        .filter_map(|segment| match segment {
            Theirs::Map { key } => Some(Segment::Name(key.clone())),
            Theirs::Seq { index } => Some(Segment::Index(*index)),
            Theirs::Enum { .. } | Theirs::Unknown => None,
        })
        .collect();
    Some((path, error.inner().to_string()))
}

/// The tests of a version in the order of the standard: number and level.
pub(crate) fn tests(version: Version) -> Vec<(&'static str, Level)> {
    let listed = match version {
        Version::V20 => Framework20::get_tests(),
        Version::V21 => Framework21::get_tests(),
    };
    let level = |group: &str| match group {
        "schema" => Level::Schema,
        "mandatory" => Level::Mandatory,
        "informative" => Level::Informative,
        _ => Level::Optional,
    };
    listed.into_iter().map(|(test, group)| (test, level(group))).collect()
}

/// A weakness as the releases of CWE know it: in which of them it has this name (newest first), and what the newest calls it.
pub(crate) struct Weakness {
    pub(crate) named_so: Option<&'static str>,
    pub(crate) newest_name: Option<&'static str>,
}

/// Looks a weakness up in every release the crate carries.
pub(crate) fn weakness(id: &str, name: &str) -> Weakness {
    use csaf_rs::helpers::CWE_ENTRIES;
    let mut releases: Vec<_> = CWE_ENTRIES.iter().collect();
    releases.sort_by_key(|(_, release)| std::cmp::Reverse(release.release_date));
    let entry = |release: &'static csaf_rs::helpers::CweVersionData| release.entries.get(id).map(|entry| entry.name.as_str());
    Weakness {
        named_so: releases.iter().find(|(_, release)| entry(release) == Some(name)).map(|(version, _)| version.as_str()),
        newest_name: releases.iter().find_map(|(_, release)| entry(release)),
    }
}

thread_local! {
    /// Set while something runs whose panics are an answer.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs what is not ours. A panic in it is an answer (none), not the end of the process, and says nothing: its message could quote a
/// document that is nobody's business yet.
fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HUSHED: Once = Once::new();
    HUSHED.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                usual(panic);
            }
        }));
    });
    let before = QUIET.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(work)).ok();
    QUIET.set(before);
    outcome
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_not_ours_may_break() {
        assert_eq!(super::contained(|| 7), Some(7));
        assert_eq!(super::contained(|| -> u8 { std::panic::panic_any("not said") }), None);
    }
}
