# Step 6, disclosure: the life of an advisory.
disclosure-state-draft = Draft
disclosure-state-in_review = In review
disclosure-state-approved = Approved
disclosure-state-scheduled = Scheduled
disclosure-state-publishing = Publishing
disclosure-state-published = Published
disclosure-state-withdrawn = Withdrawn
disclosure-state-superseded = Superseded
disclosure-kind-advisory = Security advisory
disclosure-kind-notice = Security notice
disclosure-kind-bulletin = Security bulletin
disclosure-tlp-red = TLP:RED
disclosure-tlp-amber_strict = TLP:AMBER+STRICT
disclosure-tlp-amber = TLP:AMBER
disclosure-tlp-green = TLP:GREEN
disclosure-tlp-clear = TLP:CLEAR
disclosure-version = version { $version }

## On the case
disclosure-advisory = Advisory
disclosure-none-yet = No advisory yet. It is projected from what the case knows.
disclosure-begin = Begin the advisory
disclosure-not-disclosed = There will be no advisory
disclosure-not-disclosed-decided = decided
disclosure-not-disclosed-do = Record the decision
