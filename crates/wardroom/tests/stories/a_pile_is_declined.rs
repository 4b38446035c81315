//! A pile of begging mails: found by their likeness, declined in one act with one fair reason in two languages, each reporter told once, and
//! taken back in time by a triager who had looked away.

use std::collections::BTreeMap;

use crate::told::refusal;
use wardroom_app::public_house::HandIn;
use wardroom_domain::triage::likeness::Likeness;
use wardroom_domain::triage::{Disposition, ReportState};
use wardroom_testkit::world::{Policy, World};

fn begging(world: &World, number: usize, language: &str, address: &str) -> HandIn {
    let text = match language {
        "zh" => format!("您好，贵公司域名没有设置严格的邮件策略，这是严重漏洞，请支付赏金 {number} 元。{}", world.words.canary),
        _ => format!(
            "Dear team, your domain has no strict mail policy. This is critical. Please pay {number} dollars. {}",
            world.words.canary
        ),
    };
    let title = format!("Bug {number} {}", world.words.canary);
    HandIn { title, text, language: language.to_owned(), sender_address: address.to_owned(), attachments: Vec::new(), ..world.report() }
}

#[tokio::test]
async fn in_one_act_with_one_mail_for_each_reporter() {
    let world = World::new(Policy::OneDay).await;
    let mut beggars = Vec::new();
    for number in 0..6 {
        // The first of them wrote three times.
        let address = format!("beggar-{}@mail.example", if number < 3 { 0 } else { number });
        beggars.push(world.hand_in(begging(&world, number, "en", &address)).await);
    }
    beggars.push(world.hand_in(begging(&world, 7, "zh", "qi@mail.example")).await);
    let honest = world.hand_in(HandIn { sender_address: "beggar-0@mail.example".to_owned(), ..world.report() }).await;
    world.work().await;
    let mails_before = world.post.all().len();
    let ming = &world.team.ming;

    let first = world.stream(&beggars[0].number).await;
    let pile = world.desk.pile_like(ming, &first).await.unwrap();
    let why = |number: &str| pile.iter().find(|one| one.row.row.number == number).map(|one| one.likeness);
    for one in &beggars[1..6] {
        assert!(matches!(why(&one.number), Some(Some(Likeness::SameWords(_)))), "{}: {:?}", one.number, why(&one.number));
    }
    assert_eq!(why(&honest.number), Some(Some(Likeness::SameSender)), "shown with its reason, for a person to leave out");

    let mut chosen = Vec::new();
    for one in &beggars {
        chosen.push(world.stream(&one.number).await);
    }
    let canary = &world.words.canary;
    let wordings = BTreeMap::from([
        ("en".to_owned(), format!("Thank you. Mail policies are outside of what we handle. {canary}")),
        ("zh".to_owned(), format!("感谢您。邮件策略不在处理范围内。{canary}")),
    ]);
    let silent = BTreeMap::from([("en".to_owned(), " ".to_owned())]);
    assert_eq!(refusal(world.desk.decline_pile(ming, &chosen, Disposition::OutOfScope, &silent).await), "reason-needed");
    let closed = world.desk.decline_pile(ming, &chosen, Disposition::OutOfScope, &wordings).await.unwrap();
    assert_eq!(closed.iter().filter(|one| one.mailed).count(), 5, "four addresses in English, one in Chinese: {closed:?}");
    assert!(closed.iter().all(|one| one.refused.is_none()));

    // One was a mistake: it is taken back before any mail went out.
    world.work().await;
    assert_eq!(world.post.all().len(), mails_before, "nobody is told within the window");
    world.desk.reopen_pile(ming, &chosen[5..6]).await.unwrap();
    world.clock.minutes(11);
    world.work().await;
    assert_eq!(world.post.all().len(), mails_before + 4, "one mail for each reporter, none for the one that is open again");
    world.work().await;
    assert_eq!(world.post.all().len(), mails_before + 4);

    // Every report says for itself what was decided, in its own language.
    for (index, receipt) in beggars.iter().enumerate() {
        let track = world.public.track(&world.code(receipt)).await.unwrap();
        assert_eq!(track.state, if index == 5 { ReportState::Opened } else { ReportState::Declined }, "{}", receipt.number);
        let said = track.messages.last().unwrap();
        assert_eq!(said.text.starts_with("感谢您"), receipt.language == "zh", "{}", said.text);
    }
    let again = world.desk.decline_pile(ming, &chosen[..2], Disposition::OutOfScope, &wordings).await.unwrap();
    assert!(again.iter().all(|one| one.refused.is_some() && !one.mailed), "what is declined stays as it is: {again:?}");
    world.finish().await;
}

#[tokio::test]
async fn spam_gets_no_answer() {
    let world = World::new(Policy::OneDay).await;
    let mut chosen = Vec::new();
    for number in 0..3 {
        let receipt = world.hand_in(begging(&world, number, "en", &format!("spam-{number}@mail.example"))).await;
        chosen.push(world.stream(&receipt.number).await);
    }
    world.work().await;
    let before = world.post.all().len();
    let closed = world.desk.decline_pile(&world.team.ming, &chosen, Disposition::Spam, &BTreeMap::new()).await.unwrap();
    assert!(closed.iter().all(|one| one.refused.is_none() && !one.mailed));
    world.clock.hours(1);
    world.work().await;
    assert_eq!(world.post.all().len(), before);
    world.finish().await;
}

/// Receipts go out while a triager works: what the house notes on a report just then is not somebody who was quicker.
#[tokio::test]
async fn receipts_that_go_out_meanwhile_hold_nobody_up() {
    let world = World::new(Policy::OneDay).await;
    let mut chosen = Vec::new();
    for number in 0..24 {
        let receipt = world.hand_in(begging(&world, number, "en", &format!("beggar-{number}@mail.example"))).await;
        chosen.push(world.stream(&receipt.number).await);
    }
    let ming = &world.team.ming;
    // Everybody at once: a receipt goes out between the reading of a report and the recording of what was decided about it.
    let triage = futures_util::future::join_all(chosen.iter().map(async |report| {
        let mut held_up = Vec::new();
        for _ in 0..3 {
            let pile = std::slice::from_ref(report);
            held_up.extend(world.desk.decline_pile(ming, pile, Disposition::Spam, &BTreeMap::new()).await.unwrap());
            held_up.extend(world.desk.reopen_pile(ming, pile).await.unwrap());
        }
        held_up.retain(|one| one.refused.is_some());
        held_up
    }));
    let (held_up, ()) = tokio::join!(triage, world.work());
    assert!(held_up.iter().all(Vec::is_empty), "{held_up:?}");
    assert_eq!(world.post.all().len(), chosen.len(), "every receipt went out beside it");
    world.finish().await;
}
