//! Steps through a calendar: next opening, the n-th working day, adding and measuring open time.
//! Remembers whether it stepped on a day the calendar does not know. Deliberately knows nothing of clocks.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp};

use super::calendar::Calendar;
use super::error::ClockError;
use super::hours::Span;

/// Longest search for a working day.
const MAX_IDLE_DAYS: usize = 1000;

pub(super) struct Walk<'c> {
    calendar: &'c Calendar,
    /// Whether any day that mattered lies outside the covered range.
    pub provisional: bool,
}

/// A stretch of open time; the end is not part of it.
#[derive(Debug, Clone, Copy)]
struct Open {
    start: Timestamp,
    end: Timestamp,
}

impl<'c> Walk<'c> {
    pub fn new(calendar: &'c Calendar) -> Walk<'c> {
        Walk { calendar, provisional: false }
    }

    pub fn works(&mut self, day: Date) -> bool {
        self.provisional |= !self.calendar.knows(day);
        self.calendar.is_workday(day)
    }

    pub fn local(&self, at: Timestamp) -> DateTime {
        self.calendar.zone.to_datetime(at)
    }

    pub fn day_of(&self, at: Timestamp) -> Date {
        self.local(at).date()
    }

    /// The instant itself when open, else the next opening.
    pub fn next_open(&mut self, at: Timestamp) -> Result<Timestamp, ClockError> {
        let mut day = self.day_of(at);
        for _ in 0..MAX_IDLE_DAYS {
            for open in self.open_on(day)? {
                if at < open.end {
                    return Ok(at.max(open.start));
                }
            }
            day = tomorrow(day)?;
        }
        Err(ClockError::NoWorkingDay)
    }

    /// Whether the instant is the first of an open stretch.
    pub fn is_opening(&mut self, at: Timestamp) -> Result<bool, ClockError> {
        Ok(self.open_on(self.day_of(at))?.iter().any(|open| open.start == at))
    }

    /// The n-th working day after `day`, `n` at least 1.
    pub fn workday_after(&mut self, mut day: Date, n: u32) -> Result<Date, ClockError> {
        for _ in 0..n {
            let mut idle = 0;
            loop {
                day = tomorrow(day)?;
                if self.works(day) {
                    break;
                }
                idle += 1;
                if idle >= MAX_IDLE_DAYS {
                    return Err(ClockError::NoWorkingDay);
                }
            }
        }
        Ok(day)
    }

    /// The opening of a day, worked or not.
    pub fn opening_of(&self, day: Date) -> Result<Timestamp, ClockError> {
        let minutes = self.calendar.spans_on(day).first().map_or(0, |span| span.start);
        self.at_minutes(day, minutes)
    }

    /// The close of business of a day, worked or not.
    pub fn close_of(&self, day: Date) -> Result<Timestamp, ClockError> {
        let minutes = self.calendar.spans_on(day).last().map_or(1440, |span| span.end);
        self.at_minutes(day, minutes)
    }

    /// The midnight at which a day ends.
    pub fn end_of(&self, day: Date) -> Result<Timestamp, ClockError> {
        self.at(tomorrow(day)?, Time::midnight())
    }

    /// The instant of a wall clock reading; in a gap the later, in a fold the earlier one.
    pub fn at(&self, day: Date, time: Time) -> Result<Timestamp, ClockError> {
        self.calendar.zone.to_timestamp(day.to_datetime(time)).map_err(|_| ClockError::OutOfRange)
    }

    /// The instant at which that much open time has passed; ends at a closing rather than at the opening after it.
    pub fn add_open_time(&mut self, from: Timestamp, amount: SignedDuration) -> Result<Timestamp, ClockError> {
        let mut left = amount;
        let mut day = self.day_of(from);
        let mut idle = 0;
        while idle < MAX_IDLE_DAYS {
            idle += 1;
            for open in self.open_on(day)? {
                let start = open.start.max(from);
                if start >= open.end {
                    continue;
                }
                let here = open.end.duration_since(start);
                if left <= here {
                    return start.checked_add(left).map_err(|_| ClockError::OutOfRange);
                }
                left -= here;
                idle = 0;
            }
            day = tomorrow(day)?;
        }
        Err(ClockError::NoWorkingDay)
    }

    /// The open time between two instants; nothing when the second is not later.
    pub fn open_time_between(&mut self, from: Timestamp, to: Timestamp) -> Result<SignedDuration, ClockError> {
        let mut total = SignedDuration::ZERO;
        let mut day = self.day_of(from);
        let last = self.day_of(to);
        while from < to && day <= last {
            for open in self.open_on(day)? {
                let (start, end) = (open.start.max(from), open.end.min(to));
                if start < end {
                    total += end.duration_since(start);
                }
            }
            day = tomorrow(day)?;
        }
        Ok(total)
    }

    fn open_on(&mut self, day: Date) -> Result<Vec<Open>, ClockError> {
        let mut found = Vec::new();
        if !self.works(day) {
            return Ok(found);
        }
        for Span { start, end } in self.calendar.spans_on(day) {
            let open = Open { start: self.at_minutes(day, *start)?, end: self.at_minutes(day, *end)? };
            if open.start < open.end {
                found.push(open);
            }
        }
        Ok(found)
    }

    fn at_minutes(&self, day: Date, minutes: u16) -> Result<Timestamp, ClockError> {
        if minutes >= 1440 {
            return self.end_of(day);
        }
        // Both parts are in range by the check above; midnight would only be an earlier, stricter reading.
        let hour = i8::try_from(minutes / 60).unwrap_or(0);
        let minute = i8::try_from(minutes % 60).unwrap_or(0);
        let time = Time::new(hour, minute, 0, 0).unwrap_or(Time::midnight());
        self.at(day, time)
    }
}

fn tomorrow(day: Date) -> Result<Date, ClockError> {
    day.tomorrow().map_err(|_| ClockError::OutOfRange)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn berlin() -> Calendar {
        Calendar::from_value(&json!({"tz": "Europe/Berlin", "hours": "08:00-12:00,13:00-17:00"})).unwrap()
    }

    #[test]
    fn next_open_knows_lunch_evening_and_weekend() {
        let calendar = berlin();
        let mut walk = Walk::new(&calendar);
        for (from, opens) in [
            ("2026-11-20T07:59:59+01:00", "2026-11-20T08:00:00+01:00"),
            ("2026-11-20T10:00:00+01:00", "2026-11-20T10:00:00+01:00"),
            ("2026-11-20T12:00:00+01:00", "2026-11-20T13:00:00+01:00"),
            ("2026-11-20T17:00:00+01:00", "2026-11-23T08:00:00+01:00"),
            ("2026-11-21T10:00:00+01:00", "2026-11-23T08:00:00+01:00"),
        ] {
            assert_eq!(walk.next_open(at(from)), Ok(at(opens)), "{from}");
        }
    }

    #[test]
    fn open_time_added_is_open_time_measured() {
        let calendar = berlin();
        let mut walk = Walk::new(&calendar);
        let from = at("2026-11-20T11:00:00+01:00");
        for minutes in [1, 60, 61, 299, 300, 301, 5000] {
            let amount = SignedDuration::from_mins(minutes);
            let to = walk.add_open_time(from, amount).unwrap();
            assert_eq!(walk.open_time_between(from, to), Ok(amount), "{minutes}");
        }
        assert_eq!(walk.open_time_between(from, from), Ok(SignedDuration::ZERO));
    }

    #[test]
    fn a_day_of_24_hours_has_23_and_25_at_the_change_of_clocks() {
        let calendar = Calendar::from_value(&json!({"tz": "Europe/Berlin", "week": [7]})).unwrap();
        let mut walk = Walk::new(&calendar);
        let hours = |walk: &mut Walk<'_>, day: &str| {
            let from = at(&format!("{day}T00:00:00Z")).checked_sub(SignedDuration::from_hours(6)).unwrap();
            let to = from.checked_add(SignedDuration::from_hours(40)).unwrap();
            walk.open_time_between(from, to).unwrap().as_hours()
        };
        assert_eq!(hours(&mut walk, "2026-03-29"), 23);
        assert_eq!(hours(&mut walk, "2026-10-25"), 25);
        assert_eq!(hours(&mut walk, "2026-11-22"), 24);
    }

    #[test]
    fn a_calendar_without_working_days_is_an_error_not_a_loop() {
        let calendar = Calendar::from_value(&json!({"tz": "UTC", "week": []})).unwrap();
        let mut walk = Walk::new(&calendar);
        let from = at("2026-11-20T11:00:00Z");
        assert_eq!(walk.next_open(from), Err(ClockError::NoWorkingDay));
        assert_eq!(walk.workday_after(walk.day_of(from), 1), Err(ClockError::NoWorkingDay));
        assert_eq!(walk.add_open_time(from, SignedDuration::from_hours(1)), Err(ClockError::NoWorkingDay));
    }
}
