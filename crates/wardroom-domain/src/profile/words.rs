//! The closed vocabularies of `psirt-profile/1`: each word list of the schema as one type.
//! Deliberately without behaviour; what a word means is decided where it is used.

use super::vocabulary::vocabulary;

vocabulary! {
    /// How we know what the page says.
    EvidenceBasis {
        StoredPage = "stored_page",
        Memory = "memory",
        ThirdParty = "third_party",
    }
}

vocabulary! {
    /// What the organisation is.
    OrgRole {
        ProductProvider = "product_provider",
        ComponentSupplier = "component_supplier",
        Coordinator = "coordinator",
        Cna = "cna",
        OssProject = "oss_project",
        NetworkOperator = "network_operator",
    }
}

vocabulary! {
    /// A way to reach the team.
    ChannelKind {
        Email = "email",
        WebForm = "web_form",
        Api = "api",
        Phone = "phone",
        SecureUpload = "secure_upload",
        BountyPlatform = "bounty_platform",
        ForgePrivateReport = "forge_private_report",
        ThirdPartyCoordinator = "third_party_coordinator",
        SupportPortal = "support_portal",
        Postal = "postal",
    }
}

vocabulary! {
    /// How strongly encryption is asked for.
    Encryption {
        None = "none",
        Tls = "tls",
        Offered = "offered",
        Encouraged = "encouraged",
        StronglyRecommended = "strongly_recommended",
        Required = "required",
    }
}

vocabulary! {
    /// How a report may be encrypted.
    EncryptionMethod {
        Openpgp = "openpgp",
        Smime = "smime",
        Tls = "tls",
        SecureUpload = "secure_upload",
        ZipPassword = "zip_password",
    }
}

vocabulary! {
    /// The kind of a published key.
    KeyKind {
        Openpgp = "openpgp",
        Smime = "smime",
    }
}

vocabulary! {
    /// How strongly the languages are asked for.
    LanguageForce {
        Must = "must",
        Please = "please",
        Preferred = "preferred",
        Unstated = "unstated",
    }
}

vocabulary! {
    /// Whether a reporter may stay nameless.
    Anonymity {
        Allowed = "allowed",
        Discouraged = "discouraged",
        Refused = "refused",
        Unstated = "unstated",
    }
}

vocabulary! {
    /// Whether a reporter must sign something.
    Nda {
        Never = "never",
        Possible = "possible",
        Required = "required",
        Unstated = "unstated",
    }
}

vocabulary! {
    /// How much a field is wanted.
    Need {
        Must = "must",
        Should = "should",
        May = "may",
    }
}

vocabulary! {
    /// What a reporter agrees to by sending.
    Consent {
        None = "none",
        PrivacyNotice = "privacy_notice",
        Confidentiality = "confidentiality",
        Terms = "terms",
    }
}

vocabulary! {
    /// What may be reported.
    ReportKind {
        ProductVulnerability = "product_vulnerability",
        ProductIncident = "product_incident",
        DocumentFlaw = "document_flaw",
        LeakedInformation = "leaked_information",
        LeakedProduct = "leaked_product",
        ServiceVulnerability = "service_vulnerability",
        WebsiteVulnerability = "website_vulnerability",
        ComponentVulnerability = "component_vulnerability",
        MaliciousCode = "malicious_code",
    }
}

vocabulary! {
    /// Which products are in scope by age.
    Lifecycle {
        Any = "any",
        SupportedOnly = "supported_only",
        SupportedForAdvisories = "supported_for_advisories",
        Unstated = "unstated",
    }
}

vocabulary! {
    /// What happens to reports about somebody else's component.
    ThirdParty {
        Handled = "handled",
        Forwarded = "forwarded",
        Referred = "referred",
        Refused = "refused",
        Unstated = "unstated",
    }
}

vocabulary! {
    /// Whether the reporter tries the fix.
    FixVerification {
        Always = "always",
        Offered = "offered",
        No = "no",
        Unstated = "unstated",
    }
}

vocabulary! {
    /// Whether the reporter gets the analysis.
    AnalysisSharing {
        Always = "always",
        CaseByCase = "case_by_case",
        No = "no",
        Unstated = "unstated",
    }
}

vocabulary! {
    /// How severity is scored.
    Scoring {
        Cvss2 = "cvss2",
        Cvss30 = "cvss3.0",
        Cvss31 = "cvss3.1",
        Cvss31Temporal = "cvss3.1_temporal",
        Cvss40 = "cvss4.0",
        Ssvc = "ssvc",
        Gbt30279 = "gbt30279",
        Own = "own",
        ComponentBySeverity = "component_by_severity",
    }
}

vocabulary! {
    /// Who decides about disclosure.
    DisclosureModel {
        Coordinated = "coordinated",
        Discretionary = "discretionary",
        VendorDecides = "vendor_decides",
        Nda = "nda",
        Unstated = "unstated",
    }
}

vocabulary! {
    /// How long the vendor says nothing.
    VendorSilence {
        None = "none",
        UntilInvestigationComplete = "until_investigation_complete",
        UntilFix = "until_fix",
        UntilAdvisory = "until_advisory",
    }
}

vocabulary! {
    /// What silence is asked of the reporter.
    ReporterSilence {
        None = "none",
        RequestedUntilFix = "requested_until_fix",
        RequestedUntilAdvisory = "requested_until_advisory",
        RequestedUntilAgreedDate = "requested_until_agreed_date",
        RequiredUntilConsent = "required_until_consent",
        OnSubmitTerms = "on_submit_terms",
    }
}

vocabulary! {
    /// What starts the embargo.
    EmbargoAnchor {
        Receipt = "receipt",
        Validation = "validation",
        Agreement = "agreement",
        FixAvailable = "fix_available",
    }
}

vocabulary! {
    /// Which customers are told before the public.
    EarlyCustomers {
        None = "none",
        NeedToKnow = "need_to_know",
        Registry = "registry",
        AllOem = "all_oem",
        Contract = "contract",
    }
}

vocabulary! {
    /// Whether an embargo of others is kept.
    ForeignEmbargo {
        Respected = "respected",
        OwnPolicy = "own_policy",
        Unstated = "unstated",
    }
}

vocabulary! {
    /// Who can read the advisories.
    DisclosureAudience {
        Public = "public",
        RelevantParties = "relevant_parties",
        CustomersLogin = "customers_login",
        None = "none",
    }
}

vocabulary! {
    /// When advisories appear.
    DisclosureTime {
        AtFix = "at_fix",
        ScheduledDay = "scheduled_day",
        Realtime = "realtime",
        AtAgreedDate = "at_agreed_date",
        CaseByCase = "case_by_case",
        NeverPromised = "never_promised",
    }
}

vocabulary! {
    /// What is published.
    DocumentKind {
        Advisory = "advisory",
        Bulletin = "bulletin",
        Notice = "notice",
        Brief = "brief",
        ReleaseNote = "release_note",
        KbArticle = "kb_article",
        CveRecord = "cve_record",
        ListEntry = "list_entry",
        Letter = "letter",
    }
}

vocabulary! {
    /// In which formats.
    Format {
        Html = "html",
        Txt = "txt",
        Pdf = "pdf",
        Csaf20 = "csaf2.0",
        Csaf21 = "csaf2.1",
        Cvrf = "cvrf",
        CveJson = "cve_json",
        Osv = "osv",
        Openvex = "openvex",
        CyclonedxVex = "cyclonedx_vex",
        Rss = "rss",
        Atom = "atom",
        JsonFeed = "json_feed",
        EmailList = "email_list",
        Jvn = "jvn",
        CertVde = "cert_vde",
        GithubAdvisory = "github_advisory",
    }
}

vocabulary! {
    /// Which identifiers are used.
    IdKind {
        Cve = "cve",
        Cnvd = "cnvd",
        Cnnvd = "cnnvd",
        Nvdb = "nvdb",
        Euvd = "euvd",
        Gcve = "gcve",
        Jvndb = "jvndb",
        Ghsa = "ghsa",
        Own = "own",
    }
}

vocabulary! {
    /// Where finders are named.
    CreditModel {
        Advisory = "advisory",
        HallOfFame = "hall_of_fame",
        Both = "both",
        None = "none",
        Unstated = "unstated",
    }
}

vocabulary! {
    /// Whether finders are asked.
    CreditOpt {
        OptIn = "opt_in",
        OptOut = "opt_out",
        Ask = "ask",
        Unstated = "unstated",
    }
}

vocabulary! {
    /// Whether there is a reward.
    RewardModel {
        None = "none",
        Bounty = "bounty",
        Points = "points",
        CaseByCase = "case_by_case",
        Unstated = "unstated",
    }
}

vocabulary! {
    /// How far the promise not to sue goes.
    SafeHarborLevel {
        Full = "full",
        Partial = "partial",
        None = "none",
    }
}

vocabulary! {
    /// Traffic Light Protocol 2.0 label.
    Tlp {
        Red = "RED",
        AmberStrict = "AMBER+STRICT",
        Amber = "AMBER",
        Green = "GREEN",
        Clear = "CLEAR",
    }
}

vocabulary! {
    /// Rules of law and of authorities that bind the vendor.
    Regime {
        EuCra = "eu_cra",
        EuNis2 = "eu_nis2",
        CnRmsv = "cn_rmsv",
        UkPsti = "uk_psti",
        UsBod2001 = "us_bod2001",
        JpEarlyWarning = "jp_early_warning",
        CnaRules = "cna_rules",
        GcveGna = "gcve_gna",
        Iec6244341 = "iec62443_4_1",
        Iso21434 = "iso21434",
        UnR155 = "un_r155",
    }
}

vocabulary! {
    /// The CSAF role of the publisher.
    CsafRole {
        None = "none",
        Publisher = "publisher",
        Provider = "provider",
        TrustedProvider = "trusted_provider",
    }
}
