# 第二步，研判：报告管理状态与处置结论。
triage-state-start = 未开始
triage-state-received = 已接收
triage-state-invalid = 不成立
triage-state-valid = 已验证
triage-state-deferred = 暂缓
triage-state-accepted = 已受理
triage-state-closed = 已关闭

## 处置结论
triage-disposition-fixed = 已修复
triage-disposition-mitigated_only = 仅缓解
triage-disposition-no_fix = 不修复
triage-disposition-duplicate = 重复
triage-disposition-not_a_vulnerability = 不属于漏洞
triage-disposition-not_reproducible = 无法复现
triage-disposition-out_of_scope = 不在范围内
triage-disposition-third_party = 属于第三方
triage-disposition-obsolete_product = 产品已停止支持
triage-disposition-works_as_designed = 符合设计
triage-disposition-spam = 垃圾信息
triage-disposition-withdrawn = 报告者已撤回
triage-disposition-info_never_received = 未收到所需信息
triage-disposition-handled_as_incident = 按安全事件处理
triage-disposition-transferred = 已移交
