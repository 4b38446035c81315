//! One profile out of a file that may hold several, with what `extends` adds.
//! Deliberately on values: reading YAML or TOML is the caller's work.

use serde_json::{Map, Value, json};

use super::fault::{ProfileFault, quoted};
use super::model::Profile;
use super::nearest::nearest;
use super::schema::SCHEMA;

/// The name of the built-in profile that others extend.
pub const BASE: &str = "base";

/// Most profiles of one file.
const MAX_PROFILES: usize = 1000;
/// Longest chain of `extends`.
const MAX_CHAIN: usize = 8;

impl Profile {
    /// Every profile of a document: an object is one, a list is several.
    ///
    /// A list in which no entry names a `schema` is a list of page notes: each entry extends `base`, and `stages: 4` stands
    /// for four unnamed steps.
    ///
    /// # Errors
    /// The faults of all profiles, with their place in the document.
    pub fn all(document: &Value) -> Result<Vec<Profile>, Vec<ProfileFault>> {
        let entries = Entries::of(document)?;
        let mut profiles = Vec::new();
        let mut faults = entries.same_ids();
        for index in 0..entries.values.len() {
            match entries.read(index) {
                Ok(profile) => profiles.push(profile),
                Err(own) => faults.extend(own),
            }
        }
        if faults.is_empty() { Ok(profiles) } else { Err(faults) }
    }

    /// The profile with that id; without an id, the only one.
    ///
    /// # Errors
    /// The faults of the chosen profile, or that the choice is missing or unknown.
    pub fn pick(document: &Value, id: Option<&str>) -> Result<Profile, Vec<ProfileFault>> {
        let entries = Entries::of(document)?;
        let known = || entries.values.iter().copied().filter_map(id_of);
        let listed = || known().collect::<Vec<_>>().join(", ");
        let Some(wanted) = id else {
            if entries.values.len() == 1 {
                return entries.read(0);
            }
            let what = format!("file holds {} profiles and none was chosen", entries.values.len());
            return Err(vec![ProfileFault::new("", what).hint(format!("choose one of {}", listed()))]);
        };
        let mut found = (0..entries.values.len()).filter(|index| entries.values.get(*index).copied().and_then(id_of) == Some(wanted));
        match (found.next(), found.next()) {
            (Some(index), None) => entries.read(index),
            (Some(_), Some(second)) => Err(vec![ProfileFault::new(entries.place(second), format!("id {} is used twice", quoted(wanted)))]),
            (None, _) => {
                let fault = ProfileFault::new("", format!("file holds no profile {}", quoted(wanted)));
                Err(vec![match nearest(wanted, known()) {
                    Some(word) => fault.meant(Some(word)),
                    None => fault.hint(format!("choose one of {}", listed())),
                }])
            }
        }
    }
}

/// What a profile that extends `base` has when it says nothing.
#[must_use]
pub fn base() -> Value {
    json!({
        "calendars": {"default": {"tz": "UTC"}},
        "intake": {"language_force": "unstated", "anonymous": "unstated", "nda": "unstated"},
        "scope": {"lifecycle": "unstated", "third_party": "unstated"},
        "credit": {"model": "unstated", "opt": "ask"},
        "reward": {"model": "unstated"},
        "safe_harbor": {"level": "none"},
        "opsec": {"tlp_default": "AMBER"}
    })
}

fn id_of(value: &Value) -> Option<&str> {
    value.get("id").and_then(Value::as_str)
}

struct Entries<'v> {
    values: Vec<&'v Value>,
    is_list: bool,
    are_page_notes: bool,
}

impl<'v> Entries<'v> {
    fn of(document: &'v Value) -> Result<Entries<'v>, Vec<ProfileFault>> {
        let refused = |what: String| Err(vec![ProfileFault::new("", what).hint("write one profile, or a list of profiles")]);
        match document {
            Value::Object(_) => Ok(Entries { values: vec![document], is_list: false, are_page_notes: false }),
            Value::Array(list) if list.is_empty() => refused("file holds no profile".to_owned()),
            Value::Array(list) if list.len() > MAX_PROFILES => refused(format!("file holds more than {MAX_PROFILES} profiles")),
            Value::Array(list) => {
                let are_page_notes = list.iter().all(|entry| entry.is_object() && entry.get("schema").is_none());
                Ok(Entries { values: list.iter().collect(), is_list: true, are_page_notes })
            }
            _ => refused("file is neither a profile nor a list of profiles".to_owned()),
        }
    }

    fn place(&self, index: usize) -> String {
        if self.is_list { format!("/{index}") } else { String::new() }
    }

    fn same_ids(&self) -> Vec<ProfileFault> {
        let mut faults = Vec::new();
        for (index, value) in self.values.iter().enumerate() {
            let Some(id) = id_of(value) else { continue };
            if self.values.iter().take(index).any(|earlier| id_of(earlier) == Some(id)) {
                faults.push(ProfileFault::new(format!("{}/id", self.place(index)), format!("id {} is used twice", quoted(id))));
            }
        }
        faults
    }

    fn read(&self, index: usize) -> Result<Profile, Vec<ProfileFault>> {
        let Some(value) = self.values.get(index) else {
            return Err(vec![ProfileFault::new("", "file holds no such profile")]);
        };
        let place = self.place(index);
        let complete = self.complete(value, MAX_CHAIN).map_err(|fault| vec![fault.under(&place)])?;
        Profile::from_value(&complete).map_err(|faults| faults.into_iter().map(|fault| fault.under(&place)).collect())
    }

    /// The entry with everything it extends, itself on top.
    fn complete(&self, value: &Value, chain: usize) -> Result<Value, ProfileFault> {
        let Value::Object(fields) = value else {
            return Ok(value.clone());
        };
        let mut own = fields.clone();
        if self.are_page_notes {
            own.entry("schema").or_insert_with(|| json!(SCHEMA));
            own.entry("extends").or_insert_with(|| json!(BASE));
        }
        let Some(parent) = own.get("extends").and_then(Value::as_str).map(str::to_owned) else {
            return Ok(Value::Object(own));
        };
        name_steps(&mut own)?;
        let mut complete = self.parent(&parent, chain)?;
        merge(&mut complete, Value::Object(own));
        Ok(complete)
    }

    fn parent(&self, name: &str, chain: usize) -> Result<Value, ProfileFault> {
        let fault = |what: String| ProfileFault::new("/extends", what);
        if name == BASE {
            return Ok(base());
        }
        if chain == 0 {
            return Err(fault(format!("extends more than {MAX_CHAIN} profiles, or itself")));
        }
        match self.values.iter().find(|value| id_of(value) == Some(name)) {
            Some(value) => {
                let mut parent = self.complete(value, chain - 1)?;
                // The page of the parent is no evidence for the child.
                if let Some(fields) = parent.as_object_mut() {
                    fields.remove("evidence");
                    fields.remove("extends");
                }
                Ok(parent)
            }
            None => {
                let known = self.values.iter().copied().filter_map(id_of).chain([BASE]);
                let unknown = fault(format!("unknown profile {}", quoted(name)));
                Err(match nearest(name, known) {
                    Some(word) => unknown.meant(Some(word)),
                    None => unknown.hint("extend `base` or another profile of the same file"),
                })
            }
        }
    }
}

/// Objects are merged field by field; everything else is replaced. The depth is that of the document.
fn merge(onto: &mut Value, from: Value) {
    match (onto, from) {
        (Value::Object(fields), Value::Object(own)) => {
            for (name, value) in own {
                match fields.get_mut(&name) {
                    Some(inherited) => merge(inherited, value),
                    None => {
                        fields.insert(name, value);
                    }
                }
            }
        }
        (onto, from) => *onto = from,
    }
}

/// A usual step: id, English, Chinese, when it is done.
type Step = (&'static str, &'static str, &'static str, &'static str);

const ACKNOWLEDGE: Step = ("acknowledge", "Acknowledge", "确认收悉", "human_response_sent");
const VERIFY: Step = ("verify", "Verify", "验证", "validated | invalidated | duplicate_linked");
const ASSESS: Step = ("assess", "Assess", "评估", "severity_assessed | invalidated | duplicate_linked");
const REMEDIATE: Step = ("remediate", "Remediate", "修复", "fix_released | mitigation_available | wont_fix");
const PUBLISH: Step = ("publish", "Publish", "披露", "advisory_published | not_disclosed_decided");
const FOLLOW_UP: Step = ("follow_up", "Follow up", "跟踪", "monitored | closed");

/// `stages: 4` says only how many steps the page has; they get the usual names.
fn name_steps(profile: &mut Map<String, Value>) -> Result<(), ProfileFault> {
    let Some(stages) = profile.get_mut("process").and_then(|process| process.get_mut("stages")) else {
        return Ok(());
    };
    let Value::Number(count) = &*stages else {
        return Ok(());
    };
    let steps: &[Step] = match count.as_u64() {
        Some(1) => &[PUBLISH],
        Some(2) => &[ACKNOWLEDGE, PUBLISH],
        Some(3) => &[ACKNOWLEDGE, VERIFY, PUBLISH],
        Some(4) => &[ACKNOWLEDGE, VERIFY, REMEDIATE, PUBLISH],
        Some(5) => &[ACKNOWLEDGE, VERIFY, ASSESS, REMEDIATE, PUBLISH],
        Some(6) => &[ACKNOWLEDGE, VERIFY, ASSESS, REMEDIATE, PUBLISH, FOLLOW_UP],
        _ => {
            let fault = ProfileFault::new("/process/stages", format!("cannot name {count} steps"));
            return Err(fault.hint("write a number from 1 to 6, or list the stages"));
        }
    };
    let named = steps.iter().map(|(id, en, zh, done_when)| json!({"id": id, "label": {"en": en, "zh-CN": zh}, "done_when": done_when}));
    *stages = named.collect();
    Ok(())
}
