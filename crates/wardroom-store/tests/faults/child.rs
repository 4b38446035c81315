//! The process that is killed: this very test binary, started again to run one test that commits reports side by side and says
//! on its standard output what was acknowledged.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use wardroom_app::ports::store::{Idempotency, Store};
use wardroom_store::{BLOBS_FOLDER, DATABASE_FILE, Place, SqlStore};

use super::world::{Engine, World, noon};

const FOLDER: &str = "WARDROOM_TEST_CHILD_FOLDER";
const TASKS: usize = 8;

/// The store in a folder.
pub async fn open(folder: &Path) -> SqlStore {
    SqlStore::open(&Place::Sqlite(folder.join(DATABASE_FILE)), &folder.join(BLOBS_FOLDER), noon()).await.unwrap()
}

/// Does nothing unless this is the child.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_commits_until_it_is_killed() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let store = Arc::new(open(Path::new(&folder)).await);
    let world = Arc::new(World::new(&Engine::Sqlite).await);
    let start = store.head().await.unwrap().size;
    // Ids differ from those of an earlier child.
    world.skip_to((start + 1) * 1_000_000);
    println!("started {start}");
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..TASKS {
        let (store, world) = (store.clone(), world.clone());
        tasks.spawn(async move {
            for turn in 0..2000 {
                let (id, mut commit) = world.report_commit(60);
                let key = format!("{start}-{task}-{turn}");
                commit.idempotency = Some(Idempotency { key: key.clone(), fingerprint: id.to_string(), answer: b"a".to_vec() });
                match store.commit(commit).await {
                    Ok(committed) => say(&format!("acked {} {id} {key}", committed.numbers[0].1)),
                    Err(error) => return say(&format!("refused {error}")),
                }
            }
        });
    }
    tasks.join_all().await;
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

/// Starts the child on a folder, optionally under another program.
pub fn start(folder: &Path, under: &[&str]) -> (Child, BufReader<ChildStdout>) {
    let this = std::env::current_exe().unwrap();
    let mut command = match under {
        [] => Command::new(&this),
        [program, args @ ..] => {
            let mut command = Command::new(program);
            command.args(args).arg(&this);
            command
        }
    };
    let mut child = command
        .args(["child::child_commits_until_it_is_killed", "--exact", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    (child, out)
}

/// Reads lines until `enough` says so or the child is gone.
pub fn listen(out: &mut BufReader<ChildStdout>, said: &mut Vec<String>, enough: impl Fn(&[String]) -> bool) {
    let mut line = String::new();
    while !enough(said) && out.read_line(&mut line).unwrap() > 0 {
        // The test harness writes lines of its own; ours begin with one of three words.
        for word in ["started ", "acked ", "refused "] {
            if let Some(at) = line.find(word) {
                said.push(line[at..].trim().to_owned());
            }
        }
        line.clear();
    }
}

/// What was acknowledged: number, id, idempotency key.
pub fn acked(said: &[String]) -> Vec<(String, String, String)> {
    said.iter()
        .filter_map(|line| {
            let mut words = line.strip_prefix("acked ")?.split(' ').map(str::to_owned);
            Some((words.next()?, words.next()?, words.next()?))
        })
        .collect()
}
