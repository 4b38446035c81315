//! Reads the counts out of the JUnit file that nextest writes, and why tests skipped themselves.
//!
//! Not an XML reader: it knows the few tags nextest writes, in which all text is escaped.

use std::collections::BTreeSet;

/// How a run of tests ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
    /// Why tests returned without having tested; each reason once.
    pub reasons: BTreeSet<String>,
    /// The tests that passed on a later try only.
    pub shaky: BTreeSet<String>,
}

impl Tally {
    /// Counts a check that is no test of its own: format, lints, licences.
    pub fn count(&mut self, passed: bool) {
        if passed {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
    }

    /// Takes another tally in.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.reasons.extend(other.reasons);
        self.shaky.extend(other.shaky);
    }

    /// The line a run closes with.
    pub fn closing_line(&self) -> String {
        let counts = format!("{} passed, {} failed", self.passed, self.failed);
        if self.skipped == 0 { counts } else { format!("{counts}, {} skipped", self.skipped) }
    }
}

/// Counts the test cases of a JUnit file. A case that printed a line `skipped: <why>` and did not fail is skipped.
pub fn read(xml: &str) -> Tally {
    let mut tally = Tally::default();
    for case in xml.split("<testcase ").skip(1) {
        let case = case.split("</testcase>").next().unwrap_or_default();
        if case.contains("<failure") || case.contains("<error") {
            tally.failed += 1;
            continue;
        }
        if case.contains("<flakyFailure") || case.contains("<flakyError") {
            tally.shaky.extend(name_of(case));
        }
        let reasons = reasons_in(case);
        if reasons.is_empty() {
            tally.passed += 1;
        } else {
            tally.skipped += 1;
        }
        tally.reasons.extend(reasons);
    }
    tally
}

/// Reads `name="a" classname="house"…`.
fn name_of(case: &str) -> Option<String> {
    let (name, _) = case.strip_prefix("name=\"")?.split_once('"')?;
    Some(unescape(name))
}

fn reasons_in(case: &str) -> BTreeSet<String> {
    let outputs = case.split("<system-").skip(1);
    let words = outputs.filter_map(|output| output.split_once('>')).map(|(_, rest)| rest.split("</system-").next().unwrap_or_default());
    let lines = words.flat_map(str::lines);
    lines.filter_map(|line| line.strip_prefix("skipped: ")).map(unescape).collect()
}

fn unescape(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    plain.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = r#"<testsuites name="nextest-run" tests="4" failures="1" errors="0">
    <testsuite name="house" tests="4" disabled="0" errors="0" failures="1">
        <testcase name="a" classname="house"><system-out>skipped nothing</system-out><system-err></system-err></testcase>
        <testcase name="b" classname="house">
            <failure message="skipped: no">boom</failure>
            <system-err>skipped: no</system-err>
        </testcase>
        <testcase name="c" classname="house">
            <system-out>
running 1 test</system-out>
            <system-err>skipped: Dovecot is absent: install &quot;it&quot; &amp; rerun
</system-err>
        </testcase>
        <testcase name="d" classname="house"/>
        <testcase name="e::&lt;f&gt;" classname="house">
            <flakyFailure timestamp="2026-01-01T00:00:00Z" message="too early">boom</flakyFailure>
        </testcase>
    </testsuite>
</testsuites>"#;

    #[test]
    fn a_test_is_passed_failed_or_skipped() {
        let tally = read(XML);
        assert_eq!((tally.passed, tally.failed, tally.skipped), (3, 1, 1));
        assert_eq!(Vec::from_iter(&tally.shaky), ["e::<f>"]);
        assert_eq!(Vec::from_iter(tally.reasons), ["Dovecot is absent: install \"it\" & rerun"]);
    }

    #[test]
    fn the_closing_line_names_skipped_tests_only_where_there_are_some() {
        let mut tally = Tally { passed: 12, failed: 0, ..Tally::default() };
        assert_eq!(tally.closing_line(), "12 passed, 0 failed");
        tally.add(read(XML));
        tally.count(false);
        assert_eq!(tally.closing_line(), "15 passed, 2 failed, 1 skipped");
    }
}
