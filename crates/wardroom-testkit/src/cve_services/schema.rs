//! The form of containers: the official schema where `WARDROOM_CORPORA` is set, and always what it requires most plainly.

use serde_json::{Value, json};
use std::path::Path;

/// The two containers of a CNA.
pub(crate) struct Schemas {
    published: Option<jsonschema::Validator>,
    rejected: Option<jsonschema::Validator>,
}

impl Schemas {
    pub(super) fn load() -> Schemas {
        let Some(corpora) = std::env::var_os("WARDROOM_CORPORA") else {
            eprintln!("the official CVE schema is not asked: WARDROOM_CORPORA is not set");
            return Schemas { published: None, rejected: None };
        };
        let read = |name: &str| {
            let path = Path::new(&corpora).join("schemas").join(name);
            let Ok(text) = std::fs::read(&path) else {
                eprintln!("the official CVE schema is not asked: {} is not there", path.display());
                return None;
            };
            let schema: Value = serde_json::from_slice(&text).unwrap();
            Some(jsonschema::validator_for(&schema).unwrap())
        };
        Schemas { published: read("CVE_JSON_cnaPublishedContainer_5.1.1.json"), rejected: read("CVE_JSON_cnaRejectedContainer_5.1.1.json") }
    }

    /// What is wrong with a container, its provider's metadata filled in; as the service lists it.
    pub(super) fn published(&self, cna: &Value) -> Vec<Value> {
        let mut errors = missing(cna, &["descriptions", "affected", "references"]);
        errors.extend(by_schema(self.published.as_ref(), cna));
        errors
    }

    pub(super) fn rejected(&self, cna: &Value) -> Vec<Value> {
        let mut errors = missing(cna, &["rejectedReasons"]);
        errors.extend(by_schema(self.rejected.as_ref(), cna));
        errors
    }
}

fn missing(cna: &Value, names: &[&str]) -> Vec<Value> {
    let empty = |name: &&&str| cna.get(**name).and_then(Value::as_array).is_none_or(Vec::is_empty);
    names.iter().filter(empty).map(|name| error("/cnaContainer", &format!("must have required property '{name}'"))).collect()
}

fn by_schema(schema: Option<&jsonschema::Validator>, cna: &Value) -> Vec<Value> {
    let Some(schema) = schema else { return Vec::new() };
    schema.iter_errors(cna).map(|fault| error(&format!("/cnaContainer{}", fault.instance_path()), &fault.to_string())).collect()
}

fn error(place: &str, message: &str) -> Value {
    json!({ "instancePath": place, "message": message })
}
