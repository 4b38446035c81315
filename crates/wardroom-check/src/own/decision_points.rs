//! 6.3.13 of CSAF 2.1: a decision of SSVC is told by the newest version of its decision point.
//!
//! Not here: whether the selections are valid (6.1.46 to 6.1.49, the engine's), and decision points of namespaces nobody registered
//! (`x_…`) or that others extended (`ssvc//…`): nobody can know which version of them is the newest.

use crate::report::Finding;
use serde_json::Value;

/// The newest version of each registered decision point, one to a line: namespace, key, version. From the register of SSVC 2, without the namespaces of single organisations.
const NEWEST: &str = include_str!("decision_points.tsv");

/// 6.3.13
pub(super) fn outdated(document: &Value) -> Vec<Finding> {
    let list = |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut found = Vec::new();
    for (at, vulnerability) in list(document, "vulnerabilities").iter().enumerate() {
        for (metric_at, metric) in list(vulnerability, "metrics").iter().enumerate() {
            let Some(ssvc) = metric.pointer("/content/ssvc_v2") else { continue };
            for (selected_at, selection) in list(ssvc, "selections").iter().enumerate() {
                let says = |name: &str| selection.get(name).and_then(Value::as_str);
                let (Some(namespace), Some(key), Some(version)) = (says("namespace"), says("key"), says("version")) else { continue };
                let Some(newest) = newest(namespace, key).filter(|newest| is_before(version, newest)) else { continue };
                let path = format!("/vulnerabilities/{at}/metrics/{metric_at}/content/ssvc_v2/selections/{selected_at}/version");
                found.push(Finding::new("6.3.13", path, format!("version {newest} of this decision point is newer than {version}")));
            }
        }
    }
    found
}

fn newest(namespace: &str, key: &str) -> Option<&'static str> {
    NEWEST.lines().find_map(|line| line.strip_prefix(namespace)?.strip_prefix('\t')?.strip_prefix(key)?.strip_prefix('\t'))
}

/// What is no version of three numbers is not compared: the schema says what is wrong with it.
fn is_before(version: &str, newest: &str) -> bool {
    let numbers = |text: &str| text.split('.').map(str::parse).collect::<Result<Vec<u32>, _>>().ok().filter(|numbers| numbers.len() == 3);
    numbers(version).zip(numbers(newest)).is_some_and(|(version, newest)| version < newest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_older_version_is_told_and_nothing_else() {
        let selections = json!([
            {"namespace": "ssvc", "key": "MI", "version": "1.0.0"},
            {"namespace": "ssvc", "key": "MI", "version": "2.0.0"},
            {"namespace": "ssvc", "key": "MI", "version": "old"},
            {"namespace": "x_example.com#own", "key": "MI", "version": "1.0.0"},
            {"namespace": "ssvc", "key": "M", "version": "0.0.1"},
            7,
        ]);
        let document = json!({"vulnerabilities": [{}, {"metrics": [{"content": {"ssvc_v2": {"selections": selections}}}]}]});
        let paths: Vec<String> = outdated(&document).into_iter().map(|one| one.path).collect();
        assert_eq!(paths, ["/vulnerabilities/1/metrics/0/content/ssvc_v2/selections/0/version"]);
        assert!(outdated(&json!({"vulnerabilities": {"metrics": 1}})).is_empty());
    }

    #[test]
    fn every_line_of_the_table_is_one() {
        assert!(NEWEST.lines().count() > 20);
        for line in NEWEST.lines() {
            assert!(line.split('\t').count() == 3 && is_before("0.0.0", line.rsplit('\t').next().unwrap()), "{line}");
        }
    }
}
