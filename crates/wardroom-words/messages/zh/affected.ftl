# affected: 是否受影响及所依据的规则；网页、API 与命令行共用。每个键以 affected- 开头。
affected-state-affected = 受影响
affected-state-unknown = 无法判定
affected-state-under_investigation = 调查中
affected-state-fixed = 已修复
affected-state-not_affected = 不受影响
affected-this-version = 此版本
affected-all-versions = 所有版本

## 所依据的规则，成句。
affected-every-affected = 所有版本均受影响。
affected-every-not_affected = 所有版本均不受影响。
affected-every-fixed = 所有版本均已修复。
affected-every-investigated = 所有版本均在调查中。
affected-among-affected = { $version } 属于受影响版本：{ $versions }。
affected-among-fixed = { $version } 属于已修复版本：{ $versions }。
affected-among-not_affected = { $version } 属于不受影响版本：{ $versions }。
affected-among-investigated = { $version } 属于正在调查的版本：{ $versions }。
affected-fixed-in = 该漏洞已在 { $fixed } 中修复；{ $version } 即该版本或更高版本。
affected-outside = 受影响版本为 { $versions }；{ $version } 不在其中。
affected-needs-version = 取决于版本。受影响版本：{ $versions }。
affected-cannot-compare = { $version } 无法与受影响版本确切比较：{ $versions }。
affected-not-named = 公告未提及 { $version }，只涉及 { $versions }。
affected-only-on = 受影响的是 { $versions }，且仅限 { $on }。

## 如何识别出产品。
affected-by-hash = 由文件散列值识别
affected-by-purl = 由软件包 URL（purl）识别
affected-by-cpe = 由 CPE 名称识别
affected-by-name = 由名称识别

## 命令行。
affected-cli-none = 没有公告提到它：这并不能证明安全
affected-cli-none-of = 没有公告提到 { $parts } 个组件中的任何一个：这并不能证明安全
affected-cli-looked = 共查看 { $count } 份公告
affected-cli-do = 应对措施
affected-cli-part = 第 { $part } 个组件
