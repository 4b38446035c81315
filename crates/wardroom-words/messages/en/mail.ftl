# mail: every key begins with mail-. What reporters read by mail. No word of a submitter's is ever in a receipt.

mail-receipt-subject = We have your report: { $report }
mail-receipt-text =
    Hello,

    { $team } has received your report.

    Report number:  { $report }
    Received:       { $received }
    SHA-256 of the message as it reached us:
    { $sha256 }

    Receipt code:   { $code }
    { $unreadable ->
        [yes]
            {""}
            We could not decrypt or read the message. A person is looking at it. If you can, please send it
            again, encrypted to the key named below, or use the form at the address below.
       *[no] {""}
    }
    What we promise you:
    { $promises }

    With the receipt code you can read our answers, add to your report and see where it stands, without an account:
    { $url }
    Keep the code to yourself: whoever has it can read our messages to you. If you lose it, we cannot show it again.

    This is an automatic mail. A person answers next.

    OpenPGP key of the team: { $fingerprint }

mail-promise-receipt = - this receipt, by { $due }
mail-promise-first-response = - a first answer by a person, by { $due }
mail-promise-update = - the next news, by { $due }

mail-message-subject = News about your report { $report }
mail-message-foot =
    --
    Report { $report }. You can also answer with your receipt code at
    { $url }
mail-notice =
    Hello,

    { $key ->
        [yes] there is news for you about your report { $report }.
       *[no] there is a message for you about your report { $report }. Because we have no OpenPGP key of yours, it is not in this mail.
    }
    Please read and answer it with your receipt code at
    { $url }

mail-key-alarm-subject = { $ended ->
    [yes] The team’s OpenPGP key has ended
   *[no] The team’s OpenPGP key ends on { $day }
    }
mail-key-alarm-text =
    { $ended ->
        [yes] The OpenPGP key of this team ended on { $day }. Nobody can encrypt to it, and nothing is signed with it.
       *[no] The OpenPGP key of this team ends on { $day }. After that nobody can encrypt to it, and nothing is signed with it.
    }
    { $fingerprint }
    Make another with `wardroom keys rotate` or at { $url }. The old one stays in use for 30 days more and goes on decrypting for ever.

mail-test-subject = { $readable ->
    [yes] Your test: we can read you
   *[no] Your test: we cannot read it
    }
mail-test-text =
    { $readable ->
        [yes]
            We could open your test message. It was encrypted to our key
            { $fingerprint }
       *[no]
            We could not open your test message. Please fetch our key again and encrypt to it:
            { $url }
    }
    Nothing of the test was kept, and it is not a report. This is an automatic mail.

mail-published =
    Thank you. The advisory { $number } is published:
    { $url }

## Proposed wordings when a report is declined; a person edits them before they go.
mail-decline-not-a-vulnerability =
    Thank you for your report. We have examined it and, as described, it does not let anybody cross a security boundary of the product. We therefore do not treat it as a vulnerability. If you see a way an attacker could gain something by it, please tell us: we will look again.
mail-decline-not-reproducible =
    Thank you for your report. We tried to reproduce what you describe and could not. If you can send us the exact version, the configuration and the steps, or a recording, we will look again.
mail-decline-out-of-scope =
    Thank you for your report. What you describe is not among the products and services this team is responsible for, so we cannot act on it. If we misunderstood which product it is about, please tell us.
mail-decline-third-party =
    Thank you for your report. The component you describe is made by somebody else, and the flaw has to be mended there. Please report it to its maker; if you wish, we help you to reach them.
mail-decline-obsolete-product =
    Thank you for your report. The product you describe is no longer supported and receives no security updates. We have noted the issue for other products that might share it. If a supported product is affected too, please tell us.
mail-decline-works-as-designed =
    Thank you for your report. What you describe is the documented behaviour of the product. We have passed your remark on to the people who design it. If the documentation promises something else, please tell us where.
mail-decline-info-never-received =
    Thank you for your report. We asked for more information some time ago and have not received it, so we close the report for now. Answer at any time and we open it again.
mail-decline-spam =
    This message was not recognised as a report about the security of our products.
mail-decline-transferred =
    Thank you for your report. It is handled by another team from here on, which will contact you.

## Proposed wording when a report joins an earlier case; it says nothing of any other report.
mail-duplicate-linked =
    Thank you for your report. We already know of this vulnerability and are working on it; your report now belongs to that work. We keep you informed as we would if it were the only one, and you hear from us when the advisory is published.

## Notices of a disclosure plan. What is secret is only ever in an encrypted text.
mail-notice-subject = Security advisory { $number }
mail-notice-subject-correction = Security advisory { $number }: a new version
mail-notice-subject-secret = A message under embargo from { $team }
mail-notice-advance =
    Hello,

    under the embargo agreed with you we tell you of a security advisory before it is published. Please keep it to yourself until then
    (TLP:AMBER).

    Advisory:     { $number }
    Publication:  { $when }
mail-notice-update =
    Hello,

    this replaces what we told you before about the advisory { $number }. Please keep it to yourself until the publication (TLP:AMBER).

    Advisory:     { $number }
    Publication:  { $when }
mail-notice-postponed =
    Hello,

    the publication of the advisory { $number }, which we announced to you, does not take place at the instant we named. The embargo goes on.
    We tell you of the new instant as soon as there is one.
mail-notice-released =
    Hello,

    we have published the security advisory { $number }:
    { $url }
mail-notice-broken =
    Hello,

    because it became known before its time, we have published the security advisory { $number } earlier than planned:
    { $url }
mail-notice-correction =
    Hello,

    we told you of the security advisory { $number }. There is a new version of it, { $version }:
    { $url }
mail-notice-changed = What has changed:
mail-notice-severity = { $scheme }: { $score } ({ $severity })
mail-notice-product = { $fixed ->
    [yes] - { $product }: { $versions } affected, fixed in { $fix }
   *[no] - { $product }: { $versions } affected
    }
mail-notice-no-key =
    Hello,

    there is a message for you that must stay secret for now. Because we have no usable OpenPGP key of yours, it is not in this mail.
    Please send { $team } your public key ({ $mail }), and we send the message again.
mail-notice-foot =
    --
    { $team }, { $mail }

mail-held-subject = A planned release did not take place
mail-held-text =
    A release that two people had confirmed did not take place at its time. Nothing was published. Why, and what to do, stands on its plan:
    { $url }
