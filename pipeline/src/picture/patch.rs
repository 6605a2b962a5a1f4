//! A patch pasted into a picture: letters on paper whose grain is not that of the paper around them.
//!
//! What came through one scanner or one camera has one grain. A value typed over a scan has none, or that of another paper
//! (noise inconsistency: Mahdian and Saic, Image and Vision Computing 27, 2009). Shaded boxes keep the grain of the page,
//! so brightness proves nothing here.

use crate::geometry::Rect;
use image::GrayImage;

/// Side of the cells in which grain is measured, in pixels.
const CELL: usize = 10;
/// Pixels of bare paper without which a cell says nothing.
const FEWEST: u32 = 14;
/// Of so many rows one is measured: grain is the same in all.
const ROWS: usize = 2;
/// Mean roughness under which a page has no grain that could be missing, in steps of grey.
const GRAINY: f32 = 0.9;
/// Share of the page's grain under which a cell is smooth. A rough cell proves nothing: JPEG leaves rings around letters.
const SMOOTH: f32 = 0.4;
/// Share of smooth cells above which the page is uneven by nature: a photo in bad light, a picture.
const UNEVEN: f32 = 0.06;
/// A patch has at least so many smooth cells.
const FEWEST_CELLS: usize = 8;
/// Share of the telling cells in a patch that are smooth.
const FULL: f32 = 0.85;
/// Share of the telling cells around a patch that are smooth, at most.
const AROUND: f32 = 0.3;
/// Share of ink among the pixels of a patch: letters, no picture and no blank.
const INK: std::ops::RangeInclusive<f32> = 0.02..=0.45;
/// A patch takes less than this share of the page.
const LARGEST: f32 = 0.12;
/// Lighter than this is paper, darker than that is ink.
const PAPER: u8 = 165;
const DARK: u8 = 110;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grain {
    Unknown,
    Usual,
    Smooth,
}

/// Finds smooth patches in a picture of a page, as it was stored: what is done to even its light changes its grain.
pub fn pasted(page: &GrayImage) -> Vec<Rect> {
    let (width, height) = (page.width() as usize, page.height() as usize);
    let (columns, rows) = (width / CELL, height / CELL);
    if columns < 8 || rows < 8 {
        return Vec::new();
    }
    let measured: Vec<Option<f32>> = (0..columns * rows)
        .map(|at| roughness(page.as_raw(), width, at % columns * CELL, at / columns * CELL))
        .collect();
    let mut known: Vec<f32> = measured.iter().flatten().copied().collect();
    if known.len() < columns * rows / 4 {
        return Vec::new();
    }
    let middle = known.len() / 2;
    let usual = *known.select_nth_unstable_by(middle, f32::total_cmp).1;
    if usual < GRAINY {
        return Vec::new();
    }
    let grain = |measured: &Option<f32>| match measured {
        None => Grain::Unknown,
        Some(rough) if *rough < SMOOTH * usual => Grain::Smooth,
        Some(_) => Grain::Usual,
    };
    let grid = Grid { columns, rows, cells: measured.iter().map(grain).collect() };
    grid.patches(page)
}

/// Gives the mean step between a pixel of bare paper and the mean of its four neighbours; `None` with too few of them.
fn roughness(pixels: &[u8], width: usize, x0: usize, y0: usize) -> Option<f32> {
    let (mut sum, mut count) = (0u32, 0u32);
    let row = |y: usize| &pixels[y * width + x0.max(1) - 1..y * width + x0 + CELL];
    for y in (y0.max(1)..y0 + CELL - 1).step_by(ROWS) {
        let (above, here, below) = (row(y - 1), row(y), row(y + 1));
        // Without a branch: this runs on every pixel of every scan.
        for ((across, up), down) in here.windows(3).zip(&above[1..]).zip(&below[1..]) {
            let &[left, level, right] = across else { continue };
            let bare = u32::from(level.min(left).min(right).min(*up).min(*down) >= PAPER);
            let around = u32::from(left) + u32::from(right) + u32::from(*up) + u32::from(*down);
            sum += bare * (4 * u32::from(level)).abs_diff(around);
            count += bare;
        }
    }
    (count >= FEWEST).then(|| sum as f32 / (4 * count) as f32)
}

struct Grid {
    columns: usize,
    rows: usize,
    cells: Vec<Grain>,
}

/// Cells of a figure: its edges, included.
#[derive(Clone, Copy)]
struct Block {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

impl Grid {
    fn at(&self, column: usize, row: usize) -> Grain {
        self.cells[row * self.columns + column]
    }

    fn patches(&self, page: &GrayImage) -> Vec<Rect> {
        let all = self.cells.iter().filter(|&&grain| grain == Grain::Smooth).count();
        if all as f32 > UNEVEN * self.cells.len() as f32 {
            return Vec::new();
        }
        let blocks = self.blocks();
        let rects = blocks.into_iter().filter(|block| self.is_patch(block) && lettered(page, block));
        rects.map(|block| block.rect(page)).collect()
    }

    /// Gives the figures around smooth cells that touch one another; letters between them say nothing and join them.
    fn blocks(&self) -> Vec<Block> {
        let mut seen = vec![false; self.cells.len()];
        let mut blocks = Vec::new();
        for start in 0..self.cells.len() {
            if seen[start] || self.cells[start] != Grain::Smooth {
                continue;
            }
            seen[start] = true;
            let mut open = vec![start];
            let (column, row) = (start % self.columns, start / self.columns);
            let mut block = Block { left: column, top: row, right: column, bottom: row };
            while let Some(at) = open.pop() {
                let (column, row) = (at % self.columns, at / self.columns);
                let grown = self.cells[at] == Grain::Smooth;
                if grown {
                    block = Block {
                        left: block.left.min(column),
                        top: block.top.min(row),
                        right: block.right.max(column),
                        bottom: block.bottom.max(row),
                    };
                }
                for (x, y) in self.around(column, row) {
                    let next = y * self.columns + x;
                    // One silent cell may stand between two smooth ones, no more.
                    let joins = self.cells[next] == Grain::Smooth || (grown && self.cells[next] == Grain::Unknown);
                    if joins && !seen[next] {
                        seen[next] = true;
                        open.push(next);
                    }
                }
            }
            blocks.push(block);
        }
        blocks
    }

    fn around(&self, column: usize, row: usize) -> impl Iterator<Item = (usize, usize)> {
        let columns = column.saturating_sub(1)..=(column + 1).min(self.columns - 1);
        let rows = row.saturating_sub(1)..=(row + 1).min(self.rows - 1);
        columns.flat_map(move |x| rows.clone().map(move |y| (x, y))).filter(move |&place| place != (column, row))
    }

    fn is_patch(&self, block: &Block) -> bool {
        let share = |cells: &mut dyn Iterator<Item = Grain>| {
            let telling: Vec<Grain> = cells.filter(|&grain| grain != Grain::Unknown).collect();
            let found = telling.iter().filter(|&&grain| grain == Grain::Smooth).count();
            (found, found as f32 / telling.len().max(1) as f32)
        };
        let inside = (block.top..=block.bottom)
            .flat_map(|row| (block.left..=block.right).map(move |column| (column, row)))
            .map(|(column, row)| self.at(column, row));
        let (count, full) = share(&mut { inside });
        let area = (block.right - block.left + 1) * (block.bottom - block.top + 1);
        if count < FEWEST_CELLS || full < FULL || area as f32 > LARGEST * self.cells.len() as f32 {
            return false;
        }
        // Paper on all sides: what touches the edge of the page is the edge of the scan.
        if block.left < 2 || block.top < 2 || block.right + 2 >= self.columns || block.bottom + 2 >= self.rows {
            return false;
        }
        let (left, right, top, bottom) = (block.left - 2, block.right + 2, block.top - 2, block.bottom + 2);
        let sides = (left..=right)
            .flat_map(|column| [(column, top), (column, bottom)])
            .chain((top..=bottom).flat_map(|row| [(left, row), (right, row)]));
        let mut ring = sides.map(|(column, row)| self.at(column, row));
        share(&mut ring).1 <= AROUND
    }
}

impl Block {
    fn rect(&self, page: &GrayImage) -> Rect {
        let across = |cells: usize| (cells * CELL) as f32 / page.width() as f32;
        let down = |cells: usize| (cells * CELL) as f32 / page.height() as f32;
        Rect::new(across(self.left), down(self.top), across(self.right + 1), down(self.bottom + 1))
    }
}

/// Tells whether a block holds letters.
fn lettered(page: &GrayImage, block: &Block) -> bool {
    let (mut dark, mut all) = (0u32, 0u32);
    for y in block.top * CELL..(block.bottom + 1) * CELL {
        for x in block.left * CELL..(block.right + 1) * CELL {
            dark += u32::from(page.get_pixel(x as u32, y as u32).0[0] < DARK);
            all += 1;
        }
    }
    INK.contains(&(dark as f32 / all as f32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// Paper with grain of `sigma` steps about, and lines of letters.
    fn page(grain: u32) -> GrayImage {
        let mut state = 7u32;
        GrayImage::from_fn(600, 800, |x, y| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = if grain == 0 { 0 } else { (state >> 16) % (2 * grain + 1) };
            let letter = y % 40 < 14 && x % 12 < 4 && (60..540).contains(&x);
            Luma([if letter { 30 + noise as u8 } else { 225 + noise as u8 }])
        })
    }

    fn paste(page: &mut GrayImage) {
        for y in 310..350 {
            for x in 200..330 {
                let letter = (324..338).contains(&y) && x % 12 < 4;
                page.put_pixel(x, y, Luma([if letter { 20 } else { 225 }]));
            }
        }
    }

    #[test]
    fn a_smooth_patch_on_grainy_paper_is_found_where_it_is() {
        let mut page = page(5);
        assert_eq!(pasted(&page), []);
        paste(&mut page);
        let found = pasted(&page);
        assert_eq!(found.len(), 1, "{found:?}");
        let pasted = Rect::new(200.0 / 600.0, 310.0 / 800.0, 330.0 / 600.0, 350.0 / 800.0);
        assert!(found[0].overlap(&pasted) > 0.7 * pasted.area().max(found[0].area()), "{found:?}");
    }

    #[test]
    fn paper_without_grain_shaded_boxes_and_blank_places_prove_nothing() {
        let mut flat = page(0);
        paste(&mut flat);
        assert_eq!(pasted(&flat), []);
        let mut blank = page(5);
        for y in 315..345 {
            for x in 200..330 {
                blank.put_pixel(x, y, Luma([230]));
            }
        }
        assert_eq!(pasted(&blank), []);
        let mut shaded = page(5);
        for y in 310..350 {
            for x in 200..330 {
                let level = shaded.get_pixel(x, y).0[0];
                shaded.put_pixel(x, y, Luma([level.saturating_sub(25)]));
            }
        }
        assert_eq!(pasted(&shaded), []);
        assert_eq!(pasted(&GrayImage::new(3, 3)), []);
    }
}
