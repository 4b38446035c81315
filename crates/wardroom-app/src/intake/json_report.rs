//! A report as JSON, for `inbox import` of a `.json` file: the same fields as `POST /api/v1/reports`.

use super::hand_in::{HandIn, HandInError, Receipt, hand_in};
use crate::house::Desk;
use serde::Deserialize;
use wardroom_domain::intake::{Door, ReportKind};

/// The fields a JSON report may have. `title` or `text` must say something.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JsonReport {
    pub kind: String,
    pub title: String,
    /// Also called `description`.
    #[serde(alias = "description")]
    pub text: String,
    pub product: String,
    pub component: String,
    pub version: String,
    pub cwe: String,
    pub language: String,
    pub name: String,
    pub email: String,
    pub pgp_key: String,
    pub credit: String,
    /// Any further field of the profile by id.
    pub fields: std::collections::BTreeMap<String, String>,
}

impl JsonReport {
    /// The report as the desk or the API hands it in.
    pub fn into_hand_in(self, door: Door) -> HandIn {
        let named = [("product", self.product), ("component", self.component), ("version", self.version), ("cwe", self.cwe)];
        let mut fields: Vec<(String, String)> =
            named.into_iter().filter(|(_, value)| !value.is_empty()).map(|(id, value)| (id.to_owned(), value)).collect();
        fields.extend(self.fields);
        let text = if self.text.trim().is_empty() { self.title.clone() } else { self.text };
        let language = if self.language.is_empty() { "en".to_owned() } else { self.language };
        HandIn {
            door,
            kind: ReportKind::parse(&self.kind).unwrap_or(ReportKind::Unsure),
            language,
            title: self.title,
            text,
            fields,
            sender_name: self.name,
            sender_address: self.email,
            reporter_key: self.pgp_key,
            credit: self.credit,
            attachments: Vec::new(),
            uploads: Vec::new(),
            payload: Vec::new(),
            code: None,
            idempotency: None,
            original: None,
        }
    }
}

impl Desk {
    /// Takes in a report that the team read from a file.
    pub async fn import_report(&self, report: HandIn) -> Result<Receipt, HandInError> {
        hand_in(self, HandIn { door: Door::Desk, ..report }).await
    }

    /// Takes a JSON report in as if it came by the desk.
    pub async fn import_json(&self, report: JsonReport) -> Result<Receipt, HandInError> {
        hand_in(self, report.into_hand_in(Door::Desk)).await
    }
}
