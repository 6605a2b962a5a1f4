//! A paper from its situation to its set pages, with its truth; drawn again when a design's fixed words would contradict
//! the situation (a title about a tenant on a landlord's paper).

use crate::decision::{self, Decision, Family};
use crate::draft::{self, Draft, Scene, Wish};
use crate::draw::Draw;
use crate::scenario::Twist;
use crate::truth::{self, Truth};
use crate::typeset::{Press, Sheets, TypesetError};
use crate::world::text::plain;
use guichet_pipeline::geometry::Rect;

/// How often a situation is drawn again before it is given up for a good paper.
const TRIES: usize = 8;

/// A set paper.
#[derive(Debug)]
pub struct Paper {
    /// What it was made from.
    pub draft: Draft,
    /// Its pages.
    pub sheets: Sheets,
    /// What all its pages say.
    pub truth: Truth,
}

/// Why there is no paper.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// Typst refused it.
    #[error(transparent)]
    Typeset(#[from] TypesetError),
    /// No design fits.
    #[error("no design of the family \"{family}\" is left to draw from")]
    NoDesign {
        /// Which family.
        family: String,
    },
}

impl Paper {
    /// Sets a draft.
    ///
    /// # Errors
    /// A design that Typst refuses.
    pub fn set(press: &Press, scene: Scene<'_>, draft: Draft) -> Result<Self, TypesetError> {
        let design = &scene.designs[draft.design];
        let sheets = press.set(&design.name, Some(&draft.data))?;
        let truth = truth::read(&design.front, &draft.data, &sheets.marks, |_, _| true);
        Ok(Self { draft, sheets, truth })
    }

    /// Gives the truth of what shows of the paper.
    pub fn truth_where(&self, scene: Scene<'_>, shows: impl Fn(usize, &Rect) -> bool) -> Truth {
        truth::read(&scene.designs[self.draft.design].front, &self.draft.data, &self.sheets.marks, shows)
    }

    /// Gives the type.
    pub fn type_code<'a>(&self, scene: Scene<'a>) -> &'a str {
        &scene.designs[self.draft.design].front.type_code
    }

    /// Decides on the paper, of which `truth` shows.
    pub fn decision(&self, scene: Scene<'_>, truth: &Truth) -> Decision {
        let lease = self.draft.lease.map(|at| scene.register.leases[at].reference.as_str());
        decision::decide(self.type_code(scene), &self.draft.twists, truth, lease)
    }

    /// Tells whether what is printed contradicts the situation, or does not show it.
    fn contradicts(&self, scene: Scene<'_>) -> bool {
        if decision::family(self.type_code(scene)) != Family::Attestation {
            return false;
        }
        let fixed = plain(&self.fixed_words()).to_lowercase();
        self.draft.twists.iter().any(|twist| match twist {
            Twist::NoCover => fixed.contains("locati") || !self.truth.has("garanties"),
            Twist::Landlord | Twist::Owner => {
                fixed.contains("locat") || fixed.contains("bailleur") || !self.truth.has("qualite_occupant")
            }
            Twist::Terminated => !self.says_state(),
            Twist::Ended => !self.truth.has("date_fin"),
            Twist::Later => !self.truth.has("date_debut"),
            Twist::NoNumber | Twist::Masked => self.truth.has("numero_contrat"),
            Twist::NoEnd => self.truth.has("date_fin"),
            Twist::Copied => !self.truth.has("numero_contrat") || !self.says_unit(),
            Twist::OtherName | Twist::Relative => !self.truth.has("assures") || !self.says_unit(),
            Twist::OtherFlat => !self.says_unit(),
            Twist::OtherNumber | Twist::OtherStreet | Twist::OtherTown | Twist::Unknown | Twist::Double => {
                !self.truth.has("adresse_risque") || !self.truth.has("assures")
            }
            Twist::Forged => false,
        })
    }

    /// Gives the words that the design prints whatever the data says.
    fn fixed_words(&self) -> String {
        let words = self.sheets.pages.iter().flat_map(|page| &page.words).filter(|word| word.mark.is_none());
        words.map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn says_state(&self) -> bool {
        let Some(state) = self.draft.data["etat"].as_str() else { return false };
        let letters =
            |text: &str| plain(text).to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        letters(&self.fixed_words()).contains(&letters(state))
    }

    /// Tells whether the unit is printed, where the dwelling has one.
    fn says_unit(&self) -> bool {
        let unit = &self.draft.data["risque"]["complement"];
        let printed = |address: &serde_json::Value| !address["complement"].is_null();
        unit.is_null() || self.truth.value("adresse_risque").is_some_and(printed)
    }
}

/// Draws a paper and sets it.
///
/// # Errors
/// A design that Typst refuses, or no design that fits.
pub fn draw(press: &Press, scene: Scene<'_>, wish: Wish<'_>, draw: &Draw) -> Result<Paper, PaperError> {
    for attempt in 0..=TRIES {
        let wish = if attempt == TRIES { Wish { twists: &[], ..wish } } else { wish };
        let mut draw = draw.sister(&format!("try {attempt}"));
        let Some(draft) = draft::draw(scene, wish, &mut draw) else { continue };
        let paper = Paper::set(press, scene, draft)?;
        if attempt == TRIES || !paper.contradicts(scene) {
            return Ok(paper);
        }
    }
    Err(PaperError::NoDesign { family: wish.family.to_owned() })
}

/// Sets a good paper and its copy under another tenant's name.
///
/// # Errors
/// A design that Typst refuses, or no design that fits.
pub fn copied(press: &Press, scene: Scene<'_>, family: &str, draw: &Draw) -> Result<(Paper, Paper), PaperError> {
    for attempt in 0..TRIES {
        let mut draw = draw.sister(&format!("try {attempt}"));
        let Some((first, second)) = draft::copied(scene, family, &mut draw) else { continue };
        let (first, second) = (Paper::set(press, scene, first)?, Paper::set(press, scene, second)?);
        if !second.contradicts(scene) {
            return Ok((first, second));
        }
    }
    Err(PaperError::NoDesign { family: family.to_owned() })
}
