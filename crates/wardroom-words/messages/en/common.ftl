# Words every page uses. Keys are free here; every other file's keys begin with the file's name.
product-name = Wardroom
yes = Yes
no = No
unknown = I don’t know
not-stated = not stated
none = None
optional = (optional)
required = (required)
and-so-on = and more
skip-to-content = Skip to the content
language-switch = 中文
language-switch-hint = Show this page in Chinese
menu = Menu
breadcrumb = Where you are
back = Back
next = Next
previous = Previous
continue = Continue
cancel = Cancel
close = Close
save = Save
send = Send
search = Search
search-clear = Clear
filter = Filter
apply = Apply
remove = Remove
add = Add
edit = Edit
show = Show
hide = Hide
copy = Copy
copied = Copied
download = Download
print = Print
open = Open
sign-in = Sign in
sign-out = Sign out
details = Details
details-more = Show more
theme = Colours
theme-system = As the system
theme-light = Light
theme-dark = Dark
when = When
who = Who
what = What
status = Status
kind = Kind
size = Size
date = Date
bytes = { $count } bytes
kilobytes = { $count } KB
megabytes = { $count } MB
gibibytes = { $count } GiB
page-of = Page { $page } of { $pages }
error-title-prefix = Error:
error-summary-title = There is a problem
error-summary-kept = What you typed is still here.
notice-success = Done
notice-info = Note
notice-warning = Careful
notice-danger = Important
saved-at = Saved { $time }
reference-id = Reference for support

## Time
time-in = in { $span }
time-ago = { $span } ago
time-now = now
time-days = { $count } d
time-hours = { $count } h
time-minutes = { $count } min
time-seconds = { $count } s
time-with-relative = { $absolute } ({ $relative })
duration-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
duration-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
duration-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
duration-months = { $count ->
    [one] { $count } month
   *[other] { $count } months
}
duration-business-days = { $count ->
    [one] { $count } business day
   *[other] { $count } business days
}
duration-business-hours = { $count ->
    [one] { $count } business hour
   *[other] { $count } business hours
}

## Problem pages
problem-not-found-title = This page is not here
problem-not-found-text = It may never have been here, or you may not be allowed to see it. Both look the same on purpose.
problem-bad-request-title = We could not read that request
problem-bad-request-text = Something in the address or the form was not as we expect it.
problem-cross-site-title = This request came from another site
problem-cross-site-text = To protect you we only accept forms sent from our own pages. Open the page here and send it again.
problem-forbidden-title = You may not do this
problem-forbidden-text = Your account has no right to this action.
problem-too-large-title = That is more than we can take at once
problem-too-large-text = Nothing of this was kept. Go back and leave the large part out: the report form takes large files one by one, and programs send them in pieces (/api/v1/uploads).
problem-unprocessable-title = Some of what you sent does not fit
problem-unprocessable-text = Nothing was stored. See the list below, correct it and send it again.
problem-too-many-title = Too many requests from your network
problem-too-many-text = Please wait a moment and try again. Nothing you typed is lost if you go back in your browser.
problem-busy-title = Very many reports are arriving just now
problem-busy-text = Yours is welcome all the same. It was not taken in yet: go back in your browser, where what you typed is kept, and send it again after the time below. You will then be let in first.
problem-busy-work = Your browser is doing a short piece of work so that you need not wait. Nothing is sent to anybody else.
problem-busy-done = Done. Go back and send your report again; it will be taken in now.
problem-conflict-title = Somebody else changed this meanwhile
problem-conflict-text = Look at the new state and decide again.
problem-unauthorized-title = Please identify yourself
problem-unauthorized-text = This needs a sign-in or a receipt code.
problem-method-title = This address does not take that kind of request
problem-method-text = Open the page in the usual way.
problem-trouble-title = Something went wrong on our side
problem-trouble-text = Nothing you did caused it. Go back in your browser: what you typed is still there. Then try again.
problem-full-title = There is no room to keep it
problem-full-text = The disk of this server is full, and nothing was kept. Go back in your browser: what you typed is still there. Whoever runs the server has to make room; then send it again.
problem-to-start = To the start page
problem-unavailable-title = This part is not available just now
problem-unavailable-text = The published advisories, our policy and our key stay reachable. Please try again in a few minutes.
problem-malformed-title = This is not the JSON we can read
problem-malformed-text = Nothing was stored. Correct the body and send it again.
problem-media-title = This address does not take that kind of content
problem-media-text = Nothing was stored. Send JSON, a multipart form or an armored OpenPGP message, and name it in Content-Type.
problem-key-reused-title = This Idempotency-Key was used for something else
problem-key-reused-text = The same key with other content is a mistake we do not guess about. Nothing was stored. Use a new key for a new report.
problem-in-flight-title = The same request is still being worked on
problem-in-flight-text = Send it again in a moment with the same Idempotency-Key: you will get the one answer.
problem-reach-us = If it keeps happening, reach us directly
problem-retry-after = Try again in { $span }.
