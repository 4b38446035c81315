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
