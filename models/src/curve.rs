//! From what was told and whether it was right to a curve that says how often it is: isotonic regression over groups of
//! equal size (Zadrozny and Elkan, 2002; the pooling of adjacent violators is of Ayer et al., 1955).

/// What is told is put into so many groups, fewer where there is little.
const GROUPS: usize = 12;
/// A group has at least so many.
const FEWEST: usize = 40;

/// Fits points (what was told, the share that was right), both from 0 to 1, which rise; none of nothing.
pub fn fit(told: &[(f32, bool)]) -> Vec<[f32; 2]> {
    let mut sorted = told.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = sorted.len().div_ceil(GROUPS).max(FEWEST);
    let mut pools: Vec<Pool> = Vec::new();
    for group in groups(&sorted, size) {
        pools.push(Pool::of(group));
        while let [.., before, last] = &pools[..]
            && before.expected() >= last.expected()
        {
            let joined = before.with(last);
            pools.truncate(pools.len() - 2);
            pools.push(joined);
        }
    }
    pools.iter().map(|pool| [pool.told / pool.count, pool.expected()]).collect()
}

/// Cuts into groups of about `size`, those that were told alike never apart.
fn groups(sorted: &[(f32, bool)], size: usize) -> Vec<&[(f32, bool)]> {
    let mut groups = Vec::new();
    let mut rest = sorted;
    while !rest.is_empty() {
        let mut end = size.min(rest.len());
        while end < rest.len() && rest[end].0 == rest[end - 1].0 {
            end += 1;
        }
        // A last group that is too small belongs to the one before it.
        if rest.len() - end < FEWEST {
            end = rest.len();
        }
        let (group, after) = rest.split_at(end);
        groups.push(group);
        rest = after;
    }
    groups
}

/// Neighbours that were right about as often.
#[derive(Clone, Copy, Debug)]
struct Pool {
    told: f32,
    right: f32,
    count: f32,
}

impl Pool {
    fn of(group: &[(f32, bool)]) -> Self {
        let right = group.iter().filter(|(_, right)| *right).count();
        Self { told: group.iter().map(|(told, _)| told).sum(), right: right as f32, count: group.len() as f32 }
    }

    /// Gives the share to expect of the next one, by Laplace's rule of succession: nothing is certain that a hundred bear out.
    fn expected(&self) -> f32 {
        (self.right + 1.0) / (self.count + 2.0)
    }

    fn with(&self, other: &Self) -> Self {
        Self { told: self.told + other.told, right: self.right + other.right, count: self.count + other.count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Things told with the confidences 0.00, 0.01, ... 0.99, of which the share `right` gives is right.
    fn told(right: impl Fn(f32) -> f32) -> Vec<(f32, bool)> {
        let each = (0..100_u16).flat_map(|confidence| (0..20_u16).map(move |turn| (confidence, turn)));
        each.map(|(confidence, turn)| {
            let confidence = f32::from(confidence) / 100.0;
            (confidence, f32::from(turn) + 0.5 < 20.0 * right(confidence))
        })
        .collect()
    }

    #[test]
    fn a_curve_says_how_often_it_is_right() {
        let points = fit(&told(|confidence| confidence / 2.0));
        assert!(points.len() + 1 >= GROUPS, "{points:?}");
        for [told, right] in points {
            assert!((right - told / 2.0).abs() < 0.03, "{told} {right}");
        }
    }

    #[test]
    fn what_falls_is_pooled() {
        let points = fit(&told(|confidence| if confidence < 0.5 { 0.8 } else { 0.4 }));
        assert_eq!(points.len(), 1);
        assert!((points[0][1] - 0.6).abs() < 0.01, "{points:?}");
        assert_eq!(fit(&[]), Vec::<[f32; 2]>::new());
        // A few that are all right are not surer than many of which nearly all are.
        let few = (0..2040).map(|at| (0.5 + 0.1 * f32::from(u8::from(at >= 2000)), at % 500 != 0));
        let points = fit(&few.collect::<Vec<_>>());
        assert!(points.is_sorted_by(|one, next| one[1] < next[1]), "{points:?}");
    }
}
