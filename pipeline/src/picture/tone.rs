//! Words on paper of another tone: a patch laid into a scan has the white of the program that drew it, not that of the sheet.

use crate::geometry::Rect;
use image::GrayImage;

/// Heights of a word in pixels between which its paper can be told from that around it.
const HEIGHTS: std::ops::RangeInclusive<f32> = 12.0..=90.0;
/// How far around a word its surroundings begin and end, in heights of the word: a patch has a small margin.
const NEAR: f32 = 0.5;
const FAR: f32 = 1.3;
/// Pixels of paper that tell a tone.
const FEWEST: u32 = 40;
/// Share of the bright pixels that must be of one tone: between letters, whose edges are grey, and on bare paper.
const LETTERED: f32 = 0.33;
const BARE: f32 = 0.5;
/// Sides of a word on which paper must show, and how far they may differ, as a share of what sets the word apart: more is a
/// shadow, a picture or a frame.
const FEWEST_SIDES: usize = 3;
const UNEVEN: f32 = 0.5;
/// Words that tell what is usual on a page.
const FEWEST_WORDS: usize = 12;
/// Least difference of tone, in steps of grey, and in the page's usual deviation.
const LEAST: f32 = 3.0;
const DEVIATIONS: f32 = 8.0;
/// A patch is paler or a little darker than the sheet; words on darker ground are headings and totals.
const TONES: std::ops::RangeInclusive<f32> = -6.0..=40.0;
/// Share of words of another tone above which that is how the paper is made: white boxes on tinted ground.
const MANY: f32 = 0.08;
/// Half the width of the peak of paper in a histogram.
const PEAK: usize = 6;
/// Darker than this is no paper.
const DARK: usize = 120;

/// Gives the indices of the words whose paper has another tone than the paper around them. `words` are boxes in fractions
/// of the page as it is stored.
pub fn other_tone(page: &GrayImage, words: &[Rect]) -> Vec<usize> {
    let measured: Vec<Option<f32>> = words.iter().map(|word| contrast(page, word)).collect();
    let mut known: Vec<f32> = measured.iter().flatten().copied().collect();
    if known.len() < FEWEST_WORDS {
        return Vec::new();
    }
    let usual = median(&mut known);
    let mut apart: Vec<f32> = known.iter().map(|contrast| (contrast - usual).abs()).collect();
    let least = LEAST.max(DEVIATIONS * median(&mut apart));
    let strange = |contrast: f32| (contrast - usual).abs() > least && TONES.contains(&(contrast - usual));
    let found: Vec<usize> = (0..words.len()).filter(|&at| measured[at].is_some_and(strange)).collect();
    if found.len() as f32 > (MANY * known.len() as f32).max(5.0) { Vec::new() } else { found }
}

/// Gives by how many steps of grey the paper under a word is paler than the paper around it; 0 where the paper around is
/// not even. `None` where too little paper shows.
fn contrast(page: &GrayImage, word: &Rect) -> Option<f32> {
    let (width, height) = (page.width() as f32, page.height() as f32);
    let (x0, y0, x1, y1) = (word.x0 * width, word.y0 * height, word.x1 * width, word.y1 * height);
    let tall = y1 - y0;
    if !HEIGHTS.contains(&tall) || x1 - x0 < tall {
        return None;
    }
    let window = |x0: f32, y0: f32, x1: f32, y1: f32| Window::new(x0, y0, x1, y1, page);
    let under = tone(page, &window(x0 - 1.0, y0 - 1.0, x1 + 1.0, y1 + 1.0), LETTERED)?;
    let (near, far) = (NEAR * tall, FAR * tall);
    let sides = [
        window(x0 - near, y0 - far, x1 + near, y0 - near),
        window(x0 - near, y1 + near, x1 + near, y1 + far),
        window(x0 - far, y0 - near, x0 - near, y1 + near),
        window(x1 + near, y0 - near, x1 + far, y1 + near),
    ];
    let apart: Vec<f32> = sides.iter().filter_map(|side| tone(page, side, BARE)).map(|around| under - around).collect();
    if apart.len() < FEWEST_SIDES {
        return None;
    }
    let apart = beyond_the_patch(apart);
    let mean = apart.iter().sum::<f32>() / apart.len() as f32;
    let most = apart.iter().copied().fold(f32::MIN, f32::max);
    let least = apart.iter().copied().fold(f32::MAX, f32::min);
    Some(if most - least > UNEVEN * mean.abs().max(LEAST) { 0.0 } else { mean })
}

/// Leaves out the one side on which a patch goes on as far as is looked: longer than what was written on it.
fn beyond_the_patch(apart: Vec<f32>) -> Vec<f32> {
    let outside: Vec<f32> = apart.iter().copied().filter(|step| step.abs() >= LEAST).collect();
    if outside.len() >= FEWEST_SIDES && outside.len() + 1 == apart.len() { outside } else { apart }
}

/// Pixels of a rectangle, cut at the edges of the page; the last ones not included.
struct Window {
    x0: usize,
    y0: usize,
    x1: usize,
    y1: usize,
}

impl Window {
    fn new(x0: f32, y0: f32, x1: f32, y1: f32, page: &GrayImage) -> Self {
        let across = |x: f32| (x.max(0.0) as usize).min(page.width() as usize);
        let down = |y: f32| (y.max(0.0) as usize).min(page.height() as usize);
        Self { x0: across(x0), y0: down(y0), x1: across(x1), y1: down(y1) }
    }
}

/// Gives the grey of the paper of a window: the middle of the highest peak of its histogram, where that is at least
/// `share` of what is bright.
fn tone(page: &GrayImage, window: &Window, share: f32) -> Option<f32> {
    let (pixels, width) = (page.as_raw(), page.width() as usize);
    let mut histogram = [0u32; 256];
    for y in window.y0..window.y1 {
        for &grey in &pixels[y * width..][window.x0..window.x1.max(window.x0)] {
            histogram[usize::from(grey)] += 1;
        }
    }
    let near = |level: usize, reach: usize| level.saturating_sub(reach)..=(level + reach).min(255);
    let peak = (DARK..256).max_by_key(|&level| histogram[near(level, 2)].iter().sum::<u32>())?;
    let (mut sum, mut count) = (0f32, 0u32);
    for level in near(peak, PEAK) {
        sum += (level as u32 * histogram[level]) as f32;
        count += histogram[level];
    }
    let bright: u32 = histogram[DARK..].iter().sum();
    (count >= FEWEST && count as f32 >= share * bright as f32).then(|| sum / count as f32)
}

fn median(values: &mut [f32]) -> f32 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    const WORDS: usize = 40;

    fn place(at: usize) -> (u32, u32) {
        (40 + (at as u32 % 4) * 160, 40 + (at as u32 / 4) * 70)
    }

    /// Grainy paper with words of 100 by 18 pixels; those in `patches` on paper `paler` by so many steps.
    fn page(patches: &[usize], paler: i32) -> (GrayImage, Vec<Rect>) {
        let mut state = 7u32;
        let mut page = GrayImage::from_fn(720, 800, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Luma([228 + ((state >> 16) % 7) as u8])
        });
        let mut words = Vec::new();
        for at in 0..WORDS {
            let (left, top) = place(at);
            for y in top - 4..top + 22 {
                for x in left - 4..left + 104 {
                    let inked = (top..top + 18).contains(&y) && (left..left + 100).contains(&x) && x % 11 < 3;
                    let grey = i32::from(page.get_pixel(x, y).0[0]) + if patches.contains(&at) { paler } else { 0 };
                    page.put_pixel(x, y, Luma([if inked { 30 } else { grey as u8 }]));
                }
            }
            let (x0, y0) = (left as f32 / 720.0, top as f32 / 800.0);
            words.push(Rect::new(x0, y0, x0 + 100.0 / 720.0, y0 + 18.0 / 800.0));
        }
        (page, words)
    }

    #[test]
    fn words_on_a_patch_are_found() {
        for paler in [-5, 5, 12] {
            let (page, words) = page(&[17, 18], paler);
            assert_eq!(other_tone(&page, &words), [17, 18], "{paler} steps");
        }
    }

    #[test]
    fn a_patch_may_be_longer_than_its_word() {
        for sides in [&[true][..], &[false], &[true, false]] {
            let (mut page, words) = page(&[17], 12);
            let (left, top) = place(17);
            for (y, x) in (top - 4..top + 22).flat_map(|y| (0..40).map(move |x| (y, x))) {
                for right in sides {
                    let x = if *right { left + 104 + x } else { left - 5 - x };
                    page.get_pixel_mut(x, y).0[0] += 12;
                }
            }
            let expected: &[usize] = if sides.len() == 1 { &[17] } else { &[] };
            assert_eq!(other_tone(&page, &words), expected, "{sides:?}");
        }
    }

    #[test]
    fn even_paper_and_papers_made_of_boxes_have_none() {
        let (even, words) = page(&[], 0);
        assert_eq!(other_tone(&even, &words), Vec::<usize>::new());
        let boxes: Vec<usize> = (0..WORDS).step_by(3).collect();
        let (form, words) = page(&boxes, 12);
        assert_eq!(other_tone(&form, &words), Vec::<usize>::new());
        assert_eq!(other_tone(&form, &[]), Vec::<usize>::new());
    }

    #[test]
    fn a_shadow_is_no_patch() {
        let (flat, words) = page(&[], 0);
        let shaded = GrayImage::from_fn(720, 800, |x, y| {
            let light = 1.0 - 0.3 * x as f32 / 720.0 - 0.1 * y as f32 / 800.0;
            Luma([(f32::from(flat.get_pixel(x, y).0[0]) * light) as u8])
        });
        assert_eq!(other_tone(&shaded, &words), Vec::<usize>::new());
    }
}
