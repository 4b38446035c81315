//! Laying a tree down and reading it back: only what changed, whole at every moment, other people's files left alone.

use super::reading::read_looking;
use super::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Puts the files down as any program would.
pub(super) fn write_out(directory: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for (path, bytes) in files {
        let place = directory.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, bytes).unwrap();
    }
}

type Small = BTreeMap<String, Vec<u8>>;

fn small(files: &[(&str, &str)]) -> Small {
    files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

/// Lays files that are no advisory's down.
fn try_lay(directory: &Path, files: &Small) -> Result<Laid, StoreTrouble> {
    let _held = laying::hold(directory).unwrap();
    let mut standing = laying::standing(directory, None).unwrap();
    standing.distrust(&standing.begun.clone());
    let made = |(path, bytes): (&String, &Vec<u8>)| {
        (path.clone(), making::Made { bytes: bytes.clone(), hash: standing::hash(bytes), mark: String::new() })
    };
    let files: making::Files = files.iter().map(made).collect();
    let others = files.iter().map(|(path, made)| (path.clone(), part::line(path, made))).collect();
    let mut folder = laying::Folder::open(directory, &standing)?;
    let mut outcome = update::Outcome { standing: standing.clone(), ..update::Outcome::default() };
    let mut gone = standing.begun.clone();
    update::settle(&standing, others, files, &mut outcome.standing, &mut outcome.journal, &mut folder, &mut gone)?;
    let gone: Vec<String> = gone.into_iter().filter(|path| !outcome.standing.others.contains_key(path)).collect();
    if !gone.is_empty() {
        folder.remove(gone)?;
    }
    folder.finish(&mut outcome)
}

fn lay(directory: &Path, files: &Small) -> Laid {
    try_lay(directory, files).unwrap()
}

/// Writes the tree of a world, as the writer does; with `mend` every file is looked at first.
pub(super) fn write(place: &Path, world: &PublicWorld, order: &Order, mend: bool) -> Laid {
    let _held = laying::hold(place).unwrap();
    let mut standing = laying::standing(place, None).unwrap();
    let mut broken = standing.begun.clone();
    if mend {
        broken.extend(laying::broken(place, &standing));
    }
    standing.distrust(&broken);
    let work = writer::Work { site: world.clone(), signer: Some(signer()), pages: Arc::new(Plain), now: now() };
    work.lay(&work.update().shape().unwrap(), &standing, order, place).unwrap().0
}

#[test]
fn a_second_write_writes_nothing() {
    let place = tempfile::tempdir().unwrap();
    let world = full();
    let first = write(place.path(), &world, &whole(&world), false);
    assert_eq!(first.written.len(), built(&world).files.len());
    assert_eq!(first.generation, 2);
    let before = first.written.iter().position(|path| path.ends_with("0001.json")).unwrap();
    let after = first.written.iter().position(|path| path.ends_with("feed-tlp-white.json")).unwrap();
    assert!(before < after, "documents come before what lists them");
    for mend in [false, true] {
        let again = write(place.path(), &world, &whole(&world), mend);
        assert_eq!((again.written, again.removed, again.generation), (Vec::new(), Vec::new(), 2));
    }
    let reading = read(place.path()).unwrap();
    assert_eq!((reading.generation, reading.files), (2, built(&world).files));
}

#[test]
fn a_follower_reads_what_changed() {
    let place = tempfile::tempdir().unwrap();
    let mut follower = Follower::new(place.path());
    let take = |follower: &mut Follower| {
        let mut seen = None;
        follower
            .take(|now, bytes| {
                now.files.iter().for_each(|file| assert_eq!(bytes(file).unwrap().len() as u64, file.size));
                seen = Some(now.clone());
                Ok(())
            })
            .unwrap();
        seen
    };
    assert_eq!(take(&mut follower), None);
    lay(place.path(), &small(&[("a.html", "1"), ("b.html", "1")]));
    assert!(follower.is_behind());
    let seen = take(&mut follower).unwrap();
    assert_eq!((seen.files.len(), seen.whole), (2, true));
    lay(place.path(), &small(&[("a.html", "1"), ("c.html", "2")]));
    let seen = take(&mut follower).unwrap();
    assert_eq!(seen.files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["c.html"]);
    assert_eq!((seen.removed, seen.whole), (vec!["b.html".to_owned()], false));
    assert_eq!(take(&mut follower), None);
}

#[test]
fn a_new_advisory_writes_its_files_and_the_lists_only() {
    let place = tempfile::tempdir().unwrap();
    let first = full();
    write(place.path(), &first, &whole(&first), false);
    let fresh = published(&super::facts("EXAMPLE-SA-2026-0005", &["2026-09-01T08:00:00Z"], None, |content| {
        content.vulnerabilities[0].cve = "CVE-2026-12350".into();
        content.products[1].id = "vx-900".into();
    }));
    let order = Order { advisories: fresh, whole: false, through: 9 };
    let laid = write(place.path(), &first, &order, false);
    let others = |path: &&String| ["0001", "0002", "0003"].iter().any(|number| path.contains(&format!("2026-{number}")));
    assert_eq!(laid.written.iter().filter(others).count(), 0, "{:?}", laid.written);
    // Its eleven; two pages, the page of thanks, ROLIE, index.txt, changes.csv, the metadata, four feeds and four for each of three products.
    assert_eq!(laid.written.len(), 11 + 7 + 4 + 12, "{:?}", laid.written);
    // The same as if all of it had been made at once.
    let mut facts = all_facts();
    facts.extend(super::facts("EXAMPLE-SA-2026-0005", &["2026-09-01T08:00:00Z"], None, |content| {
        content.vulnerabilities[0].cve = "CVE-2026-12350".into();
        content.products[1].id = "vx-900".into();
    }));
    assert_eq!(read(place.path()).unwrap().files, built(&world_of(published(&facts))).files);
}

#[test]
fn the_journal_is_written_anew_before_it_is_mostly_outdated() {
    let place = tempfile::tempdir().unwrap();
    let tree = |round: usize| -> Small {
        (0..300).map(|number| (format!("folder-of-some-length/{number}.html"), format!("{round} {number}").into_bytes())).collect()
    };
    let length = || fs::metadata(place.path().join(standing::JOURNAL)).unwrap().len();
    lay(place.path(), &tree(0));
    let (first, mut longest) = (length(), 0);
    for round in 1..40 {
        lay(place.path(), &tree(round));
        longest = longest.max(length());
    }
    assert!(longest > 600_000 && longest < 2 * first + (1 << 20) + 100_000, "{first} {longest}");
    assert!(length() < longest);
    assert_eq!(read(place.path()).unwrap().files, tree(39));
}

#[test]
fn only_our_own_files_are_removed() {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir_all(place.path().join("a/b")).unwrap();
    fs::write(place.path().join("a/b/theirs.html"), "theirs").unwrap();
    lay(place.path(), &small(&[("a/b/ours.html", "1"), ("c/d/ours.html", "1"), ("index.html", "1")]));
    let laid = lay(place.path(), &small(&[("index.html", "1")]));
    assert_eq!(laid.removed, ["a/b/ours.html", "c/d/ours.html"]);
    assert!(place.path().join("a/b/theirs.html").exists());
    assert!(!place.path().join("c").exists());
    assert_eq!(read(place.path()).unwrap().files.len(), 1);
}

#[test]
fn an_interrupted_write_is_seen_and_repaired() {
    let place = tempfile::tempdir().unwrap();
    let whole = small(&[("a.html", "new"), ("b.html", "new"), ("index.txt", "a b")]);
    lay(place.path(), &small(&[("a.html", "old"), ("gone.html", "old"), ("index.txt", "a")]));
    // As after a crash: the number is odd, a part is written, a file is half in the way.
    fs::write(place.path().join(standing::GENERATION), "3").unwrap();
    fs::write(place.path().join("a.html"), "new").unwrap();
    fs::create_dir_all(place.path().join(".new")).unwrap();
    fs::write(place.path().join(".new/file"), "ha").unwrap();
    let journal = fs::read_to_string(place.path().join(standing::JOURNAL)).unwrap();
    fs::write(place.path().join(standing::JOURNAL), format!("{journal}I\ta.html\nI\tnever.html\nF\tb.ht")).unwrap();
    fs::write(place.path().join("never.html"), "never").unwrap();
    assert!(read_looking(place.path(), 2).unwrap_err().what.contains("interrupted"));
    let laid = lay(place.path(), &whole);
    assert_eq!((laid.generation, laid.removed), (4, vec!["gone.html".to_owned(), "never.html".to_owned()]));
    assert_eq!(read(place.path()).unwrap().files, whole);
    // Interrupted after the last file: nothing is left to write but the number.
    fs::write(place.path().join(standing::GENERATION), "5").unwrap();
    let laid = lay(place.path(), &whole);
    assert_eq!((laid.generation, laid.written), (6, Vec::new()));
    assert_eq!(read(place.path()).unwrap().generation, 6);
}

#[test]
fn a_file_that_somebody_changed_is_not_read_and_is_written_again() {
    let place = tempfile::tempdir().unwrap();
    let world = full();
    write(place.path(), &world, &whole(&world), false);
    let theirs = ["index.html", "osv/EXAMPLE-SA-2026-0001.json"];
    theirs.iter().for_each(|path| fs::write(place.path().join(path), "theirs").unwrap());
    assert!(read(place.path()).unwrap_err().what.contains("what was written there"));
    assert_eq!(write(place.path(), &world, &whole(&world), true).written, [theirs[1], theirs[0]]);
    assert_eq!(read(place.path()).unwrap().files, built(&world).files);
}

#[test]
fn no_path_leads_out_of_the_folder() {
    let place = tempfile::tempdir().unwrap();
    for path in ["../out", "/etc/out", "a/../../out", "a//b", "", ".", "a/", ".generation", ".new/file", "a\\b", "a\nb"] {
        assert!(try_lay(place.path(), &small(&[(path, "x")])).is_err(), "{path:?}");
    }
    // Nor does a list of files that somebody made up.
    fs::write(place.path().join("kept"), "kept").unwrap();
    let zero = "0".repeat(64);
    let made_up = format!("F\t../kept\u{1f}{zero}\u{1f}1\u{1f}\nF\t/etc/passwd\u{1f}{zero}\u{1f}1\u{1f}\nG\t2\t0\t\n");
    fs::write(place.path().join(standing::JOURNAL), made_up).unwrap();
    assert_eq!(lay(place.path(), &small(&[("a", "1")])).removed, Vec::<String>::new());
}

#[test]
fn readers_see_one_tree_or_the_other() {
    let place = tempfile::tempdir().unwrap();
    let tree = |text: &str| {
        let names: Vec<String> = (0..12).map(|number| format!("d{}/{number}.json", number % 3)).collect();
        small(&names.iter().map(|name| (name.as_str(), text)).chain([("index.txt", text)]).collect::<Vec<_>>())
    };
    let (one, mut other) = (tree("one"), tree("other"));
    other.insert("further.json".into(), b"other".to_vec());
    lay(place.path(), &one);
    let done = AtomicBool::new(false);
    let mut seen = [0_u32; 2];
    std::thread::scope(|scope| {
        for first in [&one, &other] {
            scope.spawn(|| {
                let second = if std::ptr::eq(first, &raw const one) { &other } else { &one };
                for _ in 0..12 {
                    lay(place.path(), first);
                    lay(place.path(), second);
                }
                done.store(true, Ordering::Relaxed);
            });
        }
        while !done.load(Ordering::Relaxed) {
            let reading = read(place.path()).unwrap();
            assert!(reading.generation.is_multiple_of(2));
            let which = usize::from(reading.files == other);
            assert!(which == 1 || reading.files == one, "{:?}", reading.files.keys());
            seen[which] += 1;
        }
    });
    assert!(seen[0] + seen[1] > 5, "{seen:?}");
}
