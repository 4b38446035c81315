//! JSON from strangers, read within limits: depth, number of values, bytes; a name that stands twice in one object is refused,
//! because two readers would see two documents. Total: no input panics, and nothing is allocated before the limits hold.
//!
//! Not here: what the members mean (`shapes`, and each door's own fields).

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::RefCell;
use std::fmt;

/// How much is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole text.
    pub bytes: usize,
    /// Objects and lists inside each other; serde_json itself stops at 128.
    pub depth: usize,
    /// Values altogether, counted by the commas and brackets that part them.
    pub values: usize,
}

/// What a report may be: a CSAF document nests product branches 30 deep, two levels each.
pub const REPORT: Limits = Limits { bytes: 64_000_000, depth: 100, values: 250_000 };

/// Why a text was not taken. Never repeats the text, but for a name that stands twice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum Fault {
    /// Not UTF-8 from this byte on.
    #[error("not UTF-8 at byte {at}: send the text as UTF-8")]
    NotUtf8 {
        /// The first wrong byte, from 0.
        at: usize,
    },
    /// Longer than the limit.
    #[error("longer than {bytes} bytes: attach large files instead")]
    TooLong {
        /// The limit.
        bytes: usize,
    },
    /// Nested deeper than the limit.
    #[error("nested deeper than {depth} levels: flatten it or attach it as a file")]
    TooDeep {
        /// The limit.
        depth: usize,
    },
    /// More values than the limit.
    #[error("more than {values} values: attach it as a file")]
    TooMany {
        /// The limit.
        values: usize,
    },
    /// A name twice in one object.
    #[error("the name {name:?} stands twice in one object: send it once")]
    Twice {
        /// The name, at most 60 characters of it.
        name: String,
    },
    /// Not JSON.
    #[error("not JSON at line {line}, column {column}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
}

/// Reads one JSON value.
///
/// # Errors
/// See [`Fault`].
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Value, Fault> {
    if bytes.len() > limits.bytes {
        return Err(Fault::TooLong { bytes: limits.bytes });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| Fault::NotUtf8 { at: error.valid_up_to() })?;
    // A byte order mark is no part of the text (RFC 8259 §8.1 lets a parser pass over it).
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    measure(text.as_bytes(), limits)?;
    let twice = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Guarded { twice: &twice }.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| match twice.into_inner() {
        Some(name) => Fault::Twice { name },
        None => Fault::Syntax { line: error.line().max(1), column: error.column().max(1) },
    })
}

/// Depth and number of values from the brackets and commas outside of strings.
fn measure(bytes: &[u8], limits: &Limits) -> Result<(), Fault> {
    let (mut depth, mut values, mut inside, mut escaped) = (0_usize, 1_usize, false, false);
    for byte in bytes {
        if inside {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => inside = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => inside = true,
            b'{' | b'[' => {
                depth += 1;
                values += 1;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > limits.depth {
            return Err(Fault::TooDeep { depth: limits.depth });
        }
        if values > limits.values {
            return Err(Fault::TooMany { values: limits.values });
        }
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Guarded<'a> {
    twice: &'a RefCell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for Guarded<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Guarded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                *self.twice.borrow_mut() = Some(name.chars().take(60).collect());
                return Err(A::Error::custom("a name stands twice"));
            }
            let value = members.next_value_seed(self)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn small(text: &str) -> Result<Value, Fault> {
        read(text.as_bytes(), &Limits { bytes: 1_000, depth: 4, values: 20 })
    }

    #[test]
    fn reads_what_is_json() {
        assert_eq!(small("{\"a\":[1,-2,0.5,true,null,\"漏洞\"]}").unwrap(), json!({"a": [1, -2, 0.5, true, null, "漏洞"]}));
        assert_eq!(small("\u{feff}{}").unwrap(), json!({}));
        assert_eq!(small("\"[[[[[[[[,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\"").unwrap(), json!("[[[[[[[[,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,"));
    }

    #[test]
    fn refuses_by_name() {
        assert_eq!(small("{\"a\":1,\"a\":2}").unwrap_err(), Fault::Twice { name: "a".into() });
        assert_eq!(small("{\"x\":{\"a\":1,\"\\u0061\":2}}").unwrap_err(), Fault::Twice { name: "a".into() });
        assert_eq!(small("[[[[[1]]]]]").unwrap_err(), Fault::TooDeep { depth: 4 });
        assert_eq!(small(&format!("[{}1]", "1,".repeat(40))).unwrap_err(), Fault::TooMany { values: 20 });
        assert_eq!(small(&"x".repeat(2_000)).unwrap_err(), Fault::TooLong { bytes: 1_000 });
        assert_eq!(read(b"{\"a\":\"\xff\"}", &REPORT).unwrap_err(), Fault::NotUtf8 { at: 6 });
        for bad in ["", "{", "{\"a\":1,}", "1 2", "nul", "1e999", "\"\\ud800\"", "{'a':1}"] {
            assert!(matches!(small(bad), Err(Fault::Syntax { .. })), "{bad}");
        }
    }

    #[test]
    fn a_hundred_thousand_levels_cost_nothing() {
        let deep = "[".repeat(200_000);
        assert_eq!(read(deep.as_bytes(), &REPORT).unwrap_err(), Fault::TooDeep { depth: 100 });
        let wide = format!("{{{}\"z\":1}}", "\"k\":1,".repeat(500_000));
        assert_eq!(read(wide.as_bytes(), &REPORT).unwrap_err(), Fault::TooMany { values: 250_000 });
    }
}
