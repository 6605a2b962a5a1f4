//! What happens to a paper between the printer and the landlord's mailbox.
//!
//! A page (with what was stamped, written or folded on it) is shot by a device: scanner, copier, fax, camera, screen. Out
//! comes a picture with the map from the page to it, so that the boxes of the truth can be carried over. One file a kind.

pub mod camera;
pub mod copier;
pub mod crease;
pub mod cut;
pub mod fax;
pub mod legible;
pub mod map;
pub mod misread;
pub mod overlay;
pub mod paint;
pub mod raster;
pub mod scanner;
pub mod screen;
pub mod surface;

use crate::typeset::Sheets;
use guichet_pipeline::geometry::Rect;
use map::Map;
use overlay::Overlay;
use raster::Raster;

/// How a paper is sent: the `kind` of a truth line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The PDF as it was made.
    Native,
    /// A scan.
    Scan,
    /// A scan whose PDF has a bad text layer.
    ScanOcr,
    /// A photocopy, scanned.
    Photocopy,
    /// A fax.
    Fax,
    /// A photo of the sheet.
    Photo,
    /// A picture of a screen.
    Screen,
    /// A small picture, much compressed.
    LowResolution,
    /// A part of the page is missing.
    Cut,
    /// Too little can be read.
    Unreadable,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Native,
        Self::Scan,
        Self::ScanOcr,
        Self::Photocopy,
        Self::Fax,
        Self::Photo,
        Self::Screen,
        Self::LowResolution,
        Self::Cut,
        Self::Unreadable,
    ];

    /// Gives its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Native => "natif",
            Self::Scan => "scan",
            Self::ScanOcr => "scan_ocr",
            Self::Photocopy => "photocopie",
            Self::Fax => "fax",
            Self::Photo => "photo",
            Self::Screen => "capture",
            Self::LowResolution => "basse_resolution",
            Self::Cut => "coupe",
            Self::Unreadable => "illisible",
        }
    }

    /// Gives how often it is drawn.
    pub fn weight(self) -> f64 {
        match self {
            Self::Native => 30.0,
            Self::Scan => 20.0,
            Self::ScanOcr => 5.0,
            Self::Photocopy => 7.0,
            Self::Fax => 4.0,
            Self::Photo => 21.0,
            Self::Screen | Self::LowResolution => 4.0,
            Self::Cut => 2.5,
            Self::Unreadable => 2.5,
        }
    }

    /// Finds a kind by its word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A page as it lies on the table: what was printed, and what came on it later.
#[derive(Debug)]
pub struct Page<'a> {
    /// The paper.
    pub sheets: &'a Sheets,
    /// Which page of it.
    pub index: usize,
    /// Stamps and notes.
    pub overlays: &'a [Overlay],
    /// Folds.
    pub creases: &'a [crease::Crease],
}

impl Page<'_> {
    /// Gives its pixels, in colour.
    pub fn raster(&self, dpi: f32) -> Raster {
        let mut raster = Raster::from_rgb(self.sheets.pixels(self.index, dpi));
        for overlay in self.overlays {
            overlay.lay(&mut raster, dpi);
        }
        for crease in self.creases {
            crease.shade(&mut raster);
        }
        raster
    }

    /// Gives width over height.
    pub fn aspect(&self) -> f64 {
        let page = &self.sheets.pages[self.index];
        f64::from(page.width) / f64::from(page.height)
    }
}

/// A picture of a page.
#[derive(Clone, Debug)]
pub struct Shot {
    /// The pixels.
    pub raster: Raster,
    /// From the page to the pixels as they are stored.
    pub map: Map,
    /// The part of the picture in which the page can show: bars of a screen hide the rest.
    pub window: Rect,
    /// Quarters by which the stored picture must be turned clockwise to be read.
    pub to_upright: u8,
    /// Pixels an inch.
    pub dpi: f32,
    /// Black and white only.
    pub bilevel: bool,
    /// JPEG quality, where it is stored as one.
    pub quality: u8,
    /// EXIF orientation, where it is stored as JPEG by a camera.
    pub exif: Option<u16>,
}

/// All of a picture.
pub const WHOLE: Rect = Rect { x0: 0.0, y0: 0.0, x1: 1.0, y1: 1.0 };

impl Shot {
    /// Tells whether a box of the page shows in the picture.
    pub fn shows(&self, rect: &Rect) -> bool {
        self.map.shows(rect) && self.map.rect(rect).y1 <= self.window.y1 + 0.002
    }

    /// Turns the stored picture clockwise.
    pub fn turn(&mut self, quarters: u8) {
        if quarters.is_multiple_of(4) {
            return;
        }
        self.raster = self.raster.turned(quarters);
        self.map.then_turn(quarters);
        self.to_upright = (self.to_upright + 4 - quarters % 4) % 4;
    }

    /// Gives the map from the page to the picture as a reader sees it.
    pub fn upright_map(&self) -> Map {
        let mut map = self.map.clone();
        map.then_turn(self.to_upright);
        map
    }
}
