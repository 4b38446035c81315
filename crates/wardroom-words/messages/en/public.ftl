# public: every key begins with public-.
public-brand-line = Product security
public-nav-report = Report
public-nav-track = Track a report
public-nav-advisories = Advisories
public-nav-policy = Policy
public-nav-check = Am I affected?
public-nav-feeds = Feeds and files
public-nav-key = Encryption key
public-nav-thanks = Thanks
public-foot-key = OpenPGP key
