//! A report in Chinese is declined: with a reason, in Chinese, by a person, and it can be reopened. Only spam is declined without a word.

use crate::told::{promise, record, refusal};
use wardroom_app::public_house::HandIn;
use wardroom_domain::triage::{Disposition, ReportState};
use wardroom_testkit::world::{Policy, World};

fn chinese(world: &World) -> HandIn {
    HandIn {
        language: "zh".to_owned(),
        title: format!("官网缺少安全响应头 {}", world.words.canary),
        text: format!("官网首页未设置 X-Frame-Options。{}", world.words.canary),
        ..world.report()
    }
}

#[tokio::test]
async fn with_a_reason_in_the_reporter_s_language() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(chinese(&world)).await;
    let (report, ming) = (world.stream(&receipt.number).await, &world.team.ming);
    world.work().await;
    let letter = world.post.all().remove(0);
    let text = wardroom_testkit::world::Letter(letter).in_the_open().text;
    assert!(text.contains("回执码") && text.contains("港湾 PSIRT"), "the receipt speaks Chinese too: {text}");

    let proposal = world.desk.decline_wording(Disposition::OutOfScope, "zh");
    assert!(proposal.starts_with("感谢您的报告"), "{proposal}");
    for disposition in Disposition::DECLINE {
        for language in ["zh", "en"] {
            let worded = world.desk.decline_wording(disposition, language);
            assert!(worded.chars().count() > 15, "{disposition:?} has no wording in {language}: {worded:?}");
        }
    }
    assert_eq!(refusal(world.desk.decline(ming, &report, Disposition::OutOfScope, " ").await), "reason-needed");
    assert_eq!(refusal(world.desk.decline(ming, &report, Disposition::Fixed, &proposal).await), "field-wrong");
    let edited = format!("{proposal} 编号见页脚。{}", world.words.canary);
    world.desk.decline(ming, &report, Disposition::OutOfScope, &edited).await.unwrap();
    world.work().await;

    let track = world.public.track(&world.code(&receipt)).await.unwrap();
    assert_eq!((track.state, track.disposition), (ReportState::Declined, Some(Disposition::OutOfScope)));
    let last = track.messages.last().unwrap();
    assert!(last.from_team && last.language == "zh" && last.text.starts_with("感谢您的报告"));
    assert!(promise(&world, &report, "first_response").await.kept_at.is_some(), "a person has answered");

    world.desk.reopen_report(ming, &report).await.unwrap();
    assert_eq!(record(&world, &report).await.file.state, ReportState::Opened);
    world.finish().await;
}

#[tokio::test]
async fn spam_gets_no_word() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.anonymous_report()).await;
    let report = world.stream(&receipt.number).await;
    world.desk.decline(&world.team.ming, &report, Disposition::Spam, "").await.unwrap();
    let track = world.public.track(&world.code(&receipt)).await.unwrap();
    assert!(track.state == ReportState::Declined && track.messages.is_empty());
    world.finish().await;
}
