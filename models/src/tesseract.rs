//! Tesseract through `tesseract-rs`: one engine, kept alive, for one thread; with it the reader of zones, whose alphabet is not
//! that of French.
//!
//! `OMP_THREAD_LIMIT=1` must be in the environment before the process starts: with OpenMP threads and other load on the
//! machine the same page costs 18 to 32 times the processor time (measured).

use crate::zone::ZoneNet;
use guichet_pipeline::engines::{EngineError, Letters, Ocr};
use guichet_pipeline::geometry::Rect;
use guichet_pipeline::read::DPI;
use guichet_pipeline::text::{Line, Word};
use image::GrayImage;
use std::path::Path;
use tesseract_rs::{TessPageSegMode, TesseractAPI, TesseractError};

/// An engine with its language loaded (45 ms to start).
pub struct Tesseract {
    api: TesseractAPI,
    zones: ZoneNet,
}

impl Tesseract {
    /// Loads `language` (`fra`) from the folder of `*.traineddata` files.
    ///
    /// # Errors
    /// When the folder or the language is missing; the message names the package.
    pub fn new(tessdata: &Path, language: &str) -> Result<Self, EngineError> {
        let file = tessdata.join(format!("{language}.traineddata"));
        if !file.is_file() {
            let package = format!("tesseract-ocr-{language}");
            return Err(EngineError(format!(
                "{} is missing: install the package {package}, or set `tessdata`",
                file.display()
            )));
        }
        let api = TesseractAPI::new();
        api.init(tessdata, language).map_err(|error| failed(&error))?;
        // The engine prints its warnings; they say nothing to whoever runs the program.
        api.set_variable("debug_file", "/dev/null").map_err(|error| failed(&error))?;
        let zones = ZoneNet::shipped().map_err(|error| EngineError(error.to_string()))?;
        Ok(Self { api, zones })
    }

    /// Gives the version of the library.
    pub fn version() -> String {
        TesseractAPI::version()
    }

    /// Reads what a picture holds, taken for what `mode` says.
    fn read(&self, page: &GrayImage, mode: TessPageSegMode) -> Result<Vec<Line>, TesseractError> {
        // The engine refuses slivers.
        if page.width() < 24 || page.height() < 24 {
            return Ok(Vec::new());
        }
        self.api.set_page_seg_mode(mode)?;
        self.show(page)?;
        self.api.recognize()?;
        let table = self.api.get_tsv_text(0)?;
        let lines = lines(&table, page.width() as f32, page.height() as f32);
        self.api.clear()?;
        Ok(lines)
    }

    fn show(&self, page: &GrayImage) -> Result<(), TesseractError> {
        let (width, height) = (page.width() as i32, page.height() as i32);
        self.api.set_image(page.as_raw(), width, height, 1, width)?;
        self.api.set_source_resolution(DPI as i32)
    }
}

fn failed(error: &TesseractError) -> EngineError {
    EngineError(error.to_string())
}

impl Ocr for Tesseract {
    fn recognise(&mut self, page: &GrayImage) -> Result<Vec<Line>, EngineError> {
        self.read(page, TessPageSegMode::PSM_AUTO).map_err(|error| failed(&error))
    }

    fn recognise_block(&mut self, block: &GrayImage) -> Result<Vec<Line>, EngineError> {
        self.read(block, TessPageSegMode::PSM_SINGLE_BLOCK).map_err(|error| failed(&error))
    }

    fn zone_letters(&mut self, strip: &GrayImage) -> Result<Vec<Letters>, EngineError> {
        self.zones.letters(strip).map_err(|error| EngineError(error.to_string()))
    }
}

/// Reads the engine's table: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
fn lines(table: &str, width: f32, height: f32) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut open: Vec<Word> = Vec::new();
    let mut open_line = "";
    for row in table.lines() {
        let columns: Vec<&str> = row.splitn(12, '\t').collect();
        let [level, _, block, paragraph, line, ..] = columns[..] else { continue };
        if level != "5" || columns.len() < 12 {
            continue;
        }
        let numbers: Vec<f32> = columns[6..11].iter().filter_map(|number| number.parse().ok()).collect();
        let [left, top, wide, high, confidence] = numbers[..] else { continue };
        let start = block.as_ptr() as usize - table.as_ptr() as usize;
        let end = line.as_ptr() as usize + line.len() - table.as_ptr() as usize;
        let _ = paragraph;
        let this_line = &table[start..end];
        if this_line != open_line {
            lines.extend(Line::new(std::mem::take(&mut open)));
            open_line = this_line;
        }
        let text = columns[11].trim();
        if !text.is_empty() {
            let rect = Rect::new(left / width, top / height, (left + wide) / width, (top + high) / height);
            open.push(Word { text: text.to_owned(), rect, confidence: (confidence / 100.0).clamp(0.0, 1.0) });
        }
    }
    lines.extend(Line::new(open));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_line_by_line() {
        let table = "4\t1\t1\t1\t1\t0\t10\t10\t90\t10\t-1\t\n5\t1\t1\t1\t1\t1\t10\t10\t40\t10\t96.5\tContrat\n5\t1\t1\t1\t1\t2\t60\t10\t40\t10\t40\tn°\n5\t1\t1\t1\t2\t1\t10\t30\t40\t10\t90\t12345\nbroken\n";
        let lines = lines(table, 200.0, 100.0);
        let texts: Vec<String> = lines.iter().map(Line::text).collect();
        assert_eq!(texts, ["Contrat n°", "12345"]);
        assert_eq!(lines[0].words[0].rect, Rect::new(0.05, 0.1, 0.25, 0.2));
        assert!((lines[0].words[1].confidence - 0.4).abs() < 1e-6);
    }

    #[test]
    fn a_missing_language_names_its_package() {
        let error =
            Tesseract::new(Path::new("/nowhere"), "fra").err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("tesseract-ocr-fra"), "{error}");
    }
}
