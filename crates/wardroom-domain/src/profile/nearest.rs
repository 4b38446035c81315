//! "Did you mean": the closest known word to a misspelt one.
//! Deliberately small and bounded: words longer than 64 characters get no suggestion.

/// The known word within a third of the length (at least 1, at most 3 slips) of `word`, the closest first.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let typed: Vec<char> = word.to_lowercase().replace(['-', ' '], "_").chars().collect();
    if typed.is_empty() || typed.len() > 64 {
        return None;
    }
    let mut best: Option<(usize, &'k str)> = None;
    for candidate in known {
        let wanted: Vec<char> = candidate.to_lowercase().replace(['-', ' '], "_").chars().collect();
        let slips = distance(&typed, &wanted);
        let allowed = (typed.len().max(wanted.len()) / 3).clamp(1, 3);
        if slips <= allowed && best.is_none_or(|(least, _)| slips < least) {
            best = Some((slips, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous_a = None;
    for (row, letter_a) in (1_usize..).zip(a.iter().copied()) {
        let mut current = vec![row];
        let mut previous_b = None;
        for (column, letter_b) in b.iter().copied().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&last, column) + usize::from(letter_a != letter_b);
            let mut least = replaced.min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            if column > 0 && previous_a == Some(letter_b) && previous_b == Some(letter_a) {
                least = least.min(at(&before_last, column - 1) + 1);
            }
            current.push(least);
            previous_b = Some(letter_b);
        }
        before_last = std::mem::replace(&mut last, current);
        previous_a = Some(letter_a);
    }
    last.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let known = ["should", "must", "may"];
        assert_eq!(nearest("shuold", known), Some("should"));
        assert_eq!(nearest("Should", known), Some("should"));
        assert_eq!(nearest("shall", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest(&"m".repeat(100), known), None);
        assert_eq!(nearest("business-days", ["elapsed", "business_days"]), Some("business_days"));
    }

    #[test]
    fn a_swap_is_one_slip() {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(distance(&letters("abcd"), &letters("abdc")), 1);
        assert_eq!(distance(&letters("kitten"), &letters("sitting")), 3);
        assert_eq!(distance(&letters(""), &letters("abc")), 3);
    }
}
