//! Ranges of versions in the product tree of 2.1: 6.2.49 (no upper end), 6.2.50 and 6.3.19 (ranges that overlap), 6.2.51 (types nobody
//! registered). Versions are compared by their numbers and words in order, which is exact for `intdot` and near enough elsewhere for
//! what are warnings; ranges of different types are not compared.
//!
//! Not here: whether a range is written rightly (6.1.50).

use super::walk::{branch_lists, members, text, texts, vulnerabilities};
use crate::report::Finding;
use serde_json::Value;
use std::cmp::Ordering;

/// So many pairs of siblings are compared at most.
const PAIRS: usize = 1_000_000;

/// Types of VERS that are registered.
const REGISTERED: [&str; 29] = [
    "all",
    "alpine",
    "alpm",
    "apache",
    "apk",
    "cargo",
    "composer",
    "conan",
    "cpan",
    "deb",
    "ebuild",
    "gem",
    "generic",
    "github",
    "golang",
    "hex",
    "intdot",
    "lexicographic",
    "maven",
    "mattermost",
    "mozilla",
    "nginx",
    "none",
    "npm",
    "nuget",
    "openssl",
    "pypi",
    "rpm",
    "semver",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparator {
    Less,
    LessOrEqual,
    Equal,
    Unequal,
    More,
    MoreOrEqual,
}

/// One end of an interval: the version and whether it belongs to it; none is without end.
type End<'r> = Option<(&'r str, bool)>;

/// A range: its type (empty for vls), intervals, and versions that are excepted.
#[derive(Debug)]
struct Range<'r> {
    kind: &'r str,
    intervals: Vec<(End<'r>, End<'r>)>,
    excepted: Vec<&'r str>,
}

impl<'r> Range<'r> {
    fn read(name: &'r str) -> Option<Self> {
        let (kind, constraints) = match name.strip_prefix("vers:") {
            Some(rest) => rest.split_once('/')?,
            None => ("", name),
        };
        let mut range = Self { kind, intervals: Vec::new(), excepted: Vec::new() };
        if constraints.trim() == "*" {
            range.intervals.push((None, None));
            return Some(range);
        }
        let mut open: End<'r> = None;
        for constraint in constraints.split('|') {
            let (comparator, version) = comparator(constraint.trim());
            if version.is_empty() {
                return None;
            }
            match comparator {
                Comparator::Equal => range.intervals.push((Some((version, true)), Some((version, true)))),
                Comparator::Unequal => range.excepted.push(version),
                Comparator::More | Comparator::MoreOrEqual => {
                    // A second lower end in a row says nothing new; the first is the wider one.
                    open = open.or(Some((version, comparator == Comparator::MoreOrEqual)));
                }
                Comparator::Less | Comparator::LessOrEqual => {
                    range.intervals.push((open.take(), Some((version, comparator == Comparator::LessOrEqual))));
                }
            }
        }
        if open.is_some() || (range.intervals.is_empty() && !range.excepted.is_empty()) {
            range.intervals.push((open, None));
        }
        Some(range)
    }

    fn has_no_upper_end(&self) -> bool {
        self.intervals.iter().any(|(_, upper)| upper.is_none())
    }

    fn excepts(&self, version: &str) -> bool {
        self.excepted.iter().any(|excepted| compare(excepted, version) == Ordering::Equal)
    }

    fn holds(&self, version: &str) -> bool {
        let above = |lower: &End<'_>| lower.is_none_or(|(end, within)| end_holds(compare(version, end), within, Ordering::Greater));
        let below = |upper: &End<'_>| upper.is_none_or(|(end, within)| end_holds(compare(version, end), within, Ordering::Less));
        !self.excepts(version) && self.intervals.iter().any(|(lower, upper)| above(lower) && below(upper))
    }

    /// Whether some version is in both; not known for different types.
    fn overlaps(&self, other: &Range<'_>) -> bool {
        self.kind == other.kind
            && self.intervals.iter().any(|(lower, upper)| {
                other.intervals.iter().any(|(other_lower, other_upper)| {
                    meet(lower, other_upper, self, other) && meet(other_lower, upper, self, other) && meet(lower, upper, self, other)
                })
            })
    }
}

/// Whether there is room between a lower and an upper end.
fn meet(lower: &End<'_>, upper: &End<'_>, one: &Range<'_>, other: &Range<'_>) -> bool {
    let (Some((from, from_within)), Some((to, to_within))) = (lower, upper) else { return true };
    match compare(from, to) {
        Ordering::Less => true,
        Ordering::Equal => *from_within && *to_within && !one.excepts(from) && !other.excepts(from),
        Ordering::Greater => false,
    }
}

fn end_holds(order: Ordering, within: bool, wanted: Ordering) -> bool {
    order == wanted || (within && order == Ordering::Equal)
}

fn comparator(constraint: &str) -> (Comparator, &str) {
    let known = [
        (">=", Comparator::MoreOrEqual),
        ("<=", Comparator::LessOrEqual),
        ("!=", Comparator::Unequal),
        (">", Comparator::More),
        ("<", Comparator::Less),
        ("=", Comparator::Equal),
    ];
    known
        .iter()
        .find_map(|(sign, comparator)| Some((*comparator, constraint.strip_prefix(sign)?.trim())))
        .unwrap_or((Comparator::Equal, constraint))
}

/// Compares two versions part by part: numbers as numbers, words as words; a word after the last common part is earlier than nothing
/// (`2.0pre1` before `2.0`), a number later, a zero the same; a `v` in front counts for nothing.
fn compare(one: &str, other: &str) -> Ordering {
    let (left, right) = (parts(one), parts(other));
    for index in 0..left.len().max(right.len()) {
        let order = match (left.get(index), right.get(index)) {
            (Some(left), Some(right)) => compare_parts(left, right),
            (Some(left), None) => beside_nothing(left),
            (None, Some(right)) => beside_nothing(right).reverse(),
            (None, None) => Ordering::Equal,
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

/// How a part stands to none: zero is the same, another number more, a word less.
fn beside_nothing(part: &str) -> Ordering {
    if is_zero(part) {
        return Ordering::Equal;
    }
    if is_number(part) { Ordering::Greater } else { Ordering::Less }
}

fn compare_parts(left: &str, right: &str) -> Ordering {
    match (is_number(left), is_number(right)) {
        (true, true) => {
            let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
            left.len().cmp(&right.len()).then_with(|| left.cmp(right))
        }
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => left.cmp(right),
    }
}

fn is_number(part: &str) -> bool {
    part.starts_with(|first: char| first.is_ascii_digit())
}

fn is_zero(part: &str) -> bool {
    part.bytes().all(|byte| byte == b'0')
}

/// Runs of digits and runs of letters; everything else parts them.
fn parts(version: &str) -> Vec<&str> {
    let version = version.strip_prefix(['v', 'V']).filter(|rest| is_number(rest)).unwrap_or(version);
    let mut found = Vec::new();
    let mut rest = version;
    while let Some(first) = rest.chars().next() {
        let same = |char: char| if first.is_ascii_digit() { char.is_ascii_digit() } else { char.is_alphabetic() };
        let end = rest.find(|char| !same(char)).unwrap_or(rest.len());
        if end == 0 {
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        found.extend(rest.get(..end));
        rest = rest.get(end..).unwrap_or_default();
    }
    found
}

fn range_branches<'v>(document: &'v Value, mut act: impl FnMut(String, &'v str)) {
    branch_lists(document, &mut |path, list| {
        for (index, branch) in list.iter().enumerate() {
            if text(branch, "category") == "product_version_range" {
                act(format!("{path}/{index}/name"), text(branch, "name"));
            }
        }
    });
}

/// 6.2.49.
pub(super) fn open_ended(document: &Value) -> Vec<Finding> {
    let mut found = Vec::new();
    range_branches(document, |path, name| {
        if Range::read(name).is_some_and(|range| range.has_no_upper_end()) {
            found.push(Finding::new("6.2.49", path, format!("{name:?} has no upper end: versions to come would be in it")));
        }
    });
    found
}

/// 6.2.51.
pub(super) fn unknown_type(document: &Value) -> Vec<Finding> {
    let mut found = Vec::new();
    range_branches(document, |path, name| {
        let kind = name.strip_prefix("vers:").and_then(|rest| rest.split('/').next());
        if let Some(kind) = kind.filter(|kind| !REGISTERED.contains(kind)) {
            found.push(Finding::new("6.2.51", path, format!("{kind:?} is no registered type of version ranges")));
        }
    });
    found
}

/// What is compared with a range by a test of 6.2.50 or 6.3.19.
#[derive(Clone, Copy, PartialEq, Eq)]
enum With {
    Vers,
    Vls,
    Versions,
    BranchedRanges,
    BranchedVersions,
}

/// The tests of 6.2.50 and 6.3.19.
pub(super) fn overlapping(document: &Value, test: &'static str) -> Vec<Finding> {
    let with = match test {
        "6.2.50.1" | "6.3.19.1" => With::Vers,
        "6.2.50.2" | "6.3.19.2" => With::Vls,
        "6.2.50.3" | "6.3.19.3" => With::Versions,
        "6.3.19.4" => With::BranchedRanges,
        _ => With::BranchedVersions,
    };
    let mut found = Vec::new();
    let mut pairs = 0;
    branch_lists(document, &mut |path, list| {
        for (index, branch) in list.iter().enumerate().filter(|(_, branch)| text(branch, "category") == "product_version_range") {
            let Some(range) = Range::read(text(branch, "name")) else { continue };
            for (place, sibling) in list.iter().enumerate().filter(|(place, _)| *place != index) {
                pairs += 1;
                if pairs > PAIRS {
                    return;
                }
                if !applies(with, index, place, sibling) || !meets(&range, with, sibling) {
                    continue;
                }
                let (one, other) = (text(branch, "name"), text(sibling, "name"));
                if matches!(with, With::BranchedRanges | With::BranchedVersions) {
                    found.push(Finding::new(test, format!("{path}/{place}/name"), format!("{other:?} overlaps with {one:?}")));
                } else {
                    by_status(document, test, &ids(branch), &ids(sibling), &mut found);
                }
            }
        }
    });
    found
}

/// Whether a sibling is of the kind a test looks at. Two ranges are looked at once, from the earlier one.
fn applies(with: With, index: usize, place: usize, sibling: &Value) -> bool {
    let category = text(sibling, "category");
    let leaf = sibling.get("product").is_some();
    match with {
        With::Vers => category == "product_version_range" && leaf && text(sibling, "name").starts_with("vers:") && place > index,
        With::Vls => category == "product_version_range" && leaf && !text(sibling, "name").starts_with("vers:") && place > index,
        With::Versions => category == "product_version" && leaf,
        With::BranchedRanges => category == "product_version_range" && !leaf && place > index,
        With::BranchedVersions => category == "product_version" && !leaf,
    }
}

fn meets(range: &Range<'_>, with: With, sibling: &Value) -> bool {
    let name = text(sibling, "name");
    match with {
        With::Versions | With::BranchedVersions => range.holds(name),
        With::Vers | With::Vls | With::BranchedRanges => Range::read(name).is_some_and(|other| range.overlaps(&other)),
    }
}

/// The ids of the products at and below a branch.
fn ids(branch: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    members(branch, &mut String::new(), &mut |path, name, value| {
        if name == "product_id" && path.ends_with("/product") {
            found.extend(value.as_str());
        }
    });
    found
}

/// Where both stand in groups that contradict (6.2.50) or in the same one (6.3.19).
fn by_status(document: &Value, test: &'static str, one: &[&str], other: &[&str], found: &mut Vec<Finding>) {
    let same = test.starts_with("6.3.");
    for (index, vulnerability) in vulnerabilities(document) {
        let Some(Value::Object(status)) = vulnerability.get("product_status") else { continue };
        let all = Value::Object(status.clone());
        for (name, place, id) in listed(&all).filter(|(_, _, id)| one.contains(id)) {
            let clash = listed(&all).find(|(second, _, partner)| {
                other.contains(partner) && group(name).zip(group(second)).is_some_and(|(first, second)| (first == second) == same)
            });
            if let Some((second, _, partner)) = clash {
                let path = format!("/vulnerabilities/{index}/product_status/{name}/{place}");
                found.push(Finding::new(test, path, format!("the versions of {id} overlap with those of {partner}, which is {second}")));
            }
        }
    }
}

fn listed(status: &Value) -> impl Iterator<Item = (&str, usize, &str)> {
    let names = status.as_object().into_iter().flat_map(|object| object.keys());
    names.flat_map(move |name| texts(status, name).map(move |(place, id)| (name.as_str(), place, id)))
}

/// The groups of 6.1.6.
fn group(status: &str) -> Option<u8> {
    Some(match status {
        "first_affected" | "known_affected" | "last_affected" => 0,
        "known_not_affected" => 1,
        "first_fixed" | "fixed" => 2,
        "under_investigation" => 3,
        "unknown" => 4,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn overlap(one: &str, other: &str) -> bool {
        let (one, other) = (Range::read(one).unwrap(), Range::read(other).unwrap());
        assert_eq!(one.overlaps(&other), other.overlaps(&one), "it is the same from both sides");
        one.overlaps(&other)
    }

    #[test]
    fn ranges_overlap_where_a_version_is_in_both() {
        assert!(overlap("vers:intdot/>2.1.0|<4.2.0", "vers:intdot/>1.2.0|<2.4.0"));
        assert!(!overlap("vers:intdot/>2.4.0|<4.2.0", "vers:intdot/>1.2.0|<2.1.0"));
        assert!(!overlap("vers:intdot/>=2.1|<4", "vers:intdot/<2.1"));
        assert!(overlap("vers:intdot/>=2.1|<4", "vers:intdot/<=2.1.0"));
        assert!(!overlap("vers:intdot/>=2.1|<4", "vers:npm/<=2.1.0"), "types are not compared");
        assert!(overlap(">=10", "<=10.0"));
        assert!(overlap("vers:all/*", "vers:all/*"));
    }

    #[test]
    fn versions_are_in_a_range_or_not() {
        let range = Range::read("vers:intdot/>2.1.0|!=2.4.0|<4.2.0").unwrap();
        assert!(range.holds("2.1.1") && range.holds("3"));
        assert!(!range.holds("2.4") && !range.holds("2.1") && !range.holds("4.2.0") && !range.holds("11"));
        assert_eq!(compare("2.0pre1", "2.0"), Ordering::Less);
        assert_eq!(compare("v1.10", "1.9"), Ordering::Greater);
    }
}
