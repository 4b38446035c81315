//! Built-in sets of public holidays that a profile can name instead of listing days.
//! Deliberately no calendar of the whole world: a country without a set here is written as a list of days in the profile.
//!
//! * `cn:state-council`: the days off and the make-up workdays (调休上班日) that the State Council of China announces in
//!   autumn for the following year. They follow no rule, so the set is data for the announced years only
//!   ([`CN_COVERED`]); a date beyond them is provisional until a newer release brings the next year.
//! * `us:federal`: the eleven holidays of 5 U.S.C. 6103 by rule, for every year, each with the day on which it is
//!   observed (Friday before a Saturday, Monday after a Sunday). Inauguration Day is left out: it binds one region only.

use jiff::civil::Date;

/// A named set of holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolidaySet {
    /// `cn:state-council`
    CnStateCouncil,
    /// `us:federal`
    UsFederal,
}

/// First and last day for which `cn:state-council` is known.
pub const CN_COVERED: (Date, Date) = (Date::constant(2026, 1, 1), Date::constant(2026, 12, 31));

/// Days off in 2026 as (month, first day, last day), weekends inside them included.
const CN_2026_OFF: [(i8, i8, i8); 7] = [(1, 1, 3), (2, 15, 23), (4, 4, 6), (5, 1, 5), (6, 19, 21), (9, 25, 27), (10, 1, 7)];

/// Weekend days of 2026 on which people work, as (month, day).
const CN_2026_WORK: [(i8, i8); 6] = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)];

impl HolidaySet {
    /// Every set, in the order in which hints name them.
    pub const ALL: [HolidaySet; 2] = [HolidaySet::CnStateCouncil, HolidaySet::UsFederal];

    /// The name a profile uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            HolidaySet::CnStateCouncil => "cn:state-council",
            HolidaySet::UsFederal => "us:federal",
        }
    }

    /// The set of that name, if we have it.
    #[must_use]
    pub fn named(name: &str) -> Option<HolidaySet> {
        HolidaySet::ALL.into_iter().find(|set| set.as_str() == name)
    }

    /// Which release of the announcement or statute the data follows; shown beside a clock.
    #[must_use]
    pub fn version(self) -> &'static str {
        match self {
            HolidaySet::CnStateCouncil => "State Council announcement for 2026",
            HolidaySet::UsFederal => "5 U.S.C. 6103, by rule",
        }
    }

    /// First and last day for which the set is known; `None` when it follows a rule for every year.
    #[must_use]
    pub fn covered(self) -> Option<(Date, Date)> {
        match self {
            HolidaySet::CnStateCouncil => Some(CN_COVERED),
            HolidaySet::UsFederal => None,
        }
    }

    /// Whether the day is off.
    #[must_use]
    pub fn is_holiday(self, day: Date) -> bool {
        match self {
            HolidaySet::CnStateCouncil => {
                day.year() == 2026
                    && CN_2026_OFF.iter().any(|(month, first, last)| day.month() == *month && (*first..=*last).contains(&day.day()))
            }
            HolidaySet::UsFederal => us_federal(day),
        }
    }

    /// Whether people work on that day although the week says they do not.
    #[must_use]
    pub fn is_make_up_workday(self, day: Date) -> bool {
        match self {
            HolidaySet::CnStateCouncil => day.year() == 2026 && CN_2026_WORK.contains(&(day.month(), day.day())),
            HolidaySet::UsFederal => false,
        }
    }
}

/// The holiday itself or the day on which it is observed.
fn us_federal(day: Date) -> bool {
    let observed_from = match day.weekday().to_monday_one_offset() {
        1 => day.yesterday().ok(),
        5 => day.tomorrow().ok(),
        _ => None,
    };
    us_floating(day) || us_fixed(day) || observed_from.is_some_and(us_fixed)
}

/// Holidays with a date: New Year, Juneteenth, Independence Day, Veterans Day, Christmas.
fn us_fixed(day: Date) -> bool {
    matches!((day.month(), day.day()), (1, 1) | (6, 19) | (7, 4) | (11, 11) | (12, 25))
}

/// Holidays with a weekday: King, Washington, Memorial, Labor, Columbus, Thanksgiving.
fn us_floating(day: Date) -> bool {
    let nth_in_month = (day.day() - 1) / 7 + 1;
    let last_in_month = day.day() + 7 > day.days_in_month();
    match (day.month(), day.weekday().to_monday_one_offset()) {
        (1 | 2, 1) => nth_in_month == 3,
        (5, 1) => last_in_month,
        (9, 1) => nth_in_month == 1,
        (10, 1) => nth_in_month == 2,
        (11, 4) => nth_in_month == 4,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn days_of(set: HolidaySet, year: i16) -> Vec<(i8, i8)> {
        date(year, 1, 1)
            .series(jiff::Span::new().days(1))
            .take_while(|day| day.year() == year)
            .filter(|day| set.is_holiday(*day))
            .map(|day| (day.month(), day.day()))
            .collect()
    }

    #[test]
    fn us_federal_2026_with_the_observed_fourth_of_july() {
        assert_eq!(
            days_of(HolidaySet::UsFederal, 2026),
            [(1, 1), (1, 19), (2, 16), (5, 25), (6, 19), (7, 3), (7, 4), (9, 7), (10, 12), (11, 11), (11, 26), (12, 25)]
        );
    }

    #[test]
    fn us_new_year_2028_is_observed_in_2027() {
        assert!(HolidaySet::UsFederal.is_holiday(date(2027, 12, 31)));
        assert!(HolidaySet::UsFederal.is_holiday(date(2028, 1, 1)));
        assert!(!HolidaySet::UsFederal.is_holiday(date(2026, 12, 31)));
        // Sunday 2027-07-04 is observed on Monday.
        assert!(HolidaySet::UsFederal.is_holiday(date(2027, 7, 5)));
    }

    #[test]
    fn china_2026_has_33_days_off_and_six_make_up_days_on_weekends() {
        assert_eq!(days_of(HolidaySet::CnStateCouncil, 2026).len(), 33);
        for (month, day) in CN_2026_WORK {
            let day = date(2026, month, day);
            assert!(HolidaySet::CnStateCouncil.is_make_up_workday(day));
            assert!(day.weekday().to_monday_one_offset() >= 6, "{day}");
            assert!(!HolidaySet::CnStateCouncil.is_holiday(day));
        }
        assert!(days_of(HolidaySet::CnStateCouncil, 2027).is_empty());
        assert!(!HolidaySet::CnStateCouncil.is_make_up_workday(date(2027, 1, 4)));
    }

    #[test]
    fn names_come_back() {
        for set in HolidaySet::ALL {
            assert_eq!(HolidaySet::named(set.as_str()), Some(set));
        }
        assert_eq!(HolidaySet::named("cn"), None);
    }

    #[test]
    fn both_sets_agree_with_the_corpus_calendars() {
        let Some(calendars) = crate::deadlines::corpus::read("calendars.json") else {
            return;
        };
        let listed = |calendar: &str, key: &str| -> Vec<Date> {
            let days = calendars.get(calendar).and_then(|c| c.get(key)).and_then(|v| v.as_array()).unwrap();
            days.iter().map(|day| day.as_str().unwrap().parse().unwrap()).collect()
        };
        for day in listed("cn", "holidays") {
            assert!(HolidaySet::CnStateCouncil.is_holiday(day), "{day}");
        }
        let weekdays_off: Vec<Date> = date(2026, 1, 1)
            .series(jiff::Span::new().days(1))
            .take(365)
            .filter(|day| HolidaySet::CnStateCouncil.is_holiday(*day) && day.weekday().to_monday_one_offset() <= 5)
            .collect();
        assert_eq!(weekdays_off, listed("cn", "holidays"));
        let works: Vec<Date> = CN_2026_WORK.iter().map(|(month, day)| date(2026, *month, *day)).collect();
        assert_eq!(works, listed("cn", "workdays"));
        for day in listed("us_et", "holidays") {
            assert!(HolidaySet::UsFederal.is_holiday(day), "{day}");
        }
    }
}
