//! A document the schema does not accept, completed so that the other tests can look at it: what is missing gets a placeholder, what has
//! the wrong shape is left out. Findings about placeholders are dropped, and tests that would judge by them are "not checked".
//!
//! Not here: the schema's own findings, which the document gets as it is.

use crate::engine::{self, Engine, Findings, Segment};
use crate::report::{Finding, Version};
use serde_json::{Value, json};

/// So often a document is looked at again after a repair, and so many bytes are looked at altogether.
const ROUNDS: usize = 64;
const BYTES: usize = 32 * 1024 * 1024;

/// A completed document.
pub(crate) struct Draft {
    pub(crate) engine: Engine,
    /// Pointers of placeholders, in the completed document.
    placeholders: Vec<String>,
    /// Pointers of what was left out, in the completed document as it was then.
    left_out: Vec<String>,
    /// Lists that lost items: pointer in the completed document, and for each item left its index before.
    lists: Vec<(String, Vec<usize>)>,
}

/// Completes a document; none when it is too far from one.
pub(crate) fn complete(version: Version, document: &Value) -> Option<Draft> {
    if !document.is_object() {
        return None;
    }
    let mut completed = document.clone();
    let mut work = Work { placeholders: Vec::new(), left_out: Vec::new(), lists: Vec::new() };
    let rounds = (BYTES / size(document).max(1)).clamp(2, ROUNDS);
    for _ in 0..rounds {
        let Some((path, why)) = engine::first_misfit(version, &completed) else {
            let Work { placeholders, left_out, lists } = work;
            return Some(Draft { engine: Engine::new(version, completed), placeholders, left_out, lists });
        };
        work.repair(version, &mut completed, &path, &why)?;
    }
    None
}

fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(size).sum::<usize>() + 2,
        Value::Object(members) => members.iter().map(|(name, item)| name.len() + size(item)).sum::<usize>() + 2,
        Value::Null | Value::Bool(_) | Value::Number(_) => 4,
    }
}

struct Work {
    placeholders: Vec<String>,
    left_out: Vec<String>,
    lists: Vec<(String, Vec<usize>)>,
}

impl Work {
    fn repair(&mut self, version: Version, document: &mut Value, path: &[Segment], why: &str) -> Option<()> {
        let missing = why.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        if let Some(name) = missing
            && let Some(placeholder) = placeholder(version, path, name)
        {
            // The path of a missing member ends with the object it is missing from.
            let pointer = pointer(path);
            document.pointer_mut(&pointer)?.as_object_mut()?.insert(name.to_owned(), placeholder);
            self.placeholders.push(format!("{pointer}/{}", escaped(name)));
            return Some(());
        }
        let (last, within) = path.split_last()?;
        let around = pointer(within);
        self.left_out.push(pointer(path));
        match (document.pointer_mut(&around)?, last) {
            (Value::Object(members), Segment::Name(name)) => {
                members.shift_remove(name)?;
                self.placeholders.retain(|known| !is_within(known, &pointer(path)));
            }
            (Value::Array(items), Segment::Index(index)) => {
                if *index >= items.len() {
                    return None;
                }
                let count = items.len();
                items.remove(*index);
                self.shift(&around, *index, count);
            }
            _ => return None,
        }
        Some(())
    }

    /// An item of a list is gone: those after it stand one place earlier.
    fn shift(&mut self, list: &str, gone: usize, count: usize) {
        let moved = |known: &str| -> Option<String> {
            let Some(rest) = known.strip_prefix(list).and_then(|rest| rest.strip_prefix('/')) else { return Some(known.to_owned()) };
            let (index, tail) = rest.split_once('/').map_or((rest, None), |(index, tail)| (index, Some(tail)));
            let index: usize = index.parse().ok()?;
            let index = if index == gone { return None } else { index - usize::from(index > gone) };
            Some(tail.map_or_else(|| format!("{list}/{index}"), |tail| format!("{list}/{index}/{tail}")))
        };
        self.placeholders = self.placeholders.iter().filter_map(|known| moved(known)).collect();
        self.lists = std::mem::take(&mut self.lists).into_iter().filter_map(|(known, places)| Some((moved(&known)?, places))).collect();
        if let Some((_, places)) = self.lists.iter_mut().find(|(known, _)| known == list) {
            places.remove(gone);
        } else {
            self.lists.push((list.to_owned(), (0..count).filter(|index| *index != gone).collect()));
        }
    }
}

/// What stands for a missing member: something every test lets pass or that tells it that there is nothing.
fn placeholder(version: Version, path: &[Segment], name: &str) -> Option<Value> {
    let within = path.iter().rev().find_map(|segment| match segment {
        Segment::Name(name) => Some(name.as_str()),
        Segment::Index(_) => None,
    });
    let value = match (within, name) {
        (None, "document") | (Some("document"), "publisher" | "tracking") | (Some("distribution"), "tlp") => json!({}),
        (None, "$schema") => json!("https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json"),
        (Some("document"), "distribution") => json!({"tlp": {"label": if version == Version::V20 { "WHITE" } else { "CLEAR" }}}),
        (Some("tlp"), "label") => json!(if version == Version::V20 { "WHITE" } else { "CLEAR" }),
        (Some("document"), "category") => json!("csaf_base"),
        (Some("document"), "csaf_version") => json!(version.number()),
        (Some("document"), "title") => json!("placeholder"),
        (Some("publisher"), "category") => json!("other"),
        (Some("publisher"), "name") => json!("placeholder"),
        (Some("publisher"), "namespace") => json!("https://example.invalid"),
        (Some("tracking"), "id") => json!("placeholder"),
        (Some("tracking"), "status") => json!("draft"),
        (Some("tracking"), "version") | (Some("revision_history"), "number") => json!("1"),
        (Some("tracking"), "revision_history") => json!([]),
        (Some("tracking"), "current_release_date" | "initial_release_date") | (Some("revision_history"), "date") => {
            json!("1970-01-01T00:00:00Z")
        }
        (Some("notes"), "category") => json!("other"),
        (Some("remediations"), "category") => json!("mitigation"),
        (Some("threats"), "category") => json!("impact"),
        (Some("branches"), "category") => json!("product_name"),
        (_, "summary" | "text" | "details" | "name" | "title") => json!("placeholder"),
        _ => return None,
    };
    Some(value)
}

impl Draft {
    /// Whether a test would judge by what is not the author's.
    pub(crate) fn touches(&self, test: &str) -> bool {
        let own =
            |prefix: &str| self.placeholders.iter().chain(&self.left_out).any(|path| is_within(path, prefix) || is_within(prefix, path));
        let group = |prefix: &str| test == prefix || test.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'));
        if group("6.1.26") || group("6.1.27") || group("6.2.39") || group("6.3.23") {
            return !(self.placeholders.is_empty() && self.left_out.is_empty());
        }
        if TIMES.contains(&test) {
            let fields = ["status", "version", "revision_history", "current_release_date", "initial_release_date"];
            return fields.iter().any(|field| own(&format!("/document/tracking/{field}")));
        }
        if SHARING.contains(&test) {
            return own("/document/distribution");
        }
        if PRODUCTS.contains(&test) {
            return self.left_out.iter().any(|path| is_within(path, "/product_tree") || is_within(path, "/vulnerabilities"));
        }
        false
    }

    /// Findings without those about placeholders, with the places of the document that was handed in.
    pub(crate) fn of_the_author(&self, found: Findings) -> Findings {
        let own = |list: Vec<Finding>| -> Vec<Finding> {
            list.into_iter()
                .filter(|finding| self.placeholders.iter().all(|known| !is_within(&finding.path, known)))
                .map(|finding| Finding { path: self.place(&finding.path), ..finding })
                .collect()
        };
        Findings { errors: own(found.errors), warnings: own(found.warnings), infos: own(found.infos) }
    }

    /// A pointer into the completed document as one into the document that was handed in.
    fn place(&self, path: &str) -> String {
        let (mut seen, mut place) = (String::new(), String::new());
        for step in path.split('/').skip(1) {
            let list = self.lists.iter().find(|(known, _)| *known == seen);
            let before = list.and_then(|(_, places)| places.get(step.parse::<usize>().ok()?).copied());
            place.push('/');
            place.push_str(&before.map_or_else(|| step.to_owned(), |index| index.to_string()));
            seen.push('/');
            seen.push_str(step);
        }
        place
    }
}

/// Tests that compare versions, states and instants.
const TIMES: [&str; 27] = [
    "6.1.14", "6.1.16", "6.1.17", "6.1.18", "6.1.19", "6.1.20", "6.1.21", "6.1.22", "6.1.30", "6.1.37", "6.1.45", "6.1.49", "6.1.51",
    "6.1.52", "6.1.53", "6.1.62", "6.1.66", "6.2.4", "6.2.5", "6.2.6", "6.2.21", "6.2.24", "6.2.33", "6.2.41", "6.2.56.2", "6.3.13",
    "6.3.25",
];
/// Tests that look at the rules for sharing.
const SHARING: [&str; 11] =
    ["6.1.38", "6.1.39", "6.1.40", "6.1.41", "6.2.10", "6.2.28", "6.2.29", "6.2.30", "6.2.54.4", "6.3.14", "6.3.15"];
/// Tests that look for something that may have been left out.
const PRODUCTS: [&str; 18] = [
    "6.1.1", "6.1.2", "6.1.4", "6.1.5", "6.1.29", "6.1.32", "6.1.33", "6.1.55", "6.2.1", "6.2.2", "6.2.3", "6.2.16", "6.2.19", "6.2.40",
    "6.3.1", "6.3.3", "6.3.4", "6.3.12",
];

fn is_within(path: &str, around: &str) -> bool {
    path.strip_prefix(around).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn pointer(path: &[Segment]) -> String {
    let mut text = String::new();
    for segment in path {
        text.push('/');
        match segment {
            Segment::Name(name) => text.push_str(&escaped(name)),
            Segment::Index(index) => text.push_str(&index.to_string()),
        }
    }
    text
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
