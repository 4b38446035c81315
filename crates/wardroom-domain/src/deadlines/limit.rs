//! How long a clock runs: a plain number, or an ISO 8601 duration of days, hours, minutes and seconds.
//! Deliberately no weeks, months, years or fractions in durations: `P1M` would hide a calendar (domain §2.11).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::error::{ClockError, MAX_LIMIT_DAYS};
use crate::profile::quoted;

const DAY_SECONDS: u64 = 86_400;
const MAX_SECONDS: u64 = MAX_LIMIT_DAYS as u64 * DAY_SECONDS;

/// A duration as it was written; `P1D` is kept apart from `PT24H` because laws count days differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IsoDuration {
    /// The `D` part.
    pub days: u32,
    /// The `H` part.
    pub hours: u32,
    /// The `M` part, minutes.
    pub minutes: u32,
    /// The `S` part.
    pub seconds: u32,
}

/// The limit of a clock; its meaning depends on the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// So many units, at least 1.
    Count(u32),
    /// A duration, longer than nothing.
    Duration(IsoDuration),
}

impl IsoDuration {
    /// Reads `PnDTnHnMnS`.
    ///
    /// # Errors
    /// [`ClockError::LimitUnreadable`] for another form, [`ClockError::LimitTooLarge`] past a hundred years.
    pub fn parse(text: &str) -> Result<IsoDuration, ClockError> {
        let unreadable = || ClockError::LimitUnreadable { text: quoted(text) };
        let rest = text.strip_prefix('P').ok_or_else(unreadable)?;
        let (date_part, time_part) = match rest.split_once('T') {
            Some((_, "")) => return Err(unreadable()),
            Some((date, time)) => (date, time),
            None => (rest, ""),
        };
        let mut found = IsoDuration { days: 0, hours: 0, minutes: 0, seconds: 0 };
        let rest = take(date_part, 'D', &mut found.days).ok_or_else(unreadable)??;
        let time = take(time_part, 'H', &mut found.hours).ok_or_else(unreadable)??;
        let time = take(time, 'M', &mut found.minutes).ok_or_else(unreadable)??;
        let time = take(time, 'S', &mut found.seconds).ok_or_else(unreadable)??;
        if !rest.is_empty() || !time.is_empty() || (date_part.is_empty() && time_part.is_empty()) {
            return Err(unreadable());
        }
        if found.total_seconds() > MAX_SECONDS {
            return Err(ClockError::LimitTooLarge);
        }
        Ok(found)
    }

    /// The whole length; a day is 86 400 s here (domain §2.11 rule 1).
    #[must_use]
    pub fn total_seconds(self) -> u64 {
        u64::from(self.days) * DAY_SECONDS + self.time_seconds()
    }

    /// The length after the `T`.
    #[must_use]
    pub fn time_seconds(self) -> u64 {
        u64::from(self.hours) * 3600 + u64::from(self.minutes) * 60 + u64::from(self.seconds)
    }
}

/// Takes `digits` + `sign` from the front when it is there. `None`: unreadable; inner error: too many digits.
fn take<'t>(text: &'t str, sign: char, into: &mut u32) -> Option<Result<&'t str, ClockError>> {
    let Some((digits, rest)) = text.split_once(sign) else {
        return Some(Ok(text));
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    match digits.parse() {
        Ok(number) => {
            *into = number;
            Some(Ok(rest))
        }
        Err(_) => Some(Err(ClockError::LimitTooLarge)),
    }
}

impl Limit {
    /// Reads an integer or a duration.
    ///
    /// # Errors
    /// [`ClockError`]: unreadable, zero or less, longer than a hundred years.
    pub fn from_value(value: &Value) -> Result<Limit, ClockError> {
        match value {
            Value::Number(number) => count(number),
            Value::String(text) => match IsoDuration::parse(text)? {
                nothing if nothing.total_seconds() == 0 => Err(ClockError::LimitZero),
                duration => Ok(Limit::Duration(duration)),
            },
            other => Err(ClockError::LimitUnreadable { text: quoted(&other.to_string()) }),
        }
    }
}

fn count(number: &serde_json::Number) -> Result<Limit, ClockError> {
    let unreadable = || ClockError::LimitUnreadable { text: quoted(&number.to_string()) };
    if let Some(whole) = number.as_u64() {
        return match u32::try_from(whole) {
            Ok(0) => Err(ClockError::LimitZero),
            Ok(small) => Ok(Limit::Count(small)),
            Err(_) => Err(ClockError::LimitTooLarge),
        };
    }
    if number.as_i64().is_some() {
        return Err(ClockError::LimitZero);
    }
    // JSON Schema calls 2.0 an integer; anything else with a fraction is none, and 1e30 is too large.
    match number.as_f64() {
        Some(real) if real.fract() != 0.0 => Err(unreadable()),
        Some(real) if real < 1.0 => Err(ClockError::LimitZero),
        Some(real) if real > f64::from(u32::MAX) => Err(ClockError::LimitTooLarge),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and inside 1..=u32::MAX, checked above")]
        Some(real) => Ok(Limit::Count(real as u32)),
        None => Err(unreadable()),
    }
}

impl fmt::Display for IsoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        if self.days > 0 {
            write!(f, "{}D", self.days)?;
        }
        if self.time_seconds() == 0 {
            return if self.days == 0 { f.write_str("T0S") } else { Ok(()) };
        }
        f.write_str("T")?;
        for (number, sign) in [(self.hours, 'H'), (self.minutes, 'M'), (self.seconds, 'S')] {
            if number > 0 {
                write!(f, "{number}{sign}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Count(number) => write!(f, "{number}"),
            Limit::Duration(duration) => write!(f, "{duration}"),
        }
    }
}

impl Serialize for IsoDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IsoDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        IsoDuration::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Limit::Count(number) => serializer.serialize_u32(*number),
            Limit::Duration(duration) => duration.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Limit::from_value(&value).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn durations_are_read_and_written_back() {
        for (text, seconds) in [("P14D", 14 * 86_400), ("PT48H", 172_800), ("P1DT2H3M4S", 93_784), ("PT10M", 600), ("PT0S", 0)] {
            let duration = IsoDuration::parse(text).unwrap();
            assert_eq!(duration.total_seconds(), seconds, "{text}");
            assert_eq!(duration.to_string(), text);
        }
    }

    #[test]
    fn other_durations_are_refused() {
        for text in
            ["", "P", "PT", "P1DT", "P1M", "P1W", "P1Y", "PT1.5H", "P-1D", "PT1M1H", "48H", "pt48h", "P1D ", "P+1D", "PT1H1H", "P1D2D"]
        {
            assert!(matches!(IsoDuration::parse(text), Err(ClockError::LimitUnreadable { .. })), "{text}");
        }
        assert_eq!(IsoDuration::parse("P99999999999999999999D"), Err(ClockError::LimitTooLarge));
        assert_eq!(IsoDuration::parse("P36526D"), Err(ClockError::LimitTooLarge));
    }

    #[test]
    fn counts_are_whole_positive_and_small() {
        assert_eq!(Limit::from_value(&json!(7)), Ok(Limit::Count(7)));
        assert_eq!(Limit::from_value(&json!(7.0)), Ok(Limit::Count(7)));
        assert_eq!(Limit::from_value(&json!(0)), Err(ClockError::LimitZero));
        assert_eq!(Limit::from_value(&json!(-3)), Err(ClockError::LimitZero));
        assert_eq!(Limit::from_value(&json!("PT0H")), Err(ClockError::LimitZero));
        assert_eq!(Limit::from_value(&json!(10_000_000_000_u64)), Err(ClockError::LimitTooLarge));
        assert_eq!(Limit::from_value(&json!(1e30)), Err(ClockError::LimitTooLarge));
        for odd in [json!(1.5), json!("7"), json!(null), json!(true), json!([1])] {
            assert!(matches!(Limit::from_value(&odd), Err(ClockError::LimitUnreadable { .. })), "{odd}");
        }
    }
}
