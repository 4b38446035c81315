//! `/cve-id` and the quota.

use super::answers::{answer, no, no_with};
use super::{CveServer, Kept, KeptId};
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Ids of a page, as there.
const PAGE: usize = 500;

pub(super) fn make(kept: &mut Kept, org: &str, user: &str, year: i16, now: Timestamp) -> String {
    kept.top += 1;
    let id = format!("CVE-{year}-{:04}", kept.top);
    let one = KeptId {
        state: "RESERVED",
        year,
        owner: org.to_owned(),
        requested_by: (org.to_owned(), user.to_owned()),
        reserved: now,
        modified: now,
    };
    kept.ids.insert(id.clone(), one);
    id
}

fn told(id: &str, one: &KeptId) -> Value {
    json!({
        "cve_id": id, "cve_year": one.year.to_string(), "state": one.state, "owning_cna": one.owner, "reserved": one.reserved.to_string(),
        "requested_by": { "cna": one.requested_by.0, "user": one.requested_by.1 },
        "time": { "created": one.reserved.to_string(), "modified": one.modified.to_string() },
    })
}

fn count(kept: &Kept, org: &str) -> u64 {
    kept.ids.values().filter(|one| one.owner == org && one.state == "RESERVED").count() as u64
}

pub(super) async fn reserve(State(server): State<CveServer>, headers: HeaderMap, Query(query): Query<HashMap<String, String>>) -> Response {
    let caller = match server.cna(&headers) {
        Ok(caller) => caller,
        Err(answer) => return answer,
    };
    let of = |name: &str| query.get(name).cloned().unwrap_or_default();
    let org = caller.org.short_name;
    if of("short_name") != org {
        let message = "The organization designated by the CVE-API-ORG header is not allowed to reserve IDs for the organization specified by the short_name query parameter.";
        return no(403, "ORG_CANNOT_RESERVE_FOR_OTHER", message);
    }
    let Ok(year) = of("cve_year").parse::<i16>() else {
        return no(400, "NO_YEAR", "The cve_year query parameter is required [1999-present+1].");
    };
    let Ok(amount) = of("amount").parse::<u64>() else {
        return no(400, "NO_AMOUNT", "The amount query parameter is required and needs to be above 0.");
    };
    if amount == 0 {
        return no(400, "INVALID_AMOUNT", "The amount query parameter needs to be above 0.");
    }
    let now = server.now();
    if !(1999..=now.to_zoned(jiff::tz::TimeZone::UTC).year() + 1).contains(&year) {
        return no(
            403,
            "CANNOT_RESERVE_FOR_YEAR",
            &format!(
                "IDR is not currently configured to reserve IDs for year {year}. If you believe you are receiving this message in error, please contact an administrator."
            ),
        );
    }
    let mut kept = server.kept();
    let (quota, reserved) = (caller.org.quota, count(&kept, org));
    let available = quota.saturating_sub(reserved);
    if amount > available {
        let message = "The amount requested would exceed the organization's ID quota. No more IDs can be reserved until the number of IDs in the Reserved state goes below the ID quota or the ID quota is raised.";
        return no_with(
            403,
            "EXCEEDED_ID_QUOTA",
            message,
            json!({ "id_quota": quota, "total_reserved": reserved, "available": available }),
        );
    }
    let mut made = Vec::new();
    for _ in 0..amount {
        let id = make(&mut kept, org, &caller.user, year, now);
        made.extend(kept.ids.get(&id).map(|one| told(&id, one)));
    }
    let left = available - amount;
    let mut done = answer(200, json!({ "cve_ids": made, "meta": { "remaining_quota": left } }));
    done.headers_mut().insert("CVE-API-REMAINING-QUOTA", left.to_string().parse().unwrap());
    done
}

pub(super) async fn list(State(server): State<CveServer>, headers: HeaderMap, Query(query): Query<HashMap<String, String>>) -> Response {
    let caller = match server.caller(&headers) {
        Ok(caller) => caller,
        Err(answer) => return answer,
    };
    let known = ["page", "state", "cve_id_year", "time_reserved.lt", "time_reserved.gt", "time_modified.lt", "time_modified.gt"];
    if let Some(odd) = query.keys().find(|name| !known.contains(&name.as_str())) {
        return no_with(
            400,
            "BAD_INPUT",
            "Parameters were invalid",
            json!([{ "msg": format!("'{odd}' is not a valid parameter name."), "param": "", "location": "query" }]),
        );
    }
    let since: Option<Timestamp> = query.get("time_reserved.gt").map(|text| text.parse().unwrap());
    let page: usize = query.get("page").and_then(|text| text.parse().ok()).unwrap_or(1);
    let kept = server.kept();
    let wanted = |one: &KeptId| {
        one.owner == caller.org.short_name
            && query.get("state").is_none_or(|state| one.state == state)
            && since.is_none_or(|since| one.reserved > since)
    };
    let all: Vec<Value> = kept.ids.iter().filter(|(_, one)| wanted(one)).map(|(id, one)| told(id, one)).collect();
    let total = all.len();
    let some: Vec<Value> = all.into_iter().skip((page - 1) * PAGE).take(PAGE).collect();
    let mut body = json!({ "cve_ids": some });
    if total >= PAGE {
        let pages = total.div_ceil(PAGE);
        let next = if page < pages { json!(page + 1) } else { Value::Null };
        body["totalCount"] = json!(total);
        body["itemsPerPage"] = json!(PAGE);
        body["pageCount"] = json!(pages);
        body["currentPage"] = json!(page);
        body["nextPage"] = next;
    }
    answer(200, body)
}

pub(super) async fn show(State(server): State<CveServer>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let kept_org = server.caller(&headers).ok().map(|caller| caller.org.short_name);
    let kept = server.kept();
    let Some(one) = kept.ids.get(&id) else { return no(404, "CVE_ID_NOT_FOUND", &format!("{id} not found")) };
    if kept_org == Some(one.owner.as_str()) {
        return answer(200, told(&id, one));
    }
    let owner = if one.state == "RESERVED" { "[REDACTED]" } else { &one.owner };
    answer(200, json!({ "cve_id": id, "cve_year": one.year.to_string(), "state": one.state, "owning_cna": owner }))
}

pub(super) async fn quota(State(server): State<CveServer>, headers: HeaderMap, Path(org): Path<String>) -> Response {
    let caller = match server.caller(&headers) {
        Ok(caller) => caller,
        Err(answer) => return answer,
    };
    if caller.org.short_name != org {
        return no(
            403,
            "NOT_SAME_ORG_OR_SECRETARIAT",
            "This information can only be viewed by the users of the same organization or the Secretariat.",
        );
    }
    let reserved = count(&server.kept(), &org);
    answer(
        200,
        json!({ "id_quota": caller.org.quota, "total_reserved": reserved, "available": i64::try_from(caller.org.quota).unwrap() - i64::try_from(reserved).unwrap() }),
    )
}
