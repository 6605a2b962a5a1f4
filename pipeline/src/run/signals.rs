//! What the letters of a source tell of leases beside their papers: which reminder they answer, what keeps reminders.

use super::letters::Letters;
use super::{Signal, Trace, notices};
use crate::document::ReadDocument;
use crate::mail;
use crate::register::{self, Register};
use crate::values::reply_code::{ReplyCode, find};
use std::collections::BTreeSet;

/// Gives the codes of letters that a source quotes: in the subject, the text or what the text quotes of an e-mail, and on
/// every page, printed or as a QR code. They hold in themselves; whether the house issued them, and to whom, it has to look up.
pub fn reply_codes(document: &ReadDocument) -> Vec<ReplyCode> {
    let message = document.message.as_deref();
    let subject = message.and_then(|message| message.header.subject.clone());
    let pages = document.pages.iter().map(|page| page.layer.text());
    let texts = subject.into_iter().chain(message.map(|message| message.text.clone())).chain(pages);
    let drawn = document.pages.iter().flat_map(|page| page.replies.iter().copied());
    let codes: BTreeSet<ReplyCode> = texts.flat_map(|text| find(&text)).map(|found| found.code).chain(drawn).collect();
    codes.into_iter().collect()
}

/// Finds what the letters of a source tell.
pub(super) fn compute(traces: &mut [Trace], letters: &Letters<'_>) {
    let setting = letters.setting;
    for trace in traces {
        let Some((sheet, header)) = letters.letter(trace) else { continue };
        let kinds = mail::signals(&sheet, header, &trace.extraction, &setting.lexicon.signals);
        if !kinds.is_empty() {
            let whose = |register| concerned(trace, register, letters);
            let leases = setting.register.as_deref().map(whose).unwrap_or_default();
            let leases = leases.into_iter().collect();
            trace.signal = Some(Signal { kinds: kinds.into_iter().collect(), leases });
        }
    }
}

/// Gives every lease whose letter it may be: by its number or the letter that it answers, else by persons and address;
/// and those of whoever sent it. Reminders that wait a day too long do less harm than one sent to a house in mourning.
fn concerned(trace: &Trace, register: &Register, letters: &Letters<'_>) -> BTreeSet<String> {
    let Letters { header, setting, answers, .. } = *letters;
    let named = notices::by_number(trace, register).map(|lease| lease.reference.clone());
    let mut leases: BTreeSet<String> = named.into_iter().chain(answers.iter().cloned()).collect();
    if leases.is_empty() {
        let persons = mail::holders(&trace.extraction);
        let address = trace.extraction.address("adresse_logement");
        leases.extend(register::find(register, &persons, address, setting.today).leases());
    }
    if let Some(sender) = header.and_then(|header| header.from.as_deref()) {
        let theirs = |email: &String| email.trim().eq_ignore_ascii_case(sender.trim());
        let sent = register.leases().iter().filter(|lease| lease.email.as_ref().is_some_and(theirs));
        leases.extend(sent.map(|lease| lease.reference.clone()));
    }
    leases
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Format, Header, Message, Metadata};
    use crate::register::Lease;
    use crate::relance::tests::file;
    use crate::rules::{Rules, SignalKind};
    use crate::run::{Batch, Setting};
    use crate::sheet::typed;
    use crate::values::{Date, Person};

    fn code(lease: &str) -> ReplyCode {
        ReplyCode::new(b"secret", lease, "assurance/2026-11-01", "relance")
    }

    fn document(page: &str, message: Option<(&str, &str)>) -> ReadDocument {
        let message = message.map(|(subject, text)| {
            let header = Header { subject: Some(subject.to_owned()), ..Header::default() };
            Box::new(Message { header, text: text.to_owned() })
        });
        ReadDocument {
            format: if message.is_some() { Format::Eml } else { Format::Pdf },
            page_count: 1,
            pages: if page.is_empty() { Vec::new() } else { vec![typed::page(page)] },
            signs: Vec::new(),
            metadata: Metadata::default(),
            message,
            attachments: Vec::new(),
            read_ms: 0,
            ocr_ms: 0,
        }
    }

    #[test]
    fn codes_are_found_wherever_a_reply_quotes_them() {
        let (one, other) = (code("L-1"), code("L-2"));
        let quoted =
            format!("Voici mon attestation.\n\nLe 3 novembre, Habitat a écrit :\n> Votre référence : {other}\n");
        let (printed, subject) = (format!("ATTESTATION\nNotre référence : {one}"), format!("RE: Votre lettre ({one})"));
        let both = format!("{one}\n{one}");
        let mut stub = document("TALON ILLISIBLE", None);
        stub.pages[0].replies.push(one);
        for (document, expected) in [
            (document(&printed, None), vec![one]),
            (document("", Some((subject.as_str(), "Bonjour"))), vec![one]),
            (document("", Some(("RE: Votre attestation", quoted.as_str()))), vec![other]),
            (document(&both, Some(("", quoted.as_str()))), vec![one, other]),
            (document("ATTESTATION", Some(("Bonjour", "Contrat 7012445"))), vec![]),
            (stub, vec![one]),
        ] {
            let mut expected = expected;
            expected.sort();
            assert_eq!(reply_codes(&document), expected);
        }
    }

    fn setting() -> Setting {
        let parties = vec![Person { nom: "DURAND".to_owned(), prenom: "Anne".to_owned(), nom_usage: None }];
        let email = Some("anne@exemple.fr".to_owned());
        let lease = Lease { parties, email, ..file("L-004512").lease };
        let today = Date::from_iso("2026-11-23").unwrap();
        Setting::new(Rules::embedded().unwrap(), Some(Register::new(vec![lease])), today)
    }

    #[test]
    fn a_letter_is_about_whoever_it_names_answers_or_comes_from() {
        let setting = setting();
        let told = |text: &str, from: Option<&str>, answers: &[&str]| {
            let mut document = document("", Some(("", text)));
            if let Some(message) = &mut document.message {
                message.header.from = from.map(str::to_owned);
            }
            let answers = answers.iter().map(|lease| (*lease).to_owned()).collect();
            let (_, traces) = Batch::new(&setting, || 0).answering(answers).traced("a", "0", Ok(document));
            traces.into_iter().find_map(|trace| trace.signal)
        };
        let death = "Bonjour,\nma mère est décédée le 3 mars, nous viderons l'appartement.";
        let signal = |leases: &[&str]| {
            let leases = leases.iter().map(|lease| (*lease).to_owned()).collect();
            Some(Signal { kinds: vec![SignalKind::Deces], leases })
        };
        assert_eq!(told(death, None, &[]), signal(&[]));
        assert_eq!(told(&format!("{death}\nSon bail : n° L-004512"), None, &[]), signal(&["L-004512"]));
        assert_eq!(told(death, Some("Anne@exemple.fr"), &[]), signal(&["L-004512"]));
        assert_eq!(told(death, None, &["L-7"]), signal(&["L-7"]));
        assert_eq!(told("Bonjour,\nle chauffage ne marche plus, merci de passer.", None, &["L-7"]), None);
    }
}
