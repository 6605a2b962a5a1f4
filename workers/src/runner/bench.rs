//! Where a slot computes: a thread of its own with a child that reads, fed one thing at a time.

use crate::interrupt::Interrupt;
use crate::reading::{Seat, Whole, read_whole};
use crate::settings::Settings;
use crate::stop::Stop;
use guichet_pipeline::document::{Fault, ReadDocument};
use guichet_pipeline::output::SourceResult;
use guichet_pipeline::run::Signal;
use guichet_pipeline::values::Date;
use std::fmt::Debug;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Who understands what was read of a source. Compute only: it runs on the thread of a bench.
pub trait Thinker: Debug + Send + Sync + 'static {
    /// Gives the day as of which it decides.
    fn today(&self) -> Date;

    /// Gives the result line of a source, and what its letters tell; it answers letters to these leases.
    fn understand(&self, name: &str, sha256: &str, read: Result<ReadDocument, Fault>, answers: &[String])
    -> Understood;
}

/// What understanding gives.
#[derive(Clone, Debug)]
pub struct Understood {
    /// The result line.
    pub result: SourceResult,
    /// What its letters tell that keeps reminders.
    pub signals: Vec<Signal>,
}

/// Something to compute, and where the answer goes.
enum Task {
    Read(Vec<u8>, oneshot::Sender<Result<Whole, Stop>>),
    Understand(Box<Read>, oneshot::Sender<Understood>),
}

/// A source that was read.
pub(super) struct Read {
    pub(super) name: String,
    pub(super) sha256: String,
    pub(super) document: Result<ReadDocument, Fault>,
    /// Leases whose letters it answers.
    pub(super) answers: Vec<String>,
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
    ) -> std::io::Result<Self> {
        let (tasks, mut receiver) = mpsc::channel(1);
        let (settings, halt, thinker) = (Arc::clone(settings), halt.clone(), Arc::clone(thinker));
        std::thread::Builder::new().name(format!("bench-{number}")).spawn(move || {
            let mut seat = Seat::new(&settings, &halt);
            while let Some(task) = receiver.blocking_recv() {
                // Nobody listens for an answer only when the worker is leaving.
                match task {
                    Task::Read(bytes, answer) => {
                        let _ = answer.send(read_whole(&mut seat, &bytes, &settings));
                    }
                    Task::Understand(read, answer) => {
                        let Read { name, sha256, document, answers } = *read;
                        let _ = answer.send(thinker.understand(&name, &sha256, document, &answers));
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
