//! A reliability diagram: how often what was told with a confidence was right, as a picture for the cards of models.
//!
//! Guo et al., 2017, On Calibration of Modern Neural Networks.

use std::fmt::Write;

/// Groups of confidence, of equal width.
pub const GROUPS: usize = 10;

/// What was told with confidences of one group.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Group {
    /// Sum of the confidences.
    pub told: f64,
    /// How many were right.
    pub right: f64,
    /// How many there are.
    pub count: f64,
}

/// What was told, by confidence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reliability {
    /// From the least confidence to the greatest.
    pub groups: [Group; GROUPS],
}

impl Reliability {
    /// Counts one thing that was told.
    pub fn count(&mut self, confidence: f64, right: bool) {
        let group = &mut self.groups[((confidence * GROUPS as f64) as usize).min(GROUPS - 1)];
        group.told += confidence;
        group.right += f64::from(u8::from(right));
        group.count += 1.0;
    }

    /// Gives how far confidences are from the share that is right (expected calibration error).
    pub fn error(&self) -> f64 {
        let all: f64 = self.groups.iter().map(|group| group.count).sum();
        self.groups.iter().map(|group| (group.told - group.right).abs()).sum::<f64>() / all.max(1.0)
    }
}

/// Side of the square of a diagram, and what is left around it for words, in points.
const SIDE: f64 = 260.0;
const LEFT: f64 = 56.0;
const TOP: f64 = 40.0;
const BELOW: f64 = 52.0;

/// Draws diagrams side by side, each under its title, as SVG: bars are the share that was right, the dashed line is what
/// was told, the number over a bar is how many things it stands for.
pub fn svg(diagrams: &[(&str, &Reliability)]) -> String {
    let step = LEFT + SIDE + 24.0;
    let (width, height) = (step * diagrams.len() as f64, TOP + SIDE + BELOW);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\" \
         font-size=\"11\" fill=\"#222\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for (rank, (title, reliability)) in diagrams.iter().enumerate() {
        let left = rank as f64 * step + LEFT;
        let (at_x, at_y) = (|part: f64| left + part * SIDE, |part: f64| TOP + (1.0 - part) * SIDE);
        let mut add = |text: String| out.push_str(&text);
        add(format!(
            "<text x=\"{left:.1}\" y=\"22\" font-size=\"13\">{title} (écart {:.3})</text>\n",
            reliability.error()
        ));
        for (at, group) in reliability.groups.iter().enumerate().filter(|(_, group)| group.count > 0.0) {
            let share = group.right / group.count;
            let (x, y) = (at_x(at as f64 / GROUPS as f64), at_y(share));
            let wide = SIDE / GROUPS as f64;
            add(format!(
                "<rect x=\"{:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"#7a9cc6\"/>\n\
                 <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"8\" text-anchor=\"middle\">{}</text>\n",
                x + 1.0,
                wide - 2.0,
                share * SIDE,
                x + wide / 2.0,
                (y - 3.0).max(TOP + 8.0),
                group.count
            ));
        }
        add(format!(
            "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"#b03a2e\" stroke-dasharray=\"4 3\" fill=\"none\"/>\n\
             <rect x=\"{left:.1}\" y=\"{TOP:.1}\" width=\"{SIDE:.1}\" height=\"{SIDE:.1}\" fill=\"none\" stroke=\"#888\"/>\n",
            at_x(0.0),
            at_y(0.0),
            at_x(1.0),
            at_y(1.0)
        ));
        for tenth in [0, 2, 4, 6, 8, 10] {
            let part = f64::from(tenth) / 10.0;
            let told = format!("{part:.1}").replace('.', ",");
            add(format!(
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{told}</text>\n\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{told}</text>\n",
                at_x(part),
                TOP + SIDE + 16.0,
                left - 6.0,
                at_y(part) + 4.0
            ));
        }
        add(format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">confiance annoncée</text>\n\
             <text transform=\"translate({:.1} {:.1}) rotate(-90)\" text-anchor=\"middle\">part de justes</text>\n",
            at_x(0.5),
            TOP + SIDE + 36.0,
            left - 36.0,
            at_y(0.5)
        ));
    }
    let _ = writeln!(out, "</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pairs: &[(f64, bool)]) -> Reliability {
        let mut reliability = Reliability::default();
        pairs.iter().for_each(|(confidence, right)| reliability.count(*confidence, *right));
        reliability
    }

    #[test]
    fn the_error_is_the_distance_of_what_is_told_from_what_is_right() {
        assert_eq!(told(&[]).error(), 0.0);
        let half = told(&[(0.75, true), (0.75, false), (1.0, true), (1.0, true)]);
        assert!((half.error() - 0.125).abs() < 1e-9, "{}", half.error());
    }

    #[test]
    fn a_bar_is_as_high_as_the_share_that_was_right() {
        let drawn = svg(&[("règles", &told(&[(0.95, true), (0.95, true), (0.95, false), (0.95, false)]))]);
        assert!(drawn.contains("règles (écart 0.450)"), "{drawn}");
        assert!(drawn.contains(&format!("height=\"{:.1}\" fill=\"#7a9cc6\"", SIDE / 2.0)), "{drawn}");
        assert_eq!(drawn.matches("fill=\"#7a9cc6\"").count(), 1);
        assert!(drawn.ends_with("</svg>\n"));
    }
}
