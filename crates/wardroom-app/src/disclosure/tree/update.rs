//! What has to be made anew: from what stands and what changed to the files that are others now. Equal world, key and day give equal bytes,
//! whatever stood before: times in files and signatures are those of the releases, never those of the run.
//!
//! An advisory's files are made when the advisory is another, or the way files are made ([`Shape`]); lists when something they show is. So a
//! publication costs what it changes, but for the few lists that machines must have in one piece.

use super::input::Voice;
use super::lists::{self, Lists, print};
use super::making::{Files, Making, Pen};
use super::part::Maker;
use super::sample::Shape;
use super::standing::{Line, Part, Standing, gone_line, members, other_line, written_part};
use super::wellknown;
use super::world::{PublicAdvisory, PublicWorld};
use crate::ports::pages::PublicPages;
use crate::ports::store::StoreTrouble;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use wardroom_domain::profile::Format;
use wardroom_mail::keys::TeamSecret;

/// Advisories that are made before their files are handed on: what is in memory at one time.
const TOGETHER: usize = 128;

/// Takes the files. Contents come before what lists them.
pub(super) trait Outlet {
    /// Files that are new or others now, and belong together.
    fn lay(&mut self, files: Vec<(String, Vec<u8>)>) -> Result<(), StoreTrouble>;
    /// Files that are no longer there.
    fn remove(&mut self, paths: Vec<String>) -> Result<(), StoreTrouble>;
}

/// Reads a file that stands, if it is what was written.
pub(super) type Stands<'a> = &'a (dyn Fn(&Line) -> Option<Vec<u8>> + Sync);

/// What changed.
#[derive(Clone, Debug, Default)]
pub(super) struct Order {
    pub(super) advisories: Vec<Arc<PublicAdvisory>>,
    /// These are all there are.
    pub(super) whole: bool,
    /// The log up to this fact was looked at.
    pub(super) through: u64,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    /// What stands now; its number is still the former one.
    pub(super) standing: Standing,
    /// What of that is new, as lines of the journal.
    pub(super) journal: String,
    /// What could not be made (see [`Part::trouble`]).
    pub(super) troubles: Vec<String>,
}

/// Who publishes, and how.
pub(super) struct Update<'a> {
    /// Its advisories are not looked at.
    pub(super) site: &'a PublicWorld,
    pub(super) signer: Option<&'a TeamSecret>,
    pub(super) pages: &'a dyn PublicPages,
    pub(super) now: Timestamp,
}

impl Update<'_> {
    /// # Errors
    /// When the public address is none.
    pub(super) fn voice(&self) -> Result<Voice, StoreTrouble> {
        let voice = Voice::new(self.site.profile.clone(), &self.site.base_url, &self.site.address);
        if wardroom_formats::uri::is_https(&voice.base) {
            return Ok(voice);
        }
        Err(StoreTrouble::new("the public address must be like https://psirt.example: set it in the configuration"))
    }

    fn maker<'m>(&'m self, voice: &'m Voice, former: super::making::Former<'m>) -> Maker<'m> {
        let pen = Pen { signer: self.signer, now: self.now, former };
        let newer = self.site.profile.disclosure.formats.contains(&Format::Csaf21);
        Maker { site: self.site, voice, pages: self.pages, pen, newer }
    }

    /// How files are made now.
    pub(super) fn shape(&self) -> Result<Shape, StoreTrouble> {
        Ok(Shape::of(&self.maker(&self.voice()?, &|_, _| None)))
    }

    /// Makes what has to be made. `order` must name every advisory that is not in `standing` as it is, and with them whoever speaks of the same
    /// CVE ([`neighbours`]); all of them when `shape` is not the one that stands.
    pub(super) fn run(
        &self,
        shape: &Shape,
        standing: &Standing,
        order: &Order,
        stands: Stands<'_>,
        outlet: &mut dyn Outlet,
    ) -> Result<Outcome, StoreTrouble> {
        let voice = self.voice()?;
        let mut now = Standing { through: order.through, shape: shape.text(), begun: BTreeSet::new(), ..standing.clone() };
        let mut journal = String::new();
        let mut gone: BTreeSet<String> = standing.begun.clone();
        let owners = owners(standing, order);
        if order.whole {
            let all: BTreeSet<&str> = order.advisories.iter().map(|one| one.number.as_str()).collect();
            for part in standing.parts.values().filter(|part| !all.contains(part.number.as_str())) {
                gone.extend(part.files().map(|file| file.path));
                now.parts.remove(part.number.as_str());
                journal.push_str(&super::standing::part_gone_line(&part.number));
            }
        }
        let mut due: Vec<(&PublicAdvisory, String, BTreeSet<String>)> = Vec::new();
        for advisory in &order.advisories {
            let own: BTreeSet<String> =
                cves(advisory).into_iter().filter(|cve| owners.get(cve).is_none_or(|owner| *owner == advisory.number)).collect();
            let print = part_print(shape, advisory, &own);
            if standing.parts.get(advisory.number.as_str()).is_none_or(|part| part.print != print) {
                due.push((advisory, print, own));
            }
        }
        let mut kept = BTreeSet::new();
        for together in due.chunks(TOGETHER) {
            let former: BTreeMap<String, Line> = together
                .iter()
                .filter_map(|(advisory, ..)| standing.parts.get(advisory.number.as_str()))
                .flat_map(|part| part.files())
                .map(|file| (file.path.clone(), file))
                .collect();
            let signature = |path: &str, mark: &str| former.get(path).filter(|file| file.mark == mark).and_then(stands);
            let maker = self.maker(&voice, &signature);
            let mut changed = Vec::new();
            for (part, files) in make(&maker, together) {
                keep_changed(&mut changed, files, |path| former.get(path).map(|file| file.hash));
                kept.extend(part.files().map(|file| file.path));
                journal.push_str(&written_part(&part));
                now.parts.insert(part.number.as_str().into(), Arc::new(part));
            }
            gone.extend(former.into_keys());
            if !changed.is_empty() {
                outlet.lay(changed)?;
            }
        }
        self.others(&voice, shape, standing, &mut now, &mut journal, stands, outlet, &mut gone)?;
        let gone: Vec<String> = gone.into_iter().filter(|path| !kept.contains(path) && !now.others.contains_key(path)).collect();
        if !gone.is_empty() {
            outlet.remove(gone)?;
        }
        let troubles = now.parts.values().filter(|part| !part.trouble.is_empty()).map(|part| part.trouble.clone()).collect();
        Ok(Outcome { standing: now, journal, troubles })
    }

    /// Everything that is no advisory's own.
    #[expect(clippy::too_many_arguments, reason = "the second half of `run`")]
    fn others(
        &self,
        voice: &Voice,
        shape: &Shape,
        standing: &Standing,
        now: &mut Standing,
        journal: &mut String,
        stands: Stands<'_>,
        outlet: &mut dyn Outlet,
        gone: &mut BTreeSet<String>,
    ) -> Result<(), StoreTrouble> {
        let signature = |path: &str, mark: &str| standing.others.get(path).filter(|file| file.mark == mark).and_then(stands);
        let maker = self.maker(voice, &signature);
        let newest = now.parts.values().map(|part| part.changed).max().map(lists::instant);
        let site = PublicWorld { updated_at: newest.max(Some(self.site.updated_at)).unwrap_or_default(), ..self.site.clone() };
        let making = Making::new(maker.pen);
        let mut lists = Lists::new(&site, voice, self.pages, &shape.lists, &now.parts, standing, making);
        lists.make(maker.newer);
        let Lists { mut making, kept, .. } = lists;
        for (path, bytes) in self.pages.fixed(&site) {
            making.put(path, bytes);
        }
        wellknown::keys(&site, &mut making);
        wellknown::security_txt(&site, voice, maker.newer, &mut making);
        making.all_signed &= now.parts.values().all(|part| part.trouble.is_empty());
        wellknown::metadata(&site, voice, maker.newer, &mut making);
        let mut others: BTreeMap<String, Line> = kept.into_iter().map(|file| (file.path.clone(), file)).collect();
        others.extend(lists::lines(&making).into_iter().map(|file| (file.path.clone(), file)));
        settle(standing, others, making.files, now, journal, outlet, gone)
    }
}

/// Lays the files that are no advisory's own: `others` says what stands from now on, `files` has the bytes of those that were made.
pub(super) fn settle(
    standing: &Standing,
    others: BTreeMap<String, Line>,
    files: Files,
    now: &mut Standing,
    journal: &mut String,
    outlet: &mut dyn Outlet,
    gone: &mut BTreeSet<String>,
) -> Result<(), StoreTrouble> {
    for (path, file) in &others {
        if standing.others.get(path) != Some(file) {
            journal.push_str(&other_line(file));
        }
    }
    for path in standing.others.keys().filter(|path| !others.contains_key(*path)) {
        journal.push_str(&gone_line(path));
        gone.insert(path.clone());
    }
    let mut changed = Vec::new();
    keep_changed(&mut changed, files, |path| standing.others.get(path).map(|file| file.hash));
    now.others = others;
    // What lists comes after what is listed: pages first, then the lists of machines.
    changed.sort_by_key(|(path, _)| rank(path));
    changed.chunk_by(|(one, _), (next, _)| rank(one) == rank(next)).try_for_each(|together| outlet.lay(together.to_vec()))
}

/// Content before what lists it, so that a plain web server over this folder never lists what is not there yet.
fn rank(path: &str) -> u8 {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lists = matches!(name, "index.txt" | "changes.csv" | "provider-metadata.json" | "security.txt") || name.starts_with("feed-tlp-");
    match path {
        _ if lists || path.starts_with("feeds/") => 2,
        _ if name.starts_with("index.") || name.starts_with("thanks") || name.starts_with("page-") => 1,
        _ => 0,
    }
}

fn keep_changed(changed: &mut Vec<(String, Vec<u8>)>, files: Files, stands: impl Fn(&str) -> Option<super::standing::Hash>) {
    for (path, made) in files {
        if stands(&path) != Some(made.hash) {
            changed.push((path, made.bytes));
        }
    }
}

/// The parts and files of these, made on all processors when there are many.
fn make(maker: &Maker<'_>, due: &[(&PublicAdvisory, String, BTreeSet<String>)]) -> Vec<(Part, Files)> {
    let one = |(advisory, print, own): &(&PublicAdvisory, String, BTreeSet<String>)| maker.make(advisory, print.clone(), own);
    let hands = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    if due.len() < 8 || hands == 1 {
        return due.iter().filter_map(one).collect();
    }
    std::thread::scope(|scope| {
        let share = due.len().div_ceil(hands);
        let work: Vec<_> = due.chunks(share).map(|some| scope.spawn(move || some.iter().filter_map(one).collect::<Vec<_>>())).collect();
        // A hand that panicked made nothing: its advisories are made again, where the panic reaches the caller.
        work.into_iter()
            .zip(due.chunks(share))
            .flat_map(|(hand, some)| hand.join().unwrap_or_else(|_| some.iter().filter_map(one).collect()))
            .collect()
    })
}

/// CVE ids it makes records of.
fn cves(advisory: &PublicAdvisory) -> Vec<String> {
    let all = advisory
        .latest()
        .filter(|_| advisory.ending().is_none())
        .map(|latest| latest.content.vulnerabilities.iter().map(|one| one.cve.clone()).filter(|cve| !cve.is_empty()));
    all.into_iter().flatten().collect()
}

/// Everything an advisory's files follow from.
fn part_print(shape: &Shape, advisory: &PublicAdvisory, own: &BTreeSet<String>) -> String {
    let versions = advisory.versions.iter().map(|one| format!("{} {}", one.get().hash, one.get().released_at));
    let texts: Vec<String> =
        [shape.parts.clone(), advisory.number.clone()].into_iter().chain(versions).chain(own.iter().cloned()).collect();
    print(texts.iter().map(String::as_str))
}

/// Who speaks of each CVE that one of these speaks of: the newest does.
fn owners(standing: &Standing, order: &Order) -> BTreeMap<String, String> {
    let mut owners: BTreeMap<String, (i64, String)> = BTreeMap::new();
    let mut claim = |cve: &str, at: i64, number: &str| {
        let claim = (at, number.to_owned());
        let owner = owners.entry(cve.to_owned()).or_insert_with(|| claim.clone());
        *owner = claim.max(owner.clone());
    };
    let named: BTreeSet<&str> = order.advisories.iter().map(|one| one.number.as_str()).collect();
    let mut wanted = BTreeSet::new();
    for advisory in &order.advisories {
        let at = advisory.changed_at().map_or(0, |at| at.as_millisecond());
        for cve in cves(advisory) {
            claim(&cve, at, &advisory.number);
            wanted.insert(cve);
        }
    }
    if !order.whole {
        for part in standing.parts.values().filter(|part| !named.contains(part.number.as_str())) {
            members(&part.cves).filter(|cve| wanted.contains(*cve)).for_each(|cve| claim(cve, part.changed, &part.number));
        }
    }
    owners.into_iter().map(|(cve, (_, number))| (cve, number)).collect()
}

/// Advisories that stand and speak of a CVE that one of these speaks of, or spoke of before: who owns its record may change.
pub(super) fn neighbours(standing: &Standing, advisories: &[Arc<PublicAdvisory>]) -> Vec<String> {
    let named: BTreeSet<&str> = advisories.iter().map(|one| one.number.as_str()).collect();
    let mut shared: BTreeSet<String> = advisories.iter().flat_map(|one| cves(one)).collect();
    let former = advisories.iter().filter_map(|one| standing.parts.get(one.number.as_str()));
    shared.extend(former.flat_map(|part| members(&part.cves).map(str::to_owned).collect::<Vec<_>>()));
    let speaks = |part: &&Arc<Part>| !named.contains(part.number.as_str()) && members(&part.cves).any(|cve| shared.contains(cve));
    standing.parts.values().filter(speaks).map(|part| part.number.clone()).collect()
}
