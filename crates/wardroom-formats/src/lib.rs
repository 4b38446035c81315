//! CSAF, CVSS, ROLIE, security.txt, feeds: models, rendering, checks. A pure leaf.
