//! A working calendar: zone, week, hours, holidays, make-up workdays, closures, and the range it is known for.
//! Deliberately no reading of `.ics`: days are listed, or come from a built-in [`HolidaySet`].

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::holidays::HolidaySet;
use super::hours::{Hours, Span};
use crate::profile::{ProfileFault, nearest, quoted, step};

/// Most entries of one list of days.
const MAX_DAYS: usize = 5000;

const FIELDS: [&str; 7] = ["tz", "week", "hours", "holidays", "workdays", "closures", "covered"];

/// Versioned data about when people work; immutable once read, and written back as it was read.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub struct Calendar {
    source: Value,
    pub(super) zone: TimeZone,
    zone_name: String,
    week: BTreeSet<i8>,
    hours: Hours,
    holidays: Days,
    workdays: Days,
    closures: Days,
    undated_closures: Vec<String>,
    covered: Option<(Date, Date)>,
}

/// Days by list, by range, by named set.
#[derive(Debug, Clone, Default)]
struct Days {
    single: BTreeSet<Date>,
    ranges: Vec<(Date, Date)>,
    sets: Vec<HolidaySet>,
}

impl Days {
    fn listed(&self, day: Date) -> bool {
        self.single.contains(&day) || self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&day))
    }
}

impl Calendar {
    /// Monday to Friday, the whole day, UTC: what a clock uses when the profile names no calendar.
    #[must_use]
    pub fn utc() -> Calendar {
        Calendar {
            source: json!({"tz": "UTC"}),
            zone: TimeZone::UTC,
            zone_name: "UTC".to_owned(),
            week: (1..=5).collect(),
            hours: Hours::whole_day(),
            holidays: Days::default(),
            workdays: Days::default(),
            closures: Days::default(),
            undated_closures: Vec::new(),
            covered: None,
        }
    }

    /// Reads the shape shared by calendar files and the `calendars` of a profile.
    ///
    /// `holidays` and `workdays` hold days (`2026-10-01`), ranges (`2026-10-01/2026-10-07`) and named sets
    /// (`cn:state-council`); `closures` hold days, ranges, and names without a date, which are kept but not counted.
    ///
    /// # Errors
    /// All faults at once, with paths relative to the calendar.
    pub fn from_value(value: &Value) -> Result<Calendar, Vec<ProfileFault>> {
        let Value::Object(fields) = value else {
            return Err(vec![ProfileFault::new("", "calendar is no object").hint("write at least `tz`")]);
        };
        let mut faults = Vec::new();
        for name in fields.keys().filter(|name| !FIELDS.contains(&name.as_str())) {
            let fault = ProfileFault::new(step("", name), format!("unknown field {}", quoted(name)));
            faults.push(fault.meant(nearest(name, FIELDS)));
        }
        let mut calendar = Calendar { source: value.clone(), ..Calendar::utc() };
        if let Some((name, zone)) = zone(fields, &mut faults) {
            (calendar.zone_name, calendar.zone) = (name, zone);
        }
        if let Some(week) = fields.get("week") {
            calendar.week = parse_week(week, &mut faults);
        }
        if let Some(hours) = fields.get("hours").and_then(|hours| Hours::parse(hours, "/hours", &mut faults)) {
            calendar.hours = hours;
        }
        calendar.holidays = days(fields, "holidays", &mut faults, None);
        calendar.workdays = days(fields, "workdays", &mut faults, None);
        calendar.closures = days(fields, "closures", &mut faults, Some(&mut calendar.undated_closures));
        calendar.covered = covered(fields, &mut faults);
        calendar.narrow_to_known_sets();
        if faults.is_empty() { Ok(calendar) } else { Err(faults) }
    }

    /// The IANA name of the zone.
    #[must_use]
    pub fn zone_name(&self) -> &str {
        &self.zone_name
    }

    /// First and last day the calendar is known for; `None` means every day.
    #[must_use]
    pub fn covered(&self) -> Option<(Date, Date)> {
        self.covered
    }

    /// Closures that were named without dates ("summer"); they are not counted, which makes a due date earlier.
    #[must_use]
    pub fn undated_closures(&self) -> &[String] {
        &self.undated_closures
    }

    /// Whether the day lies in the range the calendar is known for.
    #[must_use]
    pub fn knows(&self, day: Date) -> bool {
        self.covered.is_none_or(|(first, last)| (first..=last).contains(&day))
    }

    /// Whether people work that day. Closures beat make-up workdays, those beat holidays, those beat the week;
    /// outside the covered range only the week counts (domain §2.11 rule 5).
    #[must_use]
    pub fn is_workday(&self, day: Date) -> bool {
        let by_week = self.week.contains(&day.weekday().to_monday_one_offset());
        if !self.knows(day) {
            return by_week;
        }
        if self.closures.listed(day) {
            return false;
        }
        if self.workdays.listed(day) || self.workdays.sets.iter().any(|set| set.is_make_up_workday(day)) {
            return true;
        }
        let holiday = self.holidays.listed(day) || self.holidays.sets.iter().any(|set| set.is_holiday(day));
        by_week && !holiday
    }

    /// The opening spans of that weekday, whether or not people work that day.
    pub(super) fn spans_on(&self, day: Date) -> &[Span] {
        self.hours.on(day.weekday().to_monday_one_offset())
    }

    /// A named set that is known for some years only narrows what the whole calendar is known for.
    fn narrow_to_known_sets(&mut self) {
        for (first, last) in self.holidays.sets.iter().chain(&self.workdays.sets).filter_map(|set| set.covered()) {
            self.covered = Some(match self.covered {
                Some((from, to)) => (from.max(first), to.min(last)),
                None => (first, last),
            });
        }
    }
}

impl PartialEq for Calendar {
    fn eq(&self, other: &Calendar) -> bool {
        self.source == other.source
    }
}

impl TryFrom<Value> for Calendar {
    type Error = ProfileFault;

    /// As [`Calendar::from_value`], with the first fault only.
    fn try_from(value: Value) -> Result<Calendar, ProfileFault> {
        Calendar::from_value(&value).map_err(|faults| {
            let first = faults.into_iter().next();
            first.unwrap_or_else(|| ProfileFault::new("", "calendar cannot be read"))
        })
    }
}

impl From<Calendar> for Value {
    fn from(calendar: Calendar) -> Value {
        calendar.source
    }
}

fn zone(fields: &Map<String, Value>, faults: &mut Vec<ProfileFault>) -> Option<(String, TimeZone)> {
    const HINT: &str = "write an IANA name such as Asia/Shanghai";
    match fields.get("tz") {
        None => faults.push(ProfileFault::new("", "required field `tz` is missing").hint(HINT)),
        Some(Value::String(name)) => {
            // The data inside the program, not the machine's: the same promise on every machine.
            match TimeZoneDatabase::bundled().get(name) {
                Ok(zone) => return Some((zone.iana_name().unwrap_or(name).to_owned(), zone)),
                Err(_) => faults.push(ProfileFault::new("/tz", format!("unknown time zone {}", quoted(name))).hint(HINT)),
            }
        }
        Some(_) => faults.push(ProfileFault::new("/tz", "is no text").hint(HINT)),
    }
    None
}

fn parse_week(value: &Value, faults: &mut Vec<ProfileFault>) -> BTreeSet<i8> {
    const HINT: &str = "list weekdays from 1 (Monday) to 7 (Sunday)";
    let mut week = BTreeSet::new();
    let Value::Array(days) = value else {
        faults.push(ProfileFault::new("/week", "is no list").hint(HINT));
        return week;
    };
    for (index, day) in days.iter().enumerate().take(MAX_DAYS) {
        match day.as_i64().and_then(|number| i8::try_from(number).ok()) {
            Some(number @ 1..=7) => {
                week.insert(number);
            }
            _ => faults.push(ProfileFault::new(format!("/week/{index}"), "is no weekday").hint(HINT)),
        }
    }
    week
}

fn days(fields: &Map<String, Value>, key: &str, faults: &mut Vec<ProfileFault>, mut names: Option<&mut Vec<String>>) -> Days {
    let mut found = Days::default();
    let path = step("", key);
    let entries = match fields.get(key) {
        None => return found,
        Some(Value::Array(entries)) if entries.len() <= MAX_DAYS => entries,
        Some(Value::Array(_)) => {
            faults.push(ProfileFault::new(path, format!("holds more than {MAX_DAYS} entries")));
            return found;
        }
        Some(_) => {
            faults.push(ProfileFault::new(path, "is no list").hint("list days such as 2026-10-01"));
            return found;
        }
    };
    for (index, entry) in entries.iter().enumerate() {
        let place = format!("{path}/{index}");
        let Value::String(text) = entry else {
            faults.push(ProfileFault::new(place, "is no text").hint("list days such as 2026-10-01"));
            continue;
        };
        if let Some((first, last)) = range(text) {
            if first > last {
                faults.push(ProfileFault::new(place, "ends before it begins"));
            } else if first == last {
                found.single.insert(first);
            } else {
                found.ranges.push((first, last));
            }
            continue;
        }
        match &mut names {
            Some(names) if !text.starts_with(|c: char| c.is_ascii_digit()) && !text.trim().is_empty() => names.push(text.clone()),
            Some(_) => faults.push(ProfileFault::new(place, format!("cannot read day {}", quoted(text))).hint(DAY_HINT)),
            None => match HolidaySet::named(text) {
                Some(set) => found.sets.push(set),
                None => faults.push(unknown_day(place, text)),
            },
        }
    }
    found
}

const DAY_HINT: &str = "write a day such as 2026-10-01 or a range such as 2026-10-01/2026-10-07";

fn unknown_day(place: String, text: &str) -> ProfileFault {
    if !text.contains(':') {
        return ProfileFault::new(place, format!("cannot read day {}", quoted(text))).hint(DAY_HINT);
    }
    let known = HolidaySet::ALL.map(HolidaySet::as_str);
    let fault = ProfileFault::new(place, format!("unknown holiday set {}", quoted(text)));
    match nearest(text, known) {
        Some(word) => fault.meant(Some(word)),
        None => fault.hint(format!("name one of {}, or list the days", known.join(", "))),
    }
}

fn range(text: &str) -> Option<(Date, Date)> {
    if let Some(only) = day(text) {
        return Some((only, only));
    }
    let (first, last) = text.split_once('/').or_else(|| text.split_once(".."))?;
    Some((day(first)?, day(last)?))
}

/// Only `YYYY-MM-DD`; the date reader itself would also take a date with a time.
fn day(text: &str) -> Option<Date> {
    let shaped = text.len() == 10 && text.chars().all(|c| c.is_ascii_digit() || c == '-');
    if shaped { text.parse().ok() } else { None }
}

fn covered(fields: &Map<String, Value>, faults: &mut Vec<ProfileFault>) -> Option<(Date, Date)> {
    const HINT: &str = "write the first and the last known day, such as [2026-01-01, 2026-12-31]";
    let value = fields.get("covered")?;
    let Some([first, last]) = value.as_array().map(Vec::as_slice) else {
        faults.push(ProfileFault::new("/covered", "is no list of two days").hint(HINT));
        return None;
    };
    let mut bound = |index: usize, value: &Value| {
        let found = value.as_str().and_then(day);
        if found.is_none() {
            faults.push(ProfileFault::new(format!("/covered/{index}"), "is no day").hint(HINT));
        }
        found
    };
    let (first, last) = (bound(0, first), bound(1, last));
    let (first, last) = (first?, last?);
    if first > last {
        faults.push(ProfileFault::new("/covered", "ends before it begins").hint(HINT));
        return None;
    }
    Some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn faults(value: Value) -> Vec<String> {
        Calendar::from_value(&value).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn closures_beat_make_up_days_beat_holidays_beat_the_week() {
        let calendar = Calendar::from_value(&json!({
            "tz": "Asia/Shanghai", "hours": "09:00-18:00",
            "holidays": ["2026-10-01/2026-10-07", "2026-10-10"],
            "workdays": ["2026-10-10", "2026-09-20"],
            "closures": ["2026-09-20", "spring cleaning"]
        }))
        .unwrap();
        assert!(!calendar.is_workday(date(2026, 10, 5)));
        assert!(calendar.is_workday(date(2026, 10, 8)));
        assert!(calendar.is_workday(date(2026, 10, 10)), "a make-up Saturday that is also listed as holiday");
        assert!(!calendar.is_workday(date(2026, 9, 20)), "the company is closed on a make-up Sunday");
        assert_eq!(calendar.undated_closures(), ["spring cleaning"]);
    }

    #[test]
    fn beyond_the_covered_range_only_the_week_counts() {
        let calendar = Calendar::from_value(&json!({
            "tz": "Asia/Shanghai", "holidays": ["2027-01-01"], "workdays": ["2027-01-02"], "covered": ["2026-01-01", "2026-12-31"]
        }))
        .unwrap();
        assert!(calendar.is_workday(date(2027, 1, 1)));
        assert!(!calendar.is_workday(date(2027, 1, 2)));
        assert!(!calendar.knows(date(2027, 1, 1)));
        assert!(calendar.knows(date(2026, 12, 31)));
    }

    #[test]
    fn a_named_set_limits_what_is_covered() {
        let named = json!({"tz": "Asia/Shanghai", "holidays": ["cn:state-council"], "workdays": ["cn:state-council"]});
        let calendar = Calendar::from_value(&named).unwrap();
        assert_eq!(calendar.covered(), Some((date(2026, 1, 1), date(2026, 12, 31))));
        assert!(calendar.is_workday(date(2026, 10, 10)));
        assert!(!calendar.is_workday(date(2026, 10, 7)));
        let mut wide = named;
        wide["covered"] = json!(["2026-06-01", "2030-12-31"]);
        let calendar = Calendar::from_value(&wide).unwrap();
        assert_eq!(calendar.covered(), Some((date(2026, 6, 1), date(2026, 12, 31))));
        let american = Calendar::from_value(&json!({"tz": "America/New_York", "holidays": ["us:federal"]})).unwrap();
        assert_eq!(american.covered(), None);
        assert!(!american.is_workday(date(2031, 7, 4)));
    }

    #[test]
    fn all_faults_are_reported_with_their_place() {
        assert_eq!(
            faults(json!({
                "tz": "Asia/Shangai", "hourss": "x", "week": [1, 8, "2"], "hours": "9", "holidays": ["2026-13-01", "cn:state-counsil", 5],
                "closures": ["2026-1-1"], "covered": ["2026-12-31", "2026-01-01"]
            })),
            [
                "/hourss: unknown field `hourss`; did you mean `hours`?",
                "/tz: unknown time zone `Asia/Shangai`; write an IANA name such as Asia/Shanghai",
                "/week/1: is no weekday; list weekdays from 1 (Monday) to 7 (Sunday)",
                "/week/2: is no weekday; list weekdays from 1 (Monday) to 7 (Sunday)",
                "/hours: cannot read span `9`; write hours such as 09:00-18:00 or 09:00-12:00,13:00-18:00",
                "/holidays/0: cannot read day `2026-13-01`; write a day such as 2026-10-01 or a range such as 2026-10-01/2026-10-07",
                "/holidays/1: unknown holiday set `cn:state-counsil`; did you mean `cn:state-council`?",
                "/holidays/2: is no text; list days such as 2026-10-01",
                "/closures/0: cannot read day `2026-1-1`; write a day such as 2026-10-01 or a range such as 2026-10-01/2026-10-07",
                "/covered: ends before it begins; write the first and the last known day, such as [2026-01-01, 2026-12-31]",
            ]
        );
        assert_eq!(faults(json!({})), ["/: required field `tz` is missing; write an IANA name such as Asia/Shanghai"]);
        assert_eq!(faults(json!([])), ["/: calendar is no object; write at least `tz`"]);
    }
}
