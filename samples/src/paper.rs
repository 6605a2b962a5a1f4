//! A paper from its situation to its set pages, with its truth; drawn again when a design's fixed words would contradict
//! the situation (a title about a tenant on a landlord's paper).

use crate::decision::{self, Decision, Family, Leased};
use crate::draft::{self, Draft, Scene, Wish};
use crate::draw::Draw;
use crate::scenario::Twist;
use crate::truth::{self, Truth};
use crate::typeset::{Press, Sheets, TypesetError, Word};
use crate::world::leases::Standing;
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
    pub fn decision(&self, scene: Scene<'_>, truth: &Truth, shows: impl Fn(usize, &Rect) -> bool) -> Decision {
        let leased = self.draft.lease.map_or_else(Leased::default, |at| self.leased(scene, truth, at));
        let says_state = self.says_state(shows);
        decision::decide(self.type_code(scene), &self.draft.twists, truth, says_state, leased)
    }

    /// Tells by what the lease can be told.
    fn leased<'a>(&self, scene: Scene<'a>, truth: &Truth, at: usize) -> Leased<'a> {
        let lease = &scene.register.leases[at];
        let neighbours = scene.register.dwellings_at(&lease.place);
        let says_unit = truth.value("adresse_risque").is_some_and(|address| !address["complement"].is_null());
        Leased {
            reference: Some(&lease.reference),
            by_name: lease.standing == Standing::Single,
            by_address: neighbours < 2 || says_unit && self.draft.whole_unit,
        }
    }

    /// Tells whether what is printed contradicts the situation, or does not show it.
    fn contradicts(&self, scene: Scene<'_>) -> bool {
        if decision::family(self.type_code(scene)) != Family::Attestation {
            return false;
        }
        let fixed: Vec<&str> = self.fixed_words().iter().map(|(_, word)| word.text.as_str()).collect();
        let fixed = plain(&fixed.join(" ")).to_lowercase();
        self.draft.twists.iter().any(|twist| match twist {
            Twist::NoCover => fixed.contains("locati") || !self.truth.has("garanties"),
            Twist::Landlord | Twist::Owner => {
                fixed.contains("locat") || fixed.contains("bailleur") || !self.truth.has("qualite_occupant")
            }
            Twist::Terminated => !self.says_state(|_, _| true),
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

    /// Gives the words that the design prints whatever the data says, with their pages.
    fn fixed_words(&self) -> Vec<(usize, &Word)> {
        let mut words = Vec::new();
        for (index, page) in self.sheets.pages.iter().enumerate() {
            words.extend(page.words.iter().filter(|word| word.mark.is_none()).map(|word| (index, word)));
        }
        words
    }

    /// Tells whether the sentence on a contract that is ended stands on the paper, and most of it shows.
    fn says_state(&self, shows: impl Fn(usize, &Rect) -> bool) -> bool {
        let Some(state) = self.draft.data["etat"].as_str() else { return false };
        let state = letters(state);
        let words = self.fixed_words();
        for start in 0..words.len() {
            let (mut said, mut end) = (String::new(), start);
            while end < words.len() && said.len() < state.len() && state.starts_with(&said) {
                said.push_str(&letters(&words[end].1.text));
                end += 1;
            }
            if said.starts_with(&state) {
                let sentence = &words[start..end];
                let seen = sentence.iter().filter(|(page, word)| shows(*page, &word.rect)).count();
                return seen * 5 >= sentence.len() * 4;
            }
        }
        false
    }

    /// Tells whether the unit is printed, where the dwelling has one.
    fn says_unit(&self) -> bool {
        let unit = &self.draft.data["risque"]["complement"];
        let printed = |address: &serde_json::Value| !address["complement"].is_null();
        unit.is_null() || self.truth.value("adresse_risque").is_some_and(printed)
    }
}

fn letters(text: &str) -> String {
    plain(text).to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
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
