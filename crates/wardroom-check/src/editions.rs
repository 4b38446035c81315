//! The states of the draft of CSAF 2.1 that documents are written in. The engine knows one schema, a later one than the published
//! draft; what an earlier state wrote otherwise is data (`editions.json`): where it stands, what it must look like, and where it went.
//! A document of that state is lifted to the engine's: a part that was renamed is moved, a part that has no place any more is judged
//! here and taken out. So both validate, and the next move of the draft is a change of the data.
//!
//! Not here: CSAF 2.0, which does not move.

use crate::report::Finding;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The data, as it lies beside this file.
#[derive(Deserialize)]
struct Editions {
    /// Parts of earlier states.
    former: Vec<Former>,
    /// Tests and members that came after the published state: prefixes of numbers, and pointers where `*` is any index.
    later_tests: Vec<String>,
    later_members: Vec<String>,
    later_categories: Vec<String>,
    /// Tests of profiles that got further profiles later: number, and the profiles of the published state.
    profiles: BTreeMap<String, Vec<String>>,
}

/// One part of an earlier state.
#[derive(Deserialize)]
struct Former {
    /// The object it stands in, `*` is any index.
    within: String,
    /// Its name there.
    name: String,
    /// What it must look like.
    shape: Shape,
    /// Its name in the engine's state, as a pointer from `within`; taken out when there is none.
    #[serde(default)]
    became: Option<Vec<String>>,
}

/// The little of JSON schema such a part needs.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shape {
    Text,
    Instant,
    OneOf(Vec<String>),
    References,
    List(Box<Shape>),
    Object { members: Vec<Member> },
}

#[derive(Deserialize)]
struct Member {
    name: String,
    shape: Shape,
    #[serde(default)]
    required: bool,
}

#[expect(clippy::expect_used, reason = "the data is part of the program, and a test reads it")]
static EDITIONS: LazyLock<Editions> =
    LazyLock::new(|| serde_json::from_str(include_str!("editions.json")).expect("editions.json is read by a test"));

/// What was done to a document so that the engine reads it.
#[derive(Debug, Default)]
pub(crate) struct Lifted {
    /// Where a part of an earlier state is not as that state wanted it.
    pub(crate) faults: Vec<Finding>,
    /// Lists of involvements that were taken out: pointer of the vulnerability and the list.
    pub(crate) taken: Vec<(String, Value)>,
    /// Moved parts: pointer in the engine's form, pointer in the document.
    moved: Vec<(String, String)>,
    /// It uses something that only the engine's state has: then that state's tests count in full.
    newest: bool,
    category: String,
}

impl Lifted {
    /// A pointer of the engine as one into the document that was handed in.
    pub(crate) fn put_back(&self, path: &mut String) {
        if let Some((_, former)) = self.moved.iter().find(|(now, _)| now == path) {
            former.clone_into(path);
        }
    }

    /// Whether the published state has this test for this document; what a later one demands is said as a warning.
    pub(crate) fn is_published(&self, test: &str) -> bool {
        let later = |later: &String| test == later || test.strip_prefix(later.as_str()).is_some_and(|rest| rest.starts_with('.'));
        self.newest
            || (!EDITIONS.later_tests.iter().any(later)
                && EDITIONS.profiles.get(test).is_none_or(|profiles| profiles.contains(&self.category)))
    }
}

/// Lifts a document of 2.1 to the engine's state.
pub(crate) fn lift(document: &mut Value) -> Lifted {
    let mut lifted = Lifted::default();
    document.pointer("/document/category").and_then(Value::as_str).unwrap_or_default().clone_into(&mut lifted.category);
    lifted.newest = EDITIONS.later_categories.contains(&lifted.category)
        || EDITIONS.later_members.iter().any(|pattern| stands(document, &segments(pattern)));
    for former in &EDITIONS.former {
        each_object(document, &segments(&former.within), &mut String::new(), &mut |path, object| {
            let Some(value) = object.get(&former.name) else { return };
            let place = format!("{path}/{}", former.name);
            let before = lifted.faults.len();
            judge(value, &former.shape, &place, &mut lifted.faults);
            if lifted.faults.len() > before && former.became.is_some() {
                return;
            }
            // The order of the other members is kept: a test looks at it.
            let Some(value) = object.shift_remove(&former.name) else { return };
            if object.is_empty() {
                // An object without members is no object of the schema.
                object.insert("title".to_owned(), Value::String("placeholder".to_owned()));
            }
            match &former.became {
                None => lifted.taken.push((path.to_owned(), value)),
                Some(way) => {
                    put(object, way, value);
                    lifted.moved.push((format!("{path}/{}", way.join("/")), place.clone()));
                }
            }
        });
    }
    lifted
}

fn segments(pattern: &str) -> Vec<&str> {
    pattern.split('/').skip(1).collect()
}

fn stands(value: &Value, way: &[&str]) -> bool {
    let Some((step, rest)) = way.split_first() else { return true };
    match value {
        Value::Array(items) if *step == "*" => items.iter().any(|item| stands(item, rest)),
        _ => value.get(step).is_some_and(|next| stands(next, rest)),
    }
}

fn each_object(value: &mut Value, way: &[&str], path: &mut String, act: &mut dyn FnMut(&str, &mut Map<String, Value>)) {
    let Some((step, rest)) = way.split_first() else {
        if let Value::Object(object) = value {
            act(path, object);
        }
        return;
    };
    let length = path.len();
    match value {
        Value::Array(items) if *step == "*" => {
            for (index, item) in items.iter_mut().enumerate() {
                path.push_str(&format!("/{index}"));
                each_object(item, rest, path, act);
                path.truncate(length);
            }
        }
        Value::Object(object) => {
            if let Some(next) = object.get_mut(*step) {
                path.push('/');
                path.push_str(step);
                each_object(next, rest, path, act);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

/// Puts a value at the end of a way of names, making the objects between.
fn put(object: &mut Map<String, Value>, way: &[String], value: Value) {
    let Some((name, rest)) = way.split_first() else { return };
    if rest.is_empty() {
        object.insert(name.clone(), value);
        return;
    }
    let next = object.entry(name.clone()).or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(next) = next {
        put(next, rest, value);
    }
}

fn judge(value: &Value, shape: &Shape, path: &str, faults: &mut Vec<Finding>) {
    let mut fault = |message: &str| faults.push(Finding::new("schema", path, message));
    match (shape, value) {
        (Shape::Text, Value::String(text)) if !text.is_empty() => {}
        (Shape::Text, _) => fault("it must be a text that is not empty"),
        (Shape::Instant, Value::String(text)) if is_instant(text) => {}
        (Shape::Instant, _) => fault("it must be an instant as RFC 3339 writes it"),
        (Shape::OneOf(known), Value::String(text)) if known.contains(text) => {}
        (Shape::OneOf(known), _) => fault(&format!("it must be one of {}", known.join(", "))),
        (Shape::References, Value::Array(items))
            if !items.is_empty() && items.iter().all(|item| item.as_str().is_some_and(|id| !id.is_empty())) => {}
        (Shape::References, _) => fault("it must be a list of ids that is not empty"),
        (Shape::List(each), Value::Array(items)) if !items.is_empty() => {
            if items.iter().enumerate().any(|(index, item)| items.iter().take(index.min(200)).any(|other| other == item)) {
                fault("nothing may stand in it twice");
            }
            items.iter().enumerate().for_each(|(index, item)| judge(item, each, &format!("{path}/{index}"), faults));
        }
        (Shape::List(_), _) => fault("it must be a list that is not empty"),
        (Shape::Object { members }, Value::Object(object)) => {
            for name in object.keys().filter(|name| members.iter().all(|member| member.name != **name)) {
                faults.push(Finding::new("schema", path, format!("{name:?} has no place here")));
            }
            for member in members {
                match object.get(&member.name) {
                    Some(value) => judge(value, &member.shape, &format!("{path}/{}", member.name), faults),
                    None if member.required => faults.push(Finding::new("schema", path, format!("{:?} must be there", member.name))),
                    None => {}
                }
            }
        }
        (Shape::Object { .. }, _) => fault("it must be an object"),
    }
}

/// `date-time` of RFC 3339 §5.6, as far as a reader of instants needs it.
fn is_instant(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |from: usize, count: usize| bytes.get(from..from + count).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let sign = |at: usize, known: &[u8]| bytes.get(at).is_some_and(|byte| known.contains(byte));
    let head = digits(0, 4) && sign(4, b"-") && digits(5, 2) && sign(7, b"-") && digits(8, 2) && sign(10, b"Tt");
    let time = digits(11, 2) && sign(13, b":") && digits(14, 2) && sign(16, b":") && digits(17, 2);
    let Some(rest) = text.get(19..).filter(|_| head && time) else { return false };
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|digit: char| digit.is_ascii_digit()),
        None => rest,
    };
    let zone = rest.as_bytes();
    matches!(rest, "Z" | "z")
        || (zone.len() == 6
            && zone.first().is_some_and(|byte| b"+-".contains(byte))
            && zone.get(3) == Some(&b':')
            && [1, 2, 4, 5].iter().all(|at| zone.get(*at).is_some_and(u8::is_ascii_digit)))
}
