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
triage-mail-fetched = Mail of { $name } last fetched:
triage-mail-never = never yet
triage-mail-failing = No mail from { $name }: the last fetch failed.
triage-mail-last-good = The last good one was
triage-no-mailbox = No mailbox is being fetched. The form and the API are open.

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
triage-reading-decrypted = decrypted
triage-reading-decryption_failed = decryption failed
triage-reading-unreadable = unreadable
triage-signature-none = not signed
triage-signature-good = signature verified
triage-signature-unknown = signed by an unknown key
triage-signature-bad = bad signature
