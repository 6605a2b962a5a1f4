//! Scores as chances, and how far chances can be believed.

/// Groups of chances of which the error is told.
const GROUPS: usize = 10;
/// No chance is taken for less.
pub(crate) const LEAST_CHANCE: f32 = 1e-9;

/// Gives the chances of scores (softmax), softened or sharpened by a temperature.
pub(crate) fn chances(scores: &[f32], temperature: f32) -> Vec<f32> {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let raised: Vec<f32> = scores.iter().map(|score| ((score - most) / temperature).exp()).collect();
    let sum: f32 = raised.iter().sum();
    raised.into_iter().map(|value| value / sum).collect()
}

/// Gives the temperature, among `tried`, under which what is right has the highest chance; 1 where none is tried.
pub(crate) fn temperature<'a>(
    told: impl Iterator<Item = (&'a [f32], usize)> + Clone,
    tried: impl Iterator<Item = f32>,
) -> f32 {
    let surprise = |temperature: &f32| -> f64 {
        let each = told.clone();
        each.map(|(scores, right)| -f64::from(chances(scores, *temperature)[right].max(LEAST_CHANCE).ln())).sum()
    };
    tried.min_by(|a, b| surprise(a).total_cmp(&surprise(b))).unwrap_or(1.0)
}

/// Gives the share that was right, and how far the chances are from it (expected calibration error).
pub fn quality(told: impl Iterator<Item = (f32, bool)>) -> (f32, f32) {
    let mut groups = [(0.0_f32, 0.0_f32); GROUPS];
    let mut count = 0_usize;
    for (chance, right) in told {
        let group = &mut groups[((chance * GROUPS as f32) as usize).min(GROUPS - 1)];
        group.0 += chance;
        group.1 += f32::from(u8::from(right));
        count += 1;
    }
    let all = count.max(1) as f32;
    let hits: f32 = groups.iter().map(|(_, hits)| hits).sum();
    let off: f32 = groups.iter().map(|(sum, hits)| (sum - hits).abs()).sum();
    (hits / all, off / all)
}
