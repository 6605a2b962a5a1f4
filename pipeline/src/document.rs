//! What one source is once it is read: pages of text, signs of tampering, faults.
//!
//! These are plain data: they cross the pipe between the child process that parses bytes from outside and its parent.

use crate::geometry::{Rect, Turn, Warp};
use crate::text::{Origin, TextLayer};
use crate::values::Date;
use crate::values::reply_code::ReplyCode;
use serde::{Deserialize, Serialize};

/// The file formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Portable Document Format.
    Pdf,
    /// JPEG, with its EXIF orientation.
    Jpeg,
    /// PNG.
    Png,
    /// TIFF, possibly of several pages.
    Tiff,
    /// WebP.
    Webp,
    /// An e-mail with what is attached to it.
    Eml,
    /// A zip archive of such files.
    Zip,
}

impl Format {
    /// Tells whether such a file has no pages of its own, but files inside it.
    pub fn holds_files(self) -> bool {
        match self {
            Self::Eml | Self::Zip => true,
            Self::Pdf | Self::Jpeg | Self::Png | Self::Tiff | Self::Webp => false,
        }
    }
}

/// Why a whole source could not be read; the codes of section 6 of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// Not a format that is read here.
    FormatInconnu,
    /// No bytes at all.
    FichierVide,
    /// Damaged beyond reading.
    FichierCorrompu,
    /// Needs a password that nobody gave.
    MotDePasse,
    /// Over a limit on bytes, pages or pixels.
    TropVolumineux,
    /// Over the limit on time.
    DelaiDepasse,
}

/// A source that could not be read, as data: it still gets its result line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// The catalogue's code.
    pub code: FaultCode,
    /// One French sentence that names the place and the remedy.
    pub message: String,
}

impl Fault {
    /// Builds a fault.
    pub fn new(code: FaultCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// How well the pixels of a page could be read.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Legibility {
    /// Mean confidence of the words, weighted by letters, 0 to 1 (native text: 1).
    pub confidence: f32,
    /// Share of the page's ink (outside pictures) that lies inside the boxes of read words, 0 to 1 (native text: 1).
    pub ink_covered: f32,
}

/// One page after reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadPage {
    /// Counts from 1 within the source.
    pub number: u32,
    /// Width over height of the page that was read.
    pub aspect: f32,
    /// The turn that sets the page upright: boxes are those of the page so turned.
    #[serde(default)]
    pub turn: Turn,
    /// Where the page that was read is seen, if it was made level or flat first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warp: Option<Warp>,
    /// The words, their boxes those of the page that was read.
    pub layer: TextLayer,
    /// How far the words can be trusted.
    pub legibility: Legibility,
    /// The codes of the house's letters that QR codes in its pixels hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replies: Vec<ReplyCode>,
}

impl ReadPage {
    /// Builds a page that lies upright, with no code on it.
    pub fn new(number: u32, aspect: f32, layer: TextLayer, legibility: Legibility) -> Self {
        Self { number, aspect, turn: Turn::None, warp: None, layer, legibility, replies: Vec::new() }
    }

    /// Gives where a box of the page that was read stands on the page as a reader sees it.
    pub fn seen(&self, rect: &Rect) -> Rect {
        self.warp.as_ref().map_or(*rect, |warp| warp.rect(rect))
    }

    /// Builds a page of which nothing could be read.
    pub fn blank(number: u32, aspect: f32) -> Self {
        Self::new(number, aspect, TextLayer::empty(Origin::Ocr), Legibility { confidence: 0.0, ink_covered: 0.0 })
    }
}

/// A kind of tampering sign; never an accusation, always a reason to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignKind {
    /// A later revision of the file written by another program.
    LaterRevision,
    /// Text or a filled box painted over other text.
    PaintedOver,
    /// One value set in a font, size or colour that its neighbours do not have.
    FontMix,
    /// A patch of the picture whose noise or background differs from its surroundings.
    PastedPatch,
    /// The metadata contradict the paper (made by an image editor, modified long after it was made).
    Metadata,
    /// The file is another file as well: an archive, a web page.
    Guest,
}

/// A sign of tampering that the file itself shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sign {
    /// What was seen.
    pub kind: SignKind,
    /// The page, counted from 1, where it has one.
    pub page: Option<u32>,
    /// The place on the page, where it has one.
    pub rect: Option<Rect>,
    /// One French sentence for the agent.
    pub message: String,
}

/// What the file says of itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// The program that made the file.
    pub producer: Option<String>,
    /// The program in which the document was written.
    pub creator: Option<String>,
    /// When the file says it was made, `YYYY-MM-DD`.
    pub created: Option<String>,
    /// When the file says it was last changed, `YYYY-MM-DD`.
    pub modified: Option<String>,
}

/// What the header of an e-mail says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The subject as it was sent, marks of answers included.
    pub subject: Option<String>,
    /// The name shown for the sender.
    pub from_name: Option<String>,
    /// The sender's address.
    pub from: Option<String>,
    /// The day on which it was sent.
    pub date: Option<Date>,
}

/// A file attached to an e-mail, or packed into an archive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// How many pages it has; those of the files before it are counted first.
    pub page_count: u32,
    /// Why it could not be read.
    #[serde(default)]
    pub fault: Option<Fault>,
}

/// An e-mail: its header and its text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// The header.
    pub header: Header,
    /// The text, lines as they were sent.
    pub text: String,
}

/// One source after rendering and reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadDocument {
    /// The format found by content.
    pub format: Format,
    /// How many pages the source has, whatever part of it was read.
    pub page_count: u32,
    /// The pages that were read, in order.
    pub pages: Vec<ReadPage>,
    /// Signs of tampering.
    pub signs: Vec<Sign>,
    /// What the file says of itself.
    pub metadata: Metadata,
    /// The e-mail, where the source is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Box<Message>>,
    /// The files inside an e-mail or an archive, in their order: the pages are theirs. Inline pictures that only adorn the
    /// text of an e-mail are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Milliseconds spent on native text and pixels.
    pub read_ms: u64,
    /// Milliseconds spent in the recognition engine.
    pub ocr_ms: u64,
}

impl ReadDocument {
    /// Adds the pages, signs and times of a later part of the same source.
    pub fn append(&mut self, later: Self) {
        let Self { format: _, page_count: _, pages, signs, metadata: _, message: _, attachments, read_ms, ocr_ms } =
            later;
        for (attachment, later) in self.attachments.iter_mut().zip(attachments) {
            // A fault may show only when later pages are read.
            attachment.fault = attachment.fault.take().or(later.fault);
        }
        self.pages.extend(pages);
        for sign in signs {
            if !self.signs.contains(&sign) {
                self.signs.push(sign);
            }
        }
        self.read_ms += read_ms;
        self.ocr_ms += ocr_ms;
    }
}
