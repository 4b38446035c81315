//! The third stage: is there a duplicate at all? Features of the whole list — how far the first is ahead, how many are alike, what the first lacks —
//! because "which one" and "is it one" are different questions. What they are worth is learned (`data/sure.trees`).

use crate::pair::Asked;

/// Names of the features, those of the pair first.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = crate::pair::names().into_iter().map(|(name, _)| name).collect();
    for name in [
        "order first",
        "ahead of 2nd",
        "ahead of 3rd",
        "ahead of 5th",
        "ahead of 10th",
        "chance of first",
        "mass of ten",
        "code of query",
        "names of query",
        "versions of query",
        "product of query",
        "title of query",
        "words of query",
        "rare of query",
        "cosine ahead",
        "covers ahead",
        "same name",
    ] {
        names.push(name.to_owned());
    }
    names
}

/// The features of a list: `order` holds the second stage's sums, best first, and `rows` the pair features in the same order.
pub fn row(asked: &Asked, order: &[f32], rows: &[&[f32]], at: &Places) -> Vec<f32> {
    let first = rows.first().copied().unwrap_or(&[]);
    let mut row = first.to_vec();
    let top = order.first().copied().unwrap_or(0.0);
    let ahead = |place: usize| top - order.get(place).copied().unwrap_or(top - 12.0);
    row.push(top);
    for place in [1, 2, 4, 9] {
        row.push(ahead(place));
    }
    let mass: f32 = order.iter().map(|value| (value - top).exp()).sum();
    row.push(1.0 / mass.max(1.0));
    row.push(order.iter().take(10).map(|value| 1.0 / (1.0 + (-value).exp())).sum());
    let totals = asked.totals();
    for group in [2, 1, 6, 8, 9, 0] {
        row.push(totals[group]);
    }
    row.push(asked.rare());
    for place in [at.cosine, at.covers] {
        let second = rows.iter().skip(1).filter_map(|row| row.get(place)).copied().fold(0.0, f32::max);
        row.push(first.get(place).copied().unwrap_or(0.0) - second);
    }
    let grams = first.get(at.grams).copied().unwrap_or(0.0);
    #[expect(clippy::cast_precision_loss, reason = "at most a list")]
    row.push(rows.iter().filter(|row| row.get(at.grams).copied().unwrap_or(0.0) >= grams * 0.9).count() as f32);
    row
}

/// Where some pair features stand.
pub struct Places {
    cosine: usize,
    covers: usize,
    grams: usize,
}

impl Places {
    pub fn new() -> Places {
        let names = crate::pair::names();
        let find = |name: &str| names.iter().position(|(known, _)| known == name).unwrap_or(usize::MAX);
        Places { cosine: find("cosine exact"), covers: find("words covers"), grams: find("name grams in") }
    }
}
