//! The connection to a server: reached, encrypted, logged in. Nothing is said in clear beyond this machine.

use super::tls;
use super::trouble::{Trouble, words};
use crate::notify::relay::Encryption;
use crate::reading::source::reason;
use crate::settings::MailboxSettings;
use crate::store::Place;
use async_imap::error::Error as ImapError;
use async_imap::imap_proto::{Response, Status};
use async_imap::types::Capabilities;
use async_imap::{Authenticator, Client};
use futures_util::StreamExt;
use std::fmt::Debug;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a server may take for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// What bytes go through.
pub(super) type Wire = Box<dyn Through>;

/// A connection, encrypted or not.
pub(super) trait Through: AsyncRead + AsyncWrite + Debug + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Debug + Send + Unpin> Through for T {}

/// A connection on which a user is logged in.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) imap: async_imap::Session<Wire>,
    /// It tells of new messages by itself.
    pub(super) idles: bool,
    /// It moves messages.
    pub(super) moves: bool,
    /// What stands between the levels of its folders.
    pub(super) separator: Option<String>,
}

/// Waits for an answer, but not for ever.
pub(super) async fn answer<T, E: Into<Trouble>>(asked: impl Future<Output = Result<T, E>>) -> Result<T, Trouble> {
    patient(PATIENCE, asked).await
}

/// Waits for an answer, at most so long.
pub(super) async fn patient<T, E: Into<Trouble>>(
    patience: Duration,
    asked: impl Future<Output = Result<T, E>>,
) -> Result<T, Trouble> {
    timeout(patience, asked).await.map_err(|_| Trouble::Silent)?.map_err(Into::into)
}

impl Session {
    /// Reaches the server and logs in.
    pub(super) async fn open(mailbox: &MailboxSettings) -> Result<Self, Trouble> {
        let client = answer(reach(mailbox)).await?;
        let token = mailbox.mot_de_passe == Place::default();
        let secret = secret(if token { &mailbox.jeton } else { &mailbox.mot_de_passe })?;
        let user = &mailbox.utilisateur;
        let logged_in = async {
            let session = if token {
                let words = Some(format!("user={user}\x01auth=Bearer {secret}\x01\x01"));
                client.authenticate("XOAUTH2", Token { words }).await
            } else {
                client.login(user, &secret).await
            };
            session.map_err(|(error, _)| refused(error))
        };
        let mut imap = answer(logged_in).await?;
        let can: Capabilities = answer(imap.capabilities()).await?;
        let separator = answer(async {
            // Of no folder it gives only the separator.
            let mut names = imap.list(Some(""), None).await?;
            let mut separator = None;
            while let Some(name) = names.next().await {
                separator = name?.delimiter().map(str::to_owned);
            }
            Ok::<_, ImapError>(separator)
        });
        let separator = separator.await?;
        Ok(Self { imap, idles: can.has_str("IDLE"), moves: can.has_str("MOVE"), separator })
    }

    /// Says goodbye, without waiting for an answer for long.
    pub(super) async fn leave(mut self) {
        let _ = timeout(Duration::from_secs(1), self.imap.logout()).await;
    }
}

/// Reaches the server, by an encrypted way where one is asked for.
async fn reach(mailbox: &MailboxSettings) -> Result<Client<Wire>, Trouble> {
    let host = mailbox.hote.as_str();
    let tcp = TcpStream::connect((host, mailbox.port())).await;
    let tcp = tcp.map_err(|error| Trouble::Unreachable(reason(&error)))?;
    let mut wire: Wire = Box::new(tcp);
    if mailbox.chiffrement == Encryption::Tls {
        wire = tls::encrypted(wire, host).await.map_err(Trouble::Encryption)?;
    }
    let mut client = Client::new(wire);
    let greeting = client.read_response().await.map_err(ImapError::Io)?.ok_or(ImapError::ConnectionLost)?;
    if !matches!(greeting.parsed(), Response::Data { status: Status::Ok, .. }) {
        return Err(Trouble::Odd("il ne salue pas comme un serveur IMAP".to_owned()));
    }
    if mailbox.chiffrement == Encryption::Starttls {
        let begun = client.run_command_and_check_ok("STARTTLS", None).await;
        begun.map_err(|error| Trouble::Encryption(Trouble::from(error).to_string()))?;
        // What came in clear behind the answer is forgotten with this client.
        client = Client::new(tls::encrypted(client.into_inner(), host).await.map_err(Trouble::Encryption)?);
    }
    Ok(client)
}

/// Reads a password or a token where the settings say it is.
fn secret(place: &Place) -> Result<String, Trouble> {
    let read = match place.scheme() {
        "env" => std::env::var(place.path()).map_err(|_| "variable absente".to_owned()),
        _ => std::fs::read_to_string(place.path()).map_err(|error| reason(&error)),
    };
    let secret = read.map(|text| text.trim_end_matches(['\r', '\n']).to_owned());
    match secret {
        Ok(secret) if !secret.is_empty() && !secret.contains(['\r', '\n', '\0']) => Ok(secret),
        Ok(_) => Err(Trouble::Secret(format!("{place} : vide, ou de plusieurs lignes : y mettre le secret seul"))),
        Err(why) => Err(Trouble::Secret(format!("{place} : secret illisible ({why})"))),
    }
}

fn refused(error: ImapError) -> Trouble {
    match error {
        ImapError::No(said) | ImapError::Bad(said) => Trouble::Refused(words(&said)),
        error => error.into(),
    }
}

/// Answers the challenge of XOAUTH2: the token, then nothing, upon which the server says why it refuses.
struct Token {
    words: Option<String>,
}

impl Authenticator for Token {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        self.words.take().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_one_line_of_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let place = Place::new(format!("file:{}", path.display()));
        for (text, expected) in [("un secret \n", Some("un secret ")), ("\n", None), ("un\ndeux\n", None)] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(secret(&place).ok().as_deref(), expected, "{text:?}");
        }
        std::fs::remove_file(&path).unwrap();
        assert!(secret(&place).unwrap_err().to_string().contains("fichier introuvable"));
        assert!(secret(&Place::new("env:GUICHET_NO_SUCH")).unwrap_err().to_string().contains("variable absente"));
    }
}
