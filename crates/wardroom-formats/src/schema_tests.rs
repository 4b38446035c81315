//! What we render is valid by the official JSON schemas, judged by Python's `jsonschema`.
//! Needs `WARDROOM_CORPORA` and that module; says so when something is missing.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::csaf::input::{Category, FlagInput, NoteInput, StatusInput};
use crate::csaf::model::{FlagLabel, NoteCategory};
use crate::csaf::{self, AdvisoryInput};
use crate::provider::tests as provider_samples;
use crate::{provider, sample};

const CSAF: &str = "csaf-official/2.0/json_schema/csaf_json_schema.json";
const PROVIDER: &str = "csaf-official/2.0/json_schema/provider_json_schema.json";
const ROLIE: &str = "schemas/ROLIE_feed_json_schema.json";

/// Reads the instance from standard input; the first argument is the corpora folder, the second the schema.
const SCRIPT: &str = r#"
import glob, json, sys, warnings
warnings.simplefilter("ignore")
import jsonschema
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012, DRAFT7
root, name = sys.argv[1:3]
registry = Registry()
folder = root + "/csaf-official/2.0/"
for path in glob.glob(folder + "json_schema/*.json") + glob.glob(folder + "referenced_schema/first/*.json"):
    schema = json.load(open(path))
    made = Resource.from_contents(schema, default_specification=DRAFT7)
    uri = schema.get("$id") or schema.get("id")
    if uri:
        registry = registry.with_resource(uri, made)
        registry = registry.with_resource(uri.split("?")[0], made)
schema = json.load(open(root + "/" + name))
judge = jsonschema.Draft202012Validator(schema, registry=registry, format_checker=jsonschema.FormatChecker())
errors = list(judge.iter_errors(json.load(sys.stdin)))
for error in errors:
    print(error.json_path, error.message[:300])
sys.exit(3 if errors else 0)
"#;

struct Judge {
    corpora: PathBuf,
}

impl Judge {
    fn find() -> Option<Self> {
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

    /// The complaints, empty when valid.
    fn judge(&self, schema: &str, json: &str) -> String {
        let mut child = Command::new("python3")
            .args(["-c", SCRIPT])
            .arg(&self.corpora)
            .arg(schema)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(json.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let complaints = String::from_utf8(output.stdout).unwrap();
        assert!(matches!(output.status.code(), Some(0 | 3)), "the judge itself failed");
        complaints
    }
}

fn advisories() -> Vec<(&'static str, AdvisoryInput)> {
    let mut vex = sample::advisory();
    vex.category = Some(Category::Vex);
    let one = &mut vex.vulnerabilities[0];
    one.scores[0].vector = "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H".into();
    one.flags = vec![FlagInput { label: FlagLabel::ComponentNotPresent, date: None, products: vec!["P3".into()] }];
    let mut bare = sample::advisory();
    let one = &mut bare.vulnerabilities[0];
    one.scores[0].vector = "AV:N/AC:L/Au:N/C:C/I:C/A:C/E:POC".into();
    one.status = StatusInput { under_investigation: vec!["P1".into()], ..StatusInput::default() };
    one.remediations.clear();
    one.notes.push(NoteInput { category: NoteCategory::Faq, title: None, text: "问".into() });
    vec![("advisory", sample::advisory()), ("notice", sample::notice()), ("vex", vex), ("bare", bare)]
}

#[test]
fn rendered_documents_are_valid() {
    let judge = Judge::find();
    for (name, advisory) in advisories() {
        let document = csaf::render(&advisory).unwrap();
        assert_eq!(csaf::check(&document), [], "{name}");
        if let Some(judge) = &judge {
            assert_eq!(judge.judge(CSAF, &csaf::to_json(&document)), "", "{name}");
        }
    }
}

#[test]
fn the_judge_can_say_no() {
    let Some(judge) = Judge::find() else { return };
    let json = csaf::to_json(&csaf::render(&sample::advisory()).unwrap());
    for (good, bad) in [("\"final\"", "\"finished\""), ("\"CRITICAL\"", "\"AWFUL\""), ("2026-03-05T10:30:00Z", "yesterday")] {
        let spoiled = json.replace(good, bad);
        assert_ne!(spoiled, json);
        assert_ne!(judge.judge(CSAF, &spoiled), "", "{bad}");
    }
}

#[test]
fn provider_files_are_valid() {
    let Some(judge) = Judge::find() else { return };
    assert_eq!(judge.judge(PROVIDER, &provider::metadata(&provider_samples::provider()).unwrap()), "");
    let entries = vec![provider_samples::entry("EX-1", "2026-03-01T08:00:00Z"), provider_samples::entry("EX-2", "2026-03-02T08:00:00Z")];
    for entries in [entries, Vec::new()] {
        assert_eq!(judge.judge(ROLIE, &provider::rolie_feed(&provider_samples::feed(entries)).unwrap()), "");
    }
}
