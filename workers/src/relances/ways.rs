//! The ways out: which there are, how each sends, how each is asked.

use super::{EMAIL, SMS};
use crate::notify::drop::{DropFolder, stem};
use crate::notify::mail::mailbox;
use crate::notify::relay::Relay;
use crate::notify::relay_log::{Mark, Record};
use crate::notify::{Answer, Outcome};
use crate::settings::{MailSettings, Settings};
use crate::stop::Stop;
use crate::store::Store;
use crate::store::relances::Relance;
use lettre::Address;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long the relay's log may take to show a greeting.
const ECHO: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(50);

/// The ways out of this house.
#[derive(Clone, Debug)]
pub struct Ways {
    mail: Option<MailWay>,
    post: DropFolder,
    sms: DropFolder,
}

#[derive(Clone, Debug)]
struct MailWay {
    relay: Relay,
    from: Address,
    log: PathBuf,
}

impl Ways {
    /// Opens the ways that the settings name. Folders are made the first time; later they must be those that were made.
    ///
    /// # Errors
    /// When a setting is wrong, or a folder is not the one in which things were put.
    pub async fn open(settings: &Settings, store: &Store) -> Result<Self, Stop> {
        let mail = mail_way(&settings.courriel)?;
        let post = folder(store, "courrier", &settings.relances.courrier).await?;
        let sms = folder(store, "sms", &settings.relances.sms).await?;
        Ok(Self { mail, post, sms })
    }

    /// Gives the channels by which something may leave now: none of those that ring a telephone in quiet hours.
    pub fn channels(&self, quiet: bool) -> Vec<&'static str> {
        let mut channels = vec!["lettre", "lrar", "lre", "commissaire_de_justice"];
        if !quiet {
            channels.push(SMS);
            if self.mail.is_some() {
                channels.push(EMAIL);
            }
        }
        channels
    }

    /// Gives the folder of a channel that has one.
    pub fn folder(&self, channel: &str) -> Option<&DropFolder> {
        match channel {
            EMAIL => None,
            SMS => Some(&self.sms),
            _ => Some(&self.post),
        }
    }

    /// Marks how the record of a channel's receiver stands, before anything is sent.
    pub fn mark(&self, channel: &str) -> Option<Mark> {
        if channel != EMAIL {
            return None;
        }
        Mark::of(&self.mail.as_ref()?.log)
    }

    /// Sends the bytes of a reminder to its target.
    pub fn send(&self, channel: &str, target: &str, bytes: &[u8], deadline: Instant) -> Outcome {
        if let Some(folder) = self.folder(channel) {
            return folder.put(target, bytes);
        }
        let Some(MailWay { relay, from, .. }) = &self.mail else {
            return Outcome::Absent("aucun relais de courrier dans les réglages".to_owned(), Duration::from_secs(3600));
        };
        match mailbox(target) {
            Ok(to) => relay.send(from, &to.email, bytes, deadline),
            Err(error) => Outcome::Refused(error.to_string()),
        }
    }

    /// Reads the relay's log, having made sure that it is still written.
    pub fn record(&self) -> MailRecord {
        let Some(MailWay { relay, log, .. }) = &self.mail else {
            return MailRecord { record: Record::default(), dead: Some("aucun relais dans les réglages".to_owned()) };
        };
        let dead = echo(relay, log).err();
        MailRecord { record: Record::read(log), dead }
    }

    /// Asks the receiver of a reminder what became of it.
    pub fn ask(&self, relance: &Relance, mark: Option<&Mark>, mail: &MailRecord) -> Answer {
        if let Some(folder) = self.folder(&relance.key.channel) {
            return folder.ask(&stem(&relance.reference, &relance.key.channel));
        }
        let Some(id) = &relance.message_id else { return Answer::Silent("courriel sans Message-ID".to_owned()) };
        match (mail.record.ask(id, mark), &mail.dead) {
            (Answer::Absent(_), Some(why)) => Answer::Later(why.clone()),
            (answer, _) => answer,
        }
    }
}

/// The relay's log as read, and why its silence means nothing, where it means nothing.
#[derive(Debug)]
pub struct MailRecord {
    record: Record,
    dead: Option<String>,
}

/// Greets the relay and waits until its log shows that somebody came.
fn echo(relay: &Relay, log: &Path) -> Result<(), String> {
    let length =
        || std::fs::metadata(log).map(|meta| meta.len()).map_err(|error| format!("{} : {error}", log.display()));
    let before = length()?;
    relay.greet()?;
    let started = Instant::now();
    while length()? == before {
        if started.elapsed() > ECHO {
            return Err(format!("{} n'est plus tenu par le relais", log.display()));
        }
        std::thread::sleep(LOOK);
    }
    Ok(())
}

fn mail_way(settings: &MailSettings) -> Result<Option<MailWay>, Stop> {
    if settings.relais.is_empty() {
        return Ok(None);
    }
    let from = mailbox(&settings.expediteur)
        .map_err(|error| Stop::usage(format!("réglage courriel.expediteur : {error}")))?
        .email;
    if !settings.repondre_a.is_empty() {
        mailbox(&settings.repondre_a).map_err(|error| Stop::usage(format!("réglage courriel.repondre_a : {error}")))?;
    }
    let password = || {
        let path = settings.mot_de_passe.display();
        let text = std::fs::read_to_string(&settings.mot_de_passe);
        text.map_err(|error| {
            Stop::usage(format!("{path} : mot de passe illisible ({error}) (réglage courriel.mot_de_passe)"))
        })
    };
    let credentials = match settings.utilisateur.as_str() {
        "" => None,
        user => Some((user.to_owned(), password()?.trim().to_owned())),
    };
    let relay = Relay {
        address: settings.relais.clone(),
        encryption: settings.chiffrement,
        credentials,
        patience: Duration::from_secs(settings.delai_s),
    };
    Ok(Some(MailWay { relay, from, log: settings.journal.clone() }))
}

/// Opens the folder of a channel. Made once: the database remembers that it was.
async fn folder(store: &Store, channel: &str, path: &Path) -> Result<DropFolder, Stop> {
    let key = format!("drop.{channel}");
    let place = path.display();
    if store.kept(&key).await?.is_none() {
        let made = DropFolder::make(path, store.installation());
        let made = made.map_err(|error| Stop::usage(format!("{place} : {error} (réglage relances.{channel})")))?;
        store.keep(&key, "1").await?;
        return Ok(made);
    }
    DropFolder::open(path, store.installation())
        .map_err(|problem| Stop::usage(format!("{problem} (réglage relances.{channel})")))
}
