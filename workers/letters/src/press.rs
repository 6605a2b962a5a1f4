//! Typst as a library: faces, templates and one letter's data in, a laid out document out.
//!
//! A [`Press`] is loaded once and used from any number of threads. A template sees its letter as the file `/lettre.json`
//! and files beside it, nothing else of the machine.

use crate::face::{self, FaceError};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::RwLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use typst::diag::{FileError, FileResult, SourceDiagnostic, Tracepoint};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;

/// The file in which a template finds its letter.
const DATA: &str = "lettre.json";
/// What a template says of a letter that lacks something, before the rest (`exige` of `lib.typ`).
const OF_THE_LETTER: &str = "lettre : ";
/// Letters between two clean-ups of Typst's cache, and how many clean-ups a result outlives: letters share little but
/// `lib.typ`.
const EVICT_EVERY: usize = 16;
const EVICT_AGE: usize = 2;

/// Why a letter could not be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PressError {
    /// The template has a mistake: file, line, message, hint.
    #[error("{0}")]
    Template(String),
    /// The letter lacks what its template needs, or says what cannot be printed.
    #[error("{0}")]
    Letter(String),
}

/// What all letters share.
#[derive(Debug)]
pub struct Press {
    root: PathBuf,
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    sources: RwLock<HashMap<FileId, Source>>,
    files: RwLock<HashMap<FileId, Bytes>>,
    /// [`DATA`].
    letter: FileId,
    set: AtomicUsize,
}

impl Press {
    /// Loads the faces; templates are read below `root` when they are first used.
    ///
    /// # Errors
    /// Faces that are missing or cannot be read.
    pub fn new(root: &Path) -> Result<Self, FaceError> {
        let fonts = face::load(&face::folders(), &root.join("polices"))?;
        Ok(Self {
            root: root.to_owned(),
            library: LazyHash::new(Library::builder().build()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            sources: RwLock::default(),
            files: RwLock::default(),
            letter: file_id(DATA).expect("the name is a fixed path"),
            set: AtomicUsize::new(0),
        })
    }

    /// Lays out `template` with `data`.
    ///
    /// # Errors
    /// What Typst refuses: told apart whether the template or the letter is wrong.
    pub fn lay_out(&self, template: &str, data: &serde_json::Value) -> Result<PagedDocument, PressError> {
        let main = file_id(&format!("{template}.typ"))?;
        let desk = Desk { press: self, main, data: Bytes::from_string(data.to_string()) };
        let compiled = typst::compile::<PagedDocument>(&desk);
        if self.set.fetch_add(1, Ordering::Relaxed).is_multiple_of(EVICT_EVERY) {
            typst::comemo::evict(EVICT_AGE);
        }
        let errors = compiled.output.as_ref().err().into_iter().flatten();
        // A face that is asked for and missing, a template that does not come to rest: shown before anybody gets it.
        let mut wrong = errors.chain(&compiled.warnings).peekable();
        if let Some(first) = wrong.peek()
            && let Some(said) = of_the_letter(&first.message)
        {
            return Err(PressError::Letter(said.to_owned()));
        }
        let said: Vec<String> = wrong.map(|diagnostic| desk.told(diagnostic)).collect();
        match compiled.output {
            Ok(document) if said.is_empty() => Ok(document),
            _ => Err(PressError::Template(said.join("\n"))),
        }
    }

    /// Gives what the export says of a document: file and line, message, hints.
    pub(crate) fn told(&self, diagnostics: &[SourceDiagnostic]) -> String {
        let desk = Desk { press: self, main: self.letter, data: Bytes::from_string(String::new()) };
        let said: Vec<String> = diagnostics.iter().map(|diagnostic| desk.told(diagnostic)).collect();
        said.join("\n")
    }
}

/// Gives what a template says of its letter: `panic` puts its text in quotes.
fn of_the_letter(message: &str) -> Option<&str> {
    let text = message.strip_prefix("panicked with: ").unwrap_or(message).trim_matches('"');
    text.strip_prefix(OF_THE_LETTER)
}

fn file_id(path: &str) -> Result<FileId, PressError> {
    let path =
        VirtualPath::new(path).map_err(|_| PressError::Template(format!("{path} n'est pas un nom de modèle")))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

/// The world of one letter.
struct Desk<'a> {
    press: &'a Press,
    main: FileId,
    data: Bytes,
}

impl Desk<'_> {
    /// Gives a diagnostic: file and line, message, hints, and through which lines it was come to.
    fn told(&self, diagnostic: &SourceDiagnostic) -> String {
        let place = diagnostic.span.id().and_then(|id| self.place(id, self.range(diagnostic.span)?.start));
        let mut said =
            format!("{}{}", place.map(|place| format!("{place} : ")).unwrap_or_default(), diagnostic.message);
        for hint in &diagnostic.hints {
            said.push_str(&format!("\n  conseil : {}", hint.v));
        }
        for point in &diagnostic.trace {
            let place = point.span.id().and_then(|id| self.place(id, self.range(point.span)?.start));
            if let (Some(place), Tracepoint::Call(_)) = (place, &point.v) {
                said.push_str(&format!("\n  appelé de {place}"));
            }
        }
        said
    }

    fn place(&self, id: FileId, at: usize) -> Option<String> {
        let line = self.source(id).ok()?.text().get(..at)?.matches('\n').count() + 1;
        let path = self.press.root.join(id.get().vpath().get_without_slash());
        Some(format!("{}:{line}", path.display()))
    }
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
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
        if id == self.press.letter {
            return Ok(self.data.clone());
        }
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

    /// A letter bears the day of its data.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
