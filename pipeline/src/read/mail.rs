//! E-mails: the text that their writer meant to be read, and the files attached to it.
//!
//! Goes in: the bytes of a message. Comes out: its header, its text (plain where there is one, else that of the page), and the
//! files attached to it. A message attached to a message is told below the text as one that was passed on. An attached archive
//! stands for its files.

use super::Limits;
use super::inside::{File, MOST_ATTACHMENTS, climbs, plain_name, unpacked};
use crate::document::{Fault, FaultCode, Header, Message};
use crate::values::Date;
use mail_parser::decoders::html::html_to_text;
use mail_parser::{Message as Mail, MessageParser, MessagePart, MimeHeaders, PartType};
use regex::Regex;
use std::sync::LazyLock;

/// Messages inside messages are looked into this deep.
const DEPTH: usize = 4;
/// Letters of a text: a long thread has some ten thousand.
pub const LONGEST_TEXT: usize = 200_000;
/// Inline pictures of fewer bytes are logos and smileys; photos of a leak are larger.
const LOGO_BYTES: usize = 30_000;
/// Headers that messages have; two of them make one.
#[rustfmt::skip]
const HEADERS: &[&str] = &[
    "from", "to", "subject", "date", "received", "return-path", "message-id", "mime-version", "delivered-to", "content-type",
    "reply-to", "cc", "sender", "dkim-signature", "content-transfer-encoding",
];
/// Lines that are looked at for headers.
const HEADER_LINES: usize = 60;
/// What is attached for programs, not for people.
#[rustfmt::skip]
const MACHINERY: &[&str] = &[
    "pkcs7-signature", "x-pkcs7-signature", "pgp-signature", "pgp-keys", "calendar", "vcard", "x-vcard", "ms-tnef",
    "delivery-status", "rfc822-headers",
];

/// Tells whether bytes begin as an e-mail does.
pub(super) fn is_message(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(16_384)]);
    let mut known = 0;
    for (at, line) in head.trim_start_matches('\u{feff}').lines().take(HEADER_LINES).enumerate() {
        if line.trim().is_empty() {
            break;
        }
        let folded = line.starts_with([' ', '\t']) || at == 0 && line.starts_with("From ");
        let Some((name, _)) = line.split_once(':') else {
            if folded {
                continue;
            }
            return known >= 2;
        };
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_name && !folded {
            return false;
        }
        known += usize::from(HEADERS.contains(&name.to_ascii_lowercase().as_str()));
    }
    known >= 2
}

/// Opens a message: what it says, and the files attached to it.
pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<(Message, Vec<File>), Fault> {
    let mail = MessageParser::default().parse(bytes).ok_or_else(broken)?;
    let header = header(&mail);
    let mut text = text(&mail);
    let mut parts = Vec::new();
    collect(&mail, DEPTH, &mut text, &mut parts);
    let bare = header == Header::default() && text.trim().is_empty() && parts.is_empty();
    if bare {
        return Err(broken());
    }
    // Whatever the archives of one message become, together they weigh no more than one file may.
    let mut room = limits.bytes;
    let parts: Vec<File> = parts.into_iter().flat_map(|part| unpacked(part, &mut room)).collect();
    if parts.len() > MOST_ATTACHMENTS {
        let message =
            format!("le courriel a plus de {MOST_ATTACHMENTS} pièces jointes, la limite : les demander à part");
        return Err(Fault::new(FaultCode::TropVolumineux, message));
    }
    Ok((Message { header, text: shortened(text) }, parts))
}

fn broken() -> Fault {
    Fault::new(FaultCode::FichierCorrompu, "le courriel est abîmé : demander à l'expéditeur de le renvoyer")
}

fn header(mail: &Mail<'_>) -> Header {
    let from = mail.from().and_then(|from| from.first());
    let line = |text: &str| {
        let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(1000).collect();
        let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        (!plain.is_empty()).then_some(plain)
    };
    let date = mail.date().and_then(|date| Date::new(i32::from(date.year), date.month, date.day));
    Header {
        subject: mail.subject().and_then(line),
        from_name: from.and_then(|from| from.name()).and_then(line),
        from: from.and_then(|from| from.address()).and_then(line),
        date,
    }
}

/// Gives the text of a message: the plain one, else that of the page.
fn text(mail: &Mail<'_>) -> String {
    let bodies = mail.text_bodies().filter_map(|part| match &part.body {
        PartType::Text(text) => Some(text.replace("\r\n", "\n").replace('\r', "\n")),
        PartType::Html(html) => Some(page_text(html)),
        _ => None,
    });
    let told: Vec<String> = bodies.filter(|text| !text.trim().is_empty()).collect();
    told.join("\n\n")
}

/// Gives the text of a page, each of its blocks on lines of its own.
fn page_text(html: &str) -> String {
    static BLOCK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)</(div|li|tr|h[1-6]|table|blockquote|ul|ol)\s*>").expect("the pattern is fixed")
    });
    static PARAGRAPH: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?i)</p\s*>").expect("the pattern is fixed"));
    static BREAK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?i)<br[^>]*>\s*").expect("the pattern is fixed"));
    let html = BREAK.replace_all(html, "<br>");
    let html = BLOCK.replace_all(&html, "</$1><br>");
    let html = PARAGRAPH.replace_all(&html, "</p><br>");
    let lines: Vec<String> = html_to_text(&html).lines().map(|line| line.trim().to_owned()).collect();
    lines.join("\n").replace('\u{a0}', " ")
}

/// Collects the attachments of a message and of those inside it; what those say is told below the text.
fn collect(mail: &Mail<'_>, depth: usize, told: &mut String, files: &mut Vec<File>) {
    for part in mail.attachments() {
        match &part.body {
            PartType::Message(inner) if depth > 0 => {
                told.push_str(&passed_on(inner));
                collect(inner, depth - 1, told, files);
            }
            PartType::Multipart(_) | PartType::Message(_) => {}
            _ if is_machinery(part) || is_logo(part) => {}
            _ => {
                let name = part.attachment_name().map_or_else(|| format!("piece-{}", files.len() + 1), plain_name);
                let climbs = part.attachment_name().is_some_and(climbs);
                files.push(File { name, climbs, bytes: Ok(part.contents().to_vec()) });
            }
        }
    }
}

/// Tells a message inside another as mail programs do below a note.
fn passed_on(inner: &Mail<'_>) -> String {
    let header = header(inner);
    let from = [header.from_name, header.from.map(|from| format!("<{from}>"))];
    let from = from.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let date = header.date.map(|date| date.to_string()).unwrap_or_default();
    let subject = header.subject.unwrap_or_default();
    let text = text(inner);
    format!("\n\n---------- Message transféré ----------\nDe : {from}\nDate : {date}\nObjet : {subject}\n\n{text}")
}

fn is_machinery(part: &MessagePart<'_>) -> bool {
    let subtype = part.content_type().and_then(|kind| kind.c_subtype.as_deref()).unwrap_or_default();
    MACHINERY.contains(&subtype.to_ascii_lowercase().as_str())
}

/// Tells whether a picture only adorns the text.
fn is_logo(part: &MessagePart<'_>) -> bool {
    let picture = part.content_type().is_some_and(|kind| kind.c_type.eq_ignore_ascii_case("image"));
    let inline = matches!(part.body, PartType::InlineBinary(_)) || part.content_id().is_some();
    picture && inline && part.contents().len() < LOGO_BYTES
}

/// Cuts a text that nobody wrote by hand.
fn shortened(mut text: String) -> String {
    if text.len() > LONGEST_TEXT {
        let end = (0..=LONGEST_TEXT).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        text.truncate(end);
    }
    text.retain(|c| c == '\n' || c == '\t' || !c.is_control());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(mail: &str) -> (Header, String, Vec<String>) {
        let mail = MessageParser::default().parse(mail.as_bytes()).unwrap();
        let (mut told, mut files) = (text(&mail), Vec::new());
        collect(&mail, DEPTH, &mut told, &mut files);
        (header(&mail), told, files.into_iter().map(|file| file.name).collect())
    }

    #[test]
    fn messages_are_known_by_their_headers() {
        for (bytes, expected) in [
            ("From: a@b\r\nSubject: x\r\n\r\ny", true),
            ("Received: by x\r\n\tfrom y\r\nDate: z\r\n\r\n", true),
            ("From Moi Tue Mar 3\nFrom: a@b\nTo: c@d\n\n", true),
            ("\u{feff}Subject: x\nFrom: a\n\n", true),
            ("Bonjour : je vous écris\nObjet : x\n", false),
            ("From: a@b\n\n", false),
            ("%PDF-1.7", false),
            ("", false),
        ] {
            assert_eq!(is_message(bytes.as_bytes()), expected, "{bytes}");
        }
    }

    #[test]
    fn encodings_and_alternatives() {
        let (header, told, files) = parsed(
            "From: =?iso-8859-1?Q?Ana=EFs_Lef=E8vre?= <a@b.example>\r\nSubject: =?utf-8?B?Q29uZ8Op?=\r\n\
             Date: Mon, 23 Nov 2026 18:42:00 +0100\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=windows-1252\r\n\
             Content-Transfer-Encoding: quoted-printable\r\n\r\nBonjour l=92=E9t=E9\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>autre</p>\r\n--x--\r\n",
        );
        assert_eq!(header.subject.as_deref(), Some("Congé"));
        assert_eq!(header.from_name.as_deref(), Some("Anaïs Lefèvre"));
        assert_eq!(header.date, Date::new(2026, 11, 23));
        assert_eq!((told.trim(), files.len()), ("Bonjour l’été", 0));
    }

    #[test]
    fn the_text_of_a_page_keeps_its_lines() {
        let (_, told, _) = parsed(
            "From: a@b\r\nSubject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head><style>p {}</style></head>\
             <body><p>Bonjour,<br>\nvoici&nbsp;:</p><div>un</div><div>deux &amp; trois</div></body></html>",
        );
        let lines: Vec<&str> = told.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, ["Bonjour,", "voici :", "un", "deux & trois"]);
    }

    #[test]
    fn logos_and_signatures_are_left_out_and_messages_inside_told() {
        let (_, told, files) = parsed(
            "From: a@b\r\nSubject: TR\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
             --x\r\nContent-Type: text/plain\r\n\r\nPour suite\r\n\
             --x\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <logo>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n\
             --x\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Disposition: attachment\r\n\r\nabc\r\n\
             --x\r\nContent-Type: message/rfc822\r\n\r\nFrom: Karim Benali <k@x>\r\nSubject: Volet\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n\
             --y\r\nContent-Type: text/plain\r\n\r\nLe volet est cass\r\n\
             --y\r\nContent-Type: application/pdf; name=\"../../a.pdf\"\r\nContent-Disposition: attachment\r\n\r\n%PDF\r\n--y--\r\n--x--\r\n",
        );
        assert!(told.contains("De : Karim Benali <k@x>") && told.contains("Le volet est cass"), "{told}");
        assert_eq!(files, ["a.pdf"]);
    }
}
