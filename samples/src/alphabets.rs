//! The letters of machine-readable zones, one sheet a typeface, from which the reader of zones learns.
//!
//! Identity papers print their zone in OCR-B (ICAO Doc 9303-3, 4.2); copies and papers of programs use whatever typewriter
//! face they have.

use crate::typeset::{Press, TypesetError};
use guichet_pipeline::values::mrz::ALPHABET;
use image::{GrayImage, imageops};

/// A typeface of a sheet.
#[derive(Clone, Copy, Debug)]
pub struct Face {
    /// Its family.
    pub family: &'static str,
    /// Its weight, as Typst calls it.
    pub weight: &'static str,
}

const fn face(family: &'static str, weight: &'static str) -> Face {
    Face { family, weight }
}

/// The typefaces, each with the name of its sheet.
pub const FACES: [(&str, Face); 11] = [
    ("ocr-b", face("OCR B", "regular")),
    ("liberation", face("Liberation Mono", "regular")),
    ("liberation-gras", face("Liberation Mono", "bold")),
    ("dejavu", face("DejaVu Sans Mono", "regular")),
    ("dejavu-gras", face("DejaVu Sans Mono", "bold")),
    ("nimbus", face("Nimbus Mono PS", "regular")),
    ("nimbus-gras", face("Nimbus Mono PS", "bold")),
    ("free-gras", face("FreeMono", "bold")),
    ("machine", face("GNUTypewriter", "regular")),
    ("noto", face("Noto Sans Mono", "regular")),
    ("noto-gras", face("Noto Sans Mono", "bold")),
];

/// Width of the cell of a letter on a sheet, in points and in pixels.
const CELL_WIDTH: u32 = 120;
/// Its height.
const CELL_HEIGHT: u32 = 140;

/// Sets the sheet of a typeface: the letters of [`ALPHABET`] side by side, each in the middle of a cell of 120 by 140
/// pixels, at 100 pixels to the em, on a line 100 pixels below the top.
///
/// # Errors
/// What Typst refuses.
pub fn sheet(press: &Press, face: Face) -> Result<GrayImage, TypesetError> {
    let Face { family, weight } = face;
    let letters: Vec<String> = ALPHABET.chars().map(|letter| format!("\"{letter}\"")).collect();
    let (count, letters) = (letters.len(), letters.join(","));
    let text = format!(
        "#set page(width: {count} * {CELL_WIDTH}pt, height: {CELL_HEIGHT}pt, margin: 0pt)\n\
         #set text(font: \"{family}\", weight: \"{weight}\", size: 100pt, top-edge: \"baseline\", bottom-edge: \"baseline\")\n\
         #for (rang, lettre) in ({letters}).enumerate() {{\n\
         place(top + left, dx: rang * {CELL_WIDTH}pt, dy: 100pt, box(width: {CELL_WIDTH}pt, align(center, lettre)))\n}}\n",
    );
    Ok(imageops::grayscale(&press.set_text(&text)?.pixels(0, 72.0)))
}
