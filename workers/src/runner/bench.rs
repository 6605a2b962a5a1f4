//! Where a slot computes: a thread of its own with a child that reads, fed one thing at a time.

use crate::interrupt::Interrupt;
use crate::meters::Meters;
use crate::reading::{Seat, Whole, read_whole};
use crate::settings::Settings;
use crate::stop::Stop;
use guichet_pipeline::document::{Fault, ReadDocument};
use guichet_pipeline::output::SourceResult;
use guichet_pipeline::resemblance::Signature;
use guichet_pipeline::run::{Contract, Signal};
use guichet_pipeline::values::Date;
use std::fmt::Debug;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// What was understood of a source.
#[derive(Clone, Debug)]
pub struct Understood {
    /// The result line.
    pub result: SourceResult,
    /// What its letters tell that keeps reminders.
    pub signals: Vec<Signal>,
    /// What each of its documents is known by, in the order of the line; documents that nobody could read come last there
    /// and have none.
    pub signatures: Vec<Signature>,
    /// The day as of which it was decided.
    pub today: Date,
    /// The hash of the register that it was decided with; `None` without one.
    pub register: Option<String>,
}

/// What is known of a source beside its words.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Leases whose letters it answers.
    pub answers: Vec<String>,
    /// Contracts on papers like its own that were taken in before for other leases.
    pub earlier: Vec<Contract>,
}

/// Who understands what was read of a source. Compute only: it runs on the thread of a bench.
pub trait Thinker: Debug + Send + Sync + 'static {
    /// Gives the hash of the register that it would decide with now; `None` without one.
    fn register(&self) -> Option<String>;

    /// Gives the result line of a source, what its letters tell and what its documents are known by.
    fn understand(&self, name: &str, sha256: &str, read: Result<ReadDocument, Fault>, beside: &Beside) -> Understood;
}

/// Something to compute, and where the answer goes.
enum Task {
    Read(Vec<u8>, oneshot::Sender<Result<Whole, Stop>>),
    Understand(Box<Read>, oneshot::Sender<Understood>),
}

/// A source that was read.
#[derive(Clone)]
pub(super) struct Read {
    pub(super) name: String,
    pub(super) sha256: String,
    pub(super) document: Result<ReadDocument, Fault>,
    pub(super) beside: Beside,
}

/// A place to compute.
#[derive(Debug)]
pub(super) struct Bench {
    tasks: mpsc::Sender<Task>,
}

impl Bench {
    /// Starts the thread; its child starts with the first source.
    pub(super) fn start(
        number: u32,
        settings: &Arc<Settings>,
        halt: &Interrupt,
        thinker: &Arc<dyn Thinker>,
        meters: &Arc<Meters>,
    ) -> std::io::Result<Self> {
        let (tasks, mut receiver) = mpsc::channel(1);
        let (settings, halt, thinker) = (Arc::clone(settings), halt.clone(), Arc::clone(thinker));
        let meters = Arc::clone(meters);
        std::thread::Builder::new().name(format!("bench-{number}")).spawn(move || {
            let mut seat = Seat::new(&settings, &halt);
            while let Some(task) = receiver.blocking_recv() {
                // Nobody listens for an answer only when the worker is leaving.
                match task {
                    Task::Read(bytes, answer) => {
                        let read = read_whole(&mut seat, &bytes, &settings);
                        meters.reader_held(number, seat.peak_bytes());
                        let _ = answer.send(read);
                    }
                    Task::Understand(read, answer) => {
                        let Read { name, sha256, document, beside } = *read;
                        let _ = answer.send(thinker.understand(&name, &sha256, document, &beside));
                    }
                }
            }
        })?;
        Ok(Self { tasks })
    }

    /// Reads a source.
    pub(super) async fn read(&self, bytes: Vec<u8>) -> Result<Whole, Stop> {
        let (answer, told) = oneshot::channel();
        self.tasks.send(Task::Read(bytes, answer)).await.map_err(|_| gone())?;
        told.await.map_err(|_| gone())?
    }

    /// Understands a source.
    pub(super) async fn understand(&self, read: Read) -> Result<Understood, Stop> {
        let (answer, told) = oneshot::channel();
        self.tasks.send(Task::Understand(Box::new(read), answer)).await.map_err(|_| gone())?;
        told.await.map_err(|_| gone())
    }
}

fn gone() -> Stop {
    Stop::machine("un fil de calcul s'est arrêté")
}
