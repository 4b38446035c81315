//! What the rules say of products, kinds of problem, references, tags, dates and scores.

use super::{
    AFFECTED, Beside, Breach, CWE, FUTURE, HOSTED, LOGIN, NO_FIX, NOT_PUBLIC, ONLY_UNAFFECTED, PROBLEM_TYPE, PRODUCT, REFERENCE, SCORE,
    SELF_REFERENCE, SEVERITY, UNSUPPORTED, breach, list, text,
};
use crate::{cvss, cwe, uri};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::net::{Ipv4Addr, Ipv6Addr};

const TAG_HOSTED: &str = "exclusively-hosted-service";
const TAG_UNSUPPORTED: &str = "unsupported-when-assigned";
/// How far ahead the service lets `datePublic` lie.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

pub(super) fn check(cna: &Value, beside: &Beside<'_>, breaches: &mut Vec<Breach>) {
    products(cna, breaches);
    problem_types(cna, breaches);
    references(cna, beside.cve, breaches);
    tags(cna, beside, breaches);
    metrics(cna, breaches);
    let date = text(cna, "datePublic");
    let late = |now: Timestamp| date.parse::<Timestamp>().is_ok_and(|at| now.checked_add(AHEAD).is_ok_and(|latest| at > latest));
    if beside.now.is_some_and(late) {
        breaches.push(breach(FUTURE, "/datePublic", date));
    }
}

/// Names that name nothing.
fn is_named(name: &str) -> bool {
    !name.is_empty() && !["n/a", "na", "unknown", "unspecified", "none", "-"].contains(&name.to_ascii_lowercase().as_str())
}

fn products(cna: &Value, breaches: &mut Vec<Breach>) {
    let affected = list(cna, "affected");
    let named = |one: &Value| {
        let package = is_named(text(one, "collectionURL")) && is_named(text(one, "packageName"));
        is_named(text(one, "product")) || package
    };
    if !affected.iter().any(named) {
        let found = affected.first().map_or("", |one| text(one, "product"));
        breaches.push(breach(PRODUCT, "/affected", found));
        return;
    }
    let mut states: Vec<&str> = Vec::new();
    for one in affected {
        // The format's own default is "unknown".
        let default = if text(one, "defaultStatus").is_empty() { "unknown" } else { text(one, "defaultStatus") };
        let versions = list(one, "versions");
        // With versions, the default speaks of those that are not listed: "unknown" there says nothing of the product.
        if versions.is_empty() || default == "affected" {
            states.push(default);
        }
        states.extend(versions.iter().map(|version| text(version, "status")));
    }
    if !states.iter().any(|state| matches!(*state, "affected" | "unknown")) {
        let rule = if states.contains(&"unaffected") { ONLY_UNAFFECTED } else { AFFECTED };
        breaches.push(breach(rule, "/affected", ""));
        return;
    }
    let fixed = |one: &Value| {
        let ends = |version: &Value| {
            let bounded = !text(version, "lessThan").is_empty() && text(version, "lessThan") != "*";
            let changed = list(version, "changes").iter().any(|change| text(change, "status") == "unaffected");
            text(version, "status") == "unaffected" || (text(version, "status") == "affected" && bounded) || changed
        };
        text(one, "defaultStatus") == "unaffected" || list(one, "versions").iter().any(ends)
    };
    if !affected.iter().any(fixed) {
        breaches.push(breach(NO_FIX, "/affected", ""));
    }
}

fn problem_types(cna: &Value, breaches: &mut Vec<Breach>) {
    let mut said = false;
    for (at, one) in list(cna, "problemTypes").iter().enumerate() {
        for (place, description) in list(one, "descriptions").iter().enumerate() {
            said |= is_named(text(description, "description"));
            let Ok(id) = cwe::Id::parse(text(description, "cweId")) else { continue };
            if id.is_too_wide() {
                breaches.push(breach(CWE, format!("/problemTypes/{at}/descriptions/{place}/cweId"), &id.to_string()));
            }
        }
    }
    if !said {
        breaches.push(breach(PROBLEM_TYPE, "/problemTypes", ""));
    }
}

/// What is wrong with one reference as the public's way to the vulnerability.
enum Odd {
    Itself,
    NotPublic,
}

fn references(cna: &Value, cve: &str, breaches: &mut Vec<Breach>) {
    let references = list(cna, "references");
    if references.is_empty() {
        breaches.push(breach(REFERENCE, "/references", ""));
        return;
    }
    let mut good = false;
    let mut odd = Vec::new();
    for (at, one) in references.iter().enumerate() {
        let url = text(one, "url");
        let place = format!("/references/{at}/url");
        match odd_reference(url, cve) {
            None => good = true,
            Some(Odd::Itself) => odd.push(breach(SELF_REFERENCE, place.as_str(), url)),
            Some(Odd::NotPublic) => odd.push(breach(NOT_PUBLIC, place.as_str(), url)),
        }
        if asks_for_login(url) {
            breaches.push(breach(LOGIN, place.as_str(), url));
        }
    }
    // One that leads to the public is enough; but a way that leads nowhere or in a circle helps nobody.
    if !good {
        breaches.extend(odd);
    } else {
        breaches.extend(odd.into_iter().filter(|one| one.rule == NOT_PUBLIC));
    }
}

fn odd_reference(url: &str, cve: &str) -> Option<Odd> {
    let web = uri::is_https(url) || url.strip_prefix("http://").is_some_and(|rest| uri::is_https(&format!("https://{rest}")));
    let Some(host) = web.then(|| host_of(url)).flatten() else { return Some(Odd::NotPublic) };
    if !is_public_host(&host) {
        return Some(Odd::NotPublic);
    }
    let records = ["cve.org", "www.cve.org", "cve.mitre.org", "cveawg.mitre.org", "cveawg-test.mitre.org", "nvd.nist.gov"];
    let names_it = cve.is_empty() || url.to_ascii_uppercase().contains(&cve.to_ascii_uppercase());
    (records.contains(&host.as_str()) && names_it).then_some(Odd::Itself)
}

/// The host in small letters, without user, port and brackets.
fn host_of(url: &str) -> Option<String> {
    let authority = url.split_once("://")?.1.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => host.split(':').next()?,
    };
    Some(host.trim_end_matches('.').to_ascii_lowercase()).filter(|host| !host.is_empty())
}

/// A name or address that everybody on the internet can reach, as far as its form tells.
fn is_public_host(host: &str) -> bool {
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return !(address.is_private() || address.is_loopback() || address.is_link_local() || address.is_unspecified());
    }
    if let Ok(address) = host.parse::<Ipv6Addr>() {
        return !(address.is_loopback() || address.is_unspecified() || address.is_unique_local() || address.is_unicast_link_local());
    }
    let local = ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "onion", "test", "invalid"];
    host.rsplit_once('.').is_some_and(|(_, last)| !local.contains(&last))
}

fn asks_for_login(url: &str) -> bool {
    let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path).to_ascii_lowercase();
    let word = |part: &str| matches!(part, "login" | "signin" | "sign-in" | "sso" | "auth" | "account" | "customer-portal");
    path.split(['/', '?', '&', '=']).any(word)
}

fn tags(cna: &Value, beside: &Beside<'_>, breaches: &mut Vec<Breach>) {
    let has = |tag: &str| list(cna, "tags").iter().any(|one| one.as_str() == Some(tag));
    if beside.hosted.is_some_and(|hosted| hosted != has(TAG_HOSTED)) {
        breaches.push(breach(HOSTED, "/tags", if has(TAG_HOSTED) { TAG_HOSTED } else { "" }));
    }
    if beside.unsupported.is_some_and(|unsupported| unsupported != has(TAG_UNSUPPORTED)) {
        breaches.push(breach(UNSUPPORTED, "/tags", if has(TAG_UNSUPPORTED) { TAG_UNSUPPORTED } else { "" }));
    }
}

fn metrics(cna: &Value, breaches: &mut Vec<Breach>) {
    for (at, metric) in list(cna, "metrics").iter().enumerate() {
        for name in ["cvssV2_0", "cvssV3_0", "cvssV3_1", "cvssV4_0"] {
            let Some(given) = metric.get(name) else { continue };
            let place = format!("/metrics/{at}/{name}");
            let Ok(scored) = cvss::score(text(given, "vectorString")) else {
                breaches.push(breach(SCORE, place, text(given, "vectorString")));
                continue;
            };
            let told = given.get("baseScore").and_then(Value::as_f64).unwrap_or(-1.0);
            // 4.0 has one score for whatever metrics are given; it stands in the place of the base score.
            let fits = |score: f64| (told - score).abs() < 0.05;
            if !fits(scored.base) && !(scored.version == cvss::Version::V4 && fits(scored.score)) {
                breaches.push(breach(SCORE, format!("{place}/baseScore"), &format!("{told}")));
            }
            let severity = text(given, "baseSeverity");
            if !severity.is_empty() && !severity.eq_ignore_ascii_case(cvss::Severity::of(scored.version, told).word()) {
                breaches.push(breach(SEVERITY, format!("{place}/baseSeverity"), severity));
            }
        }
    }
}
