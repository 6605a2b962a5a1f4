//! One letter, set: its PDF/A, its pixels, its e-mail and SMS, and where its words stand.

use crate::message::Message;
use crate::press::{Press, PressError};
use crate::{qr, sms};
use guichet_pipeline::relance::letter::Letter;
use guichet_pipeline::relance::premium::Premium;
use image::RgbImage;
use serde_json::{Value as Json, json};
use typst::foundations::{Content, Dict, Label, Smart, Value};
use typst::layout::{Frame, FrameItem, Point, Transform};
use typst::utils::{PicoStr, Scalar};
use typst_layout::PagedDocument;
use typst_library::introspection::{Introspector, MetadataElem};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// The label under which `lib.typ` leaves subject, e-mail and SMS.
const MESSAGE: &str = "message";

/// Runs of one line that stand farther apart than this share of their size are words apart.
const GAP: f64 = 0.15;

/// A letter that was set.
#[derive(Debug)]
pub struct Sheet {
    document: PagedDocument,
    /// The subject.
    pub subject: String,
    /// The e-mail, if it may go by e-mail.
    pub email: Option<Message>,
    /// The SMS, if it may go by SMS.
    pub sms: Option<String>,
}

/// Some letters in a row, as they were printed.
#[derive(Clone, Debug, PartialEq)]
pub struct Printed {
    /// The page, from 0.
    pub page: usize,
    /// What they say.
    pub text: String,
    /// Their left end on the base line, in millimetres from the page's left and upper edge.
    pub at_mm: (f64, f64),
    /// Their width, in millimetres.
    pub width_mm: f64,
    /// Their size, in millimetres.
    pub size_mm: f64,
}

/// Sets `letter`.
///
/// # Errors
/// A letter that cannot be set, or a template with a mistake.
pub fn set(press: &Press, letter: &Letter) -> Result<Sheet, PressError> {
    let of_letter = |message: String| PressError::Letter(message);
    letter.check().map_err(|fault| of_letter(fault.to_string()))?;
    let document = press.lay_out(&letter.template, &data(letter).map_err(of_letter)?)?;
    let template = |message: &str| PressError::Template(format!("{}.typ : {message}", letter.template));
    let said = said(&document).ok_or_else(|| template("le modèle n'appelle pas `lettre` de lib.typ"))?;
    let subject = text_of(&said, "objet").ok_or_else(|| template("le modèle ne donne pas d'objet"))?;
    let email = content_of(&said, "courriel").map(|content| Message::of(&content)).transpose();
    let sms = text_of(&said, "sms").map(|text| sms::folded(&text));
    if let Some(text) = &sms {
        sms::septets(text).map_err(|error| of_letter(error.to_string()))?;
    }
    Ok(Sheet { document, subject, email: email.map_err(|error| template(&error.to_string()))?, sms })
}

/// Gives what a template sees: the letter, and what is worked out from it.
fn data(letter: &Letter) -> Result<Json, String> {
    let code = letter.reference.to_string();
    let shown = letter.landlord.reply_url.as_ref().map_or_else(|| code.clone(), |url| format!("{url}{code}"));
    let premium = letter.premium.or(letter.landlord.premium);
    let mut data = serde_json::to_value(letter).map_err(|error| error.to_string())?;
    data["computed"] = json!({
        "qr": qr::svg(&shown).map_err(|error| error.to_string())?,
        "premium": premium,
        "monthly_cents": premium.map(Premium::monthly_cents),
        "recovered_cents": premium.map(Premium::recovered_cents),
        "deadline": letter.answer_by(),
    });
    Ok(data)
}

fn said(document: &PagedDocument) -> Option<Dict> {
    let label = Label::new(PicoStr::intern(MESSAGE))?;
    let found = document.introspector().query_label(label).ok()?.to_packed::<MetadataElem>()?.value.clone();
    found.cast::<Dict>().ok()
}

fn text_of(said: &Dict, key: &str) -> Option<String> {
    match said.get(key) {
        Ok(Value::Str(text)) => Some(text.to_string()),
        Ok(Value::Content(content)) => Some(content.plain_text().to_string()),
        _ => None,
    }
}

fn content_of(said: &Dict, key: &str) -> Option<Content> {
    match said.get(key) {
        Ok(Value::Content(content)) => Some(content.clone()),
        _ => None,
    }
}

impl Sheet {
    /// Gives the PDF/A-2b. Its dates are the letter's own.
    ///
    /// # Errors
    /// What PDF/A refuses: a letter that no face has.
    pub fn pdf(&self, press: &Press, letter: &Letter) -> Result<Vec<u8>, PressError> {
        let date = letter.date;
        let day = typst::foundations::Datetime::from_ymd(date.year(), date.month(), date.day());
        let standards = PdfStandards::new(&[PdfStandard::A_2b])
            .map_err(|error| PressError::Template(error.message().to_string()))?;
        let options = PdfOptions {
            ident: Smart::Custom(format!("{}/{}", letter.template, letter.reference)),
            creator: Smart::Custom(Some("guichet".to_owned())),
            timestamp: day.map(Timestamp::new_utc),
            standards,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&self.document, &options).map_err(|errors| PressError::Letter(press.told(&errors)))
    }

    /// Gives the number of pages.
    pub fn pages(&self) -> usize {
        self.document.pages().len()
    }

    /// Gives the pixels of page `index` at `dpi`.
    pub fn pixels(&self, index: usize, dpi: f32) -> RgbImage {
        let scale = Scalar::new(f64::from(dpi) / 72.0);
        let options = typst_render::RenderOptions { pixel_per_pt: scale, render_bleed: false };
        let pixmap = typst_render::render(&self.document.pages()[index], &options);
        let (width, height) = (pixmap.width(), pixmap.height());
        let rgb: Vec<u8> = pixmap.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        RgbImage::from_raw(width, height, rgb).expect("three bytes were kept for each pixel")
    }

    /// Gives what is printed, run by run, in the order of setting.
    pub fn printed(&self) -> Vec<Printed> {
        let mut printed = Vec::new();
        for (page, set) in self.document.pages().iter().enumerate() {
            walk(&set.frame, Transform::identity(), page, &mut printed);
        }
        printed
    }

    /// Gives what the letter says, line by line, in the order of setting.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut last: Option<Printed> = None;
        for run in self.printed() {
            if let Some(last) = &last {
                let same_line = last.page == run.page && (last.at_mm.1 - run.at_mm.1).abs() < 0.1;
                let gap = run.at_mm.0 - last.at_mm.0 - last.width_mm;
                let apart = if gap > GAP * run.size_mm { " " } else { "" };
                text.push_str(if same_line { apart } else { "\n" });
            }
            text.push_str(&run.text);
            last = Some(run);
        }
        text.push('\n');
        text
    }
}

fn walk(frame: &Frame, transform: Transform, page: usize, printed: &mut Vec<Printed>) {
    for (position, item) in frame.items() {
        let here = transform.pre_concat(Transform::translate(position.x, position.y));
        match item {
            FrameItem::Group(group) => walk(&group.frame, here.pre_concat(group.transform), page, printed),
            FrameItem::Text(text) => {
                let start = Point::zero().transform(here);
                printed.push(Printed {
                    page,
                    text: text.text.to_string(),
                    at_mm: (start.x.to_mm(), start.y.to_mm()),
                    width_mm: text.width().to_mm(),
                    size_mm: text.size.to_mm(),
                });
            }
            _ => {}
        }
    }
}
