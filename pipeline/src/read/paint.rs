//! What a PDF page paints, in order: characters with their font, filled boxes, pictures.
//!
//! Tells which text is visible: what a later box or picture hides is not read, and is a sign when it was replaced.

use super::layout::Glyph;
use super::pdf::{PageSize, placed};
use hayro::hayro_interpret::font::{Glyph as FontGlyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask,
};
use hayro::kurbo::{Affine, BezPath, Point, Rect as KurboRect, Shape};

/// A character as painted.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PaintedGlyph {
    pub(super) glyph: Glyph,
    /// Index into [`Painted::fonts`].
    pub(super) font: usize,
    /// False when the text is there for searching only.
    pub(super) visible: bool,
    /// When it was painted.
    order: usize,
}

/// A box or a picture that hides what is under it, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cover {
    pub(super) x0: f32,
    pub(super) y0: f32,
    pub(super) x1: f32,
    pub(super) y1: f32,
    order: usize,
    /// A picture rather than a filled box.
    pub(super) picture: bool,
    /// Brightness of the box, 0 to 255; pictures count as bright.
    pub(super) light: u8,
}

/// What a page paints.
#[derive(Clone, Debug, Default)]
pub(super) struct Painted {
    pub(super) glyphs: Vec<PaintedGlyph>,
    /// Names of the fonts, without the prefix of subsets.
    pub(super) fonts: Vec<String>,
    /// Characters whose letter nobody can tell.
    pub(super) unknown: usize,
    /// Boxes and pictures in the order they were painted.
    pub(super) covers: Vec<Cover>,
    /// Filled outlines of the size of letters.
    pub(super) outlines: usize,
    /// Squares of the size of boxes to tick.
    pub(super) squares: usize,
    /// Share of the page under pictures, 0 to 1.
    pub(super) pictured: f32,
    /// The page shows one upright picture and nothing else, as scanners write it: which of its pictures, from 0.
    pub(super) scan: Option<usize>,
}

/// A cover that hides text.
#[derive(Clone, Debug)]
pub(super) struct Hidden {
    pub(super) cover: Cover,
    /// Text painted on the cover afterwards.
    pub(super) replaced_by: String,
}

impl Painted {
    /// Gives the characters that can be seen, in the order of the file.
    pub(super) fn seen(&self) -> impl Iterator<Item = &PaintedGlyph> {
        self.glyphs.iter().filter(|glyph| glyph.visible && !self.covers.iter().any(|cover| cover.hides(glyph)))
    }

    /// Gives what is hidden under boxes and small pictures.
    pub(super) fn hidden(&self) -> Vec<Hidden> {
        let mut all = Vec::new();
        for cover in &self.covers {
            let text: String = self
                .glyphs
                .iter()
                .filter(|glyph| glyph.visible && cover.hides(glyph))
                .map(|glyph| glyph.glyph.text.as_str())
                .collect();
            if text.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
                continue;
            }
            let later = self
                .glyphs
                .iter()
                .filter(|glyph| glyph.visible && glyph.order > cover.order && cover.contains(&glyph.glyph));
            let replaced_by: String = later.map(|glyph| glyph.glyph.text.as_str()).collect();
            all.push(Hidden { cover: *cover, replaced_by: replaced_by.trim().to_owned() });
        }
        all
    }
}

impl Cover {
    fn contains(&self, glyph: &Glyph) -> bool {
        let (x, y) = ((glyph.x0 + glyph.x1) / 2.0, glyph.y - 0.3 * glyph.size);
        x > self.x0 && x < self.x1 && y > self.y0 && y < self.y1
    }

    fn hides(&self, glyph: &PaintedGlyph) -> bool {
        glyph.order < self.order && self.contains(&glyph.glyph)
    }
}

/// A larger box is the ground of the page, not a patch on it.
const LARGEST_COVER: f32 = 0.6;

/// The device that notes instead of drawing.
pub(super) struct Painter {
    size: PageSize,
    painted: Painted,
    order: usize,
    pictures: usize,
    transparent: usize,
    groups: Vec<bool>,
}

impl Painter {
    pub(super) fn new(size: PageSize) -> Self {
        Self { size, painted: Painted::default(), order: 0, pictures: 0, transparent: 0, groups: Vec::new() }
    }

    pub(super) fn finish(mut self) -> Painted {
        let whole = self.size.width * self.size.height;
        let pictures = self.painted.covers.iter().filter(|cover| cover.picture);
        self.painted.pictured =
            (pictures.map(|cover| (cover.x1 - cover.x0) * (cover.y1 - cover.y0)).sum::<f32>() / whole).min(1.0);
        self.painted
    }

    fn font(&mut self, glyph: &FontGlyph<'_>) -> usize {
        let name = match glyph {
            FontGlyph::Outline(outline) => {
                outline.font_data().and_then(|data| data.postscript_name).unwrap_or_default()
            }
            FontGlyph::Type3(_) => "Type3".to_owned(),
        };
        let name = name.split_once('+').map_or(name.as_str(), |(_, rest)| rest).to_owned();
        self.painted.fonts.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.painted.fonts.push(name);
            self.painted.fonts.len() - 1
        })
    }

    /// Counts squares of 4 to 17 points.
    fn note_square(&mut self, area: KurboRect) {
        let (width, height) = (area.width(), area.height());
        let square = width.max(height) < 1.2 * width.min(height);
        self.painted.squares += usize::from(square && (4.0..17.0).contains(&width));
    }

    /// Tells whether an area is the page, to a hundredth of its sides.
    fn is_page(&self, area: &KurboRect) -> bool {
        let (width, height) = (f64::from(self.size.width), f64::from(self.size.height));
        let near = |a: f64, b: f64, side: f64| (a - b).abs() < 0.01 * side;
        near(area.x0, 0.0, width)
            && near(area.x1, width, width)
            && near(area.y0, 0.0, height)
            && near(area.y1, height, height)
    }

    fn cover(&mut self, area: KurboRect, picture: bool, light: u8) {
        let (width, height) = (f64::from(self.size.width), f64::from(self.size.height));
        let area = area.intersect(KurboRect::new(0.0, 0.0, width, height));
        if area.width() < 2.0 || area.height() < 2.0 {
            return;
        }
        self.painted.covers.push(Cover {
            x0: area.x0 as f32,
            y0: area.y0 as f32,
            x1: area.x1 as f32,
            y1: area.y1 as f32,
            order: self.order,
            picture,
            light,
        });
    }
}

/// Tells whether a picture is neither turned, mirrored nor stretched: a fax may have half as many lines an inch as columns.
fn upright(transform: &Affine) -> bool {
    let [across, b, c, down, ..] = transform.as_coeffs();
    let straight = b.abs() < 1e-3 * across && c.abs() < 1e-3 * down;
    across > 0.0 && down > 0.0 && straight && (across - down).abs() < 0.03 * across
}

impl<'a> Device<'a> for Painter {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, draw_mode: &DrawMode) {
        self.order += 1;
        self.painted.scan = None;
        let area = (props.transform * path.clone()).bounding_box();
        self.note_square(area);
        if !matches!(draw_mode, DrawMode::Fill(_) | DrawMode::FillAndStroke(..)) {
            return;
        }
        let straight = path.segments().all(|segment| matches!(segment, hayro::kurbo::PathSeg::Line(_)));
        if area.height() < 40.0 && area.width() < 40.0 && !(straight && path.segments().count() <= 5) {
            self.painted.outlines += 1;
            return;
        }
        if !straight || path.segments().count() > 5 {
            return;
        }
        self.draw_rect(&path.bounding_box(), props, draw_mode);
    }

    fn draw_rect(&mut self, rect: &KurboRect, props: DrawProps<'a>, draw_mode: &DrawMode) {
        self.order += 1;
        self.painted.scan = None;
        let opaque =
            self.transparent == 0 && props.soft_mask.is_none() && matches!(props.blend_mode, BlendMode::Normal);
        let (Paint::Color(colour), true) = (&props.paint, opaque) else { return };
        let [r, g, b, a] = colour.to_rgba().to_rgba8();
        let area = props.transform.transform_rect_bbox(*rect);
        self.note_square(area);
        let share = area.area() as f32 / (self.size.width * self.size.height);
        if a >= 250 && share < LARGEST_COVER && matches!(draw_mode, DrawMode::Fill(_) | DrawMode::FillAndStroke(..)) {
            let light = ((u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1000) as u8;
            self.cover(area, false, light);
        }
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_transparency_group(&mut self, opacity: f32, mask: Option<SoftMask<'a>>, _: BlendMode) {
        let transparent = opacity < 0.98 || mask.is_some();
        self.groups.push(transparent);
        self.transparent += usize::from(transparent);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, draw_mode: &DrawMode) {
        self.order += 1;
        if !matches!(draw_mode, DrawMode::Invisible) {
            self.painted.scan = None;
        }
        for glyph in run.glyphs() {
            let text = match glyph.as_unicode() {
                Some(BfString::Char(c)) => c.to_string(),
                Some(BfString::String(text)) => text,
                None => {
                    self.painted.unknown += 1;
                    continue;
                }
            };
            let place: Affine = props.transform * glyph.transform();
            let advance = match &**glyph {
                FontGlyph::Outline(outline) => outline.advance_width(),
                FontGlyph::Type3(drawn) => drawn.advance_width(),
            };
            let advance = f64::from(advance.unwrap_or(500.0));
            let (from, to, up) =
                (place * Point::ORIGIN, place * Point::new(advance, 0.0), place * Point::new(0.0, 1000.0));
            if let Some(placed) = placed(&text, from, to, up).filter(|glyph| self.size.holds(glyph)) {
                let font = self.font(glyph);
                let visible = !matches!(draw_mode, DrawMode::Invisible);
                self.painted.glyphs.push(PaintedGlyph { glyph: placed, font, visible, order: self.order });
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.order += 1;
        let (width, height, opaque) = match &image {
            Image::Stencil(stencil) => (stencil.width(), stencil.height(), false),
            Image::Raster(raster) => (
                raster.width(),
                raster.height(),
                raster.stream().dict().get::<hayro::hayro_syntax::object::Stream<'_>>(b"SMask".as_ref()).is_none(),
            ),
        };
        let area = props.transform.transform_rect_bbox(KurboRect::new(0.0, 0.0, f64::from(width), f64::from(height)));
        let opaque = opaque
            && self.transparent == 0
            && props.soft_mask.is_none()
            && matches!(props.blend_mode, BlendMode::Normal);
        let whole = opaque && matches!(image, Image::Raster(_)) && upright(&props.transform) && self.is_page(&area);
        self.painted.scan = whole.then_some(self.pictures);
        self.pictures += 1;
        if opaque {
            self.cover(area, true, 255);
        } else {
            // Counts as a picture but hides nothing.
            let whole = self.size.width * self.size.height;
            if area.area() as f32 > 0.3 * whole {
                self.order = self.order.max(1);
                self.painted.covers.insert(
                    0,
                    Cover {
                        x0: area.x0.max(0.0) as f32,
                        y0: area.y0.max(0.0) as f32,
                        x1: area.x1.min(f64::from(self.size.width)) as f32,
                        y1: area.y1.min(f64::from(self.size.height)) as f32,
                        order: 0,
                        picture: true,
                        light: 255,
                    },
                );
            }
        }
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {
        if self.groups.pop().unwrap_or_default() {
            self.transparent -= 1;
        }
    }
}
