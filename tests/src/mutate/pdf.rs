//! What can be wrong in a PDF: numbers, names, references, objects, streams.

use super::{blind, extreme};
use crate::papers::{Pdf, deflate, page, stranger, stream, text_content};
use image::ImageFormat;
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use std::ops::Range;

/// A paper with text, one with pictures in three filters, one with forms, fonts and a table in a stream.
pub(super) fn samples() -> Vec<Vec<u8>> {
    vec![stranger("HAB4512987"), with_pictures(), with_forms()]
}

fn with_pictures() -> Vec<u8> {
    let mut pdf = Pdf::default();
    let jpeg = super::picture::samples(ImageFormat::Jpeg).swap_remove(0);
    let size = "/Subtype /Image /Width 60 /Height 48 /BitsPerComponent 8";
    let first = pdf.stream(&format!("{size} /ColorSpace /DeviceRGB /Filter /DCTDecode"), jpeg);
    let grey = deflate(&vec![0x90; 60 * 48]);
    let second = pdf.stream(&format!("{size} /ColorSpace /DeviceGray /Filter /FlateDecode"), grey);
    let fax = "/Subtype /Image /Width 60 /Height 48 /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /CCITTFaxDecode \
               /DecodeParms << /K -1 /Columns 60 /Rows 48 >>";
    let third = pdf.stream(fax, b"\x26\xa0\x1f\xfc\x80\x08\x00\x80\x00\x10\x01");
    let content = b"q 60 0 0 48 20 20 cm /A Do Q q 60 0 0 48 90 20 cm /B Do Q q 60 0 0 48 20 90 cm /C Do Q";
    let resources = format!("/XObject << /A {first} 0 R /B {second} 0 R /C {third} 0 R >>");
    let page = page(&mut pdf, content, "", &resources, "/MediaBox [0 0 200 160]");
    let tree = pdf.reserve();
    let root = pdf.catalogue(&[page], tree);
    pdf.finish(root)
}

fn with_forms() -> Vec<u8> {
    let mut pdf = Pdf::default();
    let info = pdf.add("<< /Producer (Atelier 1.0) /CreationDate (D:20260105093000+01'00') >>");
    let group = "/Group << /S /Transparency /CS /DeviceRGB >>";
    let form = pdf.add(stream(&format!("/Subtype /Form /BBox [0 0 99 99] {group}"), b"0.5 g 0 0 50 50 re f"));
    let map = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange \
               1 beginbfrange <41> <5A> <0041> endbfrange endcmap end";
    let unicode = pdf.stream("", map);
    let font = pdf.add(format!(
        "<< /Type /Font /Subtype /TrueType /BaseFont /ArialMT /FirstChar 65 /LastChar 70 /Widths [600 600 600 600 600 600] \
         /ToUnicode {unicode} 0 R /Encoding << /Differences [65 /A /B /C /D /E /F] >> >>"
    ));
    let resources = format!(
        "/XObject << /X {form} 0 R >> /ExtGState << /G << /ca 0.5 /BM /Multiply >> >> /Shading << /S << /ShadingType 2 \
         /ColorSpace /DeviceRGB /Coords [0 0 200 160] /Function << /FunctionType 2 /Domain [0 1] /C0 [1 0 0] /C1 [0 0 1] /N 1 >> >> >>"
    );
    let mut content = text_content("ATTESTATION D'ASSURANCE\nContrat HAB 12");
    content.extend(b"q /G gs /X Do Q q 10 10 40 40 re W n /S sh Q [3 2] 0 d 5 5 m 90 5 90 90 5 90 c S");
    let entries = format!("/MediaBox [0 0 300 800] /Annots [<< /Subtype /Link /Rect [0 0 9 9] >>] /F2 {font} 0 R");
    let page = page(&mut pdf, &deflate(&content), "/Filter /FlateDecode", &resources, &entries);
    let tree = pdf.reserve();
    let root = pdf.catalogue(&[page], tree);
    pdf.trailer = format!("/Info {info} 0 R");
    pdf.finish(root)
}

/// Makes one thing wrong.
pub(super) fn mutated(mut bytes: Vec<u8>, dice: &mut ChaCha8Rng) -> Vec<u8> {
    match dice.random_range(0..8) {
        0..=2 => {
            let numbers = tokens(&bytes, |byte| byte.is_ascii_digit());
            replace(&mut bytes, &numbers, dice, |dice| extreme(dice).to_string());
        }
        3 => {
            let names = names(&bytes);
            let other: Vec<String> =
                names.iter().map(|range| String::from_utf8_lossy(&bytes[range.clone()]).into_owned()).collect();
            replace(&mut bytes, &names, dice, |dice| other.choose(dice).cloned().unwrap_or_default());
        }
        4 => swap_objects(&mut bytes, dice),
        5 => drop_or_repeat(&mut bytes, dice),
        6 => nest(&mut bytes, dice),
        _ => return spoil_stream(bytes, dice),
    }
    bytes
}

/// Gives the runs of bytes of a kind, after the header.
fn tokens(bytes: &[u8], belongs: impl Fn(&u8) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, byte) in bytes.iter().enumerate().skip(9) {
        match (belongs(byte), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn names(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut words = tokens(bytes, |byte| byte.is_ascii_alphanumeric());
    words.retain(|range| bytes[range.start - 1] == b'/');
    words
}

fn replace(
    bytes: &mut Vec<u8>,
    places: &[Range<usize>],
    dice: &mut ChaCha8Rng,
    with: impl Fn(&mut ChaCha8Rng) -> String,
) {
    let Some(place) = places.choose(dice) else { return };
    bytes.splice(place.clone(), with(dice).into_bytes());
}

/// Gives the bodies of the objects.
fn bodies(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = position(&bytes[at..], b" obj\n").map(|start| at + start + 5) {
        let Some(length) = position(&bytes[start..], b"\nendobj") else { break };
        found.push(start..start + length);
        at = start + length;
    }
    found
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn swap_objects(bytes: &mut Vec<u8>, dice: &mut ChaCha8Rng) {
    let bodies = bodies(bytes);
    let (Some(one), Some(other)) = (bodies.choose(dice), bodies.choose(dice)) else { return };
    let body = bytes[other.clone()].to_vec();
    bytes.splice(one.clone(), body);
}

fn drop_or_repeat(bytes: &mut Vec<u8>, dice: &mut ChaCha8Rng) {
    let bodies = bodies(bytes);
    let Some(body) = bodies.choose(dice) else { return };
    let again = if dice.random() { Vec::new() } else { bytes[body.clone()].repeat(dice.random_range(2..300)) };
    bytes.splice(body.clone(), again);
}

fn nest(bytes: &mut Vec<u8>, dice: &mut ChaCha8Rng) {
    let bodies = bodies(bytes);
    let Some(body) = bodies.choose(dice) else { return };
    let depth = dice.random_range(1..5000);
    let (open, close) = if dice.random() { ("[", "]") } else { ("<< /Kids ", " >>") };
    let inside = bytes[body.clone()].to_vec();
    let nested = [open.repeat(depth).into_bytes(), inside, close.repeat(depth).into_bytes()].concat();
    bytes.splice(body.clone(), nested);
}

fn spoil_stream(mut bytes: Vec<u8>, dice: &mut ChaCha8Rng) -> Vec<u8> {
    let mut starts = Vec::new();
    let mut at = 0;
    while let Some(start) = position(&bytes[at..], b"stream\n").map(|start| at + start + 7) {
        starts.push(start);
        at = start;
    }
    let Some(&start) = starts.choose(dice) else { return blind(bytes, dice) };
    let end = (start + 400).min(bytes.len());
    for _ in 0..dice.random_range(1..20) {
        if start < end {
            bytes[dice.random_range(start..end)] = dice.random();
        }
    }
    bytes
}
