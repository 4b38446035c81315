//! What each metric asks, in a sentence, English and Chinese; our own words for what FIRST specifies.
//!
//! Not here: the values' names (`metrics`), which speak for themselves once the question is clear.

use super::{Version, metrics};

/// What a metric asks: English, Chinese. `None` for a code the version does not have.
#[must_use]
pub fn about(version: Version, code: &str) -> Option<(&'static str, &'static str)> {
    if !metrics(version).iter().any(|metric| metric.code == code) {
        return None;
    }
    let found = tables(version).iter().copied().flatten().find(|(known, ..)| *known == code);
    match found {
        Some((_, en, zh)) => Some((en, zh)),
        // `MAV` asks what `AV` asks, at one place.
        None => code.starts_with('M').then_some(MODIFIED),
    }
}

type Line = (&'static str, &'static str, &'static str);

/// The tables a version is made of; no code stands in two of them.
const fn tables(version: Version) -> &'static [&'static [Line]] {
    match version {
        Version::V2 => &[V2, OLDER, REQUIREMENTS],
        Version::V30 | Version::V31 => &[V3, OLDER, REACH, REQUIREMENTS],
        Version::V4 => &[V4, REACH, REQUIREMENTS],
    }
}

const MODIFIED: (&str, &str) = (
    "The metric of the same name, as it is at one place: with its network, its settings, its protections. Left undefined, the base metric counts.",
    "同名基础指标在特定环境（其网络、配置与防护措施）中的取值。未定义时以基础指标为准。",
);

const REQUIREMENTS: &[Line] = &[
    (
        "CR",
        "How much would it matter at this place if what the system keeps secret were disclosed?",
        "在该环境中，系统的保密信息若泄露，影响有多大？",
    ),
    (
        "IR",
        "How much would it matter at this place if what the system does or stores could not be trusted?",
        "在该环境中，系统的数据或行为若不可信，影响有多大？",
    ),
    ("AR", "How much would it matter at this place if the system were not available?", "在该环境中，系统若不可用，影响有多大？"),
];

/// What 3.x and 4.0 ask alike.
const REACH: &[Line] = &[
    (
        "AV",
        "From how far away can the attack be made? Network: from anywhere. Adjacent: from the same network or within radio range. Local: by running \
         or opening something on the system. Physical: by touching it.",
        "攻击可从多远处发起？网络：任何地方；邻接：同一网络或无线范围内；本地：在系统上运行或打开某物；物理：接触设备。",
    ),
    ("PR", "Which rights must the attacker have before the attack?", "攻击前，攻击者须具有何种权限？"),
];

/// What 2.0 and 3.x ask alike.
const OLDER: &[Line] = &[
    ("C", "What does the attacker learn?", "攻击者能获知什么？"),
    ("I", "What can the attacker change?", "攻击者能篡改什么？"),
    ("E", "How far are exploits, as far as is known?", "就目前所知，利用代码成熟到何种程度？"),
    ("RL", "What can users do about it today?", "用户目前可采取什么补救？"),
    ("RC", "How sure is it that the vulnerability exists as described?", "漏洞确如所述存在的把握有多大？"),
];

const V4: &[Line] = &[
    (
        "AC",
        "Must the attacker get round a protection that stands in the way, such as address randomisation or a secret of the target?",
        "攻击者是否必须绕过专门的防护，例如地址随机化，或先取得目标的秘密？",
    ),
    (
        "AT",
        "Does the attack work only where something else is so: a race is won, a setting is unusual, the attacker sits in the middle?",
        "攻击是否依赖其他条件：赢得竞态、非常规配置、处于中间人位置？",
    ),
    (
        "UI",
        "Must somebody other than the attacker do something? Passive: what they do anyway. Active: a step they could have left out.",
        "是否需要攻击者以外的人做某事？被动：其日常操作即可；主动：需其特意执行某一步。",
    ),
    ("VC", "What does the attacker learn from the vulnerable system itself?", "攻击者能从漏洞系统本身获知什么？"),
    ("VI", "What can the attacker change in the vulnerable system itself?", "攻击者能篡改漏洞系统本身的什么？"),
    ("VA", "How far can the attacker keep the vulnerable system itself from working?", "攻击者能在多大程度上使漏洞系统本身停止工作？"),
    ("SC", "What does the attacker learn from other systems through it?", "攻击者能借此从其他系统获知什么？"),
    ("SI", "What can the attacker change in other systems through it?", "攻击者能借此篡改其他系统的什么？"),
    ("SA", "How far can the attacker keep other systems from working through it?", "攻击者能借此在多大程度上使其他系统停止工作？"),
    (
        "E",
        "What is known about exploits: are there attacks, is a proof of concept public, or neither?",
        "关于利用已知什么：已有攻击、概念验证已公开，或均无？",
    ),
    ("S", "Can people be injured?", "是否可能造成人身伤害？"),
    ("AU", "Can an attacker automate all steps and so hit many targets?", "攻击者能否将全部步骤自动化，从而攻击大量目标？"),
    ("R", "How does the system come back after an attack?", "攻击之后系统如何恢复？"),
    ("V", "How much does a single attack bring the attacker?", "单次攻击能为攻击者带来多少资源？"),
    ("RE", "How much work is it for users to respond?", "用户作出响应需要多少工作量？"),
    ("U", "How urgent is it in the maker's own judgement?", "厂商自身判断的紧急程度如何？"),
];

const V3: &[Line] = &[
    (
        "AC",
        "Does the attack depend on something the attacker does not control, such as a race, a setting, or a position in the middle?",
        "攻击是否依赖攻击者无法控制的条件，例如竞态、配置或中间人位置？",
    ),
    ("UI", "Must somebody other than the attacker do something?", "是否需要攻击者以外的人做某事？"),
    (
        "S",
        "Does the attack reach beyond what the vulnerable component is responsible for, as out of a sandbox or a virtual machine?",
        "攻击的影响是否超出漏洞组件的管辖范围，例如逃出沙箱或虚拟机？",
    ),
    ("A", "How far can the attacker keep the component from working?", "攻击者能在多大程度上使组件停止工作？"),
];

const V2: &[Line] = &[
    ("AV", "From how far away can the attack be made?", "攻击可从多远处发起？"),
    ("AC", "How special must the circumstances be once the attacker has reached the target?", "攻击者到达目标之后，所需条件有多特殊？"),
    ("Au", "How often must the attacker sign in?", "攻击者须认证几次？"),
    ("A", "How far can the attacker keep the target from working?", "攻击者能在多大程度上使目标停止工作？"),
    ("CDP", "How much life, property or income could be lost?", "可能造成多大的人身、财产或收入损失？"),
    ("TD", "Which part of all systems at this place is vulnerable?", "该环境中有多大比例的系统存在此漏洞？"),
];
