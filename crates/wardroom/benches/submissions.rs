//! Durable reports a second, beside plain rows of the same size inserted into SQLite with a sync each: the least that keeping a
//! report can cost. A report is sealed, numbered, chained into the log, projected, given its clocks and its place in the outbox.
//!
//! `cargo bench -p wardroom --bench submissions`; see `docs/src/operator/figures.md`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a benchmark falls where it stands")]

mod beside;

use std::io::Write;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use beside::http::Client;
use beside::{Measure, house, raw};
use wardroom_app::disclosure::tree;
use wardroom_app::public_house::{PublicHouse, Upload};
use wardroom_public::Face;
use wardroom_public::tree::{Snapshot, Tree};
use wardroom_web::limits::Limit;

/// Length of a description.
const TEXT: usize = 2 * 1024;
const FILE: usize = 64 * 1024;
const CLIENTS: usize = 32;

/// No two reports are the same.
static NUMBER: AtomicU64 = AtomicU64::new(1);

fn next() -> u64 {
    NUMBER.fetch_add(1, Ordering::SeqCst)
}

fn main() -> Result<()> {
    if !beside::wanted("submissions") {
        return Ok(());
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let place = beside::folder("submissions")?;
    let opened = runtime.block_on(house::found(&place.path().join("data")))?;
    let mut row = runtime.block_on(raw::table(&place.path().join("yardstick.sqlite")))?;
    let files = place.path().join("files");
    std::fs::create_dir(&files)?;
    let address = runtime.block_on(serve(&opened))?;
    let (public, handle) = (opened.public.clone(), runtime.handle().clone());
    let hand_in = |clients: usize, file: bool| {
        let (public, handle) = (public.clone(), handle.clone());
        move |span: Duration| {
            let public = public.clone();
            handle.block_on(beside::side_by_side(clients, span, move || Box::pin(hand_in(public.clone(), file))))
        }
    };
    let measures = vec![
        Measure::new("yardstick: SQLite, a row of 2 KiB, synced (FULL, WAL)", 0, None, |span| {
            beside::repeat(span, || handle.block_on(raw::insert(&mut row, next())))
        }),
        Measure::new("a report of 2 KiB, 1 client", 0, None, hand_in(1, false)),
        Measure::new(format!("a report of 2 KiB, {CLIENTS} clients"), 0, Some(1.0), hand_in(CLIENTS, false)),
        Measure::new(format!("the same by HTTP (JSON), {CLIENTS} clients"), 0, Some(1.0), |span| {
            beside::on_threads(CLIENTS, span, || posting(&address))
        }),
        Measure::new("yardstick: a file of 64 KiB, synced with its folder", 4, None, |span| beside::repeat(span, || keep_file(&files))),
        Measure::new(format!("a report with a file of 64 KiB, {CLIENTS} clients"), 4, Some(0.6), hand_in(CLIENTS, true)),
    ];
    let kind = beside::file_system(place.path());
    beside::take_turns(&format!("durable reports on {kind}"), measures)?;
    runtime.block_on(opened.store.close());
    Ok(())
}

async fn hand_in(public: PublicHouse, file: bool) -> Result<()> {
    let number = next();
    let mut report = house::report(number, TEXT);
    if file {
        let bytes = house::text(number, FILE).into_bytes();
        report.attachments.push(Upload { name: "image.bin".to_owned(), media_type: "application/octet-stream".to_owned(), bytes });
    }
    let receipt = public.hand_in(report).await?;
    ensure!(receipt.number.starts_with("R-"), "no number was given");
    Ok(())
}

/// Written under another name, synced, renamed, the folder synced.
fn keep_file(folder: &Path) -> Result<()> {
    let number = next();
    let (fresh, kept) = (folder.join(format!("{number}.new")), folder.join(number.to_string()));
    let mut file = std::fs::File::create(&fresh)?;
    file.write_all(house::text(number, FILE).as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&fresh, &kept)?;
    Ok(std::fs::File::open(folder)?.sync_all()?)
}

/// The public face as the program serves it, but that nobody is told to come back later.
async fn serve(opened: &house::Opened) -> Result<String> {
    let world = tree::world(&opened.house).await?;
    let tree = Tree::new(Snapshot::new(Arc::new(world), Vec::new()));
    let mut face = Face::new(opened.public.clone(), tree, [7; 32]);
    let many = NonZeroU32::MAX;
    Arc::get_mut(&mut face).context("the face is shared already")?.limits.reports = Limit::new(many, Duration::from_secs(1), many, many);
    let router = wardroom_public::router(face);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Ok(address)
}

/// A program that posts one report after the other over one connection.
fn posting(address: &str) -> Result<impl FnMut() -> Result<()> + use<>> {
    let mut client = Client::connect(address)?;
    Ok(move || {
        let report = house::report(next(), TEXT);
        let body = serde_json::json!({
            "title": report.title, "description": report.text, "product": "VX-200", "name": report.sender_name, "email": report.sender_address,
        });
        let once = format!("Idempotency-Key: {}", report.idempotency.unwrap_or_default());
        let (status, said) =
            client.ask("POST", "/api/v1/reports", &["Content-Type: application/json", &once], body.to_string().as_bytes())?;
        ensure!(status == 201, "the report was answered {status}: {}", String::from_utf8_lossy(&said));
        Ok(())
    })
}
