//! From what is said of a product to the answer for one version of it.
//!
//! In doubt the answer is `Unknown`, with the statement that left it open. What is fixed follows from the fixed versions that lie in the same
//! stretch as the version asked for: a fix for 1.x says nothing about 2.x.

use super::{Answer, By, Known, Rule, Say, State, Thing};
use crate::csaf::input::Versions;
use crate::csaf::model::FlagLabel;
use crate::versions::{Among, Span, Spans, among, is_all};

/// Between two ranges that are told together.
const JOIN: &str = ", ";

type Verdict = (State, Rule, Option<FlagLabel>);

impl Known {
    /// One answer for each vulnerability that says something of the product.
    pub(super) fn judge(&self, thing: &Thing, by: By) -> Vec<Answer> {
        let version = self.version_of(thing, by);
        let exact = by != By::Name || self.is_called(thing);
        let mut places: Vec<usize> = self.says.iter().map(|say| say.vulnerability).collect();
        places.sort_unstable();
        places.dedup();
        places
            .into_iter()
            .map(|place| {
                let says: Vec<&Say> = self.says.iter().filter(|say| say.vulnerability == place).collect();
                let (state, rule, reason) = decide(&says, &version);
                let ids = says.iter().map(|say| say.id.clone()).collect();
                Answer { product: self.name.clone(), vulnerability: place, state, rule, by, exact, version: version.clone(), reason, ids }
            })
            .collect()
    }
}

/// The answer over every platform: what holds only on some of them is unknown for somebody whose platform is not known.
fn decide(says: &[&Say], version: &str) -> Verdict {
    let mut platforms: Vec<Option<&str>> = says.iter().map(|say| say.on.as_deref()).collect();
    platforms.sort_unstable();
    platforms.dedup();
    let mut found: Vec<(Option<&str>, Verdict)> = Vec::new();
    for on in platforms {
        let here: Vec<&Say> = says.iter().filter(|say| say.on.as_deref() == on).copied().collect();
        found.push((on, one_platform(&here, version)));
    }
    let affected: Vec<&str> =
        found.iter().filter(|(on, (state, ..))| on.is_some() && *state == State::Affected).filter_map(|(on, _)| *on).collect();
    let plain = found.iter().any(|(on, (state, ..))| on.is_none() && *state == State::Affected);
    if !affected.is_empty() && !plain {
        let versions = told(says, State::Affected);
        return (State::Unknown, Rule::Only { versions, on: affected.join(JOIN) }, None);
    }
    let worst = found.into_iter().map(|(_, verdict)| verdict).min_by_key(|(state, ..)| *state);
    worst.unwrap_or((State::Unknown, Rule::NotNamed { versions: String::new() }, None))
}

fn one_platform(says: &[&Say], version: &str) -> Verdict {
    if version.trim().is_empty() { without_version(says) } else { of_version(says, version) }
}

/// What can be said when nobody said which version.
fn without_version(says: &[&Say]) -> Verdict {
    let mut states: Vec<State> = says.iter().map(|say| say.state).collect();
    states.sort_unstable();
    states.dedup();
    let every = says.iter().all(|say| covers_all(&say.versions));
    if let ([state], true) = (states.as_slice(), every) {
        return (*state, Rule::Every, reason(says, *state));
    }
    let of = if states.contains(&State::Affected) { State::Affected } else { states.first().copied().unwrap_or(State::Unknown) };
    (State::Unknown, Rule::NeedsVersion { versions: told(says, of) }, None)
}

fn of_version(says: &[&Say], version: &str) -> Verdict {
    let of = |state: State| says.iter().filter(move |say| say.state == state).copied();
    // Named exactly: that is what the advisory says of this version.
    for state in [State::Affected, State::Fixed, State::NotAffected, State::UnderInvestigation] {
        if let Some(say) = of(state).find(|say| is_exactly(&say.versions, version)) {
            return (state, Rule::Among { versions: say.versions.text().to_owned() }, reason(&[say], state));
        }
    }
    let mut unsure = None;
    for say in of(State::Affected) {
        match within(&say.versions, version) {
            Among::Yes => match fixed_within(&say.versions, of(State::Fixed), version) {
                Fixed::By(fixed) => return (State::Fixed, Rule::FixedIn { fixed }, None),
                Fixed::Open => unsure = Some(say),
                Fixed::No => {
                    // Said of every version, but of some something else: the narrower statement holds.
                    let narrower = |other: &Say| {
                        covers_all(&say.versions) && !covers_all(&other.versions) && within(&other.versions, version) == Among::Yes
                    };
                    if let Some(other) = says.iter().find(|other| other.state != State::Affected && narrower(other)) {
                        return (other.state, Rule::Among { versions: other.versions.text().to_owned() }, reason(&[other], other.state));
                    }
                    return (State::Affected, among_rule(&say.versions), None);
                }
            },
            Among::Unsure => unsure = Some(say),
            Among::No => {}
        }
    }
    if unsure.is_some() {
        return (State::Unknown, Rule::CannotCompare { versions: told(says, State::Affected) }, None);
    }
    for state in [State::UnderInvestigation, State::Fixed, State::NotAffected] {
        if let Some(say) = of(state).find(|say| within(&say.versions, version) == Among::Yes) {
            return (state, among_rule(&say.versions), reason(&[say], state));
        }
    }
    outside(says, version)
}

/// The version is in none of the stretches that are told.
fn outside(says: &[&Say], version: &str) -> Verdict {
    let affected: Vec<&Say> = says.iter().filter(|say| say.state == State::Affected).copied().collect();
    let fixed: Vec<&str> = says.iter().filter(|say| say.state == State::Fixed).filter_map(|say| exact(&say.versions)).collect();
    let reached: Vec<&str> = fixed.iter().filter(|fixed| among(version, &format!(">={fixed}")) == Among::Yes).copied().collect();
    // With several fixed versions and no word on what was affected, a later one than the first may still be before its own.
    let certain = !affected.is_empty() || reached.len() == fixed.len();
    if let Some(last) = reached.last().filter(|_| certain) {
        return (State::Fixed, Rule::FixedIn { fixed: (*last).to_owned() }, None);
    }
    let unsure = says.iter().any(|say| within(&say.versions, version) == Among::Unsure);
    let enumerated = affected.iter().all(|say| is_enumerated(&say.versions));
    if !affected.is_empty() && !enumerated && !unsure {
        return (State::NotAffected, Rule::Outside { versions: told(says, State::Affected) }, None);
    }
    let all = says.iter().map(|say| say.versions.text()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(JOIN);
    let rule = if unsure { Rule::CannotCompare { versions: all } } else { Rule::NotNamed { versions: all } };
    (State::Unknown, rule, None)
}

/// What the fixed versions say of a version inside a stretch that is affected.
enum Fixed {
    No,
    /// All fixed versions of the stretch are reached; the last of them.
    By(String),
    /// Only some are.
    Open,
}

fn fixed_within<'s>(stretch: &Versions, fixed: impl Iterator<Item = &'s Say>, version: &str) -> Fixed {
    let inside: Vec<&str> = fixed.filter_map(|say| exact(&say.versions)).filter(|fixed| within(stretch, fixed) == Among::Yes).collect();
    let reached: Vec<&&str> = inside.iter().filter(|fixed| among(version, &format!(">={fixed}")) == Among::Yes).collect();
    match (reached.last(), reached.len() == inside.len()) {
        (None, _) => Fixed::No,
        (Some(last), true) => Fixed::By((**last).to_owned()),
        (Some(_), false) => Fixed::Open,
    }
}

fn within(versions: &Versions, version: &str) -> Among {
    match versions {
        Versions::All => Among::Yes,
        Versions::Exact(_) if is_exactly(versions, version) => Among::Yes,
        Versions::Exact(_) => Among::No,
        Versions::Range(text) => among(version, text),
    }
}

/// The same version, also where only one of the two writes the last zero; versions we cannot compare by their letters.
fn is_exactly(versions: &Versions, version: &str) -> bool {
    let Some(exact) = exact(versions) else { return false };
    let bare = |text: &str| text.trim().trim_start_matches(['v', 'V']).to_lowercase();
    bare(exact) == bare(version) || among(version, exact) == Among::Yes
}

fn exact(versions: &Versions) -> Option<&str> {
    match versions {
        Versions::Exact(version) => Some(version),
        Versions::All | Versions::Range(_) => None,
    }
}

fn covers_all(versions: &Versions) -> bool {
    match versions {
        Versions::All => true,
        Versions::Exact(_) => false,
        Versions::Range(text) => is_all(text) || versions.spans() == Some(Spans::All),
    }
}

/// Single versions and nothing else: of others nothing is said.
fn is_enumerated(versions: &Versions) -> bool {
    match versions.spans() {
        Some(Spans::These(spans)) => spans.iter().all(|span| matches!(span, Span::One(_))),
        Some(Spans::All) | None => false,
    }
}

fn among_rule(versions: &Versions) -> Rule {
    if covers_all(versions) { Rule::Every } else { Rule::Among { versions: versions.text().to_owned() } }
}

/// The versions that are in this state, as the advisory writes them.
fn told(says: &[&Say], state: State) -> String {
    let mut texts: Vec<&str> = Vec::new();
    for text in says.iter().filter(|say| say.state == state).map(|say| say.versions.text()) {
        if !text.is_empty() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.join(JOIN)
}

fn reason(says: &[&Say], state: State) -> Option<FlagLabel> {
    (state == State::NotAffected).then(|| says.iter().find_map(|say| say.reason)).flatten()
}
