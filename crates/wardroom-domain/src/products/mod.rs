//! The product catalogue: what the maker makes. Public knowledge, so it stands clear in the log.

use serde::{Deserialize, Serialize};

/// One product (or product line) as customers know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Short stable id of our own, `[a-z0-9-]+`: `vx-200`.
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub family: String,
    /// CPE 2.3 formatted string, or empty.
    #[serde(default)]
    pub cpe: String,
    /// Package URL, or empty.
    #[serde(default)]
    pub purl: String,
    /// Known versions, oldest first.
    #[serde(default)]
    pub versions: Vec<String>,
    /// Last day of support, `YYYY-MM-DD`, or empty.
    #[serde(default)]
    pub supported_until: String,
    /// It exists only as a service that its maker runs: nobody can install it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hosted: bool,
    /// Who makes it, where that is not the maker this desk belongs to.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub vendor: String,
    /// Revisions of the hardware, oldest first: `A`, `B2`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hardware: Vec<String>,
    /// What else customers and machines know it by.
    #[serde(default, skip_serializing_if = "Marks::is_empty")]
    pub marks: Marks,
}

/// What helps to recognise a product, beside its name, CPE and package URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// As on the type plate; `*` and `?` stand for characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub model_numbers: Vec<String>,
    /// Serial numbers, with the same signs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serial_numbers: Vec<String>,
    /// The numbers it is ordered by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skus: Vec<String>,
    /// Hashes of files of its versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<FileHash>,
}

impl Marks {
    pub fn is_empty(&self) -> bool {
        *self == Marks::default()
    }
}

/// The hash of one file of one version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHash {
    /// Which version the file belongs to.
    pub version: String,
    /// Its name, like `vx-200-2.5.0.bin`.
    pub file: String,
    /// `sha256`, `sha512` and the like.
    pub algorithm: String,
    /// Lower-case hex.
    pub value: String,
}

/// Hash algorithms taken, with the length of their values in hex digits.
pub const HASHES: [(&str, usize); 5] = [("sha256", 64), ("sha384", 96), ("sha512", 128), ("sha3-256", 64), ("sha3-512", 128)];

impl FileHash {
    /// Reads `version file algorithm value`, as in the form and on the command line.
    pub fn read(line: &str) -> Option<FileHash> {
        let parts: Vec<&str> = line.split_whitespace().collect();
        let [version, file, algorithm, value] = parts.as_slice() else { return None };
        let text = |text: &str| text.to_owned();
        Some(FileHash { version: text(version), file: text(file), algorithm: algorithm.to_lowercase(), value: value.to_lowercase() })
    }

    /// The line that [`FileHash::read`] reads.
    pub fn line(&self) -> String {
        format!("{} {} {} {}", self.version, self.file, self.algorithm, self.value)
    }

    fn is_sound(&self) -> bool {
        let length = HASHES.iter().find(|(name, _)| *name == self.algorithm).map(|(_, length)| *length);
        let hex = self.value.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        length == Some(self.value.len()) && hex && !self.version.is_empty() && !self.file.is_empty()
    }
}

/// What is wrong with a product that somebody typed in.
pub fn faults(product: &Product) -> Vec<(&'static str, &'static str)> {
    let mut faults = Vec::new();
    let id_ok = !product.id.is_empty()
        && product.id.len() <= 64
        && product.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !id_ok {
        faults.push(("id", "small letters, digits and dashes only, at most 64"));
    }
    if product.name.trim().is_empty() || product.name.chars().count() > 200 {
        faults.push(("name", "between 1 and 200 characters"));
    }
    if !product.cpe.is_empty() && !product.cpe.starts_with("cpe:2.3:") {
        faults.push(("cpe", "a CPE 2.3 formatted string begins with cpe:2.3:"));
    }
    if !product.purl.is_empty() && !product.purl.starts_with("pkg:") {
        faults.push(("purl", "a package URL begins with pkg:"));
    }
    if !product.supported_until.is_empty() && product.supported_until.parse::<jiff::civil::Date>().is_err() {
        faults.push(("supported_until", "a date like 2031-12-31"));
    }
    if product.vendor.chars().count() > 200 {
        faults.push(("vendor", "at most 200 characters"));
    }
    let marks = &product.marks;
    let short = |list: &Vec<String>| list.len() <= 200 && list.iter().all(|one| !one.trim().is_empty() && one.chars().count() <= 200);
    let lists = [
        ("hardware", &product.hardware),
        ("model_numbers", &marks.model_numbers),
        ("serial_numbers", &marks.serial_numbers),
        ("skus", &marks.skus),
    ];
    faults.extend(
        lists.into_iter().filter(|(_, list)| !short(list)).map(|(name, _)| (name, "at most 200, each between 1 and 200 characters")),
    );
    if marks.hashes.len() > 500 || !marks.hashes.iter().all(FileHash::is_sound) {
        faults.push(("hashes", "a version, a file name, sha256, sha384, sha512, sha3-256 or sha3-512, and the value in hex"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_of_an_older_build_reads_and_writes_as_it_was() {
        let old = r#"{"id":"vx-200","name":"VX-200","family":"","cpe":"","purl":"","versions":["1"],"supported_until":""}"#;
        let product: Product = serde_json::from_str(old).unwrap_or_default();
        assert_eq!(product.name, "VX-200");
        assert_eq!(serde_json::to_string(&product).unwrap_or_default(), old);
    }

    #[test]
    fn what_cannot_be_a_mark_is_named() {
        let mut product = Product { id: "vx-200".into(), name: "VX-200".into(), hardware: vec!["B".into()], ..Product::default() };
        let hash = FileHash::read(&format!("2.5.0 vx.bin SHA256 {}", "Ab".repeat(32))).unwrap_or_default();
        assert_eq!(FileHash::read(&hash.line()), Some(hash.clone()));
        product.marks.hashes = vec![hash];
        assert_eq!(faults(&product), []);
        product.marks.hashes[0].algorithm = "md5".into();
        product.marks.skus = vec![" ".into()];
        assert_eq!(faults(&product).iter().map(|(field, _)| *field).collect::<Vec<_>>(), ["skus", "hashes"]);
        assert_eq!(FileHash::read("2.5.0 vx.bin sha256"), None);
    }
}
