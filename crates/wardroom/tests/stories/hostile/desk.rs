//! The values that the team types: dates of an embargo, over the desk's API. Invalid or ambiguous is refused, never silently "now".

use serde_json::{Value, json};

use super::house::{HTTP_LIMIT, House};
use super::items::{self, Expect};

#[tokio::test]
async fn dates_end_as_they_should() {
    let mut house = House::open().await;
    for item in items::all(&["api"]).into_iter().filter(|item| item.class() == "T-time") {
        let number = case(&mut house, &item.id);
        let body = json!({"ask": "propose", "ends_at": item.text(), "zone": "UTC"});
        let reply = house.attack(&item, HTTP_LIMIT, |house| house.api("POST", &format!("/api/v1/cases/{number}/embargo"), &body));
        let embargo = house.api("GET", &format!("/api/v1/cases/{number}"), &Value::Null).json()["embargo"].clone();
        let proposed = if embargo["proposed"].is_null() { embargo["terms"].clone() } else { embargo["proposed"].clone() };
        let fits = match item.expect {
            Expect::Reject => (400..500).contains(&reply.status) && proposed.is_null(),
            Expect::Either => (400..500).contains(&reply.status) || !proposed.is_null(),
            // The instant was understood; that an embargo ends in the future and within a year is a rule of its own.
            _ => reply.json()["code"] == "embargo-ends-badly" || (reply.status == 200 && !proposed.is_null()),
        };
        if !fits {
            house
                .fault(&item.id, format!("expected {:?}, answered {} {}; proposed is {proposed}", item.expect, reply.status, reply.text()));
        }
        let same = |text: &str| proposed["ends_at"].as_str().and_then(|kept| kept.parse::<jiff::Timestamp>().ok()) == text.parse().ok();
        if !proposed.is_null() && !same(&item.text()) {
            house.fault(&item.id, format!("became {proposed}"));
        }
    }
    house.finish(&[]);
}

/// A fresh case.
fn case(house: &mut House, title: &str) -> String {
    let body = json!({"title": title, "description": "A flaw."}).to_string();
    let reply = house.ask("POST", "/api/v1/reports", &[("Content-Type", "application/json")], body.as_bytes()).unwrap();
    let number = reply.json()["report"].as_str().unwrap_or_default().to_owned();
    let reply = house.api("POST", &format!("/api/v1/inbox/{number}:accept"), &json!({"title": title}));
    reply.json()["case"].as_str().unwrap_or_else(|| panic!("no case: {}", reply.text())).to_owned()
}
