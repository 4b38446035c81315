//! The table: all sets, the half that was not learned from and the other, with one, two and three stages, and how long it took.

use crate::data::{self, SETS};
use anyhow::Result;
use std::time::Instant;
use wardroom_similar::judge::{Answer, measure};
use wardroom_similar::{Index, Stages};

pub fn table(only: Option<&str>) -> Result<()> {
    let mut index = Index::new();
    let mut built = "";
    println!(
        "{:<11} {:<6} {:<6} {:>4}+{:<4}  R@1    R@5    R@10   MRR    AUC    F1     R1@F5  R1@F1",
        "set", "half", "stages", "dup", "new"
    );
    for (name, folder, queries, gold) in SETS {
        if only.is_some_and(|only| !only.split(',').any(|one| one == name)) {
            continue;
        }
        if built != folder {
            index = Index::new();
            let cases = data::cases(folder)?;
            let begun = Instant::now();
            for case in cases {
                index.put(&case.id, case.what);
            }
            println!("# {folder}: {} cases in {:.2} s", index.len(), begun.elapsed().as_secs_f64());
            built = folder;
        }
        let queries = data::queries(folder, queries, gold)?;
        for stages in [Stages::First, Stages::Second, Stages::Third] {
            let mut times: Vec<f64> = Vec::new();
            let mut halves: [Vec<Answer>; 2] = [Vec::new(), Vec::new()];
            for query in &queries {
                let begun = Instant::now();
                let found = index.rank(&query.what, 10, stages);
                times.push(begun.elapsed().as_secs_f64() * 1000.0);
                let found = found.into_iter().map(|(id, score)| (id, f64::from(score))).collect();
                halves[usize::from(query.second_half)].push(Answer { gold: query.gold.clone(), found });
            }
            times.sort_by(f64::total_cmp);
            for (half, answers) in [("other", &halves[1]), ("learnt", &halves[0])] {
                let m = measure(answers);
                println!(
                    "{name:<11} {half:<6} {:<6} {:>4}+{:<4}  {:.4} {:.4} {:.4} {:.4} {:.4} {:.4} {:.4} {:.4}",
                    format!("{stages:?}"),
                    m.duplicates,
                    m.novel,
                    m.recall_1,
                    m.recall_5,
                    m.recall_10,
                    m.mrr,
                    m.auc,
                    m.f1,
                    m.accepted_5,
                    m.accepted_1
                );
            }
            if stages == Stages::Third {
                let at = |share: f64| times[((times.len() as f64 * share) as usize).min(times.len() - 1)];
                println!("# a query: median {:.2} ms, p99 {:.2} ms, longest {:.2} ms", at(0.5), at(0.99), at(1.0));
            }
        }
    }
    Ok(())
}
