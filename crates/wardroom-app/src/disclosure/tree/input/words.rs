//! The few words of ours inside machine documents, in the two languages of an advisory. Pages take theirs from the catalogues.

pub(super) struct Words {
    chinese: bool,
    pub(super) summary: &'static str,
    pub(super) action: &'static str,
    pub(super) weakness: &'static str,
    pub(super) hardware: &'static str,
    pub(super) this_document: &'static str,
    pub(super) this_page: &'static str,
    pub(super) withdrawn_mark: &'static str,
    pub(super) withdrawn_title: &'static str,
    pub(super) withdrawn: &'static str,
}

static EN: Words = Words {
    chinese: false,
    summary: "Summary",
    action: "What to do",
    weakness: "Weakness",
    hardware: "hardware",
    this_document: "This advisory as a CSAF document",
    this_page: "This advisory as a web page",
    withdrawn_mark: "Withdrawn: ",
    withdrawn_title: "Reasoning for Withdrawal",
    withdrawn: "This advisory was withdrawn. Do not act on it any more.",
};

static ZH: Words = Words {
    chinese: true,
    summary: "摘要",
    action: "应对措施",
    weakness: "缺陷类型",
    hardware: "硬件版本",
    this_document: "本公告的 CSAF 文档",
    this_page: "本公告的网页",
    withdrawn_mark: "已撤回：",
    withdrawn_title: "撤回理由",
    withdrawn: "本公告已撤回，请勿再据此操作。",
};

impl Words {
    pub(super) fn of(lang: &str) -> &'static Words {
        if lang.starts_with("zh") { &ZH } else { &EN }
    }

    /// A line of the history whose author wrote nothing.
    pub(super) fn version(&self, version: u32) -> String {
        if self.chinese { format!("第 {version} 版") } else { format!("Version {version}") }
    }
}
