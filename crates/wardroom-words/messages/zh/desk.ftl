# 工作台：框架、登录、账户，以及各处共用的词语。
desk-nav-inbox = 收件箱
desk-nav-cases = 案例
desk-nav-advisories = 安全公告
desk-nav-products = 产品
desk-nav-health = 运行状况
desk-nav-jobs = 后台任务
desk-nav-audit = 审计日志
desk-nav-people = 人员
desk-nav-keys = 密钥
desk-nav-profile = 配置档案
desk-nav-tokens = 访问令牌
desk-nav-help = 帮助
desk-refused-title = 无法这样操作
desk-refused-text = 工作台的规则不允许这项操作，没有作任何改动。
desk-form-refused = 没有作任何改动

## 登录
desk-sign-in-title = 登录
desk-sign-in-lead = 这里是应急响应团队的工作台。报告者无需账户。
desk-sign-in-failed = 未能登录
desk-sign-in-failed-hint = 姓名、密码或验证码有误，或者验证码已用过。请等下一个验证码再试。
desk-sign-in-name = 姓名
desk-sign-in-password = 密码
desk-sign-in-code = 验证码
desk-sign-in-code-hint = 身份验证器上的六位数字
desk-sign-in-passkey = 使用通行密钥
desk-sign-in-first = 首次登录或无法登录？请向管理员索取一次性链接。
desk-passkey-failed = 通行密钥未通过。请检查姓名，或改用密码和验证码。
desk-welcome-title = 打开一次性链接
desk-welcome-lead = 链接只能使用一次。进入后请设置自己的密码和第二验证方式。
desk-welcome-link = 链接或其末尾部分
desk-welcome-link-hint = 以 wr_lnk_ 开头
desk-welcome-failed = 这个链接无效
desk-welcome-failed-hint = 它可能已被使用、已超过一天，或者不完整。请向管理员索取新的链接。

## 账户
desk-me-title = 您的账户
desk-me-enrol-title = 设置您的账户
desk-me-enrol-lead = 请设置密码和验证码，或者创建通行密钥，然后即可进入工作台。
desk-me-is-set = 已设置
desk-me-password = 密码
desk-me-new-password = 新密码
desk-me-password-hint = 至少 12 个字符。一句话比一串符号更容易记住。
desk-me-totp = 身份验证器验证码
desk-me-totp-set = 登录验证码由您的身份验证器显示。如需更换，请向管理员索取一次性链接。
desk-me-totp-how = 用身份验证器应用扫描，或手工输入密钥，然后填写它显示的验证码。
desk-me-totp-qr = 下方密钥的二维码
desk-me-totp-base32 = 密钥
desk-me-totp-code = 当前显示的验证码
desk-me-totp-confirm = 确认
desk-me-passkeys = 通行密钥
desk-me-passkey-count = 已设置 { $count } 个
desk-me-passkeys-how = 通行密钥保存在您的设备或安全密钥中，无法被钓鱼。单独使用即可登录。
desk-me-passkey-make = 创建通行密钥
desk-me-passkey-script = 创建通行密钥需要 JavaScript。
desk-me-passkeys-forget = 删除所有通行密钥
desk-me-passkeys-needed = 请先设置密码和验证码，否则您将无法登录。
desk-me-passkeys-no-name = 通行密钥需要带域名的地址，而本工作台运行在裸网络地址上。
desk-me-access = 已登录的位置
desk-me-access-note = 会话在 { $hours } 小时后结束，一小时不使用也会结束。
desk-me-session = 会话
desk-me-token = 令牌
desk-me-this-one = 当前
desk-me-access-made = 开始
desk-me-access-used = 最近使用
desk-me-access-ends = 到期
desk-me-access-end = 立即结束

## 操作结果
desk-done-password-set = 密码已设置。
desk-done-totp-set = 身份验证器已设置。
desk-done-passkey-made = 通行密钥已创建。
desk-done-passkeys-forgotten = 所有通行密钥已删除。
desk-done-access-ended = 已结束。

## 角色
desk-role-intake = 值班员
desk-role-analyst = 分析员
desk-role-engineer = 产品工程师
desk-role-coordinator = 案例管理员
desk-role-author = 公告撰写人
desk-role-approver = 批准人
desk-role-publisher = 发布人
desk-role-legal = 法务
desk-role-communications = 对外沟通
desk-role-custodian = 密钥保管人
desk-role-auditor = 审计员
desk-role-administrator = 系统管理员

## 权限
desk-act-read_inbox = 查看收件箱
desk-act-see_every_case = 查看所有案例
desk-act-triage = 研判报告
desk-act-message_reporter = 给报告者写信
desk-act-write_note = 写备注
desk-act-assess = 评估漏洞
desk-act-remediate = 安排处置
desk-act-coordinate = 管理案例
desk-act-write_advisory = 撰写公告
desk-act-approve_advisory = 批准公告
desk-act-publish_advisory = 发布公告
desk-act-keep_products = 维护产品目录
desk-act-keep_keys = 保管密钥
desk-act-administer = 管理工作台
desk-act-audit = 查看审计日志

## 时限
desk-clock-receipt = 收悉确认
desk-clock-first_response = 首次答复
desk-clock-update = 下次进展通报
desk-clock-kept = 已履行
desk-clock-kept-late = 已履行但超时
desk-clock-late = 超时
desk-clock-soon = 即将到期
desk-clock-provisional = 可能变动：超出日历范围
desk-force-promise = 承诺
desk-force-target = 目标
desk-force-internal = 内部
desk-force-law = 法定
desk-force-rule = 规定
