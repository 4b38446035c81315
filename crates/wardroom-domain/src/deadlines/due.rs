//! From a clock, a calendar and an anchor to the instant it is due (domain §2.11 rules 1 to 5).
//! Deliberately a pure function of its arguments: what time it is now does not matter here.

use jiff::{SignedDuration, Span, Timestamp, Zoned};

use super::calendar::Calendar;
use super::clock::{Amount, ClockDef, Facts};
use super::error::ClockError;
use super::limit::Limit;
use super::walk::Walk;
use super::words::{Condition, DueRule, Force, Roll, Start, Unit};

/// When a clock is due, and how sure that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The instant.
    pub due_utc: Timestamp,
    /// The same instant in the zone of the calendar.
    pub due_local: Zoned,
    /// The calendar does not know all the days that mattered; recompute when it does (rule 5).
    pub provisional: bool,
    /// The laxest reading of the wording when it is later; for information only (rule 3).
    pub outer_bound: Option<Timestamp>,
    /// From when it is counted: the anchor, or the opening at which it counts as received (rule 2).
    pub counted_from: Timestamp,
}

impl Due {
    /// `due_local` as RFC 3339 with a numeric offset, also for UTC: `2026-09-24T10:00:00+08:00`.
    #[must_use]
    pub fn local_text(&self) -> String {
        self.due_local.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
    }
}

/// When the clock is due for a case of which nothing is known but its anchor.
///
/// # Errors
/// [`ClockError`]: the limit is missing, unfit or too large, or the calendar never opens.
pub fn due(clock: &ClockDef, calendar: &Calendar, anchor: Timestamp) -> Result<Due, ClockError> {
    due_for(clock, calendar, anchor, &Facts::default())
}

/// When the clock is due for this case.
///
/// # Errors
/// As [`due`].
pub fn due_for(clock: &ClockDef, calendar: &Calendar, anchor: Timestamp, facts: &Facts) -> Result<Due, ClockError> {
    let run = Run::new(clock, calendar, anchor, facts)?;
    Ok(run.due(calendar))
}

/// A computed clock before it is turned into an answer; pauses and warnings work on it.
pub(super) struct Run<'c> {
    /// The clock as it is for this case.
    pub clock: ClockDef,
    pub walk: Walk<'c>,
    pub anchor: Timestamp,
    pub counted_from: Timestamp,
    pub instant: Timestamp,
}

impl<'c> Run<'c> {
    pub fn new(clock: &ClockDef, calendar: &'c Calendar, anchor: Timestamp, facts: &Facts) -> Result<Run<'c>, ClockError> {
        let mut walk = Walk::new(calendar);
        let asks_for_workday = clock.when.iter().any(|when| when.condition == Condition::AnchorNonworking);
        let workday = !asks_for_workday || walk.works(walk.day_of(anchor));
        let clock = clock.for_case(facts, workday);
        let amount = clock.amount()?;
        let counted_from = counted_from(&mut walk, &clock, anchor)?;
        let landed = land(&mut walk, amount, counted_from)?;
        // A fresh clock that lands on midnight lies on the day that begins there.
        let day = match amount {
            Amount::OpenSeconds(_) => walk.day_of(just_before(landed)),
            _ => walk.day_of(landed),
        };
        let instant = settle(&mut walk, &clock, landed, day)?;
        Ok(Run { clock, walk, anchor, counted_from, instant })
    }

    pub fn due(mut self, calendar: &Calendar) -> Due {
        let provisional = self.walk.provisional;
        let outer_bound = lax_reading(&mut self.walk, &self.clock, self.instant);
        Due {
            due_utc: self.instant,
            due_local: self.instant.to_zoned(calendar.zone.clone()),
            provisional,
            outer_bound: outer_bound.filter(|bound| *bound > self.instant),
            counted_from: self.counted_from,
        }
    }

    /// The instant of an event at `share` percent of the clock.
    pub fn at_share(&mut self, percent: i32) -> Result<Timestamp, ClockError> {
        let by_open_time = is_business(self.clock.unit);
        let whole = if by_open_time {
            self.walk.open_time_between(self.counted_from, self.instant)?
        } else {
            self.instant.duration_since(self.counted_from)
        };
        let part = whole.checked_mul(percent).and_then(|scaled| scaled.checked_div(100)).ok_or(ClockError::OutOfRange)?;
        if by_open_time && !part.is_zero() {
            return self.walk.add_open_time(self.counted_from, part);
        }
        self.counted_from.checked_add(part).map_err(|_| ClockError::OutOfRange)
    }
}

pub(super) fn is_business(unit: Unit) -> bool {
    matches!(unit, Unit::BusinessDays | Unit::BusinessHours)
}

pub(super) fn just_before(at: Timestamp) -> Timestamp {
    at.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(at)
}

fn counted_from(walk: &mut Walk<'_>, clock: &ClockDef, anchor: Timestamp) -> Result<Timestamp, ClockError> {
    match (clock.start(), clock.unit) {
        (Start::NextOpen, _) => walk.next_open(anchor),
        (Start::NextDay, Unit::Elapsed | Unit::BusinessHours) => {
            let day = walk.workday_after(walk.day_of(anchor), 1)?;
            walk.opening_of(day)
        }
        // Counting days leaves out the day of the anchor anyway: the following one is day 1.
        (Start::NextDay, Unit::BusinessDays | Unit::CalendarDays | Unit::Months | Unit::None) | (Start::Immediate, _) => Ok(anchor),
    }
}

fn land(walk: &mut Walk<'_>, amount: Amount, from: Timestamp) -> Result<Timestamp, ClockError> {
    let local = walk.local(from);
    let shifted =
        |span: Result<Span, jiff::Error>| span.and_then(|span| local.date().checked_add(span)).map_err(|_| ClockError::OutOfRange);
    match amount {
        Amount::ElapsedSeconds(seconds) => from.checked_add(SignedDuration::from_secs(seconds)).map_err(|_| ClockError::OutOfRange),
        Amount::OpenSeconds(seconds) => walk.add_open_time(from, SignedDuration::from_secs(seconds)),
        Amount::BusinessDays(days) => {
            let day = walk.workday_after(local.date(), days)?;
            // The same time is the stricter reading: an anchor after closing never gains an evening by it.
            Ok(walk.at(day, local.time())?.min(walk.close_of(day)?))
        }
        Amount::CalendarDays(days) => walk.at(shifted(Span::new().try_days(days))?, local.time()),
        Amount::Months(months) => walk.at(shifted(Span::new().try_months(months))?, local.time()),
    }
}

/// Applies `roll` and `due` to an instant on its last day.
pub(super) fn settle(walk: &mut Walk<'_>, clock: &ClockDef, landed: Timestamp, day: jiff::civil::Date) -> Result<Timestamp, ClockError> {
    let rolls = clock.roll == Some(Roll::NextWorkingDay) && !walk.works(day);
    let last = if rolls { walk.workday_after(day, 1)? } else { day };
    match clock.due_rule() {
        DueRule::SameTime if rolls => walk.at(last, walk.local(landed).time()),
        DueRule::SameTime => Ok(landed),
        DueRule::CloseOfBusiness => walk.close_of(last),
        DueRule::EndOfDay => walk.end_of(last),
    }
}

/// The laxest reading of the same words (domain §2.9.2: Reg. 1182/71 for the law, close of business for promises).
fn lax_reading(walk: &mut Walk<'_>, clock: &ClockDef, due: Timestamp) -> Option<Timestamp> {
    let whole_days = matches!(clock.limit, Some(Limit::Duration(duration)) if duration.time_seconds() == 0);
    let mut lax = clock.clone();
    match (clock.due_rule(), clock.unit, clock.force()) {
        (DueRule::SameTime, Unit::BusinessDays | Unit::BusinessHours, _) => lax.due = Some(DueRule::CloseOfBusiness),
        (DueRule::SameTime, Unit::CalendarDays | Unit::Months, force) => {
            lax.due = Some(DueRule::EndOfDay);
            lax.roll = if force == Force::Law { Some(Roll::NextWorkingDay) } else { clock.roll };
        }
        (DueRule::SameTime, Unit::Elapsed, Force::Law) if whole_days => {
            lax.due = Some(DueRule::EndOfDay);
            lax.roll = Some(Roll::NextWorkingDay);
        }
        _ => return None,
    }
    settle(walk, &lax, due, walk.day_of(due)).ok()
}
