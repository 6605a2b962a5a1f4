//! One source through the pipeline, whatever is in it: a defect of ours costs that source its result, not the run.

use guichet_pipeline::document::{Fault, FaultCode, ReadDocument};
use guichet_pipeline::output::SourceResult;
use guichet_pipeline::run::{Batch, Trace};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Gives the result of one source and how it came about.
pub(crate) fn understood(
    batch: &mut Batch<'_>,
    name: &str,
    sha256: &str,
    read: Result<ReadDocument, Fault>,
) -> (SourceResult, Vec<Trace>) {
    // The batch keeps only what it saw of whole sources, so a source broken off leaves it as it was.
    let whole = catch_unwind(AssertUnwindSafe(|| batch.traced(name, sha256, read)));
    whole.unwrap_or_else(|_| {
        let message = "le contenu du fichier a mis le programme en défaut : le traiter à la main et le signaler";
        let fault = Fault::new(FaultCode::FichierCorrompu, message);
        (SourceResult::fault(name, sha256, &fault), Vec::new())
    })
}

/// Keeps what a panic says out of the way of users: it becomes a result line, or the end of the program with a code.
pub(crate) fn silence_panics() {
    if std::env::var_os("RUST_BACKTRACE").is_none_or(|value| value == "0") {
        std::panic::set_hook(Box::new(|_| {}));
    }
}
