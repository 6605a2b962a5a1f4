//! One look into a mailbox: each message that waits is taken in, then moved or marked.
//!
//! Invariants: the server is told only when the bytes and the arrival are committed; a message is known again by the
//! number that the server gave it, and by its bytes where all numbers changed.

use super::Watched;
use super::folder::{Fate, Folder};
use super::link::Session;
use super::sender;
use super::trouble::Trouble;
use crate::clock::Moment;
use crate::crash::point;
use crate::intake::{Came, IntakeError, take_in};
use crate::job::Class;
use crate::settings::MailboxSettings;
use crate::store::TakenIn;
use std::collections::{HashMap, HashSet};

/// What is remembered of a folder from one look to the next.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// All numbers hold as long as this one stays.
    validity: u32,
    /// Messages that were dealt with, and may have stayed where they are.
    settled: HashSet<u32>,
    /// How often each message was in trouble.
    troubled: HashMap<u32, u32>,
}

impl Memory {
    /// Gives the messages to deal with in their order, those that were in trouble behind the others: none of them may
    /// stand in the way.
    fn order(&mut self, validity: u32, waiting: Vec<u32>) -> Vec<u32> {
        if self.validity != validity {
            *self = Self { validity, ..Self::default() };
        }
        let here: HashSet<u32> = waiting.into_iter().collect();
        // What is gone is forgotten.
        self.settled.retain(|uid| here.contains(uid));
        self.troubled.retain(|uid, _| here.contains(uid));
        let mut left: Vec<u32> = here.difference(&self.settled).copied().collect();
        left.sort_by_key(|uid| (self.troubled.get(uid).copied().unwrap_or_default(), *uid));
        left
    }
}

/// Takes in what waits in a mailbox.
pub(super) async fn run(watched: &Watched, session: &mut Session, memory: &mut Memory) -> Result<(), Trouble> {
    let mut folder = Folder::open(session, &watched.mailbox).await?;
    let waiting = folder.waiting().await?;
    let mut trouble = None;
    for uid in memory.order(folder.validity, waiting) {
        // Counted first: whatever breaks the connection comes last the next time.
        *memory.troubled.entry(uid).or_default() += 1;
        match one(watched, &mut folder, uid).await {
            Ok(()) => {
                memory.troubled.remove(&uid);
                memory.settled.insert(uid);
            }
            Err(error) if error.is_of_one() => trouble = Some(error),
            Err(Trouble::Odd(why)) => return Err(Trouble::Odd(format!("message n° {uid} : {why}"))),
            Err(error) => return Err(error),
        }
    }
    trouble.map_or(Ok(()), Err)
}

/// Takes one message in, then moves or marks it.
async fn one(watched: &Watched, folder: &mut Folder<'_>, uid: u32) -> Result<(), Trouble> {
    let MailboxSettings { utilisateur, hote, dossier, .. } = &watched.mailbox;
    let key = format!("mail:{utilisateur}@{hote}/{dossier}:{}:{uid}", folder.validity);
    if watched.store.has_come(&key).await.map_err(IntakeError::Store)? {
        return folder.settle(uid, Fate::Taken).await;
    }
    let Some((size, came_at)) = folder.look(uid).await? else { return Ok(()) };
    if size > watched.most {
        return refuse(watched, folder, uid, size).await;
    }
    let Some(bytes) = folder.bytes(uid).await? else { return Ok(()) };
    if bytes.len() as u64 > watched.most {
        return refuse(watched, folder, uid, bytes.len() as u64).await;
    }
    let sender = sender::of(&bytes);
    let came = Came {
        bytes: &bytes,
        media_type: "message/rfc822",
        name: &format!("{dossier}/{uid}.eml"),
        channel: "mail",
        sender: sender.as_deref(),
        received_at: came_at.min(Moment::now()),
        key: Some(key),
        class: Class::default(),
    };
    let taken = take_in(&watched.store, &watched.blobs, &came).await?;
    point("mail_taken");
    match &taken {
        TakenIn::New(source) => tracing::info!(source, channel = "mail", "source received"),
        TakenIn::Known(source) | TakenIn::Repeated(source) => {
            tracing::info!(source, channel = "mail", "source received again");
        }
    }
    watched.board.note(&watched.mailbox.name(), |standing| standing.taken += 1);
    (watched.news)();
    folder.settle(uid, Fate::Taken).await?;
    point("mail_settled");
    Ok(())
}

/// Leaves a message that is too large to people.
async fn refuse(watched: &Watched, folder: &mut Folder<'_>, uid: u32, size: u64) -> Result<(), Trouble> {
    let (mailbox, most) = (&watched.mailbox, watched.most);
    let place = if folder.moves() { format!("rangé dans {}", mailbox.refuses) } else { "signalé".to_owned() };
    let why = format!("le message pèse {size} octets, la limite est de {most} (limites.octets_max) : {place}");
    tracing::warn!(mailbox = mailbox.name(), uid, why, "message refused");
    folder.settle(uid, Fate::Refused).await?;
    watched.board.note(&mailbox.name(), |standing| standing.refused += 1);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_in_trouble_comes_last_and_what_is_done_no_more() {
        let mut memory = Memory::default();
        assert_eq!(memory.order(1, vec![3, 1, 2]), [1, 2, 3]);
        memory.troubled.insert(1, 2);
        memory.troubled.insert(2, 1);
        memory.settled.insert(3);
        assert_eq!(memory.order(1, vec![1, 2, 3, 4]), [4, 2, 1]);
        assert_eq!(memory.order(1, vec![1, 4]), [4, 1]);
        assert_eq!(memory.order(1, vec![1, 3]), [3, 1], "it was gone and is there again");
        assert_eq!(memory.order(2, vec![1, 2, 3]), [1, 2, 3], "all numbers are new");
    }
}
