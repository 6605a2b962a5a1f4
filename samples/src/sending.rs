//! From set papers to the file that somebody sends: which device, which format, what lies on the pages.

use crate::damage::camera::{Camera, Care};
use crate::damage::copier::Copier;
use crate::damage::fax::Fax;
use crate::damage::scanner::Scanner;
use crate::damage::screen::Screen;
use crate::damage::{Kind, Page, Shot, crease, cut, legible, misread, overlay};
use crate::draw::Draw;
use crate::file::facts::{self, Facts};
use crate::file::{self, FileError, Format, pdf};
use crate::paper::Paper;
use crate::typeset::{PdfFacts, Press, Sheets, TypesetError};
use crate::world::dates;
use guichet_pipeline::geometry::Rect;
use guichet_pipeline::values::Date;

/// Why a file could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Typst refused it.
    #[error(transparent)]
    Typeset(#[from] TypesetError),
    /// An encoder refused it.
    #[error(transparent)]
    File(#[from] FileError),
}

/// How a file is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// The kind.
    pub kind: Kind,
    /// The format.
    pub format: Format,
    /// The day on which it came in.
    pub day: Date,
}

impl Way {
    /// Draws the format of a file of that kind; one with several pages takes one that can hold them.
    pub fn draw(kind: Kind, several: bool, day: Date, draw: &mut Draw) -> Self {
        use Format::{Jpeg, Pdf, Png, Tiff, Webp};
        let formats: &[(f64, Format)] = match kind {
            Kind::Native | Kind::ScanOcr => &[(1.0, Pdf)],
            Kind::Scan | Kind::Photocopy | Kind::Cut => {
                &[(14.0, Pdf), (2.0, Tiff), (2.0, Jpeg), (0.6, Png), (0.3, Webp)]
            }
            Kind::Fax => &[(3.0, Pdf), (2.0, Tiff)],
            Kind::Photo | Kind::Unreadable => &[(16.0, Jpeg), (2.0, Pdf), (0.5, Png), (0.8, Webp)],
            Kind::Screen => &[(7.0, Png), (3.0, Jpeg), (0.5, Webp)],
            Kind::LowResolution => &[(4.0, Jpeg), (2.0, Pdf)],
        };
        let fitting: Vec<(f64, Format)> =
            formats.iter().copied().filter(|(_, format)| !several || matches!(format, Pdf | Tiff)).collect();
        let format = if fitting.is_empty() { Pdf } else { *draw.weighted(&fitting) };
        Self { kind, format, day }
    }
}

/// A page of a file.
#[derive(Clone, Debug)]
pub struct SentPage {
    /// Which of the papers it belongs to.
    pub paper: usize,
    /// Which page of that paper, from 0.
    pub index: usize,
    /// How it was shot; the page as it was set has no shot.
    pub shot: Option<Shot>,
}

impl SentPage {
    /// Tells whether a box of the set page shows, and its ink with it.
    pub fn shows(&self, rect: &Rect) -> bool {
        self.shot.as_ref().is_none_or(|shot| legible::reads(shot, rect))
    }
}

/// A file as it was sent.
#[derive(Debug)]
pub struct Sent {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its pages.
    pub pages: Vec<SentPage>,
}

/// Gives a paper as the PDF that its insurer made, and what that says of itself.
///
/// # Errors
/// A paper that Typst cannot export.
pub fn native(sheets: &Sheets, issued: Date, ident: &str, draw: &mut Draw) -> Result<(Vec<u8>, Facts), SendError> {
    let facts = facts::printed(issued, draw);
    let created = facts.created.map(|moment| {
        let (hour, minute, second) = moment.clock();
        (moment.day.year(), moment.day.month(), moment.day.day(), hour, minute, second)
    });
    let bytes = sheets.pdf(&PdfFacts { creator: facts.creator.clone(), created, ident: ident.to_owned() })?;
    let bytes = pdf::with_info(&bytes, &facts).unwrap_or(bytes);
    Ok((bytes, facts))
}

/// Sends `papers` one after the other in one file.
///
/// # Errors
/// A page that cannot be set or encoded.
pub fn send(press: &Press, papers: &[&Paper], way: Way, draw: &mut Draw) -> Result<Sent, SendError> {
    if let (Kind::Native, [paper]) = (way.kind, papers) {
        let issued = issued(paper).unwrap_or(way.day);
        let ident = paper.draft.data.to_string();
        let (bytes, _) = native(&paper.sheets, issued, &ident, draw)?;
        let pages = (0..paper.sheets.pages.len()).map(|index| SentPage { paper: 0, index, shot: None }).collect();
        return Ok(Sent { bytes, pages });
    }
    let pages = shoot(press, papers, way, draw);
    pack(papers, pages, way, draw)
}

/// Shoots the pages of `papers`, all with one device.
pub fn shoot(press: &Press, papers: &[&Paper], way: Way, draw: &mut Draw) -> Vec<SentPage> {
    let device = Device::draw(way, draw);
    let turned = device.turned(draw);
    let mut pages = Vec::new();
    for (number, paper) in papers.iter().enumerate() {
        for index in sent_pages(paper.sheets.pages.len(), way, draw) {
            let mut shot = device.shoot(press, paper, index, way, draw);
            shot.turn(turned);
            pages.push(SentPage { paper: number, index, shot: Some(shot) });
        }
    }
    pages
}

/// Puts shot pages into a file.
///
/// # Errors
/// A picture that cannot be encoded.
pub fn pack(papers: &[&Paper], pages: Vec<SentPage>, way: Way, draw: &mut Draw) -> Result<Sent, SendError> {
    let facts = facts::shot(way.day, draw);
    let bytes = if way.kind == Kind::ScanOcr {
        searchable(papers, &pages, &facts, draw)?
    } else {
        let shots: Vec<&Shot> = pages.iter().filter_map(|page| page.shot.as_ref()).collect();
        file::encode(way.format, &shots, &facts, draw)?
    };
    Ok(Sent { bytes, pages })
}

/// Gives the day printed on a paper.
pub fn issued(paper: &Paper) -> Option<Date> {
    Date::from_iso(paper.draft.data["emission"]["iso"].as_str()?)
}

/// Gives which pages are sent: whoever takes pictures one by one often takes the first page only.
fn sent_pages(count: usize, way: Way, draw: &mut Draw) -> std::ops::Range<usize> {
    let single = !matches!(way.format, Format::Pdf | Format::Tiff);
    let first_only = single || matches!(way.kind, Kind::Photo | Kind::Unreadable) && draw.chance(0.5);
    0..if first_only { 1 } else { count }
}

/// What shoots the pages; one device for all pages of a file.
#[derive(Debug)]
enum Device {
    Scanner(Scanner),
    Copier(Copier, Scanner),
    Fax(Fax),
    Camera(Camera),
    Screen(Screen),
}

impl Device {
    fn draw(way: Way, draw: &mut Draw) -> Self {
        match way.kind {
            Kind::Native | Kind::Scan | Kind::ScanOcr | Kind::Cut => Self::Scanner(Scanner::draw(draw)),
            Kind::Photocopy => Self::Copier(Copier::draw(draw), Scanner::draw(draw)),
            Kind::Fax => {
                Self::Fax(Fax::draw(draw, &format!("{:02}/{:02}/{}", way.day.day(), way.day.month(), way.day.year())))
            }
            Kind::Photo => Self::Camera(Camera::draw(draw, Care::Usual)),
            Kind::Screen => Self::Screen(Screen::draw(draw)),
            Kind::LowResolution if draw.chance(0.5) => Self::Camera(Camera::draw(draw, Care::Coarse)),
            Kind::LowResolution => Self::Scanner(Scanner::draw_coarse(draw)),
            Kind::Unreadable => Self::Camera(Camera::draw(draw, Care::Lost)),
        }
    }

    /// Draws by how many quarters the sheets lay turned; cameras see to that themselves.
    fn turned(&self, draw: &mut Draw) -> u8 {
        match self {
            Self::Scanner(_) | Self::Copier(..) => *draw.weighted(&[(88.0, 0), (4.0, 1), (4.0, 2), (4.0, 3)]),
            Self::Fax(_) => *draw.weighted(&[(92.0, 0), (8.0, 2)]),
            Self::Camera(_) | Self::Screen(_) => 0,
        }
    }

    fn shoot(&self, press: &Press, paper: &Paper, index: usize, way: Way, draw: &mut Draw) -> Shot {
        let text = &paper.sheets.pages[index];
        let on_paper = !matches!(self, Self::Screen(_));
        let overlays = if on_paper { overlay::draw(press, text, &stamped(way.day), draw) } else { Vec::new() };
        let folded = if matches!(self, Self::Camera(_)) { 0.45 } else { 0.14 };
        let creases = if on_paper && draw.chance(folded) { crease::draw(draw) } else { Vec::new() };
        let page = Page { sheets: &paper.sheets, index, overlays: &overlays, creases: &creases };
        let mut shot = match self {
            Self::Scanner(scanner) => scanner.shoot(&page, draw),
            Self::Copier(copier, scanner) => copier.shoot(&page, scanner, draw),
            Self::Fax(fax) => fax.shoot(press, &page, draw),
            Self::Camera(camera) => camera.shoot(&page, draw),
            Self::Screen(screen) => screen.shoot(press, &page, draw),
        };
        if way.kind == Kind::Cut {
            cut::cut(&mut shot, text, draw);
        }
        shot
    }
}

/// Gives a day as stamps have it: "23 NOV. 2026".
fn stamped(day: Date) -> String {
    let forms = dates::forms(day);
    let short = forms["abrege"].as_str().unwrap_or_default().to_uppercase();
    short.replacen("1ER ", "01 ", 1)
}

/// Writes a PDF of pictures with the text that the scanner thought it read.
fn searchable(papers: &[&Paper], pages: &[SentPage], facts: &Facts, draw: &mut Draw) -> Result<Vec<u8>, FileError> {
    let mut document = pdf::Document::new(facts);
    for page in pages {
        let Some(shot) = &page.shot else { continue };
        let words = &papers[page.paper].sheets.pages[page.index].words;
        let seen = words.iter().filter(|word| shot.shows(&word.rect));
        let placed = seen.map(|word| (word.text.clone(), shot.map.rect(&word.rect))).collect();
        document.picture(shot, &misread::misread(placed, draw), draw)?;
    }
    Ok(document.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design;
    use crate::draft::{Scene, Wish};
    use crate::paper;
    use crate::world::World;
    use crate::world::leases::Register;
    use rayon::prelude::*;
    use std::path::Path;

    /// Share of the words whose ink must be found where the map carries their boxes.
    const FOUND_SHARE: f32 = 0.9;

    #[test]
    fn boxes_are_carried_to_where_the_ink_is() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/designs"));
        let (press, world, designs) = (Press::new(root).unwrap(), World::load(), design::load(root).unwrap());
        let today = Date::new(2026, 11, 23).unwrap();
        let register = Register::draw(&world, 1, 60, today);
        let scene = Scene { world: &world, register: &register, designs: &designs, today };
        let kinds = [Kind::Scan, Kind::ScanOcr, Kind::Fax, Kind::Photo, Kind::Screen, Kind::LowResolution, Kind::Cut];
        let cases: Vec<(Kind, u64)> = kinds.iter().flat_map(|kind| (0..4).map(move |index| (*kind, index))).collect();
        let shares: Vec<(Kind, u64, usize, usize)> = cases
            .into_par_iter()
            .map(|(kind, index)| {
                let mut draw = Draw::new(3, index, kind.word());
                let paper = paper::draw(&press, scene, Wish::new("attestation", &[]), &draw).unwrap();
                let way = Way::draw(kind, false, today, &mut draw);
                let (mut shown, mut found) = (0, 0);
                for page in shoot(&press, &[&paper], way, &mut draw) {
                    let shot = page.shot.as_ref().unwrap();
                    let words = &paper.sheets.pages[page.index].words;
                    for word in
                        words.iter().filter(|word| word.text.chars().filter(|c| c.is_alphanumeric()).count() > 2)
                    {
                        shown += usize::from(shot.shows(&word.rect));
                        found += usize::from(page.shows(&word.rect));
                    }
                }
                (kind, index, shown, found)
            })
            .collect();
        // One photo in the dark, or one pale scan, may lose words; a wrong map loses nearly all of every picture.
        for kind in kinds {
            let of_kind = shares.iter().filter(|(other, ..)| *other == kind);
            let best = of_kind.map(|(_, _, shown, found)| *found as f32 / *shown as f32).fold(0.0, f32::max);
            assert!(best >= FOUND_SHARE, "{kind:?}: {shares:?}");
            let all: (usize, usize) = shares
                .iter()
                .filter(|(other, ..)| *other == kind)
                .fold((0, 0), |sum, (_, _, shown, found)| (sum.0 + shown, sum.1 + found));
            assert!(all.1 as f32 >= 0.75 * all.0 as f32, "{kind:?}: {shares:?}");
        }
    }
}
