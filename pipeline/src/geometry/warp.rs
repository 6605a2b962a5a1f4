//! Where the places of a page that was made level and flat stand on the page as a reader sees it.

use super::Rect;
use serde::{Deserialize, Serialize};

/// A grid of points, between which a place is found bilinearly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Warp(Vec<[f32; 2]>);

/// Points along each edge: enough for a perspective, and for a sheet that curls.
const POINTS: usize = 9;

impl Warp {
    /// Builds it from what says where a point of the level page is seen, both in fractions of their page.
    pub fn of(seen: impl Fn(f32, f32) -> (f32, f32)) -> Self {
        let part = |at: usize| at as f32 / (POINTS - 1) as f32;
        let point = |at: usize| seen(part(at % POINTS), part(at / POINTS)).into();
        Self((0..POINTS * POINTS).map(point).collect())
    }

    /// Tells whether it is whole, and every point is on the page.
    pub fn is_on_page(&self) -> bool {
        self.0.len() == POINTS * POINTS && self.0.iter().flatten().all(|edge| (0.0..=1.0).contains(edge))
    }

    /// Gives where a point of the level page is seen.
    pub fn point(&self, x: f32, y: f32) -> (f32, f32) {
        let cell = |at: f32| ((at.clamp(0.0, 1.0) * (POINTS - 1) as f32) as usize).min(POINTS - 2);
        let (column, row) = (cell(x), cell(y));
        let (u, v) = (x * (POINTS - 1) as f32 - column as f32, y * (POINTS - 1) as f32 - row as f32);
        let at = |column: usize, row: usize| self.0.get(row * POINTS + column).copied().unwrap_or([x, y]);
        let between = |edge: usize| {
            let upper = at(column, row)[edge] * (1.0 - u) + at(column + 1, row)[edge] * u;
            let lower = at(column, row + 1)[edge] * (1.0 - u) + at(column + 1, row + 1)[edge] * u;
            (upper * (1.0 - v) + lower * v).clamp(0.0, 1.0)
        };
        (between(0), between(1))
    }

    /// Gives the box around where a box of the level page is seen.
    pub fn rect(&self, level: &Rect) -> Rect {
        let corners = [(level.x0, level.y0), (level.x1, level.y0), (level.x1, level.y1), (level.x0, level.y1)];
        let seen = corners.map(|(x, y)| self.point(x, y)).map(|(x, y)| Rect { x0: x, y0: y, x1: x, y1: y });
        seen.iter().skip(1).fold(seen[0], |all, corner| all.union(corner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_seen_where_its_page_lies() {
        // A page that leans, in a perspective.
        let seen = |x: f32, y: f32| {
            let far = 1.0 + 0.2 * y;
            (0.1 + (0.7 * x + 0.06 * y) / far, 0.1 + (0.75 * y + 0.05 * x) / far)
        };
        let warp = Warp::of(seen);
        assert!(warp.is_on_page());
        for (x, y) in [(0.0, 0.0), (1.0, 1.0), (0.31, 0.77), (0.9, 0.05)] {
            let ((a, b), (c, d)) = (warp.point(x, y), seen(x, y));
            assert!((a - c).abs() < 0.001 && (b - d).abs() < 0.001, "{x} {y}: {a} {b} for {c} {d}");
        }
        let rect = warp.rect(&Rect::new(0.2, 0.4, 0.6, 0.42));
        let (left, right) = (seen(0.2, 0.4), seen(0.6, 0.42));
        assert!((rect.y0 - left.1).abs() < 0.001 && (rect.y1 - right.1).abs() < 0.001, "{rect:?}");
    }

    #[test]
    fn half_a_grid_and_points_that_are_none_are_told() {
        assert!(!Warp(vec![[0.5, 0.5]]).is_on_page());
        assert!(!Warp(vec![[f32::NAN, 0.0]; POINTS * POINTS]).is_on_page());
    }
}
