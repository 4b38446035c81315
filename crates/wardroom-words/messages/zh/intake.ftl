# 第一步，接收：报告类型、报告字段、渠道、投递结果。

## 报告内容（配置档案 scope.kinds）
intake-kind-product_vulnerability = 产品漏洞
intake-kind-product_incident = 产品安全事件
intake-kind-document_flaw = 安全文档缺陷
intake-kind-leaked_information = 敏感信息外泄
intake-kind-leaked_product = 敏感产品外流
intake-kind-service_vulnerability = 在线服务漏洞
intake-kind-website_vulnerability = 网站漏洞
intake-kind-component_vulnerability = 所用组件的漏洞
intake-kind-malicious_code = 恶意代码
intake-kind-not_sure = 不确定

## 报告字段
intake-field-read_from = 读取自文件
intake-field-shape = 提交格式
intake-field-not_mapped = 未能对应的内容（原样）
intake-field-key_lookup = 可向该域的密钥目录查询（WKD）
intake-field-fixed_in = 已修复版本
intake-field-references = 参考链接
intake-field-product = 产品名称
intake-field-model = 型号
intake-field-part_number = 料号
intake-field-affected_products = 受影响的产品
intake-field-hw_or_sw = 硬件或软件
intake-field-version = 版本
intake-field-revision = 修订号
intake-field-software_version = 软件版本
intake-field-firmware_version = 固件版本
intake-field-hardware_version = 硬件版本
intake-field-chip_model = 芯片型号
intake-field-component = 组件
intake-field-affected_service = 受影响的服务或地址
intake-field-url = 网址（URL）
intake-field-title = 标题
intake-field-description = 问题描述
intake-field-brief_description = 问题简述
intake-field-technical_description = 技术描述
intake-field-vulnerability_type = 漏洞类型（如已知，请填 CWE）
intake-field-attack_path = 攻击路径
intake-field-attack_vector = 攻击向量（方式）
intake-field-preconditions = 攻击前提条件
intake-field-reproduction_steps = 复现步骤
intake-field-poc = 概念验证（PoC）
intake-field-exploit = 利用代码
intake-field-known_exploits = 已知利用代码
intake-field-exploit_exists = 是否存在利用代码？
intake-field-exploited = 是否正被利用？
intake-field-impact = 影响
intake-field-severity_guess = 您的严重程度评分（CVSS 向量）
intake-field-environment = 环境与工具
intake-field-discovery = 发现方式、时间与发现者
intake-field-discovery_method = 发现方式
intake-field-discovery_date = 发现时间
intake-field-discovered_by = 发现者
intake-field-proposed_mitigation = 建议的缓解措施
intake-field-public_status = 是否已公开？
intake-field-publication_plans = 您的公开计划
intake-field-cve_ids = CVE 或其他编号
intake-field-other_parties_contacted = 还有谁知情
intake-field-other_cna_asked = 已联系的其他 CNA
intake-field-contact = 联系方式
intake-field-name = 姓名
intake-field-organization = 组织
intake-field-email = 电子邮箱
intake-field-phone = 电话
intake-field-postal = 邮寄地址
intake-field-pgp_key = 您的 OpenPGP 公钥
intake-field-preferred_language = 希望我们回复所用的语言
intake-field-anonymity = 匿名
intake-field-share_contact_with_third_parties = 可否将您的联系方式转告供应商？
intake-field-credit_wish = 希望如何致谢
intake-field-reward_interest = 是否关注奖励
intake-field-comments = 其他说明
intake-field-attachments = 文件
intake-field-asset = 受影响的资产
intake-field-site = 地点
intake-field-time_observed = 观察到的时间
intake-field-indicators = 威胁指标
intake-field-containment = 已采取的遏制措施
intake-field-what = 发现了什么
intake-field-where_found = 在哪里发现
intake-field-still_available = 是否仍然存在？

## 渠道
intake-channel-email = 电子邮件
intake-channel-web_form = 网页表单
intake-channel-api = API
intake-channel-phone = 电话
intake-channel-secure_upload = 安全上传
intake-channel-bounty_platform = 漏洞赏金平台
intake-channel-forge_private_report = 代码平台私密报告
intake-channel-third_party_coordinator = 第三方协调机构
intake-channel-support_portal = 支持门户
intake-channel-postal = 邮寄
intake-channel-cli = 命令行

## 报告状态
intake-state-new = 新到
intake-state-quarantined = 已隔离
intake-state-spam = 垃圾信息
intake-state-opened = 已打开
intake-state-linked = 已关联到案例
intake-state-relinked = 已转到其他案例

## 签名与加密
intake-signature-good = 签名已验证
intake-signature-bad = 签名不符
intake-signature-unknown = 签名密钥未知
intake-signature-none = 未签名
intake-decrypted-yes = 已加密
intake-decrypted-no = 未加密
intake-decrypted-failed = 解密失败
