## 报告表单除栏目之外的内容：逐题填写、相似公告、图片、断网时的处理

form-step = 第 { $number } 步，共 { $of } 步
form-step-next = 继续
form-step-back = 返回
form-step-all = 所有问题显示在一页
form-step-one = 一次回答一个问题

form-headings = 插入小标题
form-headings-text = 发现：||复现步骤：||影响：||环境：
form-count = 个字符

form-product-hint = 输入开头即可选择，也可以用自己的话写。“不确定”也是回答。

form-alike-title = 看起来相似的已发布公告
form-alike-text = 如果您的发现就是其中之一，那么它已为人所知，公告中写有应对办法。如果不确定，仍请提交报告。
form-alike-none = 已发布的公告中没有相似的。
form-alike-look = 查找相似的已发布公告
form-alike-local = 在本设备上比对：不会为此发送您输入的任何内容。

form-image-title = 这些图片除画面外还带有其他信息
form-image-text = 去除会生成副本：每个像素不变，文件的校验和会变。如果文件本身就是证据，请原样附上。
form-image-strip = 附上去除后的副本
form-image-keep = 原样附上
form-image-words = place=地点|camera=相机|date=日期|author=作者|text=备注|after=图片之后的数据

form-key-file = 或选择公钥文件
form-key-file-hint = 导出的公钥，文本或二进制均可。切勿上传私钥。
form-key-lookup = ……或由我们查找：你们可以向我的邮件服务商的密钥目录（WKD）查询
form-key-lookup-hint = 服务商会因此得知我们在查询您的地址。只有经人工决定才会查询，使用前会核对公钥。
form-cvss-hint = CVSS:4.0/… 形式的向量可以用计算器生成：
form-cvss-link = FIRST 的 CVSS 计算器（外部网站）
form-contact-only = 我无法加密，也不想写在这里：请只与我联系
form-contact-only-hint = 描述可以留空，请在联系方式中填写电子邮箱或电话。我们会询问您希望如何告知。
form-contact-only-text = 报告人没有发送细节，请求先与其联系。
form-contact-only-fault = 请告诉我们如何联系您：电子邮箱或电话。

form-offline-title = 尚未提交
form-offline-kept = 目前无法连接到我们。报告已保存在本设备上；只要本页面开着，连接恢复后就会提交。
form-offline-open = 目前无法连接到我们。报告只在本页面上，连接恢复后就会提交。请不要关闭页面。
form-offline-file = 下载为文件
form-offline-mail = 您可以把该文件发送到
form-offline-plain = 该文件未加密，因为无法加载公钥。
form-offline-sealed = 该文件已用团队的公钥加密。

form-fault-quick = 这比人的操作还快，而我们此刻正遭受大量垃圾提交。没有任何内容丢失，请再按一次提交。

form-encrypt-files = 文件留在这里，提交时与报告一起加密。
form-encrypt-badges = sealed=已加密|open=本网站可见
form-encrypt-save = 保存草稿会把您输入的内容保存在这里：以您的回执码密封，但没有用团队的公钥加密。再按一次即这样保存。
