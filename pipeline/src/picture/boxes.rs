//! Boxes to tick, found on the pixels of an upright page: where they are and whether they hold a mark.
//!
//! Recognisers read an empty box as a bracket, a letter or nothing, so that ticked and empty ones look alike in the text.

use crate::geometry::Rect;
use image::GrayImage;

/// A box to tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TickBox {
    /// Where it stands, in fractions of the page.
    pub rect: Rect,
    /// Whether something is drawn in it.
    pub ticked: bool,
}

/// Darker than this is ink.
const INK: u8 = 150;
/// Sides of a box in pixels at 200 dots an inch: 1.5 to 6 mm.
const SIDES: std::ops::RangeInclusive<usize> = 12..=48;
/// Share of each side that must be drawn.
const DRAWN_SIDE: f32 = 0.86;
/// Share of dark pixels in the middle of a box that holds a mark. An empty one holds specks of a scan.
const MARKED: f32 = 0.09;
/// A solid square is a bullet.
const SOLID: f32 = 0.8;
/// More boxes than this are a form of letters in combs, or a pattern.
const MOST: usize = 120;

/// Finds the boxes of a page at about 200 dots an inch.
pub fn tick_boxes(page: &GrayImage) -> Vec<TickBox> {
    let (width, height) = (page.width() as usize, page.height() as usize);
    let dark: Vec<bool> = page.as_raw().iter().map(|&grey| grey < INK).collect();
    let areas = components(&dark, width, height);
    let mut found: Vec<TickBox> = Vec::new();
    for area in areas {
        let (w, h) = (area.x1 - area.x0 + 1, area.y1 - area.y0 + 1);
        let square = w * 5 <= h * 6 && h * 5 <= w * 6;
        if !SIDES.contains(&w) || !SIDES.contains(&h) || !square || !framed(&dark, width, &area) {
            continue;
        }
        let middle = middle_ink(&dark, width, &area);
        if middle > SOLID {
            continue;
        }
        let rect = Rect::new(
            area.x0 as f32 / width as f32,
            area.y0 as f32 / height as f32,
            (area.x1 + 1) as f32 / width as f32,
            (area.y1 + 1) as f32 / height as f32,
        );
        found.push(TickBox { rect, ticked: middle > MARKED });
    }
    if found.len() > MOST { Vec::new() } else { apart(found) }
}

/// The pixels that a component touches.
#[derive(Clone, Copy, Debug)]
struct Area {
    x0: usize,
    y0: usize,
    x1: usize,
    y1: usize,
}

/// Gives the areas of connected ink, eight neighbours, by runs of a row joined to those of the row above.
fn components(dark: &[bool], width: usize, height: usize) -> Vec<Area> {
    let mut areas: Vec<Area> = Vec::new();
    let mut parent: Vec<usize> = Vec::new();
    let mut above: Vec<(usize, usize, usize)> = Vec::new();
    for y in 0..height {
        let row = &dark[y * width..(y + 1) * width];
        let mut runs: Vec<(usize, usize, usize)> = Vec::new();
        let mut x = 0;
        let mut first = 0;
        while let Some(start) = row[x..].iter().position(|&on| on).map(|at| x + at) {
            let end = row[start..].iter().position(|&on| !on).map_or(width, |at| start + at);
            let label = areas.len();
            areas.push(Area { x0: start, y0: y, x1: end - 1, y1: y });
            parent.push(label);
            while first < above.len() && above[first].1 + 1 < start {
                first += 1;
            }
            for &(_, _, other) in above[first..].iter().take_while(|(from, ..)| *from <= end) {
                join(&mut parent, &mut areas, other, label);
            }
            runs.push((start, end - 1, label));
            x = end;
        }
        above = runs;
    }
    (0..areas.len()).filter(|&label| parent[label] == label).map(|label| areas[label]).collect()
}

fn root(parent: &mut [usize], mut label: usize) -> usize {
    while parent[label] != label {
        parent[label] = parent[parent[label]];
        label = parent[label];
    }
    label
}

fn join(parent: &mut [usize], areas: &mut [Area], a: usize, b: usize) {
    let (a, b) = (root(parent, a), root(parent, b));
    if a == b {
        return;
    }
    parent[b] = a;
    let other = areas[b];
    let whole = &mut areas[a];
    whole.x0 = whole.x0.min(other.x0);
    whole.y0 = whole.y0.min(other.y0);
    whole.x1 = whole.x1.max(other.x1);
    whole.y1 = whole.y1.max(other.y1);
}

/// Tells whether the four sides of an area are drawn, corners included: letters are rounded or open somewhere.
fn framed(dark: &[bool], width: usize, area: &Area) -> bool {
    let (w, h) = (area.x1 - area.x0 + 1, area.y1 - area.y0 + 1);
    let band = (w.min(h) / 6).max(2);
    let on = |x: usize, y: usize| dark[y * width + x];
    let columns = area.x0..=area.x1;
    let rows = area.y0..=area.y1;
    let top = columns.clone().filter(|&x| (0..band).any(|d| on(x, area.y0 + d))).count() as f32 / w as f32;
    let bottom = columns.filter(|&x| (0..band).any(|d| on(x, area.y1 - d))).count() as f32 / w as f32;
    let left = rows.clone().filter(|&y| (0..band).any(|d| on(area.x0 + d, y))).count() as f32 / h as f32;
    let right = rows.filter(|&y| (0..band).any(|d| on(area.x1 - d, y))).count() as f32 / h as f32;
    let corner = |x: usize, y: usize, dx: isize, dy: isize| {
        let reach = (w.min(h) / 10).max(2) as isize;
        (0..=reach).any(|i| (0..=reach - i).any(|j| on((x as isize + dx * i) as usize, (y as isize + dy * j) as usize)))
    };
    let corners = corner(area.x0, area.y0, 1, 1)
        && corner(area.x1, area.y0, -1, 1)
        && corner(area.x0, area.y1, 1, -1)
        && corner(area.x1, area.y1, -1, -1);
    [top, bottom, left, right].iter().all(|side| *side >= DRAWN_SIDE) && corners
}

/// Gives the share of ink in the middle of an area, whatever component it belongs to.
fn middle_ink(dark: &[bool], width: usize, area: &Area) -> f32 {
    let margin_x = (area.x1 - area.x0 + 1) / 4;
    let margin_y = (area.y1 - area.y0 + 1) / 4;
    let (mut ink, mut all) = (0u32, 0u32);
    for y in area.y0 + margin_y..=area.y1 - margin_y {
        for x in area.x0 + margin_x..=area.x1 - margin_x {
            ink += u32::from(dark[y * width + x]);
            all += 1;
        }
    }
    ink as f32 / all.max(1) as f32
}

/// Drops boxes that stand in a row without space between them: combs for letters.
fn apart(boxes: Vec<TickBox>) -> Vec<TickBox> {
    let beside = |one: &TickBox, other: &TickBox| {
        let gap = (other.rect.x0 - one.rect.x1).max(one.rect.x0 - other.rect.x1);
        one.rect.vertical_overlap(&other.rect) > 0.6 && gap < 0.45 * one.rect.width()
    };
    let alone = |at: usize| !(0..boxes.len()).any(|other| other != at && beside(&boxes[at], &boxes[other]));
    (0..boxes.len()).filter(|&at| alone(at)).map(|at| boxes[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    fn page() -> GrayImage {
        GrayImage::from_pixel(400, 300, Luma([245]))
    }

    fn square(page: &mut GrayImage, x: u32, y: u32, side: u32) {
        for d in 0..side {
            for thick in 0..2 {
                for (px, py) in [
                    (x + d, y + thick),
                    (x + d, y + side - 1 - thick),
                    (x + thick, y + d),
                    (x + side - 1 - thick, y + d),
                ] {
                    page.put_pixel(px, py, Luma([20]));
                }
            }
        }
    }

    fn cross(page: &mut GrayImage, x: u32, y: u32, side: u32) {
        for d in 3..side - 3 {
            for thick in 0..3 {
                page.put_pixel((x + d + thick).min(x + side - 2), y + d, Luma([30]));
                page.put_pixel((x + side - 1 - d + thick).min(x + side - 2), y + d, Luma([30]));
            }
        }
    }

    #[test]
    fn empty_and_ticked_boxes_are_told_apart() {
        let mut page = page();
        square(&mut page, 20, 20, 24);
        square(&mut page, 120, 20, 24);
        cross(&mut page, 120, 20, 24);
        // A box with a gap on one side is a letter.
        square(&mut page, 220, 20, 24);
        for y in 24..40 {
            page.put_pixel(242, y, Luma([245]));
            page.put_pixel(243, y, Luma([245]));
        }
        let found = tick_boxes(&page);
        let marks: Vec<bool> = found.iter().map(|found| found.ticked).collect();
        assert_eq!(marks, [false, true]);
        assert!((found[0].rect.x0 - 20.0 / 400.0).abs() < 1e-6);
    }

    #[test]
    fn rings_combs_and_frames_are_no_boxes() {
        let mut page = page();
        for step in 0..200 {
            let angle = step as f32 / 200.0 * std::f32::consts::TAU;
            for radius in [11.0, 12.0] {
                page.put_pixel((60.0 + radius * angle.cos()) as u32, (60.0 + radius * angle.sin()) as u32, Luma([10]));
            }
        }
        for i in 0..5 {
            square(&mut page, 150 + i * 28, 50, 24);
        }
        square(&mut page, 20, 120, 160);
        assert_eq!(tick_boxes(&page), []);
        assert_eq!(tick_boxes(&GrayImage::new(1, 1)), []);
    }
}
