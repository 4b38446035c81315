//! The headings of the plain-text and HTML forms, in English and Chinese, from the glossary.

use crate::csaf::input::Remedy;
use crate::csaf::model::{FlagLabel, NoteCategory, ThreatCategory};
use crate::cvss;

/// The headings of one language, from the glossary.
pub(crate) struct Words {
    pub id: &'static str,
    pub aliases: &'static str,
    pub version: &'static str,
    pub released: &'static str,
    pub updated: &'static str,
    pub publisher: &'static str,
    pub contact: &'static str,
    pub severity: &'static str,
    pub summary: &'static str,
    pub details: &'static str,
    pub description: &'static str,
    pub faq: &'static str,
    pub legal: &'static str,
    pub note: &'static str,
    pub products: &'static str,
    pub vulnerability: &'static str,
    pub weakness: &'static str,
    pub not_affected_because: &'static str,
    pub impact: &'static str,
    pub exploitation: &'static str,
    pub targets: &'static str,
    pub affected: &'static str,
    pub fixed: &'static str,
    pub not_affected: &'static str,
    pub under_investigation: &'static str,
    pub recommended: &'static str,
    pub fix: &'static str,
    pub fix_planned: &'static str,
    pub optional_patch: &'static str,
    pub mitigation: &'static str,
    pub workaround: &'static str,
    pub no_fix_planned: &'static str,
    pub none_available: &'static str,
    pub model_numbers: &'static str,
    pub serial_numbers: &'static str,
    pub skus: &'static str,
    pub references: &'static str,
    pub thanks: &'static str,
    pub history: &'static str,
    /// None, low, medium, high, critical.
    severities: [&'static str; 5],
    /// In the order of [`FlagLabel`].
    flags: [&'static str; 5],
}

impl Words {
    /// Chinese headings when the language is Chinese, else English ones.
    pub fn of(lang: &str) -> &'static Self {
        if lang.to_ascii_lowercase().starts_with("zh") { &ZH } else { &EN }
    }

    /// The heading of a note that has none.
    pub const fn note_title(&self, category: NoteCategory) -> &'static str {
        match category {
            NoteCategory::Summary => self.summary,
            NoteCategory::Details => self.details,
            NoteCategory::Description => self.description,
            NoteCategory::Faq => self.faq,
            NoteCategory::LegalDisclaimer => self.legal,
            NoteCategory::General | NoteCategory::Other => self.note,
        }
    }

    pub const fn remedy(&self, kind: Remedy) -> &'static str {
        match kind {
            Remedy::VendorFix => self.fix,
            Remedy::FixPlanned => self.fix_planned,
            Remedy::OptionalPatch => self.optional_patch,
            Remedy::Mitigation => self.mitigation,
            Remedy::Workaround => self.workaround,
            Remedy::NoFixPlanned => self.no_fix_planned,
            Remedy::NoneAvailable => self.none_available,
        }
    }

    pub const fn threat(&self, category: ThreatCategory) -> &'static str {
        match category {
            ThreatCategory::Impact => self.impact,
            ThreatCategory::ExploitStatus => self.exploitation,
            ThreatCategory::TargetSet => self.targets,
        }
    }

    pub const fn severity_word(&self, severity: cvss::Severity) -> &'static str {
        let [none, low, medium, high, critical] = self.severities;
        match severity {
            cvss::Severity::None => none,
            cvss::Severity::Low => low,
            cvss::Severity::Medium => medium,
            cvss::Severity::High => high,
            cvss::Severity::Critical => critical,
        }
    }

    pub const fn flag(&self, label: FlagLabel) -> &'static str {
        let [absent, mitigated, uncontrolled, unreached, no_code] = self.flags;
        match label {
            FlagLabel::ComponentNotPresent => absent,
            FlagLabel::InlineMitigationsAlreadyExist => mitigated,
            FlagLabel::VulnerableCodeCannotBeControlledByAdversary => uncontrolled,
            FlagLabel::VulnerableCodeNotInExecutePath => unreached,
            FlagLabel::VulnerableCodeNotPresent => no_code,
        }
    }
}

const EN: Words = Words {
    id: "Id",
    aliases: "Aliases",
    version: "Version",
    released: "Released",
    updated: "Updated",
    publisher: "Publisher",
    contact: "Contact",
    severity: "Severity",
    summary: "Summary",
    details: "Details",
    description: "Description",
    faq: "Questions and answers",
    legal: "Legal",
    note: "Note",
    products: "Products",
    vulnerability: "Vulnerability",
    weakness: "Weakness",
    not_affected_because: "Not affected because",
    impact: "Impact",
    exploitation: "Exploitation",
    targets: "Targets",
    affected: "Affected",
    fixed: "Fixed",
    not_affected: "Not affected",
    under_investigation: "Under investigation",
    recommended: "Recommended",
    fix: "Fix",
    fix_planned: "Fix planned",
    optional_patch: "Optional update",
    mitigation: "Mitigation",
    workaround: "Workaround",
    no_fix_planned: "No fix planned",
    none_available: "No fix available",
    model_numbers: "Model numbers",
    serial_numbers: "Serial numbers",
    skus: "Order numbers",
    references: "References",
    thanks: "Credit",
    history: "History",
    severities: ["None", "Low", "Medium", "High", "Critical"],
    flags: [
        "the component is not present",
        "mitigations are built in",
        "an attacker cannot control the vulnerable code",
        "the vulnerable code is not executed",
        "the vulnerable code is not present",
    ],
};

const ZH: Words = Words {
    id: "编号",
    aliases: "别名",
    version: "版本",
    released: "首次发布",
    updated: "最近更新",
    publisher: "发布者",
    contact: "联系方式",
    severity: "严重程度",
    summary: "摘要",
    details: "详情",
    description: "描述",
    faq: "常见问题",
    legal: "法律声明",
    note: "说明",
    products: "产品",
    vulnerability: "漏洞",
    weakness: "弱点",
    not_affected_because: "不受影响的原因",
    impact: "影响",
    exploitation: "利用情况",
    targets: "目标群体",
    affected: "受影响",
    fixed: "已修复",
    not_affected: "不受影响",
    under_investigation: "调查中",
    recommended: "建议使用",
    fix: "修复",
    fix_planned: "计划修复",
    optional_patch: "可选更新",
    mitigation: "缓解措施",
    workaround: "临时规避措施",
    no_fix_planned: "无修复计划",
    none_available: "暂无修复",
    model_numbers: "型号",
    serial_numbers: "序列号",
    skus: "订货号",
    references: "参考",
    thanks: "致谢",
    history: "修订历史",
    severities: ["无", "低", "中", "高", "严重"],
    flags: ["不含该组件", "已内置缓解措施", "攻击者无法控制存在漏洞的代码", "存在漏洞的代码不会被执行", "不含存在漏洞的代码"],
};
