//! Learning the second and third stage.

use crate::boost::{Settings, Table, learn as boost};
use crate::data::{self, SETS};
use anyhow::Result;
use wardroom_similar::Index;
use wardroom_similar::learning::Trees;

/// One query's candidates.
struct List {
    what: wardroom_similar::Described,
    features: Vec<Vec<f32>>,
    gold: Option<usize>,
    duplicate: bool,
    set: usize,
    fold: usize,
    /// Made from a case of the corpus.
    copy: bool,
}

pub fn learn(all: bool, quick: bool) -> Result<()> {
    let mut lists: Vec<List> = Vec::new();
    let mut indexes: Vec<(String, Index)> = Vec::new();
    for (set, (_, folder, queries, gold)) in SETS.iter().enumerate() {
        if !indexes.iter().any(|(name, _)| name == folder) {
            let mut index = Index::new();
            for case in data::cases(folder)? {
                index.put(&case.id, case.what);
            }
            indexes.push(((*folder).to_owned(), index));
        }
        let index = &indexes.iter().find(|(name, _)| name == folder).unwrap().1;
        for query in data::queries(folder, queries, gold)? {
            if query.second_half && !all {
                continue;
            }
            few(index, &query, set, &mut lists);
            let rows = index.learn(&query.what, &|_| true);
            let gold = query.gold.as_ref().and_then(|gold| rows.iter().position(|row| row.id == *gold));
            let fold = query.fold;
            lists.push(List {
                duplicate: query.gold.is_some(),
                what: query.what,
                features: rows.into_iter().map(|row| row.features).collect(),
                gold,
                set,
                fold,
                copy: false,
            });
        }
        if *queries == "queries" {
            copies(index, set, all, &mut lists);
        }
        println!("{folder} {queries}: {} lists", lists.len());
    }
    for (set, (name, ..)) in SETS.iter().enumerate() {
        let duplicates = lists.iter().filter(|list| list.set == set && list.duplicate && !list.copy);
        let (all, in_list) = duplicates.fold((0, 0), |(all, has), list| (all + 1, has + usize::from(list.gold.is_some())));
        println!("{name}: right case among the candidates {in_list} of {all}");
    }
    let settings = Settings {
        trees: if quick { 60 } else { 220 },
        depth: 5,
        rate: if quick { 0.25 } else { 0.1 },
        least: 2.0,
        ridge: 2.0,
        features: 0.5,
    };
    // Out of fold, so that the third stage learns from orders as they will be.
    let mut orders: Vec<Vec<f32>> = vec![Vec::new(); lists.len()];
    for fold in 0..2 {
        let (text, _) = rank(&lists, |list| list.fold % 2 != fold, &settings);
        let trees = Trees::read(&text);
        for (order, list) in orders.iter_mut().zip(&lists).filter(|(_, list)| list.fold % 2 == fold) {
            *order = list.features.iter().map(|row| trees.ask(row)).collect();
        }
    }
    for (set, (name, ..)) in SETS.iter().enumerate() {
        let mine = lists.iter().zip(&orders).filter(|(list, _)| list.set == set && list.duplicate && !list.copy);
        let (mut all, mut first) = (0_u32, 0_u32);
        for (list, order) in mine {
            all += 1;
            first +=
                u32::from(list.gold.is_some_and(|gold| order.iter().enumerate().all(|(at, value)| at == gold || *value < order[gold])));
        }
        println!("{name}: out of fold R@1 {:.4}", f64::from(first) / f64::from(all));
    }
    let (text, _) = rank(&lists, |_| true, &settings);
    data::write("rank.trees", &format!("# Learned by examples/fit: the order of candidates. See src/trees.rs for the shape.\n{text}"))?;
    sure(&lists, &orders, &indexes, quick)
}

/// Reports that were not told anew but copied, shortened or shuffled: the benchmark has none, because its pairs are of different sources, and a finder that
/// learned from it alone would take likeness of style as a reason against. Each also as a novel report, where its own case is hidden.
fn copies(index: &Index, set: usize, all: bool, lists: &mut Vec<List>) {
    let ids = data::cases(SETS[set].1).unwrap_or_default();
    let step = (ids.len() / 700).max(1);
    for (at, case) in ids.iter().step_by(step).enumerate() {
        if case.what.text.chars().count() < 60 {
            continue;
        }
        let what = shaken(&case.what, at);
        let dice = wardroom_similar::learning::hash(&case.what.text);
        if !all && dice.count_ones() % 2 == 1 {
            continue;
        }
        for hidden in [false, true] {
            // A text that stands in two cases is no example of either.
            if hidden && at % 3 != 0 {
                continue;
            }
            let rows = index.learn(&what, &|id| !hidden || id != case.id);
            let gold = if hidden { None } else { rows.iter().position(|row| row.id == case.id) };
            lists.push(List {
                what: what.clone(),
                features: rows.into_iter().map(|row| row.features).collect(),
                gold,
                duplicate: !hidden,
                set,
                fold: (dice.wrapping_mul(0x9e37_79b1) >> 20) as usize % 4,
                copy: true,
            });
        }
    }
}

/// Every third query again in a house with few cases (about ten, a hundred, a thousand): with its case, or without it, when it is a novel report there.
/// Otherwise the third stage would know long lists only, and take a short one for certainty.
fn few(index: &Index, query: &data::Query, set: usize, lists: &mut Vec<List>) {
    let dice = query.dice;
    if !dice.is_multiple_of(3) {
        return;
    }
    let size = [10, 100, 1_000][(dice / 3 % 3) as usize];
    let kept = u32::MAX / u32::try_from(index.len()).unwrap_or(u32::MAX) * size;
    let gold = query.gold.as_ref().filter(|_| (dice / 9).is_multiple_of(2));
    let there = |id: &str| {
        if query.gold.as_deref() == Some(id) {
            gold.is_some()
        } else {
            wardroom_similar::learning::hash(id).wrapping_add(dice).wrapping_mul(0x9e37_79b1) < kept
        }
    };
    let rows = index.learn(&query.what, &there);
    let gold = gold.and_then(|gold| rows.iter().position(|row| row.id == *gold));
    lists.push(List {
        what: query.what.clone(),
        features: rows.into_iter().map(|row| row.features).collect(),
        duplicate: gold.is_some(),
        gold,
        set,
        fold: query.fold,
        copy: true,
    });
}

/// A copy as people make them: whole, without its fields, its first half, or its sentences the other way round with every fifth word gone.
fn shaken(what: &wardroom_similar::Described, kind: usize) -> wardroom_similar::Described {
    let mut copy = what.clone();
    let plain = |copy: &mut wardroom_similar::Described| {
        copy.products.clear();
        copy.versions.clear();
        copy.weaknesses.clear();
        copy.vendor.clear();
    };
    match kind % 4 {
        0 => {}
        1 => plain(&mut copy),
        2 => {
            plain(&mut copy);
            let half = copy.text.chars().count() * 6 / 10;
            copy.text = copy.text.chars().take(half).collect();
        }
        _ => {
            let sentences: Vec<&str> = what.text.split_inclusive(['.', '。', '\n']).collect();
            let turned: String = sentences.into_iter().rev().collect::<Vec<_>>().join(" ");
            copy.text = turned.split(' ').enumerate().filter(|(at, _)| at % 5 != 4).map(|(_, word)| word).collect::<Vec<_>>().join(" ");
            copy.title.clear();
        }
    }
    copy
}

/// Trees for the order: the right case against the other candidates of its list.
fn rank(lists: &[List], takes: impl Fn(&List) -> bool, settings: &Settings) -> (String, Vec<f64>) {
    let mut rows: Vec<Vec<f32>> = Vec::new();
    let mut spans: Vec<(usize, usize, usize)> = Vec::new();
    for list in lists.iter().filter(|list| takes(list)) {
        let Some(gold) = list.gold else { continue };
        let from = rows.len();
        let mut at = 0;
        for (i, row) in list.features.iter().enumerate() {
            // The candidates of the first ranks and each third of the others: the rest says the same.
            if i == gold || i < 36 || i % 3 == 0 {
                if i == gold {
                    at = rows.len();
                }
                rows.push(row.clone());
            }
        }
        spans.push((from, rows.len(), at));
    }
    let table = Table::new(&rows);
    drop(rows);
    println!("{} lists, {} rows", spans.len(), table.rows);
    boost(&table, settings, 0.0, |sums, g, h| {
        for (from, to, gold) in &spans {
            let top = sums[*from..*to].iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let mass: f64 = sums[*from..*to].iter().map(|sum| (sum - top).exp()).sum();
            for row in *from..*to {
                let chance = (sums[row] - top).exp() / mass;
                g[row] = chance - f64::from(u8::from(row == *gold));
                h[row] = (chance * (1.0 - chance)).max(1e-6);
            }
        }
    })
}

/// Trees for "is there one": each list once, with the features of its first candidate and of the list.
fn sure(lists: &[List], orders: &[Vec<f32>], indexes: &[(String, Index)], quick: bool) -> Result<()> {
    let mut rows = Vec::new();
    let mut truth = Vec::new();
    for (list, order) in lists.iter().zip(orders) {
        if order.is_empty() {
            continue;
        }
        let mut by: Vec<usize> = (0..order.len()).collect();
        by.sort_by(|a, b| order[*b].total_cmp(&order[*a]));
        let index = &indexes.iter().find(|(name, _)| name == SETS[list.set].1).unwrap().1;
        let sorted: Vec<f32> = by.iter().map(|at| order[*at]).collect();
        let features: Vec<&[f32]> = by.iter().map(|at| list.features[*at].as_slice()).collect();
        rows.push(index.learn_standing(&list.what, &sorted, &features));
        truth.push(f64::from(u8::from(list.duplicate)));
    }
    let table = Table::new(&rows);
    let settings = Settings {
        trees: if quick { 80 } else { 200 },
        depth: 4,
        rate: if quick { 0.1 } else { 0.05 },
        least: 8.0,
        ridge: 5.0,
        features: 0.35,
    };
    let start = truth.iter().sum::<f64>() / truth.len() as f64;
    let (text, _) = boost(&table, &settings, (start / (1.0 - start)).ln(), |sums, g, h| {
        for row in 0..truth.len() {
            let chance = 1.0 / (1.0 + (-sums[row]).exp());
            g[row] = chance - truth[row];
            h[row] = (chance * (1.0 - chance)).max(1e-6);
        }
    });
    data::write("sure.trees", &format!("# Learned by examples/fit: whether the first candidate is a duplicate at all.\n{text}"))
}

/// What is lost when features (by a part of their name) are not there: out-of-fold recall of the small sets.
pub fn without(parts: &[String]) -> Result<()> {
    let names = wardroom_similar::learning::names();
    let mut lists: Vec<List> = Vec::new();
    for (set, (_, folder, queries, gold)) in SETS.iter().enumerate().take(3) {
        let mut index = Index::new();
        for case in data::cases(folder)? {
            index.put(&case.id, case.what);
        }
        for query in data::queries(folder, queries, gold)?.into_iter().filter(|query| query.gold.is_some()) {
            let rows = index.learn(&query.what, &|_| true);
            let gold = rows.iter().position(|row| Some(&row.id) == query.gold.as_ref());
            lists.push(List {
                duplicate: true,
                what: query.what,
                features: rows.into_iter().map(|row| row.features).collect(),
                gold,
                set,
                fold: usize::from(query.second_half),
                copy: false,
            });
        }
    }
    for part in std::iter::once("(all)").chain(parts.iter().map(String::as_str)) {
        let gone: Vec<usize> = (0..names.len()).filter(|at| part.split('+').any(|part| names[*at].0.contains(part))).collect();
        for row in lists.iter_mut().flat_map(|list| &mut list.features) {
            gone.iter().for_each(|at| row[*at] = 0.0);
        }
        let settings = Settings { trees: 50, depth: 4, rate: 0.25, least: 2.0, ridge: 2.0, features: 0.6 };
        let (text, _) = rank(&lists, |list| list.fold == 0, &settings);
        let trees = Trees::read(&text);
        for (set, (name, ..)) in SETS.iter().enumerate().take(3) {
            let (mut all, mut first) = (0_u32, 0_u32);
            for list in lists.iter().filter(|list| list.set == set && list.fold == 1) {
                let order: Vec<f32> = list.features.iter().map(|row| trees.ask(row)).collect();
                all += 1;
                first +=
                    u32::from(list.gold.is_some_and(|gold| order.iter().enumerate().all(|(at, value)| at == gold || *value < order[gold])));
            }
            println!("without {part}: {name} {:.4}", f64::from(first) / f64::from(all));
        }
    }
    Ok(())
}

pub fn look(set: &str) -> Result<()> {
    let (_, folder, queries, gold) = SETS.iter().find(|(name, ..)| *name == set).copied().unwrap_or(SETS[0]);
    let mut index = Index::new();
    for case in data::cases(folder)? {
        index.put(&case.id, case.what);
    }
    let mut shown = 0;
    for query in data::queries(folder, queries, gold)?.into_iter().filter(|query| query.second_half) {
        let Some(gold) = &query.gold else { continue };
        let first = index.rank(&query.what, 1, wardroom_similar::Stages::First);
        let third = index.rank(&query.what, 1, wardroom_similar::Stages::Third);
        if first[0].0 != *gold && third[0].0 == *gold {
            shown += 1;
            let tell = |what: &wardroom_similar::Described| {
                format!(
                    "{} | {} | {:?} {:?}",
                    what.title,
                    what.text.chars().take(700).collect::<String>().replace('\n', " "),
                    what.products,
                    what.versions
                )
            };
            println!(
                "Q {}\n  FIRST {}\n  RIGHT {}\n",
                tell(&query.what),
                tell(index.words(&first[0].0).unwrap()),
                tell(index.words(gold).unwrap())
            );
            if shown == 12 {
                break;
            }
        }
    }
    Ok(())
}

/// How often each feature alone would put the right case first: to see what a set is made of.
pub fn single(set: &str) -> Result<()> {
    let (_, folder, queries, gold) = SETS.iter().find(|(name, ..)| *name == set).copied().unwrap_or(SETS[0]);
    let mut index = Index::new();
    for case in data::cases(folder)? {
        index.put(&case.id, case.what);
    }
    let names = wardroom_similar::learning::names();
    let mut hits = vec![[0.0_f64; 2]; names.len()];
    let mut lists = 0.0;
    for query in data::queries(folder, queries, gold)? {
        let Some(gold) = &query.gold else { continue };
        lists += 1.0;
        let rows = index.learn(&query.what, &|_| true);
        let Some(right) = rows.iter().position(|row| row.id == *gold) else { continue };
        for (feature, hit) in hits.iter_mut().enumerate() {
            for (sign, hit) in [1.0, -1.0].into_iter().zip(hit) {
                let mine = sign * rows[right].features[feature];
                let above = rows.iter().filter(|row| sign * row.features[feature] > mine).count();
                let same = rows.iter().filter(|row| row.features[feature] * sign == mine).count();
                *hit += if above == 0 { 1.0 / same as f64 } else { 0.0 };
            }
        }
    }
    let mut told: Vec<(f64, &str, f64)> = names
        .iter()
        .zip(&hits)
        .map(|((name, _), hit)| (hit[0].max(hit[1]) / lists, name.as_str(), if hit[0] >= hit[1] { 1.0 } else { -1.0 }))
        .collect();
    told.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (share, name, sign) in told.iter().take(24) {
        println!("{share:.3} {name} {sign:+}");
    }
    Ok(())
}
