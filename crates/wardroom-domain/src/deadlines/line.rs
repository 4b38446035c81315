//! One line of `wardroom clock due`: a calendar's name, a clock, an anchor; and the answer.
//! Deliberately on JSON values: reading the file and the lines is the caller's work.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::calendar::Calendar;
use super::clock::{ClockDef, Facts};
use super::error::ClockError;
use super::pause::{Pause, due_with_pauses};
use super::words::PauseCause;
use crate::profile::quoted;

/// Most pauses of one line.
const MAX_PAUSES: usize = 1000;

/// Answers one line.
///
/// `calendars` maps names to calendars. `line` holds `calendar`, `clock` and `anchor`, and may hold `severity`,
/// `exploited`, `kinds` and `pauses` (`[{from, until, cause, reason}]`); other keys are left alone, so that a line may
/// carry its name. The answer holds `due_utc`, `due_local`, `provisional`, and `outer_bound` when the lax reading is later.
///
/// # Errors
/// [`ClockError`] in words for the person who wrote the line.
pub fn run_line(calendars: &Value, line: &Value) -> Result<Value, ClockError> {
    let line = line.as_object().ok_or(ClockError::LineUnreadable { what: "it is no object" })?;
    let clock_value = line.get("clock").ok_or(ClockError::LineUnreadable { what: "`clock` is missing" })?;
    let mut clock = ClockDef::from_value(clock_value)?;
    let calendar = calendar(calendars, line, &clock)?;
    let anchor = match line.get("anchor") {
        Some(Value::String(text)) => read_anchor(text)?,
        Some(_) => {
            return Err(ClockError::LineUnreadable { what: "`anchor` is no text" });
        }
        None => {
            return Err(ClockError::LineUnreadable { what: "`anchor` is missing" });
        }
    };
    let pauses = pauses(line)?;
    if clock.pause_on.is_empty() {
        clock.pause_on = PauseCause::ALL.to_vec();
    }
    let due = due_with_pauses(&clock, &calendar, anchor, &facts(line), &pauses)?;
    let mut answer = json!({
        "due_utc": due.due_utc.to_string(),
        "due_local": due.local_text(),
        "provisional": due.provisional,
    });
    if let (Some(bound), Some(fields)) = (due.outer_bound, answer.as_object_mut()) {
        fields.insert("outer_bound".to_owned(), Value::String(bound.to_string()));
    }
    Ok(answer)
}

/// Reads an instant with an offset; a zone in brackets may follow and is not consulted, the offset decides.
///
/// # Errors
/// [`ClockError::AnchorUnreadable`]; a reading of a wall clock without an offset is no instant.
pub fn read_anchor(text: &str) -> Result<Timestamp, ClockError> {
    let unreadable = || ClockError::AnchorUnreadable { text: quoted(text) };
    if text.len() > 100 {
        return Err(unreadable());
    }
    text.parse().map_err(|_| unreadable())
}

fn calendar(calendars: &Value, line: &Map<String, Value>, clock: &ClockDef) -> Result<Calendar, ClockError> {
    let name = match line.get("calendar") {
        Some(Value::String(name)) => name.as_str(),
        Some(_) => {
            return Err(ClockError::LineUnreadable { what: "`calendar` is no name" });
        }
        None => clock.calendar_name(),
    };
    let value = calendars.get(name).ok_or_else(|| ClockError::UnknownCalendar { name: quoted(name) })?;
    Calendar::try_from(value.clone()).map_err(ClockError::Calendar)
}

fn facts(line: &Map<String, Value>) -> Facts {
    let text = |key: &str| line.get(key).and_then(Value::as_str).map(str::to_owned);
    let listed = line.get("kinds").and_then(Value::as_array).into_iter().flatten();
    let mut kinds: Vec<String> = listed.filter_map(Value::as_str).map(str::to_owned).collect();
    kinds.extend(text("channel"));
    kinds.extend(text("kind"));
    Facts { severity: text("severity"), exploited: line.get("exploited").and_then(Value::as_bool).unwrap_or(false), kinds }
}

fn pauses(line: &Map<String, Value>) -> Result<Vec<Pause>, ClockError> {
    const WHAT: &str = "`pauses` is no list of {from, until}";
    let unreadable = || ClockError::LineUnreadable { what: WHAT };
    let entries = match line.get("pauses") {
        None => return Ok(Vec::new()),
        Some(Value::Array(entries)) if entries.len() <= MAX_PAUSES => entries,
        Some(_) => return Err(unreadable()),
    };
    let mut found = Vec::new();
    for entry in entries {
        let text = |key: &str| entry.get(key).and_then(Value::as_str);
        let until = match text("until").or_else(|| text("to")) {
            Some(until) => Some(read_anchor(until)?),
            None => None,
        };
        let cause = match text("cause") {
            Some(word) => *PauseCause::ALL.iter().find(|cause| cause.as_str() == word).ok_or_else(unreadable)?,
            None => PauseCause::AwaitingReporter,
        };
        let from = read_anchor(text("from").ok_or_else(unreadable)?)?;
        found.push(Pause { from, until, cause, reason: text("reason").unwrap_or_default().to_owned() });
    }
    Ok(found)
}
