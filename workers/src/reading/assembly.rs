//! A long document while its chunks are being read: joined in page order, whoever finishes first.

use super::{death, later_chunks};
use guichet_pipeline::document::{Fault, FaultCode, ReadDocument};
use guichet_pipeline::read::DOCUMENT_WORDS;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

/// The chunks of one document that are there.
#[derive(Debug)]
pub(super) struct Assembly {
    parts: BTreeMap<u32, ReadDocument>,
    missing: usize,
    words: usize,
    started: Instant,
}

/// What the first chunk of a document says of the rest.
#[derive(Debug)]
pub(super) enum Opened {
    /// There is no rest.
    Whole(ReadDocument),
    /// These chunks are still to be read.
    Long(Assembly, Vec<RangeInclusive<u32>>),
}

/// Starts a document with its first chunk.
pub(super) fn open(first: ReadDocument, started: Instant, most_pages: u32) -> Result<Opened, Fault> {
    // Not the child's word alone: a wrong count would ask for chunks without end.
    if first.page_count > most_pages {
        let message = format!("le document a plus de {most_pages} pages, la limite : le découper");
        return Err(Fault::new(FaultCode::TropVolumineux, message));
    }
    let chunks = later_chunks(first.page_count);
    if chunks.is_empty() {
        return Ok(Opened::Whole(first));
    }
    let words = words(&first);
    let assembly = Assembly { parts: BTreeMap::from([(1, first)]), missing: chunks.len(), words, started };
    Ok(Opened::Long(assembly, chunks))
}

fn words(document: &ReadDocument) -> usize {
    document.pages.iter().map(|page| page.layer.words().count()).sum()
}

impl Assembly {
    /// Adds the chunk that starts at page `start`; gives the document once it is whole.
    ///
    /// # Errors
    /// When the chunks together hold more than is read.
    pub(super) fn add(&mut self, start: u32, part: ReadDocument) -> Result<Option<ReadDocument>, Fault> {
        self.words += words(&part);
        if self.words > DOCUMENT_WORDS {
            let message = format!("le document porte plus de {DOCUMENT_WORDS} mots, la limite : le découper");
            return Err(Fault::new(FaultCode::TropVolumineux, message));
        }
        if self.parts.insert(start, part).is_none() {
            self.missing -= 1;
        }
        if self.missing > 0 {
            return Ok(None);
        }
        let mut parts = std::mem::take(&mut self.parts).into_values();
        let Some(mut document) = parts.next() else { return Ok(None) };
        for part in parts {
            document.append(part);
        }
        Ok(Some(document))
    }

    /// Gives the fault of a document that takes longer than `limit` altogether.
    pub(super) fn overdue(&self, limit: Duration) -> Option<Fault> {
        (self.started.elapsed() > limit).then(death::overrun)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guichet_pipeline::document::{Format, Legibility, Metadata, ReadPage};
    use guichet_pipeline::text::{Origin, TextLayer};

    fn part(page_count: u32, numbers: RangeInclusive<u32>) -> ReadDocument {
        let page = |number| {
            ReadPage::new(
                number,
                0.7,
                TextLayer { origin: Origin::Native, lines: Vec::new() },
                Legibility { confidence: 1.0, ink_covered: 1.0 },
            )
        };
        ReadDocument {
            format: Format::Pdf,
            page_count,
            pages: numbers.map(page).collect(),
            signs: Vec::new(),
            metadata: Metadata::default(),
            message: None,
            attachments: Vec::new(),
            read_ms: 1,
            ocr_ms: 2,
        }
    }

    #[test]
    fn chunks_join_in_page_order() {
        let opened = open(part(20, 1..=8), Instant::now(), 300).unwrap();
        let Opened::Long(mut assembly, chunks) = opened else { panic!("20 pages are more than a chunk") };
        assert_eq!(chunks, [9..=16, 17..=20]);
        assert!(assembly.add(17, part(20, 17..=20)).unwrap().is_none());
        let whole = assembly.add(9, part(20, 9..=16)).unwrap().unwrap();
        let numbers: Vec<u32> = whole.pages.iter().map(|page| page.number).collect();
        assert_eq!(numbers, (1..=20).collect::<Vec<u32>>());
        assert_eq!((whole.read_ms, whole.ocr_ms), (3, 6));
    }

    #[test]
    fn short_and_endless_documents() {
        assert!(matches!(open(part(3, 1..=3), Instant::now(), 300), Ok(Opened::Whole(_))));
        let fault = open(part(u32::MAX, 1..=8), Instant::now(), 300).unwrap_err();
        assert_eq!(fault.code, FaultCode::TropVolumineux);
    }

    #[test]
    fn a_document_has_a_time() {
        let opened = open(part(9, 1..=8), Instant::now(), 300).unwrap();
        let Opened::Long(assembly, _) = opened else { panic!("9 pages are more than a chunk") };
        assert!(assembly.overdue(Duration::from_secs(600)).is_none());
        assert_eq!(assembly.overdue(Duration::ZERO).unwrap().code, FaultCode::DelaiDepasse);
    }
}
