//! A classifier of words: for each the chance that it belongs to a field.
//!
//! A word is told by its first piece, as such models are taught. Where windows overlap, a word is told by the window in
//! whose middle it stands.

use super::backbone::Backbone;
use super::head::Head;
use super::vocabulary::Tag;
use super::windows::{Window, Windows};
use crate::chances;
use candle_core::Result;
use guichet_pipeline::encode::WordView;
use std::sync::Arc;

/// A network with what it takes to ask it.
#[derive(Debug)]
pub(super) struct Tagger {
    windows: Windows,
    backbone: Backbone,
    head: Head,
    temperature: f32,
    tags: Tags,
}

/// What the numbers of labels mean.
#[derive(Clone, Debug, PartialEq)]
struct Tags {
    fields: Arc<[String]>,
    /// For each field the labels that open it and go on with it.
    labels: Vec<(Option<usize>, Option<usize>)>,
}

/// A word in a window: how far from the edge, the window, the token.
type Seat = (usize, usize, usize);

impl Tagger {
    pub(super) fn new(windows: Windows, backbone: Backbone, head: Head, temperature: f32, labels: &[String]) -> Self {
        Self { windows, backbone, head, temperature, tags: Tags::of(labels) }
    }

    /// Gives its fields.
    pub(super) fn fields(&self) -> &Arc<[String]> {
        &self.tags.fields
    }

    /// Gives what it says of each word, in their order; nothing where it knows none.
    pub(super) fn words(&self, words: &[&str]) -> Result<Option<Vec<WordView>>> {
        let windows = self.windows.cut(&words.join(" "));
        if windows.is_empty() {
            return Ok(None);
        }
        let scores = windows.iter().map(|window| self.head.scores(&self.backbone.hidden(&window.tokens)?));
        let scores: Vec<Vec<Vec<f32>>> = scores.collect::<Result<_>>()?;
        let told = seats(words, &windows).into_iter().map(|seat| match seat {
            Some((_, window, token)) => self.tags.word(&chances(&scores[window][token], self.temperature)),
            None => WordView { chances: vec![0.0; self.tags.labels.len()], opens: false },
        });
        Ok(Some(told.collect()))
    }
}

impl Tags {
    fn of(labels: &[String]) -> Self {
        let mut fields: Vec<String> = Vec::new();
        let mut places: Vec<(Option<usize>, Option<usize>)> = Vec::new();
        for (label, tag) in labels.iter().enumerate().filter_map(|(at, label)| Some((at, Tag::read(label)?))) {
            let Some(field) = tag.field() else { continue };
            let at = fields.iter().position(|known| known == field).unwrap_or_else(|| {
                fields.push(field.to_owned());
                places.push((None, None));
                fields.len() - 1
            });
            match tag {
                Tag::Opens(_) => places[at].0 = Some(label),
                _ => places[at].1 = Some(label),
            }
        }
        Self { fields: fields.into(), labels: places }
    }

    fn word(&self, chances: &[f32]) -> WordView {
        let chance = |label: Option<usize>| label.map_or(0.0, |label| chances[label]);
        let fields: Vec<f32> = self.labels.iter().map(|(opens, on)| chance(*opens) + chance(*on)).collect();
        let best = (0..fields.len()).max_by(|&a, &b| fields[a].total_cmp(&fields[b]));
        let opens = best.is_some_and(|best| chance(self.labels[best].0) > chance(self.labels[best].1));
        WordView { chances: fields, opens }
    }
}

/// Gives for each word the best place of its first piece.
fn seats(words: &[&str], windows: &[Window]) -> Vec<Option<Seat>> {
    let starts: Vec<usize> = words
        .iter()
        .scan(0, |at, word| {
            let start = *at;
            *at += word.len() + 1;
            Some(start)
        })
        .collect();
    let mut seats: Vec<Option<Seat>> = vec![None; words.len()];
    for (number, window) in windows.iter().enumerate() {
        let mut last = None;
        for (token, place) in window.places.iter().enumerate() {
            let Some((start, end)) = *place else { continue };
            // The word that holds the last byte of the piece: some tokenizers give the space before a word to it.
            let word = starts.partition_point(|&first| first < end) - 1;
            let inside = end <= starts[word] + words[word].len();
            if !inside || start > starts[word] || last == Some(word) {
                continue;
            }
            last = Some(word);
            let edge = token.min(window.tokens.len() - 1 - token);
            if seats[word].is_none_or(|(other, ..)| edge > other) {
                seats[word] = Some((edge, number, token));
            }
        }
    }
    seats
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_told_by_its_first_piece_in_the_window_where_it_is_in_the_middle() {
        let words = ["du", "01/03/2026", "au"];
        // "du", " 01", "/03/2026", " au", then again from the middle.
        let window =
            |places: &[Option<(usize, usize)>]| Window { tokens: vec![0; places.len()], places: places.to_vec() };
        let windows = [
            window(&[None, Some((0, 2)), Some((2, 5)), Some((5, 13)), None]),
            window(&[None, Some((2, 5)), Some((5, 13)), Some((13, 14)), Some((14, 16)), None]),
        ];
        let seats = seats(&words, &windows);
        assert_eq!(seats, [Some((1, 0, 1)), Some((2, 0, 2)), Some((1, 1, 4))]);
    }

    #[test]
    fn tags_of_one_field_are_added_up() {
        let labels = ["O", "B-iban", "I-iban", "B-date_fin"].map(str::to_owned);
        let tags = Tags::of(&labels);
        assert_eq!(*tags.fields, ["iban".to_owned(), "date_fin".to_owned()]);
        let word = tags.word(&[0.1, 0.5, 0.3, 0.1]);
        assert!((word.chances[0] - 0.8).abs() < 1e-6 && word.chances[1] == 0.1 && word.opens);
        assert!(!tags.word(&[0.1, 0.2, 0.6, 0.1]).opens);
    }
}
