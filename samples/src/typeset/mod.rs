//! Setting papers with Typst, used as a library.
//!
//! A [`Press`] holds what all papers share (fonts, designs, example data) and is used from any number of threads. In go a
//! design and its data; out come the page frames, with every word, its place, and the marks of fields around it. The same
//! design and data give the same pages, the same PDF bytes and the same pixels.

pub mod fonts;
mod words;

pub use fonts::FontError;
pub use words::{Mark, PageText, Word};

use image::RgbImage;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::RwLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use typst::comemo;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Dict, Duration, Smart, Str, Value};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, FontInfo};
use typst::utils::{LazyHash, Scalar};
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, Timestamp};

/// Papers between two clean-ups of Typst's cache, and how many clean-ups a result outlives. Papers share little but
/// `lib.typ`; without this the cache grows by some 2 MB a paper.
const EVICT_EVERY: usize = 16;
const EVICT_AGE: usize = 2;

/// Why a paper could not be set.
#[derive(Debug, thiserror::Error)]
pub enum TypesetError {
    /// The name of a design is no path.
    #[error("{name} is no name of a design")]
    Name {
        /// Which.
        name: String,
    },
    /// Typst refused it.
    #[error("cannot typeset {design}: {message}")]
    Typst {
        /// Which design.
        design: String,
        /// What Typst said, with file and line.
        message: String,
    },
}

/// What the PDF says of itself.
#[derive(Clone, Debug, Default)]
pub struct PdfFacts {
    /// The program in which the document was written.
    pub creator: Option<String>,
    /// When it was made: year, month, day, hour, minute, second.
    pub created: Option<(i32, u8, u8, u8, u8, u8)>,
    /// Tells two files with one title apart.
    pub ident: String,
}

/// A paper that was set.
#[derive(Debug)]
pub struct Sheets {
    document: PagedDocument,
    /// The words of each page.
    pub pages: Vec<PageText>,
    /// The marks, in the order in which they were printed; words point at them.
    pub marks: Vec<Mark>,
    /// What Typst warned of.
    pub warnings: Vec<String>,
}

impl Sheets {
    /// Gives the paper as PDF.
    ///
    /// # Errors
    /// What Typst cannot export.
    pub fn pdf(&self, facts: &PdfFacts) -> Result<Vec<u8>, TypesetError> {
        let stamp = |(year, month, day, hour, minute, second)| {
            Datetime::from_ymd_hms(year, month, day, hour, minute, second)
                .and_then(|datetime| Timestamp::new_local(datetime, 60))
        };
        let options = PdfOptions {
            ident: Smart::Custom(facts.ident.clone()),
            creator: Smart::Custom(facts.creator.clone()),
            timestamp: facts.created.and_then(stamp),
            // Tags double the time of the export, and few insurers write them.
            tagged: false,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&self.document, &options)
            .map_err(|errors| TypesetError::Typst { design: facts.ident.clone(), message: joined(&errors) })
    }

    /// Gives the pixels of page `index` at `dpi`.
    pub fn pixels(&self, index: usize, dpi: f32) -> RgbImage {
        let options =
            typst_render::RenderOptions { pixel_per_pt: Scalar::new(f64::from(dpi) / 72.0), render_bleed: false };
        let pixmap = typst_render::render(&self.document.pages()[index], &options);
        let (width, height) = (pixmap.width(), pixmap.height());
        let rgb: Vec<u8> = pixmap.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        RgbImage::from_raw(width, height, rgb).expect("three bytes were kept for each pixel")
    }
}

fn joined(diagnostics: &[SourceDiagnostic]) -> String {
    let said: Vec<String> = diagnostics.iter().map(|diagnostic| diagnostic.message.to_string()).collect();
    said.join("; ")
}

/// What all papers share.
#[derive(Debug)]
pub struct Press {
    root: PathBuf,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    sources: RwLock<HashMap<FileId, Source>>,
    files: RwLock<HashMap<FileId, Bytes>>,
    set: AtomicUsize,
}

impl Press {
    /// Loads the fonts; designs are read below `root` when they are first used.
    ///
    /// # Errors
    /// Fonts that are missing.
    pub fn new(root: &Path) -> Result<Self, FontError> {
        let (fonts, infos): (Vec<Font>, Vec<FontInfo>) = fonts::load(&fonts::folders())?.into_iter().unzip();
        Ok(Self {
            root: root.to_owned(),
            book: LazyHash::new(FontBook::from_infos(infos)),
            fonts,
            sources: RwLock::default(),
            files: RwLock::default(),
            set: AtomicUsize::new(0),
        })
    }

    /// Sets the design `name` with `data`; `None` sets it with the example data.
    ///
    /// # Errors
    /// What Typst refuses, with file and line.
    pub fn set(&self, name: &str, data: Option<&serde_json::Value>) -> Result<Sheets, TypesetError> {
        let main = file_id(&format!("{name}.typ")).ok_or_else(|| TypesetError::Name { name: name.to_owned() })?;
        self.compile(name, main, None, data)
    }

    /// Sets a text that stands in no file: stamps and notes laid over a page.
    ///
    /// # Errors
    /// What Typst refuses, with its line.
    pub fn set_text(&self, text: &str) -> Result<Sheets, TypesetError> {
        let name = "overlay";
        let main = file_id(name).ok_or_else(|| TypesetError::Name { name: name.to_owned() })?;
        self.compile(name, main, Some(Source::new(main, text.to_owned())), None)
    }

    fn compile(
        &self,
        name: &str,
        main: FileId,
        text: Option<Source>,
        data: Option<&serde_json::Value>,
    ) -> Result<Sheets, TypesetError> {
        let mut inputs = Dict::new();
        if let Some(data) = data {
            inputs.insert(Str::from("donnees"), Value::Str(Str::from(data.to_string())));
        }
        let library = LazyHash::new(Library::builder().with_inputs(inputs).build());
        let desk = Desk { press: self, library, main, text };
        let compiled = typst::compile::<PagedDocument>(&desk);
        if self.set.fetch_add(1, Ordering::Relaxed).is_multiple_of(EVICT_EVERY) {
            comemo::evict(EVICT_AGE);
        }
        let document = compiled
            .output
            .map_err(|errors| TypesetError::Typst { design: name.to_owned(), message: desk.placed(&errors) })?;
        let warnings = compiled.warnings.iter().map(|warning| desk.placed(std::slice::from_ref(warning))).collect();
        let (pages, marks) = words::collect(&document);
        Ok(Sheets { document, pages, marks, warnings })
    }
}

fn file_id(path: &str) -> Option<FileId> {
    Some(FileId::new(RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).ok()?)))
}

/// The world of one paper: the press, and the paper's own data and text.
struct Desk<'a> {
    press: &'a Press,
    library: LazyHash<Library>,
    main: FileId,
    text: Option<Source>,
}

impl Desk<'_> {
    /// Gives the diagnostics with their files and lines.
    fn placed(&self, diagnostics: &[SourceDiagnostic]) -> String {
        let mut said = Vec::new();
        for diagnostic in diagnostics {
            let place = diagnostic.span.id().and_then(|id| {
                let at = self.range(diagnostic.span)?.start;
                let line = self.source(id).ok()?.text().get(..at)?.matches('\n').count() + 1;
                Some(format!("{}:{line}: ", id.get().vpath().get_without_slash()))
            });
            said.push(format!("{}{}", place.unwrap_or_default(), diagnostic.message));
        }
        said.join("; ")
    }
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if let Some(text) = self.text.as_ref().filter(|_| id == self.main) {
            return Ok(text.clone());
        }
        if let Some(source) = self.press.sources.read().ok().and_then(|sources| sources.get(&id).cloned()) {
            return Ok(source);
        }
        let bytes = self.file(id)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| FileError::InvalidUtf8)?;
        let source = Source::new(id, text.to_owned());
        if let Ok(mut sources) = self.press.sources.write() {
            sources.insert(id, source.clone());
        }
        Ok(source)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if let Some(bytes) = self.press.files.read().ok().and_then(|files| files.get(&id).cloned()) {
            return Ok(bytes);
        }
        let VirtualRoot::Project = id.get().root() else { return Err(FileError::AccessDenied) };
        let path = id.get().vpath().realize(&self.press.root).map_err(FileError::Realize)?;
        let bytes = Bytes::new(std::fs::read(&path).map_err(|error| FileError::from_io(error, &path))?);
        if let Ok(mut files) = self.press.files.write() {
            files.insert(id, bytes.clone());
        }
        Ok(bytes)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.get(index).cloned()
    }

    /// Papers have the dates of their data; the day on which they are made is nobody's business.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
