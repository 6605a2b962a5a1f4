//! Where points of the set page come to lie in a picture of it.
//!
//! Both sides are in fractions (0 to 1, origin top left), so that a map does not care about resolutions. Maps can be
//! followed both ways: forward to carry the boxes of the truth, backward to paint.

use guichet_pipeline::geometry::Rect;

/// One step of a map.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// A projective map and its inverse, row by row.
    Projective([f64; 9], [f64; 9]),
    /// A sheet that is not flat: y moves by `depth * sin(pi * waves * (x + shift))`.
    Bent { depth: f64, waves: f64, shift: f64 },
}

/// A map from the page to a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    steps: Vec<Step>,
}

impl Map {
    /// Goes on to the quadrilateral whose corners are where the page's lie: top left, top right, bottom right, bottom left.
    pub fn then_corners(&mut self, corners: [(f64, f64); 4]) {
        let forward = square_to(corners);
        self.steps.push(Step::Projective(forward, inverse(&forward)));
    }

    /// Goes on to a rectangle of the picture.
    pub fn then_rect(&mut self, x0: f64, y0: f64, x1: f64, y1: f64) {
        self.then_corners([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]);
    }

    /// Goes on to a part of what there is: the rectangle becomes the whole picture.
    pub fn then_crop(&mut self, x0: f64, y0: f64, x1: f64, y1: f64) {
        let (w, h) = (x1 - x0, y1 - y0);
        self.then_rect(-x0 / w, -y0 / h, (1.0 - x0) / w, (1.0 - y0) / h);
    }

    /// Goes on to a picture turned clockwise by that many quarters.
    pub fn then_turn(&mut self, quarters: u8) {
        let mut corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
        // The page's top left corner comes to lie where the next corner was.
        corners.rotate_left(usize::from(quarters % 4));
        self.then_corners(corners);
    }

    /// Goes on to a turn by a small angle about the middle of a picture of that aspect (width over height).
    pub fn then_skew(&mut self, degrees: f64, aspect: f64) {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let turn = |(x, y): (f64, f64)| {
            let (dx, dy) = ((x - 0.5) * aspect, y - 0.5);
            ((dx * cos - dy * sin) / aspect + 0.5, dx * sin + dy * cos + 0.5)
        };
        self.then_corners([turn((0.0, 0.0)), turn((1.0, 0.0)), turn((1.0, 1.0)), turn((0.0, 1.0))]);
    }

    /// Goes on to a sheet that is not flat.
    pub fn then_bend(&mut self, depth: f64, waves: f64, shift: f64) {
        self.steps.push(Step::Bent { depth, waves, shift });
    }

    /// Goes on along another map.
    pub fn then(&mut self, other: &Self) {
        self.steps.extend_from_slice(&other.steps);
    }

    /// Begins with a step that brings a whole picture into a box of the page: for what is laid over it.
    pub fn before_rect(&mut self, rect: &Rect) {
        let mut first = Self::default();
        first.then_rect(rect.x0.into(), rect.y0.into(), rect.x1.into(), rect.y1.into());
        self.steps.splice(0..0, first.steps);
    }

    /// Gives where a point of the page lies in the picture.
    pub fn point(&self, (x, y): (f64, f64)) -> (f64, f64) {
        self.steps.iter().fold((x, y), |at, step| match step {
            Step::Projective(forward, _) => project(forward, at),
            Step::Bent { depth, waves, shift } => (at.0, at.1 + bend(*depth, *waves, *shift, at.0)),
        })
    }

    /// Gives which point of the page a point of the picture shows.
    pub fn back(&self, (x, y): (f64, f64)) -> (f64, f64) {
        self.steps.iter().rev().fold((x, y), |at, step| match step {
            Step::Projective(_, backward) => project(backward, at),
            Step::Bent { depth, waves, shift } => (at.0, at.1 - bend(*depth, *waves, *shift, at.0)),
        })
    }

    /// Gives the box in the picture around a box of the page.
    pub fn rect(&self, rect: &Rect) -> Rect {
        let (x0, y0, x1, y1) = (f64::from(rect.x0), f64::from(rect.y0), f64::from(rect.x1), f64::from(rect.y1));
        let middle = (x0 + x1) / 2.0;
        let points = [(x0, y0), (middle, y0), (x1, y0), (x1, y1), (middle, y1), (x0, y1)].map(|at| self.point(at));
        let mut out = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
        for (x, y) in points {
            out = [out[0].min(x), out[1].min(y), out[2].max(x), out[3].max(y)];
        }
        Rect { x0: out[0] as f32, y0: out[1] as f32, x1: out[2] as f32, y1: out[3] as f32 }
    }

    /// Tells whether a box of the page lies inside the picture, but for a hair.
    pub fn shows(&self, rect: &Rect) -> bool {
        const HAIR: f32 = 0.002;
        let at = self.rect(rect);
        at.x0 >= -HAIR && at.y0 >= -HAIR && at.x1 <= 1.0 + HAIR && at.y1 <= 1.0 + HAIR
    }

    /// Gives the backward map as one projective map, if it is one: painting is then twice as fast.
    pub fn backward_projective(&self) -> Option<[f64; 9]> {
        let mut whole = IDENTITY;
        for step in &self.steps {
            let Step::Projective(_, backward) = step else { return None };
            whole = multiply(&whole, backward);
        }
        Some(whole)
    }
}

const IDENTITY: [f64; 9] = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];

fn bend(depth: f64, waves: f64, shift: f64, x: f64) -> f64 {
    depth * (std::f64::consts::PI * waves * (x + shift)).sin()
}

fn project(m: &[f64; 9], (x, y): (f64, f64)) -> (f64, f64) {
    let w = m[6] * x + m[7] * y + m[8];
    ((m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w)
}

fn multiply(a: &[f64; 9], b: &[f64; 9]) -> [f64; 9] {
    let mut out = [0.0; 9];
    for row in 0..3 {
        for column in 0..3 {
            out[row * 3 + column] = (0..3).map(|k| a[row * 3 + k] * b[k * 3 + column]).sum();
        }
    }
    out
}

/// Gives the projective map of the unit square onto a quadrilateral (Heckbert, "Fundamentals of Texture Mapping", 1989).
fn square_to([p0, p1, p2, p3]: [(f64, f64); 4]) -> [f64; 9] {
    let (dx1, dx2) = (p1.0 - p2.0, p3.0 - p2.0);
    let (dy1, dy2) = (p1.1 - p2.1, p3.1 - p2.1);
    let (sx, sy) = (p0.0 - p1.0 + p2.0 - p3.0, p0.1 - p1.1 + p2.1 - p3.1);
    let det = dx1 * dy2 - dx2 * dy1;
    let g = (sx * dy2 - dx2 * sy) / det;
    let h = (dx1 * sy - sx * dy1) / det;
    [
        p1.0 - p0.0 + g * p1.0,
        p3.0 - p0.0 + h * p3.0,
        p0.0,
        p1.1 - p0.1 + g * p1.1,
        p3.1 - p0.1 + h * p3.1,
        p0.1,
        g,
        h,
        1.0,
    ]
}

fn inverse(m: &[f64; 9]) -> [f64; 9] {
    let cofactor = |a: usize, b: usize, c: usize, d: usize| m[a] * m[d] - m[b] * m[c];
    let adjugate = [
        cofactor(4, 5, 7, 8),
        -cofactor(1, 2, 7, 8),
        cofactor(1, 2, 4, 5),
        -cofactor(3, 5, 6, 8),
        cofactor(0, 2, 6, 8),
        -cofactor(0, 2, 3, 5),
        cofactor(3, 4, 6, 7),
        -cofactor(0, 1, 6, 7),
        cofactor(0, 1, 3, 4),
    ];
    // The scale of a projective map is free.
    let scale = if adjugate[8].abs() > 1e-12 { adjugate[8] } else { 1.0 };
    adjugate.map(|value| value / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: (f64, f64), b: (f64, f64)) -> bool {
        (a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9
    }

    #[test]
    fn maps_lead_back() {
        let mut map = Map::default();
        map.then_skew(1.3, 0.7);
        map.then_bend(0.02, 1.0, 0.1);
        map.then_corners([(0.12, 0.1), (0.9, 0.07), (0.95, 0.93), (0.05, 0.97)]);
        map.then_turn(1);
        map.then_crop(0.1, 0.0, 0.9, 0.8);
        for at in [(0.0, 0.0), (0.3, 0.8), (1.0, 0.5)] {
            assert!(near(map.back(map.point(at)), at), "{at:?}");
        }
    }

    #[test]
    fn turns_are_clockwise() {
        for (quarters, expected) in [(1, (0.9, 0.2)), (2, (0.8, 0.9)), (3, (0.1, 0.8))] {
            let mut map = Map::default();
            map.then_turn(quarters);
            assert!(near(map.point((0.2, 0.1)), expected), "{quarters}: {:?}", map.point((0.2, 0.1)));
        }
    }

    #[test]
    fn a_chain_of_projective_maps_is_one() {
        let mut map = Map::default();
        map.then_corners([(0.12, 0.1), (0.9, 0.07), (0.95, 0.93), (0.05, 0.97)]);
        map.then_turn(3);
        let whole = map.backward_projective().unwrap();
        assert!(near(project(&whole, (0.4, 0.6)), map.back((0.4, 0.6))));
    }

    #[test]
    fn crops_hide_what_lies_outside() {
        let mut map = Map::default();
        map.then_crop(0.0, 0.0, 1.0, 0.5);
        assert!(map.shows(&Rect::new(0.1, 0.1, 0.2, 0.2)));
        assert!(!map.shows(&Rect::new(0.1, 0.45, 0.2, 0.55)));
    }
}
