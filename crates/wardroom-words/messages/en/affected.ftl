# affected: whether what somebody has is affected, and by which rule; pages, API and command line. Every key begins with affected-.
affected-state-affected = Affected
affected-state-unknown = Cannot be told
affected-state-under_investigation = Under investigation
affected-state-fixed = Fixed
affected-state-not_affected = Not affected
affected-this-version = this version
affected-all-versions = all versions

## The rule that matched, as a sentence.
affected-every-affected = Every version is affected.
affected-every-not_affected = No version is affected.
affected-every-fixed = It is fixed in every version.
affected-every-investigated = It is being investigated for every version.
affected-among-affected = { $version } is among the affected versions: { $versions }.
affected-among-fixed = { $version } is among the fixed versions: { $versions }.
affected-among-not_affected = { $version } is among the versions that are not affected: { $versions }.
affected-among-investigated = { $version } is among the versions being investigated: { $versions }.
affected-fixed-in = It is fixed in { $fixed }; { $version } is that or later.
affected-outside = Affected versions are { $versions }; { $version } is none of them.
affected-needs-version = It depends on the version. Affected: { $versions }.
affected-cannot-compare = { $version } cannot be compared for certain with the affected versions: { $versions }.
affected-not-named = The advisory does not speak of { $version }, only of { $versions }.
affected-only-on = Affected is { $versions }, and only on { $on }.

## How the product was recognised.
affected-by-hash = recognised by the hash of its file
affected-by-purl = recognised by its package URL
affected-by-cpe = recognised by its CPE name
affected-by-name = recognised by its name

## The command line.
affected-cli-none = no advisory names it: that is no proof of safety
affected-cli-none-of = no advisory names any of { $parts } parts: that is no proof of safety
affected-cli-looked = { $count } advisories looked at
affected-cli-do = what to do
affected-cli-part = part { $part }
