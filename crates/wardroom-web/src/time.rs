//! How an instant is shown: `2026-11-23 09:00 Asia/Shanghai (in 2 h 10 min)`, with UTC for machines.
//! `now` is an argument; nothing here reads a clock.

use crate::Lang;
use crate::words::common as say;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// An instant, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// `2026-11-23 09:00 Asia/Shanghai`.
    pub absolute: String,
    /// `in 2 h 10 min` or `3 d 4 h ago`.
    pub relative: String,
    /// `2026-11-23T01:00:00Z`, for `<time datetime>`.
    pub utc: String,
    /// Whether it lies before `now`.
    pub past: bool,
}

impl Moment {
    /// Shows `at` in `zone`, seen from `now`.
    #[must_use]
    pub fn new(lang: Lang, at: Timestamp, zone: &TimeZone, now: Timestamp) -> Self {
        let name = zone.iana_name().unwrap_or("UTC");
        let zone = if zone.iana_name().is_some() { zone.clone() } else { TimeZone::UTC };
        Self {
            absolute: format!("{} {name}", at.to_zoned(zone).strftime("%Y-%m-%d %H:%M")),
            relative: relative(lang, at, now),
            utc: utc(at),
            past: at < now,
        }
    }

    /// Like [`Moment::new`], with the zone's name; an unknown name is shown in UTC.
    #[must_use]
    pub fn in_zone(lang: Lang, at: Timestamp, zone: &str, now: Timestamp) -> Self {
        Self::new(lang, at, &TimeZone::get(zone).unwrap_or(TimeZone::UTC), now)
    }

    /// Both parts in one line: `2026-11-23 09:00 Asia/Shanghai (in 2 h 10 min)`.
    #[must_use]
    pub fn line(&self, lang: Lang) -> String {
        say::time_with_relative(lang, self.absolute.as_str(), self.relative.as_str())
    }
}

/// `2026-11-23T01:00:00Z`, to the second.
#[must_use]
pub fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `in 2 h 10 min`, `3 d 4 h ago`, `now`.
#[must_use]
pub fn relative(lang: Lang, at: Timestamp, now: Timestamp) -> String {
    let seconds = at.as_second().saturating_sub(now.as_second());
    if seconds == 0 {
        return say::TIME_NOW.say(lang).to_owned();
    }
    let span = span(lang, seconds.unsigned_abs());
    if seconds > 0 { say::time_in(lang, span) } else { say::time_ago(lang, span) }
}

/// Words one number of a unit.
type Unit = fn(Lang, u64) -> String;

/// A length of time in its two largest units: `2 h 10 min`, `3 d 4 h`, `40 s`.
#[must_use]
pub fn span(lang: Lang, seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let parts: [(u64, Unit); 2] = if days > 0 {
        [(days, |l, n| say::time_days(l, n)), (hours, |l, n| say::time_hours(l, n))]
    } else if hours > 0 {
        [(hours, |l, n| say::time_hours(l, n)), (minutes, |l, n| say::time_minutes(l, n))]
    } else if minutes > 0 {
        return say::time_minutes(lang, minutes);
    } else {
        return say::time_seconds(lang, seconds);
    };
    let said: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| unit(lang, *n)).collect();
    said.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap_or(Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn the_screens_own_example() {
        let moment = Moment::in_zone(Lang::En, at("2026-11-23T01:00:00Z"), "Asia/Shanghai", at("2026-11-22T22:50:00Z"));
        assert_eq!(moment.line(Lang::En), "2026-11-23 09:00 Asia/Shanghai (in 2 h 10 min)");
        assert_eq!(moment.utc, "2026-11-23T01:00:00Z");
        let zh = Moment::in_zone(Lang::Zh, at("2026-11-23T01:00:00Z"), "Asia/Shanghai", at("2026-11-22T22:50:00Z"));
        assert_eq!(zh.line(Lang::Zh), "2026-11-23 09:00 Asia/Shanghai（2 小时 10 分钟后）");
    }

    #[test]
    fn the_past_and_odd_zones() {
        assert_eq!(relative(Lang::En, at("2026-11-20T00:00:00Z"), at("2026-11-23T04:00:00Z")), "3 d 4 h ago");
        assert_eq!(relative(Lang::En, at("2026-11-20T00:00:00Z"), at("2026-11-20T00:00:00Z")), "now");
        assert_eq!(relative(Lang::En, at("2026-11-20T01:00:00Z"), at("2026-11-20T00:00:00Z")), "in 1 h");
        let odd = Moment::in_zone(Lang::En, at("2026-11-20T00:00:00Z"), "Mars/Olympus", at("2026-11-20T00:00:30Z"));
        assert_eq!(odd.line(Lang::En), "2026-11-20 00:00 UTC (30 s ago)");
        assert!(odd.past);
    }
}
