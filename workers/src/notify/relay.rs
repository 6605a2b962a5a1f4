//! An e-mail handed to the relay, command by command, so that it is known where it broke.
//!
//! Until the relay says `354` it has nothing, and nothing can have been received. From there to its last word nobody can
//! say (RFC 1047). The relay is on this host or near it: the gap is milliseconds, and its log is ours to read.

use super::Outcome;
use crate::crash::point;
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// Wait after the relay could not be reached, or asked to wait.
const AGAIN: Duration = Duration::from_secs(300);
/// Wait after the relay refused for a reason of its own: its settings are to be mended by a person.
const MUCH_LATER: Duration = Duration::from_secs(3600);

/// How the way to the relay is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encryption {
    /// Not: the relay is on this host.
    #[default]
    Aucun,
    /// From the command STARTTLS on.
    Starttls,
    /// From the first byte on.
    Tls,
}

/// Where the relay is, and how to speak to it.
#[derive(Clone, Debug)]
pub struct Relay {
    /// `HOST:PORT`.
    pub address: String,
    /// How the way to it is encrypted.
    pub encryption: Encryption,
    /// User and password, where it wants some.
    pub credentials: Option<(String, String)>,
    /// How long it may take for each answer.
    pub patience: Duration,
}

impl Relay {
    /// Hands a message over. Nothing is sent behind `deadline`: whoever asks the relay meanwhile must be right.
    pub fn send(&self, from: &Address, to: &Address, message: &[u8], deadline: Instant) -> Outcome {
        let mut connection = match self.connect() {
            Ok(connection) => connection,
            Err(problem) => return Outcome::Absent(problem, AGAIN),
        };
        point("relay_connected");
        if let Err(error) = connection.command(Mail::new(Some(from.clone()), Vec::new())) {
            return not_begun(&error, "MAIL");
        }
        if let Err(error) = connection.command(Rcpt::new(to.clone(), Vec::new())) {
            return refused_address(&error);
        }
        if let Err(error) = connection.command(Data) {
            return not_begun(&error, "DATA");
        }
        point("relay_ready");
        if Instant::now() >= deadline {
            // Dropped before the final dot: the relay forgets it.
            return Outcome::Absent("trop tard pour envoyer : rien n'a été transmis".to_owned(), Duration::ZERO);
        }
        let outcome = match connection.message(message) {
            Ok(reply) => {
                point("relay_accepted");
                let words: Vec<&str> = reply.message().collect();
                Outcome::Received(format!("{} {}", reply.code(), words.join(" ")))
            }
            Err(error) if error.is_permanent() => Outcome::Refused(format!("après DATA : {error}")),
            Err(error) if error.is_transient() => Outcome::Absent(format!("après DATA : {error}"), AGAIN),
            Err(error) => return Outcome::Unknown(format!("connexion rompue pendant l'envoi : {error}")),
        };
        let _ = connection.quit();
        outcome
    }

    /// Greets the relay and leaves: its log must show it, or it is no record of anything.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn greet(&self) -> Result<(), String> {
        let mut connection = self.connect()?;
        let _ = connection.quit();
        Ok(())
    }

    fn connect(&self) -> Result<SmtpConnection, String> {
        let said = |error: lettre::transport::smtp::Error| format!("relais {} : {error}", self.address);
        let name = ClientId::Domain("guichet.localhost".to_owned());
        let mut connection = self.open(&name)?;
        if let Some((user, password)) = &self.credentials {
            let credentials = Credentials::new(user.clone(), password.clone());
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).map_err(said)?;
        }
        Ok(connection)
    }

    fn open(&self, name: &ClientId) -> Result<SmtpConnection, String> {
        let said = |error: lettre::transport::smtp::Error| format!("relais {} : {error}", self.address);
        let host = self.address.rsplit_once(':').map_or(self.address.as_str(), |(host, _)| host);
        let parameters = || TlsParameters::new(host.to_owned()).map_err(said);
        let wrapped = if self.encryption == Encryption::Tls { Some(parameters()?) } else { None };
        let patience = Some(self.patience);
        let mut connection =
            SmtpConnection::connect(self.address.as_str(), patience, name, wrapped.as_ref(), None).map_err(said)?;
        if self.encryption == Encryption::Starttls {
            connection.starttls(&parameters()?, name).map_err(said)?;
        }
        Ok(connection)
    }
}

/// The message had not begun: nothing can have been received.
fn not_begun(error: &lettre::transport::smtp::Error, at: &str) -> Outcome {
    let wait = if error.is_permanent() { MUCH_LATER } else { AGAIN };
    Outcome::Absent(format!("à {at} : {error}"), wait)
}

/// The recipient was refused: for good where the relay says that the address is none, else for now.
fn refused_address(error: &lettre::transport::smtp::Error) -> Outcome {
    let said = error.to_string();
    // 5.7.x (RFC 3463) is policy: the relay does not want us, whoever the recipient is.
    if error.is_permanent() && !said.contains("5.7.") {
        return Outcome::Refused(format!("à RCPT : {said}"));
    }
    not_begun(error, "RCPT")
}
