//! The steps every story walks, with confidential words planted in each field that takes words.

use jiff::SignedDuration;
use wardroom_app::disclosure::PublishOrder;
use wardroom_app::ports::clock::Clock;
use wardroom_app::public_house::{HandIn, Receipt, Upload};
use wardroom_app::remediation::{ImpactForm, PlanForm};
use wardroom_app::validation::VulnerabilityForm;
use wardroom_domain::case::CaseAsk;
use wardroom_domain::communication::{EmbargoAsk, EmbargoTerms, PlanLine};
use wardroom_domain::disclosure::{AdvisoryTexts, Bilingual};
use wardroom_domain::intake::{Door, ReportKind};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_domain::remediation::{ImpactStatus, PlanKind, PlanState, PlanWords};
use wardroom_seal::ReceiptCode;

use super::World;

/// CVSS 4.0 vector of the flaw in the steps; 9.3.
pub const VECTOR: &str = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";

impl World {
    /// A filled form: every field that holds words of the reporter holds the canary.
    pub fn report(&self) -> HandIn {
        let canary = &self.words.canary;
        HandIn {
            door: Door::Form,
            kind: ReportKind::ProductVulnerability,
            language: "en".to_owned(),
            title: format!("Unsigned firmware is accepted ({canary} title)"),
            text: format!("The update service on TCP 8443 of the VX-200 installs any image. {canary} text"),
            fields: vec![
                ("product".to_owned(), format!("VX-200 {canary} product")),
                ("attack_path".to_owned(), format!("Over the network. {canary} path")),
            ],
            sender_name: format!("Rin {}", self.words.who),
            sender_address: format!("rin.{}@research.example", self.words.who),
            reporter_key: String::new(),
            credit: format!("Rin of {canary} credit"),
            attachments: vec![
                Upload {
                    name: format!("poc-{canary}.py"),
                    media_type: "text/x-python".to_owned(),
                    bytes: format!("print('{canary} small file')").into_bytes(),
                },
                // Above the size that lives in the database: a file of its own.
                Upload {
                    name: "trace.bin".to_owned(),
                    media_type: "application/octet-stream".to_owned(),
                    bytes: format!("{canary} large file ").repeat(4_000).into_bytes(),
                },
            ],
            uploads: Vec::new(),
            payload: Vec::new(),
            code: None,
            idempotency: None,
            original: None,
        }
    }

    /// The same without a way to answer.
    pub fn anonymous_report(&self) -> HandIn {
        HandIn { sender_name: String::new(), sender_address: String::new(), ..self.report() }
    }

    /// Somebody hands a report in; its receipt code and the secret of its request are guarded.
    pub async fn hand_in(&self, report: HandIn) -> Receipt {
        if let Some(secret) = &report.idempotency {
            self.guard("the secret of a request", secret);
        }
        let receipt = self.public.hand_in(report).await.unwrap();
        self.guard_code(&receipt.code);
        receipt
    }

    /// The code of a receipt, which must be found nowhere but in the reporter's hands.
    pub fn guard_code(&self, code: &str) {
        self.guard("a receipt code", code);
        self.guard("a receipt code", &code.replace('-', ""));
        self.guard("a receipt code", &code.replace('-', "").to_lowercase());
    }

    /// The code of a receipt, read.
    pub fn code(&self, receipt: &Receipt) -> ReceiptCode {
        ReceiptCode::parse(&receipt.code).unwrap()
    }

    /// The stream behind a number.
    pub async fn stream(&self, number: &str) -> StreamId {
        self.desk.find(&Viewer::house(), number).await.unwrap()
    }

    /// Ming accepts a report: a case is opened.
    pub async fn accepted(&self, report: &StreamId) -> StreamId {
        let (case, _) = self.desk.accept(&self.team.ming, report, &format!("Unsigned update {}", self.words.canary)).await.unwrap();
        case
    }

    /// Anna looks into it: worded anew, unique, valid, scored, affected products decided; every remark holds the canary.
    pub async fn assessed(&self, case: &StreamId) {
        let (desk, anna, canary, news) = (&self.desk, &self.team.anna, &self.words.canary, &self.words.news);
        let form = VulnerabilityForm {
            id: "V1".to_owned(),
            title: format!("Unsigned firmware accepted {news} vulnerability"),
            description: format!("The update service installs images without a signature. {news} description"),
            cwe: "CWE-347".to_owned(),
            cve: String::new(),
        };
        desk.keep_vulnerability(anna, case, form).await.unwrap();
        desk.check_uniqueness(anna, case, None).await.unwrap();
        desk.score(anna, case, "V1", VECTOR, &format!("No rights needed, {canary} justification")).await.unwrap();
        let impact = ImpactForm {
            vulnerability: "V1".to_owned(),
            product: "vx-200".to_owned(),
            status: ImpactStatus::Affected,
            versions: "< 2.5.0".to_owned(),
            fixed_in: "2.5.0".to_owned(),
            justification: String::new(),
            note: format!("{canary} note on the impact"),
            hardware: Vec::new(),
        };
        desk.set_impact(anna, case, impact).await.unwrap();
        desk.note(anna, case, &format!("{canary} note of the team")).await.unwrap();
        desk.move_case(anna, case, CaseAsk::Validate, None, &format!("reproduced, {canary} reason")).await.unwrap();
        desk.move_case(anna, case, CaseAsk::Accept, None, "").await.unwrap();
    }

    /// Anna plans the fix, Eva the communication.
    pub async fn planned(&self, case: &StreamId) {
        let (desk, canary, news) = (&self.desk, &self.words.canary, &self.words.news);
        let mut form = PlanForm {
            id: String::new(),
            vulnerability: "V1".to_owned(),
            plan: PlanKind::Fix,
            state: PlanState::Planned,
            due: "2026-06-15".parse().ok(),
            products: vec!["vx-200".to_owned()],
            words: PlanWords {
                text: format!("Update to 2.5.0. {news} remediation"),
                text_zh: "升级到 2.5.0。".to_owned(),
                url: "https://vendor.example/vx-200/2.5.0".to_owned(),
                owner: format!("Firmware team {canary} owner"),
            },
        };
        form.id = desk.keep_remediation(&self.team.anna, case, form.clone()).await.unwrap();
        form.state = PlanState::Released;
        desk.keep_remediation(&self.team.anna, case, form).await.unwrap();
        let line = PlanLine {
            audience: "customers".to_owned(),
            channel: "mail".to_owned(),
            language: "en".to_owned(),
            when: "T".to_owned(),
            note: format!("{canary} plan"),
        };
        desk.plan_communication(&self.team.eva, case, vec![line], true).await.unwrap();
    }

    /// Eva agrees on secrecy for so many days.
    pub async fn embargoed(&self, case: &StreamId, days: i64) {
        let ends_at = self.clock.now().checked_add(SignedDuration::from_hours(24 * days)).unwrap();
        let terms = EmbargoTerms { ends_at, zone: "Asia/Shanghai".to_owned() };
        let (desk, eva) = (&self.desk, &self.team.eva);
        let reason = format!("agreed with the reporter, {}", self.words.canary);
        desk.embargo(eva, case, EmbargoAsk::Propose, Some(terms), &reason).await.unwrap();
        desk.embargo(eva, case, EmbargoAsk::Accept, None, "").await.unwrap();
    }

    /// Ada drafts and words the advisory. Returns its stream and number.
    pub async fn drafted(&self, case: &StreamId) -> (StreamId, String) {
        let (advisory, number) = self.desk.draft_advisory(&self.team.ada, case).await.unwrap();
        self.desk.edit_advisory(&self.team.ada, &advisory, self.texts()).await.unwrap();
        (advisory, number)
    }

    /// The texts of the advisory: secret until it is published.
    pub fn texts(&self) -> AdvisoryTexts {
        let news = &self.words.news;
        AdvisoryTexts {
            title: Bilingual::new(&format!("Unsigned firmware accepted by VX-200 {news} title"), "VX-200 固件升级缺少签名校验"),
            summary: Bilingual::new(
                &format!("Anybody in the network can replace the firmware. {news} summary"),
                "网络内的任何人均可替换固件。",
            ),
            action: Bilingual::new(&format!("Update to 2.5.0. {news} action"), "请升级到 2.5.0。"),
            credits: vec!["Rin".to_owned()],
            change: Bilingual::new("Initial publication", "首次发布"),
            ..AdvisoryTexts::default()
        }
    }

    /// Ada hands it to review, Paul approves what he saw. Returns the hash he approved.
    pub async fn approved(&self, advisory: &StreamId) -> String {
        let hash = self.desk.submit_advisory(&self.team.ada, advisory).await.unwrap();
        let seen = self.desk.advisory_page(&self.team.paul, advisory).await.unwrap().hash;
        assert_eq!(seen, hash, "Paul sees what Ada submitted");
        self.desk.approve_advisory(&self.team.paul, advisory, &hash).await.unwrap();
        hash
    }

    /// Pia types the number and publishes; the worker writes the public tree.
    pub async fn published(&self, advisory: &StreamId, number: &str) {
        self.nothing_is_public_yet().await;
        let order = PublishOrder { confirm: number.to_owned(), end_embargo: String::new() };
        self.desk.publish_advisory(&self.team.pia, advisory, &order).await.unwrap();
        self.words_are_public();
        self.work().await;
    }

    /// From a report in the inbox to an approved advisory. Returns case, advisory and the advisory's number.
    pub async fn made_ready(&self, report: &StreamId) -> (StreamId, StreamId, String) {
        let case = self.accepted(report).await;
        self.assessed(&case).await;
        self.planned(&case).await;
        let (advisory, number) = self.drafted(&case).await;
        self.approved(&advisory).await;
        (case, advisory, number)
    }
}
