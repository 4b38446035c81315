//! What changed between two texts, word by word for prose and line by line for JSON: Myers' shortest edit script ("An O(ND) Difference
//! Algorithm and Its Variations", 1986), bounded, so that two texts that have nothing in common cost no more than two that nearly agree.
//!
//! Not here: how it is shown, and what the texts are.

/// What became of a stretch of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is in both.
    Same,
    /// Only the old text has it.
    Gone,
    /// Only the new text has it.
    New,
}

/// A stretch of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// What became of it.
    pub change: Change,
    /// The text, as it stands.
    pub text: String,
}

/// So many edits are looked for; texts further apart are told as one gone and one new stretch.
const MOST_EDITS: usize = 1_200;

/// By words; each Chinese character is one, as there are no spaces between words.
#[must_use]
pub fn words(old: &str, new: &str) -> Vec<Stretch> {
    of_tokens(&in_words(old), &in_words(new))
}

/// By lines, with their ends.
#[must_use]
pub fn lines(old: &str, new: &str) -> Vec<Stretch> {
    let split = |text| str::split_inclusive(text, '\n').collect::<Vec<_>>();
    of_tokens(&split(old), &split(new))
}

/// A kind of character; a run of one of the first two is one word.
#[derive(PartialEq, Eq)]
enum Kind {
    Letter,
    Space,
    Alone,
}

fn kind(c: char) -> Kind {
    match c {
        _ if c.is_whitespace() => Kind::Space,
        '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => Kind::Alone,
        _ if c.is_alphanumeric() => Kind::Letter,
        _ => Kind::Alone,
    }
}

fn in_words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let of = kind(first);
        let end = match of {
            Kind::Alone => first.len_utf8(),
            Kind::Letter | Kind::Space => rest.find(|c| kind(c) != of).unwrap_or(rest.len()),
        };
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    words
}

fn of_tokens(old: &[&str], new: &[&str]) -> Vec<Stretch> {
    let before = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (head, old) = old.split_at(before);
    let new = new.get(before..).unwrap_or_default();
    let after = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, tail) = old.split_at(old.len() - after);
    let new = new.get(..new.len() - after).unwrap_or_default();
    let mut stretches = Stretches(Vec::new());
    head.iter().for_each(|word| stretches.add(Change::Same, word));
    match script(old, new) {
        Some(script) => script.into_iter().for_each(|(change, word)| stretches.add(change, word)),
        None => {
            old.iter().for_each(|word| stretches.add(Change::Gone, word));
            new.iter().for_each(|word| stretches.add(Change::New, word));
        }
    }
    tail.iter().for_each(|word| stretches.add(Change::Same, word));
    stretches.0
}

/// Stretches as they grow: what follows of the same kind is joined.
struct Stretches(Vec<Stretch>);

impl Stretches {
    fn add(&mut self, change: Change, word: &str) {
        match self.0.last_mut() {
            Some(last) if last.change == change => last.text.push_str(word),
            _ => self.0.push(Stretch { change, text: word.to_owned() }),
        }
    }
}

/// The shortest script, or nothing when it has more than [`MOST_EDITS`] edits.
fn script<'t>(old: &[&'t str], new: &[&'t str]) -> Option<Vec<(Change, &'t str)>> {
    // `furthest[k + middle]`: how far into `old` one comes on diagonal k with d edits; one row is kept for each d, to go back by.
    let most = (old.len() + new.len()).min(MOST_EDITS);
    let middle = most + 1;
    let mut furthest = vec![0_usize; 2 * middle + 1];
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for edits in 0..=most {
        rows.push(furthest.get(middle - edits.min(middle)..=middle + edits.min(middle)).unwrap_or_default().to_vec());
        for step in 0..=edits {
            let k = middle + 2 * step - edits;
            let (left, right) = (at(&furthest, k.wrapping_sub(1)), at(&furthest, k + 1));
            let down = step == 0 || (step != edits && left < right);
            let mut x = if down { right } else { left + 1 };
            let Some(mut y) = (x + middle).checked_sub(k) else { continue };
            while let (Some(a), Some(b)) = (old.get(x), new.get(y))
                && a == b
            {
                (x, y) = (x + 1, y + 1);
            }
            if let Some(place) = furthest.get_mut(k) {
                *place = x;
            }
            if x >= old.len() && y >= new.len() {
                return Some(back(old, new, &rows, middle));
            }
        }
    }
    None
}

fn at(row: &[usize], place: usize) -> usize {
    row.get(place).copied().unwrap_or(0)
}

/// The script, from the end back to the beginning by the rows that were kept.
fn back<'t>(old: &[&'t str], new: &[&'t str], rows: &[Vec<usize>], middle: usize) -> Vec<(Change, &'t str)> {
    let (mut x, mut y) = (old.len(), new.len());
    let mut script = Vec::new();
    let word = |list: &[&'t str], at: usize| list.get(at).copied().unwrap_or_default();
    for (edits, row) in rows.iter().enumerate().rev() {
        let k = middle + x - y;
        // The row holds the diagonals from -edits to +edits.
        let of = |k: usize| (k + edits).checked_sub(middle).map_or(0, |place| at(row, place));
        let (low, high) = (middle - edits.min(middle), middle + edits);
        let (left, right) = (of(k.wrapping_sub(1)), of(k + 1));
        let down = k == low || (k != high && left < right);
        let from = if edits == 0 {
            0
        } else if down {
            right
        } else {
            left
        };
        let from_k = if down { k + 1 } else { k.wrapping_sub(1) };
        let from_y = if edits == 0 { 0 } else { (from + middle).saturating_sub(from_k) };
        let (start_x, start_y) = match (edits, down) {
            (0, _) => (0, 0),
            (_, true) => (from, from_y + 1),
            (_, false) => (from + 1, from_y),
        };
        while x > start_x && y > start_y {
            (x, y) = (x - 1, y - 1);
            script.push((Change::Same, word(old, x)));
        }
        if edits > 0 {
            if down {
                y = y.saturating_sub(1);
                script.push((Change::New, word(new, y)));
            } else {
                x = x.saturating_sub(1);
                script.push((Change::Gone, word(old, x)));
            }
        }
    }
    script.reverse();
    script
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(stretches: &[Stretch]) -> String {
        let mark = |one: &Stretch| match one.change {
            Change::Same => one.text.clone(),
            Change::Gone => format!("[-{}]", one.text),
            Change::New => format!("[+{}]", one.text),
        };
        stretches.iter().map(mark).collect()
    }

    fn whole(stretches: &[Stretch], without: Change) -> String {
        stretches.iter().filter(|one| one.change != without).map(|one| one.text.as_str()).collect()
    }

    #[test]
    fn words_that_changed_are_told() {
        for (old, new, expected) in [
            ("", "", ""),
            ("a b", "a b", "a b"),
            ("", "a", "[+a]"),
            ("a", "", "[-a]"),
            ("before 2.5.0, all", "before 2.6.0, all", "before 2.[-5][+6].0, all"),
            ("one two three", "one three", "one [-two ]three"),
            ("请升级到新版本。", "请立即升级到新版。", "请[+立即]升级到新版[-本]。"),
            ("a b c d", "x b y d", "[-a][+x] b [-c][+y] d"),
        ] {
            assert_eq!(told(&words(old, new)), expected);
        }
        assert_eq!(told(&lines("{\n a\n b\n}", "{\n a\n c\n}")), "{\n a\n[- b\n][+ c\n]}");
    }

    #[test]
    fn both_texts_are_whole_in_it_and_the_script_is_short() {
        let mut seed = 7_u32;
        let mut chance = |most: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) % most
        };
        for _ in 0..400 {
            let mut text = |length: u32| (0..length).map(|_| ["a ", "b ", "c ", "d\n"][chance(4) as usize]).collect::<String>();
            let (old, new) = (text(12), text(11));
            let found = words(&old, &new);
            assert_eq!((whole(&found, Change::New), whole(&found, Change::Gone)), (old.clone(), new.clone()));
            // The longest common part, by the table everybody knows.
            let (a, b) = (in_words(&old), in_words(&new));
            let mut table = vec![vec![0_usize; b.len() + 1]; a.len() + 1];
            for (i, x) in a.iter().enumerate() {
                for (j, y) in b.iter().enumerate() {
                    table[i + 1][j + 1] = if x == y { table[i][j] + 1 } else { table[i][j + 1].max(table[i + 1][j]) };
                }
            }
            let same: usize = found.iter().filter(|one| one.change == Change::Same).map(|one| in_words(&one.text).len()).sum();
            assert_eq!(same, table[a.len()][b.len()], "{old:?} {new:?}");
        }
    }

    #[test]
    fn texts_without_anything_in_common_are_told_at_once() {
        let (old, new) = ("a ".repeat(20_000), "b".repeat(20_000).replace("bb", "b c "));
        let found = words(&old, &new);
        assert_eq!((whole(&found, Change::New), whole(&found, Change::Gone)), (old, new));
    }
}
