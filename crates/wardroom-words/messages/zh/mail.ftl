# mail: every key begins with mail-. What reporters read by mail. No word of a submitter's is ever in a receipt.

mail-receipt-subject = 我们已收到您的报告：{ $report }
mail-receipt-text =
    您好：

    { $team } 已收到您的报告。

    报告编号：{ $report }
    收到时间：{ $received }
    收到的邮件原文的 SHA-256：
    { $sha256 }

    回执码：{ $code }
    { $unreadable ->
        [yes]
            {""}
            我们未能解密或读取这封邮件，已交由人员查看。如有可能，请使用下方列出的密钥加密后重新发送，
            或通过下方地址的网页表单提交。
       *[no] {""}
    }
    我们的承诺：
    { $promises }

    凭回执码即可查看我们的答复、补充报告内容并了解处理进展，无需注册账号：
    { $url }
    请妥善保管回执码：持有该码的人可以阅读我们给您的消息。回执码遗失后无法再次显示。

    本邮件由系统自动发出，随后将由人员答复您。

    团队 OpenPGP 密钥：{ $fingerprint }

mail-promise-receipt = - 收悉确认（本邮件），不晚于 { $due }
mail-promise-first-response = - 由人员作出首次答复，不晚于 { $due }
mail-promise-update = - 下一次进展通报，不晚于 { $due }

mail-message-subject = 您的报告 { $report } 有新消息
mail-message-foot =
    --
    报告 { $report }。您也可以凭回执码在此答复：
    { $url }
mail-notice =
    您好：

    { $key ->
        [yes] 您的报告 { $report } 有新消息。
       *[no] 关于您的报告 { $report }，我们有一条消息给您。由于没有您的 OpenPGP 公钥，消息内容不在本邮件中。
    }
    请凭回执码在此查看并答复：
    { $url }

mail-key-alarm-subject = { $ended ->
    [yes] 团队的 OpenPGP 密钥已到期
   *[no] 团队的 OpenPGP 密钥将于 { $day } 到期
    }
mail-key-alarm-text =
    { $ended ->
        [yes] 本团队的 OpenPGP 密钥已于 { $day } 到期。此后无人能用它加密，我们也不再用它签名。
       *[no] 本团队的 OpenPGP 密钥将于 { $day } 到期。到期后无人能用它加密，我们也不再用它签名。
    }
    { $fingerprint }
    请运行 `wardroom keys rotate` 或在 { $url } 生成新密钥。旧密钥还会继续提供 30 天，并始终可以解密。

mail-test-subject = { $readable ->
    [yes] 加密测试：我们可以读取
   *[no] 加密测试：我们无法读取
    }
mail-test-text =
    { $readable ->
        [yes]
            我们可以打开您的测试消息。它是用我们的这把密钥加密的：
            { $fingerprint }
       *[no]
            我们无法打开您的测试消息。请重新获取我们的密钥并用它加密：
            { $url }
    }
    测试内容没有保留，也不会作为报告处理。这是一封自动邮件。

mail-published =
    感谢您的报告。安全公告 { $number } 已发布：
    { $url }

## Proposed wordings when a report is declined; a person edits them before they go.
mail-decline-not-a-vulnerability =
    感谢您的报告。我们已进行分析，按所述情况，攻击者无法借此突破产品的安全边界，因此我们不将其作为漏洞处理。如果您认为攻击者可以由此获益，请告诉我们，我们会重新研判。
mail-decline-not-reproducible =
    感谢您的报告。我们尝试复现您描述的问题，但未能成功。如能提供准确的版本、配置与复现步骤或录屏，我们会重新研判。
mail-decline-out-of-scope =
    感谢您的报告。您所描述的对象不属于本团队负责的产品或服务，我们无法处理。如果我们误解了所涉及的产品，请告诉我们。
mail-decline-third-party =
    感谢您的报告。您所描述的组件由其他厂商提供，需由其修复。请向该厂商报告；如有需要，我们可以协助您联系对方。
mail-decline-obsolete-product =
    感谢您的报告。您所描述的产品已终止支持，不再提供安全更新。我们已记录该问题，以便检查其他可能受影响的产品。如果仍在支持期内的产品也受影响，请告诉我们。
mail-decline-works-as-designed =
    感谢您的报告。您所描述的是产品文档中说明的行为。我们已将您的意见转达给设计人员。如果文档另有承诺，请告诉我们出处。
mail-decline-info-never-received =
    感谢您的报告。我们此前曾请您补充信息，但一直未收到，因此暂时关闭该报告。您可以随时答复，我们会重新打开。
mail-decline-spam =
    未能将此消息识别为与我们产品安全有关的报告。
mail-decline-transferred =
    感谢您的报告。该报告已转交其他团队处理，他们将与您联系。

## 报告并入已有案例时的拟定措辞；不透露其他报告的任何内容。
mail-duplicate-linked =
    感谢您的报告。该漏洞我们已经知悉并正在处理，您的报告已纳入其中。我们会一如既往地向您通报进展，公告发布时也会通知您。

## 披露计划的通知。保密内容只出现在加密的正文中。
mail-notice-subject = 安全公告 { $number }
mail-notice-subject-correction = 安全公告 { $number }：新版本
mail-notice-subject-secret = { $team } 发来的保密消息
mail-notice-advance =
    您好：

    根据与您的保密约定，我们在公开之前告知您一份安全公告。公开之前请勿外传（TLP:AMBER）。

    公告：     { $number }
    公开时刻： { $when }
mail-notice-update =
    您好：

    本消息取代我们此前就公告 { $number } 告知您的内容。公开之前请勿外传（TLP:AMBER）。

    公告：     { $number }
    公开时刻： { $when }
mail-notice-postponed =
    您好：

    此前向您预告的公告 { $number } 不会在原定时刻公开，保密期继续。新的时刻确定后，我们会立即告知您。
mail-notice-released =
    您好：

    我们已发布安全公告 { $number }：
    { $url }
mail-notice-broken =
    您好：

    由于相关信息已提前外泄，我们比计划更早发布了安全公告 { $number }：
    { $url }
mail-notice-correction =
    您好：

    我们曾告知您安全公告 { $number }。该公告现有新版本 { $version }：
    { $url }
mail-notice-changed = 变更内容：
mail-notice-severity = { $scheme }：{ $score }（{ $severity }）
mail-notice-product = { $fixed ->
    [yes] - { $product }：{ $versions } 受影响，已在 { $fix } 修复
   *[no] - { $product }：{ $versions } 受影响
    }
mail-notice-no-key =
    您好：

    有一条目前必须保密的消息要告知您。由于我们没有您可用的 OpenPGP 密钥，本邮件不含其内容。
    请将您的公钥发送给 { $team }（{ $mail }），我们会重新发送该消息。
mail-notice-foot =
    --
    { $team }，{ $mail }

mail-held-subject = 一次计划发布未能进行
mail-held-text =
    经两人确认的发布未能按时进行，未发布任何内容。原因与处理办法见发布计划：
    { $url }
