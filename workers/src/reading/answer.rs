//! Whether an answer may be believed: a child that a file has taken over says what it wants.
//!
//! What is checked is what an honest child never does: other pages than those asked for, places beside the page, lists
//! and sentences without end. What the words say cannot be checked.

use guichet_pipeline::document::{Attachment, Fault, Format, Header, Message, Metadata, ReadDocument, ReadPage};
use guichet_pipeline::geometry::{Rect, Warp};
use guichet_pipeline::read::{LONGEST_TEXT, MOST_ATTACHMENTS, check_words};
use std::ops::RangeInclusive;

/// Letters of a sentence: an honest one is a few lines.
const SENTENCE: usize = 2000;
/// Letters of a word: a line of a code without spaces is some hundreds.
const WORD: usize = 5000;
/// Signs of a document; an honest page has six.
const SIGNS: usize = 2000;

/// Tells whether a document may be the answer to a question for these pages, of a document that a child may read.
pub(super) fn is_plausible(document: &ReadDocument, range: &RangeInclusive<u32>, most_pages: u32) -> bool {
    let ReadDocument { format, page_count, pages, signs, metadata, message, attachments, read_ms, ocr_ms } = document;
    let numbers: Vec<u32> = pages.iter().map(|page| page.number).collect();
    let asked = numbers.iter().all(|number| range.contains(number) && number <= page_count);
    let Metadata { producer, creator, created, modified } = metadata;
    let texts = [producer, creator, created, modified].into_iter().flatten();
    asked
        && numbers.is_sorted_by(|a, b| a < b)
        && *page_count <= most_pages
        && pages.iter().all(is_plausible_page)
        && check_words(pages).is_ok()
        && signs.len() <= SIGNS
        && signs.iter().all(|sign| is_sentence(&sign.message) && sign.rect.as_ref().is_none_or(is_on_page))
        && texts.map(String::as_str).all(is_sentence)
        && message.as_deref().is_none_or(is_plausible_message)
        && are_plausible_files(*format, attachments, *page_count)
        && read_ms.checked_add(*ocr_ms).is_some()
}

/// Tells whether a fault may be shown as it is.
pub(super) fn is_plausible_fault(fault: &Fault) -> bool {
    is_sentence(&fault.message)
}

fn is_plausible_message(message: &Message) -> bool {
    let Message { header, text } = message;
    let Header { subject, from_name, from, date: _ } = header;
    text.len() <= LONGEST_TEXT
        && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t')
        && [subject, from_name, from].into_iter().flatten().map(String::as_str).all(is_sentence)
}

fn are_plausible_files(format: Format, files: &[Attachment], page_count: u32) -> bool {
    if !format.holds_files() {
        return files.is_empty();
    }
    let pages: u64 = files.iter().map(|file| u64::from(file.page_count)).sum();
    let named = |file: &Attachment| is_sentence(&file.name) && file.fault.as_ref().is_none_or(is_plausible_fault);
    files.len() <= MOST_ATTACHMENTS && pages == u64::from(page_count) && files.iter().all(named)
}

fn is_plausible_page(page: &ReadPage) -> bool {
    let part = |share: f32| (0.0..=1.0).contains(&share);
    let words = page.layer.lines.iter().flat_map(|line| &line.words);
    (f32::MIN_POSITIVE..=f32::MAX).contains(&page.aspect)
        && part(page.legibility.confidence)
        && part(page.legibility.ink_covered)
        && page.warp.as_ref().is_none_or(Warp::is_on_page)
        && page.layer.lines.iter().all(|line| is_on_page(&line.rect))
        && words.into_iter().all(|word| word.text.len() <= WORD && part(word.confidence) && is_on_page(&word.rect))
}

fn is_on_page(rect: &Rect) -> bool {
    [rect.x0, rect.y0, rect.x1, rect.y1].iter().all(|edge| (0.0..=1.0).contains(edge))
}

fn is_sentence(text: &str) -> bool {
    text.len() <= SENTENCE && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use guichet_pipeline::document::{Legibility, Sign, SignKind};
    use guichet_pipeline::text::{Line, Origin, TextLayer, Word};

    fn honest() -> ReadDocument {
        let word = Word { text: "Contrat".to_owned(), rect: Rect::new(0.1, 0.1, 0.2, 0.12), confidence: 0.9 };
        let page = ReadPage::new(
            2,
            0.7,
            TextLayer { origin: Origin::Ocr, lines: vec![Line { rect: word.rect, words: vec![word] }] },
            Legibility { confidence: 0.9, ink_covered: 1.0 },
        );
        ReadDocument {
            format: Format::Pdf,
            page_count: 3,
            pages: vec![page],
            signs: Vec::new(),
            metadata: Metadata::default(),
            message: None,
            attachments: Vec::new(),
            read_ms: 1,
            ocr_ms: 2,
        }
    }

    #[test]
    fn what_no_honest_child_says_is_refused() {
        assert!(is_plausible(&honest(), &(1..=8), 300));
        let sign = |message: String| Sign { kind: SignKind::Metadata, page: None, rect: None, message };
        type Change<'a> = &'a dyn Fn(&mut ReadDocument);
        let attached = |page_count| Attachment { name: "a.pdf".to_owned(), page_count, fault: None };
        let cases: [(&str, Change<'_>); 17] = [
            ("another page", &|d| d.pages[0].number = 9),
            ("a page beyond the last", &|d| d.page_count = 1),
            ("the same page twice", &|d| d.pages.push(d.pages[0].clone())),
            ("pages without end", &|d| d.page_count = u32::MAX),
            ("a page without measure", &|d| d.pages[0].aspect = 0.0),
            ("a page that is no page", &|d| d.pages[0].aspect = f32::NAN),
            ("a page seen nowhere", &|d| d.pages[0].warp = Some(Warp::of(|_, _| (f32::NAN, 0.5)))),
            ("too sure", &|d| d.pages[0].layer.lines[0].words[0].confidence = 7.0),
            ("far away", &|d| d.pages[0].layer.lines[0].words[0].rect.x1 = 1e30),
            ("nowhere", &|d| d.pages[0].layer.lines[0].rect.y0 = f32::NAN),
            ("a word without end", &|d| d.pages[0].layer.lines[0].words[0].text = "x".repeat(WORD + 1)),
            ("words without end", &|d| {
                let words = &mut d.pages[0].layer.lines[0].words;
                *words = vec![words[0].clone(); 30_000];
            }),
            ("signs without end", &|d| d.signs = vec![sign(String::new()); SIGNS + 1]),
            ("attachments with other pages", &|d| (d.format, d.attachments) = (Format::Zip, vec![attached(2)])),
            ("attachments without end", &|d| {
                (d.format, d.page_count, d.pages) = (Format::Eml, 0, Vec::new());
                d.attachments = vec![attached(0); MOST_ATTACHMENTS + 1];
            }),
            ("a file in what holds none", &|d| d.attachments = vec![attached(3)]),
            ("a sentence of several lines", &|d| d.signs = vec![sign("a\u{1b}[2J\nb".to_owned())]),
        ];
        for (what, change) in cases {
            let mut document = honest();
            change(&mut document);
            assert!(!is_plausible(&document, &(1..=8), 300), "{what}");
        }
    }
}
