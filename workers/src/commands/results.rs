//! `guichet results`: one result line for each source, in the order in which they came.

use super::app::App;
use super::args::ResultsArgs;
use super::wait_for;
use crate::reading::source::reason;
use crate::stop::Stop;
use crate::store::SourceRow;
use guichet_pipeline::document::Fault;
use guichet_pipeline::output::SourceResult;
use std::fs::File;
use std::io::{self, BufWriter, Write};

/// Sources read at once.
const BATCH: i64 = 500;

/// Runs `guichet results`.
pub(crate) fn run(asked: &ResultsArgs) -> Result<(), Stop> {
    let mut out: Box<dyn Write> = match &asked.out {
        Some(path) => Box::new(BufWriter::new(File::create(path).map_err(|error| {
            Stop::usage(format!("{} : impossible d'y écrire les résultats ({})", path.display(), reason(&error)))
        })?)),
        None => Box::new(BufWriter::new(io::stdout().lock())),
    };
    let refused = |error: io::Error| Stop::machine(format!("écriture des résultats interrompue ({})", reason(&error)));
    wait_for(async {
        let app = App::open(asked.config.as_deref()).await?;
        let mut after = String::new();
        let mut waiting = 0_usize;
        loop {
            let sources = app.store.sources_after(&after, BATCH).await?;
            let Some(last) = sources.last() else { break };
            after = last.id.clone();
            for source in &sources {
                let malformed = |error| Stop::machine(format!("source {} : {error}", source.id));
                match line(source).map_err(malformed)? {
                    Some(line) => writeln!(out, "{line}").map_err(refused)?,
                    None => waiting += 1,
                }
            }
        }
        out.flush().map_err(refused)?;
        let copies = app.store.copy_counts().await?.same_paper;
        app.store.close().await;
        if copies > 0 {
            eprintln!("guichet : {copies} pièce(s) sont le même papier qu'une pièce déjà venue");
        }
        if waiting > 0 {
            eprintln!("guichet : {waiting} source(s) sans résultat encore");
        }
        Ok(())
    })
}

/// Gives the result line of a source; one that was set aside has the line of what could not be read.
pub(crate) fn line(source: &SourceRow) -> Result<Option<String>, serde_json::Error> {
    let Some(fault) = &source.fault else { return Ok(source.line.clone()) };
    let fault: Fault = serde_json::from_str(fault)?;
    serde_json::to_string(&SourceResult::fault(&source.name, &source.sha256, &fault)).map(Some)
}
