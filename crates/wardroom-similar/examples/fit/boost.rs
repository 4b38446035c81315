//! Gradient boosting of small trees, by histograms: a list-wise loss for the order, a logistic one for "is it one at all". Single-threaded, without chance:
//! the same data give the same trees.

/// Rows of features in bins.
pub struct Table {
    columns: Vec<Vec<u8>>,
    /// By feature: the upper edges of its bins.
    edges: Vec<Vec<f32>>,
    pub rows: usize,
}

const BINS: usize = 64;

impl Table {
    pub fn new(rows: &[Vec<f32>]) -> Table {
        let features = rows.first().map_or(0, Vec::len);
        let step = (rows.len() / 20_000).max(1);
        let mut edges = Vec::new();
        let mut columns = Vec::new();
        for feature in 0..features {
            let mut values: Vec<f32> = rows.iter().step_by(step).map(|row| row[feature]).collect();
            values.sort_by(f32::total_cmp);
            let mut cuts: Vec<f32> = Vec::new();
            for k in 1..BINS {
                let cut = values[(values.len() * k / BINS).min(values.len() - 1)];
                if cuts.last().is_none_or(|last| cut > *last) {
                    cuts.push(cut);
                }
            }
            cuts.pop_if(|last| *last >= *values.last().unwrap());
            columns.push(rows.iter().map(|row| cuts.partition_point(|cut| *cut < row[feature]) as u8).collect());
            edges.push(cuts);
        }
        Table { columns, edges, rows: rows.len() }
    }
}

#[derive(Clone)]
pub struct Settings {
    pub trees: usize,
    pub depth: usize,
    pub rate: f64,
    pub least: f64,
    pub ridge: f64,
    /// Share of features a tree may use.
    pub features: f64,
}

enum Node {
    Leaf(f64),
    Inner { feature: usize, bin: u8, threshold: f32, value: f64, one: Box<Node>, other: Box<Node> },
}

/// Learns trees; `gradients` gives first and second derivative of the loss for the present sums. Returns the text of the trees and the sums.
pub fn learn(
    table: &Table,
    settings: &Settings,
    start: f64,
    mut gradients: impl FnMut(&[f64], &mut [f64], &mut [f64]),
) -> (String, Vec<f64>) {
    let mut sums = vec![start; table.rows];
    let (mut g, mut h) = (vec![0.0; table.rows], vec![0.0; table.rows]);
    let mut text = if start == 0.0 { String::new() } else { format!("{start:.5}\n") };
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..settings.trees {
        gradients(&sums, &mut g, &mut h);
        let usable: Vec<usize> = (0..table.columns.len())
            .filter(|_| {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                ((dice >> 33) as f64 / (1_u64 << 31) as f64) < settings.features
            })
            .collect();
        let mut rows: Vec<u32> = (0..table.rows as u32).filter(|row| h[*row as usize] > 1e-7).collect();
        let node = grow(table, settings, &usable, &g, &h, &mut rows, settings.depth);
        for (row, sum) in sums.iter_mut().enumerate() {
            *sum += follow(&node, table, row);
        }
        write(&node, &mut text);
        text.pop();
        text.push('\n');
    }
    (text, sums)
}

fn follow(mut node: &Node, table: &Table, row: usize) -> f64 {
    loop {
        match node {
            Node::Leaf(value) => return *value,
            Node::Inner { feature, bin, one, other, .. } => node = if table.columns[*feature][row] <= *bin { one } else { other },
        }
    }
}

fn write(node: &Node, text: &mut String) {
    match node {
        Node::Leaf(value) => text.push_str(&format!("{};", short(*value))),
        Node::Inner { feature, threshold, value, one, other, .. } => {
            text.push_str(&format!("{feature} {} {};", threshold, short(*value)));
            write(one, text);
            write(other, text);
        }
    }
}

fn short(value: f64) -> String {
    format!("{value:.4}").trim_end_matches('0').trim_end_matches('.').replace("-0.", "-.").replacen(
        "0.",
        ".",
        usize::from(value > 0.0 && value < 1.0),
    )
}

fn grow(table: &Table, settings: &Settings, usable: &[usize], g: &[f64], h: &[f64], rows: &mut [u32], depth: usize) -> Node {
    let (mut sum_g, mut sum_h) = (0.0, 0.0);
    for row in rows.iter() {
        sum_g += g[*row as usize];
        sum_h += h[*row as usize];
    }
    let value = -settings.rate * sum_g / (sum_h + settings.ridge);
    if depth == 0 || rows.len() < 20 {
        return Node::Leaf(value);
    }
    let gain = |g: f64, h: f64| g * g / (h + settings.ridge);
    let whole = gain(sum_g, sum_h);
    let mut best = (1e-3, usize::MAX, 0_u8);
    for &feature in usable {
        let column = &table.columns[feature];
        let mut bins = [(0.0, 0.0); BINS];
        for row in rows.iter() {
            let bin = &mut bins[usize::from(column[*row as usize])];
            bin.0 += g[*row as usize];
            bin.1 += h[*row as usize];
        }
        let (mut left_g, mut left_h) = (0.0, 0.0);
        for (bin, (bin_g, bin_h)) in bins.iter().enumerate().take(table.edges[feature].len()) {
            left_g += bin_g;
            left_h += bin_h;
            if left_h < settings.least || sum_h - left_h < settings.least {
                continue;
            }
            let better = gain(left_g, left_h) + gain(sum_g - left_g, sum_h - left_h) - whole;
            if better > best.0 {
                best = (better, feature, bin as u8);
            }
        }
    }
    let (_, feature, bin) = best;
    if feature == usize::MAX {
        return Node::Leaf(value);
    }
    let column = &table.columns[feature];
    let mut split = 0;
    for i in 0..rows.len() {
        if column[rows[i] as usize] <= bin {
            rows.swap(i, split);
            split += 1;
        }
    }
    let (one, other) = rows.split_at_mut(split);
    let one = grow(table, settings, usable, g, h, one, depth - 1);
    let other = grow(table, settings, usable, g, h, other, depth - 1);
    // The mean of what lies under it, so that the questions on a way say what they changed.
    let weight = |node: &Node, rows: usize| match node {
        Node::Leaf(value) => (*value, rows as f64),
        Node::Inner { value, .. } => (*value, rows as f64),
    };
    let (a, b) = (weight(&one, split), weight(&other, rows.len() - split));
    let value = (a.0 * a.1 + b.0 * b.1) / (a.1 + b.1).max(1.0);
    Node::Inner { feature, bin, threshold: table.edges[feature][usize::from(bin)], value, one: Box::new(one), other: Box::new(other) }
}
