//! A story in a network of its own, in which there is nothing but this machine: whoever speaks to a foreign address is seen (O5).

use std::process::Command;

const INSIDE: &str = "WARDROOM_STORY_ALONE";

/// Runs the story named once more in an empty network, and says whether the caller is finished: the story was told there.
/// Where such a network cannot be made, the story is told here and the oracle is printed as skipped.
pub fn told_alone(story: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return false;
    }
    let possible = Command::new("unshare").args(["-rn", "ip", "link", "set", "lo", "up"]).output().is_ok_and(|done| done.status.success());
    if !possible {
        wardroom_testkit::servers::skipped("no packet to a foreign address: no network of its own can be made here (unshare -rn)");
        return false;
    }
    let program = std::env::current_exe().unwrap();
    let line = "ip link set lo up && exec \"$0\" \"$@\"";
    let ended = Command::new("unshare")
        .args(["-rn", "sh", "-c", line])
        .arg(program)
        .args(["--exact", story, "--nocapture", "--test-threads", "1"])
        .env(INSIDE, "1")
        .status()
        .unwrap();
    assert!(ended.success(), "the story {story} in a network of its own: {ended}");
    true
}

/// How often something was to be sent where nothing is. Zero also where the story is not alone.
pub fn foreign_packets() -> u64 {
    if std::env::var_os(INSIDE).is_none() {
        return 0;
    }
    let table = std::fs::read_to_string("/proc/net/snmp").unwrap_or_default();
    let mut lines = table.lines().filter(|line| line.starts_with("Ip:"));
    let (names, values) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let four: u64 =
        names.split(' ').zip(values.split(' ')).filter(|(name, _)| *name == "OutNoRoutes").filter_map(|(_, n)| n.parse::<u64>().ok()).sum();
    let table = std::fs::read_to_string("/proc/net/snmp6").unwrap_or_default();
    let six: u64 = table
        .lines()
        .filter(|line| line.starts_with("Ip6OutNoRoutes"))
        .filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok())
        .sum();
    four + six
}
