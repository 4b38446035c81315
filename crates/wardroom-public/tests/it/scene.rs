//! A small public world and a house in memory behind the facade, for the tests of the pages. The house forgets nothing
//! and invents nothing; promises and steps are what the test puts there.

#![allow(clippy::unwrap_used, reason = "a test stops where its scene cannot be set")]

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;
use wardroom_app::disclosure::tree::{PublicKeyCard, PublicWorld, build, published};
use wardroom_app::ports::opener::OpenTrouble;
use wardroom_app::ports::store::StoreTrouble;
use wardroom_app::promises::Promise;
use wardroom_app::public_house::{
    Continuity, Draft, DraftError, FollowUp, HandIn, HandInError, NewFile, NoReceipt, Progress, Readable, Receipt, ReceiptFile, Source,
    Step, Track, TrackDate, TrackError, TrackMessage, UploadError, UploadLimits, Uploaded,
};
use wardroom_check::request::Refused;
use wardroom_domain::communication::{DateState, EmbargoTerms, MessageKind, Side};
use wardroom_domain::disclosure::*;
use wardroom_domain::facts::{AdvisoryFact, Fact};
use wardroom_domain::log::{Actor, Recorded, StreamId, StreamKind};
use wardroom_domain::profile::Profile;
use wardroom_domain::remediation::{ImpactStatus, PlanKind};
use wardroom_domain::triage::ReportState;
use wardroom_formats::affected::sbom::{NotRead, Sbom};
use wardroom_public::tree::{Pages, Snapshot, Tree};
use wardroom_public::{Facade, Face, router};
use wardroom_seal::{ReceiptCode, SeededChance, Token, TokenKind};

pub const NOW: &str = "2026-11-21T10:00:00Z";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A vendor between the two reference pages: a named list, a promise in words, four steps.
pub fn profile() -> Profile {
    Profile::from_value(&json!({
        "schema": "psirt-profile/1", "id": "lamp", "org": {"name": {"en": "Lamplight", "zh-CN": "灯火"}, "team": "Lamplight PSIRT"},
        "intake": {
            "channels": [{"kind": "email", "encryption": "strongly_recommended", "methods": ["openpgp"]}],
            "languages": ["en", "zh"], "language_force": "please",
            "fields": [
                {"id": "affected_products", "need": "should", "label": {"en": "Products affected", "zh-CN": "受影响的产品"}},
                {"id": "technical_description", "need": "should", "label": {"en": "Technical description", "zh-CN": "漏洞技术描述"}},
                {"id": "exploited", "need": "may"},
                {"id": "contact", "need": "should"}
            ]
        },
        "scope": {"kinds": ["product_vulnerability", "document_flaw"]},
        "calendars": {"default": {"tz": "Asia/Shanghai", "week": [1, 2, 3, 4, 5], "hours": "09:00-18:00"}},
        "clocks": [
            {"id": "receipt", "unit": "elapsed", "limit": "PT10M", "anchor": "report_received", "stop": "receipt_sent", "force": "internal"},
            {"id": "first_response", "unit": "business_days", "limit": 1, "anchor": "report_received", "stop": "human_response_sent", "force": "promise", "text": "strive", "calendar": "default"}
        ],
        "process": {"stages": [
            {"id": "acknowledge", "label": {"en": "Acknowledge", "zh-CN": "确认收悉"}, "done_when": "human_response_sent", "visible_to": ["reporter"]},
            {"id": "secret", "label": "Inner step", "done_when": "routed", "visible_to": ["internal"]},
            {"id": "disclose", "label": {"en": "Disclose", "zh-CN": "披露"}, "done_when": "advisory_published", "optional": true, "visible_to": ["reporter"]}
        ]},
        "disclosure": {"model": "coordinated", "list_page": {"title": {"en": "Past list", "zh-CN": "历史列表"}, "empty_text": {"en": "None", "zh-CN": "暂无"}}}
    }))
    .unwrap()
}

pub fn world(profile: Profile, contents: Vec<AdvisoryContent>) -> PublicWorld {
    let case = StreamId::new(StreamKind::Case, "c1");
    let facts: Vec<Recorded<Fact>> = contents
        .into_iter()
        .flat_map(|content| {
            let stream = StreamId::new(StreamKind::Advisory, &content.id);
            let hash = content_hash(&content);
            let facts = [
                AdvisoryFact::Drafted { number: content.id.clone(), case: case.clone() },
                AdvisoryFact::Submitted { hash: hash.clone() },
                AdvisoryFact::Approved { hash: hash.clone() },
                AdvisoryFact::Published { hash, approved_by: "second".into(), content: Box::new(content) },
            ];
            facts.into_iter().zip(1_u64..).map(move |(fact, seq)| Recorded {
                seq,
                stream: stream.clone(),
                stream_seq: seq,
                at: at("2026-10-01T08:00:00Z"),
                actor: Actor::House,
                fact: Fact::Advisory(fact),
            })
        })
        .collect();
    PublicWorld {
        levels: Default::default(),
        gna: None,
        profile: Arc::new(profile),
        base_url: "https://psirt.lamp.example".into(),
        address: "psirt@lamp.example".into(),
        advisories: published(&facts),
        keys: vec![PublicKeyCard {
            fingerprint: "E95F7D0B60880E837F3B46226DAB53B139D93A00".into(),
            armored: String::new(),
            binary: Vec::new(),
            user_id: "Lamplight PSIRT <psirt@lamp.example>".into(),
            created_at: at("2025-01-01T00:00:00Z"),
            expires_at: None,
            retired: false,
            retires_at: None,
            revoked: false,
        }],
        through: 0,
        updated_at: at("2026-10-01T08:00:00Z"),
    }
}

pub fn advisory() -> AdvisoryContent {
    let product =
        |id: &str, name: &str| AdvisoryProduct { id: id.into(), name: name.into(), family: "Lamp".into(), ..AdvisoryProduct::default() };
    let impact = |product: &str, status, versions: &str, fixed_in: &str, why: &str| AdvisoryImpact {
        product: product.into(),
        status,
        versions: versions.into(),
        fixed_in: fixed_in.into(),
        justification: why.into(),
        hardware: Vec::new(),
    };
    AdvisoryContent {
        id: "LAMP-SA-2026-0001".into(),
        version: 1,
        texts: AdvisoryTexts {
            title: Bilingual::new("Wick firmware accepts unsigned updates", "灯芯固件接受未签名的升级包"),
            summary: Bilingual::new(
                "An attacker on the same network can install firmware of their own.",
                "同一网络中的攻击者可以安装自己的固件。",
            ),
            action: Bilingual::new("Install version 2.3.5.", "请升级到 2.3.5。"),
            credits: vec!["Ada <script>alert(1)</script>".into()],
            references: vec![("CVE".into(), "https://example.org/x".into()), ("bad".into(), "javascript:alert(1)".into())],
            change: Bilingual::new("Initial publication", "首次发布"),
            ..AdvisoryTexts::default()
        },
        products: vec![product("p1", "Wick 100"), product("p2", "Wick 200")],
        vulnerabilities: vec![AdvisoryVulnerability {
            id: "V1".into(),
            cve: "CVE-2026-12345".into(),
            title: "Missing signature check".into(),
            description: "The updater does not verify what it installs.".into(),
            cwe: "CWE-347".into(),
            scores: vec![AdvisoryScore {
                version: "4.0".into(),
                vector: "CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N".into(),
                score: 8.7,
                severity: "HIGH".into(),
            }],
            impacts: vec![
                impact("p1", ImpactStatus::Affected, "<=2.3.4", "2.3.5", ""),
                impact("p2", ImpactStatus::NotAffected, "", "", "vulnerable_code_not_present"),
            ],
            remediations: vec![AdvisoryRemediation {
                kind: PlanKind::Fix,
                text: Bilingual::new("Update to 2.3.5.", "升级到 2.3.5。"),
                url: "https://lamp.example/fw".into(),
                products: Vec::new(),
                planned: false,
                since: None,
            }],
            ..AdvisoryVulnerability::default()
        }],
        exploitation: Exploitation::NoneKnown,
        revisions: Vec::new(),
    }
}

/// The house in memory.
#[derive(Clone)]
pub struct House {
    pub profile: Arc<Profile>,
    pub url: String,
    pub kept: Arc<Mutex<Vec<Kept>>>,
    pub files: Arc<Mutex<Vec<Arriving>>>,
    pub drafts: Arc<Mutex<Vec<(ReceiptCode, Draft)>>>,
    pub limits: UploadLimits,
}

/// A file as far as it has come; here every byte stays.
pub struct Arriving {
    pub token: Token,
    pub file: NewFile,
    pub bytes: Vec<u8>,
    pub whole: bool,
}

pub struct Kept {
    pub code: ReceiptCode,
    pub report: HandIn,
    pub receipt: Receipt,
    pub messages: Vec<TrackMessage>,
    pub state: ReportState,
    pub late: bool,
    pub follow_up: FollowUp,
}

impl House {
    pub fn new(profile: Profile) -> Self {
        Self {
            profile: Arc::new(profile),
            url: "https://psirt.lamp.example".into(),
            kept: Arc::default(),
            files: Arc::default(),
            drafts: Arc::default(),
            limits: UploadLimits { file_bytes: 12_000_000, files: 3, ..UploadLimits::default() },
        }
    }

    fn find<T>(&self, code: &ReceiptCode, work: impl FnOnce(&mut Kept) -> T) -> Result<T, TrackError> {
        let mut kept = self.kept.lock().unwrap();
        kept.iter_mut().find(|one| one.code == *code).map(work).ok_or(TrackError::Unknown)
    }
}

fn promise(late: bool) -> Promise {
    Promise {
        kind: "first_response".into(),
        due: at("2026-11-23T10:00:00Z"),
        zone: "Asia/Shanghai".into(),
        force: "promise".into(),
        provisional: false,
        kept_at: None,
        late,
        basis: String::new(),
        paused: None,
        pausable: Vec::new(),
    }
}

impl Facade for House {
    fn profile(&self) -> Arc<Profile> {
        Arc::clone(&self.profile)
    }

    fn now(&self) -> Timestamp {
        at(NOW)
    }

    fn public_url(&self) -> &str {
        &self.url
    }

    async fn ready(&self) -> bool {
        true
    }

    async fn parts_of(&self, sbom: &[u8]) -> Result<Result<Sbom, NotRead>, OpenTrouble> {
        Ok(wardroom_formats::affected::sbom::read(sbom))
    }

    async fn checked(&self, request: &[u8]) -> Result<Result<Vec<u8>, Refused>, OpenTrouble> {
        Ok(wardroom_check::request::answered(request))
    }

    async fn pgp_test(&self, text: &str) -> Result<Option<Readable>, StoreTrouble> {
        // this house reads whatever is addressed to it by name
        let fingerprint = text.contains("forthelamp").then(|| "E95F7D0B60880E837F3B46226DAB53B139D93A00".to_owned());
        Ok(Some(Readable { readable: fingerprint.is_some(), fingerprint }))
    }

    async fn hand_in(&self, report: HandIn) -> Result<Receipt, HandInError> {
        let mut kept = self.kept.lock().unwrap();
        if let Some(key) = &report.idempotency
            && let Some(earlier) = kept.iter().find(|one| one.report.idempotency.as_ref() == Some(key))
        {
            return if earlier.report.text == report.text { Ok(earlier.receipt.clone()) } else { Err(HandInError::KeyReused) };
        }
        let code = report.code.clone().unwrap_or_else(|| ReceiptCode::make(&mut SeededChance::new(kept.len() as u64)));
        let receipt = Receipt {
            number: format!("R-2026-{:04}", kept.len() + 1),
            code: code.to_string(),
            received_at: at(NOW),
            sha256: "ab".repeat(32),
            promises: vec![promise(false)],
            language: report.language.clone(),
        };
        kept.push(Kept {
            code,
            report,
            receipt: receipt.clone(),
            messages: Vec::new(),
            state: ReportState::Opened,
            late: false,
            follow_up: FollowUp::default(),
        });
        Ok(receipt)
    }

    async fn track(&self, code: &ReceiptCode) -> Result<Track, TrackError> {
        self.find(code, |one| Track {
            number: one.receipt.number.clone(),
            language: one.receipt.language.clone(),
            received_at: at("2026-11-21T06:50:00Z"),
            state: one.state,
            disposition: None,
            steps: vec![
                Step { id: "acknowledge".into(), stage: 0, done: false, optional: false },
                Step { id: "disclose".into(), stage: 2, done: false, optional: true },
            ],
            promises: vec![promise(one.late)],
            you_owe: one.messages.last().is_some_and(|last| last.kind == MessageKind::Question),
            we_owe: one.messages.last().is_some_and(|last| !last.from_team),
            receipt_sent_at: Some(at(NOW)),
            messages: one.messages.clone(),
            files: Vec::new(),
            advisories: Vec::new(),
            follow_up: FollowUp { may_withdraw: one.state != ReportState::Withdrawn, ..one.follow_up.clone() },
        })
    }

    async fn write(&self, code: &ReceiptCode, text: &str, language: &str) -> Result<(), TrackError> {
        if text.trim().is_empty() {
            return Err(TrackError::Empty);
        }
        let message = TrackMessage {
            at: at(NOW),
            from_team: false,
            kind: MessageKind::FromReporter,
            text: text.trim().to_owned(),
            language: language.to_owned(),
        };
        self.find(code, |one| one.messages.push(message))
    }

    fn upload_limits(&self) -> UploadLimits {
        self.limits
    }

    async fn begin_upload(&self, file: NewFile) -> Result<Token, UploadError> {
        if file.length.is_some_and(|length| length > self.limits.file_bytes) {
            return Err(UploadError::TooLarge { limit: self.limits.file_bytes });
        }
        let mut files = self.files.lock().unwrap();
        let token = Token::make(TokenKind::Upload, &mut SeededChance::new(1_000 + files.len() as u64));
        let whole = file.length == Some(0);
        files.push(Arriving { token: token.clone(), file, bytes: Vec::new(), whole });
        Ok(token)
    }

    async fn upload(&self, token: &Token) -> Result<Progress, UploadError> {
        let files = self.files.lock().unwrap();
        let one = files.iter().find(|one| one.token == *token).ok_or(UploadError::Unknown)?;
        let length = one.bytes.len() as u64;
        let whole = one.whole.then(|| Uploaded {
            name: one.file.name.clone(),
            media_type: one.file.media_type.clone(),
            length,
            sha256: "cd".repeat(32),
        });
        Ok(Progress { length: one.file.length, offset: length, whole })
    }

    async fn receive(&self, token: &Token, offset: u64, source: &mut Source<'_>) -> Result<Progress, UploadError> {
        use futures_util::StreamExt as _;
        let at = self.upload(token).await?.offset;
        if at != offset {
            return Err(UploadError::Offset { at });
        }
        let limit = self.limits.file_bytes;
        while let Some(bytes) = source.next().await {
            let bytes = bytes.map_err(|_| UploadError::Interrupted)?;
            let mut files = self.files.lock().unwrap();
            let one = files.iter_mut().find(|one| one.token == *token).ok_or(UploadError::Unknown)?;
            if (one.bytes.len() + bytes.len()) as u64 > one.file.length.unwrap_or(limit) {
                return Err(UploadError::TooLarge { limit });
            }
            one.bytes.extend_from_slice(&bytes);
        }
        {
            let mut files = self.files.lock().unwrap();
            let one = files.iter_mut().find(|one| one.token == *token).ok_or(UploadError::Unknown)?;
            one.whole = one.file.length.is_none_or(|length| length == one.bytes.len() as u64);
        }
        self.upload(token).await
    }

    async fn drop_upload(&self, token: &Token) -> Result<(), UploadError> {
        self.files.lock().unwrap().retain(|one| one.token != *token);
        Ok(())
    }

    async fn add_files(&self, code: &ReceiptCode, uploads: &[Token]) -> Result<(), TrackError> {
        let added = uploads.to_vec();
        self.find(code, |one| one.report.uploads.extend(added))
    }

    fn fresh_code(&self) -> ReceiptCode {
        ReceiptCode::make(&mut SeededChance::new(77))
    }

    async fn keep_draft(&self, code: &ReceiptCode, texts: Vec<(String, String)>) -> Result<(), DraftError> {
        let mut drafts = self.drafts.lock().unwrap();
        drafts.retain(|(known, _)| known != code);
        drafts.push((code.clone(), Draft { kept_at: at(NOW), texts }));
        Ok(())
    }

    async fn draft(&self, code: &ReceiptCode) -> Result<Option<Draft>, StoreTrouble> {
        Ok(self.drafts.lock().unwrap().iter().find(|(known, _)| known == code).map(|(_, draft)| draft.clone()))
    }

    async fn drop_draft(&self, code: &ReceiptCode) -> Result<(), StoreTrouble> {
        self.drafts.lock().unwrap().retain(|(known, _)| known != code);
        Ok(())
    }

    async fn propose_date(&self, code: &ReceiptCode, terms: EmbargoTerms, reason: &str) -> Result<(), TrackError> {
        if terms.ends_at <= at(NOW) {
            return Err(TrackError::BadDate { days: 365 });
        }
        let date = TrackDate {
            ends_at: terms.ends_at,
            zone: terms.zone,
            by: Side::Reporter,
            state: DateState::Open,
            proposed_at: at(NOW),
            reason: reason.to_owned(),
            answer: String::new(),
        };
        self.find(code, |one| one.follow_up.dates.push(date))
    }

    async fn answer_date(&self, code: &ReceiptCode, accepted: bool, _reason: &str) -> Result<(), TrackError> {
        self.find(code, |one| match one.follow_up.dates.last_mut() {
            Some(date) if date.by == Side::Team => {
                date.state = if accepted { DateState::Accepted } else { DateState::Declined };
                Ok(())
            }
            _ => Err(TrackError::Closed),
        })?
    }

    async fn wish_credit(&self, code: &ReceiptCode, name: &str, anonymous: bool) -> Result<(), TrackError> {
        if name.is_empty() && !anonymous {
            return Err(TrackError::Empty);
        }
        self.find(code, |one| {
            one.follow_up.credit.name = Some(name.to_owned());
            one.follow_up.credit.anonymous = anonymous;
        })
    }

    async fn answer_credit(&self, code: &ReceiptCode, agreed: bool, _reason: &str) -> Result<(), TrackError> {
        self.find(code, |one| one.follow_up.credit.agreed = Some(agreed))
    }

    async fn wish_news(&self, code: &ReceiptCode, address: Option<&str>) -> Result<(), TrackError> {
        self.find(code, |one| one.follow_up.news = address.map(str::to_owned))
    }

    async fn withdraw(&self, code: &ReceiptCode, _reason: &str) -> Result<(), TrackError> {
        self.find(code, |one| one.state = ReportState::Withdrawn)
    }

    async fn signed_receipt(&self, code: &ReceiptCode) -> Result<(String, ReceiptFile), NoReceipt> {
        match self.find(code, |_| ()) {
            Ok(()) => Err(NoReceipt::TooOld),
            Err(_) => Err(NoReceipt::Unknown),
        }
    }

    /// This house's log has ten facts.
    async fn log_continuity(&self, code: &ReceiptCode, first: u64, second: u64) -> Result<Continuity, NoReceipt> {
        match (self.find(code, |_| ()), first.max(second)) {
            (Err(_), _) => Err(NoReceipt::Unknown),
            (Ok(()), 11..) => Err(NoReceipt::Shorter { size: 10 }),
            (Ok(()), longer) => Ok(Continuity::new(first.min(second), longer, &[[7; 32]])),
        }
    }
}

/// A browser of sorts: keeps cookies, follows nothing by itself.
pub struct Visitor {
    pub app: Router,
    pub house: House,
    cookies: Vec<(String, String)>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Visitor {
    pub fn new(contents: Vec<AdvisoryContent>) -> Self {
        Self::of(profile(), contents)
    }

    /// The site of a maker with this profile.
    pub fn of(profile: Profile, contents: Vec<AdvisoryContent>) -> Self {
        let world = world(profile.clone(), contents);
        let mut files = build(&world, None, &Pages, at("2026-11-01T08:00:00Z")).unwrap();
        files.insert(".well-known/security.txt".into(), b"Contact: https://psirt.lamp.example/report\n".repeat(30));
        let house = House::new(profile);
        let face = Face::new(house.clone(), Tree::new(Snapshot::new(Arc::new(world), files)), [3; 32]);
        Self { app: router(face), house, cookies: Vec::new() }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn get_with(&mut self, path: &str, name: &str, value: &str) -> Answer {
        self.send(Request::get(path).header(name, value).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&mut self, path: &str, form: &str) -> Answer {
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").header("sec-fetch-site", "same-origin");
        self.send(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    pub async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for set in parts.headers.get_all(header::SET_COOKIE) {
            let (name, rest) = set.to_str().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            let value = rest.split(';').next().unwrap();
            if !rest.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let bytes = axum::body::to_bytes(body, 1 << 24).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }
}

/// The value of a hidden or text field in a page.
pub fn value_of(text: &str, name: &str) -> String {
    let from = text.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no field {name}"));
    text[from..].split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}
