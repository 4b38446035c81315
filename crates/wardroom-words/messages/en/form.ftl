## The report form beyond its fields: one question at a time, look-alikes, images, what happens without a network

form-step = Step { $number } of { $of }
form-step-next = Continue
form-step-back = Back
form-step-all = All questions on one page
form-step-one = One question at a time

form-headings = Insert headings
form-headings-text = Finding:||Steps to reproduce:||Impact:||Environment:
form-count = characters

form-product-hint = Begin to type, or write it in your own words. “Not sure” is an answer too.

form-alike-title = Published advisories that look alike
form-alike-text = If yours is one of them, it is known, and the advisory says what to do. If you are not sure, send your report all the same.
form-alike-none = Nothing published looks like this.
form-alike-look = Look for published advisories like this
form-alike-local = Compared on this device: nothing you type is sent for it.

form-image-title = These images carry more than the picture
form-image-text = Removing it makes a copy: every pixel stays, the checksum of the file changes. If the file itself is your proof, attach it as it is.
form-image-strip = Attach copies without it
form-image-keep = Attach as they are
form-image-words = place=place|camera=camera|date=date|author=author|text=notes|after=data after the image

form-key-file = …or choose the file
form-key-file-hint = Your public key, exported as text or binary. Never the private one.
form-key-lookup = …or let us look for it: you may ask my mail provider’s key directory (WKD)
form-key-lookup-hint = The provider then learns that we ask for your address. We do so when a person decides it, and look at the key before we use it.
form-cvss-hint = A vector such as CVSS:4.0/… can be made with the
form-cvss-link = CVSS calculator of FIRST (another site)
form-contact-only = I cannot encrypt and do not want to write it here: only get in touch with me
form-contact-only-hint = Leave the description empty and give an e-mail address or a phone number as your contact. We ask how you want to tell us.
form-contact-only-text = The reporter has sent no details and asks to be contacted first.
form-contact-only-fault = Tell us how to reach you: an e-mail address or a phone number.

form-offline-title = Not sent
form-offline-kept = There is no connection to us. Your report is kept on this device, and we send it as soon as the connection is back while this page is open.
form-offline-open = There is no connection to us. Your report stands on this page only, and we send it as soon as the connection is back. Do not close the page.
form-offline-file = Download it as a file
form-offline-mail = You can mail that file to
form-offline-plain = The file is not encrypted, because the key could not be loaded.
form-offline-sealed = The file is encrypted to the team’s key.

form-fault-quick = That was quicker than people are, and we are being flooded right now. Nothing is lost; please press send once more.

form-encrypt-files = Files wait here and are encrypted with the report when you send it.
form-encrypt-badges = sealed=encrypted|open=readable by this site
form-encrypt-save = Saving a draft keeps what you typed here, sealed under your code but not encrypted to the team’s key. Press again to save it so.
