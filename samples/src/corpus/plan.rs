//! The plan of a corpus: what each file shows, how it is sent, what it is called. Cheap, and drawn in order, because no two
//! files may have one name.

use super::Corpus;
use crate::bad::Bad;
use crate::damage::Kind;
use crate::draw::Draw;
use crate::file::Format;
use crate::scenario::{self, Twist};
use crate::sending::Way;
use crate::sets::Names;
use crate::tamper::Forgery;
use crate::world::families::INSURANCE;
use crate::world::leases::Standing;
use guichet_pipeline::values::Date;

/// What a planned file shows.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// One paper.
    Single { family: String, twists: Vec<Twist>, forgery: Option<Forgery> },
    /// A good paper, and in a second file its copy under another name.
    Copied,
    /// Several papers of one household in one file.
    Bundle { families: Vec<String> },
    /// Nothing that can be read.
    Bad(Bad),
}

/// A planned file; a copied paper is two.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) index: u64,
    pub(super) what: What,
    pub(super) ways: Vec<Way>,
    pub(super) paths: Vec<String>,
}

/// How often each folder is drawn from in a mixed inbox.
const MIX: &[(f64, &str)] = &[
    (3.0, "attestation"),
    (1.2, "sosies"),
    (2.6, "identite"),
    (1.4, "impots"),
    (2.6, "paie"),
    (2.4, "prestations"),
    (3.4, "logement"),
    (1.4, "etat_civil"),
    (1.0, "demande"),
];
/// Share of files of a mixed inbox that hold several pieces of a household.
const PIECES_TOGETHER_SHARE: f64 = 0.12;

/// Days within which papers come in before the reference date.
const INTAKE_DAYS: i32 = 12;

impl Corpus<'_> {
    /// Draws the plan.
    pub(super) fn units(&self) -> Vec<Unit> {
        let mut names = Names::default();
        let mut units = Vec::new();
        let (mut files, mut index) = (0, 0);
        while files < self.options.count {
            let mut draw = self.draw(index, "plan");
            let what = self.what(self.options.count - files, &mut draw);
            let unit = self.unit_of(index, what, &mut names, &mut draw);
            files += unit.paths.len();
            units.push(unit);
            index += 1;
        }
        units
    }

    fn what(&self, left: usize, draw: &mut Draw) -> What {
        if draw.chance(self.options.bad_share) {
            return What::Bad(draw.one(&Bad::ALL));
        }
        let others: Vec<&str> = self
            .options
            .families
            .iter()
            .map(String::as_str)
            .filter(|family| *family != "attestation" && self.has_family(family))
            .collect();
        if self.holds_applications() {
            return self.application(draw);
        }
        if !self.has_family("attestation") || !others.is_empty() && draw.chance(0.22) {
            let family = (draw.one(&others)).to_owned();
            let twists = scenario::look_alike(draw);
            return What::Single { family, twists, forgery: None };
        }
        if self.bundle_kinds().next().is_some() && draw.chance(0.045) {
            let mut families = vec!["attestation".to_owned()];
            for _ in 0..draw.between(1, 2) {
                families.push(if others.is_empty() { "attestation" } else { draw.one(&others) }.to_owned());
            }
            draw.shuffle(&mut families);
            return What::Bundle { families };
        }
        let twists = scenario::attestation(draw);
        if twists.contains(&Twist::Copied) {
            let enough = self.register.standing(|standing| standing == Standing::Single).len() > 1;
            let family = "attestation".to_owned();
            return if left >= 2 && enough {
                What::Copied
            } else {
                What::Single { family, twists: Vec::new(), forgery: None }
            };
        }
        let forgery = twists.contains(&Twist::Forged).then(|| Forgery::draw(draw));
        match forgery {
            Some((_, kind)) if !self.options.kinds.contains(&kind) => {
                What::Single { family: "attestation".to_owned(), twists: Vec::new(), forgery: None }
            }
            forgery => {
                What::Single { family: "attestation".to_owned(), twists, forgery: forgery.map(|(forgery, _)| forgery) }
            }
        }
    }

    /// Tells whether pieces of applications are wanted, alone or beside insurance papers.
    fn holds_applications(&self) -> bool {
        MIX.iter().any(|(_, family)| !INSURANCE.contains(family) && self.has_family(family))
    }

    /// Draws a file of a mixed inbox.
    fn application(&self, draw: &mut Draw) -> What {
        let mix: Vec<(f64, &str)> = MIX.iter().copied().filter(|(_, family)| self.has_family(family)).collect();
        let family = |draw: &mut Draw| (*draw.weighted(&mix)).to_owned();
        if self.bundle_kinds().next().is_some() && draw.chance(PIECES_TOGETHER_SHARE) {
            let count = *draw.weighted(&[(4.0, 2), (3.0, 3), (2.0, 4), (1.0, 6)]);
            return What::Bundle { families: (0..count).map(|_| family(draw)).collect() };
        }
        let family = family(draw);
        let twists = if family == "attestation" { scenario::attestation(draw) } else { scenario::look_alike(draw) };
        // Copies and forgeries belong to the corpora of insurance papers.
        let made = |twist: &Twist| matches!(twist, Twist::Copied | Twist::Forged);
        let twists = if twists.iter().any(made) { Vec::new() } else { twists };
        What::Single { family, twists, forgery: None }
    }

    /// Kinds in which several papers can stand in one file.
    fn bundle_kinds(&self) -> impl Iterator<Item = Kind> {
        let fit = |kind: &Kind| matches!(kind, Kind::Scan | Kind::ScanOcr | Kind::Photocopy | Kind::Fax);
        self.options.kinds.iter().copied().filter(fit)
    }

    /// Draws the ways and the paths of what is planned.
    fn unit_of(&self, index: u64, what: What, names: &mut Names, draw: &mut Draw) -> Unit {
        let day = self.options.as_of.add_days(-draw.between(0, INTAKE_DAYS));
        if let What::Bad(bad) = what {
            let file = bad.file(&[], &mut self.draw(index, "bad"));
            let path = names.plain_path(&file.stem, file.ending, draw);
            return Unit { index, what, ways: Vec::new(), paths: vec![path] };
        }
        let kind = match &what {
            What::Single { forgery: Some(_), .. } => None,
            What::Bundle { .. } => {
                let kinds: Vec<(f64, Kind)> = self.bundle_kinds().map(|kind| (kind.weight(), kind)).collect();
                Some(*draw.weighted(&kinds))
            }
            _ => {
                let kinds: Vec<(f64, Kind)> = self.options.kinds.iter().map(|kind| (kind.weight(), *kind)).collect();
                Some(*draw.weighted(&kinds))
            }
        };
        let way = match (&what, kind) {
            (What::Single { forgery: Some(forgery), .. }, _) => forged_way(*forgery, &self.options.kinds, day, draw),
            (What::Bundle { .. }, Some(kind)) => Way::draw(kind, true, day, draw),
            (_, kind) => Way::draw(kind.unwrap_or(Kind::Native), false, day, draw),
        };
        let mut ways = vec![way];
        if matches!(what, What::Copied) {
            // A copy that cannot be read would be no copy.
            ways = vec![readable(way), Way { day: self.options.as_of, ..readable(way) }];
        }
        // Who sends it is not known before the paper is drawn: names of files go by a lease of their own draw.
        let sender = draw.pick(&self.register.leases).holders[0].surname.clone();
        let subject = match &what {
            What::Single { family, .. } if !INSURANCE.contains(&family.as_str()) => family.as_str(),
            What::Bundle { .. } if self.holds_applications() => "dossier",
            _ => "attestation_habitation",
        };
        let mut paths: Vec<String> = ways.iter().map(|way| names.path(*way, &sender, subject, draw)).collect();
        // A copy comes after its original: files are taken in by their paths.
        paths.sort();
        Unit { index, what, ways, paths }
    }
}

/// Gives the way of a forged paper, in a kind that the corpus holds.
fn forged_way(forgery: Forgery, kinds: &[Kind], day: Date, draw: &mut Draw) -> Way {
    let kind = match forgery {
        Forgery::Patch => Kind::Scan,
        Forgery::Editor if !kinds.contains(&Kind::Native) || draw.chance(0.35) && kinds.contains(&Kind::Scan) => {
            Kind::Scan
        }
        _ => Kind::Native,
    };
    let way = Way::draw(kind, false, day, draw);
    // Only these formats say what made them.
    let format = if matches!(way.format, Format::Pdf | Format::Jpeg) { way.format } else { Format::Pdf };
    Way { format, ..way }
}

/// Gives the way, but one in which everything can be read.
fn readable(way: Way) -> Way {
    match way.kind {
        Kind::Cut | Kind::Unreadable | Kind::Screen | Kind::LowResolution => {
            Way { kind: Kind::Scan, format: Format::Pdf, ..way }
        }
        _ => way,
    }
}
