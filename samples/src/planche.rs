//! Contact sheets: the pages of a design with several data, side by side, for whoever draws it.

use crate::damage::raster::Raster;
use crate::typeset::Sheets;

/// Pixels between pages.
const GAP: usize = 8;

/// Gives the pages of each paper in a row of its own; papers side by side fill a line of `columns`.
pub fn sheet(papers: &[Sheets], dpi: f32, columns: usize) -> Raster {
    let pages: Vec<Raster> = papers
        .iter()
        .flat_map(|paper| (0..paper.pages.len()).map(|index| Raster::from_rgb(paper.pixels(index, dpi))))
        .collect();
    let width = pages.iter().map(|page| page.width).max().unwrap_or(1) + GAP;
    let height = pages.iter().map(|page| page.height).max().unwrap_or(1) + GAP;
    let columns = columns.clamp(1, pages.len().max(1));
    let rows = pages.len().div_ceil(columns).max(1);
    let mut sheet = Raster::filled(columns * width + GAP, rows * height + GAP, 3, [112, 118, 132]);
    for (at, page) in pages.iter().enumerate() {
        sheet.paste(page, GAP + at % columns * width, GAP + at / columns * height);
    }
    sheet
}
