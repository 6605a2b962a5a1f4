//! What files say of themselves: the programs that made them, when, and with which camera.

use crate::draw::Draw;
use guichet_pipeline::values::Date;

/// What a file says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The program in which the document was written.
    pub creator: Option<String>,
    /// The program that made the file.
    pub producer: Option<String>,
    /// When it was made.
    pub created: Option<Moment>,
    /// When it was last changed.
    pub modified: Option<Moment>,
    /// The camera.
    pub camera: Option<(String, String)>,
    /// A program that changed the picture.
    pub software: Option<String>,
}

/// A day and a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The day.
    pub day: Date,
    /// Seconds since midnight.
    pub second: u32,
}

impl Moment {
    /// Draws a time of an office day.
    pub fn draw(day: Date, draw: &mut Draw) -> Self {
        Self { day, second: draw.between(7 * 3600, 20 * 3600).unsigned_abs() }
    }

    /// Gives hour, minute and second.
    pub fn clock(self) -> (u8, u8, u8) {
        let part = |seconds: u32, of: u32| (seconds / of % 60) as u8;
        ((self.second / 3600) as u8, part(self.second, 60), part(self.second, 1))
    }

    /// Writes it as PDF does.
    pub fn pdf(self) -> String {
        let (hour, minute, second) = self.clock();
        let day = self.day;
        format!("D:{:04}{:02}{:02}{hour:02}{minute:02}{second:02}+01'00'", day.year(), day.month(), day.day())
    }

    fn exif(self) -> String {
        let (hour, minute, second) = self.clock();
        let day = self.day;
        format!("{:04}:{:02}:{:02} {hour:02}:{minute:02}:{second:02}", day.year(), day.month(), day.day())
    }
}

/// Programs with which insurers print: creator and producer.
const PRINTERS: &[(&str, &str)] = &[
    ("", "iText 2.1.7 by 1T3XT"),
    ("", "iText® 5.5.13.3 ©2000-2022 iText Group NV (AGPL-version)"),
    ("JasperReports Library version 6.20.0", "iText 2.1.7 by 1T3XT"),
    ("Apache FOP Version 2.6", "Apache FOP Version 2.6"),
    ("HP Exstream Version 9.5.306", "HP Exstream Version 9.5.306"),
    ("OpenText Exstream Version 16.6.11", "OpenText Exstream Version 16.6.11"),
    ("Quadient Inspire Designer 14.3", "Quadient Inspire Designer 14.3"),
    ("Microsoft® Word 2016", "Microsoft® Word 2016"),
    ("Microsoft® Word pour Microsoft 365", "Microsoft® Word pour Microsoft 365"),
    ("Writer", "LibreOffice 7.4"),
    ("Chromium", "Skia/PDF m120"),
    ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome", "Skia/PDF m112"),
    ("wkhtmltopdf 0.12.6", "Qt 5.15.3"),
    ("", "PDFsharp 1.50.5147 (www.pdfsharp.com)"),
    ("", "Aspose.PDF for .NET 22.4.0"),
    ("Compart MFFPDF I/O Filter", "Compart Docponent API 2020"),
    ("DOPiX", "Papyrus PDF Formatter V7.6"),
    ("", "mPDF 8.1.3"),
    ("TCPDF", "TCPDF 6.4.4 (http://www.tcpdf.org)"),
    ("Prince 14.2", "Prince 14.2 (www.princexml.com)"),
    ("Crystal Reports", "Powered By Crystal"),
    ("PScript5.dll Version 5.2.2", "Acrobat Distiller 17.0 (Windows)"),
];
/// Programs of scanners and of telephones that scan.
const SCANNERS: &[(&str, &str)] = &[
    ("Canon iR-ADV C3530", "Canon iR-ADV C3530"),
    ("KONICA MINOLTA bizhub C300i", "KONICA MINOLTA bizhub C300i"),
    ("RICOH MP C3004", "RICOH MP C3004"),
    ("HP Scan", "HP Scan Extended Application"),
    ("EPSON Scan", "EPSON Scan"),
    ("", "IJ Scan Utility"),
    ("Adobe Scan", "Adobe Scan for Android 23.05"),
    ("CamScanner", "intsig.com pdf producer"),
    ("", "macOS Version 13.4 Quartz PDFContext"),
    ("Notes", "iOS Version 17.1 Quartz PDFContext"),
    ("Microsoft Lens", "Microsoft Lens"),
    ("Xerox AltaLink C8045", "Xerox AltaLink C8045"),
    ("", "img2pdf 0.4.4"),
    ("NAPS2", "PdfSharp 1.50.4740"),
];
const CAMERAS: &[(&str, &str)] = &[
    ("Apple", "iPhone 12"),
    ("Apple", "iPhone SE (2nd generation)"),
    ("samsung", "SM-A525F"),
    ("samsung", "SM-G991B"),
    ("Xiaomi", "Redmi Note 11"),
    ("HUAWEI", "VOG-L29"),
    ("Google", "Pixel 6a"),
    ("OPPO", "CPH2211"),
    ("motorola", "moto g(30)"),
];
/// Programs made to change pictures and finished documents.
const EDITORS: &[(&str, &str)] = &[
    ("Adobe Photoshop 23.4 (Windows)", "Adobe Photoshop for Windows -- Image Conversion Plug-in"),
    ("GIMP 2.10.34", "GIMP 2.10.34"),
    ("Canva", "Canva"),
    ("", "Sejda 3.2.84"),
    ("Affinity Photo 2.1", "Affinity Photo 2.1"),
    ("", "PDFescape Online - https://www.pdfescape.com"),
    ("Inkscape 1.2", "cairo 1.17.6"),
    ("", "Foxit PhantomPDF - Foxit Software Inc."),
    ("", "PDF-XChange Editor 9.5.366"),
    ("PDFelement 9", "Wondershare PDFelement"),
];

fn of(pair: (&str, &str)) -> (Option<String>, Option<String>) {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    (some(pair.0), some(pair.1))
}

/// Draws what a printed PDF made on `day` says of itself.
pub fn printed(day: Date, draw: &mut Draw) -> Facts {
    let (creator, producer) = of(draw.one(PRINTERS));
    let created = Some(Moment::draw(day, draw)).filter(|_| draw.chance(0.93));
    let modified = created.filter(|_| draw.chance(0.4));
    Facts { creator, producer, created, modified, ..Facts::default() }
}

/// Draws what a scan or a photo made on `day` says of itself.
pub fn shot(day: Date, draw: &mut Draw) -> Facts {
    let (creator, producer) = of(draw.one(SCANNERS));
    let created = Some(Moment::draw(day, draw));
    let camera = draw.chance(0.7).then(|| {
        let (make, model) = draw.one(CAMERAS);
        (make.to_owned(), model.to_owned())
    });
    Facts { creator, producer, created, camera, ..Facts::default() }
}

/// Draws what a file says of itself that somebody changed on `day`.
pub fn edited(before: &Facts, day: Date, draw: &mut Draw) -> Facts {
    let (creator, producer) = of(draw.one(EDITORS));
    let software = creator.clone().or_else(|| producer.clone());
    let mut modified = Moment::draw(day, draw);
    if let Some(created) = before.created.filter(|created| created.day >= day) {
        modified = Moment { day: created.day, second: (created.second + 900).min(86_399) };
    }
    Facts { creator, producer, modified: Some(modified), software, ..before.clone() }
}

/// Gives the EXIF block of a photo: orientation, camera, moment. `None` when there is nothing to say.
pub fn exif(orientation: Option<u16>, facts: &Facts) -> Option<Vec<u8>> {
    let mut texts: Vec<(u16, String)> = Vec::new();
    if orientation.is_some()
        && let Some((make, model)) = &facts.camera
    {
        texts.push((0x010f, make.clone()));
        texts.push((0x0110, model.clone()));
    }
    if let Some(software) = &facts.software {
        texts.push((0x0131, software.clone()));
    }
    if orientation.is_some()
        && let Some(created) = facts.created
    {
        texts.push((0x0132, created.exif()));
    }
    if texts.is_empty() && orientation.is_none() {
        return None;
    }
    Some(tiff_block(orientation, &texts))
}

/// Writes one TIFF directory: texts and an orientation, tags in order.
fn tiff_block(orientation: Option<u16>, texts: &[(u16, String)]) -> Vec<u8> {
    let count = texts.len() + usize::from(orientation.is_some());
    let mut out = b"II*\0\x08\0\0\0".to_vec();
    out.extend((count as u16).to_le_bytes());
    let mut data_at = 8 + 2 + count * 12 + 4;
    let mut data = Vec::new();
    let mut entries: Vec<(u16, Vec<u8>)> = Vec::new();
    if let Some(orientation) = orientation {
        let mut entry = vec![3, 0, 1, 0, 0, 0];
        entry.extend(u32::from(orientation).to_le_bytes());
        entries.push((0x0112, entry));
    }
    for (tag, text) in texts {
        let mut bytes = text.as_bytes().to_vec();
        bytes.push(0);
        let mut entry = vec![2, 0];
        entry.extend((bytes.len() as u32).to_le_bytes());
        if bytes.len() <= 4 {
            bytes.resize(4, 0);
            entry.extend(&bytes);
        } else {
            entry.extend((data_at as u32).to_le_bytes());
            data_at += bytes.len();
            data.extend(bytes);
        }
        entries.push((*tag, entry));
    }
    entries.sort_by_key(|(tag, _)| *tag);
    for (tag, entry) in entries {
        out.extend(tag.to_le_bytes());
        out.extend(entry);
    }
    out.extend([0; 4]);
    out.extend(data);
    out
}
