//! Rectangles on a page, and quarter turns of it.

mod warp;

pub use warp::Warp;

use serde::{Deserialize, Serialize};

/// A box in fractions of the page as a reader sees it (after rotation), origin at the top left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge, 0 to 1.
    pub x0: f32,
    /// Top edge, 0 to 1.
    pub y0: f32,
    /// Right edge, 0 to 1.
    pub x1: f32,
    /// Bottom edge, 0 to 1.
    pub y1: f32,
}

/// Quarter turns, clockwise, that set a page upright.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Turn {
    /// It stands upright.
    #[default]
    None,
    /// A quarter clockwise.
    Right,
    /// Upside down.
    Half,
    /// A quarter anticlockwise.
    Left,
}

impl Turn {
    /// Gives the turn that undoes this one.
    pub fn back(self) -> Self {
        match self {
            Self::Right => Self::Left,
            Self::Left => Self::Right,
            other => other,
        }
    }

    /// Tells whether width and height change places.
    pub fn is_sideways(self) -> bool {
        matches!(self, Self::Left | Self::Right)
    }
}

impl Rect {
    /// Builds a box, its edges put in order.
    pub fn new(x0: f32, y0: f32, x1: f32, y1: f32) -> Self {
        Self { x0: x0.min(x1), y0: y0.min(y1), x1: x0.max(x1), y1: y0.max(y1) }
    }

    /// Gives the width as a fraction of the page.
    pub fn width(&self) -> f32 {
        self.x1 - self.x0
    }

    /// Gives the height as a fraction of the page.
    pub fn height(&self) -> f32 {
        self.y1 - self.y0
    }

    /// Gives the surface as a fraction of the page.
    pub fn area(&self) -> f32 {
        self.width() * self.height()
    }

    /// Gives the vertical middle.
    pub fn mid_y(&self) -> f32 {
        (self.y0 + self.y1) / 2.0
    }

    /// Gives the horizontal middle.
    pub fn mid_x(&self) -> f32 {
        (self.x0 + self.x1) / 2.0
    }

    /// Gives the smallest box around both.
    pub fn union(&self, other: &Self) -> Self {
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// Gives the surface shared by both.
    pub fn overlap(&self, other: &Self) -> f32 {
        let width = self.x1.min(other.x1) - self.x0.max(other.x0);
        let height = self.y1.min(other.y1) - self.y0.max(other.y0);
        if width > 0.0 && height > 0.0 { width * height } else { 0.0 }
    }

    /// Gives the share of the smaller height on which both stand side by side, 0 to 1.
    pub fn vertical_overlap(&self, other: &Self) -> f32 {
        let shared = self.y1.min(other.y1) - self.y0.max(other.y0);
        let smaller = self.height().min(other.height()).max(f32::EPSILON);
        (shared / smaller).clamp(0.0, 1.0)
    }

    /// Gives where the box stands once the page is turned.
    pub fn turned(&self, turn: Turn) -> Self {
        let Self { x0, y0, x1, y1 } = *self;
        match turn {
            Turn::None => *self,
            Turn::Right => Self::new(1.0 - y1, x0, 1.0 - y0, x1),
            Turn::Half => Self::new(1.0 - x1, 1.0 - y1, 1.0 - x0, 1.0 - y0),
            Turn::Left => Self::new(y0, 1.0 - x1, y1, 1.0 - x0),
        }
    }

    /// Gives the smallest box around all of `rects`, if there are any.
    pub fn around<'a>(rects: impl IntoIterator<Item = &'a Rect>) -> Option<Rect> {
        rects.into_iter().copied().reduce(|a, b| a.union(&b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_undo_one_another() {
        let rect = Rect::new(0.125, 0.25, 0.5, 0.375);
        // The top left corner goes to the top right in a quarter clockwise.
        assert_eq!(rect.turned(Turn::Right), Rect::new(0.625, 0.125, 0.75, 0.5));
        for turn in [Turn::None, Turn::Right, Turn::Half, Turn::Left] {
            assert_eq!(rect.turned(turn).turned(turn.back()), rect, "{turn:?}");
        }
    }

    #[test]
    fn overlap_of_boxes_that_touch_is_nothing() {
        let left = Rect::new(0.0, 0.0, 0.5, 1.0);
        let right = Rect::new(0.5, 0.0, 1.0, 1.0);
        assert_eq!(left.overlap(&right), 0.0);
        assert_eq!(left.union(&right), Rect::new(0.0, 0.0, 1.0, 1.0));
        assert_eq!(left.vertical_overlap(&right), 1.0);
    }
}
