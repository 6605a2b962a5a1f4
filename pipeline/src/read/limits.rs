//! How much of a source is worth reading, and the sentence for what is over it.

use crate::document::{Fault, FaultCode, ReadPage};

/// Limits on one source; the values that ship are those of `config.default.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Pages.
    pub pages: u32,
    /// Pixels of one page or picture.
    pub pixels: u64,
    /// Bytes of one decompressed stream.
    pub stream_bytes: u64,
}

/// Words of a page: a page of a broadsheet has some five thousand.
const PAGE_WORDS: usize = 20_000;
/// Words of a document, some two hundred dense pages; what understands them needs about 3 kB for each (measured).
pub const DOCUMENT_WORDS: usize = 100_000;

/// Refuses pages, or pages together, with more words than anybody prints.
///
/// # Errors
/// A fault of the file.
pub fn check_words(pages: &[ReadPage]) -> Result<(), Fault> {
    let mut all = 0;
    for page in pages {
        let words = page.layer.words().count();
        over(words > PAGE_WORDS, || {
            format!(
                "la page {} porte {words} mots, la limite est de {PAGE_WORDS} : demander le document d'origine",
                page.number
            )
        })?;
        all += words;
    }
    over(all > DOCUMENT_WORDS, || format!("le document porte plus de {DOCUMENT_WORDS} mots, la limite : le découper"))
}

impl Default for Limits {
    fn default() -> Self {
        // Proposed limits of the reliability study: A4 at 600 dpi is 34.8 million pixels.
        Self { bytes: 50_000_000, pages: 300, pixels: 40_000_000, stream_bytes: 512_000_000 }
    }
}

impl Limits {
    pub(super) fn check_bytes(&self, bytes: u64) -> Result<(), Fault> {
        let message = || {
            format!(
                "le fichier pèse {} Mo, la limite est de {} Mo : le découper ou le réduire",
                bytes / 1_000_000,
                self.bytes / 1_000_000
            )
        };
        over(bytes > self.bytes, message)
    }

    pub(super) fn check_pages(&self, pages: u64) -> Result<(), Fault> {
        over(pages > u64::from(self.pages), || {
            format!("le document a {pages} pages, la limite est de {} : le découper", self.pages)
        })
    }

    pub(super) fn check_pixels(&self, width: u64, height: u64, place: &str) -> Result<(), Fault> {
        let message = || {
            format!(
                "{place} mesure {width} × {height} pixels, la limite est de {} millions : la réduire",
                self.pixels / 1_000_000
            )
        };
        over(width.saturating_mul(height) > self.pixels, message)
    }
}

fn over(is_over: bool, message: impl FnOnce() -> String) -> Result<(), Fault> {
    if is_over { Err(Fault::new(FaultCode::TropVolumineux, message())) } else { Ok(()) }
}
