//! A place in the pool: a child, replaced when it dies or has worked long enough.
//!
//! Invariant: what one source does to a child costs no other source its answer.

use super::answer::{is_plausible, is_plausible_fault};
use super::isolation::Isolation;
use super::protocol::{Answer, Kind, Told};
use super::reader::{Reader, Silence};
use super::{death, silence_budget};
use crate::interrupt::Interrupt;
use crate::settings::Settings;
use crate::stop::Stop;
use guichet_pipeline::document::{Fault, FaultCode, ReadDocument};
use image::RgbImage;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

/// A child is replaced after this many requests, so that what libraries leak stays small.
const REQUESTS_OF_A_CHILD: u32 = 200;

/// A child that dies of what an earlier source left behind does so at once; a source that works on it for longer than
/// this does it itself, and is not given as long again.
const SOON: Duration = Duration::from_secs(4);

/// A place for one child at a time.
#[derive(Debug)]
pub struct Seat<'a> {
    settings: &'a Settings,
    interrupt: &'a Interrupt,
    reader: Option<Reader>,
    broke: bool,
    peak: u64,
}

impl<'a> Seat<'a> {
    /// Builds an empty place; the first request starts the child.
    pub fn new(settings: &'a Settings, interrupt: &'a Interrupt) -> Self {
        Self { settings, interrupt, reader: None, broke: false, peak: 0 }
    }

    /// Gives the walls around the child, starting it where there is none.
    ///
    /// # Errors
    /// When no child starts.
    pub fn isolation(&mut self) -> Result<&Isolation, Stop> {
        self.child().map(|reader| &reader.isolation)
    }

    /// Tells whether the last request ended with the child, and not with its answer.
    pub fn broke(&self) -> bool {
        self.broke
    }

    /// Gives the most resident memory that a child of this place was seen to hold, in bytes.
    pub fn peak_bytes(&self) -> u64 {
        self.peak
    }

    /// Says which walls the child of the moment lacks.
    pub(super) fn lacks(&self) -> Option<String> {
        self.reader.as_ref().and_then(|reader| reader.isolation.lacks())
    }

    /// Reads some pages of a source.
    ///
    /// # Errors
    /// When the program is to stop; a fault of the file is data.
    pub fn read(&mut self, bytes: &[u8], range: &RangeInclusive<u32>) -> Result<Result<ReadDocument, Fault>, Stop> {
        let most = self.settings.limites.pages_max;
        match self.ask((Kind::Read, *range.start(), *range.end()), bytes)? {
            Ok(Answer::Told(Told::Document(document))) if is_plausible(&document, range, most) => Ok(Ok(document)),
            Ok(Answer::Told(Told::Fault(fault))) if is_plausible_fault(&fault) => Ok(Err(fault)),
            Err(fault) => Ok(Err(fault)),
            Ok(_) => Ok(Err(self.nonsense())),
        }
    }

    /// Draws a page of a source.
    ///
    /// # Errors
    /// When the program is to stop; a fault of the file is data.
    pub fn picture(&mut self, bytes: &[u8], page: u32) -> Result<Result<RgbImage, Fault>, Stop> {
        match self.ask((Kind::Picture, page, 0), bytes)? {
            Ok(Answer::Drawn(picture)) => Ok(Ok(picture)),
            Ok(Answer::Told(Told::Fault(fault))) if is_plausible_fault(&fault) => Ok(Err(fault)),
            Err(fault) => Ok(Err(fault)),
            Ok(_) => Ok(Err(self.nonsense())),
        }
    }

    fn ask(&mut self, question: (Kind, u32, u32), bytes: &[u8]) -> Result<Result<Answer, Fault>, Stop> {
        let answer = self.answer(question, bytes)?;
        self.broke = answer.is_err();
        Ok(answer)
    }

    /// Asks the child; a fresh one once more where the first may have died of what an earlier source left behind.
    fn answer(&mut self, question: (Kind, u32, u32), bytes: &[u8]) -> Result<Result<Answer, Fault>, Stop> {
        let used = self.child()?.asked > 0;
        let start = Instant::now();
        match self.ask_once(question, bytes) {
            Err(Silence::Fault(fault)) if used && start.elapsed() < SOON && may_be_inherited(&fault) => {}
            Err(Silence::Fault(fault)) => return Ok(Err(fault)),
            Err(Silence::Stop(stop)) => return Err(stop),
            Err(Silence::Stale) => {}
            Ok(answer) => return Ok(Ok(answer)),
        }
        self.child()?;
        match self.ask_once(question, bytes) {
            Ok(answer) => Ok(Ok(answer)),
            Err(Silence::Fault(fault)) => Ok(Err(fault)),
            // A child that has served nobody else owes this to nobody else.
            Err(Silence::Stale) => Ok(Err(death::broken())),
            Err(Silence::Stop(stop)) => Err(stop),
        }
    }

    fn ask_once(&mut self, question: (Kind, u32, u32), bytes: &[u8]) -> Result<Answer, Silence> {
        let budget = silence_budget(self.settings.lecture.delai_page_s);
        let interrupt = self.interrupt;
        let mut reader = self.reader.take().ok_or(Silence::Stale)?;
        let answer = reader.ask(question, bytes, budget, interrupt);
        self.peak = self.peak.max(reader.peak);
        // A child that gives no answer is gone: its place stays empty.
        let answer = answer?;
        if reader.asked < REQUESTS_OF_A_CHILD && !reader.is_swollen(self.settings.lecture.memoire_max / 2) {
            self.reader = Some(reader);
        }
        Ok(answer)
    }

    fn child(&mut self) -> Result<&mut Reader, Stop> {
        match self.reader.take() {
            Some(reader) if reader.is_waiting() => Ok(self.reader.insert(reader)),
            _ => {
                let reader = Reader::start(self.settings, self.interrupt)?;
                Ok(self.reader.insert(reader))
            }
        }
    }

    /// A child that answers beside the question has been taken over by its file.
    fn nonsense(&mut self) -> Fault {
        self.reader = None;
        self.broke = true;
        death::broken()
    }
}

/// Tells whether a child may have died of an earlier source: of memory that was never given back, of a broken state. Time
/// is counted for each page alone.
fn may_be_inherited(fault: &Fault) -> bool {
    matches!(fault.code, FaultCode::TropVolumineux | FaultCode::FichierCorrompu)
}
