//! Lines of text that bend: a sheet that curls, a page photographed from the side. Found by projection like the skew,
//! undone by moving each column of pixels up and down.

use super::skew::{edges, gathered, lean_of};
use image::GrayImage;

/// Shapes that a line may take, by the place on the page from -0.5 to 0.5: a slope, a bow, an S, and how they change down
/// the page.
const SHAPES: usize = 6;
/// Steps in which they grow, in heights of the page, and the rows that are taken together at each.
const STEPS: [(f32, f32); 5] = [(0.032, 5.0), (0.016, 3.0), (0.008, 2.0), (0.004, 1.0), (0.002, 1.0)];
/// No shape is larger than this, in heights of the page.
const MOST: f32 = 0.16;
/// Passes over the shapes at each step.
const PASSES: usize = 6;
/// Fewer points than this tell nothing.
const FEWEST_POINTS: usize = 250;
/// How much sharper the profile has to be for a page to be straightened: what is flat stays untouched.
const SHARPER: f64 = 1.08;

/// How the lines of a page bend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bend {
    shapes: [f32; SHAPES],
    width: f32,
    height: f32,
}

/// Thirds that lean within so many degrees of one another lean alike.
const LEAN_STEP: f32 = 1.0;

impl Bend {
    /// Finds how the lines of a level page bend; `None` where they are straight or it cannot be told.
    ///
    /// The shape under which the lower edges of ink fall into the fewest rows, looked for from a flat page and from one whose
    /// thirds lean as they do by themselves.
    pub fn of(page: &GrayImage) -> Option<Self> {
        let (points, step) = edges(page);
        if points.len() < FEWEST_POINTS {
            return None;
        }
        let (width, height) = (page.width() as f32 / step, page.height() as f32 / step);
        let flat = Self { shapes: [0.0; SHAPES], width, height };
        let mut bins = Vec::new();
        let before = flat.sharpness(&points, 1.0, &mut bins);
        let (mut best, mut bend) = (SHARPER * before, None);
        // A fan that is no sharper leads nowhere, and each way costs as much as the other.
        let fan = flat.fanned(&points).filter(|fan| fan.sharpness(&points, 1.0, &mut bins) > before);
        for start in [Some(flat), fan].into_iter().flatten() {
            let found = start.improved(&points, &mut bins);
            let sharpness = found.sharpness(&points, 1.0, &mut bins);
            if sharpness > best {
                (best, bend) = (sharpness, Some(found));
            }
        }
        bend.map(|bend| Self { width: page.width() as f32, height: page.height() as f32, ..bend })
    }

    /// Gives the shape whose lines lean as they do in each third of the page; `None` where the thirds lean alike.
    fn fanned(&self, points: &[(f32, f32)]) -> Option<Self> {
        let third = self.height / 3.0;
        let mut leans = [0.0; 3];
        for (i, lean) in leans.iter_mut().enumerate() {
            let inside = |y: f32| (i as f32 * third..(i + 1) as f32 * third).contains(&y);
            let points: Vec<(f32, f32)> = points.iter().copied().filter(|&(_, y)| inside(y)).collect();
            *lean = if points.len() < FEWEST_POINTS { f32::NAN } else { lean_of(&points) };
        }
        // What cannot be told of one third is as in the middle, or as in the others.
        let known: Vec<f32> = leans.iter().copied().filter(|lean| !lean.is_nan()).collect();
        let spread = |wanted: fn(f32, f32) -> f32| known.iter().copied().reduce(wanted);
        if spread(f32::max)? - spread(f32::min)? < LEAN_STEP.to_radians() {
            return None;
        }
        let or = |lean: f32, other: f32| if lean.is_nan() { other } else { lean };
        let middle = or(leans[1], known.iter().sum::<f32>() / known.len() as f32);
        let (upper, lower) = (or(leans[0], middle), or(leans[2], middle));
        // The middles of the thirds are at -1/3, 0 and 1/3; a slope s is s · width / height in heights of the page.
        let scale = self.width / self.height;
        let bounded = |value: f32| (value * scale).clamp(-MOST, MOST);
        let (slope, fan) = (bounded(middle), bounded(1.5 * (lower - upper)));
        let fan_far = bounded(4.5 * (upper + lower - 2.0 * middle));
        Some(Self { shapes: [slope, 0.0, 0.0, fan, 0.0, fan_far], ..*self })
    }

    /// Sharpens the profile, shape by shape, in ever smaller steps.
    fn improved(self, points: &[(f32, f32)], bins: &mut Vec<u32>) -> Self {
        let mut bend = self;
        for (step, rows) in STEPS {
            let mut best = bend.sharpness(points, rows, bins);
            for _ in 0..PASSES {
                let before = best;
                for shape in 0..SHAPES {
                    for change in [step, -step] {
                        let mut other = bend;
                        other.shapes[shape] += change;
                        if other.shapes[shape].abs() > MOST {
                            continue;
                        }
                        let sharpness = other.sharpness(points, rows, bins);
                        if sharpness > best {
                            (best, bend) = (sharpness, other);
                        }
                    }
                }
                if best <= before {
                    break;
                }
            }
        }
        bend
    }

    /// Gives how far down a place has to go, in pixels.
    fn down(&self, x: f32, y: f32) -> f32 {
        let (u, v) = (x / self.width - 0.5, y / self.height - 0.5);
        let [slope, bow, wave, fan, fan_bow, fan_far] = self.shapes;
        let shape = slope * u + bow * u * u + wave * u * u * u + v * (fan * u + fan_bow * u * u) + fan_far * u * v * v;
        shape * self.height
    }

    fn sharpness(&self, points: &[(f32, f32)], rows: f32, bins: &mut Vec<u32>) -> f64 {
        let row = |&(x, y): &(f32, f32)| (y + self.down(x, y) + 0.25 * self.height) / rows;
        gathered(points.iter().map(row), (1.5 * self.height / rows) as usize + 2, bins)
    }

    /// Gives the row, before the page was straightened, of what stands at a place now; both in pixels.
    pub fn before(&self, x: f32, y: f32) -> f32 {
        // The shapes are flat: two rounds are exact to a fraction of a pixel.
        let near = y - self.down(x, y);
        let near = y - self.down(x, near);
        y - self.down(x, near)
    }

    /// Straightens the page on which it was found.
    pub fn straightened(&self, page: &GrayImage) -> GrayImage {
        let last = page.height() as f32 - 1.0;
        GrayImage::from_fn(page.width(), page.height(), |x, y| {
            let row = self.before(x as f32, y as f32);
            if !(0.0..last).contains(&row) {
                return image::Luma([255]);
            }
            let (upper, part) = (row as u32, row.fract());
            let at = |y| f32::from(page.get_pixel(x, y).0[0]);
            image::Luma([(at(upper) * (1.0 - part) + at(upper + 1) * part) as u8])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// A page of lines of dashes; `down` says how far below its row each place of a line stands.
    fn page(down: impl Fn(f32, f32) -> f32) -> GrayImage {
        GrayImage::from_fn(800, 1100, |x, y| {
            // The row that a place belongs to, to a pixel.
            let own = y as f32 - down(x as f32, y as f32);
            let own = y as f32 - down(x as f32, own);
            let line = (own / 30.0).floor();
            let within = own - 30.0 * line - (line * 37.0) % 17.0;
            let inked = (100.0..1000.0).contains(&own) && (0.0..9.0).contains(&within);
            let dash = (60..740).contains(&x) && x % 14 < 9;
            Luma([if inked && dash { 20 } else { 250 }])
        })
    }

    /// Gives how many rows hold both ink and paper between the margins: few when lines are level.
    fn mixed(page: &GrayImage) -> usize {
        let row = |y: u32| {
            let inked = (60..740).filter(|&x| x % 14 < 9).map(|x| page.get_pixel(x, y).0[0] < 128);
            let (dark, all) = inked.fold((0, 0), |(dark, all), ink| (dark + usize::from(ink), all + 1));
            (all / 20..all - all / 20).contains(&dark)
        };
        (0..page.height()).filter(|&y| row(y)).count()
    }

    #[test]
    fn a_bow_an_s_and_a_fan_are_made_straight() {
        for down in [
            |x: f32, _: f32| 30.0 * ((x - 400.0) / 400.0).powi(2),
            |x: f32, _: f32| 24.0 * ((x - 400.0) / 400.0).powi(3),
            |x: f32, y: f32| (x - 400.0) * (y - 550.0) / 9000.0,
            // As far as the corners of a sheet were missed: no small step from a flat page leads there.
            |x: f32, y: f32| (x - 400.0) * (y - 900.0) / 6000.0,
        ] {
            let bent = page(down);
            let bend = Bend::of(&bent).unwrap();
            let straight = bend.straightened(&bent);
            assert!(mixed(&straight) * 4 < mixed(&bent), "{} of {}", mixed(&straight), mixed(&bent));
            // A place goes back to where it was.
            let (x, row) = (700.0_f32, 580.0_f32);
            let back = bend.before(x, row) - bend.before(400.0, row);
            assert!((back - (down(x, row) - down(400.0, row))).abs() < 3.0, "{back}");
        }
    }

    #[test]
    fn straight_and_empty_pages_are_left_alone() {
        assert_eq!(Bend::of(&page(|_, _| 0.0)), None);
        assert_eq!(Bend::of(&GrayImage::from_pixel(800, 1100, Luma([255]))), None);
    }
}
