# 第五步，沟通：保密期、参与方的同意、角色。
communication-embargo-none = 无保密约定
communication-embargo-proposed = 已提议保密约定
communication-embargo-active = 保密期生效
communication-embargo-revise = 保密约定修订中
communication-embargo-exited = 保密期已结束
communication-consent-no_embargo = 未涉及
communication-consent-invited = 已邀请
communication-consent-signatory = 已签署
communication-consent-lapsed = 已失效
communication-consent-declined = 已拒绝
communication-role-reporter = 报告者
communication-role-finder = 发现者
communication-role-vendor = 厂商
communication-role-coordinator = 协调者
communication-role-deployer = 部署者
communication-role-observer = 观察者
communication-role-team = 我方团队
communication-visibility-internal = 仅团队可见
communication-visibility-reporter = 发送给报告者
communication-visibility-public = 公开
communication-embargo-revising = 保密期修订中

## 消息与备注
communication-write = 写信与备注
communication-note-title = 内部备注
communication-note-hint = 仅团队可见，不会发送。
communication-note-do = 保存备注
communication-message-title = 给报告者的消息
communication-message-do = 发送给报告者
communication-message-answer = 答复
communication-message-question = 询问
communication-message-outcome = 结果
communication-message-from-reporter = 来自报告者
communication-read-by-reporter = 报告者可见
communication-read-by-team = 仅团队可见
communication-to = 收件人
communication-how = 方式
communication-in-language = 语言
communication-track-page = 报告者的进展页面
communication-travels-encrypted = 邮件，以报告者的密钥加密；同时显示在进展页面
communication-travels-announced = 没有对方密钥：邮件只告知有新消息，正文显示在进展页面
communication-travels-track-only = 不发邮件。报告者凭回执码在进展页面查看

communication-kind-answer = 答复或进展
communication-kind-question = 询问：等待对方答复
## Embargo
communication-embargo = 保密期
communication-embargo-ends = 结束时间
communication-embargo-proposed-end = 提议的结束时间
communication-embargo-longest = 最长
communication-embargo-nothing = 以您的角色或在此状态下无法操作。
communication-ask-propose = 提议保密期
communication-ask-reject = 拒绝提议
communication-ask-accept = 接受：保密期生效
communication-ask-propose_revision = 提议更改结束时间
communication-ask-accept_revision = 接受更改
communication-ask-reject_revision = 维持原结束时间
communication-ask-terminate = 立即终止保密期
communication-day = 日期
communication-time = 时间
communication-zone = 时区
## Plan
communication-plan = 沟通对象与时间
communication-plan-hint = T 为发布时刻。未填写对象的行不保存。
communication-plan-approved = 已确定
communication-plan-approve = 保存并确定
communication-plan-none = 尚无计划。
communication-plan-when = 时间
communication-plan-note = 备注
communication-audience = 对象
communication-channel = 渠道

## What the world shows of a case
communication-observe = 外部情况
communication-observe-hint = 连同证据一并记录，不可撤回。一旦公众知悉或利用代码公开，保密期随之结束。
communication-observe-what = 观察到的情况
communication-observe-evidence = 证据：来源、时间、由谁说明
communication-observe-do = 记录
communication-observed-public_knows = 公众知悉
communication-observed-exploit_public = 利用代码公开
communication-observed-attacks_seen = 已出现攻击
