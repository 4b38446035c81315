# refusals: every key begins with refusal-. One sentence per code of wardroom_domain::Refusal.

refusal-not-your-role = Your roles do not include this ({ $act }). Ask somebody who has the role, or an administrator to give it to you.
refusal-not-from-here = This is not possible now: the { $thing } is “{ $state }”, and “{ $ask }” does not lead on from there.
refusal-reason-needed = Please give a reason; it is kept with the decision.
refusal-field-needed = Please fill in “{ $field }”.
refusal-field-wrong = “{ $field }” cannot be used: { $why }.
refusal-second-person-needed = A second person must do this, because you wrote, changed or scheduled it yourself.
refusal-approval-stale = The content has changed since it was approved. Please have it approved again.
refusal-embargo-in-force = An embargo is in force until { $until }. End it with a reason, or publish after it.
refusal-embargo-too-late = No embargo can be agreed any more: this is already public, exploited or attacked.
refusal-embargo-ends-badly = The embargo must end in the future, within { $days } days.
refusal-embargo-still-active = The case cannot be closed while its embargo is active. End the embargo first.
refusal-incomplete = Something is still missing: { $missing }.
refusal-not-there = There is no such { $thing } here.
refusal-duplicate-of-itself = A report or case cannot be a duplicate of itself.
refusal-already-done = This was already done.
refusal-not-for-everybody = It is labelled { $level }: share it in the feed of that level. To publish it, label it TLP:CLEAR and have it approved again.
refusal-for-everybody = It is labelled TLP:CLEAR, which everybody may read: publish it, or give it the label of those it is for.
