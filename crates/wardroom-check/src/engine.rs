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
    /// Our table of CWE is made from the lists the engine carries. `WARDROOM_WRITE_CWE=1` writes it anew after the engine got newer ones.
    #[test]
    fn the_table_of_weaknesses_is_that_of_the_engine() {
        use std::collections::BTreeMap;
        let mut lists: Vec<_> = csaf_rs::helpers::CWE_ENTRIES.iter().collect();
        lists.sort_by_key(|(version, list)| (list.release_date, version.as_str()));
        let releases: Vec<&str> = lists.iter().map(|(version, _)| version.as_str()).collect();
        // For each weakness the runs of releases with one name: first, last, name, usage in the last.
        let mut runs: BTreeMap<u32, Vec<(usize, usize, &str, &str)>> = BTreeMap::new();
        for (at, (_, list)) in lists.iter().enumerate() {
            for (id, entry) in &list.entries {
                let of = runs.entry(id.trim_start_matches("CWE-").parse().unwrap()).or_default();
                let usage = entry.usage.as_deref().unwrap_or_default();
                match of.last_mut() {
                    Some(last) if last.1 + 1 == at && last.2 == entry.name => (last.1, last.3) = (at, usage),
                    _ => of.push((at, at, &entry.name, usage)),
                }
            }
        }
        let mut table = format!("{}\n", releases.join("\t"));
        for (id, runs) in &runs {
            for (from, to, name, usage) in runs.iter().rev() {
                let usage = if to + 1 == releases.len() { usage } else { "" };
                table.push_str(&format!("{id}\t{}\t{}\t{usage}\t{name}\n", releases[*from], releases[*to]));
            }
        }
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../wardroom-formats/src/cwe/weaknesses.tsv");
        if std::env::var_os("WARDROOM_WRITE_CWE").is_some() {
            std::fs::write(file, &table).unwrap();
        }
        assert!(std::fs::read_to_string(file).unwrap() == table, "write it anew with WARDROOM_WRITE_CWE=1 and read the difference");
    }

    #[test]
    fn what_is_not_ours_may_break() {
        assert_eq!(super::contained(|| 7), Some(7));
        assert_eq!(super::contained(|| -> u8 { std::panic::panic_any("not said") }), None);
    }
}
