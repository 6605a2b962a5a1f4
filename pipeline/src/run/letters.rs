//! The letters of a source, for whoever computes what follows from them.

use super::{Setting, Trace};
use crate::document::{Header, ReadDocument};
use crate::rules::Family;
use crate::sheet::Sheet;

/// What the letters of one source stand in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letters<'a> {
    pub(super) document: &'a ReadDocument,
    /// The header, where the source is an e-mail.
    pub(super) header: Option<&'a Header>,
    pub(super) setting: &'a Setting,
    /// The leases whose letters the source answers.
    pub(super) answers: &'a [String],
}

impl<'a> Letters<'a> {
    /// Gives the words of a segment that is a letter, with the header of the e-mail whose own text it is: a letter attached to
    /// it is a letter on paper.
    pub(super) fn letter(&self, trace: &Trace) -> Option<(Sheet, Option<&'a Header>)> {
        let rule = self.setting.lexicon.rules.type_rule(&trace.classification.type_code)?;
        if rule.family != Family::Mail {
            return None;
        }
        let sheet = Sheet::new(&self.document.pages[trace.segment.pages.clone()]);
        Some((sheet, self.header.filter(|_| trace.attachment.is_none())))
    }
}
