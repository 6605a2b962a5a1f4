//! How often readings were right that were made with a certain sureness: what is printed as their confidence.
//!
//! The sureness of a reading orders readings and decides; whoever reads a result wants to know how often such a reading is
//! right. The curves were measured on designs of papers that no rule and no weight was made from (`mesurer --curves`). They
//! rise: what is surer is never told as less sure.

use crate::text::Origin;
use serde::Deserialize;

/// The curves for fields and types.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    /// Fields read from native text.
    #[serde(default)]
    pub native: Curve,
    /// Fields read from pixels.
    #[serde(default)]
    pub recognised: Curve,
}

impl Trust {
    /// Gives how often fields were right that were read with this sureness from text of this origin.
    pub fn of_field(&self, sureness: f32, origin: Origin) -> f32 {
        match origin {
            Origin::Native => self.native.at(sureness),
            Origin::Ocr => self.recognised.at(sureness),
        }
    }
}

/// A curve from sureness to the share that was right, both from 0 to 1: straight between its points, which rise.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(try_from = "Vec<[f32; 2]>")]
pub struct Curve(Vec<[f32; 2]>);

impl Curve {
    /// Gives the share that was right; the sureness itself where nothing was measured.
    pub fn at(&self, sureness: f32) -> f32 {
        let (Some(first), Some(last)) = (self.0.first(), self.0.last()) else { return sureness };
        if sureness <= first[0] {
            return first[1];
        }
        let span = self.0.windows(2).find(|span| sureness <= span[1][0]);
        span.map_or(last[1], |span| {
            let part = (sureness - span[0][0]) / (span[1][0] - span[0][0]);
            span[0][1] + part * (span[1][1] - span[0][1])
        })
    }
}

impl TryFrom<Vec<[f32; 2]>> for Curve {
    type Error = String;

    fn try_from(points: Vec<[f32; 2]>) -> Result<Self, String> {
        let inside = points.iter().flatten().all(|part| (0.0..=1.0).contains(part));
        let rises = points.windows(2).all(|span| span[0][0] < span[1][0] && span[0][1] <= span[1][1]);
        if inside && rises {
            Ok(Self(points))
        } else {
            Err("points of a curve lie between 0 and 1 and rise".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_are_straight_between_points_and_flat_beyond() {
        let curve = Curve::try_from(vec![[0.2, 0.4], [0.6, 0.8], [0.9, 0.9]]).unwrap();
        for (sureness, expected) in [(0.0, 0.4), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.75, 0.85), (1.0, 0.9)] {
            assert!((curve.at(sureness) - expected).abs() < 1e-6, "{sureness}: {}", curve.at(sureness));
        }
        assert_eq!(Curve::default().at(0.3), 0.3);
    }

    #[test]
    fn curves_that_fall_or_leave_the_square_are_refused() {
        for points in
            [vec![[0.2, 0.4], [0.6, 0.3]], vec![[0.5, 0.4], [0.5, 0.6]], vec![[0.2, 1.4]], vec![[f32::NAN, 0.1]]]
        {
            assert!(Curve::try_from(points.clone()).is_err(), "{points:?}");
        }
    }
}
