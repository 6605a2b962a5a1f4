//! An e-mail as bytes: text and HTML beside each other, the letter attached, a Message-ID that never changes.

use crate::clock::Moment;
use hmac::{Hmac, Mac};
use lettre::address::AddressError;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use sha2::Sha256;
use std::time::{Duration, UNIX_EPOCH};

/// Hexadecimal digits of a Message-ID: 128 bits.
const ID_DIGITS: usize = 32;

/// An address or a message that cannot be.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It is no address.
    #[error("« {address} » n'est pas une adresse électronique ({problem}) : la corriger dans le registre")]
    Address {
        /// What was given.
        address: String,
        /// What is wrong.
        problem: String,
    },
    /// The parts do not make a message.
    #[error("message impossible : {0}")]
    Message(#[from] lettre::error::Error),
}

/// What an e-mail is made of.
#[derive(Clone, Debug)]
pub struct Mail<'a> {
    /// Who writes: `Name <address>`.
    pub from: &'a str,
    /// Where replies go; empty for the sender.
    pub reply_to: &'a str,
    /// To whom.
    pub to: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// The text for those who read no HTML.
    pub text: &'a str,
    /// The same as HTML.
    pub html: &'a str,
    /// The letter: its name and its bytes.
    pub pdf: Option<(&'a str, &'a [u8])>,
    /// The Message-ID without its angle brackets.
    pub message_id: &'a str,
    /// When it was decided.
    pub at: Moment,
}

/// Gives the Message-ID of a business key, without angle brackets: the same however often it is tried.
pub fn message_id(secret: &str, key: &str, domain: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(b"guichet-message-id-1\n");
    mac.update(key.as_bytes());
    let digest: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}@{domain}", &digest[..ID_DIGITS])
}

/// Reads `Name <address>` or a bare address, more strictly than the standard: a domain with a dot, nothing that a relay
/// would refuse.
///
/// # Errors
/// A French sentence with the remedy.
pub fn mailbox(text: &str) -> Result<Mailbox, MailError> {
    let refused = |problem: &str| MailError::Address { address: text.to_owned(), problem: problem.to_owned() };
    let mailbox: Mailbox = text.trim().parse().map_err(|error: AddressError| refused(problem_of(&error)))?;
    let (user, domain) = (mailbox.email.user(), mailbox.email.domain());
    if !user.is_ascii() {
        return Err(refused("lettres accentuées devant l'arobase"));
    }
    if user.starts_with('.') || user.ends_with('.') || user.contains("..") || user.len() > 64 {
        return Err(refused("ce qui précède l'arobase est mal formé"));
    }
    let last = domain.rsplit('.').next().unwrap_or_default();
    if !domain.contains('.') || last.len() < 2 || !last.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        return Err(refused("le domaine est incomplet"));
    }
    Ok(mailbox)
}

fn problem_of(error: &AddressError) -> &'static str {
    match error {
        AddressError::MissingParts => "il manque l'arobase, ou ce qui l'entoure",
        AddressError::Unbalanced => "chevrons mal fermés",
        AddressError::InvalidUser => "ce qui précède l'arobase est mal formé",
        AddressError::InvalidDomain => "le domaine est mal formé",
        _ => "mal formée",
    }
}

/// Gives the bytes of an e-mail, the same for the same parts.
///
/// # Errors
/// When an address is none; a French sentence with the remedy.
pub fn bytes(mail: &Mail<'_>) -> Result<Vec<u8>, MailError> {
    let Mail { from, reply_to, to, subject, text, html, pdf, message_id, at } = mail;
    let seconds = u64::try_from(at.0).unwrap_or_default() / 1_000_000;
    let mut builder = Message::builder()
        .from(mailbox(from)?)
        .to(mailbox(to)?)
        .subject(*subject)
        .message_id(Some(format!("<{message_id}>")))
        .date(UNIX_EPOCH + Duration::from_secs(seconds))
        // So that out-of-office replies stay away (RFC 3834).
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
    if !reply_to.is_empty() {
        builder = builder.reply_to(mailbox(reply_to)?);
    }
    let mark = message_id.split('@').next().unwrap_or_default();
    let both = MultiPart::alternative()
        .boundary(format!("a-{mark}"))
        .singlepart(SinglePart::plain((*text).to_owned()))
        .singlepart(SinglePart::html((*html).to_owned()));
    let message = match pdf {
        None => builder.multipart(both)?,
        Some((name, bytes)) => {
            let pdf = ContentType::parse("application/pdf").expect("it is a media type");
            let letter = Attachment::new((*name).to_owned()).body(bytes.to_vec(), pdf);
            let mixed = MultiPart::mixed().boundary(format!("m-{mark}"));
            builder.multipart(mixed.multipart(both).singlepart(letter))?
        }
    };
    Ok(message.formatted())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_addresses_are_refused_with_their_remedy() {
        let wrong = [
            "",
            "durand",
            "durand@",
            "@exemple.fr",
            "durand@exemple",
            "durand@@exemple.fr",
            "durand@exemple..fr",
            "du rand@exemple.fr",
            "durand@exemple.fr, petit@exemple.fr",
            "andré@exemple.fr",
            ".durand@exemple.fr",
            "durand@exemple.f",
            "durand@exemple.fr\r\nBcc: x@y.fr",
        ];
        for address in wrong {
            let refusal = mailbox(address).map(|found| format!("{found} accepted")).map_err(|error| error.to_string());
            assert!(refusal.as_ref().is_err_and(|told| told.contains("registre")), "{address:?}: {refusal:?}");
        }
        for address in ["durand@exemple.fr", "Anne Durand <anne.durand+bail@mail.exemple.fr>", "a@xn--lgemeier-b1a.de"]
        {
            assert!(mailbox(address).is_ok(), "{address}");
        }
    }

    #[test]
    fn a_message_id_belongs_to_its_key() {
        let id = message_id("secret", "5:L-001|x", "bailleur.exemple");
        assert_eq!(id, message_id("secret", "5:L-001|x", "bailleur.exemple"));
        assert_ne!(id, message_id("secret", "5:L-002|x", "bailleur.exemple"));
        assert_ne!(id, message_id("autre", "5:L-001|x", "bailleur.exemple"));
        assert_eq!(id.len(), ID_DIGITS + "@bailleur.exemple".len());
    }

    #[test]
    fn the_same_parts_give_the_same_bytes() {
        let mail = Mail {
            from: "Habitat d'Ici <assurances@bailleur.exemple>",
            reply_to: "",
            to: "anne.durand@exemple.fr",
            subject: "Votre attestation d'assurance n'est pas arrivée",
            text: "Bonjour,\n.\nÀ bientôt",
            html: "<p>Bonjour</p>",
            pdf: Some(("lettre.pdf", b"%PDF-1.7")),
            message_id: "0123@bailleur.exemple",
            at: Moment(1_795_474_799_000_042),
        };
        let bytes = bytes(&mail).unwrap();
        assert_eq!(bytes, super::bytes(&mail).unwrap());
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.is_ascii());
        for expected in [
            "Message-ID: <0123@bailleur.exemple>",
            "Date: Mon, 23 Nov 2026 22:59:59 +0000",
            "Auto-Submitted: auto-generated",
            "multipart/alternative",
            "application/pdf",
        ] {
            assert!(text.contains(expected), "{expected} in\n{text}");
        }
    }
}
