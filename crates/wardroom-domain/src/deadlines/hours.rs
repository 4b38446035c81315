//! Opening hours of a working calendar: one or more spans a day, the same every day or by weekday.
//! Deliberately no span over midnight: a desk that is open at night is written `00:00-24:00`.

use serde_json::Value;

use crate::profile::{ProfileFault, nearest, quoted, step};

/// A span of a day, in minutes after midnight; `end` may be 1440 and is not part of the span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub start: u16,
    pub end: u16,
}

/// The spans of each weekday, Monday first; never empty for any day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hours([Vec<Span>; 7]);

const DAY_MINUTES: u16 = 1440;
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Hours {
    /// The whole day: the strictest reading when a calendar names no hours (domain §2.11 rule 4).
    pub fn whole_day() -> Hours {
        Hours::same(vec![Span { start: 0, end: DAY_MINUTES }])
    }

    fn same(spans: Vec<Span>) -> Hours {
        Hours(std::array::from_fn(|_| spans.clone()))
    }

    /// The spans of the weekday, 1 = Monday to 7 = Sunday.
    pub fn on(&self, weekday: i8) -> &[Span] {
        let index = usize::try_from(weekday - 1).unwrap_or(0);
        self.0.get(index).map_or(&[], Vec::as_slice)
    }

    /// Reads `"09:00-12:00,13:00-18:00"`, a list of such texts or of `[start, end]`, or an object by weekday
    /// (`mon`…`sun` or `1`…`7`; a weekday that is not named has the hours of the first one named).
    pub fn parse(value: &Value, path: &str, faults: &mut Vec<ProfileFault>) -> Option<Hours> {
        let Value::Object(days) = value else {
            return spans(value, path, faults).map(Hours::same);
        };
        let mut week: [Option<Vec<Span>>; 7] = std::array::from_fn(|_| None);
        for (name, hours) in days {
            let place = step(path, name);
            let known = WEEKDAYS.iter().zip('1'..='7').position(|(word, digit)| word == name || name.chars().eq([digit]));
            let Some(slot) = known.and_then(|index| week.get_mut(index)) else {
                let fault = ProfileFault::new(place, format!("unknown weekday {}", quoted(name)));
                faults.push(fault.meant(nearest(name, WEEKDAYS)));
                continue;
            };
            *slot = spans(hours, &place, faults);
        }
        let Some(usual) = week.iter().flatten().next().cloned() else {
            if days.is_empty() {
                faults.push(ProfileFault::new(path, "names no weekday").hint("write hours such as 09:00-18:00"));
            }
            return None;
        };
        Some(Hours(week.map(|day| day.unwrap_or_else(|| usual.clone()))))
    }
}

fn spans(value: &Value, path: &str, faults: &mut Vec<ProfileFault>) -> Option<Vec<Span>> {
    let before = faults.len();
    let mut found = Vec::new();
    match value {
        Value::String(text) => texts(text, path, faults, &mut found),
        Value::Array(items) if items.len() <= 48 => {
            for (index, item) in items.iter().enumerate() {
                let place = format!("{path}/{index}");
                match (item, pair(item)) {
                    (Value::String(text), _) => texts(text, &place, faults, &mut found),
                    (_, Some((start, end))) => texts(&format!("{start}-{end}"), &place, faults, &mut found),
                    _ => faults.push(ProfileFault::new(place, "is no span").hint(HINT)),
                }
            }
        }
        _ => faults.push(ProfileFault::new(path, "are no opening hours").hint(HINT)),
    }
    if faults.len() > before {
        return None;
    }
    found.sort_by_key(|span| span.start);
    if found.is_empty() {
        faults.push(ProfileFault::new(path, "names no hours").hint(HINT));
        return None;
    }
    if found.windows(2).any(|two| matches!(two, [first, second] if second.start < first.end)) {
        faults.push(ProfileFault::new(path, "spans overlap").hint("let each span begin where or after the one before ends"));
        return None;
    }
    Some(found)
}

const HINT: &str = "write hours such as 09:00-18:00 or 09:00-12:00,13:00-18:00";

fn pair(item: &Value) -> Option<(&str, &str)> {
    match item.as_array()?.as_slice() {
        [start, end] => Some((start.as_str()?, end.as_str()?)),
        _ => None,
    }
}

fn texts(text: &str, path: &str, faults: &mut Vec<ProfileFault>, found: &mut Vec<Span>) {
    if text.len() > 1000 {
        faults.push(ProfileFault::new(path, "is too long").hint(HINT));
        return;
    }
    for part in text.split([',', ';']) {
        match span(part) {
            Some(span) if span.start < span.end => found.push(span),
            Some(_) => {
                let what = format!("span {} ends before it begins", quoted(part.trim()));
                faults.push(ProfileFault::new(path, what).hint("split a span over midnight in two"));
            }
            None => faults.push(ProfileFault::new(path, format!("cannot read span {}", quoted(part))).hint(HINT)),
        }
    }
}

fn span(text: &str) -> Option<Span> {
    let (start, end) = text.split_once(['-', '–'])?;
    let start = minutes(start.trim())?;
    let end = minutes(end.trim())?;
    (start < DAY_MINUTES).then_some(Span { start, end })
}

fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |part: &str, longest: usize| -> Option<u16> {
        let fits = (1..=longest).contains(&part.len()) && part.chars().all(|c| c.is_ascii_digit());
        fits.then(|| part.parse().ok())?
    };
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2).filter(|_| minutes.len() == 2)?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= DAY_MINUTES).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: &Value) -> Result<Hours, Vec<ProfileFault>> {
        let mut faults = Vec::new();
        Hours::parse(value, "/hours", &mut faults).ok_or(faults)
    }

    #[test]
    fn hours_are_read_in_every_form() {
        let lunch = [Span { start: 540, end: 720 }, Span { start: 780, end: 1080 }];
        for value in [
            json!("09:00-12:00,13:00-18:00"),
            json!("13:00-18:00; 9:00 - 12:00"),
            json!(["09:00-12:00", "13:00-18:00"]),
            json!([["09:00", "12:00"], ["13:00", "18:00"]]),
        ] {
            assert_eq!(read(&value).unwrap().on(3), lunch, "{value}");
        }
        assert_eq!(read(&json!("00:00-24:00")).unwrap(), Hours::whole_day());
        let by_day = read(&json!({"mon": "09:00-18:00", "5": "09:00-15:00"})).unwrap();
        assert_eq!(by_day.on(5), [Span { start: 540, end: 900 }]);
        assert_eq!(by_day.on(6), by_day.on(1));
    }

    #[test]
    fn bad_hours_say_why() {
        let what = |value: Value| read(&value).unwrap_err().remove(0).what;
        assert_eq!(what(json!("18:00-09:00")), "span `18:00-09:00` ends before it begins");
        assert_eq!(what(json!("9-18")), "cannot read span `9-18`");
        assert_eq!(what(json!("09:00-25:00")), "cannot read span `09:00-25:00`");
        assert_eq!(what(json!("24:00-24:00")), "cannot read span `24:00-24:00`");
        assert_eq!(what(json!(["09:00-12:00", "11:00-18:00"])), "spans overlap");
        assert_eq!(what(json!([])), "names no hours");
        assert_eq!(what(json!(9)), "are no opening hours");
        assert_eq!(what(json!({"monday": "09:00-18:00"})), "unknown weekday `monday`");
        assert_eq!(what(json!({})), "names no weekday");
    }
}
