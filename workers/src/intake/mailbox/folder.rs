//! A folder on the server: what waits in it, the bytes of a message, and where it goes afterwards.
//!
//! Nothing is ever deleted: a message is moved by the server in one step, or marked where it is.

use super::folder_name;
use super::link::{Session, answer, patient};
use super::trouble::{Trouble, words};
use crate::clock::Moment;
use crate::settings::{After, MailboxSettings};
use async_imap::error::Error as ImapError;
use async_imap::imap_proto::{MailboxDatum, Response, Status};
use async_imap::types::{Fetch, Flag};
use futures_util::StreamExt;
use std::time::Duration;

/// The marks of messages that stay where they are.
const TAKEN: &str = "Guichet";
const REFUSED: &str = "GuichetRefuse";
/// How long a message may take to come, on a slow line.
const LONG: Duration = Duration::from_secs(600);

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It was taken in.
    Taken,
    /// It is too large.
    Refused,
}

/// A folder that is open.
#[derive(Debug)]
pub(super) struct Folder<'a> {
    session: &'a mut Session,
    mailbox: &'a MailboxSettings,
    /// Numbers of messages hold as long as this one stays (RFC 3501, 2.3.1.1).
    pub(super) validity: u32,
    /// Messages in it, whatever became of them.
    pub(super) messages: u32,
    /// It keeps marks of our own.
    marks: bool,
}

impl<'a> Folder<'a> {
    /// Opens the folder that is watched.
    pub(super) async fn open(session: &'a mut Session, mailbox: &'a MailboxSettings) -> Result<Self, Trouble> {
        let name = folder_name::written(&mailbox.dossier, session.separator.as_deref());
        let selected = answer(async {
            session.imap.select(&name).await.map_err(|error| match error {
                ImapError::No(said) | ImapError::Bad(said) => Trouble::Folder(words(&said)),
                error => error.into(),
            })
        });
        let selected = selected.await?;
        let validity = selected.uid_validity.ok_or_else(|| Trouble::Odd("messages sans numéro (UID)".to_owned()))?;
        let mark = |flag: &Flag<'_>| *flag == Flag::MayCreate || *flag == Flag::Custom(TAKEN.into());
        let marks = selected.permanent_flags.iter().any(mark);
        Ok(Self { session, mailbox, validity, messages: selected.exists, marks })
    }

    /// Tells whether messages are moved; otherwise they are marked.
    pub(super) fn moves(&self) -> bool {
        self.mailbox.apres == After::Deplacer && self.session.moves
    }

    /// Gives the numbers of the messages that nothing has become of yet, as far as the server knows.
    pub(super) async fn waiting(&mut self) -> Result<Vec<u32>, Trouble> {
        let marked = format!(" UNKEYWORD {TAKEN} UNKEYWORD {REFUSED}");
        self.search(&format!("UNDELETED{}", if self.moves() { "" } else { &marked })).await
    }

    async fn search(&mut self, what: &str) -> Result<Vec<u32>, Trouble> {
        let mut numbers = Vec::new();
        let command = format!("UID SEARCH {what}");
        let done = converse(self.session, &command, |response| {
            if let Response::MailboxData(MailboxDatum::Search(found)) = response {
                numbers.extend_from_slice(found);
            }
        });
        done.await?.map_err(Trouble::Odd)?;
        Ok(numbers)
    }

    /// Gives the size of a message and when it came; nothing where it is gone.
    pub(super) async fn look(&mut self, uid: u32) -> Result<Option<(u64, Moment)>, Trouble> {
        let seen = |fetch: &Fetch| {
            let came = fetch.internal_date().map_or_else(Moment::now, |date| Moment(date.timestamp_micros()));
            Some((u64::from(fetch.size?), came))
        };
        self.fetch(uid, "(RFC822.SIZE INTERNALDATE)", seen).await
    }

    /// Gives the bytes of a message, which stays unread; nothing where it is gone.
    pub(super) async fn bytes(&mut self, uid: u32) -> Result<Option<Vec<u8>>, Trouble> {
        self.fetch(uid, "(BODY.PEEK[])", |fetch| fetch.body().map(<[u8]>::to_vec)).await
    }

    async fn fetch<T>(
        &mut self,
        uid: u32,
        what: &str,
        get: impl Fn(&Fetch) -> Option<T>,
    ) -> Result<Option<T>, Trouble> {
        let asked = async {
            let mut found = None;
            let mut answers = self.session.imap.uid_fetch(uid.to_string(), what).await?;
            while let Some(fetch) = answers.next().await {
                let fetch = fetch?;
                if fetch.uid == Some(uid) {
                    found = get(&fetch).or(found);
                }
            }
            Ok::<_, ImapError>(found)
        };
        let found = patient(LONG, asked).await?;
        // Somebody else may have moved it; or the server cannot give it, which is to be told.
        if found.is_none() && self.search(&format!("UID {uid}")).await?.contains(&uid) {
            return Err(Trouble::Withheld(uid));
        }
        Ok(found)
    }

    /// Moves or marks a message.
    pub(super) async fn settle(&mut self, uid: u32, fate: Fate) -> Result<(), Trouble> {
        if self.moves() {
            let folder = if fate == Fate::Taken { &self.mailbox.traites } else { &self.mailbox.refuses };
            return self.move_to(uid, folder).await;
        }
        let flags = match (fate, self.marks) {
            (Fate::Taken, true) => TAKEN.to_owned(),
            (Fate::Taken, false) => "\\Seen".to_owned(),
            (Fate::Refused, true) => format!("\\Flagged {REFUSED}"),
            (Fate::Refused, false) => "\\Flagged".to_owned(),
        };
        let marked = converse(self.session, &format!("UID STORE {uid} +FLAGS.SILENT ({flags})"), |_| {}).await?;
        marked.map_err(Trouble::Settling)
    }

    /// Moves a message; the folder is made where it is missing.
    async fn move_to(&mut self, uid: u32, folder: &str) -> Result<(), Trouble> {
        let separator = self.session.separator.as_deref();
        let name = folder_name::written(folder, separator);
        // Some servers have everybody's folders below the inbox.
        let below = format!("INBOX{}{name}", separator.unwrap_or("/"));
        let mut said = String::new();
        for name in [name, below].map(|name| folder_name::quoted(&name)) {
            let command = format!("UID MOVE {uid} {name}");
            for _ in 0..2 {
                match converse(self.session, &command, |_| {}).await? {
                    Ok(()) => return Ok(()),
                    Err(why) => said = why,
                }
                if converse(self.session, &format!("CREATE {name}"), |_| {}).await?.is_err() {
                    break;
                }
                // So that people see it; whether it can be is no matter.
                let _ = converse(self.session, &format!("SUBSCRIBE {name}"), |_| {}).await?;
            }
        }
        Err(Trouble::Settling(said))
    }
}

/// Runs a command and hears what is said until its end; the inner error is what the server says when it will not.
async fn converse(
    session: &mut Session,
    command: &str,
    mut heard: impl FnMut(&Response<'_>),
) -> Result<Result<(), String>, Trouble> {
    let conversation = async {
        let id = session.imap.run_command(command).await?;
        loop {
            let response = session.imap.read_response().await?.ok_or(ImapError::ConnectionLost)?;
            match response.parsed() {
                Response::Done { tag, status, outcome } if *tag == id => {
                    let said = outcome.information.as_deref().unwrap_or_default();
                    return Ok::<_, ImapError>(if *status == Status::Ok { Ok(()) } else { Err(words(said)) });
                }
                other => heard(other),
            }
        }
    };
    answer(conversation).await
}
