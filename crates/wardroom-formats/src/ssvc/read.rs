//! Reading a decision table: strict about what a decision needs, indifferent to members it does not know.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Choice, Point, Said, SsvcFault, Table};
use crate::guarded::{self, Limits};

/// A table of ten questions with three answers each would be larger than any that exists.
const LIMITS: Limits = Limits { bytes: 1024 * 1024, depth: 12, values: 100_000 };

/// The most combinations of answers; the largest table SSVC publishes has 192.
const MOST_ROWS: usize = 10_000;

pub(super) fn table(bytes: &[u8]) -> Result<Table, SsvcFault> {
    let value = guarded::read(bytes, &LIMITS).map_err(|fault| at("", fault.to_string()))?;
    let root = object(&value, "")?;
    let listed = object(member(root, "decision_points", "")?, "/decision_points")?;
    let outcome_id = text(root, "outcome", "")?;
    let mut outcome = None;
    let mut points = Vec::new();
    for (id, value) in listed {
        let place = format!("/decision_points/{}", escaped(id));
        let point = self::point(object(value, &place)?, &place)?;
        if point.id() != *id {
            return Err(at(&place, format!("is {} by its own members", point.id())));
        }
        if *id == outcome_id { outcome = Some(point) } else { points.push(point) }
    }
    let outcome = outcome.ok_or_else(|| at("/outcome", "is none of the decision points"))?;
    if points.is_empty() {
        return Err(at("/decision_points", "asks nothing"));
    }
    let rows = rows(root, &mut points, &outcome)?;
    let id = format!("{}:{}:{}", text(root, "namespace", "")?, text(root, "key", "")?, text(root, "version", "")?);
    Ok(Table { id, name: said(root, "name", "")?, definition: said(root, "definition", "")?, points, outcome, rows })
}

fn point(of: &Map<String, Value>, place: &str) -> Result<Point, SsvcFault> {
    let mut values: Vec<Choice> = Vec::new();
    let listed = member(of, "values", place)?.as_array().ok_or_else(|| at(&format!("{place}/values"), "is no list"))?;
    for (number, value) in listed.iter().enumerate() {
        let place = format!("{place}/values/{number}");
        let one = object(value, &place)?;
        let key = text(one, "key", &place)?;
        if values.iter().any(|known| known.key == key) {
            return Err(at(&place, format!("has the key {key} of another value")));
        }
        values.push(Choice { key, name: said(one, "name", &place)?, definition: said(one, "definition", &place)? });
    }
    if values.is_empty() {
        return Err(at(&format!("{place}/values"), "is empty"));
    }
    Ok(Point {
        namespace: text(of, "namespace", place)?,
        key: text(of, "key", place)?,
        version: text(of, "version", place)?,
        name: said(of, "name", place)?,
        definition: said(of, "definition", place)?,
        values,
    })
}

/// The outcome of every combination. The questions are put into the order of the rows, since the members of an object have none: the answer
/// to the first question changes least often from row to row.
fn rows(root: &Map<String, Value>, points: &mut [Point], outcome: &Point) -> Result<BTreeMap<Vec<usize>, usize>, SsvcFault> {
    let listed = member(root, "mapping", "")?.as_array().ok_or_else(|| at("/mapping", "is no list"))?;
    let wanted = points.iter().try_fold(1_usize, |product, point| product.checked_mul(point.values.len()));
    let wanted =
        wanted.filter(|wanted| *wanted <= MOST_ROWS).ok_or_else(|| at("/mapping", format!("would have more than {MOST_ROWS} rows")))?;
    points.sort_by_cached_key(|point| {
        let id = point.id();
        listed.windows(2).filter(|two| two.first().and_then(|row| row.get(&id)) != two.last().and_then(|row| row.get(&id))).count()
    });
    let mut rows = BTreeMap::new();
    for (number, value) in listed.iter().enumerate() {
        let place = format!("/mapping/{number}");
        let row = object(value, &place)?;
        let index = |point: &Point| {
            let key = text(row, &point.id(), &place)?;
            let found = point.values.iter().position(|one| one.key == key);
            found.ok_or_else(|| at(&format!("{place}/{}", escaped(&point.id())), format!("{key} is no value of {}", point.key)))
        };
        let answers: Vec<usize> = points.iter().map(index).collect::<Result<_, _>>()?;
        if rows.insert(answers, index(outcome)?).is_some() {
            return Err(at(&place, "repeats an earlier row"));
        }
    }
    if rows.len() != wanted {
        return Err(at("/mapping", format!("has {} rows; every combination of answers needs one: {wanted}", rows.len())));
    }
    Ok(rows)
}

fn member<'v>(of: &'v Map<String, Value>, name: &str, place: &str) -> Result<&'v Value, SsvcFault> {
    of.get(name).ok_or_else(|| at(place, format!("{name} is missing")))
}

fn object<'v>(value: &'v Value, place: &str) -> Result<&'v Map<String, Value>, SsvcFault> {
    value.as_object().ok_or_else(|| at(place, "is no object"))
}

fn text(of: &Map<String, Value>, name: &str, place: &str) -> Result<String, SsvcFault> {
    let text = member(of, name, place)?.as_str().map(str::trim).filter(|text| !text.is_empty() && text.len() <= 4_000);
    text.map(str::to_owned).ok_or_else(|| at(&format!("{place}/{}", escaped(name)), "is no text of 1 to 4,000 bytes"))
}

fn said(of: &Map<String, Value>, name: &str, place: &str) -> Result<Said, SsvcFault> {
    let zh = of.get("x_zh").and_then(|zh| zh.get(name)).and_then(Value::as_str).unwrap_or_default();
    Ok(Said { en: text(of, name, place)?, zh: zh.trim().to_owned() })
}

fn escaped(name: &str) -> String {
    name.chars().take(80).collect::<String>().replace('~', "~0").replace('/', "~1")
}

fn at(place: &str, why: impl Into<String>) -> SsvcFault {
    SsvcFault::Table { place: if place.is_empty() { "the table".to_owned() } else { place.to_owned() }, why: why.into() }
}
