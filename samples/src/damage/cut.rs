//! A part of the page that did not come along: the foot, the head, or a side.
//!
//! The cut runs where no line of text is, so that a field is there or is not.

use super::Shot;
use super::map::Map;
use crate::draw::Draw;
use crate::typeset::PageText;
use guichet_pipeline::geometry::Rect;

/// Cuts a picture that is still upright.
pub fn cut(shot: &mut Shot, page: &PageText, draw: &mut Draw) {
    let boxes: Vec<Rect> = page.words.iter().map(|word| shot.map.rect(&word.rect)).collect();
    let foot = draw.chance(0.75);
    let wanted = if foot { draw.real(0.45, 0.8) } else { draw.real(0.15, 0.4) };
    let at = gap(&boxes, wanted);
    let (top, bottom) = if foot { (0.0, at) } else { (at, 1.0) };
    let height = shot.raster.height;
    let (from, to) = ((top * height as f32) as usize, ((bottom * height as f32) as usize).max(1));
    shot.raster = shot.raster.rows(from.min(to - 1), to);
    let (from, to) = (from as f64 / height as f64, to as f64 / height as f64);
    let mut crop = Map::default();
    crop.then_crop(0.0, from, 1.0, to);
    shot.map.then(&crop);
}

/// Gives the height nearest to `wanted` that no word stands across.
fn gap(boxes: &[Rect], wanted: f32) -> f32 {
    let free = |y: &f32| !boxes.iter().any(|rect| rect.y0 - 0.001 < *y && *y < rect.y1 + 0.001);
    let steps = (0..400).flat_map(|step| [wanted + step as f32 * 0.001, wanted - step as f32 * 0.001]);
    steps.filter(|y| (0.1..0.95).contains(y)).find(free).unwrap_or(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_runs_between_lines() {
        let boxes = [Rect::new(0.1, 0.48, 0.9, 0.53), Rect::new(0.1, 0.535, 0.9, 0.6)];
        let at = gap(&boxes, 0.5);
        assert!(!(0.48..0.53).contains(&at), "{at}");
    }
}
