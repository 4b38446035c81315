//! Ways through a document as plain JSON, with the pointer of every place.
//!
//! Not here: what is looked for.

use serde_json::Value;

/// The items of a list that is a member; nothing when it is none.
pub(super) fn items<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = (usize, &'v Value)> {
    value.get(name).and_then(Value::as_array).into_iter().flatten().enumerate()
}

/// The vulnerabilities with their index.
pub(super) fn vulnerabilities(document: &Value) -> impl Iterator<Item = (usize, &Value)> {
    items(document, "vulnerabilities")
}

/// The texts of a list that is a member.
pub(super) fn texts<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = (usize, &'v str)> {
    items(value, name).filter_map(|(index, item)| Some((index, item.as_str()?)))
}

/// Calls `act` for every member of every object below, with pointer of the object, name and value.
pub(super) fn members<'v>(value: &'v Value, path: &mut String, act: &mut dyn FnMut(&str, &'v str, &'v Value)) {
    let length = path.len();
    match value {
        Value::Object(object) => {
            for (name, item) in object {
                act(path, name, item);
                path.push('/');
                path.push_str(&name.replace('~', "~0").replace('/', "~1"));
                members(item, path, act);
                path.truncate(length);
            }
        }
        Value::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                path.push('/');
                path.push_str(&index.to_string());
                members(item, path, act);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

/// Calls `act` for every list of branches of the product tree, with the pointer of the list.
pub(super) fn branch_lists<'v>(document: &'v Value, act: &mut dyn FnMut(&str, &'v [Value])) {
    fn below<'v>(holder: &'v Value, path: &mut String, act: &mut dyn FnMut(&str, &'v [Value])) {
        let Some(list) = holder.get("branches").and_then(Value::as_array) else { return };
        let length = path.len();
        path.push_str("/branches");
        act(path, list);
        let within = path.len();
        for (index, branch) in list.iter().enumerate() {
            path.push('/');
            path.push_str(&index.to_string());
            below(branch, path, act);
            path.truncate(within);
        }
        path.truncate(length);
    }
    if let Some(tree) = document.get("product_tree") {
        below(tree, &mut "/product_tree".to_owned(), act);
    }
}

/// A member that is a text, or the empty text.
pub(super) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
