//! Reading profile files: YAML, TOML or JSON; `FILE#ID` picks one of several.

use crate::exits::{Exit, FINDINGS};
use serde_json::Value;
use std::path::Path;
use wardroom_domain::profile::{Profile, ProfileFault};

/// The profile of a maker who has not written one: enough to run, and honest about it.
const DEFAULT: &str = include_str!("../profiles/default.yaml");

/// The profile document named, ready for `Profile::from_value`; the default one when none is named.
pub fn read(named: Option<&str>) -> Result<Value, Exit> {
    let (document, id, place) = match named {
        None => (parse("default.yaml", DEFAULT)?, None, "built-in profile".to_owned()),
        Some(named) => {
            let (file, id) = split(named);
            (load(file)?, id, file.to_owned())
        }
    };
    let profile = Profile::pick(&document, id).map_err(|faults| refuse(&place, &faults))?;
    serde_json::to_value(&profile).map_err(|error| Exit::new(1, format!("the profile cannot be stored: {error}")))
}

/// All profiles of a file: `profile check`.
pub fn check(named: &str) -> Result<Result<Vec<Profile>, Vec<ProfileFault>>, Exit> {
    let (file, id) = split(named);
    let document = load(file)?;
    Ok(match id {
        Some(id) => Profile::pick(&document, Some(id)).map(|one| vec![one]),
        None => Profile::all(&document),
    })
}

fn split(named: &str) -> (&str, Option<&str>) {
    match named.rsplit_once('#') {
        Some((file, id)) if !Path::new(named).exists() => (file, Some(id)),
        _ => (named, None),
    }
}

fn load(file: &str) -> Result<Value, Exit> {
    let text = std::fs::read_to_string(file).map_err(|error| Exit::new(1, format!("cannot read profile {file}: {error}")))?;
    parse(file, &text)
}

fn parse(file: &str, text: &str) -> Result<Value, Exit> {
    let extension = Path::new(file).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let wrong = |error: String| Exit::new(FINDINGS, format!("{file}: {error}"));
    match extension {
        "toml" => toml::from_str(text).map_err(|error| wrong(error.to_string())),
        "json" => serde_json::from_str(text).map_err(|error| wrong(error.to_string())),
        _ => serde_yaml_ng::from_str(text).map_err(|error| wrong(error.to_string())),
    }
}

fn refuse(place: &str, faults: &[ProfileFault]) -> Exit {
    let lines: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
    Exit::new(FINDINGS, format!("profile {place} is not usable:\n{}", lines.join("\n")))
}
