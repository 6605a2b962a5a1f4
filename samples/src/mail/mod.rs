//! Incoming mail: the hand-written texts of `textes/`, varied, with their truth.
//!
//! `texts` reads the folder, `grammar` expands a template into runs, `facts` fills its slots, `phrasing` says things
//! otherwise, `noise` misspells, `around` sets what stands around the text (sender's block, thread, footer), `notice` says
//! what follows from a congé, and `record` writes the line for training and measuring.
//!
//! Invariants: category and urgency are those of the base text, and nothing that is added changes them; a field is in the
//! truth when it was printed. A base text, and the replies and asides that go with it, are for training or for validation,
//! never for both.

pub mod around;
pub mod dictionary;
pub mod emails;
pub mod facts;
pub mod grammar;
pub mod mime;
pub mod noise;
pub mod notice;
pub mod papers;
pub mod phrasing;
pub mod record;
pub mod texts;

use crate::design::Split;
use crate::draw::Draw;
use crate::world::World;
use facts::{Facts, Span};
use grammar::Run;
use guichet_pipeline::values::Date;
use noise::Habits;
use texts::{Author, Base, Channel, Library};

/// One letter or e-mail.
#[derive(Debug)]
pub struct Letter<'a> {
    /// What is true of it.
    pub facts: Facts<'a>,
    /// On paper or as an e-mail; never `Both`.
    pub channel: Channel,
    /// Its subject, without Re or TR.
    pub subject: Option<Vec<Run>>,
    /// Its text, from the greeting to the signature.
    pub paragraphs: Vec<Vec<Run>>,
    /// The day it came in.
    pub received: Date,
    /// Codes of the proofs that are enclosed.
    pub proofs: Vec<String>,
}

impl<'a> Letter<'a> {
    /// Writes the letter that `draw` gives, within `span`.
    pub fn write(world: &'a World, library: &'a Library, base: &'a Base, span: Span, draw: &Draw) -> Self {
        let mut own = draw.sister("letter");
        let channel = match base.channel {
            Channel::Both if own.chance(0.5) => Channel::Email,
            Channel::Both => Channel::Lettre,
            channel => channel,
        };
        let mut facts = Facts::draw(world, library, base, span, draw);
        let subject = (!base.subjects.is_empty()).then(|| {
            let template = own.pick(&base.subjects).clone();
            grammar::expand(&template, &mut own, &mut |slot, before| facts.print(slot, before))
        });
        let runs = grammar::expand(&base.body, &mut own, &mut |slot, before| facts.print(slot, before));
        let mut paragraphs = grammar::paragraphs(runs);
        phrasing::vary(&mut facts, channel, &mut paragraphs, draw);
        let habits = Habits::draw(base.register, &mut own);
        let mut subject = subject.filter(|runs| !runs.is_empty());
        for run in subject.iter_mut().flatten().chain(paragraphs.iter_mut().flatten()) {
            habits.apply(&library.faults, run, &mut own);
        }
        let received = match channel {
            Channel::Email => facts.date,
            _ => facts.date.add_days(own.between(1, 6)).min(span.today.max(facts.date)),
        };
        let proofs = facts.proofs(&mut own);
        Self { facts, channel, subject, paragraphs, received, proofs }
    }

    /// Tells whether the text prints that field.
    pub fn prints(&self, field: &str) -> bool {
        let runs = self.paragraphs.iter().flatten().chain(self.subject.iter().flatten());
        runs.flat_map(|run| &run.marks).any(|mark| mark.field == field)
    }

    /// Tells whether a person signs it.
    pub fn has_sender(&self) -> bool {
        !self.facts.base.anonymous
    }
}

/// Draws a base text of a part, or of both: categories evenly, then texts evenly.
pub fn base<'a>(library: &'a Library, split: Option<Split>, draw: &mut Draw) -> &'a Base {
    let category = draw.pick(&library.categories);
    let fits = |base: &&Base| &base.category == category && split.is_none_or(|split| base.split == split);
    let texts: Vec<&Base> = library.bases.iter().filter(fits).collect();
    draw.one(&texts)
}

impl Facts<'_> {
    /// Gives the codes of the proofs that the text says are enclosed.
    fn proofs(&self, draw: &mut Draw) -> Vec<String> {
        let by_motive = |code: &str| code == "selon_motif";
        let mut proofs: Vec<String> = Vec::new();
        for code in &self.base.proofs {
            if !by_motive(code) {
                proofs.push(code.clone());
            } else if let Some(motive) = self.library.motives.iter().find(|motive| motive.code == self.motive)
                && !motive.proofs.is_empty()
            {
                proofs.push(draw.pick(&motive.proofs).code.clone());
            }
        }
        proofs
    }

    /// Tells whether the writer lives in the dwelling.
    pub fn lives_there(&self) -> bool {
        self.base.author == Author::Locataire
    }
}
