//! The arithmetic of CVSS 4.0 (section 8): macro-vector, and the mean distance from its gravest vector.
//!
//! Rounding adds 1e-6 first, as FIRST's later code does: without it some exact halves come out a tenth too low.

use super::parse::Chosen;
use super::v4_table::{Macro, tenths};

/// The score of the base metrics alone.
pub(super) fn base(chosen: &Chosen<'_>) -> f64 {
    score(&Levels::read(|metric| chosen.get(metric), "X", ["X"; 3]))
}

/// The score of everything given.
pub(super) fn all(chosen: &Chosen<'_>) -> f64 {
    let requirements = ["CR", "IR", "AR"].map(|metric| chosen.get(metric));
    score(&Levels::read(|metric| chosen.effective(metric), chosen.get("E"), requirements))
}

/// Each metric as its distance from the gravest value, in steps (section 8.2).
struct Levels {
    /// AV, PR, UI.
    reach: [i32; 3],
    /// AC, AT.
    effort: [i32; 2],
    /// VC, VI, VA; 0 is high, 2 none.
    vulnerable: [i32; 3],
    /// CR, IR, AR; 0 is high.
    requirements: [i32; 3],
    /// SC, SI, SA; 0 is safety, 1 high, 3 none.
    subsequent: [i32; 3],
    /// E.
    maturity: usize,
}

impl Levels {
    fn read<'a>(value: impl Fn(&str) -> &'a str, maturity: &str, requirements: [&str; 3]) -> Self {
        let vulnerable = |code| if code == "H" { 0 } else { step(code, "LN") + 1 };
        Self {
            reach: [step(value("AV"), "NALP"), step(value("PR"), "NLH"), step(value("UI"), "NPA")],
            effort: [step(value("AC"), "LH"), step(value("AT"), "NP")],
            vulnerable: ["VC", "VI", "VA"].map(|metric| vulnerable(value(metric))),
            requirements: requirements.map(|code| if code == "X" { 0 } else { step(code, "HML") }),
            subsequent: ["SC", "SI", "SA"].map(|metric| step(value(metric), "SHLN")),
            maturity: match maturity {
                "P" => 1,
                "U" => 2,
                _ => 0,
            },
        }
    }

    fn macro_vector(&self) -> Macro {
        let reached = self.reach.iter().filter(|level| **level == 0).count();
        let eq1 = match reached {
            3 => 0,
            1 | 2 if self.reach.first() != Some(&3) => 1,
            _ => 2,
        };
        let eq2 = usize::from(self.effort != [0, 0]);
        let [vc, vi, va] = self.vulnerable;
        let eq3 = match (vc, vi, va) {
            (0, 0, _) => 0,
            (0, _, _) | (_, 0, _) | (_, _, 0) => 1,
            _ => 2,
        };
        let [sc, si, sa] = self.subsequent;
        let eq4 = if si == 0 || sa == 0 { 0 } else { usize::from(![sc, si, sa].contains(&1)) + 1 };
        let needed = self.vulnerable.iter().zip(&self.requirements).any(|(impact, need)| (*impact, *need) == (0, 0));
        [eq1, eq2, eq3, eq4, self.maturity, usize::from(!needed)]
    }

    /// VC, VI, VA, CR, IR, AR.
    fn joint(&self) -> [i32; 6] {
        let ([vc, vi, va], [cr, ir, ar]) = (self.vulnerable, self.requirements);
        [vc, vi, va, cr, ir, ar]
    }
}

/// How far a value lies from the gravest one, given the codes from grave to slight.
fn step(code: &str, from_grave: &str) -> i32 {
    from_grave.find(code).and_then(|at| i32::try_from(at).ok()).unwrap_or(0)
}

/// The gravest vectors of each level (section 8.2, tables 24 to 28), as the same steps; and the depth of the level.
type Gravest<const N: usize> = (&'static [[i32; N]], i32);

const EQ1: [Gravest<3>; 3] = [(&[[0, 0, 0]], 1), (&[[1, 0, 0], [0, 1, 0], [0, 0, 1]], 4), (&[[3, 0, 0], [1, 1, 1]], 5)];
const EQ2: [Gravest<2>; 2] = [(&[[0, 0]], 1), (&[[1, 0], [0, 1]], 2)];
const EQ4: [Gravest<3>; 3] = [(&[[1, 0, 0]], 6), (&[[1, 1, 1]], 5), (&[[2, 2, 2]], 4)];
const EQ3_EQ6: [((usize, usize), Gravest<6>); 5] = [
    ((0, 0), (&[[0, 0, 0, 0, 0, 0]], 7)),
    ((0, 1), (&[[0, 0, 1, 1, 1, 0], [0, 0, 0, 1, 1, 1]], 6)),
    ((1, 0), (&[[1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0]], 8)),
    ((1, 1), (&[[1, 0, 1, 0, 1, 0], [1, 0, 0, 0, 1, 1], [0, 1, 0, 1, 0, 1], [0, 1, 1, 1, 0, 0], [1, 1, 0, 0, 0, 1]], 8)),
    ((2, 1), (&[[1, 1, 1, 0, 0, 0]], 10)),
];

fn score(levels: &Levels) -> f64 {
    if levels.vulnerable == [2; 3] && levels.subsequent == [3; 3] {
        return 0.0;
    }
    let at = levels.macro_vector();
    let Some(value) = tenths(at) else {
        return 0.0;
    };
    let [eq1, eq2, eq3, eq4, eq5, eq6] = at;
    let joint = EQ3_EQ6.iter().find(|(level, _)| *level == (eq3, eq6)).map(|(_, gravest)| gravest);
    let drops = [
        (tenths([eq1 + 1, eq2, eq3, eq4, eq5, eq6]), EQ1.get(eq1).map(|gravest| share(levels.reach, gravest))),
        (tenths([eq1, eq2 + 1, eq3, eq4, eq5, eq6]), EQ2.get(eq2).map(|gravest| share(levels.effort, gravest))),
        (below_joint(at), joint.map(|gravest| share(levels.joint(), gravest))),
        (tenths([eq1, eq2, eq3, eq4 + 1, eq5, eq6]), EQ4.get(eq4).map(|gravest| share(levels.subsequent, gravest))),
        // EQ5 has one vector per level: nothing to be distant from, but the level below counts in the mean.
        (tenths([eq1, eq2, eq3, eq4, eq5 + 1, eq6]), Some(0.0)),
    ];
    let value = f64::from(value) / 10.0;
    let (mut sum, mut count) = (0.0, 0.0);
    for (lower, share) in drops {
        if let (Some(lower), Some(share)) = (lower, share) {
            sum += (value - f64::from(lower) / 10.0) * share;
            count += 1.0;
        }
    }
    let mean = if count > 0.0 { sum / count } else { 0.0 };
    round((value - mean).clamp(0.0, 10.0))
}

/// The score of the macro-vector one step below in EQ3 and EQ6 together; of two, the higher.
fn below_joint([eq1, eq2, eq3, eq4, eq5, eq6]: Macro) -> Option<u8> {
    let with = |eq3, eq6| tenths([eq1, eq2, eq3, eq4, eq5, eq6]);
    match (eq3, eq6) {
        (0, 0) => with(0, 1).max(with(1, 0)),
        (0, 1) | (1, 0) => with(1, 1),
        (1, 1) => with(2, 1),
        _ => None,
    }
}

/// How far down its level a vector lies, 0 to 1: its steps from the first gravest vector that is nowhere milder, over the depth.
fn share<const N: usize>(levels: [i32; N], (gravest, depth): &Gravest<N>) -> f64 {
    for top in *gravest {
        if top.iter().zip(&levels).all(|(top, level)| level >= top) {
            let steps: i32 = top.iter().zip(&levels).map(|(top, level)| level - top).sum();
            return f64::from(steps) / f64::from(*depth);
        }
    }
    0.0
}

fn round(value: f64) -> f64 {
    ((value + 1e-6) * 10.0).round() / 10.0
}
