//! Where result lines go. Invariant: a line is written whole and at once, so that what is there is always valid.

use crate::reading::source::reason;
use crate::stop::Stop;
use guichet_pipeline::output::SourceResult;
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

/// Where result lines go.
#[derive(Debug)]
pub(crate) enum Results {
    /// To a file.
    File(File, String),
    /// To standard output, for another program.
    Out,
    /// Nowhere: a person looks at a terminal and wants the table.
    Nowhere,
}

impl Results {
    /// Opens the place that was asked for.
    pub(crate) fn open(out: Option<&Path>) -> Result<Self, Stop> {
        let Some(path) = out else {
            return Ok(if io::stdout().is_terminal() { Self::Nowhere } else { Self::Out });
        };
        let name = path.display().to_string();
        let refused = |error: io::Error| {
            let why = reason(&error);
            Stop::usage(format!("{name} : impossible d'y écrire les résultats ({why}) : donner un autre --out"))
        };
        Ok(Self::File(File::create(path).map_err(refused)?, name.clone()))
    }

    /// Writes one line.
    pub(crate) fn write(&mut self, result: &SourceResult) -> Result<(), Stop> {
        let mut line = serde_json::to_vec(result).map_err(|error| Stop::machine(error.to_string()))?;
        line.push(b'\n');
        match self {
            Self::File(file, name) => file.write_all(&line).map_err(|error| {
                Stop::machine(format!("{name} : écriture des résultats interrompue ({})", reason(&error)))
            }),
            Self::Out => put_out(&line),
            Self::Nowhere => Ok(()),
        }
    }
}

fn put_out(line: &[u8]) -> Result<(), Stop> {
    let mut out = io::stdout().lock();
    let written = out.write_all(line).and_then(|()| out.flush());
    written.map_err(|error| match error.kind() {
        // Whoever read has had enough (`| head`): nobody is left to tell.
        io::ErrorKind::BrokenPipe => Stop::machine(""),
        _ => Stop::machine(format!("sortie standard : écriture des résultats interrompue ({})", reason(&error))),
    })
}
