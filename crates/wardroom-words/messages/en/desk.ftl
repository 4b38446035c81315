# The desk: frame, sign-in, account, and the words several rooms share.
desk-nav-inbox = Inbox
desk-nav-cases = Cases
desk-nav-advisories = Advisories
desk-nav-products = Products
desk-nav-health = Health
desk-nav-jobs = Jobs
desk-nav-audit = Log
desk-nav-people = People
desk-nav-keys = Keys
desk-nav-profile = Profile
desk-nav-tokens = Tokens
desk-nav-help = Help
desk-refused-title = That is not possible
desk-refused-text = The rules of this desk say no. Nothing was changed.
desk-form-refused = Nothing was changed

## Sign-in
desk-sign-in-title = Sign in
desk-sign-in-lead = This is the desk of the response team. Reporters do not need an account.
desk-sign-in-failed = That did not let you in
desk-sign-in-failed-hint = Name, password or code is not right, or the code was used already. Wait for the next code and try again.
desk-sign-in-name = Name
desk-sign-in-password = Password
desk-sign-in-code = Code
desk-sign-in-code-hint = Six digits from your authenticator
desk-sign-in-passkey = Use a passkey
desk-sign-in-first = First time here, or locked out? You need a one-time link from an administrator.
desk-passkey-failed = The passkey did not work. Check the name, or use password and code.
desk-welcome-title = Open a one-time link
desk-welcome-lead = The link lets you in once. Then you set your own password and second factor.
desk-welcome-link = Link or its last part
desk-welcome-link-hint = It begins with wr_lnk_
desk-welcome-failed = This link does not work
desk-welcome-failed-hint = It may have been used, be older than a day, or not be whole. Ask an administrator for a new one.

## Account
desk-me-title = Your account
desk-me-enrol-title = Set up your account
desk-me-enrol-lead = Set a password and a code, or make a passkey. Then the desk opens.
desk-me-is-set = set
desk-me-password = Password
desk-me-new-password = New password
desk-me-password-hint = At least 12 characters. A sentence is easier to remember than a puzzle.
desk-me-totp = Code from an authenticator
desk-me-totp-set = Your authenticator shows the codes for sign-in. To change it, ask an administrator for a one-time link.
desk-me-totp-how = Scan this with an authenticator app, or type the secret into it. Then enter the code it shows.
desk-me-totp-qr = QR code of the secret below
desk-me-totp-base32 = Secret
desk-me-totp-code = Code it shows now
desk-me-totp-confirm = Confirm
desk-me-passkeys = Passkeys
desk-me-passkey-count = { $count } set
desk-me-passkeys-how = A passkey lives in your device or security key and cannot be phished. It alone is enough to sign in.
desk-me-passkey-make = Make a passkey
desk-me-passkey-script = Making a passkey needs JavaScript.
desk-me-passkeys-forget = Forget all passkeys
desk-me-passkeys-needed = Set a password and a code first, else nobody could let you in.
desk-me-passkeys-no-name = Passkeys need an address with a name; this desk runs on a bare network address.
desk-me-access = Where you are signed in
desk-me-access-note = A session ends after { $hours } hours, or after one hour without use.
desk-me-session = Session
desk-me-token = Token
desk-me-this-one = this one
desk-me-access-made = Begun
desk-me-access-used = Last used
desk-me-access-ends = Ends
desk-me-access-end = End it now

## What was done
desk-done-password-set = Your password is set.
desk-done-totp-set = Your authenticator is set.
desk-done-passkey-made = The passkey is made.
desk-done-passkeys-forgotten = All passkeys are forgotten.
desk-done-access-ended = It is ended.

## Roles
desk-role-intake = Duty officer
desk-role-analyst = Analyst
desk-role-engineer = Product engineer
desk-role-coordinator = Case manager
desk-role-author = Author
desk-role-approver = Approver
desk-role-publisher = Publisher
desk-role-legal = Legal
desk-role-communications = Communications
desk-role-custodian = Key custodian
desk-role-auditor = Auditor
desk-role-administrator = Administrator

## Acts
desk-act-read_inbox = read the inbox
desk-act-see_every_case = see every case
desk-act-triage = triage reports
desk-act-message_reporter = write to reporters
desk-act-write_note = write notes
desk-act-assess = assess vulnerabilities
desk-act-remediate = plan remediation
desk-act-coordinate = manage cases
desk-act-write_advisory = write advisories
desk-act-approve_advisory = approve advisories
desk-act-publish_advisory = publish advisories
desk-act-keep_products = keep the catalogue
desk-act-keep_keys = keep the keys
desk-act-administer = administer the desk
desk-act-audit = read the log

## Clocks
desk-clock-receipt = Receipt
desk-clock-first_response = First response
desk-clock-update = Next update
desk-clock-kept = kept
desk-clock-kept-late = kept late
desk-clock-late = late
desk-clock-soon = soon
desk-clock-provisional = may move: beyond the calendar
desk-force-promise = Promised
desk-force-target = Target
desk-force-internal = Internal
desk-force-law = By law
desk-force-rule = By rule
