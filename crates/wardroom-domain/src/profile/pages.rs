//! The check of profiles, as examples: the reference pages, the real pages, and what is wrong with mutants of them.

use serde_json::{Value, json};

use super::{Audience, Format, Milestone, Profile, furthest_contiguous};
use crate::deadlines::{Facts, due_for};

/// A page of the corpus folder's neighbour, or `None` with a plain word about what was skipped.
fn pages(name: &str) -> Option<Value> {
    let Ok(corpora) = std::env::var("WARDROOM_CORPORA") else {
        eprintln!("skipped: profiles/{name} (WARDROOM_CORPORA is not set)");
        return None;
    };
    let file = std::path::Path::new(&corpora).join("../profiles").join(name);
    Some(serde_yaml_ng::from_str(&std::fs::read_to_string(file).unwrap()).unwrap())
}

/// A small profile with a part of everything.
fn sample() -> Value {
    json!({
        "schema": "psirt-profile/1", "id": "sample", "org": {"name": {"en": "Sample", "zh-CN": "示例"}, "country": "CN"},
        "intake": {
            "channels": [{"kind": "email", "encryption": "encouraged", "methods": ["openpgp"], "keys": [{"fingerprint": "39D93A00"}]}],
            "languages": ["en", "zh"], "fields": [{"id": "product", "need": "should"}, {"id": "contact", "need": "may"}]
        },
        "calendars": {"default": {"tz": "Asia/Shanghai", "hours": "09:00-18:00", "holidays": ["cn:state-council"], "workdays": ["cn:state-council"]}},
        "clocks": [
            {"id": "receipt", "unit": "elapsed", "limit": "PT10M", "anchor": "report_received", "stop": "receipt_sent", "force": "internal"},
            {"id": "answer", "unit": "business_days", "limit": 1, "anchor": "report_received", "stop": "human_response_sent",
             "calendar": "default", "human": true, "per_severity": {"critical": {"unit": "elapsed", "limit": "PT24H"}}},
            {"id": "status", "unit": "elapsed", "limit": "P14D", "anchor": "every:reporter_update_sent", "stop": "reporter_update_sent", "repeat": true}
        ],
        "process": {"stages": [
            {"id": "acknowledge", "label": "Acknowledge", "done_when": "human_response_sent", "visible_to": ["reporter"]},
            {"id": "work", "label": "Work", "done_when": "validated", "visible_to": ["internal"]},
            {"id": "disclose", "label": "Disclose", "done_when": "advisory_published | not_disclosed_decided", "optional": true}
        ]},
        "disclosure": {
            "model": "coordinated", "formats": ["html", "csaf2.0"], "embargo": {"min": "P7D", "default": "P45D", "max": "P90D"},
            "list_page": {"title": {"en": "Past advisories"}, "empty_text": "None"}
        },
        "reward": {"tiers": {"high": [100, 500]}}
    })
}

/// The sample with one place changed; `null` takes the field away.
fn changed(pointer: &str, to: Value) -> Value {
    let mut value = sample();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = value.pointer_mut(parent).unwrap();
    match (parent, to) {
        (Value::Object(fields), Value::Null) => {
            fields.remove(key);
        }
        (Value::Object(fields), to) => {
            fields.insert(key.to_owned(), to);
        }
        (Value::Array(entries), to) => entries[key.parse::<usize>().unwrap()] = to,
        (other, _) => panic!("{other} has no fields"),
    }
    value
}

#[track_caller]
fn refused(pointer: &str, to: Value, said: &str) {
    let faults: Vec<String> = Profile::from_value(&changed(pointer, to)).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(faults, [said]);
}

#[track_caller]
fn accepted(pointer: &str, to: Value) {
    let outcome = Profile::from_value(&changed(pointer, to));
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[test]
fn the_sample_is_accepted_and_written_back() {
    let profile = Profile::from_value(&sample()).unwrap();
    let written = serde_json::to_value(&profile).unwrap();
    assert_eq!(Profile::from_value(&written).unwrap(), profile);
    assert_eq!(profile.org.name.text("zh"), "示例");
    let shown: Vec<&str> = profile.stages_for(Audience::Reporter).iter().map(|stage| stage.id.as_str()).collect();
    assert_eq!(shown, ["acknowledge", "disclose"]);
}

#[test]
fn the_reference_pages_are_accepted() {
    let Some(document) = pages("reference.yaml") else {
        return;
    };
    let both = Profile::all(&document).unwrap();
    assert_eq!(both.iter().map(|profile| profile.id.as_str()).collect::<Vec<_>>(), ["calterah", "carrier"]);
    let calterah = Profile::pick(&document, Some("calterah")).unwrap();
    assert_eq!(calterah.disclosure.list_page.as_ref().unwrap().empty_text.as_ref().unwrap().text("zh"), "暂无");
    assert!(calterah.disclosure.formats.contains(&Format::Csaf21));
    let form = calterah.form_fields();
    assert_eq!(form[0].parts.len(), 4);
    assert_eq!(form[3].label.text("zh"), "攻击路径技术描述");
    // The eve of the Golden Week of 2026, by the calendar of the profile.
    let first_response = calterah.clock("first_response").unwrap();
    let calendar = calterah.calendar_for(first_response);
    let due = due_for(first_response, &calendar, "2026-09-30T17:30:00+08:00".parse().unwrap(), &Facts::default()).unwrap();
    assert_eq!(due.local_text(), "2026-10-08T17:30:00+08:00");
    assert!(!due.provisional);
    let carrier = Profile::pick(&document, Some("carrier")).unwrap();
    let reached = [Milestone::ReceiptSent, Milestone::AnalysisStarted, Milestone::Validated, Milestone::RemediationPlanned];
    assert_eq!(furthest_contiguous(&carrier.process.stages, &|milestone| reached.contains(&milestone)), 2);
}

#[test]
fn every_real_page_is_accepted() {
    let Some(document) = pages("real-pages.yaml") else {
        return;
    };
    let profiles = Profile::all(&document).unwrap();
    assert_eq!(profiles.len(), document.as_array().unwrap().len());
    for profile in &profiles {
        assert!(!profile.process.stages.is_empty(), "{}", profile.id);
        assert!(!profile.form_fields().is_empty(), "{}", profile.id);
        let anchor = "2026-11-21T03:00:00Z".parse().unwrap();
        for clock in &profile.clocks {
            let due = due_for(clock, &profile.calendar_for(clock), anchor, &Facts::default());
            assert!(due.is_ok() || clock.id == "receipt" && profile.id == "ti", "{} {} {due:?}", profile.id, clock.id);
        }
    }
    let japanese = profiles.iter().find(|profile| profile.id == "fujitsu_general").unwrap();
    let calendar = japanese.calendar_for(&japanese.clocks[0]);
    assert_eq!((calendar.zone_name(), calendar.undated_closures().len()), ("Asia/Tokyo", 2));
    assert_eq!(japanese.opsec.tlp_default, Some(super::Tlp::Amber));
}

#[test]
fn mutants_of_real_pages_are_refused_where_they_are_wrong() {
    let Some(Value::Array(list)) = pages("real-pages.yaml") else {
        return;
    };
    for (index, _) in list.iter().enumerate() {
        for (pointer, wrong) in [
            ("/id", json!("Not An Id")),
            ("/org/country", json!("Germany")),
            ("/intake/channels/0/kind", json!("telegram")),
            ("/intake/languages/0", json!("english")),
            ("/disclosure/model", json!("secret")),
            ("/process/stages", json!("four")),
            ("/clocks", json!({})),
        ] {
            let mut mutant = Value::Array(list.clone());
            let place = format!("/{index}{pointer}");
            *mutant.pointer_mut(&place).unwrap() = wrong;
            let faults = Profile::all(&mutant).unwrap_err();
            assert_eq!(faults.iter().map(|fault| fault.path.as_str()).collect::<Vec<_>>(), [place.as_str()]);
        }
    }
}

#[test]
fn shapes_are_refused_with_place_and_reason() {
    refused("/intake/fields/0/need", json!("shuold"), "/intake/fields/0/need: unknown value `shuold`; did you mean `should`?");
    refused("/intake/feilds", json!([]), "/intake/feilds: unknown field `feilds`; did you mean `fields`?");
    refused("/org/name", Value::Null, "/org: required field `name` is missing");
    refused("/schema", json!("psirt-profile/2"), "/schema: `psirt-profile/2` is not known; write psirt-profile/1");
    refused("/schema", Value::Null, "/: required field `schema` is missing");
    refused("/intake/channels", json!([]), "/intake/channels: is empty; name at least 1");
    refused("/intake/languages", json!([]), "/intake/languages: is empty; name at least one language in which you read reports");
    refused("/intake/languages", json!(["en", "en"]), "/intake/languages/1: is listed twice");
    refused(
        "/intake/channels/0/keys/0/fingerprint",
        json!("39d93a00"),
        "/intake/channels/0/keys/0/fingerprint: `39d93a00` is no fingerprint; write it in capitals, 40 hexadecimal digits",
    );
    refused(
        "/disclosure/embargo/default",
        json!("P6W"),
        "/disclosure/embargo/default: cannot read duration `P6W`; write days, hours, minutes and seconds, such as P90D or PT48H",
    );
    refused("/disclosure/embargo/min", json!("P60D"), "/disclosure/embargo/min: is longer than `default`; let `min` be at most `default`");
    refused("/disclosure/formats/1", json!("csaf2"), "/disclosure/formats/1: unknown value `csaf2`; did you mean `csaf2.0`?");
    refused(
        "/disclosure/list_page/emptytext",
        json!("x"),
        "/disclosure/list_page/emptytext: unknown field `emptytext`; did you mean `empty_text`?",
    );
    refused("/reward/tiers/high", json!([500, 100]), "/reward/tiers/high: begins above its end; write the least first");
    refused(
        "/calendars/default/tz",
        json!("Asia/Shangai"),
        "/calendars/default/tz: unknown time zone `Asia/Shangai`; write an IANA name such as Asia/Shanghai",
    );
    refused(
        "/calendars/default/holidays/0",
        json!("cn:statecouncil"),
        "/calendars/default/holidays/0: unknown holiday set `cn:statecouncil`; did you mean `cn:state-council`?",
    );
    refused(
        "/process/stages/0/done_when",
        json!("human_response_sent &"),
        "/process/stages/0/done_when: expected a milestone, `!` or `(` at column 22",
    );
    refused(
        "/process/stages/0/done_when",
        json!("human_reponse_sent"),
        "/process/stages/0/done_when: unknown milestone `human_reponse_sent` at column 1; did you mean `human_response_sent`?",
    );
    refused("/process/stages/2/id", json!("work"), "/process/stages/2/id: id `work` is used twice; it names /process/stages/1 already");
    refused("/process/stages", json!(4), "/process/stages: is a number, not a list");
    refused("/intake/fields/1/id", json!("product"), "/intake/fields/1/id: id `product` is used twice; it names /intake/fields/0 already");
}

#[test]
fn clocks_are_refused_with_place_and_reason() {
    let clock = |field: &str| format!("/clocks/1/{field}");
    refused(
        &clock("unit"),
        json!("work_days"),
        "/clocks/1/unit: unknown value `work_days`; use one of elapsed, business_days, business_hours, calendar_days, months, none",
    );
    refused(
        &clock("limit"),
        json!("1 day"),
        "/clocks/1/limit: cannot read limit `1 day`; write an integer or a duration such as PT48H or P14D",
    );
    refused(&clock("limit"), json!("PT24H"), "/clocks/1/limit: a limit in business_days must be a number of days");
    refused(&clock("limit"), json!(0), "/clocks/1/limit: limit must be at least 1");
    refused(&clock("limit"), json!(99_999_999), "/clocks/1/limit: limit is too large; at most 100 years are computed");
    refused("/clocks/0/limit", json!(10), "/clocks/0/limit: a limit in elapsed must be a duration such as PT24H or P14D");
    // By severity alone is a promise too; without any number it is none.
    accepted(&clock("limit"), Value::Null);
    refused("/clocks/0/limit", Value::Null, "/clocks/0: clock has no limit; add `limit` or use unit none");
    refused(&clock("calendar"), json!("defualt"), "/clocks/1/calendar: unknown calendar `defualt`; did you mean `default`?");
    refused(
        &clock("anchor"),
        json!("report_recieved"),
        "/clocks/1/anchor: unknown anchor `report_recieved`; did you mean `report_received`?",
    );
    refused(
        &clock("anchor"),
        json!("each:closed"),
        "/clocks/1/anchor: unknown anchor `each:closed`; name a milestone such as report_received, or every: and a milestone",
    );
    refused(
        &clock("stop"),
        json!("receipt_sent | human_response_sent"),
        "/clocks/1/stop: lets an automatic receipt stop a human clock; use human_response_sent, or leave `human` out",
    );
    refused(&clock("stop"), json!("!closed"), "/clocks/1/stop: holds before anything has happened; name what must happen, without `!`");
    refused(
        &clock("stop"),
        json!("report_received"),
        "/clocks/1/stop: stops the clock at the moment it starts; name another milestone than the anchor",
    );
    refused(
        "/clocks/0/pause_on",
        json!(["awaiting_reporter"]),
        "/clocks/0/pause_on: this clock cannot be paused: it is a receipt; leave `pause_on` out",
    );
    refused(
        "/clocks/1/per_severity/critcal",
        json!({"limit": 1}),
        "/clocks/1/per_severity/critcal: unknown severity `critcal`; did you mean `critical`?",
    );
    refused(
        "/clocks/1/per_severity/critical/limit",
        json!(1),
        "/clocks/1/per_severity/critical/limit: a limit in elapsed must be a duration such as PT24H or P14D",
    );
    refused(
        "/clocks/1/per_severity/critical/limits",
        json!(1),
        "/clocks/1/per_severity/critical/limits: unknown field `limits`; did you mean `limit`?",
    );
    refused("/clocks/1/when", json!([{"limit": 1}]), "/clocks/1/when/0: required field `if` is missing");
    refused("/clocks/2/id", json!("answer"), "/clocks/2/id: id `answer` is used twice; it names /clocks/1 already");
}

#[test]
fn what_the_schema_allows_is_allowed() {
    accepted("/clocks/1/pause_on", json!(["awaiting_reporter", "awaiting_upstream"]));
    accepted("/clocks/1/anchor", json!("aware_at"));
    accepted("/clocks/1/per_severity", json!({"urgent": {"limit": 1}}));
    accepted("/clocks/1/when", json!([{"if": "severity_at_least", "severity": "high", "limit": 2}]));
    accepted("/clocks/1/limit", json!(1.0));
    accepted("/disclosure", json!({}));
    accepted("/intake/fields/0/merge", json!(["product", "a_word_of_the_vendor"]));
    accepted("/process/stages", json!([]));
    accepted("/scope", json!({"in": ["cameras"], "out": ["websites"]}));
}

#[test]
fn all_faults_are_reported_at_once() {
    let mut value = sample();
    value["org"]["name"] = json!(7);
    value["clocks"][0]["unit"] = json!("hour");
    value["process"]["stages"][1]["done_when"] = json!("validatd");
    value["opsec"] = json!({"tlp_default": "amber"});
    let mut paths: Vec<String> = Profile::from_value(&value).unwrap_err().into_iter().map(|fault| fault.path).collect();
    // In which order the members of a document are looked at is no promise.
    paths.sort();
    assert_eq!(paths, ["/clocks/0/unit", "/opsec/tlp_default", "/org/name", "/process/stages/1/done_when"]);
    for nonsense in [json!(null), json!(1), json!("x"), json!([]), json!({})] {
        assert!(Profile::from_value(&nonsense).is_err(), "{nonsense}");
    }
}

#[test]
fn one_of_several_must_be_chosen() {
    let mut other = sample();
    other["id"] = json!("other");
    let two = json!([sample(), other]);
    let said = |document: &Value, id: Option<&str>| Profile::pick(document, id).unwrap_err()[0].to_string();
    assert_eq!(said(&two, None), "/: file holds 2 profiles and none was chosen; choose one of sample, other");
    assert_eq!(said(&two, Some("othr")), "/: file holds no profile `othr`; did you mean `other`?");
    assert_eq!(Profile::pick(&two, Some("other")).unwrap().id, "other");
    assert_eq!(Profile::pick(&json!([sample()]), None).unwrap().id, "sample");
    assert_eq!(Profile::pick(&sample(), None).unwrap().id, "sample");
    assert_eq!(said(&json!([]), None), "/: file holds no profile; write one profile, or a list of profiles");
    assert_eq!(said(&json!("x"), None), "/: file is neither a profile nor a list of profiles; write one profile, or a list of profiles");
    assert_eq!(said(&json!([sample(), sample()]), Some("sample")), "/1: id `sample` is used twice");
    assert_eq!(Profile::all(&json!([sample(), sample()])).unwrap_err()[0].path, "/1/id");
    let mut wrong = two.clone();
    wrong[1]["schema"] = json!("psirt-profile/9");
    assert_eq!(Profile::pick(&wrong, Some("other")).unwrap_err()[0].path, "/1/schema");
    assert!(Profile::pick(&wrong, Some("sample")).is_ok());
}

#[test]
fn a_profile_takes_what_it_extends() {
    let child = json!({"schema": "psirt-profile/1", "id": "child", "extends": "sample", "org": {"country": "DE"}, "clocks": []});
    let profile = Profile::pick(&json!([sample(), child]), Some("child")).unwrap();
    assert_eq!((profile.id.as_str(), profile.org.country.as_deref(), profile.clocks.len()), ("child", Some("DE"), 0));
    assert_eq!(profile.org.name.text("en"), "Sample");
    let mut loops = sample();
    loops["extends"] = json!("sample");
    assert_eq!(Profile::pick(&loops, None).unwrap_err()[0].to_string(), "/extends: extends more than 8 profiles, or itself");
    loops["extends"] = json!("bsae");
    assert_eq!(Profile::pick(&loops, None).unwrap_err()[0].to_string(), "/extends: unknown profile `bsae`; did you mean `base`?");
    let mut based = sample();
    based["extends"] = json!("base");
    based["process"]["stages"] = json!(4);
    let profile = Profile::pick(&based, None).unwrap();
    assert_eq!(profile.process.stages.len(), 4);
    based["process"]["stages"] = json!(40);
    assert_eq!(Profile::pick(&based, None).unwrap_err()[0].path, "/process/stages");
    // Without `base`, or alone without a schema, nothing is implied.
    let mut note = sample();
    note.as_object_mut().unwrap().remove("schema");
    assert_eq!(Profile::pick(&note, None).unwrap_err()[0].to_string(), "/: required field `schema` is missing");
}
