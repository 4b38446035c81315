//! Laying a tree down and reading it back: only what changed, whole at every moment, other people's files left alone.

use super::reading::read_looking;
use super::*;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

fn small(files: &[(&str, &str)]) -> Built {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    Built { files, ..Built::default() }
}

fn lay(directory: &Path, built: &Built) -> Laid {
    let _held = laying::hold(directory).unwrap();
    laying::lay(directory, built).unwrap()
}

#[test]
fn a_second_write_writes_nothing() {
    let place = tempfile::tempdir().unwrap();
    let world = full();
    let write = || {
        let _held = laying::hold(place.path()).unwrap();
        writer::build_and_lay(&world, Some(&signer()), &Plain, place.path(), now()).unwrap()
    };
    let first = write();
    assert_eq!(first.written.len(), built(&world).files.len());
    assert_eq!(first.generation, 2);
    let before = first.written.iter().position(|path| path.ends_with("0001.json")).unwrap();
    let after = first.written.iter().position(|path| path.ends_with("feed-tlp-white.json")).unwrap();
    assert!(before < after, "documents come before what lists them");
    let second = write();
    assert_eq!((second.written, second.removed, second.generation), (Vec::new(), Vec::new(), 2));
    let reading = read(place.path()).unwrap();
    assert_eq!((reading.generation, reading.files), (2, built(&world).files));
    assert_eq!(read_if_changed(place.path(), 2).unwrap(), None);
}

#[test]
fn a_new_advisory_writes_its_files_and_the_lists_only() {
    let place = tempfile::tempdir().unwrap();
    lay(place.path(), &built(&full()));
    let mut facts = all_facts();
    facts.extend(super::facts("EXAMPLE-SA-2026-0005", &["2026-09-01T08:00:00Z"], None, |_| {}));
    let laid = lay(place.path(), &built(&world_of(published(&facts))));
    let others = |path: &&String| ["0001", "0002", "0003"].iter().any(|number| path.contains(&format!("2026-{number}")));
    assert_eq!(laid.written.iter().filter(others).count(), 0, "{:?}", laid.written);
    // Its eleven (the CVE record is now its own, too), and the six lists: the page, ROLIE, index.txt, changes.csv, Atom, JSON Feed.
    assert_eq!(laid.written.len(), 17, "{:?}", laid.written);
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
    fs::write(place.path().join(laying::GENERATION), "3").unwrap();
    fs::write(place.path().join("a.html"), "new").unwrap();
    fs::create_dir_all(place.path().join(".new")).unwrap();
    fs::write(place.path().join(".new/file"), "ha").unwrap();
    assert!(read_looking(place.path(), 2).unwrap_err().what.contains("interrupted"));
    let laid = lay(place.path(), &whole);
    assert_eq!((laid.generation, laid.removed), (4, vec!["gone.html".to_owned()]));
    assert_eq!(read(place.path()).unwrap().files, whole.files);
    // Interrupted after the last file: nothing is left to write but the number.
    fs::write(place.path().join(laying::GENERATION), "5").unwrap();
    let laid = lay(place.path(), &whole);
    assert_eq!((laid.generation, laid.written), (6, Vec::new()));
    assert_eq!(read(place.path()).unwrap().generation, 6);
}

#[test]
fn a_file_that_somebody_changed_is_not_read_and_is_written_again() {
    let place = tempfile::tempdir().unwrap();
    let whole = small(&[("a.html", "ours")]);
    lay(place.path(), &whole);
    fs::write(place.path().join("a.html"), "theirs").unwrap();
    assert!(read(place.path()).unwrap_err().what.contains("a.html"));
    assert_eq!(lay(place.path(), &whole).written, ["a.html"]);
    assert_eq!(read(place.path()).unwrap().files, whole.files);
}

#[test]
fn no_path_leads_out_of_the_folder() {
    let place = tempfile::tempdir().unwrap();
    for path in ["../out", "/etc/out", "a/../../out", "a//b", "", ".", "a/", ".generation", ".new/file", "a\\b", "a\nb"] {
        let _held = laying::hold(place.path()).unwrap();
        assert!(laying::lay(place.path(), &small(&[(path, "x")])).is_err(), "{path:?}");
    }
    // Nor does a list of files that somebody made up.
    fs::write(place.path().join("kept"), "kept").unwrap();
    fs::write(place.path().join(laying::FILES), "../kept\tx\t\n/etc/passwd\tx\t\n").unwrap();
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
    other.files.insert("further.json".into(), b"other".to_vec());
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
            let which = usize::from(reading.files == other.files);
            assert!(which == 1 || reading.files == one.files, "{:?}", reading.files.keys());
            seen[which] += 1;
        }
    });
    assert!(seen[0] + seen[1] > 5, "{seen:?}");
}

/// Reads how long a publication takes when a thousand advisories are there. No bound is set here: the machine decides.
/// `cargo test --release -p wardroom-app -- --ignored --nocapture thousand`
#[test]
#[ignore = "a measurement"]
fn one_publication_among_a_thousand() {
    let place = tempfile::tempdir().unwrap();
    let mut facts = Vec::new();
    for number in 0..1000 {
        facts.extend(super::facts(&format!("EXAMPLE-SA-2026-{number:04}"), &["2026-04-01T08:00:00Z"], None, |_| {}));
    }
    let write = |world: &PublicWorld| {
        let begun = std::time::Instant::now();
        let _held = laying::hold(place.path()).unwrap();
        let laid = writer::build_and_lay(world, Some(&signer()), &Plain, place.path(), now()).unwrap();
        println!("{} files written in {:?}", laid.written.len(), begun.elapsed());
    };
    write(&world_of(published(&facts)));
    facts.extend(super::facts("EXAMPLE-SA-2026-1000", &["2026-05-01T08:00:00Z"], None, |_| {}));
    write(&world_of(published(&facts)));
    write(&world_of(published(&facts)));
}
