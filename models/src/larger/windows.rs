//! A text cut into windows of tokens, each with the special tokens that the model wants, one overlapping the next.

use super::LargerError;
use super::files::TOKENIZER;
use tokenizers::{Encoding, Tokenizer};

/// Share of a window that stands in the next one too, as a divisor.
const OVERLAP: usize = 4;
/// Windows of a text that are looked at: 3,000 words, of which the first say what it is about. Time is bounded with them.
const MOST_WINDOWS: usize = 8;

/// Cuts texts.
#[derive(Debug)]
pub(super) struct Windows {
    tokenizer: Tokenizer,
    /// Tokens of a window, special ones with them.
    size: usize,
}

/// Some tokens of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Window {
    /// Their numbers.
    pub(super) tokens: Vec<u32>,
    /// Where each stands in the text, in bytes; nothing for special ones.
    pub(super) places: Vec<Option<(usize, usize)>>,
}

impl Windows {
    /// Reads a tokenizer for windows of so many tokens, of a model that has numbers for `tokens`.
    pub(super) fn open(json: &[u8], size: usize, tokens: usize) -> Result<Self, LargerError> {
        let refused = LargerError::parse(TOKENIZER);
        let mut tokenizer = Tokenizer::from_bytes(json).map_err(|error| refused(&error))?;
        let most = tokenizer.get_vocab(true).into_values().max().unwrap_or_default();
        if most as usize >= tokens {
            return Err(refused(&format!("token {most} where the model has {tokens}: that of another model")));
        }
        tokenizer.with_padding(None);
        // Windows are cut here: a tokenizer that truncates stops after the first, and gives no others.
        tokenizer.with_truncation(None).map_err(|error| refused(&error))?;
        // What a letter says stays text, whatever it is spelled like.
        tokenizer.set_encode_special_tokens(true);
        Ok(Self { tokenizer, size })
    }

    /// Cuts a text; none where nothing of it is known.
    pub(super) fn cut(&self, text: &str) -> Vec<Window> {
        let Ok(whole) = self.tokenizer.encode(text, true) else { return Vec::new() };
        let special = whole.get_special_tokens_mask();
        let before = special.iter().take_while(|&&special| special == 1).count();
        let after = special[before..].iter().rev().take_while(|&&special| special == 1).count();
        let (ends, count) = (before + after, whole.len() - before - after);
        let room = self.size.saturating_sub(ends).max(OVERLAP);
        let step = room - room / OVERLAP;
        let more = count.saturating_sub(room).div_ceil(step);
        let windows = if count == 0 { 0 } else { (1 + more).min(MOST_WINDOWS) };
        let of = |number: usize| {
            let start = before + number * step;
            let end = (start + room).min(before + count);
            Window::of(&whole, (0..before).chain(start..end).chain(before + count..whole.len()))
        };
        (0..windows).map(of).collect()
    }
}

impl Window {
    fn of(whole: &Encoding, tokens: impl Iterator<Item = usize>) -> Self {
        let (ids, special, places) = (whole.get_ids(), whole.get_special_tokens_mask(), whole.get_offsets());
        let place = |at: usize| Some(places[at]).filter(|place| special[at] == 0 && place.0 < place.1);
        let (tokens, places) = tokens.map(|at| (ids[at], place(at))).unzip();
        Self { tokens, places }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tiny;
    use super::*;

    #[test]
    fn windows_overlap_and_keep_their_special_tokens() {
        let json = tiny::tokenizer();
        let windows = Windows::open(&json, 16, tiny::TOKENS).unwrap();
        assert_eq!(windows.cut(""), []);
        let one = windows.cut("conge fuite");
        assert_eq!(one.len(), 1);
        assert_eq!(one[0].places, [None, Some((0, 5)), Some((6, 11)), None]);
        let text = "conge fuite bruit ".repeat(10);
        let several = windows.cut(&text);
        // 30 words, 14 at a time, 3 of them again: 0 to 14, 11 to 25, 22 to 30.
        assert_eq!(several.iter().map(|window| window.tokens.len()).collect::<Vec<_>>(), [16, 16, 10]);
        for two in several.windows(2) {
            let first: Vec<_> = two[0].places.iter().flatten().collect();
            assert_eq!(first[first.len() - 3..], two[1].places.iter().flatten().take(3).collect::<Vec<_>>()[..]);
            assert_eq!((two[1].tokens[0], two[1].tokens.last()), (tiny::BEGIN, Some(&tiny::END)));
        }
        assert_eq!(several[2].places[8], Some((text.len() - 6, text.len() - 1)));
        assert_eq!(windows.cut(&text.repeat(50)).len(), MOST_WINDOWS);
    }

    #[test]
    fn a_tokenizer_of_another_model_is_refused() {
        let error = Windows::open(&tiny::tokenizer(), 16, tiny::TOKENS - 1).unwrap_err().to_string();
        assert!(error.contains("tokenizer.json") && error.contains("another model"), "{error}");
        assert!(Windows::open(b"[]", 16, 9).is_err());
    }
}
