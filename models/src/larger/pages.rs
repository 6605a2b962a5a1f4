//! A larger model of pages beside the encoder that ships: what it knows, it tells in its place; the rest stays.

use super::Larger;
use guichet_pipeline::document::ReadPage;
use guichet_pipeline::encode::{Encoder, PageView, WordView};
use std::sync::Arc;

/// Where nothing else says whether a document begins.
const FIRST_UNKNOWN: f32 = 0.5;

/// Two readers of pages.
#[derive(Debug)]
pub struct PagesBeside {
    shipped: Option<Arc<dyn Encoder>>,
    larger: Larger,
}

impl PagesBeside {
    /// Joins a model to the encoder that ships, where that one reads.
    pub fn new(shipped: Option<Arc<dyn Encoder>>, larger: Larger) -> Self {
        Self { shipped, larger }
    }
}

impl Encoder for PagesBeside {
    fn view(&self, page: &ReadPage) -> Option<PageView> {
        let shipped = self.shipped.as_ref().and_then(|encoder| encoder.view(page));
        let Some(said) = self.larger.page(page) else { return shipped };
        Some(match shipped {
            Some(shipped) => joined(said, shipped),
            None => said,
        })
    }

    fn version(&self) -> String {
        let shipped = self.shipped.as_ref().map(|encoder| encoder.version()).unwrap_or_default();
        format!("{shipped} {}", self.larger.manifest().version())
    }
}

impl Larger {
    /// Gives what it says of a page: its type, or its words; nothing where it knows none of them.
    pub fn page(&self, page: &ReadPage) -> Option<PageView> {
        let empty = PageView { types: Vec::new(), first: FIRST_UNKNOWN, fields: [].into(), words: Vec::new() };
        if let Some((fields, words)) = self.words(page) {
            return Some(PageView { fields, words, ..empty });
        }
        let types = self.text(&page.layer.text())?;
        Some(PageView { types, ..empty })
    }
}

/// Joins two views: types of the first if it knows any, fields of both, those of the first in its words.
fn joined(said: PageView, shipped: PageView) -> PageView {
    let kept: Vec<usize> = (0..shipped.fields.len()).filter(|&at| !said.fields.contains(&shipped.fields[at])).collect();
    let others = kept.iter().map(|&at| &shipped.fields[at]);
    let fields: Vec<String> = said.fields.iter().chain(others).cloned().collect();
    let words = (0..said.words.len().max(shipped.words.len())).map(|word| {
        let (one, other) = (said.words.get(word), shipped.words.get(word));
        let own = |at: usize| one.map_or(0.0, |word| word.chances[at]);
        let left = |&at: &usize| other.map_or(0.0, |word| word.chances[at]);
        let own: Vec<f32> = (0..said.fields.len()).map(own).collect();
        let left: Vec<f32> = kept.iter().map(left).collect();
        let most = |chances: &[f32]| chances.iter().copied().fold(0.0, f32::max);
        let by = if most(&own) >= most(&left) { one } else { other };
        WordView { opens: by.is_some_and(|word| word.opens), chances: [own, left].concat() }
    });
    let words = words.collect();
    let types = if said.types.is_empty() { shipped.types } else { said.types };
    PageView { types, first: shipped.first, fields: fields.into(), words }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(types: &[(&str, f32)], fields: &[&str], words: &[(&[f32], bool)]) -> PageView {
        let word = |(chances, opens): &(&[f32], bool)| WordView { chances: chances.to_vec(), opens: *opens };
        PageView {
            types: types.iter().map(|(code, chance)| ((*code).to_owned(), *chance)).collect(),
            first: 0.9,
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            words: words.iter().map(word).collect(),
        }
    }

    #[test]
    fn what_a_model_knows_it_tells_in_place_of_the_encoder() {
        let shipped = view(&[("rib", 0.8)], &["iban", "date_fin"], &[(&[0.9, 0.0], false), (&[0.1, 0.7], true)]);
        let said = view(&[], &["iban"], &[(&[0.2], true)]);
        let got = joined(said, shipped.clone());
        let expected = view(&[("rib", 0.8)], &["iban", "date_fin"], &[(&[0.2, 0.0], true), (&[0.0, 0.7], true)]);
        assert_eq!(got, expected);
        let types = joined(view(&[("passeport", 1.0)], &[], &[]), shipped.clone());
        assert_eq!((types.types, types.words), (vec![("passeport".to_owned(), 1.0)], shipped.words));
    }
}
