//! JSON Schema (2020-12) in few words, for the description of the API. Deliberately not a schema library: only the forms we use.

use serde_json::{Map, Value, json};

/// A text.
pub fn text() -> Value {
    json!({ "type": "string" })
}

/// A text of at most so many characters.
pub fn short(most: usize) -> Value {
    json!({ "type": "string", "maxLength": most })
}

/// A text that says something.
pub fn said() -> Value {
    json!({ "type": "string", "pattern": "\\S" })
}

/// A text that says something, of at most so many characters.
pub fn said_short(most: usize) -> Value {
    json!({ "type": "string", "pattern": "\\S", "maxLength": most })
}

/// A text of a certain form.
pub fn like(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256() -> Value {
    like("^[0-9a-f]{64}$")
}

/// An instant, RFC 3339 in UTC.
pub fn instant() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

/// A day.
pub fn day() -> Value {
    json!({ "type": "string", "format": "date" })
}

pub fn flag() -> Value {
    json!({ "type": "boolean" })
}

/// A whole number from 0 on.
pub fn whole() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

pub fn number() -> Value {
    json!({ "type": "number" })
}

/// Anything at all.
pub fn anything() -> Value {
    json!({})
}

pub fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

/// One of a closed list of words.
pub fn one_of<'w>(words: impl IntoIterator<Item = &'w str>) -> Value {
    json!({ "type": "string", "enum": words.into_iter().collect::<Vec<_>>() })
}

/// The same, or null.
pub fn or_null(schema: Value) -> Value {
    let mut schema = schema;
    let Some(object) = schema.as_object_mut() else { return schema };
    match object.get("type").cloned() {
        Some(Value::String(kind)) => drop(object.insert("type".to_owned(), json!([kind, "null"]))),
        Some(_) => {}
        None => return json!({ "anyOf": [schema, { "type": "null" }] }),
    }
    if let Some(words) = object.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
    schema
}

/// A component by its name.
pub fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// An object with these members and no others; an asterisk marks those that are always there.
pub fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let mut schema = open(members);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("additionalProperties".to_owned(), json!(false));
    }
    schema
}

/// The same, with room for members that are not named here.
pub fn open<const N: usize>(members: [(&str, Value); N]) -> Value {
    let required: Vec<String> = members.iter().filter_map(|(name, _)| name.strip_suffix('*').map(str::to_owned)).collect();
    let properties: Map<String, Value> =
        members.into_iter().map(|(name, schema)| (name.trim_end_matches('*').to_owned(), schema)).collect();
    match required.is_empty() {
        true => json!({ "type": "object", "properties": properties }),
        false => json!({ "type": "object", "required": required, "properties": properties }),
    }
}

/// An object with members of any name, all of one kind.
pub fn by_name(of: Value) -> Value {
    json!({ "type": "object", "additionalProperties": of })
}

/// A page of a list.
pub fn page(of: Value) -> Value {
    object([("data*", list(of)), ("next_cursor*", or_null(text()))])
}
