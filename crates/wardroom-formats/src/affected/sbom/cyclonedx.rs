//! CycloneDX 1.x as JSON: `metadata.component`, and `components` however deep they nest.

use serde_json::Value;

use super::{NotRead, Parts};
use crate::affected::Thing;

pub(super) fn read(value: &Value) -> Result<Parts, NotRead> {
    let mut parts = Parts::default();
    if let Some(component) = value.pointer("/metadata/component") {
        one(component, &mut parts)?;
    }
    all(value, &mut parts)?;
    Ok(parts)
}

/// Recursion ends with the depth that was let in (`LIMITS`).
fn all(of: &Value, parts: &mut Parts) -> Result<(), NotRead> {
    of.get("components").and_then(Value::as_array).into_iter().flatten().try_for_each(|component| one(component, parts))
}

fn one(component: &Value, parts: &mut Parts) -> Result<(), NotRead> {
    let text = |pointer: &str| component.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let maker = ["/manufacturer/name", "/supplier/name", "/publisher", "/author"].map(text);
    let hashes = component.get("hashes").and_then(Value::as_array);
    let hash = |one: &Value| one.get("content").and_then(Value::as_str).map(str::to_owned);
    parts.add(Thing {
        vendor: maker.into_iter().find(|name| !name.is_empty()).unwrap_or_default(),
        name: text("/name"),
        version: text("/version"),
        purl: text("/purl"),
        cpe: text("/cpe"),
        hashes: hashes.into_iter().flatten().filter_map(hash).collect(),
    })?;
    all(component, parts)
}
