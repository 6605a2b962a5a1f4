//! Many sources over several children, given back in the order of the paths.
//!
//! Chunks of documents that are under way go before new sources. A source that is slow holds up those behind it only
//! when [`WINDOW`] of them are waiting. Invariant: every source is given back exactly once, unless the run stops.

use super::CHUNK_PAGES;
use super::assembly::{Assembly, Opened, open};
use super::seat::Seat;
use super::source::load;
use crate::interrupt::Interrupt;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::terminal::Screen;
use guichet_pipeline::document::{Fault, ReadDocument};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, mpsc};
use std::time::{Duration, Instant};

/// Sources that may wait for a slow one before them; each is some hundred kilobytes of words.
const WINDOW: usize = 256;
/// How often those who wait look up for an interrupt.
const LOOK_UP: Duration = Duration::from_millis(100);

/// A source after reading.
#[derive(Debug)]
pub struct Read {
    /// Its place among the paths.
    pub index: usize,
    /// The hash of its bytes.
    pub sha256: String,
    /// What was read.
    pub document: Result<ReadDocument, Fault>,
}

/// What happens while sources are read.
#[derive(Debug)]
pub enum Event {
    /// This many more pages are read.
    Pages(u32),
    /// The next source in the order of the paths is read.
    Next(Box<Read>),
}

/// Reads all sources with `readers` children, giving each to `take` in the order of the paths.
///
/// # Errors
/// When the run is interrupted, an engine fails, or `take` refuses.
pub fn read_all(
    paths: &[PathBuf],
    settings: &Settings,
    readers: usize,
    interrupt: &Interrupt,
    take: &mut dyn FnMut(Event) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let board =
        Board { paths, settings, state: Mutex::default(), changed: Condvar::new(), warned: AtomicBool::new(false) };
    let halt = Interrupt::default();
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..readers {
            let (board, halt, sender) = (&board, &halt, sender.clone());
            scope.spawn(move || {
                if let Err(stop) = board.work(halt, &sender) {
                    // The receiver is gone only when the run has stopped already.
                    let _ = sender.send(Sent::Stop(stop));
                }
            });
        }
        drop(sender);
        let done = board.collect(&receiver, interrupt, take);
        // Whoever is still at work after the last source, or after a stop, leaves now.
        halt.ask();
        board.changed.notify_all();
        done
    })
}

/// What workers send to the collector.
enum Sent {
    Pages(u32),
    Read(Box<Read>),
    Stop(Stop),
}

/// A chunk of a document whose first chunk is read.
struct Chunk {
    index: usize,
    bytes: Arc<Vec<u8>>,
    range: RangeInclusive<u32>,
}

/// What there is to do.
enum Task {
    Source(usize),
    Chunk(Chunk),
}

#[derive(Default)]
struct State {
    next: usize,
    given: usize,
    chunks: VecDeque<Chunk>,
    long: HashMap<usize, (String, Assembly)>,
}

struct Board<'a> {
    paths: &'a [PathBuf],
    settings: &'a Settings,
    state: Mutex<State>,
    changed: Condvar,
    warned: AtomicBool,
}

impl Board<'_> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it holds the board")
    }

    /// Works with one child until everything is given back or the run halts.
    fn work(&self, halt: &Interrupt, sender: &Sender<Sent>) -> Result<(), Stop> {
        let mut seat = Seat::new(self.settings, halt);
        while let Some(task) = self.next(halt) {
            let read = match task {
                Task::Source(index) => self.start(index, &mut seat, sender)?,
                Task::Chunk(chunk) => self.go_on(chunk, &mut seat, sender)?,
            };
            self.warn(&seat);
            if let Some(read) = read
                && sender.send(Sent::Read(Box::new(read))).is_err()
            {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Says once which walls the children lack.
    fn warn(&self, seat: &Seat<'_>) {
        let Some(lacks) = seat.lacks() else { return };
        if !self.warned.swap(true, Ordering::Relaxed) {
            Screen::Err.say(&format!(
                "guichet : attention, isolation de la lecture incomplète : {lacks} ; « guichet doctor » dit quoi faire"
            ));
        }
    }

    /// Waits for something to do; `None` when all is done.
    fn next(&self, halt: &Interrupt) -> Option<Task> {
        let mut state = self.state();
        loop {
            if halt.asked() || state.given == self.paths.len() {
                return None;
            }
            if let Some(chunk) = state.chunks.pop_front() {
                return Some(Task::Chunk(chunk));
            }
            if state.next < self.paths.len() && state.next < state.given + WINDOW {
                state.next += 1;
                return Some(Task::Source(state.next - 1));
            }
            let waited = self.changed.wait_timeout(state, LOOK_UP);
            state = waited.expect("nothing panics while it holds the board").0;
        }
    }

    /// Reads the first chunk of a source; gives the source when that is all of it.
    fn start(&self, index: usize, seat: &mut Seat<'_>, sender: &Sender<Sent>) -> Result<Option<Read>, Stop> {
        let path: &Path = &self.paths[index];
        let source = load(path, self.settings.limites.octets_max);
        let sha256 = source.sha256;
        let bytes = match source.bytes {
            Ok(bytes) => bytes,
            Err(fault) => return Ok(Some(Read { index, sha256, document: Err(fault) })),
        };
        let started = Instant::now();
        let first = match seat.read(&bytes, &(1..=CHUNK_PAGES))? {
            Ok(first) => first,
            Err(fault) => return Ok(Some(Read { index, sha256, document: Err(fault) })),
        };
        // Nobody listens only when the run has stopped already.
        let _ = sender.send(Sent::Pages(first.pages.len() as u32));
        match open(first, started, self.settings.limites.pages_max) {
            Err(fault) => Ok(Some(Read { index, sha256, document: Err(fault) })),
            Ok(Opened::Whole(document)) => Ok(Some(Read { index, sha256, document: Ok(document) })),
            Ok(Opened::Long(assembly, ranges)) => {
                let bytes = Arc::new(bytes);
                let chunks = ranges.into_iter().map(|range| Chunk { index, bytes: Arc::clone(&bytes), range });
                let mut state = self.state();
                state.chunks.extend(chunks);
                state.long.insert(index, (sha256, assembly));
                drop(state);
                self.changed.notify_all();
                Ok(None)
            }
        }
    }

    /// Reads a later chunk; gives the source when it is whole or will never be.
    fn go_on(&self, chunk: Chunk, seat: &mut Seat<'_>, sender: &Sender<Sent>) -> Result<Option<Read>, Stop> {
        let Chunk { index, bytes, range } = chunk;
        let limit = Duration::from_secs(self.settings.lecture.delai_document_s);
        let overdue = match self.state().long.get(&index) {
            // Another chunk has already shown that the document cannot be read.
            None => return Ok(None),
            Some((_, assembly)) => assembly.overdue(limit),
        };
        let part = match overdue {
            Some(fault) => Err(fault),
            None => seat.read(&bytes, &range)?,
        };
        if let Ok(part) = &part {
            let _ = sender.send(Sent::Pages(part.pages.len() as u32));
        }
        let mut state = self.state();
        let Some((_, assembly)) = state.long.get_mut(&index) else { return Ok(None) };
        let document = match part {
            Err(fault) => Err(fault),
            Ok(part) => match assembly.add(*range.start(), part) {
                Ok(None) => return Ok(None),
                Ok(Some(document)) => Ok(document),
                Err(fault) => Err(fault),
            },
        };
        state.chunks.retain(|other| other.index != index);
        let sha256 = state.long.remove(&index).map(|(sha256, _)| sha256).unwrap_or_default();
        Ok(Some(Read { index, sha256, document }))
    }

    /// Puts the sources back in order and gives them to `take`.
    fn collect(
        &self,
        receiver: &Receiver<Sent>,
        interrupt: &Interrupt,
        take: &mut dyn FnMut(Event) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut waiting: BTreeMap<usize, Box<Read>> = BTreeMap::new();
        let mut given = 0;
        while given < self.paths.len() {
            if interrupt.asked() {
                return Err(Stop::interrupted(""));
            }
            match receiver.recv_timeout(LOOK_UP) {
                Ok(Sent::Pages(pages)) => take(Event::Pages(pages))?,
                Ok(Sent::Read(read)) => {
                    waiting.insert(read.index, read);
                }
                Ok(Sent::Stop(stop)) => return Err(stop),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Stop::machine("tous les lecteurs se sont arrêtés")),
            }
            while let Some(read) = waiting.remove(&given) {
                take(Event::Next(read))?;
                given += 1;
                self.state().given = given;
                self.changed.notify_all();
            }
        }
        Ok(())
    }
}
