//! "Can you read me?": yes with the key, or no without a reason; the same for every failure; nothing is kept.

use std::time::Duration;
use wardroom_app::intake::import_mail::Outcome;
use wardroom_app::intake::readable::{BEAT, SUBJECT_TAG};
use wardroom_app::ports::store::{InboxQuery, Store as _};
use wardroom_app::public_house::Readable;
use wardroom_domain::people::Viewer;
use wardroom_domain::triage::ReportState;
use wardroom_testkit::world::{Parser, Policy, Reporter, World};

/// The armoured block of an encrypted mail.
fn block(rin: &Reporter, to: &str, text: &str) -> String {
    let mail = String::from_utf8(rin.writes_encrypted_without_key(to, "one", "test", text)).unwrap();
    let from = mail.find("-----BEGIN PGP MESSAGE").unwrap();
    let end = "-----END PGP MESSAGE-----";
    mail[from..mail.find(end).unwrap() + end.len()].to_owned()
}

/// Asks as the public face does, while the worker works; and how long the answer took.
async fn ask(world: &World, text: &str) -> (Readable, Duration) {
    let worker = world.worker.clone();
    let working = tokio::spawn(async move {
        for _ in 0..1_000 {
            worker.tests_once().await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let begun = tokio::time::Instant::now();
    let answer = world.public.pgp_test(text).await.unwrap().unwrap();
    working.abort();
    (answer, begun.elapsed())
}

async fn nothing_is_kept(world: &World) {
    let all = InboxQuery { states: ReportState::ALL.to_vec(), limit: 10, offset: 0 };
    assert!(world.store.inbox(&Viewer::house(), &all).await.unwrap().is_empty());
    world.behind_the_store("CREATE TABLE IF NOT EXISTS one_row_at_most (n INTEGER UNIQUE)").await;
    // A second row of the same number is refused: so a table with a row in it would make this fail.
    world.behind_the_store("INSERT INTO one_row_at_most SELECT 1 FROM test_message UNION ALL SELECT 1 FROM test_message").await;
    world.behind_the_store("DROP TABLE one_row_at_most").await;
}

#[tokio::test]
async fn yes_or_no_and_nothing_else() {
    let world = World::new(Policy::OneDay).await;
    let (rin, tom) = (world.reporter("Rin"), world.reporter("Tom"));
    let good = block(&rin, &world.team_key().armored(), &format!("secret words {}", world.words.canary));
    let (found, took) = ask(&world, &good).await;
    assert_eq!(found, Readable { readable: true, fingerprint: Some(world.team_key().fingerprint()) });
    assert!(took >= BEAT);

    let no = Readable { readable: false, fingerprint: None };
    let mut altered: Vec<String> = Vec::new();
    // Altered in the session key, in the middle, and near the end: an oracle would tell these apart.
    let lines: Vec<&str> = good.lines().collect();
    for at in [2, lines.len() / 2, lines.len() - 4] {
        let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let swapped: String = changed[at].chars().rev().collect();
        changed[at] = swapped;
        altered.push(changed.join("\n"));
    }
    let other = block(&rin, &tom.public_key(), "for somebody else");
    let cut = good[..good.len() / 2].to_owned();
    let nonsense = "-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----".to_owned();
    for text in altered.into_iter().chain([other, cut, nonsense]) {
        // A busy machine can only make it longer, so the shortest of three counts.
        let mut shortest = f64::MAX;
        for _ in 0..3 {
            let (found, took) = ask(&world, &text).await;
            assert_eq!(found, no, "{text}");
            shortest = shortest.min(took.as_secs_f64() / BEAT.as_secs_f64());
            if shortest < 1.3 {
                break;
            }
        }
        assert!((1.0..1.3).contains(&shortest), "every failure takes the same: {shortest}");
    }
    world.opener.parser(Parser::Dies);
    assert_eq!(ask(&world, &good).await.0, no, "what stops the parser is not readable either");
    world.opener.parser(Parser::Works);
    nothing_is_kept(&world).await;
    world.finish().await;
}

#[tokio::test]
async fn by_mail_the_subject_says_it_is_a_test() {
    let world = World::new(Policy::OneDay).await;
    let (rin, tom) = (world.reporter("Rin"), world.reporter("Tom"));
    let team = world.team_key();
    let take = async |mail: &[u8]| world.desk.import_mail(world.opener.as_ref(), mail).await.unwrap();
    let good = rin.writes_encrypted(&team.armored(), "one", &format!("{SUBJECT_TAG} hello"), &format!("words {}", world.words.canary));
    assert_eq!(take(&good).await.outcome, Outcome::Tested);
    take(&good).await;
    world.work().await;
    let letter = world.post.only_to(&rin.address);
    let read = letter.in_the_open();
    assert!(read.subject.contains("we can read you") && read.text.contains(&team.fingerprint()), "{}", read.text);
    assert!(letter.field("Auto-Submitted").contains("auto-replied") && letter.0.from.is_empty());

    // For another key, with the tag where everybody can read it.
    let sealed = String::from_utf8(tom.writes_encrypted(&rin.public_key(), "two", "x", "words")).unwrap();
    let tagged = sealed.replacen("Subject: ...", &format!("Subject: {}", SUBJECT_TAG.to_uppercase()), 1);
    assert_eq!(take(tagged.as_bytes()).await.outcome, Outcome::Tested);
    world.work().await;
    let read = world.post.only_to(&tom.address).in_the_open();
    assert!(read.subject.contains("cannot read it") && !read.text.contains(&team.fingerprint()), "{}", read.text);

    // Once in ten minutes per address; and a machine's mail is no test but kept.
    let again = rin.writes_encrypted(&team.armored(), "three", SUBJECT_TAG, &format!("words {}", world.words.canary));
    take(&again).await;
    world.work().await;
    assert_eq!(world.post.to(&rin.address).len(), 1);
    nothing_is_kept(&world).await;
    let away = String::from_utf8(rin.is_away("four")).unwrap().replacen("Subject: Out of office", &format!("Subject: {SUBJECT_TAG}"), 1);
    assert_eq!(take(away.as_bytes()).await.outcome, Outcome::AutoReply);
    world.work().await;
    world.finish().await;
}
