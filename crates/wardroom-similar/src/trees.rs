//! A sum of small decision trees, read from text, and what each feature adds to it. Deliberately only what is needed to ask a learned
//! model; learning is in `examples/fit`.
//!
//! The text: a line per tree, its nodes depth first: `feature threshold value` of an inner node, then the branch where the feature is at most the
//! threshold, then the other; `value` alone is a leaf; nodes are parted by `;`. An inner node's value is the mean of what lies under it, so the way from the root to a
//! leaf says what each question on it changed.

/// Most nodes of a tree.
const MOST: usize = 4_096;

#[derive(Clone, Copy, Debug)]
struct Node {
    /// `u16::MAX` is a leaf.
    feature: u16,
    threshold: f32,
    value: f32,
    /// The other branch; the first one follows at once.
    other: u32,
}

/// A sum of trees.
#[derive(Clone, Debug, Default)]
pub struct Trees {
    trees: Vec<Vec<Node>>,
}

impl Trees {
    /// Reads the text; a line that is no tree is left out.
    pub fn read(text: &str) -> Trees {
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        Trees { trees: lines.filter_map(tree).collect() }
    }

    pub fn is_empty(&self) -> bool {
        self.trees.is_empty()
    }

    /// The sum for these features.
    pub fn ask(&self, features: &[f32]) -> f32 {
        self.trees.iter().map(|tree| way(tree, features, |_, _| {})).sum()
    }

    /// Adds to `adds` what each feature changed, and returns the part no feature changed; all together are the sum.
    pub fn reasons(&self, features: &[f32], adds: &mut [f32]) -> f32 {
        let mut base = 0.0;
        for tree in &self.trees {
            base += tree.first().map_or(0.0, |root| root.value);
            way(tree, features, |feature, change| {
                if let Some(add) = adds.get_mut(usize::from(feature)) {
                    *add += change;
                }
            });
        }
        base
    }
}

fn way(tree: &[Node], features: &[f32], mut step: impl FnMut(u16, f32)) -> f32 {
    let mut at = 0;
    let Some(mut node) = tree.first() else { return 0.0 };
    while node.feature != u16::MAX {
        let value = features.get(usize::from(node.feature)).copied().unwrap_or(0.0);
        at = if value <= node.threshold { at + 1 } else { node.other as usize };
        let Some(next) = tree.get(at) else { break };
        step(node.feature, next.value - node.value);
        node = next;
    }
    node.value
}

fn tree(line: &str) -> Option<Vec<Node>> {
    let mut nodes = Vec::new();
    // Inner nodes whose other branch has not begun, and whether their first branch is complete.
    let mut open: Vec<usize> = Vec::new();
    for text in line.split(';').take(MOST) {
        let mut numbers = text.split(' ');
        let first: &str = numbers.next()?;
        let at = nodes.len();
        match (numbers.next(), numbers.next()) {
            (Some(threshold), Some(value)) => {
                nodes.push(Node { feature: first.parse().ok()?, threshold: threshold.parse().ok()?, value: value.parse().ok()?, other: 0 });
                open.push(at);
            }
            (Some(_), None) => return None,
            (None, _) => {
                nodes.push(Node { feature: u16::MAX, threshold: 0.0, value: first.parse().ok()?, other: 0 });
                // A complete branch: the innermost inner node that waits gets its other branch here.
                if let Some(inner) = open.pop() {
                    let node: &mut Node = nodes.get_mut(inner)?;
                    node.other = u32::try_from(at + 1).ok()?;
                }
            }
        }
    }
    (!nodes.is_empty() && open.is_empty()).then_some(nodes)
}

#[cfg(test)]
mod tests {
    use super::Trees;

    #[test]
    fn reasons_add_up_to_the_sum() {
        let trees = Trees::read("# two\n0 1.5 0.25;1 0 0.5;1;0;0\n0.125\n1 3 0;-1;0 9 1;0.5;2");
        for features in [[0.0, 0.0], [1.0, 1.0], [2.0, 9.0], [10.0, 4.0]] {
            let mut adds = [0.0; 2];
            let base = trees.reasons(&features, &mut adds);
            assert!((base + adds[0] + adds[1] - trees.ask(&features)).abs() < 1e-5);
        }
        assert!((trees.ask(&[0.0, 0.0]) - (1.0 + 0.125 - 1.0)).abs() < 1e-6);
        assert!((trees.ask(&[10.0, 4.0]) - (0.0 + 0.125 + 2.0)).abs() < 1e-6);
        assert!(Trees::read("nonsense\n1 2").is_empty());
    }
}
