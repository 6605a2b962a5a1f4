//! Whether native text can be believed: it may be absent, thin against the ink, or nonsense.

use super::paint::Painted;
use crate::text::Line;
use image::GrayImage;

/// What to do with a page of a PDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Its own text is the page's.
    Native,
    /// Its pixels must be recognised.
    Recognise,
}

/// Fewer words than this say nothing.
const FEW_WORDS: usize = 12;
/// Fewer outlines than this are ornaments.
const MANY_OUTLINES: usize = 250;

/// Judges the text of a page; `small` gives its pixels at a low resolution, asked for only when pictures make it doubtful.
pub(super) fn judge(painted: &Painted, lines: &[Line], small: impl FnOnce() -> Option<GrayImage>) -> Trust {
    let words: Vec<&str> = lines.iter().flat_map(|line| &line.words).map(|word| word.text.as_str()).collect();
    let nothing_else = painted.pictured < 0.05 && painted.outlines < MANY_OUTLINES;
    if words.len() < FEW_WORDS {
        // A nearly empty page of a program is what it is; a picture or outlines hold the rest.
        return if nothing_else && !words.is_empty() && is_language(&words) { Trust::Native } else { Trust::Recognise };
    }
    let hidden = painted.glyphs.iter().filter(|glyph| !glyph.visible).count();
    let letters = painted.glyphs.len() + painted.unknown;
    // The layer of somebody else's recognition: ours is looked at with its confidence.
    if hidden * 2 > letters || painted.unknown * 10 > letters || !is_language(&words) {
        return Trust::Recognise;
    }
    if painted.outlines >= MANY_OUTLINES && painted.outlines > 2 * letters {
        return Trust::Recognise;
    }
    if painted.pictured > 0.2 {
        let Some(pixels) = small() else { return Trust::Native };
        let (inside, outside) = ink(&pixels, lines);
        if outside > inside {
            return Trust::Recognise;
        }
    }
    Trust::Native
}

/// Tells whether words look like a language: letters where letters are due, vowels among them, few odd signs.
fn is_language(words: &[&str]) -> bool {
    let (mut letters, mut vowels, mut odd, mut all) = (0u32, 0u32, 0u32, 0u32);
    for c in words.iter().flat_map(|word| word.chars()) {
        all += 1;
        if c.is_alphabetic() {
            letters += 1;
            let folded = c.to_lowercase().next().unwrap_or(c);
            vowels += u32::from("aeiouyàâäéèêëîïôöùûüœæ".contains(folded));
        } else if !c.is_ascii_digit() && !"'’-–—.,;:/()°€%*+&@!?\"«»•…·|=<>#_[]²³§✓☐☑✔✘×■□●○".contains(c)
        {
            odd += 1;
        }
    }
    if all == 0 {
        return false;
    }
    let plain = odd * 20 < all;
    // A page of figures alone has no vowels to count.
    let spoken = letters < 20 || (letters / 5..=letters * 2 / 3).contains(&vowels);
    plain && spoken
}

/// Counts dark pixels inside and outside the boxes of words.
fn ink(pixels: &GrayImage, lines: &[Line]) -> (u32, u32) {
    let (width, height) = (pixels.width() as f32, pixels.height() as f32);
    let mut covered = GrayImage::new(pixels.width(), pixels.height());
    for word in lines.iter().flat_map(|line| &line.words) {
        let rect = word.rect;
        for y in (rect.y0 * height) as u32..=((rect.y1 * height) as u32).min(pixels.height() - 1) {
            for x in (rect.x0 * width) as u32..=((rect.x1 * width) as u32).min(pixels.width() - 1) {
                covered.put_pixel(x, y, image::Luma([1]));
            }
        }
    }
    let (mut inside, mut outside) = (0, 0);
    for (pixel, cover) in pixels.pixels().zip(covered.pixels()) {
        if pixel.0[0] < 150 {
            if cover.0[0] == 1 { inside += 1 } else { outside += 1 }
        }
    }
    (inside, outside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_and_nonsense() {
        for (text, expected) in [
            ("Nous attestons que Madame DURAND est assurée jusqu'au 31/08/2027", true),
            ("12/03/2026 184,36 € 00451 2987", true),
            ("\u{e012}\u{e013}\u{e020} \u{e015}\u{e016}\u{fffd}\u{fffd}", false),
            ("Qrxv dwwhvwrqv txh Pdgdph GXUDQG hvw dvvxuhh mxvtx dx", false),
            ("", false),
        ] {
            let words: Vec<&str> = text.split_whitespace().collect();
            assert_eq!(is_language(&words), expected, "{text}");
        }
    }
}
