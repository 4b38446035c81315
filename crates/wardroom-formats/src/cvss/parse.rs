//! Reads a vector against the table of its version.
//!
//! Not here: repair. Versions 2.0 and 3.x allow any order; 4.0 demands the order of its table ("every other ordering is
//! invalid", section 7), and a vector that breaks it is refused.

use super::metrics::{Group, Metric, metrics};
use super::{CvssError, MAX_VECTOR_BYTES, Version};

/// A well-formed vector: for each metric of the version, in its order, the code that was given.
pub(super) struct Chosen<'a> {
    pub version: Version,
    codes: Vec<Option<&'a str>>,
}

impl<'a> Chosen<'a> {
    /// The value of a metric, or `X` when it was not given or is unknown ("not defined" of 2.0 reads `X`, too).
    pub fn get(&self, metric: &str) -> &'a str {
        let at = metrics(self.version).iter().position(|m| m.code == metric);
        match at.and_then(|at| self.codes.get(at).copied().flatten()) {
            None | Some("ND") => "X",
            Some(code) => code,
        }
    }

    /// The value that was given; `None` where the vector says nothing.
    pub fn given(&self, metric: &str) -> Option<&'a str> {
        let at = metrics(self.version).iter().position(|m| m.code == metric)?;
        self.codes.get(at).copied().flatten()
    }

    /// The same with another value for one metric.
    pub fn with(&self, metric: &str, code: &'a str) -> Self {
        let same = |(known, now): (&Metric, &Option<&'a str>)| if known.code == metric { Some(code) } else { *now };
        Self { version: self.version, codes: metrics(self.version).iter().zip(&self.codes).map(same).collect() }
    }

    /// The value of the modified metric `M…` when it is defined, else that of the base metric.
    pub fn effective(&self, metric: &str) -> &'a str {
        match self.get(&format!("M{metric}")) {
            "X" => self.get(metric),
            modified => modified,
        }
    }

    /// Whether a metric of this group has a value other than "not defined".
    pub fn sets(&self, group: Group) -> bool {
        metrics(self.version).iter().any(|m| m.group == group && self.get(m.code) != "X")
    }

    /// The vector in the order of the standard.
    pub fn canonical(&self) -> String {
        let mut parts = Vec::new();
        for (metric, code) in metrics(self.version).iter().zip(&self.codes) {
            if let Some(code) = code {
                parts.push(format!("{}:{code}", metric.code));
            }
        }
        format!("{}{}", self.version.prefix(), parts.join("/"))
    }
}

pub(super) fn parse(text: &str) -> Result<Chosen<'_>, CvssError> {
    let vector = text.trim();
    let mut position = text.len() - text.trim_start().len();
    if vector.is_empty() {
        return Err(error(position, "no vector".into(), "give a vector like CVSS:4.0/AV:N/AC:L/…".into()));
    }
    if vector.len() > MAX_VECTOR_BYTES {
        return Err(error(
            position + MAX_VECTOR_BYTES,
            format!("vector longer than {MAX_VECTOR_BYTES} bytes"),
            "give one vector only".into(),
        ));
    }
    let (version, rest) = version_of(vector, position)?;
    position += vector.len() - rest.len();
    let table = metrics(version);
    let mut codes = vec![None; table.len()];
    let mut last = None;
    for part in rest.split('/') {
        let (at, code) = metric_of(table, version, part, position)?;
        if codes.get(at).is_some_and(Option::is_some) {
            return Err(error(position, format!("metric {} given twice", name(part)), "keep one of the two".into()));
        }
        if version == Version::V4 && last.is_some_and(|last| at < last) {
            return Err(error(
                position,
                format!("metric {} out of order", name(part)),
                "CVSS 4.0 metrics must come in the order of the standard".into(),
            ));
        }
        if let Some(slot) = codes.get_mut(at) {
            *slot = Some(code);
        }
        last = Some(at);
        position += part.len() + 1;
    }
    let end = position.saturating_sub(1);
    for (metric, code) in table.iter().zip(&codes) {
        if metric.required() && code.is_none() {
            return Err(error(
                end,
                format!("metric {} missing", metric.code),
                format!("add {}:{} ({})", metric.code, values(metric), metric.en),
            ));
        }
    }
    Ok(Chosen { version, codes })
}

fn version_of(vector: &str, position: usize) -> Result<(Version, &str), CvssError> {
    for version in [Version::V4, Version::V31, Version::V30] {
        if let Some(rest) = vector.strip_prefix(version.prefix()) {
            return Ok((version, rest));
        }
    }
    if vector.starts_with("AV:") || !vector.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("CVSS:")) {
        // A vector of 2.0 has no prefix; its metrics may come in any order.
        return Ok((Version::V2, vector));
    }
    let known = "use CVSS:4.0/, CVSS:3.1/ or CVSS:3.0/ (2.0 has no prefix)";
    let given = vector.split('/').next().unwrap_or(vector);
    Err(error(position, format!("unknown version {}", shown(given)), known.into()))
}

/// Index of the metric in the table, and the code of the value.
fn metric_of<'a>(table: &[Metric], version: Version, part: &'a str, position: usize) -> Result<(usize, &'a str), CvssError> {
    let Some((code, value)) = part.split_once(':') else {
        let what = if part.is_empty() { "empty metric".into() } else { format!("metric {} has no value", shown(part)) };
        return Err(error(position, what, "write each metric as NAME:VALUE, with a slash between".into()));
    };
    let Some((at, metric)) = table.iter().enumerate().find(|(_, metric)| metric.code == code) else {
        let hint = match table.iter().find(|metric| metric.code.eq_ignore_ascii_case(code)) {
            Some(metric) => format!("write {} in this case of letters", metric.code),
            None if version == Version::V2 => "this is no metric of CVSS 2.0; newer vectors begin with CVSS:".into(),
            None => format!("this is no metric of CVSS {version}"),
        };
        return Err(error(position, format!("unknown metric {}", shown(code)), hint));
    };
    if metric.values.iter().any(|known| known.code == value) {
        return Ok((at, value));
    }
    let what = format!("unknown value {} of metric {}", shown(value), metric.code);
    Err(error(position + code.len() + 1, what, format!("use {} ({})", values(metric), metric.en)))
}

fn values(metric: &Metric) -> String {
    metric.values.iter().map(|value| value.code).collect::<Vec<_>>().join("|")
}

fn name(part: &str) -> String {
    shown(part.split(':').next().unwrap_or(part))
}

/// A piece of foreign text, short and without control characters, fit for an error message.
fn shown(text: &str) -> String {
    let mut out: String = text.chars().take(16).filter(|c| !c.is_control()).collect();
    if text.chars().nth(16).is_some() {
        out.push('…');
    }
    format!("\"{out}\"")
}

const fn error(position: usize, what: String, hint: String) -> CvssError {
    CvssError { position, what, hint }
}
