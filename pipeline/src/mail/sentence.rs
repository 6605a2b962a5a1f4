//! A text cut into sentences of heard words.

use super::sound::Heard;
use crate::values::fold::folded_words;

/// The words of one sentence.
#[derive(Clone, Debug)]
pub(super) struct Sentence {
    pub(super) words: Vec<Heard>,
}

/// Gives the sentences of a text: they end at a stop, at an empty line, and before an item of a list.
pub(super) fn sentences(text: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    let mut open = String::new();
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() || is_item(line) {
            close(&mut open, &mut found);
        }
        let mut rest = line;
        while let Some(end) = stop(rest) {
            open.push_str(&rest[..end]);
            close(&mut open, &mut found);
            rest = rest[end..].trim_start_matches(is_stop);
        }
        open.push_str(rest);
        open.push(' ');
    }
    close(&mut open, &mut found);
    found
}

fn close(open: &mut String, found: &mut Vec<Sentence>) {
    let words: Vec<Heard> = folded_words(open).iter().map(|word| Heard::new(word)).collect();
    if !words.is_empty() {
        found.push(Sentence { words });
    }
    open.clear();
}

fn is_item(line: &str) -> bool {
    line.starts_with(['-', '•', '*', '–']) || line.starts_with(|c: char| c.is_ascii_digit())
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | ';' | '…')
}

/// Gives where a sentence ends: stops with a space or nothing behind them.
fn stop(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find(is_stop).map(|at| from + at) {
        let after = text[at..].trim_start_matches(is_stop);
        if after.is_empty() || after.starts_with(char::is_whitespace) {
            return Some(at);
        }
        from = text.len() - after.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_stops_and_empty_lines() {
        let text = "Bonjour,\n\nLa fuite coule. Venez vite !!\nle loyer est de 12.50 euros\n- un robinet\n- une porte";
        let said: Vec<String> = sentences(text)
            .iter()
            .map(|sentence| sentence.words.iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(
            said,
            ["BONJOUR", "LA FUITE COULE", "VENEZ VITE", "LE LOYER EST DE 12 50 EUROS", "UN ROBINET", "UNE PORTE"]
        );
    }
}
