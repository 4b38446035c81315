//! What the benchmarks share: measuring by turns beside a yardstick, the table, the place on a real disk, the house over it.
//! Beside the pace stands the processor time of each thing, clients and child processes included: what else the machine does hardly
//! changes it.
//! Deliberately no statistics: one machine, one session, the median of a few rounds, and the load said beside it.

#![allow(dead_code, reason = "each benchmark uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a benchmark falls where it stands")]

pub mod house;
pub mod http;
pub mod processor;
pub mod raw;

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// The built program.
pub const WARDROOM: &str = env!("CARGO_BIN_EXE_wardroom");
/// Rounds in which everything takes its turn.
pub const ROUNDS: usize = 3;

/// Whether this benchmark is to run: only under `cargo bench`, and only when a filter names it or there is none.
pub fn wanted(name: &str) -> bool {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut filters = args.iter().filter(|arg| !arg.starts_with('-')).peekable();
    args.iter().any(|arg| arg == "--bench") && (filters.peek().is_none() || filters.any(|filter| name.contains(filter.as_str())))
}

/// How long one turn lasts: `WARDROOM_BENCH_SECONDS`, else two seconds.
pub fn span() -> Duration {
    Duration::from_secs_f64(number("WARDROOM_BENCH_SECONDS").unwrap_or(2.0))
}

/// A number from the environment.
pub fn number(name: &str) -> Option<f64> {
    std::env::var(name).ok().and_then(|text| text.replace('_', "").parse().ok())
}

/// An empty folder on a disk that keeps what is synced: `WARDROOM_BENCH_DIR`, else Cargo's. Memory does not count as a disk.
pub fn folder(name: &str) -> Result<tempfile::TempDir> {
    let parent = std::env::var_os("WARDROOM_BENCH_DIR").map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from);
    std::fs::create_dir_all(&parent).with_context(|| format!("cannot make {}", parent.display()))?;
    let kind = file_system(&parent);
    ensure!(!kind.contains("tmpfs"), "{} lies in memory: name a folder on a disk with WARDROOM_BENCH_DIR", parent.display());
    tempfile::Builder::new().prefix(&format!("{name}-")).tempdir_in(&parent).context("cannot make a folder")
}

/// What `stat` calls the file system of a path.
pub fn file_system(path: &Path) -> String {
    let said = std::process::Command::new("stat").args(["-f", "-c", "%T"]).arg(path).output();
    said.map_or_else(|_| "unknown".to_owned(), |said| String::from_utf8_lossy(&said.stdout).trim().to_owned())
}

/// The machine's load over the last minute and its processors: `7.9 on 2`.
pub fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{} on {processors}", load.split_whitespace().next().unwrap_or("unknown"))
}

/// One thing that is done again and again for a while; gives how long each took.
type Turn<'m> = Box<dyn FnMut(Duration) -> Result<Vec<Duration>> + 'm>;

/// Something to measure.
pub struct Measure<'m> {
    name: String,
    /// Place of the yardstick among the measures; its own for a yardstick.
    beside: usize,
    /// The share of the yardstick's pace that is aimed at.
    aim: Option<f64>,
    turn: Turn<'m>,
}

impl<'m> Measure<'m> {
    pub fn new(name: impl Into<String>, beside: usize, aim: Option<f64>, turn: impl FnMut(Duration) -> Result<Vec<Duration>> + 'm) -> Self {
        Measure { name: name.into(), beside, aim, turn: Box::new(turn) }
    }
}

/// Lets all take turns, so that what else the machine does falls on all of them, and prints the medians.
pub fn take_turns(title: &str, mut measures: Vec<Measure<'_>>) -> Result<()> {
    println!("\n{title}; load {} before", load());
    let mut rates = vec![Vec::new(); measures.len()];
    let mut times = vec![Vec::new(); measures.len()];
    let mut spent = vec![Duration::ZERO; measures.len()];
    for _ in 0..ROUNDS {
        for (place, measure) in measures.iter_mut().enumerate() {
            let (start, before) = (Instant::now(), processor::spent());
            let each = (measure.turn)(span()).with_context(|| measure.name.clone())?;
            spent[place] += processor::spent().saturating_sub(before);
            #[expect(clippy::cast_precision_loss, reason = "counts of a few seconds")]
            rates[place].push(each.len() as f64 / start.elapsed().as_secs_f64());
            times[place].extend(each);
        }
    }
    let rates: Vec<f64> = rates.into_iter().map(median).collect();
    println!("{:<58} {:>9} {:>9} {:>9} {:>9} {:>7} {:>6}", "", "a second", "p50 ms", "p99 ms", "cpu µs", "ratio", "aim");
    for (((measure, rate), mut each), spent) in measures.iter().zip(&rates).zip(times).zip(spent) {
        each.sort();
        let ratio = rate / rates[measure.beside];
        let aim = measure.aim.map_or_else(String::new, |aim| format!("≥ {aim}"));
        let (p50, p99) = (share(&each, 50), share(&each, 99));
        #[expect(clippy::cast_precision_loss, reason = "counts of a few seconds")]
        let cpu = spent.as_secs_f64() * 1_000_000.0 / each.len() as f64;
        println!("{:<58} {rate:>9.1} {p50:>9.2} {p99:>9.2} {cpu:>9.0} {ratio:>7.2} {aim:>6}", measure.name);
    }
    println!("load {} after", load());
    Ok(())
}

/// Milliseconds within which `percent` of the sorted times lie.
fn share(sorted: &[Duration], percent: usize) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get(last * percent / 100).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}

pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

/// Does something until the time is over; at least once.
pub fn repeat(span: Duration, mut work: impl FnMut() -> Result<()>) -> Result<Vec<Duration>> {
    let begin = Instant::now();
    let mut times = Vec::new();
    while times.is_empty() || begin.elapsed() < span {
        let start = Instant::now();
        work()?;
        times.push(start.elapsed());
    }
    Ok(times)
}

/// A piece of work under way.
pub type Piece = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// The same by several clients at once.
pub async fn side_by_side(clients: usize, span: Duration, work: impl Fn() -> Piece + Clone + Send + 'static) -> Result<Vec<Duration>> {
    let begin = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..clients {
        let work = work.clone();
        tasks.spawn(async move {
            let mut times = Vec::new();
            while times.is_empty() || begin.elapsed() < span {
                let start = Instant::now();
                work().await?;
                times.push(start.elapsed());
            }
            Ok::<_, anyhow::Error>(times)
        });
    }
    let mut all = Vec::new();
    while let Some(times) = tasks.join_next().await {
        all.extend(times??);
    }
    Ok(all)
}

/// The same on a thread each; `client` makes what one of them does again and again.
pub fn on_threads<W: FnMut() -> Result<()>>(
    clients: usize,
    span: Duration,
    client: impl Fn() -> Result<W> + Sync,
) -> Result<Vec<Duration>> {
    let client = &client;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients).map(|_| scope.spawn(move || repeat(span, client()?))).collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().map_err(|_| anyhow::anyhow!("a client fell"))??);
        }
        Ok(all)
    })
}
