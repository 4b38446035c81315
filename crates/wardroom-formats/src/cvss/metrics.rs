//! The metrics of each version: codes, names in English and Chinese, values. The parser and the desk's calculator read the same table.
//!
//! Not here: weights and arithmetic, which lie with each version.

use serde::Serialize;

use super::Version;

/// Which part of the score a metric belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// What is true of the flaw everywhere and always; every one of these metrics must be given.
    Base,
    /// What changes with time; called threat metrics in 4.0.
    Temporal,
    /// What is true at one place.
    Environmental,
    /// Context without influence on the score (4.0 only).
    Supplemental,
}

/// One value a metric can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Value {
    /// As written in a vector, like `N`.
    pub code: &'static str,
    /// English name.
    pub en: &'static str,
    /// Chinese name.
    pub zh: &'static str,
}

/// One metric of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Metric {
    /// As written in a vector, like `AV`.
    pub code: &'static str,
    /// English name.
    pub en: &'static str,
    /// Chinese name.
    pub zh: &'static str,
    /// Its part of the score.
    pub group: Group,
    /// Its values, the gravest first; "not defined", where allowed, comes first.
    pub values: &'static [Value],
}

impl Metric {
    /// Whether a vector without this metric is refused.
    #[must_use]
    pub const fn required(&self) -> bool {
        matches!(self.group, Group::Base)
    }
}

/// The metrics of a version in the order of its standard.
#[must_use]
pub const fn metrics(version: Version) -> &'static [Metric] {
    match version {
        Version::V2 => V2,
        Version::V30 | Version::V31 => V3,
        Version::V4 => V4,
    }
}

const fn v(code: &'static str, en: &'static str, zh: &'static str) -> Value {
    Value { code, en, zh }
}

const fn base(code: &'static str, en: &'static str, zh: &'static str, values: &'static [Value]) -> Metric {
    Metric { code, en, zh, group: Group::Base, values }
}

const fn time(code: &'static str, en: &'static str, zh: &'static str, values: &'static [Value]) -> Metric {
    Metric { code, en, zh, group: Group::Temporal, values }
}

const fn env(code: &'static str, en: &'static str, zh: &'static str, values: &'static [Value]) -> Metric {
    Metric { code, en, zh, group: Group::Environmental, values }
}

const fn extra(code: &'static str, en: &'static str, zh: &'static str, values: &'static [Value]) -> Metric {
    Metric { code, en, zh, group: Group::Supplemental, values }
}

const X: Value = v("X", "Not Defined", "未定义");
const ND: Value = v("ND", "Not Defined", "未定义");
const NETWORK: Value = v("N", "Network", "网络");
const ADJACENT: Value = v("A", "Adjacent", "邻接");
const LOCAL: Value = v("L", "Local", "本地");
const PHYSICAL: Value = v("P", "Physical", "物理");
const HIGH: Value = v("H", "High", "高");
const MEDIUM: Value = v("M", "Medium", "中");
const LOW: Value = v("L", "Low", "低");
const NONE: Value = v("N", "None", "无");

// 2.0
const AV2: &[Value] = &[NETWORK, v("A", "Adjacent Network", "邻接网络"), LOCAL];
const AC2: &[Value] = &[LOW, MEDIUM, HIGH];
const AU2: &[Value] = &[NONE, v("S", "Single", "一次"), v("M", "Multiple", "多次")];
const IMPACT2: &[Value] = &[v("C", "Complete", "完全"), v("P", "Partial", "部分"), NONE];
const E2: &[Value] = &[ND, HIGH, v("F", "Functional", "可用代码"), v("POC", "Proof of Concept", "概念验证"), v("U", "Unproven", "未证实")];
const RL2: &[Value] = &[
    ND,
    v("U", "Unavailable", "无"),
    v("W", "Workaround", "临时规避措施"),
    v("TF", "Temporary Fix", "临时修复"),
    v("OF", "Official Fix", "官方修复"),
];
const RC2: &[Value] = &[ND, v("C", "Confirmed", "已确认"), v("UR", "Uncorroborated", "未佐证"), v("UC", "Unconfirmed", "未确认")];
const CDP2: &[Value] = &[ND, HIGH, v("MH", "Medium-High", "中高"), v("LM", "Low-Medium", "中低"), LOW, NONE];
const TD2: &[Value] = &[ND, HIGH, MEDIUM, LOW, NONE];
const REQ2: &[Value] = &[ND, HIGH, MEDIUM, LOW];

const V2: &[Metric] = &[
    base("AV", "Access Vector", "访问途径", AV2),
    base("AC", "Access Complexity", "访问复杂度", AC2),
    base("Au", "Authentication", "认证", AU2),
    base("C", "Confidentiality Impact", "机密性影响", IMPACT2),
    base("I", "Integrity Impact", "完整性影响", IMPACT2),
    base("A", "Availability Impact", "可用性影响", IMPACT2),
    time("E", "Exploitability", "可利用性", E2),
    time("RL", "Remediation Level", "处置水平", RL2),
    time("RC", "Report Confidence", "报告可信度", RC2),
    env("CDP", "Collateral Damage Potential", "附带损害可能", CDP2),
    env("TD", "Target Distribution", "目标分布", TD2),
    env("CR", "Confidentiality Requirement", "机密性要求", REQ2),
    env("IR", "Integrity Requirement", "完整性要求", REQ2),
    env("AR", "Availability Requirement", "可用性要求", REQ2),
];

// 3.0 and 3.1
const AV: &[Value] = &[NETWORK, ADJACENT, LOCAL, PHYSICAL];
const AC: &[Value] = &[LOW, HIGH];
const NLH: &[Value] = &[NONE, LOW, HIGH];
const HLN: &[Value] = &[HIGH, LOW, NONE];
const UI3: &[Value] = &[NONE, v("R", "Required", "需要")];
const S3: &[Value] = &[v("U", "Unchanged", "不变"), v("C", "Changed", "改变")];
const E3: &[Value] = &[X, HIGH, v("F", "Functional", "可用代码"), v("P", "Proof-of-Concept", "概念验证"), v("U", "Unproven", "未证实")];
const RL3: &[Value] = &[
    X,
    v("U", "Unavailable", "无"),
    v("W", "Workaround", "临时规避措施"),
    v("T", "Temporary Fix", "临时修复"),
    v("O", "Official Fix", "官方修复"),
];
const RC3: &[Value] = &[X, v("C", "Confirmed", "已确认"), v("R", "Reasonable", "合理"), v("U", "Unknown", "未知")];
const REQ: &[Value] = &[X, HIGH, MEDIUM, LOW];
const MAV: &[Value] = &[X, NETWORK, ADJACENT, LOCAL, PHYSICAL];
const MAC: &[Value] = &[X, LOW, HIGH];
const XNLH: &[Value] = &[X, NONE, LOW, HIGH];
const XHLN: &[Value] = &[X, HIGH, LOW, NONE];
const MUI3: &[Value] = &[X, NONE, v("R", "Required", "需要")];
const MS3: &[Value] = &[X, v("U", "Unchanged", "不变"), v("C", "Changed", "改变")];

const V3: &[Metric] = &[
    base("AV", "Attack Vector", "攻击向量", AV),
    base("AC", "Attack Complexity", "攻击复杂度", AC),
    base("PR", "Privileges Required", "所需权限", NLH),
    base("UI", "User Interaction", "用户交互", UI3),
    base("S", "Scope", "作用域", S3),
    base("C", "Confidentiality Impact", "机密性影响", HLN),
    base("I", "Integrity Impact", "完整性影响", HLN),
    base("A", "Availability Impact", "可用性影响", HLN),
    time("E", "Exploit Code Maturity", "利用代码成熟度", E3),
    time("RL", "Remediation Level", "处置水平", RL3),
    time("RC", "Report Confidence", "报告可信度", RC3),
    env("CR", "Confidentiality Requirement", "机密性要求", REQ),
    env("IR", "Integrity Requirement", "完整性要求", REQ),
    env("AR", "Availability Requirement", "可用性要求", REQ),
    env("MAV", "Modified Attack Vector", "修正的攻击向量", MAV),
    env("MAC", "Modified Attack Complexity", "修正的攻击复杂度", MAC),
    env("MPR", "Modified Privileges Required", "修正的所需权限", XNLH),
    env("MUI", "Modified User Interaction", "修正的用户交互", MUI3),
    env("MS", "Modified Scope", "修正的作用域", MS3),
    env("MC", "Modified Confidentiality", "修正的机密性影响", XHLN),
    env("MI", "Modified Integrity", "修正的完整性影响", XHLN),
    env("MA", "Modified Availability", "修正的可用性影响", XHLN),
];

// 4.0
const AT: &[Value] = &[NONE, v("P", "Present", "存在")];
const UI4: &[Value] = &[NONE, v("P", "Passive", "被动"), v("A", "Active", "主动")];
const E4: &[Value] = &[X, v("A", "Attacked", "已遭攻击"), v("P", "Proof-of-Concept", "概念验证"), v("U", "Unreported", "未见报告")];
const MAT: &[Value] = &[X, NONE, v("P", "Present", "存在")];
const MUI4: &[Value] = &[X, NONE, v("P", "Passive", "被动"), v("A", "Active", "主动")];
const MSUB_C: &[Value] = &[X, HIGH, LOW, v("N", "Negligible", "可忽略")];
const MSUB: &[Value] = &[X, v("S", "Safety", "人身安全"), HIGH, LOW, v("N", "Negligible", "可忽略")];
const S4: &[Value] = &[X, v("N", "Negligible", "可忽略"), v("P", "Present", "存在")];
const AU4: &[Value] = &[X, v("N", "No", "否"), v("Y", "Yes", "是")];
const R4: &[Value] = &[X, v("A", "Automatic", "自动"), v("U", "User", "由用户"), v("I", "Irrecoverable", "不可恢复")];
const V4_DENSITY: &[Value] = &[X, v("D", "Diffuse", "分散"), v("C", "Concentrated", "集中")];
const RE4: &[Value] = &[X, LOW, v("M", "Moderate", "中"), HIGH];
const U4: &[Value] = &[X, v("Clear", "Clear", "无"), v("Green", "Green", "绿"), v("Amber", "Amber", "琥珀"), v("Red", "Red", "红")];

const V4: &[Metric] = &[
    base("AV", "Attack Vector", "攻击向量", AV),
    base("AC", "Attack Complexity", "攻击复杂度", AC),
    base("AT", "Attack Requirements", "攻击条件", AT),
    base("PR", "Privileges Required", "所需权限", NLH),
    base("UI", "User Interaction", "用户交互", UI4),
    base("VC", "Vulnerable System Confidentiality", "漏洞系统机密性", HLN),
    base("VI", "Vulnerable System Integrity", "漏洞系统完整性", HLN),
    base("VA", "Vulnerable System Availability", "漏洞系统可用性", HLN),
    base("SC", "Subsequent System Confidentiality", "后续系统机密性", HLN),
    base("SI", "Subsequent System Integrity", "后续系统完整性", HLN),
    base("SA", "Subsequent System Availability", "后续系统可用性", HLN),
    time("E", "Exploit Maturity", "利用成熟度", E4),
    env("CR", "Confidentiality Requirement", "机密性要求", REQ),
    env("IR", "Integrity Requirement", "完整性要求", REQ),
    env("AR", "Availability Requirement", "可用性要求", REQ),
    env("MAV", "Modified Attack Vector", "修正的攻击向量", MAV),
    env("MAC", "Modified Attack Complexity", "修正的攻击复杂度", MAC),
    env("MAT", "Modified Attack Requirements", "修正的攻击条件", MAT),
    env("MPR", "Modified Privileges Required", "修正的所需权限", XNLH),
    env("MUI", "Modified User Interaction", "修正的用户交互", MUI4),
    env("MVC", "Modified Vulnerable System Confidentiality", "修正的漏洞系统机密性", XHLN),
    env("MVI", "Modified Vulnerable System Integrity", "修正的漏洞系统完整性", XHLN),
    env("MVA", "Modified Vulnerable System Availability", "修正的漏洞系统可用性", XHLN),
    env("MSC", "Modified Subsequent System Confidentiality", "修正的后续系统机密性", MSUB_C),
    env("MSI", "Modified Subsequent System Integrity", "修正的后续系统完整性", MSUB),
    env("MSA", "Modified Subsequent System Availability", "修正的后续系统可用性", MSUB),
    extra("S", "Safety", "人身安全", S4),
    extra("AU", "Automatable", "可自动化", AU4),
    extra("R", "Recovery", "恢复", R4),
    extra("V", "Value Density", "价值密度", V4_DENSITY),
    extra("RE", "Vulnerability Response Effort", "响应工作量", RE4),
    extra("U", "Provider Urgency", "供应方紧急度", U4),
];
