//! A watched mailbox: each message is taken in once, as it came, then moved into a folder of its own, or marked.
//!
//! The message is the source; its text and its attachments are for the reading child. Nothing is ever deleted. The server
//! hears of a message only when it is kept, so one that is still there after a crash is known again by its key. What is
//! too large goes to a folder for people. A server that is away, refuses the password or breaks off is told of in the log
//! and asked again later, ever more rarely; nothing else waits for it.
//!
//! Several programs may watch one mailbox.

mod board;
mod folder;
mod folder_name;
mod link;
mod round;
mod sender;
mod tls;
mod trouble;

pub(crate) use board::{Board, Standing};

use crate::blobs::Blobs;
use crate::interrupt::Interrupt;
use crate::settings::MailboxSettings;
use crate::store::Store;
use async_imap::extensions::idle::IdleResponse;
use folder::Folder;
use link::{Session, answer};
use round::Memory;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use trouble::Trouble;

/// How often to look up for a stop.
const LOOK_UP: Duration = Duration::from_millis(100);
/// Messages rarely come alone: how long to wait for the others.
const GATHER: Duration = Duration::from_millis(300);

/// A mailbox that is watched, and where its messages go.
pub(crate) struct Watched {
    /// The mailbox.
    pub(crate) mailbox: MailboxSettings,
    /// Bytes of a message, at most.
    pub(crate) most: u64,
    /// The database.
    pub(crate) store: Store,
    /// The bytes.
    pub(crate) blobs: Blobs,
    /// Hears of every new job.
    pub(crate) news: Box<dyn Fn() + Send + Sync>,
    /// Where it is told how the mailbox stands.
    pub(crate) board: Arc<Board>,
}

/// Watches a mailbox until `interrupt` asks to stop.
pub(crate) async fn watch(watched: Watched, interrupt: Interrupt) {
    let stopped = async {
        while !interrupt.asked() {
            tokio::time::sleep(LOOK_UP).await;
        }
    };
    // Broken off anywhere, it goes on where it was the next time, as after a crash.
    tokio::select! {
        () = stopped => {}
        () = keep(&watched) => {}
    }
}

/// Looks into a mailbox for ever, whatever becomes of the connection.
async fn keep(watched: &Watched) {
    let (mut memory, mut failures) = (Memory::default(), 0);
    let name = watched.mailbox.name();
    watched.board.note(&name, |standing| standing.open = false);
    loop {
        let Err(trouble) = stay(watched, &mut memory, &mut failures).await;
        watched.board.note(&name, |standing| standing.open = false);
        failures += 1;
        let again = trouble.wait(failures);
        tracing::warn!(why = trouble.told(&watched.mailbox), again_s = again.as_secs(), "mailbox left for later");
        tokio::time::sleep(again).await;
    }
}

/// Stays connected to a mailbox and looks into it again and again; counts failures from nought after a good look.
async fn stay(watched: &Watched, memory: &mut Memory, failures: &mut u32) -> Result<Infallible, Trouble> {
    let mut session = Session::open(&watched.mailbox).await?;
    tracing::info!(mailbox = watched.mailbox.name(), idle = session.idles, moves = session.moves, "mailbox open");
    loop {
        round::run(watched, &mut session, memory).await?;
        *failures = 0;
        watched.board.note(&watched.mailbox.name(), |standing| standing.open = true);
        session = news(session, Duration::from_secs(watched.mailbox.intervalle_s)).await?;
    }
}

/// Waits until the server tells of something new, or it is time to look.
async fn news(session: Session, interval: Duration) -> Result<Session, Trouble> {
    if !session.idles {
        tokio::time::sleep(interval).await;
        return Ok(session);
    }
    let Session { imap, idles, moves, separator } = session;
    let mut idle = imap.idle();
    answer(idle.init()).await?;
    let (told, _stop) = idle.wait_with_timeout(interval);
    let told = told.await?;
    let imap = answer(idle.done()).await?;
    if !matches!(told, IdleResponse::Timeout) {
        tokio::time::sleep(GATHER).await;
    }
    Ok(Session { imap, idles, moves, separator })
}

/// Opens a mailbox as watching it does, and says what was found there.
///
/// # Errors
/// A French sentence with the remedy.
pub(crate) async fn look(mailbox: &MailboxSettings) -> Result<String, String> {
    let looked = async {
        let mut session = Session::open(mailbox).await?;
        let mut folder = Folder::open(&mut session, mailbox).await?;
        let (waiting, messages) = (folder.waiting().await?.len(), folder.messages);
        let moved = if folder.moves() { format!("déplacés vers {}", mailbox.traites) } else { "marqués".to_owned() };
        session.leave().await;
        Ok(format!("{messages} message(s), dont {waiting} à prendre ; une fois confiés : {moved}"))
    };
    looked.await.map_err(|trouble: Trouble| trouble.told(mailbox))
}
