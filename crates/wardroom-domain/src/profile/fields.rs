//! The core dictionary of report fields (domain §2.14) and the form a profile makes of it.
//! Deliberately without validation of what a reporter types: a report is never refused for its form.

use serde::Serialize;

use super::model::{Field, Profile};
use super::text::L10n;
use super::words::Need;

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// One line.
    Line,
    /// Several lines.
    Text,
    /// A day.
    Date,
    /// One of the choices.
    Choice(&'static [Choice]),
    /// A file.
    File,
}

/// One choice of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The stored word.
    pub id: &'static str,
    /// English.
    pub en: &'static str,
    /// Simplified Chinese.
    pub zh: &'static str,
}

/// A field of the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoreField {
    /// Its name; fixed, stored with every report.
    pub id: &'static str,
    /// How it is filled in.
    pub input: Input,
    /// Its usual label in English.
    pub en: &'static str,
    /// Its usual label in simplified Chinese.
    pub zh: &'static str,
}

const YES_NO: &[Choice] = &[
    Choice { id: "yes", en: "Yes", zh: "是" },
    Choice { id: "no", en: "No", zh: "否" },
    Choice { id: "unknown", en: "I do not know", zh: "不清楚" },
];
const HARDWARE_SOFTWARE: &[Choice] = &[
    Choice { id: "hardware", en: "Hardware", zh: "硬件" },
    Choice { id: "software", en: "Software", zh: "软件" },
    Choice { id: "both", en: "Both", zh: "两者" },
];
const PUBLIC_STATUS: &[Choice] = &[
    Choice { id: "not_public", en: "Not public", zh: "未公开" },
    Choice { id: "public", en: "Public", zh: "已公开" },
    Choice { id: "unknown", en: "I do not know", zh: "不清楚" },
];

/// Every field a form can ask for.
#[rustfmt::skip] // one line per field, to be read as the table it is
pub const CORE_FIELDS: &[CoreField] = &[
    CoreField { id: "product", input: Input::Line, en: "Product", zh: "产品" },
    CoreField { id: "model", input: Input::Line, en: "Model", zh: "型号" },
    CoreField { id: "part_number", input: Input::Line, en: "Part number", zh: "料号" },
    CoreField { id: "hw_or_sw", input: Input::Choice(HARDWARE_SOFTWARE), en: "Hardware or software", zh: "硬件或软件" },
    CoreField { id: "version", input: Input::Line, en: "Version", zh: "版本" },
    CoreField { id: "revision", input: Input::Line, en: "Revision", zh: "修订号" },
    CoreField { id: "software_version", input: Input::Line, en: "Software version", zh: "软件版本" },
    CoreField { id: "firmware_version", input: Input::Line, en: "Firmware version", zh: "固件版本" },
    CoreField { id: "hardware_version", input: Input::Line, en: "Hardware version", zh: "硬件版本" },
    CoreField { id: "chip_model", input: Input::Line, en: "Chip model", zh: "芯片型号" },
    CoreField { id: "component", input: Input::Line, en: "Component", zh: "组件" },
    CoreField { id: "component_version", input: Input::Line, en: "Component version", zh: "组件版本" },
    CoreField { id: "purl", input: Input::Line, en: "Package URL", zh: "软件包地址（purl）" },
    CoreField { id: "affected_service", input: Input::Line, en: "Affected service", zh: "受影响的服务" },
    CoreField { id: "url", input: Input::Line, en: "Web address", zh: "网址" },
    CoreField { id: "title", input: Input::Line, en: "Title", zh: "标题" },
    CoreField { id: "description", input: Input::Text, en: "Description", zh: "描述" },
    CoreField { id: "technical_description", input: Input::Text, en: "Technical description", zh: "技术描述" },
    CoreField { id: "vulnerability_type", input: Input::Line, en: "Type of vulnerability", zh: "漏洞类型" },
    CoreField { id: "attack_path", input: Input::Text, en: "Attack path", zh: "攻击路径" },
    CoreField { id: "attack_vector", input: Input::Line, en: "Attack vector", zh: "攻击途径" },
    CoreField { id: "preconditions", input: Input::Text, en: "Preconditions", zh: "前提条件" },
    CoreField { id: "reproduction_steps", input: Input::Text, en: "Steps to reproduce", zh: "复现步骤" },
    CoreField { id: "poc", input: Input::File, en: "Proof of concept", zh: "概念验证（PoC）" },
    CoreField { id: "exploit_exists", input: Input::Choice(YES_NO), en: "Does an exploit exist?", zh: "是否存在利用程序？" },
    CoreField { id: "exploited", input: Input::Choice(YES_NO), en: "Is it being exploited?", zh: "是否已被利用？" },
    CoreField { id: "exploitation_evidence", input: Input::Text, en: "Evidence of exploitation", zh: "被利用的证据" },
    CoreField { id: "impact", input: Input::Text, en: "Impact", zh: "影响" },
    CoreField { id: "expected_damage", input: Input::Text, en: "Expected damage", zh: "预计损害" },
    CoreField { id: "impact_scope", input: Input::Text, en: "Scope of the impact", zh: "影响范围" },
    CoreField { id: "severity_guess", input: Input::Line, en: "Severity or CVSS vector", zh: "严重程度或 CVSS 向量" },
    CoreField { id: "environment", input: Input::Text, en: "Environment", zh: "环境" },
    CoreField { id: "tools", input: Input::Text, en: "Tools", zh: "工具" },
    CoreField { id: "discovery_method", input: Input::Text, en: "How it was discovered", zh: "发现方式" },
    CoreField { id: "discovery_date", input: Input::Date, en: "When it was discovered", zh: "发现时间" },
    CoreField { id: "discovered_by", input: Input::Line, en: "Who discovered it", zh: "发现者" },
    CoreField { id: "proposed_mitigation", input: Input::Text, en: "Proposed mitigation", zh: "缓解措施建议" },
    CoreField { id: "public_status", input: Input::Choice(PUBLIC_STATUS), en: "Is it public already?", zh: "是否已公开？" },
    CoreField { id: "public_url", input: Input::Line, en: "Where it was published", zh: "公开地址" },
    CoreField { id: "publication_plans", input: Input::Text, en: "Publication plans", zh: "公开计划" },
    CoreField { id: "publication_date", input: Input::Date, en: "Planned date of publication", zh: "计划公开日期" },
    CoreField { id: "cve_ids", input: Input::Line, en: "CVE or other identifiers", zh: "CVE 或其他编号" },
    CoreField { id: "other_parties_contacted", input: Input::Text, en: "Others you have told", zh: "已通知的其他方" },
    CoreField { id: "other_cna_asked", input: Input::Line, en: "Another CNA you asked", zh: "已联系的其他 CNA" },
    CoreField { id: "name", input: Input::Line, en: "Name", zh: "姓名" },
    CoreField { id: "organization", input: Input::Line, en: "Organisation", zh: "单位" },
    CoreField { id: "email", input: Input::Line, en: "Email", zh: "电子邮箱" },
    CoreField { id: "phone", input: Input::Line, en: "Phone", zh: "电话" },
    CoreField { id: "postal", input: Input::Text, en: "Postal address", zh: "邮寄地址" },
    CoreField { id: "pgp_key", input: Input::Text, en: "OpenPGP key", zh: "OpenPGP 公钥" },
    CoreField { id: "preferred_language", input: Input::Line, en: "Preferred language", zh: "首选语言" },
    CoreField { id: "anonymity", input: Input::Choice(YES_NO), en: "Stay anonymous", zh: "匿名" },
    CoreField { id: "share_contact_with_third_parties", input: Input::Choice(YES_NO), en: "May we share your contact with third parties?", zh: "可否向第三方提供您的联系方式？" },
    CoreField { id: "credit_wish", input: Input::Line, en: "How you wish to be credited", zh: "致谢署名方式" },
    CoreField { id: "reward_interest", input: Input::Choice(YES_NO), en: "Are you interested in a reward?", zh: "是否希望获得奖励？" },
    CoreField { id: "acceptance_of_terms", input: Input::Choice(YES_NO), en: "I accept the terms", zh: "我接受条款" },
    CoreField { id: "comments", input: Input::Text, en: "Comments", zh: "备注" },
    CoreField { id: "attachments", input: Input::File, en: "Attachments", zh: "附件" },
    CoreField { id: "asset", input: Input::Line, en: "Affected asset", zh: "受影响资产" },
    CoreField { id: "site", input: Input::Line, en: "Site", zh: "地点" },
    CoreField { id: "time_observed", input: Input::Line, en: "When it was observed", zh: "观察时间" },
    CoreField { id: "indicators", input: Input::Text, en: "Indicators of compromise", zh: "入侵指标" },
    CoreField { id: "containment", input: Input::Text, en: "Containment so far", zh: "已采取的遏制措施" },
    CoreField { id: "document_number", input: Input::Line, en: "Document number", zh: "文档编号" },
    CoreField { id: "document_revision", input: Input::Line, en: "Document revision", zh: "文档修订版" },
    CoreField { id: "document_page", input: Input::Line, en: "Page", zh: "页码" },
    CoreField { id: "document_statement", input: Input::Text, en: "The statement in question", zh: "有问题的表述" },
    CoreField { id: "document_risk", input: Input::Text, en: "The risk", zh: "风险" },
    CoreField { id: "leak_what", input: Input::Text, en: "What was leaked", zh: "泄露内容" },
    CoreField { id: "leak_where", input: Input::Text, en: "Where it was found", zh: "发现位置" },
    CoreField { id: "leak_when", input: Input::Date, en: "When it was found", zh: "发现日期" },
    CoreField { id: "leak_quantity", input: Input::Line, en: "Quantity or serial numbers", zh: "数量或序列号" },
    CoreField { id: "leak_still_available", input: Input::Choice(YES_NO), en: "Is it still available?", zh: "是否仍可获取？" },
    CoreField { id: "leak_seller", input: Input::Line, en: "Seller", zh: "卖方" },
];

/// Names that pages use for several core fields at once.
#[rustfmt::skip]
const COMPOSITES: &[(&str, &[&str], &str, &str)] = &[
    ("affected_products", &["product", "version", "revision", "hw_or_sw"], "Affected products", "受影响产品"),
    ("discovery", &["discovery_method", "discovery_date", "discovered_by"], "How, when and by whom it was discovered", "漏洞的发现方式、时间与发现者"),
    ("contact", &["name", "organization", "email", "phone"], "Your contact information", "联系方式"),
    ("exploit", &["poc", "exploit_exists"], "Exploit", "利用程序"),
    ("known_exploits", &["exploit_exists"], "Known exploits", "已知利用程序"),
    ("brief_description", &["description"], "Brief description", "简要描述"),
];

/// What a form asks for when the page lists nothing: the fields nearly every page has.
const USUAL: &[(&str, Need)] = &[
    ("affected_products", Need::Should),
    ("description", Need::Must),
    ("reproduction_steps", Need::Should),
    ("poc", Need::May),
    ("impact", Need::May),
    ("publication_plans", Need::May),
    ("credit_wish", Need::May),
    ("contact", Need::Should),
];

/// One field of a resolved form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormField {
    /// The id in the profile.
    pub id: String,
    /// How much it is wanted; a field the page merely lists is a `should`.
    pub need: Need,
    /// As the page words it, else the usual label.
    pub label: L10n,
    /// The core fields behind it, at least one; more when one line asks for several.
    pub parts: Vec<FormPart>,
}

/// A core field inside a form field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormPart {
    /// The core field, or the vendor's own name.
    pub id: String,
    /// How it is filled in; a field that is not in the dictionary is several lines.
    pub input: Input,
    /// Its usual label.
    pub label: L10n,
}

/// Fields of digits, addresses, codes and versions: how wide their letters were typed means nothing.
const CODES: &[&str] = &[
    "model",
    "part_number",
    "version",
    "revision",
    "software_version",
    "firmware_version",
    "hardware_version",
    "chip_model",
    "component_version",
    "purl",
    "url",
    "severity_guess",
    "discovery_date",
    "public_url",
    "publication_date",
    "cve_ids",
    "email",
    "phone",
    "time_observed",
    "document_number",
    "document_revision",
    "document_page",
    "leak_when",
];

impl CoreField {
    /// Whether a field of this name holds digits, an address, a code or a version rather than prose.
    #[must_use]
    pub fn is_code(id: &str) -> bool {
        CODES.contains(&id)
    }

    /// The field of that name.
    #[must_use]
    pub fn named(id: &str) -> Option<&'static CoreField> {
        CORE_FIELDS.iter().find(|field| field.id == id)
    }

    /// Its usual label.
    #[must_use]
    pub fn label(&self) -> L10n {
        L10n::of(self.en, self.zh)
    }
}

impl Profile {
    /// The form: the fields of the profile in its order, or the usual ones when it lists none.
    #[must_use]
    pub fn form_fields(&self) -> Vec<FormField> {
        if self.intake.fields.is_empty() {
            let usual = |(id, need): &(&str, Need)| Field { id: (*id).to_owned(), need: Some(*need), label: None, merge: Vec::new() };
            return USUAL.iter().map(|entry| resolved(&usual(entry))).collect();
        }
        self.intake.fields.iter().map(resolved).collect()
    }
}

fn resolved(field: &Field) -> FormField {
    let composite = COMPOSITES.iter().find(|(id, ..)| *id == field.id);
    let parts: Vec<FormPart> = match composite {
        _ if !field.merge.is_empty() => field.merge.iter().map(|id| part(id)).collect(),
        Some((_, parts, ..)) => parts.iter().map(|id| part(id)).collect(),
        None => vec![part(&field.id)],
    };
    let usual = || match (CoreField::named(&field.id), composite) {
        (Some(core), _) => core.label(),
        (None, Some((_, _, en, zh))) => L10n::of(en, zh),
        (None, None) => L10n::Plain(readable(&field.id)),
    };
    FormField { id: field.id.clone(), need: field.need.unwrap_or(Need::Should), label: field.label.clone().unwrap_or_else(usual), parts }
}

fn part(id: &str) -> FormPart {
    match CoreField::named(id) {
        Some(core) => FormPart { id: id.to_owned(), input: core.input, label: core.label() },
        None => FormPart { id: id.to_owned(), input: Input::Text, label: L10n::Plain(readable(id)) },
    }
}

/// `known_issue` as `Known issue`.
fn readable(id: &str) -> String {
    let spaced = id.replace('_', " ");
    let mut letters = spaced.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => spaced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn profile(fields: Value) -> Profile {
        Profile::from_value(&json!({
            "schema": "psirt-profile/1", "id": "x", "org": {"name": "X"},
            "intake": {"channels": [{"kind": "email"}], "languages": ["en"], "fields": fields},
            "clocks": [], "process": {"stages": []}, "disclosure": {}
        }))
        .unwrap()
    }

    #[test]
    fn ids_are_unique_and_composites_and_the_usual_form_use_known_fields() {
        let mut ids: Vec<&str> = CORE_FIELDS.iter().map(|field| field.id).chain(COMPOSITES.iter().map(|(id, ..)| *id)).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
        for id in COMPOSITES.iter().flat_map(|(_, parts, ..)| *parts) {
            assert!(CoreField::named(id).is_some(), "{id}");
        }
        for field in profile(json!([])).form_fields() {
            assert!(!matches!(field.label, L10n::Plain(_)), "{}", field.id);
        }
    }

    #[test]
    fn a_form_keeps_the_order_the_words_and_the_merges_of_the_page() {
        let form = profile(json!([
            {"id": "product", "merge": ["model", "firmware_version"], "label": {"en": "Device", "zh-CN": "设备"}, "need": "must"},
            {"id": "contact"},
            {"id": "exploited", "need": "may"},
            {"id": "lucky_number"}
        ]))
        .form_fields();
        let ids = |field: &FormField| field.parts.iter().map(|part| part.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&form[0]), ["model", "firmware_version"]);
        assert_eq!((form[0].need, form[0].label.text("zh")), (Need::Must, "设备"));
        assert_eq!(ids(&form[1]), ["name", "organization", "email", "phone"]);
        assert_eq!((form[1].need, form[1].label.text("zh")), (Need::Should, "联系方式"));
        assert!(matches!(form[2].parts[0].input, Input::Choice(choices) if choices.len() == 3));
        assert_eq!((form[3].label.text("zh"), form[3].parts[0].input), ("Lucky number", Input::Text));
    }
}
