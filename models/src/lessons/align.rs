//! Lays the printed words of a page over those that the reader returned, so that each read word has its field.

use super::record::{PageRecord, WordRecord};
use super::{Lesson, LessonWord};
use guichet_pipeline::document::ReadPage;
use guichet_pipeline::geometry::Rect;

/// Share of the smaller box that two boxes have in common if they are one word.
const SAME_WORD: f32 = 0.35;

/// Gives the lesson of a page that was read.
pub fn lesson(record: &PageRecord, page: &ReadPage) -> Lesson {
    let printed: Vec<(Rect, Option<&str>)> = record.words.iter().map(|word| (rect(word), tag(word))).collect();
    let words = page.layer.words().map(|word| {
        let edges = [word.rect.x0, word.rect.y0, word.rect.x1, word.rect.y1].map(|edge| (edge * 1e4).round() / 1e4);
        let tag = tag_at(&page.seen(&word.rect), &printed).map(str::to_owned);
        LessonWord { text: word.text.clone(), edges, confidence: (word.confidence * 100.0).round() / 100.0, tag }
    });
    Lesson {
        design: record.template.clone(),
        kind: record.kind.clone(),
        type_code: record.type_code.clone(),
        first: record.first,
        words: parts_joined(words.collect()),
    }
}

/// Gives the tag of the printed word that has most in common with a box; words inside of a field win over those outside.
fn tag_at<'a>(read: &Rect, printed: &[(Rect, Option<&'a str>)]) -> Option<&'a str> {
    let common = printed.iter().filter_map(|(rect, tag)| {
        let common = common_area(read, rect);
        let enough = common > SAME_WORD * rect.area().min(read.area());
        // Where recognition took two words for one, the field is what counts; its first word opens it.
        enough.then_some((common, tag.as_ref().copied()))
    });
    let mut best: Option<(f32, &str)> = None;
    let (mut outside, mut opens) = (0.0, false);
    for (common, tag) in common {
        match tag {
            None => outside += common,
            Some(tag) => {
                opens |= tag.starts_with("B-");
                if best.is_none_or(|(most, other)| common > most && !(opens && other.starts_with("B-"))) {
                    best = Some((common, tag));
                }
            }
        }
    }
    best.filter(|(inside, _)| *inside > 0.3 * outside).map(|(_, tag)| tag)
}

fn common_area(a: &Rect, b: &Rect) -> f32 {
    let width = a.x1.min(b.x1) - a.x0.max(b.x0);
    let height = a.y1.min(b.y1) - a.y0.max(b.y0);
    if width > 0.0 && height > 0.0 { width * height } else { 0.0 }
}

fn rect(word: &WordRecord) -> Rect {
    let [x0, y0, x1, y1] = word.edges;
    Rect::new(x0, y0, x1, y1)
}

fn tag(word: &WordRecord) -> Option<&str> {
    word.field.as_deref()
}

/// Makes one field of the parts of a composed one: `B-adresse.ligne I-adresse.ligne B-adresse.ville` is one address, as
/// long as another part of it does not come twice.
fn parts_joined(mut words: Vec<LessonWord>) -> Vec<LessonWord> {
    let mut open: Option<(String, Vec<String>)> = None;
    for word in &mut words {
        let Some(tag) = word.tag.take() else { continue };
        let (edge, whole) = tag.split_at(2);
        let (field, part) = whole.split_once('.').unwrap_or((whole, ""));
        let goes_on = edge == "B-"
            && open
                .as_ref()
                .is_some_and(|(of, parts)| of == field && !part.is_empty() && !parts.iter().any(|p| p == part));
        let edge = if goes_on { "I-" } else { edge };
        match &mut open {
            Some((of, parts)) if of == field && edge == "I-" => parts.push(part.to_owned()),
            _ => open = Some((field.to_owned(), vec![part.to_owned()])),
        }
        word.tag = Some(format!("{edge}{field}"));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use guichet_pipeline::document::Legibility;
    use guichet_pipeline::text::{Line, Origin, TextLayer, Word};

    fn printed(text: &str, x: f32, field: Option<&str>) -> WordRecord {
        WordRecord { text: text.to_owned(), edges: [x, 0.1, x + 0.09, 0.112], field: field.map(str::to_owned) }
    }

    fn read(text: &str, x0: f32, x1: f32) -> Word {
        Word { text: text.to_owned(), rect: Rect::new(x0, 0.101, x1, 0.113), confidence: 0.9 }
    }

    fn tags(words: Vec<WordRecord>, read: Vec<Word>) -> Vec<Option<String>> {
        let (template, kind, type_code) = ("a/b".to_owned(), "scan".to_owned(), "quittance_loyer".to_owned());
        let record = PageRecord { source: String::new(), page: 1, template, kind, type_code, first: true, words };
        let layer = TextLayer { origin: Origin::Ocr, lines: Line::new(read).into_iter().collect() };
        let legibility = Legibility { confidence: 0.9, ink_covered: 1.0 };
        let page = ReadPage::new(1, 0.7, layer, legibility);
        lesson(&record, &page).words.into_iter().map(|word| word.tag).collect()
    }

    #[test]
    fn read_words_have_the_field_of_what_is_printed_there() {
        let words = vec![printed("n°", 0.1, None), printed("HAB", 0.2, Some("B-n")), printed("12", 0.3, Some("I-n"))];
        let cases = [
            (
                vec![read("n", 0.1, 0.19), read("HAB", 0.2, 0.29), read("l2", 0.3, 0.39)],
                vec![None, Some("B-n"), Some("I-n")],
            ),
            (vec![read("n", 0.1, 0.19), read("HAB12", 0.2, 0.39)], vec![None, Some("B-n")]),
            (
                vec![read("n", 0.1, 0.19), read("H", 0.2, 0.24), read("AB", 0.25, 0.29)],
                vec![None, Some("B-n"), Some("B-n")],
            ),
            (vec![read("tache", 0.6, 0.7)], vec![None]),
        ];
        for (read, expected) in cases {
            let texts: Vec<String> = read.iter().map(|word| word.text.clone()).collect();
            let got = tags(words.clone(), read);
            assert_eq!(got.iter().map(Option::as_deref).collect::<Vec<_>>(), expected, "{texts:?}");
        }
    }

    #[test]
    fn parts_of_an_address_are_one_field() {
        let words = vec![
            printed("12", 0.1, Some("B-a.ligne")),
            printed("rue", 0.2, Some("I-a.ligne")),
            printed("31000", 0.3, Some("B-a.ville")),
            printed("5", 0.4, Some("B-a.ligne")),
        ];
        let read = vec![read("12", 0.1, 0.19), read("rue", 0.2, 0.29), read("31000", 0.3, 0.39), read("5", 0.4, 0.49)];
        let got = tags(words, read);
        let expected = [Some("B-a"), Some("I-a"), Some("I-a"), Some("B-a")];
        assert_eq!(got.iter().map(Option::as_deref).collect::<Vec<_>>(), expected);
    }
}
