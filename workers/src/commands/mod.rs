//! The commands of durable work: each opens what it needs, does one thing and says what it did.

mod add;
mod app;
pub(crate) mod args;
mod audit;
mod backup;
mod keys;
pub(crate) mod models;
mod queue;
mod register;
pub(crate) mod relances;
mod results;
mod simulate;
mod thinking;
mod tokens;
mod work;

pub(crate) use add::run as add;
pub(crate) use audit::run as audit;
pub(crate) use backup::run as backup;
pub(crate) use keys::run as keys;
pub(crate) use queue::{requeue, run as queue};
pub(crate) use register::{run as register, told as register_told};
pub(crate) use results::{line as result_line, run as results};
pub(crate) use simulate::run as simulate;
pub(crate) use tokens::run as tokens;
pub(crate) use work::{serve, work};

use crate::stop::Stop;

/// Runs something that waits, on a runtime of its own.
pub(crate) fn wait_for<T>(work: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| Stop::machine(format!("impossible de démarrer : {error}")))?;
    runtime.block_on(work)
}
