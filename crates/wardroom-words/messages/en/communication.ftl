# Step 5, communication: embargo, consent, who is who.
communication-embargo-none = No embargo
communication-embargo-proposed = Embargo proposed
communication-embargo-active = Embargo in force
communication-embargo-revise = Embargo being revised
communication-embargo-exited = Embargo over
communication-consent-no_embargo = Not concerned
communication-consent-invited = Invited
communication-consent-signatory = Signed
communication-consent-lapsed = Lapsed
communication-consent-declined = Declined
communication-role-reporter = Reporter
communication-role-finder = Finder
communication-role-vendor = Vendor
communication-role-coordinator = Coordinator
communication-role-deployer = Deployer
communication-role-observer = Observer
communication-role-team = Our team
communication-visibility-internal = Team only
communication-visibility-reporter = Goes to the reporter
communication-visibility-public = Public
communication-embargo-revising = Embargo being revised

## Messages and notes
communication-write = Write
communication-note-title = Internal note
communication-note-hint = Only the team reads this. It is never sent.
communication-note-do = Keep the note
communication-message-title = Message to the reporter
communication-message-do = Send to the reporter
communication-message-answer = answer
communication-message-question = question
communication-message-outcome = outcome
communication-message-from-reporter = from the reporter
communication-read-by-reporter = reporter reads it
communication-read-by-team = team only
communication-to = To
communication-how = How
communication-in-language = Language
communication-track-page = the reporter’s track page
communication-travels-encrypted = Mail, encrypted to the reporter’s key; also on the track page
communication-travels-announced = No key known: the mail only says that there is news. The text stands on the track page
communication-travels-track-only = No mail. The reporter reads it on the track page with the receipt code

communication-kind-answer = Answer or news
communication-kind-question = Question: we wait for an answer
## Embargo
communication-embargo = Embargo
communication-embargo-ends = Ends
communication-embargo-proposed-end = Proposed end
communication-embargo-longest = At most
communication-embargo-nothing = Nothing can be done with it by your roles or in this state.
communication-ask-propose = Propose an embargo
communication-ask-reject = Reject the proposal
communication-ask-accept = Accept: the embargo is in force
communication-ask-propose_revision = Propose another end
communication-ask-accept_revision = Accept the other end
communication-ask-reject_revision = Keep the old end
communication-ask-terminate = End the embargo now
communication-day = Day
communication-time = Time
communication-zone = Time zone
## Plan
communication-plan = Who hears what, and when
communication-plan-hint = T is the publication. A row without audience is left out.
communication-plan-approved = stands
communication-plan-approve = Save and let it stand
communication-plan-none = Nothing is planned yet.
communication-plan-when = When
communication-plan-note = Note
communication-audience = Audience
communication-channel = Channel

## What the world shows of a case
communication-observe = What the world shows
communication-observe-hint = Recorded with its evidence and never taken back. Once the public knows, or an exploit is public, the embargo ends with it.
communication-observe-what = What was seen
communication-observe-evidence = Evidence: where, since when, who says so
communication-observe-do = Record it
communication-observed-public_knows = The public knows
communication-observed-exploit_public = An exploit is public
communication-observed-attacks_seen = Attacks were seen
