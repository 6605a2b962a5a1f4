//! A corpus: a register, an inbox of files, and the truth of each, all from one seed.
//!
//! First the plan is drawn, one file after the other (situations, kinds, names); then the files are made, in any order and
//! on any number of threads.

use crate::bad::Bad;
use crate::damage::Kind;
use crate::decision::{self, Family};
use crate::design::{Design, Split};
use crate::draft::{Scene, Wish};
use crate::draw::Draw;
use crate::file::Format;
use crate::paper::{self, Paper, PaperError};
use crate::record::{self, PageRecord};
use crate::scenario::{self, Twist};
use crate::sending::{self, SendError, Sent, Way};
use crate::sets::Names;
use crate::tamper::{self, Forgery};
use crate::truth::Truth;
use crate::typeset::{Press, Sheets, TypesetError};
use crate::world::World;
use crate::world::families;
use crate::world::leases::{Register, Standing};
use guichet_pipeline::values::Date;
use rayon::prelude::*;
use serde_json::{Value, json};

/// What a corpus is to hold.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where all chance comes from.
    pub seed: u64,
    /// How many files.
    pub count: usize,
    /// Which designs; all of them if `None`.
    pub split: Option<Split>,
    /// Which kinds of files.
    pub kinds: Vec<Kind>,
    /// Which folders of designs.
    pub families: Vec<String>,
    /// The reference date.
    pub as_of: Date,
    /// How many dwellings the register has; about as many as files if `None`.
    pub leases: Option<usize>,
    /// Share of files that no reader can take.
    pub bad_share: f64,
}

/// Why a corpus could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// A paper could not be drawn or set.
    #[error("cannot make {path}")]
    Paper {
        /// Its file.
        path: String,
        /// Why.
        source: PaperError,
    },
    /// A file could not be made.
    #[error("cannot make {path}")]
    Send {
        /// Which.
        path: String,
        /// Why.
        source: SendError,
    },
    /// No design is left.
    #[error("no design of the families {families:?} is left to draw from")]
    NoDesign {
        /// Which families.
        families: Vec<String>,
    },
}

/// A file of the corpus.
#[derive(Debug)]
pub struct Made {
    /// Its path below the inbox.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its truth line.
    pub truth: Value,
    /// Its pages for training.
    pub pages: Vec<PageRecord>,
}

/// What a planned file shows.
#[derive(Clone, Debug)]
enum What {
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
struct Unit {
    index: u64,
    what: What,
    ways: Vec<Way>,
    paths: Vec<String>,
}

/// A corpus that is being made.
#[derive(Debug)]
pub struct Corpus<'a> {
    press: &'a Press,
    world: &'a World,
    options: &'a Options,
    designs: Vec<Design>,
    register: Register,
    units: Vec<Unit>,
}

/// Days within which papers come in before the reference date.
const INTAKE_DAYS: i32 = 12;

impl<'a> Corpus<'a> {
    /// Draws the register and the plan.
    ///
    /// # Errors
    /// No design that fits the options.
    pub fn plan(
        press: &'a Press,
        world: &'a World,
        designs: &[Design],
        options: &'a Options,
    ) -> Result<Self, CorpusError> {
        let fits = |design: &&Design| {
            options.families.contains(&design.family)
                && families::is_known(&design.family)
                && options.split.is_none_or(|split| design.front.split == split)
        };
        let designs: Vec<Design> = designs.iter().filter(fits).cloned().collect();
        if designs.is_empty() {
            return Err(CorpusError::NoDesign { families: options.families.clone() });
        }
        let size = options.leases.unwrap_or(options.count.clamp(60, 4000));
        let register = Register::draw(world, options.seed, size, options.as_of);
        let mut corpus = Self { press, world, options, designs, register, units: Vec::new() };
        corpus.units = corpus.units();
        Ok(corpus)
    }

    /// Gives the register as CSV.
    ///
    /// # Errors
    /// Memory that cannot be written to.
    pub fn register_csv(&self) -> Result<Vec<u8>, csv::Error> {
        self.register.csv()
    }

    /// Makes the files, some at a time, and hands them over in the order of the plan.
    ///
    /// # Errors
    /// A paper that cannot be made, or what `take` fails with.
    pub fn make<E: From<CorpusError>>(&self, mut take: impl FnMut(Made) -> Result<(), E>) -> Result<(), E> {
        // Few enough that the pictures in memory stay under a gigabyte.
        const AT_ONCE: usize = 48;
        for units in self.units.chunks(AT_ONCE) {
            let made: Vec<Result<Vec<Made>, CorpusError>> = units.par_iter().map(|unit| self.unit(unit)).collect();
            for files in made {
                for file in files? {
                    take(file)?;
                }
            }
        }
        Ok(())
    }

    fn scene(&self) -> Scene<'_> {
        Scene { world: self.world, register: &self.register, designs: &self.designs, today: self.options.as_of }
    }

    fn has_family(&self, family: &str) -> bool {
        self.designs.iter().any(|design| design.family == family)
    }

    fn draw(&self, index: u64, purpose: &str) -> Draw {
        Draw::new(self.options.seed, index, purpose)
    }

    /// Draws the plan.
    fn units(&self) -> Vec<Unit> {
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
            return What::Bad(*draw.pick(&Bad::ALL));
        }
        let others: Vec<&str> = self
            .options
            .families
            .iter()
            .map(String::as_str)
            .filter(|family| *family != "attestation" && self.has_family(family))
            .collect();
        if !self.has_family("attestation") || !others.is_empty() && draw.chance(0.22) {
            let family = (*draw.pick(&others)).to_owned();
            let twists = scenario::look_alike(draw);
            return What::Single { family, twists, forgery: None };
        }
        if self.bundle_kinds().next().is_some() && draw.chance(0.045) {
            let mut families = vec!["attestation".to_owned()];
            for _ in 0..draw.between(1, 2) {
                families.push(if others.is_empty() { "attestation" } else { *draw.pick(&others) }.to_owned());
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
        let mut paths: Vec<String> =
            ways.iter().map(|way| names.path(*way, &sender, "attestation_habitation", draw)).collect();
        // A copy comes after its original: files are taken in by their paths.
        paths.sort();
        Unit { index, what, ways, paths }
    }

    fn unit(&self, unit: &Unit) -> Result<Vec<Made>, CorpusError> {
        let draw = self.draw(unit.index, "paper");
        let path = unit.paths[0].clone();
        let of_paper = |source: PaperError| CorpusError::Paper { path: path.clone(), source };
        match &unit.what {
            What::Bad(bad) => Ok(vec![self.bad(unit, *bad)?]),
            What::Single { family, twists, forgery } => {
                let paper =
                    paper::draw(self.press, self.scene(), Wish::new(family, twists), &draw).map_err(of_paper)?;
                Ok(vec![self.single(unit, 0, paper, *forgery)?])
            }
            What::Copied => match paper::copied(self.press, self.scene(), "attestation", &draw) {
                Ok((first, second)) => {
                    Ok(vec![self.single(unit, 0, first, None)?, self.single(unit, 1, second, None)?])
                }
                // No design shows enough to tell a copy: two good papers.
                Err(PaperError::NoDesign { .. }) => {
                    let good = |draw: &Draw| paper::draw(self.press, self.scene(), Wish::new("attestation", &[]), draw);
                    let (first, second) = (good(&draw).map_err(of_paper)?, good(&draw.sister("2")).map_err(of_paper)?);
                    Ok(vec![self.single(unit, 0, first, None)?, self.single(unit, 1, second, None)?])
                }
                Err(source) => Err(of_paper(source)),
            },
            What::Bundle { families } => {
                let mut papers = Vec::new();
                let mut wish = Wish::new("attestation", &[]);
                for (at, family) in families.iter().enumerate() {
                    wish.family = family;
                    let paper = paper::draw(self.press, self.scene(), wish, &draw.sister(&format!("piece {at}")));
                    let paper = paper.map_err(of_paper)?;
                    wish.lease = paper.draft.lease;
                    papers.push(paper);
                }
                let mut sends = self.draw(unit.index, "send");
                let all: Vec<&Paper> = papers.iter().collect();
                let sent = sending::send(self.press, &all, unit.ways[0], &mut sends)
                    .map_err(|source| CorpusError::Send { path, source })?;
                Ok(vec![self.made(unit, 0, &all, sent)])
            }
        }
    }

    fn single(&self, unit: &Unit, at: usize, paper: Paper, forgery: Option<Forgery>) -> Result<Made, CorpusError> {
        let mut draw = self.draw(unit.index, if at == 0 { "send" } else { "send copy" });
        let failed = |source: SendError| CorpusError::Send { path: unit.paths[at].clone(), source };
        let way = several_pages(unit.ways[at], &paper);
        // A situation that no design could show was given up: there is nothing to forge.
        let forgery = forgery.filter(|_| paper.draft.twists.contains(&Twist::Forged));
        let (paper, sent) = match forgery {
            None => {
                let sent = sending::send(self.press, &[&paper], way, &mut draw).map_err(failed)?;
                (paper, sent)
            }
            Some(forgery) => self.forged(paper, forgery, way, &mut draw).map_err(failed)?,
        };
        Ok(self.made(unit, at, &[&paper], sent))
    }

    fn forged(&self, paper: Paper, forgery: Forgery, way: Way, draw: &mut Draw) -> Result<(Paper, Sent), SendError> {
        let scene = self.scene();
        let paper = if forgery == Forgery::FontMix {
            let mut draft = paper.draft;
            draft.data = tamper::with_strange_font(&draft.data, draw);
            Paper::set(self.press, scene, draft)?
        } else {
            paper
        };
        let mut before = paper.draft.clone();
        before.data = before.original.clone().unwrap_or(before.data);
        let original = Paper::set(self.press, scene, before)?;
        let sent = tamper::send(self.press, &paper, &original, forgery, way, draw)?;
        Ok((paper, sent))
    }

    fn bad(&self, unit: &Unit, bad: Bad) -> Result<Made, CorpusError> {
        let path = unit.paths[0].clone();
        let whole = self.whole_pdf(unit.index).map_err(|source| CorpusError::Send { path: path.clone(), source })?;
        let file = bad.file(&whole, &mut self.draw(unit.index, "bad"));
        let truth = json!({"source": format!("{INBOX}/{path}"), "kind": "mauvais", "template": null, "status": "error", "error": file.code, "segments": []});
        Ok(Made { path, bytes: file.bytes, truth, pages: Vec::new() })
    }

    /// Gives a sound PDF, to be damaged.
    fn whole_pdf(&self, index: u64) -> Result<Vec<u8>, SendError> {
        let sheets: Sheets = self.press.set_text("#set text(font: \"Liberation Sans\")\nAttestation d'assurance")?;
        Ok(sending::native(&sheets, self.options.as_of, &index.to_string(), &mut self.draw(index, "whole"))?.0)
    }

    /// Gives a file with its truth line and the records of its pages.
    fn made(&self, unit: &Unit, at: usize, papers: &[&Paper], sent: Sent) -> Made {
        let scene = self.scene();
        let source = format!("{INBOX}/{}", unit.paths[at]);
        let kind = unit.ways[at].kind;
        let insured = papers.iter().any(|paper| decision::family(paper.type_code(scene)) != Family::Foreign);
        let (mut segments, mut records, mut templates, mut cases) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (number, paper) in papers.iter().enumerate() {
            let pages: Vec<usize> =
                (0..sent.pages.len()).filter(|page| sent.pages[*page].paper == number).map(|page| page + 1).collect();
            let shown = |index: usize| sent.pages.iter().find(|page| page.paper == number && page.index == index);
            let truth = paper.truth_where(scene, |index, rect| shown(index).is_some_and(|page| page.shows(rect)));
            let foreign = decision::family(paper.type_code(scene)) == Family::Foreign;
            segments.push(self.segment(paper, &truth, &pages, kind, !(foreign && insured)));
            templates.push(scene.designs[paper.draft.design].name.clone());
            cases.push(case(paper));
            for page in sent.pages.iter().filter(|page| page.paper == number) {
                records.push(self.record(&source, paper, &sent, page, kind));
            }
        }
        let truth = json!({"source": source, "kind": kind.word(), "template": templates.join("+"), "case": cases.join("+"), "segments": segments});
        Made { path: unit.paths[at].clone(), bytes: sent.bytes, truth, pages: records }
    }

    fn segment(&self, paper: &Paper, truth: &Truth, pages: &[usize], kind: Kind, decides: bool) -> Value {
        let scene = self.scene();
        let type_code = paper.type_code(scene);
        if kind == Kind::Unreadable {
            let decision = decision::unreadable().json();
            return json!({"pages": pages, "type": type_code, "illisible": true, "fields": {}, "decision": decision});
        }
        let mut segment = json!({"pages": pages, "type": type_code, "fields": truth.json()});
        if decides {
            segment["decision"] = paper.decision(scene, truth).json();
        }
        segment
    }

    fn record(&self, source: &str, paper: &Paper, sent: &Sent, page: &sending::SentPage, kind: Kind) -> PageRecord {
        let scene = self.scene();
        let number = sent.pages.iter().position(|other| std::ptr::eq(other, page)).unwrap_or(0);
        let text = &paper.sheets.pages[page.index];
        let (map, turn, aspect) = match &page.shot {
            None => (crate::damage::map::Map::default(), 0, text.width / text.height),
            Some(shot) => {
                let aspect = shot.raster.width as f32 / shot.raster.height as f32;
                let aspect = if shot.to_upright % 2 == 0 { aspect } else { 1.0 / aspect };
                (shot.upright_map(), shot.to_upright, aspect)
            }
        };
        PageRecord {
            source: source.to_owned(),
            page: number + 1,
            template: scene.designs[paper.draft.design].name.clone(),
            kind: kind.word().to_owned(),
            type_code: paper.type_code(scene).to_owned(),
            first: page.index == 0,
            turn,
            aspect,
            words: record::words(paper, page.index, &map, |rect| page.shows(rect)),
        }
    }
}

/// The folder of the files, beside the register and the truth.
pub const INBOX: &str = "inbox";

/// Gives the situation in words, for whoever looks at the truth.
fn case(paper: &Paper) -> String {
    if paper.draft.twists.is_empty() {
        return "bon".to_owned();
    }
    let words: Vec<String> = paper.draft.twists.iter().map(|twist| format!("{twist:?}").to_lowercase()).collect();
    words.join(",")
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

/// A paper of several pages in a format of one is sent as its first page; the deciding pages must not be lost so.
fn several_pages(way: Way, paper: &Paper) -> Way {
    let on_first = paper.truth.fields.iter().flat_map(|field| &field.places).all(|(page, _)| *page == 0);
    let many = paper.sheets.pages.len() > 1 && !on_first;
    if many && !matches!(way.format, Format::Pdf | Format::Tiff) { Way { format: way.format, ..way } } else { way }
}

impl From<TypesetError> for CorpusError {
    fn from(source: TypesetError) -> Self {
        Self::Paper { path: String::new(), source: source.into() }
    }
}
