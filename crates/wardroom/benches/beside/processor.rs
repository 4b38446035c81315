//! Processor time of this process and all that it started, running and ended. From Linux's `/proc`; elsewhere nothing is told.

use std::time::Duration;

/// Linux counts in hundredths of a second here, whatever its own clock does (`proc(5)`, `USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// Spent so far.
pub fn spent() -> Duration {
    let own = std::process::id();
    TICK * tree(own)
}

fn tree(process: u32) -> u32 {
    let children = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    let mut ticks = own(process);
    for child in children.split_whitespace().filter_map(|number| number.parse().ok()) {
        ticks += tree(child);
    }
    // Children are listed with the thread that started them.
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    for thread in threads.filter_map(|entry| entry.file_name().into_string().ok()).filter(|thread| *thread != process.to_string()) {
        let children = std::fs::read_to_string(format!("/proc/{process}/task/{thread}/children")).unwrap_or_default();
        ticks += children.split_whitespace().filter_map(|number| number.parse().ok()).map(tree).sum::<u32>();
    }
    ticks
}

/// Its own time, and that of its children that have ended: fields 14 to 17, counted behind the name, which may hold anything.
fn own(process: u32) -> u32 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().skip(11).take(4);
    fields.filter_map(|field| field.parse::<u32>().ok()).sum()
}
