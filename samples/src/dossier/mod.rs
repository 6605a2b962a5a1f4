//! Dossiers: a folder with what a household declares and its pieces, with faults planted, and what must be found.
//!
//! A household is drawn (`applicants`), its pieces are listed by its situation (`pieces`), faults bend the list or what is
//! declared (`faults`), then each piece is set and sent. The truth has the findings of catalogue section 4 that were planted,
//! and those that may be reported without being wrong (`findings_toleres`).

mod applicants;
mod ceilings;
mod declared;
mod faults;
mod pieces;

use crate::damage::Kind;
use crate::design::{Design, Split};
use crate::draft::{self, Scene, Wish};
use crate::draw::Draw;
use crate::file::Format;
use crate::paper::Paper;
use crate::sending::{self, SendError, Way};
use crate::typeset::{Press, TypesetError};
use crate::world::World;
use crate::world::families::figures::Cents;
use crate::world::leases::Register;
use applicants::Applicants;
use faults::Fault;
use guichet_pipeline::values::Date;
use pieces::Piece;
use serde_json::{Value, json};

/// What all dossiers share.
#[derive(Clone, Copy, Debug)]
pub struct Office<'a> {
    /// Fonts and designs.
    pub press: &'a Press,
    /// Lexicons.
    pub world: &'a World,
    /// The designs that may be used.
    pub designs: &'a [Design],
    /// Which part of them; all if `None`.
    pub split: Option<Split>,
    /// The reference date.
    pub today: Date,
    /// Where all chance comes from.
    pub seed: u64,
}

/// A dossier.
#[derive(Debug)]
pub struct Folder {
    /// Its name.
    pub name: String,
    /// What is declared: `dossier.json`.
    pub declared: Value,
    /// The files and their bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// What must be found.
    pub truth: Value,
}

/// Why a dossier could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DossierError {
    /// Typst refused a piece.
    #[error(transparent)]
    Typeset(#[from] TypesetError),
    /// A file could not be made.
    #[error(transparent)]
    Send(#[from] SendError),
    /// No design can show a piece.
    #[error("no design of the family \"{family}\" shows a {type_code}")]
    NoDesign {
        /// Folder of the designs.
        family: &'static str,
        /// Type of the piece.
        type_code: &'static str,
    },
}

impl Office<'_> {
    /// Makes dossier `index`.
    ///
    /// # Errors
    /// A piece that cannot be set or sent.
    pub fn folder(&self, index: u64) -> Result<Folder, DossierError> {
        let draw = Draw::new(self.seed, index, "dossier");
        let applicants = Applicants::draw(self.world, self.today, &mut draw.sister("applicants"));
        let register = Register::of(applicants.leases(), self.seed ^ index);
        let scene = Scene { world: self.world, register: &register, designs: self.designs, today: self.today };
        let mut pieces = pieces::wanted(&applicants, &mut draw.sister("pieces"));
        let faults = faults::draw(&applicants, &mut pieces, &mut draw.sister("faults"));
        let mut papers = Vec::new();
        for (at, piece) in pieces.iter().enumerate() {
            papers.push(self.paper(scene, piece, &draw.sister(&format!("paper {at}")))?);
        }
        let mut declared = declared::dossier(&applicants, &pieces, &papers, self.today, &mut draw.sister("declared"));
        for fault in &faults {
            fault.declare(&mut declared, &mut draw.sister("false"));
        }
        let files = self.files(&pieces, &papers, &draw)?;
        let name = format!("D{index:04}");
        let truth = truth(&name, &applicants, &pieces, &papers, &faults, &declared, self.today);
        Ok(Folder { name, declared, files, truth })
    }

    /// Draws a design that shows a piece, and sets it.
    fn paper(&self, scene: Scene<'_>, piece: &Piece, draw: &Draw) -> Result<Paper, DossierError> {
        let mut choice = draw.sister("design");
        let fits = |design: &Design| {
            design.family == piece.family
                && design.front.type_code == piece.type_code
                && self.split.is_none_or(|split| design.front.split == split)
                && piece.shows(&design.name)
        };
        let mut choices: Vec<(f64, usize)> = (0..self.designs.len())
            .filter(|at| fits(&self.designs[*at]))
            .map(|at| (self.designs[at].front.poids, at))
            .collect();
        if choices.is_empty() {
            // A part that has no such design borrows one of the other.
            let any = |design: &Design| {
                design.family == piece.family && design.front.type_code == piece.type_code && piece.shows(&design.name)
            };
            choices.extend((0..self.designs.len()).filter(|at| any(&self.designs[*at])).map(|at| (1.0, at)));
        }
        let missing = || DossierError::NoDesign { family: piece.family, type_code: piece.type_code };
        if choices.is_empty() {
            return Err(missing());
        }
        let design = *choice.weighted(&choices);
        let wish =
            Wish { lease: Some(piece.lease), design: Some(design), ask: piece.ask, ..Wish::new(piece.family, &[]) };
        let mut draft = draft::draw(scene, wish, &mut draw.sister("draft")).ok_or_else(missing)?;
        piece.forge(&mut draft.data, &mut draw.sister("forge"));
        Ok(Paper::set(self.press, scene, draft)?)
    }

    /// Sends the pieces, each in its file; those of one file one after the other.
    fn files(&self, pieces: &[Piece], papers: &[Paper], draw: &Draw) -> Result<Vec<(String, Vec<u8>)>, DossierError> {
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        for (at, piece) in pieces.iter().enumerate() {
            if files.iter().any(|(name, _)| *name == piece.file) {
                continue;
            }
            let mut draw = draw.sister(&format!("send {at}"));
            if piece.empty {
                files.push((piece.file.clone(), Vec::new()));
                continue;
            }
            let together: Vec<&Paper> = pieces
                .iter()
                .zip(papers)
                .filter(|(other, _)| other.file == piece.file)
                .map(|(_, paper)| paper)
                .collect();
            let bytes = self.send(piece, &together, &mut draw)?;
            files.push((piece.file.clone(), bytes.clone()));
            if let Some(copy) = &piece.copied_to {
                files.push((copy.clone(), bytes));
            }
        }
        files.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(files)
    }

    fn send(&self, piece: &Piece, papers: &[&Paper], draw: &mut Draw) -> Result<Vec<u8>, DossierError> {
        let pages: usize = papers.iter().map(|paper| paper.sheets.pages.len()).sum();
        let kinds: &[(f64, Kind)] = if papers.len() > 1 || piece.first_page_only {
            &[(6.0, Kind::Scan), (2.0, Kind::ScanOcr), (2.0, Kind::Photocopy)]
        } else if pages > 1 {
            &[(6.0, Kind::Native), (5.0, Kind::Scan), (1.0, Kind::ScanOcr)]
        } else {
            &[(6.0, Kind::Native), (5.0, Kind::Scan), (1.0, Kind::ScanOcr), (3.0, Kind::Photo)]
        };
        let kind = if piece.unreadable { Kind::Unreadable } else { *draw.weighted(kinds) };
        let day = self.today.add_days(-draw.between(0, 12));
        let way = Way { format: Format::Pdf, ..Way::draw(kind, true, day, draw) };
        if kind == Kind::Native {
            return Ok(sending::send(self.press, papers, way, draw)?.bytes);
        }
        let mut shot = sending::shoot(self.press, papers, way, draw);
        if piece.first_page_only {
            shot.retain(|page| page.index == 0);
        }
        Ok(sending::pack(papers, shot, way, draw)?.bytes)
    }
}

/// Gives what must be found.
fn truth(
    name: &str,
    applicants: &Applicants,
    pieces: &[Piece],
    papers: &[Paper],
    faults: &[Fault],
    declared: &Value,
    today: Date,
) -> Value {
    let situation = ceilings::situation(applicants, pieces, papers, declared, today);
    let mut findings: Vec<Value> = faults.iter().flat_map(|fault| fault.findings(pieces)).collect();
    let (income, ceiling) = (&situation["revenu_fiscal_reference"], &situation["plafond"]);
    if let (Some(income), Some(ceiling)) = (cents(income), cents(ceiling))
        && income > ceiling
    {
        findings.push(json!({"code": "plafond_depasse", "personne": null, "type_piece": null, "fichier": null}));
    }
    let clean = findings.is_empty();
    json!({
        "dossier": name,
        "findings": findings,
        "findings_toleres": faults.iter().flat_map(|fault| fault.tolerated(pieces)).chain(pieces::tolerated(pieces)).collect::<Vec<_>>(),
        "sans_constat": clean,
        "situation": situation,
        "pieces": pieces.iter().map(Piece::json).collect::<Vec<_>>(),
    })
}

/// Reads an amount in cents off its normal form.
fn cents(value: &Value) -> Option<Cents> {
    value.as_str()?.replace('.', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn with_office(check: impl Fn(Office<'_>)) {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/designs"));
        let (press, world, designs) = (Press::new(root).unwrap(), World::load(), design::load(root).unwrap());
        let today = Date::new(2026, 11, 23).unwrap();
        check(Office { press: &press, world: &world, designs: &designs, split: None, today, seed: 5 });
    }

    #[test]
    fn a_dossier_comes_out_the_same_again() {
        with_office(|office| {
            let (first, again) = (office.folder(3).unwrap(), office.folder(3).unwrap());
            assert_eq!(first.declared, again.declared);
            assert_eq!(first.truth, again.truth);
            assert!(first.files == again.files);
        });
    }

    #[test]
    fn what_must_be_found_names_files_and_people_that_are_there() {
        with_office(|office| {
            let mut codes = BTreeSet::new();
            for index in 0..14 {
                let folder = office.folder(index).unwrap();
                let files: BTreeSet<&str> = folder.files.iter().map(|(name, _)| name.as_str()).collect();
                let people: Vec<&Value> =
                    folder.declared["personnes"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
                let findings = folder.truth["findings"].as_array().unwrap();
                assert_eq!(folder.truth["sans_constat"], findings.is_empty());
                for finding in findings {
                    codes.insert(finding["code"].as_str().unwrap().to_owned());
                    if let Some(file) = finding["fichier"].as_str() {
                        assert!(files.contains(file), "{file} {files:?}");
                    }
                    assert!(finding["personne"].is_null() || people.contains(&&finding["personne"]), "{finding}");
                }
                for piece in folder.truth["pieces"].as_array().unwrap() {
                    assert!(files.contains(piece["fichier"].as_str().unwrap()), "{piece}");
                }
            }
            assert!(codes.len() >= 4, "{codes:?}");
        });
    }
}
