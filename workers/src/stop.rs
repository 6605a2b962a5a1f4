//! Why the program stops before its work is done, and the exit code that says so.

use guichet_pipeline::engines::EngineError;
use std::process::ExitCode;

/// The exit codes, as `--help` gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Every file has its line.
    Done = 0,
    /// A wrong option, setting, register or rule.
    Usage = 2,
    /// The machine or an engine failed.
    Machine = 3,
    /// Stopped by Ctrl-C or SIGTERM.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A reason to stop, for people.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Stop {
    /// The exit code.
    pub exit: Exit,
    /// One French sentence with the remedy; empty when everything is said already.
    pub message: String,
}

impl Stop {
    /// Builds a stop for something that the user can mend.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into() }
    }

    /// Builds a stop for something that failed in the machine.
    pub fn machine(message: impl Into<String>) -> Self {
        Self { exit: Exit::Machine, message: message.into() }
    }

    /// Builds a stop asked for by the user.
    pub fn interrupted(message: impl Into<String>) -> Self {
        Self { exit: Exit::Interrupted, message: message.into() }
    }
}

impl From<EngineError> for Stop {
    fn from(error: EngineError) -> Self {
        Self::machine(format!("le moteur de reconnaissance a échoué : {}", error.0))
    }
}
