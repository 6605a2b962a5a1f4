//! A file on its way in: the body itself, or a form with one file, received piece by piece up to the limit.

use super::page::Query;
use super::problem::Problem;
use crate::job::Class;
use axum::body::{Bytes, HttpBody};
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt;
use std::time::Duration;
use tokio::time::timeout;

/// How long a sender may be silent.
const SILENCE: Duration = Duration::from_secs(30);
/// Bytes of a name, a sender, a key.
const WORDS: usize = 1000;
/// What may stand beside a file.
const KNOWN: [&str; 4] = ["name", "class", "channel", "sender"];

/// A file that was received.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) bytes: Vec<u8>,
    pub(super) media_type: String,
    pub(super) name: String,
    pub(super) channel: String,
    pub(super) sender: Option<String>,
    pub(super) class: Class,
    /// The sender's own key for this hand-over.
    pub(super) key: Option<String>,
}

impl Upload {
    fn new(key: Option<String>) -> Self {
        Self {
            bytes: Vec::new(),
            media_type: "application/octet-stream".to_owned(),
            name: String::new(),
            channel: "api".to_owned(),
            sender: None,
            class: Class::default(),
            key,
        }
    }

    /// Takes what is said of the file beside it.
    fn say(&mut self, what: &str, words: &str) -> Result<(), Problem> {
        if words.len() > WORDS {
            return Err(Problem::refused(format!("{what} : plus de {WORDS} octets")));
        }
        match what {
            "name" => self.name = words.to_owned(),
            "sender" => self.sender = Some(words.to_owned()),
            "channel" if is_code(words) => self.channel = words.to_owned(),
            "channel" => return Err(Problem::refused("channel : des minuscules, des chiffres, - et _, 40 au plus")),
            _ => {
                let refused = |_| Problem::refused("class : donner urgent, courant ou masse");
                self.class = words.parse().map_err(refused)?;
            }
        }
        Ok(())
    }
}

fn is_code(words: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    (1..=40).contains(&words.len()) && words.bytes().all(allowed)
}

/// Receives a file of at most `most` bytes.
pub(super) async fn receive(request: Request, most: u64) -> Result<Upload, Problem> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    // Whoever says beforehand that it is too much is told so before it comes.
    if request.body().size_hint().lower() > most as u64 + WORDS as u64 * 8 {
        return Err(too_large(most));
    }
    let mut upload = Upload::new(key_of(request.headers())?);
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let query = Query::of(request.uri(), &KNOWN)?;
    for what in KNOWN {
        if let Some(words) = query.get(what) {
            upload.say(what, words)?;
        }
    }
    if content_type.to_ascii_lowercase().starts_with("multipart/form-data") {
        form(request, most, &mut upload).await?;
    } else {
        if !content_type.is_empty() {
            upload.media_type = content_type.chars().take(200).collect();
        }
        let mut body = request.into_body().into_data_stream();
        while let Some(piece) = timeout(SILENCE, body.next()).await.map_err(|_| silent())? {
            keep(&mut upload.bytes, &piece.map_err(|_| broken_off())?, most)?;
        }
    }
    if upload.bytes.is_empty() {
        return Err(Problem::refused("fichier vide : rien n'a été confié"));
    }
    Ok(upload)
}

async fn form(request: Request, most: usize, upload: &mut Upload) -> Result<(), Problem> {
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|_| Problem::refused("formulaire sans frontière (boundary)"))?;
    let mut files = 0;
    while let Some(field) =
        timeout(SILENCE, form.next_field()).await.map_err(|_| silent())?.map_err(|_| broken_off())?
    {
        let what = field.name().unwrap_or_default().to_owned();
        if what == "file" {
            files += 1;
            if files > 1 {
                return Err(Problem::refused("un fichier par appel : le champ file vient deux fois"));
            }
            if upload.name.is_empty() {
                upload.name = field.file_name().unwrap_or_default().chars().take(WORDS / 4).collect();
            }
            if let Some(kind) = field.content_type() {
                upload.media_type = kind.chars().take(200).collect();
            }
            upload.bytes = all(field, most).await?;
        } else if KNOWN.contains(&what.as_str()) {
            let words = all(field, WORDS).await?;
            let words = String::from_utf8(words).map_err(|_| Problem::refused(format!("{what} : du texte UTF-8")))?;
            upload.say(&what, &words)?;
        } else {
            return Err(Problem::refused(format!("champ inconnu « {what} » : possibles : file, {}", KNOWN.join(", "))));
        }
    }
    if files == 0 {
        return Err(Problem::refused("il manque le champ file"));
    }
    Ok(())
}

async fn all(mut field: Field<'_>, most: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(piece) = timeout(SILENCE, field.chunk()).await.map_err(|_| silent())?.map_err(|_| broken_off())? {
        keep(&mut bytes, &piece, most)?;
    }
    Ok(bytes)
}

fn keep(bytes: &mut Vec<u8>, piece: &Bytes, most: usize) -> Result<(), Problem> {
    if bytes.len().saturating_add(piece.len()) > most {
        return Err(too_large(most));
    }
    bytes.extend_from_slice(piece);
    Ok(())
}

/// Gives the `Idempotency-Key` of a request.
fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().ok().filter(|key| (1..=255).contains(&key.len()));
    let key = key.ok_or_else(|| Problem::refused("Idempotency-Key : de 1 à 255 caractères ASCII"))?;
    Ok(Some(key.to_owned()))
}

fn too_large(most: usize) -> Problem {
    Problem::of(StatusCode::PAYLOAD_TOO_LARGE, format!("le fichier pèse plus de {most} octets, la limite"))
}

fn silent() -> Problem {
    Problem::of(StatusCode::REQUEST_TIMEOUT, "plus rien n'arrive : rien n'a été confié")
}

fn broken_off() -> Problem {
    Problem::of(StatusCode::BAD_REQUEST, "envoi interrompu ou mal formé : rien n'a été confié")
}
