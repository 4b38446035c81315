//! The whole way from a report to a published advisory through forms alone, each step by the person whose step it is.

use crate::scene::Browser;
use wardroom_testkit::world::{Policy, World};

#[tokio::test]
async fn from_report_to_publication_without_script() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let team = &world.team;
    let (ming, anna, eva) =
        (Browser::of(&world, &team.ming).await, Browser::of(&world, &team.anna).await, Browser::of(&world, &team.eva).await);
    let (ada, paul, pia) =
        (Browser::of(&world, &team.ada).await, Browser::of(&world, &team.paul).await, Browser::of(&world, &team.pia).await);

    let page = ming.get("/inbox").await.is(200);
    assert!(page.has(&receipt.number));
    let page = ming.post(&format!("/reports/{}/accept", receipt.number), &[("form", "accept"), ("title", "Unsigned update")]).await.is(303);
    let case = page.to().split(['?', '#']).next().unwrap().to_owned();
    assert!(ming.get(page.to()).await.is(200).has("A case was opened"));
    ming.post(&format!("/reports/{}/accept", receipt.number), &[("form", "accept")]).await.is(409);

    let news = &world.words.news;
    let description = format!("Images are installed without a signature. {news}");
    let form = [
        ("form", "vulnerability-V1"),
        ("vulnerability", "V1"),
        ("title", "Unsigned firmware"),
        ("description", &description),
        ("cwe", "cwe-347"),
        ("cve", ""),
    ];
    anna.post(&format!("{case}/vulnerability"), &form).await.is(303);
    anna.post(&format!("{case}/vulnerability"), &[("form", "vulnerability-new"), ("title", "x"), ("cwe", "347")]).await.is(422);
    anna.post(&format!("{case}/uniqueness"), &[("form", "uniqueness")]).await.is(303);
    let mut radios: Vec<(&str, &str)> =
        vec![("form", "score"), ("vulnerability", "V1"), ("cvss", "4.0"), ("vector", ""), ("justification", "")];
    let values = ["AV:N", "AC:L", "AT:N", "PR:N", "UI:N", "VC:H", "VI:H", "VA:H", "SC:N", "SI:N", "SA:N"];
    let names: Vec<(String, &str)> = values.iter().map(|one| (format!("m-{}", &one[..2]), &one[3..])).collect();
    radios.extend(names.iter().map(|(name, value)| (name.as_str(), *value)));
    let mut compute = radios.clone();
    compute.push(("do", "compute"));
    let page = anna.post(&format!("{case}/score"), &compute).await.is(200);
    assert!(page.has("9.3 Critical"), "the score is computed on the server");
    anna.post(&format!("{case}/score"), &radios).await.is(303);
    let impact = [
        ("form", "impact"),
        ("vulnerability", "V1"),
        ("product", "vx-200"),
        ("status", "affected"),
        ("versions", "< 2.5.0"),
        ("fixed_in", "2.5.0"),
    ];
    anna.post(&format!("{case}/impact"), &impact).await.is(303);
    anna.post(&format!("{case}/move"), &[("form", "move"), ("ask", "validate"), ("reason", "")]).await.is(303);
    anna.post(&format!("{case}/move"), &[("form", "move"), ("ask", "accept"), ("reason", "")]).await.is(303);
    let plan = [
        ("form", "remediation-new"),
        ("vulnerability", "V1"),
        ("plan", "fix"),
        ("state", "planned"),
        ("owner", "Firmware"),
        ("text", "Update to 2.5.0."),
        ("due", "2027-01-15"),
    ];
    anna.post(&format!("{case}/remediation"), &plan).await.is(303);
    let back = [
        ("form", "remediation-M1"),
        ("remediation", "M1"),
        ("vulnerability", "V1"),
        ("plan", "fix"),
        ("state", "released"),
        ("owner", "Firmware"),
        ("text", "Update to 2.5.0."),
    ];
    anna.post(&format!("{case}/remediation"), &back).await.is(303);
    anna.post(&format!("{case}/remediation"), &[("state", "planned"), back[0], back[1], back[2], back[3], back[5], back[6]]).await.is(409);

    let propose = [
        ("form", "embargo-propose"),
        ("ask", "propose"),
        ("day", "2026-12-20"),
        ("time", "09:00"),
        ("zone", "Asia/Shanghai"),
        ("reason", ""),
    ];
    eva.post(&format!("{case}/embargo"), &propose).await.is(303);
    eva.post(&format!("{case}/embargo"), &[("form", "embargo-accept"), ("ask", "accept"), ("reason", "")]).await.is(303);
    assert!(eva.get(&case).await.is(200).has("Embargo until 2026-12-20 09:00 Asia/Shanghai"));
    let lines = [
        ("form", "plan"),
        ("audience", "customers"),
        ("channel", "mail"),
        ("language", "en"),
        ("when", "T"),
        ("note", ""),
        ("audience", ""),
        ("channel", ""),
        ("do", "approve"),
    ];
    eva.post(&format!("{case}/plan"), &lines).await.is(303);

    let page = ada.post(&format!("{case}/advisory"), &[("form", "advisory")]).await.is(303);
    let advisory = page.to().split('?').next().unwrap().to_owned();
    let number = advisory.rsplit('/').next().unwrap().to_owned();
    let title = format!("Unsigned firmware in VX-200 {news}");
    let texts = [
        ("form", "edit"),
        ("kind", "advisory"),
        ("title_en", title.as_str()),
        ("title_zh", "VX-200 固件未签名"),
        ("summary_en", "Anybody can replace it."),
        ("summary_zh", "任何人都可以替换。"),
        ("change_en", "Initial publication"),
        ("change_zh", "首次发布"),
        ("credits", "Rin"),
        ("references", ""),
    ];
    ada.post(&format!("{advisory}/edit"), &texts).await.is(303);
    ada.post(&format!("{advisory}/submit"), &[("form", "submit")]).await.is(303);
    // The writer may not approve, whatever the form says; a wrong hash approves nothing.
    ada.post(&format!("{advisory}/approve"), &[("form", "approve"), ("hash", "0")]).await.is(403);
    let hash = paul.get(&advisory).await.is(200).field("hash");
    paul.post(&format!("{advisory}/approve"), &[("form", "approve"), ("hash", "00ff")]).await.is(409);
    paul.post(&format!("{advisory}/approve"), &[("form", "approve"), ("hash", &hash)]).await.is(303);

    // Publication: the embargo stands in the way until a reason ends it, and the number must be typed.
    let page = pia.get(&format!("{advisory}/publish")).await.is(200);
    assert!(page.has("An embargo is in force") && page.has(&hash) && page.has("name=\"end_embargo\""));
    pia.post(&format!("{advisory}/publish"), &[("form", "publish"), ("confirm", &number)]).await.is(409);
    let kept = pia
        .post(&format!("{advisory}/publish"), &[("form", "publish"), ("confirm", "yes"), ("end_embargo", "the fix is out")])
        .await
        .is(422);
    assert!(kept.has("the fix is out"));
    world.nothing_is_public_yet().await;
    pia.post(&format!("{advisory}/publish"), &[("form", "publish"), ("confirm", &number), ("end_embargo", "the fix is out")]).await.is(303);
    world.words_are_public();
    world.work().await;
    assert!(pia.get(&advisory).await.is(200).has(&format!("https://psirt.vendor.example/advisories/{number}")));
    // Taking it back is a version like any other: a writer's words, another one's approval, a publisher's act.
    pia.post(&format!("{advisory}/withdraw"), &[("form", "withdraw"), ("reason_en", "x")]).await.is(403);
    ada.post(&format!("{advisory}/withdraw"), &[("form", "withdraw"), ("reason_en", " ")]).await.is(422);
    let kept = ada.post(&format!("{advisory}/supersede"), &[("form", "supersede"), ("reason_en", "moved"), ("by", &number)]).await.is(422);
    assert!(kept.has("moved"));
    ada.post(&format!("{advisory}/withdraw"), &[("form", "withdraw"), ("reason_en", "It was another product.")]).await.is(303);
    assert!(paul.get(&format!("{advisory}?tab=preview")).await.is(200).has("It was another product."));
    ada.post(&format!("{advisory}/discard"), &[("form", "discard")]).await.is(303);
    assert!(!ada.get(&format!("{advisory}?tab=preview")).await.is(200).has("It was another product."));
    ada.post(&format!("{advisory}/discard"), &[("form", "discard")]).await.is(409);
    ming.get(&advisory).await.is(200);
    world.finish().await;
}
