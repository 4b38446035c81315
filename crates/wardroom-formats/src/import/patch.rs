//! The difference of two JSON values as a JSON Patch (RFC 6902: `add`, `remove`, `replace`), and putting it in again.
//!
//! Not here: `move`, `copy`, `test`, and finding out that a list was shifted: what stands at another place differs.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Step {
    /// Puts a member in, or an item at the end of a list.
    Add {
        /// A JSON pointer (RFC 6901).
        path: String,
        /// What is put there.
        value: Value,
    },
    /// Takes it out.
    Remove {
        /// A JSON pointer.
        path: String,
    },
    /// Puts another in its place.
    Replace {
        /// A JSON pointer; empty for the whole.
        path: String,
        /// What is put there.
        value: Value,
    },
}

/// The steps that make `to` of `from`.
#[must_use]
pub fn difference(from: &Value, to: &Value) -> Vec<Step> {
    let mut steps = Vec::new();
    differ(from, to, String::new(), &mut steps);
    steps
}

fn differ(from: &Value, to: &Value, path: String, steps: &mut Vec<Step>) {
    match (from, to) {
        (Value::Object(from), Value::Object(to)) => {
            let gone = from.keys().filter(|name| !to.contains_key(*name));
            steps.extend(gone.map(|name| Step::Remove { path: format!("{path}/{}", escaped(name)) }));
            for (name, value) in to {
                let path = format!("{path}/{}", escaped(name));
                match from.get(name) {
                    Some(known) => differ(known, value, path, steps),
                    None => steps.push(Step::Add { path, value: value.clone() }),
                }
            }
        }
        (Value::Array(from), Value::Array(to)) => {
            for (at, (known, value)) in from.iter().zip(to).enumerate() {
                differ(known, value, format!("{path}/{at}"), steps);
            }
            // From the end, so that the places before stay what they are.
            let gone = (to.len()..from.len()).rev();
            steps.extend(gone.map(|at| Step::Remove { path: format!("{path}/{at}") }));
            let more = to.iter().enumerate().skip(from.len());
            steps.extend(more.map(|(at, value)| Step::Add { path: format!("{path}/{at}"), value: value.clone() }));
        }
        (from, to) if from == to => {}
        (_, to) => steps.push(Step::Replace { path, value: to.clone() }),
    }
}

/// A step that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path} is not where it was kept: the document has another shape")]
pub struct NoPlace {
    /// Where.
    pub path: String,
}

/// Takes the steps.
///
/// # Errors
/// When a place is not there.
pub fn apply(value: &mut Value, steps: &[Step]) -> Result<(), NoPlace> {
    steps.iter().try_for_each(|step| take(value, step))
}

fn take(root: &mut Value, step: &Step) -> Result<(), NoPlace> {
    let (Step::Add { path, .. } | Step::Remove { path } | Step::Replace { path, .. }) = step;
    let no_place = || NoPlace { path: path.clone() };
    let Some((parent, last)) = path.rsplit_once('/') else {
        let (Step::Replace { value, .. } | Step::Add { value, .. }) = step else { return Err(no_place()) };
        *root = value.clone();
        return Ok(());
    };
    let last = last.replace("~1", "/").replace("~0", "~");
    match (root.pointer_mut(parent).ok_or_else(no_place)?, step) {
        (Value::Object(members), Step::Add { value, .. } | Step::Replace { value, .. }) => {
            members.insert(last, value.clone());
        }
        (Value::Object(members), Step::Remove { .. }) => {
            members.remove(&last).ok_or_else(no_place)?;
        }
        (Value::Array(items), step) => {
            let at: usize = last.parse().map_err(|_| no_place())?;
            match step {
                Step::Add { value, .. } if at <= items.len() => items.insert(at, value.clone()),
                Step::Replace { value, .. } => *items.get_mut(at).ok_or_else(no_place)? = value.clone(),
                Step::Remove { .. } if at < items.len() => {
                    items.remove(at);
                }
                Step::Add { .. } | Step::Remove { .. } => return Err(no_place()),
            }
        }
        _ => return Err(no_place()),
    }
    Ok(())
}

/// How many values (texts, numbers, yes and no, and empty lists and objects) a value holds.
#[must_use]
pub fn leaves(value: &Value) -> usize {
    match value {
        Value::Array(items) if !items.is_empty() => items.iter().map(leaves).sum(),
        Value::Object(members) if !members.is_empty() => members.values().map(leaves).sum(),
        _ => 1,
    }
}

/// How many values of the outcome the steps bring.
#[must_use]
pub fn brought(steps: &[Step]) -> usize {
    let brings = |step: &Step| match step {
        Step::Add { value, .. } | Step::Replace { value, .. } => leaves(value),
        Step::Remove { .. } => 0,
    };
    steps.iter().map(brings).sum()
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_differs_is_put_back() {
        let from = json!({"a": 1, "gone": {"x": [1]}, "list": [1, 2, 3, 4], "deep": {"same": true, "a/b~c": "old"}});
        for to in [
            json!({"a": 2, "new": [], "list": [1, 9], "deep": {"same": true, "a/b~c": "new"}}),
            json!({"a": 1, "list": [0, 2, 3, 4, 5, {"six": 6}], "deep": {}}),
            json!([1]),
            from.clone(),
        ] {
            let steps = difference(&from, &to);
            let mut made = from.clone();
            apply(&mut made, &steps).unwrap();
            assert_eq!(made, to);
            assert_eq!(steps.is_empty(), from == to);
        }
        // The steps are what RFC 6902 calls them.
        let written = serde_json::to_value(difference(&json!({"a": 1, "b": 2}), &json!({"a": 3}))).unwrap();
        assert_eq!(written, json!([{"op": "remove", "path": "/b"}, {"op": "replace", "path": "/a", "value": 3}]));
    }

    #[test]
    fn a_place_that_is_not_there_is_named() {
        for (path, value) in [("/a/b", json!(1)), ("/list/7", json!(1)), ("/list/x", json!(1))] {
            let step = Step::Add { path: path.into(), value };
            assert_eq!(apply(&mut json!({"list": []}), &[step]).unwrap_err().path, path);
        }
    }
}
