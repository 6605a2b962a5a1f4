//! Why a mailbox cannot be read now, in words for people, and how long to leave it alone.

use crate::intake::IntakeError;
use crate::settings::MailboxSettings;
use async_imap::error::Error as ImapError;
use std::time::Duration;

/// The first wait after a server failed; each failure behind it doubles the wait.
const SOON: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(300);
/// The first wait after a user was refused: who asks again and again is locked out.
const REFUSED_SOON: Duration = Duration::from_secs(60);
const REFUSED_LONGEST: Duration = Duration::from_secs(3600);

/// Why a mailbox cannot be read now.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// Nobody answers.
    #[error("connexion impossible ({0}) : vérifier que le serveur marche, puis hote et port")]
    Unreachable(String),
    /// No encrypted way.
    #[error("connexion chiffrée impossible ({0}) : vérifier chiffrement, et le certificat du serveur")]
    Encryption(String),
    /// The password or the token cannot be read.
    #[error("{0}")]
    Secret(String),
    /// The server does not want this user.
    #[error("le serveur refuse l'utilisateur ou son secret ({0}) : corriger utilisateur, mot_de_passe ou jeton")]
    Refused(String),
    /// It does not open the folder.
    #[error("le serveur n'ouvre pas le dossier ({0}) : corriger dossier")]
    Folder(String),
    /// It does not give a message.
    #[error("le serveur ne donne pas le message n° {0} du dossier : l'ouvrir avec un logiciel de messagerie")]
    Withheld(u32),
    /// It does not move or mark messages.
    #[error("messages confiés, mais laissés en place ({0}) : vérifier les droits sur traites et refuses")]
    Settling(String),
    /// The connection broke.
    #[error("connexion rompue ({0})")]
    Lost(String),
    /// It says nothing any more.
    #[error("le serveur ne répond plus")]
    Silent,
    /// It refused an ordinary command, or its answer makes no sense.
    #[error("réponse inattendue du serveur ({0})")]
    Odd(String),
    /// The message could not be kept here.
    #[error("message laissé en place, à reprendre : {0}")]
    Kept(#[from] IntakeError),
}

impl Trouble {
    /// Says the trouble with its place.
    pub(super) fn told(&self, mailbox: &MailboxSettings) -> String {
        format!("boîte {} (port {}) : {self}", mailbox.name(), mailbox.port())
    }

    /// Tells whether only one message is in trouble, and the others may be gone on with.
    pub(super) fn is_of_one(&self) -> bool {
        matches!(self, Self::Withheld(_) | Self::Settling(_))
    }

    /// Gives how long to wait after `failures` of them in a row.
    pub(super) fn wait(&self, failures: u32) -> Duration {
        let (soon, longest) = match self {
            Self::Refused(_) | Self::Secret(_) => (REFUSED_SOON, REFUSED_LONGEST),
            _ => (SOON, LONGEST),
        };
        soon.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(longest)
    }
}

impl From<ImapError> for Trouble {
    fn from(error: ImapError) -> Self {
        match error {
            ImapError::Io(error) if is_of_the_line(&error) => Self::Lost(error.to_string()),
            // What the library says of an answer that it cannot read holds the answer: mail, which is for no log.
            ImapError::Io(_) | ImapError::Parse(_) => Self::Odd("illisible".to_owned()),
            ImapError::No(said) | ImapError::Bad(said) => Self::Odd(words(&said)),
            ImapError::ConnectionLost => Self::Lost("fermée par le serveur".to_owned()),
            _ => Self::Odd("commande impossible".to_owned()),
        }
    }
}

fn is_of_the_line(error: &std::io::Error) -> bool {
    error.kind() != std::io::ErrorKind::Other
}

/// Gives what the server said, out of what the library makes of it.
pub(super) fn words(said: &str) -> String {
    let said = said.rsplit_once("Some(\"").map_or(said, |(_, rest)| rest.trim_end_matches([')', '"', ' ', '}']));
    said.chars().filter(|letter| !letter.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_passwords_are_tried_rarely() {
        let seconds = |trouble: &Trouble| [1, 2, 3, 9, 40].map(|failures| trouble.wait(failures).as_secs());
        assert_eq!(seconds(&Trouble::Silent), [1, 2, 4, 256, 300]);
        assert_eq!(seconds(&Trouble::Refused(String::new())), [60, 120, 240, 3600, 3600]);
    }

    #[test]
    fn what_the_server_said_is_kept_and_mail_is_not() {
        assert_eq!(words("code: None, info: Some(\"[AUTHENTICATIONFAILED] Non.\")"), "[AUTHENTICATIONFAILED] Non.");
        assert_eq!(words("autre chose"), "autre chose");
        let odd = std::io::Error::other("Error during parsing of Madame Durand");
        assert!(!Trouble::from(ImapError::Io(odd)).to_string().contains("Durand"));
    }
}
