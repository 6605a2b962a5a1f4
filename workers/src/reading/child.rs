//! The child's side: reads bytes from outside under limits of its own, and answers.
//!
//! Requests and answers travel over the socket that stands as standard input, so that a library that prints something
//! cannot spoil an answer. The child ends when the parent closes its side. Invariant: limits before the first byte.

use super::protocol::{Kind, Told, read_frame, tell, write_frame};
use super::{CHUNK_PAGES, chunk_seconds};
use crate::clock::stopwatch;
use crate::settings::Settings;
use crate::stop::Stop;
use guichet_models::Tesseract;
use guichet_pipeline::engines::Ocr;
use guichet_pipeline::read::{self, Limits, ReadError};
use rlimit::{INFINITY, Resource, setrlimit};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

/// Files that a child may hold open: its socket, its standard streams, the engine's models.
const OPEN_FILES: u64 = 64;

/// Answers requests until the parent closes.
///
/// # Errors
/// When the settings are not what the parent sends, or the socket breaks.
pub fn run(settings: &str) -> Result<(), Stop> {
    let settings: Settings = serde_json::from_str(settings).map_err(|error| Stop::machine(error.to_string()))?;
    serve(&settings).map_err(|error| Stop::machine(error.to_string()))
}

fn serve(settings: &Settings) -> io::Result<()> {
    let mut socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    limit_machine(settings)?;
    let mut ocr = match Tesseract::new(&settings.ocr.tessdata, &settings.ocr.langue) {
        Ok(engine) => engine,
        Err(error) => return tell(&mut socket, &Told::Engine(error.0)),
    };
    tell(&mut socket, &Told::Ready)?;
    let limits = settings.limits();
    while let Some(frame) = read_frame(&mut socket, limits.bytes)? {
        limit_time(settings)?;
        match frame.kind {
            Kind::Read => {
                let told = pages(&frame.payload, (frame.a, frame.b), &limits, &mut ocr);
                tell(&mut socket, &told)?;
            }
            Kind::Picture => match read::page_image(&frame.payload, frame.a, &limits) {
                Ok(picture) => {
                    let size = picture.dimensions();
                    write_frame(&mut socket, Kind::Drawn, size, picture.as_raw())?;
                }
                Err(fault) => tell(&mut socket, &Told::Fault(fault))?,
            },
            Kind::Told | Kind::Drawn => return Err(io::Error::new(io::ErrorKind::InvalidData, "a parent only asks")),
        }
    }
    Ok(())
}

fn pages(bytes: &[u8], (first, last): (u32, u32), limits: &Limits, ocr: &mut dyn Ocr) -> Told {
    match read::document(bytes, Some(first..=last), limits, ocr, stopwatch) {
        Ok(document) => Told::Document(document),
        Err(ReadError::Fault(fault)) => Told::Fault(fault),
        Err(ReadError::Engine(error)) => Told::Engine(error.0),
    }
}

fn limit_machine(settings: &Settings) -> io::Result<()> {
    let memory = settings.lecture.memoire_max;
    setrlimit(Resource::AS, memory, memory)?;
    setrlimit(Resource::NOFILE, OPEN_FILES, OPEN_FILES)?;
    setrlimit(Resource::CORE, 0, 0)?;
    // A reader writes no file; its answers go to a socket, which this does not touch.
    setrlimit(Resource::FSIZE, 0, 0)
}

/// Gives the child as much processor time for this request as the parent waits for it: the parent may be gone.
fn limit_time(settings: &Settings) -> io::Result<()> {
    let budget = chunk_seconds(settings.lecture.delai_page_s, CHUNK_PAGES);
    setrlimit(Resource::CPU, cpu_seconds() + budget, INFINITY)
}

/// Ticks a second in `/proc`, the same on every Linux that Rust runs on.
const TICKS: u64 = 100;

/// Gives the processor time used so far, from user and system ticks in `/proc/self/stat`; rounded up.
fn cpu_seconds() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    stat_ticks(&stat).unwrap_or_default() / TICKS + 1
}

/// Adds up the 14th and 15th fields; the second is a name in brackets that may hold anything.
fn stat_ticks(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_found_behind_an_odd_name() {
        let stat = "12 (a) b (c) R 1 1 1 0 -1 4194560 90 0 0 0 250 30 0 0 20 0 1 0 5 1 1";
        assert_eq!(stat_ticks(stat), Some(280));
        assert_eq!(stat_ticks(""), None);
        assert!(cpu_seconds() >= 1);
    }
}
