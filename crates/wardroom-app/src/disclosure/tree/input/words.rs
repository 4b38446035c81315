//! The few words of ours inside machine documents, in the two languages of an advisory. Pages take theirs from the catalogues.

use wardroom_domain::disclosure::{EndingKind, Exploitation};

pub(in super::super) struct Words {
    chinese: bool,
    pub(super) summary: &'static str,
    pub(super) action: &'static str,
    pub(super) until: &'static str,
    pub(super) exploited: &'static str,
    attacked: &'static str,
    exploit_public: &'static str,
    pub(super) weakness: &'static str,
    pub(super) hardware: &'static str,
    pub(super) this_document: &'static str,
    pub(super) this_page: &'static str,
    /// What is said of a version that is not public.
    pub(super) shared: &'static str,
    pub(super) older_title: &'static str,
    pub(super) older: &'static str,
    /// What replaces this one: the term of CSAF 2.1, which its tests look for.
    pub(super) successor: &'static str,
    withdrawn: Ended,
    superseded: Ended,
    /// What a feed has.
    pub(in super::super) advisories: &'static str,
}

/// How a document that was taken back says so.
pub(in super::super) struct Ended {
    /// Before the title.
    pub(in super::super) mark: &'static str,
    /// Over the reason: the term of CSAF 2.1, which its tests look for.
    pub(super) title: &'static str,
}

static EN: Words = Words {
    chinese: false,
    summary: "Summary",
    action: "What to do",
    until: "By when",
    exploited: "Exploitation",
    attacked: "Attacks that exploit it have been seen.",
    exploit_public: "An exploit is public. No attacks are known.",
    weakness: "Weakness",
    hardware: "hardware",
    this_document: "This advisory as a CSAF document",
    this_page: "This advisory as a web page",
    shared: "Shared before the publication",
    older_title: "About this translation",
    older: "The Chinese text was changed after parts of this translation were made. Where they differ, the Chinese text holds.",
    successor: "Superseding Document",
    withdrawn: Ended { mark: "Withdrawn: ", title: "Reasoning for Withdrawal" },
    superseded: Ended { mark: "Superseded: ", title: "Reasoning for Supersession" },
    advisories: "security advisories",
};

static ZH: Words = Words {
    chinese: true,
    summary: "摘要",
    action: "应对措施",
    until: "时限",
    exploited: "利用情况",
    attacked: "已发现利用该漏洞的攻击。",
    exploit_public: "利用程序已公开，尚未发现攻击。",
    weakness: "缺陷类型",
    hardware: "硬件版本",
    this_document: "本公告的 CSAF 文档",
    this_page: "本公告的网页",
    shared: "发布前共享",
    older_title: "关于本译文",
    older: "部分译文完成之后，英文原文有改动。两者不一致时以英文为准。",
    successor: "取代本公告的公告",
    withdrawn: Ended { mark: "已撤回：", title: "撤回理由" },
    superseded: Ended { mark: "已被取代：", title: "取代理由" },
    advisories: "安全公告",
};

impl Words {
    pub(super) fn of(lang: &str) -> &'static Words {
        if lang.starts_with("zh") { &ZH } else { &EN }
    }

    pub(in super::super) fn ended(&self, kind: EndingKind) -> &Ended {
        match kind {
            EndingKind::Withdrawn => &self.withdrawn,
            EndingKind::Superseded => &self.superseded,
        }
    }

    /// What is known of attacks, where that is news.
    pub(super) fn exploitation(&self, known: Exploitation) -> Option<&'static str> {
        match known {
            Exploitation::Attacked => Some(self.attacked),
            Exploitation::ExploitPublic => Some(self.exploit_public),
            Exploitation::NoneKnown | Exploitation::Unsaid => None,
        }
    }

    /// A line of the history whose author wrote nothing.
    pub(super) fn version(&self, version: u32) -> String {
        if self.chinese { format!("第 {version} 版") } else { format!("Version {version}") }
    }
}
