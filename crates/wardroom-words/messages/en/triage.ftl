# Step 2, triage: report management states and why a case ended.
triage-state-start = Not started
triage-state-received = Received
triage-state-invalid = Invalid
triage-state-valid = Valid
triage-state-deferred = Deferred
triage-state-accepted = Accepted
triage-state-closed = Closed

## Dispositions (domain §2.1)
triage-disposition-fixed = Fixed
triage-disposition-mitigated_only = Mitigated only
triage-disposition-no_fix = No fix
triage-disposition-duplicate = Duplicate
triage-disposition-not_a_vulnerability = Not a vulnerability
triage-disposition-not_reproducible = Not reproducible
triage-disposition-out_of_scope = Out of scope
triage-disposition-third_party = Belongs to a third party
triage-disposition-obsolete_product = Product no longer supported
triage-disposition-works_as_designed = Works as designed
triage-disposition-spam = Spam
triage-disposition-withdrawn = Withdrawn by the reporter
triage-disposition-info_never_received = Information we asked for never came
triage-disposition-handled_as_incident = Handled as an incident
triage-disposition-transferred = Transferred

## The inbox
triage-inbox-title = Inbox
triage-inbox-lead = Reports that wait for a decision, nearest due first.
triage-views = Views
triage-view-waiting = Waiting
triage-view-asked = Asked the reporter
triage-view-quarantined = In quarantine
triage-view-linked = In a case
triage-view-declined = Declined or withdrawn
triage-view-all = All
triage-no-title = (no title)
triage-anonymous = Sender not known
triage-received = received
triage-waits-for-us = the reporter wrote last
triage-automatic = sent by a machine
triage-files = { $count ->
    [one] { $count } file
   *[other] { $count } files
}
triage-empty-waiting = Nothing waits.
triage-empty-view = No report in this view.
triage-empty-last = Last report
triage-empty-never = No report has come in yet.
triage-same-message-id = It bears the Message-ID of { $earlier } and says something else: compare the two before you believe either.
triage-mail-last-good = The last good one was

## Marks
triage-report-quarantined = In quarantine
triage-report-opened = New
triage-report-asked = Asked the reporter
triage-report-linked = In a case
triage-report-declined = Declined
triage-report-withdrawn = Withdrawn
triage-door-mail = by mail
triage-door-form = by form
triage-door-api = by API
triage-door-desk = typed in
triage-language-en = English
triage-language-zh = Chinese
triage-language-de = German
triage-language-fr = French
triage-language-ja = Japanese
triage-language-ko = Korean
triage-language-es = Spanish
triage-language-ru = Russian
triage-reading-clear = not encrypted
triage-reading-sealed = encrypted, being opened
triage-reading-decrypted = decrypted
triage-reading-decryption_failed = decryption failed
triage-reading-unreadable = unreadable
triage-signature-none = not signed
triage-signature-good = signature verified
triage-signature-unknown = signed by an unknown key
triage-signature-bad = bad signature

## What a report is about
triage-kind-product_vulnerability = Vulnerability in a product
triage-kind-product_incident = Incident with a product
triage-kind-document_flaw = Flaw in a document
triage-kind-leaked_information = Information where it should not be
triage-kind-leaked_product = Product where it should not be
triage-kind-service_vulnerability = Vulnerability in a service
triage-kind-website_vulnerability = Vulnerability in a website
triage-kind-component_vulnerability = Vulnerability in a component
triage-kind-malicious_code = Malicious code
triage-kind-unsure = Not said

## One report
triage-the-report = The report
triage-no-text = There is no text that could be read. The original bytes are kept and can be downloaded.
triage-facts = Facts
triage-received-at = Received
triage-sent-at = Sent, as claimed
triage-sender = Sender
triage-address = Address
triage-signed-by = Signed by
triage-credit-wish = Wishes to be credited as
triage-original-hash = SHA-256 of the original
triage-original = Download the original
triage-files-title = Files
triage-files-hint = Strangers sent these. Open them only where they can do no harm.
triage-quarantine-title = In quarantine.
triage-quarantine-text = A person must look at it first. Clocks run all the same.
triage-release = I have looked: release it
triage-decide = Decide
triage-accept = Accept: open a case
triage-accept-title = Working title
triage-accept-hint = For the team. It is not published and can be changed.
triage-accept-do = Open a case
triage-duplicate = Duplicate: join an earlier case
triage-candidates = { $count ->
    [one] { $count } looks alike
   *[other] { $count } look alike
}
triage-alike = { $percent } % alike
triage-alike-row = { $count ->
    [one] 1 alike, { $percent } %
   *[other] { $count } alike, best { $percent } %
}
triage-duplicate-of = Same as
triage-duplicate-number = Or another case
triage-duplicate-number-hint = Its number, like C-2026-0001
triage-duplicate-message = Message to the reporter
triage-duplicate-message-hint = It must not tell anything about the other report.
triage-duplicate-do = Link to this case
triage-decline = Decline
triage-decline-reason = Reason
triage-decline-hint = Next you see the wording in the reporter’s language. Nothing is sent yet.
triage-decline-other = Use the wording for this reason
triage-decline-text = What the reporter will read
triage-decline-text-hint = A proposal in the reporter’s language. Change it as it fits.
triage-decline-spam-hint = Spam needs no answer. Leave it empty to send nothing.
triage-decline-look = See what the reporter will read
triage-decline-preview = The reporter will read exactly this
triage-decline-silent = Nothing will be sent.
triage-decline-do = Decline and send
triage-decline-change = Change the wording
triage-ask = Ask the reporter
triage-ask-text = Your question
triage-ask-do = Send the question
triage-reopen-text = This report is closed. It can come back to the inbox.
triage-reopen = Reopen
triage-outcome-accepted = accepted into a new case
triage-outcome-duplicate = linked to an earlier case
triage-outcome-declined = declined
triage-outcome-released = released from quarantine
triage-outcome-reopened = reopened

## What a mail's way proved about its sender
triage-proofs = Where it came from
triage-proofs-hint = Our own check of the mail. What other servers wrote into its header is not looked at.
triage-proofs-not-asked = Not checked: no DNS resolver is configured.
triage-proofs-nothing = The mail carries no DKIM signature, and the door did not know the sending computer.
triage-proof-none = nothing to check
triage-proof-pass = pass
triage-proof-fail = fail
triage-proof-softfail = soft fail
triage-proof-neutral = neutral
triage-proof-policy = not believed
triage-proof-temperror = could not be checked now
triage-proof-permerror = unusable
triage-aligned = the sender’s own domain
triage-not-aligned = not the sender’s domain
triage-dmarc-none = the domain asks for nothing
triage-dmarc-quarantine = the domain asks to set failing mail aside
triage-dmarc-reject = the domain asks to refuse failing mail
triage-door-failing = { $name }: { $state }.

## The reporter's keys
triage-keys-title = Reporter’s keys
triage-keys-used = Answers are encrypted
triage-keys-another = Answers are encrypted; another key came and is not used
triage-keys-changed = Another key came than the one known: answers carry no content until you pin one
triage-keys-unusable = The key cannot be encrypted to: answers carry no content
triage-keys-none = No key: answers only say that there is news
triage-keys-no-address = No mail address, so no key is needed
triage-keys-pinned = pinned
triage-keys-pinned-used = pinned, in use
triage-keys-first-used = first key seen, in use
triage-keys-not-used = not used
triage-keys-rejected = rejected
triage-keys-inside = inside the encryption
triage-keys-other-address = The key does not name this address.
triage-keys-seen = first seen
triage-keys-ends = ends
triage-keys-decided = decided by
triage-keys-pin = Pin
triage-keys-reject = Reject
triage-keys-add = Add a key
triage-keys-add-hint = A key you got another way and compared. It is pinned at once.
triage-keys-add-field = The block that begins with BEGIN PGP PUBLIC KEY BLOCK
triage-keys-lookup = Ask the reporter’s domain
triage-keys-lookup-hint = The key directory of the domain learns that we ask for this address. What it sends waits here until you pin it.
triage-keys-consent = An embargo stands: whose consent, and when was it given?
triage-key-source-attached = attached to a mail
triage-key-source-pasted = pasted into a mail
triage-key-source-autocrypt = Autocrypt field of a mail
triage-key-source-gossip = named in somebody else’s mail
triage-key-source-form = typed into the form
triage-key-source-directory = key directory of the domain
triage-key-source-staff = added by the team
triage-key-source-imported = imported by an operator
triage-key-decided-pinned = pinned
triage-key-decided-rejected = rejected
triage-key-decided-added = added and pinned
triage-key-decided-looked_up = asked of the domain’s key directory
triage-key-fault-expired = The key has expired.
triage-key-fault-not-yet-valid = The key is not valid yet: it was made in the future.
triage-key-fault-revoked = The key is revoked.
triage-key-fault-weak-signature = The key signs itself with SHA-1 or older.
triage-key-fault-weak-algorithm = The key is too weak (RSA below 2048 bits, DSA or Elgamal).
triage-key-fault-no-identity = The key has no valid name or binding of its own.
triage-key-fault-sign-only = The key can sign but not encrypt.
triage-key-fault-encryption-expired = The encryption subkey has expired.
triage-key-fault-encryption-revoked = The encryption subkey is revoked.

## A pile of look-alikes
triage-pile-title = Decline a pile
triage-pile-lead = One reason for reports that look alike. Each is recorded by itself; each reporter gets at most one mail.
triage-pile-empty = Nothing is chosen.
triage-pile-open = Decline the chosen…
triage-pile-choose = Choose { $number }
triage-pile-like = look-alikes
triage-pile-count = { $count ->
    [one] { $count } report
   *[other] { $count } reports
}
triage-pile-same-file = the same file
triage-pile-same-sender = only the same sender
triage-pile-same-words = { $percent } % of the words
triage-pile-text-hint = Every reporter of this language reads exactly this.
triage-pile-window = Mails go out after { $minutes } minutes. Until then you can take it back.
triage-pile-do = Decline all chosen
triage-pile-undo = Take it back: reopen all
triage-pile-declined = declined
triage-pile-declined-mailed = declined, a mail will go out
triage-pile-reopened = open again

## What lies in an archive
triage-archive-title = { $format }: { $count ->
    [one] { $count } entry
   *[other] { $count } entries
}, { $size } when unpacked, as it claims
triage-file-opened = download decrypted
triage-file-unreadable = The file does not open: it is damaged or changed, or no key of the team fits. The encrypted file itself can be downloaded.
triage-archive-unread = It could not be looked into within the limits. Treat it as hostile.
triage-archive-kind-file = file
triage-archive-kind-folder = folder
triage-archive-kind-link = link
triage-archive-kind-device = device
triage-archive-kind-archive = archive in the archive, not opened
triage-archive-encrypted = encrypted
triage-archive-more = There are more entries than are shown.
triage-archive-damaged = The archive is damaged; what could be read is shown.
triage-archive-some-encrypted = Some entries are encrypted.
triage-archive-outside = A name leads out of the folder it would be unpacked in.
triage-archive-links = It holds links or devices.
triage-archive-bomb = It grows very large when it is unpacked.
triage-archive-nested = It holds further archives. They were not opened.
triage-archive-disagrees = The archive says different things about the same entry: programs may see different contents.
triage-archive-not-read = This kind of archive is not looked into.
## Unconfirmed mail that claims a report or a case
triage-claims-to-be = unconfirmed, claims { $number }
triage-claim-title = Unconfirmed mail. It claims to belong to
triage-claim-text = Its sender is not proved, or it does not answer a mail of ours. Nothing was attached and nothing was reopened. Compare it with what it claims before you decide.
triage-claim-attach = It is the reporter’s: attach it
triage-claim-own = Make it a report of its own
triage-claim-reason = Why it is put away
triage-claim-reason-hint = For the team. The sender hears nothing.
triage-claim-discard = Put it away
triage-claims-title = Unconfirmed mail
triage-claims-hint = It claims to belong here. Nobody has confirmed that.
triage-outcome-attached = attached to the report it claimed
triage-outcome-discarded = put away
triage-vouched-openpgp = proved by the reporter’s OpenPGP key
triage-vouched-dkim = proved by DKIM and the known address
triage-vouched-person = attached by a person
triage-undelivered-receipt = The receipt could not be delivered.
triage-undelivered-message = A message to the reporter could not be delivered.
triage-undelivered-late = A mail to the reporter is late.

## What the reader of a mail wants a person to know
triage-remark-too-large = The mail is larger than the limit: only its header was read. The original is kept whole.
triage-remark-header-cut = The header was longer than the limit and was cut.
triage-remark-no-header = There is no header.
triage-remark-own-address = It says to come from our own address, and nothing proves that: kept, not answered, and put away. If one of the team sent it, reopen it.
triage-remark-mail-loop = It went through more servers than an honest way has.
triage-remark-sender-unclear = The sender is missing, or can be read in more than one way.
triage-remark-inner-sender-differs = The sender inside the encryption is another than outside.
triage-remark-too-deep = Parts are nested too deep; those are not shown.
triage-remark-too-many-parts = There are too many parts; the rest is not shown.
triage-remark-broken-structure = The structure of the mail is broken.
triage-remark-text-cut = The text was too long and was cut. The original is kept whole.
triage-remark-html-only = It came as HTML only; you see its text.
triage-remark-charset-guessed = The character set was missing or wrong and was guessed.
triage-remark-partly-encrypted = Some of it was not encrypted.
triage-remark-not-all-opened = A part of it could not be decrypted.
triage-remark-legacy-cipher = It was encrypted with a cipher of the past: the sender should update their program.
triage-remark-signer-is-not-sender = The signature is good, and by a key that does not carry the sender’s address.
triage-remark-signed-in-the-future = The signature claims to be from the future.
triage-remark-smime-not-read = There is an S/MIME encryption that could not be opened; it is kept as a file.
triage-remark-smime-signature-not-checked = There is an S/MIME signature; it was not checked and proves nothing here.
triage-remark-not-authenticated = It was encrypted in a way that does not show alteration: somebody on the way may have changed the text. Do not trust its links.
triage-remark-secret-key-received = The sender sent a secret key. It was not imported; they should replace it.
triage-remark-crashed = Reading it failed; the original is all there is.
