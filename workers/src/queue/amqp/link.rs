//! A connection kept up: made, used until anything is wrong, dropped, made again.
//!
//! lapin can mend a connection by itself, but then acknowledgements and streams are silently void, and a queue without a
//! leader leaves it mending for ever. So here a session has one connection, and any fault ends both.

use super::{Counts, Shared};
use lapin::{Connection, ConnectionProperties};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::time::timeout;

/// Waits between two connections: the first at once, for a broker that is only restarting.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// A session that lasted this long was sound: the next pause is the first again.
const SOUND: Duration = Duration::from_secs(20);
/// Time for a broker to answer a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Time for a broken connection to close.
const CLOSE: Duration = Duration::from_secs(2);
/// An outage this long wakes somebody up, and again each time it has lasted this long more.
const ALERT: Duration = Duration::from_secs(45);

/// Why a session ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// The broker, or the way to it.
    #[error("{0}")]
    Broker(#[from] lapin::Error),
    /// It did not answer in time.
    #[error("the broker does not answer ({0})")]
    Silence(&'static str),
    /// It ended a stream: the queue is gone, or the right to read it.
    #[error("the broker ended \"{0}\"")]
    Ended(String),
    /// The database.
    #[error("{0}")]
    Store(#[from] crate::store::StoreError),
    /// The worker leaves, and the session has done what it had begun.
    #[error("left")]
    Left,
}

/// Keeps sessions going until the worker leaves; the last one has `farewell` to finish what it has begun.
pub(super) async fn keep<S, F>(name: &'static str, shared: Arc<Shared>, farewell: Duration, session: S)
where
    S: Fn(Arc<Shared>, Arc<Connection>, u32) -> F + Send + 'static,
    F: Future<Output = Fault> + Send,
{
    let mut leaving = shared.leaving.clone();
    let mut pause = FIRST_PAUSE;
    let mut failures = 0;
    let mut alerted = Instant::now();
    while !*leaving.borrow() {
        let started = Instant::now();
        let fault = tokio::select! {
            fault = connected(name, &shared, failures, &session) => fault,
            () = gone(leaving.clone(), farewell) => return,
        };
        if *leaving.borrow() {
            return;
        }
        shared.depths.forget();
        if started.elapsed() >= SOUND {
            (pause, failures) = (FIRST_PAUSE, 0);
            alerted = Instant::now();
        }
        failures += 1;
        if alerted.elapsed() >= ALERT {
            alerted = Instant::now();
            tracing::error!(link = name, failures, %fault, "no broker: jobs are taken from the database meanwhile");
        } else {
            tracing::warn!(link = name, failures, %fault, "connection to the broker ended");
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = leaving.changed() => return,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Waits until the worker has been leaving for `farewell`.
async fn gone(mut leaving: watch::Receiver<bool>, farewell: Duration) {
    // Nobody is there to say it any more: then the worker is gone.
    let _ = leaving.wait_for(|leaves| *leaves).await;
    tokio::time::sleep(farewell).await;
}

async fn connected<S, F>(name: &'static str, shared: &Arc<Shared>, failures: u32, session: &S) -> Fault
where
    S: Fn(Arc<Shared>, Arc<Connection>, u32) -> F,
    F: Future<Output = Fault>,
{
    let properties =
        ConnectionProperties::default().with_connection_name(format!("guichet {name} {}", shared.asker.holder).into());
    let connection = match timeout(CONNECT, Connection::connect_uri(shared.uri.clone(), properties)).await {
        Ok(Ok(connection)) => Arc::new(connection),
        Ok(Err(error)) => return error.into(),
        Err(_) => return Fault::Silence("connecting"),
    };
    Counts::add(&shared.counts.connections, 1);
    tracing::info!(link = name, "connected to the broker");
    let fault = session(Arc::clone(shared), Arc::clone(&connection), failures).await;
    // Politely, but not at any price: what is wrong may be the connection itself.
    let _ = timeout(CLOSE, connection.close(200, "leaving".into())).await;
    fault
}
