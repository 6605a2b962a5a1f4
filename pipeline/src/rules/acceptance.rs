//! From which sureness on a paper is accepted without an agent: the least one whose wrong accepts are bound under a target.
//!
//! What was measured is how many of many papers that must not be accepted were, for each sureness asked for (`mesurer
//! --risk`); of all papers that come, such papers are at most a share, which the house sets. Of each the upper end of the exact binomial interval is taken (Clopper and Pearson, 1934), from the strictest
//! on down, until one lies above the target: with that order, the chance that the one chosen is wrong more often than the
//! target is at most one less the confidence, however many were tried ("Learn then Test", Angelopoulos and others, 2021).
//!
//! Assumption: the papers not to be accepted that come are like those that were measured, and no greater a share than is said.
//! A house whose mail is another measures its own.

use serde::Deserialize;

/// What is asked for, and what was measured, strictest last.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// Of all papers, the share that may be accepted wrongly, from 0 to 1.
    pub target: f64,
    /// Of all papers, the share that must not be accepted, at most.
    pub share: f64,
    /// How sure one wants to be of the bound, from 0 to 1.
    pub confidence: f64,
    /// Papers that must not be accepted, of which `wrong` were.
    pub papers: u32,
    /// Each sureness asked for with how many of the papers were accepted all the same; the sureness rises.
    pub measured: Vec<(f32, u32)>,
}

/// A sureness that keeps a target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// The least sureness of a deciding reading.
    pub sureness: f32,
    /// Of all papers, the share that is accepted wrongly, at most.
    pub bound: f64,
}

impl Acceptance {
    /// Gives the least sureness that keeps wrong accepts under the target; `None` where none was shown to.
    pub fn bar(&self) -> Option<Bar> {
        let bars = self.measured.iter().rev().map(|&(sureness, wrong)| Bar { sureness, bound: self.bound(wrong) });
        bars.take_while(|bar| bar.bound <= self.target).last()
    }

    /// Gives the sureness from which on a paper is accepted; without a bar only what is certain.
    pub fn sureness(&self) -> f32 {
        self.bar().map_or(1.0, |bar| bar.sureness)
    }

    /// Says what is wrong with it.
    pub(super) fn flaw(&self) -> Option<String> {
        let part = |part: f64| part > 0.0 && part <= 1.0;
        if !part(self.target) || !part(self.share) || !part(self.confidence) || self.confidence == 1.0 {
            return Some("target, share and confidence lie between 0 and 1".to_owned());
        }
        let rises = self.measured.windows(2).all(|pair| pair[0].0 < pair[1].0);
        if self.measured.is_empty() || !rises || self.measured.iter().any(|&(_, wrong)| wrong > self.papers) {
            return Some("measured: pairs of a sureness, rising, and of how many papers were accepted".to_owned());
        }
        let least = self.least_target();
        let kept = self.bar().is_some();
        (!kept).then(|| {
            format!("target = {}: {} papers promise {least:.5} at best; measure more of them", self.target, self.papers)
        })
    }

    /// Gives the least target that some bar keeps: what can be promised at all.
    pub fn least_target(&self) -> f64 {
        self.measured.last().map_or(1.0, |&(_, wrong)| self.bound(wrong))
    }

    /// Gives the upper end of the interval for all papers, of those measured `wrong` having been accepted.
    fn bound(&self, wrong: u32) -> f64 {
        let (mut low, mut high) = (0.0, 1.0);
        // Halved often enough for a double.
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if at_most(wrong, self.papers, middle) > 1.0 - self.confidence { low = middle } else { high = middle }
        }
        self.share * high
    }
}

/// Gives the chance that at most `count` of `papers` are wrong where each is with chance `share`.
fn at_most(count: u32, papers: u32, share: f64) -> f64 {
    if count >= papers || share <= 0.0 {
        return 1.0;
    }
    if share >= 1.0 {
        return 0.0;
    }
    let (log, log_not) = (share.ln(), (-share).ln_1p());
    let mut ways = 0.0;
    let mut sum = 0.0;
    for wrong in 0..=count {
        if wrong > 0 {
            ways += f64::from(papers - wrong + 1).ln() - f64::from(wrong).ln();
        }
        sum += (ways + f64::from(wrong) * log + f64::from(papers - wrong) * log_not).exp();
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acceptance(papers: u32, measured: &[(f32, u32)]) -> Acceptance {
        Acceptance { target: 0.001, share: 1.0, confidence: 0.95, papers, measured: measured.to_vec() }
    }

    #[test]
    fn bounds_are_those_of_the_tables() {
        // Exact one-sided limits at 95 %: 1 - 0.05^(1/n) where none was seen; of 20 papers, of which 1 and 3 were.
        for (wrong, papers, expected) in
            [(0, 3000, 0.000_998), (0, 100, 0.029_51), (1, 20, 0.216_11), (3, 20, 0.343_66), (20, 20, 1.0)]
        {
            let bound = acceptance(papers, &[]).bound(wrong);
            assert!((bound - expected).abs() < 1e-4, "{wrong} of {papers}: {bound}");
        }
    }

    #[test]
    fn the_bar_is_the_least_before_the_first_that_fails() {
        let measured = acceptance(3000, &[(0.3, 0), (0.5, 9), (0.7, 1), (0.9, 0)]);
        let bar = |target: f64| Acceptance { target, ..measured.clone() }.bar().map(|bar| bar.sureness);
        assert_eq!(bar(0.001), Some(0.9));
        assert_eq!(bar(0.002), Some(0.7));
        // A laxer one that did well by chance is not tried behind one that did not.
        assert_eq!(bar(0.0045), Some(0.7));
        assert_eq!(bar(0.01), Some(0.3));
        assert_eq!(bar(0.0005), None);
        assert!((measured.least_target() - 0.000_998).abs() < 1e-5);
    }

    #[test]
    fn what_cannot_be_promised_is_told() {
        assert_eq!(acceptance(3000, &[(0.5, 0)]).flaw(), None);
        let fewer = Acceptance { share: 0.1, ..acceptance(300, &[(0.5, 0)]) };
        assert_eq!(fewer.flaw(), None, "one paper in ten must not be accepted");
        let few = acceptance(300, &[(0.5, 0)]).flaw().unwrap();
        assert!(few.contains("300 papers promise 0.00994 at best"), "{few}");
        for wrong in [
            acceptance(3000, &[]),
            acceptance(3000, &[(0.5, 0), (0.4, 0)]),
            acceptance(3, &[(0.5, 4)]),
            Acceptance { target: 0.0, ..acceptance(3000, &[(0.5, 0)]) },
        ] {
            assert!(wrong.flaw().is_some(), "{wrong:?}");
        }
    }

    #[test]
    fn nothing_measured_promises_nothing() {
        assert_eq!((Acceptance::default().bar(), Acceptance::default().sureness()), (None, 1.0));
    }
}
