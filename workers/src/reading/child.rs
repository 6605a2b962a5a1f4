//! The child's side: reads bytes from outside behind walls and under limits of its own, and answers.
//!
//! Requests and answers travel over the socket that stands as standard input, so that a library that prints something
//! cannot spoil an answer. The child ends when the parent closes its side. Invariant: limits and walls before the first
//! byte from outside.

use super::isolation;
use super::protocol::{Kind, STARTED, Told, read_frame, tell, write_frame};
use crate::clock::stopwatch;
use crate::settings::Settings;
use crate::stop::Stop;
use guichet_models::Tesseract;
use guichet_pipeline::engines::Ocr;
use guichet_pipeline::read::{self, Limits, ReadError};
use nix::time::{ClockId, clock_gettime};
use rlimit::{INFINITY, Resource, setrlimit};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

/// Files that a child may hold open: its socket, its standard streams, the engine's models.
const OPEN_FILES: u64 = 64;

/// How ready a child is to be killed when the machine runs out of memory: before anything else, its parent above all.
const EXPENDABLE: &str = "1000";

/// Whoever sees a source and the number of its question before the reader does.
pub type First<'a> = dyn FnMut(&[u8], u64) -> Option<Told> + 'a;

/// Answers requests until the parent closes.
///
/// # Errors
/// When the settings are not what the parent sends, or the socket breaks.
pub fn run(settings: &str) -> Result<(), Stop> {
    run_with(settings, &mut |_, _| None)
}

/// As [`run`], but shows each source and the number of its question to `first`, which may answer in place of the reader:
/// from there the tests try to break out. What ships passes nothing.
///
/// # Errors
/// As [`run`].
pub fn run_with(settings: &str, first: &mut First<'_>) -> Result<(), Stop> {
    let settings: Settings = serde_json::from_str(settings).map_err(|error| Stop::machine(error.to_string()))?;
    serve(&settings, first).map_err(|error| Stop::machine(error.to_string()))
}

fn serve(settings: &Settings, first: &mut First<'_>) -> io::Result<()> {
    isolation::close_inherited()?;
    let mut socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    // Where there is no /proc, the kernel chooses by size alone, and a child that swells is the largest.
    let _ = std::fs::write("/proc/self/oom_score_adj", EXPENDABLE);
    limit_machine(settings)?;
    let mut ocr = match Tesseract::new(&settings.ocr.tessdata, &settings.ocr.langue) {
        Ok(engine) => engine,
        Err(error) => return tell(&mut socket, STARTED, &Told::Engine(error.0)),
    };
    let isolation = isolation::enter();
    tell(&mut socket, STARTED, &Told::Ready(isolation))?;
    let limits = settings.limits();
    while let Some(frame) = read_frame(&mut socket, limits.bytes)? {
        limit_time(settings)?;
        match frame.kind {
            Kind::Read => {
                let told = first(&frame.payload, frame.question);
                let told = told.unwrap_or_else(|| {
                    let mut begin = |page| begin(settings, &socket, (frame.question, frame.a), page);
                    pages(&frame.payload, (frame.a, frame.b), &limits, &mut ocr, &mut begin)
                });
                tell(&mut socket, frame.question, &told)?;
            }
            Kind::Picture => match read::page_image(&frame.payload, frame.a, &limits) {
                Ok(picture) => {
                    let size = picture.dimensions();
                    write_frame(&mut socket, frame.question, Kind::Drawn, size, picture.as_raw())?;
                }
                Err(fault) => tell(&mut socket, frame.question, &Told::Fault(fault))?,
            },
            Kind::Told | Kind::Drawn | Kind::Begun => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a parent only asks"));
            }
        }
    }
    Ok(())
}

fn pages(
    bytes: &[u8],
    (first, last): (u32, u32),
    limits: &Limits,
    ocr: &mut dyn Ocr,
    begin: &mut dyn FnMut(u32),
) -> Told {
    match read::document(bytes, Some(first..=last), limits, ocr, stopwatch, begin) {
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

/// Gives a page its own time and tells the parent. The first page of a request shares its time with the opening of the file.
fn begin(settings: &Settings, mut socket: &UnixStream, (question, first): (u64, u32), page: u32) {
    if page > first {
        // A parent that is gone is noticed with the answer; a limit that cannot be set leaves the last one.
        let _ = limit_time(settings);
        let _ = write_frame(&mut socket, question, Kind::Begun, (page, 0), &[]);
    }
}

/// Limits processor time from now on; the parent waits by the clock, but it may be gone.
fn limit_time(settings: &Settings) -> io::Result<()> {
    setrlimit(Resource::CPU, cpu_seconds() + settings.lecture.delai_page_s, INFINITY)
}

/// Gives the processor time used so far, rounded up; a clock and not `/proc`, where a child sees nothing.
fn cpu_seconds() -> u64 {
    let used = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).map(|time| time.tv_sec()).unwrap_or_default();
    u64::try_from(used).unwrap_or_default() + 1
}
