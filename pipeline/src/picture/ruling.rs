//! Ruling: the lines of frames and tables, taken off a page before it is recognised.
//!
//! Recognisers take what a frame encloses for a picture and leave it out, and join a line to the letters that touch it. A
//! line is told from letters by what it is: long one way, thin the other.

use image::GrayImage;
use std::borrow::Cow;

/// Darker than this is ink, on a page whose light is even.
const INK: u8 = 170;
/// Length in pixels from which a stroke is a line, at 200 dots an inch: 12 mm, more than any letter of a text.
const LONG: usize = 96;
/// Pixels that a line may miss in one place: specks of a scan.
const GAP: usize = 2;
/// Share of its pixels that a line has: letters that nearly touch have less.
const DRAWN: f32 = 0.95;
/// The most pixels across a line: 0.9 mm. What is thicker is a bar, or a letter that the line touches.
const THICK: usize = 7;
/// Share of its length on which a line is no thicker: letters stand on the rest.
const THIN: f32 = 0.5;

/// Gives the page without the thin lines that run along it or down it; as it is where it has none.
pub fn without_ruling(page: &GrayImage) -> Cow<'_, GrayImage> {
    let (width, height) = (page.width() as usize, page.height() as usize);
    if width < LONG || height < LONG {
        return Cow::Borrowed(page);
    }
    let mut dark: Vec<bool> = page.as_raw().iter().map(|&grey| grey < INK).collect();
    let rows = Way { lines: height, length: width, along: 1, across: width };
    let columns = Way { lines: width, length: height, along: width, across: 1 };
    let mut out: Option<GrayImage> = None;
    for way in [rows, columns] {
        let mut gone = Vec::new();
        for line in 0..way.lines {
            for stroke in way.strokes(&dark, line) {
                let length = stroke.len();
                let thin = stroke.filter_map(|at| Some((at, way.thickness(&dark, line, at)?))).collect::<Vec<_>>();
                // Bold letters that nearly touch are dark from one to the next, and thin in a few places only.
                if (thin.len() as f32) < THIN * length as f32 {
                    continue;
                }
                for (at, thickness) in thin {
                    gone.extend(thickness.clone().map(|line| way.index(line, at)));
                    way.paint(out.get_or_insert_with(|| page.clone()), page, at, thickness);
                }
            }
        }
        // Where two lines cross, the other is found thin as well.
        gone.into_iter().for_each(|pixel| dark[pixel] = false);
    }
    out.map_or(Cow::Borrowed(page), Cow::Owned)
}

/// A direction in which lines run: how many there are, how long, and the steps in memory along one and across it.
#[derive(Clone, Copy, Debug)]
struct Way {
    lines: usize,
    length: usize,
    along: usize,
    across: usize,
}

impl Way {
    fn index(&self, line: usize, at: usize) -> usize {
        line * self.across + at * self.along
    }

    /// Gives the long runs of ink of a line, small gaps run over.
    fn strokes(&self, dark: &[bool], line: usize) -> Vec<std::ops::Range<usize>> {
        let mut strokes: Vec<(std::ops::Range<usize>, usize)> = Vec::new();
        for at in (0..self.length).filter(|&at| dark[self.index(line, at)]) {
            match strokes.last_mut() {
                Some((stroke, ink)) if at <= stroke.end + GAP => {
                    stroke.end = at + 1;
                    *ink += 1;
                }
                _ => strokes.push((at..at + 1, 1)),
            }
        }
        let is_line = |stroke: &std::ops::Range<usize>, ink: usize| {
            stroke.len() >= LONG && ink as f32 >= DRAWN * stroke.len() as f32
        };
        strokes.into_iter().filter(|(stroke, ink)| is_line(stroke, *ink)).map(|(stroke, _)| stroke).collect()
    }

    /// Gives the lines over which the ink at a place reaches across, if that is no more than a line is thick.
    fn thickness(&self, dark: &[bool], line: usize, at: usize) -> Option<std::ops::Range<usize>> {
        if !dark[self.index(line, at)] {
            return None;
        }
        let is_ink = |line: usize| dark[self.index(line, at)];
        let before = (0..line).rev().take(THICK).take_while(|&line| is_ink(line)).count();
        let behind = (line + 1..self.lines).take(THICK).take_while(|&line| is_ink(line)).count();
        (before + 1 + behind <= THICK).then_some(line - before..line + 1 + behind)
    }

    /// Paints over the ink at a place and its soft edges with the paper on the brighter side.
    fn paint(&self, out: &mut GrayImage, page: &GrayImage, at: usize, lines: std::ops::Range<usize>) {
        let (from, to) = (lines.start.saturating_sub(1), (lines.end + 1).min(self.lines));
        let grey = |line: usize| page.as_raw()[self.index(line, at)];
        let paper = grey(from.saturating_sub(1)).max(grey(to.min(self.lines - 1)));
        for line in from..to {
            out.as_flat_samples_mut().samples[self.index(line, at)] = paper;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    const WHITE: u8 = 250;

    fn page() -> GrayImage {
        GrayImage::from_pixel(400, 300, Luma([WHITE]))
    }

    fn fill(page: &mut GrayImage, (x0, y0, x1, y1): (u32, u32, u32, u32)) {
        for y in y0..y1 {
            for x in x0..x1 {
                page.put_pixel(x, y, Luma([20]));
            }
        }
    }

    #[test]
    fn frames_go_and_what_they_enclose_stays() {
        let mut framed = page();
        for side in [(40, 50, 360, 53), (40, 200, 360, 203), (40, 50, 42, 203), (358, 50, 360, 203)] {
            fill(&mut framed, side);
        }
        let mut bare = page();
        for drawn in [&mut framed, &mut bare] {
            // A letter, a bar of a heading, and a stroke too short for a line.
            fill(drawn, (60, 100, 64, 130));
            fill(drawn, (60, 220, 360, 250));
            fill(drawn, (100, 120, 150, 122));
        }
        assert_eq!(*without_ruling(&framed), bare);
        assert!(matches!(without_ruling(&bare), Cow::Borrowed(_)));
    }

    #[test]
    fn a_letter_on_a_line_keeps_its_foot() {
        let mut page = page();
        fill(&mut page, (40, 150, 360, 152));
        fill(&mut page, (100, 120, 104, 152));
        let out = without_ruling(&page);
        assert_eq!(out.get_pixel(101, 151).0[0], 20);
        assert_eq!(out.get_pixel(90, 151).0[0], WHITE);
    }

    #[test]
    fn a_line_that_leans_a_little_goes_too() {
        let mut page = page();
        for x in 20..380 {
            let y = 100 + x / 120;
            fill(&mut page, (x, y, x + 1, y + 2));
        }
        assert!(without_ruling(&page).pixels().all(|pixel| pixel.0[0] == WHITE));
    }
}
