# 第三步，验证：严重程度与评分。CVSS 等级与国标等级不得混用。
validation-severity = 严重程度
validation-severity-critical = 严重
validation-severity-high = 高
validation-severity-medium = 中
validation-severity-low = 低
validation-severity-none = 无
validation-severity-unrated = 尚未评分
validation-gbt-critical = 国标 超危
validation-gbt-high = 国标 高危
validation-gbt-medium = 国标 中危
validation-gbt-low = 国标 低危
validation-impact-unknown = 未知
validation-impact-affected = 受影响
validation-impact-not_affected = 不受影响
validation-impact-under_investigation = 调查中
validation-impact-fixed = 已修复

## 唯一性校验
validation-unique = 未发现相同漏洞
validation-duplicate = 与另一案例重复
validation-facet-identifier = 标识
validation-facet-text = 文字
validation-facet-product = 产品
validation-facet-version = 版本
validation-facet-weakness = 弱点
validation-facet-symbol = 代码符号
validation-facet-title = 标题
validation-facet-shape = 篇幅与语言
validation-facet-standing = 与其他候选的对比
validation-compared-with = 已与 { $cases } 个案例、{ $advisories } 份公告比对。

## Moving a case
validation-move = 更新案例状态
validation-reason = 理由
validation-reason-hint = 验证不成立、暂缓、关闭时必填，仅团队可见。
validation-disposition = 处置结论
validation-ask-validate = 验证通过：确为漏洞
validation-ask-invalidate = 验证不成立
validation-ask-accept = 受理：着手处置
validation-ask-defer = 暂缓
validation-ask-close = 关闭案例
validation-ask-reopen = 重新打开
## Vulnerabilities
validation-vulnerability = 漏洞
validation-title = 标题
validation-description = 描述
validation-description-hint = 公告读者将看到的内容。不要写人名，也不要写可直接利用的步骤。
validation-no-cve = 无 CVE
validation-no-cwe = 无 CWE
validation-add = 添加漏洞
validation-add-hint = 每个可独立修复的缺陷写一条。
validation-to-scoring = 去评分
validation-no-flaw = 尚未描述任何漏洞。
## Uniqueness
validation-uniqueness = 唯一性校验
validation-uniqueness-open = 尚未校验。
validation-candidates = 相似的已有案例
validation-candidates-none = 没有相似的案例。
validation-same = 与此相同
validation-record-unique = 记录：未发现重复
validation-other-case = 与未列出的案例相同
validation-other-case-number = 案例编号
## Scoring
validation-scoring = 评分
validation-calculator = { $vulnerability } 的 CVSS { $version }
validation-cvss-base = 基础指标
validation-cvss-temporal = 威胁与时间指标
validation-cvss-environmental = 环境指标
validation-cvss-supplemental = 补充指标（不影响评分）
validation-vector = 或粘贴向量
validation-vector-hint = 填写后以此为准，支持任一 CVSS 版本。
validation-vector-incomplete = 向量尚不完整：
validation-justification = 评分说明
validation-compute = 仅计算
validation-record-score = 记录评分
validation-ours = 我方
validation-source = 来源
validation-source-reporter = 报告人
validation-source-other = 其他来源
validation-source-name = 名称（非报告人时）
validation-heard = 并列另一个向量
validation-heard-hint = 报告人、供应商或 NVD 给出的向量。仅供与我方比较，不作决定。
validation-heard-vector = 向量
validation-hear = 保存
validation-beside = CVSS { $version } 对照
validation-differences = { $count ->
    [0] 所有指标一致。
   *[other] 有 { $count } 项指标不同。
}
validation-metric = 指标
validation-begin-with = 从我方 CVSS { $version } 向量开始
validation-left-open = 另一版本未说明：{ $metrics }。请选择。
validation-otherwise-title = 哪些取值会改变评分
validation-otherwise = 若{ $metric }为{ $value }，则为 { $score }
validation-table = 决策表
validation-table-ask = 使用此表
validation-decide = 记录决定
validation-possible = 仍可能：
