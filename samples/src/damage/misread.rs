//! What a scanner's own recognition makes of words: letters taken for others, words lost or run together.

use crate::draw::Draw;
use guichet_pipeline::geometry::Rect;

/// Letters that are taken for one another.
const CONFUSIONS: &[(&str, &str)] = &[
    ("rn", "m"),
    ("m", "rn"),
    ("cl", "d"),
    ("0", "O"),
    ("O", "0"),
    ("1", "l"),
    ("l", "1"),
    ("I", "l"),
    ("5", "S"),
    ("S", "5"),
    ("8", "B"),
    ("B", "8"),
    ("é", "e"),
    ("è", "e"),
    ("ê", "é"),
    ("à", "a"),
    ("ç", "c"),
    ("€", "E"),
    ("'", ""),
    ("/", "1"),
    (".", ""),
    (",", "."),
    ("2", "Z"),
    ("6", "G"),
    ("a", "o"),
    ("u", "ii"),
    ("t", "f"),
    ("e", "c"),
    ("h", "b"),
    ("n", "ri"),
];

/// Gives the words as they would be misread: one page of a file is misread as badly throughout.
pub fn misread(words: Vec<(String, Rect)>, draw: &mut Draw) -> Vec<(String, Rect)> {
    let (letters, lost) = (f64::from(draw.real(0.02, 0.28)), f64::from(draw.real(0.0, 0.3)));
    let mut out: Vec<(String, Rect)> = Vec::new();
    for (text, rect) in words {
        if draw.chance(lost) {
            continue;
        }
        let text = word(&text, letters, draw);
        match out.last_mut() {
            Some((before, all)) if draw.chance(letters / 3.0) && rect.vertical_overlap(all) > 0.5 => {
                before.push_str(&text);
                *all = all.union(&rect);
            }
            _ => out.push((text, rect)),
        }
    }
    out
}

fn word(text: &str, share: f64, draw: &mut Draw) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let found = CONFUSIONS.iter().filter(|(from, _)| rest.starts_with(from)).max_by_key(|(from, _)| from.len());
        match found {
            Some((from, to)) if draw.chance(share) => {
                out.push_str(to);
                rest = &rest[from.len()..];
            }
            _ => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}
