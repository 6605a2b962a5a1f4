//! The format of a file by its first bytes; names and declared types are not believed.

use super::{Limits, archive, mail};
use crate::document::{Fault, FaultCode, Format};

/// Finds the format.
pub(super) fn of(bytes: &[u8], limits: &Limits) -> Result<Format, Fault> {
    if bytes.is_empty() {
        return Err(Fault::new(FaultCode::FichierVide, "le fichier est vide : le demander à nouveau"));
    }
    limits.check_bytes(bytes.len() as u64)?;
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(b"%PDF-") {
        Ok(Format::Pdf)
    } else if starts(b"\xff\xd8\xff") {
        Ok(Format::Jpeg)
    } else if starts(b"\x89PNG\r\n\x1a\n") {
        Ok(Format::Png)
    } else if starts(b"II*\0") || starts(b"MM\0*") {
        Ok(Format::Tiff)
    } else if starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Ok(Format::Webp)
    } else if archive::is_archive(bytes) {
        Ok(Format::Zip)
    } else if mail::is_message(bytes) {
        Ok(Format::Eml)
    } else if let Some(at) = late_pdf(bytes) {
        // Some mail gateways put a few lines before the header; a header far inside is a file hiding another.
        if bytes[..at].iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0xef || *byte == 0xbb || *byte == 0xbf)
        {
            return Ok(Format::Pdf);
        }
        let message = "un PDF est caché derrière d'autres données : demander le document d'origine";
        Err(Fault::new(FaultCode::FormatInconnu, message))
    } else {
        Err(Fault::new(
            FaultCode::FormatInconnu,
            format!(
                "{} : demander un PDF, un JPEG, un PNG, un TIFF, un WebP, un courriel (.eml) ou une archive (.zip)",
                described(bytes)
            ),
        ))
    }
}

fn late_pdf(bytes: &[u8]) -> Option<usize> {
    let head = &bytes[..bytes.len().min(1024)];
    head.windows(5).position(|window| window == b"%PDF-")
}

/// Says what the file looks like, for whoever has to ask for another.
fn described(bytes: &[u8]) -> &'static str {
    const KNOWN: &[(&[u8], &str)] = &[
        (b"\xd0\xcf\x11\xe0", "le fichier est un ancien document Office"),
        (b"{\\rtf", "le fichier est un document RTF"),
        (b"GIF8", "le fichier est une image GIF"),
        (b"BM", "le fichier est une image BMP"),
        (b"<", "le fichier est une page HTML ou XML"),
    ];
    if bytes.get(4..12).is_some_and(|brand| brand.starts_with(b"ftyphei") || brand.starts_with(b"ftypmif1")) {
        return "le fichier est une photo HEIC";
    }
    KNOWN
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map_or("le format du fichier n'est pas reconnu", |(_, said)| said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_by_content() {
        let limits = Limits { bytes: 100, ..Limits::default() };
        let mut webp = b"RIFF\0\0\0\0WEBPVP8 ".to_vec();
        webp.extend([0; 20]);
        for (bytes, expected) in [
            (&b"%PDF-1.7"[..], Ok(Format::Pdf)),
            (b"\n%PDF-1.4", Ok(Format::Pdf)),
            (b"\xff\xd8\xff\xe0", Ok(Format::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Ok(Format::Png)),
            (b"II*\0", Ok(Format::Tiff)),
            (&webp, Ok(Format::Webp)),
            (b"From: a@b\r\nSubject: x\r\n\r\n", Ok(Format::Eml)),
            (b"", Err(FaultCode::FichierVide)),
            (b"bonjour", Err(FaultCode::FormatInconnu)),
            (b"PK\x03\x04 %PDF-1.4", Ok(Format::Zip)),
            (&[b' '; 101], Err(FaultCode::TropVolumineux)),
        ] {
            assert_eq!(
                of(bytes, &limits).map_err(|fault| fault.code),
                expected,
                "{:?}",
                String::from_utf8_lossy(bytes)
            );
        }
    }
}
