//! Where tests find the clock corpus: the folder named by `WARDROOM_CORPORA`. Not part of the product.

use serde_json::Value;

/// The parsed file of the clock corpus, or `None` with a plain word about what was skipped.
pub(crate) fn read(name: &str) -> Option<Value> {
    let Ok(folder) = std::env::var("WARDROOM_CORPORA") else {
        eprintln!("skipped: clocks/{name} (WARDROOM_CORPORA is not set)");
        return None;
    };
    let text = std::fs::read_to_string(std::path::Path::new(&folder).join("clocks").join(name)).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}
