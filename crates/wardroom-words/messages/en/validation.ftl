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
validation-facet-identifier = Same identifiers
validation-facet-text = Same words
validation-facet-product = Same product
validation-facet-version = Same version
validation-facet-weakness = Same weakness
validation-facet-symbol = Same symbols
validation-compared-with = Compared with { $cases } cases and { $advisories } advisories.
