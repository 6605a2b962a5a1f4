//! What a source is made of: one file, the text of an e-mail and the files attached to it, or the files of an archive.
//!
//! The text of an e-mail is laid out as a page with the number 0 before all others. Pages of such files are counted through
//! inside the program; what is printed counts them within their file.

use crate::document::{Attachment, Header, Message, ReadDocument};
use crate::mail;
use crate::output;
use std::ops::Range;

/// A file inside a source.
#[derive(Debug)]
pub(super) struct Part {
    /// Its name, where it is inside an e-mail or an archive.
    pub(super) attachment: Option<String>,
    /// Indices into the pages of the source.
    pub(super) pages: Range<usize>,
    /// How many pages stand before it.
    before: u32,
}

/// The parts of a source.
#[derive(Debug)]
pub(super) struct Parts {
    /// The header of an e-mail; its text is the first page then.
    pub(super) header: Option<Header>,
    /// The files.
    pub(super) files: Vec<Part>,
    /// Files that could not be read.
    unread: Vec<Attachment>,
    pages: u32,
}

impl Parts {
    /// Takes a source apart, laying out the text of an e-mail.
    pub(super) fn take(document: &mut ReadDocument) -> Self {
        let pages = document.pages.len() as u32;
        if !document.format.holds_files() {
            let whole = Part { attachment: None, pages: 0..document.pages.len(), before: 0 };
            return Self { header: None, files: vec![whole], unread: Vec::new(), pages };
        }
        let header = document.message.as_deref().cloned().map(|message| lay_out(document, message));
        let mut files = Vec::new();
        let mut before = 0;
        for attachment in &document.attachments {
            let numbers = before + 1..=before + attachment.page_count;
            let here = |page: &crate::document::ReadPage| numbers.contains(&page.number);
            let first = document.pages.iter().position(here).unwrap_or(document.pages.len());
            let count = document.pages.iter().filter(|page| here(page)).count();
            files.push(Part { attachment: Some(attachment.name.clone()), pages: first..first + count, before });
            before += attachment.page_count;
        }
        let unread = document.attachments.iter().filter(|attachment| attachment.fault.is_some()).cloned().collect();
        Self { header, files, unread, pages }
    }

    /// Gives how many pages the files have that were read.
    pub(super) fn page_count(&self) -> u32 {
        self.pages
    }

    /// Numbers the pages of a printed segment within its file; the text of an e-mail stands on none.
    pub(super) fn own_numbers(&self, mut segment: output::Segment) -> output::Segment {
        let first = segment.pages.first().copied().unwrap_or_default();
        if first == 0 {
            segment.pages.clear();
            return segment;
        }
        let before = self.files.iter().map(|part| part.before).take_while(|before| *before < first).last();
        let before = before.unwrap_or_default();
        segment.pages.iter_mut().for_each(|page| *page -= before);
        for field in segment.fields.values_mut() {
            if let Some(page) = field["page"].as_u64() {
                field["page"] = page.saturating_sub(u64::from(before)).into();
            }
        }
        segment
    }

    /// Gives a segment for each file inside that could not be read, with the reason, for an agent.
    pub(super) fn unread(&self) -> impl Iterator<Item = output::Segment> {
        self.unread.iter().map(|attachment| {
            let message = attachment.fault.as_ref().map(|fault| fault.message.clone()).unwrap_or_default();
            let check = output::Check {
                rule: "courrier.piece_jointe".to_owned(),
                outcome: "inconclusive".to_owned(),
                message: format!("« {} » n'a pas pu être lue : {message}", attachment.name),
                reference: String::new(),
            };
            output::Segment {
                pages: Vec::new(),
                attachment: Some(attachment.name.clone()),
                type_code: "autre".to_owned(),
                confidence: 0.0,
                fields: serde_json::Map::new(),
                checks: vec![check],
                decision: None,
                conge: None,
            }
        })
    }
}

/// Lays the text of an e-mail out as the first page, and gives its header: that of the message which it passes on, if so.
fn lay_out(document: &mut ReadDocument, message: Message) -> Header {
    let own = mail::own(&message.text, message.header.subject.as_deref().unwrap_or_default());
    document.pages.insert(0, mail::laid_out(&own.text));
    let mut header = message.header;
    if own.passed_on {
        header.from_name = own.first_sender;
        header.from = own.first_address;
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Format, Metadata};
    use crate::sheet::typed;

    #[test]
    fn pages_are_counted_within_their_attachment() {
        let page = |number| crate::document::ReadPage { number, ..typed::page("x") };
        let attachment = |name: &str, page_count| Attachment { name: name.to_owned(), page_count, fault: None };
        let attachments = vec![attachment("a.pdf", 2), attachment("b.docx", 0), attachment("c.pdf", 1)];
        let message = Message { header: Header::default(), text: "Bonjour".to_owned() };
        let mut document = ReadDocument {
            format: Format::Eml,
            page_count: 3,
            pages: vec![page(1), page(2), page(3)],
            signs: Vec::new(),
            metadata: Metadata::default(),
            message: Some(Box::new(message)),
            attachments,
            read_ms: 0,
            ocr_ms: 0,
        };
        let parts = Parts::take(&mut document);
        let ranges: Vec<Range<usize>> = parts.files.iter().map(|part| part.pages.clone()).collect();
        assert_eq!(ranges, [1..3, 4..4, 3..4]);
        assert_eq!((document.pages.len(), parts.page_count()), (4, 3));
        let segment = |pages: Vec<u32>| output::Segment {
            pages,
            attachment: None,
            type_code: "autre".to_owned(),
            confidence: 1.0,
            fields: serde_json::Map::new(),
            checks: Vec::new(),
            decision: None,
            conge: None,
        };
        for (given, expected) in [(vec![0], vec![]), (vec![1, 2], vec![1, 2]), (vec![3], vec![1])] {
            assert_eq!(parts.own_numbers(segment(given)).pages, expected);
        }
    }
}
