# Step 4, remediation: the way of a fix per product and branch (domain §2.5), CSAF remediation categories.
remediation-path-unknown = Unknown
remediation-path-under_investigation = Under investigation
remediation-path-not_affected = Not affected
remediation-path-affected = Affected
remediation-path-planned = Fix planned
remediation-path-in_progress = Fix in progress
remediation-path-fix_ready = Fix ready
remediation-path-verified = Fix verified
remediation-path-released = Fix released
remediation-path-deployed = Fix deployed
remediation-path-mitigation_only = Mitigation only
remediation-path-workaround_only = Workaround only
remediation-path-no_fix_planned = No fix planned
remediation-path-none_available = Nothing available
remediation-kind-vendor_fix = Fix
remediation-kind-fix_planned = Fix planned
remediation-kind-mitigation = Mitigation
remediation-kind-workaround = Workaround
remediation-kind-no_fix_planned = No fix planned
remediation-kind-none_available = None available
remediation-kind-optional_patch = Optional patch
remediation-why-component_not_present = The component is not present
remediation-why-inline_mitigations_already_exist = Built-in mitigations already exist
remediation-why-vulnerable_code_cannot_be_controlled_by_adversary = An adversary cannot control the vulnerable code
remediation-why-vulnerable_code_not_in_execute_path = The vulnerable code is never run
remediation-why-vulnerable_code_not_present = The vulnerable code is not present

## Plans
remediation-plan-fix = Fix
remediation-plan-mitigation = Mitigation
remediation-plan-workaround = Workaround
remediation-plan-none_planned = Nothing planned
remediation-state-planned = planned
remediation-state-in_progress = in progress
remediation-state-ready = ready
remediation-state-verified = verified
remediation-state-released = released

## Affected products
remediation-affected = Affected products
remediation-product = Product
remediation-versions = Affected versions
remediation-versions-hint = Like 2.4.1, < 2.5.0, or all
remediation-fixed-in = Fixed in
remediation-fixed-in-hint = The first version with the fix
remediation-not-decided = not decided yet
remediation-no-products = The catalogue is empty.
remediation-no-products-text = Add your products first.
remediation-set-impact = Set what is affected
remediation-why-not = Why not affected
remediation-why-not-when = (only for “not affected”)
remediation-note = Note
remediation-note-hint = For the team. It is not published.
## Plans
remediation-plans-none = Nothing is planned yet.
remediation-add-plan = Plan a remediation
remediation-state = Progress
remediation-state-hint = Only forward.
remediation-owner = Who does it
remediation-due = Until
remediation-url = Link
remediation-text = What readers should do (English)
remediation-text-hint = It stands in the advisory.
remediation-text-zh = What readers should do (Chinese)
remediation-for-products = For these products
remediation-for-all = (none ticked: all affected ones)
