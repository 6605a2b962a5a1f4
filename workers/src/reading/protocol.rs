//! The frames between the parent and a child that reads: a fixed binary header, then the payload.
//!
//! Neither side trusts the other's lengths: a frame longer than agreed is refused before a byte of it is kept. An answer
//! carries the number of its question, which nobody can guess: a child that a file has taken over may answer twice, and the
//! second answer must not go to the next file.

use super::isolation::Isolation;
use guichet_pipeline::document::{Fault, ReadDocument};
use image::RgbImage;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};

/// The first bytes of every frame.
const MAGIC: [u8; 4] = *b"GCH1";
/// Magic, kind, two numbers, length of the payload, number of the question.
const HEADER: usize = 32;
/// Bytes of an answer that the parent accepts: eight pages of a telephone directory are under 20 MB.
pub const MAX_ANSWER: u64 = 32 * 1024 * 1024;

/// The question that nobody asked: whether the child is up.
pub const STARTED: u64 = 0;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Kind {
    /// To the child: read pages `a` to `b` of the payload.
    Read = 1,
    /// To the child: draw page `a` of the payload.
    Picture = 2,
    /// From the child: JSON of [`Told`].
    Told = 3,
    /// From the child: a picture of `a` by `b` pixels, three bytes each.
    Drawn = 4,
    /// From the child: page `a` is about to be read; nothing else.
    Begun = 5,
}

impl Kind {
    fn of(code: u32) -> Option<Self> {
        [Self::Read, Self::Picture, Self::Told, Self::Drawn, Self::Begun].into_iter().find(|kind| *kind as u32 == code)
    }
}

/// A frame as it travels.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    /// What it is.
    pub kind: Kind,
    /// First number.
    pub a: u32,
    /// Second number.
    pub b: u32,
    /// The question that this is or answers.
    pub question: u64,
    /// The payload.
    pub payload: Vec<u8>,
}

/// What a child says in words.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// The engine is up, and these walls.
    Ready(Isolation),
    /// The pages that were asked for.
    Document(ReadDocument),
    /// Why there are none.
    Fault(Fault),
    /// The engine failed.
    Engine(String),
}

/// An answer of a child.
#[derive(Debug, PartialEq)]
pub enum Answer {
    /// In words.
    Told(Told),
    /// A page, drawn.
    Drawn(RgbImage),
    /// None yet: it has come as far as this page.
    Begun(u32),
}

/// Writes one frame.
///
/// # Errors
/// When the other side does not take it.
pub fn write_frame(
    to: &mut impl Write,
    question: u64,
    kind: Kind,
    numbers: (u32, u32),
    payload: &[u8],
) -> io::Result<()> {
    let mut header = Vec::with_capacity(HEADER);
    header.extend(MAGIC);
    header.extend((kind as u32).to_le_bytes());
    header.extend(numbers.0.to_le_bytes());
    header.extend(numbers.1.to_le_bytes());
    header.extend((payload.len() as u64).to_le_bytes());
    header.extend(question.to_le_bytes());
    to.write_all(&header)?;
    to.write_all(payload)?;
    to.flush()
}

/// Reads one frame of at most `most` bytes; `None` where the other side has closed between two frames.
///
/// # Errors
/// When the frame is cut short, too long or no frame at all.
pub fn read_frame(from: &mut impl Read, most: u64) -> io::Result<Option<Frame>> {
    let mut header = [0; HEADER];
    let mut got = 0;
    while got < HEADER {
        match from.read(&mut header[got..]) {
            Ok(0) if got == 0 => return Ok(None),
            Ok(0) => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "frame header is cut short")),
            Ok(read) => got += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let number = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    if header[..4] != MAGIC {
        return Err(invalid("not a frame"));
    }
    let kind = Kind::of(number(4)).ok_or_else(|| invalid("unknown kind of frame"))?;
    let long = |at: usize| u64::from(number(at)) | u64::from(number(at + 4)) << 32;
    let length = long(16);
    if length > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "frame is too long"));
    }
    // Grows with what really comes, whatever the header says.
    let mut payload = Vec::new();
    from.take(length).read_to_end(&mut payload)?;
    if (payload.len() as u64) < length {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "frame is cut short"));
    }
    Ok(Some(Frame { kind, a: number(8), b: number(12), question: long(24), payload }))
}

/// Writes what a child says.
///
/// # Errors
/// When the parent does not take it.
pub fn tell(to: &mut impl Write, question: u64, told: &Told) -> io::Result<()> {
    write_frame(to, question, Kind::Told, (0, 0), &serde_json::to_vec(told)?)
}

/// Reads what a child answers to a question; `None` where it has closed.
///
/// # Errors
/// When the frame or what is in it makes no sense, or it answers another question.
pub fn read_answer(from: &mut impl Read, question: u64) -> io::Result<Option<Answer>> {
    let Some(frame) = read_frame(from, MAX_ANSWER)? else { return Ok(None) };
    if frame.question != question {
        return Err(io::Error::new(io::ErrorKind::AddrNotAvailable, "answer to another question"));
    }
    match frame.kind {
        Kind::Told => {
            // Whatever is wrong with it, the child lives and what it says makes no sense.
            let told = serde_json::from_slice(&frame.payload).map_err(|error| invalid(&error.to_string()))?;
            Ok(Some(Answer::Told(told)))
        }
        Kind::Drawn => {
            let picture = RgbImage::from_raw(frame.a, frame.b, frame.payload);
            Ok(Some(Answer::Drawn(picture.ok_or_else(|| invalid("picture does not fill its frame"))?)))
        }
        Kind::Begun => Ok(Some(Answer::Begun(frame.a))),
        Kind::Read | Kind::Picture => Err(invalid("a child does not ask")),
    }
}

fn invalid(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use guichet_pipeline::document::FaultCode;

    fn framed(kind: Kind, numbers: (u32, u32), payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_frame(&mut bytes, 7, kind, numbers, payload).unwrap();
        bytes
    }

    #[test]
    fn frames_come_back_as_they_went() {
        let mut bytes = framed(Kind::Read, (9, 16), b"%PDF");
        bytes.extend(framed(Kind::Picture, (3, 0), b""));
        let mut from = bytes.as_slice();
        let first = Frame { kind: Kind::Read, a: 9, b: 16, question: 7, payload: b"%PDF".to_vec() };
        assert_eq!(read_frame(&mut from, 4).unwrap(), Some(first));
        assert_eq!(read_frame(&mut from, 4).unwrap().unwrap().a, 3);
        assert_eq!(read_frame(&mut from, 4).unwrap(), None);
    }

    #[test]
    fn broken_frames_are_refused() {
        let good = framed(Kind::Read, (1, 8), b"abcdef");
        let mut lying = good.clone();
        lying[16..24].copy_from_slice(&u64::MAX.to_le_bytes());
        let mut unknown = good.clone();
        unknown[4] = 9;
        let cases: [(&str, &[u8]); 5] = [
            ("frame header is cut short", &good[..10]),
            ("frame is cut short", &good[..good.len() - 1]),
            ("frame is too long", &lying),
            ("unknown kind of frame", &unknown),
            ("not a frame", b"HTTP/1.1 200 OK\r\nServer: nobody\r\n"),
        ];
        for (expected, bytes) in cases {
            let error = read_frame(&mut &bytes[..], 100).expect_err(expected);
            assert_eq!(error.to_string(), expected);
        }
        assert_eq!(read_frame(&mut good.as_slice(), 5).unwrap_err().to_string(), "frame is too long");
    }

    #[test]
    fn answers_are_checked() {
        let mut bytes = Vec::new();
        let fault = Told::Fault(Fault::new(FaultCode::MotDePasse, "protégé"));
        tell(&mut bytes, 7, &fault).unwrap();
        assert_eq!(read_answer(&mut bytes.as_slice(), 7).unwrap(), Some(Answer::Told(fault)));
        let other = read_answer(&mut bytes.as_slice(), 8).unwrap_err();
        assert_eq!(other.to_string(), "answer to another question");

        let picture = framed(Kind::Drawn, (2, 1), &[1, 2, 3, 4, 5, 6]);
        assert!(matches!(read_answer(&mut picture.as_slice(), 7).unwrap(), Some(Answer::Drawn(_))));
        for broken in [
            framed(Kind::Drawn, (2, 2), &[1, 2, 3, 4, 5, 6]),
            framed(Kind::Drawn, (u32::MAX, u32::MAX), &[]),
            framed(Kind::Told, (0, 0), b"{\"document\":{}}"),
            framed(Kind::Read, (1, 1), b""),
        ] {
            assert!(read_answer(&mut broken.as_slice(), 7).is_err());
        }
    }
}
