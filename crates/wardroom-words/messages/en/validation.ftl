# Step 3, validation: severity and rating. CVSS words and GB/T grades are never mixed.
validation-severity = Severity
validation-severity-critical = Critical
validation-severity-high = High
validation-severity-medium = Medium
validation-severity-low = Low
validation-severity-none = None
validation-severity-unrated = Not rated yet
validation-gbt-critical = GB/T 超危
validation-gbt-high = GB/T 高危
validation-gbt-medium = GB/T 中危
validation-gbt-low = GB/T 低危
validation-impact-unknown = Unknown
validation-impact-affected = Affected
validation-impact-not_affected = Not affected
validation-impact-under_investigation = Under investigation
validation-impact-fixed = Fixed

## Uniqueness
validation-unique = new, nothing like it
validation-duplicate = duplicate of another case
validation-facet-identifier = Identifiers
validation-facet-text = Words
validation-facet-product = Product
validation-facet-version = Versions
validation-facet-weakness = Weakness
validation-facet-symbol = Symbols of code
validation-facet-title = Title
validation-facet-shape = Length and language
validation-facet-standing = Place among the others
validation-compared-with = Compared with { $cases } cases and { $advisories } advisories.

## Moving a case
validation-move = Move the case
validation-reason = Reason
validation-reason-hint = Needed to invalidate, to defer and to close. For the team.
validation-disposition = How it ended
validation-ask-validate = Valid: it is a vulnerability
validation-ask-invalidate = Not valid
validation-ask-accept = Accept: we will work on it
validation-ask-defer = Defer
validation-ask-close = Close the case
validation-ask-reopen = Reopen
## Vulnerabilities
validation-vulnerability = Vulnerability
validation-title = Title
validation-description = Description
validation-description-hint = As readers of the advisory will see it. No names, no step-by-step exploit.
validation-no-cve = no CVE
validation-no-cwe = no CWE
validation-add = Add a vulnerability
validation-add-hint = One for each flaw that is fixed on its own.
validation-to-scoring = Score it
validation-no-flaw = No vulnerability is described yet.
## Uniqueness
validation-uniqueness = Uniqueness check
validation-uniqueness-open = Not checked yet.
validation-candidates = Earlier cases that look alike
validation-candidates-none = No earlier case looks alike.
validation-same = Same as this one
validation-record-unique = Record: it is new
validation-other-case = Same as a case that is not listed
validation-other-case-number = Number of the case
## Scoring
validation-scoring = Scores
validation-calculator = CVSS { $version } for { $vulnerability }
validation-cvss-base = Base
validation-cvss-temporal = Threat and time
validation-cvss-environmental = Environment
validation-cvss-supplemental = Supplemental (no influence on the score)
validation-vector = Or paste a vector
validation-vector-hint = It counts instead of the choices above. Any CVSS version.
validation-vector-incomplete = The vector is not whole yet:
validation-justification = Why so
validation-compute = Compute only
validation-record-score = Record the score
validation-ours = Ours
validation-source = Whose it is
validation-source-reporter = The reporter’s
validation-source-other = Somebody else’s
validation-source-name = Name, where it is not the reporter
validation-heard = Put another vector beside ours
validation-heard-hint = The reporter’s, a supplier’s, NVD’s. It is compared with ours and decides nothing.
validation-heard-vector = Vector
validation-hear = Keep it
validation-beside = CVSS { $version } side by side
validation-differences = { $count ->
    [0] They agree in every metric.
    [one] They differ in one metric.
   *[other] They differ in { $count } metrics.
}
validation-metric = Metric
validation-begin-with = Begin with our CVSS { $version } vector
validation-left-open = The other version does not say: { $metrics }. Choose these.
validation-otherwise-title = What would change it
validation-otherwise = { $score } if { $metric } were { $value }
validation-table = Decision table
validation-table-ask = Ask by this one
validation-decide = Record the decision
validation-possible = Still possible:
## Side by side
validation-beside-open = Side by side
validation-beside-title = Side by side
validation-beside-lead = What both say is marked. The score is the sum of its reasons, never a verdict.
validation-beside-of = candidate { $place } of { $count }
validation-beside-previous = Previous
validation-beside-next = Next
validation-beside-weak = only near
validation-beside-aspect = Aspect
validation-beside-agreement = Agreement
validation-beside-nothing = says nothing
validation-beside-reasons = Why this score
validation-beside-what = What of it
validation-beside-adds = Adds
validation-beside-texts = Whole texts
validation-beside-none = There is no other case to compare with, or each was set apart.
validation-compared-cases = { $cases ->
    [one] Compared with one case that you may see.
   *[other] Compared with { $cases } cases that you may see.
}
validation-aspect-product = Product
validation-aspect-component = Component
validation-aspect-version = Versions
validation-aspect-weakness = Weakness
validation-aspect-symbol = Files, functions, parameters
validation-aspect-identifier = Identifiers
validation-aspect-file = Attached files
validation-aspect-crash = Crash
validation-agreement-same = same
validation-agreement-overlaps = overlaps
validation-agreement-differs = differs
validation-agreement-unknown = unknown
validation-passages = Passages that match
validation-judge = What is it?
validation-judge-same = Same vulnerability
validation-judge-same-case-hint = The check is recorded with what was compared. Both cases stay.
validation-judge-wording-hint = Proposed in the reporter’s language; leave it empty to send nothing now.
validation-judge-related = Related
validation-judge-related-hint = Another vulnerability, worth knowing of. Recorded on both; still shown.
validation-judge-different = Different
validation-judge-different-hint = Recorded on both, and not proposed again.
validation-judge-open = Take it back
validation-said = Said already
validation-relation-different = different
validation-relation-related = related
validation-relation-open = taken back
validation-compared-advisories = { $records ->
    [one] With one published advisory of ours.
   *[other] With { $records } published advisories of ours.
}
validation-compared-snapshot = With { $records } records of “{ $name }”, imported { $day }.
validation-corpus-advisories = our advisory
validation-public = Published records that look alike
validation-public-hint = Our own advisories, and imported records (wardroom dup import). What is public already is no reason to decline a report about our product.
