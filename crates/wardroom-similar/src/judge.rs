//! The measures of a run over queries with known answers: recall, reciprocal rank, detection, accepted answers. The same numbers as the corpus'
//! own `score.py`. Deliberately pure: files are read elsewhere.

/// What a query got, and what was right.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The right case, none for a novel report.
    pub gold: Option<String>,
    /// Cases and scores, best first.
    pub found: Vec<(String, f64)>,
}

/// The measures.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    pub duplicates: usize,
    pub novel: usize,
    /// Share of the duplicates whose case is first, among the first five, among the first ten.
    pub recall_1: f64,
    pub recall_5: f64,
    pub recall_10: f64,
    /// Mean reciprocal rank, cut at ten.
    pub mrr: f64,
    /// The chance that a duplicate's best score is above a novel report's.
    pub auc: f64,
    /// The best F1 of "duplicate of the first, if its score is at least the threshold", and that threshold.
    pub f1: f64,
    pub threshold: f64,
    /// Recall at 1 of accepted answers where 5 % and 1 % of the novel reports are called duplicates.
    pub accepted_5: f64,
    pub accepted_1: f64,
}

/// Measures a run.
#[expect(clippy::cast_precision_loss, reason = "counts of queries")]
pub fn measure(answers: &[Answer]) -> Measures {
    let mut measures = Measures::default();
    // Best score, is a duplicate, the first is right.
    let mut rows: Vec<(f64, bool, bool)> = Vec::new();
    let mut hits = [0_usize; 3];
    let mut reciprocal = 0.0;
    for answer in answers {
        let top = answer.found.first().map_or(f64::NEG_INFINITY, |(_, score)| *score);
        let Some(gold) = &answer.gold else {
            measures.novel += 1;
            rows.push((top, false, false));
            continue;
        };
        measures.duplicates += 1;
        let rank = answer.found.iter().take(10).position(|(case, _)| case == gold);
        for (hit, within) in hits.iter_mut().zip([1, 5, 10]) {
            *hit += usize::from(rank.is_some_and(|rank| rank < within));
        }
        reciprocal += rank.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0));
        rows.push((top, true, rank == Some(0)));
    }
    let all = measures.duplicates.max(1) as f64;
    [measures.recall_1, measures.recall_5, measures.recall_10] = hits.map(|hit| hit as f64 / all);
    measures.mrr = reciprocal / all;
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut wrong, mut false_alarms) = (0_usize, 0_usize, 0_usize);
    let mut above = 0.0;
    let mut at = 0;
    while at < rows.len() {
        let score = rows[at].0;
        let mut same = [0_usize; 2];
        while let Some(row) = rows.get(at).filter(|row| row.0 == score) {
            same[usize::from(row.1)] += 1;
            right += usize::from(row.2);
            wrong += usize::from(!row.2);
            at += 1;
        }
        // Duplicates here are above every novel report that comes later.
        let later = measures.novel - false_alarms - same[0];
        above += same[1] as f64 * (later as f64 + same[0] as f64 / 2.0);
        false_alarms += same[0];
        if score == f64::NEG_INFINITY {
            continue;
        }
        let f1 = 2.0 * right as f64 / (right + wrong + measures.duplicates).max(1) as f64;
        if f1 > measures.f1 {
            measures.f1 = f1;
            measures.threshold = score;
        }
        for (share, accepted) in [(0.05, &mut measures.accepted_5), (0.01, &mut measures.accepted_1)] {
            if measures.novel > 0 && false_alarms as f64 <= share * measures.novel as f64 {
                *accepted = right as f64 / all;
            }
        }
    }
    measures.auc = above / (measures.duplicates as f64 * measures.novel as f64).max(1.0);
    measures
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(gold: &str, found: &[(&str, f64)]) -> Answer {
        let found = found.iter().map(|(case, score)| ((*case).to_owned(), *score)).collect();
        Answer { gold: (gold != "-").then(|| gold.to_owned()), found }
    }

    #[test]
    fn a_small_run_by_hand() {
        let run = [
            answer("a", &[("a", 0.9), ("b", 0.1)]),
            answer("b", &[("a", 0.6), ("b", 0.5)]),
            answer("c", &[]),
            answer("-", &[("a", 0.6)]),
            answer("-", &[("b", 0.2)]),
        ];
        let got = measure(&run);
        assert_eq!((got.duplicates, got.novel), (3, 2));
        assert!((got.recall_1 - 1.0 / 3.0).abs() < 1e-9 && (got.recall_5 - 2.0 / 3.0).abs() < 1e-9);
        assert!((got.mrr - 0.5).abs() < 1e-9);
        // Pairs: 0.9 beats both; 0.6 ties and beats; nothing loses both.
        assert!((got.auc - (2.0 + 1.5) / 6.0).abs() < 1e-9, "{}", got.auc);
        assert!((got.accepted_5 - 1.0 / 3.0).abs() < 1e-9);
    }
}
