//! Making the files of a plan, with their truth lines and the records of their pages.

use super::plan::{Unit, What};
use super::{Corpus, CorpusError, INBOX, Made};
use crate::bad::Bad;
use crate::damage::Kind;
use crate::damage::map::Map;
use crate::decision::{self, Decision, Family};
use crate::draft::Wish;
use crate::draw::Draw;
use crate::paper::{self, Paper, PaperError};
use crate::record::{self, PageRecord};
use crate::scenario::Twist;
use crate::sending::{self, SendError, Sent, Way};
use crate::tamper::{self, Forgery};
use crate::truth::Truth;
use crate::typeset::Sheets;
use guichet_pipeline::geometry::Rect;
use serde_json::{Value, json};

impl Corpus<'_> {
    /// Makes the files of a unit.
    pub(super) fn unit(&self, unit: &Unit) -> Result<Vec<Made>, CorpusError> {
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
                let mut wish = Wish::new("", &[]);
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
        let way = unit.ways[at];
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
        let mut worst = 1.0f32;
        for (number, paper) in papers.iter().enumerate() {
            let pages: Vec<usize> =
                (0..sent.pages.len()).filter(|page| sent.pages[*page].paper == number).map(|page| page + 1).collect();
            let shown = |index: usize| sent.pages.iter().find(|page| page.paper == number && page.index == index);
            let shows = |index: usize, rect: &Rect| shown(index).is_some_and(|page| page.shows(rect));
            let truth = paper.truth_where(scene, shows);
            let foreign = decision::family(paper.type_code(scene)) == Family::Foreign;
            let legible = legible_share(paper, number, &sent);
            worst = worst.min(legible);
            let lost = kind == Kind::Unreadable || legible < LEAST_LEGIBLE;
            let decision = match lost {
                true => decision::unreadable(),
                false => paper.decision(scene, &truth, shows),
            };
            let decision = Some(decision).filter(|_| !(foreign && insured));
            segments.push(segment(paper.type_code(scene), &truth, &pages, lost, decision));
            templates.push(scene.designs[paper.draft.design].name.clone());
            cases.push(case(paper));
            for page in sent.pages.iter().filter(|page| page.paper == number) {
                records.push(self.record(&source, paper, &sent, page, kind));
            }
        }
        let truth = json!({"source": source, "kind": kind.word(), "template": templates.join("+"), "case": cases.join("+"), "lisible": f64::from((worst * 100.0).round()) / 100.0, "segments": segments});
        Made { path: unit.paths[at].clone(), bytes: sent.bytes, truth, pages: records }
    }

    fn record(&self, source: &str, paper: &Paper, sent: &Sent, page: &sending::SentPage, kind: Kind) -> PageRecord {
        let scene = self.scene();
        let number = sent.pages.iter().position(|other| std::ptr::eq(other, page)).unwrap_or(0);
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
            page: number + 1,
            template: scene.designs[paper.draft.design].name.clone(),
            kind: kind.word().to_owned(),
            type_code: paper.type_code(scene).to_owned(),
            first: page.index == 0,
            turn,
            aspect,
            words: record::words(paper, page.index, &map, |rect| page.shows(rect)),
            values: record::values(paper, page.index, &map, |rect| page.shows(rect)),
        }
    }
}

/// Gives the truth of one document in a file.
fn segment(type_code: &str, truth: &Truth, pages: &[usize], lost: bool, decision: Option<Decision>) -> Value {
    let mut segment = json!({"pages": pages, "type": type_code});
    if lost {
        segment["illisible"] = true.into();
    }
    segment["fields"] = if lost { json!({}) } else { truth.json().into() };
    if let Some(decision) = decision {
        segment["decision"] = decision.json();
    }
    segment
}

/// Share of words that can be read below which a paper counts as unreadable.
const LEAST_LEGIBLE: f32 = 0.45;

/// Gives the share of the words of the sent pages whose ink can be read, where the page shows at all.
fn legible_share(paper: &Paper, number: usize, sent: &Sent) -> f32 {
    let (mut shown, mut read) = (0, 0);
    for page in sent.pages.iter().filter(|page| page.paper == number) {
        let Some(shot) = &page.shot else { continue };
        for word in &paper.sheets.pages[page.index].words {
            // Leaders and bullets are no loss.
            if !word.text.contains(char::is_alphanumeric) {
                continue;
            }
            let shows = shot.shows(&word.rect);
            shown += usize::from(shows);
            read += usize::from(shows && page.shows(&word.rect));
        }
    }
    if shown == 0 { 1.0 } else { read as f32 / shown as f32 }
}

/// Gives the situation in words, for whoever looks at the truth.
fn case(paper: &Paper) -> String {
    if paper.draft.twists.is_empty() {
        return "bon".to_owned();
    }
    let words: Vec<String> = paper.draft.twists.iter().map(|twist| format!("{twist:?}").to_lowercase()).collect();
    words.join(",")
}
