//! Signs of tampering that a file itself shows. A sign is a reason to look, never an accusation.

use super::paint::Painted;
use super::pdf::{PageSize, PdfFile};
use super::{Limits, guests};
use crate::document::{Metadata, ReadPage, Sign, SignKind};
use crate::geometry::Rect;
use crate::picture;
use crate::text::Word;
use image::GrayImage;

/// Programs made to change pictures and finished documents; no insurer prints with them.
const EDITORS: &[&str] = &[
    "photoshop",
    "gimp",
    "paint.net",
    "affinity photo",
    "pixelmator",
    "canva",
    "pdfescape",
    "sejda",
    "pdffiller",
    "pdf-xchange editor",
    "foxit phantompdf",
    "foxit pdf editor",
    "nitro",
    "inkscape",
    "master pdf editor",
    "pdfelement",
    "pdf candy",
    "dochub",
    "infix",
    "corel",
    "libreoffice draw",
    "picsart",
    "snapseed",
];

/// Gives the signs in the file as a whole: editors among its programs, revisions by another hand.
pub(super) fn of_file(bytes: &[u8], metadata: &Metadata, file: Option<&PdfFile>, limits: &Limits) -> Vec<Sign> {
    let mut signs = Vec::new();
    for program in [&metadata.producer, &metadata.creator].into_iter().flatten() {
        let folded = program.to_lowercase();
        if EDITORS.iter().any(|editor| folded.contains(editor)) {
            signs.push(sign(
                SignKind::Metadata,
                format!("le fichier a été produit par un logiciel de retouche ({program})."),
            ));
            break;
        }
    }
    if let Some(guest) = guests::of(bytes) {
        signs
            .push(sign(SignKind::Guest, format!("le fichier cache {guest} : ne pas l'ouvrir avec un autre logiciel.")));
    }
    signs.extend(file.and_then(|file| revision(bytes, file, metadata, limits)));
    signs
}

fn sign(kind: SignKind, message: String) -> Sign {
    Sign { kind, page: None, rect: None, message }
}

/// Looks at the file as it was before its last revision (ISO 32000-1, 7.5.6, incremental updates).
fn revision(bytes: &[u8], file: &PdfFile, metadata: &Metadata, limits: &Limits) -> Option<Sign> {
    let before = &bytes[..earlier_end(bytes)?];
    let earlier = super::pdf::open(before, limits).ok()?;
    let old = earlier.metadata();
    if old.producer != metadata.producer && metadata.producer.is_some() {
        let (was, is) = (
            old.producer.unwrap_or_else(|| "un logiciel non nommé".to_owned()),
            metadata.producer.clone().unwrap_or_default(),
        );
        return Some(sign(
            SignKind::LaterRevision,
            format!("le fichier, produit par {was}, a été modifié ensuite par {is}."),
        ));
    }
    let text = |file: &PdfFile, page: usize| -> String {
        let painted = file.painted(page);
        painted.seen().map(|glyph| glyph.glyph.text.clone()).collect::<String>().split_whitespace().collect()
    };
    let pages = earlier.page_count().min(file.page_count()).min(3) as usize;
    for page in 0..pages {
        let (was, is) = (text(&earlier, page), text(file, page));
        // A signature or a stamp adds text; a change takes some away.
        if !was.is_empty() && !is.starts_with(&was) && !is.contains(&was) {
            let mut sign =
                sign(SignKind::LaterRevision, "une révision ultérieure du fichier en a changé le texte.".to_owned());
            sign.page = u32::try_from(page + 1).ok();
            return Some(sign);
        }
    }
    None
}

/// Gives where the revision before the last one ends, when the file has several.
fn earlier_end(bytes: &[u8]) -> Option<usize> {
    const MARK: &[u8] = b"%%EOF";
    let mut ends = Vec::new();
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(MARK.len()).position(|window| window == MARK) {
        at += found + MARK.len();
        ends.push(at);
        if ends.len() > 50 {
            return None;
        }
    }
    let head = &bytes[..bytes.len().min(1024)];
    let linear = head.windows(11).any(|window| window == b"/Linearized");
    // A linearised file has a first end near its start that is no revision.
    let count = ends.len().checked_sub(usize::from(linear))?;
    (count >= 2).then(|| ends[ends.len() - 2])
}

/// Gives the signs in the pixels of a page: letters on a patch of other paper, by its grain or by its tone.
pub(super) fn of_picture(grey: &GrayImage, page: &ReadPage) -> Vec<Sign> {
    let mut signs = of_grain(grey, page);
    let told = |rect: &Rect| signs.iter().any(|sign: &Sign| sign.rect.is_some_and(|other| other.overlap(rect) > 0.0));
    let more: Vec<Sign> = of_tone(grey, page).into_iter().filter(|sign| !sign.rect.is_some_and(|r| told(&r))).collect();
    signs.extend(more);
    signs
}

fn of_tone(grey: &GrayImage, page: &ReadPage) -> Vec<Sign> {
    let words: Vec<&Word> = page.layer.words().collect();
    let stored: Vec<Rect> = words.iter().map(|word| page.seen(&word.rect).turned(page.turn.back())).collect();
    let strange = picture::other_tone(grey, &stored);
    let mut signs: Vec<Sign> = Vec::new();
    for word in strange.into_iter().map(|at| words[at]).filter(|word| is_figure(&word.text)) {
        let message = format!("« {} » est écrit sur un papier d'un autre ton que celui qui l'entoure.", word.text);
        let rect = Some(page.seen(&word.rect));
        signs.push(Sign { kind: SignKind::PastedPatch, page: Some(page.number), rect, message });
    }
    signs
}

/// Tells whether a word says something: a stamp, a logo or a line says nothing and changes nothing.
fn says_something(word: &str) -> bool {
    word.chars().filter(|c| c.is_alphanumeric()).count() > 1
}

/// Tells whether a word is a day, an amount or a number: what is changed on a paper, and long enough to show its paper.
fn is_figure(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit()) && word.chars().filter(|c| c.is_alphanumeric()).count() > 3
}

fn of_grain(grey: &GrayImage, page: &ReadPage) -> Vec<Sign> {
    let upright = picture::pasted(grey).into_iter().map(|rect| rect.turned(page.turn));
    let told = upright.filter_map(|rect| {
        let under = |rect: &Rect, word: &Rect| rect.overlap(word) > 0.5 * word.area();
        let words =
            page.layer.words().filter(|word| under(&rect, &page.seen(&word.rect))).map(|word| word.text.as_str());
        let words: Vec<&str> = words.collect();
        if !words.iter().any(|word| says_something(word)) {
            return None;
        }
        let message =
            format!("« {} » est écrit sur un morceau d'un autre grain que le papier autour.", words.join(" "));
        Some(Sign { kind: SignKind::PastedPatch, page: Some(page.number), rect: Some(rect), message })
    });
    told.collect()
}

/// Gives the signs on one page: text under boxes, and text in a font of its own.
pub(super) fn of_page(number: u32, painted: &Painted, size: PageSize) -> Vec<Sign> {
    let mut signs = Vec::new();
    for hidden in painted.hidden() {
        // A dark bar without text on it is how senders hide what they do not want to show.
        if hidden.cover.light < 160 && hidden.replaced_by.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
            continue;
        }
        let whole =
            (hidden.cover.x1 - hidden.cover.x0) * (hidden.cover.y1 - hidden.cover.y0) / (size.width * size.height);
        if whole > 0.25 {
            continue;
        }
        let cover = hidden.cover;
        let what = if cover.picture { "une image" } else { "un cache" };
        let message = if hidden.replaced_by.is_empty() {
            format!("{what} recouvre du texte.")
        } else {
            format!("{what} recouvre du texte, et un autre est écrit par-dessus.")
        };
        let rect =
            Rect::new(cover.x0 / size.width, cover.y0 / size.height, cover.x1 / size.width, cover.y1 / size.height);
        signs.push(Sign { kind: SignKind::PaintedOver, page: Some(number), rect: Some(rect), message });
    }
    signs.extend(strange_fonts(number, painted, size));
    signs
}

/// What font makers add to the name of a family for its bold and slanted letters, without any mark before it.
const STYLES: &[&str] = &["b", "i", "bi", "z", "zi", "bd", "bdit", "it", "sl", "sc"];

/// A family is one that a page hardly uses with at most so many letters, and so many of a hundred: two addresses.
const MOST_LETTERS: usize = 130;
const MOST_SHARE: usize = 12;
/// Letters of a run: a line of an address.
const LONGEST_RUN: usize = 80;

/// Finds short runs in a family that the page hardly uses, in the middle of a line of another.
fn strange_fonts(number: u32, painted: &Painted, size: PageSize) -> Vec<Sign> {
    let families: Vec<String> = painted.fonts.iter().map(|name| family(name)).collect();
    let seen: Vec<_> = painted.seen().filter(|glyph| glyph.glyph.text.chars().any(char::is_alphanumeric)).collect();
    if seen.len() < 150 {
        return Vec::new();
    }
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    for glyph in &seen {
        *counts.entry(families[glyph.font].as_str()).or_default() += 1;
    }
    let styled =
        |family: &str| counts.keys().any(|other| family.strip_prefix(other).is_some_and(|tail| STYLES.contains(&tail)));
    let few = |count: usize| count * 100 < seen.len() * MOST_SHARE && count <= MOST_LETTERS;
    let rare = |family: &str| counts.get(family).is_some_and(|&count| few(count)) && !styled(family);
    let mut signs: Vec<Sign> = Vec::new();
    let mut i = 0;
    while i < seen.len() {
        let name = families[seen[i].font].as_str();
        let mut end = i + 1;
        while end < seen.len() && families[seen[end].font] == name && (seen[end].glyph.y - seen[i].glyph.y).abs() < 2.0
        {
            end += 1;
        }
        let run = &seen[i..end];
        if rare(name) && (2..=LONGEST_RUN).contains(&run.len()) && !name.is_empty() {
            let rect = run.iter().map(|glyph| {
                let glyph = &glyph.glyph;
                Rect::new(
                    glyph.x0 / size.width,
                    (glyph.y - 0.78 * glyph.size) / size.height,
                    glyph.x1 / size.width,
                    (glyph.y + 0.22 * glyph.size) / size.height,
                )
            });
            let rect = rect.reduce(|a, b| a.union(&b));
            let message = "une valeur est écrite dans une autre police que le reste du document.".to_owned();
            signs.push(Sign { kind: SignKind::FontMix, page: Some(number), rect, message });
        }
        i = end;
    }
    // Many such runs are the style of the paper, not an edit.
    if signs.len() > 6 { Vec::new() } else { signs }
}

/// Gives the family of a font: weight, slant and foundry marks taken off.
fn family(name: &str) -> String {
    let folded: String =
        name.to_lowercase().chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | ',')).collect();
    let head = folded.split(['-', ',']).next().unwrap_or_default();
    let mut family = head;
    while let Some(rest) = TAILS.iter().find_map(|tail| family.strip_suffix(tail)).filter(|rest| !rest.is_empty()) {
        family = rest;
    }
    family.to_owned()
}

/// What font makers add to the name of a family for its weights and slants.
const TAILS: &[&str] = &[
    "regular", "semibold", "bold", "italic", "oblique", "medium", "light", "black", "book", "roman", "psmt", "mt", "ps",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_without_their_weights() {
        for (name, expected) in [
            ("LiberationSans-Bold", "liberationsans"),
            ("ArialMT", "arial"),
            ("Arial,Bold", "arial"),
            ("Carlito", "carlito"),
            ("OpenSans-SemiBoldItalic", "opensans"),
            ("FreeSansBoldOblique", "freesans"),
        ] {
            assert_eq!(family(name), expected, "{name}");
        }
    }

    #[test]
    fn revisions_are_counted_without_the_linearised_head() {
        assert_eq!(earlier_end(b"%PDF-1.4 a %%EOF"), None);
        assert_eq!(earlier_end(b"%PDF-1.4 a %%EOF b %%EOF"), Some(16));
        assert_eq!(earlier_end(b"%PDF-1.4 /Linearized %%EOF b %%EOF"), None);
    }
}
