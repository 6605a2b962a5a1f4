//! One whole source with one child: for a worker that has many sources and several seats.

use super::CHUNK_PAGES;
use super::assembly::{Opened, open};
use super::seat::Seat;
use crate::settings::Settings;
use crate::stop::Stop;
use guichet_pipeline::document::{Fault, ReadDocument};
use std::time::{Duration, Instant};

/// What came of reading a source.
#[derive(Debug)]
pub enum Whole {
    /// Its pages.
    Document(ReadDocument),
    /// It cannot be read, and a reader said why.
    Fault(Fault),
    /// It took the reader with it: another attempt may tell more.
    Broken(Fault),
}

/// Reads every page of a source.
///
/// # Errors
/// When the program is to stop, or the engine fails; a fault of the file is data.
pub fn read_whole(seat: &mut Seat<'_>, bytes: &[u8], settings: &Settings) -> Result<Whole, Stop> {
    let started = Instant::now();
    let first = match seat.read(bytes, &(1..=CHUNK_PAGES))? {
        Ok(first) => first,
        Err(fault) => return Ok(unread(seat, fault)),
    };
    let (mut assembly, chunks) = match open(first, started, settings.limites.pages_max) {
        Err(fault) => return Ok(Whole::Fault(fault)),
        Ok(Opened::Whole(document)) => return Ok(Whole::Document(document)),
        Ok(Opened::Long(assembly, chunks)) => (assembly, chunks),
    };
    let limit = Duration::from_secs(settings.lecture.delai_document_s);
    for range in chunks {
        if let Some(fault) = assembly.overdue(limit) {
            return Ok(Whole::Fault(fault));
        }
        match seat.read(bytes, &range)? {
            Err(fault) => return Ok(unread(seat, fault)),
            Ok(part) => match assembly.add(*range.start(), part) {
                Err(fault) => return Ok(Whole::Fault(fault)),
                Ok(Some(document)) => return Ok(Whole::Document(document)),
                Ok(None) => {}
            },
        }
    }
    Err(Stop::machine("un document a été lu sans que toutes ses pages soient là"))
}

fn unread(seat: &Seat<'_>, fault: Fault) -> Whole {
    if seat.broke() { Whole::Broken(fault) } else { Whole::Fault(fault) }
}
