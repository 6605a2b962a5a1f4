//! Scores as chances.

/// Gives the chances of scores (softmax), softened or sharpened by a temperature.
pub(crate) fn chances(scores: &[f32], temperature: f32) -> Vec<f32> {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let raised: Vec<f32> = scores.iter().map(|score| ((score - most) / temperature).exp()).collect();
    let sum: f32 = raised.iter().sum();
    raised.into_iter().map(|value| value / sum).collect()
}
