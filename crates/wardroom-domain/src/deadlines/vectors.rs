//! The meaning of the clock rules, as examples: the corpus of real promises, and the classes around it.

use serde_json::{Value, json};

use super::{ClockError, corpus, run_line};

fn calendars() -> Value {
    json!({
        "cn": {"tz": "Asia/Shanghai", "hours": "09:00-18:00", "holidays": ["cn:state-council"], "workdays": ["cn:state-council"]},
        "lunch": {"tz": "Asia/Shanghai", "hours": "09:00-12:00,13:30-18:00"},
        "us": {"tz": "America/New_York", "hours": "08:00-17:00", "holidays": ["us:federal"]},
        "us_24h": {"tz": "America/New_York"},
        "de": {"tz": "Europe/Berlin", "hours": "08:00-17:00", "holidays": ["2026-10-03", "2026-12-25"], "closures": ["2026-12-24/2027-01-03"]},
        "gulf": {"tz": "Asia/Dubai", "week": [7, 1, 2, 3, 4], "hours": "08:00-16:00"},
        "short_friday": {"tz": "UTC", "hours": {"mon": "09:00-18:00", "fri": "09:00-15:00"}},
        "utc": {"tz": "UTC", "hours": "00:00-24:00"},
        "never": {"tz": "UTC", "week": []}
    })
}

fn answer(calendar: &str, clock: &Value, anchor: &str) -> Result<Value, ClockError> {
    run_line(&calendars(), &json!({"calendar": calendar, "clock": clock, "anchor": anchor}))
}

#[track_caller]
fn check(calendar: &str, clock: Value, anchor: &str, due_local: &str) {
    let found = answer(calendar, &clock, anchor).unwrap();
    assert_eq!(found["due_local"], due_local, "{calendar} {clock} {anchor}");
}

fn days(limit: u32) -> Value {
    json!({"unit": "business_days", "limit": limit})
}

#[test]
fn every_vector_of_the_corpus_is_exact() {
    let (Some(calendars), Some(Value::Array(vectors))) = (corpus::read("calendars.json"), corpus::read("vectors.json")) else {
        return;
    };
    assert!(!vectors.is_empty());
    for vector in vectors {
        let found = run_line(&calendars, &vector).unwrap();
        for key in ["due_utc", "due_local", "provisional"] {
            assert_eq!(found[key], vector[key], "{} {key}", vector["name"]);
        }
    }
}

#[test]
fn the_eu_outer_bound_is_information_beside_the_operating_instant() {
    // G21 operates to the exact instant; G22 is its lax reading.
    let clock = json!({"unit": "elapsed", "limit": "P14D", "force": "law"});
    let found = answer("de", &clock, "2026-10-03T09:00:00Z").unwrap();
    assert_eq!(found["due_utc"], "2026-10-17T09:00:00Z");
    assert_eq!(found["outer_bound"], "2026-10-19T22:00:00Z");
    let close = answer("cn", &days(1), "2026-09-23T10:00:00+08:00").unwrap();
    assert_eq!(close["outer_bound"], "2026-09-24T10:00:00Z");
    let hours = answer("utc", &json!({"unit": "elapsed", "limit": "PT72H", "force": "law"}), "2026-09-12T20:15:00Z").unwrap();
    assert!(hours.get("outer_bound").is_none());
}

#[test]
fn arrivals_out_of_hours_count_from_the_next_opening() {
    check("cn", days(1), "2026-11-23T08:59:59+08:00", "2026-11-24T09:00:00+08:00");
    check("cn", days(1), "2026-11-23T09:00:00+08:00", "2026-11-24T09:00:00+08:00");
    check("cn", days(1), "2026-11-23T17:59:59+08:00", "2026-11-24T17:59:59+08:00");
    check("cn", days(1), "2026-11-23T18:00:00+08:00", "2026-11-25T09:00:00+08:00");
    check("cn", days(1), "2026-11-20T23:30:00+08:00", "2026-11-24T09:00:00+08:00");
    check("lunch", days(1), "2026-11-23T12:15:00+08:00", "2026-11-24T13:30:00+08:00");
    // The same instant lies on another day in the zone of the calendar.
    check("cn", days(1), "2026-11-22T20:00:00-05:00", "2026-11-24T09:00:00+08:00");
}

#[test]
fn make_up_workdays_on_weekends_are_worked() {
    check("cn", days(1), "2026-09-19T12:00:00+08:00", "2026-09-21T09:00:00+08:00");
    check("cn", days(2), "2026-09-18T12:00:00+08:00", "2026-09-21T12:00:00+08:00");
    check("cn", json!({"unit": "business_hours", "limit": 4}), "2026-10-09T16:00:00+08:00", "2026-10-10T11:00:00+08:00");
}

#[test]
fn closures_and_foreign_weeks() {
    check("de", days(1), "2026-12-23T16:00:00+01:00", "2027-01-04T16:00:00+01:00");
    check("gulf", days(1), "2026-11-19T10:00:00+04:00", "2026-11-22T10:00:00+04:00");
    check("us", days(1), "2026-07-02T10:00:00-04:00", "2026-07-06T10:00:00-04:00");
    check("short_friday", days(1), "2026-11-19T17:00:00Z", "2026-11-20T15:00:00+00:00");
}

#[test]
fn beyond_the_covered_range_the_week_rules_and_the_answer_is_provisional() {
    let provisional = |clock: Value, anchor: &str| answer("cn", &clock, anchor).unwrap()["provisional"].clone();
    assert_eq!(provisional(days(1), "2026-12-30T10:00:00+08:00"), false);
    assert_eq!(provisional(days(1), "2026-12-31T10:00:00+08:00"), true);
    assert_eq!(provisional(days(1), "2026-12-30T19:00:00+08:00"), true);
    assert_eq!(provisional(days(1), "2025-12-31T10:00:00+08:00"), true);
    assert_eq!(provisional(json!({"unit": "business_hours", "limit": 1}), "2026-12-31T17:00:00+08:00"), false);
    assert_eq!(provisional(json!({"unit": "business_hours", "limit": 2}), "2026-12-31T17:00:00+08:00"), true);
    // Elapsed time asks no calendar.
    assert_eq!(provisional(json!({"unit": "elapsed", "limit": "P30D"}), "2026-12-31T10:00:00+08:00"), false);
    let rolled = json!({"unit": "calendar_days", "limit": 1, "roll": "next_working_day"});
    assert_eq!(provisional(rolled, "2026-12-31T10:00:00+08:00"), true);
    check("cn", days(1), "2026-12-31T10:00:00+08:00", "2027-01-01T10:00:00+08:00");
}

#[test]
fn wall_clock_days_survive_the_change_of_clocks_and_elapsed_hours_ignore_it() {
    check("us", days(1), "2026-03-06T10:00:00-05:00", "2026-03-09T10:00:00-04:00");
    check("us", json!({"unit": "elapsed", "limit": "PT48H"}), "2026-03-07T10:00:00-05:00", "2026-03-09T11:00:00-04:00");
    check("us", json!({"unit": "calendar_days", "limit": 2}), "2026-03-07T10:00:00-05:00", "2026-03-09T10:00:00-04:00");
    // 02:30 does not exist on 2026-03-08 and exists twice on 2026-11-01: the later and the earlier reading.
    check("us", json!({"unit": "calendar_days", "limit": 1}), "2026-03-07T02:30:00-05:00", "2026-03-08T03:30:00-04:00");
    check("us", json!({"unit": "calendar_days", "limit": 1}), "2026-10-31T01:30:00-04:00", "2026-11-01T01:30:00-04:00");
    check("de", json!({"unit": "elapsed", "limit": "P1D"}), "2026-10-24T12:00:00+02:00", "2026-10-25T11:00:00+01:00");
    check("us_24h", json!({"unit": "business_hours", "limit": 24}), "2026-10-30T14:00:00-04:00", "2026-11-02T14:00:00-05:00");
}

#[test]
fn business_hours_end_at_closing_not_at_the_next_opening() {
    let hours = |limit: u32| json!({"unit": "business_hours", "limit": limit});
    check("cn", hours(2), "2026-11-20T16:00:00+08:00", "2026-11-20T18:00:00+08:00");
    check("cn", hours(3), "2026-11-20T16:00:00+08:00", "2026-11-23T10:00:00+08:00");
    check("lunch", hours(2), "2026-11-20T11:00:00+08:00", "2026-11-20T14:30:00+08:00");
    check("cn", json!({"unit": "business_hours", "limit": "PT30M"}), "2026-11-21T16:00:00+08:00", "2026-11-23T09:30:00+08:00");
    check(
        "cn",
        json!({"unit": "business_hours", "limit": 2, "due": "close_of_business"}),
        "2026-11-20T10:00:00+08:00",
        "2026-11-20T18:00:00+08:00",
    );
    check("utc", json!({"unit": "business_hours", "limit": 10, "due": "end_of_day"}), "2026-11-20T14:00:00Z", "2026-11-21T00:00:00+00:00");
}

#[test]
fn counting_from_the_next_day() {
    let next = |due: &str| json!({"unit": "business_days", "limit": 2, "start": "next_day", "due": due});
    check("cn", next("close_of_business"), "2026-11-20T20:00:00+08:00", "2026-11-24T18:00:00+08:00");
    check("cn", next("close_of_business"), "2026-11-21T10:00:00+08:00", "2026-11-24T18:00:00+08:00");
    check("cn", next("same_time"), "2026-11-20T10:00:00+08:00", "2026-11-24T10:00:00+08:00");
    check("cn", next("same_time"), "2026-11-20T20:00:00+08:00", "2026-11-24T18:00:00+08:00");
    check("cn", next("end_of_day"), "2026-11-20T20:00:00+08:00", "2026-11-25T00:00:00+08:00");
    check(
        "cn",
        json!({"unit": "elapsed", "limit": "PT24H", "start": "next_day"}),
        "2026-11-20T20:00:00+08:00",
        "2026-11-24T09:00:00+08:00",
    );
    check(
        "cn",
        json!({"unit": "elapsed", "limit": "PT24H", "start": "next_open"}),
        "2026-11-20T20:00:00+08:00",
        "2026-11-24T09:00:00+08:00",
    );
}

#[test]
fn months_clamp_and_roll() {
    let months = |limit: u32| json!({"unit": "months", "limit": limit});
    check("utc", months(1), "2028-01-31T10:00:00Z", "2028-02-29T10:00:00+00:00");
    check("utc", months(3), "2026-11-30T10:00:00Z", "2027-02-28T10:00:00+00:00");
    check("utc", months(12), "2028-02-29T10:00:00Z", "2029-02-28T10:00:00+00:00");
    check("utc", json!({"unit": "months", "limit": 1, "roll": "next_working_day"}), "2026-10-21T10:00:00Z", "2026-11-23T10:00:00+00:00");
    check(
        "utc",
        json!({"unit": "months", "limit": 1, "roll": "next_working_day", "due": "close_of_business"}),
        "2026-10-21T10:00:00Z",
        "2026-11-24T00:00:00+00:00",
    );
}

#[test]
fn conditions_on_the_anchor_and_the_case() {
    let clock = json!({"unit": "elapsed", "limit": "PT24H", "when": [{"if": "anchor_nonworking", "limit": "PT72H"}]});
    check("cn", clock.clone(), "2026-10-05T10:00:00+08:00", "2026-10-08T10:00:00+08:00");
    check("cn", clock, "2026-10-10T10:00:00+08:00", "2026-10-11T10:00:00+08:00");
    let line = json!({
        "calendar": "utc", "anchor": "2026-11-20T10:00:00Z", "severity": "critical",
        "clock": {"unit": "business_days", "limit": 2, "per_severity": {"critical": {"unit": "elapsed", "limit": "PT24H"}}}
    });
    assert_eq!(run_line(&calendars(), &line).unwrap()["due_utc"], "2026-11-21T10:00:00Z");
}

#[test]
fn pauses_in_a_line() {
    let line = json!({
        "calendar": "cn", "clock": {"unit": "business_days", "limit": 5}, "anchor": "2026-11-02T10:00:00+08:00",
        "pauses": [{"from": "2026-11-04T10:00:00+08:00", "until": "2026-11-06T10:00:00+08:00"}]
    });
    assert_eq!(run_line(&calendars(), &line).unwrap()["due_local"], "2026-11-11T10:00:00+08:00");
}

#[test]
fn anchors_in_other_spellings_and_fractions() {
    check("cn", days(1), "2026-11-23T10:00:00+08:00[Asia/Shanghai]", "2026-11-24T10:00:00+08:00");
    check("cn", days(1), "2026-11-23T02:00:00.25Z", "2026-11-24T10:00:00.25+08:00");
}

#[test]
fn what_cannot_be_computed_is_refused_in_words() {
    let refused = |clock: Value, anchor: &str| answer("utc", &clock, anchor).unwrap_err().to_string();
    let anchor = "2026-11-20T10:00:00Z";
    for huge in [json!(4_000_000_000_u32), json!(40_000), json!(9_999_999_999_999_u64), json!(1e300), json!("P99999999999D")] {
        let said = refused(json!({"unit": "business_days", "limit": huge}), anchor);
        assert_eq!(said, "limit is too large; at most 100 years are computed");
    }
    assert_eq!(refused(json!({"unit": "elapsed", "limit": "PT9999999999H"}), anchor), "limit is too large; at most 100 years are computed");
    assert_eq!(refused(days(1), "9999-12-30T10:00:00Z"), "due date lies outside the years 1 to 9999");
    assert_eq!(refused(json!({"unit": "months", "limit": 1200}), "9999-12-01T10:00:00Z"), "due date lies outside the years 1 to 9999");
    assert_eq!(refused(json!({"unit": "none"}), anchor), "clock has no due date: its unit is none");
    assert!(refused(days(1), "2026-11-20 10:00").starts_with("cannot read anchor"));
    assert!(refused(days(1), "2026-11-20T10:00:00").starts_with("cannot read anchor"));
    assert!(refused(days(1), "2026-13-20T10:00:00Z").starts_with("cannot read anchor"));
    assert!(refused(json!({"unit": "business_days", "limit": 1, "strat": "next_day"}), anchor).contains("strat"));
    let never = answer("never", &days(1), anchor).unwrap_err();
    assert_eq!(never, ClockError::NoWorkingDay);
    assert!(matches!(answer("nowhere", &days(1), anchor), Err(ClockError::UnknownCalendar { .. })));
    for line in [
        json!(1),
        json!({}),
        json!({"clock": {"unit": "none"}}),
        json!({"clock": days(1), "calendar": "utc"}),
        json!({"clock": days(1), "calendar": 1, "anchor": anchor}),
    ] {
        assert!(run_line(&calendars(), &line).is_err(), "{line}");
    }
}

#[test]
fn the_longest_limits_are_computed_in_reasonable_time() {
    assert!(answer("cn", &days(36_525), "2026-11-20T10:00:00+08:00").is_ok());
    assert!(answer("lunch", &json!({"unit": "business_hours", "limit": 200_000}), "2026-11-20T10:00:00+08:00").is_ok());
    assert!(answer("utc", &json!({"unit": "elapsed", "limit": "P36525D"}), "2026-11-20T10:00:00Z").is_ok());
}
