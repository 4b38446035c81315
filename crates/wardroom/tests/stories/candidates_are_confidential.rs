//! What looks alike is for those who may see it. An engineer gets candidates among his cases alone, and the same ones whatever else the house holds; what a person
//! set apart is not proposed again; and a reporter can learn nothing, neither from the answer nor from its time.

use std::time::Instant;
use wardroom_app::AskError;
use wardroom_app::ports::store::InboxQuery;
use wardroom_app::public_house::HandIn;
use wardroom_domain::log::StreamId;
use wardroom_domain::validation::Relation;
use wardroom_testkit::world::{Policy, World};

const FLAW: &str = "The parameter user_name of /cgi-bin/login.cgi of the VX-200 is copied with strcpy into a buffer of 64 bytes, and the stack of httpd overflows.";
const AGAIN: &str = "In login.cgi (VX-200) a long user_name overwrites the stack of httpd: strcpy into 64 bytes.";
const OTHER: &str = "The parameter delay of /cgi-bin/reboot.cgi of the VX-200 is copied with strcpy into a buffer of 64 bytes, and the stack of httpd overflows.";

async fn told(world: &World, title: &str, text: &str) -> StreamId {
    let canary = &world.words.canary;
    let report = HandIn {
        title: format!("{title} {canary}"),
        text: format!("{text} {canary}"),
        fields: Vec::new(),
        attachments: Vec::new(),
        ..world.anonymous_report()
    };
    let number = world.hand_in(report).await.number;
    world.stream(&number).await
}

/// A case of its own, titled by its report.
async fn opened(world: &World, title: &str, text: &str) -> StreamId {
    let report = told(world, title, text).await;
    world.desk.accept(&world.team.ming, &report, "").await.unwrap().0
}

#[tokio::test]
async fn neither_shown_nor_counted() {
    let world = World::new(Policy::TwoDays).await;
    let (desk, emil, anna) = (&world.desk, &world.team.emil, &world.team.anna);
    let mine = opened(&world, "Stack overflow in login.cgi", AGAIN).await;
    let seen = opened(&world, "Stack overflow in reboot.cgi", OTHER).await;
    for case in [&mine, &seen] {
        desk.add_participant(&world.team.eva, case, emil.person().unwrap()).await.unwrap();
    }
    let before = desk.compare_case(emil, &mine).await.unwrap();
    assert_eq!(before.cases, 1);
    let beside_before = desk.beside(emil, &mine, "").await.unwrap();

    // Cases he may not see, one of them the very same flaw.
    let hidden = opened(&world, "Stack overflow in login.cgi", FLAW).await;
    for text in [FLAW, AGAIN, "login.cgi user_name strcpy httpd VX-200 64"] {
        opened(&world, "login.cgi", text).await;
    }
    assert_eq!(desk.compare_case(emil, &mine).await.unwrap(), before, "not one number of it moved");
    let beside = desk.beside(emil, &mine, "").await.unwrap();
    assert_eq!((&beside.candidates, beside.cases), (&beside_before.candidates, beside_before.cases));
    let facing = |one: wardroom_app::validation::beside::Beside| one.facing.map(|one| (one.candidate, one.rows, one.passages));
    assert_eq!(facing(beside), facing(beside_before));

    // Who sees every case sees that one first.
    let all = desk.compare_case(anna, &mine).await.unwrap();
    assert_eq!((all.candidates[0].case.clone(), all.cases), (hidden.clone(), 5));
    let number = all.candidates[0].number.clone();
    let refused = [desk.beside(emil, &mine, &number).await.err(), desk.beside(emil, &mine, "C-2026-0999").await.err()];
    assert!(refused.iter().all(|one| matches!(one, Some(AskError::NotFound))), "the same answer for what is hidden and what is not there");
    assert!(desk.judge(anna, &mine, &hidden, Relation::Related).await.is_ok());

    // What she recorded is not told to him either: not on the case, not in its history.
    desk.check_uniqueness(anna, &mine, None).await.unwrap();
    let page = desk.case_page(emil, &mine).await.unwrap();
    let compared = page.compared.unwrap();
    assert_eq!((compared.cases, compared.candidates.iter().any(|one| one.case == hidden)), (1, false));
    let history = format!("{:?}", page.timeline);
    assert!(!history.contains(hidden.as_str()) && !history.contains(&number), "{history}");
    assert!(desk.beside(emil, &mine, "").await.unwrap().said.is_empty());
    assert_eq!(desk.beside(anna, &mine, "").await.unwrap().said, vec![(number, Relation::Related)]);
    let whole = desk.case_page(anna, &mine).await.unwrap().compared.unwrap();
    assert_eq!((whole.corpora[0].name.as_str(), whole.corpora[0].records), ("cases", 5), "what was compared is kept with its counts");
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn what_was_set_apart_is_not_proposed_again() {
    let world = World::new(Policy::TwoDays).await;
    let (desk, ming, anna) = (&world.desk, &world.team.ming, &world.team.anna);
    let case = opened(&world, "Stack overflow in login.cgi", FLAW).await;
    let report = told(&world, "httpd crash", AGAIN).await;
    let proposed = |candidates: &[wardroom_domain::validation::Candidate]| candidates.iter().any(|one| one.case == case);
    let page = desk.report_page(ming, &report).await.unwrap();
    assert!(proposed(&page.candidates));
    let rows = desk.inbox(ming, &InboxQuery { limit: 10, ..InboxQuery::default() }).await.unwrap();
    let glimpse = desk.glimpses(ming, &rows).await.unwrap().remove(0).expect("the row says that something looks alike");
    assert_eq!((glimpse.count, glimpse.number.as_str()), (1, "C-2026-0001"));
    assert_eq!(glimpse.best, page.candidates[0].score);

    desk.judge(ming, &report, &case, Relation::Related).await.unwrap();
    assert!(proposed(&desk.report_page(ming, &report).await.unwrap().candidates), "related ones stay");
    desk.judge(ming, &report, &case, Relation::Different).await.unwrap();
    assert!(!proposed(&desk.report_page(ming, &report).await.unwrap().candidates));
    assert_eq!(desk.glimpses(ming, &rows).await.unwrap(), vec![None]);
    // It can still be looked at by its number, to take it back.
    let beside = desk.beside(ming, &report, "C-2026-0001").await.unwrap();
    assert_eq!(beside.facing.unwrap().relation, Some(Relation::Different));

    // The report becomes a case: what was said goes with it, and holds from the other side too.
    let (second, _) = desk.accept(ming, &report, "").await.unwrap();
    assert!(!proposed(&desk.compare_case(anna, &second).await.unwrap().candidates));
    assert!(desk.compare_case(anna, &case).await.unwrap().candidates.is_empty());
    let engineer = desk.judge(&world.team.otto, &second, &case, Relation::Open).await;
    assert_eq!(crate::told::refusal(engineer), "not-your-role");
    desk.judge(ming, &report, &case, Relation::Open).await.unwrap();
    assert!(proposed(&desk.compare_case(anna, &second).await.unwrap().candidates), "taken back");
    world.work().await;
    world.finish().await;
}

/// Why the time of an answer can tell nothing: nothing on a report's way in can reach the index. The use cases of intake do not name it, and the
/// public face holds no desk.
#[test]
fn nothing_on_the_way_in_asks_the_index() {
    let app = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../wardroom-app/src");
    let mut files: Vec<std::path::PathBuf> = ["public_house.rs", "follow_up.rs", "record.rs"].map(|name| app.join(name)).to_vec();
    let mut folders = vec![app.join("intake")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    assert!(files.len() > 20);
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap();
        for word in ["wardroom_similar", ".candidates(", ".nearest(", ".glimpses(", "validation::", "memory()"] {
            assert!(!source.contains(word), "{} names {word:?}: a report on its way in must not ask what it looks like", file.display());
        }
    }
    let public = std::fs::read_to_string(app.join("public_house.rs")).unwrap();
    assert!(!public.contains("desk: Desk") && !public.contains("Arc<Desk>"), "the public face holds no desk");
}

/// Welch's t of the times of near-duplicates against those of novel reports, taken in turn. The slowest tenth of each is left out: a pause of the machine is no signal.
fn welch(mut one: Vec<f64>, mut other: Vec<f64>) -> f64 {
    let moments = |sample: &mut Vec<f64>| {
        sample.sort_by(f64::total_cmp);
        sample.truncate(sample.len() * 9 / 10);
        let n = sample.len() as f64;
        let mean = sample.iter().sum::<f64>() / n;
        let variance = sample.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, variance / n)
    };
    let ((a, va), (b, vb)) = (moments(&mut one), moments(&mut other));
    (a - b) / (va + vb).sqrt()
}

#[test]
fn the_measure_sees_what_it_is_there_for() {
    let noise = |seed: u64| (0..200_u64).map(move |i| 10.0 + ((i * 2_654_435_761 + seed) % 1000) as f64 / 1000.0);
    assert!(welch(noise(1).collect(), noise(7).collect()).abs() < 4.5);
    assert!(welch(noise(1).map(|x| x + 0.3).collect(), noise(7).collect()).abs() > 4.5);
}

#[tokio::test]
async fn a_reporter_learns_nothing_from_answer_or_time() {
    // Enough to see a millisecond; more with a number in WARDROOM_PAIRS.
    let pairs: usize = std::env::var("WARDROOM_PAIRS").ok().and_then(|pairs| pairs.parse().ok()).unwrap_or(20);
    let world = World::new(Policy::TwoDays).await;
    for _ in 0..4 {
        opened(&world, "Stack overflow in login.cgi", FLAW).await;
    }
    // The index is there and warm, as at a desk that works.
    world.desk.keep_candidates().await.unwrap();
    let near = HandIn {
        title: "Stack overflow in login.cgi".to_owned(),
        text: FLAW.to_owned(),
        attachments: Vec::new(),
        ..world.anonymous_report()
    };
    let novel_text: String =
        FLAW.chars().map(|c| if c.is_ascii_alphabetic() { (((c as u8 | 32) - b'a' + 11) % 26 + b'a') as char } else { c }).collect();
    let novel = HandIn { title: "Wxegk aeyvrfpc ab pcasf.oaf".to_owned(), text: novel_text, attachments: Vec::new(), ..near.clone() };
    assert_eq!(near.text.len(), novel.text.len());
    let mut least = f64::MAX;
    // With nothing to find, one look in a hundred thousand is above 4.5 by chance; what is there to find is found in each.
    for _ in 0..2 {
        let (mut one, mut other) = (Vec::new(), Vec::new());
        for pair in 0..pairs {
            // Which comes first changes, so that neither has the warmer cache.
            for first in [pair % 2 == 0, pair % 2 == 1] {
                let report = if first { near.clone() } else { novel.clone() };
                let began = Instant::now();
                let receipt = world.public.hand_in(report).await.unwrap();
                let took = began.elapsed().as_secs_f64();
                world.guard_code(&receipt.code);
                let answer = format!("{receipt:?}");
                assert!(!answer.contains("C-2026-") && !answer.to_lowercase().contains("duplicate"), "{answer}");
                if first { one.push(took) } else { other.push(took) }
            }
        }
        least = least.min(welch(one, other).abs());
        println!("|t| = {least:.2} of {pairs} pairs");
        if least < 4.5 {
            break;
        }
    }
    assert!(least < 4.5, "|t| = {least}");
    world.work().await;
    world.finish().await;
}
