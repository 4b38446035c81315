# 第六步，披露：安全公告的生命周期。
disclosure-state-draft = 草稿
disclosure-state-in_review = 审核中
disclosure-state-approved = 已批准
disclosure-state-scheduled = 已排期
disclosure-state-publishing = 发布中
disclosure-state-published = 已发布
disclosure-state-withdrawn = 已撤回
disclosure-state-superseded = 已被替代
disclosure-kind-advisory = 安全公告
disclosure-kind-notice = 安全通告
disclosure-kind-bulletin = 安全简报
disclosure-tlp-red = TLP:RED（红）
disclosure-tlp-amber_strict = TLP:AMBER+STRICT（琥珀+严格）
disclosure-tlp-amber = TLP:AMBER（琥珀）
disclosure-tlp-green = TLP:GREEN（绿）
disclosure-tlp-clear = TLP:CLEAR（明）
disclosure-version = 第 { $version } 版

## On the case
disclosure-advisory = 安全公告
disclosure-none-yet = 尚无公告。公告内容由案例信息生成。
disclosure-begin = 开始撰写公告
disclosure-not-disclosed = 不发布公告
disclosure-not-disclosed-decided = 已决定
disclosure-not-disclosed-do = 记录该决定
