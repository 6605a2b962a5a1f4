//! Other files inside a file: an archive behind a PDF, a page of script in front of a picture.
//!
//! One file is read, the one that its first bytes announce; but a file that is also another one is no paper that a tenant
//! scanned, and whoever opens it with another program sees something else.

/// Where a ZIP archive ends: its last 22 bytes, and a comment of at most 65,535.
const ARCHIVE_END: &[u8] = b"PK\x05\x06";
const ARCHIVE_TAIL: usize = 22 + 65_535;
/// How far browsers look for their first tag.
const HEAD: usize = 1024;
/// What makes a program out of text, in small letters.
const SCRIPTS: &[&[u8]] = &[b"<html", b"<script", b"<!doctype html", b"<svg", b"<?php", b"#!/"];

/// Says what else a file is; `None` for nearly every file.
pub(super) fn of(bytes: &[u8]) -> Option<&'static str> {
    let tail = &bytes[bytes.len().saturating_sub(ARCHIVE_TAIL)..];
    if holds(tail, ARCHIVE_END) {
        return Some("une archive");
    }
    if is_script(&bytes[..bytes.len().min(HEAD)]) || is_script(behind(bytes)) {
        return Some("une page web ou un programme");
    }
    holds(behind(bytes), b"%PDF-").then_some("un autre PDF")
}

/// Gives what stands behind the end of the file as its own format has it, as far as anybody looks.
fn behind(bytes: &[u8]) -> &[u8] {
    let end: &[u8] = match bytes {
        [b'%', ..] => b"%%EOF",
        [0x89, ..] => b"IEND\xae\x42\x60\x82",
        [0xff, 0xd8, ..] => b"\xff\xd9",
        _ => return &[],
    };
    let at = bytes.windows(end.len()).rposition(|window| window == end);
    at.map_or(&[], |at| &bytes[at + end.len()..(at + end.len() + ARCHIVE_TAIL).min(bytes.len())])
}

fn is_script(bytes: &[u8]) -> bool {
    let small = bytes.to_ascii_lowercase();
    SCRIPTS.iter().any(|script| holds(&small, script))
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guests_are_named() {
        let cases: [(&[u8], Option<&str>); 9] = [
            (b"%PDF-1.4 stream %%EOF\n", None),
            (b"%PDF-1.4 %%EOF\nPK\x03\x04 PK\x05\x06\0\0", Some("une archive")),
            (b"%PDF-1.4 %%EOF\n<HTML><body>", Some("une page web ou un programme")),
            (b"%PDF-1.4\n%<script>alert(1)</script>\n%%EOF", Some("une page web ou un programme")),
            // Between two ends is a revision, which is looked at elsewhere.
            (b"%PDF-1.4 %%EOF\n1 0 obj %%EOF", None),
            (b"\xff\xd8\xff\xe1 <?xpacket?><x:xmpmeta> \xff\xd9", None),
            (b"\xff\xd8\xff\xe0 \xff\xd9%PDF-1.4 x", Some("un autre PDF")),
            (b"\x89PNG IEND\xae\x42\x60\x82#!/bin/sh\n", Some("une page web ou un programme")),
            (b"", None),
        ];
        for (bytes, expected) in cases {
            assert_eq!(of(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
        }
    }
}
