//! The sample days: what came in, what the team did, what was published.

use super::past::PastClock;
use super::people::viewer;
use super::reports::{Correspondent, Typed, arrive, send_form, team_key};
use crate::data::Opened;
use crate::exits::Exit;
use jiff::{SignedDuration, Timestamp};
use wardroom_app::disclosure::PublishOrder;
use wardroom_app::public_house::PublicHouse;
use wardroom_app::remediation::{ImpactForm, PlanForm};
use wardroom_app::validation::VulnerabilityForm;
use wardroom_domain::case::CaseAsk;
use wardroom_domain::communication::{EmbargoAsk, EmbargoTerms, MessageKind, PlanLine};
use wardroom_domain::disclosure::{AdvisoryKind, AdvisoryTexts, Bilingual};
use wardroom_domain::intake::ReportKind;
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_domain::products::Product;
use wardroom_domain::remediation::{ImpactStatus, PlanKind, PlanState, PlanWords};
use wardroom_domain::triage::Disposition;
use wardroom_mail::compose::WrittenBy;
use wardroom_mail::keys::TeamSecret;
use wardroom_seal::{ReceiptCode, SystemChance, draw};

/// How many hours the sample days take together.
pub const HOURS: i64 = 314;

/// The sample catalogue.
pub async fn keep_products(world: &Opened) -> Result<(), Exit> {
    let products = [
        ("hg-200", "HG-200 gateway", "Gateways", &["2.3.0", "2.4.0", "2.4.1", "2.5.0"] as &[&str], "2032-12-31"),
        ("hg-100", "HG-100 gateway", "Gateways", &["1.8", "1.9"], "2027-06-30"),
        ("hc-60", "HC-60 room controller", "Controllers", &["3.0", "3.1", "3.2"], "2031-12-31"),
        ("halcyon-app", "Halcyon mobile app", "Software", &["5.1", "5.2"], ""),
        ("hx-radar", "HX radar sensor", "Sensors", &["1.0", "1.1"], "2033-12-31"),
    ];
    for (id, name, family, versions, supported_until) in products {
        let product = Product {
            id: id.to_owned(),
            name: name.to_owned(),
            family: family.to_owned(),
            cpe: format!("cpe:2.3:o:halcyon:{}:*:*:*:*:*:*:*:*", id.replace('-', "_")),
            purl: String::new(),
            versions: versions.iter().map(|version| (*version).to_owned()).collect(),
            supported_until: supported_until.to_owned(),
            ..Product::default()
        };
        world.desk.keep_product(&super::house(), product).await?;
    }
    Ok(())
}

/// The people who act.
struct Cast {
    mei: Viewer,
    jonas: Viewer,
    ada: Viewer,
    paul: Viewer,
    li: Viewer,
}

/// One thing after the other.
pub async fn let_days_pass(world: &Opened, clock: &PastClock) -> Result<(), Exit> {
    let cast = Cast {
        mei: viewer(world, "Mei Tan").await?,
        jonas: viewer(world, "Jonas Weber").await?,
        ada: viewer(world, "Ada Okafor").await?,
        paul: viewer(world, "Paul Renaud").await?,
        li: viewer(world, "Li Na").await?,
    };
    let sofia = Correspondent::new(world, "Sofia Brandt", "sofia@research.example")?;
    let chen = Correspondent::new(world, "陈立", "chenli@sec.example")?;
    let okafor = Correspondent::new(world, "J. Moreau", "moreau@customer.example")?;
    sofia.introduce(world).await?;

    unsigned_firmware(world, clock, &cast, &sofia).await?;
    hard_coded_credentials(world, clock, &cast).await?;
    radar_frames(world, clock, &cast, &chen).await?;
    session_fixation(world, clock, &cast, &okafor).await?;
    waiting_reports(world, clock, &cast, &sofia, &chen, &okafor).await
}

/// From an encrypted mail to a published advisory and a closed case.
async fn unsigned_firmware(world: &Opened, clock: &PastClock, cast: &Cast, sofia: &Correspondent) -> Result<(), Exit> {
    let desk = &world.desk;
    let text = "The update service of the HG-200 (TCP port 8443) accepts a firmware image without checking its signature.\n\n\
        Steps: take any 2.4.1 image, change one byte in the root file system, send it to /update. The gateway reboots into it.\n\
        Nothing but network access to the port is needed. I suggest to verify the signature before writing to flash.\n\nSofia";
    let mail = sofia.write(world, "Unauthenticated firmware update on HG-200", text, "en", &team_key(world)?)?;
    let report = arrive(world, &mail).await?;
    clock.pass_hours(3);
    let thanks = "Thank you, Sofia. We have reproduced what you describe on 2.4.1 and opened a case. You will hear from us within a week.";
    desk.message_reporter(&cast.mei, &report, MessageKind::Answer, thanks).await?;
    let (case, _) = desk.accept(&cast.mei, &report, "Firmware update without signature check on HG-200").await?;
    desk.assign(&cast.jonas, &case, owner(world, "Jonas Weber").await?.as_str()).await?;
    describe(world, cast, &case, "Missing signature verification of firmware images", "The update service of the gateway installs firmware images without verifying their signature. An attacker who can reach TCP port 8443 can install and run any software on the device.", "CWE-347").await?;
    desk.score(&cast.mei, &case, "V1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "reachable from the plant network by default")
        .await?;
    desk.score(&cast.mei, &case, "V1", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "").await?;
    desk.check_uniqueness(&cast.mei, &case, None).await?;
    desk.move_case(&cast.mei, &case, CaseAsk::Validate, None, "").await?;
    affected(world, cast, &case, "hg-200", "< 2.5.0", "2.5.0").await?;
    not_affected(world, cast, &case, "hg-100").await?;
    desk.move_case(&cast.mei, &case, CaseAsk::Accept, None, "").await?;
    clock.pass_hours(24);
    embargo(world, clock, cast, &case, 30).await?;
    plan(
        world,
        cast,
        &case,
        PlanKind::Mitigation,
        "Block TCP port 8443 from networks you do not control.",
        "在不受控的网络中屏蔽 TCP 8443 端口。",
        PlanState::Released,
    )
    .await?;
    plan(world, cast, &case, PlanKind::Fix, "Install firmware 2.5.0 or later.", "请安装 2.5.0 或更高版本固件。", PlanState::InProgress)
        .await?;
    desk.note(&cast.jonas, &case, "Bootloader team confirms: keys are in place since 2.3, only the check was never switched on.").await?;
    communicate(world, cast, &case).await?;
    clock.pass_hours(96);
    move_plan(world, cast, &case, "M2", PlanState::Released).await?;
    let texts = AdvisoryTexts {
        kind: AdvisoryKind::Advisory,
        title: Bilingual::new("HG-200 gateway: firmware update without signature check", "HG-200 网关：固件升级缺少签名校验"),
        summary: Bilingual::new(
            "The update service of the HG-200 gateway installs firmware images without verifying their signature. Anybody who can reach the service can replace the software of the device.",
            "HG-200 网关的升级服务在安装固件镜像前未校验签名。能够访问该服务的任何人都可以替换设备软件。",
        ),
        action: Bilingual::new(
            "Install firmware 2.5.0. Until then, block TCP port 8443 from networks you do not control.",
            "请安装 2.5.0 固件。在此之前，请在不受控的网络中屏蔽 TCP 8443 端口。",
        ),
        credits: vec!["Sofia Brandt".to_owned()],
        references: vec![("CWE-347".to_owned(), "https://cwe.mitre.org/data/definitions/347.html".to_owned())],
        change: Bilingual::new("Initial publication", "首次发布"),
        ..AdvisoryTexts::default()
    };
    let number = publish(world, cast, &case, texts).await?;
    let goodbye = format!("The advisory {number} is out, with your name in it as you wished. Thank you for your care and your patience.");
    desk.message_reporter(&cast.mei, &report, MessageKind::Answer, &goodbye).await?;
    desk.move_case(&cast.jonas, &case, CaseAsk::Close, Some(Disposition::Fixed), "fixed in 2.5.0 and disclosed").await?;
    Ok(())
}

/// A Chinese form; embargo active, advisory approved and ready to be published by whoever tries the demo.
async fn hard_coded_credentials(world: &Opened, clock: &PastClock, cast: &Cast) -> Result<(), Exit> {
    let desk = &world.desk;
    let typed = Typed {
        kind: ReportKind::ProductVulnerability,
        language: "zh",
        title: "HC-60 控制器维护接口存在硬编码口令",
        text: "HC-60 房间控制器的维护接口（TCP 2323）使用固定口令，所有设备相同，无法修改。\n攻击者进入楼宇网络后即可登录并修改温控参数。\n受影响版本：3.0 与 3.1。",
        fields: &[("product", "HC-60"), ("version", "3.1"), ("impact", "可远程修改温控参数")],
        address: "wang@lab.example",
        credit: "王敏（某实验室）",
    };
    let (report, receipt) = send_form(world, typed).await?;
    clock.pass_hours(2);
    desk.message_reporter(
        &cast.mei,
        &report,
        MessageKind::Question,
        "感谢您的报告。请问固定口令是在 3.0 还是更早的版本中引入的？您是否有固件文件名？",
    )
    .await?;
    clock.pass_hours(5);
    if let Ok(code) = ReceiptCode::parse(&receipt.code) {
        PublicHouse::new(world.house.clone())
            .write(&code, "在 3.0 固件（hc60_3.0_r2.bin）中已存在，2.9 中没有。", "zh")
            .await
            .map_err(|error| Exit::new(1, error.to_string()))?;
    }
    let (case, _) = desk.accept(&cast.mei, &report, "").await?;
    desk.assign(&cast.jonas, &case, owner(world, "Jonas Weber").await?.as_str()).await?;
    describe(world, cast, &case, "Hard-coded credentials of the maintenance interface", "The maintenance interface of the HC-60 (TCP port 2323) accepts a fixed password that is the same on all devices and cannot be changed.", "CWE-798").await?;
    desk.score(&cast.mei, &case, "V1", "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:L", "").await?;
    desk.score(&cast.mei, &case, "V1", "CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:L/SC:N/SI:N/SA:N", "").await?;
    desk.check_uniqueness(&cast.mei, &case, None).await?;
    desk.move_case(&cast.mei, &case, CaseAsk::Validate, None, "").await?;
    affected(world, cast, &case, "hc-60", "3.0, 3.1", "3.2").await?;
    desk.move_case(&cast.mei, &case, CaseAsk::Accept, None, "").await?;
    embargo(world, clock, cast, &case, 45).await?;
    plan(
        world,
        cast,
        &case,
        PlanKind::Fix,
        "Install firmware 3.2, which removes the fixed password.",
        "请安装 3.2 固件，该版本已移除固定口令。",
        PlanState::Verified,
    )
    .await?;
    communicate(world, cast, &case).await?;
    clock.pass_hours(48);
    let texts = AdvisoryTexts {
        title: Bilingual::new("HC-60 room controller: hard-coded maintenance password", "HC-60 房间控制器：维护接口存在硬编码口令"),
        summary: Bilingual::new(
            "The maintenance interface of the HC-60 room controller accepts a fixed password. An attacker in the building network can log in and change how rooms are controlled.",
            "HC-60 房间控制器的维护接口使用固定口令。攻击者进入楼宇网络后可登录并修改控制参数。",
        ),
        action: Bilingual::new("Install firmware 3.2.", "请安装 3.2 固件。"),
        credits: vec!["王敏".to_owned()],
        change: Bilingual::new("Initial publication", "首次发布"),
        ..AdvisoryTexts::default()
    };
    approve(world, cast, &case, texts).await?;
    Ok(())
}

/// An encrypted Chinese mail; the case is valid and scored, remediation is next.
async fn radar_frames(world: &Opened, clock: &PastClock, cast: &Cast, chen: &Correspondent) -> Result<(), Exit> {
    let desk = &world.desk;
    let text = "您好：\n\nHX 雷达传感器 1.1 固件在解析畸形点云数据帧时存在堆缓冲区溢出（函数 parse_cluster_frame）。\n向 UDP 5100 端口发送长度字段大于实际数据的帧即可使传感器重启。\n附带复现步骤，如需脚本请回复。\n\n陈立";
    let mail = chen.write(world, "HX 雷达传感器点云解析堆溢出", text, "zh", &team_key(world)?)?;
    let report = arrive(world, &mail).await?;
    clock.pass_hours(4);
    desk.message_reporter(&cast.mei, &report, MessageKind::Answer, "感谢您的报告，我们已成功复现，正在评估影响范围。").await?;
    let (case, _) = desk.accept(&cast.mei, &report, "").await?;
    describe(world, cast, &case, "Heap overflow when parsing point-cloud frames", "A frame whose length field exceeds the data makes the sensor write past the end of a heap buffer in parse_cluster_frame. The sensor restarts; running code has not been shown.", "CWE-787").await?;
    desk.check_uniqueness(&cast.mei, &case, None).await?;
    desk.move_case(&cast.mei, &case, CaseAsk::Validate, None, "").await?;
    desk.score(&cast.mei, &case, "V1", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:L", "availability only, so far")
        .await?;
    affected(world, cast, &case, "hx-radar", "<= 1.1", "").await?;
    clock.pass_hours(20);
    Ok(())
}

/// A plain mail; a second published advisory.
async fn session_fixation(world: &Opened, clock: &PastClock, cast: &Cast, reporter: &Correspondent) -> Result<(), Exit> {
    let desk = &world.desk;
    let text = "Hello, the Halcyon mobile app 5.1 keeps its session after I change my password on another device. A stolen phone stays signed in. Regards, J. Moreau";
    let mail = reporter.write_plainly(world, "App stays signed in after password change", text, WrittenBy::Person)?;
    let report = arrive(world, &mail).await?;
    clock.pass_hours(6);
    desk.message_reporter(
        &cast.mei,
        &report,
        MessageKind::Answer,
        "Thank you. You are right, and we are correcting it in the next release.",
    )
    .await?;
    let (case, _) = desk.accept(&cast.mei, &report, "").await?;
    desk.assign(&cast.jonas, &case, owner(world, "Jonas Weber").await?.as_str()).await?;
    describe(world, cast, &case, "Sessions survive a change of password", "The app keeps its session valid after the user changes the password elsewhere. Whoever holds a device that was signed in before stays signed in.", "CWE-613").await?;
    desk.score(&cast.mei, &case, "V1", "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:N", "").await?;
    desk.check_uniqueness(&cast.mei, &case, None).await?;
    desk.move_case(&cast.mei, &case, CaseAsk::Validate, None, "").await?;
    affected(world, cast, &case, "halcyon-app", "<= 5.1", "5.2").await?;
    desk.move_case(&cast.mei, &case, CaseAsk::Accept, None, "").await?;
    plan(
        world,
        cast,
        &case,
        PlanKind::Fix,
        "Update the app to 5.2; sign out once on every device.",
        "请将应用更新至 5.2，并在每台设备上重新登录一次。",
        PlanState::Released,
    )
    .await?;
    communicate(world, cast, &case).await?;
    clock.pass_hours(30);
    let texts = AdvisoryTexts {
        title: Bilingual::new("Halcyon mobile app: sessions survive a change of password", "Halcyon 移动应用：修改密码后会话仍然有效"),
        summary: Bilingual::new(
            "After a change of password, devices that were signed in before stay signed in.",
            "修改密码后，此前已登录的设备仍保持登录状态。",
        ),
        action: Bilingual::new("Update to 5.2 and sign out once on every device.", "请更新至 5.2，并在每台设备上重新登录一次。"),
        credits: vec!["J. Moreau".to_owned()],
        change: Bilingual::new("Initial publication", "首次发布"),
        ..AdvisoryTexts::default()
    };
    publish(world, cast, &case, texts).await?;
    desk.move_case(&cast.jonas, &case, CaseAsk::Close, Some(Disposition::Fixed), "fixed in 5.2 and disclosed").await?;
    Ok(())
}

/// What lies in the inbox this morning.
async fn waiting_reports(
    world: &Opened,
    clock: &PastClock,
    cast: &Cast,
    sofia: &Correspondent,
    chen: &Correspondent,
    customer: &Correspondent,
) -> Result<(), Exit> {
    let desk = &world.desk;
    // Declined, with a fair reason.
    let typed = Typed {
        kind: ReportKind::ProductVulnerability,
        language: "en",
        title: "Missing DMARC record",
        text: "Your marketing site's domain has no DMARC record with p=reject. Please fix and tell me about your bounty.",
        fields: &[],
        address: "hunter@bounty.example",
        credit: "",
    };
    let (report, _) = send_form(world, typed).await?;
    clock.pass_hours(3);
    let wording = desk.decline_wording(Disposition::OutOfScope, "en");
    desk.decline(&cast.mei, &report, Disposition::OutOfScope, &wording).await?;
    // Nobody answered this one in time: the breach is on record.
    let typed = Typed {
        kind: ReportKind::DocumentFlaw,
        language: "en",
        title: "Hardening guide recommends a weak cipher",
        text: "The hardening guide for the HG series, document HG-SEC-014 revision C, page 12, tells operators to enable TLS_RSA_WITH_3DES_EDE_CBC_SHA \"for compatibility\". This undoes the rest of the page.",
        fields: &[("product", "HG-SEC-014 rev. C")],
        address: "",
        credit: "",
    };
    send_form(world, typed).await?;
    clock.pass_hours(70);
    // Asked, and waiting for the reporter.
    let mail = customer.write_plainly(
        world,
        "Strange behaviour of HG-100",
        "Our HG-100 restarts every night at about two. Could somebody be attacking it? J. Moreau",
        WrittenBy::Person,
    )?;
    let report = arrive(world, &mail).await?;
    clock.pass_hours(1);
    desk.ask(
        &cast.mei,
        &report,
        "Thank you for writing. Which firmware version is it, and can you send us the system log of one such night?",
    )
    .await?;
    // Looks like a case we know.
    let text = "While testing the HG-200 I found that its update service on port 8443 takes firmware images that are not signed. I could install a modified 2.4.0 image. Is this known?";
    let typed = Typed {
        kind: ReportKind::ProductVulnerability,
        language: "en",
        title: "HG-200 installs unsigned firmware images",
        text,
        fields: &[
            ("product", "HG-200"),
            ("version", "2.4.0"),
            ("reproduction_steps", "POST a modified image to https://gateway:8443/update"),
        ],
        address: "lin@students.example",
        credit: "Lin Carter",
    };
    send_form(world, typed).await?;
    // A machine answered; kept, never answered back.
    let raw = customer.write_plainly(world, "Out of office", "I am away until Monday.", WrittenBy::AutoReplied)?;
    arrive(world, &raw).await?;
    // Encrypted to a key that is not ours: still a row, still a receipt.
    let seed = draw::<32>(&mut SystemChance);
    let now = desk.now().as_second();
    let other = TeamSecret::generate("Somebody else", now - 1_000, None, &seed).map_err(|fault| Exit::new(1, fault.to_string()))?;
    let raw = sofia.write(world, "Another finding", "This text was encrypted to the wrong key.", "en", &other.armored_public())?;
    arrive(world, &raw).await?;
    clock.pass_hours(2);
    // Fresh, encrypted, in Chinese.
    let text = "您好：\n\nHG-100 网关 1.9 的 Web 管理页面在登录前即可读取 /api/config，其中包含 MQTT 代理的用户名和口令。\n只需一个未认证的 GET 请求。\n\n陈立";
    let raw = chen.write(world, "HG-100 未认证读取配置", text, "zh", &team_key(world)?)?;
    arrive(world, &raw).await?;
    Ok(())
}

async fn owner(world: &Opened, name: &str) -> Result<String, Exit> {
    Ok(world.desk.person(name).await?.person)
}

async fn describe(world: &Opened, cast: &Cast, case: &StreamId, title: &str, description: &str, cwe: &str) -> Result<(), Exit> {
    let form = VulnerabilityForm {
        id: "V1".to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        cwe: cwe.to_owned(),
        cve: String::new(),
    };
    world.desk.keep_vulnerability(&cast.mei, case, form).await?;
    Ok(())
}

async fn affected(world: &Opened, cast: &Cast, case: &StreamId, product: &str, versions: &str, fixed_in: &str) -> Result<(), Exit> {
    let form = ImpactForm {
        vulnerability: "V1".to_owned(),
        product: product.to_owned(),
        status: ImpactStatus::Affected,
        versions: versions.to_owned(),
        fixed_in: fixed_in.to_owned(),
        justification: String::new(),
        note: String::new(),
        hardware: Vec::new(),
    };
    Ok(world.desk.set_impact(&cast.mei, case, form).await?)
}

async fn not_affected(world: &Opened, cast: &Cast, case: &StreamId, product: &str) -> Result<(), Exit> {
    let form = ImpactForm {
        vulnerability: "V1".to_owned(),
        product: product.to_owned(),
        status: ImpactStatus::NotAffected,
        versions: "all".to_owned(),
        fixed_in: String::new(),
        justification: "vulnerable_code_not_present".to_owned(),
        note: String::new(),
        hardware: Vec::new(),
    };
    Ok(world.desk.set_impact(&cast.mei, case, form).await?)
}

async fn embargo(world: &Opened, clock: &PastClock, cast: &Cast, case: &StreamId, days: i64) -> Result<(), Exit> {
    use wardroom_app::ports::clock::Clock;
    let ends_at: Timestamp = clock.now().checked_add(SignedDuration::from_hours(days * 24)).unwrap_or(clock.now());
    let terms = EmbargoTerms { ends_at, zone: "Asia/Singapore".to_owned() };
    world.desk.embargo(&cast.jonas, case, EmbargoAsk::Propose, Some(terms), "").await?;
    Ok(world.desk.embargo(&cast.jonas, case, EmbargoAsk::Accept, None, "").await?)
}

async fn plan(
    world: &Opened,
    cast: &Cast,
    case: &StreamId,
    kind: PlanKind,
    text: &str,
    text_zh: &str,
    state: PlanState,
) -> Result<(), Exit> {
    let form = PlanForm {
        id: String::new(),
        vulnerability: "V1".to_owned(),
        plan: kind,
        state,
        due: jiff::civil::Date::new(2026, 12, 18).ok(),
        products: Vec::new(),
        words: PlanWords { text: text.to_owned(), text_zh: text_zh.to_owned(), url: String::new(), owner: "Sam Ortiz".to_owned() },
    };
    world.desk.keep_remediation(&cast.jonas, case, form).await?;
    Ok(())
}

async fn move_plan(world: &Opened, cast: &Cast, case: &StreamId, id: &str, state: PlanState) -> Result<(), Exit> {
    let page = world.desk.case_page(&cast.jonas, case).await?;
    let known = page.vulnerabilities.iter().flat_map(|one| one.remediations.iter().map(move |plan| (one, plan)));
    let (vulnerability, plan) = known
        .into_iter()
        .find(|(_, plan)| plan.id == id)
        .ok_or_else(|| Exit::new(1, format!("the sample case has no remediation {id}")))?;
    let form = PlanForm {
        id: id.to_owned(),
        vulnerability: vulnerability.id.clone(),
        plan: plan.plan,
        state,
        due: plan.due,
        products: plan.products.clone(),
        words: plan.words.clone(),
    };
    world.desk.keep_remediation(&cast.jonas, case, form).await?;
    Ok(())
}

async fn communicate(world: &Opened, cast: &Cast, case: &StreamId) -> Result<(), Exit> {
    let line = |audience: &str, channel: &str, language: &str, when: &str| PlanLine {
        audience: audience.to_owned(),
        channel: channel.to_owned(),
        language: language.to_owned(),
        when: when.to_owned(),
        note: String::new(),
    };
    let lines = vec![
        line("reporter", "mail", "as written", "T-72 h"),
        line("customers", "support portal", "en, zh", "T"),
        line("public", "advisory and feeds", "en, zh", "T"),
    ];
    Ok(world.desk.plan_communication(&cast.jonas, case, lines, true).await?)
}

/// Draft, submit, approve by a second person. Returns the advisory and its number.
async fn approve(world: &Opened, cast: &Cast, case: &StreamId, texts: AdvisoryTexts) -> Result<(StreamId, String), Exit> {
    let desk = &world.desk;
    let (advisory, number) = desk.draft_advisory(&cast.ada, case).await?;
    desk.edit_advisory(&cast.ada, &advisory, texts).await?;
    let hash = desk.submit_advisory(&cast.ada, &advisory).await?;
    desk.approve_advisory(&cast.paul, &advisory, &hash).await?;
    Ok((advisory, number))
}

async fn publish(world: &Opened, cast: &Cast, case: &StreamId, texts: AdvisoryTexts) -> Result<String, Exit> {
    let (advisory, number) = approve(world, cast, case, texts).await?;
    let order = PublishOrder { confirm: number.clone(), end_embargo: "the fix is out".to_owned() };
    world.desk.publish_advisory(&cast.li, &advisory, &order).await?;
    Ok(number)
}
