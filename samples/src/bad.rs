//! Files that no reader can take, with the code of the catalogue that each must be answered with.

use crate::draw::Draw;
use crate::file::pdf;
use flate2::{Compress, Compression, Crc, FlushCompress};

/// A bad file.
#[derive(Clone, Debug)]
pub struct BadFile {
    /// Its name without ending.
    pub stem: String,
    /// Its ending.
    pub ending: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The code of the catalogue (section 6).
    pub code: &'static str,
}

/// Kinds of bad files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bad {
    /// No bytes.
    Empty,
    /// A format that is not read.
    Unknown,
    /// A PDF that is an office document, a page of the web, a picture of another kind.
    Mislabelled,
    /// A PDF cut off on its way.
    Truncated,
    /// A PDF whose inside is rubbish.
    Corrupt,
    /// A picture cut off before its first line.
    BrokenPicture,
    /// A PDF that needs a password.
    Password,
    /// A PDF with a stream that swells to more than a gigabyte.
    Bomb,
    /// A picture whose header claims billions of pixels.
    HugePicture,
    /// A PDF of 2,000 pages.
    ManyPages,
}

impl Bad {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Empty,
        Self::Unknown,
        Self::Mislabelled,
        Self::Truncated,
        Self::Corrupt,
        Self::BrokenPicture,
        Self::Password,
        Self::Bomb,
        Self::HugePicture,
        Self::ManyPages,
    ];

    /// Makes a file of that kind; `whole` is a sound PDF to be damaged.
    pub fn file(self, whole: &[u8], draw: &mut Draw) -> BadFile {
        let stem = draw.pattern_of(&["attestation", "scan00##", "document ##", "IMG_####", "assurance", "fichier"]);
        let (ending, bytes, code) = match self {
            Self::Empty => (draw.one(&["pdf", "jpg"]), Vec::new(), "fichier_vide"),
            Self::Unknown => unknown(draw),
            Self::Mislabelled => {
                let (_, bytes, code) = unknown(draw);
                ("pdf", bytes, code)
            }
            Self::Truncated => {
                // Before the first page object: nothing is left to show.
                let first_page = pdf::find(whole, b"/Type/Page/").unwrap_or(whole.len() / 20);
                let kept = first_page * usize::try_from(draw.between(30, 99)).unwrap_or(50) / 100;
                ("pdf", whole[..kept].to_vec(), "fichier_corrompu")
            }
            Self::Corrupt => ("pdf", corrupt(draw), "fichier_corrompu"),
            Self::BrokenPicture => broken_picture(draw),
            Self::Password => ("pdf", password(draw), "mot_de_passe"),
            Self::Bomb => ("pdf", bomb(), "trop_volumineux"),
            Self::HugePicture => ("png", huge_picture(), "trop_volumineux"),
            Self::ManyPages => ("pdf", many_pages(2000), "trop_volumineux"),
        };
        BadFile { stem, ending, bytes, code }
    }
}

fn noise(len: usize, draw: &mut Draw) -> Vec<u8> {
    (0..len).map(|_| draw.bits() as u8).collect()
}

/// Formats that are not read: ending and first bytes.
const UNKNOWN: &[(&str, &[u8])] = &[
    ("docx", b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0"),
    ("doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("heic", b"\0\0\0\x24ftypheic\0\0\0\0mif1heic"),
    ("gif", b"GIF89a\x10\0\x10\0\x80\0\0"),
    ("bmp", b"BM\x36\x10\0\0\0\0\0\0\x36\0\0\0"),
    ("html", b"<!DOCTYPE html><html><body>Votre attestation est disponible dans votre espace client.</body></html>"),
    ("txt", b"Bonjour, ci-joint mon attestation d'assurance. Merci de votre retour.\r\n"),
    ("zip", b"PK\x03\x04\x0a\0\0\0\0\0"),
    ("pages", b"PK\x03\x04\x14\0\0\0\x08\0"),
    ("mp4", b"\0\0\0\x18ftypmp42\0\0\0\0"),
];

fn unknown(draw: &mut Draw) -> (&'static str, Vec<u8>, &'static str) {
    let (ending, head) = draw.one(UNKNOWN);
    let mut bytes = head.to_vec();
    if !matches!(ending, "html" | "txt") {
        bytes.extend(noise(600, draw));
    }
    (ending, bytes, "format_inconnu")
}

fn corrupt(draw: &mut Draw) -> Vec<u8> {
    let mut bytes = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n".to_vec();
    bytes.extend(noise(5000, draw));
    bytes.extend_from_slice(b"\nstartxref\n999999\n%%EOF\n");
    bytes
}

fn broken_picture(draw: &mut Draw) -> (&'static str, Vec<u8>, &'static str) {
    if draw.chance(0.5) {
        let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x48\0\x48\0\0".to_vec();
        bytes.extend(vec![0; 40]);
        return ("jpg", bytes, "fichier_corrompu");
    }
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.extend(noise(200, draw));
    ("png", bytes, "fichier_corrompu")
}

/// Writes objects with a table; `extra` goes into the trailer.
fn assembled(objects: &[Vec<u8>], extra: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (at, body) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", bytes.len()));
        bytes.extend(format!("{} 0 obj\n", at + 1).into_bytes());
        bytes.extend_from_slice(body);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let start = bytes.len();
    bytes.extend(table.into_bytes());
    let tail = format!("trailer\n<< /Size {} /Root 1 0 R {extra} >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    bytes.extend(tail.into_bytes());
    bytes
}

fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let mut body = format!("<< {dictionary} /Length {} >>\nstream\n", data.len()).into_bytes();
    body.extend_from_slice(data);
    body.extend_from_slice(b"\nendstream");
    body
}

const CATALOG: &[u8] = b"<< /Type /Catalog /Pages 2 0 R >>";
const ONE_PAGE: &[u8] = b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>";
const PAGE: &[u8] = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 4 0 R >>";

/// The check values are noise, so that no password opens it, the empty one least of all.
fn password(draw: &mut Draw) -> Vec<u8> {
    let hex = |bytes: Vec<u8>| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let (owner, user, id) = (hex(noise(32, draw)), hex(noise(32, draw)), hex(noise(16, draw)));
    let objects = [
        CATALOG.to_vec(),
        ONE_PAGE.to_vec(),
        PAGE.to_vec(),
        stream("", &noise(900, draw)),
        format!("<< /Filter /Standard /V 2 /R 3 /Length 128 /P -1340 /O <{owner}> /U <{user}> >>").into_bytes(),
    ];
    assembled(&objects, &format!("/Encrypt 5 0 R /ID [<{id}> <{id}>]"))
}

/// A page's content of 1.2 gigabytes of blanks, deflated twice.
fn bomb() -> Vec<u8> {
    const CHUNK: usize = 4 << 20;
    const CHUNKS: usize = 300;
    let blanks = vec![b' '; CHUNK];
    let mut once = Vec::new();
    let mut deflate = Compress::new(Compression::best(), true);
    let mut piece = Vec::new();
    for round in 0..2 {
        piece = Vec::with_capacity(CHUNK / 100);
        // The second piece repeats what is in the window already: it can be repeated as it stands.
        let _ = deflate.compress_vec(&blanks, &mut piece, FlushCompress::Full);
        if round == 0 {
            once.extend_from_slice(&piece);
        }
    }
    for _ in 1..CHUNKS {
        once.extend_from_slice(&piece);
    }
    // An empty last block; readers of such a stream never come to its checksum.
    once.extend_from_slice(&[0x03, 0x00, 0, 0, 0, 0]);
    let mut twice = Vec::with_capacity(once.len());
    let mut deflate = Compress::new(Compression::best(), true);
    let _ = deflate.compress_vec(&once, &mut twice, FlushCompress::Finish);
    let objects =
        [CATALOG.to_vec(), ONE_PAGE.to_vec(), PAGE.to_vec(), stream("/Filter [/FlateDecode /FlateDecode]", &twice)];
    assembled(&objects, "")
}

fn huge_picture() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = b"IHDR".to_vec();
    header.extend(60_000u32.to_be_bytes());
    header.extend(60_000u32.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut chunk = |body: &[u8]| {
        let mut crc = Crc::new();
        crc.update(body);
        bytes.extend((body.len() as u32 - 4).to_be_bytes());
        bytes.extend_from_slice(body);
        bytes.extend(crc.sum().to_be_bytes());
    };
    chunk(&header);
    chunk(b"IDAT\x78\x9c\x63\x00\x00\x00\x01\x00\x01");
    chunk(b"IEND");
    bytes
}

fn many_pages(count: usize) -> Vec<u8> {
    let kids: Vec<String> = (0..count).map(|page| format!("{} 0 R", page + 4)).collect();
    let mut objects = vec![
        CATALOG.to_vec(),
        format!("<< /Type /Pages /Count {count} /Kids [{}] >>", kids.join(" ")).into_bytes(),
        stream("", b"BT ET"),
    ];
    let page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 3 0 R >>";
    objects.extend(std::iter::repeat_n(page.to_vec(), count));
    assembled(&objects, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn the_bomb_is_small_and_swells() {
        let bytes = bomb();
        assert!(bytes.len() < 200_000, "{}", bytes.len());
        let at = crate::file::pdf::find(&bytes, b"stream\n").unwrap() + 7;
        let once = flate2::read::ZlibDecoder::new(&bytes[at..]);
        let mut twice = flate2::read::ZlibDecoder::new(once);
        let mut buffer = vec![0; 1 << 20];
        let mut total = 0usize;
        while total < 600_000_000 {
            let read = twice.read(&mut buffer).unwrap();
            assert!(read > 0, "only {total} bytes");
            total += read;
        }
    }

    #[test]
    fn a_huge_picture_is_told_by_its_header() {
        let bytes = huge_picture();
        let reader = image::ImageReader::with_format(std::io::Cursor::new(bytes), image::ImageFormat::Png);
        assert_eq!(reader.into_dimensions().unwrap(), (60_000, 60_000));
    }
}
