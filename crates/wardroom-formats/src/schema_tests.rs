//! What we render is valid by the official JSON schemas, judged by Python's `jsonschema`.
//! Needs `WARDROOM_CORPORA` and that module; says so when something is missing.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::csaf::input::{Category, FlagInput, NoteInput, StatusInput};
use crate::csaf::model::{FlagLabel, NoteCategory};
use crate::csaf::{self, AdvisoryInput};
use crate::cve::Issuer;
use crate::provider::tests as provider_samples;
use crate::rendering::{Editions, Format};
use crate::{provider, sample};

const CSAF: &str = "csaf-official/2.0/json_schema/csaf_json_schema.json";
const CSAF_21: &str = "csaf-official/2.1/json_schema/csaf.json";
const PROVIDER: &str = "csaf-official/2.0/json_schema/provider_json_schema.json";
const ROLIE: &str = "schemas/ROLIE_feed_json_schema.json";
const CVE: &str = "schemas/CVE_JSON_bundled_5.1.1.json";
const OSV: &str = "schemas/osv-1.7.5.schema.json";
const OPENVEX: &str = "schemas/openvex-0.2.0.schema.json";
const CYCLONEDX_16: &str = "schemas/bom-1.6.schema.json";
const CYCLONEDX_17: &str = "schemas/bom-1.7.schema.json";

/// Reads pairs of schema and instance from standard input and writes the complaints about each; the argument is the corpora folder.
/// The CVE schema there is 5.1.1: what 5.2.0 adds (`packageURL`, and that `affected` has no other members) is put in.
const SCRIPT: &str = r#"
import glob, json, sys, warnings
warnings.simplefilter("ignore")
import jsonschema
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012, DRAFT7
root = sys.argv[1]
def load(path):
    schema = json.load(open(path))
    if "CVE_JSON_bundled" in path:
        product = schema["definitions"]["product"]
        product["properties"]["packageURL"] = {"type": "string", "format": "uri", "pattern": "^pkg:[^@?#]*$"}
        product["additionalProperties"] = False
    return schema
def everything(value):
    if isinstance(value, dict):
        yield value
        for one in value.values(): yield from everything(one)
    elif isinstance(value, list):
        for one in value: yield from everything(one)
folders = ["csaf-official/2.0/json_schema", "csaf-official/2.0/referenced_schema/first", "csaf-official/2.1/json_schema",
           "csaf-official/2.1/referenced_schema/first", "csaf-official/2.1/referenced_schema/certcc", "schemas"]
def registry_for(schema_path):
    registry = Registry()
    edition = "2.1" if "/2.1/" in schema_path else "2.0"
    for folder in folders:
        if "csaf-official" in folder and edition not in folder: continue
        for path in glob.glob(root + "/" + folder + "/*.json"):
            schema = load(path)
            made = Resource.from_contents(schema, default_specification=DRAFT7)
            uri = schema.get("$id") or schema.get("id")
            names = [uri, uri.split("?")[0]] if uri else []
            for name in names + [path.rsplit("/", 1)[1], "http://cyclonedx.org/schema/" + path.rsplit("/", 1)[1]]:
                registry = registry.with_resource(name, made)
    return registry
judges, answers = {}, []
for name, instance in json.load(sys.stdin):
    if name not in judges:
        schema = load(root + "/" + name)
        kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
        judges[name] = kind(schema, registry=registry_for(root + "/" + name), format_checker=jsonschema.FormatChecker())
    errors = judges[name].iter_errors(json.loads(instance))
    answers.append("\n".join(error.json_path + " " + error.message[:300] for error in errors))
print(json.dumps(answers))
"#;

pub(crate) struct Judge {
    pub(crate) corpora: PathBuf,
}

impl Judge {
    pub(crate) fn find() -> Option<Self> {
        let Some(corpora) = std::env::var_os("WARDROOM_CORPORA") else {
            println!("skipped: WARDROOM_CORPORA is unset, so nothing was judged by the JSON schemas");
            return None;
        };
        let probe = Command::new("python3").args(["-c", "import jsonschema, referencing"]).stderr(Stdio::null()).status();
        if !probe.is_ok_and(|status| status.success()) {
            println!("skipped: python3 with the module jsonschema is absent, so nothing was judged by the JSON schemas");
            return None;
        }
        Some(Self { corpora: corpora.into() })
    }

    /// The complaints about each, empty when valid.
    pub(crate) fn judge(&self, pairs: &[(&str, String)]) -> Vec<String> {
        let mut child =
            Command::new("python3").args(["-c", SCRIPT]).arg(&self.corpora).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(serde_json::to_string(pairs).unwrap().as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "the judge itself failed");
        let complaints: Vec<String> = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(complaints.len(), pairs.len());
        complaints
    }
}

fn advisories() -> Vec<(&'static str, AdvisoryInput)> {
    let mut vex = sample::advisory();
    vex.category = Some(Category::Vex);
    let one = &mut vex.vulnerabilities[0];
    one.scores[0].vector = "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H".into();
    one.flags = vec![FlagInput { label: FlagLabel::ComponentNotPresent, date: None, products: vec!["P3".into()], groups: Vec::new() }];
    let mut bare = sample::advisory();
    let one = &mut bare.vulnerabilities[0];
    one.scores[0].vector = "AV:N/AC:L/Au:N/C:C/I:C/A:C/E:POC".into();
    one.status = StatusInput { under_investigation: vec!["P1".into()], ..StatusInput::default() };
    one.remediations.clear();
    one.notes.push(NoteInput { category: NoteCategory::Faq, title: None, text: "问".into(), audience: None });
    vec![("advisory", sample::advisory()), ("notice", sample::notice()), ("vex", vex), ("bare", bare), ("rich", sample::rich())]
}

#[test]
fn rendered_documents_are_valid() {
    let judge = Judge::find();
    let (mut names, mut pairs) = (Vec::new(), Vec::new());
    for (name, advisory) in advisories() {
        let document = csaf::render(&advisory).unwrap();
        names.push(name);
        pairs.push((CSAF, csaf::to_json(&document)));
    }
    valid(judge.as_ref(), &names, &pairs);
}

fn valid(judge: Option<&Judge>, names: &[&str], pairs: &[(&str, String)]) {
    let Some(judge) = judge else { return };
    for ((complaints, (schema, text)), name) in judge.judge(pairs).into_iter().zip(pairs).zip(names) {
        assert_eq!(complaints, "", "{name} by {schema}: {text}");
    }
}

/// The same advisory in both languages.
fn editions(advisory: &AdvisoryInput) -> Editions {
    let mut chinese = advisory.clone();
    chinese.lang = "zh-CN".into();
    for one in &mut chinese.vulnerabilities {
        one.description = "字段到达命令行。".into();
    }
    Editions::new(advisory.clone(), vec![chinese], "https://psirt.example.com/advisories/EX-SA-2026-001.html", Issuer::default())
}

#[test]
fn every_format_is_valid_and_the_same_every_time() {
    let (mut names, mut pairs) = (Vec::new(), Vec::new());
    for (name, mut advisory) in advisories() {
        let editions = self::editions(&advisory);
        let mut said = 0;
        for (format, schema) in [
            (Format::Csaf20, CSAF),
            (Format::Csaf21, CSAF_21),
            (Format::Osv, OSV),
            (Format::OpenVex, OPENVEX),
            (Format::CycloneDx16, CYCLONEDX_16),
            (Format::CycloneDx17, CYCLONEDX_17),
        ] {
            for lang in ["en", "zh"] {
                let Ok(text) = editions.render(format, lang) else { continue };
                assert_eq!(text, editions.render(format, lang).unwrap());
                assert!(text.ends_with("}\n"));
                said += 1;
                names.push(name);
                pairs.push((schema, text));
            }
        }
        // A notice without vulnerabilities has CSAF alone.
        assert_eq!(said, if name == "notice" { 4 } else { 12 }, "{name}");
        for record in editions.cve_records() {
            names.push(name);
            pairs.push((CVE, record.unwrap().1));
        }
        for category in [Category::Withdrawn, Category::Superseded] {
            advisory.category = Some(category);
            let editions = self::editions(&advisory);
            for (format, schema) in [(Format::Csaf20, CSAF), (Format::Csaf21, CSAF_21)] {
                names.push(name);
                pairs.push((schema, editions.render(format, "").unwrap()));
            }
            assert!(editions.render(Format::OpenVex, "").is_err() && editions.render(Format::Cve, "").is_err());
        }
    }
    valid(Judge::find().as_ref(), &names, &pairs);
}

#[test]
fn the_judge_can_say_no() {
    let Some(judge) = Judge::find() else { return };
    let editions = editions(&sample::advisory());
    let mut pairs = Vec::new();
    for (format, schema, good, bad) in [
        (Format::Csaf20, CSAF, "\"final\"", "\"finished\""),
        (Format::Csaf20, CSAF, "\"CRITICAL\"", "\"AWFUL\""),
        (Format::Csaf20, CSAF, "2026-03-05T10:30:00Z", "yesterday"),
        (Format::Csaf21, CSAF_21, "\"CLEAR\"", "\"WHITE\""),
        (Format::Cve, CVE, "\"affected\",", "\"broken\","),
        (Format::Cve, CVE, "\"packageURL\"", "\"package_url\""),
        (Format::Osv, OSV, "\"x_EX-", "\"EX-"),
        (Format::OpenVex, OPENVEX, "\"action_statement\"", "\"action\""),
        (Format::CycloneDx16, CYCLONEDX_16, "\"exploitable\"", "\"affected\""),
        (Format::CycloneDx17, CYCLONEDX_17, "urn:uuid:", "uuid:"),
    ] {
        let text = editions.render(format, "").unwrap();
        let spoiled = text.replace(good, bad);
        assert_ne!(spoiled, text, "{good} is not in {text}");
        pairs.push((schema, spoiled));
    }
    for (complaints, (schema, text)) in judge.judge(&pairs).into_iter().zip(&pairs) {
        assert_ne!(complaints, "", "{schema}: {text}");
    }
}

#[test]
fn provider_files_are_valid() {
    let Some(judge) = Judge::find() else { return };
    let mut pairs = vec![(PROVIDER, provider::metadata(&provider_samples::provider()).unwrap())];
    let entries = vec![provider_samples::entry("EX-1", "2026-03-01T08:00:00Z"), provider_samples::entry("EX-2", "2026-03-02T08:00:00Z")];
    for entries in [entries, Vec::new()] {
        pairs.push((ROLIE, provider::rolie_feed(&provider_samples::feed(entries)).unwrap()));
    }
    valid(Some(&judge), &["metadata", "feed", "empty feed"], &pairs);
}
