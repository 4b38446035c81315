//! The definition of a clock: what starts it, how long it runs, what stops it, what a breach means (domain §2.11).
//! Deliberately without state: a running clock keeps a copy of its definition, because a changed profile changes future clocks only.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::error::{ClockError, MAX_LIMIT_DAYS};
use super::limit::{IsoDuration, Limit};
use super::words::{Condition, DueRule, Force, LegalInstant, PauseCause, Roll, Severity, Start, Unit, Wording};
use crate::profile::{Expr, Milestone};

/// What starts a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The first time the milestone is reached.
    Milestone(Milestone),
    /// Every time the milestone is reached (`every:reporter_update_sent`).
    Every(Milestone),
    /// An instant of the legal record.
    Legal(LegalInstant),
}

/// What can be said otherwise for a severity, a channel or a condition; absent means as in the clock itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "each field overrides the field of ClockDef of the same name")]
pub struct Override {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Start>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<DueRule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roll: Option<Roll>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub force: Option<Force>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Wording>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub human: Option<bool>,
}

/// An override under a condition. Written flat: `{if: anchor_nonworking, limit: PT72H}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// The condition.
    pub condition: Condition,
    /// For `severity_at_least`: the least severity; `critical` when it is not written.
    pub severity: Severity,
    /// What holds then.
    pub then: Override,
}

/// A clock as a profile or a regime defines it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockDef {
    /// Its name, unique in the profile; empty for a clock on a command line.
    #[serde(default)]
    pub id: String,
    /// What the limit counts.
    pub unit: Unit,
    /// How long; absent only for `unit: none` or when every override brings one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// What starts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    /// What stops it; the first event that makes this hold wins (rule 9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<Expr>,
    /// When counting begins; see [`ClockDef::start`] for the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Start>,
    /// At what time of the last day; default `same_time` (rule 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<DueRule>,
    /// Default `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roll: Option<Roll>,
    /// The calendar's name; absent means `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// What a breach means; default `promise`, because what stands on the page was promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<Force>,
    /// How the page words it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Wording>,
    /// Starts again after each stop.
    #[serde(default, skip_serializing_if = "is_false")]
    pub repeat: bool,
    /// By severity.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub per_severity: BTreeMap<String, Override>,
    /// By channel, reporter kind or case kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by: BTreeMap<String, Override>,
    /// By condition; a later one beats an earlier one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<When>,
    /// Only a person's answer stops it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub human: bool,
    /// What may pause it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pause_on: Vec<PauseCause>,
    /// Longest time in pauses altogether; default 30 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause_cap: Option<IsoDuration>,
}

/// What is known about the case when its clock starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The severity, when one was given; any word of the profile's scheme.
    pub severity: Option<String>,
    /// Exploitation was observed.
    pub exploited: bool,
    /// Channel kind, reporter kind and case kind, in order of rising weight.
    pub kinds: Vec<String>,
}

/// A limit together with its unit, proven to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Seconds on the wall, weekends and nights included.
    ElapsedSeconds(i64),
    /// Working days.
    BusinessDays(u32),
    /// Seconds of open time.
    OpenSeconds(i64),
    /// Days of the calendar.
    CalendarDays(u32),
    /// Months of the calendar, clamped to the last day of a shorter month.
    Months(u32),
}

impl ClockDef {
    /// Reads a clock; `id`, `anchor` and `stop` may be missing here (a profile demands them).
    ///
    /// # Errors
    /// [`ClockError::ClockUnreadable`] with the reader's words, or the fault of the limit.
    pub fn from_value(value: &Value) -> Result<ClockDef, ClockError> {
        if let Some(limit) = value.get("limit") {
            Limit::from_value(limit)?;
        }
        ClockDef::deserialize(value).map_err(|fault| ClockError::ClockUnreadable { what: fault.to_string() })
    }

    /// When counting begins: business units are received at the next opening (rule 2), the others at once.
    #[must_use]
    pub fn start(&self) -> Start {
        match (self.start, self.unit) {
            (Some(start), _) => start,
            (None, Unit::BusinessDays | Unit::BusinessHours) => Start::NextOpen,
            (None, Unit::Elapsed | Unit::CalendarDays | Unit::Months | Unit::None) => Start::Immediate,
        }
    }

    /// At what time of the last day it is due.
    #[must_use]
    pub fn due_rule(&self) -> DueRule {
        self.due.unwrap_or(DueRule::SameTime)
    }

    /// What a breach means.
    #[must_use]
    pub fn force(&self) -> Force {
        self.force.unwrap_or(Force::Promise)
    }

    /// The name of its calendar.
    #[must_use]
    pub fn calendar_name(&self) -> &str {
        self.calendar.as_deref().unwrap_or("default")
    }

    /// The clock as it is for this case: `by`, then `per_severity`, then `when`; what comes later wins.
    #[must_use]
    pub fn for_case(&self, facts: &Facts, anchor_is_workday: bool) -> ClockDef {
        let mut clock = self.clone();
        for kind in &facts.kinds {
            clock.apply(self.by.get(kind));
        }
        if let Some(severity) = &facts.severity {
            clock.apply(self.per_severity.get(severity));
        }
        let severity = facts.severity.as_deref().and_then(Severity::named);
        for when in &self.when {
            let holds = match when.condition {
                Condition::AnchorNonworking => !anchor_is_workday,
                Condition::SeverityAtLeast => severity.is_some_and(|given| given >= when.severity),
                Condition::Exploited => facts.exploited,
            };
            if holds {
                clock.apply(Some(&when.then));
            }
        }
        clock
    }

    /// The clock with one override applied.
    #[must_use]
    pub fn with(&self, change: &Override) -> ClockDef {
        let mut clock = self.clone();
        clock.apply(Some(change));
        clock
    }

    fn apply(&mut self, change: Option<&Override>) {
        let Some(change) = change else { return };
        self.unit = change.unit.unwrap_or(self.unit);
        self.limit = change.limit.or(self.limit);
        self.start = change.start.or(self.start);
        self.due = change.due.or(self.due);
        self.roll = change.roll.or(self.roll);
        self.calendar = change.calendar.clone().or_else(|| self.calendar.take());
        self.force = change.force.or(self.force);
        self.text = change.text.or(self.text);
        self.human = change.human.unwrap_or(self.human);
    }

    /// The limit, proven to fit the unit.
    ///
    /// # Errors
    /// [`ClockError`]: no due date, limit missing, unfit or larger than a hundred years.
    pub fn amount(&self) -> Result<Amount, ClockError> {
        let limit = match (self.unit, self.limit) {
            (Unit::None, _) => return Err(ClockError::NoDueDate),
            (_, None) => return Err(ClockError::LimitMissing),
            (_, Some(limit)) => limit,
        };
        let unfit = |wanted| Err(ClockError::LimitUnfit { unit: self.unit.as_str(), wanted });
        let days = |days: u32| {
            if days > MAX_LIMIT_DAYS { Err(ClockError::LimitTooLarge) } else { Ok(days) }
        };
        match (self.unit, limit) {
            (Unit::Elapsed, Limit::Duration(duration)) => seconds(duration.total_seconds()).map(Amount::ElapsedSeconds),
            (Unit::Elapsed, Limit::Count(_)) => unfit("a duration such as PT24H or P14D"),
            (Unit::BusinessDays, Limit::Count(count)) => days(count).map(Amount::BusinessDays),
            (Unit::CalendarDays, Limit::Count(count)) => days(count).map(Amount::CalendarDays),
            (Unit::BusinessDays, Limit::Duration(duration)) if duration.time_seconds() == 0 => {
                days(duration.days).map(Amount::BusinessDays)
            }
            (Unit::CalendarDays, Limit::Duration(duration)) if duration.time_seconds() == 0 => {
                days(duration.days).map(Amount::CalendarDays)
            }
            (Unit::BusinessDays | Unit::CalendarDays, Limit::Duration(_)) => unfit("a number of days"),
            (Unit::BusinessHours, Limit::Count(hours)) => seconds(u64::from(hours) * 3600).map(Amount::OpenSeconds),
            (Unit::BusinessHours, Limit::Duration(duration)) if duration.days == 0 => {
                seconds(duration.time_seconds()).map(Amount::OpenSeconds)
            }
            (Unit::BusinessHours, Limit::Duration(_)) => unfit("a number of hours or a duration without days"),
            (Unit::Months, Limit::Count(months)) if months <= 1200 => Ok(Amount::Months(months)),
            (Unit::Months, Limit::Count(_)) => Err(ClockError::LimitTooLarge),
            (Unit::Months, Limit::Duration(_)) => unfit("a number of months"),
            (Unit::None, _) => Err(ClockError::NoDueDate),
        }
    }
}

fn seconds(total: u64) -> Result<i64, ClockError> {
    match i64::try_from(total) {
        Ok(total) if total <= i64::from(MAX_LIMIT_DAYS) * 86_400 => Ok(total),
        _ => Err(ClockError::LimitTooLarge),
    }
}

fn is_false(value: &bool) -> bool {
    !*value
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Anchor::Milestone(milestone) => f.write_str(milestone.as_str()),
            Anchor::Every(milestone) => write!(f, "every:{milestone}"),
            Anchor::Legal(instant) => f.write_str(instant.as_str()),
        }
    }
}

impl FromStr for Anchor {
    type Err = crate::profile::UnknownMilestone;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(milestone) = text.strip_prefix("every:") {
            return milestone.parse().map(Anchor::Every);
        }
        let legal = LegalInstant::ALL.iter().find(|instant| instant.as_str() == text);
        match legal {
            Some(instant) => Ok(Anchor::Legal(*instant)),
            None => text.parse().map(Anchor::Milestone),
        }
    }
}

impl Serialize for Anchor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Anchor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// `When` as it is written: serde cannot flatten and refuse unknown fields at once.
#[derive(Serialize, Deserialize)]
struct FlatWhen {
    #[serde(rename = "if")]
    condition: Condition,
    #[serde(default, alias = "at_least", skip_serializing_if = "Option::is_none")]
    severity: Option<Severity>,
    #[serde(flatten)]
    then: serde_json::Map<String, Value>,
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let then = match serde_json::to_value(&self.then) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) | Err(_) => return Err(serde::ser::Error::custom("override is no object")),
        };
        let severity = (self.condition == Condition::SeverityAtLeast).then_some(self.severity);
        FlatWhen { condition: self.condition, severity, then }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let flat = FlatWhen::deserialize(deserializer)?;
        let then = Override::deserialize(Value::Object(flat.then)).map_err(serde::de::Error::custom)?;
        Ok(When { condition: flat.condition, severity: flat.severity.unwrap_or(Severity::Critical), then })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn clock(value: Value) -> ClockDef {
        ClockDef::from_value(&value).unwrap()
    }

    #[test]
    fn a_clock_comes_back_from_json() {
        let full = json!({
            "id": "fix", "unit": "elapsed", "limit": "P90D", "anchor": "every:validated", "stop": "fix_released | closed",
            "start": "immediate", "due": "end_of_day", "roll": "next_working_day", "calendar": "cn", "force": "target",
            "text": "up_to", "repeat": true, "per_severity": {"critical": {"limit": "P30D"}}, "by": {"phone": {"limit": "PT2H"}},
            "when": [{"if": "severity_at_least", "severity": "high", "limit": "P60D"}, {"if": "exploited", "limit": "P7D"}],
            "human": true, "pause_on": ["awaiting_reporter"], "pause_cap": "P30D"
        });
        assert_eq!(serde_json::to_value(clock(full.clone())).unwrap(), full);
    }

    #[test]
    fn overrides_apply_in_order() {
        let def = clock(json!({
            "unit": "business_days", "limit": 2, "per_severity": {"critical": {"unit": "elapsed", "limit": "PT24H"}},
            "by": {"phone": {"limit": 1}}, "when": [{"if": "exploited", "unit": "elapsed", "limit": "PT4H"}]
        }));
        let facts = |severity: Option<&str>, exploited, kinds: &[&str]| Facts {
            severity: severity.map(str::to_owned),
            exploited,
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        };
        let amount = |facts: &Facts| def.for_case(facts, true).amount();
        assert_eq!(amount(&Facts::default()), Ok(Amount::BusinessDays(2)));
        assert_eq!(amount(&facts(Some("high"), false, &["phone"])), Ok(Amount::BusinessDays(1)));
        assert_eq!(amount(&facts(Some("critical"), false, &["phone"])), Ok(Amount::ElapsedSeconds(86_400)));
        assert_eq!(amount(&facts(Some("critical"), true, &[])), Ok(Amount::ElapsedSeconds(14_400)));
    }

    #[test]
    fn severity_at_least_compares() {
        let def =
            clock(json!({"unit": "elapsed", "limit": "P9D", "when": [{"if": "severity_at_least", "at_least": "high", "limit": "P1D"}]}));
        let limit =
            |word: &str| def.for_case(&Facts { severity: Some(word.to_owned()), ..Facts::default() }, true).limit.unwrap().to_string();
        assert_eq!([limit("critical"), limit("HIGH"), limit("medium"), limit("odd")], ["P1D", "P1D", "P9D", "P9D"]);
    }

    #[test]
    fn limits_must_fit_the_unit() {
        let amount = |value: Value| clock(value).amount();
        assert_eq!(amount(json!({"unit": "none"})), Err(ClockError::NoDueDate));
        assert_eq!(amount(json!({"unit": "elapsed"})), Err(ClockError::LimitMissing));
        assert!(matches!(amount(json!({"unit": "elapsed", "limit": 24})), Err(ClockError::LimitUnfit { .. })));
        assert!(matches!(amount(json!({"unit": "months", "limit": "P30D"})), Err(ClockError::LimitUnfit { .. })));
        assert!(matches!(amount(json!({"unit": "business_days", "limit": "P1DT1H"})), Err(ClockError::LimitUnfit { .. })));
        assert!(matches!(amount(json!({"unit": "business_hours", "limit": "P1D"})), Err(ClockError::LimitUnfit { .. })));
        assert_eq!(amount(json!({"unit": "business_days", "limit": "P5D"})), Ok(Amount::BusinessDays(5)));
        assert_eq!(amount(json!({"unit": "business_hours", "limit": "PT90M"})), Ok(Amount::OpenSeconds(5400)));
        for (unit, most) in [("business_days", 36_525), ("calendar_days", 36_525), ("business_hours", 876_600), ("months", 1200)] {
            assert!(amount(json!({"unit": unit, "limit": most})).is_ok(), "{unit}");
            assert_eq!(amount(json!({"unit": unit, "limit": most + 1})), Err(ClockError::LimitTooLarge), "{unit}");
        }
    }

    #[test]
    fn unknown_fields_are_refused_everywhere() {
        for value in [
            json!({"unit": "elapsed", "limits": "PT1H"}),
            json!({"unit": "elapsed", "limit": "PT1H", "per_severity": {"high": {"limt": 1}}}),
            json!({"unit": "elapsed", "limit": "PT1H", "when": [{"if": "exploited", "limt": 1}]}),
            json!({"unit": "weeks", "limit": 1}),
            json!({"unit": "elapsed", "limit": "PT1H", "anchor": "report_recieved"}),
            json!("elapsed"),
        ] {
            assert!(matches!(ClockDef::from_value(&value), Err(ClockError::ClockUnreadable { .. })), "{value}");
        }
    }

    #[test]
    fn anchors_are_milestones_every_milestone_or_legal_instants() {
        for text in ["report_received", "every:reporter_update_sent", "aware_at"] {
            assert_eq!(text.parse::<Anchor>().unwrap().to_string(), text);
        }
        for text in ["every:aware_at", "every:", "awareness", ""] {
            assert!(text.parse::<Anchor>().is_err(), "{text}");
        }
    }
}
