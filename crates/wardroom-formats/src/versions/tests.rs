use super::*;

fn check(version: &str, text: &str, expected: Among) {
    assert_eq!(among(version, text), expected, "{version} among {text}");
}

#[test]
fn the_usual_ways_to_write_versions() {
    check("2.3.1", "<=2.3.4", Among::Yes);
    check("2.3.5", "< 2.3.5", Among::No);
    check("2.3.4", "< 2.3.5", Among::Yes);
    check("2.3.10", "<2.3.5", Among::No);
    check("2.1", ">=2.0, <2.3", Among::Yes);
    check("2.3", ">=2.0 <2.3", Among::No);
    check("1.9", ">=2.0,<2.3", Among::No);
    check("2.3.4", "2.0 - 2.3.4", Among::Yes);
    check("1.7", "1.x", Among::Yes);
    check("2.7", "1.x", Among::No);
    check("v2.3", "2.3.0", Among::Yes);
    check("1.2", "1.1, 1.2, 1.3", Among::Yes);
    check("1.4", "1.1、1.2", Among::No);
    check("2.1", "vers:semver/>=2.0|<2.3", Among::Yes);
    check("2.4", "vers:semver/>=2.0|<2.3|>=3.0|<3.1", Among::No);
    check("3.0.5", "vers:semver/>=2.0|<2.3|>=3.0|<3.1", Among::Yes);
    check("7", "", Among::Yes);
    check("weird", "all versions", Among::Yes);
}

#[test]
fn bounds_in_words() {
    check("2.4", "before 2.5", Among::Yes);
    check("2.5", "prior to V2.5", Among::No);
    check("2.5", "2.5 and earlier", Among::Yes);
    check("2.5", "2.5 及以前", Among::Yes);
    check("2.5", "2.5之前", Among::No);
    check("2.5", "2.5及之前", Among::Yes);
    check("2.6", "低于 2.6", Among::No);
    check("2.6", "2.5 及以上", Among::Yes);
    // Whether 2.5 itself is meant is not said.
    check("2.5", "up to 2.5", Among::Unsure);
    check("2.5", "2.5以前", Among::Unsure);
}

#[test]
fn what_cannot_be_read_is_left_to_the_reader() {
    check("2.3.1-rc1", "<2.4", Among::Unsure);
    check("2.3", "before the spring release", Among::Unsure);
    check("2.3", "1.0, later builds", Among::Unsure);
    check("", "<2", Among::Unsure);
    check("2", &"<".repeat(1000), Among::Unsure);
    check("1", "<<1", Among::Unsure);
    check("1", "<2 <3", Among::Unsure);
    check("1", "vers:semver/!=2", Among::Unsure);
}

#[test]
fn ranges_as_vers() {
    for (text, expected) in [
        ("< 2.5.0", Some("vers:intdot/<2.5.0")),
        ("2.0 - 2.4", Some("vers:intdot/>=2.0|<=2.4")),
        ("1.x, 2.4", Some("vers:intdot/>=1|<2|2.4")),
        ("3.1, 1.2", Some("vers:intdot/1.2|3.1")),
        ("<= r2024b+7", Some("vers:generic/<=r2024b%2B7")),
        ("vers:intdot/>=1.0|<2.0", Some("vers:intdot/>=1.0|<2.0")),
        // The same version twice, one version, all of them, and what cannot be read: none is a range that vers can say.
        ("2.4, 2.4.0", None),
        ("2.4", None),
        ("all", None),
        ("before the spring release", None),
    ] {
        assert_eq!(canonical_vers(text).as_deref(), expected, "{text}");
    }
}
