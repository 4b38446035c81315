//! Acknowledged is durable: the process is killed at odd moments, or its fsync fails, and what it acknowledged is there
//! afterwards, whole and once.

use std::path::Path;
use std::process::Command;

use wardroom_app::ports::store::Store;
use wardroom_domain::log::StreamId;

use super::child::{acked, listen, open, start};
use super::world::house;

const KILLS: usize = 12;

/// Everything acknowledged is there, and everything else holds.
async fn check(folder: &Path, ledger: &[(String, String, String)]) -> u64 {
    let store = open(folder).await;
    let findings = store.verify().await.unwrap();
    assert!(findings.broken.is_empty(), "{:?}", findings.broken);
    for (number, id, key) in ledger {
        let stream = StreamId::parse(id).unwrap();
        assert_eq!(store.by_number(&house(), number).await.unwrap(), Some(stream.clone()), "{number} was acknowledged");
        assert_eq!(store.stream(&house(), &stream).await.unwrap().len(), 2);
        assert!(store.answered(key).await.unwrap().is_some());
    }
    let size = store.head().await.unwrap().size;
    store.close().await;
    size
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Vec::new();
    let mut size = 0;
    for kill in 0..KILLS {
        let (mut child, mut out) = start(folder.path(), &[]);
        let mut said = Vec::new();
        listen(&mut out, &mut said, |said| said.len() > 1 + kill * 7);
        child.kill().unwrap();
        child.wait().unwrap();
        listen(&mut out, &mut said, |_| false);
        let new = acked(&said);
        assert!(new.len() >= kill * 7, "{said:?}");
        ledger.extend(new);
        size = check(folder.path(), &ledger).await;
    }
    assert!(size >= 2 * ledger.len() as u64);
    println!("{KILLS} kills, {} reports acknowledged, {} in the log, 0 lost", ledger.len(), size / 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_failed_fsync_nothing_more_is_acknowledged() {
    // The fault is put in by strace, which must be here and allowed to trace.
    if !Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status().is_ok_and(|status| status.success()) {
        return println!("skipped: strace is not here or may not trace");
    }
    // The first two dozen syncs belong to opening: each migration has its own.
    for failing in [30, 45, 75] {
        let folder = tempfile::tempdir().unwrap();
        open(folder.path()).await.close().await;
        let inject = format!("inject=fsync,fdatasync:error=EIO:when={failing}");
        let under = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", &inject];
        let (mut child, mut out) = start(folder.path(), &under);
        let mut said = Vec::new();
        // All tasks end by themselves: each is refused.
        listen(&mut out, &mut said, |_| false);
        child.wait().unwrap();
        let refused = said.iter().position(|line| line.starts_with("refused")).expect("writing goes on after a failed fsync");
        let later: Vec<&String> = said[refused..].iter().filter(|line| line.starts_with("acked")).collect();
        assert!(later.is_empty(), "{later:?} after {}", said[refused]);
        check(folder.path(), &acked(&said)).await;
    }
}
