# Step 1, intake: report kinds, report fields, channels, what became of a delivery.

## What a report is about (profile scope.kinds)
intake-kind-product_vulnerability = Vulnerability in a product
intake-kind-product_incident = Security incident involving a product
intake-kind-document_flaw = Flaw in security documentation
intake-kind-leaked_information = Sensitive information found where it should not be
intake-kind-leaked_product = Sensitive product found where it should not be
intake-kind-service_vulnerability = Vulnerability in an online service
intake-kind-website_vulnerability = Vulnerability in a website
intake-kind-component_vulnerability = Vulnerability in a component we build on
intake-kind-malicious_code = Malicious code
intake-kind-not_sure = I’m not sure

## Report fields (domain §2.14)
intake-field-read_from = Read from the file
intake-field-shape = Sent in the shape of
intake-field-not_mapped = Not understood by the mapping, as it came
intake-field-key_lookup = The key directory of the domain may be asked (WKD)
intake-field-fixed_in = Fixed in
intake-field-references = References
intake-field-product = Product name
intake-field-model = Model or part number
intake-field-part_number = Part number
intake-field-affected_products = Products affected
intake-field-hw_or_sw = Hardware or software
intake-field-version = Version
intake-field-revision = Revision
intake-field-software_version = Software version
intake-field-firmware_version = Firmware version
intake-field-hardware_version = Hardware version
intake-field-chip_model = Chip model
intake-field-component = Component
intake-field-affected_service = Affected service or address
intake-field-url = Address (URL)
intake-field-title = Title
intake-field-description = Description of the issue
intake-field-brief_description = Brief description of the issue
intake-field-technical_description = Technical description
intake-field-vulnerability_type = Kind of vulnerability (CWE, if you know it)
intake-field-attack_path = Attack path
intake-field-attack_vector = Attack vector
intake-field-preconditions = What an attacker needs first
intake-field-reproduction_steps = Steps to reproduce
intake-field-poc = Proof of concept
intake-field-exploit = Exploit
intake-field-known_exploits = Known exploits
intake-field-exploit_exists = Does an exploit exist?
intake-field-exploited = Is it being exploited?
intake-field-impact = Impact
intake-field-severity_guess = Your severity rating (CVSS vector)
intake-field-environment = Environment and tools
intake-field-discovery = How, when and by whom it was discovered
intake-field-discovery_method = How it was discovered
intake-field-discovery_date = When it was discovered
intake-field-discovered_by = Who discovered it
intake-field-proposed_mitigation = Proposed mitigation
intake-field-public_status = Is it public already?
intake-field-publication_plans = Your plans to publish
intake-field-cve_ids = CVE or other ids
intake-field-other_parties_contacted = Who else knows
intake-field-other_cna_asked = Other CNAs asked
intake-field-contact = Contact information
intake-field-name = Your name
intake-field-organization = Organisation
intake-field-email = E-mail address
intake-field-phone = Phone
intake-field-postal = Postal address
intake-field-pgp_key = Your OpenPGP public key
intake-field-preferred_language = Language for our replies
intake-field-anonymity = Anonymity
intake-field-share_contact_with_third_parties = May we share your contact with suppliers?
intake-field-credit_wish = How you wish to be credited
intake-field-reward_interest = Interest in a reward
intake-field-comments = Anything else
intake-field-attachments = Files
intake-field-asset = Affected asset
intake-field-site = Site
intake-field-time_observed = When it was observed
intake-field-indicators = Indicators
intake-field-containment = Containment so far
intake-field-what = What was found
intake-field-where_found = Where it was found
intake-field-still_available = Is it still there?

## Channels
intake-channel-email = E-mail
intake-channel-web_form = Web form
intake-channel-api = API
intake-channel-phone = Phone
intake-channel-secure_upload = Secure upload
intake-channel-bounty_platform = Bounty platform
intake-channel-forge_private_report = Private report on the code forge
intake-channel-third_party_coordinator = Third-party coordinator
intake-channel-support_portal = Support portal
intake-channel-postal = Post
intake-channel-cli = Command line

## Report states (domain §2.6)
intake-state-new = New
intake-state-quarantined = In quarantine
intake-state-spam = Spam
intake-state-opened = Opened
intake-state-linked = Linked to a case
intake-state-relinked = Moved to another case

## Signature and encryption
intake-signature-good = Signature verified
intake-signature-bad = Signature does not match
intake-signature-unknown = Signed with a key we do not know
intake-signature-none = Not signed
intake-decrypted-yes = Encrypted
intake-decrypted-no = Not encrypted
intake-decrypted-failed = Decryption failed
