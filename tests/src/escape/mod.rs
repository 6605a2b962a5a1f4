//! Attempts of a reading child to break out, each asked for by a file and made from the very place where that file would
//! be parsed: behind the walls, with the bytes in hand.
//!
//! An attempt answers with what it got, success included: whether that is a refusal is for the test to judge, which also
//! looks from outside at what the attempt was after.

mod files;
mod machine;
mod network;
mod processes;
mod words;

use guichet_pipeline::document::{Fault, FaultCode};
use guichet_workers::reading::protocol::Told;
use nix::errno::Errno;
use std::collections::BTreeMap;
use std::io;

/// The first bytes of a file that asks for an attempt.
const MARK: &str = "%evasion ";

/// What an attempt is given: names and addresses of what it is after, and the question that it is to answer.
#[derive(Clone, Debug)]
pub struct Targets {
    named: BTreeMap<String, String>,
    question: u64,
}

impl Targets {
    /// Gives a target.
    ///
    /// # Panics
    /// When the file does not name it.
    pub fn get(&self, name: &str) -> &str {
        self.named.get(name).unwrap_or_else(|| panic!("the file names no {name}"))
    }

    /// Gives the number of the question.
    pub fn question(&self) -> u64 {
        self.question
    }

    /// Gives a target that is a number.
    ///
    /// # Panics
    /// When the file does not name it or it is no number.
    pub fn number(&self, name: &str) -> i32 {
        self.get(name).parse().unwrap_or_else(|_| panic!("{name} is no number"))
    }
}

/// How an attempt went.
type Attempted = Result<String, String>;

/// One attempt.
#[derive(Clone, Copy)]
pub struct Attempt {
    /// Its name.
    pub name: &'static str,
    /// How it must end.
    pub end: End,
    run: fn(&Targets) -> Attempted,
}

/// How a refused attempt ends, as the parent sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The call gives an error and the child lives.
    Refused,
    /// The child is killed for the call (SIGSYS).
    Killed,
    /// The parent or a limit ends it, with this code on the line.
    Stopped(FaultCode),
    /// It is of no consequence: the source gets an answer as any other.
    Harmless,
}

/// Gives every attempt.
pub fn all() -> Vec<Attempt> {
    [files::ATTEMPTS, network::ATTEMPTS, processes::ATTEMPTS, machine::ATTEMPTS, words::ATTEMPTS].concat()
}

/// Writes the file that asks for an attempt.
pub fn file(name: &str, targets: &[(&str, String)]) -> Vec<u8> {
    let mut text = format!("{MARK}{name}\n");
    for (key, value) in targets {
        text.push_str(&format!("{key}={value}\n"));
    }
    text.into_bytes()
}

/// Makes the attempt that a file asks for; `None` for any other file.
pub fn asked(bytes: &[u8], question: u64) -> Option<Told> {
    let text = std::str::from_utf8(bytes).ok()?.strip_prefix(MARK)?;
    let mut lines = text.lines();
    let name = lines.next()?;
    let named = lines.filter_map(|line| line.split_once('=')).map(|(key, value)| (key.to_owned(), value.to_owned()));
    let targets = Targets { named: named.collect(), question };
    let attempt = all().into_iter().find(|attempt| attempt.name == name)?;
    let said = match (attempt.run)(&targets) {
        Ok(got) => format!("{name} : obtenu : {got}"),
        Err(refusal) => format!("{name} : refusé : {refusal}"),
    };
    Some(Told::Fault(Fault::new(FaultCode::FormatInconnu, said)))
}

/// Names the error of a call as the kernel does.
fn io_refusal(error: &io::Error) -> String {
    error.raw_os_error().map_or_else(|| error.to_string(), |code| format!("{:?}", Errno::from_raw(code)))
}

fn io_result<T>(result: io::Result<T>) -> Attempted {
    result.map(|_| "fait".to_owned()).map_err(|error| io_refusal(&error))
}

fn nix_result<T>(result: nix::Result<T>) -> Attempted {
    result.map(|_| "fait".to_owned()).map_err(|error| format!("{error:?}"))
}
