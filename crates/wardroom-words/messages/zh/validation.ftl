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
validation-facet-identifier = 标识相同
validation-facet-text = 文字相同
validation-facet-product = 产品相同
validation-facet-version = 版本相同
validation-facet-weakness = 弱点相同
validation-facet-symbol = 符号相同
validation-compared-with = 已与 { $cases } 个案例、{ $advisories } 份公告比对。
