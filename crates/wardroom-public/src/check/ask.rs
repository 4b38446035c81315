//! The question and its answers, for the page and the API: published advisories against one thing or against the parts of an SBOM. The SBOM is
//! read by the parser's child; question, parts and answers are in memory while the answer is made, and nowhere else.

use crate::facade::Facade;
use crate::face::Face;
use crate::tree::Snapshot;
use std::sync::Arc;
use std::time::Duration;
use wardroom_app::disclosure::affected::{Finding, about, about_all};
use wardroom_app::disclosure::tree::Voice;
use wardroom_app::ports::opener::OpenTrouble;
use wardroom_domain::text::half_width;
use wardroom_formats::affected::sbom::{NotRead, Sbom};
use wardroom_formats::affected::{Inventory, Thing};
use wardroom_web::words::public as say;
use wardroom_web::{Lang, Problem};

/// Findings told at most; how many there are is told, too.
pub(crate) const MOST: usize = 1_000;
/// How long a document waits for its turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// A product and a version as somebody typed them.
pub(crate) fn thing(product: &str, version: &str) -> Thing {
    let cut = |text: &str, most: usize| half_width(text.trim()).chars().take(most).collect::<String>();
    let product = cut(product, 300);
    let version = cut(version, 60);
    match product.as_str() {
        purl if purl.starts_with("pkg:") => Thing { purl: product, version, ..Thing::default() },
        cpe if cpe.starts_with("cpe:") => Thing { cpe: product, version, ..Thing::default() },
        hash if hash.len() >= 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Thing { hashes: vec![product], version, ..Thing::default() }
        }
        _ => Thing { name: product, version, ..Thing::default() },
    }
}

/// What is said of one thing.
pub(crate) fn one(snapshot: &Snapshot, thing: &Thing, lang: Lang) -> Vec<Finding> {
    let voice = voice(snapshot);
    let all = snapshot.shelf.entries().iter().map(|entry| (entry.statements(&voice), entry));
    about(thing, all, |entry| entry.whole(&voice, lang.code()), lang)
}

fn voice(snapshot: &Snapshot) -> Voice {
    let world = &snapshot.world;
    Voice::new(Arc::clone(&world.profile), &world.base_url, &world.address)
}

/// What is said of the parts of an SBOM.
pub(crate) struct Answered {
    pub(crate) sbom: Sbom,
    pub(crate) findings: Vec<Finding>,
    /// How many there are, of which [`MOST`] are here.
    pub(crate) total: usize,
    /// Advisories looked at.
    pub(crate) advisories: usize,
}

/// Reads an SBOM and asks about its parts.
///
/// # Errors
/// What is wrong with it, or the problem that nobody can read it now.
pub(crate) async fn sbom<F: Facade>(face: &Face<F>, bytes: &[u8], lang: Lang) -> Result<Result<Answered, NotRead>, Problem> {
    let turn = tokio::time::timeout(PATIENCE, Arc::clone(&face.validating).acquire_owned()).await;
    let Ok(Ok(turn)) = turn else { return Err(Problem::unavailable()) };
    let sbom = match face.house.parts_of(bytes).await {
        Ok(Ok(sbom)) => sbom,
        Ok(Err(why)) => return Ok(Err(why)),
        // Its bytes were too much for the reader: for whoever sent it that is a document we do not read.
        Err(OpenTrouble::Poison(_)) => return Ok(Err(NotRead::TooLarge)),
        Err(trouble @ (OpenTrouble::NoParser(_) | OpenTrouble::Shelf(_))) => {
            tracing::warn!(%trouble, "an SBOM could not be read");
            return Err(Problem::unavailable());
        }
    };
    let snapshot = face.tree.now();
    let work = move || {
        let _turn = turn;
        let inventory = Inventory::of(sbom.things);
        let voice = voice(&snapshot);
        let all = snapshot.shelf.entries().iter().map(|entry| (entry.statements(&voice), entry));
        let mut findings = about_all(&inventory, all, |entry| entry.whole(&voice, lang.code()), lang);
        let total = findings.len();
        findings.truncate(MOST);
        let things = inventory.into_things();
        Answered { sbom: Sbom { kind: sbom.kind, things }, findings, total, advisories: snapshot.shelf.entries().len() }
    };
    tokio::task::spawn_blocking(work).await.map(Ok).map_err(|_| Problem::logged(&"comparing an SBOM broke"))
}

/// Why an SBOM was not read, in words.
pub(crate) fn why(fault: &NotRead, lang: Lang) -> String {
    match fault {
        NotRead::Unknown => say::CHECK_SBOM_UNKNOWN.say(lang).to_owned(),
        NotRead::TooLong | NotRead::TooLarge | NotRead::TooMany => say::CHECK_SBOM_LARGE.say(lang).to_owned(),
        NotRead::Broken { line } => say::check_sbom_broken(lang, *line as i64),
    }
}
