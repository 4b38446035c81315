//! The check of a whole profile: its shape, then what its parts mean to each other; all faults at once.
//! Deliberately on the untyped value, because a value with a fault has no type yet.

use serde::Deserialize;
use serde_json::Value;

use super::fault::{ProfileFault, quoted, step};
use super::model::Profile;
use super::nearest::nearest;
use super::schema::PROFILE;
use super::shape::{Shape, check, split_hint};
use super::{Expr, Milestone};
use crate::deadlines::{Anchor, ClockDef, ClockError, IsoDuration, Override, Severity, never_pausable};

/// Most faults of one report; a file with more is not a profile.
const MAX_FAULTS: usize = 200;

impl Profile {
    /// Reads a complete profile; for a file with several, or with shorthand, see [`Profile::pick`].
    ///
    /// # Errors
    /// All faults, each with its JSON pointer.
    pub fn from_value(value: &Value) -> Result<Profile, Vec<ProfileFault>> {
        let mut faults = Vec::new();
        check(value, &Shape::Object(&PROFILE), "", &mut faults);
        unique_ids(value, "/clocks", &mut faults);
        unique_ids(value, "/process/stages", &mut faults);
        unique_ids(value, "/intake/fields", &mut faults);
        check_clocks(value, &mut faults);
        check_languages(value, &mut faults);
        check_embargo(value, &mut faults);
        check_cve_org(value, &mut faults);
        if faults.is_empty() {
            // What the check accepted has the type; a difference between the two is a fault of ours, told as one.
            return Profile::deserialize(value).map_err(|fault| vec![ProfileFault::new("", format!("cannot be read: {fault}"))]);
        }
        if faults.len() > MAX_FAULTS {
            let more = faults.len() - MAX_FAULTS;
            faults.truncate(MAX_FAULTS);
            faults.push(ProfileFault::new("", format!("{more} more faults are not listed")));
        }
        Err(faults)
    }
}

fn entries<'v>(value: &'v Value, pointer: &str) -> impl Iterator<Item = (usize, &'v Value)> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten().enumerate().take(1000)
}

/// The CVE program's organisations have UUIDs of version 4.
fn check_cve_org(value: &Value, faults: &mut Vec<ProfileFault>) {
    let pointer = "/org/cve_org_id";
    let Some(id) = value.pointer(pointer).and_then(Value::as_str) else { return };
    let lengths = [8, 4, 4, 4, 12];
    let parts: Vec<&str> = id.split('-').collect();
    let hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let shaped = parts.len() == lengths.len() && parts.iter().zip(lengths).all(|(part, length)| part.len() == length && hex(part));
    let version = parts.get(2).is_some_and(|part| part.starts_with('4'));
    let variant = parts.get(3).is_some_and(|part| part.starts_with(['8', '9', 'a', 'b', 'A', 'B']));
    if !(shaped && version && variant) {
        let what = format!("{} is no id of an organisation", quoted(id));
        faults.push(
            ProfileFault::new(pointer, what).hint("the UUID that the CVE program gave you, like 8254265b-2729-46b6-b9e3-3dfca2d5bfca"),
        );
    }
}

fn unique_ids(value: &Value, pointer: &str, faults: &mut Vec<ProfileFault>) {
    let mut seen = std::collections::BTreeMap::new();
    for (index, entry) in entries(value, pointer) {
        let Some(id) = entry.get("id").and_then(Value::as_str) else {
            continue;
        };
        if let Some(first) = seen.insert(id, index) {
            let what = format!("id {} is used twice", quoted(id));
            faults.push(ProfileFault::new(format!("{pointer}/{index}/id"), what).hint(format!("it names {pointer}/{first} already")));
        }
    }
}

fn check_languages(value: &Value, faults: &mut Vec<ProfileFault>) {
    const PLACE: &str = "/intake/languages";
    let mut seen = Vec::new();
    for (index, entry) in entries(value, PLACE) {
        if seen.contains(&entry) {
            faults.push(ProfileFault::new(format!("{PLACE}/{index}"), "is listed twice"));
        }
        seen.push(entry);
    }
    if value.pointer(PLACE).and_then(Value::as_array).is_some_and(Vec::is_empty) {
        faults.push(ProfileFault::new(PLACE, "is empty").hint("name at least one language in which you read reports"));
    }
}

fn check_embargo(value: &Value, faults: &mut Vec<ProfileFault>) {
    const PLACE: &str = "/disclosure/embargo";
    let length = |key: &str| {
        let text = value.pointer(&step(PLACE, key)).and_then(Value::as_str)?;
        IsoDuration::parse(text).ok().map(IsoDuration::total_seconds)
    };
    for (shorter, longer) in [("min", "default"), ("default", "max"), ("min", "max")] {
        if let (Some(least), Some(most)) = (length(shorter), length(longer))
            && least > most
        {
            let fault = ProfileFault::new(step(PLACE, shorter), format!("is longer than `{longer}`"));
            faults.push(fault.hint(format!("let `{shorter}` be at most `{longer}`")));
        }
    }
}

fn check_clocks(value: &Value, faults: &mut Vec<ProfileFault>) {
    for (index, entry) in entries(value, "/clocks") {
        let place = format!("/clocks/{index}");
        check_calendar_names(value, entry, &place, faults);
        check_severity_words(entry, &place, faults);
        // A clock that cannot be read has been reported by its shape.
        if let Ok(clock) = ClockDef::from_value(entry) {
            check_limits(&clock, &place, faults);
            check_stop(&clock, &place, faults);
            check_pauses(&clock, &place, faults);
        }
    }
}

/// The places of a clock that can name a calendar or a limit: itself and its overrides.
fn parts<'v>(clock: &'v Value, place: &str) -> Vec<(String, &'v Value)> {
    let mut found = vec![(place.to_owned(), clock)];
    for key in ["per_severity", "by"] {
        for (name, part) in clock.get(key).and_then(Value::as_object).into_iter().flatten() {
            found.push((step(&format!("{place}/{key}"), name), part));
        }
    }
    for (index, part) in entries(clock, "/when") {
        found.push((format!("{place}/when/{index}"), part));
    }
    found
}

fn check_calendar_names(value: &Value, clock: &Value, place: &str, faults: &mut Vec<ProfileFault>) {
    let calendars = value.get("calendars").and_then(Value::as_object);
    for (place, part) in parts(clock, place) {
        let Some(name) = part.get("calendar").and_then(Value::as_str) else {
            continue;
        };
        if calendars.is_some_and(|calendars| calendars.contains_key(name)) {
            continue;
        }
        let fault = ProfileFault::new(format!("{place}/calendar"), format!("unknown calendar {}", quoted(name)));
        let known = calendars.into_iter().flat_map(|calendars| calendars.keys().map(String::as_str));
        faults.push(match nearest(name, known) {
            Some(word) => fault.meant(Some(word)),
            None => fault.hint("describe it under `calendars`"),
        });
    }
}

/// A severity of the vendor's own scheme is allowed; a slip of a usual word would silently never match.
fn check_severity_words(clock: &Value, place: &str, faults: &mut Vec<ProfileFault>) {
    for word in clock.get("per_severity").and_then(Value::as_object).into_iter().flat_map(|words| words.keys()) {
        if Severity::WORDS.contains(&word.as_str()) {
            continue;
        }
        if let Some(meant) = nearest(word, Severity::WORDS.iter().copied()) {
            let place = step(&format!("{place}/per_severity"), word);
            faults.push(ProfileFault::new(place, format!("unknown severity {}", quoted(word))).meant(Some(meant)));
        }
    }
}

fn check_limits(clock: &ClockDef, place: &str, faults: &mut Vec<ProfileFault>) {
    let overrides = || clock.per_severity.values().chain(clock.by.values());
    let every_override_has_one = overrides().count() > 0 && overrides().all(|part| part.limit.is_some());
    match clock.amount() {
        Ok(_) | Err(ClockError::NoDueDate) => {}
        Err(ClockError::LimitMissing) if every_override_has_one => {}
        Err(fault @ ClockError::LimitMissing) => faults.push(split_hint(&fault.to_string(), place)),
        Err(fault) => {
            faults.push(split_hint(&fault.to_string(), &format!("{place}/limit")));
            return;
        }
    }
    let named = |key: &str, name: &String, part: &Override| (step(&format!("{place}/{key}"), name), part.clone());
    let mut changed: Vec<(String, Override)> = Vec::new();
    changed.extend(clock.per_severity.iter().map(|(name, part)| named("per_severity", name, part)));
    changed.extend(clock.by.iter().map(|(name, part)| named("by", name, part)));
    changed.extend(clock.when.iter().enumerate().map(|(index, when)| (format!("{place}/when/{index}"), when.then.clone())));
    for (place, part) in changed {
        let touched = part.unit.is_some() || part.limit.is_some();
        match clock.with(&part).amount() {
            Err(fault) if touched && fault != ClockError::NoDueDate => {
                let at = if part.limit.is_some() { format!("{place}/limit") } else { place };
                faults.push(split_hint(&fault.to_string(), &at));
            }
            Ok(_) | Err(_) => {}
        }
    }
}

fn check_stop(clock: &ClockDef, place: &str, faults: &mut Vec<ProfileFault>) {
    let Some(stop) = &clock.stop else { return };
    let at = format!("{place}/stop");
    let only = |reached: Milestone| move |milestone: Milestone| milestone == reached;
    if stop.holds(&|_| false) {
        faults.push(ProfileFault::new(&at, "holds before anything has happened").hint("name what must happen, without `!`"));
        return;
    }
    if let Some(Anchor::Milestone(anchor)) = clock.anchor
        && stop.holds(&only(anchor))
    {
        faults.push(ProfileFault::new(&at, "stops the clock at the moment it starts").hint("name another milestone than the anchor"));
    }
    if clock.human && stops_on_receipt_alone(stop) {
        let fault = ProfileFault::new(&at, "lets an automatic receipt stop a human clock");
        faults.push(fault.hint("use human_response_sent, or leave `human` out"));
    }
}

fn stops_on_receipt_alone(stop: &Expr) -> bool {
    stop.holds(&|milestone| milestone == Milestone::ReceiptSent)
}

fn check_pauses(clock: &ClockDef, place: &str, faults: &mut Vec<ProfileFault>) {
    if clock.pause_on.is_empty() {
        return;
    }
    if let Some(why) = never_pausable(clock) {
        let fault = ProfileFault::new(format!("{place}/pause_on"), format!("this clock cannot be paused: {why}"));
        faults.push(fault.hint("leave `pause_on` out"));
    }
}
