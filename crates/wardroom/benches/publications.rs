//! What one more publication costs among many: the use case (validate, record), the public tree (render, sign, hashes, feeds) and the public face
//! that takes the change in; and what readers wait for then: the list, a filter and a check that nobody asked for since. The advisories that are there already are written into the log as facts; the one more goes the whole way.
//!
//! `cargo bench -p wardroom --bench publications`; see `docs/src/operator/figures.md`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a benchmark falls where it stands")]

mod beside;

use anyhow::{Context, Result, ensure};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use beside::house::{self, Opened};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower::ServiceExt;
use wardroom_app::disclosure::PublishOrder;
use wardroom_app::disclosure::tree::{self, Follower, TreeWriter};
use wardroom_app::ports::store::{Append, Commit, NewFact, Store};
use wardroom_domain::case::CaseAsk;
use wardroom_domain::disclosure::{AdvisoryContent, AdvisoryTexts, Bilingual, content_hash};
use wardroom_domain::facts::{AdvisoryFact, Fact};
use wardroom_domain::log::{Actor, StreamId, StreamKind};
use wardroom_domain::people::{Role, Viewer};
use wardroom_domain::products::Product;
use wardroom_domain::remediation::{ImpactStatus, PlanKind, PlanState, PlanWords};
use wardroom_public::tree::{Pages, Snapshot, Tree};
use wardroom_web::limits::Limit;

/// How many advisories are there.
const SIZES: [usize; 3] = [100, 1_000, 10_000];
/// Facts of so many advisories in one commit.
const TOGETHER: usize = 250;
/// Publications measured at each size; the one in the middle is told.
const ROUNDS: usize = 7;
/// Requests of each kind a reader makes.
const READS: usize = 200;

fn main() -> Result<()> {
    if !beside::wanted("publications") {
        return Ok(());
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let load = || std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load before: {}", load().trim());
    for size in SIZES {
        let place = beside::folder("publications")?;
        runtime.block_on(measure(size, &place.path().join("data")))?;
    }
    println!("load after: {}", load().trim());
    Ok(())
}

/// Processor time of all threads of this process, in nanoseconds since it began; threads that ended are not in it, and none ends meanwhile.
fn processor() -> Duration {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let of =
        |thread: std::fs::DirEntry| std::fs::read_to_string(thread.path().join("schedstat")).ok()?.split(' ').next()?.parse::<u64>().ok();
    Duration::from_nanos(threads.filter_map(of).sum())
}

#[derive(Clone, Copy)]
struct Cost {
    wall: Duration,
    cpu: Duration,
}

async fn costing<T>(work: impl Future<Output = Result<T>>) -> Result<(T, Cost)> {
    let (cpu, begun) = (processor(), Instant::now());
    let done = work.await?;
    Ok((done, Cost { wall: begun.elapsed(), cpu: processor().saturating_sub(cpu) }))
}

fn tell(what: &str, mut costs: Vec<Cost>) {
    costs.sort_by_key(|cost| cost.cpu);
    let middle = costs[costs.len() / 2];
    let worst = costs.iter().map(|cost| cost.wall).max().unwrap_or_default();
    println!(
        "  {what:<44} {:>9.1} ms wall {:>9.1} ms processor   (slowest {:.1} ms)",
        middle.wall.as_secs_f64() * 1e3,
        middle.cpu.as_secs_f64() * 1e3,
        worst.as_secs_f64() * 1e3
    );
}

async fn measure(size: usize, directory: &std::path::Path) -> Result<()> {
    let opened = house::found(directory).await?;
    let team = Team::new(&opened).await?;
    let (advisory, number) = team.draft(&opened).await?;
    let like = opened.desk.advisory_page(&team.approver, &advisory).await?.content;
    fill(&opened, &like, size).await?;
    println!("{size} advisories are there");
    let writer = TreeWriter::new(directory.join("public"), Arc::new(Pages));
    let (laid, cost) = costing(async { Ok(writer.write(&opened.desk).await?) }).await?;
    println!("  {} files, {} bytes in all", laid.written.len(), bytes_below(&directory.join("public")));
    tell("full build", vec![cost]);
    let mut face = Face::new(&opened, directory).await?;
    let ((), cost) = costing(face.follow(&opened)).await?;
    tell("public face: taking all of it in", vec![cost]);
    reading(&opened, &face).await?;

    let (mut uses, mut trees, mut faces, mut alls) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut written = 0;
    for round in 0..ROUNDS {
        if round > 0 {
            opened.desk.revise_advisory(&team.author, &advisory).await?;
            opened.desk.edit_advisory(&team.author, &advisory, texts(round)).await?;
        }
        team.approve(&opened, &advisory).await?;
        let order = PublishOrder { confirm: number.clone(), end_embargo: String::new() };
        let (_, first) = costing(async { Ok(opened.desk.publish_advisory(&team.publisher, &advisory, &order).await?) }).await?;
        let (laid, second) = costing(async { Ok(writer.write(&opened.desk).await?) }).await?;
        let ((), third) = costing(face.follow(&opened)).await?;
        written = laid.written.len();
        uses.push(first);
        trees.push(second);
        faces.push(third);
        alls.push(Cost { wall: first.wall + second.wall + third.wall, cpu: first.cpu + second.cpu + third.cpu });
    }
    tell("one publication: validate and record", uses);
    tell(&format!("one publication: the tree ({written} files)"), trees);
    tell("one publication: the public face", faces);
    tell("one publication: all of it", alls);
    let mut cold = Vec::new();
    for round in 0..3 {
        opened.desk.revise_advisory(&team.author, &advisory).await?;
        opened.desk.edit_advisory(&team.author, &advisory, texts(100 + round)).await?;
        team.approve(&opened, &advisory).await?;
        let order = PublishOrder { confirm: number.clone(), end_embargo: String::new() };
        opened.desk.publish_advisory(&team.publisher, &advisory, &order).await?;
        let fresh = TreeWriter::new(directory.join("public"), Arc::new(Pages));
        cold.push(costing(async { Ok(fresh.write(&opened.desk).await?) }).await?.1);
    }
    tell("the tree by a process that just began", cold);
    Ok(())
}

/// What a reader waits for, from request to answer without a network: the median, and the 99th of a hundred.
async fn reading(opened: &Opened, face: &Face) -> Result<()> {
    let mut service = wardroom_public::Face::new(opened.public.clone(), Arc::clone(&face.tree), [7; 32]);
    let many = NonZeroU32::MAX;
    Arc::get_mut(&mut service).context("the face is shared already")?.limits.pages = Limit::new(many, Duration::from_secs(1), many, many);
    let router = wardroom_public::router(service);
    // Each address is another, so that none was drawn before; the list without a filter is a file.
    let asked: [(&str, fn(usize) -> String); 4] = [
        ("the list", |_| "/advisories".to_owned()),
        ("a filter by words, each another", |n| format!("/advisories?q=firmware+{n}")),
        ("a filter by severity, each another page", |n| format!("/advisories?severity=critical&page={}", n + 1)),
        ("am I affected, each another version", |n| format!("/check?product=vx-200&version=2.{n}")),
    ];
    for (what, address) in asked {
        let mut waits = Vec::new();
        for n in 0..READS {
            let mut request = Request::builder().uri(address(n)).header("host", "psirt.vendor.example").body(Body::empty())?;
            request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 4_711))));
            let begun = Instant::now();
            let response = router.clone().oneshot(request).await?;
            let status = response.status();
            axum::body::to_bytes(response.into_body(), 64 << 20).await?;
            waits.push(begun.elapsed());
            ensure!(status.is_success(), "{} was answered {status}", address(n));
        }
        waits.sort();
        let at = |share: usize| waits[(waits.len() - 1) * share / 100].as_secs_f64() * 1e3;
        println!("  {what:<44} {:>9.2} ms median {:>6.2} ms p99", at(50), at(99));
    }
    Ok(())
}

/// The public face: follows the folder.
struct Face {
    follower: Option<Follower>,
    tree: Arc<Tree>,
    world: Arc<tree::PublicWorld>,
}

impl Face {
    async fn new(opened: &Opened, directory: &std::path::Path) -> Result<Face> {
        let world = Arc::new(tree::site(&opened.house));
        let folder = directory.join("public");
        Ok(Face { follower: Some(Follower::new(&folder)), tree: Tree::new(Snapshot::empty(world.clone(), &folder)), world })
    }

    async fn follow(&mut self, opened: &Opened) -> Result<()> {
        self.world = Arc::new(tree::world_after(&opened.house, &self.world).await?);
        let mut follower = self.follower.take().context("somebody follows already")?;
        let (former, world) = (self.tree.now(), self.world.clone());
        let mut fresh = None;
        tokio::task::block_in_place(|| {
            follower.take(|seen, bytes| {
                fresh = Some(former.next(world.clone(), seen, bytes)?);
                Ok(())
            })
        })?;
        self.tree.replace(fresh.context("nothing changed")?);
        self.follower = Some(follower);
        Ok(())
    }
}

fn bytes_below(folder: &std::path::Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.metadata().map_or(0, |about| if about.is_dir() { bytes_below(&entry.path()) } else { about.len() })).sum()
}

fn texts(round: usize) -> AdvisoryTexts {
    AdvisoryTexts {
        title: Bilingual::new(&format!("Unsigned firmware is taken over the network ({round})"), "通过网络接收未签名的固件"),
        summary: Bilingual::new("Anybody in the network can replace the firmware.", "网络内的任何人均可替换固件。"),
        action: Bilingual::new("Update to 2.5.0.", "请升级到 2.5.0。"),
        credits: vec!["Mara Lindqvist".to_owned()],
        change: Bilingual::new("Clearer", "更清楚"),
        ..AdvisoryTexts::default()
    }
}

struct Team {
    analyst: Viewer,
    author: Viewer,
    approver: Viewer,
    publisher: Viewer,
}

impl Team {
    async fn new(opened: &Opened) -> Result<Team> {
        let house = Viewer::house();
        for (name, roles) in [
            ("anna", vec![Role::Intake, Role::Analyst, Role::Coordinator]),
            ("ada", vec![Role::Author]),
            ("paul", vec![Role::Approver]),
            ("pia", vec![Role::Publisher]),
        ] {
            opened.desk.add_person(&house, name, roles).await?;
        }
        let product = Product { id: "vx-200".to_owned(), name: "VX-200".to_owned(), family: "Radar".to_owned(), ..Product::default() };
        opened.desk.keep_product(&house, product).await?;
        let viewer = |name: &'static str| opened.desk.viewer_named(name);
        Ok(Team {
            analyst: viewer("anna").await?,
            author: viewer("ada").await?,
            approver: viewer("paul").await?,
            publisher: viewer("pia").await?,
        })
    }

    /// From a report to a draft.
    async fn draft(&self, opened: &Opened) -> Result<(StreamId, String)> {
        let desk = &opened.desk;
        let receipt = opened.public.hand_in(house::report(1, 2048)).await?;
        let report = desk.find(&Viewer::house(), &receipt.number).await?;
        let (case, _) = desk.accept(&self.analyst, &report, "Unsigned update").await?;
        let form = wardroom_app::validation::VulnerabilityForm {
            id: "V1".to_owned(),
            title: "Unsigned firmware accepted".to_owned(),
            description: "The update service installs images without a signature.".to_owned(),
            cwe: "CWE-347".to_owned(),
            cve: String::new(),
        };
        desk.keep_vulnerability(&self.analyst, &case, form).await?;
        desk.check_uniqueness(&self.analyst, &case, None).await?;
        desk.score(&self.analyst, &case, "V1", "CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "").await?;
        let impact = wardroom_app::remediation::ImpactForm {
            vulnerability: "V1".to_owned(),
            product: "vx-200".to_owned(),
            status: ImpactStatus::Affected,
            versions: "< 2.5.0".to_owned(),
            fixed_in: "2.5.0".to_owned(),
            justification: String::new(),
            note: String::new(),
            hardware: Vec::new(),
        };
        desk.set_impact(&self.analyst, &case, impact).await?;
        let fix = wardroom_app::remediation::PlanForm {
            id: String::new(),
            vulnerability: "V1".to_owned(),
            plan: PlanKind::Fix,
            state: PlanState::Released,
            due: None,
            products: vec!["vx-200".to_owned()],
            words: PlanWords {
                text: "Update to 2.5.0.".to_owned(),
                text_zh: "升级到 2.5.0。".to_owned(),
                url: "https://vendor.example/vx-200/2.5.0".to_owned(),
                owner: "Firmware team".to_owned(),
            },
        };
        desk.keep_remediation(&self.analyst, &case, fix).await?;
        desk.move_case(&self.analyst, &case, CaseAsk::Validate, None, "reproduced").await?;
        desk.move_case(&self.analyst, &case, CaseAsk::Accept, None, "").await?;
        let (advisory, number) = desk.draft_advisory(&self.author, &case).await?;
        desk.edit_advisory(&self.author, &advisory, texts(0)).await?;
        Ok((advisory, number))
    }

    async fn approve(&self, opened: &Opened, advisory: &StreamId) -> Result<()> {
        let hash = opened.desk.submit_advisory(&self.author, advisory).await?;
        Ok(opened.desk.approve_advisory(&self.approver, advisory, &hash).await?)
    }
}

/// Puts published advisories like this one into the log.
async fn fill(opened: &Opened, like: &AdvisoryContent, count: usize) -> Result<()> {
    let case = StreamId::new(StreamKind::Case, &opened.house.fresh_name());
    for begin in (0..count).step_by(TOGETHER) {
        let appends = (begin..(begin + TOGETHER).min(count)).map(|number| {
            let id = format!("PAST-SA-2020-{number:05}");
            let mut content = AdvisoryContent { id: id.clone(), version: 1, ..like.clone() };
            content.texts.title = Bilingual::new(&format!("Former advisory {number}"), &format!("以前的公告 {number}"));
            if number % 10 > 0 {
                content.texts.credits.clear();
            }
            for one in &mut content.vulnerabilities {
                one.cve = format!("CVE-2020-{}", 100_000 + number);
            }
            for product in &mut content.products {
                product.name = format!("VX-{}", number % 50);
                product.id = format!("vx-{}", number % 50);
            }
            for one in &mut content.vulnerabilities {
                one.impacts.iter_mut().for_each(|impact| impact.product = format!("vx-{}", number % 50));
                one.remediations.iter_mut().for_each(|one| one.products.iter_mut().for_each(|id| *id = format!("vx-{}", number % 50)));
            }
            let hash = content_hash(&content);
            let bare = |fact| NewFact { fact: Fact::Advisory(fact), body: None, reporter_body: None };
            Append {
                stream: StreamId::new(StreamKind::Advisory, &opened.house.fresh_name()),
                expected: 0,
                actor: Actor::House,
                key: None,
                series: None,
                facts: vec![
                    bare(AdvisoryFact::Drafted { number: id, case: case.clone() }),
                    bare(AdvisoryFact::Published { hash, approved_by: "house".to_owned(), content: Box::new(content) }),
                ],
            }
        });
        opened.store.commit(Commit { at: opened.house.now(), appends: appends.collect(), ..Commit::default() }).await?;
    }
    Ok(())
}
