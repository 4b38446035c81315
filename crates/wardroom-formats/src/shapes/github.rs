//! A private vulnerability report or repository security advisory in the names of GitHub's REST API (`summary`, `description`,
//! `vulnerabilities[].package`, `cwe_ids`, `cvss_vector_string`, `credits`).

use super::Mapped;
use super::take::Members;

pub(super) fn map(report: &mut Members) -> Mapped {
    let mut mapped = Mapped { title: report.text("summary"), text: report.text("description"), ..Mapped::default() };
    let (mut products, mut versions, mut fixed, mut functions) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    report.each("vulnerabilities", |one| {
        products.push(one.object("package", |package| {
            let (name, ecosystem) = (package.text("name"), package.text("ecosystem"));
            if ecosystem.is_empty() { name } else { format!("{name} ({ecosystem})") }
        }));
        versions.push(one.text("vulnerable_version_range"));
        fixed.push(one.text("patched_versions"));
        fixed.push(one.text("first_patched_version"));
        fixed.push(one.object("first_patched_version", |first| first.text("identifier")));
        functions.extend(one.texts("vulnerable_functions"));
    });
    versions.push(report.text("vulnerable_version_range"));
    let mut ids = vec![report.text("cve_id"), report.text("ghsa_id")];
    report.each("identifiers", |id| {
        ids.push(id.text("value"));
        id.drop_all(&["type"]);
    });
    let mut weaknesses = report.texts("cwe_ids");
    report.each("cwes", |cwe| weaknesses.push(format!("{} {}", cwe.text("cwe_id"), cwe.text("name"))));
    let mut scores = vec![report.text("cvss_vector_string")];
    scores.push(report.object("cvss", |cvss| {
        cvss.drop_all(&["score"]);
        cvss.text("vector_string")
    }));
    report.object("cvss_severities", |all| {
        for name in ["cvss_v4", "cvss_v3"] {
            scores.push(all.object(name, |cvss| {
                cvss.drop_all(&["score"]);
                cvss.text("vector_string")
            }));
        }
    });
    scores.push(report.text("severity"));
    let mut credits = Vec::new();
    report.each("credits", |credit| {
        let mut login = credit.text("login");
        if login.is_empty() {
            login = credit.object("user", |user| {
                let login = user.text("login");
                user.0.clear();
                login
            });
        }
        credits.push(login);
        credit.drop_all(&["type"]);
    });
    let mut references = vec![report.text("html_url"), report.text("url")];
    references.extend(report.texts("references"));
    report.each("references", |one| references.push(one.text("url")));
    mapped.field("product", products);
    mapped.field("version", versions);
    mapped.field("fixed_in", fixed);
    mapped.field("component", functions);
    mapped.field("cve_ids", ids);
    mapped.field("vulnerability_type", weaknesses);
    mapped.field("severity_guess", scores);
    mapped.field("references", references);
    mapped.field("publication_date", [report.text("published_at")]);
    mapped.credit = credits.into_iter().filter(|one| !one.is_empty()).collect::<Vec<_>>().join("; ");
    report.drop_all(&["start_private_fork", "state", "created_at", "updated_at", "closed_at", "withdrawn_at"]);
    mapped
}
