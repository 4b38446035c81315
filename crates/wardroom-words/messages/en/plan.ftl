# plan: every key begins with plan-. The disclosure plan (S9, S10), its gates, the recipient book.
plan-title = Disclosure plan
plan-lead = Who is told what, where, in which language and when; and the one instant at which everything is public. Two persons decide it, the house keeps to it.
plan-open = Disclosure plan
plan-none-yet = A proposal. Nothing happens before the plan is kept, scheduled and confirmed.
plan-state-none = Not planned
plan-state-kept = Planned
plan-state-scheduled = Scheduled, waits for a second person
plan-state-confirmed = Confirmed by two persons
plan-held = The confirmed release did not take place
plan-held-content_changed = The content is no longer what two persons confirmed. Look at what changed, then schedule and confirm again.
plan-held-late = The house came more than 24 hours too late, so nobody’s decision covers it any more. Schedule and confirm again, or publish by hand.
plan-held-approval-stale = The approval did not stand any more.
plan-held-not-from-here = The advisory was not approved any more.
plan-held-embargo-in-force = An embargo was in force beyond the instant.
plan-held-not-for-everybody = The advisory’s label (TLP) does not allow publishing. Give it another label, or share it with those it is for.
plan-held-incomplete = A check that cannot be waived failed. Look at the checklist.
plan-stale = What was scheduled is no longer what stands here. It will not be released; call it off and schedule again.
plan-ahead = The clock was set forward by { $seconds } s after the confirmation. The house goes by the steady count of the machine and so releases that much later by this clock. If the clock is right now, call the release off and confirm it again.
plan-misinformed = { $count ->
    [one] One recipient was told of an instant for which nothing stands any more. Confirm a release again, and they are told of it; or call it off below, and they are told so.
   *[other] { $count } recipients were told of an instant for which nothing stands any more. Confirm a release again, and they are told of it; or call it off below, and they are told so.
    }
plan-instant = Publication
plan-now = This clock shows
plan-version-note = Version { $version } goes to exactly those who were told of a former version.

## Rows
plan-rows = Who hears what
plan-when = When
plan-when-hint = T is the publication: T-3d, T-72h, T+1h
plan-recipients = Recipients
plan-nobody = Nobody in the book
plan-reporters = { $count ->
    [one] 1 reporter
   *[other] { $count } reporters
    }
plan-everybody = Everybody
plan-unencrypted = no key: not encrypted
plan-unencrypted-secret = no key: the mail only asks for one
plan-done = done
plan-preview = What it says
plan-preview-in-en = English
plan-preview-in-zh = Chinese
plan-subject = Subject
plan-correction-row = Correction
plan-audience-reporter = Reporters
plan-audience-suppliers = Suppliers
plan-audience-customers = Customers
plan-audience-authorities = Authorities
plan-audience-public = The public
plan-channel-track = Track page
plan-channel-mail = Mail
plan-channel-web = Web pages, documents, feeds
plan-channel-hand = By hand
plan-language-own = Their own
plan-language-en = English
plan-language-zh = Chinese
plan-occasion-advance = advance notice
plan-occasion-update = advance notice, changed
plan-occasion-postponed = postponed
plan-occasion-released = published
plan-occasion-broken = published early
plan-occasion-correction = correction
plan-embargo-ended = The agreed end of the embargo is reached; the advisory is published as planned.

## Writing it
plan-write = Write the plan
plan-write-hint = Keeping it takes a scheduled release back. A row without audience is left out.
plan-words-en = Own words, English (optional)
plan-words-zh = Own words, Chinese (optional)
plan-own-gates = Gates of this plan alone (optional)
plan-own-gates-hint = One on a line; a person ticks each before the release is confirmed.
plan-keep = Keep the plan

## Checklist
plan-gates = Checklist
plan-gates-hint = A release is confirmed when every line is closed.
plan-gate-approved = A second person approved exactly this content
plan-gate-csaf = The CSAF checks find nothing
plan-gate-cna = The CNA rules find nothing that blocks
plan-gate-embargo = No embargo reaches beyond the instant
plan-gate-signing = A key of ours signs at the instant
plan-gate-ids = Every identifier that was asked for is there
plan-gate-products = No product is still under investigation
plan-gate-translations = Both languages are written and current
plan-gate-credit = The reporters agreed to how they are named
plan-gate-keys = Everybody told in advance has a usable key
plan-gate-downloads = The fix can be downloaded where we say
plan-gate-support = Support and sales are briefed
plan-gate-legal = Duties to report are met, and nothing legal stands against it
plan-gate-parties = Everybody bound by the embargo knows the instant
plan-gate-hand = Told by hand: { $who }
plan-gate-is-open = open
plan-gate-is-done = done
plan-gate-is-waived = waived
plan-gate-is-passed = passed
plan-gate-is-failed = not passed
plan-gate-by = { $who }
plan-gate-note = Note, or the reason for waiving
plan-gate-do-done = Done
plan-gate-do-waive = Waive
plan-gate-do-open = Open again
plan-gate-say = Say something of it

## Two persons
plan-two = Two persons
plan-two-hint = The first schedules exactly this plan, these recipients and this content for this instant. The second confirms it. Any change takes it back.
plan-hash = Plan
plan-schedule = Schedule the release
plan-schedule-hint = Nothing happens before another person confirms it.
plan-scheduled-by = Scheduled by
plan-confirmed-by = Confirmed by
plan-confirm = Confirm the release
plan-confirm-hint = From here on the house acts by itself: notices at their instants, the publication at its own.
plan-confirm-not-you = You scheduled it. Another person confirms it.
plan-type-number = Type the advisory’s number
plan-call-off = Call it off
plan-call-off-hint = Whoever was told of the instant is told that it no longer holds. Nothing becomes public.
plan-reason = Reason
plan-broken = The embargo is broken
plan-broken-hint = The world knows. What a second person approved becomes public now, the embargo ends, and everybody of the plan is told. You must not be the one who approved it.
plan-broken-evidence = Where it is to be seen, since when, who says so
plan-broken-do = Publish now

## The recipient book
plan-book = Recipient book
plan-book-lead = Suppliers, customers and authorities who are told of advisories. Kept sealed; the log holds no name.
plan-book-empty = Nobody stands in the book yet.
plan-book-name = Name
plan-book-address = Mail address
plan-book-audience = List
plan-book-language = Language
plan-book-advance = Agreed to secrecy: may be told before the publication
plan-book-is-advance = in advance
plan-book-key = OpenPGP key
plan-book-key-hint = The armored public key. Without one, nothing secret is sent.
plan-book-no-key = no key
plan-book-key-unusable = the key cannot be used now
plan-book-write = Write somebody in
plan-book-change = Change
plan-book-keep = Keep
plan-book-remove = Take out of the book
plan-book-remove-hint = Nothing is sent in advance any more. Whoever was told of a published version still hears of its corrections.

plan-access = Access to what is shared
plan-access-hint = A token with which they fetch advisories that are not public, at these levels. It is shown once: hand it over by a way you trust.
plan-access-made = This token is shown only now. It is the password (any user name) or the bearer token of the feeds of these levels.
plan-access-levels = Levels
plan-access-hand-out = Hand out an access
plan-access-withdraw = Withdraw
plan-access-not-agreed = Only those who agreed to secrecy get an access.
plan-words-own = Own words (optional)
plan-more-rows = Another row
