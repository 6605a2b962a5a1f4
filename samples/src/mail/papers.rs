//! Letters on paper and printed e-mails: set in a design of the family `courrier`, sent as any other paper, with their truth.

use super::dictionary::{self, Fits};
use super::facts::Span;
use super::notice::{self, Known};
use super::texts::{Channel, Library};
use super::{Letter, base};
use crate::corpus::{INBOX, Made};
use crate::damage::Kind;
use crate::damage::map::Map;
use crate::design::{Design, Split};
use crate::draft::{Draft, Scene};
use crate::draw::Draw;
use crate::paper::Paper;
use crate::record::{self, PageRecord};
use crate::sending::{self, SendError, Sent, SentPage, Way};
use crate::typeset::Press;
use crate::world::World;
use crate::world::leases::{Goods, Lease, Register, Standing};
use guichet_pipeline::values::Date;
use serde_json::json;

/// Kinds in which letters are sent: as a rule everything on them can be read.
pub const KINDS: &[Kind] = &[Kind::Native, Kind::Scan, Kind::ScanOcr, Kind::Photocopy, Kind::Fax, Kind::Photo];

/// Shares of congés whose writer the register does not know, or knows at another address.
const NOBODY_SHARE: f64 = 0.08;
const ELSEWHERE_SHARE: f64 = 0.05;
/// Share of e-mails that somebody printed.
const PRINTED_SHARE: f64 = 0.25;
/// How often a letter is drawn again when no design of its part carries it.
const TRIES: u64 = 40;

/// What letters are made of.
#[derive(Clone, Copy, Debug)]
pub struct Office<'a> {
    /// Sets them.
    pub press: &'a Press,
    /// Lexicons.
    pub world: &'a World,
    /// Texts and words.
    pub library: &'a Library,
    /// Designs.
    pub designs: &'a [Design],
    /// Which design carries which letter.
    pub fits: &'a Fits,
    /// The reference date.
    pub today: Date,
    /// Where all chance comes from.
    pub seed: u64,
    /// Which texts and designs; all if `None`.
    pub split: Option<Split>,
}

/// A file with the leases that its letter speaks of.
#[derive(Debug)]
pub struct Posted {
    /// The file.
    pub made: Made,
    /// What the register must hold for its truth to be right.
    pub leases: Vec<Lease>,
}

impl Office<'_> {
    /// Makes file `index`.
    ///
    /// # Errors
    /// A page that cannot be set or encoded.
    pub fn post(&self, index: u64) -> Result<Posted, SendError> {
        let mut draw = Draw::new(self.seed, index, "posted");
        let (mut letter, design) = self.letter(&draw, &mut draw.sister("choice"));
        // Proofs that a text encloses are not in this file: they are missing.
        letter.proofs.clear();
        let data = dictionary::dictionary(&mut letter, &self.designs[design], &draw);
        let register = Register::of(Vec::new(), self.seed);
        let scene = Scene { world: self.world, register: &register, designs: self.designs, today: self.today };
        let draft = Draft { design, data, original: None, twists: Vec::new(), lease: None, whole_unit: true };
        let paper = Paper::set(self.press, scene, draft)?;
        let weights: Vec<(f64, Kind)> = KINDS.iter().map(|kind| (kind.weight(), *kind)).collect();
        let kind = *draw.weighted(&weights);
        let way = Way::draw(kind, paper.sheets.pages.len() > 1, letter.received, &mut draw);
        let sent = sending::send(self.press, &[&paper], way, &mut draw)?;
        let stem = draw.one(&["courrier", "lettre", "scan", "doc", "IMG", "Courrier locataire"]);
        let path = format!("{stem} {:05}.{}", index + 1, way.format.ending());
        let source = format!("{INBOX}/{path}");
        let shows =
            |page: usize, rect: &_| sent.pages.iter().filter(|sent| sent.index == page).any(|sent| sent.shows(rect));
        let mut fields = paper.truth_where(scene, shows).json();
        fields.insert("categorie".to_owned(), json!(letter.facts.base.category));
        fields.insert("urgence".to_owned(), json!(letter.facts.base.urgency));
        let known = known(&letter, fields.contains_key("adresse_logement"), &mut draw);
        let mut segment = json!({"pages": (1..=sent.pages.len()).collect::<Vec<_>>(), "type": "courrier"});
        if letter.facts.is_notice() {
            fields.insert("motif_preavis_reduit".to_owned(), json!(letter.facts.motive));
            // What came in by post has no date of its own: the reference date counts.
            letter.received = self.today;
            segment["conge"] = notice::conge(&letter, known).unwrap_or_default();
        }
        segment["fields"] = fields.into();
        let design = &self.designs[design].name;
        let truth = json!({"source": source, "kind": kind.word(), "template": design, "case": letter.facts.base.id, "segments": [segment]});
        let pages =
            sent.pages.iter().enumerate().map(|(at, page)| page_record(&source, design, &paper, at, page, kind));
        let pages = pages.collect();
        let leases = leases(&letter, known, &mut draw);
        let Sent { bytes, pages: _ } = sent;
        Ok(Posted { made: Made { path, bytes, truth, pages }, leases })
    }

    /// Draws a letter and a design that carries it.
    fn letter(&self, draw: &Draw, choice: &mut Draw) -> (Letter<'_>, usize) {
        for attempt in 0..TRIES {
            let draw = draw.sister(&format!("letter {attempt}"));
            let base = base(self.library, self.split, choice);
            // A congé counts from the reference date: it was written shortly before.
            let days = if base.category == "conge" { 12 } else { Span::long(self.today).days };
            let span = Span { today: self.today, days };
            let letter = Letter::write(self.world, self.library, base, span, &draw);
            // An e-mail is seldom printed.
            if letter.channel == Channel::Email && !choice.chance(PRINTED_SHARE) {
                continue;
            }
            if let Some(design) = self.fits.design(&letter, self.designs, choice) {
                return (letter, design);
            }
        }
        unreachable!("private letters of either part have designs")
    }
}

/// Draws whether the register knows the writer of a congé.
pub fn known(letter: &Letter<'_>, has_address: bool, draw: &mut Draw) -> Known {
    if !letter.facts.is_notice() {
        return Known::Lease;
    }
    match draw.real(0.0, 1.0) {
        share if f64::from(share) < NOBODY_SHARE => Known::Nobody,
        share if f64::from(share) < NOBODY_SHARE + ELSEWHERE_SHARE && has_address => Known::Elsewhere,
        _ => Known::Lease,
    }
}

/// Gives the leases that the register holds so that the truth of a letter is right.
pub fn leases(letter: &Letter<'_>, known: Known, draw: &mut Draw) -> Vec<Lease> {
    use super::texts::Goods as Kind;
    let facts = &letter.facts;
    if known == Known::Nobody {
        return Vec::new();
    }
    let (goods, complement) = match (facts.is_notice(), facts.base.goods) {
        (true, Kind::Parking) => (Goods::Parking, Some("PARKING 12".to_owned())),
        (true, Kind::Commerce) => (Goods::Shop, None),
        _ => (Goods::Dwelling, None),
    };
    let place = match known {
        Known::Elsewhere => facts.world.places.house(draw),
        _ => facts.place.clone(),
    };
    vec![Lease {
        reference: facts.reference.clone(),
        holders: facts.holders.clone(),
        goods,
        place,
        complement,
        start: facts.lease_start,
        end: None,
        standing: Standing::Single,
    }]
}

fn page_record(source: &str, design: &str, paper: &Paper, at: usize, page: &SentPage, kind: Kind) -> PageRecord {
    let text = &paper.sheets.pages[page.index];
    let (map, turn, aspect) = match &page.shot {
        None => (Map::default(), 0, text.width / text.height),
        Some(shot) => {
            let aspect = shot.raster.width as f32 / shot.raster.height as f32;
            let aspect = if shot.to_upright.is_multiple_of(2) { aspect } else { 1.0 / aspect };
            (shot.upright_map(), shot.to_upright, aspect)
        }
    };
    PageRecord {
        source: source.to_owned(),
        page: at + 1,
        template: design.to_owned(),
        kind: kind.word().to_owned(),
        type_code: "courrier".to_owned(),
        first: page.index == 0,
        turn,
        aspect,
        words: record::words(paper, page.index, &map, |rect| page.shows(rect)),
        values: record::values(paper, page.index, &map, |rect| page.shows(rect)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design;
    use std::path::Path;

    fn with_office(check: impl Fn(Office<'_>)) {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/designs"));
        let (press, world, library) = (Press::new(root).unwrap(), World::load(), Library::load().unwrap());
        let (designs, fits) = (design::load(root).unwrap(), Fits::load().unwrap());
        let today = Date::new(2026, 11, 23).unwrap();
        let (press, world, library, designs, fits) = (&press, &world, &library, &designs[..], &fits);
        check(Office { press, world, library, designs, fits, today, seed: 3, split: None });
    }

    #[test]
    fn files_have_the_shape_that_is_scored_and_the_same_bytes_again() {
        with_office(|office| {
            for index in 0..6 {
                for make in [Office::post, Office::email] {
                    let (first, again) = (make(&office, index).unwrap(), make(&office, index).unwrap());
                    assert_eq!(first.made.bytes, again.made.bytes);
                    assert_eq!(first.made.truth, again.made.truth);
                    let segment = &first.made.truth["segments"][0];
                    assert_eq!(segment["type"], "courrier");
                    let fields = segment["fields"].as_object().unwrap();
                    assert!(fields["categorie"].is_string() && fields["urgence"].is_string(), "{segment}");
                    assert_eq!(segment["conge"].is_object(), fields["categorie"] == "conge", "{segment}");
                }
            }
        });
    }

    #[test]
    fn every_design_of_letters_is_known_to_carry_some() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/designs"));
        let fits = Fits::load().unwrap();
        let letters = design::load(root).unwrap();
        let letters =
            letters.iter().filter(|design| design.front.type_code == "courrier" && design.family == "courrier");
        for design in letters {
            assert!(fits.carries_any(design), "{}", design.name);
        }
    }
}
