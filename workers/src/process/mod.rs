//! `guichet process`: paths in, one result line a file out, a table for people at the end.

mod progress;
mod summary;

use crate::cli::ProcessArgs;
use crate::house::House;
use crate::interrupt::Interrupt;
use crate::reading::{self, Event};
use crate::results::Results;
use crate::stop::{Exit, Stop};
use crate::terminal::Screen;
use crate::understanding::understood;
use crate::{clock, paths};
use guichet_pipeline::run::Batch;
use progress::Progress;
use summary::Summary;

/// Runs the command.
///
/// # Errors
/// When something has to be mended first, the machine fails, or the user stops the run.
pub fn run(asked: &ProcessArgs) -> Result<(), Stop> {
    let house = House::open(&asked.house)?;
    let interrupt = Interrupt::listen().map_err(|error| Stop::machine(format!("signaux : {error}")))?;
    let mut results = Results::open(asked.out.as_deref())?;
    let files = paths::files(&asked.paths, asked.out.as_deref())?;
    if files.is_empty() {
        return Err(Stop::usage("aucun fichier à lire sous les chemins donnés"));
    }
    let screen = if matches!(results, Results::Nowhere) { Screen::Out } else { Screen::Err };
    let progress = Progress::start(files.len());
    let mut summary = Summary::default();
    let mut batch = Batch::new(&house.setting, clock::stopwatch);
    let readers = house.settings.readers(asked.jobs.map(usize::from));
    let done = reading::read_all(&files, &house.settings, readers, &interrupt, &mut |event| match event {
        Event::Pages(pages) => {
            progress.pages(pages);
            Ok(())
        }
        Event::Next(read) => {
            let name = files[read.index].to_string_lossy();
            let (result, _) = understood(&mut batch, &name, &read.sha256, read.document);
            results.write(&result)?;
            summary.add(&result, &house.setting.lexicon.rules);
            progress.file();
            Ok(())
        }
    });
    progress.end();
    match done {
        Err(stop) if stop.exit == Exit::Interrupted => Err(Stop::interrupted(stopped(summary.files(), files.len()))),
        Err(stop) => Err(stop),
        Ok(()) => {
            screen.say(&summary.render(screen.width(), screen.colours()));
            Ok(())
        }
    }
}

fn stopped(done: usize, all: usize) -> String {
    format!(
        "interrompu : {done} fichier(s) traité(s) sur {all} ; les lignes écrites sont valables, la même commande peut être relancée"
    )
}
