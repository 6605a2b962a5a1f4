//! A corpus: a register, an inbox of files, and the truth of each, all from one seed.
//!
//! First the plan is drawn, one file after the other (situations, kinds, names); then the files are made, in any order and
//! on any number of threads.

mod making;
mod plan;

use crate::damage::Kind;
use crate::design::{Design, Split};
use crate::draft::Scene;
use crate::draw::Draw;
use crate::paper::PaperError;
use crate::record::PageRecord;
use crate::sending::SendError;
use crate::typeset::Press;
use crate::world::World;
use crate::world::families;
use crate::world::leases::Register;
use guichet_pipeline::values::Date;
use plan::Unit;
use rayon::prelude::*;
use serde_json::Value;

/// The folder of the files, beside the register and the truth.
pub const INBOX: &str = "inbox";

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
}

#[cfg(test)]
mod tests {
    use super::plan::What;
    use super::*;
    use crate::design;
    use guichet_pipeline::hash::fnv1a;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn options(count: usize, kinds: &[Kind]) -> Options {
        Options {
            seed: 11,
            count,
            split: None,
            kinds: kinds.to_vec(),
            families: families::INSURANCE.iter().map(|family| (*family).to_owned()).collect(),
            as_of: Date::new(2026, 11, 23).unwrap(),
            leases: Some(80),
            bad_share: 0.1,
        }
    }

    fn files(options: &Options, threads: usize) -> Vec<(String, u64, Value)> {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/designs"));
        let (press, world, designs) = (Press::new(root).unwrap(), World::load(), design::load(root).unwrap());
        let corpus = Corpus::plan(&press, &world, &designs, options).unwrap();
        let mut files = Vec::new();
        let take = |made: Made| -> Result<(), CorpusError> {
            let pages = serde_json::to_vec(&made.pages).unwrap();
            files.push((made.path, fnv1a(&made.bytes) ^ fnv1a(&pages), made.truth));
            Ok(())
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(32 << 20).build().unwrap();
        pool.install(|| corpus.make(take)).unwrap();
        files
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_on_one_thread_and_on_two() {
        let options = options(14, &Kind::ALL);
        assert_eq!(files(&options, 1), files(&options, 2));
    }

    /// An inbox of every family of papers.
    fn mixed(count: usize, kinds: &[Kind]) -> Options {
        let families = families::all().into_iter().map(str::to_owned).collect();
        Options { families, bad_share: 0.0, ..options(count, kinds) }
    }

    #[test]
    fn an_inbox_of_all_families_comes_out_the_same_again() {
        let options = mixed(14, &[Kind::Native, Kind::Scan]);
        assert_eq!(files(&options, 2), files(&options, 1));
    }

    #[test]
    fn a_mixed_inbox_holds_every_family_with_fields_in_normal_form() {
        let made = files(&mixed(160, &[Kind::Native, Kind::Scan]), 2);
        let mut seen = BTreeSet::new();
        let mut several = 0;
        for (_, _, line) in &made {
            let segments = line["segments"].as_array().unwrap();
            several += usize::from(segments.len() > 1);
            let mut next = 1;
            for segment in segments {
                // Documents of a file stand one after the other.
                for page in segment["pages"].as_array().unwrap() {
                    assert_eq!(page.as_u64().unwrap(), next, "{line}");
                    next += 1;
                }
                let code = segment["type"].as_str().unwrap();
                seen.insert(code.to_owned());
                let known = crate::catalogue::fields(code).unwrap();
                for (field, value) in segment["fields"].as_object().unwrap() {
                    assert!(known.contains(&field.as_str()) && !value.is_null(), "{field} {segment}");
                    let text = value.as_str();
                    if let Some(text) = text.filter(|_| field.starts_with("date")) {
                        assert!(Date::from_iso(text).is_some(), "{field} {segment}");
                    }
                    if let Some(text) = text.filter(|_| AMOUNTS.contains(&field.as_str())) {
                        let (euros, cents) = text.split_once('.').unwrap();
                        assert!(euros.parse::<i64>().is_ok() && cents.len() == 2, "{field} {segment}");
                    }
                }
            }
        }
        for code in ["bulletin_salaire", "avis_imposition", "carte_identite", "quittance_loyer", "attestation_caf"] {
            assert!(seen.contains(code), "{seen:?}");
        }
        assert!(several > 3 && seen.len() > 14, "{several} {seen:?}");
    }

    /// Fields that are amounts.
    const AMOUNTS: &[&str] = &[
        "revenu_fiscal_reference",
        "nombre_parts",
        "net_a_payer",
        "net_imposable",
        "net_social",
        "brut",
        "salaire_brut_mensuel",
        "total",
        "montant",
        "montant_net",
        "montant_total",
        "loyer_hors_charges",
        "charges",
    ];

    #[test]
    fn lines_have_the_shape_that_is_scored() {
        let made = files(&options(120, &[Kind::Native]), 2);
        assert_eq!(made.len(), 120);
        let paths: BTreeSet<&String> = made.iter().map(|(path, ..)| path).collect();
        assert_eq!(paths.len(), 120);
        let mut outcomes = BTreeSet::new();
        for (path, _, line) in &made {
            assert_eq!(line["source"], format!("{INBOX}/{path}"));
            if line["status"] == "error" {
                assert!(line["error"].is_string(), "{line}");
                continue;
            }
            for segment in line["segments"].as_array().unwrap() {
                assert!(!segment["pages"].as_array().unwrap().is_empty() && segment["type"].is_string(), "{line}");
                let decision = &segment["decision"];
                let reasons = decision["reasons"].as_array().unwrap();
                assert_eq!(decision["outcome"] == "accept", reasons.is_empty(), "{line}");
                outcomes.insert(decision["outcome"].as_str().unwrap().to_owned());
            }
        }
        assert_eq!(outcomes.len(), 3);
    }

    #[test]
    fn a_copy_comes_after_its_original() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/designs"));
        let (press, world, designs) = (Press::new(root).unwrap(), World::load(), design::load(root).unwrap());
        let options = options(400, &[Kind::Native]);
        let corpus = Corpus::plan(&press, &world, &designs, &options).unwrap();
        let copies: Vec<&Unit> = corpus.units.iter().filter(|unit| matches!(unit.what, What::Copied)).collect();
        assert!(!copies.is_empty());
        for unit in copies {
            assert!(unit.paths[0] < unit.paths[1], "{:?}", unit.paths);
            let made = corpus.unit(unit).unwrap();
            let number = |at: usize| &made[at].truth["segments"][0]["fields"]["numero_contrat"];
            let decision = |at: usize| &made[at].truth["segments"][0]["decision"];
            assert_eq!(number(0), number(1));
            assert_eq!(decision(1)["reasons"], serde_json::json!(["doublon"]));
            assert_ne!(decision(0)["reference_contrat"], decision(1)["reference_contrat"]);
        }
    }
}
