//! A request to `POST /api/v1/validate` as bytes, and its answer as bytes: all that looks at a stranger's document, in one call that a child
//! process can make for its parent. What comes back, the parent need not read.
//!
//! Not here: HTTP, and words: a refusal says where something is wrong and what kind of wrong it is.

use crate::limits::STRANGER;
use crate::service::{self, Asked};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wardroom_formats::guarded::{self, Fault};

/// Entries of `tests`: more than there are.
const MOST_TESTS: usize = 600;
/// Unknown members that are named.
const MOST_NAMES: usize = 20;
/// Longest answer in bytes. Messages of the schema quote the document, so an answer may be longer than what it is about.
pub const ANSWER_BYTES: usize = 200 << 20;

/// Why a request was not answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refused {
    /// No JSON within the limits for strangers.
    NotJson(Fault),
    /// JSON, and no object.
    NoObject,
    /// An object with this wrong in it.
    Wrong(Vec<Wrong>),
    /// More is wrong with the document than an answer can hold.
    TooMuch,
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    /// The member's name, or a JSON pointer.
    pub place: String,
    /// What kind of wrong.
    pub kind: Kind,
}

/// Kinds of wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Nobody knows a member of this name.
    UnknownName,
    /// It must be there.
    Required,
    /// No test, preset or type of this name.
    UnknownValue,
    /// More entries than there are tests.
    TooLarge,
    /// It must be a list.
    NoList,
    /// It must be an object.
    NoObject,
}

/// Reads a request, runs what it asks for, and writes the answer as JSON.
///
/// # Errors
/// Everything that is wrong with the request.
pub fn answered(body: &[u8]) -> Result<Vec<u8>, Refused> {
    let (document, asked) = wanted(body)?;
    let answer = serde_json::to_vec(&service::answer(document, &asked)).map_err(|_| Refused::TooMuch)?;
    if answer.len() > ANSWER_BYTES { Err(Refused::TooMuch) } else { Ok(answer) }
}

/// The document and the tests of a request.
fn wanted(body: &[u8]) -> Result<(Value, Asked), Refused> {
    let value = guarded::read(body, &STRANGER).map_err(Refused::NotJson)?;
    let Value::Object(mut request) = value else { return Err(Refused::NoObject) };
    let mut wrong = Vec::new();
    for name in request.keys().filter(|name| !["tests", "document"].contains(&name.as_str())).take(MOST_NAMES) {
        add(&mut wrong, name.chars().take(100).collect::<String>(), Kind::UnknownName);
    }
    let mut asked = Asked::default();
    match request.get("tests") {
        None => add(&mut wrong, "tests", Kind::Required),
        Some(Value::Array(tests)) if tests.is_empty() => add(&mut wrong, "tests", Kind::Required),
        Some(Value::Array(tests)) if tests.len() > MOST_TESTS => add(&mut wrong, "tests", Kind::TooLarge),
        Some(Value::Array(tests)) => tests.iter().enumerate().for_each(|(index, test)| one(index, test, &mut asked, &mut wrong)),
        Some(_) => add(&mut wrong, "tests", Kind::NoList),
    }
    let document = request.remove("document");
    match &document {
        Some(Value::Object(_)) => {}
        Some(_) => add(&mut wrong, "document", Kind::NoObject),
        None => add(&mut wrong, "document", Kind::Required),
    }
    if wrong.is_empty() { Ok((document.unwrap_or_default(), asked)) } else { Err(Refused::Wrong(wrong)) }
}

fn add(wrong: &mut Vec<Wrong>, place: impl Into<String>, kind: Kind) {
    wrong.push(Wrong { place: place.into(), kind });
}

/// One entry of `tests`: `{"type": "test" | "preset", "name": …}`.
fn one(index: usize, test: &Value, asked: &mut Asked, wrong: &mut Vec<Wrong>) {
    let place = format!("/tests/{index}");
    let Value::Object(members) = test else { return add(wrong, place, Kind::NoObject) };
    if members.keys().any(|name| !["type", "name"].contains(&name.as_str())) {
        return add(wrong, place, Kind::UnknownName);
    }
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let known = match (text("type"), text("name")) {
        (Some("test"), Some(name)) => asked.test(name),
        (Some("preset"), Some(name)) => asked.preset(name),
        (Some(_), Some(_)) => return add(wrong, format!("{place}/type"), Kind::UnknownValue),
        (None, _) => return add(wrong, format!("{place}/type"), Kind::Required),
        (_, None) => return add(wrong, format!("{place}/name"), Kind::Required),
    };
    if !known {
        add(wrong, format!("{place}/name"), Kind::UnknownValue);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> Refused {
        answered(body.as_bytes()).unwrap_err()
    }

    #[test]
    fn an_answer_is_that_of_the_service() {
        let body = r#"{"tests": [{"type": "preset", "name": "basic"}], "document": {"document": {"csaf_version": "2.0"}}}"#;
        let answer: Value = serde_json::from_slice(&answered(body.as_bytes()).unwrap()).unwrap();
        assert_eq!(answer["isValid"], false);
        assert_eq!(answer["tests"][0]["name"], "csaf_2_0");
    }

    #[test]
    fn what_is_wrong_is_named_and_can_travel() {
        for (body, expected) in [
            ("[]", Refused::NoObject),
            ("{\"a\":1,\"a\":2}", Refused::NotJson(Fault::Twice { name: "a".into() })),
            (
                r#"{"x": 1, "tests": {}, "document": 7}"#,
                Refused::Wrong(vec![
                    Wrong { place: "x".into(), kind: Kind::UnknownName },
                    Wrong { place: "tests".into(), kind: Kind::NoList },
                    Wrong { place: "document".into(), kind: Kind::NoObject },
                ]),
            ),
            (
                r#"{"tests": [{"type": "preset", "name": "x"}, {"name": "x"}, 1], "document": {}}"#,
                Refused::Wrong(vec![
                    Wrong { place: "/tests/0/name".into(), kind: Kind::UnknownValue },
                    Wrong { place: "/tests/1/type".into(), kind: Kind::Required },
                    Wrong { place: "/tests/2".into(), kind: Kind::NoObject },
                ]),
            ),
        ] {
            let told = refused(body);
            assert_eq!(told, expected, "{body}");
            assert_eq!(serde_json::from_str::<Refused>(&serde_json::to_string(&told).unwrap()).unwrap(), told);
        }
    }
}
